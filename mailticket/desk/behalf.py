"""Forward on behalf: an agent who forwards a requester's mail opens the ticket in the requester's name (spec 3).

The older mail goes the road of any requester's mail: it joins the ticket that it answers, or opens one and is acknowledged. Nothing about
its author is proved, so nothing is quoted to them. The agent must be proved as for a command that concerns no ticket (authenticated, or
where nothing can be, by the agent's own intake address), for a forged From would else make us write to whomever it names; what lacks
that, and what leaves a doubt about the author, does nothing, and the agent is asked.
"""

from dataclasses import replace

from mailticket.desk.brought import Brought, find_brought
from mailticket.desk.case import Bearer, Case
from mailticket.desk.proving import doubt_forward
from mailticket.desk.requester import receive_requester
from mailticket.desk.telling import give_back
from mailticket.inbound.proof import NO_EVIDENCE
from mailticket.model.mail import Address
from mailticket.model.notice import Audience
from mailticket.model.outcome import Disposition, Outcome
from mailticket.model.ticket import Change, Entry, Visibility, What
from mailticket.tickets.notify import ASKS_AN_HOUR, Reader


def receive_on_behalf(case: Case) -> Outcome | None:
    """A forward by an agent; None for any other mail."""
    brought = find_brought(case.mail, case.settings)
    if brought is None:
        return None
    if brought.mail is None:
        return ask(case, brought, brought.doubt)
    if doubt_forward(case, brought.agent):
        word = "forward_again" if _may_use_intake(case) else "forward_unproved"
        return ask(case, brought, f"{word}:{brought.mail.strict_sender}")
    return bring_in(case, brought)


def _may_use_intake(case: Case) -> bool:
    """Whether the agent's own intake address proves enough: the question is then answered by forwarding to it."""
    desk = case.settings.desk
    return desk.plus_addressing and not desk.authserv_id


def bring_in(case: Case, brought: Brought) -> Outcome:
    """The older mail as its author's; how it came, by whom, and what they wrote above it are kept inside."""
    if brought.mail is None:
        raise ValueError("a forward of nobody's mail can't be brought in")
    agent = brought.agent.email
    theirs = replace(case, mail=brought.mail, evidence=NO_EVIDENCE, bearer=Bearer(brought.agent, brought.comment))
    outcome = receive_requester(theirs)
    note = Entry(case.arrival.arrived, What.NOTE, agent, Visibility.INTERNAL, brought.comment, raw=case.mail.digest)
    row = Change(case.now, agent, "brought in", "", brought.mail.strict_sender, f"forwarded by {agent}: {case.mail.message_id}")
    return replace(
        outcome,
        reason=f"forwarded by {agent} for {brought.mail.strict_sender}; {outcome.reason}",
        entries=(*outcome.entries, *((note,) if brought.comment else ())),
        changes=(*outcome.changes, row),
    )


def ask(case: Case, brought: Brought, word: str) -> Outcome:
    """Do nothing with a forward and ask the agent at the registered address; not often, for anybody can forge a From."""
    address = brought.agent.email
    reader = Reader(Audience.AGENT, Address(address, brought.agent.name.en), address, case.facts.intakes.get(address, 0))
    may_ask = case.facts.counts.asks < ASKS_AN_HOUR
    return Outcome(
        Disposition.HELD,
        f"held: a forward, {word.replace(':', ' ')}",
        case.unacknowledged("an agent's mail is not acknowledged"),
        notices=(give_back(case, 0, word, reader, to_intake=_may_use_intake(case)),) if may_ask else (),
    )
