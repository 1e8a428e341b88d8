"""What was told of tickets a little while ago, from the outbox: the notices that the next one takes in, or waits for.

Asked only of a mail that may belong to a ticket, by the index of the outbox by tickets: a new ticket pays nothing for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from mailticket.edges.database import Connection, Row, marks
from mailticket.edges.rows import ENTRY, read_entry
from mailticket.edges.tables import to_micros, to_moment
from mailticket.model.notice import Audience, Notice, NoticeKind, Outgoing
from mailticket.model.ticket import Entry
from mailticket.model.told import Told

Place = tuple[int, str]
"""A ticket and a reader's address."""
TAKEN_IN = "taken in by a later notice"
"""How the error of a notice begins that was never sent because a later one says the same and more."""
REACH = timedelta(hours=2)
"""Further back nothing is looked for: no notice waits for longer than an hour (`settings.fields`)."""
RECENT = (
    "SELECT o.ticket, o.recipient, o.key, o.state, o.tries, o.next_try, o.created, o.sent_at, o.error, l.digest, o.kind "
    "FROM outgoing AS o LEFT JOIN ledger AS l ON l.id = o.ledger "
    "WHERE o.ticket IN ({}) AND o.kind IN ('new_ticket', 'follow_up') AND o.created > ? ORDER BY o.ticket, o.recipient, o.id DESC"
)
TAKE_IN = f"UPDATE outgoing SET state = 'cancelled', error = '{TAKEN_IN}' WHERE key = ? AND state = 'queued' AND tries = 0"


def read_told(db: Connection, numbers: Sequence[int], now: datetime) -> dict[Place, Told]:
    """The latest notice to each reader of each of these tickets."""
    if not numbers:
        return {}
    rows = db.rows(RECENT.format(marks(len(numbers))), (*numbers, to_micros(now - REACH)))
    grouped = ((place, list(group)) for place, group in groupby(rows, lambda row: (int(row[0]), str(row[1]))))
    found = ((place, _find_latest(db, place[0], group, to_micros(now))) for place, group in grouped)
    return {place: told for place, told in found if told}


def _find_latest(db: Connection, number: int, rows: Sequence[Row], now: int) -> Told | None:
    """The newest notice that went or goes; one that waits shows the mails of those that it took in, too."""
    for at, row in enumerate(rows):
        _, _, key, state, tries, next_try, created, sent_at, _, digest, kind = row
        if kind == NoticeKind.FOLLOW_UP and state == "queued" and not tries and next_try > now:
            shown = (digest, *_taken_in(rows[at + 1 :]))
            return Told(key, to_moment(next_try), True, _entries(db, number, [d for d in shown if d]))
        if state not in ("cancelled", "failed"):
            return Told(key, to_moment(sent_at or created))
    return None


def _taken_in(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        if (row[3], row[8]) != ("cancelled", TAKEN_IN):
            return
        yield row[9]


def _entries(db: Connection, number: int, digests: Sequence[str]) -> tuple[Entry, ...]:
    """What those mails became on the ticket, the newest first."""
    sql = f"SELECT {ENTRY} FROM entry WHERE ticket = ? AND what = 'mail' AND raw IN ({marks(len(digests))}) ORDER BY id DESC"
    return tuple(map(read_entry, db.rows(sql, (number, *digests)))) if digests else ()


def take_in(db: Connection, outgoing: Iterable[Outgoing]) -> None:
    """Notices that later ones say again are not sent any more; one that is on its way already stays: better told twice than not at all."""
    db.many(TAKE_IN, [(key,) for one in outgoing if not one.fault for key in one.takes_in])


class Telling:
    """What was told within one batch, whose notices stand in no outbox yet."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._before: Mapping[Place, Told] = {}
        self._fresh: dict[Place, Told] = {}

    def read(self, numbers: Sequence[int], now: datetime) -> Mapping[Place, Told]:
        """What the next mail must know, with what this batch has decided already."""
        fresh = {place: told for place, told in self._fresh.items() if place[0] in numbers}
        self._before = read_told(self._db, numbers, now) | fresh
        return self._before

    def note(self, notices: Iterable[Notice], entries: Sequence[Entry], now: datetime) -> None:
        """Remember what was decided for a mail."""
        for notice in notices:
            if notice.kind in (NoticeKind.NEW_TICKET, NoticeKind.FOLLOW_UP) and notice.audience is not Audience.REQUESTER:
                place = notice.number, notice.to.address
                before = self._before.get(place)
                earlier = before.entries if before and before.key in notice.takes_in else ()
                waits = notice.not_before is not None and notice.not_before > now
                self._fresh[place] = Told(notice.key, notice.not_before or now, waits, (*entries[-1:], *earlier) if waits else ())
