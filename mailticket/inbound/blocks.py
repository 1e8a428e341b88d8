"""The other ways in which an older mail begins: blocks of From, Sent, To and Subject lines, drawn lines with words, a forward announced.

The words are in `quotewords`; a block in a language that no table knows is told by its form. Every question looks at few lines.
"""

import re
from collections.abc import Sequence

from mailticket.inbound.attribution import DAY, TIME, YEAR, ends_written, is_written, line_at
from mailticket.inbound.drawn import RULES, is_rule
from mailticket.inbound.quotewords import BEGIN_FORWARD, FORWARDED, LABELS, ORIGINAL, fold

_FIRST_WORDS = frozenset(phrase.split()[0] for phrase in (*ORIGINAL, *FORWARDED))
_LABEL = re.compile(r"^[\s*_•]{0,6}([^:：\n]{1,34}?)[\s*_]{0,4}[:：][\s*_]{0,4}")
LABEL_AT_ALL = re.compile(r"^[\s*_]{0,6}[^\s:：\d][^:：]{0,28}?[\s*_]{0,3}[:：][\s*_]{0,3}\S")
_SEPARATOR = re.compile(r"^[-_=*#—–~]{2,}\s{0,3}(?P<words>[^-_=*#\s—–~][^\n]{1,160}?)\s{0,3}[-_=*#—–~]{2,}$")
_RULE = re.compile(r"^[-_=*—–~ ]{4,}$")
_BOXED = re.compile(r"<[^<>\s]{1,100}@[^<>\s]{1,200}>|\[mailto:|<mailto:")
_REPLY_ABOVE = re.compile(r"(?:reply|type|write|respond)\b.{0,24}\babove\b|(?:اكتب|الرد|ردك).{0,24}(?:فوق|اعلي) هذا (?:السطر|الخط)")


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
    if "@" not in f"{lines[at]}{line_at(lines, at + 1)}" or not LABEL_AT_ALL.match(lines[at]) or (above and not is_rule(above)):
        return False
    block = list(_run(lines, at, 6))
    labels = sum(bool(LABEL_AT_ALL.match(line)) for line in block)
    timed = any((YEAR.search(line) or DAY.search(line)) and TIME.search(line) for line in block)
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
    told = words.endswith(":") or ends_written(words) or ("@" in words and bool(TIME.search(words)))
    return known or _labels_below(lines, at + 1) or (told and is_written(words))


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
        sum(bool(LABEL_AT_ALL.match(line)) for line in block) >= 3 and any("@" in line or TIME.search(line) for line in block)
    )


def is_forward_mark(line: str) -> bool:
    """Whether the line announces a forwarded mail, in itself: named dashes, or Apple's sentence."""
    line = line.lstrip("> ")
    if line.startswith(RULES):
        named = _SEPARATOR.match(line)
        words = fold(named["words"]) if named else ""
        return _names(words, FORWARDED)
    return line.endswith((":", "：")) and len(line) < 70 and fold(line.rstrip(":： ")) in BEGIN_FORWARD
