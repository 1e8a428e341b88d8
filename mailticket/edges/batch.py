"""One transaction for many mails: what the store knows of each, and the writing of what was decided.

The facts of a mail see everything that was committed for the mails before it, within the batch too; a savepoint undoes one mail alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from mailticket.edges.database import Connection, clean, is_trouble, marks
from mailticket.edges.given import Given
from mailticket.edges.rows import LANES, LONG, TICKET, entry_row, index_key, micros, read_ticket, ticket_row
from mailticket.edges.sentbox import read_sent
from mailticket.edges.staff import add_numbers, complete_staff, read_generations, read_staff, write_generations, write_revoked, write_staff
from mailticket.edges.standing import read_leaves, read_person, write_changes, write_people, write_words
from mailticket.edges.tables import to_micros
from mailticket.edges.told import Telling, take_in
from mailticket.model.mail import Mail
from mailticket.model.notice import NoticeKind, Outgoing
from mailticket.model.outcome import (
    Arrival,
    Counts,
    Disposition,
    Facts,
    Keys,
    KnownTicket,
    Outcome,
    Seen,
    SentMail,
    StoreError,
)
from mailticket.model.packed import Packed
from mailticket.model.policy import Acknowledge, Rate
from mailticket.model.record import OutgoingState
from mailticket.model.staff import Aside, StaffWork
from mailticket.model.ticket import Participant, Role, Status, Ticket, Visibility

_ASKED_FOR = (NoticeKind.ACKNOWLEDGEMENT, NoticeKind.REPLY, NoticeKind.STATE)
PUBLIC_KINDS = tuple(k.value for k in (*_ASKED_FOR, NoticeKind.APOLOGY, NoticeKind.REMINDER, NoticeKind.RESOLVED, NoticeKind.PASSED))
_OF_A_MAIL = {NoticeKind.ACKNOWLEDGEMENT, NoticeKind.REPLY, NoticeKind.RESOLVED, NoticeKind.PASSED, NoticeKind.TRANSCRIPT}
FOLLOWED = frozenset({*_OF_A_MAIL, NoticeKind.FOLLOW_UP})
"""What is kept together with the ledger's row of the mail that brought it about."""
PUBLIC_IDS = 20
ASKS = Rate(100, timedelta(hours=1))
ASKING = (NoticeKind.HELD, NoticeKind.HELP)
"""What is sent to an agent's registered address although nothing proves that the agent wrote."""


def known_ticket(db: Connection, number: int) -> KnownTicket | None:
    """A ticket with what the proofs need."""
    row = db.row(f"SELECT {TICKET} FROM ticket WHERE number = ?", (number,))
    if row is None:
        return None
    people = db.rows("SELECT address, role, name, generation FROM participant WHERE ticket = ? ORDER BY id", (number,))
    ids = db.rows("SELECT message_id FROM message_ref WHERE ticket = ? AND public ORDER BY id DESC LIMIT ?", (number, PUBLIC_IDS))
    participants = tuple(Participant(r[0], Role(r[1]), r[2], r[3]) for r in people)
    public = tuple(r[0] for r in reversed(ids) if not r[0].startswith(LONG))
    return KnownTicket(read_ticket(row), participants, read_generations(db, number), public)


class Batch:
    """The mails of one transaction."""

    def __init__(self, db: Connection, now: datetime) -> None:
        self._db, self._now = db, now
        self._given = Given(db)
        self._telling = Telling(db)
        self._unposted: Counter[tuple[NoticeKind, str]] = Counter()

    @contextmanager
    def mail(self) -> Iterator[None]:
        """A savepoint: an exception inside undoes this mail alone. Raises StoreError instead when the database itself is in trouble."""
        try:
            with self._db.savepoint():
                yield
        except Exception as error:
            self._given = Given(self._db)
            if is_trouble(error):
                raise StoreError(f"the database can't be written: {error}") from error
            raise

    def facts(self, keys: Keys, limits: Acknowledge, now: datetime) -> Facts:
        """Everything that the desk must know of a mail."""
        ids = self._ids(keys.ids)
        sent = self._sent(keys.bounced)
        thread = self._thread(keys.thread_index)
        staff = read_staff(self._db, keys) if keys.asked else None
        named = (*keys.numbers, *ids.values(), *([thread] if thread else []), *([sent.number] if sent else []))
        numbers = dict.fromkeys(add_numbers(staff, keys, named) if staff else named)
        known = {number: found for number in numbers if (found := known_ticket(self._db, number))}
        tickets = [one.ticket for one in known.values() if one.ticket.linked and (staff or one.ticket.status is Status.MERGED)]
        linked = [ticket.linked for ticket in tickets if ticket.linked and ticket.linked not in known]
        known |= {number: found for number in linked if (found := known_ticket(self._db, number))}
        return Facts(
            next_number=self._next_number(),
            person=read_person(self._db, keys.sender),
            known=known,
            ids=ids,
            thread_index=thread,
            seen=self._seen(keys),
            counts=self._counts(keys.sender, limits, now, keys.asker or (keys.asked.agent if keys.asked else "")),
            loads=self._given.loads(),
            turns=self._given.turns(),
            leaves=read_leaves(self._db, now),
            bounced=sent,
            staff=complete_staff(self._db, staff, keys, known) if staff else None,
            sent=read_sent(self._db, keys.sent_to, tuple(known)),
            told={} if staff else self._telling.read(tuple(known), now),
            intakes=read_generations(self._db) if keys.asked or 0 in keys.numbers else {},
        )

    def _next_number(self) -> int:
        row = self._db.row("SELECT value FROM counter WHERE name = 'ticket'")
        return int(row[0]) + 1 if row else 1

    def _ids(self, ids: Sequence[str]) -> Mapping[str, int]:
        if not ids:
            return {}
        named = {clean(index_key(i)): i for i in ids}
        sql = f"SELECT message_id, ticket FROM message_ref WHERE message_id IN ({marks(len(named))})"
        return {named[r[0]]: r[1] for r in self._db.rows(sql, tuple(named))}

    def _thread(self, index: str) -> int | None:
        sql = "SELECT number FROM ticket WHERE thread_index = ? AND thread_index <> '' ORDER BY number DESC LIMIT 1"
        row = self._db.row(sql, (index,)) if index else None
        return int(row[0]) if row else None

    def _sent(self, bounced: Sequence[str]) -> SentMail | None:
        for name in bounced:
            sql = "SELECT key, ticket, recipient, kind FROM outgoing WHERE key = ? OR message_id = ?"
            row = self._db.row(sql, (name, name))
            if row and row[1]:
                return SentMail(*row)
        return None

    def _seen(self, keys: Keys) -> Seen | None:
        sql = (
            "SELECT fingerprint, disposition, ticket FROM ledger WHERE message_id = ? "
            "ORDER BY CASE WHEN fingerprint = ? THEN 0 ELSE 1 END, id LIMIT 1"
        )
        row = self._db.row(sql, (index_key(keys.message_id), keys.fingerprint)) if keys.message_id else None
        return Seen(row[0] == keys.fingerprint, Disposition(row[1]), row[2]) if row else None

    def _counts(self, sender: str, limits: Acknowledge, now: datetime, agent: str) -> Counts:
        domain = "@" + sender.partition("@")[2]
        return Counts(
            self._count(NoticeKind.ACKNOWLEDGEMENT, sender, limits.per_sender, now),
            self._count(NoticeKind.ACKNOWLEDGEMENT, domain, limits.per_domain, now),
            self._count(NoticeKind.ACKNOWLEDGEMENT, "", limits.overall, now),
            self._count(NoticeKind.ACKNOWLEDGEMENT, sender, limits.cutoff, now),
            sum(self._count(kind, agent, ASKS, now) for kind in ASKING) if agent else 0,
            self._count(NoticeKind.STATE, sender, ASKS, now),
        )

    def _count(self, kind: NoticeKind, whom: str, rate: Rate, now: datetime) -> int:
        """Mails to an address, an "@domain" or anyone ("") within the limit's window, those of this batch that are not posted yet included.

        Counted no further than decides: a flood must not make each of its mails dearer.
        """
        if not rate.count:
            return 0
        where = "domain = ? AND" if whom[:1] == "@" else "recipient = ? AND" if whom else ""
        sql = f"SELECT COUNT(*) FROM (SELECT 1 FROM outgoing WHERE kind = '{kind.value}' AND {where} created > ? LIMIT ?) AS past"
        name = (whom.removeprefix("@"),) if whom else ()
        row = self._db.row(sql, (*name, to_micros(now - rate.per), rate.count + 1))
        return (int(row[0]) if row else 0) + self._unposted[kind, whom]

    def _expect(self, kind: NoticeKind, address: str, by: int) -> None:
        for whom in (address, "@" + address.partition("@")[2], ""):
            self._unposted[kind, whom] += by

    def commit(self, arrival: Arrival, mail: Mail, raw: Packed, outcome: Outcome) -> int:
        """Write what follows from one mail, but for the mails that tell of it, which `post` takes; its row in the ledger.

        0 for a mail that has its outcome already: another daemon was faster, and nothing was changed.
        """
        number = outcome.ticket.number if outcome.ticket else None
        row_id = self._write_ledger(arrival, mail, outcome, number)
        if row_id is None:
            return 0
        if outcome.ticket:
            self._write_ticket(outcome.ticket, outcome.opened)
            self._write_ticket_rows(outcome.ticket.number, outcome)
            write_generations(self._db, outcome.ticket.number, outcome.generations)
        write_changes(self._db, number, outcome.changes)
        self._db.run(
            "INSERT INTO raw (digest, codec, size, data) VALUES (?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING",
            (mail.digest, raw.codec, mail.size, raw.data),
        )
        write_people(self._db, outcome.people)
        write_words(self._db, outcome)
        write_revoked(self._db, outcome.revoked)
        if outcome.staff:
            self._write_asides(outcome.staff)
            write_staff(self._db, row_id, outcome.staff, self._now)
        for notice in outcome.notices:
            self._expect(notice.kind, notice.to.address, 1)
        self._telling.note(outcome.notices, outcome.entries, self._now)
        return row_id

    def post(self, row_id: int, outgoing: Sequence[Outgoing]) -> None:
        """Put the mails that tell of a mail of this batch into the outbox; until then they count for the limits as if they were there."""
        write_outgoing(self._db, outgoing, self._now, row_id)
        for one in outgoing:
            self._expect(one.kind, one.recipient, -1)

    def _write_ticket(self, ticket: Ticket, opened: bool) -> None:
        row = ticket_row(ticket)
        if opened:
            self._db.run("UPDATE counter SET value = ? WHERE name = 'ticket'", (ticket.number,))
            if ticket.owner:
                self._given.take_turn(ticket.team)
            self._db.run(f"INSERT INTO ticket ({TICKET}) VALUES ({marks(30)})", row)
        else:
            self._given.move(self._db.row("SELECT owner, status FROM ticket WHERE number = ?", (ticket.number,)), -1)
            self._db.run(UPDATE_TICKET_SQL, (*row[1:], row[0]))
        self._given.move((ticket.owner, ticket.status.value), +1)

    def _write_asides(self, work: StaffWork) -> None:
        """Other tickets that the same mail changed or opened."""
        for aside in work.asides:
            self._write_ticket(aside.ticket, aside.opened)
            self._write_ticket_rows(aside.ticket.number, aside)
            write_changes(self._db, aside.ticket.number, aside.changes)

    def _write_ticket_rows(self, number: int, outcome: Outcome | Aside) -> None:
        db = self._db
        db.many(ENTRY_SQL, (entry_row(number, entry) for entry in outcome.entries))
        people = ((number, p.address, p.role.value, p.name, p.generation) for p in outcome.participants)
        db.many(
            "INSERT INTO participant (ticket, address, role, name, generation) VALUES (?, ?, ?, ?, ?) "
            f"ON CONFLICT (ticket, address) DO UPDATE SET {PARTICIPANT_AGAIN}",
            people,
        )
        public = any(e.visibility is Visibility.PUBLIC for e in outcome.entries)
        db.many(REF_SQL, ((index_key(i), number, public) for i in outcome.message_ids if i))

    def _write_ledger(self, a: Arrival, mail: Mail, outcome: Outcome, number: int | None) -> int | None:
        """The row's id; None when the place had its outcome already. A quarantined mail may get another one."""
        owed = outcome.acknowledgement
        sender = mail.strict_sender or (mail.sender.address if mail.sender else "")
        place = (a.account, a.folder, a.uidvalidity, a.uid, to_micros(a.arrived), to_micros(self._now), mail.size)
        who = (mail.digest, mail.fingerprint, index_key(mail.message_id), sender, mail.subject)
        end = (outcome.disposition.value, outcome.reason, number, outcome.threading.proof.value, outcome.threading.join.value)
        answer = (owed.state.value, to_micros(owed.due), micros(owed.at), owed.reason)
        row = self._db.row(LEDGER_SQL, (*place, *who, *end, *answer))
        return int(row[0]) if row else None


def _assign(column: str) -> str:
    """The deliverer may note a first response between the facts and the commit: one that is there stays."""
    return f"{column} = COALESCE({column}, ?)" if column == "first_response" else f"{column} = ?"


UPDATE_TICKET_SQL = f"UPDATE ticket SET {', '.join(map(_assign, TICKET.split(', ')[1:]))} WHERE number = ?"
LEDGER_END = (
    "digest, fingerprint, message_id, sender, subject, disposition, reason, ticket, proof, joined, ack_state, ack_due, ack_at, ack_reason"
)
LEDGER_SQL = (
    f"INSERT INTO ledger (account, folder, uidvalidity, uid, arrived, seen_at, size, {LEDGER_END}) VALUES ({marks(21)}) "
    f"ON CONFLICT (account, folder, uidvalidity, uid) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in LEDGER_END.split(', '))} "
    "WHERE ledger.disposition = 'quarantined' RETURNING id"
)
PARTICIPANT_AGAIN = (
    "role = CASE WHEN excluded.role = 'copied' THEN participant.role ELSE excluded.role END, "
    "name = CASE WHEN participant.name = '' THEN excluded.name ELSE participant.name END, "
    "generation = CASE WHEN excluded.generation > participant.generation THEN excluded.generation ELSE participant.generation END"
)
"""Who comes again keeps the first name; a Cc takes no right away, and a generation that was raised stays raised."""
ENTRY_SQL = (
    f"INSERT INTO entry (ticket, at, what, author, visibility, text, message_id, subject, raw, remark, attachments) VALUES ({marks(11)})"
)
REF_SQL = (
    "INSERT INTO message_ref (message_id, ticket, public) VALUES (?, ?, ?) ON CONFLICT (message_id) DO UPDATE SET public = excluded.public "
    "WHERE excluded.public AND message_ref.ticket = excluded.ticket"
)
"""The first ticket that knew an id keeps it: who writes under another's Message-ID does not draw that one's answers to a ticket of his."""
OUTGOING_SQL = (
    "INSERT INTO outgoing (key, ticket, ledger, lane, kind, sender, recipient, domain, message_id, subject, codec, data, state, tries, "
    f"created, next_try, error) VALUES ({marks(13)}, 0, ?, ?, ?) ON CONFLICT (key) DO NOTHING"
)


def write_outgoing(db: Connection, outgoing: Sequence[Outgoing], now: datetime, ledger: int | None = None) -> None:
    """Mails into the outbox, each once for its key; their Message-IDs are known as their ticket's from now on."""
    rows, refs = [], []
    for o in outgoing:
        state = OutgoingState.FAILED if o.fault else OutgoingState.HELD if o.waits else OutgoingState.QUEUED
        answers = ledger if o.kind in FOLLOWED else None
        place = (o.key, o.number or None, answers, LANES.index(o.lane), o.kind.value)
        people = (o.sender, o.recipient, o.recipient.partition("@")[2], o.message_id, o.subject)
        rows.append((*place, *people, o.body.codec, o.body.data, state.value, to_micros(now), to_micros(o.not_before or now), o.fault))
        if o.number:
            refs.append((o.message_id, o.number, o.kind.value in PUBLIC_KINDS))
    db.many(OUTGOING_SQL, rows)
    db.many(REF_SQL, refs)
    take_in(db, outgoing)
