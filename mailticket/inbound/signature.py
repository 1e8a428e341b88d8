"""Cutting an agent's own signature where no client marks it: the last block that names the agent's address.

The quote cutter takes what stands below "-- "; many clients write a bare block instead (name, office, address, phone).
"""

from collections.abc import Iterable

MAX_LINES = 8


def cut_signature(text: str, addresses: Iterable[str]) -> str:
    """The text without its last block of at most eight lines, when that block names one of the writer's own addresses.

    A block that is the whole text stays: then it is what the writer wanted to say.
    """
    lines = text.rstrip().split("\n")
    start = _last_block(lines)
    block = "\n".join(lines[start:]).lower()
    if start and len(lines) - start <= MAX_LINES and any(a and a in block for a in addresses):
        return "\n".join(lines[:start]).rstrip()
    return text.rstrip()


def _last_block(lines: list[str]) -> int:
    """The index of the first line after the last blank one."""
    return next((i + 1 for i in range(len(lines) - 1, -1, -1) if not lines[i].strip()), 0)
