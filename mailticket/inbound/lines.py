"""Lines of commands about several tickets, each behind the number of a line or a ticket: "3 assign sara", «٣ إسناد سارة».

In an answer to a digest, an alarm or a list the number alone says that a line is a command; anywhere else it also needs its "#", for people
begin sentences with numbers too. Only the first lines count: further down a requester's subject may stand quoted behind a line's number.
"""

import re
from collections.abc import Iterator

from mailticket.inbound.commands import Order, Spoken, find_command, fold_marks, parse_blocks, parse_commands, read_order
from mailticket.inbound.proof import find_claims
from mailticket.model.mail import Mail
from mailticket.model.policy import Settings
from mailticket.model.token import Purpose

_ONE = r"\[?(?:MT\s*-\s*)?(?<!\d)\d{1,12}(?!\d)\]?"
_BETWEEN = r"(?:\s*[,،&+]\s*|\s*(?:and|و)\s*|\s+)"
_BEHIND = r"\s*[.):,،–-]?\s*"
_FRONT = re.compile(
    rf"(?:(?:line|ticket|no\.?|(?:ال)?سطر|(?:ال)?تذكره|(?:ال)?تذكرة|رقم)\s*)?#?\s*({_ONE}(?:{_BETWEEN}{_ONE})*){_BEHIND}", re.IGNORECASE
)
_NUMBER = re.compile(r"(MT\s*-\s*)?(\d{1,12})", re.IGNORECASE)
_HASHES = "#\uff03\ufe5f\ufe0f\u20e3 "
LONGEST = 1000
"""A longer line is no command, and no time is spent on it."""


def read_spoken(mail: Mail, settings: Settings) -> Spoken:
    """What a mail from the roster orders, and the text below."""
    spoken = parse_commands(mail.reply_text)
    if spoken.orders and spoken.orders[0].line is None and spoken.orders[0].command:
        return spoken
    lines = parse_lines(mail.reply_text) if answers_list(mail, settings) else None
    return lines if lines and lines.orders else spoken


def read_all(mail: Mail, settings: Settings) -> Spoken:
    """The same with the orders of all blocks of a mail of several contacts: what the store must be asked about."""
    blocks = parse_blocks(mail.reply_text)
    return Spoken(tuple(order for block in blocks for order in block.orders)) if blocks else read_spoken(mail, settings)


def answers_list(mail: Mail, settings: Settings) -> bool:
    """Whether a mail claims to answer a digest, or what else we sent an agent that is about no single ticket."""
    claims = find_claims(mail, settings)
    return any(c.purpose == Purpose.DIGEST for c in claims) or (bool(claims) and not any(claim.number for claim in claims))


def find_digest(mail: Mail, settings: Settings) -> int | None:
    """The digest that a mail claims to answer."""
    return next((claim.number for claim in find_claims(mail, settings) if claim.purpose == Purpose.DIGEST), None)


def parse_lines(text: str) -> Spoken:
    """The orders of the first lines that begin with numbers, and what stands below them; one of those further down is named."""
    lines = text.split("\n")
    orders: list[Order] = []
    at = 0
    while at < len(lines):
        found = tuple(_read(lines[at]))
        if not found and fold_marks(lines[at]):
            break
        orders += found
        at += 1
    rest = "\n".join(lines[at:]).strip("\n").rstrip()
    return Spoken(tuple(orders), rest, next((line.strip() for line in rest.split("\n") if _is_like_one(line)), ""))


def _read(line: str) -> Iterator[Order]:
    """The orders of one line, each for every number before it."""
    folded = fold_marks(line)
    front = _FRONT.match(folded) if len(folded) <= LONGEST else None
    rest = folded[front.end() :].lstrip(_HASHES) if front else ""
    if front is None or not rest:
        return
    numbers = [(int(number), bool(tag)) for tag, number in _NUMBER.findall(front[1])]
    while rest:
        order, rest = read_order(rest, None)
        for number, is_tag in numbers:
            yield Order(order.command, order.word, order.argument, number, is_tag)


def _is_like_one(line: str) -> bool:
    """Whether a line below may have been meant as an order: it begins with a number, a "#" or a command's word."""
    folded = fold_marks(line)
    first, _, rest = folded.partition(" ")
    return bool(folded) and (folded[0].isdecimal() or folded[0] in "#\uff03\ufe5f[" or (bool(rest) and find_command(first) is not None))
