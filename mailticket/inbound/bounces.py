"""What a delivery report says: which address, which status, which mail of ours came back.

RFC 3464 reports are read from their machine part; the older free forms from the words that most servers use. A report that names nothing is
still a report, with empty fields.
"""

import re
from collections.abc import Iterable, Iterator

from mailticket.inbound.addresses import parse_spec
from mailticket.inbound.body import read_text
from mailticket.inbound.headers import Headers, find_message_id
from mailticket.inbound.mime import Part, decode_payload, parse_bytes
from mailticket.model.mail import Bounce

_TEXT_LIMIT = 20_000
_GOOD_ACTIONS = frozenset(("delivered", "relayed", "expanded"))
_RECIPIENT_FIELDS = ("original-recipient", "final-recipient", "x-actual-recipient")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45])(\d)\d(?=[\s-](?!\d{3}\s?bytes))")
_RECIPIENT = re.compile(r"<([^<>@\s]{1,100}@[^<>@\s]{1,200})>|(?:^|[\s\"'(:;])([\w.+=/-]{1,100}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
_RETURNED_ID = re.compile(r"(?im)^[ \t>]{0,4}message-id:\s{0,3}(<[^<>\s]{1,500}>)")
_DAEMON = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|no-?reply)@")
_TEMPORARY_WORDS = re.compile(
    r"(?i)delayed|still being retried|will (?:keep trying|be retried|continue)|لم يتم تسليمها بعد|warning message only"
)


def find_bounce(root: Part, headers: Headers, text: str) -> Bounce:
    """The report that this mail is. The first recipient that failed speaks for all."""
    blocks = list(find_reports(root))
    returned = _find_returned_id(root, text)
    failed = next((block for block in blocks if _action(block) not in _GOOD_ACTIONS and "status" in block), None)
    block = failed or next((block for block in blocks if "status" in block or "action" in block), None)
    if block is not None:
        recipient = _recipient(block) or _from_headers(headers)
        return Bounce(recipient, _status(block), _action(block)[:20], returned)
    return _free_form(headers, text, returned)


def find_reports(root: Part) -> Iterator[Headers]:
    """The groups of fields in message/delivery-status, one a recipient (the first is about the mail as a whole)."""
    for part in root.walk():
        if part.kind in ("message/delivery-status", "message/global-delivery-status"):
            children = _read_groups(part)
            yield from (fields for child in children if (fields := Headers(child)))


def _read_groups(part: Part) -> list[Part]:
    """The groups of one part; some servers encode it, though they may not."""
    data, _ = decode_payload(part)
    if data == part.body.encode("ascii", "surrogateescape") and part.children:
        return part.children
    return parse_bytes(b"Content-Type: message/delivery-status\n\n" + data)[0].children


def is_receipt(root: Part) -> bool:
    """Whether a delivery report brings only good news."""
    actions = {_action(block) for block in find_reports(root)} - {""}
    return bool(actions) and actions <= _GOOD_ACTIONS


def _action(block: Headers) -> str:
    return block.raw("action").split("(")[0].strip().lower()


def _status(block: Headers) -> str:
    found = _STATUS.search(block.raw("status")[:200]) or _STATUS.search(block.raw("diagnostic-code")[:2000])
    return found[1] if found else ""


def _recipient(block: Headers) -> str:
    """The address that we wrote to (Original-Recipient, where given) before the one it became."""
    values = (block.raw(name).rpartition(";")[2].strip(" <>") for name in _RECIPIENT_FIELDS)
    return next((address for value in values if (address := parse_spec(value))), "")


def _from_headers(headers: Headers) -> str:
    pieces = ",".join(headers.all("x-failed-recipients")).split(",")[:50]
    return next((address for piece in pieces if (address := parse_spec(piece))), "")


def _find_returned_id(root: Part, text: str) -> str:
    """The Message-ID of the mail that came back, from its copy or from the words of the report."""
    for part in list(root.walk())[1:]:
        kind = part.kind
        if kind in ("message/rfc822", "message/global") and part.children:
            found = find_message_id(Headers(part.children[0]))
        elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
            found = find_message_id(Headers(parse_bytes(read_text(part)[0].encode("utf-8", "replace") + b"\n\n")[0]))
        else:
            continue
        if found:
            return found
    named = _RETURNED_ID.search(text[: 2 * _TEXT_LIMIT])
    return named[1] if named else ""


def _free_form(headers: Headers, text: str, returned: str) -> Bounce:
    """Reports in prose: the first status or SMTP reply, and the first address that is no machine's."""
    words = text[:_TEXT_LIMIT]
    found = _STATUS.search(words)
    reply = _REPLY.search(words)
    status = found[1] if found else f"{reply[1]}.{reply[2]}.0" if reply else ""
    delayed = status.startswith("4") and bool(_TEMPORARY_WORDS.search(f"{headers.text('subject')} {words[:2000]}"))
    recipient = _from_headers(headers) or next(_find_people(_RECIPIENT.finditer(words)), "")
    return Bounce(recipient, status, "delayed" if delayed else "failed", returned)


def _find_people(found: Iterable[re.Match[str]]) -> Iterator[str]:
    for match in found:
        address = parse_spec(match[1] or match[2].rstrip("."))
        if address and not _DAEMON.match(address):
            yield address
