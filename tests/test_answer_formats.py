"""Answers to real notices, in the formats of common mail programs: the requester's copy holds exactly the answer."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from itertools import count

import pytest

from mailticket.demo.letters import part, read, write
from mailticket.inbound.alignment import read_letters
from mailticket.model.policy import Desk
from mailticket.text.html import html_to_text
from mailticket.text.marks import ANSWER_ABOVE
from tests.clients import BOTTOM, CLIENTS, INSIDE, PLACEMENTS, SPLIT, TOP, Answer, Client, read_blocks, write_answer
from tests.people import DESK, SARA, make_settings
from tests.snoop import every_reading, squeeze
from tests.world import World

REQUESTS = {
    "ar": "السلام عليكم ورحمة الله\nلم تصلني شهادة دورة تحليل البيانات من منصة منار، وقد وعدتموني بها قبل أسبوعين وأحتاجها لجهة عملي التي طلبتها مني مرتين هذا الأسبوع.\n\n"
    "هل يمكن إرسالها مرة أخرى؟\nرقمي هو 20417.\n\nنورة سالم",
    "en": "Hello,\nmy certificate from Manar has not arrived. It was promised for last Sunday and I need it for my employer, who has asked for it twice already this week.\n\n"
    "Can you send it again?\nMy number is 20417.\n\nNoura Salem",
}
MORE = {
    "ar": "إضافة إلى ما سبق: بريدي في منار هو البريد نفسه الذي أكتب منه.\n\nوهل تظهر الشهادة في حسابي؟",
    "en": "One more thing: my address in Manar is the one that I write from.\n\nDoes the certificate show in my account?",
}
ANSWERS = {
    "ar": "نفيدكم بأن الشهادة صدرت اليوم وأرسلت إلى بريدكم.\n\nيرجى إعلامنا إن لم تجدوها غداً",
    "en": "It was issued this morning and went out to you.\n\nTell us tomorrow if it is not there",
}
PIECES = {"ar": "هذا جوابي رقم {} عن هذه النقطة", "en": "Here comes my remark {} on this point\nand its second line"}
SIGNATURES = {
    "en": "Sara Al-Harbi\nSecretary of rewards CANARY\nsara@example.sa | +966 11 555 0199",
    "ar": "سارة الحربي\nأمينة المكافآت CANARY\nهاتف: +966 11 555 0199",
}
FORMS = {"both parts": False, "HTML alone": True}


@pytest.fixture(scope="module", params=["ar", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """The language of the desk, of the requester, and of the agent's mail program."""
    return str(request.param)


@pytest.fixture(scope="module")
def world(language: str) -> Iterator[World]:
    """One desk for all tests of a language; each has a requester of its own."""
    made = World(make_settings(desk=Desk(address=DESK, hold=timedelta(0), language=language)))
    yield made
    made.close()


_numbers = count(1)


def ask(world: World, language: str, kind: str) -> tuple[str, EmailMessage]:
    """A requester writes, and again where `kind` is a follow-up; their address, and the notice that Sara got of the last mail."""
    who = f"requester{next(_numbers)}@host{next(_numbers)}.example.com"
    world.receive(write(who, "شهادة منار" if language == "ar" else "certificate", REQUESTS[language], world.clock.now(), name="Noura Salem"))
    if kind == "follow_up":
        first = latest(world, who)
        headers = {"In-Reply-To": str(first["Message-ID"]), "References": str(first["Message-ID"])}
        world.receive(write(who, f"Re: {first['Subject']}", MORE[language], world.clock.now(), to=str(first["Reply-To"]), headers=headers))
    return who, latest(world, SARA.email)


def latest(world: World, recipient: str) -> EmailMessage:
    """The last mail that went to an address."""
    return next(read(one.raw) for one in reversed(world.sink.sent) if one.recipient == recipient)


def words_of(answer: Answer, blocks: int) -> list[str]:
    """The lines that ought to arrive, in their order."""
    words = answer.words if answer.placement in (TOP, BOTTOM) else [answer.words[at % len(answer.words)] for at in range(blocks)]
    return [line for piece in words for line in piece.split("\n") if line]


def read_copy(copy: EmailMessage, kind: str) -> tuple[list[str], list[str]]:
    """The requester's copy as its reader sees it: what is said, and what is quoted."""
    shown = part(copy, "plain") if kind == "plain" else html_to_text(part(copy, "html"))
    above = shown.partition(ANSWER_ABOVE["ar"])[0].partition(ANSWER_ABOVE["en"])[0]
    lines = [line.strip() for line in above.split("\n") if line.strip().strip("_")]
    lines = [line for line in lines if not ((kind == "html" and line in ("مسارات", "Masaraat")) or line.startswith("[MT-"))]
    return [line for line in lines if not line.startswith(">")], [line[1:].strip() for line in lines if line.startswith(">")]


def check(world: World, who: str, notice: EmailMessage, answer: Answer, raw: bytes, said: str) -> None:
    """Send an answer, and look at every reading of what the requester got."""
    before = len(world.sink.sent)
    world.receive(raw)
    sent = [read(one.raw) for one in world.sink.sent[before:] if one.recipient == who]
    ledger = world.store.ledger_rows()[-1]
    assert len(sent) == 1, (ledger.disposition, ledger.reason)
    wanted = words_of(answer, len(read_blocks(part(notice, "html"))))
    for kind in ("plain", "html"):
        new, quoted = read_copy(sent[0], kind)
        assert new == wanted
        assert all(read_letters(line) in read_letters(said) for line in quoted), quoted
    readings = every_reading(sent[0].as_bytes())
    token = str(notice["Reply-To"]).partition("+")[2].partition("@")[0]
    internal = ("sara@example.sa", "CANARY", "Al-Harbi", "الحربي", "0199", token, "certificate-", "iPhone", "Galaxy", "(UTC+3)")
    assert [word for word in internal if squeeze(word) in readings] == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["new_ticket", "follow_up"])
@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("client", CLIENTS, ids=[client.name for client in CLIENTS])
def test_requester_gets_exactly_the_answer(world: World, language: str, client: Client, placement: str, kind: str, form: str) -> None:
    """Whatever program an agent answers with, and wherever in the notice, the words arrive and nothing else of the mail does."""
    who, notice = ask(world, language, kind)
    blocks = len(read_blocks(part(notice, "html")))
    words = [PIECES[language].format(at) for at in range(blocks)] if placement in (SPLIT, INSIDE) else [ANSWERS[language]]
    answer = Answer(words, placement, language, SIGNATURES[language])
    raw = write_answer(notice, client, answer, html_only=FORMS[form])
    check(world, who, notice, answer, raw, REQUESTS[language] + (MORE[language] if kind == "follow_up" else ""))
