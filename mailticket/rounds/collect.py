"""Collecting: from a watched folder into the ledger. This is the road of a mail, in one function a station.

The order of safety is Postfix's: commit, then mark done, then deliver. Whatever dies in between, the next round finds the UID without a
row, or the row without a mark, and goes on from there.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from mailticket.model.mail import Mail
from mailticket.model.notice import Outgoing
from mailticket.model.outcome import Acknowledgement, AckState, Arrival, Disposition, Facts, Outcome
from mailticket.model.policy import Mailbox
from mailticket.rounds.road import Batch, Ledger, Reader, Road, Source, Tally

BATCH_MAILS = 100
BATCH_BYTES = 8_000_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """Mails that were fetched and are being parsed."""

    arrivals: tuple[Arrival, ...]
    raws: tuple[bytes, ...]
    mails: Future[list[Mail]]


@dataclass(frozen=True, slots=True)
class Folder:
    """A watched folder with all that collecting from it takes.

    `committed` is called after each batch, so that delivery overlaps collection; `is_stopping` is asked between batches.
    """

    mailbox: Mailbox
    source: Source
    reader: Reader
    ledger: Ledger
    committed: Callable[[], None] = lambda: None
    is_stopping: Callable[[], bool] = lambda: False


def collect(folder: Folder, road: Road) -> Tally:
    """Take every new mail of a folder down the road: fetch, parse, decide, commit, mark done.

    The next batch is fetched and parsed while one is decided. Returns how many ended how. Raises SourceError when the folder
    can't be read; what was committed by then stays committed.
    """
    tally: Counter[str] = Counter()
    fresh = find_fresh(folder, road, tally)
    waiting: Reading | None = None
    for arrivals in cut_batches(fresh):
        reading = fetch(folder, arrivals)
        if waiting:
            tally += receive_batch(folder, waiting, road)
        waiting = reading
        if folder.is_stopping():
            break
    if waiting:
        tally += receive_batch(folder, waiting, road)
    return tally


def find_fresh(folder: Folder, road: Road, tally: Counter[str]) -> list[Arrival]:
    """The mails above the last one seen; what is older than `since` goes into the ledger as backlog, unread."""
    listing, now = folder.source.open(), road.clock.now()
    last = folder.ledger.last_uid(listing.account, listing.folder, listing.uidvalidity)
    arrivals = [replace(a, arrived=min(a.arrived, now)) for a in folder.source.find_new(last)]
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


def fetch(folder: Folder, arrivals: Sequence[Arrival]) -> Reading:
    """Get the bytes and start to parse them; of a mail over `max_size` only its head. One that vanished meanwhile is no fault."""
    limit = folder.mailbox.max_size
    large = [a.uid for a in arrivals if a.size > limit]
    raws = folder.source.fetch([a.uid for a in arrivals if a.size <= limit])
    if large:
        raws |= folder.source.fetch_outline(large)
    here = tuple(a for a in arrivals if a.uid in raws)
    bodies = tuple(raws[a.uid] for a in here)
    return Reading(here, bodies, folder.reader.start(bodies))


def receive_batch(folder: Folder, reading: Reading, road: Road) -> Counter[str]:
    """Decide and commit a batch in one transaction, then mark its mails on the server."""
    tally: Counter[str] = Counter()
    mails = reading.mails.result()
    with folder.ledger.batch(road.clock.now()) as batch:
        for arrival, raw, mail in zip(reading.arrivals, reading.raws, mails, strict=True):
            tally.update(("collected", TALLY_OF[receive_mail(batch, arrival, raw, mail, road, folder.mailbox.team)]))
    folder.committed()
    folder.source.mark_done([a.uid for a in reading.arrivals])
    return tally


def receive_mail(batch: Batch, arrival: Arrival, raw: bytes, mail: Mail, road: Road, team: str) -> Disposition:
    """Ask the store, decide, write what was decided, commit. A mail that can't be decided is quarantined, and the next one is served."""
    facts = batch.facts(road.find_keys(mail), road.settings.acknowledge, road.clock.now())
    try:
        outcome, outgoing = decide(arrival, raw, mail, facts, road, team)
    except Exception as fault:  # whatever a stranger's mail brings to light in our code costs that mail's turn, never the daemon
        log.exception("a mail could not be decided and is quarantined", extra={"digest": mail.digest})
        outcome, outgoing = quarantine(arrival, road, f"{type(fault).__name__} while deciding: {fault}"), ()
    with batch.mail():
        batch.commit(arrival, mail, raw, outcome, outgoing)
    return outcome.disposition


def decide(arrival: Arrival, raw: bytes, mail: Mail, facts: Facts, road: Road, team: str) -> tuple[Outcome, tuple[Outgoing, ...]]:
    """The outcome and the mails that tell of it, final bytes included."""
    now = road.clock.now()
    outcome = road.decide(mail, arrival, facts, now, team)
    return outcome, tuple(road.compose(notice, outcome.ticket, raw, now) for notice in outcome.notices)


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
