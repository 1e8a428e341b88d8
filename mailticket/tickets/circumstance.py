"""What a rule may ask besides words: who wrote, to whom, by which channel, in which language, with what attached, when, and patterns."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from functools import partial

from mailticket.model.mail import Language
from mailticket.model.ticket import Channel
from mailticket.text.normalise import fold_digits
from mailticket.tickets.hours import Calendar
from mailticket.tickets.match import LONGEST_TEXT, Place
from mailticket.tickets.rule import Condition, During
from mailticket.tickets.sessions import NO_SESSIONS, Sessions

_IN_TEXT = Place.BODY | Place.FIRST | Place.LAST | Place.QUESTION


@dataclass(frozen=True, slots=True)
class Message:
    """What triage looks at. `text` is the new text (quotes and signature cut), `sender` an addr-spec, `attachments` their file names."""

    subject: str
    text: str
    sender: str
    sender_name: str = ""
    to: tuple[str, ...] = ()
    channel: Channel = Channel.EMAIL
    attachments: tuple[str, ...] = ()
    language: Language = Language.AR


class Asked:
    """One message that rules are asked about, at one moment."""

    def __init__(self, message: Message, calendar: Calendar, now: datetime, sessions: Sessions = NO_SESSIONS) -> None:
        self.message, self.calendar, self.now, self.sessions = message, calendar, now, sessions
        self._written: dict[int, bytes] = {}

    def written(self, places: int) -> bytes:
        """What stands in these places as written, a line or more each, digits made Western, in UTF-8."""
        if places not in self._written:
            parts = (Place.NAME, self.message.sender_name), (Place.SUBJECT, self.message.subject), (_IN_TEXT, self.message.text)
            text = "\n".join(text[:LONGEST_TEXT] for place, text in parts if place & places)
            self._written[places] = fold_digits(text).encode(errors="replace")
        return self._written[places]


Check = Callable[[Asked], bool]
"""Whether one circumstance of a rule holds."""


def find_checks(when: Condition) -> Iterator[Check]:
    """The circumstances that a condition asks for; none for one of words alone."""
    for given, check in _CHECKS:
        if given(when):
            yield partial(check, when)


def is_below(address: str, domains: Iterable[str]) -> bool:
    """Whether an address is of one of these domains, or of one below."""
    own = address.rpartition("@")[2].casefold()
    return any(own == domain or own.endswith(f".{domain}") for domain in map(str.casefold, domains))


def _is_from(when: Condition, asked: Asked) -> bool:
    return _fits(asked.message.sender, when.sender)


def _is_to(when: Condition, asked: Asked) -> bool:
    return any(_fits(address, when.to) for address in asked.message.to)


def _is_of_domain(when: Condition, asked: Asked) -> bool:
    return is_below(asked.message.sender, when.domain)


def _is_by_channel(when: Condition, asked: Asked) -> bool:
    return asked.message.channel in when.channel


def _is_in_language(when: Condition, asked: Asked) -> bool:
    return asked.message.language in when.language


def _has_attachment(when: Condition, asked: Asked) -> bool:
    names = asked.message.attachments
    if isinstance(when.attachment, bool):
        return when.attachment == bool(names)
    return any(_fits(name, when.attachment or ()) for name in names)


def _is_during(when: Condition, asked: Asked) -> bool:
    """Whether a session runs (or starts within the hour), or whether it is working time or not."""
    if when.during is During.SESSION:
        return bool(asked.sessions.running(asked.now))
    return asked.calendar.is_open(asked.now) == (when.during is During.HOURS)


def _fits(text: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(text.casefold(), pattern) for pattern in patterns)


_CHECKS: tuple[tuple[Callable[[Condition], bool], Callable[[Condition, Asked], bool]], ...] = (
    (lambda when: bool(when.sender), _is_from),
    (lambda when: bool(when.to), _is_to),
    (lambda when: bool(when.domain), _is_of_domain),
    (lambda when: bool(when.channel), _is_by_channel),
    (lambda when: bool(when.language), _is_in_language),
    (lambda when: when.attachment is not None, _has_attachment),
    (lambda when: when.during is not None, _is_during),
)
"""Whether a condition asks it, and whether it holds."""
