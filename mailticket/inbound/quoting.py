"""What is new in a mail: the person's own words, without quotes, signature, disclaimer and the phone's line.

Each line gets one label in one pass, then the new ones are kept in order, so that answers written between quoted lines survive. When
nothing would be left, nothing is cut. How sure the cut is, is a value: whoever relays the text to somebody else looks at it first.
"""

from dataclasses import dataclass
from enum import Enum, auto

from mailticket.inbound.quotemarks import (
    attribution_length,
    find_attribution_above,
    find_likely,
    is_answer_mark,
    is_header_block,
    is_separator,
    plain,
)
from mailticket.inbound.tails import find_tail


class _Line(Enum):
    """Whose a line is."""

    NEW = auto()
    QUOTED = auto()
    TAIL = auto()


class _How(Enum):
    """By what a text was cut, with how sure that is; answers between quotes and bare quotes are less sure than a mark of ours."""

    NOTHING = 1.0
    MARK = 0.99
    TAIL = 0.95
    ATTRIBUTION = 0.94
    HEADER_BLOCK = 0.9
    UNQUOTED = 0.85
    """An attribution whose older mail carries no quote marks: cut to the end."""
    BARE = 0.8
    INLINE = 0.5
    """Answers stand between or below quoted lines: a quote mark lost on the way would be taken for an answer."""
    ALL_QUOTED = 0.0
    """Cutting would leave nothing, so all of it was left."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The new text, what was cut (in order), and how sure the cut is from 0 to 1; below 0.7 a person should look."""

    text: str
    cut: str = ""
    sure: float = 1.0


def split_reply(text: str) -> Reply:
    """The new part of a body's text. Time is linear in its length."""
    lines = text.split("\n")
    plains = [plain(line) for line in lines]
    labels, how = _label(plains)
    how = _label_tails(plains, labels, how)
    new = _join(lines, labels, keep=True)
    cut = _join(lines, labels, keep=False)
    if not new:
        return Reply(text.strip(), "", _How.ALL_QUOTED.value if cut else 1.0)
    return Reply(new, cut, how.value)


def _label(plains: list[str]) -> tuple[list[_Line], _How]:
    """One pass from the top: the first mark of an older mail decides what becomes of the lines under it."""
    labels = [_Line.NEW] * len(plains)
    how, at = _How.NOTHING, 0
    likely = find_likely(plains)
    while at < len(plains):
        length, found = _find_mark(plains, at) if at in likely else (0, _How.NOTHING)
        if found in (_How.HEADER_BLOCK, _How.UNQUOTED, _How.MARK):
            _mark(labels, plains, at, len(plains) - at)
            return labels, _less_sure(how, found) if how is _How.INLINE else found
        if length:
            how = _after(plains, at, how, found)
        _mark(labels, plains, at, length)
        at += length or 1
    return labels, how


def _mark(labels: list[_Line], plains: list[str], at: int, length: int) -> None:
    """Label lines as quoted, with what introduces a mark of ours directly above them."""
    start = find_attribution_above(plains, at) if length and is_answer_mark(plains[at]) else at
    labels[start : at + length] = [_Line.QUOTED] * (at + length - start)


def _find_mark(plains: list[str], at: int) -> tuple[int, _How]:
    """The mark of quoting that begins at a line, as its length in lines and its kind; a length of 0 for none."""
    line = plains[at]
    if not line:
        return 0, _How.NOTHING
    if line[0] == ">":
        return 1, _How.BARE
    if is_answer_mark(line):
        return 1, _How.MARK
    if is_separator(plains, at) or is_header_block(plains, at):
        return 1, _How.HEADER_BLOCK
    length = attribution_length(plains, at)
    if not length:
        return 0, _How.NOTHING
    follows = next((below for below in plains[at + length : at + length + 3] if below), "")
    if is_answer_mark(follows):
        return length, _How.ATTRIBUTION if follows.startswith(">") else _How.MARK
    return length, _How.ATTRIBUTION if follows.startswith(">") else _How.UNQUOTED


def _after(plains: list[str], at: int, how: _How, found: _How) -> _How:
    """How sure the cut is after one more quoted line: new words below a quote make it an answer in between."""
    if found is _How.ATTRIBUTION:
        return _How.ATTRIBUTION if how is _How.NOTHING else how
    if is_answer_mark(plains[at]):
        return _How.MARK
    return _How.BARE if how is _How.NOTHING else how


def _less_sure(one: _How, other: _How) -> _How:
    return one if one.value <= other.value else other


def _label_tails(plains: list[str], labels: list[_Line], how: _How) -> _How:
    """Mark the tail of each stretch of new lines, and see whether new words stand below a quote."""
    quoted_above, tailed = False, False
    for start, end in _stretches(labels):
        tail = start + find_tail(plains[start:end])
        labels[tail:end] = [_Line.TAIL] * (end - tail)
        tailed = tailed or any(plains[tail:end])
        if quoted_above and any(plains[start:tail]):
            how = _How.INLINE
        quoted_above = True
    return _How.TAIL if how is _How.NOTHING and tailed else how


def _stretches(labels: list[_Line]) -> list[tuple[int, int]]:
    """The runs of new lines, from and to; the first begins at the top even when it is empty."""
    bounds: list[tuple[int, int]] = []
    start = 0
    for at, label in enumerate([*labels, _Line.QUOTED]):
        if label is not _Line.NEW:
            if at > start or not bounds:
                bounds.append((start, at))
            start = at + 1
    return bounds


def _join(lines: list[str], labels: list[_Line], keep: bool) -> str:
    """The lines that are new, or the others, with runs of empty lines made one where something was cut between."""
    kept: list[str] = []
    gap = False
    for line, label in zip(lines, labels, strict=True):
        if (label is _Line.NEW) != keep:
            gap = True
            continue
        if gap and kept and kept[-1].strip():
            kept.append("")
        if line.strip() or not gap:
            kept.append(line.rstrip())
            gap = False
    return "\n".join(kept).strip("\n")
