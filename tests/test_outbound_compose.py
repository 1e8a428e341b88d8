"""Composed mails: what went in is read out again by a parser that knows nothing of us."""

import email
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.model.mail import Address, Attachment, Language
from mailticket.model.notice import Audience, Notice, NoticeKind, Outgoing
from mailticket.model.policy import Desk
from mailticket.model.token import (
    Purpose,
    find_bounced_key,
    is_loop_mark,
    is_pseudo_reference,
    parse_message_id,
    parse_reply_address,
)
from mailticket.outbound.compose import Part, compose, find_holder
from mailticket.outbound.render import Rendered
from mailticket.outbound.samples import sample_notice, sample_notices, sample_ticket
from mailticket.text.bidi import clean_line, clean_name
from tests.people import DESK, RING, make_settings

SETTINGS = make_settings()
NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
TICKET = sample_ticket(SETTINGS)
WORDS = Rendered("Re: شهادة [MT-1042]", "السلام عليكم\n", "<p>السلام عليكم</p>\n")
LETTERS = st.sampled_from("abc XYZ,.=\n") | st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهوي ةىًّ") | st.sampled_from("é😀 \r\t=From \n.")


def make_mail(notice: Notice, words: Rendered = WORDS, attachments: tuple[Part, ...] = (), **desk: object) -> tuple[Outgoing, Message]:
    settings = replace(SETTINGS, desk=replace(SETTINGS.desk, **desk)) if desk else SETTINGS  # type: ignore[arg-type]  # keywords of Desk
    outgoing = compose(notice, TICKET, words, settings, RING, NOW, attachments)
    return outgoing, email.message_from_bytes(outgoing.raw)


def sample(kind: NoticeKind, **changes: object) -> Notice:
    return replace(sample_notice(kind, TICKET), **changes)  # type: ignore[arg-type]  # keywords of Notice


def decode(value: str) -> str:
    pieces = decode_header(re.sub(r"\r?\n(?=[ \t])", "", value))
    return "".join(p.decode(charset or "ascii") if isinstance(p, bytes) else p for p, charset in pieces)


def parts(message: Message) -> list[Message]:
    return [part for part in message.get_payload() if isinstance(part, Message)]


def bodies(message: Message) -> dict[str, str]:
    texts = (p for p in message.walk() if p.get_content_maintype() == "text" and not p.get_filename())
    return {p.get_content_subtype(): bytes(p.get_payload(decode=True)).decode() for p in texts}


def is_clean(raw: bytes) -> bool:
    """No bare CR or LF, no 8-bit byte, no line over 998, no header line over 78 that had a place to fold."""
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return (
        not re.search(rb"\r(?!\n)|(?<!\r)\n", raw)
        and raw.isascii()
        and max(map(len, raw.split(b"\r\n"))) <= 998
        and all(len(line) <= 78 or b" " not in line.strip().partition(b": ")[2] for line in head)
    )


@given(st.text(LETTERS, max_size=400), st.text(LETTERS, max_size=120), st.text(LETTERS, max_size=60))
def test_compose_then_parse_is_the_identity(text: str, subject: str, name: str) -> None:
    """Subject, name, address and both bodies are read back exactly, from bytes that any relay takes."""
    notice = sample(NoticeKind.REPLY, to=Address("sara@example.com", name))
    outgoing, message = make_mail(notice, Rendered(subject, text, f"<p>{text}</p>"))
    assert is_clean(outgoing.raw)
    assert decode(message["Subject"]).strip() == clean_line(subject, 900)
    shown, address = parseaddr(re.sub(r"\r\n", "", message["To"]))
    assert (decode(shown), address) == (clean_name(name), "sara@example.com")
    normal = re.sub(r"\r\n?", "\n", text)
    assert {kind: body.replace("\r\n", "\n") for kind, body in bodies(message).items()} == {"plain": normal, "html": f"<p>{normal}</p>"}


def test_every_sample_is_clean_and_marked() -> None:
    """Each kind in each language is clean bytes with one recipient, one From at the desk, its tag, its number and a signed loop mark."""
    for notice, ticket in sample_notices(SETTINGS):
        outgoing = compose(notice, ticket, WORDS, SETTINGS, RING, NOW)
        message = email.message_from_bytes(outgoing.raw)
        assert is_clean(outgoing.raw)
        assert parseaddr(message["From"])[1] == DESK
        assert parseaddr(message["To"])[1] == outgoing.recipient == notice.to.address
        assert message["X-MailTicket"] == ("1042" if ticket else None)
        assert is_loop_mark(RING, message["X-MailTicket-Loop"], message["Message-ID"])
        assert parsedate_to_datetime(message["Date"]) == NOW


@pytest.mark.parametrize(
    ("audience", "purpose", "person"),
    [
        (Audience.REQUESTER, Purpose.REQUESTER, "lina@example.com"),
        (Audience.AGENT, Purpose.AGENT, "lina@example.com"),
        (Audience.TEAM, Purpose.TEAM, "certificate"),
    ],
)
def test_tokens_belong_to_whoever_reads(audience: Audience, purpose: Purpose, person: str) -> None:
    """Reply-To, Message-ID and pseudo-reference carry the reader's own token and nobody else's."""
    to = Address("lina@example.com")
    outgoing, message = make_mail(sample(NoticeKind.NEW_TICKET, audience=audience, to=to, generation=3, data={"team_name": "certificate"}))
    claims = (
        parse_reply_address(parseaddr(message["Reply-To"])[1], DESK),
        parse_message_id(outgoing.message_id, DESK),
        parse_message_id(message["References"].split()[0], DESK),
    )
    holder = find_holder(sample(NoticeKind.NEW_TICKET, audience=audience, to=to, generation=3, data={"team_name": "certificate"}), TICKET)
    assert (holder.purpose, holder.person, holder.generation) == (purpose, person, 3)
    assert all(c and c.purpose == purpose and RING.is_signed(c.token, holder.parts) for c in claims)
    assert is_pseudo_reference(message["References"].split()[0])


def test_the_thread_is_answered() -> None:
    """References hold the pseudo-reference, the thread's first mail and its newest ones, the answered one last; rubbish is left out."""
    refs = ("<first@example.com>", *(f"<r{i}@example.com>" for i in range(40)), "no id", "<b\r\nBcc: x@example.com>")
    _, message = make_mail(sample(NoticeKind.REPLY, in_reply_to="<last@example.com>", references=refs))
    ids = message["References"].split()
    assert message["In-Reply-To"] == "<last@example.com>"
    assert ids[1] == "<first@example.com>"
    assert ids[-2:] == ["<r39@example.com>", "<last@example.com>"]
    assert len(ids) == 22


def test_the_same_decision_is_the_same_mail() -> None:
    """Composed again, a notice has the same bytes; for another recipient or cause it has another key and Message-ID."""
    notice = sample(NoticeKind.ACKNOWLEDGEMENT)
    first, again = make_mail(notice)[0], make_mail(notice)[0]
    other = make_mail(replace(notice, to=Address("other@example.com")))[0]
    assert first == again
    assert len({first.key, other.key, replace(notice, cause="another").key}) == 3
    assert first.message_id != other.message_id


def test_automatic_mail_says_so_and_answers_do_not() -> None:
    """RFC 3834's marks stand on automatic mail, and on a relayed human answer there is none."""
    _, automatic = make_mail(sample(NoticeKind.ACKNOWLEDGEMENT, auto_submitted="auto-replied"))
    _, human = make_mail(sample(NoticeKind.REPLY))
    assert automatic["Auto-Submitted"] == "auto-replied"
    assert automatic["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert not {"Auto-Submitted", "X-Auto-Response-Suppress"} & set(human.keys())


@pytest.mark.parametrize("plus", [True, False], ids=["plus addressing", "none"])
def test_where_answers_and_bounces_go(plus: bool) -> None:
    """With plus addressing both are signed addresses; without it, both are the desk's plain one and the token lives in the ids."""
    outgoing, message = make_mail(sample(NoticeKind.REPLY), plus_addressing=plus)
    answer_to = parseaddr(message["Reply-To"])[1]
    assert (answer_to == DESK) is not plus
    assert find_bounced_key(RING, outgoing.sender, DESK) == (outgoing.key if plus else None)
    assert plus or outgoing.sender == DESK
    assert parse_message_id(outgoing.message_id, DESK)


@pytest.mark.parametrize(
    ("kind", "language", "name", "expected"),
    [
        (NoticeKind.ACKNOWLEDGEMENT, Language.AR, "سارة", "مسارات"),
        (NoticeKind.REPLY, Language.EN, "Sara", "Masaraat"),
        (NoticeKind.NEW_TICKET, Language.AR, "سارة", "سارة عبر مسارات"),
        (NoticeKind.FOLLOW_UP, Language.EN, "Sara", "Sara via Masaraat"),
        (NoticeKind.FOLLOW_UP, Language.EN, "", "Masaraat"),
        (NoticeKind.NEW_TICKET, Language.EN, "boss@trusted.example\r\nBcc: x@example.com", "Bcc: via Masaraat"),
    ],
)
def test_whose_name_is_shown(kind: NoticeKind, language: Language, name: str, expected: str) -> None:
    """Requesters see the desk's name in their language; agents see whom it is about, harmless and through the desk."""
    _, message = make_mail(sample(kind, language=language, data={"requester_name": name}))
    assert decode(parseaddr(message["From"])[0]) == expected


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("report.pdf", "report.pdf"),
        ("شهادة الدورة.pdf", "شهادة الدورة.pdf"),
        ("ت" * 118 + ".pdf", "ت" * 118 + "…"[:1]),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\y.docx", "y.docx"),
        ("a\u202efdp.exe", "afdp.exe"),
        ('say "hi"; x.txt', 'say "hi"; x.txt'),
        ("x\r\nBcc: a@example.com", "x Bcc: a@example.com"),
        ("", "attachment"),
    ],
    ids=["ascii", "arabic", "long", "path", "windows path", "direction mark", "quotes", "line end", "none"],
)
def test_attachments_go_along_under_safe_names(filename: str, expected: str) -> None:
    """The bytes are the same, the name is read back exactly once made safe."""
    content = bytes(range(256)) * 40
    outgoing, message = make_mail(
        sample(NoticeKind.REPLY), attachments=((Attachment(filename, "application/pdf", 10_240, False, 3), content),)
    )
    part = parts(message)[1]
    assert is_clean(outgoing.raw)
    assert message.get_content_type() == "multipart/mixed"
    assert part.get_payload(decode=True) == content
    assert (part.get_filename() or "")[:118] == expected[:118]


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("image/png", "image/png"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("text/plain\r\nX: y", "application/octet-stream"),
        ("rubbish", "application/octet-stream"),
    ],
)
def test_types_of_attachments(content_type: str, expected: str) -> None:
    """A type that could not carry base64, or is none, becomes plain bytes."""
    _, message = make_mail(sample(NoticeKind.REPLY), attachments=((Attachment("x", content_type, 1, False, 3), b"x"),))
    assert parts(message)[1].get_content_type() == expected


def test_mail_about_no_ticket() -> None:
    """A notice that concerns no ticket has no number, and its answers go to the plain address."""
    notice = sample(NoticeKind.UNDELIVERABLE, number=0)
    message = email.message_from_bytes(compose(notice, None, WORDS, SETTINGS, RING, NOW).raw)
    assert "X-MailTicket" not in message
    assert parseaddr(message["Reply-To"])[1] == DESK


def test_a_long_desk_address_is_no_trouble() -> None:
    """A desk with a long address still composes clean bytes."""
    long = f"{'i' * 20}@{'sub.' * 20}example.sa"
    outgoing = compose(sample(NoticeKind.REPLY), TICKET, WORDS, replace(SETTINGS, desk=Desk(address=long)), RING, NOW)
    assert is_clean(outgoing.raw)


def test_lines_that_begin_with_from_survive_mboxes() -> None:
    """A line "From " of a body never stands as such in the bytes, where an mbox would put a mark before it."""
    outgoing, message = make_mail(sample(NoticeKind.REPLY), Rendered("x", "From here\nFrom there\n", "<p>x</p>"))
    assert b"\nFrom " not in outgoing.raw.partition(b"\r\n\r\n")[2]
    assert bodies(message)["plain"] == "From here\r\nFrom there\r\n"
