"""An agent's mail: its commands are carried out, all or none, and a plain answer goes to the requester from the desk's own address.

A mail from a roster address that lacks proof does nothing: it is held, and the agent is asked at the registered address. What cannot be
cut with certainty, or still holds an inside address after the cut, is held too (spec 3; security.md "Who is it?").
"""

from collections.abc import Callable
from dataclasses import replace

from mailticket.desk.answer import outgoing_parts, send_answer
from mailticket.desk.case import Case
from mailticket.desk.dispatch import ACTIONS, ANSWER_BEFORE, TURNS
from mailticket.desk.finish import finish, refuse
from mailticket.desk.held import NOTE, find_held, find_word, hold, waive
from mailticket.desk.proving import Standing, judge_agent
from mailticket.desk.quoting import cut_own, recut
from mailticket.desk.staffmail import tell_shared
from mailticket.desk.work import Step, Work, Wrong, wrong_word
from mailticket.inbound.commands import Order, Spoken, parse_commands
from mailticket.inbound.parse import parse_mail
from mailticket.inbound.proof import Level, find_claims, prove_agent
from mailticket.inbound.thread import choose_thread
from mailticket.model.commands import BY_NAME
from mailticket.model.mail import Address
from mailticket.model.outcome import Disposition, Outcome
from mailticket.model.policy import Agent
from mailticket.model.staff import Held
from mailticket.model.ticket import Visibility, What
from mailticket.model.token import Purpose
from mailticket.text.ownwords import keep_own_words
from mailticket.tickets.notify import ASKS_AN_HOUR, find_leak, is_outsider

SURE = 0.7
"""Below this the cut between new and quoted words is for a person to look at (`inbound.quoting`)."""


def receive_agent(case: Case) -> Outcome | None:
    """Judge a mail from the roster; None when the agent writes as a requester, naming no ticket and giving no command."""
    agent = case.settings.find_agent(case.mail.strict_sender)
    if agent is None:
        return _receive_shared(case)
    case = recut(case, agent, prove_agent(case.mail, dict(case.facts.known), case.settings, case.policy.ring, case.evidence).number)
    spoken = parse_commands(case.mail.reply_text)
    if held := find_held(case, agent):
        return _release(case, agent, spoken, held)
    standing = judge_agent(case, agent, spoken)
    if standing.why:
        return _unproved(case, agent, spoken, standing)
    return carry_out(_begin(case, agent, spoken, standing.proof.number))


def _begin(case: Case, agent: Agent, spoken: Spoken, number: int | None, waived: frozenset[str] = frozenset()) -> Work:
    """The mail before anything was done: its text without the agent's signature and without quotes that are not the requester's."""
    known = case.known(number)
    entries = case.facts.staff.entries.get(number or 0, ()) if case.facts.staff else ()
    theirs = (e.text for e in entries if e.what is What.MAIL and e.visibility is Visibility.PUBLIC)
    text = keep_own_words(cut_own(agent, spoken.text), theirs)
    return Work(case, agent, spoken, known, known.ticket if known else None, text.strip("\n"), waived)


def carry_out(work: Work) -> Outcome:
    """Everything that the mail says, or nothing and why."""
    worked = attempt(work)
    if isinstance(worked, Outcome):
        return worked
    if isinstance(worked, tuple):
        return refuse(work, worked)
    return finish(worked)


def attempt(work: Work) -> Work | tuple[Wrong, ...] | Outcome:
    """The work when all of it could be done; else everything that is wrong; or an outcome, when the answer is held."""
    unknown = tuple(wrong_word(order) for order in work.spoken.orders if order.command is None)
    wrongs = unknown or tuple(wrong for order in work.spoken.orders for wrong in _find_wrong(work, order))
    if wrongs:
        return wrongs
    for turn in TURNS:
        if turn == ANSWER_BEFORE:
            answered = _answer(work)
            if not isinstance(answered, Work):
                return answered
            work = answered
        for order in work.spoken.orders:
            row = ACTIONS[order.command.name] if order.command else None
            if row is None or row.turn != turn:
                continue
            step = row.act(work, order)
            if isinstance(step, Wrong):
                return (step,)
            work = step
    return work


def _find_wrong(work: Work, order: Order) -> tuple[Wrong, ...]:
    """What is wrong with an order whoever it is about: its author's level, no ticket, an argument too many or too few."""
    command = order.command
    if command is None:
        return (wrong_word(order),)
    said = f"#{order.word} {order.argument}".rstrip()
    if work.agent.level < command.level:
        return (Wrong("level", said),)
    if command.needs_ticket and work.ticket is None and not _opens(work.spoken):
        return (Wrong("no_ticket", said),)
    if order.argument and command.argument == "none":
        return (Wrong("too_much", said, f"#{order.word}"),)
    if not order.argument and command.argument != "none" and not command.is_bare:
        return (Wrong("missing", said, command.usage("ar" if work.spoken.is_arabic else "en")),)
    return ()


def _opens(spoken: Spoken) -> bool:
    return any(order.command and ACTIONS[order.command.name].turn == 0 and not order.command.needs_ticket for order in spoken.orders)


def _answer(work: Work) -> Work | tuple[Wrong, ...] | Outcome:
    """The text as the ticket's answer, unless a command took it or something keeps it from being sent."""
    if work.has_answered or (work.spoken.orders and not work.text and not _files(work)):
        return work
    if work.ticket is None and work.spoken.orders and not _files(work):
        return (Wrong("no_ticket", work.text.partition("\n")[0]),)
    reason = next((word for word, applies in HELD_WHEN if word not in work.waived and applies(work)), "")
    if reason:
        return _held_answer(work, reason)
    step: Step = send_answer(work, work.text)
    return (step,) if isinstance(step, Wrong) else step


def _held_answer(work: Work, reason: str) -> Outcome:
    """Held, with the words that would go out where they may."""
    before = replace(work, ticket=work.known.ticket if work.known else None)
    sent = send_answer(before, work.text) if reason in ("unsure_cut", "colleague", "command_below") else None
    return hold(before, reason, reason, sent if isinstance(sent, Work) else None, who=_colleague(work))


def _files(work: Work) -> bool:
    return bool(outgoing_parts(work.case.mail.attachments))


def _has_colleague(work: Work) -> bool:
    return bool(_colleague(work))


def _colleague(work: Work) -> str:
    """Who answered after what this agent had before them, "" for nobody."""
    number = work.known.ticket.number if work.known else 0
    seen = work.facts.answered
    replies = [e for e in work.facts.entries.get(number, ()) if e.what is What.REPLY and e.visibility is Visibility.PUBLIC]
    own = (work.agent.email, *work.agent.addresses)
    late = [entry for entry in replies if seen and entry.at > seen and entry.by not in own]
    return late[-1].by if late else ""


def _has_no_requester(work: Work) -> bool:
    return not work.ticket or not work.ticket.requester or not is_outsider(work.ticket.requester, work.case.settings)


# Read from top to bottom: what keeps a proved answer from being sent, as a word that the `held` template puts in both languages.
HELD_WHEN: tuple[tuple[str, Callable[[Work], bool]], ...] = (
    ("no_requester", _has_no_requester),
    ("empty", lambda work: not work.text.strip() and not _files(work)),
    ("leak", lambda work: bool(find_leak(work.text, work.case.settings, work.ticket.number if work.ticket else 0))),
    ("colleague", _has_colleague),
    ("command_below", lambda work: bool(work.spoken.below)),
    ("unsure_cut", lambda work: work.case.mail.reply_sure < SURE),
)


def _unproved(case: Case, agent: Agent, spoken: Spoken, standing: Standing) -> Outcome | None:
    """A roster mail without proof: held when it means to work on a ticket (it answers or names one, or gives a command), else nobody's."""
    thread = choose_thread(case.mail, case.facts, case.settings, case.policy.ring, case.evidence)
    claims = find_claims(case.mail, case.settings)
    if thread.number is None and not claims and not spoken.orders:
        return None
    why = standing.why
    word = "spreads" if standing.proof.level is Level.TOKEN and not case.settings.desk.authserv_id else "no_proof"
    work = _begin(case, agent, spoken, standing.proof.number or thread.number)
    if any(claim.purpose == Purpose.DIGEST for claim in claims):
        return hold(work, "digest", why)
    would = attempt(replace(work, waived=frozenset({"unsure_cut", "command_below", "colleague"})))
    if isinstance(would, tuple):
        return hold(work, word, why, wrongs=would)
    return replace(would, reason=f"held: {why}") if isinstance(would, Outcome) else hold(work, word, why, would)


def _release(case: Case, agent: Agent, spoken: Spoken, held: Held) -> Outcome:
    """The answer to a question about a held mail: with the right word the held mail is carried out, else nothing happens."""
    word = find_word(held, spoken)
    if case.settings.desk.authserv_id and not case.evidence.is_aligned:
        return filed_again(case, f"a confirmation that is not authenticated, of held mail {held.number}")
    if not word or held.raw is None:
        return filed_again(case, f"an answer about held mail {held.number} without a word that releases it")
    own = frozenset((case.settings.desk.address, *case.settings.desk.aliases))
    then = recut(replace(case, mail=parse_mail(held.raw.unpack(), own)), agent, held.ticket)
    said = parse_commands(then.mail.reply_text)
    if word == NOTE:
        said = replace(said, orders=(*(o for o in said.orders if o.command), Order(BY_NAME["note"], NOTE)))
    work = _begin(then, agent, said, held.ticket, waive(held))
    outcome = carry_out(work)
    staff = outcome.staff
    if staff is None:
        return outcome
    return replace(outcome, staff=replace(staff, used=held.number, raw=held.raw))


def filed_again(case: Case, reason: str) -> Outcome:
    """A mail about a held one that changes nothing."""
    return Outcome(Disposition.HELD, f"held: {reason}", case.unacknowledged("an agent's mail is not acknowledged"))


def _receive_shared(case: Case) -> Outcome | None:
    """A mail from a team's shared address: nobody can be told by it, so it does nothing, and the team hears why."""
    team = next((t for t in case.settings.teams if t.address and t.address == case.mail.strict_sender), None)
    if team is None:
        return None
    work = Work(case, Agent(team.address, team.title), parse_commands(case.mail.reply_text))
    may_ask = case.facts.counts.asks < ASKS_AN_HOUR
    held = filed_again(case, "from a team's shared address, which proves no person")
    return replace(held, notices=(tell_shared(work, Address(team.address)),) if may_ask else ())


