"""Lines of commands about several tickets: answers to digests, alarms and lists, folded ticket by ticket.

Every line works on the ticket that its number means to this agent, as if it had been written in answer to that ticket's notice; one line
that can't be carried out and none is. A number of another digest, of a foreign team and of no ticket at all are told alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mailticket.desk.attempt import SURE, attempt
from mailticket.desk.case import Case
from mailticket.desk.finish import ONLY_TELLS, find_deed, refuse
from mailticket.desk.held import hold
from mailticket.desk.quoting import cut_own
from mailticket.desk.staffmail import tell_done
from mailticket.desk.undo import end_leave
from mailticket.desk.work import NO_STAFF, Work, Wrong, wrong_word
from mailticket.inbound.commands import MOST_LINES, Order, Spoken
from mailticket.inbound.lines import find_digest
from mailticket.inbound.proof import Level, find_claims, prove_agent
from mailticket.model.command import Argument
from mailticket.model.commands import BY_NAME
from mailticket.model.outcome import Disposition, KnownTicket, Outcome
from mailticket.model.policy import Agent
from mailticket.model.staff import Aside, StaffWork
from mailticket.model.ticket import Ticket
from mailticket.model.token import Purpose, digest_holder, intake_holder
from mailticket.tickets.arguments import find_number
from mailticket.tickets.lapse import set_alarm

WORD = "lines"


@dataclass(frozen=True, slots=True)
class Folded:
    """All lines carried out: the work on each ticket, and the whole, whose `done` says it ticket by ticket."""

    whole: Work
    works: tuple[Work, ...]


def is_by_line(spoken: Spoken, number: int | None) -> bool:
    """Whether orders name tickets other than the one that the mail answers."""
    return any(order.line is not None and order.line != number for order in spoken.orders)


def receive_lines(case: Case, agent: Agent, spoken: Spoken) -> Outcome:
    """A mail of lines: carried out when it is proved, else held with what it would do."""
    level = prove_lines(case, agent)
    is_sure = case.mail.reply_sure >= SURE
    if level is Level.AUTHENTICATED and is_sure:
        return carry_out_lines(case, agent, spoken)
    whole = _begin(case, agent, spoken)
    folded = fold(whole)
    is_spreading = level is Level.TOKEN and not case.settings.desk.authserv_id
    word, why = (WORD, "orders by line are confirmed") if is_spreading or not is_sure else ("no_proof", "no authenticated token for lines")
    if isinstance(folded, tuple):
        return hold(whole, word, why, wrongs=folded)
    return hold(whole, word, why, folded.whole)


def prove_lines(case: Case, agent: Agent) -> Level:
    """How far lines are proved: by the token of the digest and its reader, of the agent's intake address, or of any ticket of theirs."""
    is_known = (
        _has_token(case, agent) or prove_agent(case.mail, dict(case.facts.known), case.settings, case.policy.ring, case.evidence).level
    )
    if not is_known:
        return Level.NONE
    return Level.AUTHENTICATED if case.evidence.is_aligned else Level.TOKEN


def _has_token(case: Case, agent: Agent) -> bool:
    for claim in find_claims(case.mail, case.settings):
        if claim.purpose == Purpose.DIGEST and agent.manager:
            holder = digest_holder(claim.number, agent.email)
        elif claim.purpose == Purpose.AGENT and not claim.number:
            holder = intake_holder(agent.email, case.facts.intakes.get(agent.email, 0))
        else:
            continue
        if case.policy.ring.is_signed(claim.token, holder.parts):
            return True
    return False


def carry_out_lines(case: Case, agent: Agent, spoken: Spoken, waived: frozenset[str] = frozenset()) -> Outcome:
    """Every line, or nothing and why."""
    whole = _begin(case, agent, spoken, waived)
    folded = fold(whole)
    return refuse(whole, folded) if isinstance(folded, tuple) else finish_lines(folded)


def _begin(case: Case, agent: Agent, spoken: Spoken, waived: frozenset[str] = frozenset()) -> Work:
    """The mail before anything was done; what is attached to it goes nowhere."""
    text = cut_own(agent, spoken.text).strip("\n")
    bare = replace(case, mail=replace(case.mail, attachments=()))
    return Work(bare, agent, spoken, text=text, waived=waived)


def fold(whole: Work) -> Folded | tuple[Wrong, ...]:
    """The work on each ticket in the order of the lines, each seeing what those before it changed; or everything that is wrong."""
    if wrongs := tuple(_find_wrong(whole)):
        return wrongs
    works: list[Work] = []
    for known, orders in _by_ticket(whole).values():
        work = _start(whole, known, orders)
        done = attempt(work)
        if not isinstance(done, Work):
            wrongs += tuple(_on_line(wrong, orders[0]) for wrong in done) if isinstance(done, tuple) else ()
            continue
        works.append(done)
        whole = _add(whole, done, orders)
    if wrongs:
        return wrongs
    unused = whole.text.partition("\n")[0] if not _takes_text(whole.spoken) else ""
    return Folded(whole.did("unused", said=unused) if unused else whole, tuple(works))


def _find_wrong(whole: Work) -> Iterable[Wrong]:
    """What is wrong before anything is tried: unknown words, numbers that mean nothing to this agent, lines that were not understood."""
    spoken = whole.spoken
    if len(spoken.orders) > MOST_LINES:
        yield Wrong("too_many", str(MOST_LINES))
        return
    if spoken.below:
        yield Wrong("line_below", spoken.below)
    for order in spoken.orders:
        if order.command is None:
            yield _on_line(wrong_word(order), order)
        elif order.line is None:
            yield Wrong("no_number", f"#{order.word} {order.argument}".rstrip())
        elif not order.command.needs_ticket:
            yield from () if _shows(order) else (_on_line(Wrong("not_on_line", f"#{order.word}"), order),)
        if order.line is not None and find_ticket(order, whole) is None:
            yield _on_line(Wrong("no_line", f"#{order.word} {order.argument}".rstrip()), order)


def _on_line(wrong: Wrong, order: Order) -> Wrong:
    """What is wrong, with the number before it."""
    near = f"{order.line} {wrong.near}" if wrong.near else ""
    return replace(wrong, said=f"{order.line} {wrong.said}", near=near)


def _shows(order: Order) -> bool:
    return order.command == BY_NAME["show"] and not order.argument


def find_ticket(order: Order, whole: Work) -> KnownTicket | None:
    """The ticket that a number means: a line of the digest that is answered, else a ticket's own number; None for one not theirs."""
    return _find(order.line, whole, is_tag=order.is_tag)


def _find(number: int | None, whole: Work, *, is_tag: bool = False) -> KnownTicket | None:
    facts, agent = whole.case.facts.staff or NO_STAFF, whole.agent
    lines = facts.lines if agent.manager and not is_tag else ()
    known = whole.case.known(lines[number - 1] if number and 0 < number <= len(lines) else number)
    return known if known and may_work_on(agent, known.ticket) else None


def may_work_on(agent: Agent, ticket: Ticket) -> bool:
    """Whether an agent may give orders about a ticket whose notice they do not hold: their teams', their own, level 2's for level 2."""
    has_all = agent.manager and not agent.teams
    return has_all or ticket.team in agent.teams or ticket.owner == agent.email or 1 < ticket.level <= agent.level


def _by_ticket(whole: Work) -> dict[int, tuple[KnownTicket, list[Order]]]:
    """The orders of each ticket, in the order in which the tickets are first named."""
    groups: dict[int, tuple[KnownTicket, list[Order]]] = {}
    for order in whole.spoken.orders:
        if known := find_ticket(order, whole):
            groups.setdefault(known.ticket.number, (known, []))[1].append(_plain(order, whole))
    return groups


def _plain(order: Order, whole: Work) -> Order:
    """The order as it stands in an answer to the ticket's own notice: another ticket that it names may be a line as well."""
    if _shows(order):
        return replace(order, command=BY_NAME["history"])
    if order.command is None or order.command.argument is not Argument.NUMBER:
        return order
    other = _find(find_number(order.argument), whole, is_tag="mt" in order.argument.lower())
    return replace(order, argument=str(other.ticket.number) if other else "-")


def _start(whole: Work, known: KnownTicket, orders: list[Order]) -> Work:
    """The work on one ticket, as those before it left it."""
    text = whole.text if _takes_text(whole.spoken) else ""
    now = whole.case.known(known.ticket.number) or known
    spoken = Spoken(tuple(replace(order, line=None) for order in orders))
    return Work(whole.case, whole.agent, spoken, now, now.ticket, text, whole.waived, has_answered=True)


def _takes_text(spoken: Spoken) -> bool:
    """Whether what stands below belongs to the one order that there is."""
    return len(spoken.orders) == 1 and bool(spoken.orders[0].command and spoken.orders[0].command.takes_text)


def _add(whole: Work, done: Work, orders: list[Order]) -> Work:
    """The whole with one ticket's work: what follows sees the tickets as they are by now."""
    if done.ticket is None:
        return whole
    facts = whole.case.facts
    known = dict(facts.known)
    for ticket in (done.ticket, *(aside.ticket for aside in done.asides)):
        known[ticket.number] = replace(known.get(ticket.number) or KnownTicket(ticket), ticket=ticket)
    opened = sum(aside.opened for aside in done.asides)
    case = replace(whole.case, facts=replace(facts, known=known, next_number=facts.next_number + opened))
    whole = replace(whole, case=case).did("on_line", line=str(orders[0].line), number=done.ticket.number, said=done.ticket.subject)
    return replace(whole, done=(*whole.done, *done.done), notices=(*whole.notices, *done.notices), people=(*whole.people, *done.people))


def finish_lines(folded: Folded) -> Outcome:
    """The outcome: every ticket is one aside, and one transcript tells of all."""
    whole = folded.whole
    numbers = [work.ticket.number for work in folded.works if work.ticket]
    has_more = any(done.word not in ONLY_TELLS for work in folded.works for done in work.done)
    told = (tell_done(whole, tickets=numbers),) if has_more else ()
    return Outcome(
        Disposition.AGENT_ACTION,
        f"lines of {whole.agent.email} on tickets {', '.join(map(str, numbers))}",
        whole.case.unacknowledged("an agent's mail is not acknowledged"),
        notices=(*told, *whole.notices),
        people=whole.people,
        leaves=end_leave(whole),
        staff=StaffWork(asides=tuple(aside for work in folded.works for aside in (*_as_aside(work), *work.asides))),
    )


def _as_aside(work: Work) -> tuple[Aside, ...]:
    if work.ticket is None:
        return ()
    ticket = set_alarm(replace(work.ticket, updated=work.case.now), work.terms)
    rows = Aside(ticket, work.is_opened, entries=work.entries, changes=work.changes, participants=work.participants)
    return (replace(rows, deed=find_deed(work), undo=work.undo),)


def answers_digest(case: Case) -> bool:
    """Whether a mail claims to answer a digest."""
    return find_digest(case.mail, case.settings) is not None
