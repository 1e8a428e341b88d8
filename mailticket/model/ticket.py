"""What the desk keeps: tickets, their entries, and the words for their states."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mailticket.model.mail import Attachment, Language


class Status(StrEnum):
    """Where a ticket stands in its life (spec 4.2)."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    VERIFYING = "verifying"
    CLOSED = "closed"
    MERGED = "merged"
    SPAM = "spam"


class Type(StrEnum):
    """What the requester's mail mainly does."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    REQUEST = "request"
    INQUIRY = "inquiry"


class Priority(StrEnum):
    """How soon; the order of the members is from most to least pressing."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Channel(StrEnum):
    """By which road the requester came (spec 5)."""

    EMAIL = "email"
    FORM = "form"
    PHONE = "phone"
    WHATSAPP = "whatsapp"
    FACEBOOK = "facebook"
    TWITTER = "twitter"
    REMOTE = "remote"
    HALL = "hall"


class What(StrEnum):
    """The sort of an entry."""

    MAIL = "mail"
    REPLY = "reply"
    NOTE = "note"
    CHANGE = "change"


class Visibility(StrEnum):
    """Who may read an entry; whatever is not known to be public is internal."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Role(StrEnum):
    """What a person outside the desk is to a ticket; COPIED is recorded and shown to agents, never written to."""

    REQUESTER = "requester"
    ALLOWED = "allowed"
    COPIED = "copied"


@dataclass(frozen=True, slots=True)
class Participant:
    """A person outside the desk on one ticket. Raising `generation` makes every token given to that person before worthless."""

    address: str
    role: Role
    name: str = ""
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """When things are owed, as aware UTC moments; None where nothing is owed any more or no target applies."""

    first_response: datetime | None = None
    resolution: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a ticket's promises, in working time.

    `started` is when it was started (again, after an end), `since` when it last began to run, None while it rests or is stopped, and
    `used` what had run before that.
    """

    started: datetime | None = None
    since: datetime | None = None
    used: timedelta = timedelta(0)


CONFIDENTIAL = "confidential"
"""The mark of a complaint about the desk's own people; whom it names stands behind a colon (`tickets.confidential`)."""
WATCHED = "watch"
"""The mark of a ticket that agents watch, who stand behind a colon: those whom rules name with `watch`."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket as it stands. `fingerprint` is that of the founding mail: tokens bind to it, so a number given again frees nobody's."""

    number: int
    fingerprint: str
    subject: str
    requester: str
    requester_name: str
    team: str
    type: Type
    priority: Priority
    language: Language
    created: datetime
    updated: datetime
    owner: str = ""
    channel: Channel = Channel.EMAIL
    status: Status = Status.NEW
    level: int = 1
    due: Due = Due()
    first_response: datetime | None = None
    closed: datetime | None = None
    linked: int | None = None
    thread_index: str = ""
    clock: Clock = Clock()
    marks: tuple[str, ...] = ()
    """What happens once and has happened: "first_response.warned", "reminded", "solved.1" (`tickets.lapse`, `tickets.course`)."""
    silent_since: datetime | None = None
    """Since when the requester's silence counts, while the ticket waits for them or for their word on its resolution."""
    snoozed: datetime | None = None
    """Until when it sleeps."""
    wake: datetime | None = None
    """When time next changes something about it; None while nothing is ahead."""
    resolved: datetime | None = None
    resolution: int = 0
    """How many times it was resolved: the question after each resolution has tokens of its own."""

    @property
    def tag(self) -> str:
        """The tag that stands in subjects, plain ASCII: "[MT-1042]"."""
        return f"[MT-{self.number}]"

    @property
    def is_confidential(self) -> bool:
        """Whether only managers may read it (spec 2.5)."""
        return self.type is Type.COMPLAINT and any(mark.startswith(CONFIDENTIAL) for mark in self.marks)

    @property
    def accused(self) -> tuple[str, ...]:
        """The addresses of those of the roster whom it names, when it is confidential."""
        return self._behind(CONFIDENTIAL) if self.is_confidential else ()

    @property
    def watchers(self) -> tuple[str, ...]:
        """The addresses of the agents who watch it."""
        return self._behind(WATCHED)

    def _behind(self, word: str) -> tuple[str, ...]:
        named = (mark.partition(":")[2] for mark in self.marks if mark.partition(":")[0] == word)
        return tuple(address for names in named for address in names.split(",") if address)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened on a ticket and can be read: a mail, a reply, a note or a change. `raw` is the digest of the kept bytes."""

    at: datetime
    what: What
    by: str
    visibility: Visibility
    text: str
    message_id: str = ""
    subject: str = ""
    raw: str = ""
    remark: str = ""
    """What an agent must know of it: "unverified", "by number", the linked newcomer, a suppressed acknowledgement."""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the audit: who changed what of a ticket, and why. `old` and `new` are the values as text."""

    at: datetime
    who: str
    what: str
    old: str
    new: str
    why: str


@dataclass(frozen=True, slots=True)
class Rating:
    """What the requester said of a resolution: `verdict` is "solved", "unsolved" or "rated", `score` 1 to 5 where it was rated."""

    number: int
    resolution: int
    at: datetime
    verdict: str
    score: int | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """An agent's absence: the address on the roster, until when (aware), and how it is known. It ends when they write again."""

    agent: str
    until: datetime
    why: str
