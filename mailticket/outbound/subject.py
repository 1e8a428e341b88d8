"""Subjects of ours: the sender's own words where we may use them, always with the tag at the end."""

import re

from mailticket.text.bidi import clean_line

LIMIT = 200
_PREFIXES = re.compile(r"\A(?:(?:re|رد|aw|sv|antw)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)


def choose_subject(own: str, ours: str, tag: str, *, is_answer: bool) -> str:
    """The sender's subject, with one "Re: " where we answer, or `ours` when there is none; the tag stands once, at the end."""
    theirs = clean_line(own.replace(tag, " ") if tag else own, LIMIT)
    theirs = _PREFIXES.sub("", theirs)  # ours is the only one, so that a ticket's mails have one subject in every language's client
    words = clean_line(ours, LIMIT) if not theirs else f"Re: {theirs}" if is_answer else theirs
    return f"{words} {tag}".strip()


def add_code(subject: str, code: str) -> str:
    """The subject with a code, before the tag where there is one."""
    words, bracket, tag = subject.rpartition(" [MT-")
    return f"{words} ({code}){bracket}{tag}" if bracket else f"{subject} ({code})"
