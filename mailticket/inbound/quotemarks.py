"""How mail programs say "here begins what somebody else wrote".

The words are in `quotewords`; here are the few questions that the quote cutter and the forward reader ask of lines. Each looks at a
bounded piece of a bounded number of lines, so that no text can make it slow, and the cheap question always comes first.
"""

import re
from collections.abc import Sequence
from enum import Enum

from mailticket.inbound.drawn import RULES, find_rule_above, is_rule
from mailticket.inbound.quotewords import BEGIN_FORWARD, FORWARDED, LABELS, OPENERS, ORIGINAL, WROTE, WROTE_WITHIN, fold
from mailticket.text.bidi import strip_controls

LINE_LIMIT = 400
JOINED_LIMIT = 600
ATTRIBUTION_LINES = 6
_FIRST_MARKS = frozenset((">", *RULES))
_APART = frozenset(("", ">"))


_FIRST_WORDS = frozenset(phrase.split()[0] for phrase in (*ORIGINAL, *FORWARDED))
_SURE_OPENERS = tuple(word for word in OPENERS if len(word) > 2)


class Doubt(Enum):
    """How much an attribution leaves open, by how sure its cut is."""

    NONE = 1.0
    SOME = 0.6
    """A date, a verb and a colon without time or address: a person may write so too."""


# Each begins with a class of letters and looks behind afterwards: so the engine passes over all other letters quickly.
_TIME = re.compile(r"\d\d?\s?[:.h٫時时點点시]\s?\d{2}(?!\d)")
_YEAR = re.compile(r"[12١٢۱۲](?<!\d\d)(?:(?<=[1١۱])[49٤٩۴۹]|(?<=[2٢۲])[05٠٥۰۵])\d\d(?!\d)")
_DAY = re.compile(r"\d(?<![\d:]\d)\d{0,3}\s?[./-]\s?\d{1,2}(?:\s?[./-]\s?\d{1,4})?(?![\d:])")
_ADDRESS = re.compile(r"@(?<=[^\s<>@()\[\]\"',;:]@)[^\s<>@()\[\]\"',;:]")
_COLON_AFTER_ADDRESS = re.compile(r"@[^\s<>@]{1,255}[>)\]\s\"']{1,4}:$")
_RUN_ON = re.compile(r"[>)\w][:：]\s{2,8}\S")
_WORDS = re.compile(r"[^\W\d_]{2,40}")
_ONESELF = re.compile(
    r"\b(?:i|we) (?:have |had )?(?:wrote|written|said)\b|\bكتبت (?:لكم|لك|اليكم|اليك|لهم|له|لها|رساله|رسالة|طلب|في|عن|ان)\b"
)
_END = re.compile(r"[\s*_)\]»\"']+$")
_LABEL = re.compile(r"^[\s*_•]{0,6}([^:：\n]{1,34}?)[\s*_]{0,4}[:：][\s*_]{0,4}")
_LABEL_AT_ALL = re.compile(r"^[\s*_]{0,6}[^\s:：\d][^:：]{0,28}?[\s*_]{0,3}[:：][\s*_]{0,3}\S")
_SEPARATOR = re.compile(r"^[-_=*#—–~]{2,}\s{0,3}(?P<words>[^-_=*#\s—–~][^\n]{1,160}?)\s{0,3}[-_=*#—–~]{2,}$")
_RULE = re.compile(r"^[-_=*—–~ ]{4,}$")
_BOXED = re.compile(r"<[^<>\s]{1,100}@[^<>\s]{1,200}>|\[mailto:|<mailto:")
_REPLY_ABOVE = re.compile(r"(?:reply|type|write|respond)\b.{0,24}\babove\b|(?:اكتب|الرد|ردك).{0,24}(?:فوق|اعلي) هذا (?:السطر|الخط)")


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
        doubt = judge_attribution(joined, opened, quoted, alone=top and not _line(lines, end + 1))
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
    return "@" in joined or bool(_YEAR.search(joined) or _DAY.search(joined) or _TIME.search(joined))


def _is_whole(joined: str, above: str) -> bool:
    """Whether an attribution has its date already, so that the line above it is only part of it when it begins as one does."""
    return bool(_YEAR.search(joined) or _DAY.search(joined)) and not fold(above[:24]).startswith(OPENERS)


def is_opened(line: str) -> bool:
    """Whether a line begins as an attribution does: with its preposition, or with a date soon."""
    head = line[:48].lstrip("-—–*>\"' ")
    return fold(head).startswith(OPENERS) or bool(_DAY.search(head) or _YEAR.search(head) or _TIME.search(head))


def judge_attribution(joined: str, opened: bool, quoted: bool, alone: bool) -> Doubt | None:
    """Whether the words say that somebody wrote, at some time or from some address; `quoted` when quoted lines follow, `alone` when
    the words are a paragraph of their own."""
    addressed = "@" in joined and bool(_ADDRESS.search(joined))
    if not (addressed or quoted or opened):
        return None
    colon = joined.endswith((":", "：")) or _END.sub("", joined).endswith((":", "："))
    timed = bool(_TIME.search(joined))
    dated = bool(_YEAR.search(joined) or _DAY.search(joined))
    if not (addressed or quoted or (opened and (timed or dated))):
        return None
    folded = fold(joined)
    written = _is_written(folded)
    if _ONESELF.search(folded) and not (addressed and quoted):
        return None
    full, ends = timed and dated, _ends_written(folded)
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
    perhaps = written and colon and opened and alone and len(joined) < 120 and (dated if ends else bool(_YEAR.search(joined)))
    return Doubt.SOME if perhaps else None


def _is_written(folded: str) -> bool:
    return not WROTE.isdisjoint(_WORDS.findall(folded)) or (not folded.isascii() and any(word in folded for word in WROTE_WITHIN))


def _ends_written(folded: str) -> bool:
    """Whether the verb is the last word, which it is in most languages and in few sentences of people."""
    words = _WORDS.findall(folded[-60:].replace("(a)", "").replace("/la", ""))
    return bool(words) and words[-1] in WROTE


def _quoted_below(lines: Sequence[str], at: int) -> bool:
    """Whether the next line that is not empty, of two, is quoted."""
    return (_line(lines, at + 1) or _line(lines, at + 2)).startswith(">")


def _line(lines: Sequence[str], at: int) -> str:
    return lines[at] if at < len(lines) else ""


def read_label(line: str) -> tuple[str, str]:
    """What a line of a header block is ("sender", "sent", "to", "copy", "about") and its value; ("", "") when it is none."""
    found = _LABEL.match(line) if ":" in line[:44] or "：" in line[:44] else None
    kind = LABELS.get(fold(found[1].strip(" *_.\t")), "") if found else ""
    return (kind, line[found.end() :].strip(" *")) if found and kind else ("", "")


def is_header_block(lines: Sequence[str], at: int) -> bool:
    """Whether a block of From, Sent, To, Subject lines begins at `at`: a sender within its first four, and beside it so much that
    «من: الرياض، إلى: جدة» is none: an address and three kinds of label, or four kinds."""
    if not read_label(lines[at])[0]:
        return False
    block = _until_gap(lines, at)
    kinds = [read_label(line)[0] for line in block]
    count = len({*kinds} - {""})
    return "sender" in kinds[:4] and (count >= 4 or (count == 3 and any("@" in line for line in block)))


def _until_gap(lines: Sequence[str], at: int) -> list[str]:
    """Up to nine lines that are not empty; Outlook's plain text may leave one line out between labels."""
    return [line for line in lines[at : at + 12] if line][:9]


def is_unknown_block(lines: Sequence[str], at: int) -> bool:
    """Whether a block of labels in a language that no table knows begins at `at`: most of five lines are labels, the first two of them
    hold an address as only programs write it, and one a date with a time."""
    above = lines[at - 1] if at else ""
    if "@" not in f"{lines[at]}{_line(lines, at + 1)}" or not _LABEL_AT_ALL.match(lines[at]) or (above and not is_rule(above)):
        return False
    block = list(_run(lines, at, 6))
    labels = sum(bool(_LABEL_AT_ALL.match(line)) for line in block)
    timed = any((_YEAR.search(line) or _DAY.search(line)) and _TIME.search(line) for line in block)
    return labels >= 3 and labels >= len(block) - 1 and timed and bool(_BOXED.search(" ".join(block[:2])))


def _run(lines: Sequence[str], at: int, limit: int) -> Sequence[str]:
    """The lines from `at` to the next empty one, at most `limit`."""
    end = next((place for place in range(at, min(len(lines), at + limit)) if not lines[place]), min(len(lines), at + limit))
    return lines[at:end]


def is_separator(lines: Sequence[str], at: int) -> bool:
    """Whether the line at `at` sets an older mail off: named dashes, or a rule above a block of labels in any language."""
    line = lines[at]
    if not line.startswith(RULES):
        return False
    if _RULE.match(line):
        return line[0] == "_" and _labels_below(lines, at + 1)
    named = _SEPARATOR.match(line)
    if not named:
        return False
    words = fold(named["words"])
    known = _names(words, ORIGINAL) or _names(words, FORWARDED) or bool(_REPLY_ABOVE.search(words))
    told = words.endswith(":") or _ends_written(words) or ("@" in words and bool(_TIME.search(words)))
    return known or _labels_below(lines, at + 1) or (told and _is_written(words))


def _names(words: str, phrases: tuple[str, ...]) -> bool:
    """Whether folded words hold one of these phrases; most lines of dashes hold not even the first word of one."""
    return not _FIRST_WORDS.isdisjoint(words.split()) and any(phrase in words for phrase in phrases)


def _labels_below(lines: Sequence[str], at: int) -> bool:
    """Whether most of the next lines are labels with values, in whatever language."""
    below = next((place for place in range(at, min(at + 3, len(lines))) if lines[place]), None)
    if below is None:
        return False
    block = _run(lines, below, 4)
    return is_header_block(lines, below) or (
        sum(bool(_LABEL_AT_ALL.match(line)) for line in block) >= 3 and any("@" in line or _TIME.search(line) for line in block)
    )


def is_forward_mark(line: str) -> bool:
    """Whether the line announces a forwarded mail, in itself: named dashes, or Apple's sentence."""
    line = line.lstrip("> ")
    if line.startswith(RULES):
        named = _SEPARATOR.match(line)
        words = fold(named["words"]) if named else ""
        return _names(words, FORWARDED)
    return line.endswith((":", "：")) and len(line) < 70 and fold(line.rstrip(":： ")) in BEGIN_FORWARD


def find_introduction(lines: Sequence[str], at: int) -> int:
    """Where the attribution or header block begins that stands directly above a mark of ours, in whatever language; `at` when none does."""
    end = at
    while end > 0 and not lines[end - 1] and at - end < 3:
        end -= 1
    start = end
    while start > 0 and lines[start - 1] and end - start < 8 and _LABEL_AT_ALL.match(lines[start - 1]):
        start -= 1
    if end - start >= 3:
        return find_rule_above(lines, start)
    start = next((place for place in range(end - 1, max(end - 4, -1), -1) if place == 0 or not lines[place - 1]), end)
    above = " ".join(lines[start:end])
    told = above.endswith((":", "：", ">")) and len(above) < JOINED_LIMIT
    return start if told and (_ADDRESS.search(above) or _DAY.search(above) or _YEAR.search(above)) else at
