"""What is new in a mail: the person's own words, without quotes, signature, disclaimer and the phone's line.

Each line gets one label in one pass, then the new ones are kept in order. Answers written between quoted lines are kept with the
paragraph that each of them answers, quoted. When nothing would be left, nothing is cut. How sure the cut is, is a value: whoever relays
the text to somebody else looks at it first, and leaves the quoted lines out.
"""

import operator
import re
from collections.abc import Iterable
from enum import Enum
from itertools import dropwhile, islice
from typing import NamedTuple

from mailticket.inbound.attribution import Doubt, find_attribution, is_run_on, may_end_attribution
from mailticket.inbound.blocks import is_forward_mark, is_header_block, is_separator, is_unknown_block
from mailticket.inbound.drawn import RULES, find_rule_above
from mailticket.inbound.quotemarks import find_introduction, find_suspects, plain_lines
from mailticket.inbound.tails import find_asides, find_tail
from mailticket.text.marks import has_answer_mark

CONTEXT_LINES = 8
LONG_LINE = 55
MOST_QUESTIONS = 8000
"""Lines of one text that are looked at closely; a mail of people has a hundred at most."""


_NEW, _QUOTED, _INTRODUCTION, _TAIL = b"nqit"
"""Whose a line is, one byte a line. An introduction is an attribution or a header block: quoted, but never the context of an answer."""
_NEW_LINES = re.compile(rb"n+")
_OTHER_LINES = re.compile(rb"[^n]+")


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
    UNKNOWN_BLOCK = 0.75
    """Labels in a language that no table knows."""
    PERHAPS = 0.6
    """An attribution without time or address, and nothing quoted below it."""
    INLINE = 0.5
    """Answers stand between or below quoted lines: a quote mark lost on the way would be taken for an answer."""
    ALL_QUOTED = 0.0
    """Cutting would leave nothing, so all of it was left."""


_TO_THE_END = frozenset((_How.HEADER_BLOCK, _How.UNQUOTED, _How.MARK, _How.UNKNOWN_BLOCK, _How.PERHAPS))


class Reply(NamedTuple):
    """The new text, what was cut (in order), and how sure the cut is from 0 to 1; below 0.7 a person should look.

    A quoted line that answers stand between is in both: in the text as their context, and in what was cut.
    """

    text: str
    cut: str = ""
    sure: float = 1.0


class _Mark(NamedTuple):
    """Where an older mail is introduced: from `start` up to, not including, `end`."""

    start: int
    end: int
    how: _How


def split_reply(text: str) -> Reply:
    """The new part of a body's text. Time is linear in its length."""
    lines, plains = text.split("\n"), plain_lines(text)
    labels, how = _label(plains, has_answer_mark(text))
    how = _label_tails(plains, labels, how)
    if how is _How.NOTHING:
        return Reply("\n".join(map(str.rstrip, lines)).strip("\n"))
    new = _join(lines, labels, _NEW_LINES)
    if not new:
        return Reply(text.strip(), "", _How.ALL_QUOTED.value)
    cut = _join(lines, labels, _OTHER_LINES)
    if how is _How.INLINE:
        new = _join(lines, _with_context(plains, labels), _NEW_LINES)
    return Reply(new, cut, how.value)


def _label(plains: list[str], marked: bool) -> tuple[bytearray, _How]:
    """One pass from the top: the first mark of an older mail decides what becomes of the lines under it."""
    labels = bytearray((_NEW,)) * len(plains)
    how, end, asked = _How.NOTHING, 0, 0
    for at in _find_places(plains, marked):
        if at < end:
            continue
        mark = _find_simple(plains, at, marked) if marked or plains[at][0] == ">" else None
        if mark is None and asked < MOST_QUESTIONS:
            asked += 1
            mark = _find_introduction(plains, at, marked)
        if mark is None:
            continue
        if mark.how in _TO_THE_END:
            labels[mark.start :] = bytes((_QUOTED,)) * (len(plains) - mark.start)
            return labels, min(how, mark.how, key=lambda sure: sure.value)
        kind = _QUOTED if mark.how is _How.BARE else _INTRODUCTION
        labels[mark.start : mark.end] = bytes((kind,)) * (mark.end - mark.start)
        how = mark.how if how is _How.NOTHING else how
        end = mark.end
    return labels, how


def find_quotes(plains: list[str]) -> Iterable[tuple[int, int]]:
    """Where older mails are introduced or quoted in these plain lines: from the first line of that to the first that is the older mail."""
    marked, end = any(map(has_answer_mark, plains)), 0
    for at in islice(_find_places(plains, marked), MOST_QUESTIONS):
        mark = (_find_simple(plains, at, marked) or _find_introduction(plains, at, marked)) if at >= end else None
        if mark:
            end = mark.end
            ours = marked and has_answer_mark(plains[end - 1])
            yield mark.start, mark.start if mark.how is _How.BARE else end - ours


def _find_places(plains: list[str], marked: bool) -> Iterable[int]:
    """The lines to look at, from the top: where an older mail may be introduced or quoted, and our own mark."""
    suspects = find_suspects(plains)
    return sorted({*suspects, *(at for at, line in enumerate(plains) if has_answer_mark(line))}) if marked else reversed(suspects)


def _find_simple(plains: list[str], at: int, marked: bool) -> _Mark | None:
    """What one look at a line tells: our own mark, or quote marks, here and on the lines that follow."""
    if marked and has_answer_mark(plains[at]):
        return _Mark(find_introduction(plains, at), at + 1, _How.MARK)
    end = at
    while end < len(plains) and plains[end][:1] == ">" and not (marked and has_answer_mark(plains[end])):
        end += 1
    return _Mark(find_rule_above(plains, at), end, _How.BARE) if end > at else None


def _find_introduction(plains: list[str], at: int, marked: bool) -> _Mark | None:
    """The separator, header block or attribution that this line makes."""
    if plains[at].startswith(RULES) and is_separator(plains, at):
        return _Mark(find_rule_above(plains, at), at + 1, _How.HEADER_BLOCK)
    return _find_block(plains, at) or (_find_attribution(plains, at, marked) if may_end_attribution(plains, at) else None)


def _find_block(plains: list[str], at: int) -> _Mark | None:
    """A block of header lines, the sentence that announces one, or an attribution with the older mail on its line."""
    if is_header_block(plains, at) or is_forward_mark(plains[at]):
        return _Mark(find_rule_above(plains, at), at + 1, _How.HEADER_BLOCK)
    if is_run_on(plains[at]):
        return _Mark(at, at + 1, _How.UNQUOTED)
    if is_unknown_block(plains, at):
        return _Mark(find_rule_above(plains, at), at + 1, _How.UNKNOWN_BLOCK)
    return None


def _find_attribution(plains: list[str], end: int, marked: bool) -> _Mark | None:
    """The attribution that ends on this line, with what follows it: quoted lines, our own mark, or an old mail without quote marks."""
    found = find_attribution(plains, end)
    if found is None:
        return None
    start, doubt = found
    start = find_rule_above(plains, start)
    follows = next((below for below in plains[end + 1 : end + 4] if below), "")
    if follows.startswith(">"):
        return _Mark(start, end + 1, _How.ATTRIBUTION)
    if marked and has_answer_mark(follows):
        return _Mark(start, end + 1, _How.MARK)
    return _Mark(start, end + 1, _How.UNQUOTED if doubt is Doubt.NONE else _How.PERHAPS)


def _label_tails(plains: list[str], labels: bytearray, how: _How) -> _How:
    """Mark the tail of each stretch of new lines, and see whether new words stand below a quote."""
    below, tailed = False, False
    for start, end in _stretches(labels):
        tail = start + find_tail(plains[start:end])
        asides = [start + at for at in find_asides(plains[start:tail])]
        for at in (*asides, *range(tail, end)):
            labels[at] = _TAIL
        tailed = tailed or bool(asides) or any(plains[tail:end])
        if below and any(plains[at] for at in range(start, tail) if labels[at] == _NEW):
            how = _How.INLINE
        below = True
    return _How.TAIL if how is _How.NOTHING and tailed else how


def _stretches(labels: bytearray) -> list[tuple[int, int]]:
    """The runs of new lines, from and to; the first begins at the top even when it is empty."""
    bounds = [run.span() for run in _NEW_LINES.finditer(labels)]
    return bounds if bounds and not bounds[0][0] else [(0, 0), *bounds]


def _with_context(plains: list[str], labels: bytearray) -> bytearray:
    """The labels when answers stand between quoted lines: the quoted paragraph above each answer stays with it, as if it were new.

    One answer below all that was quoted needs none: it answers the whole mail.
    """
    kept = labels[:]
    answers = [(start, end) for start, end in _stretches(labels) if any(plains[start:end])]
    if len(answers) < 2 and _QUOTED not in labels[answers[-1][1] :]:
        return kept
    for start, end in answers:
        if not _is_broken_off(plains, start, end):
            context = _paragraph_above(plains, labels, start)
            kept[context.start : context.stop] = bytes((_NEW,)) * len(context)
    return kept


def _is_broken_off(plains: list[str], start: int, end: int) -> bool:
    """Whether a line between quoted ones is the end of a long quoted line that some program wrapped; nobody can be sure."""
    return end - start == 1 and start > 0 and end < len(plains) and len(plains[start - 1]) >= LONG_LINE and bool(plains[end])


def _paragraph_above(plains: list[str], labels: bytearray, at: int) -> range:
    """The last quoted paragraph above a line, at most eight lines of it."""
    end = at
    while end > 0 and (not plains[end - 1] or not plains[end - 1].strip("> ")) and at - end < CONTEXT_LINES:
        end -= 1
    start = end
    while start > 0 and labels[start - 1] == _QUOTED and plains[start - 1].strip("> ") and end - start < CONTEXT_LINES:
        start -= 1
    return range(start, end)


def _join(lines: list[str], labels: bytearray, wanted: re.Pattern[bytes]) -> str:
    """The lines with wanted labels; where something was cut between, one empty line stands."""
    kept: list[str] = []
    for run in wanted.finditer(labels):
        start, end = run.span()
        if start and kept and kept[-1]:
            kept.append("")
        shown = map(str.rstrip, lines[start:end])
        kept.extend(dropwhile(operator.not_, shown) if start else shown)
    return "\n".join(kept).strip("\n")
