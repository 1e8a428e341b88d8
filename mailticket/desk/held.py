"""Held mails: what lacks proof, or should be looked at once more, does nothing until its agent says the word.

The question goes to the registered address, shows what would happen, and names a one-time address that is bound to the held mail's
bytes; the answer counts within 24 hours, once, from that agent, and never from a machine (spec 3; security.md "Who is it?").
"""

from collections.abc import Mapping
from datetime import timedelta

from mailticket.desk.case import Case
from mailticket.desk.staffmail import ask_agent
from mailticket.desk.work import Work, Wrong
from mailticket.inbound.commands import Spoken, find_asked
from mailticket.inbound.lines import find_digest
from mailticket.inbound.proof import cited_ours, find_claims
from mailticket.model.outcome import Disposition, Outcome
from mailticket.model.policy import Agent
from mailticket.model.staff import Held, StaffWork
from mailticket.model.token import Purpose, confirm_holder
from mailticket.tickets.notify import ASKS_AN_HOUR

LASTS = timedelta(hours=24)
SEND, NOTE, CONFIRM = "send", "note", "confirm"
SEND_IT = (SEND, CONFIRM)
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "no_proof": (CONFIRM,),
    "spreads": (CONFIRM,),
    "digest": (),
    "lines": (CONFIRM,),
    "colleague": (*SEND_IT, NOTE),
    "command_below": (*SEND_IT, NOTE),
    "unsure_cut": (*SEND_IT, NOTE),
    "no_requester": (NOTE,),
    "leak": (NOTE,),
    "empty": (),
    "shared": (),
}
"""By why a mail was held, the words that release it: sent all the same, or kept inside as a note; () when it must be written again."""


def hold(work: Work, word: str, why: str, would: Work | None = None, wrongs: tuple[Wrong, ...] = (), who: str = "") -> Outcome:
    """Do nothing with an agent's mail and ask at the registered address; not often, for anybody can forge a From."""
    case = work.case
    held = make_held(work, word) if ANSWERS.get(word) and not wrongs else None
    may_ask = case.facts.counts.asks < ASKS_AN_HOUR
    return Outcome(
        Disposition.HELD,
        f"held: {why}",
        case.unacknowledged("an agent's mail is not acknowledged"),
        ticket=work.known.ticket if work.known else None,
        notices=(ask_agent(work, word, held, would, wrongs, who),) if may_ask else (),
        staff=StaffWork(hold=held) if held and may_ask else None,
    )


def make_held(work: Work, word: str) -> Held:
    """The row that is kept of a held mail."""
    case = work.case
    asked = case.facts.staff
    cited, digest = cited_ours(case.mail, case.settings), find_digest(case.mail, case.settings)
    mine = find_asked(work.spoken, work.agent.email, cited=cited, digest=digest)
    number = work.known.ticket.number if work.known else None
    return Held(asked.next_held if asked else 1, work.agent.email, number, case.mail.digest, word, case.now, mine)


def find_held(case: Case, agent: Agent) -> Held | None:
    """The held mail that this one answers by its one-time address; None unless it is this agent's, is open, and came in time."""
    held = case.facts.staff.held if case.facts.staff else None
    if held is None or held.agent != agent.email or held.is_used or case.now - held.at > LASTS:
        return None
    holder = confirm_holder(held.number, held.digest, held.agent)
    claims = (c for c in find_claims(case.mail, case.settings) if c.purpose == Purpose.CONFIRM and c.number == held.number)
    return held if any(case.policy.ring.is_signed(claim.token, holder.parts) for claim in claims) else None


def find_word(held: Held, spoken: Spoken) -> str:
    """The word by which an answer releases a held mail, "" when it says none that does."""
    words = ANSWERS.get(held.word, ())
    named = [order.command.name for order in spoken.orders if order.command and not order.argument]
    return next((name for name in named if name in words), "")


def waive(held: Held) -> frozenset[str]:
    """What an agent who was shown it need not be asked a second time."""
    return frozenset({held.word, "unsure_cut", "command_below"})
