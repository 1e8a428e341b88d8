"""Course sessions: a mail that "can't hear the trainer" is urgent while one runs, and only then. The calendar says when that is.

Text in, values out: an iCalendar file is parsed once; what repeats is worked out for a day when that day is first asked about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]  # it ships no types

LEAD = timedelta(hours=1)
"""A session that starts so soon counts as running: who can't get in has no time left."""
DAY = timedelta(days=1)
CACHED_DAYS = 64


class SessionsError(ValueError):
    """A calendar that can't be read: what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session: when it runs (UTC, the end exclusive), its title, and the addresses of its organizer and attendees."""

    start: datetime
    end: datetime
    title: str = ""
    people: tuple[str, ...] = ()


class Sessions:
    """The sessions of a calendar."""

    def __init__(self, calendar: icalendar.Calendar | None = None) -> None:
        self._find = recurring_ical_events.of(calendar).between if calendar else None
        self._of_day = lru_cache(CACHED_DAYS)(self._work_out)

    def running(self, at: datetime, lead: timedelta = LEAD) -> tuple[Session, ...]:
        """The sessions that run at a moment, or start within `lead` of it."""
        at = at.astimezone(UTC)
        found = dict.fromkeys(session for day in (at.date(), (at + lead).date()) for session in self._of_day(day))
        return tuple(session for session in found if session.start - lead <= at < session.end)

    def _work_out(self, day: date) -> tuple[Session, ...]:
        """Every session that touches a day (UTC)."""
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return tuple(_read_event(event) for event in self._find(start, start + DAY)) if self._find else ()


NO_SESSIONS = Sessions()


def parse_sessions(text: str) -> Sessions:
    """The sessions of an iCalendar file's text (RFC 5545). Raises SessionsError for what is none, or holds an event without a time."""
    try:
        calendar = icalendar.Calendar.from_ical(text)
        if not isinstance(calendar, icalendar.Calendar):
            raise SessionsError(f"begins with {calendar.name}, not with VCALENDAR")
        for event in calendar.walk("VEVENT"):
            _check_event(event)
        return Sessions(calendar)
    except ValueError as error:  # the reader's own errors are ValueErrors too
        raise SessionsError(f"no calendar (iCalendar): {error}") from error


def _check_event(event: Any) -> None:
    title = str(event.get("SUMMARY", "without a title"))
    if event.errors:
        raise SessionsError(f"the event {title!r}: {'; '.join(f'{name}: {fault}' for name, fault in event.errors)}")
    if "DTSTART" not in event:
        raise SessionsError(f"the event {title!r} has no DTSTART")


def _read_event(event: Any) -> Session:
    named = (event.get("ORGANIZER"), *_listed(event.get("ATTENDEE")))
    people = tuple(str(person).removeprefix("mailto:").removeprefix("MAILTO:").casefold() for person in named if person)
    return Session(_moment(event.start), _moment(event.end), str(event.get("SUMMARY", "")), people)


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


def _moment(value: date) -> datetime:
    """A time as a moment; a bare date is its first moment, and what has no zone is in UTC."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
