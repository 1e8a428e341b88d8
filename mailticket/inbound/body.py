"""Which parts of a mail are its words and which are attachments, and the words as text.

An alternative is read once, in its plainest form that says something; what is attached inside any alternative is kept. Parts that can't
be text for a person (calendar, certificates, whole mails) are attachments, whatever they claim.
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from mailticket.inbound.charset import decode_text
from mailticket.inbound.headers import find_ids
from mailticket.inbound.mime import Part, decode_payload, parse_bytes
from mailticket.inbound.names import clean_filename, find_filename
from mailticket.inbound.tnef import SIGNATURE, Wrapped, read_tnef
from mailticket.inbound.uuencode import split_files
from mailticket.inbound.words import decode_words
from mailticket.model.mail import Attachment
from mailticket.text.bidi import clean_line, is_plain
from mailticket.text.html import html_to_text

TEXT_LIMIT = 1_000_000
TEXT_CUT = "text longer than 1,000,000 characters was cut"
_BODY_TYPES = frozenset(f"text/{sub}" for sub in ("plain", "html", "enriched", "richtext", "x-markdown", "markdown", "unknown"))
_TNEF_TYPES = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")
_PLACEHOLDER = re.compile(r"(?i)(?=.{0,400}$)(?=.*\bhtml\b)(?=.*(?:view|display|support|capable|client|read))", re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,2000}>")


class Role(Enum):
    """What a leaf is for."""

    BODY = "body"
    INLINE = "inline"
    ATTACHED = "attached"
    REPORT = "report"
    """A machine's part of a delivery report: read by `inbound.bounces`, nothing to show."""


class Leaf(NamedTuple):
    """A part without parts of its own (or a whole mail) and its role."""

    part: Part
    role: Role


class Body(NamedTuple):
    """The words of a mail as text, its attachments, and what was wrong on the way."""

    text: str
    attachments: tuple[Attachment, ...]
    faults: tuple[str, ...]


def read_body(root: Part) -> Body:
    """The body of a parsed mail."""
    leaves = list(find_leaves(root))
    faults: dict[str, None] = {}
    texts = []
    for leaf in leaves:
        if leaf.role is Role.BODY:
            text, fault = read_text(leaf.part)
            texts.append(text)
            faults |= {fault: None} if fault else {}
    text = "\n\n".join(text for text in texts if text) or _read_wrapped(leaves)
    if len(text) > TEXT_LIMIT:
        text, faults[TEXT_CUT] = text[:TEXT_LIMIT], None
    attachments = tuple(_attachments(root, [leaf for leaf in leaves if leaf.role is not Role.REPORT]))
    return Body(text, attachments, tuple(faults))


def _read_wrapped(leaves: list[Leaf]) -> str:
    """The words of a mail that has none but in its winmail.dat."""
    for leaf in leaves:
        if leaf.part.kind in _TNEF_TYPES:
            found = read_tnef(decode_payload(leaf.part)[0])
            if found.plain or found.html:
                return _tidy(found.plain) or html_to_text(found.html)
    return ""


def find_leaves(part: Part, related: bool = False) -> Iterator[Leaf]:
    """The leaves of a tree with their roles, in the order of the mail."""
    kind, children = part.kind, part.children
    if not children or kind.startswith("message/"):
        yield Leaf(part, _choose_role(part, kind, related))
    elif kind == "multipart/alternative":
        yield from _alternatives(children, related)
    elif kind == "multipart/report":
        yield from find_leaves(children[0], related)
        yield from (Leaf(child, Role.REPORT) for child in children[1:])
    else:
        for place, child in enumerate(children):
            yield from find_leaves(child, related or (kind == "multipart/related" and place > 0))


def _choose_role(part: Part, kind: str, related: bool) -> Role:
    disposition = part.disposition.value
    inline = related or (disposition == "inline" and kind.startswith("image/"))
    if kind == "message/delivery-status" or kind == "text/rfc822-headers":
        return Role.REPORT
    if kind not in _BODY_TYPES or disposition == "attachment" or (related and part.find("content-id")):
        return Role.INLINE if inline and disposition != "attachment" else Role.ATTACHED
    return Role.ATTACHED if find_filename(part) else Role.BODY


def _alternatives(children: list[Part], related: bool) -> Iterator[Leaf]:
    """RFC 2046 s.5.1.4, but the plainest form that says something, not the richest: one form's words, everybody's attachments."""
    forms = [list(find_leaves(child, related)) for child in children]
    chosen = max(range(len(forms)), key=lambda place: (_plainness(forms[place]), -place))
    for place, leaves in enumerate(forms):
        yield from (leaf for leaf in leaves if leaf.role is not Role.BODY or place == chosen)


def _plainness(leaves: list[Leaf]) -> int:
    """3 for plain text that says something, 2 for HTML, 1 for a bare placeholder or the like, 0 for no words."""
    bodies = [leaf.part for leaf in leaves if leaf.role is Role.BODY]
    if not bodies:
        return 0
    if any(part.kind == "text/html" for part in bodies):
        return 2
    return 3 if any(_says_something(part) for part in bodies) else 1


def _says_something(part: Part) -> bool:
    return len(part.body) > 700 or (not _PLACEHOLDER.match(text := read_text(part)[0]) and bool(text.strip()))


def read_text(part: Part) -> tuple[str, str]:
    """A text part as text with LF line ends, and a fault in words."""
    data, fault = decode_payload(part)
    data, _ = split_files(data)
    kind, label = part.kind, part.type.find("charset")
    if kind == "text/html":
        label = label or _meta_charset(data)
        text, wrong = decode_text(data, label)
        return html_to_text(text), fault or wrong
    text, wrong = decode_text(data, label)
    if part.type.find("format").lower() == "flowed":
        text = unfold_flowed(text, delete_space=part.type.find("delsp").lower() == "yes")
    if kind in ("text/enriched", "text/richtext"):
        text = _TAG.sub("", text)
    return _tidy(text), fault or wrong


def _meta_charset(data: bytes) -> str:
    found = _META_CHARSET.search(data[:2048])
    return found[1].decode("ascii") if found else ""


def _tidy(text: str) -> str:
    """Line ends as LF, no control characters, no empty lines at either end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return (text if is_plain(text) else _CONTROLS.sub("", text)).strip("\n")


def unfold_flowed(text: str, delete_space: bool) -> str:
    """RFC 3676: lines that end in a space go on in the next one of the same quote depth; stuffed spaces are taken out."""
    done: list[str] = []
    depth, flowing = -1, False
    for line in text.replace("\r\n", "\n").split("\n"):
        here = len(line) - len(line.lstrip(">"))
        words = line[here:].removeprefix(" ")
        goes_on = words.endswith(" ") and words != "-- "
        shown = words[:-1] if goes_on and delete_space else words
        if flowing and here == depth and words != "-- ":
            done.append(shown)
        else:
            done.append(("\n" if depth >= 0 else "") + (">" * here + " " if here else "") + shown)
        depth, flowing = here, goes_on
    return "".join(done)


def _attachments(root: Part, leaves: list[Leaf]) -> Iterator[Attachment]:
    """What hangs on a mail, in its order; of the words themselves, the files that stand in them as letters."""
    places: dict[int, int] = {}
    for leaf in leaves:
        if leaf.role is Role.BODY and "begin " not in leaf.part.body:
            continue
        places = places or {id(part): place for place, part in enumerate(root.walk())}
        place = places[id(leaf.part)]
        if leaf.role is Role.BODY:
            yield from (_describe_file(file, place) for file in split_files(decode_payload(leaf.part)[0])[1])
        else:
            yield _describe(leaf.part, leaf.role, place)


def _describe_file(file: Wrapped, place: int) -> Attachment:
    name = clean_filename(decode_words(file.name))
    return Attachment(name, "application/octet-stream", len(file.data), False, place)


def _describe(part: Part, role: Role, place: int) -> Attachment:
    content_id = next(iter(find_ids([part.find("content-id")])), "").strip("<>")
    kind, data = clean_line(part.kind, 100), decode_payload(part)[0]
    inside = tuple(clean_filename(file.name) or "attachment" for file in read_tnef(data).files) if _is_tnef(part, data) else ()
    return Attachment(find_filename(part), kind, len(data), role is Role.INLINE, place, content_id, inside)


def _is_tnef(part: Part, data: bytes) -> bool:
    """Whether a part is Outlook's wrapping, under its own type or as a plain file of that name."""
    return data.startswith(SIGNATURE) and (part.kind in _TNEF_TYPES or find_filename(part).lower().endswith(".dat"))


def read_parts(raw: bytes, parts: Iterable[int]) -> Iterator[tuple[Attachment, bytes]]:
    """The attachments that stand at these places of a raw mail, with their bytes, each once; what wraps files gives the files.

    IndexError when the mail has no such part.
    """
    root, _ = parse_bytes(raw)
    walked, roles = list(root.walk()), {id(leaf.part): leaf.role for leaf in find_leaves(root)}
    for place in dict.fromkeys(parts):
        part = walked[place]
        role, data = roles.get(id(part), Role.ATTACHED), decode_payload(part)[0]
        files = split_files(data)[1] if role is Role.BODY else read_tnef(data).files if _is_tnef(part, data) else []
        yield from ((_describe_file(file, place), file.data) for file in files)
        if not files:
            yield _describe(part, role, place), data


def read_part(raw: bytes, part: int) -> tuple[Attachment, bytes]:
    """The one attachment that stands at place `part` of a raw mail, with its bytes. IndexError when the mail has no such part."""
    return next(read_parts(raw, [part]))
