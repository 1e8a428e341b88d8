"""What an agent wrote leaves the house only after a while, counted from the transcript, and can be taken back until then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from mailticket.demo.letters import answer, part, write
from mailticket.model.ticket import Ticket
from mailticket.rounds.deliver import deliver
from tests.people import MAJED, OMAR, SARA, make_settings
from tests.world import World

NOURA, ALI = "noura@example.com", "ali@example.com"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> Iterator[World]:
    """A desk that holds answers for two minutes, with one ticket of Noura's for Sara's and Omar's team."""
    settings = make_settings()
    omar = replace(OMAR, teams=(*OMAR.teams, "certificate"))
    agents = tuple(omar if agent is OMAR else agent for agent in settings.agents)
    made = World(replace(settings, desk=replace(settings.desk, hold=2 * MINUTE), agents=agents))
    made.receive(write(NOURA, "الشهادة", "السلام عليكم\nلم تصلني شهادتي من منصة منار.", made.clock.now(), name="نورة"))
    made.clock.advance(MINUTE)
    yield made
    made.close()


def says(world: World, text: str, who: str = SARA.email, at: int = -1) -> str:
    """An agent answers their latest mail of the ticket (or an earlier one); the outcome's word."""
    notice = [m for m in world.sent(who) if m["X-MailTicket"] == "1001"][at]
    world.receive(answer(notice, who, text, world.clock.now()))
    return world.store.ledger_rows()[-1].disposition


def ticket(world: World) -> Ticket:
    found = world.store.ticket(1001)
    assert found
    return found


def answers(world: World) -> list[str]:
    """The texts that Noura got after the acknowledgement."""
    return [part(mail, "plain") for mail in world.sent(NOURA)[1:]]


def test_plain_answer_leaves_after_the_hold(world: World) -> None:
    """An answer without commands is held from when it came."""
    says(world, "صدرت شهادتكم.")
    world.wait(MINUTE)
    assert answers(world) == []
    world.wait(MINUTE)
    assert "صدرت شهادتكم." in answers(world)[0]


def test_hold_counts_from_the_transcript(world: World) -> None:
    """With commands the time counts from when the transcript went out, however long the relay was out of order before."""
    world.sink.is_down = True
    says(world, "#priority high\n\nصدرت شهادتكم.")
    world.wait(10 * MINUTE)
    world.sink.is_down = False
    before = len(world.sent(SARA.email))
    while len(world.sent(SARA.email)) == before:
        assert answers(world) == []
        world.wait(MINUTE)
    world.wait(MINUTE)
    assert answers(world) == []
    world.wait(MINUTE)
    assert "صدرت شهادتكم." in answers(world)[0]


@pytest.mark.parametrize("word", ["#undo", "#تراجع"])
def test_undo_takes_an_answer_back(world: World, word: str) -> None:
    """Nothing goes out, the ticket is as before, and the entry is internal."""
    before = ticket(world)
    says(world, "#priority high\n#assign me\n\nصدرت شهادتكم.")
    assert (ticket(world).status, ticket(world).owner) == ("waiting", SARA.email)
    assert says(world, word) == "agent action"
    world.wait(10 * MINUTE)
    assert answers(world) == []
    after = ticket(world)
    assert (after.status, after.owner, after.priority, after.due) == (before.status, before.owner, before.priority, before.due)
    assert [e.visibility for e in world.store.entries(1001) if e.what == "reply"] == ["internal"]
    assert "Nothing was done" in read_after(world, "#undo")  # there is nothing more to take back


def read_after(world: World, text: str) -> str:
    says(world, text)
    return part(world.sent(SARA.email)[-1], "plain")


def test_what_has_left_is_not_taken_back(world: World) -> None:
    """After the hold #undo changes nothing, and says so."""
    says(world, "صدرت شهادتكم.")
    world.wait(3 * MINUTE)
    assert len(answers(world)) == 1
    assert "has left" in read_after(world, "#undo")
    assert ticket(world).status == "waiting"


def test_resolution_is_taken_back(world: World) -> None:
    """The question after resolving waits like an answer, and is taken back like one."""
    says(world, "#resolve")
    assert ticket(world).status == "resolved"
    says(world, "#undo")
    world.wait(10 * MINUTE)
    assert answers(world) == []
    assert ticket(world).status == "new"


def test_each_agent_takes_back_their_own(world: World) -> None:
    """#undo is about what its author did, never about a colleague's work."""
    says(world, "#priority high")
    assert "nothing of yours" in (says(world, "#undo", OMAR.email) and part(world.sent(OMAR.email)[-1], "plain"))
    assert ticket(world).priority == "high"


def test_undo_keeps_what_changed_meanwhile(world: World) -> None:
    """What a colleague changed since then stays; the rest is as before."""
    before = ticket(world)
    says(world, "#priority low\n#type suggestion")
    says(world, "#priority urgent", OMAR.email)
    says(world, "#undo")
    assert (ticket(world).priority, ticket(world).type) == ("urgent", before.type)


def test_people_are_taken_back(world: World) -> None:
    """Who was added is on the ticket no more."""
    says(world, "#cc ali@example.com")
    says(world, "#confirm")
    assert {p.address: p.role for p in world.store.known(1001).participants}[ALI] == "allowed"  # type: ignore[union-attr]  # the ticket is there
    says(world, "#undo")
    assert {p.address: p.role for p in world.store.known(1001).participants}[ALI] == "copied"  # type: ignore[union-attr]  # as above


def test_no_hold_sends_at_once(world: World) -> None:
    """hold = "0s" sends with the same round, commands or not."""
    world.change_settings(desk=replace(world.settings.desk, hold=timedelta(0)))
    says(world, "#priority high\n\nصدرت شهادتكم.")
    assert "صدرت شهادتكم." in answers(world)[0]


@pytest.mark.parametrize(("word", "sent"), [("#send", 2), ("#جاهز", 2), ("#confirm", 2), ("#note", 1), ("#ملاحظة", 1)])
def test_two_agents_at_once(world: World, word: str, sent: int) -> None:
    """An answer to a notice that is older than a colleague's answer is held; a word sends it all the same or keeps it inside."""
    says(world, "صدرت شهادتكم.", SARA.email)
    world.wait(3 * MINUTE)
    assert says(world, "نعمل على ذلك.", OMAR.email, 0) == "held"
    question = part(world.sent(OMAR.email)[-1], "plain")
    assert "سارة" in question or "Sara" in question
    assert len(answers(world)) == 1
    assert says(world, word, OMAR.email) == "agent action"
    world.wait(3 * MINUTE)
    assert len(answers(world)) == sent
    kept = [e for e in world.store.entries(1001) if "نعمل على ذلك" in e.text]
    assert [e.visibility for e in kept] == ["public" if sent == 2 else "internal"]


def test_own_later_answer_is_not_held(world: World) -> None:
    """One agent's second answer to the same notice goes out."""
    says(world, "صدرت شهادتكم.")
    world.wait(3 * MINUTE)
    assert says(world, "ونسيت أن أذكر رقمها.", at=0) == "agent action"


def test_manager_is_an_agent_too(world: World) -> None:
    """Somebody who got no notice of the ticket works on it by its tag, with a word."""
    world.receive(write(MAJED.email, "Re: [MT-1001]", "#assign sara", world.clock.now()))
    assert world.store.ledger_rows()[-1].disposition == "held"
    world.receive(answer(world.sent(MAJED.email)[-1], MAJED.email, "#confirm", world.clock.now()))
    assert ticket(world).owner == SARA.email


def test_answer_waits_until_the_mailbox_was_read(world: World) -> None:
    """An answer whose time is over leaves only when every mailbox was read since: an #undo may lie there already."""
    says(world, "صدرت شهادتكم.")
    due = world.clock.now() + 2 * MINUTE
    world.clock.advance(5 * MINUTE)
    for read, sent in ((due - MINUTE, 0), (due, 1)):
        world.runner.run(deliver(world.store, world.sink, world.road, find_read=lambda moment=read: moment))  # type: ignore[misc]  # bound at once
        assert len(answers(world)) == sent
