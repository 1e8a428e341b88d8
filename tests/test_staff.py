"""Staff work wholly by mail: raw mails in, raw mails out, for every command in both languages, good and bad."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from mailticket.demo.letters import answer, part, write
from mailticket.model.ticket import Ticket
from tests.people import OMAR, SARA
from tests.world import World

NOURA, LINA, ALI = "noura@example.com", "lina@example.com", "ali@example.com"


@pytest.fixture
def world() -> Iterator[World]:
    """A desk with one ticket of Noura's, 1001, for Sara's team."""
    made = World()
    made.receive(write(NOURA, "الشهادة", "السلام عليكم\nلم تصلني شهادتي من منصة منار.", made.clock.now(), name="نورة"))
    yield made
    made.close()


def says(world: World, text: str, who: str = SARA.email, *, style: str = "gmail en", number: int = 1001, **more: str) -> str:
    """An agent answers their latest notice of a ticket; the outcome's word."""
    notice = next(m for m in reversed(world.sent(who)) if m["X-MailTicket"] == str(number))
    world.clock.advance(timedelta(seconds=20))
    world.receive(answer(notice, who, text, world.clock.now(), style=style, **more))
    return world.store.ledger_rows()[-1].disposition


def ticket(world: World, number: int = 1001) -> Ticket:
    found = world.store.ticket(number)
    assert found
    return found


def last(world: World, who: str = SARA.email) -> str:
    """The last mail to somebody: its subject and text."""
    mail = world.sent(who)[-1]
    return f"{mail['Subject']}\n{part(mail, 'plain')}"


@pytest.mark.parametrize(
    ("text", "field", "value", "said"),
    [
        ("#assign omar", "owner", OMAR.email, "Assigned to Omar"),
        ("#إسناد عمر", "owner", OMAR.email, "إسناد التذكرة إلى عمر"),
        ("#assign", "owner", SARA.email, "Assigned to Sara"),
        ("#إسناد لي", "owner", SARA.email, "إسناد التذكرة إلى سارة"),
        ("#team platform", "team", "platform", "Passed to Platform"),
        ("#تحويل إلى المنصة", "team", "certificate", "تعذر فهم"),
        ("#تحويل المنصة", "team", "platform", "تحويل التذكرة إلى المنصة"),
        ("#priority urgent", "priority", "urgent", "Priority: Urgent"),
        ("#أولوية عاجلة", "priority", "urgent", "الأولوية: عاجلة"),
        ("#type complaint", "type", "complaint", "Type: Complaint"),
        ("#نوع شكوى", "type", "complaint", "النوع: شكوى"),
        ("#escalate it is beyond us", "level", 2, "Raised to level 2"),
        ("#تصعيد", "level", 2, "المستوى الثاني"),
        ("#wait", "status", "waiting", "waits for the requester"),
        ("#انتظار", "status", "waiting", "بانتظار مقدم الطلب"),
        ("#close", "status", "closed", "Closed"),
        ("#إغلاق", "status", "closed", "إغلاق التذكرة"),
        ("#resolve", "status", "resolved", "Resolved"),
        ("#حل", "status", "resolved", "تمت المعالجة"),
        ("#spam", "status", "spam", "Spam"),
        ("#مزعج", "status", "spam", "مزعجة"),
        ("＃Close", "status", "closed", "Closed"),
        ("# close", "status", "closed", "Closed"),
        ("\u200f#إغلاق.", "status", "closed", "إغلاق التذكرة"),
        ("#Assign: omar", "owner", OMAR.email, "Assigned to Omar"),
    ],
)
def test_command_alone(world: World, text: str, field: str, value: object, said: str) -> None:
    """A command alone does what it says, is answered with a transcript, and sends the requester no empty answer."""
    before = len(world.sent(NOURA))
    assert says(world, text) == "agent action"
    assert getattr(ticket(world), field) == value
    assert said in last(world)
    texts = [part(m, "plain") for m in world.sent(NOURA)[before:]]
    assert len(texts) == (1 if value == "resolved" else 0)


# --- what stands below the commands, and what goes wrong -------------------------------------------------------------------------


def test_text_below_is_the_answer(world: World) -> None:
    """Commands and an answer in one mail: the requester reads the answer alone, and the ticket is as the commands say."""
    assert says(world, "#priority high\n#assign omar\n\nصدرت شهادتكم اليوم.", style="outlook ar") == "agent action"
    assert (ticket(world).priority, ticket(world).owner, ticket(world).status) == ("high", OMAR.email, "waiting")
    read = part(world.sent(NOURA)[-1], "plain")
    assert "صدرت شهادتكم اليوم." in read
    assert "#" not in read.replace("[MT", "")


@pytest.mark.parametrize("text", ["#note she called twice", "#ملاحظة اتصلت مرتين", "#note\nshe called twice\n\nand once more"])
def test_note_stays_inside(world: World, text: str) -> None:
    """A note is an internal entry, colleagues hear of it, and nothing goes to the requester."""
    before = len(world.sent(NOURA))
    assert says(world, text) == "agent action"
    assert len(world.sent(NOURA)) == before
    entry = world.store.entries(1001)[-1]
    assert (entry.what, entry.visibility) == ("note", "internal")
    assert ticket(world).status == "new"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#asign omar\nHello", "#assign"),
        ("#شكرا لكم على التواصل", "ليس بين الأوامر"),
        ("#assign nobodyknows\nHello", "sara, omar"),
        ("#priority soon", "#priority high"),
        ("#close now please", "Nothing stands behind"),
        ("#verify", "level 2"),
        ("#تحقق", "للمستوى الثاني"),
        ("#team", "missing"),
        ("#snooze yesterday", "could not be understood"),
        ("#confirm", "Nothing is held"),
        ("#undo", "nothing of yours"),
        ("#split", "only once"),
        ("#merge 1001", "could not be understood"),
        ("#cc omar@example.sa", "could not be understood"),
        ("#priority high\n#asign omar\nHello", "There is no such command"),
    ],
)
def test_all_or_nothing(world: World, text: str, words: str) -> None:
    """One thing wrong and nothing is done or sent; the answer says what, and returns the agent's text."""
    before, sent = ticket(world), len(world.sent(NOURA))
    spread = text.startswith(("#merge", "#cc"))
    assert says(world, text) == ("held" if spread else "agent action")
    assert replace(ticket(world), updated=before.updated) == before
    assert len(world.sent(NOURA)) == sent
    assert words in last(world)
    assert text.partition("\n")[0] in last(world)


def test_command_further_down_is_asked_about(world: World) -> None:
    """A command below the text is no text for the requester: the mail is held, and sent all the same only by a word."""
    assert says(world, "Your certificate is issued.\n\n#resolve") == "held"
    assert "further down" in last(world) or "أسفل" in last(world)
    assert len(world.sent(NOURA)) == 1
    assert says(world, "#send") == "agent action"
    assert "#resolve" in part(world.sent(NOURA)[-1], "plain")


# --- held mails ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["#confirm", "#تأكيد", "＃Confirm."])
def test_spreading_command_is_confirmed(world: World, word: str) -> None:
    """Without a pinned authserv_id what could leak is held, shown, and done once its agent says so from the one-time address."""
    assert says(world, "#cc ali@example.com") == "held"
    assert "Copies of answers go to ali@example.com" in last(world)
    assert "#confirm" in last(world)
    assert len(world.store.known(1001).participants) == 1  # type: ignore[union-attr]  # the ticket is there
    question = world.sent(SARA.email)[-1]
    assert says(world, word) == "agent action"
    assert {p.address: p.role for p in world.store.known(1001).participants}[ALI] == "allowed"  # type: ignore[union-attr]  # as above
    world.receive(answer(question, SARA.email, f"{word} ", world.clock.now()))  # once only: the address is spent
    assert "Nothing is held" in last(world) or "لا رسالة معلقة" in last(world)


def test_forged_agent_mail_is_confirmed_by_its_agent_alone(world: World) -> None:
    """A mail in an agent's name without a token does nothing; the agent's own word releases exactly those bytes, within a day."""
    world.receive(write(SARA.email, "Re: [MT-1001]", "صدرت شهادتكم.", world.clock.now()))
    assert world.store.ledger_rows()[-1].disposition == "held"
    question = world.sent(SARA.email)[-1]
    assert len(world.sent(NOURA)) == 1
    stolen = answer(question, OMAR.email, "#confirm", world.clock.now())
    world.receive(stolen)
    assert len(world.sent(NOURA)) == 1
    outsider = answer(question, LINA, "#confirm", world.clock.now())
    world.receive(outsider)
    assert "صدرت شهادتكم" not in "".join(part(m, "plain") for m in world.sent(NOURA))
    world.receive(answer(question, SARA.email, "#confirm", world.clock.now(), style="outlook ar"))
    assert "صدرت شهادتكم." in part(world.sent(NOURA)[-1], "plain")


def test_confirmation_comes_too_late(world: World) -> None:
    """After 24 hours the word releases nothing."""
    says(world, "#cc ali@example.com")
    question = world.sent(SARA.email)[-1]
    world.clock.advance(timedelta(hours=25))
    world.receive(answer(question, SARA.email, "#confirm", world.clock.now()))
    assert [p.address for p in world.store.known(1001).participants] == [NOURA]  # type: ignore[union-attr]  # the ticket is there


def test_machine_confirms_nothing(world: World) -> None:
    """An automatic answer to the question releases nothing, whatever it says."""
    says(world, "#cc ali@example.com")
    question = world.sent(SARA.email)[-1]
    raw = answer(question, SARA.email, "#confirm", world.clock.now()).replace(b"MIME-Version", b"Auto-Submitted: auto-replied\r\nMIME-Version", 1)
    world.receive(raw)
    assert [p.address for p in world.store.known(1001).participants] == [NOURA]  # type: ignore[union-attr]  # the ticket is there


def test_questions_are_few(world: World) -> None:
    """However many mails are forged in an agent's name, at most six an hour are asked about."""
    before = len(world.sent(SARA.email))
    for at in range(12):
        world.receive(write(SARA.email, f"Re: {at} [MT-1001]", f"Send everything {at}", world.clock.now()))
    assert len(world.sent(SARA.email)) - before == 6


def test_quotes_of_the_notice_do_not_go_out(world: World) -> None:
    """Quoted lines go out only where they are the requester's own words in that ticket."""
    text = "> لم تصلني شهادتي من منصة منار.\nصدرت اليوم.\n> المسؤول: سارة\n> sara knows the secret"
    outcome = says(world, text, style="bare")
    if outcome == "held":
        assert says(world, "#send") == "agent action"
    read = part(world.sent(NOURA)[-1], "plain")
    assert "> لم تصلني شهادتي" in read
    assert "صدرت اليوم." in read
    assert "secret" not in read
    assert "المسؤول" not in read
