"""Two daemons on one database: one sends an agent's answer while the other takes it back, and exactly one of the two happens."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from mailticket.demo.letters import answer, write
from mailticket.edges.staff import RELEASE, STANDING, WAITING
from mailticket.edges.store import Store
from mailticket.edges.told import RECENT
from mailticket.model.mail import Mail
from mailticket.model.notice import NoticeKind
from mailticket.model.outcome import Facts
from mailticket.model.policy import Desk
from mailticket.model.record import Claimed
from mailticket.rounds.collect import collect
from tests.people import DESK, SARA, make_settings
from tests.world import World

NOURA = "noura@example.com"
HOLD, LEASE = timedelta(minutes=2), timedelta(minutes=2)


@pytest.fixture
def desks(postgres_url: str) -> Iterator[tuple[World, Store]]:
    """A desk on PostgreSQL whose agent has answered, with the answer still in the house; and the store of another daemon."""
    world = World(make_settings(desk=Desk(address=DESK, hold=HOLD)))
    world.store.close()
    world.store = Store.open(postgres_url)
    world.store.migrate()
    world.folder = replace(world.folder, ledger=world.store)
    other = Store.open(postgres_url)
    world.receive(write(NOURA, "الشهادة", "السلام عليكم\nلم تصلني شهادتي من منصة منار.", world.clock.now()))
    world.receive(answer(world.sent(SARA.email)[0], SARA.email, "تظهر الشهادة غداً.", world.clock.now()))
    yield world, other
    other.close()
    world.close()


def undo(world: World) -> Mail:
    """The mail that takes it back stands in the mailbox; as it is read."""
    world.clock.advance(HOLD)
    uid = world.source.put(answer(world.sent(SARA.email)[0], SARA.email, "#undo", world.clock.now()))
    return world.folder.reader.start([world.source.raws[uid]]).result()[0][0]


def claim(store: Store, world: World) -> list[Claimed]:
    """What a deliverer gets of the answers that are due."""
    now = world.clock.now()
    return [one for one in store.exchange((), now, 100, LEASE) if one.outgoing.kind is NoticeKind.REPLY]


def ask(world: World, mail: Mail) -> Facts:
    with world.store.batch(world.clock.now()) as batch:
        return batch.facts(world.road.find_keys(mail), world.settings.acknowledge, world.clock.now())


def states(world: World) -> list[str]:
    return [row.state.value for row in world.store.outbox() if row.kind is NoticeKind.REPLY]


def test_nobody_sends_what_is_being_taken_back(desks: tuple[World, Store]) -> None:
    """From the moment at which a daemon sees that the answer is in the house until its commit, no other daemon gets it to send."""
    world, other = desks
    mail = undo(world)
    now = world.clock.now()
    with world.store.batch(now) as batch, batch.mail():
        facts = batch.facts(world.road.find_keys(mail), world.settings.acknowledge, now)
        assert facts.staff
        assert not facts.staff.deeds[1001].has_left
        assert claim(other, world) == []
        arrival = world.source.arrival(max(world.source.raws))
        outcome = world.road.decide(mail, arrival, facts, now, "general")
        raw = world.folder.reader.start([world.source.raws[arrival.uid]]).result()[0][1]
        batch.commit(arrival, mail, raw, outcome)
    assert states(world) == ["cancelled"]
    assert claim(other, world) == []


def test_what_is_being_sent_is_not_taken_back(desks: tuple[World, Store]) -> None:
    """When the other daemon was faster, the agent is told that the answer has left."""
    world, other = desks
    mail = undo(world)
    assert len(claim(other, world)) == 1
    facts = ask(world, mail)
    assert facts.staff
    assert facts.staff.deeds[1001].has_left
    collect(world.folder, world.road)
    assert states(world) == ["sending"]


def test_what_is_being_claimed_counts_as_left(desks: tuple[World, Store]) -> None:
    """A row that the other daemon holds in a transaction that is not over yet is not waited for: no two daemons ever wait for each other."""
    world, other = desks
    mail = undo(world)
    with other._db.transaction():
        other._db.rows("SELECT id FROM outgoing WHERE kind = 'reply' FOR UPDATE")
        facts = ask(world, mail)
    assert facts.staff
    assert facts.staff.deeds[1001].has_left
    assert not ask(world, mail).staff.deeds[1001].has_left  # type: ignore[union-attr]  # the agent's mail has staff facts


def test_it_is_sent_once_the_lock_is_gone(desks: tuple[World, Store]) -> None:
    """A look at the answer that takes nothing back delays it no longer than the look lasts."""
    world, other = desks
    ask(world, undo(world))
    assert len(claim(other, world)) == 1


@pytest.mark.parametrize("sql", [WAITING, STANDING, RECENT.format("?"), RELEASE], ids=["waiting", "standing", "told", "release"])
def test_by_an_index(sql: str) -> None:
    """What agents' mails ask of the outbox is found by an index, however long the outbox has become."""
    store = Store.open("sqlite:///:memory:")
    store.migrate()
    with store._db.reading():
        plan = [str(row[-1]) for row in store._db.rows(f"EXPLAIN QUERY PLAN {sql}", [0] * sql.count("?"))]
    store.close()
    assert not [step for step in plan if step.startswith("SCAN")]
