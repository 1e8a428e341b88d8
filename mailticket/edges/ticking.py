"""One transaction for many tickets that time has something to say about: what is known of each, and the writing of what was decided."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from mailticket.edges.batch import UPDATE_TICKET_SQL, known_ticket, write_outgoing
from mailticket.edges.database import Connection
from mailticket.edges.rows import ticket_row
from mailticket.edges.standing import read_leaves, read_person, write_changes
from mailticket.edges.tables import to_micros
from mailticket.model.notice import Outgoing
from mailticket.model.outcome import AckState, Lapse, Standing

ALIVE = ("new", "open", "waiting", "resolved")
"""The statuses in which time can do something to a ticket."""
WAITING_FOR_TIME = "SELECT number FROM ticket WHERE wake IS NOT NULL AND wake <= ? ORDER BY wake, number"
ACKNOWLEDGED = "SELECT ack_state FROM ledger WHERE ticket = ? AND disposition = 'ticket' ORDER BY id LIMIT 1"
LATEST = "SELECT text FROM entry WHERE ticket = ? AND what = 'mail' AND visibility = 'public' ORDER BY id DESC LIMIT 1"


class Ticking:
    """The tickets of one transaction."""

    def __init__(self, db: Connection, now: datetime) -> None:
        self._db, self._now = db, now

    def ticket(self) -> AbstractContextManager[None]:
        """A savepoint: an exception inside undoes this ticket alone."""
        return self._db.savepoint()

    def standing(self, number: int) -> Standing | None:
        """All that must be known of a ticket, None when it is gone."""
        known = known_ticket(self._db, number)
        if known is None:
            return None
        owed, latest = self._db.row(ACKNOWLEDGED, (number,)), self._db.row(LATEST, (number,))
        is_acknowledged = owed is not None and owed[0] in (AckState.DUE, AckState.SENT)
        person = read_person(self._db, known.ticket.requester)
        return Standing(known, person, is_acknowledged, latest[0] if latest else "", read_leaves(self._db, self._now))

    def commit(self, lapse: Lapse) -> None:
        """Write what time did to a ticket, but for the mails that tell of it."""
        row = ticket_row(lapse.ticket)
        self._db.run(UPDATE_TICKET_SQL, (*row[1:], row[0]))
        write_changes(self._db, lapse.ticket.number, lapse.changes)

    def post(self, outgoing: Sequence[Outgoing]) -> None:
        """Put the mails that tell of it into the outbox, each once for its key."""
        write_outgoing(self._db, outgoing, self._now)


def find_due(db: Connection, now: datetime) -> list[int]:
    """The numbers of the tickets that time has something to say about, those that wait longest first."""
    return [int(r[0]) for r in db.rows(WAITING_FOR_TIME, (to_micros(now),))]
