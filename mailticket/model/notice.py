"""What the desk decides to tell someone, and what becomes of it on the way out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mailticket.model.figures import Report
from mailticket.model.mail import Address, Language
from mailticket.model.packed import Packed
from mailticket.model.token import make_key


class Lane(StrEnum):
    """The queues of the outbox; the order of the members is the order of delivery."""

    ALARM = "alarm"
    ACKNOWLEDGEMENT = "acknowledgement"
    REPLY = "reply"
    NOTICE = "notice"
    DIGEST = "digest"


class NoticeKind(StrEnum):
    """What is told; each has a template of the same name."""

    ACKNOWLEDGEMENT = "acknowledgement"
    NEW_TICKET = "new_ticket"
    FOLLOW_UP = "follow_up"
    REPLY = "reply"
    STATE = "state"
    HELD = "held"
    UNDELIVERABLE = "undeliverable"
    COLLEAGUE_REPLIED = "colleague_replied"
    NOTE = "note"
    ASSIGNED = "assigned"
    TRANSCRIPT = "transcript"
    LISTING = "listing"
    MORNING = "morning"
    HELP = "help"
    WARNING = "warning"
    BREACH = "breach"
    VERIFY = "verify"
    WOKEN = "woken"
    APOLOGY = "apology"
    REMINDER = "reminder"
    RESOLVED = "resolved"
    PASSED = "passed"
    ALARM = "alarm"
    DAILY_DIGEST = "daily_digest"
    WEEKLY_DIGEST = "weekly_digest"
    MONTHLY_REPORT = "monthly_report"


FOR_OTHERS = frozenset(
    {
        *(NoticeKind.ACKNOWLEDGEMENT, NoticeKind.REPLY, NoticeKind.STATE, NoticeKind.APOLOGY, NoticeKind.REMINDER),
        *(NoticeKind.RESOLVED, NoticeKind.PASSED, NoticeKind.ALARM),
        *(NoticeKind.DAILY_DIGEST, NoticeKind.WEEKLY_DIGEST, NoticeKind.MONTHLY_REPORT),
    }
)
"""What goes to requesters, or to addresses that the settings name for it; everything else is for agents and teams alone."""


class Audience(StrEnum):
    """Who reads it: decides which tokens and Message-IDs it may carry."""

    REQUESTER = "requester"
    AGENT = "agent"
    TEAM = "team"
    MANAGER = "manager"
    """Of a digest: answers to it are signed for that digest, not for a ticket."""
    SUPERVISOR = "supervisor"
    """Reads figures without persons, and answers as anybody does."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A decision to write to one address about one ticket.

    `cause` names what brought it about (a fingerprint and a word): Message-ID and idempotency key derive from it, so the same decision
    made twice is the same mail. `generation` is the token generation of that person on that ticket. `data` holds the template's own
    variables, plain values only. `text` is the body of a relayed reply; `parts` names attachments of raw mail `raw` that go along.
    `report` is what a digest tells; its figures go along as files.
    """

    kind: NoticeKind
    lane: Lane
    audience: Audience
    to: Address
    number: int
    cause: str
    language: Language
    generation: int = 0
    subject: str = ""
    """The subject without prefix and tag; "" lets the template choose one of ours."""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    text: str = ""
    raw: str = ""
    parts: tuple[int, ...] = ()
    not_before: datetime | None = None
    waits: bool = False
    """Whether it goes only once the transcript of the same mail has, and then as much later as `not_before` is from now."""
    takes_in: tuple[str, ...] = ()
    """The keys of notices that wait in the outbox and are not sent any more, for this one says what they would have said."""
    auto_submitted: str = ""
    """RFC 3834's word for automatic mail ("auto-replied", "auto-generated"); "" for a human answer that is relayed."""
    data: Mapping[str, object] = field(default_factory=dict)
    report: Report | None = None

    @property
    def key(self) -> str:
        """Its outbox key: the same for the same cause, kind and recipient, so that nobody is told twice."""
        return make_key("\n".join((self.cause, self.kind, self.to.address)))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail ready to go: final bytes for one recipient, packed as they are kept.

    `key` is unique for its cause; a second one with the same key is the same mail.
    """

    key: str
    lane: Lane
    kind: NoticeKind
    number: int
    sender: str
    recipient: str
    message_id: str
    subject: str
    body: Packed
    not_before: datetime | None = None
    waits: bool = False
    """Whether it is held until the transcript of the same mail has gone out."""
    takes_in: tuple[str, ...] = ()
    """The keys of those that it takes the place of."""
    fault: str = ""
    """Why it could not be written; then it has no bytes, and is kept as failed."""
    remark: str = ""
    """What went wrong while it was written, though it could be."""

    @property
    def raw(self) -> bytes:
        """Its final bytes, unpacked at each asking."""
        return self.body.unpack()


class VerdictKind(StrEnum):
    """What the relay said of one recipient."""

    DELIVERED = "delivered"
    DEFERRED = "deferred"
    REFUSED = "refused"
    PAUSED = "paused"
    """The fault is between us and the relay (login, TLS, no connection): no try is counted against the mail."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A relay's answer: SMTP `code` (0 when none came), its `text` bounded to one line."""

    kind: VerdictKind
    code: int = 0
    text: str = ""
