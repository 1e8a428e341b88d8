"""The standard library's MIME parser, kept within bounds.

The library reads any structure, but in time that grows with the square of a header's parameters and with a stack as deep as the mail
is nested. A `Part` bounds both while the parser works: headers are cut, superfluous ones dropped, and beyond the depth nothing is a multipart
any more. What was cut is a fault of the part, so the mail is read all the same.
"""

import binascii
import re
from email.feedparser import FeedParser
from email.message import Message
from email.policy import Compat32, compat32
from typing import TYPE_CHECKING

from mailticket.inbound.params import Field, parse_field

SIZE_LIMIT = 25 * 1024 * 1024
LINE_LIMIT = 1_000_000
HEADER_LIMIT = 16 * 1024
COUNT_LIMIT = 500
DEPTH_LIMIT = 50
PARTS_LIMIT = 1000

_PLAIN = frozenset(("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"))
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")

TOO_LONG = "a header is longer than 16 KiB and was cut"
TOO_MANY = "more than 500 header fields, the rest is left out"
TOO_DEEP = "nested deeper than 50 levels, the rest is kept as one part"
TOO_MANY_PARTS = "more than 1,000 parts, the rest is left out"


if TYPE_CHECKING:
    _Message = Message[str, str]
else:
    _Message = Message  # generic for the type checker only


class Part(_Message):
    """A message or part of one, read within bounds. `faults` of the outermost part lists what the bounds cut."""

    def __init__(self, policy: "Compat32[_Message]" = compat32) -> None:
        super().__init__(policy)
        self.faults: list[str] = []
        self.depth = 0
        self._fields = self._parts = 0
        self._type: Field | None = None
        self._kind: str | None = None
        self._top: Part = self

    def set_raw(self, name: str, value: str) -> None:
        """Keep one header field as it stands, within the bounds; the parser calls this for each."""
        self._fields += 1
        if self._fields > COUNT_LIMIT:
            self._note(TOO_MANY)
            return
        if len(value) > HEADER_LIMIT:
            self._note(TOO_LONG)
            value = value[:HEADER_LIMIT]
        super().set_raw(name, value)

    def attach(self, payload: _Message) -> None:  # type: ignore[override]  # the library types it as its own Self
        """Take a part in, while there are not too many; the parser calls this as it meets them."""
        assert isinstance(payload, Part)  # noqa: S101 - the parser's factory makes nothing else
        top = payload._top = self._top
        payload.depth = self.depth + 1
        top._parts += 1
        if top._parts > PARTS_LIMIT:
            self._note(TOO_MANY_PARTS)
            return
        super().attach(payload)

    def _note(self, fault: str) -> None:
        if fault not in self._top.faults:
            self._top.faults.append(fault)

    @property
    def type(self) -> Field:
        """Content-Type, read once."""
        if self._type is None:
            self._type = self.read_field("content-type")
        return self._type

    def read_field(self, name: str) -> Field:
        """A structured header field of this part, empty when absent."""
        value = next((value for key, value in self.raw_items() if key.lower() == name), "")
        return parse_field(str(value).replace("\n", "")) if value else Field()

    def read_payload(self) -> bytes:
        """A leaf's bytes as they stand in the mail. `get_payload` would replace those that the label does not explain."""
        payload = self._payload
        return payload.encode("ascii", "surrogateescape") if isinstance(payload, str) else b""

    def get_content_type(self) -> str:
        """The type as `main/sub`; beyond the depth everything is plain text, so the parser goes no deeper."""
        if self._kind is None:
            self._kind = self._choose_kind()
        return self._kind

    def _choose_kind(self) -> str:
        kind = self.type.value
        kind = (kind if kind.count("/") == 1 else "text/plain") if kind else self.get_default_type()
        if self.depth >= DEPTH_LIMIT and kind.startswith(("multipart/", "message/")):
            self._note(TOO_DEEP)
            return "text/plain"
        return kind

    def get_boundary(self, failobj: str | None = None) -> str | None:  # type: ignore[override]  # the library overloads by failobj
        """The multipart boundary, without the white space that may not end it (RFC 2046 s.5.1.1)."""
        return self.type.find("boundary").rstrip() or failobj


def parse_bytes(raw: bytes) -> Part:
    """The tree of a mail. Line ends come out as LF, bytes beyond ASCII as surrogates."""
    parser = FeedParser(Part, policy=compat32)
    parser.feed(fold_line_ends(raw).decode("ascii", "surrogateescape"))
    root = parser.close()
    assert isinstance(root, Part)  # noqa: S101 - the parser's factory makes nothing else
    return root


def fold_line_ends(raw: bytes) -> bytes:
    """The bytes with LF line ends, whether they were CRLF, CR or mixed."""
    raw = raw.replace(b"\r\n", b"\n") if b"\r" in raw else raw
    return raw.replace(b"\r", b"\n") if b"\r" in raw else raw


def find_excess(raw: bytes) -> str:
    """Why the bytes are not given to the parser at all, "" when they may be."""
    if len(raw) > SIZE_LIMIT:
        return f"larger than 25 MB ({len(raw)} bytes)"
    if raw.count(b"\n") > LINE_LIMIT:
        return "more than 1,000,000 lines"
    return "" if raw.strip() else "an empty mail"


def list_parts(root: Part) -> list[Part]:
    """All parts in the order of `walk()`; a part's place here is what `Attachment.part` says."""
    return [part for part in root.walk() if isinstance(part, Part)]


def list_children(part: Part) -> list[Part]:
    """The parts directly inside a part, none of a leaf."""
    return [child for child in part.get_payload() if isinstance(child, Part)] if part.is_multipart() else []


def decode_payload(part: Part) -> tuple[bytes, str]:
    """A leaf's bytes without their transfer encoding, and a fault in words ("" for none)."""
    data = part.read_payload()
    encoding = str(part.read_field("content-transfer-encoding").value).strip("\"' ")
    if encoding == "base64":
        return _decode_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data), ""
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        decoded = part.get_payload(decode=True)
        return decoded if isinstance(decoded, bytes) else data, ""
    return data, "" if encoding in _PLAIN else f"unknown transfer encoding {encoding[:40]!r}"


def _decode_base64(data: bytes) -> tuple[bytes, str]:
    """Base64 as far as it goes: text after it (a list's footer) and missing padding cost nothing but a fault."""
    try:
        return binascii.a2b_base64(data), ""
    except binascii.Error:
        letters = _NO_BASE64.sub(b"", data)
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)), "base64 is damaged"
