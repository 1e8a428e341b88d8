"""Bytes to a `Mail`, never an exception.

The whole road of a mail's bytes in one function: bounds, structure, fields, words, what is new in them, who wrote. What is wrong becomes
a fault; what can't be read at all becomes a mail of kind UNREADABLE, so that it is kept, told about, and costs nobody else a turn.
"""

import hashlib
import re
from collections.abc import Iterable
from html import unescape

from mailticket.inbound.addresses import parse_addresses, parse_spec, strict_address
from mailticket.inbound.body import read_body
from mailticket.inbound.bounces import find_bounce
from mailticket.inbound.forward import find_forwarded
from mailticket.inbound.headers import Headers, find_ids, find_message_id, find_thread_index, find_trace, parse_date
from mailticket.inbound.mime import Part, find_charset, find_excess, fold_line_ends, parse_bytes
from mailticket.inbound.quoting import split_reply
from mailticket.inbound.screening import screen
from mailticket.model.mail import Address, Bounce, Forwarded, Kind, Language, Mail
from mailticket.text.bidi import clean_line
from mailticket.text.language import find_language

SUBJECT_LIMIT = 1000
SAFE_HEAD = 64 * 1024
SAFE_LINE = 2000
SAFE_COUNT = 20
_SAFE_FIELDS = frozenset((b"from", b"subject", b"message-id"))
_AUTHOR_FIELDS = ("from", "to", "cc", "date", "subject", "message-id")
_ENVELOPE_FIELDS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_METHOD = re.compile(r"(?:^|[\s;])(dmarc|dkim|spf)\s{0,3}=\s{0,3}([a-z]{1,20})", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_ATTACHMENT_KEYS = ("filename", "content_type", "size", "inline", "inside")
_BOUNCE_KEYS = ("recipient", "status", "action", "message_id", "failure")
_ENTITIES = re.compile(r"(?:&#\d{2,6};\s?){3,}")
_BREAKS = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200b\ufeff\u00ad\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def parse_mail(raw: bytes, own: frozenset[str] = frozenset()) -> Mail:
    """The mail of these bytes. `own` holds our own addresses in lower case, by which our mail is known when it comes back. Never raises."""
    excess = find_excess(raw)
    if excess:
        return unreadable(raw, excess)
    try:
        return _read(raw, own)
    except (Exception, RecursionError) as error:
        return unreadable(raw, f"the mail can't be read ({type(error).__name__})")


def _read(raw: bytes, own: frozenset[str]) -> Mail:
    folded = fold_line_ends(raw)
    root, faults = parse_bytes(folded)
    headers = Headers(root, find_charset(root))
    body = read_body(root)
    reply = split_reply(body.text)
    sender = next(iter(parse_addresses(headers.all("from"))), None)
    subject = clean_subject(headers.text("subject"))
    found = screen(root, headers, sender, subject, body.text, own)
    fingerprint = make_fingerprint(folded, headers)
    return Mail(
        digest=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        fingerprint=fingerprint,
        message_id=find_message_id(headers) or f"<{fingerprint}@mailticket.invalid>",
        subject=subject,
        sender=sender,
        strict_sender=strict_address(headers.all("from")),
        **_read_people(headers),
        delivered_to=_find_envelope(headers),
        return_path=_find_return_path(headers),
        date=parse_date(headers.raw("date")),
        in_reply_to=find_ids(headers.all("in-reply-to")),
        references=find_ids(headers.all("references")),
        thread_index=find_thread_index(headers),
        kind=found.kind if headers else Kind.UNREADABLE,
        reason=found.reason if headers else "no header field of a mail",
        suppress=found.suppress,
        language=find_language(reply.text.strip() or subject, Language.AR),
        text=body.text,
        reply_text=reply.text,
        reply_sure=reply.sure,
        cut_text=reply.cut,
        attachments=body.attachments,
        forwarded=find_forwarded(root, subject, body.text, cut=bool(reply.cut) or not reply.sure),
        bounce=find_bounce(root, headers, body.text) if found.kind is Kind.BOUNCE else None,
        trace=find_trace(root),
        loop_mark=clean_line(headers.raw("x-mailticket-loop"), 200),
        faults=_find_faults(headers, (*faults, *body.faults)),
    )


def _read_people(headers: Headers) -> dict[str, tuple[Address, ...]]:
    """To, Cc and Reply-To, by the names that `Mail` gives them."""
    return {name: parse_addresses(headers.all(name.replace("_", "-"))) for name in ("to", "cc", "reply_to")}


def clean_subject(subject: str) -> str:
    """The subject on one line. Plain direction marks (LRM, RLM) stay, since Arabic subjects need them; overrides and controls go."""
    subject = subject[: 4 * SUBJECT_LIMIT]
    if "&#" in subject:  # of careless web forms
        subject = _ENTITIES.sub(lambda found: unescape(found[0]), subject)
    return " ".join(_BREAKS.sub(" ", subject).split())[:SUBJECT_LIMIT]


def make_fingerprint(folded: bytes, headers: Headers) -> str:
    """SHA-256 (hex) of what the author sent: author fields unfolded, and the body. Trace fields differ by delivery.

    `folded` are the mail's bytes with LF line ends.
    """
    fields = "".join(f"{name}:{' '.join(value.split())}\n" for name in _AUTHOR_FIELDS for value in headers.all(name))
    digest = hashlib.sha256(fields.encode("utf-8", "surrogateescape"))
    start = folded.find(b"\n\n")
    digest.update(folded[start + 2 :].strip(b"\n") if start >= 0 else b"")
    return digest.hexdigest()


def _find_envelope(headers: Headers) -> tuple[str, ...]:
    """The addresses that servers wrote down as the envelope's, each once."""
    values = [value for name in _ENVELOPE_FIELDS if name in headers for value in headers.all(name)[:20]]
    return tuple(dict.fromkeys(address.address for address in parse_addresses(values) if address.address))


def _find_return_path(headers: Headers) -> str | None:
    if "return-path" not in headers:
        return None
    return parse_spec(headers.raw("return-path").strip("<> "))


def _find_faults(headers: Headers, faults: Iterable[str]) -> tuple[str, ...]:
    """What was wrong with the bytes, in words, each once."""
    counts = ((name, headers.count(name)) for name in ("from", "date", "message-id"))
    missing = (f"{count or 'no'} {name} field{'s' if count else ''}" for name, count in counts if count != 1)
    found = (*faults, *missing)
    return tuple(dict.fromkeys(clean_line(fault, 200) for fault in found)) if found else ()


def unreadable(raw: bytes, reason: str) -> Mail:
    """What can be said of bytes that are not to be parsed: digest, size, and the fields of the first 64 KiB as far as they are safe."""
    headers = _read_safe_head(raw)
    digest = hashlib.sha256(raw).hexdigest()
    return Mail(
        digest=digest,
        fingerprint=digest,
        size=len(raw),
        message_id=find_message_id(headers) or f"<{digest}@mailticket.invalid>",
        subject=clean_subject(headers.text("subject")),
        sender=next(iter(parse_addresses(headers.all("from"))), None),
        kind=Kind.UNREADABLE,
        reason=reason,
        faults=(reason,),
    )


def _read_safe_head(raw: bytes) -> Headers:
    """From, Subject and Message-ID out of the first 64 KiB, each bounded, without the parser that may have failed on them."""
    head = fold_line_ends(raw[:SAFE_HEAD]).partition(b"\n\n")[0]
    fields: list[tuple[str, str]] = []
    for line in re.sub(rb"\n[ \t]+", b" ", head).split(b"\n"):
        name, colon, value = line[:SAFE_LINE].partition(b":")
        if colon and name.strip().lower() in _SAFE_FIELDS:
            fields.append((name.strip().decode("ascii"), value.strip().decode("ascii", "surrogateescape")))
    return Headers(Part(fields[:SAFE_COUNT], ""))


def describe_mail(mail: Mail, file: str) -> dict[str, object]:
    """The mail as `mailticket parse --json` prints it (interfaces.md); plain values only."""
    return {
        "file": file,
        "message_id": mail.message_id,
        "from": _describe_address(mail.sender),
        **{name: [_describe_address(address) for address in getattr(mail, name)] for name in ("to", "cc", "reply_to")},
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        **{name: str(getattr(mail, name)) for name in ("kind", "reason", "language", "text", "reply_text")},
        "reply_sure": mail.reply_sure,
        "attachments": [{name: getattr(a, name) for name in _ATTACHMENT_KEYS} for a in mail.attachments],
        "forwarded_from": _describe_forward(mail.forwarded),
        "bounce": _describe_bounce(mail.bounce),
        "authentication": read_authentication(mail),
        "faults": list(mail.faults),
    }


def _describe_forward(found: Forwarded | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {**(_describe_address(found.sender) or {}), **{name: getattr(found, name) for name in ("date", "subject", "text", "sure")}}


def _describe_bounce(found: Bounce | None) -> dict[str, object] | None:
    if found is None:
        return None
    others = [{name: getattr(other, name) for name in _BOUNCE_KEYS} for other in found.others]
    return {name: getattr(found, name) for name in _BOUNCE_KEYS} | {"others": others}


def _describe_address(address: Address | None) -> dict[str, str] | None:
    return {"address": address.address, "name": address.name} if address else None


def read_authentication(mail: Mail) -> dict[str, str]:
    """What the topmost Authentication-Results says of DMARC, DKIM and SPF, "" for nothing; `inbound.proof` judges."""
    topmost = next((field.value for field in mail.trace if field.name.lower() == "authentication-results"), "")
    found = {method[1].lower(): method[2].lower() for method in reversed(list(_METHOD.finditer(_COMMENT.sub(" ", topmost))))}
    return {name: found.get(name, "") for name in ("dmarc", "dkim", "spf")}
