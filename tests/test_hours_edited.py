"""Hours that are edited while the daemon runs."""

import logging
import os
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailticket.daemon.hours import EditedHours
from mailticket.daemon.house import compile_sessions, make_inline_writer, make_policy, make_road
from mailticket.demo.letters import part, write
from mailticket.edges.clock import FixedClock
from mailticket.model.figures import Cadence
from mailticket.model.policy import DatedHours, Hours, Shift
from mailticket.settings import load_settings, read_rules, read_shipped_templates
from mailticket.tickets.hours import Calendar
from tests.people import RING
from tests.test_sessions import WEEKLY
from tests.world import World

BASE = '[desk]\naddress = "info@example.sa"\n'
NOON = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Asia/Riyadh"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "settings.toml").write_text(BASE, encoding="utf-8")
    (tmp_path / "sessions.ics").write_text(WEEKLY, encoding="utf-8")
    return tmp_path / "settings.toml"


def watch(path: Path, more: str = "") -> EditedHours:
    path.write_text(BASE + more, encoding="utf-8")
    settings = load_settings(path, {})
    return EditedHours(make_policy(settings, RING, read_rules(settings)), {}, compile_sessions, look=0.0)


def edit(path: Path, text: str, stamp: int) -> None:
    """Write a file with a moment of its own, for two edits within a tick of the file system's clock look like one."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(stamp, stamp))


def test_a_holiday_of_the_evening_before_is_taken(path: Path) -> None:
    """A new date in `closed` holds from the next look on, and is a new edition once."""
    hours = watch(path)
    assert hours().calendar.is_open(NOON)
    assert hours.find_edition() == 0
    edit(path, BASE + "[hours]\nclosed = [2026-11-25]\n", 1)
    assert hours.find_edition() == 1
    assert not hours().calendar.is_open(NOON)
    assert hours.find_edition() == 1


def test_digests_follow_a_holiday_that_was_edited(path: Path) -> None:
    """The day that became a holiday the evening before has no daily digest; the next working day tells of both days."""
    hours = watch(path)
    road = make_road(hours(), make_inline_writer(hours(), (read_shipped_templates(), read_shipped_templates())), FixedClock(NOON), None, hours)
    assert road.slots.latest(Cadence.DAILY, NOON).day.isoformat() == "2026-11-25"
    edit(path, BASE + "[hours]\nclosed = [2026-11-25]\n", 1)
    assert road.slots.latest(Cadence.DAILY, NOON).day.isoformat() == "2026-11-24"
    after = road.slots.latest(Cadence.DAILY, NOON + timedelta(days=1))
    assert (after.day.isoformat(), after.period.until - after.period.since) == ("2026-11-26", timedelta(days=2))


def test_acknowledgements_tell_the_hours_that_were_edited() -> None:
    """Hours that change while the daemon runs are in the next acknowledgement, as in Ramadan, in both languages."""
    world = World()
    ramadan = DatedHours(date(2026, 11, 1), date(2026, 11, 30), (Shift(time(10), time(15)), Shift(time(21), time(23, 30))))
    edited = replace(world.policy, settings=replace(world.settings, hours=Hours(dated=(ramadan,))))
    edited = replace(edited, calendar=Calendar.of(edited.settings))
    world.road = make_road(world.policy, world.road.writer, world.clock, hours=lambda: edited)
    world.receive(write("noura@example.com", "الشهادة", "لم تصلني شهادتي من منصة منار", world.clock.now()))
    text = part(world.sent("noura@example.com")[0], "plain")
    assert "من ١٠:٠٠ صباحاً إلى ٣:٠٠ مساءً ومن ٩:٠٠ مساءً إلى ١١:٣٠ مساءً، حتى ٣٠ نوفمبر ٢٠٢٦" in text
    assert "10:00 am to 3:00 pm and 9:00 pm to 11:30 pm, until 30 November 2026" in text
    world.close()


def test_faulty_hours_leave_the_last_good_ones_in_force(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A fault is logged once, with its place, and nothing changes until it is mended."""
    hours = watch(path)
    with caplog.at_level(logging.ERROR):
        edit(path, BASE + '[hours]\nclosed = ["tomorrow"]\n', 1)
        assert [hours.find_edition() for _ in range(3)] == [0, 0, 0]
    assert [("settings.toml" in r.getMessage(), "closed" in r.getMessage()) for r in caplog.records] == [(True, True)]
    edit(path, BASE + "[hours]\nclosed = [2026-11-25]\n", 2)
    assert not hours().calendar.is_open(NOON)


def test_what_is_no_hours_waits_for_the_next_start(path: Path) -> None:
    """Another edit of the file changes nothing; targets are taken with the hours; a file that is gone for a moment harms nobody."""
    hours = watch(path)
    edit(path, BASE.replace("info@", "desk@"), 1)
    assert (hours.find_edition(), hours().settings.desk.address) == (0, "info@example.sa")
    edit(path, BASE + '[targets]\ndefault = { first_response = "2h" }\n', 2)
    assert hours.find_edition() == 1
    assert str(hours().settings.targets["default"].first_response) == "2:00:00"
    path.unlink()
    assert hours.find_edition() == 1


def test_an_edited_calendar_of_sessions_is_taken(path: Path) -> None:
    """Sessions that are exported anew are in force at the next look; a broken file keeps the old ones."""
    hours = watch(path, '[hours]\nsessions = "sessions.ics"\n')
    evening = datetime(2026, 11, 22, 19, tzinfo=ZoneInfo("Asia/Riyadh"))
    assert hours().sessions.running(evening)
    edit(path.parent / "sessions.ics", "no calendar", 1)
    assert hours().sessions.running(evening)
    edit(path.parent / "sessions.ics", WEEKLY.replace("20261122T180000", "20261123T180000").replace("20261122T200000", "20261123T200000"), 2)
    assert not hours().sessions.running(evening)
    assert hours.find_edition() == 1
