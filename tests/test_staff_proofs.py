"""The proofs' table: who writes, with which token, from which address, with which DMARC result, pinned or not, and what comes of it.

Every row of spec 2.4, 3 and security.md ("Who is it?") that is about people; each is a raw mail through the whole desk.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from mailticket.demo.letters import answer, part, write
from mailticket.model.policy import Agent, Bilingual
from mailticket.model.ticket import What
from mailticket.model.token import Holder, Purpose, reply_address
from tests.people import DESK, OMAR, RING, SARA, TEAMS, make_settings
from tests.world import World

NOURA, LINA, STRANGER = "noura@example.com", "lina@example.com", "mallory@example.com"
EX = Agent("ex@example.sa", Bilingual("سابق", "Ex"), teams=("certificate",))
SHARED = "certificates@example.sa"
PINNED = "mx.example.sa"
TEXT = "CANARY-WORDS for her"


@dataclass(frozen=True)
class Row:
    """One row: the author, whose token the mail carries ("none", "flipped", an address or a team), DMARC's word, and what comes of it."""

    who: str
    token: str
    text: str = TEXT
    dmarc: str = ""
    pinned: bool = False
    outcome: str = "agent action"
    reaches: bool = False
    """Whether the requester reads the text."""
    status: str = "new"
    header: str = ""
    """Another From instead of the author's own."""


AGENT_ROWS = {
    "own token": Row(SARA.email, SARA.email, reaches=True, status="waiting"),
    "own token, note": Row(SARA.email, SARA.email, "#note inside"),
    "own token, status": Row(SARA.email, SARA.email, "#close", status="closed"),
    "own token, spreading command": Row(SARA.email, SARA.email, "#cc ali@example.com", outcome="held"),
    "own token, search": Row(SARA.email, SARA.email, "#search word", outcome="held"),
    "own token, history": Row(SARA.email, SARA.email, "#history", outcome="held"),
    "own token, merge": Row(SARA.email, SARA.email, "#merge 1002", outcome="held"),
    "team's token, of the team": Row(SARA.email, "certificate", reaches=True, status="waiting"),
    "team's token, of another team": Row(OMAR.email, "certificate", outcome="held"),
    "colleague's token": Row(OMAR.email, SARA.email, outcome="held"),
    "requester's token": Row(SARA.email, NOURA, outcome="held"),
    "no token, tag alone": Row(SARA.email, "none", outcome="held"),
    "flipped token": Row(SARA.email, "flipped", outcome="held"),
    "token of another ticket": Row(SARA.email, "1002", outcome="held"),
    "token of an older generation": Row(SARA.email, "old", outcome="held"),
    "dmarc=fail without a pin proves nothing more": Row(SARA.email, SARA.email, dmarc="fail", reaches=True, status="waiting"),
    "pinned, pass": Row(SARA.email, SARA.email, dmarc="pass", pinned=True, reaches=True, status="waiting"),
    "pinned, pass, spreading command": Row(SARA.email, SARA.email, "#cc ali@example.com", "pass", True),
    "pinned, pass, no token": Row(SARA.email, "none", dmarc="pass", pinned=True, outcome="held"),
    "pinned, pass, list": Row(SARA.email, "none", "#mine", "pass", True),
    "pinned, fail": Row(SARA.email, SARA.email, dmarc="fail", pinned=True, outcome="held"),
    "pinned, none": Row(SARA.email, SARA.email, dmarc="none", pinned=True, outcome="held"),
    "pinned, temperror": Row(SARA.email, SARA.email, dmarc="temperror", pinned=True, outcome="held"),
    "pinned, absent": Row(SARA.email, SARA.email, pinned=True, outcome="held"),
    "pinned, note, none": Row(SARA.email, SARA.email, "#note inside", "none", True, "held"),
    "pinned, by another host": Row(SARA.email, SARA.email, dmarc="foreign", pinned=True, outcome="held"),
    "shared address as author": Row(SHARED, "certificate", outcome="held"),
}
OUTSIDE_ROWS = {
    "stranger, agent's token": Row(STRANGER, SARA.email, "#close", outcome="ticket"),
    "stranger, team's token": Row(STRANGER, "certificate", "#close", outcome="ticket"),
    "stranger, requester's token": Row(STRANGER, NOURA, "#close", outcome="ticket"),
    "stranger, tag alone": Row(STRANGER, "none", "#close", outcome="ticket"),
    "stranger, flipped token": Row(STRANGER, "flipped", "#close", outcome="ticket"),
    "requester, own token, command": Row(NOURA, NOURA, "#close", outcome="follow-up", status="open"),
    "requester, agent's token, command": Row(NOURA, SARA.email, "#close", outcome="follow-up", status="open"),
    "requester, no token, tag": Row(NOURA, "none", "#assign me", outcome="follow-up", status="open"),
    "ex-agent, own old token": Row(EX.email, EX.email, "#close", outcome="ticket"),
    "two From fields": Row(SARA.email, SARA.email, "#close", outcome="ticket", header=f"{STRANGER}\r\nFrom: {SARA.email}"),
    "agent's address in the name": Row(SARA.email, SARA.email, "#close", outcome="ticket", header=f"{SARA.email} <{STRANGER}>"),
}


@pytest.fixture(params=[False, True], ids=["unpinned", "pinned"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A desk with tickets of Noura's (1001) and Lina's (1002)."""
    yield from make(request.param)


def make(pinned: bool) -> Iterator[World]:
    teams = tuple(replace(team, address=SHARED) if team.name == "certificate" else team for team in TEAMS)
    settings = make_settings(teams=teams)
    made = World(replace(settings, desk=replace(settings.desk, authserv_id=PINNED if pinned else "")))
    for person in (NOURA, LINA):
        made.receive(write(person, "certificate", "My certificate from Manar has not arrived.", made.clock.now()))
    yield made
    made.close()


def token_of(world: World, token: str) -> str:
    """The address that a row's mail goes to."""
    first = world.store.ticket(1001)
    second = world.store.ticket(1002)
    assert first
    assert second
    own = Holder(1001, first.fingerprint, Purpose.AGENT, SARA.email)
    named = {"none": None, "1002": Holder(1002, second.fingerprint, Purpose.AGENT, OMAR.email), "old": replace(own, generation=7)}
    named |= {"flipped": own, "certificate": replace(own, purpose=Purpose.TEAM, person="certificate"), NOURA: replace(own, purpose=Purpose.REQUESTER, person=NOURA)}
    holder = named.get(token, replace(own, person=token))
    if holder is None:
        return DESK
    local, _, domain = reply_address(RING, holder, DESK).partition("@")
    return f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}" if token == "flipped" else f"{local}@{domain}"


def send(world: World, row: Row) -> None:
    """The row's mail arrives."""
    results = {"": "", "foreign": f"mx.elsewhere.example; dmarc=pass header.from={row.who.partition('@')[2]}"}
    said = results.get(row.dmarc, f"{PINNED}; dmarc={row.dmarc} header.from={row.who.partition('@')[2]}")
    headers = {"Authentication-Results": said, **({"From": row.header} if row.header else {})}
    tag = "" if row.text == "#mine" else " [MT-1001]"
    world.receive(write(row.who, f"Re: certificate{tag}", row.text, world.clock.now(), to=token_of(world, row.token), headers=headers))


def check(world: World, row: Row) -> None:
    before = len(world.sent(NOURA))
    send(world, row)
    last = world.store.ledger_rows()[-1]
    assert last.disposition == row.outcome, last.reason
    read = "".join(part(mail, "plain") for mail in world.sent(NOURA)[before:])
    assert (TEXT in read) == row.reaches
    found = world.store.ticket(1001)
    assert found
    assert found.status == row.status
    assert found.owner == (SARA.email if row.reaches else "")


@pytest.mark.parametrize("name", AGENT_ROWS)
def test_proofs_of_agents(name: str) -> None:
    """Each row of the table for somebody on the roster."""
    row = AGENT_ROWS[name]
    for world in make(row.pinned):
        check(world, row)


@pytest.mark.parametrize("name", OUTSIDE_ROWS)
def test_proofs_of_outsiders(world: World, name: str) -> None:
    """Each row for anybody else: no mail of theirs runs a command, on a desk with and without a pinned authserv_id."""
    check(world, OUTSIDE_ROWS[name])


def test_outsiders_answers_cannot_be_told_apart() -> None:
    """A stranger who guesses learns nothing: with every kind of token the answers differ in nothing but their own ticket's number."""
    seen = set()
    for name in (n for n in OUTSIDE_ROWS if n.startswith("stranger")):
        for world in make(False):
            send(world, OUTSIDE_ROWS[name])
            (mail,) = world.sent(STRANGER)
            seen.add(part(mail, "plain"))
    assert len(seen) == 1


@pytest.mark.parametrize(("who", "token"), [(STRANGER, SARA.email), (NOURA, SARA.email), (STRANGER, "certificate")])
def test_token_seen_outside_is_revoked(who: str, token: str) -> None:
    """A token in the hands of somebody outside is worth nothing from then on, even to the one it was given to."""
    for world in make(False):
        send(world, Row(who, token, "what is this"))
        send(world, Row(SARA.email, token))
        assert world.store.ledger_rows()[-1].disposition == "held"
        assert TEXT not in "".join(part(mail, "plain") for mail in world.sent(NOURA))


@pytest.mark.parametrize(("text", "outcome"), [("#close", "held"), ("#note inside", "held"), ("It still does not open.", "follow-up")])
def test_trouble_of_an_agents_own(text: str, outcome: str) -> None:
    """An agent's token as a requester proves no agent: anybody whom they show the conversation to has it, and nothing revokes it."""
    for world in make(False):
        world.receive(write(OMAR.email, "certificate", "My own certificate has not arrived.", world.clock.now()))
        (mail,) = (m for m in world.sent(OMAR.email) if "+1003.r." in str(m["Reply-To"]))
        world.receive(answer(mail, OMAR.email, text, world.clock.now()))
        assert world.store.ledger_rows()[-1].disposition == outcome
        assert {e.what for e in world.store.entries(1003)} == {What.MAIL}


def test_reply_to_all_replaces_the_token() -> None:
    """An agent who answers all is given a new address at once; the old one is spent, and the requester gets nothing twice."""
    for world in make(False):
        notice = next(m for m in world.sent(SARA.email) if m["X-MailTicket"] == "1001")
        before = len(world.sent(NOURA))
        world.receive(answer(notice, SARA.email, TEXT, world.clock.now(), cc=NOURA))
        assert len(world.sent(NOURA)) == before
        transcript = world.sent(SARA.email)[-1]
        assert transcript["Reply-To"] != notice["Reply-To"]
        world.receive(answer(notice, SARA.email, "and more", world.clock.now()))
        assert world.store.ledger_rows()[-1].disposition == "held"
        world.receive(answer(transcript, SARA.email, "and even more", world.clock.now()))
        assert "and even more" in part(world.sent(NOURA)[-1], "plain")


@pytest.mark.parametrize("text", ["#asign omar", "#cc ali@example.com", ""], ids=["refused", "held", "empty"])
def test_token_shown_outside_is_replaced_whatever_became_of_the_mail(text: str) -> None:
    """An outsider in Cc saw the token of a mail that did nothing, too; the mail that says so carries the new one."""
    for world in make(False):
        notice = next(m for m in world.sent(SARA.email) if m["X-MailTicket"] == "1001")
        world.receive(answer(notice, SARA.email, text, world.clock.now(), cc=STRANGER))
        told = world.sent(SARA.email)[-1]
        world.receive(answer(notice, SARA.email, TEXT, world.clock.now()))
        assert world.store.ledger_rows()[-1].disposition == "held"
        if "+1001.a." in told["Reply-To"]:
            world.receive(answer(told, SARA.email, TEXT, world.clock.now()))
            assert TEXT in part(world.sent(NOURA)[-1], "plain")


def test_team_token_shown_outside_is_replaced() -> None:
    """A colleague who answers all from a notice to the shared address spends the team's token for everybody."""
    for world in make(False):
        notice = next(m for m in world.sent(SHARED) if m["X-MailTicket"] == "1001")
        world.receive(answer(notice, SARA.email, TEXT, world.clock.now(), cc=STRANGER))
        world.receive(answer(notice, SARA.email, "and more", world.clock.now()))
        assert world.store.ledger_rows()[-1].disposition == "held"


def test_notice_about_a_stolen_token_carries_the_new_one() -> None:
    """A requester who got hold of an agent's token spends it; the notice of that very mail can be answered all the same."""
    for world in make(False):
        send(world, Row(NOURA, SARA.email, "what is this"))
        notice = world.sent(SARA.email)[-1]
        world.receive(answer(notice, SARA.email, TEXT, world.clock.now()))
        assert world.store.ledger_rows()[-1].disposition == "agent action"
        assert TEXT in part(world.sent(NOURA)[-1], "plain")


@pytest.mark.parametrize(("dmarc", "reaches"), [("pass", True), ("none", False), ("fail", False), ("", False)])
def test_confirmation_is_authenticated_where_that_is_pinned(dmarc: str, reaches: bool) -> None:
    """With a pinned authserv_id everything needs our own host's word, the confirmation too."""
    for world in make(True):
        send(world, AGENT_ROWS["pinned, none"])
        question = world.sent(SARA.email)[-1]
        raw = answer(question, SARA.email, "#confirm", world.clock.now())
        said = f"Authentication-Results: {PINNED}; dmarc={dmarc} header.from=example.sa\r\n" if dmarc else ""
        world.receive(said.encode() + raw)
        assert (TEXT in "".join(part(mail, "plain") for mail in world.sent(NOURA))) == reaches


def test_intake_address_is_its_agents_alone() -> None:
    """A colleague who writes to another's intake address is asked first."""
    for world in make(False):
        world.receive(write(SARA.email, "help", "#help", world.clock.now()))
        to = str(world.sent(SARA.email)[-1]["Reply-To"])
        world.receive(write(OMAR.email, "", "#log phone Hind 0551112223\nCalled.", world.clock.now(), to=to))
        assert world.store.ledger_rows()[-1].disposition == "held"
        world.receive(write(STRANGER, "", "#log phone Hind 0551112223\nCalled.", world.clock.now(), to=to))
        assert world.store.ledger_rows()[-1].disposition == "ticket"


def test_answer_never_falls_on_a_ticket_cited_further_back() -> None:
    """Words for a ticket whose token was revoked meanwhile go out on no other ticket, though an older id cites one that is in order."""
    for world in make(False):
        notice = next(m for m in world.sent(SARA.email) if m["X-MailTicket"] == "1001")
        world.receive(answer(notice, SARA.email, f"#log phone Ali {STRANGER}\nHe called.", world.clock.now()))
        transcript = world.sent(SARA.email)[-1]
        assert (transcript["X-MailTicket"], "mt.1001.a." in str(transcript["References"])) == ("1003", True)
        world.receive(write(LINA, "Hello", "I was shown this address.", world.clock.now(), to=str(transcript["Reply-To"])))
        world.receive(answer(transcript, SARA.email, TEXT, world.clock.now()))
        assert world.store.ledger_rows()[-1].disposition == "held"
        assert TEXT not in "".join(part(mail, "plain") for mail in world.sent(NOURA))


@pytest.mark.parametrize("by", ["an agent who answers all", "a stranger"])
def test_intake_address_seen_outside_is_replaced(by: str) -> None:
    """The address for calls to log is worth nothing once somebody outside has seen it, and the next mail of ours brings another."""
    for world in make(False):
        world.receive(write(SARA.email, "help", "#help", world.clock.now()))
        first = world.sent(SARA.email)[-1]
        if by == "a stranger":
            world.receive(answer(first, STRANGER, "What is this?", world.clock.now()))
        else:
            world.receive(answer(first, SARA.email, "#log phone Hind\nShe called.", world.clock.now(), cc=STRANGER))
        count = len(world.store.tickets())
        world.receive(answer(first, SARA.email, "#log phone Nada\nShe called.", world.clock.now()))
        assert world.store.ledger_rows()[-1].disposition == "held"
        assert len(world.store.tickets()) == count
        world.clock.advance(timedelta(minutes=1))
        world.receive(write(SARA.email, "help", "#help", world.clock.now()))
        world.receive(answer(world.sent(SARA.email)[-1], SARA.email, "#log phone Rana\nShe called.", world.clock.now()))
        assert len(world.store.tickets()) == count + 1


def test_ids_that_a_forged_mail_cites_reach_nobody() -> None:
    """Whose name was borrowed is sent none of the ids of the desk's people that the forged mail cited."""
    for world in make(False):
        notice = next(m for m in world.sent(SARA.email) if m["X-MailTicket"] == "1001")
        world.receive(answer(notice, "victim@example.com", "Hello", world.clock.now(), to=DESK))
        (mail,) = world.sent("victim@example.com")
        assert ".a." not in str(mail["References"])
        assert str(mail["In-Reply-To"]) in str(mail["References"])


def test_a_notice_that_waits_goes_to_nobody_who_left() -> None:
    """A notice that lay in the outbox when its reader left the desk is not sent; what goes to a requester is."""
    for world in make(False):
        world.sink.is_down = True
        world.receive(write(STRANGER, "certificate", "My certificate from Manar has not arrived.", world.clock.now()))
        world.change_settings(agents=(OMAR,))
        world.sink.is_down = False
        before = len(world.sent(SARA.email))
        world.wait(timedelta(hours=1))
        assert len(world.sent(SARA.email)) == before
        assert world.sent(STRANGER)
