"""Lines of commands in answer to digests, alarms and lists: bound to that digest and to what the writer may work on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailticket.demo.letters import answer, part, write
from mailticket.inbound.lines import parse_lines
from mailticket.model.policy import Desk, Settings
from mailticket.model.ticket import Ticket
from mailticket.rounds.digest import send_digests
from tests.people import DESK, HUDA, MAJED, OMAR, SARA, make_settings
from tests.world import World

NOURA, LINA, MALLORY = "noura@example.com", "lina@example.com", "mallory@example.com"
DAY = timedelta(days=1)
CHIEF = replace(SARA, manager=True)
"""A manager of the certificates' team alone."""
PINNED = "mx.example.sa"


def begin(settings: Settings) -> World:
    """A desk with 1001 (certificates) and 1002 (platform), and the digest of the next morning."""
    world = World(settings)
    world.receive(write(NOURA, "الشهادة", "السلام عليكم\nلم تصلني شهادتي من منصة منار.", world.clock.now(), name="نورة"))
    world.receive(write(LINA, "Login", "The platform does not open the lesson page.", world.clock.now(), name="Lina"))
    world.wait(DAY)
    return world


@pytest.fixture
def world() -> Iterator[World]:
    """Such a desk, where no host vouches for anybody; Sara manages her own team."""
    made = begin(make_settings(agents=(CHIEF, OMAR, HUDA, MAJED)))
    assert {n: ticket(made, n).team for n in (1001, 1002)} == {1001: "certificate", 1002: "platform"}
    yield made
    made.close()


@pytest.fixture
def pinned() -> Iterator[World]:
    """The same where the host's own word on an author is pinned."""
    made = begin(make_settings(desk=Desk(address=DESK, hold=timedelta(0), authserv_id=PINNED), agents=(CHIEF, OMAR, HUDA, MAJED)))
    yield made
    made.close()


def ticket(world: World, number: int) -> Ticket:
    found = world.store.ticket(number)
    assert found
    return found


def digest(world: World, who: str) -> EmailMessage:
    """The latest digest to a manager."""
    return next(m for m in reversed(world.sent(who)) if ".d." in str(m["Message-ID"]))


def line(world: World, who: str, number: int) -> int:
    """Behind which number a digest shows a ticket."""
    text = part(digest(world, who), "plain").split(f"[MT-{number}]")[0]
    return int([word for word in text.split("\n") if ". " in word[:5]][-1].partition(".")[0])


def says(world: World, mail: EmailMessage, who: str, text: str, *, dmarc: str = "", style: str = "gmail en") -> str:
    """Somebody answers a mail of ours; the outcome's word."""
    world.clock.advance(timedelta(seconds=20))
    raw = answer(mail, who, text, world.clock.now(), style=style)
    mark = f"Authentication-Results: {PINNED}; dmarc={dmarc} header.from=example.sa\r\n".encode() if dmarc else b""
    world.receive(mark + raw)
    return world.store.ledger_rows()[-1].disposition


def last(world: World, who: str) -> str:
    return part(own(world, who), "plain")


def own(world: World, who: str) -> EmailMessage:
    """The last mail to somebody that is about no single ticket."""
    return next(m for m in reversed(world.sent(who)) if not m["X-MailTicket"])


@pytest.mark.parametrize(
    ("text", "field", "value", "said"),
    [
        ("{a} assign omar", "owner", OMAR.email, "Assigned to Omar"),
        ("{a} #assign omar", "owner", OMAR.email, "Assigned to Omar"),
        ("{a}. assign to omar", "owner", OMAR.email, "Assigned to Omar"),
        ("{a}) priority urgent", "priority", "urgent", "Priority: Urgent"),
        ("#{a} close", "status", "closed", "Closed"),
        ("line {a}: close", "status", "closed", "Closed"),
        ("1001 priority high", "priority", "high", "Priority: High"),
        ("[MT-1001] #priority high", "priority", "high", "Priority: High"),
        ("٣ إسناد عمر", "owner", "", ""),
        ("{r} إسناد عمر", "owner", OMAR.email, "إسناد التذكرة إلى عمر"),
        ("{r}- أولوية عاجلة", "priority", "urgent", "الأولوية: عاجلة"),
        ("السطر {r} إغلاق", "status", "closed", "إغلاق التذكرة"),
        ("\u200f{r}. #إغلاق", "status", "closed", "إغلاق التذكرة"),
        ("١٠٠١ نوع شكوى", "type", "complaint", "النوع: شكوى"),
    ],
)
def test_line_of_a_digest(world: World, text: str, field: str, value: object, said: str) -> None:
    """A line works on the ticket of its number, once confirmed, and is answered with what was done."""
    at = line(world, MAJED.email, 1001)
    words = text.format(a=at, r="٠١٢٣٤٥٦٧٨٩"[at])
    before = ticket(world, 1001)
    outcome = says(world, digest(world, MAJED.email), MAJED.email, words)
    assert outcome == "held"
    assert replace(ticket(world, 1001), updated=before.updated) == before
    says(world, own(world, MAJED.email), MAJED.email, "#confirm")
    if said:
        assert getattr(ticket(world, 1001), field) == value
        assert said in last(world, MAJED.email)
        assert "[MT-1001]" in last(world, MAJED.email)
    else:
        assert replace(ticket(world, 1001), updated=before.updated) == before


@pytest.mark.parametrize("style", ["gmail en", "gmail ar", "apple", "outlook en", "outlook ar"])
def test_several_lines(world: World, style: str) -> None:
    """Several lines, and several tickets in one, are one work and one transcript."""
    one, two = (line(world, MAJED.email, n) for n in (1001, 1002))
    text = f"{one} assign omar\n{two} priority high\n{one}, {two} #note seen by the manager\n\nThanks"
    mail = digest(world, MAJED.email)
    assert says(world, mail, MAJED.email, text, style=style) == "held"
    assert "#confirm" in last(world, MAJED.email)
    assert says(world, own(world, MAJED.email), MAJED.email, "#confirm", style=style) == "agent action"
    assert ticket(world, 1001).owner == OMAR.email
    assert ticket(world, 1002).priority == "high"
    notes = [world.store.entries(n)[-1] for n in (1001, 1002)]
    assert [(e.text, e.visibility) for e in notes] == [("seen by the manager", "internal")] * 2
    told = last(world, MAJED.email)
    assert "Not a line of commands, and not used: Thanks" in told
    assert "1001 #undo" in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{a} assign omar\n99 close", "no line or ticket of that number for you here: 99 #close"),
        ("{a} asign omar\n{b} close", "There is no such command: {a} #asign omar"),
        ("{a} close\n{b} priority soon", "could not be understood: {b} #priority soon"),
        ("{a} close\n#priority high", "lines of commands stand together at the top"),
        ("{a} close\n\nand then\n{b} close", "lines of commands stand together at the top"),
        ("{a} help", "does not stand behind a number"),
        ("٩٩ إغلاق", "ليس لكم هنا سطر ولا تذكرة بهذا الرقم"),
        ("{a} parts", "no attachments"),
    ],
)
def test_all_lines_or_none(pinned: World, text: str, words: str) -> None:
    """One line wrong and nothing is done; the answer says which, and returns the text."""
    marks = {"a": line(pinned, MAJED.email, 1001), "b": line(pinned, MAJED.email, 1002)}
    before = [ticket(pinned, n) for n in (1001, 1002)]
    assert says(pinned, digest(pinned, MAJED.email), MAJED.email, text.format(**marks), dmarc="pass") == "agent action"
    assert [replace(ticket(pinned, n), updated=b.updated) for n, b in zip((1001, 1002), before, strict=True)] == before
    assert words.format(**marks) in last(pinned, MAJED.email)
    assert text.format(**marks).partition("\n")[0] in last(pinned, MAJED.email)


@pytest.mark.parametrize(
    ("who", "dmarc", "outcome"),
    [
        pytest.param(MAJED.email, "pass", "agent action", id="own digest, pass"),
        pytest.param(MAJED.email, "fail", "held", id="own digest, fail"),
        pytest.param(MAJED.email, "none", "held", id="own digest, none"),
        pytest.param(MAJED.email, "", "held", id="own digest, no result"),
        pytest.param(CHIEF.email, "pass", "held", id="another manager's digest"),
        pytest.param(OMAR.email, "pass", "held", id="an agent who manages nothing"),
        pytest.param(MALLORY, "pass", "ticket", id="a stranger who saw it"),
    ],
)
def test_proofs_where_an_issuer_is_pinned(pinned: World, who: str, dmarc: str, outcome: str) -> None:
    """With a pinned authserv_id lines are carried out for the digest's own reader alone, authenticated."""
    at = line(pinned, MAJED.email, 1001)
    assert says(pinned, digest(pinned, MAJED.email), who, f"{at} close", dmarc=dmarc) == outcome
    assert ticket(pinned, 1001).status == ("closed" if outcome == "agent action" else "new")


def test_manager_of_a_team_works_on_it_alone(pinned: World) -> None:
    """A ticket of a foreign team and one that does not exist are answered alike, by line and by number."""
    mail = digest(pinned, CHIEF.email)
    assert line(pinned, CHIEF.email, 1001) == 1
    told = []
    for number in (2, 1002, 1003):
        assert says(pinned, mail, CHIEF.email, f"{number} close", dmarc="pass") == "agent action"
        told.append(last(pinned, CHIEF.email).replace(str(number), "N"))
    assert len(set(told)) == 1
    assert ticket(pinned, 1002).status == "new"
    assert says(pinned, mail, CHIEF.email, "1 merge 1002", dmarc="pass") == "agent action"
    assert (ticket(pinned, 1001).linked, ticket(pinned, 1001).status) == (None, "new")
    assert says(pinned, mail, CHIEF.email, "1 close", dmarc="pass") == "agent action"
    assert ticket(pinned, 1001).status == "closed"


def test_who_manages_no_more_orders_nothing(pinned: World) -> None:
    """Rights are those of the moment when the mail arrives."""
    mail = digest(pinned, MAJED.email)
    at = line(pinned, MAJED.email, 1001)
    pinned.change_settings(agents=(CHIEF, OMAR, HUDA, replace(MAJED, manager=False)))
    assert says(pinned, mail, MAJED.email, f"{at} close", dmarc="pass") == "held"
    assert "no line or ticket" in last(pinned, MAJED.email)
    assert ticket(pinned, 1001).status == "new"


def test_numbers_belong_to_their_digest(pinned: World) -> None:
    """After the order of the lines changed, a number in answer to the old digest still means what it showed."""
    old = digest(pinned, MAJED.email)
    first = 1001 if line(pinned, MAJED.email, 1001) == 1 else 1002
    says(pinned, old, MAJED.email, "1 close", dmarc="pass")
    assert ticket(pinned, first).status == "closed"
    pinned.wait(DAY)
    new = digest(pinned, MAJED.email)
    assert f"[MT-{first}]" not in part(new, "plain")
    says(pinned, old, MAJED.email, "1 reopen", dmarc="pass")
    assert ticket(pinned, first).status == "open"
    assert says(pinned, new, MAJED.email, "2 close", dmarc="pass") == "agent action"
    assert "no line or ticket" in last(pinned, MAJED.email)


def test_subject_that_reads_like_a_command_orders_nothing(pinned: World) -> None:
    """A requester's subject that stands quoted behind its line's number is no order, however the quote is cut."""
    pinned.receive(write(MALLORY, "#close", "My certificate has not come.", pinned.clock.now()))
    pinned.wait(DAY)
    mail = digest(pinned, MAJED.email)
    for text in ("", "Thank you.", part(mail, "plain"), "ok\n" + part(mail, "plain")):
        says(pinned, mail, MAJED.email, text, dmarc="pass", style="bare")
    assert {ticket(pinned, n).status for n in (1001, 1002, 1003)} == {"new"}


def test_lines_are_taken_back(pinned: World) -> None:
    """Each ticket of a mail of lines is undone by itself, in answer to the transcript."""
    one, two = (line(pinned, MAJED.email, n) for n in (1001, 1002))
    says(pinned, digest(pinned, MAJED.email), MAJED.email, f"{one} priority urgent\n{two} priority urgent", dmarc="pass")
    assert says(pinned, own(pinned, MAJED.email), MAJED.email, "1002 #undo", dmarc="pass") == "agent action"
    assert [ticket(pinned, n).priority for n in (1001, 1002)] == ["urgent", "normal"]
    assert says(pinned, own(pinned, MAJED.email), MAJED.email, "1001 #تراجع", dmarc="pass") == "agent action"
    assert [ticket(pinned, n).priority for n in (1001, 1002)] == ["normal", "normal"]


def test_lines_that_write_to_requesters(pinned: World) -> None:
    """A canned reply and a question after resolving go to each ticket's own requester, under its own tag."""
    one, two = (line(pinned, MAJED.email, n) for n in (1001, 1002))
    says(pinned, digest(pinned, MAJED.email), MAJED.email, f"{one} {two} send details", dmarc="pass")
    for who, number in ((NOURA, 1001), (LINA, 1002)):
        mail = pinned.sent(who)[-1]
        assert (mail["X-MailTicket"], f"[MT-{number}]" in str(mail["Subject"])) == (str(number), True)
        assert ticket(pinned, number).status == "waiting"


def test_line_merges_into_a_line(pinned: World) -> None:
    """A number behind a command may be a line's as well."""
    pinned.receive(write(NOURA, "الشهادة أيضاً", "السلام عليكم\nأين شهادتي من منار؟", pinned.clock.now(), name="نورة"))
    pinned.wait(DAY)
    one, two = (line(pinned, MAJED.email, n) for n in (1001, 1003))
    assert says(pinned, digest(pinned, MAJED.email), MAJED.email, f"{two} دمج {one}", dmarc="pass") == "agent action"
    assert (ticket(pinned, 1003).status, ticket(pinned, 1003).linked) == ("merged", 1001)


def test_answer_without_an_order(world: World) -> None:
    """Words alone in answer to a digest do nothing, and the manager hears how an order is written."""
    assert says(world, digest(world, MAJED.email), MAJED.email, "Thank you, well done.") == "held"
    assert "٣ #إسناد سارة" in last(world, MAJED.email)


def test_other_ticket_in_answer_to_a_notice(pinned: World) -> None:
    """An order behind another ticket's number in answer to a notice never falls on the notice's own ticket."""
    notice = next(m for m in pinned.sent(CHIEF.email) if m["X-MailTicket"] == "1001")
    assert says(pinned, notice, CHIEF.email, "1002 #close", dmarc="pass") == "agent action"
    assert [ticket(pinned, n).status for n in (1001, 1002)] == ["new", "new"]
    assert says(pinned, notice, CHIEF.email, "1001 #close", dmarc="pass") == "agent action"
    assert ticket(pinned, 1001).status == "closed"


def test_answer_to_an_alarm(pinned: World) -> None:
    """An alarm names tickets by their tags, and lines in answer to it work on them."""
    pinned.receive(write(NOURA, "عاجل", "السلام عليكم\nمنصة منار لا تعمل عندي.", pinned.clock.now()))
    alarm = next((m for m in reversed(pinned.sent(MAJED.email)) if "alarm" in str(m["Subject"]).lower() or "تنبيه" in str(m["Subject"])), None)
    assert alarm is not None
    assert "+0.a." in str(alarm["Reply-To"])
    assert says(pinned, alarm, MAJED.email, "1001 assign omar\n1002 إسناد عمر", dmarc="pass") == "agent action"
    assert {ticket(pinned, n).owner for n in (1001, 1002)} == {OMAR.email}


@pytest.mark.parametrize(("ask", "text"), [("#open", "1001 priority high"), ("#مفتوحة", "١٠٠١ أولوية عالية"), ("#search منار", "1001 #priority high")])
def test_answer_to_a_list(pinned: World, ask: str, text: str) -> None:
    """The tickets of a list are worked on by answering it, within the teams of whoever asked."""
    mark = f"Authentication-Results: {PINNED}; dmarc=pass header.from=example.sa\r\n".encode()
    pinned.receive(mark + write(CHIEF.email, "q", ask, pinned.clock.now()))
    shown = own(pinned, CHIEF.email)
    assert "1001 #" in part(shown, "plain")
    assert says(pinned, shown, CHIEF.email, text) == "held"
    assert says(pinned, shown, OMAR.email, text, dmarc="pass") == "held"
    assert says(pinned, shown, CHIEF.email, text, dmarc="pass") == "agent action"
    assert ticket(pinned, 1001).priority == "high"
    assert says(pinned, shown, CHIEF.email, "1002 close", dmarc="pass") == "agent action"
    assert ticket(pinned, 1002).status == "new"


def test_list_asked_for_on_a_ticket(pinned: World) -> None:
    """A list that is asked for in answer to a notice is of no ticket: its answer never falls on that one."""
    notice = next(m for m in pinned.sent(CHIEF.email) if m["X-MailTicket"] == "1001")
    says(pinned, notice, CHIEF.email, "#open", dmarc="pass")
    assert "+0.a." in str(own(pinned, CHIEF.email)["Reply-To"])


@pytest.mark.parametrize(
    ("text", "orders", "rest"),
    [
        ("3 assign sara", [(3, "assign", "sara")], ""),
        ("3, 5 و ٧ إغلاق", [(3, "close", ""), (5, "close", ""), (7, "close", "")], ""),
        ("3 close #priority high", [(3, "close", ""), (3, "priority", "high")], ""),
        ("3 tickets are late", [(3, "", "are late")], ""),
        ("2026", [], "2026"),
        ("Hello\n3 close", [], "Hello\n3 close"),
        ("\n\n3 close\n\nMajed", [(3, "close", "")], "Majed"),
        ("3 note\nshe called", [(3, "note", "")], "she called"),
        ("[MT-1042] [MT-1043] close", [(1042, "close", ""), (1043, "close", "")], ""),
        ("12345678901234567890 close", [], "12345678901234567890 close"),
    ],
)
def test_lines_are_read(text: str, orders: list[tuple[int, str, str]], rest: str) -> None:
    """Numbers, a mark behind them or none, then a command in either language, with "#" or without; only at the top."""
    found = parse_lines(text)
    assert [(o.line, o.command.name if o.command else "", o.argument) for o in found.orders] == orders
    assert found.text == rest


def test_digest_is_made_once(world: World) -> None:
    """Answers change nothing of which digests are owed."""
    assert send_digests(world.store, world.road) == []
