"""Several contacts by other channels in one mail: each `#log` begins one, with the commands and the words that stand below it.

All are logged or none is; each becomes a ticket of its own, and one transcript names them all.
"""

from collections.abc import Sequence
from dataclasses import replace

from mailticket.desk.attempt import attempt
from mailticket.desk.case import Case
from mailticket.desk.finish import refuse
from mailticket.desk.held import hold
from mailticket.desk.lines import Folded, finish_lines
from mailticket.desk.proving import Standing
from mailticket.desk.quoting import cut_own
from mailticket.desk.work import Work, Wrong
from mailticket.inbound.commands import Spoken
from mailticket.model.outcome import Outcome
from mailticket.model.policy import Agent


def receive_logs(case: Case, agent: Agent, blocks: Sequence[Spoken], standing: Standing) -> Outcome:
    """A mail of several contacts: logged when it is proved, else held with what it would do."""
    if not standing.why:
        return carry_out_logs(case, agent, blocks)
    whole = _begin(case, agent, blocks)
    folded = fold_logs(whole, blocks)
    if isinstance(folded, tuple):
        return hold(whole, "no_proof", standing.why, wrongs=folded)
    return hold(whole, "no_proof", standing.why, folded.whole)


def carry_out_logs(case: Case, agent: Agent, blocks: Sequence[Spoken], waived: frozenset[str] = frozenset()) -> Outcome:
    """Every contact, or none and why."""
    whole = _begin(case, agent, blocks, waived)
    folded = fold_logs(whole, blocks)
    return refuse(whole, folded) if isinstance(folded, tuple) else finish_lines(folded)


def _begin(case: Case, agent: Agent, blocks: Sequence[Spoken], waived: frozenset[str] = frozenset()) -> Work:
    """The mail before anything was done; what is attached to it can't be told to be of one of them, and stays with the mail."""
    bare = replace(case, mail=replace(case.mail, attachments=(), subject=""))
    return Work(bare, agent, Spoken(tuple(order for block in blocks for order in block.orders)), waived=waived)


def fold_logs(whole: Work, blocks: Sequence[Spoken]) -> Folded | tuple[Wrong, ...]:
    """The work on each contact, in order; or everything that is wrong."""
    works: list[Work] = []
    wrongs: tuple[Wrong, ...] = ()
    for block in blocks:
        text = cut_own(whole.agent, block.text).strip("\n")
        done = attempt(Work(whole.case, whole.agent, block, text=text, waived=whole.waived, has_answered=True))
        if isinstance(done, tuple):
            wrongs += done
        elif isinstance(done, Work):
            works.append(done)
            whole = _add(whole, done)
    return wrongs or Folded(whole, tuple(works))


def _add(whole: Work, done: Work) -> Work:
    facts = whole.case.facts
    opened = int(done.is_opened) + sum(aside.opened for aside in done.asides)
    case = replace(whole.case, facts=replace(facts, next_number=facts.next_number + opened))
    told = replace(whole, case=case, done=(*whole.done, *done.done))
    return replace(told, notices=(*whole.notices, *done.notices), people=(*whole.people, *done.people))
