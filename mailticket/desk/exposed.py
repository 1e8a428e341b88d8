"""Tokens of agents and teams that somebody outside has seen: worth nothing any more, and replaced at once.

Whoever sees a mail sees what it is addressed to and which ids it cites. So it does not matter what became of the mail: one that was held,
or refused for a wrong command, went to the outsider in its Cc all the same (security.md, "Who is it?").
"""

from collections.abc import Iterable
from dataclasses import replace

from mailticket.desk.case import Case
from mailticket.inbound.proof import find_claims, find_holder
from mailticket.model.notice import Audience, Notice
from mailticket.model.staff import Revoked
from mailticket.model.token import Claim, Holder, Purpose, intake_holder
from mailticket.tickets.notify import is_outsider

INSIDE = (Purpose.AGENT, Purpose.TEAM)


def find_revoked(case: Case) -> tuple[Revoked, ...]:
    """The tokens that a mail shows to somebody outside, each with the generation that takes its place."""
    if not is_seen_outside(case):
        return ()
    claims = (c for c in find_claims(case.mail, case.settings) if c.purpose in INSIDE)
    held = ((c.number, _find_holder(c, case)) for c in claims)
    return tuple(dict.fromkeys(Revoked(number, holder.person, holder.generation + 1) for number, holder in held if holder))


def _find_holder(claim: Claim, case: Case) -> Holder | None:
    """Whose token a claim carries: on its ticket, or for their intake address."""
    if claim.number:
        return find_holder(claim, case.known(claim.number), case.settings, case.policy.ring)
    holders = (intake_holder(agent.email, case.facts.intakes.get(agent.email, 0)) for agent in case.settings.agents)
    return next((holder for holder in holders if case.policy.ring.is_signed(claim.token, holder.parts)), None)


def is_seen_outside(case: Case) -> bool:
    """Whether somebody off the roster wrote a mail or got it; a From that names no single address may be anybody's."""
    mail, settings = case.mail, case.settings
    people = (case.author, *(a.address for a in (*mail.to, *mail.cc) if a.address))
    return not mail.strict_sender or any(is_outsider(person, settings) for person in people)


def renew(notices: Iterable[Notice], revoked: Iterable[Revoked]) -> tuple[Notice, ...]:
    """The notices with the tokens that take the place of those revoked just now."""
    fresh = {(r.number, r.person): r.generation for r in revoked}
    return tuple(replace(n, generation=max(n.generation, fresh.get((n.number, _person_of(n)), 0))) for n in notices)


def _person_of(notice: Notice) -> str:
    """Whose token a notice carries, "" for somebody outside."""
    if notice.audience is Audience.TEAM:
        return str(notice.data.get("team_name", ""))
    return notice.to.address if notice.audience is Audience.AGENT else ""
