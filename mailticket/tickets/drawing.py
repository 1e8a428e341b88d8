"""The life of a ticket, drawn from its table: what `mailticket help lifecycle` prints is what the program does."""

from collections.abc import Iterator

from mailticket.model.ticket import Status
from mailticket.tickets.lifecycle import TABLE, Event, Row

MARGIN, COLUMN = 29, 11
UNCHANGED = "."
HEAD = """What each event makes of a ticket, by the status that it is in. "." changes nothing; "*" is "verifying" instead where the team's
tickets are verified by level 2 (verify = true); "2" takes somebody of level 2. Below: what happens besides.
"""


def draw_life() -> str:
    """The table as people read it: a line an event, a column a status; then the effects of each event, by status."""
    lines = [HEAD, " " * MARGIN + "".join(f"{status:<{COLUMN}}" for status in Status)]
    lines += [f"{event:<{MARGIN}}" + "".join(f"{_cell(status, event):<{COLUMN}}" for status in Status) for event in Event]
    return "\n".join([*map(str.rstrip, lines), "", *_draw_effects()]) + "\n"


def _cell(status: Status, event: Event) -> str:
    row = TABLE.get((status, event))
    if row is None:
        return UNCHANGED
    return f"{row.status}{'*' if row.verified else ''}{'2' if row.level > 1 else ''}"


def _draw_effects() -> Iterator[str]:
    """For each event its effects, and in which statuses they follow."""
    for event in Event:
        found: dict[str, list[str]] = {}
        for status in Status:
            if words := _effects(TABLE.get((status, event))):
                found.setdefault(words, []).append(status)
        for words, statuses in found.items():
            yield f"{event:<{MARGIN}}{words} ({', '.join(statuses)})"


def _effects(row: Row | None) -> str:
    return ", ".join(row.effects) if row else ""
