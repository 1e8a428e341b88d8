"""Until when somebody is away, as an automatic reply says it: a date behind "until", "back on", «حتى», «أعود يوم».

A guess that harms nobody: without a date leave lasts a day, and each further automatic reply prolongs it; it ends when the person writes.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailticket.text.dates import Found, choose_date, find_dates
from mailticket.text.normalise import normalise

UNSAID = timedelta(days=1)
LONGEST = timedelta(days=90)
"""A date further off than this is no return from leave."""
_CUE = re.compile(
    r"(?P<back>\b(?:back|return\w*)\b|العوده|اعود|عودتي|الرجوع|ارجع|اباشر|مباشرتي)"
    r"|\b(?:until|till|through|to|and)\b|حتي|لغايه|الي",
)
REACH = 40
"""So many characters a date may stand behind its cue."""


def find_return(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the day on which the text says that somebody is back, in UTC; a day from now when it names none."""
    today = now.astimezone(zone).date()
    clean = normalise(text[:4000])
    dates = [day for day in _find_days(clean, today) if today < day <= today + LONGEST]
    if not dates:
        return now + UNSAID
    return datetime.combine(max(dates), time(), zone).astimezone(UTC)


def _find_days(text: str, today: date) -> Iterator[date]:
    """The days of return: a date behind "back", and the day after one behind "until"."""
    found = list(find_dates(text, today))
    back = {one.start for cue in _CUE.finditer(text) if cue["back"] for one in _behind(cue, found)}
    for cue in _CUE.finditer(text):
        near = _behind(cue, found)
        if day := choose_date(near):
            yield day if back.intersection(one.start for one in near) else day + timedelta(days=1)


def _behind(cue: re.Match[str], found: Sequence[Found]) -> list[Found]:
    """The first date behind a cue, and the same day in the other calendar."""
    near = [one for one in found if cue.end() <= one.start <= cue.end() + REACH]
    return [one for one in near[:2] if one is near[0] or one.is_hijri is not near[0].is_hijri]
