"""Text that was encoded twice: taken for western by a careless program and encoded again, so that «شهادة» arrives as Ø´Ù‡Ø§Ø¯Ø©.

It is valid UTF-8 and no label is wrong any more, so it is known by its letters alone, and undone only where every letter takes part.
"""

import codecs
import re

from mailticket.inbound.guess import count_high, find_arabic

_UNFILLED = "mailticket.latin1"
_CONTINUED = r"\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œ\u0152\u0178žŽ"
_TWICE = re.compile(rf"[\u00c2-\u00ef](?:(?<![\u00e0-\u00ef])[{_CONTINUED}]|(?<=[\u00e0-\u00ef])[^\x00-\x7f]{{2}})")
_LOOKS_ARABIC = re.compile("[ÇáíäæÊÑÉÈÚÏÓÝã][ÇáíäæÊÑÉÈÚÏÓÝã]{2}")


def _unfill(error: UnicodeError) -> tuple[bytes, int]:
    """C1 controls as the bytes that they were; a letter beyond them is no byte of a western charset."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].encode("latin-1"), error.end


codecs.register_error(_UNFILLED, _unfill)


def repair_twice_encoded(text: str) -> str:
    """Text that was taken for latin1 and encoded again (Ø§Ù„, Ã©, or ÇáÓáÇã of windows-1256) as what it was; anything else stays."""
    if text.isascii() or not (_TWICE.search(text) or _LOOKS_ARABIC.search(text)):
        return text
    once = _repair(text) or "".join(_repair(line) or line for line in text.splitlines(keepends=True))
    return _repair(once) or once


def _undo_western(text: str) -> bytes:
    """The bytes that text was read from as cp1252 or latin1, b"" when it holds other letters."""
    try:
        return text.encode("cp1252", _UNFILLED)
    except UnicodeEncodeError:  # letters of another script: nothing that was taken for western
        return b""


def _repair(text: str) -> str:
    """The text as it was before, "" when it was nothing else. Each letter beyond ASCII must be part of what is repaired."""
    raw, high = _undo_western(text), count_high(text)
    if not raw or not high:
        return ""
    again = _read_utf8(raw)
    if again is not None and high >= 4:
        return again
    return raw.decode("cp1256") if find_arabic(raw) == "cp1256" and high >= 6 else ""


def _read_utf8(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:  # not UTF-8: the caller has another reading
        return None
