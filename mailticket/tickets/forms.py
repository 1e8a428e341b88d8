"""The forms of a word, so that a rule says «شهادة» and finds «وبشهاداتهم», says "certificate" and finds "certificates".

Arabic: the particles that are written onto a word (و ف ب ل ك ال لل, alone and joined, and the dialects' ه and عال) and the common endings
are taken off in every way that leaves a word; a verb is found in every person by its "he" («يفتح» finds تفتح, بيفتحش, سيفتحون, «دفع» finds
دفعت, دفعناها). Nothing else is guessed, so a rule writer can foresee what a keyword finds. A keyword stands for itself: written in the
singular and without the article it finds all of these. English (and Arabic in Latin letters): Snowball's stem.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer  # type: ignore[import-untyped]  # it ships no types

LONGEST = 40
"""Longer strings are no words; they are compared as they are."""

_JOINED = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "فك", "ه")
_ARTICLES = ("ال", "وال", "فال", "بال", "كال", "وبال", "فبال", "وكال", "لل", "ولل", "فلل", "هال", "وهال", "بهال", "عال")
_FUTURE = ("س", "ح")
"""What stands before a verb that is to come (سيفتح, حيفتح); the dialects' ب and ه are particles already."""
_PERSONS = "تنا"
"""The first letters of the present tense but for "he"; ي stands for them all."""
_PRONOUNS = ("ي", "ك", "ه", "نا", "كم", "هم", "ها", "هن", "كن", "ني", "لي", "لنا", "تو", "و", "ت", "تم")
_PLURALS = ("ات", "ين", "ون", "تين", "تان")
_TANWIN = "ا"
"""What a noun in the accusative ends with in formal writing (تخفيضا, مقعدا)."""
_HOLLOW = ("ون", "ين", "و")
"""Endings before which a verb loses its final ي (يسوي, تسوون)."""
_OPENED = ("ات", "تين", "تان")
"""Endings that take the place of a final ة."""
_LEXICAL = frozenset(
    ("الان", "الحين", "اليوم", "الليله", "الغاء", "التحاق", "التزام", "الكتروني", "الكترونيه", "الذي", "التي", "اللي", "الله")
)
"""Words whose ال is no article, or which mean something else without it (اليوم is today, يوم any day)."""
_SHORT = frozenset(("لا", "ما", "لم", "لن", "مو", "مب", "مش", "هل", "كم"))
"""Words of two letters that particles are taken off from all the same: «ولم تظهر» says what «لم تظهر» does."""
_ALONE = frozenset(("حضرتك", "حضرتكم", "حضراتكم", "الضهر", "الظهر", "بداله", "بدالها", "بدالي", "دعواتكم", "دعواتك"))
"""Words that look like a form of another and are none: the polite "you" is no attendance, noon (الظهر) did not appear."""
_LETTERS = str.maketrans("ظ", "ض")
"""ض and ظ sound alike in the Gulf and are mixed up in writing (محاظرة)."""
_DOUBLED = re.compile(r"([^\W\d_])\1")
_OWN = (
    "attendance attendence, accountable accountability, acceptable, awful, manually, living, presented, "
    "presentation presentations, wonderful, works, working, applicant applicants, screening, advertised advertising, teams, "
    "excellent, booking bookings booked, cancellation cancellations cancelation, accessibility, follower followers, hosting, "
    "instalment instalments installment installments, marks, meeting meetings, recording recordings, recorded, kindly, testing, "
    "finally, coding, accounting, accountant accountants"
)
_ENGLISH = {word: family.split()[0] for family in _OWN.split(",") for word in family.split()}
"""Words that the stemmer would make one with others that mean something else on a desk: attend, account, install, host, marked, record."""
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
    if len(word) > LONGEST or word in _ALONE:
        return (word,)
    if not _is_arabic(word):
        return (_stem(word),)
    found = {form for bare in _without_particles(_spell(word)) for form in _without_endings(bare)}
    found |= {f"ي{form[1:]}" for form in found if len(form) > 2 and form[0] in _PERSONS}
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


def without_doubles(word: str) -> str:
    """The word with each doubled letter once, for words that are nothing as they stand (دخولل, passsword)."""
    return _DOUBLED.sub(r"\1", word)


def _is_arabic(word: str) -> bool:
    return "\u0620" <= word[:1] <= "\u06ff"


@lru_cache(1 << 14)
def _stem(word: str) -> str:
    return _ENGLISH.get(word) or (word if len(word) > LONGEST else str(_STEMMER.stemWord(word)))


def _spell(word: str) -> str:
    """One spelling for what is commonly confused: ض and ظ, and the silent alef of وا."""
    word = word.translate(_LETTERS)
    return word[:-1] if word.endswith("وا") and len(word) > 4 else word


def _without_particles(word: str) -> Iterator[str]:
    for particle in _JOINED:
        if word.startswith(particle) and len(word) - len(particle) > 2:
            yield word[len(particle) :]
    for particle in _FUTURE:
        if word.startswith(particle) and len(word) > 4 and word[1] in f"ي{_PERSONS}":
            yield word[1:]
    for particle in _ARTICLES:
        if word.startswith(particle) and len(word) - len(particle) > 1:
            yield word[len(particle) :]
    if len(word) < 3:
        yield word
    if word[:1] in ("و", "ف") and word[1:] in _SHORT:
        yield word[1:]


def _without_endings(word: str) -> Iterator[str]:
    yield word
    if word.endswith("ش") and len(word) > 4:  # the second half of "not" in many dialects: ما بيفتحش
        yield from _without_endings(word[:-1])
    if word.endswith(_TANWIN) and not word.endswith("ها") and len(word) > 4:
        yield word[:-1]
    for ending in (*_PRONOUNS, *_PLURALS):
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) > 1:
            yield from _restored(rest, ending)


def _restored(rest: str, ending: str) -> Iterator[str]:
    """The word before its ending was put on: a ة opens to ت before a pronoun (شهادتي) and gives way to the plural (شهادات), and a verb
    has a person before its object (استلمتها)."""
    if len(rest) > 2:
        yield rest
    if len(rest) > 2 and rest.endswith("ا") and ending in _PRONOUNS[:9]:  # محتواه, شكواي: a final ى opens to ا
        yield f"{rest[:-1]}ي"
    if ending in _HOLLOW and rest[0] in f"ي{_PERSONS}":
        yield f"{rest}ي"
    if ending in _OPENED:
        yield f"{rest}ه"
    elif rest.endswith("ات"):
        yield from (rest[:-2], f"{rest[:-2]}ه")
    elif rest.endswith("ت"):
        yield from (f"{rest[:-1]}ه", rest[:-1])
    elif rest.endswith("و") and len(rest) > 3:  # يطردوني, ارسلوها
        yield rest[:-1]
    elif rest.endswith("نا") and len(rest) > 4:  # دفعناها
        yield rest[:-2]
    elif rest.endswith("ون") and len(rest) > 4 and rest[0] in f"ي{_PERSONS}":  # ترسلونها
        yield from (rest[:-2], f"{rest[:-2]}ي")
