"""Subjects of ours: the sender's own words where we may use them, always with the tag at the end."""

import re

from mailticket.text.bidi import clean_line

LIMIT = 200
_PREFIXES = re.compile(r"\A(?:(?:re|رد|aw|sv|antw)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)


def choose_subject(own: str, ours: str, tag: str, *, is_answer: bool) -> str:
    """The sender's subject, with one "Re: " where we answer, or `ours` when there is none; the tag stands once, at the end."""
    theirs = clean_line(own.replace(tag, " ") if tag else own, LIMIT)
    if is_answer:
        theirs = _PREFIXES.sub("", theirs)
    words = clean_line(ours, LIMIT) if not theirs else f"Re: {theirs}" if is_answer else theirs
    return f"{words} {tag}".strip()
