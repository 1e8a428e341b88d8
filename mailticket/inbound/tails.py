"""What stands at the end of a person's words and is not their words: signatures, "sent from my phone", confidentiality notices, footers.

Care goes before cutting: a sentence of the person's own is never lost, and neither is a number in a signature that may be the very
number that the desk will ask for (a trainee's number, an order).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from mailticket.inbound.quotewords import fold
from mailticket.inbound.tailwords import (
    CLOSINGS,
    DEVICES,
    DISCLAIMER_HINTS,
    DISCLAIMERS,
    FOOTER_HINTS,
    FOOTER_HINTS_ARABIC,
    FOOTERS,
    NOTICE_FIRST,
    NOTICES,
    SENT,
    SENT_FIRST,
    SENT_WITHIN,
    VIRUS_NOTES,
)

LONGEST_SIGNATURE = 8
LONGEST_LINE = 60
NOTICE_LIMIT = 1500
_MARK = re.compile(r"^--$")
_RULE = re.compile(r"^_{2,}$|^[-–—]{3,}$|^[_\s]{5,}$")
_SENTENCE = re.compile(r"[?؟]|\w!|[.،,؛;]\s+\S+\s+\S+\s+\S+")
_CONTACT = re.compile(r"(?:\+|00)?\d[\d\s()./-]{6,18}\d|\S+@\S+|(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"\d{3,}")
_LINKED = re.compile(r"\s?[<(\[]\s?(?:https?|mailto):[^\s<>]{1,300}[>)\]]?")
_CLAUSE = re.compile(r"[,،;؟?!]")
_EDGES = " \t*_•|.!،,-–—:()[]{}<>\"'«»🎉\u2060\u2061\u2062\u2063\u2064"
_IMAGE = re.compile(r"^\[(?:https?|cid):[^\]\s]{1,300}\]\s*")
_APOLOGY = re.compile(
    r"[,;.]? (?:so )?(?:please |pls )?(?:excuse|pardon) .{0,60}$|, an? [\w&-]{2,16} (?:\S{1,6} )?(?:smartphone|device)$"
)
"""What a phone's line may go on with: sorry for misspellings, whose network it is."""
_ASKED_FOR = re.compile(
    r"هوي|اقامه|اقامة|سجل|طلب|تدريبي|جامعي|اكاديمي|شهاد|تذكر|فاتور|حجز|\b(?:id|iqama|national|order|invoice|reference|ref|ticket|student|trainee|case|"
    r"booking|certificate|passport|number|no)\b"
)
"""What a number is called that the desk may ask for, in folded words."""


def find_tail(lines: Sequence[str]) -> int:
    """Where the tail of these plain lines (one stretch of a person's own) begins; their number when they have none."""
    end = _find_mark(lines)
    starts = [at for at in range(1, end) if lines[at] and (not lines[at - 1] or _is_rule(lines[at - 1]))]
    end = _find_footer(lines, starts, end) if starts else end
    end = _find_notice(lines, [at for at in starts if at < end and _opens_notice(lines[at])], end)
    end = _skip_phone(lines, end)
    closing = _find_closing(lines, end)
    return _drop_rules(lines, end if closing == end else _skip_phone(lines, closing))


def find_asides(lines: Sequence[str]) -> Iterator[int]:
    """Lines that a program put on their own between a person's: the phone's line above a quote that lost its marks, a banner at the top."""
    last = len(lines) - 1
    for at, line in enumerate(lines):
        alone = line and (at == 0 or not lines[at - 1]) and (at == last or not lines[at + 1])
        if alone and len(line) < 140 and (_is_own_device(line) or VIRUS_NOTES.match(line)):
            yield at
    yield from range(_banner_end(lines))


def _banner_end(lines: Sequence[str]) -> int:
    """The lines of a warning about outside mail that a server put on top, when words follow it."""
    first = next((at for at, line in enumerate(lines[:4]) if line), None)
    if first is None or not NOTICES.match(lines[first]):
        return 0
    end = next((at for at in range(first, min(first + 7, len(lines))) if not lines[at]), 0)
    return end if any(lines[end:]) else 0


def _find_mark(lines: Sequence[str]) -> int:
    """`-- ` begins a signature anywhere; a rule only below an empty line, near the end, and when it is the only one."""
    rules = [at for at, line in enumerate(lines) if line and line[0] in "-_–—" and (_MARK.match(line) or _RULE.match(line))]
    for at in rules:
        lonely = len(rules) == 1 and len(lines) - at <= LONGEST_SIGNATURE + 1 and (at == 0 or not lines[at - 1])
        if lines[at] == "--" or (lonely and (at == 0 or _is_signature(lines[at + 1 :]))):
            return at
    return len(lines)


def _is_signature(lines: Sequence[str]) -> bool:
    """Whether lines look like a signature: few, short, and no sentence among them."""
    said = [line for line in lines if line]
    return 0 < len(said) <= LONGEST_SIGNATURE and all(
        len(line) <= LONGEST_LINE and not _SENTENCE.search(line) and not _is_asked_for(line) for line in said
    )


def _is_asked_for(line: str) -> bool:
    """Whether a line holds a number that the desk may ask for: of an identity, an order, a request."""
    return bool(_NUMBER.search(line) and _ASKED_FOR.search(fold(line)))


def _is_rule(line: str) -> bool:
    return line[0] in "-_–—" and bool(_RULE.match(line))


def _find_hinted(text: str) -> set[int]:
    """The numbers of the lines that a footer may have its words on: the cheap question before `FOOTERS`."""
    found: set[int] = set()
    for hint in FOOTER_HINTS if text.isascii() else (*FOOTER_HINTS, *FOOTER_HINTS_ARABIC):
        line = last = 0
        while (at := text.find(hint, last)) >= 0:
            line += text.count("\n", last, at)
            found.add(line)
            last = at + len(hint)
    return found


def _find_footer(lines: Sequence[str], starts: Sequence[int], end: int) -> int:
    """The footer of a list or a service: a rule or an empty line, and within three lines words that only machines write there."""
    hinted = _find_hinted("\n".join(lines[:end]).lower())
    for at in starts if hinted else ():
        if hinted.isdisjoint(range(at, at + 3)):
            continue
        words = " ".join(lines[at : at + 3])[:400]
        if "?" not in words.replace("/?", "") and FOOTERS.search(words):
            return at
    return end


def _opens_notice(line: str) -> bool:
    """The cheap question: whether the first word may begin a notice."""
    return fold(_drop_image(line)[:30]).lstrip(_EDGES).partition(" ")[0].partition(".")[0].strip(_EDGES) in NOTICE_FIRST


def _drop_image(line: str) -> str:
    """The line without the address of an image that HTML put before its words."""
    return _IMAGE.sub("", line) if line.startswith("[") else line


def _find_notice(lines: Sequence[str], starts: Sequence[int], end: int) -> int:
    """A notice that begins a paragraph; the first paragraph is never one."""
    first = next((at for at in range(end) if lines[at] and not _is_rule(lines[at])), end) if starts else end
    return next((at for at in starts if at > first and _is_notice(lines, at, end)), end)


def _is_notice(lines: Sequence[str], at: int, end: int) -> bool:
    """Whether a paragraph opens as a notice does and has two of the things in it that such notices say; a heading of its own is enough."""
    line = _drop_image(lines[at])
    opening = fold(line[:160]).lstrip(_EDGES)
    if VIRUS_NOTES.match(line):
        return True
    kind = DISCLAIMERS.match(opening)
    if not kind:
        return False
    words = fold(" ".join(lines[at : min(end, at + 12)])[:NOTICE_LIMIT])
    needed = 1 if kind["heading"] else 2
    found = (hints for hints in DISCLAIMER_HINTS if any(hint in words for hint in hints))
    return len(list(islice(found, needed))) == needed


def _skip_phone(lines: Sequence[str], end: int) -> int:
    """A line of the phone's, when no more than a name follows it."""
    last = [at for at in range(max(0, end - 8), end) if lines[at]][-3:]
    return next((at for at in last if is_sent_from(lines[at]) and all(map(_is_name, lines[at + 1 : end]))), end)


def _is_name(line: str) -> bool:
    """Whether a line below the phone's is no more than a name, an address or another line of that kind."""
    return (len(line.split()) <= 4 and is_harmless(line)) or is_sent_from(line)


def is_sent_from(line: str) -> bool:
    """Whether a line says from which device or program the mail was sent, and nothing else."""
    if len(line) > 300 or (len(line) > 110 and "http" not in line):
        return False
    words = fold(_LINKED.sub("", line) if "http" in line or "mailto" in line else line).strip(_EDGES)
    opened = words.partition(" ")[0] in SENT_FIRST and words.startswith(SENT)
    within = "gesendet" in words if words.isascii() else any(part in words for part in SENT_WITHIN)
    if not (opened or within) or not 6 <= len(words) <= 110 or _CLAUSE.search(_APOLOGY.sub("", words)):
        return False
    return (opened and words.startswith("sent from my ")) or _names_device(words)


def _is_own_device(line: str) -> bool:
    """The surest form alone, since words follow it."""
    return is_sent_from(line) and _names_device(fold(line))


def _names_device(words: str) -> bool:
    return any(device in words for device in DEVICES)


def _find_closing(lines: Sequence[str], end: int) -> int:
    """A closing formula on a line of its own with nothing below it but the short lines of a signature."""
    said = [at for at in range(max(0, end - 14), end) if lines[at]]
    closings = (at for at in said[-1 - LONGEST_SIGNATURE :] if at and _is_closing(lines[at]) and any(lines[:at]))
    return next((at for at in closings if all(is_harmless(lines[below]) for below in said if below > at)), end)


def _is_closing(line: str) -> bool:
    return len(line) <= 48 and fold(line).strip(_EDGES) in CLOSINGS


def is_harmless(line: str) -> bool:
    """A line of a signature whose loss costs nothing: a name, a title, a telephone, an address; no sentence and no other number."""
    rest = _CONTACT.sub("", line)
    if len(line) > LONGEST_LINE or _SENTENCE.search(line) or _NUMBER.search(rest) or _is_asked_for(line):
        return False
    return ":" not in rest or rest != line


def _drop_rules(lines: Sequence[str], end: int) -> int:
    """A tail takes the drawn line above it along."""
    above = end - 1
    while end < len(lines) and above >= 0 and (not lines[above] or _RULE.match(lines[above])):
        above -= 1
    return above + 1 if end < len(lines) and any(lines[above + 1 : end]) else end
