"""How each connection fares: since when it fails and why, when it last worked, when it is tried next; and what of that managers must hear.

Short absences are nobody's business: servers restart. A refusal that trying again does not mend is said at once, any other fault when it
has lasted for some minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailticket.model.alarm import Alarm

GRACE = timedelta(minutes=5)
"""So long a connection may fail before it is an alarm, unless it was refused for good."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection: `worked` is when it last did; `since` is when it began to fail, None while it works."""

    worked: datetime | None = None
    since: datetime | None = None
    text: str = ""
    is_refused: bool = False
    next_try: datetime | None = None


class Health:
    """The states of all connections by their names in the settings."""

    def __init__(self) -> None:
        self._found: dict[str, Connection] = {}

    @property
    def connections(self) -> Mapping[str, Connection]:
        """What is known of each connection that was tried."""
        return dict(self._found)

    def work(self, name: str, now: datetime) -> None:
        """It works."""
        self._found[name] = Connection(worked=now)

    def fail(self, name: str, now: datetime, text: str, *, refused: bool = False, next_try: datetime | None = None) -> None:
        """It does not work, and why; `refused` when trying again mends nothing."""
        known = self._found.get(name, Connection())
        self._found[name] = replace(known, since=known.since or now, text=text, is_refused=refused, next_try=next_try)

    def find_alarms(self, now: datetime) -> list[Alarm]:
        """The connections that managers must hear of."""
        return [Alarm(f"connection {name}", _lines(one)) for name, one in self._found.items() if _is_grave(one, now)]

    def describe(self) -> str:
        """All connections on one line, for `systemctl status`."""
        return "; ".join(f"{name} {_describe(one)}" for name, one in self._found.items())


def _is_grave(one: Connection, now: datetime) -> bool:
    return one.since is not None and (one.is_refused or now - one.since >= GRACE)


def _lines(one: Connection) -> tuple[str, ...]:
    worked = f"last worked {one.worked:%Y-%m-%d %H:%M} UTC" if one.worked else ""
    next_try = f"next try {one.next_try:%Y-%m-%d %H:%M} UTC" if one.next_try else ""
    return tuple(filter(None, (one.text, worked, next_try)))


def _describe(one: Connection) -> str:
    if one.since is None:
        return f"works ({one.worked:%H:%M} UTC)" if one.worked else "works"
    return f"fails since {one.since:%H:%M} UTC: {one.text}"
