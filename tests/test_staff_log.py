"""Contacts by other channels: several in one mail, and whose they are by name or phone."""

from collections.abc import Iterator

import pytest

from mailticket.demo.letters import answer, part, write
from mailticket.model.ticket import Ticket
from tests.people import SARA
from tests.world import World

NOURA, OTHER = "noura@example.com", "noura2@example.com"


@pytest.fixture
def world() -> Iterator[World]:
    """A desk that knows Noura Ahmad, who wrote her number below a mail, and two people called Hind Saleh."""
    made = World()
    text = "السلام عليكم\nلم تصلني شهادتي من منار.\nجوالي ٠٥٠ ١٢٣ ٤٥٦٧"
    made.receive(write(NOURA, "الشهادة", text, made.clock.now(), name="نورة أحمد"))
    for at in (1, 2):
        made.receive(write(f"hind{at}@example.com", "Certificate", f"Where is my certificate? {at}", made.clock.now(), name="Hind Saleh"))
    yield made
    made.close()


def ticket(world: World, number: int) -> Ticket:
    found = world.store.ticket(number)
    assert found
    return found


def log(world: World, text: str) -> str:
    """Sara writes to her intake address; what she is told."""
    world.receive(write(SARA.email, "help", "#help", world.clock.now()))
    to = str(next(m for m in reversed(world.sent(SARA.email)) if "+0.a." in str(m["Reply-To"]))["Reply-To"])
    world.receive(write(SARA.email, "", text, world.clock.now(), to=to))
    told = next(m for m in reversed(world.sent(SARA.email)) if m["In-Reply-To"] and "help" not in str(m["Subject"]))
    return part(told, "plain")


@pytest.mark.parametrize(
    ("who", "requester"),
    [
        ("نورة أحمد", NOURA),
        ("نوره احمد", NOURA),
        ("0501234567", NOURA),
        ("Um Ali +966 50 123 4567", NOURA),
        ("٠٥٠١٢٣٤٥٦٧ نورة", NOURA),
        ("نورة أحمد other@example.com", "other@example.com"),
        ("Hind Saleh hind2@example.com", "hind2@example.com"),
        ("Hind Saleh 0559998877", ""),
        ("نورة", ""),
        ("Nobody Known", ""),
    ],
)
def test_caller_is_found(world: World, who: str, requester: str) -> None:
    """A phone number, or a full name that only one person has, is enough to find the requester's mail address."""
    log(world, f"#log phone {who}\nThe certificate is late.")
    assert ticket(world, 1004).requester == requester
    assert ticket(world, 1004).channel == "phone"


@pytest.mark.parametrize("word", ["#log phone", "#تسجيل هاتف"])
def test_doubt_is_asked_about(world: World, word: str) -> None:
    """Of two people of one name none is taken: nothing is logged, and the agent chooses."""
    told = log(world, f"{word} Hind Saleh\nThe certificate is late.")
    assert "hind1@example.com" in told
    assert "hind2@example.com" in told
    assert world.store.ticket(1004) is None


@pytest.mark.parametrize(
    "text",
    [
        "#log phone Ali 0551112223\nNo sound in the hall.\n\n#log whatsapp Mona 0552223334\n#priority high\nForgot her password.\n\n#log hall Omar Nasser\nNo seat.",
        "#تسجيل هاتف علي ٠٥٥١١١٢٢٢٣\nلا صوت في القاعة.\n#تسجيل واتساب منى ٠٥٥٢٢٢٣٣٣٤\n#أولوية عالية\nنسيت كلمة المرور.\n#تسجيل قاعة عمر ناصر\nلا مقعد.",
    ],
    ids=["en", "ar"],
)
def test_several_in_one_mail(world: World, text: str) -> None:
    """Each #log is a ticket of its own with its own words and commands, and all tags are told."""
    told = log(world, text)
    assert [ticket(world, n).channel for n in (1004, 1005, 1006)] == ["phone", "whatsapp", "hall"]
    assert [ticket(world, n).priority for n in (1004, 1005, 1006)][1] == "high"
    assert all(f"[MT-{n}]" in told for n in (1004, 1005, 1006))
    texts = [world.store.entries(n)[0].text for n in (1004, 1005, 1006)]
    assert len(set(texts)) == 3
    assert not any("#" in one for one in texts)
    assert len({ticket(world, n).subject for n in (1004, 1005, 1006)}) == 3


def test_several_all_or_none(world: World) -> None:
    """One contact without words, and none is logged."""
    told = log(world, "#log phone Ali 0551112223\nNo sound.\n#log fax Mona\nHello")
    assert "#log fax Mona" in told
    assert world.store.ticket(1004) is None


def test_several_without_proof_are_confirmed(world: World) -> None:
    """Without the intake address nothing is logged until its agent says so."""
    world.receive(write(SARA.email, "calls", "#log phone Ali 0551112223\nNo sound.\n#log phone Mona 0552223334\nNo picture.", world.clock.now()))
    assert world.store.ticket(1004) is None
    world.receive(answer(world.sent(SARA.email)[-1], SARA.email, "#confirm", world.clock.now()))
    assert [ticket(world, n).requester_name for n in (1004, 1005)] == ["Ali 0551112223", "Mona 0552223334"]
