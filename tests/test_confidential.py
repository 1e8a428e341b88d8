"""Complaints about the desk's own people: managers alone hear of them, by whatever mail."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from mailticket.demo.letters import answer, part, write
from mailticket.model.outcome import Triage
from mailticket.model.policy import Bilingual, Desk
from mailticket.model.ticket import CONFIDENTIAL, Language, Priority, Ticket, Type
from mailticket.tickets.confidential import find_mark, find_trusted, may_read
from tests.people import DESK, HUDA, MAJED, OMAR, SARA, TUESDAY, make_settings
from tests.snoop import find_canaries
from tests.test_behalf import HOST, PASS, inline
from tests.world import World

NOURA = "noura@example.com"
FATIMA = replace(SARA, email="fatima@example.sa", name=Bilingual("فاطمة الزهراني", "Fatima Alzahrani"))
RANA = replace(MAJED, email="rana@example.sa", name=Bilingual("رنا القحطاني", "Rana Alqahtani"), teams=("certificate",), level=1)
SALEH = replace(MAJED, email="saleh@example.sa", name=Bilingual("صالح", "Saleh"), teams=("account",), level=1)
AGENTS = (replace(SARA, notices="every"), FATIMA, OMAR, HUDA, MAJED, RANA, SALEH)
ABOUT = {
    "arabic, treated badly": ("شكوى", "أسأت الانتظار بسبب شهادتي، وموظف خدمة العملاء رفع صوته علي وأهانني. كناري-سر"),
    "arabic, called so": ("شكوى على موظف", "هذه شكوى على موظف عندكم في قسم الشهادات، تعاملني بعدم احترام. كناري-سر"),
    "english, treated badly": ("certificate", "Your support agent was very rude to me and hung up when I asked for my certificate. كناري-سر"),
    "english, called so": ("certificate", "This is a formal complaint against one of your employees about my certificate. كناري-سر"),
    "by full name": ("شكوى رسمية", "أتقدم بشكوى بسبب شهادتي، فالأخت فاطمة الزهراني ترفض إصدارها. كناري-سر"),
    "by address": ("complaint", "This is a formal complaint: fatima@example.sa has ignored me for a month about my certificate. Unacceptable. كناري-سر"),
}


@pytest.fixture
def world() -> Iterator[World]:
    opened = World(make_settings(agents=AGENTS, desk=Desk(address=DESK, hold=timedelta(0), authserv_id=HOST)))
    yield opened
    opened.close()


def shown(world: World, *words: str) -> set[str]:
    """Whose mails hold one of the words in any byte."""
    return {one.recipient for one in world.sink.sent if find_canaries(one.raw, list(words))}


def ticket(world: World) -> Ticket:
    found = world.store.ticket(1001)
    assert found
    return found


@pytest.mark.parametrize(("subject", "text"), ABOUT.values(), ids=ABOUT)
def test_managers_alone_hear_of_it(world: World, subject: str, text: str) -> None:
    """Neither notices, lapses, digests nor questions by mail show such a complaint to anybody but its managers."""
    world.receive(write(NOURA, subject, text, world.clock.now()))
    assert (ticket(world).is_confidential, ticket(world).owner) == (True, "")
    world.wait(timedelta(hours=1))
    world.receive(write(NOURA, "x [MT-1001]", "وما زلت أنتظر كناري-سر", world.clock.now()))
    for hours in (5, 20, 24, 24, 24):
        world.wait(timedelta(hours=hours))
    told = len(world.sink.sent)
    for who in (SARA, FATIMA, OMAR, HUDA):
        for command in ("#open", "#open certificate", "#search كناري", "#show 1001", "#بحث كناري", "#history"):
            world.receive(write(who.email, "x", command, world.clock.now(), headers=PASS))
        world.receive(write(who.email, "x [MT-1001]", "#history", world.clock.now(), headers=PASS))
    assert len(world.sink.sent) > told
    managers = {RANA.email, MAJED.email}
    assert shown(world, "كناري-سر") == managers
    assert shown(world, "[MT-1001]") <= {NOURA, *managers}
    assert [m for m in world.sent(RANA.email) if m["X-MailTicket"] == "1001"]


def test_the_acknowledgement_is_as_any_other(world: World) -> None:
    """The requester hears what every requester hears."""
    world.receive(write(NOURA, *ABOUT["arabic, called so"], world.clock.now()))
    assert len(world.sent(NOURA)) == 1


@pytest.mark.parametrize(
    "text",
    ["شكوى: لم تصلني شهادتي منذ شهر، وهذا أمر سيئ", "I complain that my certificate has not come for a month.", "أشكر موظف خدمة العملاء على أسلوبه الراقي"],
    ids=["of a matter", "of a matter, in English", "praise"],
)
def test_other_mail_is_the_teams(world: World, text: str) -> None:
    """A complaint about a matter, and praise of a person, go to the team as ever."""
    world.receive(write(NOURA, "x", text, world.clock.now()))
    assert not ticket(world).is_confidential
    assert shown(world, "[MT-1001]") - {NOURA, RANA.email, MAJED.email, SALEH.email}


def test_a_manager_who_is_named_does_not_hear_of_it(world: World) -> None:
    """The complaint about a manager is the other managers'; their digest has its line, that manager's has not."""
    world.receive(write(NOURA, "شكوى", "أتقدم بشكوى على رنا القحطاني بسبب شهادتي، كناري-سر", world.clock.now()))
    for _ in range(3):
        world.wait(timedelta(days=1))
    assert ticket(world).accused == (RANA.email,)
    assert shown(world, "كناري-سر", "[MT-1001]") == {NOURA, MAJED.email}
    assert world.sent(RANA.email)


def test_a_manager_gives_it_to_somebody(world: World) -> None:
    """With #assign an agent reads it from then on; the rest of the team does not."""
    world.receive(write(NOURA, *ABOUT["arabic, called so"], world.clock.now()))
    notice = next(m for m in reversed(world.sent(MAJED.email)) if m["X-MailTicket"] == "1001")
    order = answer(notice, MAJED.email, "#assign omar", world.clock.now())
    world.receive(b"Authentication-Results: " + PASS["Authentication-Results"].encode() + b"\r\n" + order)
    assert ticket(world).owner == OMAR.email
    world.wait(timedelta(hours=1))
    world.receive(write(NOURA, "x [MT-1001]", "وما زلت أنتظر كناري-سر", world.clock.now()))
    assert shown(world, "كناري-سر") == {OMAR.email, RANA.email, MAJED.email}


def test_a_manager_makes_it_the_teams(world: World) -> None:
    """When #type says that it is no complaint it is a ticket like any other."""
    world.receive(write(NOURA, *ABOUT["arabic, called so"], world.clock.now()))
    notice = next(m for m in reversed(world.sent(MAJED.email)) if m["X-MailTicket"] == "1001")
    assert "#" in part(notice, "plain")
    order = answer(notice, MAJED.email, "#type request", world.clock.now())
    world.receive(b"Authentication-Results: " + PASS["Authentication-Results"].encode() + b"\r\n" + order)
    assert not ticket(world).is_confidential
    world.receive(write(NOURA, "x [MT-1001]", "وما زلت أنتظر كناري-سر", world.clock.now()))
    assert SARA.email in shown(world, "كناري-سر") | shown(world, "[MT-1001]")


def test_who_forwards_one_is_told_only_when_they_may_read_it(world: World) -> None:
    """An agent who brings such a complaint in hears nothing of what becomes of it; it is the requester's ticket all the same."""
    subject, text = ABOUT["english, treated badly"]
    world.receive(write(OMAR.email, "Fwd: x", inline("gmail en", text, subject), world.clock.now(), headers=PASS))
    assert ticket(world).requester == NOURA
    assert shown(world, "كناري-سر") == {RANA.email, MAJED.email}


@pytest.mark.parametrize(
    ("agents", "accused", "expected"),
    [
        (AGENTS, "", {RANA.email, MAJED.email}),
        (AGENTS, RANA.email, {MAJED.email}),
        ((SARA, SALEH), "", {SALEH.email}),
        ((SARA, RANA), RANA.email, set()),
        ((SARA, RANA, replace(OMAR, level=2)), RANA.email, {OMAR.email}),
        ((SARA, OMAR), "", set()),
    ],
    ids=["of the team and of all", "not whom it names", "else all managers", "nobody is left", "level 2 of other teams", "no managers"],
)
def test_who_is_trusted(agents: tuple[object, ...], accused: str, expected: set[str]) -> None:
    """Managers of the team, else all, else level 2 of other teams; never whom it names."""
    settings = make_settings(agents=agents)
    mark = f"{CONFIDENTIAL}:{accused}" if accused else CONFIDENTIAL
    one = Ticket(1, "f", "s", NOURA, "", "certificate", Type.COMPLAINT, Priority.NORMAL, Language.AR, TUESDAY, TUESDAY, marks=(mark,))
    assert {agent.email for agent in find_trusted(one, settings)} == expected
    assert not may_read(None, one, settings)
    assert may_read(None, replace(one, type=Type.REQUEST), settings)


def test_a_first_name_names_nobody() -> None:
    """A name that many bear is no sign that somebody of the roster is meant."""
    decision = Triage("certificate", Type.COMPLAINT, Priority.NORMAL, Language.EN)
    assert find_mark(decision, "I am Sara, and I complain", make_settings()) == ()
    assert find_mark(decision, "سارة", make_settings()) == ()
