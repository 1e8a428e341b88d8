"""Collecting: from a watched folder into the ledger. This is the road of a mail, in one function a station.

The order of safety is Postfix's: commit, then mark done, then deliver. Whatever dies in between, the next round finds the UID without a
row, or the row without a mark, and goes on from there.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import islice

from mailticket.model.mail import Language
from mailticket.model.notice import Outgoing
from mailticket.model.outcome import Acknowledgement, AckState, Arrival, Disposition, Outcome, SourceError, StoreError
from mailticket.model.policy import Mailbox
from mailticket.rounds.heal import Health, Visit, fetch_all, find_lost, find_new, mark_again
from mailticket.rounds.reading import Read, settle_language
from mailticket.rounds.road import Batch, Job, Ledger, Reader, Road, Source, Tally
from mailticket.rounds.writing import say_faults

BATCH_MAILS = 250
BATCH_BYTES = 8_000_000
CHUNK = 16

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """Mails that were fetched on a visit and are being parsed."""

    visit: Visit
    arrivals: tuple[Arrival, ...]
    raws: tuple[bytes, ...]
    reads: Future[list[Read]]


@dataclass(frozen=True, slots=True)
class Folder:
    """A watched folder with all that collecting from it takes.

    `committed` is called after each batch, so that delivery overlaps collection; `is_stopping` is asked between batches. `health` is what
    its rounds remember of one another.
    """

    mailbox: Mailbox
    source: Source
    reader: Reader
    ledger: Ledger
    committed: Callable[[], None] = lambda: None
    is_stopping: Callable[[], bool] = lambda: False
    health: Health = field(default_factory=Health)
    sent: "Folder | None" = None
    """The Sent folder beside it, which is read after it: a mail must be known before its answer. Nothing is marked there."""


def collect(folder: Folder, road: Road) -> Tally:
    """Take every new mail of a mailbox down the road, and what was sent from it in web mail.

    Returns how many ended how. Raises SourceError when the folder can't be read; of a Sent folder that is only said.
    """
    tally = collect_folder(folder, road)
    if folder.sent is None or folder.is_stopping():
        return tally
    sent = replace(folder.sent, committed=folder.committed, is_stopping=folder.is_stopping)
    try:
        return Counter(tally) + Counter(collect_folder(sent, road.to_sent))
    except SourceError as fault:
        log.error(f"the Sent folder can't be read: {fault}", extra={"mailbox": folder.mailbox.name, "remedy": fault.remedy})
        return tally


def collect_folder(folder: Folder, road: Road) -> Tally:
    """Take every new mail of a folder down the road: fetch, parse, decide, commit, mark done; and mend what earlier rounds left behind.

    Returns how many ended how. Raises SourceError when the folder can't be read; what was committed by then stays committed.
    """
    try:
        visit = folder.health.begin(folder.source.open(), road.clock.now())
        tally = collect_new(folder, road, visit)
        folder.health.end(visit, again=mark_again(folder.source, folder.ledger, visit))
    except Exception:
        folder.health.disturb()
        raise
    return tally


def collect_new(folder: Folder, road: Road, visit: Visit) -> Counter[str]:
    """Batch after batch; the next one is fetched and parsed while one is decided."""
    tally: Counter[str] = Counter()
    waiting: Reading | None = None
    for arrivals in cut_batches(find_fresh(folder, visit, tally)):
        reading = fetch(folder, arrivals, visit)
        if waiting:
            tally += receive_batch(folder, waiting, road)
        waiting = reading
        if folder.is_stopping():
            break
    if waiting:
        tally += receive_batch(folder, waiting, road)
    return tally


def find_fresh(folder: Folder, visit: Visit, tally: Counter[str]) -> list[Arrival]:
    """The mails above the last one seen, and those that were lost below it; what is older than `since` goes into the ledger, unread."""
    now, last = visit.now, folder.ledger.last_uid(*visit.place)
    lost = find_lost(folder.source, folder.ledger, folder.health, visit, last)
    new = find_new(folder.source, folder.health, visit, last)
    arrivals = [replace(a, arrived=min(a.arrived, now)) for a in (*lost, *new)]
    since = folder.mailbox.since
    backlog = [a for a in arrivals if since and a.arrived < since]
    if backlog:
        folder.ledger.write_backlog(backlog, now, f"older than since = {since:%Y-%m-%dT%H:%M:%SZ}")
        tally.update(collected=len(backlog), backlog=len(backlog))
    return [a for a in arrivals if not (since and a.arrived < since)]


def cut_batches(arrivals: Sequence[Arrival]) -> Iterator[tuple[Arrival, ...]]:
    """Batches bounded by count and by bytes; a mail above the bound is a batch of its own."""
    batch: list[Arrival] = []
    size = 0
    for arrival in arrivals:
        if batch and (len(batch) >= BATCH_MAILS or size + arrival.size > BATCH_BYTES):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(arrival)
        size += arrival.size
    if batch:
        yield tuple(batch)


def fetch(folder: Folder, arrivals: Sequence[Arrival], visit: Visit) -> Reading:
    """Get the bytes and start to parse them; of a mail over `max_size` only its head. One that vanished meanwhile is no fault."""
    limit, source, health = folder.mailbox.max_size, folder.source, folder.health
    raws = fetch_all(source, health, visit, [a.uid for a in arrivals if a.size <= limit], source.fetch)
    raws |= fetch_all(source, health, visit, [a.uid for a in arrivals if a.size > limit], source.fetch_outline)
    here = tuple(a for a in arrivals if a.uid in raws)
    bodies = tuple(raws[a.uid] for a in here)
    return Reading(visit, here, bodies, folder.reader.start(bodies))


def receive_batch(folder: Folder, reading: Reading, road: Road) -> Counter[str]:
    """Decide and commit a batch in one transaction, then mark its mails on the server.

    While mails are decided, those that tell of the ones before are written, in parallel, and they join the same transaction.
    """
    reads = reading.reads.result()
    told: list[tuple[int, Outcome]] = []
    kept: list[int] = []
    writing: list[Future[list[Outgoing]]] = []
    with folder.ledger.batch(road.clock.now()) as batch:
        for first in range(0, len(reads), CHUNK):
            jobs: list[Job] = []
            for arrival, raw, read in zip(*(each[first : first + CHUNK] for each in (reading.arrivals, reading.raws, reads)), strict=True):
                if received := receive_mail(batch, arrival, read, road, folder.mailbox):
                    kept.append(arrival.uid)
                    told.append(received)
                    jobs += make_jobs(received[1], raw, road)
            writing.append(road.writer.start(jobs))
        post(batch, told, writing)
    folder.committed()
    folder.health.forget(kept)
    folder.health.miss({a.uid for a in reading.arrivals} - set(kept), reading.visit)
    folder.source.mark_done(kept)
    return Counter(name for _, outcome in told for name in ("collected", TALLY_OF[outcome.disposition]))


def receive_mail(batch: Batch, arrival: Arrival, read: Read, road: Road, mailbox: Mailbox) -> tuple[int, Outcome] | None:
    """Ask the store, decide, write what was decided; its row in the ledger. A mail that this fails for is quarantined.

    Raises StoreError when the store is at fault, for then any mail would fail.
    """
    mail, packed = settle_language(read[0], Language(mailbox.language or road.settings.desk.language)), read[1]
    now = road.clock.now()
    try:
        with batch.mail():
            outcome = road.decide(mail, arrival, batch.facts(road.find_keys(mail), road.settings.acknowledge, now), now, mailbox.team)
            return batch.commit(arrival, mail, packed, outcome), outcome
    except StoreError:
        raise
    except Exception as fault:  # whatever a stranger's mail brings to light in our code costs that mail's turn, never the daemon
        log.exception("a mail could not be decided and is quarantined", extra={"digest": mail.digest})
        return quarantine_mail(batch, arrival, read, quarantine(arrival, road, f"{type(fault).__name__} while deciding: {fault}"))


def quarantine_mail(batch: Batch, arrival: Arrival, read: Read, outcome: Outcome) -> tuple[int, Outcome] | None:
    """Keep a mail that could not be decided; None when even that fails: it stays on the server without a row, and is said to be missing."""
    mail, packed = read
    try:
        with batch.mail():
            return batch.commit(arrival, mail, packed, outcome), outcome
    except StoreError:
        raise
    except Exception:  # as above; the rest of the batch shall not wait for this one
        log.exception("a mail can't be kept, not even in quarantine", extra={"digest": mail.digest, "uid": arrival.uid})
        return None


def make_jobs(outcome: Outcome, raw: bytes, road: Road) -> list[Job]:
    """What is to be written of an outcome."""
    now, staff = road.clock.now(), outcome.staff
    if staff is None:
        return [Job(notice, outcome.ticket, raw if notice.parts else b"", now) for notice in outcome.notices]
    held = staff.raw.unpack() if staff.raw else raw
    others = {aside.ticket.number: aside.ticket for aside in staff.asides}
    return [Job(n, others.get(n.number, outcome.ticket), held if n.parts else b"", now) for n in outcome.notices]


def post(batch: Batch, told: Sequence[tuple[int, Outcome]], writing: Sequence[Future[list[Outgoing]]]) -> None:
    """Put into the outbox what was written, each mail with the row of the ledger that it answers."""
    written = iter([outgoing for part in writing for outgoing in part.result()])
    for row, outcome in told:
        mails = list(islice(written, len(outcome.notices)))
        say_faults(mails)
        if row and mails:
            batch.post(row, mails)


def quarantine(arrival: Arrival, road: Road, reason: str) -> Outcome:
    """The end of a mail that our own code failed at; its deadline stays open, so that somebody hears of it in time."""
    due = arrival.arrived + road.settings.acknowledge.within
    return Outcome(Disposition.QUARANTINED, reason, Acknowledgement(AckState.DUE, due, reason))


TALLY_OF = {
    Disposition.TICKET: "tickets",
    Disposition.FOLLOW_UP: "follow_ups",
    Disposition.AGENT_ACTION: "agent_actions",
    Disposition.HELD: "held",
    Disposition.FILED: "filed",
    Disposition.DUPLICATE: "duplicates",
    Disposition.BACKLOG: "backlog",
    Disposition.QUARANTINED: "quarantined",
}
