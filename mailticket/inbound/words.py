"""Header text: encoded words (RFC 2047) and raw 8-bit bytes, as mail programs really write them.

Adjacent words of one charset are joined as bytes before they are decoded, because many programs cut inside a letter.
"""

import binascii
import re
from collections.abc import Iterator
from itertools import groupby

from mailticket.inbound.charset import decode_raw_header, decode_text

_WORD = re.compile(r"=\?([^?\s*]{0,60})(?:\*[^?\s]{0,30})?\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*)*)\?=")
_CUT_OFF = re.compile(r"=\?([^?\s*]{1,60})\?([bBqQ])\?([^?]{0,1000})\??\s*\Z")
"""An encoded word at the end of a value that something cut to a length."""
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def to_bytes(text: str) -> bytes:
    """The bytes that the parser put behind surrogates, and UTF-8 for what was text already."""
    return text.encode("utf-8", "surrogateescape") if not text.isascii() else text.encode("ascii")


def decode_words(value: str) -> str:
    """A header value as text, from a parser that escapes bytes as surrogates. Never raises; what can't be decoded stays as it is."""
    if not value.isascii():
        value = decode_raw_header(value.encode("utf-8", "surrogateescape"))
    return "".join(_pieces(value)) if "=?" in value else value


def _decode_cut_off(rest: str) -> str:
    """What stands behind the last whole word, with a word that lost its end decoded as far as it goes."""
    word = _CUT_OFF.search(rest, max(0, rest.rfind("=?"))) if "=?" in rest else None
    if word is None:
        return rest
    return rest[: word.start()] + _decode_alike([(word[2].lower(), word[3])], word[1].lower()).rstrip("\ufffd")


def _pieces(value: str) -> Iterator[str]:
    """Plain text and decoded words in turn; white space between two words is dropped (RFC 2047 s.6.2)."""
    at = 0
    run: list[tuple[str, str, str]] = []
    for word in _WORD.finditer(value):
        between = value[at : word.start()]
        if not run or between.strip():
            yield from _decode_run(run)
            yield between
            run = []
        run.append((word[1].lower(), word[2].lower(), word[3]))
        at = word.end()
    yield from _decode_run(run)
    yield _decode_cut_off(value[at:])


def _decode_run(run: list[tuple[str, str, str]]) -> Iterator[str]:
    for label, words in groupby(run, key=lambda word: word[0]):
        yield _decode_alike([(encoding, text) for _, encoding, text in words], label)


def _decode_alike(words: list[tuple[str, str]], label: str) -> str:
    """Words of one charset. Where "_" stands for itself, as careless programs leave it inside a letter of two bytes, it is kept."""
    text = decode_text(_join(words), label)[0]
    if "\ufffd" not in text or not any("_" in word for encoding, word in words if encoding == "q"):
        return text
    kept = decode_text(_join([(encoding, word.replace("_", "=5F")) for encoding, word in words]), label)[0]
    return text if "\ufffd" in kept else kept


def _join(words: list[tuple[str, str]]) -> bytes:
    """The bytes of words of one charset; base64 that was cut between two words, not at a group of four, is joined first."""
    merged: list[tuple[str, str]] = []
    for encoding, text in words:
        before = merged[-1] if merged else ("", "")
        if encoding == "b" == before[0] and len(before[1]) % 4 and "=" not in before[1]:
            merged[-1] = ("b", before[1] + text)
        else:
            merged.append((encoding, text))
    return b"".join(_decode_base64(text) if encoding == "b" else _decode_q(text) for encoding, text in merged)


def _decode_base64(text: str) -> bytes:
    """Base64 without regard to padding or stray characters."""
    letters = _NO_BASE64.sub("", text)
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))


def _decode_q(text: str) -> bytes:
    """RFC 2047 s.4.2; broken escapes stay as they are."""
    return _HEX.sub(lambda found: bytes([int(found[1], 16)]), to_bytes(text.replace("_", " ")))
