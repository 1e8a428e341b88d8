"""Morning lists: each agent's of each working day is made once, whatever crashes.

The list's mark and its mail are written in one transaction, as digests are: a daemon that dies before it leaves nothing, one that dies
after it has nothing left to do, and of two that make the same list the slower changes nothing.
"""

import logging
from collections.abc import Sequence

from mailticket.model.alarm import Alarm
from mailticket.model.morning import Morning
from mailticket.model.policy import Agent
from mailticket.model.ticket import Ticket
from mailticket.rounds.alarms import clear_alarm, raise_alarm
from mailticket.rounds.road import Job, Lists, Road
from mailticket.rounds.writing import say_faults

log = logging.getLogger(__name__)


def send_lists(lists: Lists, road: Road) -> list[str]:
    """Put every morning list that is owed into the outbox; to whom. One that fails is an alarm, and is tried again with the next round."""
    owed = find_owed(lists, road)
    if not owed:
        return []
    tickets = lists.unfinished_tickets()
    return [agent.email for agent, morning in owed if try_list(agent, morning, tickets, lists, road)]


def find_owed(lists: Lists, road: Road) -> list[tuple[Agent, Morning]]:
    """The agents whose list of today has come due and was not made."""
    chosen = [agent for agent in road.settings.agents if agent.notices == "morning"]
    if not chosen:
        return []
    now = road.clock.now()
    leaves = lists.leaves(now)
    found = ((agent, road.find_morning(agent, now, leaves)) for agent in chosen)
    return [(agent, morning) for agent, morning in found if morning and not lists.has_list(morning.number, agent.email)]


def try_list(agent: Agent, morning: Morning, tickets: Sequence[Ticket], lists: Lists, road: Road) -> bool:
    """Make a list, and tell the managers when that fails; whether it was made."""
    cause = f"list {agent.email}"
    try:
        is_made = make_list(agent, morning, tickets, lists, road)
    except Exception as fault:  # whatever a desk's rows bring to light costs that list, never the daemon
        log.exception("a morning list could not be made", extra={"agent": agent.email, "list": morning.number})
        raise_alarm(lists, road, Alarm(cause, (f"{type(fault).__name__}: {fault}",)))
        return False
    clear_alarm(lists, road, cause)
    return is_made


def make_list(agent: Agent, morning: Morning, tickets: Sequence[Ticket], lists: Lists, road: Road) -> bool:
    """Write an agent's list into the outbox, or only its mark where there is nothing to say; False when it was made before."""
    now = road.clock.now()
    notice = road.list_morning(agent, morning, lists.last_list(agent.email), tickets)
    mails = road.writer.start([Job(notice, None, b"", now)]).result() if notice else []
    if not lists.write_list(morning, agent.email, mails, now):
        return False
    say_faults(mails)
    log.info("morning list", extra={"agent": agent.email, "list": morning.number, "mails": len(mails)})
    return True
