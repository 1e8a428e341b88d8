"""winmail.dat: what Outlook wraps a mail's files in (TNEF, MS-OXTNEF), read within bounds so that agents get the files themselves.

A row of attributes, each with its length; attachments begin with their rendering data and carry name and bytes, old style or as MAPI
properties. Lengths that lie end the reading; what was read until then is kept.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailticket.inbound.charset import decode_text

SIGNATURE = b"\x78\x9f\x3e\x22"
FILES_LIMIT = 200
VALUES_LIMIT = 2000
_CODEPAGE, _PROPS, _BODY = 0x9007, 0x9003, 0x800C
_BEGIN, _TITLE, _DATA, _ATTACHED = 0x9002, 0x8010, 0x800F, 0x9005
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _BYTES = 0x3707, 0x3704, 0x3001, 0x3701
_PLAIN, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset((0x0D, 0x1E, 0x1F, 0x102))


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A file that was packed in another one."""

    name: str
    data: bytes


@dataclass(slots=True)
class Tnef:
    """What a TNEF stream holds: its files, and the mail's words where they travel in it (HTML or plain, "" when not)."""

    files: list[Wrapped] = field(default_factory=list)
    html: str = ""
    plain: str = ""


def read_tnef(data: bytes) -> Tnef:
    """The contents of a TNEF stream, empty when it is none."""
    found, codepage, current = Tnef(), "cp1252", _File()
    for attribute, value in _read_attributes(data):
        if attribute == _CODEPAGE and len(value) >= 4:
            codepage = f"cp{struct.unpack_from('<I', value)[0]}"
        elif attribute == _BEGIN:
            current = _keep(found, current, begun=True)
        elif attribute in (_TITLE, _DATA, _ATTACHED):
            current.take(attribute, value, codepage)
        elif attribute in (_PROPS, _BODY):
            _take_words(found, attribute, value, codepage)
    _keep(found, current, begun=False)
    return found


@dataclass(slots=True)
class _File:
    """An attachment that is being read."""

    begun: bool = False
    name: str = ""
    long_name: str = ""
    data: bytes = b""

    def take(self, attribute: int, value: bytes, codepage: str) -> None:
        self.begun = True
        if attribute == _TITLE:
            self.name = _text(value, codepage)
        elif attribute == _DATA:
            self.data = value
        else:
            self._take_properties(value, codepage)

    def _take_properties(self, value: bytes, codepage: str) -> None:
        properties = dict(_read_properties(value))
        names = (_as_text(properties.get(tag), codepage) for tag in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))
        self.long_name = next(filter(None, names), self.long_name)
        _, data = properties.get(_BYTES, (0, b""))
        self.data = self.data or data


def _keep(found: Tnef, file: _File, *, begun: bool) -> _File:
    if file.begun and len(found.files) < FILES_LIMIT:
        found.files.append(Wrapped(file.long_name or file.name, file.data))
    return _File(begun)


def _take_words(found: Tnef, attribute: int, value: bytes, codepage: str) -> None:
    """The mail's own body; compressed RTF is left to Outlook, it comes with a plain form."""
    if attribute == _BODY:
        found.plain = found.plain or _text(value, codepage)
        return
    properties = dict(_read_properties(value))
    found.plain = found.plain or _as_text(properties.get(_PLAIN), codepage)
    found.html = found.html or _as_text(properties.get(_HTML), codepage)


def _read_attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """MS-OXTNEF 2.1.3: level, id, length, value, checksum; the checksum is not asked."""
    at = 6 if data.startswith(SIGNATURE) else len(data)
    while at + 9 <= len(data):
        tag, size = struct.unpack_from("<II", data, at + 1)
        at += 9
        if data[at - 9] not in (1, 2) or at + size > len(data):
            return
        yield tag & 0xFFFF, data[at : at + size]
        at += size + 2


def _read_properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """MS-OXTNEF 2.1.3.4: a count, then properties as tag, (name), (count, length) and value padded to four bytes."""
    at, count = 4, struct.unpack_from("<I", data)[0] if len(data) >= 4 else 0
    for _ in range(min(count, VALUES_LIMIT)):
        if at + 4 > len(data):
            return
        kind, tag = struct.unpack_from("<HH", data, at)
        at = _skip_name(data, at + 4) if tag >= 0x8000 else at + 4
        found = _read_value(data, at, kind)
        if found is None:
            return
        value, at = found
        yield tag, (kind & 0xFFF, value)


def _skip_name(data: bytes, at: int) -> int:
    """A named property: GUID, kind, and a number or a padded string."""
    if at + 24 > len(data):
        return len(data)
    kind, size = struct.unpack_from("<II", data, at + 16)
    return at + 24 if kind == 0 else at + 24 + _padded(size)


def _read_value(data: bytes, at: int, kind: int) -> tuple[bytes, int] | None:
    """The first value of a property and where the next property begins; None where the lengths lie."""
    multiple, kind = kind & 0x1000, kind & 0xFFF
    variable = kind in _VARIABLE
    if not variable and kind not in _SIZES:
        return None
    count = 1
    if multiple or variable:
        if at + 4 > len(data):
            return None
        count, at = struct.unpack_from("<I", data, at)[0], at + 4
    return _read_many(data, at, min(count, VALUES_LIMIT), None if variable else _SIZES[kind])


def _read_many(data: bytes, at: int, count: int, width: int | None) -> tuple[bytes, int] | None:
    first = b""
    for place in range(count):
        size = width
        if size is None:
            if at + 4 > len(data):
                return None
            size, at = struct.unpack_from("<I", data, at)[0], at + 4
        if at + size > len(data):
            return None
        first = data[at : at + size] if place == 0 else first
        at += _padded(size)
    return first, at


def _padded(size: int) -> int:
    return size + (-size % 4)


def _as_text(value: tuple[int, bytes] | None, codepage: str) -> str:
    if value is None:
        return ""
    kind, data = value
    return data.decode("utf-16-le", "replace").rstrip("\0") if kind == 0x1F else _text(data, codepage)


def _text(data: bytes, codepage: str) -> str:
    return decode_text(data.rstrip(b"\0"), codepage)[0]
