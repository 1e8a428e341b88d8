"""What an agent wrote in an answer to a mail of ours: whatever does not stand in the mail that we sent.

Marks of quoting are not enough: Outlook sets none, and an editor that can't leave a table writes the answer inside the quote. But here the
older mail is known, so whatever stands in it is quoted and all the rest is the agent's. Of what is quoted the requester's own words alone
go along, as the context of an answer that stands directly below them; below a block that is ours the answer goes alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from mailticket.inbound.alignment import LONG, Alignment, Original, align, has_piece, read_letters, read_original
from mailticket.inbound.blocks import read_label
from mailticket.inbound.body import read_text
from mailticket.inbound.drawn import is_rule
from mailticket.inbound.mime import decode_payload, parse_bytes
from mailticket.inbound.quotemarks import plain_lines
from mailticket.inbound.quoting import CONTEXT_LINES, Reply, find_quotes
from mailticket.inbound.tails import find_asides, find_tail
from mailticket.text.html import html_to_text

SURE, DOUBTFUL = 0.97, 0.5
SOON = 14
"""Within so many lines below its introduction an older mail begins."""
ENOUGH = 60
"""So many letters of an older mail are more than the sentence that all our mails begin with."""
MOST_LINES = 4000
MOST_QUOTES = 20
"""So many introductions from the top are tried; a mail of people has three."""
_DEPTH = re.compile(r"^(?:\s{0,3}>)+\s?")
_STYLES = re.compile(r"\sstyle=\"[^\"]*\"")
Trim = Callable[[str], str]


class _Laid(NamedTuple):
    """Where the quote is introduced, where it begins, and how the lines from there on stand in one reading of the older mail."""

    start: int
    end: int
    alignment: Alignment
    original: Original

    def is_new(self, at: int) -> bool:
        """Whether the line at that place is no part of the quote and its introduction."""
        return at < self.start or (at >= self.end and not self.alignment.found[at - self.end])

    @property
    def is_known(self) -> bool:
        """Whether so much is quoted that it is this mail, and not another of ours with the same line above it."""
        return self.is_whole or self.alignment.weight >= ENOUGH

    @property
    def is_whole(self) -> bool:
        """Whether most of the older mail is quoted: then marked lines that are not in it were written by an editor that could not leave
        the quote; in a few quoted lines they may be anybody's."""
        return 2 * self.alignment.weight >= len(self.original.letters)

    def is_doubtful(self, at: int, letters: str) -> bool:
        """Whether a new line in the quote says so much of the older mail that it may be no answer."""
        return at >= self.end and (self.alignment.joined[at - self.end] or has_piece(letters, self.original))


class _Run(NamedTuple):
    """A stretch of the agent's own lines."""

    start: int
    end: int


def read_sent(raw: bytes) -> tuple[str, ...]:
    """The readings of a mail of ours: its text part, its HTML part, and that with what we hide of it, which some programs show."""
    root, _ = parse_bytes(raw)
    plain, html = (next((part for part in root.walk() if part.kind == kind), None) for kind in ("text/plain", "text/html"))
    readings = [read_text(part)[0] for part in (plain, html) if part]
    if html:
        readings.append(html_to_text(_STYLES.sub("", decode_payload(html)[0].decode(errors="replace"))))
    return tuple(filter(None, readings))


def split_answer(text: str, sent: Iterable[str], said: Sequence[str], trim: Trim = str.rstrip) -> Reply | None:
    """The new words of an answer; None when none of the readings in `sent` is quoted in it.

    `said` are the requester's own texts on the ticket; `trim` cuts the agent's own signature off the end of each stretch of words.
    """
    raws, plains = text.split("\n"), plain_lines(text)
    if len(raws) > MOST_LINES:
        return None
    shown = [_DEPTH.sub("", line) for line in plains]
    letters = list(map(read_letters, shown))
    within = [_clip(plains, start, end) for start, end in find_quotes(shown)]
    quotes = sorted({*find_quotes(plains), *within}, key=lambda one: (one[0], -one[1]))
    readings = (_lay(shown, letters, quotes, read_original(reading, said)) for reading in sent)
    laid = max((one for one in readings if one and one.is_known), key=lambda one: one.alignment.weight, default=None)
    return _compose(raws, shown, within, laid, trim) if laid else None


def _clip(plains: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """An introduction without the lines above it that are quoted less or more deeply than its last one."""
    depths = [line.startswith(">") for line in plains[start:end]]
    return (start + max((at + 1 for at, depth in enumerate(depths) if depth != depths[-1]), default=0), end) if depths else (start, end)


def _lay(shown: Sequence[str], letters: Sequence[str], quotes: Sequence[tuple[int, int]], original: Original) -> _Laid | None:
    """The first introduction below which this reading of the older mail stands; without one, the first line that stands in it."""
    for start, end in (*quotes[:MOST_QUOTES], *_find_bare(letters, original)):
        begin = _skip_labels(shown, start, end)
        soon = list(islice(filter(None, letters[begin:]), SOON))
        if any(here and len(line) >= LONG for here, line in zip(align(soon, original).found, soon, strict=True)):
            return _Laid(start, begin, align(letters[begin:], original), original)
    return None


def _find_bare(letters: Sequence[str], original: Original) -> Iterator[tuple[int, int]]:
    """Where a quote begins whose introduction was taken away."""
    at = next((at for at, line in enumerate(letters) if len(line) >= 2 * LONG and line in original.letters), None)
    if at is not None:
        yield at, at


def _skip_labels(shown: Sequence[str], start: int, end: int) -> int:
    """Where a header block ends whose first lines stand from `start` to `end`; `end` for an introduction of another kind."""
    if not any(read_label(line)[0] for line in shown[max(start, end - 1) : end + 2]):
        return end
    while end < len(shown):
        below = next((at for at in range(end, min(end + 3, len(shown))) if shown[at]), len(shown))
        if below == len(shown) or (below > end and not read_label(shown[below])[0]):
            return end
        end = below + 1
    return end


def _compose(raws: Sequence[str], shown: Sequence[str], quotes: Sequence[tuple[int, int]], laid: _Laid, trim: Trim) -> Reply | None:
    """The stretches of new words in their order, each with the requester's words that it answers."""
    new = [bool(words) and laid.is_new(at) and not (at >= laid.end and is_rule(words)) for at, words in enumerate(shown)]
    foreign = set() if laid.is_whole else {at for at, raw in enumerate(raws) if new[at] and raw.lstrip().startswith(">")}
    new = [is_new and at not in foreign for at, is_new in enumerate(new)]
    pieces: list[str] = []
    kept: list[int] = []
    for run in _find_runs(shown, new):
        cut = _find_cut(shown, run)
        own = [at for at in range(run.start, run.end) if at not in cut]
        words = trim("\n" + "\n".join(_show(raws[at], quoted=at >= laid.start) for at in own)).strip("\n")
        if words:
            pieces += [*(f"> {shown[at]}" for at in _find_context(shown, laid, run)), words, ""]
            kept += own
    if not pieces:
        return None
    taken = frozenset(kept)
    rest = "\n".join(line for at, line in enumerate(raws) if at not in taken).strip("\n")
    nested = any(new[start] for start, _ in quotes if laid.end <= start < len(new))
    doubtful = foreign or nested or any(laid.is_doubtful(at, read_letters(shown[at])) for at in kept if new[at])
    return Reply("\n".join(pieces).strip("\n"), rest, DOUBTFUL if doubtful else SURE)


def _find_runs(shown: Sequence[str], new: Sequence[bool]) -> Iterator[_Run]:
    """The stretches of new lines, empty ones between them included."""
    start, last = None, 0
    for at, words in enumerate(shown):
        if new[at]:
            start, last = (at if start is None else start), at
        elif words and start is not None:
            yield _Run(start, last + 1)
            start = None
    if start is not None:
        yield _Run(start, last + 1)


def _find_cut(shown: Sequence[str], run: _Run) -> set[int]:
    """The lines of a stretch that are signature, notice or the phone's."""
    lines = shown[run.start : run.end]
    tail = find_tail(lines)
    return {run.start + at for at in (*find_asides(lines[:tail]), *range(tail, len(lines)))}


def _show(line: str, quoted: bool) -> str:
    """A new line as it was written, without the marks of a quote that it stands in."""
    return _DEPTH.sub("", line).strip() if quoted else line.rstrip()


def _find_context(shown: Sequence[str], laid: _Laid, run: _Run) -> range:
    """The last paragraph above a stretch, at most eight lines, when it is the requester's own."""
    stop = run.start
    while stop > laid.end and not shown[stop - 1]:
        stop -= 1
    start = stop
    while start > laid.end and laid.alignment.said[start - 1 - laid.end] and stop - start < CONTEXT_LINES:
        start -= 1
    return range(start, stop)
