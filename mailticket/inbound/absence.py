"""Until when somebody is away, as an automatic reply says it: a date behind "until", "back on", «حتى», «أعود يوم».

A guess that harms nobody: without a date leave lasts a day, and each further automatic reply prolongs it; it ends when the person writes.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailticket.text.bidi import strip_controls
from mailticket.text.normalise import fold_digits

UNSAID = timedelta(days=1)
LONGEST = timedelta(days=90)
"""A date further off than this is no return from leave."""
MONTHS = (
    ("jan", "يناير", "كانون الثاني"),
    ("feb", "فبراير", "شباط"),
    ("mar", "مارس", "آذار"),
    ("apr", "أبريل", "ابريل", "نيسان"),
    ("may", "مايو", "أيار"),
    ("jun", "يونيو", "حزيران"),
    ("jul", "يوليو", "تموز"),
    ("aug", "أغسطس", "اغسطس", "آب"),
    ("sep", "سبتمبر", "أيلول"),
    ("oct", "أكتوبر", "اكتوبر", "تشرين الأول"),
    ("nov", "نوفمبر", "تشرين الثاني"),
    ("dec", "ديسمبر", "كانون الأول"),
)
_NUMBER = {name: month for month, names in enumerate(MONTHS, 1) for name in names}
_MONTH = "|".join(sorted(map(re.escape, _NUMBER), key=len, reverse=True))
_CUE = re.compile(
    r"(?P<back>\b(?:back|return\w*)\b|العودة|أعود|اعود|عودتي)|\b(?:until|till|through|to|and)\b|حتى|لغاية|إلى|الى", re.IGNORECASE
)
_DATE = re.compile(
    rf"(?P<iso>\d{{4}}-\d{{1,2}}-\d{{1,2}})"
    rf"|(?P<figures>\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}})"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\w*\.?,?(?:\s+(?P<year>\d{{4}}))?"
    rf"|(?P<month2>{_MONTH})\w*\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?(?:\s+(?P<year2>\d{{4}}))?",
    re.IGNORECASE,
)
REACH = 40
"""So many characters a date may stand behind its cue."""


def find_return(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the day on which the text says that somebody is back, in UTC; a day from now when it names none."""
    today = now.astimezone(zone).date()
    clean = fold_digits(strip_controls(text))[:4000]
    dates = [day for day in _find_dates(clean, today) if today < day <= today + LONGEST]
    if not dates:
        return now + UNSAID
    return datetime.combine(max(dates), time(), zone).astimezone(UTC)


def _find_dates(text: str, today: date) -> Iterator[date]:
    """The days of return: a date behind "back", and the day after one behind "until"."""
    for cue in _CUE.finditer(text):
        found = _DATE.search(text, cue.end(), cue.end() + REACH)
        if found and (day := _read(found, today)):
            yield day if cue["back"] else day + timedelta(days=1)


def _read(found: re.Match[str], today: date) -> date | None:
    """The date, None for one that no calendar has; without a year it is the next one of its name."""
    try:
        if found["iso"]:
            return date(*map(int, found["iso"].split("-")))
        if found["figures"]:
            day, month, year = map(int, re.split(r"[/.]", found["figures"]))
            return date(year, month, day)
        name, number = (found["month"] or found["month2"]).lower(), int(found["day"] or found["day2"])
        said = found["year"] or found["year2"]
        nearest = date(int(said) if said else today.year, _NUMBER[name], number)
        return nearest.replace(year=today.year + 1) if nearest < today and not said else nearest
    except ValueError:
        return None
