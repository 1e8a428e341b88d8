"""What an agent's mail may quote: the notices that we sent, as they were sent."""

from collections.abc import Sequence

from mailticket.edges.database import Connection, Row, marks
from mailticket.edges.rows import index_key
from mailticket.model.packed import Packed
from mailticket.model.staff import Asked

MOST = 3
_BY_ID = "message_id IN ({})"
_BY_TICKET = "ticket IN ({}) AND recipient = ? AND kind NOT IN ('held', 'transcript', 'listing', 'morning', 'help')"
"""Where it is a guess, none that shows the agent's own words again: they would be taken for ours."""


def read_quoted(db: Connection, asked: Asked, numbers: Sequence[int]) -> tuple[Packed, ...]:
    """The notices that the mail names by Message-ID; where a relay changed those, the latest that went to this agent on these tickets."""
    ids = [index_key(value) for value in asked.cited]
    rows = _find(db, _BY_ID.format(marks(len(ids))), ids) if ids else []
    if not rows and numbers:
        rows = _find(db, _BY_TICKET.format(marks(len(numbers))), (*numbers, asked.agent))
    return tuple(Packed(codec, bytes(data)) for codec, data in rows if data)


def _find(db: Connection, where: str, values: Sequence[object]) -> list[Row]:
    sql = f"SELECT codec, data FROM outgoing WHERE {where} ORDER BY id DESC LIMIT ?"
    return db.rows(sql, (*values, MOST))
