"""Hours that are edited while the daemon runs."""

import logging
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailticket.daemon.hours import EditedHours
from mailticket.daemon.house import compile_sessions, make_policy
from mailticket.settings import load_settings, read_rules
from tests.people import RING
from tests.test_sessions import WEEKLY

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
