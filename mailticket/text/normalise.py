"""One spelling for every way a word is written, so that rules, search and commands compare like with like.

Arabic is typed with or without hamza, dots, diacritics and tatweel, and in three sets of digits. Normalised text is for comparing
only; nobody is ever shown it.
"""

import re
import unicodedata
from collections.abc import Mapping

_FOLDS = {
    "أإآٱٲٳٵ": "ا",
    "ىئیېےۓٸ": "ي",
    "ؤۆۇۈٶ": "و",
    "ةھہۀۂەۃ": "ه",
    "کڪ": "ك",
    "پ": "ب",
    "چ": "ج",
    "ڤ": "ف",
    "گڨڭݣ": "ق",  # the hard g: يگدر and يقدر, گوگل and قوقل are one
    "ژ": "ز",
    "’‘`´": "'",
}
_DROPPED = (
    "ء\u0640"  # a lone hamza comes and goes with the writer (شيء, شي); tatweel only stretches
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
    + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
    + "".join(map(chr, (*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670)))
    + "".join(map(chr, (*range(0x06D6, 0x06DD), *range(0x06DF, 0x06E9), *range(0x06EA, 0x06EE))))
)
_WESTERN = {digit: str(value) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, digit in enumerate(row)}
_DIGITS = {ord(digit): value for digit, value in _WESTERN.items()}
MARKS = re.escape(_DROPPED)
"""What is dropped from words, for a class of a regular expression: it stands inside of words and separates none."""
_REPEATED = re.compile(r"(.)\1\1+")


def _make_table() -> dict[int, str]:
    """The whole folding as one translate table; presentation forms (ligatures of old systems) go through their plain letters."""
    table = {ord(letter): plain for letters, plain in _FOLDS.items() for letter in letters}
    table |= {ord(mark): "" for mark in _DROPPED} | _DIGITS
    for code in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD), *range(0xFF01, 0xFF5F)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain != chr(code):
            table[code] = plain.translate(table)
    return table


_TABLE = _make_table()
FOLDING: Mapping[int, str] = _TABLE
"""By code point, what a letter is folded to: "" for what is dropped. Capital letters are folded besides."""
_FOLDED = re.compile(f"[{re.escape(''.join(map(chr, _TABLE)))}]+")
"""Runs of what the table changes; `translate` is slow where most letters are not in its table."""


def normalise(text: str) -> str:
    """The text for comparing: letters, digits and case folded, marks and invisible letters gone, letters drawn out (3 and more) once."""
    return _REPEATED.sub(_draw_in, fold_letters(text))


def _draw_in(found: re.Match[str]) -> str:
    """A letter once, anything else (digits, dashes) as it was."""
    return found[1] if found[1].isalnum() and not found[1].isdecimal() else found[0]


def fold_letters(text: str) -> str:
    """The text normalised, but for letters drawn out: enough, and faster, where words are only counted."""
    return text.lower() if text.isascii() else _FOLDED.sub(_fold_run, text).casefold()


def _fold_run(found: re.Match[str]) -> str:
    return found[0].translate(_TABLE)


def fold_digits(text: str) -> str:
    """The text with Arabic-Indic and Persian digits as Western ones."""
    for digit, western in _WESTERN.items():  # to look for twenty characters is quicker than to translate each of a text's
        if digit in text:
            text = text.replace(digit, western)
    return text
