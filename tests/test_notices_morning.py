"""The morning list: who gets it when, what stands in it, that its lines can be answered, and that it is sent once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from typing import NoReturn

import pytest

from mailticket.demo.letters import answer, part, write
from mailticket.edges.store import Store
from mailticket.model.morning import Morning
from mailticket.model.policy import Agent, Bilingual, Desk, Hours, Settings, Shift
from mailticket.model.ticket import Ticket
from mailticket.rounds.morning import find_owed, send_lists
from mailticket.tickets.hours import Calendar
from mailticket.tickets.mornings import find_morning
from tests.people import DESK, HUDA, MAJED, OMAR, SARA, make_settings
from tests.world import World

NADA = Agent("nada@example.sa", Bilingual("ندى", "Nada"), teams=("certificate",), notices="morning")
LATE = Agent("late@example.sa", Bilingual("ليان", "Layan"), teams=("certificate",), notices="morning", shifts=(Shift(time(14), time(21)),))
NOURA, LINA, HIND, REEM = (f"{name}@example.com" for name in ("noura", "lina", "hind", "reem"))
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TEXT = "السلام عليكم\nلم تصلني شهادتي من منصة منار، وهذه هي الرسالة رقم {}."


def desk(language: str = "ar", **more: object) -> Settings:
    return make_settings(desk=Desk(address=DESK, hold=timedelta(0), language=language), agents=(SARA, NADA, LATE, OMAR, HUDA, MAJED), **more)


@pytest.fixture
def world() -> Iterator[World]:
    """Tuesday 09:00 with four certificates: one for Nada, one that Sara has, and two that nobody has, one of them asleep."""
    made = World(desk())
    fill(made)
    yield made
    made.close()


def fill(world: World) -> None:
    world.rounds()  # the list of Tuesday, on which there is nothing to say yet
    for at, who in enumerate((NOURA, LINA, HIND, REEM), 1):
        world.receive(write(who, f"الشهادة {at}", TEXT.format(at), world.clock.now(), name=who.partition("@")[0]))
    for at, order in ((1, "#assign nada"), (2, "#assign me"), (4, "#snooze 2026-12-20")):
        world.receive(answer(find(world, SARA.email, at), SARA.email, order, world.clock.now()))


def find(world: World, who: str, at: int) -> EmailMessage:
    return next(m for m in world.sent(who) if f"[MT-{1000 + at}]" in str(m["Subject"]))


def lists(world: World, who: str = NADA.email) -> list[EmailMessage]:
    """The morning lists that somebody got."""
    keys = [o.message_id for o in world.sink.sent if o.kind == "morning" and o.recipient == who]
    return [m for m in world.sent(who) if str(m["Message-ID"]) in keys]


def ticket(world: World, number: int) -> Ticket:
    found = world.store.ticket(number)
    assert found
    return found


def tags(mail: EmailMessage) -> list[int]:
    """The tickets of a list's lines, in order."""
    return [int(line[4:-1]) for line in part(mail, "plain").splitlines() if line.startswith("[MT-")]


def test_what_stands_in_it(world: World) -> None:
    """Own tickets first, then what nobody has, then what is new with colleagues; what sleeps waits until it wakes."""
    world.wait(DAY)
    (mail,) = lists(world)
    assert tags(mail) == [1001, 1003, 1002]
    text = part(mail, "plain")
    places = [text.index(word) for word in ("تذاكركم", "لا مسؤول عنها", "لدى زملائكم")]
    assert places == sorted(places)
    assert "تذكرة واحدة لكم، تذكرة واحدة بلا مسؤول، تذكرة واحدة لدى الزملاء" in text
    assert str(mail["Subject"]) == "قائمة الصباح، الأربعاء ٢٥ نوفمبر ٢٠٢٦"
    world.wait(DAY)
    assert tags(lists(world)[1]) == [1001, 1003], "nothing happened on the colleague's ticket since"


def test_in_english() -> None:
    """Where the desk writes English, so does the list."""
    world = World(desk("en"))
    fill(world)
    world.wait(DAY)
    text = part(lists(world)[0], "plain")
    assert "Morning list, Wednesday 25 November 2026" in text
    assert "1 ticket of yours, 1 ticket without an owner, 1 ticket with colleagues" in text
    assert "New since the last list" in text
    world.close()


def test_single_notices_are_spared(world: World) -> None:
    """Who chose the list gets no single notices but of what is theirs."""
    kinds = {o.kind.value for o in world.sink.sent if o.recipient == NADA.email}
    assert kinds == {"assigned"}


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [("1003 #assign me", "owner", NADA.email), ("١٠٠٣ #إسناد لي", "owner", NADA.email), ("1003 #priority high", "priority", "high")],
)
def test_lines_are_answered(world: World, text: str, field: str, value: str) -> None:
    """A ticket's number and a command in answer to the list works on that ticket, with the proofs of any list."""
    world.wait(DAY)
    world.receive(answer(lists(world)[0], NADA.email, text, world.clock.now()))
    asked = world.sent(NADA.email)[-1]
    world.receive(answer(asked, NADA.email, "#confirm", world.clock.now()))
    assert getattr(ticket(world, 1003), field) == value


def test_it_is_sent_once(world: World) -> None:
    """However often the rounds run, and whoever runs them, a list of a day is one."""
    world.wait(DAY)
    for _ in range(5):
        world.wait(HOUR / 2)
    assert len(lists(world)) == 1
    assert send_lists(world.store, world.road) == []


def test_crash_before_the_commit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A daemon that dies while it writes the list leaves nothing, and the next one makes it; a fault is told to the managers meanwhile."""
    with monkeypatch.context() as patch:

        def fail(*_: object) -> NoReturn:
            raise OSError("the disk is full")

        patch.setattr(Store, "write_list", fail)
        world.wait(DAY)
    assert not lists(world)
    assert any("nada@example.sa" in part(m, "plain") for m in world.sent(MAJED.email))
    world.wait(HOUR / 6)
    assert len(lists(world)) == 1


def test_two_daemons(world: World) -> None:
    """Of two daemons that make the same list the slower changes nothing."""
    world.clock.advance(DAY)
    owed = find_owed(world.store, world.road)
    assert [agent.email for agent, _ in owed] == [NADA.email]
    morning = owed[0][1]
    assert send_lists(world.store, world.road) == [NADA.email]
    assert not world.store.write_list(morning, NADA.email, [], world.clock.now())
    world.rounds()
    assert len(lists(world)) == 1


def test_nothing_to_say() -> None:
    """Where there is nothing to tell, no mail is sent, and the day is done."""
    world = World(desk())
    world.wait(DAY)
    assert not lists(world)
    assert find_owed(world.store, world.road) == []
    world.close()


def test_own_shift(world: World) -> None:
    """Whose shift begins later gets the list then; it reaches back to the last one."""
    world.wait(DAY)
    assert not lists(world, LATE.email)
    world.wait(5 * HOUR)
    assert len(lists(world, LATE.email)) == 1


def test_leave(world: World) -> None:
    """No list comes on leave, and the one after it tells of all that happened meanwhile."""
    world.wait(DAY)
    world.receive(answer(lists(world)[0], NADA.email, "#away 2026-12-01", world.clock.now()))
    world.receive(answer(find(world, SARA.email, 2), SARA.email, "#note في الانتظار", world.clock.now()))
    for _ in range(6):
        world.wait(DAY)
        assert len(lists(world)) == 1 or world.clock.now() >= datetime(2026, 11, 30, 21, tzinfo=UTC)
    world.wait(DAY)
    assert 1002 in tags(lists(world)[1])


def test_confidential_tickets(world: World) -> None:
    """A complaint about the desk's people stands in no list of those who may not read it."""
    text = "أتقدم بشكوى رسمية على موظفتكم سارة sara@example.sa لسوء تعاملها معي بشأن شهادتي"
    world.receive(write("other@example.com", "شكوى", text, world.clock.now()))
    assert ticket(world, 1005).is_confidential
    world.wait(DAY)
    assert 1005 not in tags(lists(world)[0])


@pytest.mark.parametrize(
    ("shifts", "now", "expected"),
    [
        ((), "2026-11-24T04:59Z", None),
        ((), "2026-11-24T05:00Z", "2026-11-24T05:00Z"),
        ((), "2026-11-24T17:59Z", "2026-11-24T05:00Z"),
        ((), "2026-11-24T18:00Z", None),
        ((), "2026-11-27T09:00Z", None),
        ((Shift(time(7), time(15)),), "2026-11-24T05:00Z", "2026-11-24T05:00Z"),
        ((Shift(time(14), time(21)),), "2026-11-24T10:59Z", None),
        ((Shift(time(14), time(21)),), "2026-11-24T11:00Z", "2026-11-24T11:00Z"),
    ],
    ids=["before", "as the desk opens", "late", "after hours", "day off", "earlier shift", "before a shift", "later shift"],
)
def test_when_it_is_owed(shifts: tuple[Shift, ...], now: str, expected: str | None) -> None:
    """From the desk's opening, or the agent's own first shift, until the desk closes; not on days off."""
    found = find_morning(replace(NADA, shifts=shifts), Calendar(Hours()), datetime.fromisoformat(now), {})
    assert (found.at if found else None) == (datetime.fromisoformat(expected) if expected else None)


@pytest.mark.parametrize("choice", ["every", "mine"])
def test_only_who_chose_it(choice: str) -> None:
    """Nobody else has a list."""
    assert find_morning(replace(NADA, notices=choice), Calendar(Hours()), datetime(2026, 11, 24, 6, tzinfo=UTC), {}) is None


def test_numbers_are_the_days_own() -> None:
    """A day's number is no digest's, and fits the database's integers."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    assert Morning(at.date(), at, at).number == 420261124 < 2**31
