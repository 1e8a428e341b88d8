"""Whose mail a forward carries: the first header block of an inline forward, or the mail that is attached.

A forward tells who wrote first, but proves nothing: what is found here is a suggestion to the desk, never an identity.
"""

import re

from mailticket.inbound.addresses import parse_addresses
from mailticket.inbound.headers import Headers
from mailticket.inbound.mime import Part
from mailticket.inbound.quotemarks import is_forward_mark, is_header_block, plain, read_label
from mailticket.model.mail import Address
from mailticket.text.bidi import strip_controls

_LINES = 400
_MAYBE = re.compile(r"-{4}|[Bb]egin forwarded|بد(?:ء|اية) الرسالة|Début|Anfang")
_FORWARD_SUBJECT = re.compile(
    r"^\W{0,3}(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|fw|إعادة توجيه|اعادة توجيه|معاد توجيهها|تحويل|محوّ?لة?|wg|tr|rv|enc|i|vs|doorst|"
    r"пересл)\s?[::]", re.IGNORECASE
)


def is_forward_subject(subject: str) -> bool:
    """Whether the subject begins as a forward's does, in Arabic, English and a few other languages."""
    return bool(_FORWARD_SUBJECT.match(strip_controls(subject[:200]).strip()))


def find_forwarded(root: Part, subject: str, text: str) -> Address | None:
    """The author of the mail that was forwarded, None when this is no forward or the author can't be read."""
    attached = _find_attached(root)
    sure = is_forward_subject(subject) or (attached is not None and len(text) < 2000)
    if not sure and not _MAYBE.search(text):
        return None
    lines = [plain(line) for line in text.split("\n", _LINES)[:_LINES]]
    return _find_inline(lines) or attached if sure or any(map(is_forward_mark, lines)) else None


def _find_inline(lines: list[str]) -> Address | None:
    """The sender of the first header block; a block that begins a forward may hold fewer labels than one of a reply."""
    for at, line in enumerate(lines):
        kind, value = read_label(line.lstrip("> "))
        if kind == "sender" and (_is_announced(lines, at) or _is_in_block(lines, at)):
            return next((found for found in parse_addresses([_unlink(value)]) if found.address or found.name), None)
    return None


def _is_in_block(lines: list[str], at: int) -> bool:
    """Whether a header block begins at the sender's line, or up to three lines above it, as Apple's do."""
    block = [line.lstrip("> ") for line in lines[max(0, at - 3) : at + 8]]
    return any(is_header_block(block, start) for start in range(min(at, 3) + 1))


def _is_announced(lines: list[str], at: int) -> bool:
    return any(is_forward_mark(line) for line in lines[max(0, at - 3) : at])


def _unlink(value: str) -> str:
    """Outlook and HTML write `Name [mailto:a@b]` or `a@b <mailto:a@b>` for an address."""
    return re.sub(r"[<\[](?:mailto:)?([^<>\[\]\s]{1,200})[>\]](?:\s*<mailto:[^<>]{1,200}>)?", r"<\1>", value[:400]).replace("*", "")


def _find_attached(root: Part) -> Address | None:
    """The author of the first whole mail among the parts."""
    kind = root.kind
    if not kind.startswith("multipart/") or kind == "multipart/report":
        return None
    for part in root.children:
        if part.kind == "message/rfc822":
            inner = next(iter(part.children), None)
            return next(iter(parse_addresses(Headers(inner).all("from"))), None) if inner is not None else None
    return None
