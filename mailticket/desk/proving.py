"""How well an agent must be proved for what a mail says, and how well they are: the table of proof levels (spec 3).

With a pinned authserv_id everything needs *authenticated*. Without one a token is enough for what stays on its ticket, and what could
leak or spread is confirmed first. What lacks proof does nothing.
"""

from dataclasses import dataclass

from mailticket.desk.case import Case
from mailticket.inbound.commands import Spoken
from mailticket.inbound.proof import AgentProof, Level, find_claims, prove_agent
from mailticket.model.command import Reach
from mailticket.model.policy import Agent
from mailticket.model.token import Purpose, intake_holder

# (an authserv_id is pinned, how far the mail's commands reach) -> the level that they need
NEEDED = {
    (True, Reach.ASKS_NOTHING): Level.NONE,
    (True, Reach.TICKET): Level.AUTHENTICATED,
    (True, Reach.SPREADS): Level.AUTHENTICATED,
    (False, Reach.ASKS_NOTHING): Level.NONE,
    (False, Reach.TICKET): Level.TOKEN,
    (False, Reach.SPREADS): Level.AUTHENTICATED,
}
FARTHEST_FIRST = (Reach.SPREADS, Reach.TICKET, Reach.ASKS_NOTHING)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a mail of an agent stands: the proof, what it needed, and why that is not enough ("" when it is)."""

    proof: AgentProof
    needed: Level
    why: str = ""


def find_reach(spoken: Spoken) -> Reach:
    """How far a mail's commands reach; an answer without any reaches its ticket."""
    reaches = {order.command.reach for order in spoken.orders if order.command}
    if spoken.text or not reaches:
        reaches.add(Reach.TICKET)
    return next(reach for reach in FARTHEST_FIRST if reach in reaches)


def judge_agent(case: Case, agent: Agent, spoken: Spoken) -> Standing:
    """Whether a mail is proved well enough for what it says."""
    pinned = bool(case.settings.desk.authserv_id)
    needed = NEEDED[pinned, find_reach(spoken)]
    proof = prove_agent(case.mail, dict(case.facts.known), case.settings, case.policy.ring, case.evidence)
    if proof.level is Level.NONE and needs_no_ticket(spoken):
        proof = _prove_intake(case, agent, proof)
    if proof.level >= needed:
        return Standing(proof, needed)
    return Standing(proof, needed, f"{proof.why}, but not authenticated" if proof.level is Level.TOKEN else proof.why)


def needs_no_ticket(spoken: Spoken) -> bool:
    """Whether a mail only says what concerns no ticket that is there already."""
    return bool(spoken.orders) and not any(order.command and order.command.needs_ticket for order in spoken.orders[:1])


def doubt_forward(case: Case, agent: Agent) -> str:
    """Why a forward is not proved well enough to speak for its first author, "" when it is: as for any command that concerns no ticket."""
    needed = NEEDED[bool(case.settings.desk.authserv_id), Reach.TICKET]
    proof = _prove_intake(case, agent, AgentProof(Level.NONE, why="no valid token of this agent"))
    return "" if proof.level >= needed else f"{proof.why}, but not authenticated" if proof.level is Level.TOKEN else proof.why


def _prove_intake(case: Case, agent: Agent, proof: AgentProof) -> AgentProof:
    """For what concerns no ticket: our own host's word for the author, or the agent's own intake address."""
    if case.evidence.is_aligned:
        return AgentProof(Level.AUTHENTICATED, None, "authenticated, for no ticket")
    holder = intake_holder(agent.email, case.facts.intakes.get(agent.email, 0))
    claims = (claim for claim in find_claims(case.mail, case.settings) if claim.purpose == Purpose.AGENT and not claim.number)
    if any(case.policy.ring.is_signed(claim.token, holder.parts) for claim in claims):
        return AgentProof(Level.TOKEN, None, "intake address")
    return proof
