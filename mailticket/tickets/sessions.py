"""Course sessions: a mail that "can't hear the trainer" is urgent while one runs, and only then. The calendar says when that is.

While one runs, the contact centre and the live halls are on duty, too, whatever the hour. Text in, values out: an iCalendar file is
parsed once; what repeats is worked out for a day when that day is first asked about.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

LEAD = timedelta(hours=1)
"""A session that starts so soon counts as running: who can't get in has no time left."""
LIVE = "live"
"""The live halls: whoever holds a running session hears of their mail first."""
ON_CALL = frozenset({"general", LIVE})
"""The teams that serve running sessions: the contact centre and the live halls (spec 4.1)."""
DAY = timedelta(days=1)
Span = tuple[datetime, datetime]
CACHED_DAYS = 64
LONGEST = timedelta(days=366)
REPEATS = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
"""How often a session may come again: no course does every minute, and the days of one that did could not be worked out."""
YEARS = range(1900, 2200)
"""In other years no course runs; at the ends of the calendar a time of one zone is no time at all in another."""


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
    """The sessions of calendars, as `parse_sessions` makes them; times without a zone are in `zone`.

    A query knows what repeats in one calendar: it is made once, for that takes far longer than asking it.
    """

    def __init__(self, queries: Sequence[Any] = (), zone: tzinfo = UTC) -> None:
        self._queries, self._zone = tuple(queries), zone
        self._of_day = lru_cache(CACHED_DAYS)(self._work_out)

    def __bool__(self) -> bool:
        return bool(self._queries)

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
        """Every session that touches a day (UTC); cancelled ones do not take place, and none is over as it begins."""
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        events = (event for query in self._queries for event in query.between(start, start + DAY))
        found = (_read_event(event, self._zone) for event in events if str(event.get("STATUS", "")).upper() != "CANCELLED")
        return tuple(session for session in found if session.start < session.end)


NO_SESSIONS = Sessions()


def parse_sessions(text: str, zone: tzinfo = UTC) -> Sessions:
    """The sessions of an iCalendar file's text (RFC 5545), times without a zone in `zone`; the text may hold several calendars.

    Raises SessionsError for what is no calendar, and for an event whose times can't be told.
    """
    import icalendar  # loaded at need: most desks have no calendar of sessions, and these take a while
    import recurring_ical_events  # type: ignore[import-untyped]  # it ships no types

    try:
        calendars = icalendar.Calendar.from_ical(text, multiple=True)
        if not calendars:
            raise SessionsError("no calendar (iCalendar): there is no BEGIN:VCALENDAR with its END:VCALENDAR")
        for calendar in calendars:
            _check_calendar(calendar)
        return Sessions([recurring_ical_events.of(calendar) for calendar in calendars], zone)
    except SessionsError:
        raise
    except recurring_ical_events.BadRuleStringFormat as error:
        raise SessionsError(f"an event comes again by a rule that can't be read: {error.rule}") from error
    except ValueError as error:  # the readers' own errors are ValueErrors too
        raise SessionsError(f"no calendar (iCalendar): {' '.join(str(error).split())}") from error


def _check_calendar(calendar: Any) -> None:
    if calendar.name != "VCALENDAR":
        raise SessionsError(f"begins with {calendar.name}, not with VCALENDAR")
    zones = {str(zone.get("TZID")) for zone in calendar.walk("VTIMEZONE")}
    for event in calendar.walk("VEVENT"):
        fault = _find_fault(event, zones)
        if fault:
            raise SessionsError(f"the event {str(event.get('SUMMARY', 'without a title'))!r}{fault}")


def _find_fault(event: Any, zones: Collection[str]) -> str:
    """What is wrong with an event, "" when nothing is. What a reader would guess at is refused: hours of duty follow from it."""
    if event.errors:
        return f": {'; '.join(f'{name}: {fault}' for name, fault in event.errors)}"
    times = {name: event[name] for name in ("DTSTART", "DTEND") if name in event}
    if "DTSTART" not in times or not all(hasattr(value, "dt") for value in times.values()):
        return " has no DTSTART, or more than one time for its beginning or end"
    for name, value in times.items():
        zone = str(value.params.get("TZID", ""))
        if zone and zone not in zones and getattr(value.dt, "tzinfo", None) is None:
            return f": {name} is in a time zone that is not known: {zone}"
    begins, ends = times["DTSTART"].dt, times.get("DTEND", times["DTSTART"]).dt
    return _find_wrong_length(event, begins, ends) or _find_wrong_year(event) or _find_wrong_rule(event)


def _find_wrong_length(event: Any, begins: date, ends: date) -> str:
    if _kind(ends) != _kind(begins):
        return ": DTSTART and DTEND are of two kinds; both are days, or times with a zone, or times without one"
    if ends < begins:
        return f" ends ({ends}) before it starts ({begins})"
    lasts = getattr(event.get("DURATION"), "dt", timedelta(0))
    return "" if timedelta(0) <= lasts <= LONGEST else ": DURATION is less than nothing, or more than a year"


def _find_wrong_year(event: Any) -> str:
    """A day in a year in which no course runs, among all that the event names."""
    named = [each for name in ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE") for each in _listed(event.get(name))]
    days = [day for each in named if each is not None for day in _days_in(each)]
    wrong = next((day for day in days if day.year not in YEARS), None)
    return f" names {wrong}, in a year in which no course runs" if wrong else ""


def _days_in(value: Any) -> Iterator[date]:
    """The days of a value: one, several, or the beginnings of periods."""
    for each in getattr(value, "dts", (value,)):
        yield each.dt[0] if isinstance(each.dt, tuple) else each.dt


def _find_wrong_rule(event: Any) -> str:
    for rule in _listed(event.get("RRULE")):
        often = "" if rule is None else str(next(iter(rule.get("FREQ", ())), "nothing"))
        if often and often not in REPEATS:
            return f": RRULE says how often by one of {', '.join(REPEATS)}, not by {often}"
        for name in ("INTERVAL", "COUNT"):  # RFC 5545 s.3.3.10: positive; a step of nothing would never come to its end
            if rule is not None and any(number < 1 for number in rule.get(name, ())):
                return f": RRULE has {name}={rule[name][0]}, and the least is 1"
    return ""


def _kind(value: date) -> tuple[bool, bool]:
    """Whether a value has a time, and a zone: what differs in these is no span (RFC 5545 s.3.8.2.2)."""
    return isinstance(value, datetime), getattr(value, "tzinfo", None) is not None


def _read_event(event: Any, zone: tzinfo) -> Session:
    named = (*_listed(event.get("ORGANIZER")), *_listed(event.get("ATTENDEE")))
    people = tuple(dict.fromkeys(_address(person) for person in named if person and _comes(person)))
    is_day = not isinstance(event.start, datetime)
    return Session(_moment(event.start, zone), _moment(event.end, zone), str(event.get("SUMMARY", "")), people, is_day)


def _address(person: Any) -> str:
    """The mail address of an organizer or attendee: the parameter EMAIL where the value is an id of another kind (RFC 7986 s.6.2)."""
    value = str(getattr(person, "params", {}).get("EMAIL", "") or person).strip().casefold().removeprefix("mailto:")
    return unquote(value.partition("?")[0]).strip(" <>\t")  # RFC 6068 s.2


def _comes(person: Any) -> bool:
    return str(getattr(person, "params", {}).get("PARTSTAT", "")).upper() != "DECLINED"


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


def _moment(value: date, zone: tzinfo) -> datetime:
    """A time as a moment; a bare date is its first moment, and what has no zone is in the desk's."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=zone)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
