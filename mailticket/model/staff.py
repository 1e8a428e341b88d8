"""What an agent's mail asks of the store beside what every mail asks, what the store answers, and what it keeps of agents' work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mailticket.model.packed import Packed
from mailticket.model.person import Person
from mailticket.model.ticket import Change, Entry, Participant, Ticket


@dataclass(frozen=True, slots=True)
class Query:
    """A question for tickets: one agent's ("mine"), a team's or all unfinished ones ("open"), or those that hold words ("search")."""

    name: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What must be looked up because an agent writes: `held` is the number of a held mail that a token names, `numbers` are tickets that
    commands name. `lines` are the numbers before commands: of tickets, or of lines of the digest `digest` that is answered."""

    agent: str
    held: int | None = None
    numbers: tuple[int, ...] = ()
    queries: tuple[Query, ...] = ()
    cited: tuple[str, ...] = ()
    """Message-IDs of ours that the mail answers: what stands in those mails is none of the agent's words."""
    digest: int | None = None
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """An agent's mail that did nothing and waits for a word at its one-time address.

    `word` says why; the token is bound to `digest`, the mail's bytes. `ticket` is the one that it would work on, None without one.
    """

    number: int
    agent: str
    ticket: int | None
    digest: str
    word: str
    at: datetime
    asked: Asked
    raw: Packed | None = None
    """Its bytes, when the store hands it out."""
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """What an agent's mail changed on a ticket, so that it can be taken back.

    `ledger` is the mail's row there (0 while it has none), `people` who was on the ticket in which role before ("" for nobody yet),
    `has_left` whether a mail of it to an outsider is on its way or gone.
    """

    agent: str
    at: datetime
    digest: str
    before: Ticket
    after: Ticket
    people: tuple[tuple[str, str], ...] = ()
    ledger: int = 0
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """What is known for an agent's mail. Mappings are by ticket number; `answered` is when the mail that it answers was written."""

    next_held: int = 1
    entries: Mapping[int, tuple[Entry, ...]] = field(default_factory=dict)
    changes: Mapping[int, tuple[Change, ...]] = field(default_factory=dict)
    people: Mapping[int, Person] = field(default_factory=dict)
    deeds: Mapping[int, Deed] = field(default_factory=dict)
    """The last deed of this agent that was not taken back, on each ticket."""
    answered: datetime | None = None
    held: Held | None = None
    found: Mapping[Query, tuple[Ticket, ...]] = field(default_factory=dict)
    quoted: tuple[Packed, ...] = ()
    """The notices that the mail may quote, as they were sent; for a held mail that is released, those that it may quote."""
    lines: tuple[int, ...] = ()
    """The tickets of the lines 1, 2, ... of the digest that is answered, as this agent was shown them."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Another ticket that the same mail changes or opens."""

    ticket: Ticket
    opened: bool = False
    entries: tuple[Entry, ...] = ()
    changes: tuple[Change, ...] = ()
    participants: tuple[Participant, ...] = ()
    message_ids: tuple[str, ...] = ()
    deed: Deed | None = None
    undo: Deed | None = None


@dataclass(frozen=True, slots=True)
class StaffWork:
    """What follows from an agent's mail beside what follows from every mail.

    `raw` are the bytes whose parts go along, where they are not the mail's own (a held mail that was confirmed).
    """

    hold: Held | None = None
    used: int | None = None
    deed: Deed | None = None
    undo: Deed | None = None
    raw: Packed | None = None
    asides: tuple[Aside, ...] = ()


@dataclass(frozen=True, slots=True)
class Revoked:
    """A token that was seen outside: the ticket, the agent or team that it was given to, and the generation that is valid from now on."""

    number: int
    person: str
    generation: int
