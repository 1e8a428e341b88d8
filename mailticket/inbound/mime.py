"""The tree of a mail's parts, read within bounds.

The standard library's parser looks at every line once a level, in time that grows with the square of a header's parameters, with a
stack as deep as the mail is nested. This one cuts the text at its boundaries instead, which is several times faster on attachments, and
never goes past the limits below: what they cut is a fault, and the mail is read all the same. On whole mails it gives the library's
tree (a test compares them).
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from mailticket.inbound.params import EMPTY, Field, parse_field

SIZE_LIMIT = 25 * 1024 * 1024
LINE_LIMIT = 1_000_000
HEADER_LIMIT = 16 * 1024
COUNT_LIMIT = 500
DEPTH_LIMIT = 50
PARTS_LIMIT = 1000

_HEAD = re.compile(r"(?:(?:From |[\x21-\x39\x3b-\x7e]*+[\t ]*+:|[\t ])[^\n]*(?:\n|\Z))*+")
_FIELD = re.compile(r"^([\x21-\x39\x3b-\x7e]++)[\t ]*+:[\t ]*+([^\n]*+(?:\n[\t ][^\n]*+)*+)", re.MULTILINE)
_EMPTY_LINE = re.compile(r"^\n", re.MULTILINE)
_LEAD = re.compile(
    r"(?:\udcef\udcbb\udcbf)?\n*(?:[^\n:]{1,80}:?\n){0,2}(?=(?:from|to|subject|date|received|return-path|message-id|delivered-to|reply-to):)"
    r"|(?:\udcef\udcbb\udcbf)?\n*",
    re.IGNORECASE,
)
_STRAY = re.compile(
    r"[^\n:]{1,80}\n(?:[\t ][^\n]*\n)?(?=(?:from|to|cc|subject|date|message-id|mime-version|content-type)[\t ]*:)", re.IGNORECASE
)
_OPENING = re.compile(r"^--([^\n]{1,70})\n(?:content-[a-z-]{2,40}:|\n)", re.MULTILINE | re.IGNORECASE)
_ENCODINGS = frozenset(("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"))
_SPELLINGS = {
    **dict.fromkeys(("quoted_printable", "quoted printable", "quotedprintable", "quoted/printable", "qp"), "quoted-printable"),
    **dict.fromkeys(("base-64", "base_64", "base 64", "b64"), "base64"),
}
_AFTER_SOFT = re.compile(rb"=[ \t]+(?=\r?\n)")
"""Blanks that a relay put behind a soft line end (RFC 2045 s.6.7 rule 3)."""
_WORDS = re.compile(rb"\s*+(?:[A-Za-z]{2,20}[,.:;]?[ \t]+){2}[A-Za-z]")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


@dataclass(slots=True)
class Part:
    """A mail or a part of one. `fields` are raw and may be folded; `body` is all below them, bytes beyond ASCII as surrogates."""

    fields: list[tuple[str, str]]
    body: str
    default: str = "text/plain"
    children: list["Part"] = field(default_factory=list)
    kind: str = ""
    """The content type as `main/sub`, lower case."""
    type: Field = EMPTY
    """Content-Type with its parameters."""
    _index: dict[str, list[str]] | None = None
    _disposition: Field | None = None

    @property
    def index(self) -> dict[str, list[str]]:
        """The raw values by their field's name in lower case, made when first asked for."""
        if self._index is None:
            self._index = index = dict[str, list[str]]()
            for name, value in self.fields:
                index.setdefault(name.lower(), []).append(value)
        return self._index

    @property
    def disposition(self) -> Field:
        """Content-Disposition with its parameters, read once."""
        if self._disposition is None:
            self._disposition = self.read_field("content-disposition")
        return self._disposition

    def find(self, name: str) -> str:
        """The first value of a field (name in lower case), unfolded, "" when absent."""
        values = self.index.get(name)
        return values[0].replace("\n", "") if values else ""

    def read_field(self, name: str) -> Field:
        """A structured field, empty when absent."""
        value = self.find(name)
        return parse_field(value) if value else EMPTY

    def walk(self) -> Iterator["Part"]:
        """This part and all below it, in the order of `email.message.Message.walk()`, by which `Attachment.part` counts."""
        yield self
        for child in self.children:
            yield from child.walk()


class _Reader:
    """One mail being read: how many parts there are so far, and what was wrong."""

    def __init__(self) -> None:
        self.faults: dict[str, None] = {}
        self._parts = 0

    def read(self, text: str, depth: int = 0, default: str = "text/plain") -> Part:
        """A part with everything below it."""
        text = text if depth else text[_find_start(text) :]
        end = _find_end(text, 0)
        stray = _STRAY.match(text, end) if end and not depth else None
        if stray:
            end = _find_end(text, stray.end())
        part = Part(self._read_fields(text[:end]), "", default)
        at_line = text.startswith("\n", end)
        part.body = text[end + at_line :]
        self._note("a line among the header fields is none", bool(stray or (not at_line and part.body and part.fields)))
        part.type = part.read_field("content-type")
        part.kind = (part.type.value if part.type.value.count("/") == 1 else "text/plain") if part.type.value else default
        if part.kind.startswith(("multipart/", "message/")):
            self._read_children(part, depth)
        return part

    def _read_fields(self, head: str) -> list[tuple[str, str]]:
        few = _FIELD.findall(head) if len(head) < HEADER_LIMIT else islice(map(re.Match.groups, _FIELD.finditer(head)), COUNT_LIMIT + 1)
        fields = [(name, value.rstrip()) for name, value in few]
        if len(fields) > COUNT_LIMIT:
            self._note("more than 500 header fields, the rest is left out")
            del fields[COUNT_LIMIT:]
        if len(head) > HEADER_LIMIT and any(len(value) > HEADER_LIMIT for _, value in fields):
            self._note("a header is longer than 16 KiB and was cut")
            fields = [(name, value[:HEADER_LIMIT]) for name, value in fields]
        return fields

    def _read_children(self, part: Part, depth: int) -> None:
        """What is inside a multipart or message; beyond the depth it is one part of plain text."""
        if depth >= DEPTH_LIMIT:
            self._note("nested deeper than 50 levels, the rest is kept as one part")
            part.kind = "text/plain"
            return
        default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        for text in self._split(part):
            if self._parts >= PARTS_LIMIT:
                self._note("more than 1,000 parts, the rest is left out")
                return
            self._parts += 1
            part.children.append(self.read(text, depth + 1, default))

    def _split(self, part: Part) -> Iterator[str]:
        if part.kind == "message/delivery-status":
            yield from _split_groups(part.body + "\n")
        elif part.kind.startswith("message/"):
            yield part.body
        else:
            yield from self._split_multipart(part)

    def _split_multipart(self, part: Part) -> Iterator[str]:
        """RFC 2046 s.5.1.1: the texts between boundary lines. The last one may lack its end."""
        boundary = part.type.find("boundary").rstrip()
        self._note("a multipart without a boundary", not boundary)
        if f"--{boundary}" not in part.body or not boundary:
            boundary = _guess_boundary(part.body)
        start = -1
        for at, after, closing in _find_boundaries(part.body, boundary) if boundary else ():
            if 0 <= start <= at:  # boundary lines in a row are one
                yield part.body[start:at]
            start = after
            if closing:
                return
        self._note("a multipart never ends" if start >= 0 else "the boundary of a multipart never appears", bool(boundary))
        if start >= 0:
            yield part.body[start:]

    def _note(self, fault: str, is_so: bool = True) -> None:
        if is_so:
            self.faults[fault] = None


def _split_groups(text: str) -> list[str]:
    """RFC 3464 s.2.1: groups of fields, each ended by an empty line; empty groups count, as they do in the library."""
    groups = _EMPTY_LINE.split(text)
    return groups[:-1] if len(groups) > 1 and not groups[-1] else groups


def _find_boundaries(text: str, boundary: str) -> Iterator[tuple[int, int, bool]]:
    """The boundary lines: where the text before each ends (without the line end that belongs to the boundary), where that after it
    begins, and whether it is the closing one."""
    line = f"--{boundary}"
    at = 0 if text.startswith(line) else text.find(f"\n{line}") + 1 or -1
    while at >= 0:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        rest = text[at + len(line) : end]
        if not rest.removeprefix("--").strip(" \t"):
            yield at - 1, end + 1, rest.startswith("--")
        at = text.find(f"\n{line}", at) + 1 or -1


def _find_end(text: str, start: int) -> int:
    """Where the header that begins there ends."""
    head = _HEAD.match(text, start)
    return head.end() if head else start


def _find_start(text: str) -> int:
    """Where a mail begins: after a byte order mark, empty lines, and a line or two that strayed before its header."""
    lead = _LEAD.match(text)
    return lead.end() if lead else 0


def _guess_boundary(text: str) -> str:
    """The boundary that stands in the text where the declared one does not: a line opens a part with it, another ends the last."""
    found = _OPENING.search(text)
    return found[1] if found and f"\n--{found[1]}--" in text else ""


def parse_bytes(raw: bytes) -> tuple[Part, tuple[str, ...]]:
    """The tree of a mail and the faults of its structure. Line ends come out as LF."""
    reader = _Reader()
    root = reader.read(fold_line_ends(raw).decode("ascii", "surrogateescape"))
    return root, tuple(reader.faults)


def fold_line_ends(raw: bytes) -> bytes:
    """The bytes with LF line ends, whether they were CRLF, CR or mixed."""
    raw = raw.replace(b"\r\n", b"\n") if b"\r" in raw else raw
    return raw.replace(b"\r", b"\n") if b"\r" in raw else raw


def find_excess(raw: bytes) -> str:
    """Why the bytes are not read at all, "" when they may be."""
    if len(raw) > SIZE_LIMIT:
        return f"larger than 25 MB ({len(raw)} bytes)"
    if len(raw) > LINE_LIMIT and raw.count(b"\n") > LINE_LIMIT:
        return "more than 1,000,000 lines"
    return "an empty mail" if not raw or raw.isspace() else ""


def find_charset(root: Part) -> str:
    """The charset that the first text of a mail declares, "" for none."""
    return next((label for part in root.walk() if (label := part.type.find("charset"))), "")


def decode_payload(part: Part) -> tuple[bytes, str]:
    """A part's bytes without their transfer encoding, and a fault in words ("" for none)."""
    data = part.body.encode("ascii", "surrogateescape")
    encoding = part.find("content-transfer-encoding").partition(";")[0].strip("\"' \t").lower()
    encoding = _SPELLINGS.get(encoding, encoding)
    if encoding == "base64":
        return _decode_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(_AFTER_SOFT.sub(b"=", data) if b"= " in data or b"=\t" in data else data), ""
    return data, "" if encoding in _ENCODINGS else f"unknown transfer encoding {encoding[:40]!r}"


def _decode_base64(data: bytes) -> tuple[bytes, str]:
    """Base64 as far as it goes: text after it (a list's footer) and missing padding cost nothing but a fault. Plain words stay words."""
    if _WORDS.match(data):
        return data, "text is called base64 and is none"
    try:
        return binascii.a2b_base64(data), ""
    except binascii.Error:
        letters = _NO_BASE64.sub(b"", data)
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)), "base64 is damaged"
