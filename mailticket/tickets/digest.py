"""Rows to figures: what a period brought, and how the promises were kept in it.

Everything is counted as it stood at the period's end, from rows that say when things happened; so a digest that is made late, or again,
says the same as one made in time. Pure: the same rows always give the same figures.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mailticket.model.figures import (
    AGES,
    Acknowledged,
    Breaches,
    Figures,
    Group,
    Kept,
    Line,
    Period,
    Satisfaction,
    Spread,
)
from mailticket.model.history import MailRow, Records, StatusChange
from mailticket.model.outcome import AckState, Disposition
from mailticket.model.ticket import Status, Ticket
from mailticket.tickets.hours import Calendar
from mailticket.tickets.slots import days_of

ACTIVE = frozenset({Status.NEW, Status.OPEN, Status.WAITING})
DONE = frozenset({Status.RESOLVED, Status.VERIFYING, Status.CLOSED})
UNFINISHED = ACTIVE | {Status.VERIFYING}
FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket as it stood at the end of a period: its status then, and when it was resolved (None while it is not)."""

    ticket: Ticket
    status: Status
    resolved: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether someone still had work with it."""
        return self.status in UNFINISHED


def scoped(records: Records, teams: Collection[str]) -> Records:
    """What concerns these teams alone; everything for no teams at all (a manager of the whole desk)."""
    if not teams:
        return records
    return Records(
        tuple(m for m in records.mails if m.team in teams),
        tuple(t for t in records.tickets if t.team in teams),
        records.changes,
        records.missed,
        tuple(r for r in records.refused if r.team in teams),
        tuple(r for r in records.ratings if r.team in teams),
    )


def stand(records: Records, until: datetime) -> tuple[Standing, ...]:
    """Every ticket that there was at a moment, as it stood then."""
    changes: dict[int, list[StatusChange]] = {}
    for change in records.changes:
        changes.setdefault(change.number, []).append(change)
    return tuple(_stand(t, changes.get(t.number, ()), until) for t in records.tickets if t.created < until)


def _stand(ticket: Ticket, changes: Iterable[StatusChange], until: datetime) -> Standing:
    """The status is what the first later change left; resolved is when it last went from work to done, if it stayed there."""
    past: list[StatusChange] = []
    for change in changes:
        if change.at >= until:
            return Standing(ticket, Status(change.old), _resolved(past, Status(change.old)))
        past.append(change)
    return Standing(ticket, ticket.status, _resolved(past, ticket.status))


def _resolved(changes: Sequence[StatusChange], status: Status) -> datetime | None:
    ends = [c.at for c in changes if Status(c.old) in ACTIVE and Status(c.new) in DONE]
    return ends[-1] if ends and status in DONE else None


def count(records: Records, period: Period, calendar: Calendar, zone: ZoneInfo) -> Figures:
    """The figures of a period. The records must reach back to its beginning."""
    mails = [m for m in records.mails if m.arrived in period]
    tickets = stand(records, period.until)
    missed = Counter(m.number for m in records.missed if m.at in period)
    outcomes = Counter(m.disposition for m in mails)
    days = Counter(m.arrived.astimezone(zone).date() for m in mails)
    statuses = Counter(s.status for s in tickets)
    return Figures(
        period=period,
        received=len(mails),
        outcomes={str(end): n for end, n in outcomes.most_common()},
        tickets=sum(s.ticket.created in period for s in tickets),
        acknowledged=count_acknowledged(mails, period.until),
        first_response=count_responses(tickets, period, calendar),
        resolution=count_resolutions(tickets, period, calendar),
        breaches=count_breaches(tickets, period, missed),
        open=sum(s.is_open for s in tickets),
        overdue=sum(_is_late(s, period.until) for s in tickets if s.is_open),
        waiting=statuses[Status.WAITING],
        verifying=statuses[Status.VERIFYING],
        unverified=sum(m.is_unverified for m in mails),
        undeliverable=sum(r.at in period for r in records.refused) + sum(m.is_bounce for m in mails),
        quarantined=outcomes[Disposition.QUARANTINED],
        satisfaction=count_ratings(r.score for r in records.ratings if r.at in period),
        by={name: count_groups(tickets, key, period, (calendar, zone, missed)) for name, key in GROUPS.items()},
        days=tuple((day, days[day]) for day in days_of(period, zone)),
    )


def count_acknowledged(mails: Iterable[MailRow], until: datetime) -> Acknowledged:
    """What became of the acknowledgements of mails that opened a ticket, and of those that something still keeps from it."""
    owed = [m for m in mails if m.disposition is Disposition.TICKET or m.ack_state is AckState.DUE]
    states = Counter(m.ack_state for m in owed)
    promised = [(m, m.ack_at or FAR) for m in owed if m.ack_state in (AckState.DUE, AckState.SENT)]
    sent = [(m, at) for m, at in promised if at < until]
    within = sum(at <= m.ack_due for m, at in sent)
    in_time_still = sum(at >= until and m.ack_due >= until for m, at in promised)
    kept = Kept(within, len(promised) - within - in_time_still, measure([at - m.arrived for m, at in sent]))
    return Acknowledged(kept, in_time_still, states[AckState.SUPPRESSED], states[AckState.FAILED])


def count_responses(tickets: Iterable[Standing], period: Period, calendar: Calendar) -> Kept:
    """First answers that were given in the period, against their target; one without a target is in time."""
    done = [(s.ticket, at, s.ticket.due.first_response) for s in tickets if (at := s.ticket.first_response) and at in period]
    return _kept(done, calendar)


def count_resolutions(tickets: Iterable[Standing], period: Period, calendar: Calendar) -> Kept:
    """Tickets that were resolved in the period and stayed so, against their target."""
    done = [(s.ticket, s.resolved, s.ticket.due.resolution) for s in tickets if s.resolved and s.resolved in period]
    return _kept(done, calendar)


def _kept(done: Sequence[tuple[Ticket, datetime, datetime | None]], calendar: Calendar) -> Kept:
    within = sum(at <= (due or FAR) for _, at, due in done)
    spans = [calendar.for_team(ticket.team).between(ticket.created, at) for ticket, at, _ in done]
    return Kept(within, len(done) - within, measure(spans))


def count_breaches(tickets: Iterable[Standing], period: Period, missed: Mapping[int, int]) -> Breaches:
    """First answers that fell due in the period and had not been given by then, and resolutions that were missed in it, by ticket.

    A ticket that is resolved is owed no answer; one that was merged or is spam is owed nothing.
    """
    kept = [(s.ticket, s.resolved or FAR) for s in tickets if s.is_open or s.status in DONE]
    first = sum(_is_missed(t.due.first_response, min(t.first_response or FAR, resolved), period) for t, resolved in kept)
    return Breaches(first, sum(missed.get(t.number, 0) for t, _ in kept))


def _is_missed(due: datetime | None, met: datetime, period: Period) -> bool:
    return due is not None and due in period and met > due


def count_ratings(scores: Iterable[int]) -> Satisfaction:
    """Scores by their value."""
    found = Counter(scores)
    return Satisfaction((found[1], found[2], found[3], found[4], found[5]))


GROUPS: Mapping[str, Callable[[Ticket], str]] = {
    "team": lambda ticket: ticket.team,
    "type": lambda ticket: ticket.type.value,
    "channel": lambda ticket: ticket.channel.value,
    "language": lambda ticket: ticket.language.value,
}
"""By what tickets are told apart."""


Terms = tuple[Calendar, ZoneInfo, Mapping[int, int]]
"""By what groups are counted: working time, the zone of days, and the resolutions that each ticket missed."""


def count_groups(tickets: Iterable[Standing], key: Callable[[Ticket], str], period: Period, terms: Terms) -> Mapping[str, Group]:
    """The groups that had anything in the period or have open tickets, the largest first."""
    members: dict[str, list[Standing]] = {}
    for s in tickets:
        members.setdefault(key(s.ticket), []).append(s)
    groups = {name: _group(found, period, terms) for name, found in members.items()}
    busy = {name: g for name, g in groups.items() if g.tickets or g.open or g.first_response.done or g.breaches}
    return dict(sorted(busy.items(), key=lambda pair: (-pair[1].tickets, -pair[1].open, pair[0])))


def _group(tickets: Sequence[Standing], period: Period, terms: Terms) -> Group:
    calendar, zone, missed = terms
    opened = Counter(s.ticket.created.astimezone(zone).date() for s in tickets if s.ticket.created in period)
    ages = Counter(_age(period.until - s.ticket.created) for s in tickets if s.is_open)
    return Group(
        tickets=opened.total(),
        first_response=count_responses(tickets, period, calendar),
        breaches=count_breaches(tickets, period, missed).total,
        open=ages.total(),
        ages=tuple(ages[n] for n in range(len(AGES) + 1)),
        days=tuple(opened[day] for day in days_of(period, zone)),
    )


def _age(age: timedelta) -> int:
    return sum(age > bound for bound in AGES)


def measure(spans: Collection[timedelta]) -> Spread | None:
    """Median, 95th percentile and longest by nearest rank; None of nothing."""
    ordered = sorted(spans)
    if not ordered:
        return None
    return Spread(*(ordered[math.ceil(len(ordered) * share / 100) - 1] for share in (50, 95, 100)))


def list_lines(records: Records, until: datetime) -> tuple[Line, ...]:
    """The open tickets as numbered lines: what is late first, then by what is due next, those that wait for the requester last."""
    found = [_line(s, until) for s in stand(records, until) if s.is_open]
    found.sort(key=lambda line: (not line.is_late, line.ticket.status is Status.WAITING, line.due or FAR, line.ticket.number))
    return tuple(replace(line, line=number) for number, line in enumerate(found, 1))


def _line(standing: Standing, until: datetime) -> Line:
    ticket = replace(standing.ticket, status=standing.status)
    return Line(0, ticket, _next_due(ticket, until), _is_late(standing, until))


def _next_due(ticket: Ticket, until: datetime) -> datetime | None:
    answered = (ticket.first_response or FAR) < until
    return ticket.due.resolution if answered else ticket.due.first_response or ticket.due.resolution


def _is_late(standing: Standing, until: datetime) -> bool:
    """Whether what is owed next is past its time; while the requester is waited for, nothing is."""
    return standing.status in (Status.NEW, Status.OPEN) and (_next_due(standing.ticket, until) or FAR) < until
