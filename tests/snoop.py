"""A mail as a snooper reads it: every byte of the source, and everything that can be decoded from it, as one text to search in."""

import base64
import binascii
import email
import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from functools import lru_cache
from html import unescape

_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/=\r\n]{24,}")
_UNSEEN = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c\u00ad\ufeff\u0640]+")
_TAG = re.compile(r"<[^>]*>")


def squeeze(text: str) -> str:
    """Text without what no reader sees: spaces, line ends, direction marks, case."""
    return _UNSEEN.sub("", text).casefold()


@lru_cache(64)
def every_reading(raw: bytes) -> str:
    """All readings of a mail, squeezed: the source, its headers decoded, each part decoded, HTML with and without its tags."""
    mail = email.message_from_bytes(raw)
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    texts = [_text(raw), *(_header(value) for part in mail.walk() for value in map(str, part.values()))]
    texts += [text for part in leaves for text in _leaf(part)]
    texts += [_text(_base64(run)) for run in _BASE64_RUN.findall(raw)]
    return "\n".join(squeeze(text) for text in dict.fromkeys(texts))


def _text(data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    return text if data.isascii() else f"{text}\n{data.decode('latin-1')}"


def _header(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeError):
        return value


def _leaf(part: "Message[str, str]") -> list[str]:
    data = part.get_payload(decode=True)
    text = _text(data) if isinstance(data, bytes) else ""
    return [text, unescape(text), unescape(_TAG.sub("", text)), part.get_filename() or ""]


def _base64(run: bytes) -> bytes:
    try:
        return base64.b64decode(run)
    except binascii.Error:
        return b""


def find_canaries(raw: bytes, canaries: list[str]) -> list[str]:
    """Those of the words that some reading of the mail holds."""
    text = every_reading(raw)
    return [word for word in canaries if squeeze(word) in text]
