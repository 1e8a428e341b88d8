"""Lapsing: what time does to tickets, from the store and back into it. This is the road of a tick.

The order of safety is that of a mail: decide, write it together with the mails that tell of it in one transaction, deliver later. A crash
in between leaves nothing, and the next tick decides the same again.
"""

import logging
from collections.abc import Sequence

from mailticket.model.notice import Outgoing
from mailticket.model.outcome import Lapse
from mailticket.model.ticket import Ticket
from mailticket.rounds.road import Job, Road, Ticking, Timekeeper

CHUNK = 50

log = logging.getLogger(__name__)


def lapse(timekeeper: Timekeeper, road: Road) -> int:
    """Do to every ticket what time makes due by now; how many changed. A ticket that this fails for is logged and costs no other."""
    now, changed = road.clock.now(), 0
    numbers = timekeeper.due_tickets(now)
    for first in range(0, len(numbers), CHUNK):
        with timekeeper.ticking(now) as ticking:
            changed += sum(lapse_ticket(ticking, number, road) for number in numbers[first : first + CHUNK])
    return changed


def lapse_ticket(ticking: Ticking, number: int, road: Road) -> bool:
    """One ticket: ask the store, decide, write; whether anything but its next moment changed."""
    standing = ticking.standing(number)
    if standing is None:
        return False
    try:
        with ticking.ticket():
            decided = road.lapse(standing, road.clock.now())
            ticking.commit(decided)
            ticking.post(write(decided, road))
    except Exception:  # whatever a ticket brings to light in our code costs that ticket's turn, never the others'
        log.exception("what time does to a ticket could not be decided", extra={"ticket": number})
        return False
    for change in decided.changes:
        log.info("lapsed", extra={"ticket": number, "what": change.what, "new": change.new})
    return bool(decided.changes)


def write(decided: Lapse, road: Road) -> list[Outgoing]:
    """The mails that tell of it, written."""
    now = road.clock.now()
    return road.writer.start([Job(notice, decided.ticket, b"", now) for notice in decided.notices]).result()


def recount(timekeeper: Timekeeper, road: Road) -> int:
    """Count the due times of every living ticket anew, after hours, holidays or targets may have changed; how many moved.

    Done when the desk begins to work, for nobody else knows what was changed while it rested.
    """
    now, moved = road.clock.now(), 0
    tickets = timekeeper.living_tickets()
    fresh = [one for one in tickets if is_stale(one, road)]
    for first in range(0, len(fresh), CHUNK):
        with timekeeper.ticking(now) as ticking:
            moved += _recount(ticking, fresh[first : first + CHUNK], road)
    if moved:
        log.info("due times counted anew", extra={"tickets": moved})
    return moved


def is_stale(ticket: Ticket, road: Road) -> bool:
    """Whether a ticket's due times or its next moment are not what the hours and targets in force make them."""
    counted = road.recount(ticket, road.clock.now())
    return bool(counted.changes) or counted.ticket.wake != ticket.wake


def _recount(ticking: Ticking, tickets: Sequence[Ticket], road: Road) -> int:
    moved = 0
    for number in (ticket.number for ticket in tickets):
        standing = ticking.standing(number)  # as it is now, within the transaction
        if standing is not None:
            counted = road.recount(standing.ticket, road.clock.now())
            ticking.commit(counted)
            moved += bool(counted.changes)
    return moved
