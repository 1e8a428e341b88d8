"""What a round needs of the outside, said by the one who needs it.

The daemon fills a `Road` with real edges, the tests with their twins; a round can't tell the difference.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from mailticket.model.alarm import Alarm, Raised
from mailticket.model.figures import Slot
from mailticket.model.history import DigestRow, Records
from mailticket.model.mail import Mail
from mailticket.model.morning import Morning
from mailticket.model.notice import Notice, Outgoing, Verdict
from mailticket.model.outcome import Arrival, Facts, Keys, KnownTicket, Lapse, Listing, Outcome, Person, Standing
from mailticket.model.packed import Packed
from mailticket.model.policy import Acknowledge, Agent, Settings
from mailticket.model.record import Claimed, LedgerRow, Settled
from mailticket.model.ticket import Ticket
from mailticket.rounds.reading import Read
from mailticket.tickets.slots import Slots


class Source(Protocol):
    """A watched folder."""

    def open(self) -> Listing:
        """Connect if need be, and say which folder this is; raises SourceError."""

    def find_new(self, after: int) -> list[Arrival]:
        """What stands above that UID, in ascending order."""

    def uids(self) -> list[int]:
        """All that stands there, in ascending order."""

    def find(self, uids: Sequence[int]) -> list[Arrival]:
        """Those of them whose arrival can be told, in their order."""

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Whole mails by UID, not marked as seen; a vanished one is missing."""

    def fetch_outline(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Of mails that are too large: the head, with a stub for a body."""

    def mark_done(self, uids: Sequence[int]) -> object:
        """A courtesy after the commit; nothing rests on it."""

    def find_unmarked(self) -> list[int]:
        """What could be marked as done and is not."""


class Reader(Protocol):
    """Bytes to mails, in worker processes or in this one; every raw mail gives exactly one, in order."""

    def start(self, items: Sequence[bytes], /) -> Future[list[Read]]:
        """Begin to read; the future holds the mails, each with its packed bytes."""


@dataclass(frozen=True, slots=True)
class Job:
    """A mail to be written: what it tells, the ticket as it is then, and the raw mail whose parts go along (b"" when none do)."""

    notice: Notice
    ticket: Ticket | None
    raw: bytes
    now: datetime


class Writer(Protocol):
    """Notices to mails, here or in a process of its own; every job gives exactly one mail, in order, be it one that says why it failed."""

    def start(self, items: Sequence[Job], /) -> Future[list[Outgoing]]:
        """Begin to write; the future holds the mails."""


class Batch(Protocol):
    """One transaction of the store, with a savepoint for each mail."""

    def mail(self) -> AbstractContextManager[None]:
        """A savepoint: an exception inside undoes this mail alone."""

    def facts(self, keys: Keys, limits: Acknowledge, now: datetime) -> Facts:
        """What the store knows for a mail."""

    def commit(self, arrival: Arrival, mail: Mail, raw: Packed, outcome: Outcome) -> int:
        """Write an outcome, but for the mails that tell of it; its row in the ledger, 0 when somebody else wrote one before."""

    def post(self, row: int, outgoing: Sequence[Outgoing]) -> None:
        """Write the mails that tell of an outcome of this batch."""


class Ledger(Protocol):
    """What collecting needs of the store."""

    def last_uid(self, account: str, folder: str, uidvalidity: int) -> int:
        """The highest UID with a row, 0 for a new folder."""

    def unseen(self, account: str, folder: str, uidvalidity: int, uids: Sequence[int]) -> list[int]:
        """Those of the UIDs that have no row."""

    def settled(self, account: str, folder: str, uidvalidity: int, uids: Sequence[int]) -> list[int]:
        """Those of the UIDs whose mail was read and has its outcome."""

    def write_backlog(self, arrivals: Sequence[Arrival], at: datetime, reason: str) -> None:
        """Rows for mails that are not read."""

    def batch(self, now: datetime) -> AbstractContextManager[Batch]:
        """One transaction for many mails."""


class Alarms(Protocol):
    """What sounding alarms needs of the store."""

    def alarms(self) -> list[Raised]:
        """Every alarm that is not over."""

    def intakes(self) -> Mapping[str, int]:
        """The raised generations of agents' intake addresses, by the agent."""

    def settle_alarms(self, holding: Sequence[Alarm], over: Sequence[str], outgoing: Sequence[Outgoing], now: datetime) -> None:
        """Which causes hold, which are over, and the mails that tell of both, all or nothing."""


class Outbox(Alarms, Protocol):
    """What delivering needs of the store."""

    def exchange(
        self, results: Sequence[Settled], now: datetime, limit: int, lease: timedelta, read: datetime | None = None
    ) -> list[Claimed]:
        """Write what became of each try; take what is due, by lane and age, for this deliverer alone.

        Answers to requesters are due only when every mailbox was read up to that moment; None asks for no reading.
        """

    def sent_since(self, since: datetime) -> Sequence[datetime]:
        """When mails went out since then, for each one its moment."""

    def extend(self, ids: Sequence[int], until: datetime) -> None:
        """Keep what was claimed for longer."""

    def append(self, outgoing: Sequence[Outgoing], people: Sequence[Person], now: datetime) -> None:
        """More mails, and what was learnt of people, outside of a batch."""

    def known(self, number: int) -> KnownTicket | None:
        """A ticket with what its tokens need."""


class Watched(Alarms, Protocol):
    """What watching needs of the store."""

    def due_acknowledgements(self, before: datetime) -> Sequence[LedgerRow]:
        """Mails whose acknowledgement is still owed then."""

    def unanswered_tickets(self) -> list[Ticket]:
        """Tickets whose first answer is in danger or late."""

    def limited(self, since: datetime) -> list[tuple[str, int]]:
        """By which limits acknowledgements were held back since then, and how many."""


class Ticking(Protocol):
    """One transaction of the store for many tickets, with a savepoint for each."""

    def ticket(self) -> AbstractContextManager[None]:
        """A savepoint: an exception inside undoes this ticket alone."""

    def standing(self, number: int) -> Standing | None:
        """All that must be known of a ticket; None when it is gone."""

    def commit(self, lapse: Lapse) -> None:
        """Write what time did to a ticket, but for the mails that tell of it."""

    def post(self, outgoing: Sequence[Outgoing]) -> None:
        """Write the mails that tell of it, each once for its key."""


class Timekeeper(Protocol):
    """What lapsing needs of the store."""

    def due_tickets(self, now: datetime) -> list[int]:
        """The tickets that time has something to say about."""

    def living_tickets(self) -> list[Ticket]:
        """Those that it can still say something about."""

    def ticking(self, now: datetime) -> AbstractContextManager[Ticking]:
        """One transaction for many tickets."""


class Books(Alarms, Protocol):
    """What digests need of the store."""

    def records(self, since: datetime, until: datetime) -> Records:
        """What figures between two moments are counted from."""

    def first_seen(self) -> datetime | None:
        """When the desk took its first mail."""

    def digest(self, number: int) -> DigestRow | None:
        """A digest that was made, by its slot's number."""

    def write_digest(self, slot: Slot, lines: Mapping[str, Sequence[int]], outgoing: Sequence[Outgoing], now: datetime) -> bool:
        """A slot with its lines by reader and its mails, in one transaction; False when it was made before."""


class Lists(Alarms, Protocol):
    """What morning lists need of the store."""

    def leaves(self, now: datetime) -> Mapping[str, datetime]:
        """Who is away until when."""

    def unfinished_tickets(self) -> list[Ticket]:
        """What somebody has to do something about."""

    def has_list(self, number: int, agent: str) -> bool:
        """Whether an agent's list of a day was made."""

    def last_list(self, agent: str) -> datetime | None:
        """From when the agent's latest list is."""

    def write_list(self, morning: Morning, agent: str, outgoing: Sequence[Outgoing], now: datetime) -> bool:
        """A list's mark and its mail, in one transaction; False when it was made before."""


class Sink(Protocol):
    """Where mail goes out; whatever happens there comes back as a verdict."""

    async def send(self, outgoing: Outgoing) -> Verdict:
        """Try once; never raises."""

    async def close(self) -> None:
        """Close the connections that rest; sending again opens new ones."""


class Clock(Protocol):
    """The present moment, aware, in UTC."""

    def now(self) -> datetime:
        """Now."""


Decide = Callable[[Mail, Arrival, Facts, datetime, str], Outcome]
FindKeys = Callable[[Mail], Keys]
DecideLapse = Callable[[Standing, datetime], Lapse]
Recount = Callable[[Ticket, datetime], Lapse]
FindMorning = Callable[[Agent, datetime, Mapping[str, datetime]], Morning | None]
ListMorning = Callable[[Agent, Morning, datetime | None, Sequence[Ticket]], Notice | None]
Summarise = Callable[[Slot, Records], tuple[Notice, ...]]


@dataclass(frozen=True, slots=True)
class Road:
    """The stations between the doors: what to ask of the store, how to decide, how to write what was decided, when to sum up and how."""

    settings: Settings
    find_keys: FindKeys
    decide: Decide
    lapse: DecideLapse
    recount: Recount
    writer: Writer
    clock: Clock
    slots: Slots
    summarise: Summarise
    find_sent_keys: FindKeys
    decide_sent: Decide
    find_morning: FindMorning
    list_morning: ListMorning

    @property
    def to_sent(self) -> "Road":
        """The road of a Sent folder's mails."""
        return replace(self, find_keys=self.find_sent_keys, decide=self.decide_sent)


Tally = Mapping[str, int]
"""How many mails ended how: the keys of `once --json`."""
