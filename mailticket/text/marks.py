"""Sentences that we write and know again: the line above which a person answers, the words of a link that is sent.

The templates print them and the reader knows them, so that what is ours is never taken for a person's own words.
"""

import re

from mailticket.model.policy import Bilingual

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

VERDICTS = {
    "solved": Bilingual("نعم، تمت المعالجة. شكراً لكم.", "Yes, it is solved. Thank you."),
    "unsolved": Bilingual("لا، لم تتم المعالجة بعد.\nالتفاصيل:\n", "No, it is not solved.\nDetails:\n"),
    "rate": Bilingual("التقييم: {score} من ٥\nملاحظاتكم:\n", "Rating: {score} of 5\nYour remarks:\n"),
}
"""The text that a link of the question after resolving brings along; {score} is a figure from 1 to 5."""
