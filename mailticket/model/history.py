"""What happened, as slim rows that figures are counted from: no texts, and no people beside those of open tickets.

Moments are aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mailticket.model.outcome import AckState, Disposition
from mailticket.model.ticket import Ticket


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail of the ledger. `team` is that of its ticket, "" for a mail that concerns none."""

    arrived: datetime
    disposition: Disposition
    team: str
    ack_state: AckState
    ack_due: datetime
    ack_at: datetime | None = None
    is_unverified: bool = False
    is_bounce: bool = False


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A ticket's status changed; the words are those of `Status`."""

    number: int
    at: datetime
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Missed:
    """A ticket's resolution was not reached in time. The audit says so, for a clock that rests later takes the due moment away."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """A mail of ours that was refused for good; `team` is that of its ticket."""

    at: datetime
    team: str


@dataclass(frozen=True, slots=True)
class Rating:
    """What a requester gave a resolution, 1 to 5; `team` is that of the ticket."""

    at: datetime
    number: int
    score: int
    team: str


@dataclass(frozen=True, slots=True)
class Records:
    """Everything that figures since some moment are counted from, the oldest first.

    `tickets` holds those opened, answered or changed in status since then, and every one that is not finished.
    """

    mails: tuple[MailRow, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    changes: tuple[StatusChange, ...] = ()
    missed: tuple[Missed, ...] = ()
    refused: tuple[Refused, ...] = ()
    ratings: tuple[Rating, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestRow:
    """A digest as the store keeps it: once made, never again. `lines` maps each reader's address to the tickets of lines 1, 2, ..."""

    number: int
    made: datetime
    lines: Mapping[str, tuple[int, ...]]
