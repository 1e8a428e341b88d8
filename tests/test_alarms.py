"""Alarms: one a cause and one all-clear, by the second relay where there is one."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from mailticket.demo.letters import write
from mailticket.edges.mbox import MboxSink
from mailticket.model.alarm import Alarm
from mailticket.model.notice import Outgoing, Verdict, VerdictKind
from mailticket.rounds.alarms import clear_alarm, raise_alarm, sound
from mailticket.rounds.deliver import deliver
from mailticket.rounds.relays import AlarmRelay
from mailticket.rounds.watch import watch
from tests.world import World

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MANAGER = "majed@example.sa"


class DeadRelay:
    """A relay that never answers."""

    async def send(self, outgoing: Outgoing) -> Verdict:
        return Verdict(VerdictKind.PAUSED, 0, "no connection")

    async def close(self) -> None:
        pass


@pytest.fixture
def world() -> Iterator[World]:
    opened = World()
    yield opened
    opened.close()


def subjects(world: World) -> list[str]:
    return [str(mail["Subject"]) for mail in world.sent(MANAGER)]


def test_one_alarm_a_cause_and_one_all_clear(world: World) -> None:
    """A cause that holds through many checks, and comes and goes within an hour, is told once, and once that it is over."""
    for minute in range(0, 240, 5):
        holds = (minute < 60 and minute % 15 != 0) or minute == 0
        sound(world.store, world.road, "limit", [Alarm("limit", (f"{minute}",))] if holds else [])
        world.wait(5 * MINUTE)
    assert subjects(world) == ["تنبيه: أوقفت حدود الحماية إشعارات استلام", "زال سبب التنبيه: أوقفت حدود الحماية إشعارات استلام"]
    sound(world.store, world.road, "limit", [Alarm("limit")])
    world.rounds()
    assert len(subjects(world)) == 3, "the next time it is news again"


def test_causes_do_not_mix(world: World) -> None:
    """Each check minds its own causes, each digest's failure is a cause of its own, and what was never raised needs no all-clear."""
    raise_alarm(world.store, world.road, Alarm("digest daily 2026-11-24", ("no template",)))
    raise_alarm(world.store, world.road, Alarm("digest daily 2026-11-24", ("no template, again",)))
    raise_alarm(world.store, world.road, Alarm("digest weekly 2026-11-22"))
    sound(world.store, world.road, "limit", [])
    clear_alarm(world.store, world.road, "digest weekly 2026-11-22")
    clear_alarm(world.store, world.road, "digest monthly 2026-11-01")
    world.rounds()
    assert sorted(subjects(world)) == [
        "تنبيه: تعذر إرسال الملخص الأسبوعي، ٢٢ نوفمبر ٢٠٢٦",
        "تنبيه: تعذر إرسال الملخص اليومي، ٢٤ نوفمبر ٢٠٢٦",
        "زال سبب التنبيه: تعذر إرسال الملخص الأسبوعي، ٢٢ نوفمبر ٢٠٢٦",
    ]
    assert [one.alarm.cause for one in world.store.alarms()] == ["digest daily 2026-11-24"]


def test_acknowledgements_in_danger_are_one_alarm(world: World) -> None:
    """While the relay is dead, managers hear once, by the second relay, that acknowledgements are in danger, and once that they are not."""
    second = MboxSink()
    world.sink, healthy = AlarmRelay(DeadRelay(), second), world.sink  # type: ignore[assignment]  # a relay like any other
    for number in range(30):
        world.source.put(write(f"w{number}@example.com", "شهادة", "لم تصلني الشهادة من منصة منار", world.clock.now()))
    for _ in range(60):
        world.wait(MINUTE)
    assert [o.recipient for o in second.sent] == [MANAGER]
    world.sink = AlarmRelay(healthy, second)  # type: ignore[assignment]  # as above
    for _ in range(13):
        world.wait(10 * MINUTE)
    assert [o.recipient for o in second.sent] == [MANAGER, MANAGER]
    acknowledged = [row.acknowledgement for row in world.store.ledger_rows()]
    assert {one.state for one in acknowledged} == {"sent"}
    assert all(one.at and one.at > one.due for one in acknowledged), "late ones are recorded as late"


def test_an_alarm_goes_by_the_first_relay_when_the_second_is_dead(world: World) -> None:
    """A second relay that does not work keeps no alarm back."""
    first = MboxSink()
    raise_alarm(world.store, world.road, Alarm("digest daily 2026-11-24"))
    asyncio.run(deliver(world.store, AlarmRelay(first, DeadRelay()), world.road))
    assert [o.recipient for o in first.sent] == [MANAGER]


def test_a_robot_is_one_alarm(world: World) -> None:
    """However many mails of a robot are held back by the limits, it is one alarm."""
    for number in range(60):
        world.receive(write("robot@example.com", f"Report {number}", f"All systems normal {number}", world.clock.now()))
        world.wait(MINUTE)
    found = [s for s in subjects(world) if "حدود الحماية" in s]
    assert found == ["تنبيه: أوقفت حدود الحماية إشعارات استلام"]


def test_watching_twice_says_nothing_new(world: World) -> None:
    """Two processes that watch the same store raise one alarm."""
    raise_alarm(world.store, world.road, Alarm("first_response", ("[MT-1001] certificate",)))
    watch(world.store, world.road, set())
    watch(world.store, world.road, set())
    world.rounds()
    assert len(subjects(world)) == 1
