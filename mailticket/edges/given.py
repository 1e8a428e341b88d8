"""What has been given to whom: each agent's unfinished tickets, and whose turn it is in each team.

Counted once a batch, then kept up to date by what is committed in it.
"""

from collections.abc import Mapping

from mailticket.edges.database import Connection, Row

UNFINISHED = ("new", "open", "waiting", "verifying")
TURN = "turn "
TURN_SQL = "INSERT INTO counter (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1"


class Given:
    """The counts of one batch."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._loads: dict[str, int] | None = None
        self._turns: dict[str, int] | None = None

    def loads(self) -> Mapping[str, int]:
        """Each agent's unfinished tickets."""
        if self._loads is None:
            sql = f"SELECT owner, COUNT(*) FROM ticket WHERE owner <> '' AND status IN {UNFINISHED} GROUP BY owner"
            self._loads = {r[0]: int(r[1]) for r in self._db.rows(sql)}
        return dict(self._loads)

    def turns(self) -> Mapping[str, int]:
        """How many tickets each team has given to its agents."""
        if self._turns is None:
            rows = self._db.rows("SELECT name, value FROM counter WHERE name LIKE ?", (TURN + "%",))
            self._turns = {r[0].removeprefix(TURN): int(r[1]) for r in rows}
        return dict(self._turns)

    def take_turn(self, team: str) -> None:
        """One more of a team's tickets was given."""
        self._db.run(TURN_SQL, (TURN + team,))
        if self._turns is not None:
            self._turns[team] = self._turns.get(team, 0) + 1

    def move(self, row: Row | None, by: int) -> None:
        """A ticket (owner and status) left an agent's desk (-1) or came to it (+1)."""
        owner, status = row or ("", "")
        if self._loads is not None and owner and status in UNFINISHED:
            self._loads[owner] = self._loads.get(owner, 0) + by
