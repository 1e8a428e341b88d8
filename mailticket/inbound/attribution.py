"""The sentences that introduce an older mail: "on such a day so-and-so wrote", in every language and cut over lines as programs cut them.

A time, an address, a verb of writing, a colon, quoted lines below: no single one of them is enough, and each combination that is stands
in `judge_attribution`. Every question looks at a bounded piece of a bounded number of lines.
"""

import re
from collections.abc import Sequence
from enum import Enum

from mailticket.inbound.quotewords import OPENERS, WROTE, WROTE_WITHIN, fold

JOINED_LIMIT = 600
ATTRIBUTION_LINES = 6
_APART = frozenset(("", ">"))
_SURE_OPENERS = tuple(word for word in OPENERS if len(word) > 2)

# Each begins with a class of letters and looks behind afterwards: so the engine passes over all other letters quickly.
TIME = re.compile(r"\d\d?\s?[:.h٫時时點点시]\s?\d{2}(?!\d)")
YEAR = re.compile(r"[12١٢۱۲](?<!\d\d)(?:(?<=[1١۱])[49٤٩۴۹]|(?<=[2٢۲])[05٠٥۰۵])\d\d(?!\d)")
DAY = re.compile(r"\d(?<![\d:]\d)\d{0,3}\s?[./-]\s?\d{1,2}(?:\s?[./-]\s?\d{1,4})?(?![\d:])")
ADDRESS = re.compile(r"@(?<=[^\s<>@()\[\]\"',;:]@)[^\s<>@()\[\]\"',;:]")
_COLON_AFTER_ADDRESS = re.compile(r"@[^\s<>@]{1,255}[>)\]\s\"']{1,4}:$")
_RUN_ON = re.compile(r"[>)\w][:：]\s{2,8}\S")
_WORDS = re.compile(r"[^\W\d_]{2,40}")
_ONESELF = re.compile(
    r"\b(?:i|we) (?:have |had )?(?:wrote|written|said)\b|\bكتبت (?:لكم|لك|اليكم|اليك|لهم|له|لها|رساله|رسالة|طلب|في|عن|ان)\b"
)
_END = re.compile(r"[\s*_)\]»\"']+$")


class Doubt(Enum):
    """How much an attribution leaves open, by how sure its cut is."""

    NONE = 1.0
    SOME = 0.6
    """A date, a verb and a colon without time or address: a person may write so too."""


def may_end_attribution(lines: Sequence[str], at: int) -> bool:
    """Whether an attribution can end on this line at all."""
    line = lines[at]
    if not line or line[0] == ">":
        return False
    if line[-1] in ":：" or (line[-1] in "*_" and line.rstrip("*_ ").endswith((":", "："))):
        return True
    return _quoted_below(lines, at) or line[line.rfind(" ") + 1 :].rstrip("):").lower() in WROTE


def find_attribution(lines: Sequence[str], end: int, floor: int = 0) -> tuple[int, Doubt] | None:
    """Where the attribution begins that ends on line `end`, not above `floor`, and what it leaves open; None when there is none."""
    found: tuple[int, Doubt] | None = None
    quoted, joined, first = _quoted_below(lines, end), "", _begin_paragraph(lines, end, max(floor, end - ATTRIBUTION_LINES))
    if not quoted and not _tells(" ".join(lines[first : end + 1])):
        return None
    for start in range(end, first - 1, -1):
        line = lines[start]
        if len(joined) + len(line) > JOINED_LIMIT or (found and _is_whole(joined, line)):
            break
        joined = f"{line} {joined}" if joined else line
        opened = is_opened(line)
        top = start == floor or not lines[start - 1]
        doubt = judge_attribution(joined, opened, quoted, alone=top and not line_at(lines, end + 1))
        if doubt and ((opened and _tells(joined)) or (top and end - start < 3)):
            return start, doubt
        if doubt and not found:
            found = start, doubt
        if not found and fold(line[:24]).startswith(_SURE_OPENERS):
            break  # an attribution begins at its preposition: what stands above is no part of it
    return found


def _begin_paragraph(lines: Sequence[str], end: int, floor: int) -> int:
    """The first line, not above `floor`, of those that stand together down to `end`, neither empty nor quoted."""
    start = end + 1
    while start > floor and lines[start - 1][:1] not in _APART:
        start -= 1
    return start


def is_run_on(line: str) -> bool:
    """Whether an attribution and the older mail stand on one line, as Yahoo's program for Android writes them."""
    found = _RUN_ON.search(line) if "@" in line and (":  " in line or "：  " in line) else None
    if not found or "@" not in line[: found.end()] or not is_opened(line):
        return False
    return judge_attribution(line[: found.start() + 2], opened=True, quoted=False, alone=False) is Doubt.NONE


def _tells(joined: str) -> bool:
    """Whether words say when or who, without which a preposition alone begins nothing."""
    return "@" in joined or bool(YEAR.search(joined) or DAY.search(joined) or TIME.search(joined))


def _is_whole(joined: str, above: str) -> bool:
    """Whether an attribution has its date already, so that the line above it is only part of it when it begins as one does."""
    return bool(YEAR.search(joined) or DAY.search(joined)) and not fold(above[:24]).startswith(OPENERS)


def is_opened(line: str) -> bool:
    """Whether a line begins as an attribution does: with its preposition, or with a date soon."""
    head = line[:48].lstrip("-—–*>\"' ")
    return fold(head).startswith(OPENERS) or bool(DAY.search(head) or YEAR.search(head) or TIME.search(head))


def judge_attribution(joined: str, opened: bool, quoted: bool, alone: bool) -> Doubt | None:
    """Whether the words say that somebody wrote, at some time or from some address; `quoted` when quoted lines follow, `alone` when
    the words are a paragraph of their own."""
    addressed = "@" in joined and bool(ADDRESS.search(joined))
    if not (addressed or quoted or opened):
        return None
    colon = joined.endswith((":", "：")) or _END.sub("", joined).endswith((":", "："))
    timed = bool(TIME.search(joined))
    dated = bool(YEAR.search(joined) or DAY.search(joined))
    if not (addressed or quoted or (opened and (timed or dated))):
        return None
    folded = fold(joined)
    written = is_written(folded)
    if _ONESELF.search(folded) and not (addressed and quoted):
        return None
    full, ends = timed and dated, ends_written(folded)
    dated = timed or dated
    # What is enough of it, from the surest down.
    sure = (
        written and addressed and (colon or quoted or (ends and dated)),
        written and full and opened and (colon or quoted or ends),
        quoted and colon and (addressed or full or (written and len(joined) < 160)),
        quoted and written and opened and dated,
        full and addressed and bool(_COLON_AFTER_ADDRESS.search(joined)),
    )
    if any(sure):
        return Doubt.NONE
    perhaps = written and colon and opened and alone and len(joined) < 120 and (dated if ends else bool(YEAR.search(joined)))
    return Doubt.SOME if perhaps else None


def is_written(folded: str) -> bool:
    """Whether folded words hold a verb of writing."""
    return not WROTE.isdisjoint(_WORDS.findall(folded)) or (not folded.isascii() and any(word in folded for word in WROTE_WITHIN))


def ends_written(folded: str) -> bool:
    """Whether the verb is the last word, which it is in most languages and in few sentences of people."""
    words = _WORDS.findall(folded[-60:].replace("(a)", "").replace("/la", ""))
    return bool(words) and words[-1] in WROTE


def _quoted_below(lines: Sequence[str], at: int) -> bool:
    """Whether the next line that is not empty, of two, is quoted."""
    return (line_at(lines, at + 1) or line_at(lines, at + 2)).startswith(">")


def line_at(lines: Sequence[str], at: int) -> str:
    """A line, "" below the last one."""
    return lines[at] if at < len(lines) else ""
