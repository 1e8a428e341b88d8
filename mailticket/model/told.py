"""What one reader on the desk was told of a ticket a little while ago: by it the next notice knows whether it may wait."""

from dataclasses import dataclass
from datetime import datetime

from mailticket.model.ticket import Entry


@dataclass(frozen=True, slots=True)
class Told:
    """The latest notice of new mails on a ticket to one address.

    `at` is when it went, or goes at the earliest while it `waits`; then `key` is its outbox key, and `entries` are the mails that it shows,
    the newest first.
    """

    key: str
    at: datetime
    waits: bool = False
    entries: tuple[Entry, ...] = ()
