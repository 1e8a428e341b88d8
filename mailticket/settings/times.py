"""Durations, rates, working times and the moments of digests, as settings.toml writes them: `45s 30m 2h 3d`, `10/3h`, `08:00-21:00`."""

import itertools
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from mailticket.model.policy import Rate, Shift
from mailticket.settings.environment import read_scalar
from mailticket.settings.faults import UnfitError, show
from mailticket.settings.words import Parser, name_kind, parse_text

LONGEST = timedelta(days=36500)
DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_DURATION = re.compile(r"([0-9]{1,12})\s*([smhd])")
_RATE = re.compile(r"([0-9]{1,9})\s*/\s*([0-9]{0,9})\s*(?:(s)(?:ec)?|(m)(?:in)?|(h)(?:our)?|(d)(?:ay)?)")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")


def parse_duration(value: object) -> timedelta:
    """A whole number and a unit (s, m, h, d) as a timedelta."""
    if isinstance(value, int) and not isinstance(value, bool):
        raise UnfitError("is a number without a unit", f'write the unit too, in quotes: "{value}s", "{value}m", "{value}h" or "{value}d"')
    text = parse_text(value)
    found = _DURATION.fullmatch(text)
    if found is None:
        raise UnfitError(f"{show(text)} is no duration", 'write a whole number and its unit: "45s", "30m", "2h" or "3d"')
    return _multiply(int(found[1]), found[2])


def _multiply(count: int, unit: str) -> timedelta:
    if count > LONGEST / _UNITS[unit]:
        raise UnfitError(f"{count}{unit} is longer than a hundred years", "write at most 36500d")
    return count * _UNITS[unit]


def format_duration(duration: timedelta) -> str:
    """A duration of whole seconds as `parse_duration` reads it, in the largest unit that fits."""
    for unit in "dhm":
        if duration and not duration % _UNITS[unit]:
            return f"{duration // _UNITS[unit]}{unit}"
    return f"{duration // _UNITS['s']}s"


def at_least(least: str) -> Parser:
    """A parser for durations that are not shorter than that."""
    bound = parse_duration(least)

    def parse(value: object) -> timedelta:
        duration = parse_duration(value)
        if duration < bound:
            raise UnfitError(f"{show(value)} is too short", f'write at least "{least}"')
        return duration

    return parse


def at_most(most: str) -> Parser:
    """A parser for durations that are not longer than that."""
    bound = parse_duration(most)

    def parse(value: object) -> timedelta:
        duration = parse_duration(value)
        if duration > bound:
            raise UnfitError(f"{show(value)} is too long", f'write at most "{most}"')
        return duration

    return parse


def parse_rate(value: object) -> Rate:
    """ "10/3h" or "30/min" as a Rate, "" as the Rate that limits nothing."""
    text = parse_text(value)
    if not text:
        return Rate()
    found = _RATE.fullmatch(text)
    if found is None:
        raise UnfitError(f"{show(text)} is no rate", 'write how many in what time: "10/3h", "30/min"; "" turns the limit off')
    count, per = int(found[1]), _multiply(int(found[2] or 1), "".join(filter(None, found.groups()[2:])))
    if not count or not per:
        raise UnfitError(f"{show(text)} lets nothing pass", 'write at least one, in a time that is not nothing; "" turns the limit off')
    return Rate(count, per)


def format_rate(rate: Rate) -> str:
    """A rate as `parse_rate` reads it."""
    return f"{rate.count}/{format_duration(rate.per)}" if rate.count else ""


def parse_shift(value: object) -> Shift:
    """ "08:00-21:00" as a Shift within one day; midnight at its end is "24:00" or "00:00"."""
    text = parse_text(value)
    halves = [_CLOCK.fullmatch(half.strip()) for half in re.split("[-–]", text)]
    if len(halves) != 2 or halves[0] is None or halves[1] is None or halves[0][1] == "24":
        raise UnfitError(f"{show(text)} is no working time", 'write start and end: "08:00-21:00"')
    start, end = (time(int(half[1]) % 24, int(half[2])) for half in halves if half)
    if halves[1][1] == "24" and end != time(0):
        raise UnfitError(f"{show(text)} ends after midnight", 'write "24:00" for the end of the day')
    if end == start != time(0):
        raise UnfitError(f"{show(text)} has no length", 'write start and end: "08:00-21:00"; for the whole day "00:00-24:00"')
    if end <= start and end != time(0):
        remedy = 'a shift over midnight is two: "22:00-24:00", and "00:00-02:00" on the next day'
        raise UnfitError(f"{show(text)} ends before it starts", remedy)
    return Shift(start, end)


def check_shifts(shifts: Sequence[Shift]) -> tuple[Shift, ...]:
    """The shifts of a day in order; raises UnfitError where two of them overlap."""
    ordered = sorted(shifts, key=lambda shift: shift.start)
    for one, other in itertools.pairwise(ordered):
        if one.end == time(0) or other.start < one.end:
            raise UnfitError(f"{_format_shift(one)} and {_format_shift(other)} overlap", "join them, or move one")
    return tuple(ordered)


def _format_shift(shift: Shift) -> str:
    end = "24:00" if shift.end == time(0) else f"{shift.end:%H:%M}"
    return f"{shift.start:%H:%M}-{end}"


def parse_moment(value: object) -> datetime:
    """An aware moment; raises UnfitError for a bare date or a time that does not say its zone."""
    value = read_scalar(value)
    if not isinstance(value, datetime) or value.tzinfo is None:
        wrong = "has no time zone" if isinstance(value, datetime) else f"is {name_kind(value)}, not a moment"
        raise UnfitError(wrong, "write date, time and zone without quotes: 2026-11-23T00:00:00Z")
    return value


def parse_date(value: object) -> date:
    """A day of the calendar."""
    value = read_scalar(value)
    if isinstance(value, datetime) or not isinstance(value, date):
        kind = "a moment" if isinstance(value, datetime) else name_kind(value)
        raise UnfitError(f"is {kind}, not a date", "write the day without quotes: 2026-09-23")
    return value


def parse_clock(value: object) -> str:
    """ "08:00", or "" for never."""
    text = parse_text(value)
    if text and not _is_clock(text):
        raise UnfitError(f"{show(text)} is no time of day", 'write hours and minutes: "08:00"; "" turns it off')
    return text


def parse_weekly(value: object) -> str:
    """ "sunday 08:00", or "" for never."""
    text = parse_text(value).lower()
    day, _, clock = text.partition(" ")
    if text and (day not in DAYS or not _is_clock(clock)):
        raise UnfitError(f"{show(text)} is no time of the week", 'write day and time: "sunday 08:00"; "" turns it off')
    return text


def parse_monthly(value: object) -> str:
    """ "1 08:00" (the day of the month, up to 28, and the time), or "" for never."""
    text = parse_text(value)
    day, _, clock = text.partition(" ")
    if text and not (re.fullmatch("[0-9]{1,2}", day) and 1 <= int(day) <= 28 and _is_clock(clock)):
        raise UnfitError(f"{show(text)} is no time of the month", 'write a day from 1 to 28 and the time: "1 08:00"; "" turns it off')
    return text


def _is_clock(text: str) -> bool:
    return bool(_CLOCK.fullmatch(text)) and not text.startswith("24")
