"""Drawn lines: rows of dashes, underscores and the like, by which mail programs and people part what belongs apart."""

import re
from collections.abc import Sequence

RULES = ("-", "_", "=", "*", "#", "—", "–", "~")
_RULE = re.compile(r"^[-_=*—–~ ]{4,}$")


def is_rule(line: str) -> bool:
    """Whether a line is nothing but a drawn line."""
    return line.startswith(RULES) and bool(_RULE.match(line))


def find_rule_above(lines: Sequence[str], at: int) -> int:
    """The place of a drawn line that stands above `at` with nothing but an empty line between; `at` when none does."""
    above = at - 1
    while above >= 0 and at - above <= 2 and not lines[above]:
        above -= 1
    return above if above >= 0 and is_rule(lines[above]) else at
