"""The files that go with a digest, as CSV that a spreadsheet opens rightly: its figures, and the list of open tickets.

UTF-8 with a byte order mark, or Excel reads Arabic as Latin; a cell that would be taken for a formula is quoted (security.md), for
subjects come from strangers. Figures are Western and plain here: they are for machines.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mailticket.model.figures import Figures, Group, Kept, Line, Report
from mailticket.model.mail import Attachment
from mailticket.text.bidi import clean_line

Part = tuple[Attachment, bytes]
Row = Sequence[object]
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What begins a formula in a spreadsheet, in both widths."""
_AFTER_SEMICOLON = re.compile(rf";\s*(?=[{re.escape(''.join(FORMULA))}])")
"""Where a second cell with a formula would begin for a spreadsheet that parts cells by semicolons, as Excel does in much of the world."""


def make_files(report: Report | None, zone: ZoneInfo) -> tuple[Part, ...]:
    """The attachments of a digest; none for another mail."""
    if report is None:
        return ()
    day = f"{report.slot.day:%Y-%m-%d}"
    files = [_file(f"figures-{day}.csv", figure_rows(report))]
    if not report.is_anonymous:
        files.append(_file(f"open-tickets-{day}.csv", ticket_rows(report.lines, zone)))
    return tuple(files)


def _file(name: str, rows: Iterable[Row]) -> Part:
    data = write_csv(rows)
    return Attachment(name, "text/csv", len(data), part=0, inline=False), data


def write_csv(rows: Iterable[Row]) -> bytes:
    """Rows as a CSV file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([safe_cell(value) for value in row] for row in rows)  # RFC 4180 s.2
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def safe_cell(value: object) -> str:
    """A cell on one line that no spreadsheet runs: what begins like a formula gets an apostrophe before it."""
    text = "" if value is None else _AFTER_SEMICOLON.sub("; '", clean_line(str(value), 500))
    return "'" + text if text.startswith(FORMULA) else text


def figure_rows(report: Report) -> Iterator[Row]:
    """Every figure as section, name, value, and the value of the period before."""
    yield ("section", "name", "value", "before")
    now, before = dict(flatten(report.now)), dict(flatten(report.before))
    for section, name in dict.fromkeys((*now, *before)):
        yield section, name, now.get((section, name), 0), before.get((section, name), 0)


def flatten(figures: Figures) -> Iterator[tuple[tuple[str, str], object]]:
    """Figures as pairs of (section, name) and value; moments in ISO 8601, spans in seconds."""
    yield ("period", "since"), figures.period.since.isoformat()
    yield ("period", "until"), figures.period.until.isoformat()
    for name in ("received", "tickets", "open", "overdue", "waiting", "verifying", "unverified", "undeliverable", "quarantined"):
        yield ("period", name), getattr(figures, name)
    owed = figures.acknowledged
    yield from _flatten_kept("acknowledged", owed.kept)
    for name in ("owed", "suppressed", "failed"):
        yield ("acknowledged", name), getattr(owed, name)
    yield from _flatten_kept("first_response", figures.first_response)
    yield from _flatten_kept("resolution", figures.resolution)
    yield ("breaches", "first_response"), figures.breaches.first_response
    yield ("breaches", "resolution"), figures.breaches.resolution
    yield from ((("ratings", str(score)), n) for score, n in enumerate(figures.satisfaction.scores, 1))
    yield from ((("outcome", name), n) for name, n in figures.outcomes.items())
    yield from ((("received", f"{day:%Y-%m-%d}"), n) for day, n in figures.days)
    for by, groups in figures.by.items():
        yield from (pair for name, group in groups.items() for pair in _flatten_group(by, name, group))


def _flatten_kept(section: str, kept: Kept) -> Iterator[tuple[tuple[str, str], object]]:
    yield (section, "within"), kept.within
    yield (section, "late"), kept.late
    if kept.spread:
        spans = (("p50_s", kept.spread.p50), ("p95_s", kept.spread.p95), ("max_s", kept.spread.worst))
        yield from (((section, name), round(span.total_seconds())) for name, span in spans)


def _flatten_group(by: str, name: str, group: Group) -> Iterator[tuple[tuple[str, str], object]]:
    section = f"{by}: {name}"
    yield (section, "tickets"), group.tickets
    yield (section, "answered in time"), group.first_response.within
    yield (section, "answered late"), group.first_response.late
    yield (section, "breaches"), group.breaches
    yield from (((section, f"open {age}"), n) for age, n in zip(("1d", "3d", "7d", "older"), group.ages, strict=True))


def ticket_rows(lines: Iterable[Line], zone: ZoneInfo) -> Iterator[Row]:
    """Every open ticket by its line number; moments in the desk's zone."""
    yield ("line", "ticket", "subject", "team", "owner", "status", "priority", "type", "channel", "language", "opened", "due", "late")
    for line in lines:
        t = line.ticket
        what = (t.team, t.owner, t.status, t.priority, t.type, t.channel, t.language)
        yield line.line, t.tag, t.subject, *what, _moment(t.created, zone), _moment(line.due, zone), "yes" if line.is_late else ""


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""
