"""A ticket carried one event on: its status by the table of its life, and everything that hangs on the status.

`lifecycle` says where an event leads; here the clock, the moments and the marks follow. Whoever changes a ticket's status calls `advance`
and nothing else, so that no clock is forgotten: mails, commands and time alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailticket.model.policy import Settings
from mailticket.model.ticket import Clock, Due, Status, Ticket
from mailticket.tickets.hours import Calendar
from mailticket.tickets.lifecycle import ENDED, Effect, Event, Transition, next_status
from mailticket.tickets.sla import target_of

NOTHING = timedelta(0)
REMINDED = "reminded"
ASKING = (Status.WAITING, Status.RESOLVED)
"""The statuses in which the desk waits for the requester, and silence counts."""


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a ticket's time is counted: the settings and the calendar in force, and the present moment."""

    settings: Settings
    calendar: Calendar
    now: datetime

    def calendar_of(self, ticket: Ticket) -> Calendar:
        """The calendar of the ticket's team."""
        return self.calendar.for_team(ticket.team)


def advance(ticket: Ticket, event: Event, terms: Terms, *, level: int = 1, until: datetime | None = None) -> tuple[Ticket, Transition]:
    """The ticket after an event, and the transition with the effects that the desk still has to tell people of.

    `level` is that of whoever acts, `until` the moment for `Event.SNOOZE`.
    """
    transition = choose_transition(ticket, event, terms, level)
    asleep = until if Effect.SLEEP in transition.effects else ticket.snoozed
    after = replace(ticket, status=transition.status, updated=terms.now, snoozed=asleep)
    for effect in transition.effects:
        after = CARRIED_OUT.get(effect, _unchanged)(after, terms)
    if transition.status in ENDED:
        after = replace(after, closed=ticket.closed or terms.now, resolved=after.resolved or terms.now, snoozed=None)
    elif ticket.closed:
        after = replace(after, closed=None)
    if transition.status is not ticket.status or event in (Event.AGENT_ANSWERED, Event.REQUESTER_WROTE):
        after = _listen(after, terms)
    return after, transition


def choose_transition(ticket: Ticket, event: Event, terms: Terms, level: int = 1) -> Transition:
    """Where the table leads, with what it asks of the ticket and its team."""
    team = terms.settings.find_team(ticket.team)
    closed_for = terms.now - ticket.closed if ticket.closed else None
    return next_status(
        ticket.status,
        event,
        verify=bool(team and team.verify),
        level=level,
        closed_for=closed_for,
        reopen=terms.settings.desk.reopen,
    )


def start(ticket: Ticket, terms: Terms) -> Ticket:
    """A new ticket with its clock running since it was created."""
    running = replace(ticket, clock=Clock(ticket.created, ticket.created))
    return replace(running, due=due_of(running, terms))


def retarget(ticket: Ticket, terms: Terms) -> Ticket:
    """The ticket with its due times counted anew: its team, priority or the calendar changed. What rests or is over stays as it was."""
    return replace(ticket, due=due_of(ticket, terms)) if ticket.clock.since else ticket


def due_of(ticket: Ticket, terms: Terms) -> Due:
    """When a running clock makes things due; the first response stays as it was promised once it was given."""
    target = target_of(ticket, terms.settings)
    first = ticket.due.first_response if ticket.first_response else moment_of(ticket, target.first_response, terms)
    return Due(first, moment_of(ticket, target.resolution, terms))


def moment_of(ticket: Ticket, promise: timedelta | None, terms: Terms, percent: int = 100) -> datetime | None:
    """The moment at which so much of a promise's working time has run; None when nothing is promised or the clock rests."""
    if promise is None or ticket.clock.since is None:
        return None
    calendar = terms.calendar_of(ticket)
    left = calendar.working(promise) * percent / 100 - ticket.clock.used
    return calendar.add(ticket.clock.since, max(left, NOTHING))


def _run(ticket: Ticket, terms: Terms) -> Ticket:
    """The clock runs: on from where it rested, or from nothing after the ticket's end."""
    if ticket.clock.since:
        return ticket
    if ticket.closed:
        marks = tuple(mark for mark in ticket.marks if "." not in mark or mark.rpartition(".")[2].isdecimal() or ":" in mark)
        fresh = replace(ticket, clock=Clock(terms.now, terms.now), marks=marks, resolved=None)
    else:
        fresh = replace(ticket, clock=replace(ticket.clock, since=terms.now), resolved=None)
    return replace(fresh, due=due_of(fresh, terms))


def _rest(ticket: Ticket, terms: Terms) -> Ticket:
    """The clock rests: what ran is kept, and nothing falls due meanwhile."""
    return replace(_halt(ticket, terms), due=Due(ticket.due.first_response))


def _stop(ticket: Ticket, terms: Terms) -> Ticket:
    """The clock stops: what was due stays on record, beside the moment when it was done.

    Of a ticket that rested that is where its clock would have come to by now; or, where more ran than was promised, when it was due at
    first, for a miss is none the less one because the requester was waited for in the end.
    """
    if ticket.clock.since:
        return _halt(ticket, terms)
    if ticket.clock.started is None or ticket.due.resolution:
        return ticket
    promise = target_of(ticket, terms.settings).resolution
    is_missed = promise is not None and ticket.clock.used > terms.calendar_of(ticket).working(promise)
    clock = Clock(ticket.clock.started, ticket.clock.started) if is_missed else replace(ticket.clock, since=terms.now)
    return replace(ticket, due=due_of(replace(ticket, clock=clock), terms))


def _halt(ticket: Ticket, terms: Terms) -> Ticket:
    if ticket.clock.since is None:
        return ticket
    ran = max(terms.calendar_of(ticket).between(ticket.clock.since, terms.now), NOTHING)
    return replace(ticket, clock=replace(ticket.clock, since=None, used=ticket.clock.used + ran))


def _raise(ticket: Ticket, _: Terms) -> Ticket:
    return replace(ticket, level=max(ticket.level, 2))


def _ask(ticket: Ticket, terms: Terms) -> Ticket:
    return replace(ticket, resolution=ticket.resolution + 1, resolved=terms.now)


def _wake(ticket: Ticket, _: Terms) -> Ticket:
    return replace(ticket, snoozed=None)


def _unchanged(ticket: Ticket, _: Terms) -> Ticket:
    return ticket


def _listen(ticket: Ticket, terms: Terms) -> Ticket:
    """Silence begins to count anew, or counts no more."""
    asks = ticket.status in ASKING
    return replace(ticket, silent_since=terms.now if asks else None, marks=tuple(m for m in ticket.marks if m != REMINDED))


CARRIED_OUT: Mapping[Effect, Callable[[Ticket, Terms], Ticket]] = {
    Effect.RUN_CLOCK: _run,
    Effect.REST_CLOCK: _rest,
    Effect.STOP_CLOCK: _stop,
    Effect.RAISE_LEVEL: _raise,
    Effect.ASK_REQUESTER: _ask,
    Effect.WAKE: _wake,
}
"""What each effect does to the ticket itself; the others only ask for words to people."""
