"""Where everything is kept: the ledger, tickets, raw mails, the outbox, people and the audit, in SQLite or PostgreSQL.

The rounds state what they need of it (`rounds/road.py`); this is the one place that fulfils it. Every method is a transaction of its own,
except for a batch, which is one for many mails.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from mailticket.edges.alarms import write_alarms
from mailticket.edges.batch import Batch, known_ticket, write_outgoing
from mailticket.edges.database import Connection, Row, marks
from mailticket.edges.queries import Queries
from mailticket.edges.reports import Reports
from mailticket.edges.rows import LANES, moment
from mailticket.edges.schema import check_version, upgrade
from mailticket.edges.staff import read_generations, release_held
from mailticket.edges.standing import lift_person, write_people
from mailticket.edges.tables import to_micros, to_moment
from mailticket.edges.ticking import Ticking
from mailticket.model.alarm import Alarm
from mailticket.model.notice import NoticeKind, Outgoing
from mailticket.model.outcome import Arrival, Facts, Keys, KnownTicket, Person
from mailticket.model.packed import Packed
from mailticket.model.policy import Acknowledge
from mailticket.model.record import Claimed, OutgoingState, Settled

CLAIM = "id, key, lane, kind, ticket, sender, recipient, message_id, subject, codec, data, tries, created, first_try"
DUE = (
    "SELECT id FROM outgoing WHERE state IN ('queued', 'sending') AND next_try <= ? "
    "AND (kind NOT IN ('reply', 'resolved') OR next_try <= ?) AND NOT EXISTS ("
    "SELECT 1 FROM outgoing earlier WHERE earlier.ticket = outgoing.ticket AND earlier.recipient = outgoing.recipient "
    "AND earlier.id < outgoing.id AND earlier.lane <= outgoing.lane AND (earlier.state = 'sending' "
    "OR (earlier.state = 'queued' AND (earlier.next_try <= ? OR earlier.error <> '')))) "
    "ORDER BY lane, next_try, id LIMIT ?"
)
"""What can be taken back waits until every mailbox has been read since the time for that was over (spec 3, `hold`).

And what was told of a ticket first reaches its reader first: a mail waits for the earlier ones of its ticket to the same reader, in its
own lane or one that goes before it, once those are due or were tried; not for what is held for a while, as bundles of notices are.
"""
SETTLE = (
    "UPDATE outgoing SET state = ?, tries = tries + ?, first_try = COALESCE(first_try, ?), error = ?, next_try = COALESCE(?, next_try), "
    "sent_at = ? WHERE id = ? AND {when} RETURNING kind, ledger, ticket"
)
SETTLE_SENT, SETTLE_OTHER = SETTLE.format(when="state <> 'sent'"), SETTLE.format(when="state = 'sending'")
BACKLOG_ROW = (
    "INSERT INTO ledger (account, folder, uidvalidity, uid, arrived, seen_at, size, digest, fingerprint, message_id, sender, subject, "
    "disposition, reason, proof, joined, ack_state, ack_due, ack_reason) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, '', '', '', '', '', 'backlog', ?, 'none', 'new', 'suppressed', ?, 'backlog') "
    "ON CONFLICT (account, folder, uidvalidity, uid) DO NOTHING"
)


class Store(Queries, Reports):
    """The database. Threads may share it: each use has a connection of its own."""

    @classmethod
    def open(cls, url: str) -> "Store":
        """The store at a URL: `sqlite:///FILE`, `sqlite:///:memory:`, `postgresql://…`.

        Raises DatabaseUrlError, and SchemaError for a schema newer than this program.
        """
        db = Connection(url)
        try:
            with db.reading():
                check_version(db.database)
        except BaseException:
            db.close()
            raise
        return cls(db)

    def migrate(self) -> list[str]:
        """Bring the schema up to date; what was done."""
        with self._db.reading():
            return upgrade(self._db.database)

    def close(self) -> None:
        """Close what is open."""
        self._db.close()

    # --- collecting

    def last_uid(self, account: str, folder: str, uidvalidity: int) -> int:
        """The highest UID with a row, 0 for a new folder."""
        sql = "SELECT MAX(uid) FROM ledger WHERE account = ? AND folder = ? AND uidvalidity = ?"
        with self._db.reading():
            row = self._db.row(sql, (account, folder, uidvalidity))
        return int(row[0] or 0) if row else 0

    def write_backlog(self, arrivals: Sequence[Arrival], at: datetime, reason: str) -> None:
        """Rows for mails that stood there before the desk began."""
        seen = to_micros(at)
        places = ((a.account, a.folder, a.uidvalidity, a.uid, to_micros(a.arrived), a.size) for a in arrivals)
        rows = ((*place[:5], seen, place[5], reason, place[4]) for place in places)
        with self._db.transaction():
            self._db.many(BACKLOG_ROW, rows)

    @contextmanager
    def batch(self, now: datetime) -> Iterator[Batch]:
        """One transaction for many mails: one fsync."""
        with self._taking_turns():
            yield Batch(self._db, now)

    @contextmanager
    def _taking_turns(self) -> Iterator[None]:
        with self._db.transaction():
            if self._db.is_postgres:  # writers take turns, so that no fact grows old while it is decided upon
                self._db.rows("SELECT value FROM counter ORDER BY name FOR UPDATE")
            yield

    @contextmanager
    def ticking(self, now: datetime) -> Iterator[Ticking]:
        """One transaction for many tickets that time has something to say about."""
        with self._taking_turns():
            yield Ticking(self._db, now)

    def peek(self, keys: Keys, limits: Acknowledge, now: datetime) -> Facts:
        """The facts of a mail without a thought of writing."""
        with self._db.reading():
            return Batch(self._db, now).facts(keys, limits, now)

    # --- delivering

    def exchange(
        self, results: Sequence[Settled], now: datetime, limit: int, lease: timedelta, read: datetime | None = None
    ) -> list[Claimed]:
        """Write what became of each try, then lease what is due to this deliverer: lane after lane, the oldest first.

        A lease that ran out is due again. What was sent stays sent: the late word of a deliverer whose lease ran out changes nothing that
        another one did meanwhile. One transaction for both, since a deliverer waits for each until collecting has its batch done.
        """
        with self._db.transaction():
            self._settle(results, now)
            return self._claim(now, limit, lease, read or now) if limit else []

    def extend(self, ids: Sequence[int], until: datetime) -> None:
        """A later end for the leases of mails that are still being sent."""
        with self._db.transaction():
            sql = f"UPDATE outgoing SET next_try = ? WHERE state = 'sending' AND id IN ({marks(len(ids))})"
            self._db.run(sql, (to_micros(until), *ids))

    def _claim(self, now: datetime, limit: int, lease: timedelta, read: datetime) -> list[Claimed]:
        skip = " FOR UPDATE SKIP LOCKED" if self._db.is_postgres else ""
        ids = [r[0] for r in self._db.rows(f"{DUE}{skip}", (to_micros(now), to_micros(read), to_micros(now), limit))]
        if not ids:
            return []
        where = f"WHERE id IN ({marks(len(ids))})"
        rows = self._db.rows(f"SELECT {CLAIM} FROM outgoing {where} ORDER BY lane, next_try, id", ids)
        self._db.run(f"UPDATE outgoing SET state = 'sending', next_try = ? {where}", (to_micros(now + lease), *ids))
        return [_read_claimed(row) for row in rows]

    def _settle(self, results: Sequence[Settled], now: datetime) -> None:
        """A delivered acknowledgement or answer is noted where it is owed."""
        for result in results:
            sql = SETTLE_SENT if result.state is OutgoingState.SENT else SETTLE_OTHER
            row = self._db.row(sql, _settled_row(result, now))
            if row and result.state is not OutgoingState.QUEUED:
                self._note(row, result, now)

    def _note(self, row: Row, result: Settled, now: datetime) -> None:
        kind, ledger, ticket = row
        is_sent = result.state is OutgoingState.SENT
        if kind == NoticeKind.ACKNOWLEDGEMENT and ledger:
            state, at, why = ("sent", to_micros(now), "") if is_sent else ("failed", None, result.error)
            self._db.run("UPDATE ledger SET ack_state = ?, ack_at = ?, ack_reason = ? WHERE id = ?", (state, at, why, ledger))
        if kind == NoticeKind.TRANSCRIPT and ledger:
            release_held(self._db, ledger, now)
        if kind == NoticeKind.REPLY and is_sent:
            self._db.run("UPDATE ticket SET first_response = ? WHERE number = ? AND first_response IS NULL", (to_micros(now), ticket))

    def append(self, outgoing: Sequence[Outgoing], people: Sequence[Person], now: datetime) -> None:
        """More mails for the outbox, and what was learnt of people."""
        with self._db.transaction():
            write_people(self._db, people)
            write_outgoing(self._db, outgoing, now)

    def lift(self, address: str, now: datetime) -> bool:
        """Takes an address off the list of those whom nothing automatic is sent to; False when it was not on it."""
        with self._db.transaction():
            return lift_person(self._db, address, now)

    def settle_alarms(self, holding: Sequence[Alarm], over: Sequence[str], outgoing: Sequence[Outgoing], now: datetime) -> None:
        """Which causes hold, which are over, and the mails that tell of both, all or nothing."""
        with self._db.transaction():
            write_alarms(self._db, holding, over, now)
            write_outgoing(self._db, outgoing, now)

    def intakes(self) -> Mapping[str, int]:
        """The raised generations of agents' intake addresses."""
        with self._db.reading():
            return read_generations(self._db)

    def known(self, number: int) -> KnownTicket | None:
        """A ticket with what its tokens need."""
        with self._db.reading():
            return known_ticket(self._db, number)


def _settled_row(r: Settled, now: datetime) -> tuple[object, ...]:
    sent = to_micros(now) if r.state is OutgoingState.SENT else None
    first = to_micros(now) if r.counted else None
    return r.state.value, int(r.counted), first, r.error, to_micros(r.next_try) if r.next_try else None, sent, r.id


def _read_claimed(r: Row) -> Claimed:
    outgoing = Outgoing(r[1], LANES[r[2]], NoticeKind(r[3]), r[4] or 0, r[5], r[6], r[7], r[8], Packed(r[9], r[10]))
    return Claimed(r[0], outgoing, r[11], to_moment(r[12]), moment(r[13]))
