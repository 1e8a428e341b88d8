"""A relay that takes 30 mails a minute, and a storm: lanes and the order within a ticket hold, nothing expires, and what will be late is said."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.model.figures import Period
from mailticket.model.notice import Lane, NoticeKind, Outgoing, Verdict, VerdictKind
from mailticket.model.outcome import Acknowledgement, AckState, Arrival, Disposition, Outcome
from mailticket.model.packed import pack
from mailticket.model.policy import Rate
from mailticket.rounds.deliver import deliver
from mailticket.rounds.pace import Pace
from mailticket.rounds.watch import watch
from mailticket.tickets.digest import count
from tests.test_store import mail, ticket
from tests.world import World

MINUTE = timedelta(minutes=1)
ACKS, REPLIES, DIGESTS = 5_000, 200, 20
RATE = Rate(30, MINUTE)


class Relay30:
    """A relay that would refuse the 31st mail of any minute, takes a tenth of them at the second try only, and notes what it took when."""

    def __init__(self, world: World) -> None:
        self.clock = world.clock
        self.taken: list[tuple[datetime, Outgoing]] = []
        self.offered: list[datetime] = []
        self.put_off: set[str] = set()

    async def send(self, outgoing: Outgoing) -> Verdict:
        now = self.clock.now()
        self.offered.append(now)
        if outgoing.key.endswith("7") and outgoing.lane is not Lane.ALARM and outgoing.key not in self.put_off:
            self.put_off.add(outgoing.key)
            return Verdict(VerdictKind.DEFERRED, 450, "4.2.1 greylisted")
        self.taken.append((now, outgoing))
        return Verdict(VerdictKind.DELIVERED, 250, "taken")

    async def close(self) -> None:
        pass


def person(number: int) -> str:
    return f"person{number}@example.com"


def letter(key: str, lane: Lane, kind: NoticeKind, number: int, to: str) -> Outgoing:
    return Outgoing(key, lane, kind, number, "b@example.sa", to, f"<{key}@example.sa>", "s", pack(b"raw"))


def brew(world: World) -> None:
    """5,000 new tickets at one moment, each owed its acknowledgement; two answers on each of 100 tickets; 20 digests, all at once."""
    now = world.clock.now()
    due = now + world.settings.acknowledge.within
    with world.store.batch(now) as batch:
        for number in range(1001, 1001 + ACKS):
            opened = replace(ticket(number), requester=person(number), fingerprint=f"print-{number}", created=now, updated=now)
            outcome = Outcome(Disposition.TICKET, "new", Acknowledgement(AckState.DUE, due), ticket=opened, opened=True)
            row = batch.commit(Arrival("info", "INBOX", 7, number, now, 10), mail(str(number)), pack(b"x"), outcome)
            batch.post(row, [letter(f"ack-{number}", Lane.ACKNOWLEDGEMENT, NoticeKind.ACKNOWLEDGEMENT, number, person(number))])
    digests = [letter(f"digest-{n}", Lane.DIGEST, NoticeKind.DAILY_DIGEST, 0, f"reader{n}@example.sa") for n in range(DIGESTS)]
    replies = [letter(f"reply-{n}", Lane.REPLY, NoticeKind.REPLY, 1001 + n // 2, person(1001 + n // 2)) for n in range(REPLIES)]
    world.store.append([*digests, *replies], (), now)


@pytest.fixture(scope="module")
def storm() -> Iterator[tuple[World, Relay30, datetime]]:
    """The storm from its beginning until nothing waits, minute by minute."""
    logging.disable(logging.ERROR)  # thousands of lines that nobody reads
    world = World()
    relay, begin, pace = Relay30(world), world.clock.now(), Pace(RATE)
    brew(world)
    for minute in range(400):
        world.runner.run(deliver(world.store, relay, world.road, pace=pace))
        if minute % 5 == 0:  # the daemon looks every minute; thousands of rows each time are not what is tested here
            watch(world.store, world.road, world.told)
        if minute > 180 and all(row.state == "sent" for row in world.store.outbox()):
            break
        world.clock.advance(MINUTE)
    logging.disable(logging.NOTSET)
    yield world, relay, begin
    world.close()


def test_the_relay_is_never_given_more(storm: tuple[World, Relay30, datetime]) -> None:
    """No minute brings the relay more than thirty mails, and while anything waits none brings much less."""
    _, relay, begin = storm
    minutes = Counter((at - begin) // MINUTE for at in relay.offered)
    assert max(minutes.values()) == 30
    assert [minutes[minute] for minute in range(170)] == [30] * 170


def test_all_of_it_arrives_once(storm: tuple[World, Relay30, datetime]) -> None:
    """Nothing expires, nothing fails, nothing goes twice."""
    world, relay, _ = storm
    sent = Counter(one.key for _, one in relay.taken)
    assert set(sent.values()) == {1}
    assert len([key for key in sent if not key.startswith("alarm")]) >= ACKS + REPLIES + DIGESTS
    assert {row.state for row in world.store.outbox()} == {"sent"}


def test_lanes_are_respected(storm: tuple[World, Relay30, datetime]) -> None:
    """What goes at its first try goes lane after lane: alarms as they come, then acknowledgements, answers, digests."""
    _, relay, _ = storm
    lanes = [one.lane for _, one in relay.taken if one.key not in relay.put_off and one.lane is not Lane.ALARM]
    assert lanes == sorted(lanes, key=list(Lane).index)
    last = max(at for at, one in relay.taken if one.lane is Lane.ACKNOWLEDGEMENT)
    assert min(at for at, one in relay.taken if one.lane is Lane.DIGEST) >= last


def test_the_order_within_a_ticket_is_kept(storm: tuple[World, Relay30, datetime]) -> None:
    """Nobody reads an answer before the acknowledgement, or the second answer before the first, whatever the relay put off."""
    _, relay, _ = storm
    order: dict[int, list[str]] = {}
    for _, one in relay.taken:
        if one.number and one.lane in (Lane.ACKNOWLEDGEMENT, Lane.REPLY):
            order.setdefault(one.number, []).append(one.key)
    assert len([keys for keys in order.values() if len(keys) == 3]) == REPLIES // 2
    for number, keys in order.items():
        replies = [f"reply-{n}" for n in range((number - 1001) * 2, (number - 1001) * 2 + 2)] if len(keys) == 3 else []
        assert keys == [f"ack-{number}", *replies]


def test_danger_is_said_before_it_is_late(storm: tuple[World, Relay30, datetime]) -> None:
    """The manager has the alarm before the first deadline passes, ahead of all that waits."""
    world, relay, begin = storm
    alarms = [(at, one) for at, one in relay.taken if one.kind is NoticeKind.ALARM and "majed" in one.recipient]
    assert begin < alarms[0][0] < begin + world.settings.acknowledge.within
    assert len([one for _, one in alarms if "زال" not in one.subject and "إشعار الاستلام" in one.subject]) == 1


def test_late_ones_are_recorded_as_late(storm: tuple[World, Relay30, datetime]) -> None:
    """Each mail's row has the moment of its acknowledgement, and the figures count what came after its deadline as late."""
    world, relay, begin = storm
    due = begin + world.settings.acknowledge.within
    went = {one.number: at for at, one in relay.taken if one.lane is Lane.ACKNOWLEDGEMENT}
    rows = world.store.ledger_rows()
    assert {row.number: row.acknowledgement.at for row in rows} == went
    late = sum(at > due for at in went.values())
    assert late > ACKS // 2
    period = Period(begin - MINUTE, world.clock.now() + MINUTE)
    figures = count(world.store.records(period.since, period.until), period, world.policy.calendar, ZoneInfo("Asia/Riyadh"))
    kept = figures.acknowledged.kept
    assert (kept.within, kept.late) == (ACKS - late, late)


# --- the pace itself ---------------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 40)), max_size=40))
def test_no_window_holds_more_than_the_rate(steps: list[tuple[int, int]]) -> None:
    """Whenever and however much is asked for, no minute holds more than thirty."""
    pace, now, gone = Pace(RATE), datetime.fromisoformat("2026-11-24T09:00:00+00:00"), list[datetime]()
    for seconds, wanted in steps:
        now += timedelta(seconds=seconds)
        room = pace.room(wanted, now, lambda _: [])
        assert room <= wanted
        pace.note(room, now)
        gone += [now] * room
        assert sum(now - MINUTE < at for at in gone) <= 30


def test_a_new_process_knows_what_went() -> None:
    """A restart gives the relay no second helping; a clock that was set back holds nothing up; no rate holds nothing back."""
    now = datetime.fromisoformat("2026-11-24T09:00:00+00:00")
    pace = Pace(RATE)
    assert pace.room(100, now, lambda since: [since + MINUTE / 2] * 28) == 2
    pace.note(2, now)
    assert pace.room(100, now - timedelta(days=1), lambda _: []) == 30
    assert Pace().room(128, now, lambda _: []) == 128
