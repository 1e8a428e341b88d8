"""The drawings of a digest as numbers: bars, columns and shaded counts, which templates make of table cells.

Lengths are worked out here against the largest of what is compared, so that a template only draws.
"""

from collections.abc import Iterator, Mapping, Sequence

from mailticket.model.figures import Cadence, Figures, Group, Report
from mailticket.outbound import sentences as phrases
from mailticket.outbound.digestview import AgeRow, Bar, Cell, Chart, Column, Columns, TeamRow
from mailticket.outbound.tongue import Tongue

TALL, SMALL = 72, 28
"""Heights in pixels."""
FEW = 10
"""Up to so many columns have names and figures of their own; more days than that are drawn as weeks where there is little room."""
WEEK = 7


def scale(value: int, top: int, length: int) -> int:
    """A length for a value, at least 1 for anything that is not nothing."""
    return max(1, round(value * length / top)) if value and top else 0


def draw_days(tongue: Tongue, figures: Figures) -> Columns | None:
    """The mails of each day; None for a single day, and for days on which none came."""
    days = figures.days
    top = max((n for _, n in days), default=0)
    if len(days) < 2 or not top:
        return None
    few = len(days) <= FEW
    columns = tuple(Column(tongue.number(day.day) if few else "", tongue.number(n) if few else "", scale(n, top, TALL)) for day, n in days)
    peak = next(day for day, n in days if n == top)
    summary = tongue.say(phrases.PEAK, day=tongue.day(peak), count=tongue.count(top, "mail"))
    return Columns(tongue.say(phrases.DAYS), columns, tongue.day(days[0][0]), tongue.day(days[-1][0]), summary, few)


def draw_teams(tongue: Tongue, report: Report) -> Iterator[TeamRow]:
    """Each team's new tickets: small multiples on one scale, or a bar for a single day."""
    teams = report.now.by.get("team", {})
    has_days = report.slot.cadence is not Cadence.DAILY
    series = {name: shorten(group.days) if has_days else () for name, group in teams.items()}
    top = max((n for counts in series.values() for n in counts), default=0)
    for bar, (name, group) in zip(draw_bars(tongue, report, "team"), teams.items(), strict=True):
        columns = tuple(Column("", "", scale(n, top, SMALL)) for n in series[name])
        kept = group.first_response
        yield TeamRow(bar.name, columns, bar, tongue.number(group.tickets), tongue.share(kept.within, kept.done))


def shorten(days: Sequence[int]) -> tuple[int, ...]:
    """Days as they are; many of them as the mean days of their weeks, for the last week may be a short one."""
    if len(days) <= FEW:
        return tuple(days)
    weeks = (days[start : start + WEEK] for start in range(0, len(days), WEEK))
    return tuple(round(10 * sum(week) / len(week)) for week in weeks)


def draw_bars(tongue: Tongue, report: Report, by: str) -> Iterator[Bar]:
    """The new tickets of each group of a sort, compared with the largest."""
    groups, past = report.now.by.get(by, {}), report.before.by.get(by, {})
    top = max((group.tickets for group in groups.values()), default=0)
    for name, group in groups.items():
        before = past.get(name, Group()).tickets
        yield Bar(tongue.title(by, name), tongue.number(group.tickets), tongue.number(before), scale(group.tickets, top, 100))


def draw_charts(tongue: Tongue, report: Report) -> Iterator[Chart]:
    """New tickets by type, channel and language."""
    for by, title in phrases.CHARTS.items():
        if report.now.tickets:
            yield Chart(tongue.say(title), tuple(draw_bars(tongue, report, by)))


def draw_ages(tongue: Tongue, teams: Mapping[str, Group]) -> Iterator[AgeRow]:
    """Every team's open tickets by age, the fullest team first."""
    top = max((n for group in teams.values() for n in group.ages), default=0)
    for name, group in sorted(teams.items(), key=lambda pair: -pair[1].open):
        if group.open:
            cells = tuple(Cell(tongue.number(n), scale(n, top, 3)) for n in group.ages)
            yield AgeRow(tongue.title("team", name), cells, tongue.number(group.open))


def draw_satisfaction(tongue: Tongue, report: Report) -> Chart | None:
    """Ratings by score, the best first; None without any."""
    now, before = report.now.satisfaction, report.before.satisfaction
    if not now.count:
        return None
    top = max(now.scores)
    pairs = reversed(list(zip(now.scores, before.scores, strict=True)))
    names = (tongue.say(phrases.SCORES, score=tongue.number(n)) for n in (5, 4, 3, 2, 1))
    bars = (Bar(name, tongue.number(n), tongue.number(past), scale(n, top, 100)) for name, (n, past) in zip(names, pairs, strict=True))
    return Chart(tongue.say(phrases.SATISFACTION), tuple(bars))
