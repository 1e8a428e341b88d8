"""What the templates of digests may say: figures as words and as the measures of what is drawn with table cells.

Lengths are whole numbers that stand in `width` and `height`: bars in hundredths of their row, columns in pixels. Every figure that is
drawn stands beside it in words too.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that stands for itself, and the same of the period before."""

    name: str
    value: str
    before: str
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A row with a bar: `width` is its length, `late` the length of its end that is not well, `rest` what is left of the row."""

    name: str
    value: str
    before: str
    width: int
    late: int = 0

    @property
    def rest(self) -> int:
        """What is left of the row."""
        return 100 - self.width - self.late


@dataclass(frozen=True, slots=True)
class Promise:
    """How a promise was kept: the bar of what was in time, the count behind it, and how long it took, in words."""

    bar: Bar
    count: str
    spread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars that are compared with each other."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a drawing over time, `height` in pixels; `name` is "" where columns are too narrow for one."""

    name: str
    value: str
    height: int


@dataclass(frozen=True, slots=True)
class Columns:
    """A drawing over time, from `first` to `last`, and what it says in one sentence."""

    title: str
    columns: tuple[Column, ...]
    first: str
    last: str
    summary: str
    has_names: bool


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team: a small multiple of its days and its figures."""

    name: str
    columns: tuple[Column, ...]
    bar: Bar
    tickets: str
    share: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A count with the depth of its ground, 0 to 3."""

    value: str
    heat: int


@dataclass(frozen=True, slots=True)
class AgeRow:
    """A team's open tickets by age."""

    name: str
    cells: tuple[Cell, ...]
    total: str


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One open ticket under its line number; `facts` are said after the tag, `due` is "" where nothing is owed."""

    number: str
    tag: str
    subject: str
    dir: str
    facts: tuple[str, ...]
    due: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class DigestView:
    """A digest in words, for one language."""

    title: str
    subject: str
    period: str
    before: str
    headline: str
    is_well: bool
    tiles: tuple[Tile, ...]
    promises: tuple[Promise, ...]
    watched: tuple[Tile, ...]
    """What asks for a person, each with the figure before."""
    days: Columns | None
    teams: tuple[TeamRow, ...]
    has_days: bool
    """Whether the teams are drawn day by day; otherwise as bars."""
    age_names: tuple[str, ...]
    ages: tuple[AgeRow, ...]
    charts: tuple[Chart, ...]
    satisfaction: Chart | None
    satisfaction_mean: str
    lines: tuple[TicketLine, ...]
    more: str
    """How many open tickets are in the attached list only, as a sentence; "" when all are shown."""
    files: str
    """What is attached, as a sentence."""


DIGEST_VALUES = (Tile, Bar, Promise, Chart, Column, Columns, TeamRow, Cell, AgeRow, TicketLine, DigestView)
"""Every sort of value here, so that templates reach their fields without a detour and their README names them all."""
