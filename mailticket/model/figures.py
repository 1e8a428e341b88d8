"""Figures: what a digest says in numbers.

`tickets.digest` counts the rows of `model.history` into `Figures`, and everything that shows figures (mails, CSV, `stats`) shows these.
Moments are aware UTC, spans are timedeltas; what happened at `until` or later does not count, whenever the counting is done.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from mailticket.model.ticket import Ticket


class Cadence(StrEnum):
    """How often a digest goes out; the order of the members is part of digest numbers."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` (included) to `until` (not included)."""

    since: datetime
    until: datetime

    def __contains__(self, at: datetime | None) -> bool:
        return at is not None and self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Slot:
    """One digest that is owed: the day of the desk's calendar that it belongs to, its period, and the one before.

    `number` names it in the store and in the addresses that answers go to; the same slot always has the same number.
    """

    cadence: Cadence
    day: date
    period: Period
    before: Period

    @property
    def number(self) -> int:
        """The cadence's place and the day, such as 120261124."""
        return (tuple(Cadence).index(self.cadence) + 1) * 100_000_000 + int(f"{self.day:%Y%m%d}")


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: the median, what 95 in 100 stayed below (both by nearest rank), and the longest."""

    p50: timedelta
    p95: timedelta
    worst: timedelta


@dataclass(frozen=True, slots=True)
class Kept:
    """How a promise was kept: so many in time, so many late, and so many that are owed still; None where nothing was done."""

    within: int = 0
    late: int = 0
    spread: Spread | None = None

    @property
    def done(self) -> int:
        """How many there were."""
        return self.within + self.late


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The acknowledgements of the mails that a period brought. `late` holds those that are owed still, once they are past their time."""

    kept: Kept = Kept()
    owed: int = 0
    """Not sent yet, and still in time."""
    suppressed: int = 0
    failed: int = 0

    @property
    def share(self) -> float | None:
        """How many in a hundred of those that were owed came in time; None when none was owed."""
        owed = self.kept.done + self.failed
        return 100 * self.kept.within / owed if owed else None


@dataclass(frozen=True, slots=True)
class Breaches:
    """Targets whose time ran out in the period before they were met."""

    first_response: int = 0
    resolution: int = 0

    @property
    def total(self) -> int:
        """Of both sorts."""
        return self.first_response + self.resolution


AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
"""The bounds of the ages of open tickets: up to a day, to three, to seven, and older."""
NO_AGES = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Group:
    """The tickets of one team, type, channel or language: opened and answered in the period, and open at its end by age."""

    tickets: int = 0
    first_response: Kept = Kept()
    breaches: int = 0
    open: int = 0
    ages: tuple[int, ...] = NO_AGES
    days: tuple[int, ...] = ()
    """Tickets opened on each day of the period."""


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Ratings: `scores[0]` counts the ones, `scores[4]` the fives."""

    scores: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.scores)

    @property
    def mean(self) -> float | None:
        """Their mean, None without any."""
        return sum(n * score for score, n in enumerate(self.scores, 1)) / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Figures:
    """One period in numbers. `by` has the groups of "team", "type", "channel" and "language"; spans of answers are working time."""

    period: Period
    received: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    tickets: int = 0
    acknowledged: Acknowledged = Acknowledged()
    first_response: Kept = Kept()
    resolution: Kept = Kept()
    breaches: Breaches = Breaches()
    open: int = 0
    overdue: int = 0
    """Open tickets with a target that is past its time, at the period's end."""
    waiting: int = 0
    verifying: int = 0
    unverified: int = 0
    undeliverable: int = 0
    quarantined: int = 0
    satisfaction: Satisfaction = Satisfaction()
    by: Mapping[str, Mapping[str, Group]] = field(default_factory=dict)
    days: tuple[tuple[date, int], ...] = ()
    """Mails received on each day that the period touches."""


@dataclass(frozen=True, slots=True)
class Line:
    """One open ticket of a digest, by the line number that belongs to that digest. `due` is what is owed next, None when nothing is."""

    line: int
    ticket: Ticket
    due: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Report:
    """One digest for one reader: figures of the slot and of the period before, and the open tickets, those without time left first.

    Without persons (`is_anonymous`) there are no lines.
    """

    slot: Slot
    now: Figures
    before: Figures
    lines: tuple[Line, ...] = ()
    is_anonymous: bool = False
