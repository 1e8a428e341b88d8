"""What a mail says, once its bytes are read.

A `Mail` is made by `inbound.parse` and never changes. A fault in the bytes is a value here (`faults`), not an exception, so that
every mail, however broken, can be decided about and kept.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Who or what wrote a mail (spec 2.3)."""

    NORMAL = "normal"
    AUTO_REPLY = "auto_reply"
    AUTO_GENERATED = "auto_generated"
    BOUNCE = "bounce"
    RECEIPT = "receipt"
    REPORT = "report"
    LIST = "list"
    LOOP = "loop"
    FORM = "form"
    SPAM = "spam"
    UNREADABLE = "unreadable"


class Language(StrEnum):
    """The language of a person's words; Arabizi counts as Arabic."""

    AR = "ar"
    EN = "en"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox.

    `address` is the addr-spec, lower case, domain as A-labels ("" when unreadable); `name` is decoded and stripped of controls.
    """

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is no body text. `part` is its index in `Message.walk()` order, by which its bytes are found again in the raw mail."""

    filename: str
    content_type: str
    size: int
    inline: bool
    part: int
    content_id: str = ""
    inside: tuple[str, ...] = ()
    """The names of the files that it is only a wrapping of (winmail.dat)."""


class Failure(StrEnum):
    """Why a mail was not delivered, as far as its report says; the first four speak of the address itself."""

    USER = "user unknown"
    HOST = "host unknown"
    MOVED = "moved"
    NO_MAIL = "domain without mail"
    DISABLED = "mailbox disabled"
    FULL = "mailbox full"
    SIZE = "too big"
    SENDER = "sender refused"
    BLOCKED = "blocked"
    RATE = "too many"
    EXPIRED = "expired"
    NETWORK = "network"
    SYSTEM = "system"
    CONTENT = "content"
    UNKNOWN = ""


LASTING = frozenset((Failure.USER, Failure.HOST, Failure.MOVED, Failure.NO_MAIL))


@dataclass(frozen=True, slots=True)
class Bounce:
    """One delivery report: `status` is the enhanced code ("5.1.1"), `action` RFC 3464's word, `message_id` that of the returned mail."""

    recipient: str = ""
    status: str = ""
    action: str = ""
    message_id: str = ""
    failure: Failure = Failure.UNKNOWN
    others: "tuple[Bounce, ...]" = ()
    """What the same report says of further recipients, in its order; these have no others."""

    @property
    def is_permanent(self) -> bool:
        """Whether the address is known to refuse for good: a failure of class 5 that is about the address itself (RFC 3463, 5.1.x)."""
        return self.action != "delayed" and self.status.startswith("5.") and self.failure in LASTING


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The mail that a forward carries, as the forwarding program or person shows it; none of it proves anything.

    `date` is in the words of that program ("" when not told), `text` the whole of the older mail, `above` what the forwarding person
    wrote over it. `sure` runs from 0 to 1; below 0.7 whoever would act in the sender's name asks first.

    Only a mail that is attached whole tells the rest: its own Message-ID and those it cites (its parents, newest last), its attachments
    by their places in the mail around it, why it seems a machine's ("" when it does not), and the mail attached within it.
    """

    sender: Address
    date: str = ""
    subject: str = ""
    text: str = ""
    sure: float = 0.0
    above: str = ""
    message_id: str = ""
    cites: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    machine: str = ""
    inner: "Forwarded | None" = None


class TraceField(NamedTuple):
    """A Received or Authentication-Results field, in the order of the mail; which of them may be believed is for `inbound.proof` to say."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as read. `digest` is SHA-256 (hex) of the raw bytes; `fingerprint` leaves trace fields out, so it survives a second delivery.

    `sender` is for display and may be wrong; `strict_sender` is the one address that authority may rest on, "" when From is
    missing, doubled, a group, or not exactly one plain mailbox. `return_path` is None when absent, "" for `<>`.
    `text` is the whole body as text, `reply_text` what is new in it, `cut_text` what was cut; `reply_sure` runs from 0 to 1.
    """

    digest: str
    fingerprint: str
    size: int
    message_id: str
    subject: str = ""
    sender: Address | None = None
    strict_sender: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    return_path: str | None = None
    date: datetime | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    thread_index: str = ""
    kind: Kind = Kind.NORMAL
    reason: str = ""
    suppress: str = ""
    """Why a mail of a person still gets no acknowledgement ("" when it may): a mark of bulk or of suppression beside human writing."""
    language: Language = Language.EN
    text: str = ""
    reply_text: str = ""
    reply_sure: float = 1.0
    cut_text: str = ""
    attachments: tuple[Attachment, ...] = ()
    forwarded: Forwarded | None = None
    bounce: Bounce | None = None
    trace: tuple[TraceField, ...] = ()
    loop_mark: str = ""
    """The value of X-MailTicket-Loop, unchecked; `model.token` says whether it is ours."""
    faults: tuple[str, ...] = field(default=())

    @property
    def forwarded_from(self) -> Address | None:
        """Who wrote the mail that this one forwards, as far as that can be read."""
        return self.forwarded.sender if self.forwarded else None

    @property
    def recipients(self) -> tuple[str, ...]:
        """Every address the mail was sent to, as far as its headers tell: envelope hints first, then To and Cc."""
        return (*self.delivered_to, *(a.address for a in (*self.to, *self.cc)))
