"""Working time counted minute by minute: the slow and simple twin of the calendar, which shares no code with it.

`check_case(seed)` makes a random desk (shifts, Ramadan, holidays, dates that were moved, sessions, a zone whose clocks change) and
compares; the suite tries some hundred of them, `make soak` ten thousand.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from mailticket.model.policy import DatedHours, Hours, Shift
from mailticket.tickets.hours import WEEK, Calendar
from mailticket.tickets.sessions import Session, Sessions, parse_sessions

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ZONES = ("Asia/Riyadh", "Europe/London", "America/St_Johns", "Africa/Cairo", "Australia/Lord_Howe")
BEGINNINGS = (date(2026, 3, 14), date(2026, 3, 26), date(2026, 5, 23), date(2026, 9, 20), date(2026, 10, 1), date(2026, 10, 22))
"""Around Eid al-Fitr, Eid al-Adha, the National Day, and the nights in which the zones above change their clocks."""
SPAN = 14
"""Days that are counted."""


@dataclass(frozen=True, slots=True)
class Case:
    """A desk and the first of the days that are looked at."""

    hours: Hours
    zone: ZoneInfo
    sessions: tuple[Session, ...]
    first: date


def write_calendar(sessions: Sequence[Session]) -> Sessions:
    """Sessions as an iCalendar file says them, read back."""
    event = "BEGIN:VEVENT\nUID:{}@example.sa\nDTSTART:{:%Y%m%dT%H%M%SZ}\nDTEND:{:%Y%m%dT%H%M%SZ}\nSUMMARY:s\n{}END:VEVENT\n"
    rows = ((n, s.start.astimezone(UTC), s.end.astimezone(UTC), "".join(f"ATTENDEE:mailto:{p}\n" for p in s.people)) for n, s in enumerate(sessions))
    return parse_sessions("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//t//EN\n" + "".join(event.format(*row) for row in rows) + "END:VCALENDAR\n")


def random_shifts(random: Random, counts: Sequence[int] = (0, 1, 1, 1, 2)) -> tuple[Shift, ...]:
    marks = sorted(random.sample(range(0, 1441, 5), 2 * random.choice(counts)))
    return tuple(Shift(time(a // 60, a % 60), time(b // 60 % 24, b % 60)) for a, b in zip(marks[::2], marks[1::2], strict=True))


def random_case(seed: int) -> Case:
    random = Random(seed)
    first, zone = random.choice(BEGINNINGS), ZoneInfo(random.choice(ZONES))
    days = [first + n * DAY for n in range(SPAN)]
    week: dict[str, Any] = {name: random_shifts(random) for name in WEEK} | {"tuesday": random_shifts(random, (1, 2))}
    dated = (DatedHours(days[3], days[9], random_shifts(random)), DatedHours(days[8], days[12], random_shifts(random)))
    hours = Hours(
        **week,
        holidays=random.choice(("", "SA", "SA")),
        closed=tuple(random.sample(days, random.randrange(4))),
        open=tuple(random.sample(days, random.randrange(3))),
        dated=dated[: random.randrange(3)],
    )
    begins = [datetime(d.year, d.month, d.day, random.randrange(24), random.randrange(60), tzinfo=zone) for d in random.sample(days, 5)]
    sessions = tuple(Session(b, b + random.randrange(10, 240) * MINUTE) for b in begins)
    return Case(hours, zone, sessions if random.random() < 0.5 else (), first)


def shifts_of(case: Case, day: date, feasts: frozenset[date]) -> tuple[Shift, ...]:
    """The shifts of one date, read off the settings in the words of settings.toml."""
    hours = case.hours
    usual: tuple[Shift, ...] = getattr(hours, day.strftime("%A").lower())
    if day in hours.open:
        first_worked: tuple[Shift, ...] = next(getattr(hours, name) for name in WEEK if getattr(hours, name))
        usual = usual or first_worked
    elif day in hours.closed or day in feasts:
        return ()
    for dated in hours.dated:
        if usual and dated.first <= day <= dated.last:
            return dated.hours or (usual if day in hours.open else ())
    return usual


def count_minutes(case: Case) -> tuple[datetime, list[bool]]:
    """The first minute, and for each minute of the span whether the desk works (sessions included)."""
    start = datetime(case.first.year, case.first.month, case.first.day, tzinfo=case.zone).astimezone(UTC)
    feasts = frozenset(holidays.country_holidays("SA", years=2026)) if case.hours.holidays else frozenset()
    shifts = {case.first + n * DAY: shifts_of(case, case.first + n * DAY, feasts) for n in range(-2, SPAN + 2)}
    spans = {day: [(s.start.hour * 60 + s.start.minute, s.end.hour * 60 + s.end.minute or 1440) for s in of] for day, of in shifts.items()}
    found = []
    for n in range(SPAN * 1440):
        wall = (start + n * MINUTE).astimezone(case.zone)
        now = wall.hour * 60 + wall.minute
        found.append(any(a <= now < b for a, b in spans[wall.date()]))
    for session in case.sessions:
        begin = (session.start.astimezone(UTC) - start) // MINUTE
        for n in range(max(begin, 0), min((session.end.astimezone(UTC) - start) // MINUTE, len(found))):
            found[n] = True
    return start, found


def check_case(seed: int, questions: int = 40) -> None:
    """Ask the calendar of one random desk, and the minutes; raises AssertionError where they differ."""
    random, case = Random(seed * 7919), random_case(seed)
    calendar = Calendar(case.hours, case.zone.key, write_calendar(case.sessions)).for_team("live")
    start, minutes = count_minutes(case)
    worked = [0]
    for is_open in minutes:
        worked.append(worked[-1] + is_open)
    for _ in range(questions):
        a, b = sorted(random.randrange(len(minutes)) for _ in "ab")
        at, to = start + a * MINUTE, start + b * MINUTE
        assert calendar.is_open(at) is minutes[a], (seed, at)
        assert calendar.between(at, to) == (worked[b] - worked[a]) * MINUTE, (seed, at, to)
        wanted = random.randrange(1, 900)
        if (end := bisect_left(worked, worked[a] + wanted)) < len(worked):
            assert calendar.add(at, wanted * MINUTE) == start + end * MINUTE, (seed, at, wanted)
