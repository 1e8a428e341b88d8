"""What must be known of a mail of the Sent folder: what was said on the tickets that it may answer, and what we sent to the same people."""

from collections.abc import Sequence

from mailticket.edges.database import Connection, marks
from mailticket.edges.tables import to_moment
from mailticket.model.packed import Packed
from mailticket.model.sentfacts import SentFacts

LATEST = 20
"""So many answers, and mails of ours, are looked at, the latest first."""


def read_sent(db: Connection, people: Sequence[str], numbers: Sequence[int]) -> SentFacts | None:
    """The facts of a mail to these people that may answer these tickets; None for a mail of any other folder."""
    if not people:
        return None
    if not numbers:
        return SentFacts()
    tickets = f"ticket IN ({marks(len(numbers))})"
    mails = f"SELECT ticket, MAX(at) FROM entry WHERE {tickets} AND what = 'mail' AND visibility = 'public' GROUP BY ticket"
    replies = f"SELECT ticket, at, text FROM entry WHERE {tickets} AND what = 'reply' ORDER BY id DESC LIMIT {LATEST}"
    ours = f"SELECT codec, data FROM outgoing WHERE {tickets} AND recipient IN ({marks(len(people))}) ORDER BY id DESC LIMIT {LATEST}"
    said = db.rows(replies, tuple(numbers))
    return SentFacts(
        wrote={r[0]: to_moment(r[1]) for r in db.rows(mails, tuple(numbers))},
        replies={number: tuple((to_moment(r[1]), r[2]) for r in said if r[0] == number) for number in numbers},
        ours=tuple(Packed(r[0], bytes(r[1])) for r in db.rows(ours, (*numbers, *people))),
    )
