"""When digests are owed, and of what they tell."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.model.figures import Cadence
from mailticket.model.policy import Desk, DigestTimes, Hours, Settings
from mailticket.tickets.hours import Calendar
from mailticket.tickets.slots import Slots, days_of
from tests.people import DESK, make_settings

RIYADH = ZoneInfo("Asia/Riyadh")
DAILY, WEEKLY, MONTHLY = Cadence
EARLIEST, LATEST = datetime(2024, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001 - Hypothesis wants naive bounds


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=RIYADH)


def make_slots(settings: Settings | None = None, **hours: object) -> Slots:
    settings = settings or make_settings(hours=Hours(**hours))  # type: ignore[arg-type]  # the test's keywords are of Hours
    calendar = Calendar.of(settings)
    return Slots(settings, lambda: calendar)


def spans(slots: Slots, cadence: Cadence, now: str) -> tuple[date, str, str]:
    slot = slots.latest(cadence, at(now))
    assert slot.before.until == slot.period.since
    edges = [f"{edge.astimezone(RIYADH):%m-%d %H:%M}" for edge in (slot.period.since, slot.period.until)]
    return (slot.day, *edges)  # type: ignore[return-value]  # two edges


@pytest.mark.parametrize(
    ("cadence", "now", "expected"),
    [
        (DAILY, "2026-11-24 08:00", (date(2026, 11, 24), "11-23 08:00", "11-24 08:00")),
        (DAILY, "2026-11-24 07:59", (date(2026, 11, 23), "11-22 08:00", "11-23 08:00")),
        (DAILY, "2026-11-22 09:00", (date(2026, 11, 22), "11-19 08:00", "11-22 08:00")),
        (DAILY, "2026-11-21 12:00", (date(2026, 11, 19), "11-18 08:00", "11-19 08:00")),
        (WEEKLY, "2026-11-24 12:00", (date(2026, 11, 22), "11-15 08:00", "11-22 08:00")),
        (MONTHLY, "2026-11-01 08:00", (date(2026, 11, 1), "10-01 00:00", "11-01 00:00")),
        (MONTHLY, "2026-11-01 07:59", (date(2026, 10, 1), "09-01 00:00", "10-01 00:00")),
        (MONTHLY, "2026-08-01 12:00", (date(2026, 7, 1), "06-01 00:00", "07-01 00:00")),  # a Saturday: it goes out on Sunday
        (MONTHLY, "2026-08-02 08:00", (date(2026, 8, 1), "07-01 00:00", "08-01 00:00")),
    ],
    ids=["on time", "before", "after the weekend", "weekend", "weekly", "monthly", "month before", "day off", "first working day"],
)
def test_the_latest_slot(cadence: Cadence, now: str, expected: tuple[date, str, str]) -> None:
    """The latest slot whose time has come, with its period in the desk's zone."""
    assert spans(make_slots(), cadence, now) == expected


def test_a_holiday_has_no_daily_digest_and_moves_the_weekly_one() -> None:
    """A day off is told of by the next working day's digest; a weekly digest of that day goes out then, for its own week."""
    slots = make_slots(closed=(date(2026, 11, 22),))
    assert spans(slots, DAILY, "2026-11-22 10:00")[0] == date(2026, 11, 19)
    assert spans(slots, DAILY, "2026-11-23 08:00") == (date(2026, 11, 23), "11-19 08:00", "11-23 08:00")
    assert spans(slots, WEEKLY, "2026-11-22 10:00")[0] == date(2026, 11, 15)
    assert spans(slots, WEEKLY, "2026-11-23 08:00") == (date(2026, 11, 22), "11-15 08:00", "11-22 08:00")


def test_numbers_name_the_slot() -> None:
    """Cadence and day, so that the same slot has the same number for ever and no two share one."""
    slots = make_slots()
    found = [slot.number for cadence in Cadence for slot in [slots.latest(cadence, at("2026-11-24 09:00"))]]
    assert found == [120261124, 220261122, 320261101]


@pytest.mark.parametrize(
    ("cadence", "now", "since", "until"),
    [
        (DAILY, "2026-11-24 08:00", "11-23 08:00", "11-24 08:00"),
        (DAILY, "2026-11-24 14:30", "11-24 08:00", "11-24 14:30"),
        (WEEKLY, "2026-11-22 08:00", "11-15 08:00", "11-22 08:00"),
        (WEEKLY, "2026-11-24 14:30", "11-22 08:00", "11-24 14:30"),
        (MONTHLY, "2026-11-01 08:00", "10-01 00:00", "11-01 00:00"),
        (MONTHLY, "2026-11-24 14:30", "11-01 00:00", "11-24 14:30"),
    ],
)
def test_a_preview_tells_of_the_running_period(cadence: Cadence, now: str, since: str, until: str) -> None:
    """At the moment of a slot it is that slot's digest, in between what the period brought so far."""
    period = make_slots().until(cadence, at(now)).period
    assert (f"{period.since.astimezone(RIYADH):%m-%d %H:%M}", f"{period.until.astimezone(RIYADH):%m-%d %H:%M}") == (since, until)


@given(st.datetimes(EARLIEST, LATEST), st.sampled_from(Cadence), st.sampled_from(["Asia/Riyadh", "Europe/Berlin"]))
def test_slots_follow_each_other_without_a_gap(now: datetime, cadence: Cadence, zone: str) -> None:
    """Each slot ends before now and begins where the one before it ends; the last slot before it is that one."""
    desk, times = Desk(DESK, timezone=zone), DigestTimes("02:30", "monday 02:30", "28 23:59")
    slots = make_slots(make_settings(desk=desk, hours=Hours(holidays=""), digest=times))
    slot = slots.latest(cadence, now.replace(tzinfo=UTC))
    assert slot.period.since < slot.period.until <= now.replace(tzinfo=UTC)
    earlier = slots.latest(cadence, slot.period.until - timedelta(microseconds=1) if cadence is not Cadence.MONTHLY else slot.period.until)
    assert earlier.number < slot.number
    if cadence is not Cadence.MONTHLY:
        assert earlier.period == slot.before


def test_a_digest_that_is_turned_off_can_still_be_shown() -> None:
    """ "" turns a cadence off, and the shipped times then say what a preview tells of."""
    settings = make_settings(digest=DigestTimes(daily=""))
    slots = make_slots(settings)
    assert (slots.is_on(DAILY), slots.is_on(WEEKLY)) == (False, True)
    assert slots.until(DAILY, at("2026-11-24 14:30")).period.since == at("2026-11-24 08:00")


def test_days_of_a_period() -> None:
    """Every local day that a period touches; its end is not in it."""
    slot = make_slots().latest(MONTHLY, at("2026-11-03 08:00"))
    assert [len(days_of(slot.period, RIYADH)), days_of(slot.period, RIYADH)[0]] == [31, date(2026, 10, 1)]
