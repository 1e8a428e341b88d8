"""How mail programs say "here begins what somebody else wrote": the lines of a text as the tables see them, and which to look at closely.

What is asked of those is in `attribution` and `blocks`. No text can make any of it slow, and the cheap question always comes first.
"""

from collections.abc import Sequence

from mailticket.inbound.attribution import ADDRESS, DAY, JOINED_LIMIT, YEAR
from mailticket.inbound.blocks import LABEL_AT_ALL
from mailticket.inbound.drawn import RULES, find_rule_above
from mailticket.inbound.quotewords import LABELS, WROTE, fold
from mailticket.text.bidi import strip_controls

LINE_LIMIT = 400
_FIRST_MARKS = frozenset((">", *RULES))


def plain(line: str) -> str:
    """A line as the tables see it: bounded, without direction marks, trimmed."""
    return strip_controls(line[:LINE_LIMIT]).replace("\xa0", " ").strip()


def plain_lines(text: str) -> list[str]:
    """The lines of a text as the tables see them, one for each line of the text."""
    lines = strip_controls(text).replace("\xa0", " ").split("\n")
    return list(map(str.strip, lines if max(map(len, lines)) <= LINE_LIMIT else [line[:LINE_LIMIT] for line in lines]))


def find_suspects(lines: Sequence[str]) -> list[int]:
    """The cheap question, asked of every line, from the last up: where an older mail is quoted, or may be introduced at all."""
    suspects: list[int] = []
    below = after = ""
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if line and (line[0] in _FIRST_MARKS or (below or after)[:1] == ">" or _is_suspect(line, below)):
            suspects.append(at)
        below, after = line, below
    return suspects


def _is_suspect(line: str, below: str) -> bool:
    """Whether a line ends in a colon or a verb of writing, begins with a label of a block, or may begin an unknown block."""
    if "：" in line or line[-1] == ":":
        return True
    if ":" not in line:
        return line.rpartition(" ")[2].rstrip(")").lower() in WROTE
    return "@" in line or "@" in below or line[-1] in "*_" or fold(line[: min(line.find(":"), 40)].strip(" *_.•\t")) in LABELS


def find_introduction(lines: Sequence[str], at: int) -> int:
    """Where the attribution or header block begins that stands directly above a mark of ours, in whatever language; `at` when none does."""
    end = at
    while end > 0 and not lines[end - 1] and at - end < 3:
        end -= 1
    start = end
    while start > 0 and lines[start - 1] and end - start < 8 and LABEL_AT_ALL.match(lines[start - 1]):
        start -= 1
    if end - start >= 3:
        return find_rule_above(lines, start)
    quoted, places = lines[end - 1 : end] and lines[end - 1][:1] == ">", range(end - 1, max(end - 4, -1), -1)
    start = next((at for at in places if at == 0 or not lines[at - 1] or (lines[at - 1][:1] == ">") != quoted), end)
    above = " ".join(lines[start:end])
    told = above.endswith((":", "：", ">")) and len(above) < JOINED_LIMIT
    return start if told and (ADDRESS.search(above) or DAY.search(above) or YEAR.search(above)) else at
