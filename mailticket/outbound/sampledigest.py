"""Reports made up for samples: a busy desk on the days before Sunday 29 November 2026, with everything that a digest can show.

The figures follow from a small table and the day's number, so that they look like a desk's and are the same every time.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from mailticket.model.figures import (
    AGES,
    Acknowledged,
    Breaches,
    Cadence,
    Figures,
    Group,
    Kept,
    Line,
    Period,
    Report,
    Satisfaction,
    Slot,
    Spread,
)
from mailticket.model.mail import Language
from mailticket.model.policy import Settings
from mailticket.model.ticket import Priority, Status, Ticket, Type

UNTIL = datetime(2026, 11, 29, 5, 0, tzinfo=UTC)
"""Sunday 29 November 2026, 8:00 in Riyadh."""
RIYADH = timedelta(hours=3)
LENGTHS = {
    Cadence.DAILY: (timedelta(days=3), timedelta(days=1)),
    Cadence.WEEKLY: (timedelta(days=7), timedelta(days=7)),
    Cadence.MONTHLY: (timedelta(days=30), timedelta(days=31)),
}
"""Of the period, and of the one before."""
MONTH = datetime(2026, 12, 1, tzinfo=UTC) - RIYADH
"""The end of November in Riyadh."""
SHARES = (30, 22, 15, 12, 8, 6, 4, 2, 1)
TYPES = {"request": 48, "inquiry": 30, "complaint": 17, "suggestion": 5}
CHANNELS = {"email": 82, "form": 10, "phone": 5, "whatsapp": 3}
LANGUAGES = {"ar": 78, "en": 17, "mixed": 5}
WEEKEND = (4, 5)
LATE = 6
"""How many of the open tickets are late."""
SUBJECTS = (
    "تأخر صدور شهادة دورة السلامة المهنية",
    "Cannot sign in after the password was changed",
    "لم يصلني رابط القاعة المباشرة لدورة OSH-2214",
    "طلب نقل التسجيل إلى الدفعة القادمة",
    "Certificate shows my old name",
    "",
)


def sample_report(cadence: Cadence, settings: Settings, *, is_anonymous: bool = False) -> Report:
    """A report of that cadence, about the teams of the settings."""
    until = MONTH if cadence is Cadence.MONTHLY else UNTIL
    now, before = LENGTHS[cadence]
    slot = Slot(cadence, (until + RIYADH).date(), Period(until - now, until), Period(until - now - before, until - now))
    teams = [team.name for team in settings.teams] or ["general"]
    lines = tuple(_line(n, teams, settings, until) for n in range(1, 38))
    figures, earlier = _figures(slot.period, teams, 0, lines), _figures(slot.before, teams, 5, lines)
    return Report(slot, figures, earlier, () if is_anonymous else lines, is_anonymous)


def _figures(period: Period, teams: Sequence[str], less: int, lines: Sequence[Line]) -> Figures:
    first, length = period.since + RIYADH, period.until - period.since
    days = tuple((first + timedelta(days=n)).date() for n in range(length.days + (first.hour > 0)))
    mails = tuple((day, _mails_of(day, less) // (1 if day < (period.until + RIYADH).date() else 12)) for day in days)
    received = sum(n for _, n in mails)
    tickets = received * 7 // 10
    return Figures(
        period=period,
        received=received,
        outcomes={"ticket": tickets, "follow-up": received - tickets},
        tickets=tickets,
        acknowledged=Acknowledged(Kept(tickets - 12 - less, 3, _spread(20, 71, 2460)), owed=4, suppressed=4, failed=1),
        first_response=Kept(tickets * 8 // 10, tickets // 20, _spread(2520, 12900, 31800)),
        resolution=Kept(tickets * 6 // 10, tickets // 9, _spread(39600, 136800, 223200)),
        breaches=Breaches(tickets // 20, tickets // 9),
        open=len(lines) + less,
        overdue=sum(line.is_late for line in lines) - less // 2,
        waiting=sum(line.ticket.status is Status.WAITING for line in lines) + less,
        verifying=sum(line.ticket.status is Status.VERIFYING for line in lines) + less // 5,
        unverified=2,
        undeliverable=1,
        quarantined=1,
        satisfaction=Satisfaction((2, 1, 4, 13, 31 - less)),
        by=_groups(tickets, teams, len(days), lines),
        days=mails,
    )


def _mails_of(day: date, less: int) -> int:
    return 40 if day.weekday() in WEEKEND else 180 + 17 * (day.day % 5) - less


def _spread(*seconds: int) -> Spread:
    return Spread(*(timedelta(seconds=s) for s in seconds))


def _groups(tickets: int, teams: Sequence[str], days: int, lines: Sequence[Line]) -> dict[str, dict[str, Group]]:
    team_shares = dict(zip(teams, SHARES, strict=False))
    tables = {"team": team_shares, "type": TYPES, "channel": CHANNELS, "language": LANGUAGES}
    groups = {by: {name: _group(tickets * share // 100, days) for name, share in table.items()} for by, table in tables.items()}
    return {**groups, "team": {name: _with_ages(group, name, lines) for name, group in groups["team"].items()}}


def _group(tickets: int, days: int) -> Group:
    each = tuple(tickets * (3 + (n * 5) % 7) // (6 * days) for n in range(days))
    return Group(tickets, Kept(tickets * 8 // 10, tickets // 20), tickets // 20, 0, (0, 0, 0, 0), each)


def _with_ages(group: Group, team: str, lines: Sequence[Line]) -> Group:
    """A team's open tickets are those of the lines, so that a picture's figures agree with each other."""
    ages = [sum(line.ticket.updated - line.ticket.created > bound for bound in AGES) for line in lines if line.ticket.team == team]
    return replace(group, open=len(ages), ages=tuple(ages.count(n) for n in range(len(AGES) + 1)))


def _line(number: int, teams: Sequence[str], settings: Settings, until: datetime) -> Line:
    is_late = number <= LATE
    due = _workday(until, (number - LATE - 1) // 3) + timedelta(hours=9 + 4 * ((number - LATE - 1) % 3))
    owners = [agent.email for agent in settings.agents]
    ticket = Ticket(
        number=1042 + 3 * number,
        fingerprint="5a" * 32,
        subject=SUBJECTS[number % len(SUBJECTS)],
        requester="lina@example.com",
        requester_name="Lina Haddad",
        team=_team_of(number, teams),
        type=tuple(Type)[number % len(Type)],
        priority=Priority.HIGH if number % 3 else Priority.URGENT,
        language=Language.AR,
        created=min(until - timedelta(hours=7 * number), due - timedelta(hours=10 + number)),
        updated=until,
        owner=owners[number % len(owners)] if owners and number % 4 else "",
        status=Status.WAITING if number > 30 else Status.VERIFYING if number > 28 else Status.OPEN,
    )
    return Line(number, ticket, due, is_late)


def _team_of(number: int, teams: Sequence[str]) -> str:
    """The larger a team's share, the more of the tickets."""
    shares = SHARES[: len(teams)]
    place, ends = number * 37 % sum(shares), accumulate(shares)
    return next(team for team, end in zip(teams, ends, strict=False) if place < end)


def _workday(until: datetime, days: int) -> datetime:
    """The first moment of the working day that lies so many of them after the day of `until`, or before it."""
    day, step = (until + RIYADH).replace(hour=0), timedelta(days=1 if days >= 0 else -1)
    for _ in range(abs(days)):
        day += step
        while day.weekday() in WEEKEND:
            day += step
    return day - RIYADH
