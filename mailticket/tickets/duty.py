"""Who is on duty: of a team at a moment, of the people of a running session, and of those who are not on leave.

A ticket that comes at night is given to those who will be on duty when the desk opens next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol

from mailticket.model.policy import Agent, Settings, Shift
from mailticket.tickets.hours import Calendar
from mailticket.tickets.sessions import LIVE

Leaves = Mapping[str, datetime]
"""Who is away (an agent's address) until when, aware."""


class Given(Protocol):
    """What assigning goes by: each agent's unfinished tickets, how many tickets each team has given out, and who is away."""

    @property
    def loads(self) -> Mapping[str, int]:
        """By an agent's address."""

    @property
    def turns(self) -> Mapping[str, int]:
        """By a team's name."""

    @property
    def leaves(self) -> Leaves:
        """Who is away until when."""


def is_away(agent: Agent, at: datetime, leaves: Leaves) -> bool:
    """Whether an agent is on leave at that moment."""
    until = leaves.get(agent.email)
    return until is not None and at < until


def is_on_shift(agent: Agent, at: datetime, calendar: Calendar) -> bool:
    """Whether an agent's own shifts hold that time of day; someone without shifts works whenever the desk does."""
    wall = at.astimezone(calendar.zone).time()
    return not agent.shifts or any(_holds(shift, wall) for shift in agent.shifts)


def _holds(shift: Shift, wall: time) -> bool:
    return shift.start <= wall and (wall < shift.end or shift.end == time())


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is there at a moment: by the desk's calendar, and by who is away until when."""

    calendar: Calendar
    at: datetime
    leaves: Leaves

    def is_here(self, agent: Agent) -> bool:
        """Whether an agent is not on leave: who is merely off shift reads their mail when the shift begins."""
        return not is_away(agent, self.at, self.leaves)

    def find_on_duty(self, team: str, settings: Settings) -> tuple[Agent, ...]:
        """Those of a team who are there, or will be when it works next; () for a team without agents."""
        return choose_on_duty(team, settings, self.calendar, self.at, self.leaves)


def find_session_staff(settings: Settings, calendar: Calendar, at: datetime, leaves: Leaves | None = None) -> tuple[Agent, ...]:
    """The agents among the organizers and attendees of the sessions that run: hall managers and trainers, who are told of it first."""
    found = (settings.find_agent(address) for address in calendar.sessions.people(at))
    return tuple(dict.fromkeys(a for a in found if a and not is_away(a, at, leaves or {})))


def choose_on_duty(team: str, settings: Settings, calendar: Calendar, at: datetime, leaves: Leaves | None = None) -> tuple[Agent, ...]:
    """The team's agents on duty at that moment, or at the next one at which the team works.

    Shifts that leave a moment to nobody are passed over, and so is leave where all are away: never nobody, if the team has anyone.
    Of the live halls the people of a running session are on duty first.
    """
    own = calendar.for_team(team)
    moment = own.next_open(at)
    members = [agent for agent in settings.agents if team in agent.teams]
    present = [a for a in members if not is_away(a, moment, leaves or {})] or members
    staff = find_session_staff(settings, calendar, moment, leaves) if team == LIVE else ()
    on_shift = [a for a in present if is_on_shift(a, moment, calendar)] or present
    return tuple(dict.fromkeys((*staff, *on_shift)))


def choose_owner(
    team: str,
    settings: Settings,
    calendar: Calendar,
    at: datetime,
    given: Given,
) -> str:
    """The agent who gets a new ticket by the team's `assign`; "" when the team shares its tickets or has no agents."""
    found = settings.find_team(team)
    candidates: Sequence[Agent] = choose_on_duty(team, settings, calendar, at, given.leaves)
    if found is None or not candidates or found.assign == "none":
        return ""
    if found.assign == "least_loaded":
        return min(candidates, key=lambda agent: given.loads.get(agent.email, 0)).email
    return candidates[given.turns.get(team, 0) % len(candidates)].email
