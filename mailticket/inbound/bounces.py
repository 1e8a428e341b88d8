"""What a delivery report says: which address, which status and meaning, which mail of ours came back.

RFC 3464 reports are read from their machine part; the older free forms by `inbound.prose`. A report that names nothing is still a report,
with empty fields.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from mailticket.inbound.addresses import parse_addresses, parse_spec
from mailticket.inbound.body import read_text
from mailticket.inbound.headers import Headers, find_message_id
from mailticket.inbound.mime import Part, decode_payload, parse_bytes
from mailticket.inbound.prose import (
    MOST_RECIPIENTS,
    choose_status,
    cut_copy,
    find_recipient,
    find_recipients,
    find_status,
    is_delayed,
)
from mailticket.inbound.reasons import find_reason
from mailticket.model.mail import Bounce

_GOOD_ACTIONS = frozenset(("delivered", "relayed", "expanded"))
_RECIPIENT_FIELDS = ("original-recipient", "final-recipient", "x-actual-recipient")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_RETURNED_ID = re.compile(r"(?im)^[ \t>]{0,4}message-id:\s{0,3}(<[^<>\s]{1,500}>)")
_RETURNED_LIMIT = 40_000


def find_bounce(root: Part, headers: Headers, text: str) -> Bounce:
    """The report that this mail is. The first recipient that failed speaks for it, the others stand behind."""
    blocks = [block for block in find_reports(root) if _is_recipient(block)]
    blocks = [block for block in blocks if _action(block) not in _GOOD_ACTIONS] or blocks[:1]
    returned = _find_returned(root)
    found = _read_blocks(blocks, headers, text) if blocks else _read_prose(headers, text, returned)
    message_id = (find_message_id(returned) if returned else "") or _find_named_id(text)
    return replace(found[0], message_id=message_id, others=tuple(replace(other, message_id=message_id) for other in found[1:]))


def _is_recipient(block: Headers) -> bool:
    return any(name in block for name in ("status", "action", "diagnostic-code", "final-recipient"))


def _read_blocks(blocks: list[Headers], headers: Headers, text: str) -> list[Bounce]:
    """What the groups say, one a recipient: the first group, and the later ones that name somebody else."""
    first = _read_block(blocks[0], headers, text)
    others: dict[str, Bounce] = {}
    for block in blocks[1:MOST_RECIPIENTS]:
        address = _recipient(block)
        if address and address != first.recipient and address not in others:
            others[address] = _read_block(block, headers, text)
    return [first, *others.values()]


def _read_block(block: Headers, headers: Headers, text: str) -> Bounce:
    """One recipient's fields. What they leave open, the prose beside them may say."""
    action = _action(block)[:20]
    words = " ".join(block.all("diagnostic-code"))[:4000]
    status = _choose_status(block.raw("status"), words, action)
    recipient = _recipient(block) or next(iter(_named_by_fields(headers)), "")
    if status:
        return Bounce(recipient, status, action, failure=find_reason(words or cut_copy(text), status)[0])
    told, failure = choose_status(words or cut_copy(text), delayed=action == "delayed")
    return Bounce(recipient, told, action, failure=failure)


def _choose_status(field: str, words: str, action: str) -> str:
    """The Status field, unless the diagnostic knows better: a code that says more, or one of a class that fits the action."""
    stated, told = _STATUS.search(field[:200]), find_status(words)
    status = stated[1] if stated else ""
    if not told or (status and told[0] != status[0] and not (action == "failed" and told[0] == "5")):
        return status
    return told if not status or status.endswith(".0.0") or told[0] != status[0] else status


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


def _recipient(block: Headers) -> str:
    """The address that we wrote to (Original-Recipient, where given) before the one it became."""
    values = (block.raw(name).rpartition(";")[2].strip(" <>") for name in _RECIPIENT_FIELDS)
    return next((address for value in values if (address := parse_spec(value))), "")


def _named_by_fields(headers: Headers) -> list[str]:
    """The addresses of X-Failed-Recipients, as Exim and Google write it."""
    pieces = ",".join(headers.all("x-failed-recipients")).split(",")[:MOST_RECIPIENTS] if "x-failed-recipients" in headers else ()
    return list(dict.fromkeys(address for piece in pieces if (address := parse_spec(piece))))


def _find_returned(root: Part) -> Headers | None:
    """The header of the mail that came back, from its copy."""
    for part in list(root.walk())[1:]:
        if part.kind in ("message/rfc822", "message/global") and part.children:
            return Headers(part.children[0])
        if part.kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            return Headers(parse_bytes(read_text(part)[0].encode("utf-8", "replace") + b"\n\n")[0])
    return None


def _find_named_id(text: str) -> str:
    """The Message-ID that the words of a report name, as they do where they hold the copy."""
    named = _RETURNED_ID.search(text[:_RETURNED_LIMIT])
    return named[1] if named else ""


def _read_prose(headers: Headers, text: str, returned: Headers | None) -> list[Bounce]:
    """What a report in prose says of each recipient, the first at its head; the copy's To is asked last."""
    words = cut_copy(text)
    servers, senders = (_addresses(headers, name) for name in ("from", "to"))
    domain = next((address.rpartition("@")[2] for address in servers), "")
    strangers = frozenset((*servers, *senders))
    named = _named_by_fields(headers)
    recipient = next(iter(named), "") or find_recipient(words, strangers, domain)
    if not recipient and returned:
        recipient = next(iter(_addresses(returned, "to")), "")
    delayed = is_delayed(f"{headers.text('subject')}\n{words[:3000]}")
    action = "delayed" if delayed else "failed"
    near = find_recipients(words, strangers) if recipient else {}
    about = near.pop(recipient, "") if near.keys() - {recipient} else ""  # of several, each has its own words
    whole = f"{headers.text('subject')}\n{words}"
    status, failure = choose_status(about if find_status(about) else whole, delayed=delayed)
    others = {address: near.get(address, "") for address in (*named, *near) if address != recipient}
    further = ((address, choose_status(said, delayed=delayed) if said else (status, failure)) for address, said in others.items())
    first = Bounce(recipient, status, action, failure=failure)
    return [first, *(Bounce(address, told, action, failure=meaning) for address, (told, meaning) in further)]


def _addresses(headers: Headers, name: str) -> list[str]:
    return [found.address for found in parse_addresses(headers.all(name)) if found.address]
