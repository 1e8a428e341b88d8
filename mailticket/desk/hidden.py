"""What an agent's mail may ask about: confidential tickets are for an agent who may not read them as if they were not there."""

from dataclasses import replace

from mailticket.desk.case import Case
from mailticket.model.policy import Agent, Settings
from mailticket.model.staff import StaffFacts
from mailticket.tickets.confidential import may_read


def hide_confidential(case: Case) -> Case:
    """The case without tickets that its author on the roster may not read: no token, number, list or search leads to them."""
    agent = case.settings.find_agent(case.mail.strict_sender)
    if agent is None:
        return case
    known = {number: one for number, one in case.facts.known.items() if may_read(agent, one.ticket, case.settings)}
    staff = _readable(case.facts.staff, agent, case.settings) if case.facts.staff else None
    return replace(case, facts=replace(case.facts, known=known, staff=staff))


def _readable(staff: StaffFacts, agent: Agent, settings: Settings) -> StaffFacts:
    found = {query: tuple(t for t in tickets if may_read(agent, t, settings)) for query, tickets in staff.found.items()}
    return replace(staff, found=found)
