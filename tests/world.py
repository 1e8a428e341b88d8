"""A whole desk in one process: the real road between twins of its doors, and a clock that stands still until it is moved."""

import asyncio
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from mailticket.daemon.house import make_inline_writer, make_policy, make_road
from mailticket.demo.letters import read
from mailticket.desk.case import Policy
from mailticket.desk.move import move
from mailticket.edges.clock import FixedClock
from mailticket.edges.mbox import MboxSink
from mailticket.edges.store import Store
from mailticket.edges.workers import Inline
from mailticket.model.notice import Outgoing, Verdict, VerdictKind
from mailticket.model.outcome import Arrival, Listing
from mailticket.model.policy import Mailbox, Server, Settings
from mailticket.model.token import Keyring
from mailticket.rounds.collect import Folder, collect
from mailticket.rounds.deliver import deliver
from mailticket.rounds.digest import send_digests
from mailticket.rounds.lapse import lapse, recount, write
from mailticket.rounds.morning import send_lists
from mailticket.rounds.reading import make_reader, refuse_mail
from mailticket.rounds.road import Road, Writer
from mailticket.rounds.watch import watch
from mailticket.rounds.writing import Templates
from mailticket.settings import read_rules, read_shipped_templates, read_templates
from mailticket.tickets.lifecycle import Event
from tests.people import DESK, RING, TUESDAY, make_settings


class MemorySource:
    """A folder in memory: the twin of an IMAP source."""

    def __init__(self, clock: FixedClock, name: str = "INBOX") -> None:
        self.clock, self.name = clock, name
        self.drafts: set[int] = set()
        self.raws: dict[int, bytes] = {}
        self.arrived: dict[int, datetime] = {}
        self.done: list[int] = []

    def put(self, raw: bytes) -> int:
        """Deliver a mail; returns its UID."""
        uid = max(self.raws, default=0) + 1
        self.raws[uid], self.arrived[uid] = raw, self.clock.now()
        return uid

    def open(self) -> Listing:
        return Listing("info", self.name, 1, max(self.raws, default=0) + 1)

    def find_new(self, after: int) -> list[Arrival]:
        return [self.arrival(uid) for uid in self.raws if uid > after]

    def arrival(self, uid: int) -> Arrival:
        return Arrival("info", self.name, 1, uid, self.arrived[uid], len(self.raws[uid]), uid in self.drafts)

    def uids(self) -> list[int]:
        return sorted(self.raws)

    def find(self, uids: Sequence[int]) -> list[Arrival]:
        return [self.arrival(uid) for uid in uids if uid in self.raws]

    def find_unmarked(self) -> list[int]:
        return sorted(set(self.raws) - set(self.done))

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        return {uid: self.raws[uid] for uid in uids if uid in self.raws}

    def fetch_outline(self, uids: Sequence[int]) -> dict[int, bytes]:
        return {uid: self.raws[uid].partition(b"\r\n\r\n")[0] + b"\r\n\r\n" for uid in uids}

    def mark_done(self, uids: Sequence[int]) -> None:
        self.done += uids


class DatedSink(MboxSink):
    """A relay that takes everything at once, unless it is out of order, and knows when it took what."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__()
        self.clock = clock
        self.taken: list[tuple[datetime, Outgoing]] = []
        self.is_down = False

    async def send(self, outgoing: Outgoing) -> Verdict:
        if self.is_down:
            return Verdict(VerdictKind.PAUSED, 0, "no connection")
        verdict = await super().send(outgoing)
        if verdict.kind is VerdictKind.DELIVERED:
            self.taken.append((self.clock.now(), outgoing))
        return verdict


def make_kept_writer(policy: Policy) -> Writer:
    """The writer of a desk's mails; the last few are kept, for compiling the templates takes longer than most of what is done with them."""
    made_of = (policy.settings, policy.ring, (read_templates(policy.settings), read_shipped_templates()))
    writer = next((writer for key, writer in _writers if key == made_of), None)
    if writer is None:
        writer = make_inline_writer(policy, made_of[2])
        _writers.append((made_of, writer))
    return writer


_writers: deque[tuple[tuple[Settings, Keyring, Templates], Writer]] = deque(maxlen=8)


@dataclass
class World:
    """The desk of `make_settings`, its mailbox, and every mail that it sent."""

    settings: Settings = field(default_factory=make_settings)
    now: datetime = TUESDAY
    bend: Callable[[Road], Road] = lambda road: road
    """What is done to the road before anything goes along it: a test that must see faults puts one in."""

    def __post_init__(self) -> None:
        self.clock = FixedClock(self.now)
        self.told: set[int] = set()
        self.runner = asyncio.Runner()
        weakref.finalize(self, self.runner.close)
        self.policy = make_policy(self.settings, RING, read_rules(self.settings))
        self.road = self.bend(make_road(self.policy, make_kept_writer(self.policy), self.clock))
        self.store = Store.open("sqlite:///:memory:")
        self.store.migrate()
        self.source = MemorySource(self.clock)
        self.sink = DatedSink(self.clock)
        mailbox = Mailbox("info", Server("imap", "127.0.0.1", 143, tls="none"))
        reader = Inline(make_reader(frozenset({DESK})), refuse_mail)
        self.folder = Folder(mailbox, self.source, reader, self.store)

    def close(self) -> None:
        self.runner.close()
        self.store.close()

    def receive(self, raw: bytes) -> int:
        """A mail arrives and the desk does its rounds; returns the UID."""
        uid = self.source.put(raw)
        self.rounds()
        return uid

    def rounds(self) -> None:
        """Collect, do what time makes due, sum up where a digest is owed, deliver and watch, once."""
        collect(self.folder, self.road)
        lapse(self.store, self.road)
        send_digests(self.store, self.road)
        send_lists(self.store, self.road)
        self.runner.run(deliver(self.store, self.sink, self.road))
        watch(self.store, self.road, self.told)
        self.runner.run(deliver(self.store, self.sink, self.road))

    def move(self, number: int, event: Event, who: str = "sara@example.sa", **more: Any) -> None:
        """An agent's command on a ticket, as it will come by mail; then the desk does its rounds."""
        now = self.clock.now()
        with self.store.ticking(now) as ticking:
            standing = ticking.standing(number)
            assert standing, f"there is no ticket {number}"
            moved = move(standing, event, self.policy, now, who, **more)
            ticking.commit(moved)
            ticking.post(write(moved, self.road))
        self.rounds()

    def change_settings(self, **sections: object) -> None:
        """The desk is started again with other settings, as after an edit."""
        self.settings = replace(self.settings, **sections)  # type: ignore[arg-type]  # the test's keywords are sections
        self.policy = make_policy(self.settings, RING, read_rules(self.settings))
        self.road = self.bend(make_road(self.policy, make_kept_writer(self.policy), self.clock))
        recount(self.store, self.road)

    def wait(self, by: timedelta) -> None:
        """Time passes, and the desk does its rounds."""
        self.clock.advance(by)
        self.rounds()

    def sent(self, recipient: str) -> list[EmailMessage]:
        """Every mail that went to an address, oldest first."""
        return [m for m in (read(o.raw) for o in self.sink.sent) if m["To"] and recipient in m["To"]]

    def save(self, folder: Path) -> None:
        """Every mail that came and went as files, as servers keep them: with the moment in a Received field at the top."""
        kinds = {"received": zip(self.source.arrived.values(), self.source.raws.values(), strict=True)}
        kinds["sent"] = ((at, one.raw) for at, one in self.sink.taken)
        for name, mails in kinds.items():
            (folder / name).mkdir(parents=True)
            for number, (at, raw) in enumerate(mails, 1):
                trace = f"Received: by mail.example.sa with ESMTP id {number}; {format_datetime(at)}\r\n"
                (folder / name / f"{number:05}.eml").write_bytes(trace.encode() + raw)
