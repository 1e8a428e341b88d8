"""What is kept of people besides their mails: correspondents, leaves, what requesters say of a resolution, and who changed what."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from mailticket.edges.database import Connection, marks
from mailticket.edges.rows import micros, moment
from mailticket.edges.tables import to_micros, to_moment
from mailticket.model.outcome import Outcome, Person
from mailticket.model.ticket import Change


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


def write_changes(db: Connection, number: int | None, changes: Sequence[Change]) -> None:
    """Audit rows, numbered without a gap."""
    if not changes:
        return
    row = db.row("UPDATE counter SET value = value + ? WHERE name = 'audit' RETURNING value", (len(changes),))
    first = int(row[0]) - len(changes) + 1 if row else 1
    rows = ((first + i, to_micros(c.at), number, c.who, c.what, c.old, c.new, c.why) for i, c in enumerate(changes))
    db.many(f"INSERT INTO audit (seq, at, ticket, who, what, old, new, why) VALUES ({marks(8)})", rows)


def lift_person(db: Connection, address: str, now: datetime) -> bool:
    """Takes an address off the list of those whom nothing is sent to, with an audit row of why it was there; False when it was not."""
    person = read_person(db, address)
    is_muted = person.muted_until is not None and person.muted_until > now
    old = "; ".join(filter(None, (person.undeliverable, person.blocked, "muted" if is_muted else "")))
    if not old:
        return False
    db.run("UPDATE person SET undeliverable = '', blocked = '', muted_until = NULL WHERE address = ?", (address,))
    write_changes(db, None, [Change(now, "operator", "suppression", old, "", f"{address}: mailticket people --lift")])
    return True


def write_people(db: Connection, people: Sequence[Person]) -> None:
    """What is kept of correspondents from now on. News that an address is undeliverable, and no more, unblocks nobody."""
    bare = "excluded.undeliverable <> '' AND excluded.blocked = '' AND excluded.muted_until IS NULL"
    db.many(
        "INSERT INTO person (address, undeliverable, blocked, muted_until) VALUES (?, ?, ?, ?) ON CONFLICT (address) DO UPDATE SET "
        f"undeliverable = excluded.undeliverable, blocked = CASE WHEN {bare} THEN person.blocked ELSE excluded.blocked END, "
        f"muted_until = CASE WHEN {bare} THEN person.muted_until ELSE excluded.muted_until END",
        ((p.address, p.undeliverable, p.blocked, micros(p.muted_until)) for p in people),
    )
