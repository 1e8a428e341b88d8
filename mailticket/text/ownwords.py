"""Quoted lines that may go out again: those that are the requester's own words, and no others.

An agent quotes an internal notice, which holds more than the requester wrote; so whatever looks quoted is kept only where the
requester's mails on that ticket hold it (security.md, "Inline answers").
"""

from collections.abc import Iterable

from mailticket.text.normalise import normalise


def keep_own_words(text: str, theirs: Iterable[str]) -> str:
    """The text without the lines that begin with ">" and are not in the requester's own texts."""
    if ">" not in text:
        return text
    said = "".join(_squeeze(one) for one in theirs)
    kept: list[str] = []
    was_quoted = False
    for line in text.split("\n"):
        quoted = line.lstrip()
        if not quoted.startswith(">"):
            kept.append(line)
            was_quoted = False
            continue
        words = _squeeze(quoted.lstrip("> "))
        if (words and words in said) or (not words and was_quoted):
            kept.append(line)
            was_quoted = True
    return "\n".join(kept).strip("\n")


def _squeeze(text: str) -> str:
    """Letters and figures alone: clients change spaces, dashes and line ends."""
    return "".join(letter for letter in normalise(text) if letter.isalnum())
