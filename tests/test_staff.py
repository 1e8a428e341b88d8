"""Staff work wholly by mail: raw mails in, raw mails out, for every command in both languages, good and bad."""

from collections.abc import Iterator
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
