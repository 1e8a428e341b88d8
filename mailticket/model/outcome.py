"""What is known when a mail is decided about (`Facts`), and what was decided (`Outcome`).

The store answers `Keys` with `Facts`; the desk turns a mail and its facts into an `Outcome`; the store makes the outcome so.
A new question to the store is one more field here, nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from mailticket.model.mail import Language
from mailticket.model.notice import Notice
from mailticket.model.person import Person as Person
from mailticket.model.sentfacts import SentFacts
from mailticket.model.staff import Asked, Revoked, StaffFacts, StaffWork
from mailticket.model.ticket import Change, Entry, Leave, Participant, Priority, Rating, Ticket, Type
from mailticket.model.told import Told

BOUNCE_OF = "bounce of our"
"""How the reason begins by which a matched delivery report is filed: digests count them."""


class Disposition(StrEnum):
    """The one stated end of every mail (spec 1.1)."""

    TICKET = "ticket"
    FOLLOW_UP = "follow-up"
    AGENT_ACTION = "agent action"
    HELD = "held"
    FILED = "filed"
    DUPLICATE = "duplicate"
    BACKLOG = "backlog"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a mail stands on a server: the ledger's key.

    `arrived` is INTERNALDATE, aware UTC, clamped to the moment when we saw it; `size` is in bytes; `is_draft` is told of Sent folders.
    """

    account: str
    folder: str
    uidvalidity: int
    uid: int
    arrived: datetime
    size: int = 0
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder as it was just opened: every UID in it is below `uidnext`, and means something only together with `uidvalidity`."""

    account: str
    folder: str
    uidvalidity: int
    uidnext: int


class SourceError(Exception):
    """A mailbox that can't be read. `permanent` says that trying again does harm (a refused login locks the account).

    The text says what happened, `remedy` what to do about it; neither holds a secret.
    """

    def __init__(self, text: str, *, permanent: bool = False, remedy: str = "") -> None:
        super().__init__(text)
        self.permanent = permanent
        self.remedy = remedy


class StoreError(Exception):
    """The store can't be used now: a full disk, a connection that is gone. It is no fault of the mail in hand, and its batch is undone."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What must be looked up for one mail.

    `ids` are Message-IDs in the order in which they prove; `numbers` are tickets that a token or tag names.
    """

    fingerprint: str
    message_id: str
    sender: str
    ids: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    thread_index: str = ""
    bounced: tuple[str, ...] = ()
    """Outbox keys or Message-IDs of ours that a delivery report names."""
    asker: str = ""
    """Who wrote the mail where `sender` is somebody else: the agent who brings the sender's mail in, "" otherwise."""
    asked: Asked | None = None
    """What more must be known when somebody on the roster writes; None for everyone else, who pay nothing for it."""
    sent_to: tuple[str, ...] = ()
    """Outsiders whom a mail of the Sent folder went to; () for every other mail."""


@dataclass(frozen=True, slots=True)
class KnownTicket:
    """A ticket with what the proofs need: who is on it, and the generations of agents' and teams' tokens that were raised."""

    ticket: Ticket
    participants: tuple[Participant, ...] = ()
    generations: Mapping[str, int] = field(default_factory=dict)
    public_ids: tuple[str, ...] = ()
    """Message-IDs that the requester has seen, oldest first: the References of what we send them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An earlier ledger row with the same Message-ID: the same mail when `same` (fingerprints agree)."""

    same: bool
    disposition: Disposition
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Acknowledgements of the past, each within its own limit's window; `asks` and `states` are held-mail questions and answers about a
    ticket's state to this person within the last hour."""

    sender: int = 0
    domain: int = 0
    overall: int = 0
    cutoff: int = 0
    asks: int = 0
    states: int = 0


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail of ours that a delivery report speaks of."""

    key: str
    number: int
    recipient: str
    kind: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the desk can't compute. `ids` maps known Message-IDs to ticket numbers; `loads` counts each agent's unfinished tickets.

    `turns` counts the tickets that each team has given to its agents in turn; `leaves` says who is away until when.
    """

    next_number: int
    person: Person
    known: Mapping[int, KnownTicket] = field(default_factory=dict)
    ids: Mapping[str, int] = field(default_factory=dict)
    thread_index: int | None = None
    seen: Seen | None = None
    counts: Counts = Counts()
    loads: Mapping[str, int] = field(default_factory=dict)
    turns: Mapping[str, int] = field(default_factory=dict)
    leaves: Mapping[str, datetime] = field(default_factory=dict)
    bounced: SentMail | None = None
    staff: StaffFacts | None = None
    sent: SentFacts | None = None
    told: Mapping[tuple[int, str], Told] = field(default_factory=dict)
    """By ticket and reader's address, the latest notice of a new mail; only of mails that the desk's own people did not write."""
    intakes: Mapping[str, int] = field(default_factory=dict)
    """The raised generations of agents' intake addresses; read for mails from the roster, and for those that carry such an address."""


class Proof(StrEnum):
    """By what a mail was threaded (spec 2.4), in the order of trust."""

    ADDRESS = "signed address"
    SIGNED_ID = "signed id"
    KNOWN_ID = "known id"
    PSEUDO_REFERENCE = "signed reference"
    THREAD_INDEX = "thread index"
    TAG = "tag"
    NONE = "none"


class Join(StrEnum):
    """What a proof entitles to."""

    JOINED = "joined"
    UNVERIFIED = "unverified"
    LINKED = "linked"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Threading:
    """Which ticket a mail belongs to, by which proof, and every proof that was tried with its answer."""

    join: Join
    proof: Proof = Proof.NONE
    number: int | None = None
    tried: tuple[str, ...] = ()


class Hit(NamedTuple):
    """A rule that matched, with the words that made it match and the score it gave."""

    rule: str
    words: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Triage:
    """Where a mail goes and as what, with everything that hit; `reasons` are the hits that spoke for the team, the heaviest first."""

    team: str
    type: Type
    priority: Priority
    language: Language
    hits: tuple[Hit, ...] = ()
    tags: tuple[str, ...] = ()
    reasons: tuple[Hit, ...] = ()
    watch: tuple[str, ...] = ()
    """Agents who are to watch it, by the addresses that the rules give."""


class AckState(StrEnum):
    """The state of a mail's acknowledgement; every state but DUE is final."""

    DUE = "due"
    SENT = "sent"
    SUPPRESSED = "suppressed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What is owed to an inbound mail: `due` is its deadline, aware UTC; `reason` says why it is suppressed or failed."""

    state: AckState
    due: datetime
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one mail. `ticket` is its state afterwards (None when none is concerned); `opened` tells a new one from an old one.

    `message_ids` are to be known as that ticket's from now on; `participants` and `people` are upserted; `generations` raises tokens.
    """

    disposition: Disposition
    reason: str
    acknowledgement: Acknowledgement
    ticket: Ticket | None = None
    opened: bool = False
    threading: Threading = Threading(Join.NEW)
    triage: Triage | None = None
    entries: tuple[Entry, ...] = ()
    changes: tuple[Change, ...] = ()
    notices: tuple[Notice, ...] = ()
    participants: tuple[Participant, ...] = ()
    people: tuple[Person, ...] = ()
    message_ids: tuple[str, ...] = ()
    generations: Mapping[str, int] = field(default_factory=dict)
    ratings: tuple[Rating, ...] = ()
    leaves: tuple[Leave, ...] = ()
    """Leaves that begin, and those that end: a moment in the past."""
    revoked: tuple[Revoked, ...] = ()
    """Tokens of agents and teams that were seen outside, whichever ticket they are of."""
    staff: StaffWork | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a ticket that time may have something to say about.

    `person` is its requester, `is_acknowledged` whether the founding mail's acknowledgement went out or is on its way, `text` the
    requester's latest words, `leaves` who on the desk is away until when.
    """

    known: KnownTicket
    person: Person
    is_acknowledged: bool
    text: str = ""
    leaves: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def ticket(self) -> Ticket:
        """The ticket itself."""
        return self.known.ticket


@dataclass(frozen=True, slots=True)
class Lapse:
    """What time has done to a ticket: its state afterwards, the audit's rows, and whom to tell."""

    ticket: Ticket
    changes: tuple[Change, ...] = ()
    notices: tuple[Notice, ...] = ()
