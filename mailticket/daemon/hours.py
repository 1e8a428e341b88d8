"""Hours, holidays, sessions and targets that are edited while the daemon runs: every promise is counted by them from the next tick on.

A holiday is moved the evening before, and nobody remembers to restart a service for it. What else stands in settings.toml waits for the
next start; a faulty file is logged once, and the last good hours stay in force.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic

from mailticket.desk import Policy
from mailticket.model.policy import Settings
from mailticket.settings import SettingsError, load_settings
from mailticket.tickets.hours import Calendar
from mailticket.tickets.sessions import Sessions

LOOK_SECONDS = 10.0
"""So seldom are the files looked at, whatever comes in."""
Stamp = tuple[tuple[str, int, int], ...]

log = logging.getLogger(__name__)


class EditedHours:
    """The policy with the hours and targets that the files say now. Threads may share it.

    Its edition counts the changes that were taken: whoever sees another one than before counts what is due anew.
    """

    def __init__(
        self, policy: Policy, environ: Mapping[str, str], sessions: Callable[[Settings], Sessions], look: float = LOOK_SECONDS
    ) -> None:
        self._policy, self._environ, self._sessions, self._look = policy, environ, sessions, look
        self._path = policy.settings.root / "settings.toml"
        self._stamp = self._find_stamp()
        self._looked = monotonic()
        self._turn = threading.Lock()
        self._edition = 0

    def __call__(self) -> Policy:
        """The policy in force."""
        with self._turn:
            if monotonic() - self._looked >= self._look:
                self._looked = monotonic()
                self._take_edits()
            return self._policy

    def find_edition(self) -> int:
        """How many changes were taken so far."""
        self()
        return self._edition

    def _take_edits(self) -> None:
        stamp = self._find_stamp()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._take(self._read())
        except SettingsError as error:
            for fault in error.faults:
                log.error(f"the edited hours are not taken: {fault}")

    def _read(self) -> Settings:
        fresh = load_settings(self._path, self._environ)
        return replace(self._policy.settings, hours=fresh.hours, targets=fresh.targets)

    def _take(self, settings: Settings) -> None:
        if settings == self._policy.settings and settings.hours.sessions is None:
            return  # something else was edited, which waits for the next start
        sessions = self._sessions(settings)
        self._policy = replace(self._policy, settings=settings, calendar=Calendar.of(settings, sessions), sessions=sessions)
        self._edition += 1
        log.info("edited hours and targets are in force")

    def _find_stamp(self) -> Stamp:
        """The files that say them, with their last change (ns) and size; one that is not there has no stamp."""
        paths = [self._path, *([found] if (found := self._policy.settings.hours.sessions) else [])]
        return tuple(stamp for path in paths if (stamp := _stamp_of(path)))


def _stamp_of(path: Path) -> tuple[str, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:  # editors put files in place anew: the next look sees what is there
        return None
    return str(path), found.st_mtime_ns, found.st_size

