"""Files that stand in a text as letters: uuencode and yEnc, as old programs and scanners send them.

A line that says "begin 644 name" is also plain English, so a block counts only when its lines have the lengths they announce. What is no
file stays in the text as it is.
"""

import binascii
import re
from collections.abc import Iterator
from itertools import islice

from mailticket.inbound.tnef import Wrapped

FILES_LIMIT = 50
TRIES_LIMIT = 200
_START = re.compile(rb"^(?:begin [0-7]{3,4} |=ybegin )", re.MULTILINE)
_BEGIN = re.compile(
    rb"^begin [0-7]{3,4} (\S[^\r\n]{0,200}?)[ \t]*\r?\n((?:[ -`][^\r\n]{0,100}\r?\n){1,400000}?)end[ \t]*\r?$", re.MULTILINE
)
_YBEGIN = re.compile(rb"^=ybegin [^\r\n]{0,300}?name=([^\r\n]{1,200}?)[ \t]*\r?\n(?:=ypart [^\r\n]{0,300}\r?\n)?", re.MULTILINE)
_ESCAPED = re.compile(rb"=(.)", re.DOTALL)
_SHIFT = bytes((byte - 42) % 256 for byte in range(256))


def split_files(data: bytes) -> tuple[bytes, list[Wrapped]]:
    """The text without the files that stand in it, and the files."""
    if b"begin " not in data:
        return data, []
    files: list[Wrapped] = []
    rest, at = [], 0
    for start, end, file in _find_files(data):
        rest.append(data[at:start])
        files.append(file)
        at = end
        if len(files) >= FILES_LIMIT:
            break
    return b"".join((*rest, data[at:])), files


def _find_files(data: bytes) -> Iterator[tuple[int, int, Wrapped]]:
    after = 0
    for place in islice(_START.finditer(data), TRIES_LIMIT):
        if place.start() < after:
            continue
        read = _read_yenc if place[0].startswith(b"=") else _read_uuencode
        found = read(data, place.start())
        if found:
            yield found
            after = found[1]


def _read_uuencode(data: bytes, at: int) -> tuple[int, int, Wrapped] | None:
    found = _BEGIN.match(data, at)
    if found is None:
        return None
    decoded = [_decode_line(line) for line in found[2].splitlines()]
    if None in decoded or not any(decoded):
        return None
    return found.start(), found.end(), Wrapped(found[1].decode("utf-8", "surrogateescape"), b"".join(filter(None, decoded)))


def _decode_line(line: bytes) -> bytes | None:
    """One line of uuencode, None when it has not the length that it announces; trailing blanks are often lost."""
    if not line or line == b"`":
        return b""
    size = (line[0] - 32) & 63
    width = (size + 2) // 3 * 4
    body = line[1:].ljust(width)
    if len(body) > width + 2 or len(line) - 1 < width - 3:
        return None
    try:
        return binascii.a2b_uu(line[:1] + body[:width])
    except binascii.Error:  # letters that uuencode does not use: a line of words
        return None


def _read_yenc(data: bytes, at: int) -> tuple[int, int, Wrapped] | None:
    """yEnc 1.3: each byte plus 42, critical ones behind "=" with 64 more."""
    head = _YBEGIN.match(data, at)
    tail = data.find(b"\n=yend ", head.end() - 1) if head else -1
    if head is None or tail < 0:
        return None
    end = data.find(b"\n", tail + 1)
    lines = data[head.end() : tail].replace(b"\r", b"").replace(b"\n", b"")
    plain = _ESCAPED.sub(lambda found: bytes([(found[1][0] - 64) % 256]), lines).translate(_SHIFT)
    return head.start(), len(data) if end < 0 else end, Wrapped(head[1].decode("utf-8", "surrogateescape"), plain)
