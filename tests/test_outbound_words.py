"""Figures as people say them, in both languages."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailticket.model.mail import Language
from mailticket.model.policy import DatedHours, Hours, Shift
from mailticket.model.ticket import Channel, Priority, Status, Type
from mailticket.outbound import words

AR, EN = Language.AR, Language.EN
RIYADH = ZoneInfo("Asia/Riyadh")
DAY, EVENING = Shift(time(8), time(12)), Shift(time(16), time(21))
ALWAYS = (Shift(time(0), time(0)),)
CLOSED = Hours(sunday=(), monday=(), tuesday=(), wednesday=(), thursday=())


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "٠ تذكرة"),
        (1, "تذكرة واحدة"),
        (2, "تذكرتان"),
        (3, "٣ تذاكر"),
        (10, "١٠ تذاكر"),
        (11, "١١ تذكرة"),
        (99, "٩٩ تذكرة"),
        (100, "١٠٠ تذكرة"),
        (102, "١٠٢ تذكرة"),
        (103, "١٠٣ تذاكر"),
        (111, "١١١ تذكرة"),
        (1003, "١٠٠٣ تذاكر"),
    ],
)
def test_arabic_nouns_agree_with_their_number(count: int, expected: str) -> None:
    """The noun has the form that its number asks for."""
    assert words.word_count(count, "ticket", AR) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, "0 days"), (1, "1 day"), (2, "2 days"), (11, "11 days")])
def test_english_nouns(count: int, expected: str) -> None:
    """One is one, all else is many."""
    assert words.word_count(count, "day", EN) == expected


@pytest.mark.parametrize(("count", "expected"), [(1, "يوم واحد"), (2, "يومان"), (5, "٥ أيام"), (11, "١١ يوماً"), (100, "١٠٠ يوم")])
def test_arabic_days(count: int, expected: str) -> None:
    """Days take the accusative from eleven on and the genitive after hundreds."""
    assert words.word_count(count, "day", AR) == expected


@pytest.mark.parametrize(
    ("span", "arabic", "english"),
    [
        (timedelta(0), "٠ دقيقة", "0 minutes"),
        (timedelta(minutes=30), "٣٠ دقيقة", "30 minutes"),
        (timedelta(hours=1, minutes=5), "ساعة واحدة و٥ دقائق", "1 hour 5 minutes"),
        (timedelta(days=2, hours=3, minutes=4), "يومان و٣ ساعات", "2 days 3 hours"),
    ],
)
def test_spans(span: timedelta, arabic: str, english: str) -> None:
    """A span is said in its two largest units."""
    assert (words.word_duration(span, AR), words.word_duration(span, EN)) == (arabic, english)


@pytest.mark.parametrize(
    ("at", "arabic", "english"),
    [
        (time(0), "منتصف الليل", "midnight"),
        (time(0, 30), "١٢:٣٠ صباحاً", "12:30 am"),
        (time(9, 30), "٩:٣٠ صباحاً", "9:30 am"),
        (time(12), "١٢:٠٠ ظهراً", "12 noon"),
        (time(12, 45), "١٢:٤٥ ظهراً", "12:45 pm"),
        (time(13), "١:٠٠ مساءً", "1:00 pm"),
        (time(21), "٩:٠٠ مساءً", "9:00 pm"),
    ],
)
def test_times_of_day(at: time, arabic: str, english: str) -> None:
    """Clock times have the day's part that people give them."""
    assert (words.word_time(at, AR), words.word_time(at, EN)) == (arabic, english)


def test_moments_are_told_in_the_desks_zone() -> None:
    """A UTC moment is worded where the desk is, weekday first, and has figures that both languages share."""
    at = datetime(2026, 11, 28, 21, 15, tzinfo=UTC)
    assert words.word_moment(at, RIYADH, AR) == "الأحد ١٢:١٥ صباحاً"
    assert words.word_moment(at, RIYADH, EN) == "Sunday 12:15 am"
    assert words.word_date(at, RIYADH, AR) == "٢٩ نوفمبر ٢٠٢٦"
    assert words.word_date(at, RIYADH, EN) == "29 November 2026"
    assert words.word_figures(at, RIYADH) == "2026-11-29 00:15 (UTC+3)"
    assert words.word_figures(at, ZoneInfo("Asia/Kolkata")) == "2026-11-29 02:45 (UTC+5:30)"
    assert words.word_figures(at, ZoneInfo("America/Caracas")) == "2026-11-28 17:15 (UTC-4)"


@pytest.mark.parametrize(
    ("hours", "arabic", "english"),
    [
        (Hours(), ("من الأحد إلى الخميس، من ٨:٠٠ صباحاً إلى ٩:٠٠ مساءً",), ("Sunday to Thursday, 8:00 am to 9:00 pm",)),
        (
            Hours(sunday=(DAY, EVENING), monday=(), tuesday=(DAY, EVENING), wednesday=(), thursday=(), saturday=(DAY,)),
            (
                "الأحد والثلاثاء، من ٨:٠٠ صباحاً إلى ١٢:٠٠ ظهراً ومن ٤:٠٠ مساءً إلى ٩:٠٠ مساءً",
                "السبت، من ٨:٠٠ صباحاً إلى ١٢:٠٠ ظهراً",
            ),
            ("Sunday and Tuesday, 8:00 am to 12 noon and 4:00 pm to 9:00 pm", "Saturday, 8:00 am to 12 noon"),
        ),
        (
            Hours(saturday=(Shift(time(8), time(21)),)),
            ("من السبت إلى الخميس، من ٨:٠٠ صباحاً إلى ٩:٠٠ مساءً",),
            ("Saturday to Thursday, 8:00 am to 9:00 pm",),
        ),
        (
            Hours(ALWAYS, ALWAYS, ALWAYS, ALWAYS, ALWAYS, ALWAYS, ALWAYS),
            ("كل أيام الأسبوع، على مدار الساعة",),
            ("Every day, around the clock",),
        ),
        (
            replace(CLOSED, friday=(Shift(time(14), time(0)),)),
            ("الجمعة، من ٢:٠٠ مساءً إلى منتصف الليل",),
            ("Friday, 2:00 pm to midnight",),
        ),
        (CLOSED, (), ()),
    ],
    ids=["shipped", "split shifts", "week that begins on Saturday", "always", "until midnight", "never"],
)
def test_working_hours(hours: Hours, arabic: tuple[str, ...], english: tuple[str, ...]) -> None:
    """Days with the same shifts are told together, neighbours as a range."""
    assert (words.word_hours(hours, AR), words.word_hours(hours, EN)) == (arabic, english)


@pytest.mark.parametrize(
    ("on", "arabic", "english"),
    [
        (
            date(2027, 3, 9),
            "من الأحد إلى الخميس، من ١٠:٠٠ صباحاً إلى ٣:٠٠ مساءً، حتى ٩ مارس ٢٠٢٧",
            "Sunday to Thursday, 10:00 am to 3:00 pm, until 9 March 2027",
        ),
        (date(2027, 3, 10), "من الأحد إلى الخميس، من ٨:٠٠ صباحاً إلى ٩:٠٠ مساءً", "Sunday to Thursday, 8:00 am to 9:00 pm"),
        (None, "من الأحد إلى الخميس، من ٨:٠٠ صباحاً إلى ٩:٠٠ مساءً", "Sunday to Thursday, 8:00 am to 9:00 pm"),
    ],
    ids=["its last day", "the day after", "no day"],
)
def test_hours_of_ramadan(on: date | None, arabic: str, english: str) -> None:
    """On a day that has other hours those are told, with their last day."""
    ramadan = DatedHours(date(2027, 2, 8), date(2027, 3, 9), (Shift(time(10), time(15)),))
    hours = Hours(dated=(ramadan,))
    assert (words.word_hours(hours, AR, on), words.word_hours(hours, EN, on)) == ((arabic,), (english,))


@pytest.mark.parametrize(
    ("size", "arabic", "english"),
    [(0, "٠ بايت", "0 bytes"), (999, "٩٩٩ بايت", "999 bytes"), (2000, "٢ كيلوبايت", "2 KB"), (1_250_000, "١٫٢ ميغابايت", "1.2 MB")],
)
def test_sizes(size: int, arabic: str, english: str) -> None:
    """Sizes have one decimal at most, with each language's own mark for it."""
    assert (words.word_size(size, AR), words.word_size(size, EN)) == (arabic, english)


@pytest.mark.parametrize(
    ("table", "kinds"),
    [(words.TYPES, Type), (words.OWN_TYPES, Type), (words.PRIORITIES, Priority), (words.STATUSES, Status), (words.CHANNELS, Channel)],
    ids=["types", "own types", "priorities", "statuses", "channels"],
)
def test_every_word_of_the_model_has_a_title(table: dict[str, object], kinds: type[Type]) -> None:
    """No state, type, priority or channel is shown by its bare English key."""
    assert set(table) == {kind.value for kind in kinds}


@pytest.mark.parametrize(
    ("day", "arabic", "english"),
    [
        pytest.param("2026-11-29", "١٩ جمادى الآخرة ١٤٤٨هـ الموافق ٢٩ نوفمبر ٢٠٢٦م", "29 November 2026 (19 Jumada II 1448 AH)", id="usual"),
        pytest.param("2026-02-18", "١ رمضان ١٤٤٧هـ الموافق ١٨ فبراير ٢٠٢٦م", "18 February 2026 (1 Ramadan 1447 AH)", id="first-of-ramadan"),
        pytest.param("2090-01-01", "١ يناير ٢٠٩٠", "1 January 2090", id="beyond-the-tables"),
    ],
)
def test_hijri_dates(day: str, arabic: str, english: str) -> None:
    """The Hijri date stands beside the Gregorian one as official letters write it, where the calendar's tables reach."""
    at = datetime.fromisoformat(f"{day}T09:30").replace(tzinfo=RIYADH)
    assert words.word_both_dates(at, RIYADH, Language.AR) == arabic
    assert words.word_both_dates(at, RIYADH, Language.EN) == english
