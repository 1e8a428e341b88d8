"""One mail on the desk: what is known of it, and the small values that every decision about it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mailticket.inbound.proof import Evidence
from mailticket.model.mail import Attachment, Mail
from mailticket.model.outcome import Acknowledgement, AckState, Arrival, Disposition, Facts, KnownTicket, Outcome
from mailticket.model.policy import Agent, Settings
from mailticket.model.ticket import Change, Entry, Ticket, Visibility, What
from mailticket.model.token import Keyring
from mailticket.tickets.course import Terms
from mailticket.tickets.duty import Presence
from mailticket.tickets.hours import Calendar
from mailticket.tickets.notify import acknowledgement_due
from mailticket.tickets.rules import RuleBook
from mailticket.tickets.sessions import NO_SESSIONS, Sessions

DESK = "mailticket"


@dataclass(frozen=True, slots=True)
class Policy:
    """What decisions rest on: the settings, the signing keys, the compiled rules, the calendar, forms' secrets, course sessions."""

    settings: Settings
    ring: Keyring
    book: RuleBook
    calendar: Calendar
    form_secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sessions: Sessions = NO_SESSIONS
    snippets: Mapping[str, str] = field(default_factory=dict)
    """Canned replies by file name."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """The agent who brought a requester's mail in by forwarding it, and their words above it, which are the desk's alone."""

    agent: Agent
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A mail before the desk, with everything that is known of it at this moment."""

    mail: Mail
    arrival: Arrival
    facts: Facts
    policy: Policy
    evidence: Evidence
    now: datetime
    team: str = "general"
    """The team of the mailbox it came to, when no rule says more."""
    bearer: Bearer | None = None

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.policy.settings

    @property
    def author(self) -> str:
        """Who wrote it, as far as the mail says."""
        return self.mail.strict_sender or (self.mail.sender.address if self.mail.sender else "")

    @property
    def presence(self) -> Presence:
        """Who is there as the mail is decided about."""
        return Presence(self.policy.calendar, self.now, self.facts.leaves)

    def known(self, number: int | None) -> KnownTicket | None:
        """The ticket of that number with what proofs need."""
        return self.facts.known.get(number) if number is not None else None

    def terms(self, ticket: Ticket | None = None) -> Terms:
        """By what a ticket's time is counted when this mail moves it: from its arrival, but not from before the ticket's last change."""
        arrived = self.arrival.arrived
        return Terms(self.settings, self.policy.calendar, min(max(arrived, ticket.updated), self.now) if ticket else arrived)

    def unacknowledged(self, reason: str) -> Acknowledgement:
        """The final state of a mail that is owed no acknowledgement."""
        return Acknowledgement(AckState.SUPPRESSED, acknowledgement_due(self.arrival, self.settings), reason)


def filed(case: Case, disposition: Disposition, reason: str) -> Outcome:
    """The end of a mail that concerns no ticket."""
    return Outcome(disposition, reason, case.unacknowledged(reason))


def mail_entry(case: Case, what: What, visibility: Visibility, text: str, remark: str = "") -> Entry:
    """The entry that a mail becomes on its ticket."""
    mail = case.mail
    return Entry(
        at=case.arrival.arrived,
        what=what,
        by=case.author,
        visibility=visibility,
        text=text,
        message_id=mail.message_id,
        subject=mail.subject,
        raw=mail.digest,
        remark=remark,
        attachments=mail.attachments,
    )


def changes_between(old: Ticket, new: Ticket, who: str, why: str, at: datetime) -> tuple[Change, ...]:
    """The audit rows of a changed ticket: one for each of the fields that people reason about."""
    fields = ("status", "owner", "team", "level", "priority", "type")
    pairs = ((name, str(getattr(old, name)), str(getattr(new, name))) for name in fields)
    return tuple(Change(at, who, name, before, after, why) for name, before, after in pairs if before != after)


def describe_attachments(attachments: tuple[Attachment, ...]) -> list[Mapping[str, object]]:
    """Attachments as notices show them."""
    return [{"filename": a.filename, "size": a.size, "content_type": a.content_type} for a in attachments]
