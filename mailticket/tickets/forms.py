"""The forms of a word, so that a rule says «شهادة» and finds «وبشهاداتهم», says "certificate" and finds "certificates".

Arabic: the particles that are written onto a word (و ف ب ل ك ال لل, alone and joined, and the dialects' ه and عال) and the common endings
are taken off in every way that leaves a word; nothing else is guessed, so a rule writer can foresee what a keyword finds. A keyword stands
for itself: written in the singular and without the article it finds all of these. English (and Arabic in Latin letters): Snowball's stem.
"""

import re
from collections.abc import Iterator

import snowballstemmer  # type: ignore[import-untyped]  # it ships no types

LONGEST = 40
"""Longer strings are no words; they are compared as they are."""

_JOINED = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "فك", "ه")
_ARTICLES = ("ال", "وال", "فال", "بال", "كال", "وبال", "فبال", "وكال", "لل", "ولل", "فلل", "هال", "وهال", "بهال", "عال")
_PRONOUNS = ("ي", "ك", "ه", "نا", "كم", "هم", "ها", "هن", "كن", "ني", "تو", "و")
_PLURALS = ("ات", "ين", "ون", "تين", "تان")
_OPENED = ("ات", "تين", "تان")
"""Endings that take the place of a final ة."""
_LEXICAL = frozenset(
    ("الان", "الحين", "اليوم", "الليله", "الغاء", "التحاق", "التزام", "الكتروني", "الكترونيه", "الذي", "التي", "اللي", "الله")
)
"""Words whose ال is no article, or which mean something else without it (اليوم is today, يوم any day)."""
_LETTERS = str.maketrans("ظ", "ض")
"""ض and ظ sound alike in the Gulf and are mixed up in writing (محاظرة)."""
_DOUBLED = re.compile(r"([^\W\d_])\1")
_STEMMER = snowballstemmer.stemmer("english")


def keyword_form(word: str) -> str:
    """The one form under which a keyword's word (normalised) is looked up."""
    if not _is_arabic(word):
        return _stem(word)
    word = _spell(word)
    bare = word[2:]
    return bare if word.startswith("ال") and len(bare) > 2 and word not in _LEXICAL else word


def forms_of(word: str) -> tuple[str, ...]:
    """Every keyword form that a text's word (normalised) may stand for, the least stripped first."""
    if len(word) > LONGEST:
        return (word,)
    once = _DOUBLED.sub(r"\1", word)
    if not _is_arabic(word):
        return tuple(dict.fromkeys((_stem(word), _stem(once))))
    found = {form for spelt in {_spell(word), _spell(once)} for bare in _without_particles(spelt) for form in _without_endings(bare)}
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


def _is_arabic(word: str) -> bool:
    return "\u0620" <= word[:1] <= "\u06ff"


def _stem(word: str) -> str:
    return word if len(word) > LONGEST else str(_STEMMER.stemWord(word))


def _spell(word: str) -> str:
    """One spelling for what is commonly confused: ض and ظ, and the silent alef of وا."""
    word = word.translate(_LETTERS)
    return word[:-1] if word.endswith("وا") and len(word) > 4 else word


def _without_particles(word: str) -> Iterator[str]:
    for particle in _JOINED:
        if word.startswith(particle) and len(word) - len(particle) > 2:
            yield word[len(particle) :]
    for particle in _ARTICLES:
        if word.startswith(particle) and len(word) - len(particle) > 1:
            yield word[len(particle) :]
    if len(word) < 3:
        yield word


def _without_endings(word: str) -> Iterator[str]:
    yield word
    for ending in (*_PRONOUNS, *_PLURALS):
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) > 1:
            yield from _restored(rest, ending)


def _restored(rest: str, ending: str) -> Iterator[str]:
    """The word before its ending was put on: a ة opens to ت before a pronoun (شهادتي) and gives way to the plural (شهادات)."""
    if len(rest) > 2:
        yield rest
    if ending in _OPENED:
        yield f"{rest}ه"
    elif rest.endswith("ات"):
        yield from (rest[:-2], f"{rest[:-2]}ه")
    elif rest.endswith("ت"):
        yield f"{rest[:-1]}ه"
