"""Bytes of text to text, whatever their label says.

Labels are missing, unknown or wrong every day, and above all for Arabic: windows-1256 that is called latin1 or nothing at all, UTF-8 that
is called windows-1256. So bytes that can only be UTF-8 are UTF-8, bytes that read as Arabic are Arabic, and the label decides the rest.
"""

import codecs
import re
from functools import lru_cache

_ALIASES = {
    "x-windows-1256": "cp1256",
    "cp-1256": "cp1256",
    "win-1256": "cp1256",
    "ms-arab": "cp1256",
    "arabic-windows": "cp1256",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-6-e": "iso-8859-6",
    "x-mac-arabic": "mac-arabic",
    "macarabic": "mac-arabic",
    "asmo-708": "iso-8859-6",
    "asmo_708": "iso-8859-6",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "ansi": "cp1252",
    "x-ansi": "cp1252",
    "iso-8859-1": "cp1252",  # the web's reading: nobody means C1 controls
    "latin1": "cp1252",
    "iso-latin-1": "cp1252",
    "iso8859_1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "utf8mb4": "utf-8",
    "utf-8-sig": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "x-unicode-2-0-utf-8": "utf-8",
    "gb2312": "gb18030",
    "x-gbk": "gb18030",
    "gbk": "gb18030",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "x-euc-jp": "euc-jp",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "cp-850": "cp850",
    "x-big5": "big5",
    "iso-2022-jp": "iso-2022-jp-ext",
}
_NO_TEXT = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"))
_STATEFUL = frozenset(
    ("utf-7", "hz", "iso2022_jp_ext", "iso2022_jp", "iso2022_kr", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
)
_SINGLE_BYTE = re.compile(r"cp125\d|iso8859-\d+|cp\d{3}|mac-.*")
_HIGH = bytes(range(0x80, 0x100))
_ARABIC = {"cp1256": "اليمنوترةبعدسف".encode("cp1256"), "iso8859-6": "اليمنوترةبعدسف".encode("iso-8859-6")}
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE = 8192
_GUESS_FROM = 200


@lru_cache(maxsize=512)
def find_codec(label: str) -> str | None:
    """Python's name for a charset label, None when the label names nothing that decodes to text."""
    name = label.strip().strip("\"'").lower()[:40]
    try:
        info = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError, UnicodeError):  # a NUL or an emoji in a label is no name either
        return None
    if info.name in _NO_TEXT or not getattr(info, "_is_text_encoding", True):
        return None
    return _ALIASES.get(info.name, info.name)


def decode_text(data: bytes, label: str = "") -> tuple[str, str]:
    """The text of the bytes, and a fault in words ("" when the label was right)."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, "replace").removeprefix("\ufeff"), ""
    codec = find_codec(label) if label else "utf-8"
    if data.isascii() and codec not in _STATEFUL:
        return data.decode("ascii"), ""
    if codec is None:
        return decode_unlabelled(data), f"unknown charset {label[:40]!r}"
    return _decode_labelled(data, codec, label)


def _decode_labelled(data: bytes, codec: str, label: str) -> tuple[str, str]:
    unicode = _try(data, "utf-8") if codec not in _STATEFUL else None
    if unicode is not None:
        fixed = _repair_twice_encoded(unicode)
        if codec != "utf-8":
            return fixed, f"charset is UTF-8, not {label[:40]}"
        return fixed, "" if fixed == unicode else "text was encoded twice"
    if codec == "utf-8" or (_SINGLE_BYTE.fullmatch(codec) and codec not in _ARABIC):
        arabic = find_arabic(data)
        if arabic:
            return data.decode(arabic, "replace"), f"charset is {arabic}, not {label or 'declared'}"
    if codec == "utf-8":
        return _decode_broken_utf8(data), f"bytes are not {label or 'UTF-8'}"
    strict = _try(data, codec)
    return (strict, "") if strict is not None else (data.decode(codec, "replace"), f"bytes are not all {label[:40]}")


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):  # a value: the caller has another reading
        return None


def _decode_broken_utf8(data: bytes) -> str:
    """UTF-8 with a few spoilt bytes stays UTF-8; anything else is guessed."""
    text = data.decode("utf-8", "replace")
    spoilt = text.count("\ufffd")
    return text if spoilt * 10 <= len(text) - spoilt and any(c > "\x7f" and c != "\ufffd" for c in text) else decode_unlabelled(data)


def decode_unlabelled(data: bytes) -> str:
    """Text of bytes that nothing is known about: UTF-8, Arabic, or the best guess."""
    text = _try(data, "utf-8")
    if text is not None:
        return text
    arabic = find_arabic(data)
    return data.decode(arabic, "replace") if arabic else _guess(data)


def decode_raw_header(data: bytes) -> str:
    """A header's raw 8-bit bytes: UTF-8, else Arabic, else latin1 as the web reads it. Never slow."""
    text = _try(data, "utf-8")
    if text is not None:
        return text
    spoilt = data.decode("utf-8", "replace")
    if spoilt.count("\ufffd") <= 3 and len([c for c in spoilt if c > "\x7f"]) > 8:  # cut inside a letter
        return spoilt
    return data.decode(find_arabic(data) or "cp1252", "replace")


def _guess(data: bytes) -> str:
    """The last resort: slow, only for a sample, and only where there is enough to guess from."""
    if len(data) < _GUESS_FROM:
        return data.decode("cp1252", "replace")
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    name = best.encoding if best is not None else "cp1252"
    return data.decode(name if find_codec(name) else "cp1252", "replace")


def find_arabic(data: bytes) -> str | None:
    """Which 8-bit Arabic charset the bytes are in, None when they read as none: the commonest letters must make up most high bytes."""
    sample = data[: _SAMPLE * 4]
    high = len(sample) - len(sample.translate(None, _HIGH))
    if high < 3:
        return None
    shares = {name: (high - _count_rest(sample, letters)) / high for name, letters in _ARABIC.items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= 0.55 and _in_words(sample, high) else None


def _count_rest(sample: bytes, letters: bytes) -> int:
    """How many high bytes are none of these letters."""
    rest = sample.translate(None, letters)
    return len(rest) - len(rest.translate(None, _HIGH))


def _in_words(sample: bytes, high: int) -> bool:
    """Whether high bytes stand in words of their own, as in Arabic, rather than alone among Latin letters, as in French."""
    alone = len(re.findall(rb"(?<=[A-Za-z])[\x80-\xff](?![\x80-\xff])|(?<![\x80-\xff])[\x80-\xff](?=[A-Za-z])", sample))
    return alone * 4 < high


_TWICE = re.compile(r"[ØÙ][\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œ\u0152\u0178žŽ]")


def _repair_twice_encoded(text: str) -> str:
    """Arabic that was taken for latin1 and encoded again (Ø§Ù„) becomes Arabic again; anything else stays."""
    if "Ø" not in text and "Ù" not in text:
        return text
    pairs = len(_TWICE.findall(text))
    if pairs < 3 or pairs * 4 < sum(letter > "\x7f" for letter in text):
        return text
    data = text.translate(_CP1252)
    fixed = _try(data.encode("latin-1"), "utf-8") if max(data) <= "\xff" else None
    return text if fixed is None else fixed


_CP1252 = {ord(bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
