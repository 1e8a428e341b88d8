"""Moments and days as agents write them behind #away and #snooze, in both languages and both calendars."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.model.mail import Language
from mailticket.outbound.words import word_both_dates, word_day
from mailticket.text.dates import choose_date, find_dates
from mailticket.text.normalise import normalise
from mailticket.tickets.arguments import find_moment

RIYADH = ZoneInfo("Asia/Riyadh")
NOW = datetime(2026, 11, 24, 9, tzinfo=RIYADH)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("3h", "11-24 12:00"),
        ("يومين", "11-26 09:00"),
        ("ثلاثة أيام", "11-27 09:00"),
        ("a week", "12-01 09:00"),
        ("tomorrow 10:00", "11-25 10:00"),
        ("غداً ١٠ صباحاً", "11-25 10:00"),
        ("١٠:٣٠ مساءً", "11-24 22:30"),
        ("بعد غد", "11-26 08:00"),
        ("حتى الأحد", "11-29 08:00"),
        ("الأحد القادم الساعة ٩:١٥", "11-29 09:15"),
        ("next sunday", "11-29 08:00"),
        ("2026-12-01", "12-01 08:00"),
        ("2026-12-01T10:30", "12-01 10:30"),
        ("٢٠٢٦/١٢/١٢", "12-12 08:00"),
        ("12-12-2026", "12-12 08:00"),
        ("12/12", "12-12 08:00"),
        ("حتى ١٢ ديسمبر", "12-12 08:00"),
        ("until 12 December 2026", "12-12 08:00"),
        ("Dec 12th, 2 pm", "12-12 14:00"),
        ("يوم السبت الموافق ١٢ ديسمبر ٢٠٢٦م", "12-12 08:00"),
        ("١٩ جمادى الآخرة ١٤٤٨هـ", "11-29 08:00"),
        ("١٩ جمادى الثانية", "11-29 08:00"),
        ("19/6/1448", "11-29 08:00"),
        ("١٩ جمادى الآخرة ١٤٤٨هـ الموافق ٢٩ نوفمبر ٢٠٢٦م", "11-29 08:00"),
    ],
)
def test_what_is_said_is_understood(words: str, moment: str) -> None:
    """A span, a weekday, a date in figures or words, of either calendar, with a time of day or in the morning."""
    found = find_moment(words, NOW, RIYADH)
    assert found is not None, words
    assert f"{found.astimezone(RIYADH):%m-%d %H:%M}" == moment


@pytest.mark.parametrize(
    "words",
    ["", "soon", "7", "29/2", "31 فبراير", "2026-11-24", "24:00", "10 ديسمبر وما بعده", "from sunday to tuesday", "من الأحد", "30 جمادى الآخرة ١٤٤٨", "2031-01-01"],
)
def test_what_can_not_be_told_is_asked(words: str) -> None:
    """What names no moment, several, one that is past or none that a calendar has is not guessed at."""
    assert find_moment(words, NOW, RIYADH) is None


@given(st.dates(date(2026, 1, 1), date(2075, 1, 1)), st.sampled_from((Language.AR, Language.EN)))
def test_our_own_dates_are_read_back(day: date, language: Language) -> None:
    """However the desk words a day, with its Hijri date or without, it reads the same day out of the words."""
    at = datetime(day.year, day.month, day.day, 12, tzinfo=RIYADH)
    for text in (word_day(day, language), word_both_dates(at, RIYADH, language)):
        assert choose_date(list(find_dates(normalise(text), date(2026, 1, 1)))) == day, text


@given(st.text(alphabet="0123456789/-. :abcdefmstw أحدديسمبرجمادى٠١٢٣٤٥٦٧٨٩", max_size=30))
def test_no_words_trouble_the_reader(words: str) -> None:
    """Whatever is said, the answer is a moment within a year or none."""
    found = find_moment(words, NOW, RIYADH)
    assert found is None or found > NOW
