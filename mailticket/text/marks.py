"""The line above which a person answers a mail of ours.

The templates print it and the quote cutter knows it, so what stands below it is ours for certain, in whatever client it was quoted.
"""

import re

ANSWER_ABOVE = {
    "ar": "-- اكتبوا ردكم فوق هذا السطر --",
    "en": "-- please type your answer above this line --",
}
_WORDS = tuple(mark.strip("- ") for mark in ANSWER_ABOVE.values())
_ANY = re.compile("|".join(r"\s{1,3}".join(map(re.escape, words.split())) for words in _WORDS), re.IGNORECASE)


def has_answer_mark(text: str) -> bool:
    """Whether a text or line holds the mark; clients make other dashes and spaces of ours, so only its words count."""
    if any(words in text for words in _WORDS):
        return True
    return ("فوق" in text or "above" in text or "ABOVE" in text) and bool(_ANY.search(text))
