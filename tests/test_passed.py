"""What a requester hears when their ticket goes to another team: one word where the settings say so, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from mailticket.demo.letters import answer, part, write
from mailticket.model.outcome import Person
from mailticket.model.policy import Desk
from tests.people import DESK, OMAR, SARA, make_settings
from tests.snoop import find_canaries
from tests.world import World

NOURA = "noura@example.com"
HOLD = timedelta(minutes=2)


def make_world(*, tell: bool, text: str = "لم تصلني شهادتي من منصة منار") -> World:
    world = World(make_settings(desk=Desk(address=DESK, hold=HOLD, tell_passed=tell)))
    world.receive(write(NOURA, "الشهادة", text, world.clock.now(), name="نورة"))
    return world


@pytest.fixture
def world() -> Iterator[World]:
    opened = make_world(tell=True)
    yield opened
    opened.close()


def says(world: World, text: str) -> list[str]:
    """Sara's commands on ticket 1001; the texts of what the requester reads in the minutes after them."""
    before = len(world.sent(NOURA))
    notice = next(m for m in reversed(world.sent(SARA.email)) if m["X-MailTicket"] == "1001")
    world.receive(answer(notice, SARA.email, text, world.clock.now()))
    world.wait(2 * HOLD)
    world.wait(2 * HOLD)
    return [part(mail, "plain") for mail in world.sent(NOURA)[before:]]


@pytest.mark.parametrize(
    ("text", "team"),
    [("#team account", "الحسابات"), ("#تحويل account", "الحسابات"), ("#escalate", "القسم التشغيلي المساند"), ("#تصعيد لا أملك الصلاحية", "القسم التشغيلي المساند"), ("#team account\n#note كناري", "الحسابات")],
    ids=["team", "arabic team", "escalate", "arabic escalate", "with a note"],
)
def test_the_requester_is_told_once(world: World, text: str, team: str) -> None:
    """The mail names the team and the next promised moment, and nothing of the agent, the note or the reason."""
    (told,) = says(world, text)
    assert team in told
    assert "سيصلكم الرد قبل" in told
    raw = next(one.raw for one in reversed(world.sink.sent) if one.recipient == NOURA)
    assert find_canaries(raw, [SARA.email, OMAR.email, "كناري", "الصلاحية"]) == []


def test_in_english() -> None:
    """Who writes English is told in English."""
    world = make_world(tell=True, text="My certificate from Manar has not arrived.")
    (told,) = says(world, "#team account")
    assert "We have passed your" in told
    assert "Team: Accounts" in told
    world.close()


def test_nothing_where_the_settings_do_not_say_so() -> None:
    """The shipped settings leave it to the acknowledgement and the answers."""
    world = make_world(tell=False)
    assert says(world, "#team account") == []
    world.close()


def test_an_answer_in_the_same_mail_is_enough(world: World) -> None:
    """Whoever reads an answer needs no second mail about who goes on."""
    told = says(world, "#team account\nسيتابع زملاؤنا في الحسابات طلبكم.")
    assert len(told) == 1
    assert "سيتابع زملاؤنا" in told[0]


def test_it_is_taken_back_with_the_command(world: World) -> None:
    """Within the hold, #undo keeps it in the house."""
    notice = next(m for m in reversed(world.sent(SARA.email)) if m["X-MailTicket"] == "1001")
    world.receive(answer(notice, SARA.email, "#team account", world.clock.now()))
    world.receive(answer(notice, SARA.email, "#undo", world.clock.now()))
    world.wait(2 * HOLD)
    assert len(world.sent(NOURA)) == 1
    found = world.store.ticket(1001)
    assert found is not None
    assert found.team == "certificate"


def test_who_is_not_to_be_written_to_is_not_told(world: World) -> None:
    """The gate of all automatic mail stands in front of this one too."""
    world.store.append((), (Person(NOURA, undeliverable="bounced"),), world.clock.now())
    assert says(world, "#team account") == []


def test_an_answer_to_it_joins(world: World) -> None:
    """It carries the requester's own signed address, as every mail to them does."""
    says(world, "#team account")
    world.receive(answer(world.sent(NOURA)[-1], NOURA, "شكراً، ورقمي ٧٧", world.clock.now()))
    assert len(world.store.tickets()) == 1
