"""Header fields of ours, written by one small encoder.

The standard library's own writer loses recipients, alters names and encodes Message-IDs inside References (measured: 1,040 of 3,000
random headers). What we need is little: a field is a row of atoms that are never cut, one space between them, folded where a line
grows too long. Encoded words are such atoms; so are addresses and Message-IDs, which are never encoded.
"""

import base64
import re
from collections.abc import Iterable, Sequence

from mailticket.text.bidi import clean_line

LINE = 76
"""The longest line that we fold to: RFC 2047 s.2 allows 76 where encoded words stand, RFC 5322 s.2.1.1 advises 78."""
_WORD = 75  # RFC 2047 s.2: an encoded word with its delimiters
_FRAME = len("=?utf-8?B??=")
_LEAST = 24  # an encoded word shorter than this is not worth starting on a line
_LONG = 60  # an ASCII word longer than this is encoded, so that it can be folded
_UNSAFE = re.compile(r"[\x00-\x20\x7f<>(),;:\"\\\[\]]")
_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_PARAMETER = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SECTION = 50  # percent-encoded bytes in one section of a continued parameter


def fold(name: str, atoms: Sequence[str]) -> str:
    """The whole field with CRLF; a line is broken between atoms only, where it would pass 76 characters, and never before the first."""
    lines, line = [], f"{name}:"
    for index, atom in enumerate(atoms):
        if index and len(line) + 1 + len(atom) > LINE:
            lines.append(line)
            line = ""
        line += " " + atom
    return "\r\n".join((*lines, line)) + "\r\n"


def text_field(name: str, text: str) -> str:
    """An unstructured field such as Subject: what is plain ASCII at either end stays as it is, what lies between is encoded."""
    words = clean_line(text, 900).split(" ")
    odd = [i for i, word in enumerate(words) if not _is_plain(word)]
    if not odd:
        return fold(name, words)
    before, middle, after = words[: odd[0]], words[odd[0] : odd[-1] + 1], words[odd[-1] + 1 :]
    taken = len(fold(name, before)[:-2].rpartition("\n")[2])
    return fold(name, (*before, *encoded_words(" ".join(middle), LINE - taken - 1), *after))


def address_field(name: str, display: str, address: str) -> str:
    """A field with one mailbox. Raises ValueError when the address could not stand there without being altered."""
    if _UNSAFE.search(address) or address.count("@") != 1:
        raise ValueError(f"{name}: {address!r} is no plain address")
    return fold(name, (*_phrase(display, LINE - len(name) - 2), f"<{address}>"))


def ids_field(name: str, ids: Iterable[str]) -> str:
    """A field of Message-IDs, each as it is; what is none is left out (it came from a stranger's header)."""
    return fold(name, [i for i in ids if is_message_id(i)])


def is_message_id(value: str) -> bool:
    """Whether it can stand in a header of ours: `<...>` of at most 252 printable ASCII characters, no space."""
    return _ID.fullmatch(value) is not None


def file_field(name: str, value: str, filename: str) -> str:
    """A field with a file name as its parameter, in RFC 2231's form where it is not plain ASCII."""
    return fold(name, (f"{value};", *_parameter("filename", filename)))


def encoded_words(text: str, room: int) -> list[str]:
    """The text as encoded words of at most 75 characters, cut between characters; the first fits into `room` unless that is tiny."""
    words, chunk = [], b""
    limit = _bytes_in(room if room >= _LEAST else _WORD)
    for char in text:
        octets = char.encode("utf-8", "replace")
        if len(chunk) + len(octets) > limit:
            words.append(_encoded_word(chunk))
            chunk, limit = b"", _bytes_in(_WORD)
        chunk += octets
    return [*words, _encoded_word(chunk)]


def _bytes_in(room: int) -> int:
    return (min(room, _WORD) - _FRAME) // 4 * 3


def _encoded_word(octets: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(octets).decode('ascii')}?="


def _is_plain(word: str) -> bool:
    return word.isascii() and len(word) <= _LONG and "=?" not in word


def _phrase(display: str, room: int) -> list[str]:
    name = clean_line(display, 200)
    if not name:
        return []
    if _is_plain(name):
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{quoted}"']
    return encoded_words(name, room)


def _parameter(name: str, value: str) -> list[str]:
    text = clean_line(value, 200)
    if text.isascii() and len(text) <= _LONG and not set(text) & set('"\\%'):
        return [f'{name}="{text}"']
    sections = _sections(text)
    if len(sections) == 1:
        return [f"{name}*=utf-8''{sections[0]}"]
    first, last = "utf-8''", len(sections) - 1
    return [f"{name}*{i}*={'' if i else first}{part}{';' if i < last else ''}" for i, part in enumerate(sections)]  # RFC 2231 s.4.1


def _sections(text: str) -> list[str]:
    sections = [""]
    for char in text:
        encoded = "".join(chr(b) if b in _PARAMETER else f"%{b:02X}" for b in char.encode("utf-8", "replace"))
        if len(sections[-1]) + len(encoded) > _SECTION:
            sections.append("")
        sections[-1] += encoded
    return sections
