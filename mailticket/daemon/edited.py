"""Rules that are edited while the daemon runs: the next mail is judged by them, or by the last good ones where they are faulty.

Whoever writes rules looks at what becomes of the next mail; a restart in between would be one thing more to know.
"""

import logging
import threading
from collections.abc import Callable
from time import monotonic

from mailticket.model.policy import Settings
from mailticket.settings import SettingsError
from mailticket.settings.defaults import stamp_rules
from mailticket.tickets.rules import RuleBook

LOOK_SECONDS = 2.0
"""So seldom are the files looked at, whatever comes in."""

log = logging.getLogger(__name__)


class EditedRules:
    """The rule book as its files say now. Threads may share it."""

    def __init__(self, settings: Settings, book: RuleBook, load: Callable[[], RuleBook], look: float = LOOK_SECONDS) -> None:
        self._settings, self._book, self._load, self._look = settings, book, load, look
        self._stamp = stamp_rules(settings)
        self._looked = monotonic()
        self._turn = threading.Lock()

    def __call__(self) -> RuleBook:
        """The book in force; it is compiled anew when a file was changed, and each fault is logged once."""
        with self._turn:
            if monotonic() - self._looked >= self._look:
                self._looked = monotonic()
                self._take_edits()
            return self._book

    def _take_edits(self) -> None:
        try:
            stamp = stamp_rules(self._settings)
            if stamp == self._stamp:
                return
            self._stamp = stamp
            self._book = self._load()
        except OSError as error:  # a file went away between two looks, as editors have it: the next look sees what is there
            log.warning(f"rules can't be looked at: {error}")
        except SettingsError as error:
            for fault in error.faults:
                log.error(f"the edited rules are not taken: {fault}")
        else:
            log.info("edited rules are in force", extra={"rules": len(self._book.rules)})
