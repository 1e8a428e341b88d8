"""The morning list: what an agent who chose it gets instead of single notices, once a working day."""

from dataclasses import dataclass
from datetime import date, datetime

PLACE = 4
"""Digests of the three cadences are numbered before it (`model.figures`)."""


@dataclass(frozen=True, slots=True)
class Morning:
    """One agent's list of one working day. `at` is when the day begins for that agent, `before` when the desk's last one began."""

    day: date
    at: datetime
    before: datetime

    @property
    def number(self) -> int:
        """By what the day's lists are known in the store, such as 420261124: the same day always has the same number."""
        return PLACE * 100_000_000 + int(f"{self.day:%Y%m%d}")
