"""Forward on behalf: a requester's mail that an agent forwards becomes the requester's ticket, and nobody else's words make us write."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from mailticket.demo.letters import part, quoted, write
from mailticket.model.outcome import AckState, Person
from mailticket.model.policy import Desk
from mailticket.model.ticket import Status, Visibility, What
from mailticket.model.token import intake_holder, reply_address
from tests.people import DESK, HUDA, OMAR, RING, SARA, make_settings
from tests.snoop import find_canaries
from tests.world import World

NOURA, KHALID = "noura@example.com", "khalid@example.com"
HOST = "mx.example.sa"
PASS = {"Authentication-Results": f"{HOST}; dmarc=pass header.from=example.sa"}
TEXT = "السلام عليكم\nلم تصلني شهادتي من منصة منار، كناري-نص."
# How clients write a forward: {who}, {subject}, {text}, {marked}. Gmail and Apple Mail as recorded, the others reconstructed.
FORMS = {
    "gmail en": "---------- Forwarded message ---------\nFrom: {who}\nDate: Tue, Nov 24, 2026 at 8:05 AM\nSubject: {subject}\nTo: <sara@example.sa>\n\n\n{text}",
    "gmail ar": "---------- الرسالة المعاد توجيهها ---------\nمن: {who}\nالتاريخ: الثلاثاء، ٢٤ نوفمبر ٢٠٢٦ ٨:٠٥ ص\nالموضوع: {subject}\nإلى: <sara@example.sa>\n\n\n{text}",
    "outlook en": "________________________________\nFrom: {who}\nSent: Tuesday, November 24, 2026 8:05 AM\nTo: Sara <sara@example.sa>\nSubject: {subject}\n\n{text}",
    "outlook ar": "________________________________\nمن: {who}\nتاريخ الإرسال: الثلاثاء، 24 نوفمبر، 2026 8:05 ص\nإلى: سارة <sara@example.sa>\nالموضوع: {subject}\n\n{text}",
    "apple": "> Begin forwarded message:\n> \n> From: {who}\n> Subject: {subject}\n> Date: 24 November 2026 at 08:05:11 GMT+3\n> To: sara@example.sa\n> \n{marked}",
    "thunderbird": "-------- Forwarded Message --------\nSubject: \t{subject}\nDate: \tTue, 24 Nov 2026 08:05:11 +0300\nFrom: \t{who}\nTo: \tsara@example.sa\n\n\n\n{text}",
}


@pytest.fixture
def world() -> Iterator[World]:
    opened = World(make_settings(desk=Desk(address=DESK, hold=timedelta(0), authserv_id=HOST)))
    yield opened
    opened.close()


def inline(form: str, text: str = TEXT, subject: str = "الشهادة", who: str = f"نورة <{NOURA}>") -> str:
    return FORMS[form].format(who=who, subject=subject, text=text, marked=quoted(text).replace("\r", ""))


def forward(world: World, text: str, *, by: str = SARA.email, subject: str = "Fwd: الشهادة", **headers: str) -> str:
    """An agent forwards something to the desk; the disposition in the ledger."""
    fields = {**PASS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    world.receive(write(by, subject, text, world.clock.now(), headers=fields))
    return world.store.ledger_rows()[-1].disposition.value


def attached(mails: list[bytes], words: str = "انظروا المرفق", *, by: str = SARA.email, fields: str = "") -> bytes:
    """An agent's forward with whole mails attached."""
    mark = f"f{sum(map(len, mails))}"
    parts = "".join(f"--{mark}\r\nContent-Type: message/rfc822\r\n\r\n{raw.decode()}\r\n" for raw in mails)
    head = f"From: {by}\r\nTo: {DESK}\r\nSubject: Fwd: x\r\nMessage-ID: <f{len(parts)}@example.sa>\r\nMIME-Version: 1.0\r\n{fields}"
    body = f"--{mark}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n{parts}--{mark}--\r\n"
    return f'{head}Authentication-Results: {PASS["Authentication-Results"]}\r\nContent-Type: multipart/mixed; boundary="{mark}"\r\n\r\n{body}'.encode()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("comment", ["", "كناري-تعليق: اتصلت بي مرتين.\n\n"], ids=["bare", "with words"])
def test_a_forward_opens_the_requesters_ticket(world: World, form: str, comment: str) -> None:
    """The ticket is the author's, who is acknowledged as any other; the agent's words and name stay inside."""
    assert forward(world, comment + inline(form)) == "ticket"
    ticket = world.store.ticket(1001)
    assert ticket is not None
    assert (ticket.requester, ticket.requester_name, ticket.subject, ticket.team) == (NOURA, "نورة", "الشهادة", "certificate")
    first, *notes = world.store.entries(1001)
    assert (first.what, first.by, first.visibility, first.text) == (What.MAIL, NOURA, Visibility.PUBLIC, TEXT)
    assert [(n.what, n.by, n.visibility, n.text) for n in notes] == ([(What.NOTE, SARA.email, Visibility.INTERNAL, comment.strip())] if comment else [])
    (acknowledgement,) = world.sent(NOURA)
    assert acknowledgement["Auto-Submitted"] == "auto-replied"
    assert find_canaries(world.sink.sent[0].raw, ["كناري", SARA.email, "سارة"]) == []
    rows = {change.what: change for change in world.store.changes(1001)}
    assert (rows["brought in"].who, rows["brought in"].new) == (SARA.email, NOURA)
    owed = world.store.acknowledgement(1001)
    assert owed is not None
    assert owed.state is AckState.SENT


@pytest.mark.parametrize("agent", [SARA, OMAR], ids=["of the team", "of another team"])
def test_the_agent_is_told(world: World, agent: object) -> None:
    """Who brought it in hears of the ticket once, with their own words below the requester's; so does its team."""
    by = SARA.email if agent is SARA else OMAR.email
    forward(world, "تعليقي عليها\n\n" + inline("gmail ar"), by=by)
    for person in {by, SARA.email}:
        (notice,) = world.sent(person)
        assert notice["X-MailTicket"] == "1001"
        text = part(notice, "plain")
        assert "كناري-نص" in text
        assert "تعليقي عليها" in text
        assert ("سارة" if agent is SARA else "عمر") in text


def test_an_attached_mail_goes_along_whole(world: World) -> None:
    """The attached mail's own words and files are the requester's entry; its id is known, and the acknowledgement answers it."""
    original = write(NOURA, "الشهادة", TEXT, world.clock.now(), name="نورة", attachments={"الهوية.pdf": b"%PDF id"})
    world.receive(attached([original]))
    entry = world.store.entries(1001)[0]
    assert (entry.by, entry.text, [(a.filename, a.size) for a in entry.attachments]) == (NOURA, TEXT, [("الهوية.pdf", 7)])
    (acknowledgement,) = world.sent(NOURA)
    assert f"<{str(acknowledgement['In-Reply-To']).strip('<>')}>" in original.decode()
    assert str(world.source.raws[1]).partition("Message-ID: <")[2].partition(">")[0] not in acknowledgement.as_string()


def test_the_files_of_an_inline_forward_go_along(world: World) -> None:
    """What the agent's client attaches anew stands on the requester's entry."""
    world.receive(write(SARA.email, "Fwd: x", inline("gmail en"), world.clock.now(), headers=PASS, attachments={"id.pdf": b"%PDF"}))
    assert [a.filename for a in world.store.entries(1001)[0].attachments] == ["id.pdf"]


@pytest.mark.parametrize("inner", FORMS)
@pytest.mark.parametrize("outer", ["gmail ar", "outlook en"])
def test_a_colleagues_forward_is_opened_up(world: World, inner: str, outer: str) -> None:
    """A requester's mail that went through a colleague is the requester's; what each of them wrote above it is kept inside."""
    twice = "كناري-أول\n\n" + inline(outer, "كناري-ثان\n\n" + inline(inner), "Fwd: الشهادة", f"هدى <{HUDA.email}>")
    assert forward(world, twice, In_Reply_To="<colleague@example.sa>") == "ticket"
    ticket = world.store.ticket(1001)
    assert ticket is not None
    assert (ticket.requester, ticket.subject) == (NOURA, "الشهادة")
    first, note = world.store.entries(1001)
    assert first.text == TEXT
    assert note.text == "كناري-أول\n\nكناري-ثان"
    assert find_canaries(world.sink.sent[0].raw, ["كناري", HUDA.email, SARA.email, "colleague@example.sa"]) == []


def test_attached_in_attached_is_opened_up(world: World) -> None:
    """A mail attached to a colleague's mail that is attached itself is found too, with its file."""
    original = write(NOURA, "الشهادة", TEXT, world.clock.now(), attachments={"id.pdf": b"%PDF"})
    world.receive(attached([attached([original], by=HUDA.email)]))
    ticket, entry = world.store.ticket(1001), world.store.entries(1001)[0]
    assert ticket is not None
    assert (ticket.requester, entry.text) == (NOURA, TEXT)


def test_a_requesters_own_forward_is_the_requesters(world: World) -> None:
    """When a requester forwarded somebody's mail to an agent, the ticket is the requester's, not that somebody's."""
    forward(world, inline("gmail en", inline("gmail en", "hello", "x", f"Khalid <{KHALID}>"), "Fwd: x"))
    ticket = world.store.ticket(1001)
    assert ticket is not None
    assert ticket.requester == NOURA
    assert world.sent(KHALID) == []


DOUBTS = {
    "no address": inline("gmail en", who="Noura"),
    "two authors": inline("outlook en", who=f"Noura <{NOURA}>; Khalid <{KHALID}>"),
    "on behalf of": inline("outlook en", who=f"Khalid <{KHALID}> on behalf of Noura <{NOURA}>"),
    "an address for a name": inline("gmail en", who=f'"{KHALID}" <{NOURA}>'),
    "attribution only": f"On Tue, Nov 24, 2026 at 8:05 AM Noura <{NOURA}> wrote:\n> hello",
    "the desk": inline("gmail en", who=f"Masaraat <{DESK}>"),
    "a plus address of the desk": inline("gmail en", who="Masaraat <info+1.r.kaaaaaaaaaaaaaaaa@example.sa>"),
    "an agent": inline("gmail en", who=f"Huda <{HUDA.email}>"),
    "a form": inline("gmail en", who="Forms <forms@example.sa>"),
    "nothing forwarded": "please see below",
}


@pytest.mark.parametrize("text", DOUBTS.values(), ids=DOUBTS)
def test_a_doubt_is_a_question_to_the_agent(world: World, text: str) -> None:
    """Whoever can't be told for certain is written to by nobody and given no ticket; the agent is asked, with their text."""
    assert forward(world, text) == "held"
    assert world.store.tickets() == []
    assert {one.recipient for one in world.sink.sent} == {SARA.email}
    assert len(world.sink.sent) == 1


def test_two_attached_mails_are_a_question(world: World) -> None:
    """With two mails attached it is not said whose ticket it shall be."""
    world.receive(attached([write(who, "x", TEXT, world.clock.now()) for who in (NOURA, KHALID)]))
    assert world.store.tickets() == []
    assert {one.recipient for one in world.sink.sent} == {SARA.email}


FORGERIES = {
    "dmarc fails": {"Authentication-Results": f"{HOST}; dmarc=fail header.from=example.sa"},
    "nothing said": {"Authentication-Results": ""},
    "another issuer": {"Authentication-Results": "evil.example; dmarc=pass header.from=example.sa"},
    "spf alone": {"Authentication-Results": f"{HOST}; spf=pass smtp.mailfrom=example.sa"},
}


@pytest.mark.parametrize("fields", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_agent_makes_us_write_to_nobody(world: World, fields: dict[str, str]) -> None:
    """Without our own host's word for the agent no ticket is opened and no outsider written to, and the agent is asked six times an hour."""
    for number in range(10):
        assert forward(world, inline("gmail en", f"{number} {TEXT}", who=f"V <victim{number}@example.com>"), **fields) == "held"
    assert world.store.tickets() == []
    assert {one.recipient for one in world.sink.sent} == {SARA.email}
    assert len(world.sink.sent) == 6


def test_without_a_pinned_issuer_the_agents_own_address_proves() -> None:
    """A desk that knows of no authentication believes no From of an agent's, but a forward to the address that only the agent was told."""
    world = World()
    assert forward(world, inline("gmail en")) == "held"
    assert {one.recipient for one in world.sink.sent} == {SARA.email}
    intake = str(world.sent(SARA.email)[-1]["Reply-To"])
    flipped = intake.replace(intake[intake.index("@") - 1] + "@", ("a" if intake[intake.index("@") - 1] != "a" else "b") + "@")
    assert forward(world, inline("gmail en"), To=flipped) == "held"
    assert forward(world, inline("gmail en"), by=OMAR.email, To=intake) == "held"
    assert world.sent(NOURA) == []
    assert forward(world, inline("gmail en"), To=intake) == "ticket"
    assert len(world.sent(NOURA)) == 1
    assert find_canaries(world.sink.sent[-2].raw, [SARA.email, intake]) == []
    world.close()


def test_where_an_issuer_is_pinned_the_agents_address_alone_proves_nothing(world: World) -> None:
    """With authentication to be had, a token without it is not enough."""
    fields = {"Authentication-Results": ""}
    assert forward(world, inline("gmail en"), To=reply_address(RING, intake_holder(SARA.email), DESK), **fields) == "held"
    assert world.store.tickets() == []


def test_a_strangers_forward_is_their_own_ticket(world: World) -> None:
    """Who is not on the roster speaks for nobody else."""
    assert forward(world, inline("gmail en"), by=KHALID) == "ticket"
    ticket = world.store.ticket(1001)
    assert ticket is not None
    assert ticket.requester == KHALID
    assert world.sent(NOURA) == []


@pytest.mark.parametrize(
    ("who", "reason"),
    [("x <no-reply@example.com>", "machine"), ("x <mailer-daemon@example.com>", "machine")],
    ids=["nobody reads it", "a mail server"],
)
def test_a_machines_mail_is_not_acknowledged(world: World, who: str, reason: str) -> None:
    """The gate stands in front of this acknowledgement as of any other; the ticket is opened."""
    assert forward(world, inline("gmail en", who=who)) == "ticket"
    owed = world.store.acknowledgement(1001)
    assert owed is not None
    assert owed.state is AckState.SUPPRESSED
    assert reason in owed.reason
    assert {one.recipient for one in world.sink.sent} == {SARA.email}


def test_an_attached_automatic_mail_is_not_acknowledged(world: World) -> None:
    """What marks an attached mail as a machine's keeps us from answering it."""
    world.receive(attached([write(NOURA, "x", TEXT, world.clock.now(), headers={"Auto-Submitted": "auto-replied"})]))
    assert world.sent(NOURA) == []
    assert len(world.store.tickets()) == 1


def test_limits_and_blocks_are_the_authors(world: World) -> None:
    """Who is blocked gets nothing through an agent either, and acknowledgements count for the author, not for the agent."""
    now = world.clock.now()
    world.store.append((), (Person(NOURA, blocked="by hand"),), now)
    forward(world, inline("gmail en"))
    assert world.sent(NOURA) == []
    for number in range(4):
        forward(world, inline("gmail en", f"{number}", who=f"K <{KHALID}>"))
    assert len(world.sent(KHALID)) == 3  # the cut-off


def test_the_requesters_answer_joins_by_the_thread(world: World) -> None:
    """A follow-up that went to an agent's own address joins the ticket when it is forwarded, and an agent's waiting ends."""
    first = write(NOURA, "الشهادة", TEXT, world.clock.now())
    world.receive(first)
    world.wait(timedelta(minutes=5))
    assert forward(world, inline("outlook ar", "ما زلت أنتظر", "رد: الشهادة [MT-1001]"), subject="FW: رد: الشهادة [MT-1001]") == "follow-up"
    ticket = world.store.ticket(1001)
    assert ticket is not None
    assert (ticket.status, len(world.store.tickets())) == (Status.OPEN, 1)
    assert [e.by for e in world.store.entries(1001)] == [NOURA, NOURA]
    assert len(world.sent(NOURA)) == 1


def test_the_same_mail_forwarded_twice_is_one_ticket(world: World) -> None:
    """Two agents who forward the same mail open one ticket: their clients cite its id."""
    for by in (SARA.email, OMAR.email):
        forward(world, inline("gmail en"), by=by, In_Reply_To="<original@example.com>", References="<original@example.com>")
    assert len(world.store.tickets()) == 1
    assert len(world.sent(NOURA)) == 1


def test_an_answer_to_a_notice_that_holds_a_forward_stays_an_answer(world: World) -> None:
    """A mail that answers us is the agent's answer, whatever it quotes or forwards."""
    world.receive(write(NOURA, "الشهادة", TEXT, world.clock.now()))
    notice = world.sent(SARA.email)[-1]
    fields = {**PASS, "In-Reply-To": str(notice["Message-ID"]), "References": str(notice["References"])}
    world.receive(write(SARA.email, "Fwd: x", "صدرت.\n\n" + inline("gmail en", who=f"K <{KHALID}>"), world.clock.now(), to=str(notice["Reply-To"]), headers=fields))
    assert len(world.store.tickets()) == 1
    assert world.sent(KHALID) == []
