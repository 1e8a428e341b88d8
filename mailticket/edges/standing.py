"""What is kept of people besides their mails: correspondents, agents' leaves, and what requesters say of a resolution."""

from collections.abc import Mapping
from datetime import datetime

from mailticket.edges.database import Connection
from mailticket.edges.rows import moment
from mailticket.edges.tables import to_micros, to_moment
from mailticket.model.outcome import Outcome, Person


def read_person(db: Connection, address: str) -> Person:
    """What is kept of a correspondent."""
    row = db.row("SELECT undeliverable, blocked, muted_until FROM person WHERE address = ?", (address,))
    return Person(address, row[0], row[1], moment(row[2])) if row else Person(address)


def read_leaves(db: Connection, now: datetime) -> Mapping[str, datetime]:
    """Who on the desk is away until when."""
    return {r[0]: to_moment(r[1]) for r in db.rows("SELECT agent, until FROM leave WHERE until > ?", (to_micros(now),))}


def write_words(db: Connection, outcome: Outcome) -> None:
    """What a mail said of a resolution, each sort of word once, and of its author's absence."""
    db.many(
        "INSERT INTO rating (ticket, resolution, at, verdict, score, comment) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (ticket, resolution, verdict) DO NOTHING",
        ((r.number, r.resolution, to_micros(r.at), r.verdict, r.score, r.comment) for r in outcome.ratings),
    )
    db.many(
        "INSERT INTO leave (agent, until, why) VALUES (?, ?, ?) "
        "ON CONFLICT (agent) DO UPDATE SET until = excluded.until, why = excluded.why",
        ((leave.agent, to_micros(leave.until), leave.why) for leave in outcome.leaves),
    )
