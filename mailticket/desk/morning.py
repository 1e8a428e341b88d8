"""Morning lists: from the unfinished tickets to one mail for an agent, whose lines are answered with commands.

First the agent's own tickets and those they watch, then the teams' that nobody has, then what colleagues have and what happened on it since
the last list. Whatever sleeps is left out until it wakes.
"""

from collections.abc import Iterable
from datetime import datetime

from mailticket.desk.case import Policy
from mailticket.desk.queries import SHOWN, describe_line
from mailticket.desk.telling import AUTO_GENERATED, language_of
from mailticket.model.morning import Morning
from mailticket.model.notice import Audience, Lane, Notice, NoticeKind
from mailticket.model.policy import Agent, Settings
from mailticket.model.ticket import Priority, Ticket
from mailticket.tickets.confidential import may_read
from mailticket.tickets.notify import make_reader

GROUPS = ("own", "unowned", "others")
_RANK = {priority: rank for rank, priority in enumerate(Priority)}


def list_morning(agent: Agent, morning: Morning, since: datetime | None, tickets: Iterable[Ticket], policy: Policy) -> Notice | None:
    """The list, None where there is nothing to say. `since` is when the agent's last list was made, None for the first one."""
    since = since or morning.before
    groups = sort_tickets(agent, since, tickets, policy.settings, morning.at)
    rows = [
        {**describe_line(ticket), "group": group, "is_new": ticket.created >= since}
        for group in GROUPS
        for ticket in sorted(groups[group], key=_urgency)
    ]
    if not rows:
        return None
    return Notice(
        kind=NoticeKind.MORNING,
        lane=Lane.DIGEST,
        audience=Audience.AGENT,
        to=make_reader(agent, policy.settings).to,
        number=0,
        cause=f"morning {morning.number}",
        language=language_of(policy.settings),
        auto_submitted=AUTO_GENERATED,
        data={
            "query": "morning",
            "day": morning.day,
            "tickets": rows[:SHOWN],
            "more": len(rows) > SHOWN,
            "counts": {name: len(found) for name, found in groups.items()},
        },
    )


def sort_tickets(agent: Agent, since: datetime, tickets: Iterable[Ticket], settings: Settings, at: datetime) -> dict[str, list[Ticket]]:
    """What the agent is told of, by group."""
    groups: dict[str, list[Ticket]] = {name: [] for name in GROUPS}
    for ticket in tickets:
        sleeps = ticket.snoozed is not None and ticket.snoozed > at
        if not sleeps and may_read(agent, ticket, settings) and (group := find_group(agent, since, ticket, settings)):
            groups[group].append(ticket)
    return groups


def find_group(agent: Agent, since: datetime, ticket: Ticket, settings: Settings) -> str:
    """Whose a ticket is to an agent; "" for one that they need not hear of."""
    if agent.email in (ticket.owner, *ticket.watchers):
        return "own"
    if ticket.team not in agent.teams and not 1 < ticket.level <= agent.level:
        return ""
    if settings.find_agent(ticket.owner) is None:
        return "unowned"
    return "others" if ticket.updated >= since else ""


def _urgency(ticket: Ticket) -> tuple[object, ...]:
    return _RANK[ticket.priority], ticket.due.first_response or ticket.due.resolution or ticket.created, ticket.number

