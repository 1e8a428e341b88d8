"""A notice and its words to the final bytes of one mail.

Every mail is built from scratch: no header of a mail that we received is ever passed on. Boundaries and ids derive from the cause, so
the same decision made again after a crash is the same mail, byte for byte but for its Date.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from mailticket.model.mail import Attachment, Language
from mailticket.model.notice import Audience, Notice, NoticeKind, Outgoing
from mailticket.model.packed import PLAIN, Packed, pack
from mailticket.model.policy import Settings
from mailticket.model.ticket import Ticket
from mailticket.model.token import (
    INSIDE_PURPOSES,
    Holder,
    Keyring,
    Purpose,
    bounce_address,
    confirm_holder,
    digest_holder,
    intake_holder,
    loop_mark,
    make_code,
    message_id,
    parse_message_id,
    reply_address,
)
from mailticket.outbound import headers
from mailticket.outbound.conversation import find_root, find_topic, make_index
from mailticket.outbound.phrases import VIA
from mailticket.outbound.render import Rendered
from mailticket.outbound.subject import add_code
from mailticket.outbound.words import pick
from mailticket.text.bidi import clean_line, clean_name

Part = tuple[Attachment, bytes]
PURPOSES = {
    Audience.REQUESTER: Purpose.REQUESTER,
    Audience.AGENT: Purpose.AGENT,
    Audience.TEAM: Purpose.TEAM,
    Audience.MANAGER: Purpose.DIGEST,
    Audience.SUPERVISOR: Purpose.REQUESTER,
}
_DESK = (Audience.AGENT, Audience.TEAM, Audience.MANAGER)
_NEWS = frozenset({NoticeKind.NEW_TICKET, NoticeKind.FOLLOW_UP, NoticeKind.COLLEAGUE_REPLIED, NoticeKind.NOTE, NoticeKind.ASSIGNED})
ABOUT_REQUESTER = _NEWS | {NoticeKind.WARNING, NoticeKind.BREACH, NoticeKind.VERIFY, NoticeKind.WOKEN}
"""The notices that show the requester's name as their sender's."""
FOR_INTAKE = frozenset({NoticeKind.HELP, NoticeKind.LISTING, NoticeKind.MORNING, NoticeKind.TRANSCRIPT, NoticeKind.ALARM})
"""Answers to these go to the agent's own intake address, where they are of no ticket."""
AT_THE_DESK = frozenset({Audience.AGENT, Audience.TEAM})
MAX_REFERENCES = 20
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_NON_ASCII = bytes(range(128, 256))
_NOT_PLAIN = re.compile(rb"[^\r\n]{900}|[ \t]\r\n|^From |[\0-\x08\x0b\x0c\x0e-\x1f\x7f]", re.MULTILINE)
"""What plain text may not hold if it is to arrive as it is: long lines (RFC 5321 s.4.5.3.1.6), spaces at an end, "From ", controls."""


def compose(
    notice: Notice,
    ticket: Ticket | None,
    rendered: Rendered,
    settings: Settings,
    ring: Keyring,
    now: datetime,
    attachments: Sequence[Part] = (),
) -> Outgoing:
    """The mail, ready to go. `now` (aware) is its Date; `attachments` are the parts that go along, with their decoded bytes.

    Raises ValueError when the recipient's address could not stand in a header without being altered.
    """
    holder = find_holder(notice, ticket)
    is_first = notice.kind is NoticeKind.NEW_TICKET
    root = find_root(holder, ring, settings.desk.address) if notice.audience in AT_THE_DESK and notice.number else ""
    if root:
        answered = notice.in_reply_to or ("" if is_first else root)
        notice = replace(notice, in_reply_to=answered, references=(root, *notice.references))
    is_coded = holder.purpose is Purpose.CONFIRM and not settings.desk.plus_addressing
    subject = add_code(rendered.subject, make_code(ring, holder)) if is_coded else rendered.subject
    envelope = compose_nothing(notice, ticket, settings, ring, "")
    key, mail_id = envelope.key, envelope.message_id
    head = (
        *_address_fields(notice, holder, settings, ring),
        headers.text_field("Subject", subject),
        headers.fold("Date", [format_datetime(now.astimezone(ZoneInfo(settings.desk.timezone)))]),
        *_thread_fields(notice, mail_id, message_id(ring, holder, "ref", settings.desk.address), settings.desk.address),
        *(_conversation_fields(subject, ticket, root, now, is_first=is_first) if root and ticket else ()),
        *_mark_fields(notice, loop_mark(ring, mail_id)),
        "MIME-Version: 1.0\r\n",
    )
    body = _multipart("alternative", key, [_text_part("plain", rendered.text), _text_part("html", rendered.html)])
    if attachments:
        body = _multipart("mixed", key, [body, *(_file(meta, content) for meta, content in attachments)])
    return replace(envelope, subject=subject, body=pack("".join(head).encode() + body))


def compose_nothing(notice: Notice, ticket: Ticket | None, settings: Settings, ring: Keyring, fault: str) -> Outgoing:
    """The envelope of a mail that could not be written, and why: it is kept as failed, under the key that the mail would have."""
    key = notice.key
    return Outgoing(
        key=key,
        lane=notice.lane,
        kind=notice.kind,
        number=notice.number,
        sender=bounce_address(ring, key, settings.desk.address) if settings.desk.plus_addressing else settings.desk.address,
        recipient=notice.to.address,
        message_id=message_id(ring, find_holder(notice, ticket), key, settings.desk.address),
        subject=notice.subject,
        body=Packed(PLAIN, b""),
        not_before=notice.not_before,
        waits=notice.waits,
        takes_in=notice.takes_in,
        fault=fault,
    )


def find_holder(notice: Notice, ticket: Ticket | None) -> Holder:
    """Whose token a mail carries: its recipient's on this ticket, a team's where the address is shared, a manager's for a digest."""
    if notice.report and notice.audience is Audience.MANAGER:
        return digest_holder(notice.report.slot.number, notice.to.address)
    if notice.audience is Audience.AGENT and "held" in notice.data:
        return confirm_holder(int(str(notice.data["held"])), str(notice.data["digest"]), notice.to.address)
    if notice.audience is Audience.AGENT and not notice.number:
        return intake_holder(notice.to.address, notice.generation)
    person = str(notice.data.get("team_name", "")) if notice.audience is Audience.TEAM else notice.to.address
    fingerprint = ticket.fingerprint if ticket else ""
    return Holder(notice.number, fingerprint, PURPOSES[notice.audience], person, notice.generation)


def _address_fields(notice: Notice, holder: Holder, settings: Settings, ring: Keyring) -> tuple[str, ...]:
    desk = settings.desk
    is_signed = desk.plus_addressing and (holder.number or notice.kind in FOR_INTAKE or notice.data.get("to_intake"))
    answer_to = reply_address(ring, holder, desk.address) if is_signed else desk.address
    return (
        headers.address_field("From", _display_name(notice, settings), desk.address),
        headers.address_field("To", clean_name(notice.to.name), notice.to.address),
        headers.address_field("Reply-To", "", answer_to),
    )


def _display_name(notice: Notice, settings: Settings) -> str:
    language = Language.EN if notice.language is Language.EN else Language.AR
    desk = pick(settings.desk.name, language)
    name = clean_name(str(notice.data.get("requester_name") or "")) if notice.kind in ABOUT_REQUESTER else ""
    return pick(VIA, language).format(name=name, desk=desk) if name else desk


def _thread_fields(notice: Notice, mail_id: str, reference: str, desk: str) -> list[str]:
    """Message-ID, In-Reply-To and References; the pseudo-reference stands first, for relays that write ids of their own."""
    cited = [i for i in (*notice.references, notice.in_reply_to) if headers.is_message_id(i) and not _is_inside(i, notice, desk)]
    answered = notice.in_reply_to if notice.in_reply_to in cited else ""
    ids = list(dict.fromkeys(i for i in cited if i not in (mail_id, reference)))
    fields = [headers.ids_field("Message-ID", [mail_id])]
    if answered:
        fields.append(headers.ids_field("In-Reply-To", [answered]))
    return [*fields, headers.ids_field("References", [reference, *ids[:1], *ids[1:][-MAX_REFERENCES:]])]


def _conversation_fields(subject: str, ticket: Ticket, root: str, now: datetime, *, is_first: bool) -> list[str]:
    """By which Outlook keeps a ticket's notices to a reader together."""
    topic, index = find_topic(subject), make_index(root, ticket.created, now, is_first=is_first)
    return [headers.text_field("Thread-Topic", topic), headers.fold("Thread-Index", [index])]


def _is_inside(cited: str, notice: Notice, desk: str) -> bool:
    """Whether an id that the reader's mail cited holds a token of the desk's people: a forger may have had it, the reader had not."""
    claim = parse_message_id(cited, desk) if notice.audience not in _DESK else None
    return claim is not None and claim.purpose in INSIDE_PURPOSES


def _mark_fields(notice: Notice, mark: str) -> list[str]:
    """By which programs know a mail of ours, and automatic mail (RFC 3834 s.5; the suppression is Exchange's)."""
    fields = [headers.fold("X-MailTicket", [str(notice.number)])] if notice.number else []
    fields.append(headers.fold("X-MailTicket-Loop", [mark]))
    if notice.auto_submitted:
        fields.append(headers.fold("Auto-Submitted", [clean_line(notice.auto_submitted, 40)]))
        fields.append(headers.fold("X-Auto-Response-Suppress", ["OOF,", "AutoReply"]))
    return fields


def _multipart(kind: str, key: str, parts: Sequence[bytes]) -> bytes:
    boundary = f"=_{kind}.{key}"  # "=_" stands in no encoded text (RFC 2045 s.6.7)
    line = f"--{boundary}".encode()
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


def _text_part(kind: str, text: str) -> bytes:
    octets = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode("utf-8", "replace")
    odd = len(octets) - len(octets.translate(None, _NON_ASCII))
    encoding, body = _encode(octets, odd)
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + body


def _encode(octets: bytes, odd: int) -> tuple[str, bytes]:
    """The shortest encoding that no relay alters: as it is for plain ASCII in short lines, else by the share of other bytes."""
    if not odd and not _NOT_PLAIN.search(octets):
        return "7bit", octets
    return ("base64", _base64(octets)) if odd * 20 > len(octets) else ("quoted-printable", _quoted_printable(octets))


def _file(meta: Attachment, content: bytes) -> bytes:
    kind = meta.content_type.lower()
    if not _TYPE.fullmatch(kind) or kind.startswith(("multipart/", "message/")):
        kind = "application/octet-stream"  # RFC 2046 s.5.2.1 forbids base64 for message/*
    name = clean_line(meta.filename.replace("\\", "/").rpartition("/")[2], 120) or "attachment"
    field = headers.file_field("Content-Disposition", "attachment", name)
    return f"Content-Type: {kind}\r\n{field}Content-Transfer-Encoding: base64\r\n\r\n".encode() + _base64(content)


def _base64(octets: bytes) -> bytes:
    text = base64.b64encode(octets)
    return b"\r\n".join([text[start : start + 76] for start in range(0, len(text), 76)])


def _quoted_printable(octets: bytes) -> bytes:
    encoded = binascii.b2a_qp(octets, istext=True)
    return (b"\n" + encoded).replace(b"\nFrom ", b"\n=46rom ")[1:]  # mboxes put a ">" before "From "
