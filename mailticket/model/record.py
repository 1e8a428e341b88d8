"""Rows as the store hands them out: mails claimed for delivery, what became of them, and the lines that people read in lists.

They are values like all others here; only the store makes them, except for `Settled`, by which the deliverer answers.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailticket.model.notice import Lane, NoticeKind, Outgoing
from mailticket.model.outcome import Acknowledgement, Arrival, Disposition


class OutgoingState(StrEnum):
    """Where a mail of the outbox stands; SENDING is leased to one deliverer."""

    HELD = "held"
    """Not to be sent before the transcript of what it belongs to has gone out (spec 3)."""
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail of the outbox leased for one try. `tries` were counted before this one; `first_try` is None until one was."""

    id: int
    outgoing: Outgoing
    tries: int
    created: datetime
    first_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a claimed mail: SENT, FAILED, or QUEUED again until `next_try`; `counted` is False when the relay was at fault."""

    id: int
    state: OutgoingState
    next_try: datetime | None = None
    error: str = ""
    counted: bool = True


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A mail of the ledger: where it stood, what it was and its one stated outcome."""

    id: int
    arrival: Arrival
    seen_at: datetime
    digest: str
    message_id: str
    sender: str
    subject: str
    disposition: Disposition
    reason: str
    number: int | None
    acknowledgement: Acknowledgement


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A mail of the outbox as lists show it; `next_try` is the end of the lease while it is being sent."""

    id: int
    lane: Lane
    kind: NoticeKind
    number: int
    recipient: str
    subject: str
    message_id: str
    state: OutgoingState
    tries: int
    created: datetime
    next_try: datetime
    sent_at: datetime | None = None
    error: str = ""
