"""Values to rows and back. Moments are integers inside (microseconds UTC), aware datetimes outside; NUL never reaches PostgreSQL's text."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime

from mailticket.edges.database import Row
from mailticket.edges.tables import MICROSECOND, to_micros, to_moment
from mailticket.model.mail import Attachment, Language
from mailticket.model.notice import Lane, NoticeKind
from mailticket.model.outcome import Acknowledgement, AckState, Arrival, Disposition
from mailticket.model.record import LedgerRow, OutboxRow, OutgoingState
from mailticket.model.ticket import Channel, Clock, Due, Entry, Priority, Status, Ticket, Type, Visibility, What

TICKET = (
    "number, fingerprint, subject, requester, requester_name, team, type, priority, language, created, updated, owner, channel, status, "
    "level, due_first_response, due_resolution, first_response, closed, linked, thread_index, "
    "clock_started, clock_since, clock_used, marks, silent_since, snoozed, wake, resolved, resolution"
)
LEDGER = (
    "id, account, folder, uidvalidity, uid, arrived, size, seen_at, digest, message_id, sender, subject, disposition, reason, ticket, "
    "ack_state, ack_due, ack_reason, ack_at"
)
ENTRY = "at, what, author, visibility, text, message_id, subject, raw, remark, attachments"
OUTBOX = "id, lane, kind, ticket, recipient, subject, message_id, state, tries, created, next_try, sent_at, error"
LANES = tuple(Lane)
LONGEST_KEY = 1000
LONG = "long:"


def micros(value: datetime | None) -> int | None:
    """A moment as it is stored."""
    return None if value is None else to_micros(value)


def moment(value: int | None) -> datetime | None:
    """A moment as it was stored."""
    return None if value is None else to_moment(value)


def index_key(text: str) -> str:
    """An id as indexes hold it: one too long for PostgreSQL's (2,704 bytes a row) stands there as its digest, and is never shown."""
    data = text.encode("utf-8", "replace")
    return text if len(data) <= LONGEST_KEY else LONG + hashlib.sha256(data).hexdigest()


def ticket_row(t: Ticket) -> tuple[object, ...]:
    """The columns of `TICKET`."""
    times = (micros(t.due.first_response), micros(t.due.resolution), micros(t.first_response), micros(t.closed))
    words = (t.number, t.fingerprint, t.subject, t.requester, t.requester_name, t.team, t.type.value, t.priority.value)
    state = (t.language.value, to_micros(t.created), to_micros(t.updated), t.owner, t.channel.value, t.status.value, t.level)
    clock = (micros(t.clock.started), micros(t.clock.since), t.clock.used // MICROSECOND, " ".join(t.marks))
    ahead = (micros(t.silent_since), micros(t.snoozed), micros(t.wake), micros(t.resolved), t.resolution)
    return (*words, *state, *times, t.linked, t.thread_index, *clock, *ahead)


def read_ticket(r: Row) -> Ticket:
    """The ticket of a row of `TICKET`."""
    return Ticket(
        number=r[0],
        fingerprint=r[1],
        subject=r[2],
        requester=r[3],
        requester_name=r[4],
        team=r[5],
        type=Type(r[6]),
        priority=Priority(r[7]),
        language=Language(r[8]),
        created=to_moment(r[9]),
        updated=to_moment(r[10]),
        owner=r[11],
        channel=Channel(r[12]),
        status=Status(r[13]),
        level=r[14],
        due=Due(moment(r[15]), moment(r[16])),
        first_response=moment(r[17]),
        closed=moment(r[18]),
        linked=r[19],
        thread_index=r[20],
        clock=Clock(moment(r[21]), moment(r[22]), r[23] * MICROSECOND),
        marks=tuple(r[24].split()),
        silent_since=moment(r[25]),
        snoozed=moment(r[26]),
        wake=moment(r[27]),
        resolved=moment(r[28]),
        resolution=r[29],
    )


def entry_row(number: int, e: Entry) -> tuple[object, ...]:
    """The ticket's number and the columns of `ENTRY`."""
    attached = json.dumps([asdict(a) for a in e.attachments], ensure_ascii=False) if e.attachments else ""
    head = (number, to_micros(e.at), e.what.value, e.by, e.visibility.value)
    return (*head, e.text, e.message_id, e.subject, e.raw, e.remark, attached)


def read_entry(r: Row) -> Entry:
    """The entry of a row of `ENTRY`."""
    attached = tuple(Attachment(**{**a, "inside": tuple(a.get("inside", ()))}) for a in json.loads(r[9])) if r[9] else ()
    return Entry(to_moment(r[0]), What(r[1]), r[2], Visibility(r[3]), r[4], r[5], r[6], r[7], r[8], attached)


def read_ledger(r: Row) -> LedgerRow:
    """The row of `LEDGER`."""
    owed = Acknowledgement(AckState(r[15]), to_moment(r[16]), r[17], moment(r[18]))
    arrival = Arrival(r[1], r[2], r[3], r[4], to_moment(r[5]), r[6])
    return LedgerRow(r[0], arrival, to_moment(r[7]), r[8], r[9], r[10], r[11], Disposition(r[12]), r[13], r[14], owed)


def read_outbox(r: Row) -> OutboxRow:
    """The row of `OUTBOX`."""
    times = (to_moment(r[9]), to_moment(r[10]), moment(r[11]))
    return OutboxRow(r[0], LANES[r[1]], NoticeKind(r[2]), r[3] or 0, r[4], r[5], r[6], OutgoingState(r[7]), r[8], *times, r[12])
