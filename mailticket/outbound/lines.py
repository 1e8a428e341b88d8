"""A person's plain text as paragraphs that HTML can show: each with a direction of its own, and its addresses and links kept whole.

`dir="auto"` would say the same, but not every mail client knows it; so the direction is found here, by the first strong letter
(Unicode Standard Annex 9, rule P2), line by line, for one mail often holds both languages.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"(?:https?://|www\.)[^\s<>\"«»،؛]+[^\s<>\"«»،؛.,;:!?)\]'؟]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\[MT-\d+\]")
_MARKS = ("@", "://", "www.", "[MT-")  # what every token holds: most lines hold none
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a line; `is_token` for what is read from left to right everywhere (addresses, links, tags), `href` for links."""

    text: str
    is_token: bool = False

    @property
    def href(self) -> str:
        """Where a web link leads, "" for anything else."""
        return self.text if self.text.startswith(("https://", "http://")) else ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that follow each other and run in the same direction ("rtl" or "ltr")."""

    dir: str
    lines: tuple[tuple[Span, ...], ...]


def find_direction(text: str) -> str:
    """The direction by the first strong letter: "rtl", "ltr", or "" when there is none."""
    if text.isascii():
        return "ltr" if any(c.isalpha() for c in text) else ""
    return next((_STRONG[kind] for kind in map(unicodedata.bidirectional, text) if kind in _STRONG), "")


def split_paragraphs(text: str, fallback: str) -> list[Paragraph]:
    """The paragraphs of a text; a line of figures and addresses runs as the one before it, at the start as `fallback`."""
    found: list[Paragraph] = []
    direction, lines = fallback, list[tuple[Span, ...]]()
    for line in (*text.splitlines(), ""):
        has_tokens = any(mark in line for mark in _MARKS)
        wanted = find_direction(_TOKEN.sub("", line) if has_tokens else line) or direction
        if lines and (wanted != direction or not line.strip()):
            found.append(Paragraph(direction, tuple(lines)))
            lines = []
        direction = wanted
        if line.strip():
            lines.append(tuple(_spans(line)) if has_tokens else (Span(line),))
    return found


def _spans(line: str) -> Iterator[Span]:
    start = 0
    for token in _TOKEN.finditer(line):
        if token.start() > start:
            yield Span(line[start : token.start()])
        yield Span(token[0], is_token=True)
        start = token.end()
    if start < len(line):
        yield Span(line[start:])
