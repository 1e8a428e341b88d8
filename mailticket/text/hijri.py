"""The Hijri date of a day and back, by the Umm al-Qura calendar that Saudi Arabia dates its letters with."""

from datetime import date

from hijridate import Gregorian, Hijri

from mailticket.model.policy import Bilingual

MONTHS = (
    Bilingual("محرم", "Muharram"),
    Bilingual("صفر", "Safar"),
    Bilingual("ربيع الأول", "Rabi I"),
    Bilingual("ربيع الآخر", "Rabi II"),
    Bilingual("جمادى الأولى", "Jumada I"),
    Bilingual("جمادى الآخرة", "Jumada II"),
    Bilingual("رجب", "Rajab"),
    Bilingual("شعبان", "Shaban"),
    Bilingual("رمضان", "Ramadan"),
    Bilingual("شوال", "Shawwal"),
    Bilingual("ذو القعدة", "Dhul-Qadah"),
    Bilingual("ذو الحجة", "Dhul-Hijjah"),
)


def find_hijri(day: date) -> tuple[int, Bilingual, int] | None:
    """Day, month and year; None for dates outside of the calendar's tables (1924 to 2077)."""
    try:
        found = Gregorian.fromdate(day).to_hijri()
    except OverflowError:
        return None
    return found.day, MONTHS[found.month - 1], found.year


def find_gregorian(year: int, month: int, day: int) -> date | None:
    """The day of a Hijri date; None for one that the calendar does not have, or that lies outside of its tables (1343 to 1500)."""
    try:
        found = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(found.year, found.month, found.day)
