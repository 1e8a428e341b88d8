"""Digests: each slot is made once, whatever crashes, and a desk that was down at its time makes the latest one late.

The slot, its lines and its mails are written in one transaction, under a number that belongs to the slot alone: a daemon that dies before
it leaves nothing, one that dies after it has nothing left to do, and of two that make the same slot the slower changes nothing.
"""

import logging
from collections.abc import Sequence

from mailticket.model.alarm import Alarm
from mailticket.model.figures import Cadence, Slot
from mailticket.model.notice import Notice
from mailticket.rounds.alarms import clear_alarm, raise_alarm
from mailticket.rounds.road import Books, Job, Road
from mailticket.rounds.writing import say_faults

log = logging.getLogger(__name__)


def send_digests(books: Books, road: Road) -> list[Slot]:
    """Put every digest that is owed into the outbox; the slots that were made. Of slots that were missed only the latest is owed.

    One that fails is an alarm, keeps no other from being made, and is tried again with the next round.
    """
    owed = [slot for cadence in Cadence if (slot := find_owed(cadence, books, road))]
    return [slot for slot in owed if try_digest(slot, books, road)]


def try_digest(slot: Slot, books: Books, road: Road) -> bool:
    """Make a digest, and tell the managers when that fails; whether it was made."""
    try:
        return make_digest(slot, books, road)
    except Exception as fault:  # whatever a desk's rows bring to light costs that digest, never the daemon
        log.exception("a digest could not be made", extra={"digest": slot.number})
        raise_alarm(books, road, Alarm(cause_of(slot), (f"{type(fault).__name__}: {fault}",)))
        return False


def cause_of(slot: Slot) -> str:
    """By what name a digest's alarm is known."""
    return f"digest {slot.cadence} {slot.day}"


def find_owed(cadence: Cadence, books: Books, road: Road) -> Slot | None:
    """The latest slot of a cadence if it is to be made: the settings want it, it was not made, and the desk was there in its period."""
    if not road.slots.is_on(cadence):
        return None
    slot = road.slots.latest(cadence, road.clock.now())
    if books.digest(slot.number):
        return None
    first = books.first_seen()
    return slot if first and first < slot.period.until else None


def make_digest(slot: Slot, books: Books, road: Road) -> bool:
    """Write a slot's mails into the outbox; False when there is nobody to tell, or it was made before."""
    now = road.clock.now()
    notices = road.summarise(slot, books.records(slot.before.since, slot.period.until))
    if not notices:
        return False
    mails = road.writer.start([Job(notice, None, b"", now) for notice in notices]).result()
    if not books.write_digest(slot, lines_of(notices), mails, now):
        return False
    say_faults(mails)
    log.info("digest", extra={"digest": slot.number, "readers": len(mails)})
    tell_faults(slot, [f"{mail.recipient}: {mail.fault}" for mail in mails if mail.fault], books, road)
    return True


def tell_faults(slot: Slot, faults: Sequence[str], books: Books, road: Road) -> None:
    """An alarm for the mails of a digest that could not be written; where all were, alarms about this cadence are over."""
    if faults:
        raise_alarm(books, road, Alarm(cause_of(slot), tuple(faults)))
        return
    for one in books.alarms():
        if one.alarm.cause.startswith(f"digest {slot.cadence} "):
            clear_alarm(books, road, one.alarm.cause)


def lines_of(notices: Sequence[Notice]) -> dict[str, tuple[int, ...]]:
    """The tickets of each reader's lines: what a line number in an answer to this digest means."""
    return {n.to.address: tuple(line.ticket.number for line in n.report.lines) for n in notices if n.report}
