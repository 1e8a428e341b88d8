"""When an agent's morning list is owed: when the desk opens, or when the agent's own first shift begins after that.

It is made on its own day, while the desk works, or not at all: the next one reaches back to the last that was made, so a desk that was down
or an agent who was on leave loses nothing and gets no heap of old lists.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from mailticket.model.morning import Morning
from mailticket.model.policy import Agent
from mailticket.tickets.duty import is_away
from mailticket.tickets.hours import DAY, Calendar

LONGEST = 60
"""Days that are looked back over: more than the longest holiday."""


def find_morning(agent: Agent, calendar: Calendar, now: datetime, leaves: Mapping[str, datetime]) -> Morning | None:
    """The agent's list of today, once its time has come; None before, after the desk's hours, on days off and on leave."""
    day = now.astimezone(calendar.zone).date()
    spans = calendar.spans(day)
    if agent.notices != "morning" or not spans or is_away(agent, now, leaves):
        return None
    at = max(spans[0][0], _begin(agent, calendar, day))
    return Morning(day, at, _find_before(calendar, day)) if at <= now < spans[-1][1] else None


def _begin(agent: Agent, calendar: Calendar, day: date) -> datetime:
    """When the agent's own day begins; the first moment of the day for somebody without shifts."""
    first = min((shift.start for shift in agent.shifts), default=datetime.min.time())
    return datetime.combine(day, first, calendar.zone).astimezone(UTC)


def _find_before(calendar: Calendar, day: date) -> datetime:
    """When the desk opened on its last working day before."""
    days = (day - n * DAY for n in range(1, LONGEST))
    return next((calendar.spans(one)[0][0] for one in days if calendar.is_workday(one)), datetime.combine(day, datetime.min.time(), UTC))
