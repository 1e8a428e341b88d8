"""What digests and reports ask of the store, and the slots that were made.

Each question reads no more than what happened since a moment and what is unfinished, by an index of its own, so that a report costs by
its period and not by what the years have left behind.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from mailticket.edges.batch import write_outgoing
from mailticket.edges.database import Connection, Row
from mailticket.edges.given import UNFINISHED
from mailticket.edges.rows import TICKET, moment, read_ticket
from mailticket.edges.tables import to_micros, to_moment
from mailticket.model.figures import Slot
from mailticket.model.history import DigestRow, MailRow, Missed, Rating, Records, Refused, StatusChange
from mailticket.model.morning import Morning
from mailticket.model.notice import Outgoing
from mailticket.model.outcome import BOUNCE_OF, AckState, Disposition, Join

MAILS = (
    "SELECT l.arrived, l.disposition, COALESCE(t.team, ''), l.ack_state, l.ack_due, l.ack_at, "
    f"CASE WHEN l.joined = '{Join.UNVERIFIED.value}' THEN 1 ELSE 0 END, "
    f"CASE WHEN SUBSTR(l.reason, 1, {len(BOUNCE_OF)}) = '{BOUNCE_OF}' THEN 1 ELSE 0 END "
    "FROM ledger AS l LEFT JOIN ticket AS t ON t.number = l.ticket "
    "WHERE l.arrived >= ? AND l.arrived < ? AND l.disposition <> 'backlog' ORDER BY l.arrived, l.id"
)
TICKETS = (
    f"SELECT {TICKET} FROM ticket WHERE number IN (SELECT number FROM ticket WHERE created >= ? "
    "UNION SELECT number FROM ticket WHERE first_response IS NOT NULL AND first_response >= ? "
    "UNION SELECT ticket FROM audit WHERE what = 'status' AND at >= ? "
    f"UNION SELECT number FROM ticket WHERE status IN {UNFINISHED}) ORDER BY number"
)
CHANGES = "SELECT ticket, at, old, new FROM audit WHERE what = 'status' AND at >= ? AND ticket IS NOT NULL ORDER BY at, seq"
MISSED = "SELECT ticket, at FROM audit WHERE what = 'resolution' AND new = 'breached' AND at >= ? AND at < ? ORDER BY at, seq"
RATINGS = (
    "SELECT r.at, r.ticket, r.score, t.team FROM rating AS r JOIN ticket AS t ON t.number = r.ticket "
    "WHERE r.at >= ? AND r.at < ? AND r.score IS NOT NULL ORDER BY r.at, r.id"
)
REFUSED = (
    "SELECT o.created, COALESCE(t.team, '') FROM outgoing AS o LEFT JOIN ticket AS t ON t.number = o.ticket "
    "WHERE o.state = 'failed' AND o.created >= ? AND o.created < ? ORDER BY o.created, o.id"
)
MADE = "INSERT INTO digest (number, cadence, since, until, made) VALUES (?, ?, ?, ?, ?) ON CONFLICT (number) DO NOTHING RETURNING number"

MORNING = "morning"
MADE_LIST = "INSERT INTO digest_reader (digest, person, tickets) VALUES (?, ?, '') ON CONFLICT (digest, person) DO NOTHING RETURNING id"
LAST_LIST = (
    "SELECT d.until FROM digest_reader AS r JOIN digest AS d ON d.number = r.digest "
    f"WHERE r.person = ? AND d.cadence = '{MORNING}' ORDER BY d.number DESC LIMIT 1"
)
"""`until` is when the day's first list was due: what happened since may be told twice, never not at all."""


class Reports:
    """The part of the store that digests need."""

    _db: Connection

    def records(self, since: datetime, until: datetime) -> Records:
        """Everything that figures between two moments are counted from.

        No transaction holds the questions together: what happens in between is later than `until`, and is told apart by its moment.
        """
        begin, end = to_micros(since), to_micros(until)
        with self._db.reading():
            return Records(
                mails=tuple(map(_read_mail, self._db.rows(MAILS, (begin, end)))),
                tickets=tuple(map(read_ticket, self._db.rows(TICKETS, (begin, begin, begin)))),
                changes=tuple(StatusChange(r[0], to_moment(r[1]), r[2], r[3]) for r in self._db.rows(CHANGES, (begin,))),
                missed=tuple(Missed(r[0], to_moment(r[1])) for r in self._db.rows(MISSED, (begin, end))),
                ratings=tuple(Rating(to_moment(r[0]), *r[1:]) for r in self._db.rows(RATINGS, (begin, end))),
                refused=tuple(Refused(to_moment(r[0]), r[1]) for r in self._db.rows(REFUSED, (begin, end))),
            )

    def first_seen(self) -> datetime | None:
        """When the desk took its first mail; None before."""
        with self._db.reading():
            row = self._db.row("SELECT seen_at FROM ledger ORDER BY id LIMIT 1")
        return to_moment(row[0]) if row else None

    def first_arrival(self) -> datetime | None:
        """When the oldest mail arrived that the desk took in; None before the first."""
        with self._db.reading():
            row = self._db.row("SELECT arrived FROM ledger WHERE disposition <> 'backlog' ORDER BY arrived LIMIT 1")
        return to_moment(row[0]) if row else None

    def digest(self, number: int) -> DigestRow | None:
        """A digest that was made, with the lines of each reader; None while it was not."""
        with self._db.reading():
            row = self._db.row("SELECT made FROM digest WHERE number = ?", (number,))
            readers = self._db.rows("SELECT person, tickets FROM digest_reader WHERE digest = ? ORDER BY id", (number,))
        return DigestRow(number, to_moment(row[0]), {r[0]: tuple(map(int, r[1].split())) for r in readers}) if row else None

    def write_digest(self, slot: Slot, lines: Mapping[str, Sequence[int]], outgoing: Sequence[Outgoing], now: datetime) -> bool:
        """A digest with its mails, in one transaction; False when the slot was made before, and then nothing is changed."""
        row = (slot.number, slot.cadence.value, to_micros(slot.period.since), to_micros(slot.period.until), to_micros(now))
        with self._db.transaction():
            if self._db.row(MADE, row) is None:
                return False
            readers = ((slot.number, person, " ".join(map(str, numbers))) for person, numbers in lines.items())
            self._db.many("INSERT INTO digest_reader (digest, person, tickets) VALUES (?, ?, ?)", readers)
            write_outgoing(self._db, outgoing, now)
        return True

    def has_list(self, number: int, agent: str) -> bool:
        """Whether an agent's morning list of that day was made."""
        with self._db.reading():
            return self._db.row("SELECT 1 FROM digest_reader WHERE digest = ? AND person = ?", (number, agent)) is not None

    def last_list(self, agent: str) -> datetime | None:
        """From when an agent's latest morning list is; None before the first."""
        with self._db.reading():
            row = self._db.row(LAST_LIST, (agent,))
        return to_moment(row[0]) if row else None

    def write_list(self, morning: Morning, agent: str, outgoing: Sequence[Outgoing], now: datetime) -> bool:
        """An agent's morning list with its mail, in one transaction; False when it was made before, and then nothing is changed."""
        row = (morning.number, MORNING, to_micros(morning.before), to_micros(morning.at), to_micros(now))
        with self._db.transaction():
            self._db.row(MADE, row)
            if self._db.row(MADE_LIST, (morning.number, agent)) is None:
                return False
            write_outgoing(self._db, outgoing, now)
        return True


def _read_mail(r: Row) -> MailRow:
    ends = Disposition(r[1]), r[2], AckState(r[3])
    return MailRow(to_moment(r[0]), *ends, to_moment(r[4]), moment(r[5]), bool(r[6]), bool(r[7]))
