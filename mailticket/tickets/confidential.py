"""Complaints about the desk's own people go to managers alone (spec 2.5): which tickets those are, and who may read them.

A complaint is one of these when a rule with the tag `staff` hit, or when it names somebody of the roster by address or full name. Neither
the team nor whoever is named hears of it; a manager may give it to an agent, who reads it from then on, and a manager who says that it is
no complaint (`#type`) makes it a ticket like any other.
"""

from collections.abc import Iterable, Iterator

from mailticket.model.outcome import Triage
from mailticket.model.policy import Agent, Settings
from mailticket.model.ticket import CONFIDENTIAL, Ticket, Type
from mailticket.text.normalise import normalise

TAG = "staff"
"""The tag by which a rule says that a mail is about the desk's own people."""


def find_mark(decision: Triage, text: str, settings: Settings) -> tuple[str, ...]:
    """The mark of a confidential ticket, with the addresses of whom it names behind a colon; () for any other."""
    if decision.type is not Type.COMPLAINT:
        return ()
    named = list(find_named(text, settings.agents))
    if not named and TAG not in decision.tags:
        return ()
    return (":".join((CONFIDENTIAL, ",".join(agent.email for agent in named))) if named else CONFIDENTIAL,)


def find_named(text: str, agents: Iterable[Agent]) -> Iterator[Agent]:
    """Those of the agents whom a text names by an address or by first and last name; a first name alone may be anybody's."""
    words = f" {' '.join(normalise(text).split())} "
    lower = text.lower()
    for agent in agents:
        names = (f" {' '.join(normalise(name).split())} " for name in (agent.name.ar, agent.name.en) if len(name.split()) > 1)
        if any(address in lower for address in (agent.email, *agent.addresses)) or any(name in words for name in names):
            yield agent


def find_trusted(ticket: Ticket, settings: Settings) -> tuple[Agent, ...]:
    """Who hears of a confidential ticket: the managers of its team (one without teams manages them all), else all managers, never whom it
    names; where that leaves nobody, level 2 of other teams; and its owner, if a manager gave it to somebody.
    """
    others = [agent for agent in settings.agents if agent.email not in ticket.accused]
    managers = [agent for agent in others if agent.manager]
    own = [agent for agent in managers if not agent.teams or ticket.team in agent.teams]
    above = [agent for agent in others if agent.level > 1 and ticket.team not in agent.teams]
    owner = [agent for agent in others if agent.email == ticket.owner]
    return tuple(dict.fromkeys((*owner, *(own or managers or above))))


def may_read(agent: Agent | None, ticket: Ticket, settings: Settings) -> bool:
    """Whether an agent may be shown a ticket in any mail."""
    return not ticket.is_confidential or agent in find_trusted(ticket, settings)
