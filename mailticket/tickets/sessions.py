"""Course sessions: a mail that "can't hear the trainer" is urgent while one runs, and only then. The calendar says when that is.

While one runs, the contact centre and the live halls are on duty, too, whatever the hour. Text in, values out: an iCalendar file is
parsed once; what repeats is worked out for a day when that day is first asked about.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

LEAD = timedelta(hours=1)
"""A session that starts so soon counts as running: who can't get in has no time left."""
ON_CALL = frozenset({"general", "live"})
"""The teams that serve running sessions: the contact centre and the live halls (spec 4.1)."""
DAY = timedelta(days=1)
Span = tuple[datetime, datetime]
CACHED_DAYS = 64


class SessionsError(ValueError):
    """A calendar that can't be read: what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session: when it runs (UTC, the end exclusive), its title, and the addresses of its organizer and attendees.

    `is_day` says that the calendar names days and no times: such an event makes nobody work round the clock.
    """

    start: datetime
    end: datetime
    title: str = ""
    people: tuple[str, ...] = ()
    is_day: bool = False


class Sessions:
    """The sessions of a calendar, as `parse_sessions` makes them; times without a zone are in `zone`."""

    def __init__(self, calendar: Any = None, zone: tzinfo = UTC) -> None:
        self._calendar, self._zone = calendar, zone
        self._of_day = lru_cache(CACHED_DAYS)(self._work_out)

    def __bool__(self) -> bool:
        return self._calendar is not None

    def running(self, at: datetime, lead: timedelta = LEAD) -> tuple[Session, ...]:
        """The sessions that run at a moment, or start within `lead` of it."""
        at = at.astimezone(UTC)
        found = dict.fromkeys(session for day in (at.date(), (at + lead).date()) for session in self._of_day(day))
        return tuple(session for session in found if session.start - lead <= at < session.end)

    def people(self, at: datetime) -> tuple[str, ...]:
        """The addresses of those who hold or attend the sessions that run or are about to, each once."""
        return tuple(dict.fromkeys(address for session in self.running(at) for address in session.people))

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """The time that sessions take between two moments (UTC), in the order of their beginnings; they may overlap."""
        days = ((start + n * DAY).date() for n in range((end - start) // DAY + 2))
        found = dict.fromkeys(session for day in days for session in self._of_day(day) if not session.is_day)
        ordered = sorted((s.start, s.end) for s in found if s.end > start and s.start < end)
        return ((max(begins, start), min(ends, end)) for begins, ends in ordered)

    def _work_out(self, day: date) -> tuple[Session, ...]:
        """Every session that touches a day (UTC); cancelled ones do not take place."""
        if self._calendar is None:
            return ()
        import recurring_ical_events  # type: ignore[import-untyped]  # it ships no types; loaded at need: it takes a while

        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        events = recurring_ical_events.of(self._calendar).between(start, start + DAY)
        return tuple(_read_event(event, self._zone) for event in events if str(event.get("STATUS", "")).upper() != "CANCELLED")


NO_SESSIONS = Sessions()


def parse_sessions(text: str, zone: tzinfo = UTC) -> Sessions:
    """The sessions of an iCalendar file's text (RFC 5545), times without a zone in `zone`.

    Raises SessionsError for what is no calendar, or holds an event without a time.
    """
    import icalendar  # loaded at need: most desks have no calendar of sessions, and it takes a while

    try:
        calendar = icalendar.Calendar.from_ical(text)
        if not isinstance(calendar, icalendar.Calendar):
            raise SessionsError(f"begins with {calendar.name}, not with VCALENDAR")
        for event in calendar.walk("VEVENT"):
            _check_event(event)
        return Sessions(calendar, zone)
    except ValueError as error:  # the reader's own errors are ValueErrors too
        raise SessionsError(f"no calendar (iCalendar): {error}") from error


def _check_event(event: Any) -> None:
    title = str(event.get("SUMMARY", "without a title"))
    if event.errors:
        raise SessionsError(f"the event {title!r}: {'; '.join(f'{name}: {fault}' for name, fault in event.errors)}")
    if "DTSTART" not in event:
        raise SessionsError(f"the event {title!r} has no DTSTART")


def _read_event(event: Any, zone: tzinfo) -> Session:
    named = (event.get("ORGANIZER"), *_listed(event.get("ATTENDEE")))
    people = tuple(dict.fromkeys(str(person).casefold().removeprefix("mailto:") for person in named if person and _comes(person)))
    is_day = not isinstance(event.start, datetime)
    return Session(_moment(event.start, zone), _moment(event.end, zone), str(event.get("SUMMARY", "")), people, is_day)


def _comes(person: Any) -> bool:
    return str(getattr(person, "params", {}).get("PARTSTAT", "")).upper() != "DECLINED"


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


def _moment(value: date, zone: tzinfo) -> datetime:
    """A time as a moment; a bare date is its first moment, and what has no zone is in the desk's."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=zone)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
