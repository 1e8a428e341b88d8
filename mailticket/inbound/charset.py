"""Bytes of text to text, whatever their label says.

Labels are missing, unknown or wrong every day, and above all for Arabic: windows-1256 that is called latin1 or nothing at all, UTF-8 that
is called windows-1256. So bytes that can only be UTF-8 are UTF-8, bytes that read as Arabic are Arabic, and the label decides the rest.
"""

import codecs
import re
import unicodedata
from functools import lru_cache

from mailticket.inbound.guess import count_high, find_arabic, find_script, find_wide, guess_charset, is_other_arabic
from mailticket.inbound.twice import repair_twice_encoded

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
    "_iso-2022-jp$esc": "iso-2022-jp-ext",
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "windows-949": "cp949",
    "ms949": "cp949",
    "uhc": "cp949",
    "euc_kr": "cp949",
    "ksc5601": "cp949",
    "gb_2312-80": "gb18030",
    "chinese": "gb18030",
    "cp936": "gb18030",
    "big5-hkscs": "big5hkscs",
    "dos-720": "cp720",
    "dos-862": "cp862",
    "dos-864": "cp864",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "mac": "mac-roman",
    "koi8": "koi8-r",
    "koi": "koi8-r",
    "iso-10646-ucs-2": "utf-16",
    "ucs-2": "utf-16",
    "unicode": "utf-16",
    "unicodefffe": "utf-16-be",
    "utf-8n": "utf-8",
    "utf-8-mac": "utf-8",
    "cesu-8": "utf-8",
    "x-user-defined": "cp1252",
    "iso-8859-8-visual": "iso-8859-8",
    "logical": "iso-8859-8",
}
_NO_TEXT = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"))
_WIDE = frozenset(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"))
_STATEFUL = _WIDE | {"utf-7", "hz", "iso2022_jp_ext", "iso2022_jp", "iso2022_jp_2", "iso2022_kr"}
_SINGLE_BYTE = re.compile(r"cp125\d|iso8859-\d+|cp(?!9)\d{3}|koi8-.|mac-.*")
_WESTERN = frozenset(("cp1250", "cp1252", "cp1254", "cp1257", "cp437", "cp850", "mac-roman")) | {
    f"iso8859-{part}" for part in (1, 2, 3, 4, 9, 10, 13, 14, 15, 16)
}
"""Charsets that Arabic is mistaken for; nobody takes it for Cyrillic or Greek."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_C1 = {byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_HAS_C1 = re.compile("[\x80-\x9f]")
_FILLED = "mailticket.cp1252"
_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")


def _fill(error: UnicodeError) -> tuple[str, int]:
    """Bytes that a charset leaves undefined, as the web reads them: cp1252, and C1 controls for what that lacks."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    spoilt = error.object[error.start : error.end]
    return "".join(chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252") for byte in spoilt), error.end


codecs.register_error(_FILLED, _fill)


@lru_cache(maxsize=512)
def find_codec(label: str) -> str | None:
    """Python's name for a charset label, None when the label names nothing that decodes to text."""
    name = re.split(r"[;,\s]", label.strip().strip("\"'").lower().removeprefix("charset=").strip("\"'"))[0][:40]
    for spelled in (name, name.removeprefix("x-"), name.replace("_", "-"), re.sub(r"^(?:x-)?(?:windows|win|ms|cp)[-_]?(?=\d)", "cp", name)):
        try:
            info = codecs.lookup(_ALIASES.get(spelled, spelled))
        except (LookupError, ValueError, UnicodeError):  # a NUL or an emoji in a label is no name either
            continue
        if info.name not in _NO_TEXT and getattr(info, "_is_text_encoding", True):
            return _ALIASES.get(info.name, info.name)
    return None


def decode_text(data: bytes, label: str = "") -> tuple[str, str]:
    """The text of the bytes, and a fault in words ("" when the label was right)."""
    codec = find_codec(label) if label else "utf-8"
    if data.isascii() and codec not in _STATEFUL and b"\0" not in data[:200]:
        return data.decode("ascii"), ""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, "replace").removeprefix("\ufeff"), ""
    if codec is None:
        return decode_unlabelled(data), f"unknown charset {label[:40]!r}"
    if codec in _WIDE or b"\0" in data[:200]:
        return _decode_wide(data, codec, label)
    return _decode_labelled(data, codec, label)


def _decode_wide(data: bytes, codec: str, label: str) -> tuple[str, str]:
    """UTF-16 and its kin: the byte order that the bytes show, before the one that the label says."""
    found = find_wide(data) if codec in _WIDE or codec == "utf-8" else None
    if "32" in codec:
        return data.decode(codec, "replace"), ""
    if found:
        return data.decode(found, "replace"), "" if codec in _WIDE else f"charset is {found}, not {label or 'declared'}"
    if codec not in _WIDE:
        return _decode_labelled(data, codec, label)
    if _try(data, "utf-8") is not None or find_arabic(data):
        return _decode_labelled(data, "utf-8", label)
    return data.decode("utf-16-be" if codec == "utf-16" else codec, "replace"), ""  # RFC 2781 s.4.3


def _decode_labelled(data: bytes, codec: str, label: str) -> tuple[str, str]:
    unicode = _try(data, "utf-8") if codec not in _STATEFUL else None
    if unicode is not None:
        fixed = repair_twice_encoded(unicode)
        if codec != "utf-8":
            return fixed, f"charset is UTF-8, not {label[:40]}"
        return fixed, "" if fixed == unicode else "text was encoded twice"
    arabic = _find_mislabelled(data, codec)
    if arabic:
        return data.decode(arabic, _FILLED), f"charset is {arabic}, not {label or 'declared'}"
    if codec == "utf-8":
        return _decode_broken_utf8(data), f"bytes are not {label or 'UTF-8'}"
    strict = _try(data, codec)
    if codec == "utf-7":  # it may spell halves of letters
        return (strict or data.decode(codec, "replace")).encode("utf-16", "surrogatepass").decode("utf-16", "replace"), ""
    if strict is not None:
        return _compose(strict, codec), ""
    return _decode_misfit(data, codec), f"bytes are not all {label[:40]}"


def _find_mislabelled(data: bytes, codec: str) -> str | None:
    """The Arabic charset that bytes are in, where the label names another one that is easily taken for it."""
    if codec in ("cp1256", "iso8859-6"):
        return is_other_arabic(data, codec)
    return find_arabic(data) if codec == "utf-8" or codec in _WESTERN else None


def _compose(text: str, codec: str) -> str:
    """What is meant by codes that no writer means: drawn shapes of letters in old Arabic charsets are the letters themselves."""
    if codec.startswith("iso8859"):  # nobody means C1 controls: they are quotes of the Windows sister
        return text.translate(_C1) if _HAS_C1.search(text) else text
    if codec not in ("cp864", "mac-arabic"):
        return text
    return _PRESENTATION.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _decode_misfit(data: bytes, codec: str) -> str:
    """Bytes that their charset does not hold. A single-byte charset has gaps; a stateful one was taken for its 8-bit sister."""
    arabic = find_arabic(data) if codec not in _STATEFUL else None
    if arabic:
        return data.decode(arabic, _FILLED)
    if _SINGLE_BYTE.fullmatch(codec):
        return _compose(data.decode(codec, _FILLED), codec)
    if codec in _STATEFUL:
        lines = data.splitlines(keepends=True)
        eight = b"".join(line for line in lines if not line.isascii())
        other = "utf-8" if _try(eight, "utf-8") is not None else find_arabic(eight) or find_script(eight) or "cp1252"
        return "".join(line.decode(codec if line.isascii() else other, "replace") for line in lines)
    found = find_script(data)
    return data.decode(found or codec, "replace")


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):  # a value: the caller has another reading
        return None


def _decode_broken_utf8(data: bytes) -> str:
    """UTF-8 with a few spoilt bytes stays UTF-8; where as many bytes are of another charset, each is read as what it is."""
    text = data.decode("utf-8", "replace")
    spoilt = text.count("\ufffd")
    right = count_high(text) - spoilt
    if spoilt * 10 <= len(text) - spoilt and right > spoilt * 2:
        return "".join(_decode_line(line, "replace") for line in data.splitlines(keepends=True))
    if not right or find_script(data):
        return decode_unlabelled(data)
    return "".join(_decode_line(line, _FILLED) for line in data.splitlines(keepends=True))


def _decode_line(line: bytes, errors: str) -> str:
    """A line of UTF-8; one with hardly a letter of it, as a gateway's footer below a mail, is of another charset."""
    text = line.decode("utf-8", "replace")
    spoilt, high = text.count("\ufffd"), count_high(text)
    if spoilt and (spoilt == high or (spoilt * 2 > high and find_arabic(line))):
        return decode_unlabelled(line)
    return line.decode("utf-8", errors) if spoilt else text


def decode_unlabelled(data: bytes) -> str:
    """Text of bytes that nothing is known about: UTF-8, Arabic, or the best guess."""
    text = _try(data, "utf-8")
    if text is not None:
        return repair_twice_encoded(text)
    codec = find_arabic(data) or find_codec(guess_charset(data)) or "cp1252"
    return data.decode(codec, _FILLED if _SINGLE_BYTE.fullmatch(codec) else "replace")


def decode_raw_header(data: bytes, hint: str = "") -> str:
    """A header's raw 8-bit bytes: UTF-8, else the charset of the mail's body (`hint`), else Arabic, else what a script tells. """
    text = _try(data, "utf-8")
    if text is not None:
        return repair_twice_encoded(text)
    codec = (find_codec(hint) if hint else None) or "utf-8"
    if codec not in _STATEFUL and codec != "utf-8" and (codec not in _WESTERN or find_arabic(data) is None):
        strict = _try(data, codec)
        if strict is not None:
            return strict
    spoilt = data.decode("utf-8", "replace")
    if spoilt.count("\ufffd") <= 3 and count_high(spoilt) > 8:  # cut inside a letter
        return spoilt
    found = find_arabic(data) or find_script(data) or "cp1252"
    return data.decode(found, _FILLED if _SINGLE_BYTE.fullmatch(found) else "replace")
