"""Dates as people write them, in figures or with the month's name, in both languages and both calendars.

Where a text gives one day in both calendars («١٩ جمادى الآخرة ١٤٤٨هـ الموافق ٢٩ نوفمبر ٢٠٢٦م»), the Gregorian one is believed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from mailticket.text import hijri
from mailticket.text.normalise import normalise

MONTHS = (
    ("jan", "january", "يناير", "كانون الثاني"),
    ("feb", "february", "فبراير", "شباط"),
    ("mar", "march", "مارس", "آذار"),
    ("apr", "april", "أبريل", "نيسان"),
    ("may", "مايو", "أيار"),
    ("jun", "june", "يونيو", "حزيران"),
    ("jul", "july", "يوليو", "تموز"),
    ("aug", "august", "أغسطس", "آب"),
    ("sep", "sept", "september", "سبتمبر", "أيلول"),
    ("oct", "october", "أكتوبر", "تشرين الأول"),
    ("nov", "november", "نوفمبر", "تشرين الثاني"),
    ("dec", "december", "ديسمبر", "كانون الأول"),
)
OTHER_NAMES = {4: ("ربيع الثاني",), 6: ("جمادى الثانية", "جمادى الثاني", "جمادى الآخر"), 11: ("ذي القعدة",), 12: ("ذي الحجة",)}
"""Hijri months by other names than `hijri.MONTHS` has."""
HIJRI_YEARS = range(1400, 1501)
"""Years that are meant by the Hijri calendar, whoever writes them."""


def _number(names: Sequence[Sequence[str]]) -> dict[str, int]:
    return {normalise(name): month for month, row in enumerate(names, 1) for name in row}


_NUMBER = _number(MONTHS)
_HIJRI = _number([(name.ar, name.en, *OTHER_NAMES.get(month, ())) for month, name in enumerate(hijri.MONTHS, 1)])
_NAMES = "|".join(sorted(map(re.escape, (*_NUMBER, *_HIJRI)), key=len, reverse=True))
_STOP = r"\s*[-/.]\s*"
_DATE = re.compile(
    rf"(?<!\d)(?P<year>\d{{4}}){_STOP}(?P<month>\d{{1,2}}){_STOP}(?P<day>\d{{1,2}})(?!\d)"
    rf"|(?<!\d)(?P<day2>\d{{1,2}}){_STOP}(?P<month2>\d{{1,2}}){_STOP}(?P<year2>\d{{4}}|\d{{2}})(?!\d)"
    rf"|(?<!\d)(?P<day3>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+|من\s+)?(?P<name>{_NAMES})\b\.?,?(?:\s+(?:عام\s+|سنه\s+)?(?P<year3>\d{{4}}))?"
    rf"|\b(?P<name2>{_NAMES})\b\.?\s+(?P<day4>\d{{1,2}})(?:st|nd|rd|th)?\b,?(?:\s+(?P<year4>\d{{4}}))?"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a text: the day that it names (None: no calendar has it), where it stands, and whether it is a Hijri one."""

    day: date | None
    start: int
    end: int
    is_hijri: bool


def find_dates(text: str, today: date) -> Iterator[Found]:
    """Every date in a normalised text, in its order. One without a year is the next of its name."""
    for found in _DATE.finditer(text):
        name = found["name"] or found["name2"] or ""
        said = next((found[group] for group in ("year", "year2", "year3", "year4") if found[group]), "")
        year = int(said) + (2000 if len(said) == 2 else 0) if said else None
        month = _NUMBER.get(name) or _HIJRI.get(name) or int(found["month"] or found["month2"])
        day = int(next(found[group] for group in ("day", "day2", "day3", "day4") if found[group]))
        is_hijri = name in _HIJRI or year in HIJRI_YEARS
        yield Found(_place(year, month, day, today, is_hijri=is_hijri), found.start(), found.end(), is_hijri)


def choose_date(found: Sequence[Found]) -> date | None:
    """The day that dates beside each other mean: the first Gregorian one that there is, otherwise the first Hijri one."""
    return next((one.day for one in sorted(found, key=lambda one: one.is_hijri) if one.day), None)


def _place(year: int | None, month: int, day: int, today: date, *, is_hijri: bool) -> date | None:
    if year is not None:
        return _read(year, month, day, is_hijri=is_hijri)
    known = hijri.find_hijri(today)
    first = known[2] if is_hijri and known else today.year
    days = (_read(each, month, day, is_hijri=is_hijri) for each in (first, first + 1))
    return next((found for found in days if found and found >= today), None)


def _read(year: int, month: int, day: int, *, is_hijri: bool) -> date | None:
    return hijri.find_gregorian(year, month, day) if is_hijri else make_date(year, month, day)


def make_date(year: int, month: int, day: int) -> date | None:
    """A day of the calendar, None for one that it does not have."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
