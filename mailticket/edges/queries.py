"""Questions that people and checks ask of the store; none of them changes anything."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from mailticket.edges.alarms import read_alarms
from mailticket.edges.database import Connection, Row, marks
from mailticket.edges.given import UNFINISHED
from mailticket.edges.rows import ENTRY, LEDGER, OUTBOX, TICKET, moment, read_entry, read_ledger, read_outbox, read_ticket
from mailticket.edges.standing import read_leaves
from mailticket.edges.tables import to_micros, to_moment
from mailticket.edges.ticking import ALIVE, find_due
from mailticket.model.alarm import Raised
from mailticket.model.outcome import Acknowledgement, Disposition
from mailticket.model.packed import Packed
from mailticket.model.person import Person
from mailticket.model.record import LedgerRow, OutboxRow
from mailticket.model.ticket import Change, Entry, Rating, Ticket

PIECE = 500


class Queries:
    """The reading half of the store."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def tickets(self) -> list[Ticket]:
        """Every ticket, newest first."""
        with self._db.reading():
            return [read_ticket(r) for r in self._db.rows(f"SELECT {TICKET} FROM ticket ORDER BY number DESC")]

    def ticket(self, number: int) -> Ticket | None:
        """The ticket of that number, None when there is none."""
        with self._db.reading():
            row = self._db.row(f"SELECT {TICKET} FROM ticket WHERE number = ?", (number,))
        return read_ticket(row) if row else None

    def entries(self, number: int) -> list[Entry]:
        """A ticket's entries, oldest first."""
        with self._db.reading():
            return [read_entry(r) for r in self._db.rows(f"SELECT {ENTRY} FROM entry WHERE ticket = ? ORDER BY id", (number,))]

    def changes(self, number: int) -> list[Change]:
        """A ticket's audit, oldest first."""
        with self._db.reading():
            rows = self._db.rows("SELECT at, who, what, old, new, why FROM audit WHERE ticket = ? ORDER BY seq", (number,))
        return [Change(to_moment(r[0]), *r[1:]) for r in rows]

    def acknowledgement(self, number: int) -> Acknowledgement | None:
        """What became of the acknowledgement of the mail that founded a ticket."""
        sql = f"SELECT {LEDGER} FROM ledger WHERE ticket = ? AND disposition = 'ticket' ORDER BY id LIMIT 1"
        with self._db.reading():
            row = self._db.row(sql, (number,))
        return read_ledger(row).acknowledgement if row else None

    def ledger_rows(self) -> list[LedgerRow]:
        """Every row of the ledger, oldest first."""
        with self._db.reading():
            return [read_ledger(r) for r in self._db.rows(f"SELECT {LEDGER} FROM ledger ORDER BY id")]

    def ledger_counts(self) -> dict[str, int]:
        """How many mails ended how."""
        with self._db.reading():
            return {r[0]: int(r[1]) for r in self._db.rows("SELECT disposition, COUNT(*) FROM ledger GROUP BY disposition")}

    def uids(self, account: str, folder: str, uidvalidity: int) -> list[int]:
        """Every UID of a folder that has a row, ascending."""
        sql = "SELECT uid FROM ledger WHERE account = ? AND folder = ? AND uidvalidity = ? ORDER BY uid"
        with self._db.reading():
            return [int(r[0]) for r in self._db.rows(sql, (account, folder, uidvalidity))]

    def unseen(self, account: str, folder: str, uidvalidity: int, uids: Sequence[int]) -> list[int]:
        """Those of the UIDs that have no row, in their order."""
        seen = {uid for uid, _ in self._find_rows(account, folder, uidvalidity, uids)}
        return [uid for uid in uids if uid not in seen]

    def settled(self, account: str, folder: str, uidvalidity: int, uids: Sequence[int]) -> list[int]:
        """Those of the UIDs whose mail was read and has its outcome, ascending; backlog is not among them."""
        return sorted(uid for uid, end in self._find_rows(account, folder, uidvalidity, uids) if end != Disposition.BACKLOG)

    def _find_rows(self, account: str, folder: str, uidvalidity: int, uids: Sequence[int]) -> list[Row]:
        """UID and disposition of those of the UIDs that have a row; asked in pieces, for a statement holds only so many."""
        sql = "SELECT uid, disposition FROM ledger WHERE account = ? AND folder = ? AND uidvalidity = ? AND uid IN ({})"
        pieces = [uids[start : start + PIECE] for start in range(0, len(uids), PIECE)]
        with self._db.reading():
            return [r for piece in pieces for r in self._db.rows(sql.format(marks(len(piece))), (account, folder, uidvalidity, *piece))]

    def due_acknowledgements(self, before: datetime) -> list[LedgerRow]:
        """Mails whose acknowledgement is still owed and due before that moment."""
        sql = f"SELECT {LEDGER} FROM ledger WHERE ack_state = 'due' AND ack_due <= ? ORDER BY ack_due"
        with self._db.reading():
            return [read_ledger(r) for r in self._db.rows(sql, (to_micros(before),))]

    def due_tickets(self, now: datetime) -> list[int]:
        """The numbers of the tickets that time has something to say about, those that wait longest first."""
        with self._db.reading():
            return find_due(self._db, now)

    def living_tickets(self) -> list[Ticket]:
        """Every ticket that time can still do something to, oldest first."""
        sql = f"SELECT {TICKET} FROM ticket WHERE status IN {ALIVE} ORDER BY number"
        with self._db.reading():
            return [read_ticket(r) for r in self._db.rows(sql)]

    def unfinished_tickets(self) -> list[Ticket]:
        """Every ticket that somebody has to do something about, oldest first."""
        with self._db.reading():
            return [read_ticket(r) for r in self._db.rows(f"SELECT {TICKET} FROM ticket WHERE status IN {UNFINISHED} ORDER BY number")]

    def unanswered_tickets(self) -> list[Ticket]:
        """Tickets whose first answer is in danger or late: the first step of its escalation happened, and nobody has answered."""
        sql = (
            f"SELECT {TICKET} FROM ticket WHERE status IN ('new', 'open') AND first_response IS NULL AND clock_since IS NOT NULL "
            "AND marks LIKE ? ORDER BY due_first_response, number"
        )
        with self._db.reading():
            return [read_ticket(r) for r in self._db.rows(sql, ("%first_response.%",))]

    def alarms(self) -> list[Raised]:
        """Every alarm that is not over, the oldest first."""
        with self._db.reading():
            return read_alarms(self._db)

    def limited(self, since: datetime) -> list[tuple[str, int]]:
        """By which limits acknowledgements were held back since then, and how many, the most frequent first."""
        sql = (
            "SELECT ack_reason, COUNT(*) AS held FROM ledger WHERE substr(ack_reason, 1, 6) = 'limit ' AND seen_at > ? "
            "GROUP BY ack_reason ORDER BY held DESC, ack_reason"
        )
        with self._db.reading():
            return [(r[0], int(r[1])) for r in self._db.rows(sql, (to_micros(since),))]

    def ratings(self, number: int) -> list[Rating]:
        """What the requester said of a ticket's resolutions, oldest first."""
        sql = "SELECT ticket, resolution, at, verdict, score, comment FROM rating WHERE ticket = ? ORDER BY id"
        with self._db.reading():
            return [Rating(r[0], r[1], to_moment(r[2]), *r[3:]) for r in self._db.rows(sql, (number,))]

    def leaves(self, now: datetime) -> Mapping[str, datetime]:
        """Which agents are away until when."""
        with self._db.reading():
            return read_leaves(self._db, now)

    def outbox(self) -> list[OutboxRow]:
        """Every mail of the outbox, oldest first."""
        with self._db.reading():
            return [read_outbox(r) for r in self._db.rows(f"SELECT {OUTBOX} FROM outgoing ORDER BY id")]

    def suppressed(self, now: datetime) -> list[Person]:
        """Everybody whom nothing automatic is sent to, by address: undeliverable, blocked, or muted for a while yet."""
        sql = (
            "SELECT address, undeliverable, blocked, muted_until FROM person "
            "WHERE undeliverable <> '' OR blocked <> '' OR muted_until > ? ORDER BY address"
        )
        with self._db.reading():
            return [Person(r[0], r[1], r[2], moment(r[3])) for r in self._db.rows(sql, (to_micros(now),))]

    def sent_since(self, since: datetime) -> list[datetime]:
        """When mails went out since that moment, for each one its moment."""
        with self._db.reading():
            return [to_moment(r[0]) for r in self._db.rows("SELECT sent_at FROM outgoing WHERE sent_at > ?", (to_micros(since),))]

    def quarantine(self) -> list[LedgerRow]:
        """Every quarantined mail, oldest first."""
        sql = f"SELECT {LEDGER} FROM ledger WHERE disposition = 'quarantined' ORDER BY id"
        with self._db.reading():
            return [read_ledger(r) for r in self._db.rows(sql)]

    def raw(self, digest: str) -> bytes | None:
        """The kept bytes of a mail, None when they are not there."""
        with self._db.reading():
            row = self._db.row("SELECT codec, data FROM raw WHERE digest = ?", (digest,))
        return Packed(*row).unpack() if row else None

    def integrity(self) -> list[str]:
        """What does not hold in the database, in words; none when all is well. Reads everything, so it takes its time on a large one."""
        with self._db.reading():
            damage = [] if self._db.is_postgres else [r[0] for r in self._db.rows("PRAGMA integrity_check") if r[0] != "ok"]
            broken = [words.format(*row) for sql, words in LAWS for row in self._db.rows(sql)]
        return [*damage, *broken]


LAWS: tuple[tuple[str, str], ...] = (
    ("SELECT number FROM ticket WHERE number NOT IN (SELECT ticket FROM entry)", "ticket {} has no entry"),
    ("SELECT id, ticket FROM ledger WHERE ticket NOT IN (SELECT number FROM ticket)", "ledger row {} names ticket {}, which is not there"),
    (
        "SELECT id, disposition FROM ledger WHERE digest <> '' AND digest NOT IN (SELECT digest FROM raw)",
        "the bytes of ledger row {} ({}) are not there",
    ),
    (
        "SELECT id FROM ledger WHERE ack_state = 'due' AND disposition = 'ticket' AND id NOT IN (SELECT ledger FROM outgoing "
        "WHERE ledger IS NOT NULL AND kind = 'acknowledgement')",
        "ledger row {} is owed an acknowledgement that is not in the outbox",
    ),
    (
        "SELECT value, (SELECT MAX(number) FROM ticket) FROM counter WHERE name = 'ticket' AND value < (SELECT MAX(number) FROM ticket)",
        "the ticket counter stands at {}, but ticket {} exists: a number would be given twice",
    ),
    (
        "SELECT value, (SELECT COUNT(*) FROM audit) FROM counter WHERE name = 'audit' AND value <> (SELECT COUNT(*) FROM audit)",
        "the audit counted {} rows and holds {}",
    ),
)
"""Questions whose every answer is a fault, with the words for it."""
