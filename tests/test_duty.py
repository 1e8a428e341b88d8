"""Duty: when the desk works because of a course session, who is on duty by shifts and leave, and who gets a ticket."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailticket.model.policy import Hours, Shift, Team
from mailticket.tickets.duty import choose_on_duty, choose_owner, find_session_staff
from mailticket.tickets.hours import Calendar
from mailticket.tickets.sessions import Session
from tests.minutes import write_calendar
from tests.people import HUDA, OMAR, SARA, TEAMS, TUESDAY, make_settings

RIYADH = ZoneInfo("Asia/Riyadh")
HOUR = timedelta(hours=1)


def riyadh(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=RIYADH)


EVENING = Session(riyadh("2026-11-27T20:00"), riyadh("2026-11-27T23:00"), "جلسة", ("omar@example.sa", "guest@example.com"))


def test_sessions_count_for_the_teams_that_serve_them() -> None:
    """While a session runs on a Friday evening, the contact centre and the live halls work; the others wait for Sunday."""
    calendar = Calendar(Hours(), sessions=write_calendar([EVENING]))
    friday = riyadh("2026-11-27T20:30")
    assert calendar.for_team("live").add(friday, HOUR) == riyadh("2026-11-27T21:30")
    assert calendar.for_team("general").is_open(friday)
    assert calendar.for_team("certificate").add(friday, HOUR) == riyadh("2026-11-29T09:00")
    assert not calendar.for_team("live").is_open(EVENING.end)
    assert calendar.for_team("live").add(riyadh("2026-11-27T22:30"), HOUR) == riyadh("2026-11-29T08:30")


STARTS = st.integers(0, 3000).map(lambda n: TUESDAY + n * timedelta(minutes=1))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(STARTS, st.integers(0, 300)), max_size=12), STARTS)
def test_running_sessions_are_those_that_hold_the_moment(rows: list[tuple[datetime, int]], at: datetime) -> None:
    """However sessions overlap, those found are those that began and have not ended."""
    sessions = [Session(start, start + timedelta(minutes=length), "s") for start, length in rows]
    found = write_calendar(sessions).running(at, lead=timedelta(0))
    assert set(found) == {s for s in sessions if s.start <= at < s.end}


MORNING, LATE = Shift(time(8), time(14)), Shift(time(14), time(21))
AMAL, BADR = replace(SARA, email="amal@example.sa", shifts=(MORNING,)), replace(SARA, email="badr@example.sa", shifts=(LATE,))
DESK = make_settings(agents=(AMAL, BADR, OMAR, HUDA), teams=(*(t for t in TEAMS if t.name != "certificate"), Team("certificate")))
HOURS = Calendar(Hours(), sessions=write_calendar([EVENING]))


@pytest.mark.parametrize(
    ("team", "at", "who"),
    [
        pytest.param("certificate", "2026-11-24T09:00", ["amal"], id="morning-shift"),
        pytest.param("certificate", "2026-11-24T14:00", ["badr"], id="late-shift"),
        pytest.param("certificate", "2026-11-24T23:00", ["amal"], id="at-night-who-comes-first"),
        pytest.param("live", "2026-11-24T09:00", ["omar"], id="no-shifts-always"),
        pytest.param("live", "2026-11-27T20:30", ["omar"], id="session-staff"),
        pytest.param("general", "2026-11-27T20:30", ["huda"], id="session-staff-is-not-the-contact-centre"),
        pytest.param("oversight", "2026-11-27T20:30", ["huda"], id="session-is-not-theirs"),
        pytest.param("operations", "2026-11-24T09:00", [], id="nobody-there"),
    ],
)
def test_on_duty(team: str, at: str, who: list[str]) -> None:
    """Those on duty are the team's by their shifts, at the moment or when the team works next, and a session's people before them."""
    assert [a.email.partition("@")[0] for a in choose_on_duty(team, DESK, HOURS, riyadh(at))] == who


def test_who_holds_a_session_serves_its_hall_and_no_other_team() -> None:
    """A hall manager is the first of the live halls while the session runs, and gets no ticket of the contact centre for it."""
    held = Calendar(Hours(), sessions=write_calendar([replace(EVENING, people=(SARA.email,))]))
    desk = make_settings(teams=(Team("live", assign="round_robin"), Team("general", assign="round_robin")))
    given = SimpleNamespace(loads={}, turns={}, leaves={})
    assert choose_owner("live", desk, held, EVENING.start, given) == SARA.email
    assert choose_owner("general", desk, held, EVENING.start, given) == HUDA.email


def test_leave() -> None:
    """Who is away gets nothing until they are back, unless everybody is away; nobody away is called to a session."""
    at = riyadh("2026-11-24T09:00")
    everyone = {a.email: at + HOUR for a in DESK.agents}
    assert [a.email for a in choose_on_duty("certificate", DESK, HOURS, at, {AMAL.email: at + HOUR})] == [BADR.email]
    assert [a.email for a in choose_on_duty("certificate", DESK, HOURS, at + HOUR, {AMAL.email: at + HOUR})] == [AMAL.email]
    assert choose_on_duty("certificate", DESK, HOURS, at, everyone) == (AMAL,)
    assert find_session_staff(DESK, HOURS, EVENING.start) == (OMAR,)
    assert find_session_staff(DESK, HOURS, EVENING.start, {OMAR.email: EVENING.end}) == ()


@pytest.mark.parametrize(
    ("assign", "loads", "turn", "owner"),
    [
        pytest.param("none", {}, 0, "", id="none"),
        pytest.param("least_loaded", {"amal@example.sa": 3, "badr@example.sa": 2}, 0, "badr@example.sa", id="least-loaded"),
        pytest.param("least_loaded", {"amal@example.sa": 2}, 0, "badr@example.sa", id="who-has-none"),
        pytest.param("round_robin", {}, 4, "amal@example.sa", id="first-in-turn"),
        pytest.param("round_robin", {}, 5, "badr@example.sa", id="second-in-turn"),
    ],
)
def test_assigning(assign: str, loads: dict[str, int], turn: int, owner: str) -> None:
    """A new ticket's owner follows the team's setting, among those on duty."""
    pair = (replace(AMAL, shifts=()), replace(BADR, shifts=()))
    desk = make_settings(agents=pair, teams=(Team("certificate", assign=assign),))
    given = SimpleNamespace(loads=loads, turns={"certificate": turn}, leaves={})
    assert choose_owner("certificate", desk, HOURS, riyadh("2026-11-24T09:00"), given) == owner


def test_assigning_goes_by_duty() -> None:
    """In the morning even the busier colleague of the morning gets the ticket, for the other one is not there."""
    desk = replace(DESK, teams=(Team("certificate", assign="least_loaded"),))
    given = SimpleNamespace(loads={AMAL.email: 9}, turns={}, leaves={})
    assert choose_owner("certificate", desk, HOURS, riyadh("2026-11-24T09:00"), given) == AMAL.email
    assert choose_owner("certificate", desk, HOURS, datetime(2026, 11, 24, 12, tzinfo=UTC), given) == BADR.email
