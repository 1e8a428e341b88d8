"""Which lines of an answer stand in a mail of ours that it quotes, whatever the mail program made of them.

Programs wrap lines, mark them, set cells of tables under each other, make links of addresses and write direction marks: the letters and
figures, one after another, are all that stays. So a quoted line is a stretch of the older mail's letters that goes on where the line
above it ended.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONG = 12
"""So many letters in a row are no chance: they may be looked for further down."""
SHORT = 6
"""A line of so many letters is known where it is looked for."""
NEAR = 240
"""Within so many letters a short line may be looked for, when it is a whole line of the older mail."""
LEAK = 24
"""So many letters in a row, in a line that is not quoted as a whole, make it doubtful whose it is."""
_LINKS = re.compile(r"[<\[(](?:mailto:|cid:|https?://)[^<>\[\]()\s]*[>\])]?|https?://\S+")


def read_letters(line: str) -> str:
    """A line's letters and figures, one spelling for each, without links that programs add."""
    if ":" in line:
        line = _LINKS.sub("", line)
    if not line.isascii():
        line = unicodedata.normalize("NFKC", line)
    return "".join(filter(str.isalnum, line)).casefold()


@dataclass(frozen=True, slots=True)
class Original:
    """One reading of the older mail: its letters, where its lines begin, and which letters are the requester's own words."""

    letters: str
    lines: tuple[tuple[str, int], ...]
    said: bytes


def read_original(text: str, said: Iterable[str]) -> Original:
    """A reading of a mail of ours; `said` are the requester's own texts."""
    letters, lines = "", []
    for line in text.split("\n"):
        if found := read_letters(line):
            lines.append((found, len(letters)))
            letters += found
    own = bytearray(len(letters))
    for words in said:
        _mark_said(own, letters, read_letters(words))
    return Original(letters, tuple(lines), bytes(own))


def _mark_said(own: bytearray, letters: str, words: str) -> None:
    at = letters.find(words) if words else -1
    while at >= 0:
        own[at : at + len(words)] = b"\1" * len(words)
        at = letters.find(words, at + len(words))


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which of an answer's lines are quoted (`found`), which of these are the requester's words (`said`), which begin with a line of the
    older mail that goes on in other words (`joined`), and how many letters were found."""

    found: tuple[bool, ...]
    said: tuple[bool, ...]
    joined: tuple[bool, ...]
    weight: int


def align(lines: Sequence[str], original: Original) -> Alignment:
    """Set the letters of an answer's lines against the older mail, from the top."""
    ends = {at: at + len(words) for words, at in original.lines}
    found, said, joined, place = [], [], [], 0
    for line in lines:
        at = _find(line, original, place) if line else -1
        following = original.letters[place : ends.get(place, place)]
        joined.append(at < 0 and len(following) >= SHORT and line.startswith(following))
        place = at + len(line) if at >= 0 else place
        found.append(at >= 0)
        said.append(at >= 0 and all(original.said[at:place]))
    weight = sum(len(line) for line, here in zip(lines, found, strict=True) if here)
    return Alignment(tuple(found), tuple(said), tuple(joined), weight)


def _find(line: str, original: Original, place: int) -> int:
    """Where a line stands: where the one above ended, else further down; -1 when nowhere that is sure."""
    if original.letters.startswith(line, place):
        return place
    if len(line) >= LONG:
        return original.letters.find(line, place)
    return next((at for words, at in original.lines if words == line and place <= at <= place + NEAR), -1)


def has_piece(line: str, original: Original) -> bool:
    """Whether so much of a line stands in the older mail, outside the requester's own words, that it may be no answer."""
    half = LEAK // 2
    starts = (s for s in range(0, len(line) - half + 1, half) if line[s : s + half] in original.letters)
    return any(_is_ours(line[at : at + LEAK], original) for s in starts for at in range(max(0, s - half), s + 1))


def _is_ours(piece: str, original: Original) -> bool:
    """Whether a piece stands in the older mail where the requester's words do not."""
    at = original.letters.find(piece) if len(piece) == LEAK else -1
    return at >= 0 and not all(original.said[at : at + LEAK])
