"""How the desk words figures: moments, hours, counts, sizes and the names of types and states, in Arabic and English.

Arabic numbers rule the noun that they count (تذكرة واحدة، تذكرتان، ٣ تذاكر، ١١ تذكرة), clock hours have parts of the day, and
digits in prose are Arabic-Indic, while ids and addresses keep Western ones. All of it is tables here, so that a template says
`{{ say.promised }}` and is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from mailticket.model.mail import Language
from mailticket.model.policy import Bilingual, Hours, Shift
from mailticket.text.hijri import find_hijri

TYPES = {
    "complaint": Bilingual("شكوى", "Complaint"),
    "suggestion": Bilingual("مقترح", "Suggestion"),
    "request": Bilingual("طلب", "Request"),
    "inquiry": Bilingual("استفسار", "Inquiry"),
}
OWN_TYPES = {
    "complaint": Bilingual("شكواكم", "your complaint"),
    "suggestion": Bilingual("مقترحكم", "your suggestion"),
    "request": Bilingual("طلبكم", "your request"),
    "inquiry": Bilingual("استفساركم", "your inquiry"),
}
"""What we call a mail to the one who wrote it; the plural address of formal Arabic."""
PRIORITIES = {
    "urgent": Bilingual("عاجلة", "Urgent"),
    "high": Bilingual("عالية", "High"),
    "normal": Bilingual("عادية", "Normal"),
    "low": Bilingual("منخفضة", "Low"),
}
STATUSES = {
    "new": Bilingual("جديدة", "New"),
    "open": Bilingual("مفتوحة", "Open"),
    "waiting": Bilingual("بانتظار مقدم الطلب", "Waiting for the requester"),
    "resolved": Bilingual("تمت المعالجة", "Resolved"),
    "verifying": Bilingual("قيد التحقق من انتهائها", "Being verified"),
    "closed": Bilingual("مغلقة", "Closed"),
    "merged": Bilingual("مدمجة", "Merged"),
    "spam": Bilingual("مزعجة", "Spam"),
}
CHANNELS = {
    "email": Bilingual("البريد الإلكتروني", "E-mail"),
    "form": Bilingual("نموذج الموقع الإلكتروني", "Website form"),
    "phone": Bilingual("الهاتف", "Phone"),
    "whatsapp": Bilingual("واتساب", "WhatsApp"),
    "facebook": Bilingual("فيسبوك", "Facebook"),
    "twitter": Bilingual("تويتر", "Twitter"),
    "remote": Bilingual("الدعم عن بُعد", "Remote access"),
    "hall": Bilingual("قاعة التدريب", "Training hall"),
}
WEEKDAYS = (
    Bilingual("الاثنين", "Monday"),
    Bilingual("الثلاثاء", "Tuesday"),
    Bilingual("الأربعاء", "Wednesday"),
    Bilingual("الخميس", "Thursday"),
    Bilingual("الجمعة", "Friday"),
    Bilingual("السبت", "Saturday"),
    Bilingual("الأحد", "Sunday"),
)
"""By `datetime.weekday()`."""
MONTHS = (
    Bilingual("يناير", "January"),
    Bilingual("فبراير", "February"),
    Bilingual("مارس", "March"),
    Bilingual("أبريل", "April"),
    Bilingual("مايو", "May"),
    Bilingual("يونيو", "June"),
    Bilingual("يوليو", "July"),
    Bilingual("أغسطس", "August"),
    Bilingual("سبتمبر", "September"),
    Bilingual("أكتوبر", "October"),
    Bilingual("نوفمبر", "November"),
    Bilingual("ديسمبر", "December"),
)
_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_MARKS = str.maketrans(",.", "٬٫")


@dataclass(frozen=True, slots=True)
class Noun:
    """A counted noun: Arabic for 1, 2, 3-10, 11-99 and whole hundreds, English for one and many."""

    one: str
    two: str
    few: str
    many: str
    hundred: str
    en_one: str
    en_many: str


NOUNS = {
    "ticket": Noun("تذكرة واحدة", "تذكرتان", "تذاكر", "تذكرة", "تذكرة", "ticket", "tickets"),
    "attachment": Noun("مرفق واحد", "مرفقان", "مرفقات", "مرفقاً", "مرفق", "attachment", "attachments"),
    "mail": Noun("رسالة واحدة", "رسالتان", "رسائل", "رسالة", "رسالة", "mail", "mails"),
    "target": Noun("موعد واحد", "موعدان", "مواعيد", "موعداً", "موعد", "target", "targets"),
    "rating": Noun("تقييم واحد", "تقييمان", "تقييمات", "تقييماً", "تقييم", "rating", "ratings"),
    "second": Noun("ثانية واحدة", "ثانيتان", "ثوانٍ", "ثانية", "ثانية", "second", "seconds"),
    "minute": Noun("دقيقة واحدة", "دقيقتان", "دقائق", "دقيقة", "دقيقة", "minute", "minutes"),
    "hour": Noun("ساعة واحدة", "ساعتان", "ساعات", "ساعة", "ساعة", "hour", "hours"),
    "day": Noun("يوم واحد", "يومان", "أيام", "يوماً", "يوم", "day", "days"),
}
_UNITS = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))
_SIZES = ((1_000_000_000, Bilingual("غيغابايت", "GB")), (1_000_000, Bilingual("ميغابايت", "MB")), (1000, Bilingual("كيلوبايت", "KB")))


def pick(text: Bilingual, language: Language) -> str:
    """The text in that language, or in the other when it is missing; mixed counts as Arabic."""
    return (text.en or text.ar) if language is Language.EN else (text.ar or text.en)


def word_title(table: Mapping[str, Bilingual], value: str, language: Language) -> str:
    """A row of one of the tables above; a value that has no row is shown as it is."""
    found = table.get(value)
    return pick(found, language) if found else value


def arabic_digits(text: str) -> str:
    """The text with Arabic-Indic digits, for prose."""
    return text.translate(_DIGITS)


def word_count(count: int, noun: str, language: Language) -> str:
    """A number with its noun (a key of NOUNS), in agreement: «تذكرتان», «١١ تذكرة», "3 tickets"."""
    word = NOUNS[noun]
    if language is Language.EN:
        return f"{count} {word.en_one if count == 1 else word.en_many}"
    if count in (1, 2):
        return word.one if count == 1 else word.two
    rest = count % 100
    form = word.few if 3 <= rest <= 10 else word.many if rest >= 11 else word.hundred
    return f"{arabic_digits(str(count))} {form}"


def word_new_mails(count: int, language: Language) -> str:
    """What a notice of several mails says first: «٣ رسائل جديدة في هذه التذكرة، الأحدث أولاً»."""
    said = word_count(count, "mail", language)
    if language is Language.EN:
        return f"{count} new mails on this ticket, the newest first"
    return f"{said} {'جديدتان' if count == 2 else 'جديدة'} في هذه التذكرة، الأحدث أولاً"


def word_duration(span: timedelta, language: Language) -> str:
    """A span in its largest two units: «يومان و٣ ساعات», "2 days 3 hours"; less than a minute counts as none."""
    parts, rest = [], span
    for unit, length in _UNITS:
        count, rest = divmod(rest, length)
        if count:
            parts.append(word_count(count, unit, language))
    if not parts:
        return word_count(0, "minute", language)
    return (" " if language is Language.EN else " و").join(parts[:2])


def word_number(value: float, language: Language) -> str:
    """A figure by itself: «١٬٢٠٤», "1,204"; with one decimal where it is no whole number: «٤٫٥», "4.5"."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return text if language is Language.EN else arabic_digits(text).translate(_MARKS)


def word_share(share: float | None, language: Language) -> str:
    """So many in a hundred, never rounded up: «٩٨٪», "98%"; a dash for a share of nothing."""
    if share is None:
        return "–"
    return f"{word_number(int(share), language)}{'%' if language is Language.EN else '٪'}"


def word_span(span: timedelta, language: Language) -> str:
    """A short span, in seconds while it is below two minutes."""
    if span < timedelta(minutes=2):
        return word_count(round(span.total_seconds()), "second", language)
    return word_duration(span, language)


def word_age(span: timedelta, language: Language) -> str:
    """A span in its largest unit alone: «٣ أيام», "5 hours"."""
    unit, length = next(((unit, length) for unit, length in _UNITS if span >= length), _UNITS[-1])
    return word_count(max(0, span // length), unit, language)


def word_working(span: timedelta, language: Language) -> str:
    """Working time in hours and minutes: a day of it would be read as a day of the calendar."""
    hours, rest = divmod(span, timedelta(hours=1))
    minutes = rest // timedelta(minutes=1)
    parts = [word_count(n, unit, language) for n, unit in ((hours, "hour"), (minutes, "minute")) if n]
    return (" " if language is Language.EN else " و").join(parts) or word_count(0, "minute", language)


def word_time(at: time, language: Language) -> str:
    """A time of day: «٩:٣٠ صباحاً», "9:30 am"; noon and midnight by name."""
    clock = f"{(at.hour - 1) % 12 + 1}:{at.minute:02d}"
    if language is Language.EN:
        named = {time(0): "midnight", time(12): "12 noon"}
        return named.get(at.replace(second=0, microsecond=0), f"{clock} {'am' if at.hour < 12 else 'pm'}")
    if at.hour == 0 and at.minute == 0:
        return "منتصف الليل"
    return f"{arabic_digits(clock)} {'صباحاً' if at.hour < 12 else 'ظهراً' if at.hour == 12 else 'مساءً'}"


def word_moment(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """A moment near enough for its weekday: «الأحد ٩:٣٠ صباحاً», "Sunday 9:30 am"."""
    local = at.astimezone(zone)
    return f"{pick(WEEKDAYS[local.weekday()], language)} {word_time(local.time(), language)}"


def word_date(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """A date with its year: «٢٩ نوفمبر ٢٠٢٦», "29 November 2026"."""
    return word_day(at.astimezone(zone).date(), language)


def word_day(day: date, language: Language) -> str:
    """A day with its year, as `word_date` says it."""
    text = f"{day.day} {pick(MONTHS[day.month - 1], language)} {day.year}"
    return text if language is Language.EN else arabic_digits(text)


def word_both_dates(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """The Hijri date beside the Gregorian: «١٩ جمادى الآخرة ١٤٤٨هـ الموافق ٢٩ نوفمبر ٢٠٢٦م», "29 November 2026 (19 Jumada II 1448 AH)"."""
    gregorian, hijri = word_date(at, zone, language), find_hijri(at.astimezone(zone).date())
    if hijri is None:
        return gregorian
    day, month, year = hijri
    if language is Language.EN:
        return f"{gregorian} ({day} {month.en} {year} AH)"
    return f"{arabic_digits(f'{day} {month.ar} {year}')}هـ الموافق {gregorian}م"


def word_figures(at: datetime, zone: ZoneInfo) -> str:
    """A moment in figures, the same in both languages, to be shown left to right: "2026-11-29 09:30 (UTC+3)"."""
    local = at.astimezone(zone)
    offset = f"{local:%z}"
    minutes = offset[3:5] if offset[3:5] != "00" else ""
    return f"{local:%Y-%m-%d %H:%M} (UTC{offset[0]}{int(offset[1:3])}{':' + minutes if minutes else ''})"


def word_size(size: int, language: Language) -> str:
    """A size in bytes as people say it: «١٫٢ ميغابايت», "1.2 MB"."""
    for unit, name in _SIZES:
        if size >= unit:
            figure = f"{size / unit:.1f}".removesuffix(".0")
            return f"{figure} {name.en}" if language is Language.EN else f"{arabic_digits(figure).replace('.', '٫')} {name.ar}"
    return f"{size} bytes" if language is Language.EN else f"{arabic_digits(str(size))} بايت"


@lru_cache(64)  # every acknowledgement names them in two languages, and they change once in a while
def word_hours(hours: Hours, language: Language, on: date | None = None) -> tuple[str, ...]:
    """The weekly working hours, a line for all days that have the same shifts; () when the desk is never open.

    «من الأحد إلى الخميس، من ٨:٠٠ صباحاً إلى ٩:٠٠ مساءً». On a date that has hours of its own, as in Ramadan, those, with their last day.
    """
    week = (hours.sunday, hours.monday, hours.tuesday, hours.wednesday, hours.thursday, hours.friday, hours.saturday)
    dated = next((d for d in hours.dated if on and d.first <= on <= d.last), None)
    if dated and dated.hours:
        line = _line([i for i, day in enumerate(week) if day], dated.hours, language)
        return (f"{line}{', until' if language is Language.EN else '، حتى'} {word_day(dated.last, language)}",)
    kinds = dict.fromkeys(shifts for shifts in week if shifts)
    return tuple(_line([i for i, day in enumerate(week) if day == shifts], shifts, language) for shifts in kinds)


def _line(days: Sequence[int], shifts: Sequence[Shift], language: Language) -> str:
    return f"{_word_days(days, language)}{', ' if language is Language.EN else '، '}{_word_shifts(shifts, language)}"


def _word_days(days: Sequence[int], language: Language) -> str:
    if len(days) == 7:
        return "Every day" if language is Language.EN else "كل أيام الأسبوع"
    runs = [[day for _, day in run] for _, run in groupby(enumerate(days), lambda pair: pair[1] - pair[0])]
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][-1] == 6:  # Saturday and Sunday are neighbours
        runs = [runs.pop() + runs[0], *runs[1:]]
    return _join([name for run in runs for name in _word_run(run, language)], language)


def _word_run(run: Sequence[int], language: Language) -> list[str]:
    names = [pick(WEEKDAYS[(day - 1) % 7], language) for day in run]
    if len(run) < 3:
        return names
    return [f"{names[0]} to {names[-1]}" if language is Language.EN else f"من {names[0]} إلى {names[-1]}"]


def _word_shifts(shifts: Sequence[Shift], language: Language) -> str:
    if any(shift.start == shift.end == time(0) for shift in shifts):
        return "around the clock" if language is Language.EN else "على مدار الساعة"
    form = "{} to {}" if language is Language.EN else "من {} إلى {}"
    return _join([form.format(word_time(s.start, language), word_time(s.end, language)) for s in shifts], language)


def _join(items: Sequence[str], language: Language) -> str:
    if language is not Language.EN:
        return " و".join(items)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
