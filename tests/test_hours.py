"""Working time: the calendar's laws, its agreement with a minute counter, and the promises that rest on it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailticket.model.policy import DatedHours, Desk, Hours, Settings, Shift, Target
from mailticket.model.ticket import Channel, Due, Priority
from mailticket.tickets.hours import WEEK, Calendar
from mailticket.tickets.sla import choose_target, due_times, promised_moment
from tests.minutes import ZONES, check_case

RIYADH = ZoneInfo("Asia/Riyadh")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SHIPPED = Calendar(Hours())


def riyadh(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=RIYADH)


def shift(text: str) -> Shift:
    start, _, end = text.partition("-")
    return Shift(time.fromisoformat(start), time.fromisoformat(end))


def week(*shifts: str) -> Hours:
    """The same shifts every day of the week."""
    days: dict[str, Any] = {name: tuple(map(shift, shifts)) for name in WEEK}
    return Hours(**days, holidays="")


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        pytest.param("2026-11-22T08:00", True, id="sunday-opening"),
        pytest.param("2026-11-22T07:59:59", False, id="before-opening"),
        pytest.param("2026-11-22T20:59:59", True, id="before-closing"),
        pytest.param("2026-11-22T21:00", False, id="closing"),
        pytest.param("2026-11-27T12:00", False, id="friday"),
        pytest.param("2026-11-28T12:00", False, id="saturday"),
        pytest.param("2026-09-23T12:00", False, id="national-day"),
        pytest.param("2026-02-22T12:00", False, id="founding-day"),
        pytest.param("2026-05-27T12:00", False, id="eid-al-adha"),
    ],
)
def test_shipped_hours(at: str, is_open: bool) -> None:
    """The desk works Sunday to Thursday from 8 to 21, and rests on the holidays of Saudi Arabia."""
    assert SHIPPED.is_open(riyadh(at)) is is_open


@pytest.mark.parametrize(
    ("start", "working", "due"),
    [
        pytest.param("2026-11-22T10:00", 4 * HOUR, "2026-11-22T14:00", id="within-a-day"),
        pytest.param("2026-11-22T17:00", 4 * HOUR, "2026-11-22T21:00", id="to-the-very-end"),
        pytest.param("2026-11-22T20:00", 4 * HOUR, "2026-11-23T11:00", id="over-night"),
        pytest.param("2026-11-26T20:30", HOUR, "2026-11-29T08:30", id="over-the-weekend"),
        pytest.param("2026-11-27T03:00", 15 * MINUTE, "2026-11-29T08:15", id="from-a-friday-night"),
        pytest.param("2026-05-25T20:00", 2 * HOUR, "2026-06-01T09:00", id="over-eid"),
        pytest.param("2026-11-27T03:00", timedelta(0), "2026-11-27T03:00", id="nothing"),
    ],
)
def test_add(start: str, working: timedelta, due: str) -> None:
    """Working time is added within the hours only."""
    assert SHIPPED.add(riyadh(start), working) == riyadh(due)


def test_days_of_a_target_are_working_days() -> None:
    """A target of days counts each as one usual working day, its hours as hours."""
    assert SHIPPED.working(timedelta(days=3)) == 39 * HOUR
    assert SHIPPED.working(timedelta(days=1, hours=2)) == 15 * HOUR
    assert SHIPPED.working(timedelta(minutes=15)) == 15 * MINUTE


def test_own_dates_overrule_holidays() -> None:
    """A date in `open` is worked though it is a holiday or a day off; one in `closed` is not."""
    hours = Hours(open=(date(2026, 9, 23), date(2026, 11, 28)), closed=(date(2026, 11, 22), date(2026, 11, 28)))
    calendar = Calendar(hours)
    assert calendar.is_open(riyadh("2026-09-23T12:00"))
    assert calendar.is_open(riyadh("2026-11-28T12:00"))
    assert not calendar.is_open(riyadh("2026-11-22T12:00"))


def test_a_day_that_is_open_is_worked_amid_dated_days_off() -> None:
    """`open` overrules a stretch of dates without hours as it overrules holidays; where the stretch has hours, those are worked."""
    closed, short = (DatedHours(date(2026, 12, 1), date(2026, 12, 10), shifts) for shifts in ((), (shift("10:00-15:00"),)))
    opened = (date(2026, 12, 3), date(2026, 12, 5))  # a Thursday and a Saturday
    for dated, hour in ((closed, 13), (short, 5)):
        calendar = Calendar(Hours(dated=(dated,), open=opened))
        assert [calendar.between(riyadh(f"{day}T00:00"), riyadh(f"{day}T23:59")) for day in opened] == [hour * HOUR] * 2
    assert not Calendar(Hours(dated=(closed,), open=opened)).is_workday(date(2026, 12, 2))


def test_ramadan_hours() -> None:
    """Dated hours replace those of working days, first and last date included, and make no day off a working day."""
    ramadan = DatedHours(date(2026, 2, 18), date(2026, 3, 18), (shift("10:00-16:00"), shift("21:00-00:00")))
    calendar = Calendar(Hours(dated=(ramadan,)))
    assert calendar.next_open(riyadh("2026-02-18T08:30")) == riyadh("2026-02-18T10:00")
    assert calendar.add(riyadh("2026-02-18T15:00"), 5 * HOUR) == riyadh("2026-02-19T11:00")
    assert calendar.is_open(riyadh("2026-03-18T23:59"))
    assert not calendar.is_open(riyadh("2026-02-20T12:00"))
    assert calendar.is_open(riyadh("2026-02-17T08:30"))


def test_summer_time() -> None:
    """A night in which the clocks change has the working hours that its wall clock shows."""
    calendar = Calendar(week("00:00-03:00"), "Europe/London")
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert calendar.between(start, start + timedelta(days=1)) == 2 * HOUR
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert calendar.between(start, start + timedelta(days=1)) == 4 * HOUR


@pytest.mark.parametrize(
    ("zone", "day", "shifts", "minutes"),
    [
        pytest.param("Europe/London", "2026-03-29", "01:15-01:45", 0, id="a-shift-that-the-spring-skips"),
        pytest.param("Europe/London", "2026-03-29", "01:30-04:00", 120, id="a-shift-that-begins-in-the-gap"),
        pytest.param("Europe/London", "2026-10-25", "01:15-01:45", 60, id="a-shift-that-comes-twice"),
        pytest.param("Australia/Lord_Howe", "2026-10-04", "01:00-03:00", 90, id="half-an-hour-less"),
        pytest.param("Australia/Lord_Howe", "2026-04-05", "01:00-03:00", 150, id="half-an-hour-more"),
        pytest.param("Africa/Cairo", "2026-04-24", "00:00-01:30", 30, id="no-midnight"),
        pytest.param("Asia/Riyadh", "2026-03-29", "00:00-00:00", 1440, id="the-whole-day"),
    ],
)
def test_nights_of_changing_clocks(zone: str, day: str, shifts: str, minutes: int) -> None:
    """Worked is what the wall clock shows of a shift: nothing of what it skips, twice what it shows twice."""
    calendar = Calendar(week(shifts), zone)
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    end = (datetime.fromisoformat(day) + timedelta(days=1)).replace(tzinfo=ZoneInfo(zone))
    assert calendar.between(start, end) == minutes * MINUTE


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        pytest.param(week(), "never open", id="no-shift"),
        pytest.param(week("22:00-02:00"), "22:00-02:00", id="past-midnight"),
        pytest.param(Hours(holidays="XX"), '"XX"', id="unknown-country"),
    ],
)
def test_impossible_hours_are_refused(hours: Hours, said: str) -> None:
    """Hours that nobody can work by are refused in words."""
    with pytest.raises(ValueError, match=said):
        Calendar(hours).is_open(riyadh("2026-11-22T12:00"))


def test_naive_moments_are_refused() -> None:
    """A moment without a zone is no moment."""
    with pytest.raises(ValueError, match="time zone"):
        SHIPPED.is_open(datetime(2026, 11, 22, 12))  # noqa: DTZ001 - the naive moment is the case
    with pytest.raises(ValueError, match="negative"):
        SHIPPED.add(riyadh("2026-11-22T12:00"), -HOUR)


minutes = st.integers(0, 96).map(lambda quarter: quarter * 15)


@st.composite
def shifts(draw: st.DrawFn) -> tuple[Shift, ...]:
    marks = sorted(draw(st.sets(minutes, min_size=0, max_size=4)))
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return tuple(Shift(time(a // 60, a % 60), time(b // 60 % 24, b % 60)) for a, b in pairs)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    days: dict[str, Any] = {name: draw(shifts()) for name in WEEK}
    if not any(days.values()):
        days["sunday"] = (shift("08:00-21:00"),)
    closed = tuple(draw(st.sets(st.dates(date(2026, 3, 20), date(2026, 4, 10)), max_size=4)))
    dated = DatedHours(date(2026, 10, 20), date(2026, 10, 30), draw(shifts()))
    return Calendar(Hours(**days, holidays=draw(st.sampled_from(["", "SA"])), closed=closed, dated=(dated,)), draw(st.sampled_from(ZONES)))


moments = st.one_of(
    st.datetimes(datetime(2026, 3, 15), datetime(2026, 4, 15), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds the zone
    st.datetimes(datetime(2026, 10, 15), datetime(2026, 11, 10), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds the zone
)
spells = st.integers(0, 60 * 60 * 60).map(lambda seconds: timedelta(seconds=seconds))


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, spells, spells)
def test_laws_of_adding(calendar: Calendar, at: datetime, first: timedelta, second: timedelta) -> None:
    """Adding and measuring agree; adding is monotone and may be done in two steps."""
    due = calendar.add(at, first)
    assert calendar.between(at, due) == first
    assert calendar.between(due, at) == -first
    assert calendar.add(due, second) == calendar.add(at, first + second) or not second
    assert calendar.add(at, first + second) >= due >= at


@settings(max_examples=60, deadline=None)
@given(calendars(), moments)
def test_laws_of_opening(calendar: Calendar, at: datetime) -> None:
    """The next opening is open, lies not in the past, and no working time passes before it."""
    opening = calendar.next_open(at)
    assert calendar.is_open(opening)
    assert opening >= at
    assert calendar.between(at, opening) == timedelta(0)
    assert (opening == at) == calendar.is_open(at)


@pytest.mark.parametrize("seed", range(60))
def test_agrees_with_a_minute_counter(seed: int) -> None:
    """The calendar's answers are those of counting minute by minute: shifts, holidays, moved dates, sessions, nights of changing clocks."""
    check_case(seed)


SETTINGS = Settings(Desk("info@example.sa"), (), None)


@pytest.mark.parametrize(
    ("priority", "channel", "oversight", "first", "resolution"),
    [
        pytest.param("normal", "email", False, "4:00", 3, id="default"),
        pytest.param("high", "email", False, "1:00", 1, id="high"),
        pytest.param("low", "email", False, "1 day", 10, id="low"),
        pytest.param("normal", "whatsapp", False, "0:10", 3, id="channel-is-stricter"),
        pytest.param("urgent", "twitter", False, "0:15", 4 / 24, id="priority-is-as-strict"),
        pytest.param("high", "email", True, "1:00", 1, id="oversight-and-high"),
        pytest.param("normal", "email", True, "1:00", 2, id="oversight"),
    ],
)
def test_targets(priority: str, channel: str, oversight: bool, first: str, resolution: float) -> None:
    """Of all rows that apply, the strictest promise of each sort holds."""
    target = choose_target(SETTINGS, Priority(priority), Channel(channel), oversight)
    assert str(target.first_response).startswith(first)
    assert target.resolution == timedelta(days=resolution)


def test_targets_of_the_settings() -> None:
    """A row of the settings replaces the shipped one, and an empty row promises nothing of its own."""
    own = Settings(Desk("info@example.sa"), (), None, targets={"default": Target(HOUR, None), "whatsapp": Target()})
    assert choose_target(own, Priority.NORMAL, Channel.WHATSAPP, False) == Target(HOUR, None)


@pytest.mark.parametrize(
    ("arrived", "promised"),
    [
        pytest.param("2026-11-22T10:00:01", "2026-11-22T14:05", id="rounded-up"),
        pytest.param("2026-11-22T10:00", "2026-11-22T14:00", id="already-round"),
        pytest.param("2026-11-22T19:02", "2026-11-23T10:05", id="in-the-evening"),
        pytest.param("2026-11-22T23:30", "2026-11-23T12:00", id="at-night"),
        pytest.param("2026-11-26T22:00", "2026-11-29T12:00", id="thursday-night"),
        pytest.param("2026-09-22T20:00", "2026-09-24T11:00", id="before-national-day"),
    ],
)
def test_promised_moment(arrived: str, promised: str) -> None:
    """The acknowledgement promises the moment by which the first response is due in working time, on a round five minutes."""
    target = choose_target(SETTINGS, Priority.NORMAL, Channel.EMAIL, False)
    assert promised_moment(due_times(riyadh(arrived), target, SHIPPED)) == riyadh(promised)


def test_nothing_is_promised_without_a_target() -> None:
    """Without a target for the first response nothing is promised."""
    assert promised_moment(due_times(riyadh("2026-11-22T10:00"), Target(), SHIPPED)) is None
    assert promised_moment(Due()) is None
