"""Structured header fields (Content-Type, Content-Disposition): a value and its parameters, in all the ways they are broken.

Read once a part and in linear time, so that neither the parser nor a name with 20,000 pieces can be made to wait.
"""

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from mailticket.inbound.charset import decode_raw_header, decode_text
from mailticket.inbound.words import decode_words, to_bytes

_LIMIT = 200
_PARAM = re.compile(r"(?<![^\s;\"])([^\s=;]++)\s*+=\s*+(\"(?:[^\"\\]|\\.)*+\"|[^;]*+)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PIECE = re.compile(r"(?P<name>[^*]+)\*(?P<index>\d{1,3})?(?P<encoded>\*)?")


class Field(NamedTuple):
    """A value in lower case ("text/plain") and its parameters by their names in lower case, as they stand in the mail."""

    value: str
    params: dict[str, str]

    def find(self, name: str) -> str:
        """A parameter that is plain by nature (charset, boundary, format), "" when absent."""
        return (self.params.get(name) or find_text(self, name)) if self.params else ""


EMPTY = Field("", {})


def parse_field(text: str) -> Field:
    """The field with its first 200 parameters; the first of a name wins."""
    value, _, rest = text.partition(";")
    if not rest:
        return Field(value.strip().lower(), {})
    params: dict[str, str] = {}
    for count, found in enumerate(_PARAM.finditer(rest)):
        if count >= _LIMIT:
            break
        params.setdefault(found[1].lower(), _unquote(found[2].strip()))
    return Field(value.strip().lower(), params)


def _unquote(value: str) -> str:
    """A quoted string without its quotes; a quote that never closes is dropped. Backslashes of Windows paths survive."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        inner = value[1:-1]
        return inner if "\\" not in inner or ":\\" in inner else _ESCAPE.sub(r"\1", inner)
    return value.removeprefix('"')


def find_text(parsed: Field, name: str) -> str:
    """A parameter as text: RFC 2231 in one or many pieces, encoded words where none belong, raw 8-bit; "" when absent."""
    if name in parsed.params:
        return decode_words(parsed.params[name])
    starred = [key for key in parsed.params if "*" in key]
    if not starred:
        return ""
    pieces = sorted((int(found["index"] or 0), bool(found["encoded"]) or found["index"] is None, parsed.params[key])
                    for key in starred if (found := _PIECE.fullmatch(key)) and found["name"] == name)
    return _join(pieces) if pieces else ""


def _join(pieces: list[tuple[int, bool, str]]) -> str:
    """RFC 2231 s.3-4.1: the pieces' bytes are joined before they are decoded, since a letter may be cut between two."""
    label, data = "", b""
    for index, encoded, piece in pieces:
        value = piece
        if encoded and index == 0 and piece.count("'") >= 2:
            label, _, value = piece.split("'", 2)
        data += unquote_to_bytes(to_bytes(value)) if encoded else to_bytes(value)
    text = decode_text(data, label)[0] if label else decode_raw_header(data)
    return decode_words(text) if "=?" in text else text
