"""What time does to a ticket, as tables: the steps of a missed target, and the ends of silence and sleep.

Each step happens once, and its mark on the ticket says that it did; a ticket's `wake` is the moment of the next one, so that a round
asks only for the tickets that time has something to say about.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mailticket.model.ticket import Status, Ticket
from mailticket.tickets.course import REMINDED, Terms, moment_of
from mailticket.tickets.lifecycle import Event
from mailticket.tickets.sla import target_of


class Sort(StrEnum):
    """What is promised."""

    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"


class Whom(StrEnum):
    """Who hears of a step."""

    OWNER = "owner"
    TEAM = "team"
    LEVEL2 = "level 2"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of escalation: at so many per cent of a target's working time these people are told.

    `raises` moves the ticket to level 2, `apologises` owes the requester a word. An owner who is absent or missing is the team.
    """

    name: str
    percent: int
    tells: tuple[Whom, ...]
    raises: bool = False
    apologises: bool = False


STEPS = (
    Step("warned", 80, (Whom.OWNER,)),
    Step("breached", 100, (Whom.OWNER, Whom.LEVEL2, Whom.MANAGER), raises=True, apologises=True),
)
"""Read from left to right: when, who hears of it, what else follows. Each once for each promise."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A step that is due: of which promise, and since when."""

    sort: Sort
    step: Step
    at: datetime

    @property
    def mark(self) -> str:
        """What the ticket carries once it happened."""
        return f"{self.sort}.{self.step.name}"


def find_steps(ticket: Ticket, terms: Terms) -> Iterator[Missed]:
    """Every step ahead of a running clock that has not happened, with its moment: past or to come."""
    if ticket.status not in (Status.NEW, Status.OPEN):
        return
    target = target_of(ticket, terms.settings)
    promises = {Sort.FIRST_RESPONSE: None if ticket.first_response else target.first_response, Sort.RESOLUTION: target.resolution}
    for sort, promise in promises.items():
        for step in STEPS:
            at = None if f"{sort}.{step.name}" in ticket.marks else moment_of(ticket, promise, terms, step.percent)
            if at is not None:
                yield Missed(sort, step, at)


def _snoozed(ticket: Ticket, _: Terms) -> datetime | None:
    return ticket.snoozed


def _reminder(ticket: Ticket, terms: Terms) -> datetime | None:
    is_silent = ticket.status is Status.WAITING and REMINDED not in ticket.marks
    return ticket.silent_since + terms.settings.desk.waiting_remind if is_silent and ticket.silent_since else None


def _waiting(ticket: Ticket, terms: Terms) -> datetime | None:
    is_silent = ticket.status is Status.WAITING and REMINDED in ticket.marks
    return ticket.silent_since + terms.settings.desk.waiting_close if is_silent and ticket.silent_since else None


def _confirming(ticket: Ticket, terms: Terms) -> datetime | None:
    return ticket.silent_since + terms.settings.desk.confirm if ticket.status is Status.RESOLVED and ticket.silent_since else None


ENDS: tuple[tuple[Event, Callable[[Ticket, Terms], datetime | None]], ...] = (
    (Event.SNOOZE_LAPSED, _snoozed),
    (Event.WAITING_REMINDED, _reminder),
    (Event.WAITING_LAPSED, _waiting),
    (Event.CONFIRM_LAPSED, _confirming),
)
"""The events that time alone brings about, and when each is due. A reminder starts its silence anew: `waiting_close` counts from it."""


def find_ends(ticket: Ticket, terms: Terms) -> Iterator[tuple[Event, datetime]]:
    """Each event that time alone will bring about, with its moment."""
    for event, find in ENDS:
        at = find(ticket, terms)
        if at is not None:
            yield event, at


def set_alarm(ticket: Ticket, terms: Terms) -> Ticket:
    """The ticket with the moment at which time next changes something about it."""
    moments = [*(missed.at for missed in find_steps(ticket, terms)), *(at for _, at in find_ends(ticket, terms))]
    return replace(ticket, wake=min(moments, default=None))
