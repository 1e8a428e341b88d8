"""Alarms as they are kept: one open row a cause, and the rows of those that are over."""

from collections.abc import Sequence
from datetime import datetime

from mailticket.edges.database import Connection
from mailticket.edges.tables import to_micros, to_moment
from mailticket.model.alarm import Alarm, Raised

OPEN = "SELECT cause, lines, since, seen FROM alarm WHERE over IS NULL ORDER BY since, id"
RAISE = (
    "INSERT INTO alarm (cause, lines, since, seen) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (cause) WHERE over IS NULL DO UPDATE SET seen = excluded.seen"
)


def read_alarms(db: Connection) -> list[Raised]:
    """Every alarm that is not over, the oldest first."""
    return [Raised(Alarm(r[0], tuple(r[1].splitlines())), to_moment(r[2]), to_moment(r[3])) for r in db.rows(OPEN)]


def write_alarms(db: Connection, holding: Sequence[Alarm], over: Sequence[str], now: datetime) -> None:
    """Causes that hold now, new ones among them, and causes that are over."""
    at = to_micros(now)
    db.many(RAISE, ((alarm.cause, "\n".join(alarm.lines), at, at) for alarm in holding))
    db.many("UPDATE alarm SET over = ? WHERE cause = ? AND over IS NULL", ((at, cause) for cause in over))
