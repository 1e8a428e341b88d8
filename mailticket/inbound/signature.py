"""Cutting an agent's own signature where no client marks it: the last block with the agent's address or name.

The quote cutter takes what stands below "-- "; many clients write a bare block instead (name, office, address, phone).
"""

from collections.abc import Iterable, Sequence

from mailticket.inbound.tails import is_harmless

MAX_LINES = 8
FEW_WORDS = 4


def cut_signature(text: str, addresses: Iterable[str], names: Iterable[str] = ()) -> str:
    """The text without its last block of at most eight lines, when that block names one of the writer's own addresses, or says nothing
    but one of their names and how to reach them. Words above the name in that block stay.

    A block that is the whole text stays: then it is what the writer wanted to say.
    """
    lines = text.rstrip().split("\n")
    start = _last_block(lines)
    named = _find_name(lines, max(start, len(lines) - MAX_LINES), tuple(names))
    if named and (_names_address(lines[named:], addresses) or _says_nothing_else(lines[named:])):
        return "\n".join(lines[:named]).rstrip()
    if start and 0 < len(lines) - start <= MAX_LINES and _names_address(lines[start:], addresses):
        return "\n".join(lines[:start]).rstrip()
    return text.rstrip()


def _says_nothing_else(block: Sequence[str]) -> bool:
    """Whether lines below a name are of the kind that signatures are made of; a name alone is how people end a letter."""
    return len(block) > 1 and all(is_harmless(line.strip()) for line in block)


def _last_block(lines: list[str]) -> int:
    """The index of the first line after the last blank one."""
    return next((i + 1 for i in range(len(lines) - 1, -1, -1) if not lines[i].strip()), 0)


def _find_name(lines: Sequence[str], start: int, names: Sequence[str]) -> int:
    """The first line from `start` on that is one of the names, which may go on (a family name); 0 for none."""
    folded = tuple(name.casefold() for name in names if name)
    for at in range(start, len(lines)):
        line = lines[at].strip().casefold()
        if len(line.split()) <= FEW_WORDS and any(line == name or line.startswith(f"{name} ") for name in folded):
            return at
    return 0


def _names_address(block: Sequence[str], addresses: Iterable[str]) -> bool:
    """Whether a block holds an address of the writer's; one line of many words is a sentence that names it."""
    said = "\n".join(block).lower()
    return any(a and a in said for a in addresses) and (len(block) > 1 or len(said.split()) <= FEW_WORDS + 1)
