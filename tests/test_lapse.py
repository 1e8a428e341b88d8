"""The road of a tick: what time does to tickets, through the store and back, whatever fails on the way."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from mailticket.demo.letters import write
from mailticket.model.outcome import Lapse, Standing
from mailticket.model.policy import Hours
from mailticket.rounds.lapse import lapse, recount
from mailticket.tickets.lifecycle import Event
from tests.people import SARA
from tests.world import World

HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> Iterator[World]:
    """Two tickets about certificates, 1001 and 1002, of Tuesday at nine."""
    opened = World()
    for number in (1, 2):
        opened.receive(write(f"w{number}@example.com", "الشهادة", "لم تصلني شهادتي من منصة منار", opened.clock.now()))
    yield opened
    opened.close()


def warnings(world: World) -> list[str]:
    return [str(mail["Subject"]) for mail in world.sent(SARA.email) if "يقترب موعد الرد الأول" in mail.get_body(("plain",)).get_content()]  # type: ignore[union-attr]  # our mails have text


def test_a_ticket_that_fails_costs_no_other(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """What a ticket brings to light in our code is logged and costs that ticket's turn alone; mended, it is told once."""
    sound = world.road.lapse

    def faulty(standing: Standing, now: datetime) -> Lapse:
        if standing.ticket.number == 1001:
            raise ArithmeticError("a fault of ours")
        return sound(standing, now)

    world.road = replace(world.road, lapse=faulty)
    caplog.set_level(logging.CRITICAL, "mailticket.rounds.lapse")
    for _ in range(3):
        world.wait(1.1 * HOUR)
    assert len(warnings(world)) == 1
    world.road = replace(world.road, lapse=sound)
    world.rounds()
    world.rounds()
    assert len(warnings(world)) == 2


def test_a_crash_before_the_commit_repeats_nothing(world: World) -> None:
    """A tick that dies while it writes leaves nothing behind, and the next one says everything once."""

    class Power(BaseException):
        """Not to be caught: the power fails."""

    class Dying:
        def start(self, items: object) -> None:
            raise Power

    world.clock.advance(3.3 * HOUR)
    living, world.road = world.road, replace(world.road, writer=Dying())  # type: ignore[arg-type]  # a writer that dies
    with pytest.raises(Power):
        lapse(world.store, world.road)
    assert [t.marks for t in world.store.tickets()] == [(), ()]
    world.road = living
    for _ in range(3):
        world.rounds()
    assert len(warnings(world)) == 2


def test_a_holiday_that_moves_late_moves_every_promise(world: World) -> None:
    """The desk begins with other hours than it ended with: what is due is counted anew, once, and nothing is told too early."""
    before = world.store.ticket(1001)
    assert before is not None and before.due.first_response is not None
    world.clock.advance(1 * HOUR)
    world.change_settings(hours=Hours(closed=(date(2026, 11, 24),)))
    after = world.store.ticket(1001)
    assert after is not None and after.due.first_response is not None
    assert after.due.first_response.astimezone(world.policy.calendar.zone).isoformat() == "2026-11-25T12:00:00+03:00"
    assert recount(world.store, world.road) == 0
    world.wait(5 * HOUR)
    assert warnings(world) == []
    assert [c.what for c in world.store.changes(1001)][-2:] == ["due first response", "due resolution"]


def test_an_answer_stops_what_time_would_do(world: World) -> None:
    """An answered ticket is not warned about, however late the relay takes the answer."""
    world.move(1001, Event.AGENT_ANSWERED)
    world.wait(3.3 * HOUR)
    assert len(warnings(world)) == 1
