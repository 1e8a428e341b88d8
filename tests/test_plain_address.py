"""A desk whose mailbox takes no plus addresses: tokens travel in Message-IDs, and every road works all the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailticket.demo.letters import answer, part, write
from mailticket.model.policy import Agent, Bilingual, Desk
from mailticket.model.ticket import Ticket
from mailticket.settings.files import check_files
from tests.people import DESK, HUDA, MAJED, OMAR, SARA, make_settings
from tests.world import World

NOURA, MALLORY = "noura@example.com", "mallory@example.com"
NADA = Agent("nada@example.sa", Bilingual("ندى", "Nada"), teams=("certificate",), notices="morning")


@pytest.fixture
def world() -> Iterator[World]:
    """Such a desk with one ticket."""
    desk = Desk(address=DESK, hold=timedelta(0), bundle=timedelta(0), plus_addressing=False)
    made = World(make_settings(desk=desk, agents=(SARA, NADA, OMAR, HUDA, replace(MAJED, manager=True))))
    made.rounds()
    made.receive(write(NOURA, "الشهادة", "السلام عليكم\nلم تصلني شهادتي من منصة منار.", made.clock.now()))
    yield made
    made.close()


def ticket(world: World, number: int = 1001) -> Ticket:
    found = world.store.ticket(number)
    assert found
    return found


def test_no_signed_address_is_given_out(world: World) -> None:
    """Every mail's answers go to the plain address, for no other arrives."""
    world.receive(answer(world.sent(SARA.email)[0], SARA.email, "#help", world.clock.now()))
    world.wait(timedelta(days=1))
    mails = [m for who in (NOURA, SARA.email, NADA.email, MAJED.email) for m in world.sent(who)]
    assert len(mails) >= 4
    assert {str(m["Reply-To"]) for m in mails} == {DESK}


def test_agent_answers(world: World) -> None:
    """An answer to a notice reaches the requester, and the requester's answer to that joins the ticket."""
    world.receive(answer(world.sent(SARA.email)[0], SARA.email, "تظهر الشهادة غداً.", world.clock.now()))
    got = world.sent(NOURA)[-1]
    assert "تظهر الشهادة غداً." in part(got, "plain")
    world.receive(answer(got, NOURA, "لم تظهر حتى الآن، أرجو المساعدة", world.clock.now()))
    assert ticket(world).status.value == "open"
    assert world.store.ticket(1002) is None


@pytest.mark.parametrize("text", ["#priority high", "#أولوية عالية"])
def test_commands(world: World, text: str) -> None:
    """Commands in answer to a notice work."""
    world.receive(answer(world.sent(SARA.email)[0], SARA.email, text, world.clock.now()))
    assert ticket(world).priority.value == "high"


@pytest.mark.parametrize("word", ["#confirm", "#تأكيد"])
def test_confirmation(world: World, word: str) -> None:
    """A held mail is released by an answer to the question, and by nobody else's."""
    world.receive(answer(world.sent(SARA.email)[0], SARA.email, "#allow friend@example.com", world.clock.now()))
    asked = world.sent(SARA.email)[-1]
    world.receive(answer(asked, MALLORY, word, world.clock.now()))
    world.receive(answer(asked, OMAR.email, word, world.clock.now()))
    known = world.store.known(1001)
    assert known
    assert [p.address for p in known.participants if p.role.value == "allowed"] == []
    world.receive(answer(asked, SARA.email, word, world.clock.now()))
    known = world.store.known(1001)
    assert known
    assert [p.address for p in known.participants if p.role.value == "allowed"] == ["friend@example.com"]


def test_morning_list(world: World) -> None:
    """The lines of a list are answered."""
    world.wait(timedelta(days=1))
    mail = world.sent(NADA.email)[-1]
    world.receive(answer(mail, NADA.email, "1001 #assign me", world.clock.now()))
    world.receive(answer(world.sent(NADA.email)[-1], NADA.email, "#confirm", world.clock.now()))
    assert ticket(world).owner == NADA.email


def test_digest(world: World) -> None:
    """The lines of a digest are answered."""
    world.wait(timedelta(days=1))
    mail = next(m for m in reversed(world.sent(MAJED.email)) if ".d." in str(m["Message-ID"]))
    world.receive(answer(mail, MAJED.email, "1 #assign sara", world.clock.now()))
    world.receive(answer(world.sent(MAJED.email)[-1], MAJED.email, "#confirm", world.clock.now()))
    assert ticket(world).owner == SARA.email


def test_client_without_references(world: World) -> None:
    """An answer that names its ticket in the subject alone proves nobody: the agent is asked, and the answer to that releases it."""
    subject = f"Re: {world.sent(SARA.email)[0]['Subject']}"
    world.receive(write(SARA.email, subject, "تظهر الشهادة غداً.", world.clock.now()))
    assert len(world.sent(NOURA)) == 1
    world.receive(answer(world.sent(SARA.email)[-1], SARA.email, "#confirm", world.clock.now()))
    assert "تظهر الشهادة غداً." in part(world.sent(NOURA)[-1], "plain")


def test_neither_the_question_keeps_its_thread(world: World) -> None:
    """Where a client drops the references of the question as well, the code in its subject releases the held mail."""
    world.receive(write(SARA.email, f"Re: {world.sent(SARA.email)[0]['Subject']}", "تظهر الشهادة غداً.", world.clock.now()))
    asked = world.sent(SARA.email)[-1]
    world.receive(write(SARA.email, f"Re: {asked['Subject']}", "#confirm", world.clock.now()))
    assert "تظهر الشهادة غداً." in part(world.sent(NOURA)[-1], "plain")


@pytest.mark.parametrize(("plus", "said"), [(True, []), (False, ["desk.plus_addressing"])])
def test_check_says_so(tmp_path: Path, plus: bool, said: list[str]) -> None:
    """`check` tells what travels in subjects when no plus address arrives."""
    key = tmp_path / "secret.key"
    key.write_text("k a-key-of-the-tests-thirty-two-bytes-long\n")
    key.chmod(0o600)
    settings = make_settings(root=tmp_path, desk=Desk(address=DESK, secret_file=key, plus_addressing=plus))
    assert [fault.key for fault in check_files(settings, {}) if fault.severity == "info"] == said
