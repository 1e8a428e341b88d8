"""Watching: what is in danger is said before it is late, in the log and to the managers.

An acknowledgement that is still owed when most of its time is gone, whatever keeps it: a relay that refuses, a mail that stuck in
quarantine. A first answer that nobody gives. Limits of the gate that hold acknowledgements back. Each is one alarm, however many mails.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta

from mailticket.model.alarm import Alarm
from mailticket.model.record import LedgerRow
from mailticket.model.ticket import Ticket
from mailticket.rounds.alarms import sound
from mailticket.rounds.road import Road, Watched

DANGER = 0.5
"""The share of the promised time after which an open acknowledgement is in danger."""
LIMITED_WITHIN = timedelta(hours=1)
"""So long after the last acknowledgement that a limit held back the cause still holds."""
MOST_LINES = 10

log = logging.getLogger(__name__)


def watch(watched: Watched, road: Road, told: set[int]) -> Sequence[LedgerRow]:
    """Look at every deadline; each mail in danger is logged once (`told` holds the ledger rows that were), each cause alarms once."""
    now, within = road.clock.now(), road.settings.acknowledge.within
    rows = watched.due_acknowledgements(now + within * (1 - DANGER))
    fresh = [row for row in rows if row.id not in told]
    for row in fresh:
        state = "late" if row.acknowledgement.due <= now else "in danger"
        extra = {"uid": row.arrival.uid, "folder": row.arrival.folder, "due": row.acknowledgement.due.isoformat(), "reason": row.reason}
        log.error(f"acknowledgement {state}", extra=extra)
    told.update(row.id for row in fresh)
    sound(watched, road, "acknowledgement", _one("acknowledgement", [_line_of_row(row) for row in rows]))
    sound(watched, road, "first_response", _one("first_response", [_line_of_ticket(t) for t in watched.unanswered_tickets()]))
    sound(watched, road, "limit", _one("limit", [f"{reason.removeprefix('limit ')}: {count}" for reason, count in _limited(watched, road)]))
    return fresh


def _limited(watched: Watched, road: Road) -> Sequence[tuple[str, int]]:
    return watched.limited(road.clock.now() - LIMITED_WITHIN)


def _one(cause: str, lines: Sequence[str]) -> list[Alarm]:
    """One alarm for all that is wrong in one way, the first lines of it; none when nothing is."""
    more = (f"+ {len(lines) - MOST_LINES}",) if len(lines) > MOST_LINES else ()
    return [Alarm(cause, (*lines[:MOST_LINES], *more))] if lines else []


def _line_of_row(row: LedgerRow) -> str:
    name = f"[MT-{row.number}]" if row.number else f"{row.arrival.folder} {row.arrival.uid}"
    return f"{name} {row.sender} {row.acknowledgement.due:%Y-%m-%d %H:%M} UTC"


def _line_of_ticket(ticket: Ticket) -> str:
    due = f" {ticket.due.first_response:%Y-%m-%d %H:%M} UTC" if ticket.due.first_response else ""
    name = "[MT-…]" if ticket.is_confidential else f"{ticket.tag} {ticket.team}"  # an alarm goes to every manager, even to one it is about
    return f"{name}{due}"
