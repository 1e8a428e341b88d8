"""An agent's mail at work: what it has come to so far, as a value that each command hands on to the next.

Either all of its commands can be carried out or none is: a command answers with the work as it is then, or with what is wrong, and only
work that nothing was wrong with becomes an outcome.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from mailticket.desk.case import Case
from mailticket.inbound.commands import Order, Spoken, find_nearest
from mailticket.model.mail import Language
from mailticket.model.notice import Notice
from mailticket.model.outcome import KnownTicket, Standing
from mailticket.model.person import Person
from mailticket.model.policy import Agent
from mailticket.model.staff import Aside, Deed, StaffFacts
from mailticket.model.ticket import Change, Entry, Leave, Participant, Ticket, What
from mailticket.tickets.course import Terms

NO_STAFF = StaffFacts()


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done, by a word of the templates' table and the values that its sentence names."""

    word: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def row(self) -> dict[str, object]:
        """As templates' data."""
        return {"word": self.word, **self.values}


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a command can't be carried out, by a word of the templates' table: what was written, and what was probably meant."""

    word: str
    said: str = ""
    near: str = ""
    detail: str = ""

    @property
    def row(self) -> dict[str, object]:
        """As templates' data."""
        return {"word": self.word, "said": self.said, "near": self.near, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Work:
    """What an agent's mail has come to so far.

    `known` is the ticket as it was, `ticket` as it is by now (both None for a mail of no ticket); `text` is what would go to the
    requester, "" once a command took it. `waived` are the reasons for holding that the agent was asked about and said yes to.
    """

    case: Case
    agent: Agent
    spoken: Spoken
    known: KnownTicket | None = None
    ticket: Ticket | None = None
    text: str = ""
    waived: frozenset[str] = frozenset()
    is_opened: bool = False
    done: tuple[Done, ...] = ()
    entries: tuple[Entry, ...] = ()
    changes: tuple[Change, ...] = ()
    notices: tuple[Notice, ...] = ()
    participants: tuple[Participant, ...] = ()
    people: tuple[Person, ...] = ()
    leaves: tuple[Leave, ...] = ()
    asides: tuple[Aside, ...] = ()
    undo: Deed | None = None
    has_answered: bool = False
    is_told: bool = False
    """Whether a list or a help text answers it already, so that no transcript is needed."""

    @property
    def facts(self) -> StaffFacts:
        """What is known because an agent writes."""
        return self.case.facts.staff or NO_STAFF

    @property
    def terms(self) -> Terms:
        """By what the ticket's time is counted."""
        return self.case.terms(self.ticket)

    @property
    def language(self) -> Language:
        """The language in which the agent is answered: that of the commands, else the desk's."""
        is_arabic = self.spoken.is_arabic
        if is_arabic is None:
            is_arabic = self.case.settings.desk.language == "ar"
        return Language.AR if is_arabic else Language.EN

    @property
    def roles(self) -> tuple[Participant, ...]:
        """Who is on the ticket by now, the mail's own changes included."""
        before = self.known.participants if self.known else ()
        mine = {p.address: p for p in self.participants}
        return (*(mine.pop(p.address, p) for p in before), *mine.values())

    @property
    def now_known(self) -> KnownTicket | None:
        """The ticket with its people as they are by now."""
        if self.ticket is None:
            return None
        base = self.known or KnownTicket(self.ticket)
        return replace(base, ticket=self.ticket, participants=self.roles)

    def did(self, word: str, **values: object) -> "Work":
        """One more thing done."""
        return replace(self, done=(*self.done, Done(word, values)))

    def tell(self, *notices: Notice) -> "Work":
        """More mails to write."""
        return replace(self, notices=(*self.notices, *notices))

    def note_change(self, what: str, old: str, new: str, why: str) -> "Work":
        """A row of the audit beside those of the ticket's own fields."""
        return replace(self, changes=(*self.changes, Change(self.case.now, self.agent.email, what, old, new, why)))


Step = Work | Wrong


def standing_of(work: Work) -> Standing | None:
    """The ticket as time's module knows it: with its requester's standing and their latest words."""
    known = work.now_known
    if known is None:
        return None
    number = known.ticket.number
    person = work.facts.people.get(number, Person(known.ticket.requester))
    return Standing(known, person, True, latest_words(work), work.case.facts.leaves)


def latest_words(work: Work) -> str:
    """What the requester wrote last."""
    number = work.ticket.number if work.ticket else 0
    mails = [entry for entry in work.facts.entries.get(number, ()) if entry.what is What.MAIL]
    return mails[-1].text if mails else ""


def wrong_argument(order: Order, detail: str = "") -> Wrong:
    """An argument that can't be read; `detail` names what would have been right."""
    command = order.command
    near = f"#{order.word} {_example(order)}".rstrip() if command else ""
    return Wrong("argument" if order.argument else "missing", f"#{order.word} {order.argument}".rstrip(), near, detail)


def _example(order: Order) -> str:
    command = order.command
    if command is None:
        return ""
    return command.example.ar if any("\u0600" <= letter <= "\u06ff" for letter in order.word) else command.example.en


def wrong_word(order: Order) -> Wrong:
    """A word that is no command, with the nearest one that is."""
    near = find_nearest(order.word)
    is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in order.word)
    return Wrong("unknown", f"#{order.word} {order.argument}".rstrip(), f"#{near.arabic if is_arabic else near.name}" if near else "")


def moment_of(work: Work) -> datetime:
    """When the mail came."""
    return work.case.arrival.arrived
