"""What stands behind a command's word, read as a value: people, teams, priorities, types, moments, addresses, channels.

People write names as they say them («الشهادات» for «فريق الشهادات», "sara" for sara@example.sa), in both languages; each reader gives
None for what it can't read, and the agent is told what would have been right.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from mailticket.model.policy import Agent, Settings, Team
from mailticket.model.ticket import Channel, Priority, Type
from mailticket.text.contact import find_address as find_address
from mailticket.text.contact import split_who
from mailticket.text.dates import Found, choose_date, find_dates, make_date
from mailticket.text.normalise import fold_digits, normalise

T = TypeVar("T")
_EDGES = " .،,;؛:!?؟\"'«»()<>"

PRIORITIES: Mapping[Priority, tuple[str, ...]] = {
    Priority.URGENT: ("urgent", "عاجل", "عاجلة", "طارئ", "طارئة", "critical"),
    Priority.HIGH: ("high", "عالي", "عالية", "مرتفعة", "مهم", "مهمة"),
    Priority.NORMAL: ("normal", "عادي", "عادية", "متوسطة", "medium"),
    Priority.LOW: ("low", "منخفض", "منخفضة"),
}
TYPES: Mapping[Type, tuple[str, ...]] = {
    Type.COMPLAINT: ("complaint", "شكوى", "الشكوى", "بلاغ"),
    Type.SUGGESTION: ("suggestion", "مقترح", "اقتراح"),
    Type.REQUEST: ("request", "طلب"),
    Type.INQUIRY: ("inquiry", "استفسار", "سؤال", "question", "enquiry"),
}
CHANNELS: Mapping[Channel, tuple[str, ...]] = {
    Channel.PHONE: ("phone", "call", "هاتف", "مكالمة", "اتصال", "جوال"),
    Channel.WHATSAPP: ("whatsapp", "واتساب", "واتس"),
    Channel.FACEBOOK: ("facebook", "فيسبوك"),
    Channel.TWITTER: ("twitter", "x", "تويتر", "إكس"),
    Channel.REMOTE: ("remote", "تحكم", "teamviewer"),
    Channel.HALL: ("hall", "قاعة", "القاعة"),
}
SWITCHES: Mapping[bool, tuple[str, ...]] = {True: ("on", "yes", "نعم", ""), False: ("off", "no", "لا", "إيقاف")}
ME = ("", "me", "myself", "لي", "أنا", "نفسي", "إلي", "علي")
NOBODY = ("none", "nobody", "لا أحد", "بدون")
TEAM_WORDS = ("فريق", "قسم", "team")
UNITS: Mapping[str, tuple[str, ...]] = {
    "minutes": ("m", "min", "minute", "minutes", "دقيقة", "دقائق", "دقيقتان", "دقيقتين"),
    "hours": ("h", "hour", "hours", "ساعة", "ساعات", "ساعتان", "ساعتين"),
    "days": ("d", "day", "days", "يوم", "أيام", "يوما", "يومان", "يومين"),
    "weeks": ("w", "week", "weeks", "أسبوع", "أسابيع", "أسبوعان", "أسبوعين"),
}
DUALS = frozenset(map(normalise, ("دقيقتان", "دقيقتين", "ساعتان", "ساعتين", "يومان", "يومين", "أسبوعان", "أسبوعين")))
DAYS: Mapping[int, tuple[str, ...]] = {
    0: ("monday", "mon", "الاثنين", "الإثنين"),
    1: ("tuesday", "tue", "الثلاثاء"),
    2: ("wednesday", "wed", "الأربعاء"),
    3: ("thursday", "thu", "الخميس"),
    4: ("friday", "fri", "الجمعة"),
    5: ("saturday", "sat", "السبت"),
    6: ("sunday", "sun", "الأحد"),
}
NEAR: Mapping[int, tuple[str, ...]] = {0: ("today", "اليوم"), 1: ("tomorrow", "غدا", "بكرة", "بكره"), 2: ("بعد غد",)}
_SPAN = re.compile(r"(?P<count>\d{1,3})?\s*(?P<unit>[^\W\d_]+)")
HALVES: Mapping[str, tuple[str, ...]] = {
    "am": ("am", "a.m.", "ص", "صباحا", "الصبح"),
    "pm": ("pm", "p.m.", "م", "مساء", "ظهرا", "عصرا"),
}
FILLERS = (
    *("until", "till", "to", "on", "at", "next", "this", "the", "of", "morning", "t", "ad", "ah"),
    *("حتى", "إلى", "لغاية", "يوم", "في", "بتاريخ", "الموافق", "القادم", "القادمة", "المقبل", "المقبلة", "الساعة", "صباح", "هـ", "م"),
)
"""Words that stand about a day or a time and name none."""
NUMBERS: Mapping[int, tuple[str, ...]] = {
    1: ("one", "a", "an"),
    2: ("two",),
    3: ("three", "ثلاث", "ثلاثة"),
    4: ("four", "أربع", "أربعة"),
    5: ("five", "خمس", "خمسة"),
    6: ("six", "ست", "ستة"),
    7: ("seven", "سبع", "سبعة"),
    8: ("eight", "ثمان", "ثماني", "ثمانية"),
    9: ("nine", "تسع", "تسعة"),
    10: ("ten", "عشر", "عشرة"),
}
_DAY_AND_MONTH = re.compile(r"(\d{1,2})[/.](\d{1,2})")
FARTHEST = timedelta(days=366)
MORNING = time(8)


def _flip(table: Mapping[T, Iterable[str]]) -> dict[str, T]:
    return {normalise(word): value for value, words in table.items() for word in words}


_ME, _NOBODY, _TEAM_WORDS = (tuple(map(normalise, words)) for words in (ME, NOBODY, TEAM_WORDS))
_UNIT, _DAY, _NEAR = _flip(UNITS), _flip(DAYS), _flip(NEAR)
_HALF, _COUNT, _FILLERS = _flip(HALVES), _flip(NUMBERS), frozenset(map(normalise, FILLERS))
_HALVES = "|".join(sorted(map(re.escape, _HALF), key=len, reverse=True))
_CLOCK = re.compile(
    rf"(?<![\d:])(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?![\d:])(?:\s*(?P<half>{_HALVES})(?!\w))?"
    rf"|(?<![\d:/.-])(?P<hour2>\d{{1,2}})\s*(?P<half2>{_HALVES})(?!\w)"
)
_PRIORITY, _TYPE, _CHANNEL, _SWITCH = _flip(PRIORITIES), _flip(TYPES), _flip(CHANNELS), _flip(SWITCHES)


def _key(words: str) -> str:
    return normalise(words.strip(_EDGES)).strip()


def find_priority(words: str) -> Priority | None:
    """The priority of that name."""
    return _PRIORITY.get(_key(words))


def find_type(words: str) -> Type | None:
    """The type of that name."""
    return _TYPE.get(_key(words))


def find_switch(words: str) -> bool | None:
    """Whether the words say on or off; nothing said is on."""
    return _SWITCH.get(_key(words))


def find_person(words: str, settings: Settings, me: Agent) -> Agent | str | None:
    """The agent of that name or address; "" for nobody; None when no one or more than one is called so."""
    key = _key(words)
    if key in _ME:
        return me
    if key in _NOBODY:
        return ""
    if address := find_address(words):
        return settings.find_agent(address)
    found = [agent for agent in settings.agents if key in _names(agent)]
    found = found or [agent for agent in settings.agents if key in {name.partition(" ")[0] for name in _names(agent)}]
    return found[0] if len(found) == 1 else None


def _names(agent: Agent) -> set[str]:
    return {normalise(name) for name in (agent.name.ar, agent.name.en, agent.email.partition("@")[0], agent.email) if name}


def find_team(words: str, settings: Settings) -> Team | None:
    """The team of that name or title, with or without «فريق» before it; None when no one or more than one is called so."""
    key = _bare(_key(words))
    found = [team for team in settings.teams if key and key in {_bare(normalise(n)) for n in (team.name, team.title.ar, team.title.en)}]
    return found[0] if len(found) == 1 else None


def _bare(name: str) -> str:
    """A team's name without «فريق» and articles, for people leave them out."""
    return " ".join(word.removeprefix("ال") for word in name.split() if word not in _TEAM_WORDS)


def find_number(words: str) -> int | None:
    """A ticket's number, with or without its tag."""
    found = re.search(r"\d{1,12}", fold_digits(words))
    return int(found[0]) if found else None


@dataclass(frozen=True, slots=True)
class Contact:
    """Who was in touch by another channel, as far as the words say."""

    channel: Channel
    name: str = ""
    address: str = ""
    phone: str = ""


def find_contact(words: str) -> Contact | None:
    """The channel, then name, phone and address in any order; None without a channel and somebody."""
    first, _, rest = fold_digits(words).strip().partition(" ")
    channel = _CHANNEL.get(_key(first))
    who = split_who(rest)
    if channel is None or not (who.name or who.address or who.phone):
        return None
    return Contact(channel, who.name, who.address, who.phone)


def find_moment(words: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment that words name: "3h", «يومين», "tomorrow 10:00", «الأحد», "2026-12-01", «١٢ ديسمبر»; in UTC.

    None when it can't be told, is past, or is more than a year off.
    """
    text = _key(words)
    clock = _CLOCK.search(text)
    rest = _CLOCK.sub(" ", text, count=1).strip(_EDGES)
    here = now.astimezone(zone)
    moment = _by_day(rest, here, clock) if rest or clock else None
    moment = moment or (_by_span(rest, now) if not clock else None)
    if moment is None or not now < moment <= now + FARTHEST:
        return None
    return moment.astimezone(UTC)


def _by_span(text: str, now: datetime) -> datetime | None:
    """So long from now."""
    words = [str(_COUNT.get(word, word)) for word in text.removeprefix("in ").removeprefix("بعد ").split()]
    span = _SPAN.fullmatch(" ".join(words))
    unit = _UNIT.get(span["unit"]) if span else None
    if span is None or unit is None:
        return None
    count = int(span["count"]) if span["count"] else 2 if span["unit"] in DUALS else 1
    return now + timedelta(**{unit: count})


def _by_day(text: str, here: datetime, clock: re.Match[str] | None) -> datetime | None:
    """A day, in the morning unless a time of day is given; a time alone is the next one of that name."""
    at = _read_clock(clock) if clock else MORNING
    if at is None:
        return None
    if clock and not _name(text):
        today = datetime.combine(here.date(), at, here.tzinfo)
        return today if today > here else today + timedelta(days=1)
    day = _find_day(text, here.date())
    return datetime.combine(day, at, here.tzinfo) if day else None


def _name(text: str) -> str:
    """The words without those that name nothing."""
    return " ".join(word for word in (each.strip(_EDGES) for each in text.split()) if word and word not in _FILLERS)


def _find_day(text: str, today: date) -> date | None:
    """A near day, a weekday, or a date, beside which its weekday and its Hijri date may stand; None for any other word."""
    if (near := next((_NEAR[form] for form in (text, _name(text)) if form in _NEAR), None)) is not None:
        return today + timedelta(days=near)
    found = list(find_dates(text, today))
    rest = _name(_without(text, found))
    if (weekday := _DAY.get(rest)) is not None and not found:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if found and (not rest or rest in _DAY):
        return choose_date(found)
    return _find_day_and_month(rest, today)


def _without(text: str, found: Sequence[Found]) -> str:
    for one in reversed(found):
        text = f"{text[: one.start]} {text[one.end :]}"
    return text


def _find_day_and_month(words: str, today: date) -> date | None:
    """The next day of a name in figures, such as 12/12."""
    if not (found := _DAY_AND_MONTH.fullmatch(words)):
        return None
    days = (make_date(year, int(found[2]), int(found[1])) for year in (today.year, today.year + 1))
    return next((day for day in days if day and day > today), None)


def _read_clock(found: re.Match[str]) -> time | None:
    hour, minute = int(found["hour"] or found["hour2"]), int(found["minute"] or 0)
    half = _HALF.get(found["half"] or found["half2"] or "")
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None
