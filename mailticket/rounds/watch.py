"""Watching: deadlines that are in danger are said before they pass.

An acknowledgement that is still owed when most of its time is gone is an error in the log, whatever keeps it: a relay that refuses, a mail
that stuck in quarantine. Targets and escalation have their rounds beside this one.
"""

import logging
from collections.abc import Sequence

from mailticket.model.record import LedgerRow
from mailticket.rounds.road import Deadlines, Road

DANGER = 0.5
"""The share of the promised time after which an open acknowledgement is in danger."""

log = logging.getLogger(__name__)


def watch(deadlines: Deadlines, road: Road, told: set[int]) -> Sequence[LedgerRow]:
    """Report each mail whose acknowledgement is in danger or late, once; `told` holds the ledger rows that were reported before."""
    now, within = road.clock.now(), road.settings.acknowledge.within
    rows = [row for row in deadlines.due_acknowledgements(now + within * (1 - DANGER)) if row.id not in told]
    for row in rows:
        state = "late" if row.acknowledgement.due <= now else "in danger"
        extra = {"uid": row.arrival.uid, "folder": row.arrival.folder, "due": row.acknowledgement.due.isoformat(), "reason": row.reason}
        log.error(f"acknowledgement {state}", extra=extra)
    told.update(row.id for row in rows)
    return rows
