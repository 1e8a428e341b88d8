"""Which charset are bytes in that no label, or a wrong one, names? Counted, not looked up: the commonest letters of each script.

Arabic comes first, since it is this desk's daily bread and the charset that is mislabelled most. Then the scripts whose common letters
stand together in one charset (kana, hangul, hanzi, Cyrillic); the rest is asked of a library, where there is enough to guess from.
"""

import re
from collections import Counter

_SAMPLE = 8192
_GUESS_FROM = 4
_SIGNS = "«»’‘“”„–—…·°§€£©®™\xa0"
_TONGUES = tuple(
    (codec, "".join({*letters, *letters.upper().replace("SS", ""), *_SIGNS}).encode(codec, "ignore"))
    for codec, letters in (
        ("cp1252", "äöüßéèêëáàâçíîïóòôúùûñãåøæœ¿¡"),
        ("cp1250", "ąćęłńóśźż"),
        ("cp1250", "áčďéěíňóřšťúůýžľĺŕäô"),
        ("cp1250", "áéíóöőúüű"),
        ("cp1250", "čćđšž"),
        ("cp1250", "ăâîşţ"),
        ("cp1254", "çğıöşüâîİ"),
        ("iso8859-2", "ąćęłńóśźż"),
        ("iso8859-2", "áčďéěíňóřšťúůýžľĺŕäô"),
        ("mac-roman", "äöüßéèêëáàâçíîïóôúùûñãåøæ"),
        ("cp850", "äöüßéèêëáàâçíîïóôúùûñãåøæ"),
    )
)
"""The letters beyond ASCII that a language of Latin letters is written with, in its charset; western Europe first."""
_SURELY = 0.95
_HIGH = bytes(range(0x80, 0x100))
_HIGH_RUN = re.compile(r"[^\x00-\x7f]+")
_RUN = re.compile(rb"[\x80-\xff]+")
_TOUCHING = re.compile(rb"[A-Za-z][\x80-\xff]+|[\x80-\xff]+[A-Za-z]")
_ALONE = re.compile(rb"[\x80-\xff](?:(?<=[A-Za-z].)(?![\x80-\xff])|(?<![\x80-\xff].)(?=[A-Za-z]))")  # in this order: the engine skips ASCII
_LETTERS = (
    "ا13 ل12 ي8 م7 و6 ن6 ر5 ت5 ب4 ة4 ع3.5 د3.5 ه3.5 س3 ف3 ك2.5 أ2.5 ق2.5 ح2 ج1.5 ش1.5 ص1.5 ى1.5 إ1.5 خ1.5 ط1 ض1 ذ1 ء1 غ1 ز1 ث1 "
    "آ.5 ئ.5 ظ.5 ؤ.5 ،1 ؟1 ؛.5 ـ.5 ً.5 ٌ.2 ٍ.2 َ.5 ُ.5 ِ.5 ّ.5 ْ.2"
)
"""How often each letter stands in Arabic text, of a hundred."""
_FOREIGN = -15.0
_LEAST = 3.0
_USUAL = {"cp1256": 0.75}
"""What is added for the charset that Arabic programs write in: in a word or two the other one may look likelier by chance."""
_ARTICLE = 10
"""What a word that begins with «ال» says for the charset that it does so in."""
_CANDIDATES = [
    *(f"cp125{part}" for part in range(9)),
    *(f"iso8859_{part}" for part in (2, 4, 5, 6, 7, 8, 9, 13, 15, 16)),
    *("koi8_r", "koi8_u", "cp864", "cp720", "cp866", "cp874", "cp437", "cp850", "mac_roman", "mac_cyrillic", "mac_greek"),
]
"""What a library is asked to choose from: charsets that mail is written in, one byte a letter."""
_SCRIPTS = {
    **{name: "оеаинтсрвлкмдпуя".encode(name) for name in ("cp1251", "koi8-r", "iso8859-5")},
    "cp1253": "αοιετσνηρπκμλυςόίά".encode("cp1253"),
    "cp1255": "יוהלארתשמבםנדקפ".encode("cp1255"),
}
"""The commonest letters of scripts that are written apart from Latin, which are five sixths of a text."""
_BY_LETTERS = {
    "cp932": (re.compile("[\u3041-\u30fe]"), 0.25),
    "euc_jp": (re.compile("[\u3041-\u30fe]"), 0.25),
    "cp949": (re.compile("[\uac00-\ud7a3]"), 0.9),
    "gb18030": (re.compile("[\u4e00-\u9fff\u3000-\u3002\uff01-\uff5e]"), 0.95),
    "big5": (re.compile("[\u4e00-\u9fff\u3000-\u3002\uff01-\uff5e\ufe30-\ufe4f]"), 0.95),
}
_COMMON_HANZI = re.compile(
    "[的一是不了人在有我他這这个個们們中来來上大為为和国國地到以說说時时要就出会會可也你对對生能"
    "而子那得于著下自之年過过发發后後作里用道行所然家种種事成方多经經么麼去法学學如都同现現当當]"
)


def _make_weights(codec: str) -> list[float]:
    """What each byte says for Arabic in that charset: a letter's frequency; quotes and spaces nothing; other letters and gaps, against."""
    weights = [_FOREIGN] * 256
    for byte in (*range(0x80), *((0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x9D, 0x9E, 0xAB, 0xBB) if codec == "cp1256" else ()), 0xA0):
        weights[byte] = 0.0
    for letter in _LETTERS.split():
        weights[letter[0].encode(codec)[0]] = float(letter[1:])
    return weights


_WEIGHTS = {codec: _make_weights(codec) for codec in ("cp1256", "iso8859-6")}


def count_high(text: str) -> int:
    """How many letters of a text are beyond ASCII."""
    return sum(map(len, _HIGH_RUN.findall(text)))


def find_arabic(data: bytes) -> str | None:
    """Which 8-bit Arabic charset the bytes are in, None when they read as none: their letters must be as frequent as in Arabic."""
    scores = _score_arabic(data)
    best = max(scores, key=lambda name: scores[name] + _USUAL.get(name, 0.0), default="")
    return best if best and scores[best] >= _LEAST else None


def is_other_arabic(data: bytes, codec: str) -> str | None:
    """The other 8-bit Arabic charset, where the bytes are clearly in that and not in `codec`."""
    scores = _score_arabic(data)
    best = max(scores, key=lambda name: scores[name], default="")
    return best if best and best != codec and scores[best] >= _LEAST and scores[best] - scores[codec] >= 1.5 else None


def _score_arabic(data: bytes) -> dict[str, float]:
    """The mean weight of the high bytes in each charset; nothing for too few, or for letters that stand alone among Latin ones."""
    sample = data[: _SAMPLE * 4]
    high = _count_high(sample)
    if high < 3 or not _in_words(sample, high):
        return {}
    counts = [(byte, count) for byte, count in Counter(sample).items() if byte >= 0x80]
    sums = {codec: sum(weights[byte] * count for byte, count in counts) for codec, weights in _WEIGHTS.items()}
    return {codec: (total + _ARTICLE * sample.count(b" " + "ال".encode(codec))) / high for codec, total in sums.items()}


def find_script(data: bytes) -> str | None:
    """A charset of East Asia, or of Cyrillic, Greek or Hebrew, in which the bytes make sense, None when they do in none."""
    sample = data[:_SAMPLE]
    high = _count_high(sample)
    if high < 4:
        return None
    if found := _find_multibyte(sample, in_words=len(_TOUCHING.findall(sample)) * 5 <= len(_RUN.findall(sample))):
        return found
    best, share = _best_share(sample, high, _SCRIPTS)
    return best if high >= 6 and share >= 0.6 and _in_words(sample, high) else None


def _find_multibyte(sample: bytes, *, in_words: bool) -> str | None:
    """The first charset of two-byte letters that reads the whole sample, with the letters that its language is made of.

    A second byte may be a Latin letter in Shift_JIS and Big5; there the letters must be common ones, lest French be read so.
    """
    readings = {name: text for name in _BY_LETTERS if (text := _read(sample, name)) and _is_made_of(text, name)}
    for name in ("cp932", "euc_jp", "cp949"):
        if name in readings and (in_words or name != "cp949"):
            return name
    common: dict[str, int] = {name: len(_COMMON_HANZI.findall(readings[name])) for name in ("gb18030", "big5") if name in readings}
    best = max(common, key=lambda name: common[name], default="")
    return best if best and (common[best] * 12 >= len(readings[best]) or (in_words and best == "gb18030")) else None


def _is_made_of(text: str, name: str) -> bool:
    letters, least = _BY_LETTERS[name]
    return len(letters.findall(text)) >= least * max(1, count_high(text))


def _read(sample: bytes, codec: str) -> str:
    """The sample in that charset, "" when it does not fit; a letter may be cut at the end, and one in a hundred be spoilt."""
    text = sample.decode(codec, "replace")
    return text if text.count("\ufffd") * 100 <= len(text) + 100 else ""


def guess_charset(data: bytes) -> str:
    """The last resort: the language whose letters almost all are, else a library's opinion; cp1252 where there is too little to go by."""
    found = find_script(data)
    sample = data[:_SAMPLE].replace(b"\xf5e", b"\xe3e")  # õe is Portuguese; elsewhere the byte is a Hungarian's
    high = _count_high(sample)
    if found or high < _GUESS_FROM:
        return found or "cp1252"
    codec, share = max(((codec, _share(sample, high, letters)) for codec, letters in _TONGUES), key=lambda row: row[1])
    if share >= _SURELY:
        return codec
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_CANDIDATES).best()
    return best.encoding if best is not None else "cp1252"


def find_wide(data: bytes) -> str | None:
    """UTF-16 without a mark: which byte order, told by where the zeros (and the 06 of Arabic letters) stand; None when it is not UTF-16."""
    sample = data[: _SAMPLE // 4 * 2]
    first, second = sample[::2], sample[1::2]
    big, little = (sum(half.count(byte) for byte in (0, 6)) for half in (first, second))
    if max(big, little) * 2 < len(first):
        return None
    return "utf-16-be" if big > little else "utf-16-le"


def _count_high(sample: bytes) -> int:
    return len(sample) - len(sample.translate(None, _HIGH))


def _best_share(sample: bytes, high: int, letters: dict[str, bytes]) -> tuple[str, float]:
    shares = {name: _share(sample, high, common) for name, common in letters.items()}
    best = max(shares, key=lambda name: shares[name])
    return best, shares[best]


def _share(sample: bytes, high: int, letters: bytes) -> float:
    """How many of the high bytes are these letters, from 0 to 1."""
    return (high - _count_high(sample.translate(None, letters))) / high


def _in_words(sample: bytes, high: int) -> bool:
    """Whether high bytes stand in words of their own, as in Arabic, rather than alone among Latin letters, as in French."""
    return len(_ALONE.findall(sample)) * 4 < high
