"""An agent's mail: its commands are carried out, all or none, and a plain answer goes to the requester from the desk's own address.

A mail from a roster address that lacks proof does nothing: it is held, and the agent is asked at the registered address. What cannot be
cut with certainty, or still holds an inside address after the cut, is held too (spec 3; security.md "Who is it?").
"""

from dataclasses import replace

from mailticket.desk.attempt import attempt
from mailticket.desk.case import Case
from mailticket.desk.finish import finish, refuse
from mailticket.desk.held import NOTE, find_held, find_word, hold, waive
from mailticket.desk.lines import answers_digest, carry_out_lines, is_by_line, receive_lines
from mailticket.desk.logs import carry_out_logs, receive_logs
from mailticket.desk.proving import Standing, judge_agent, needs_no_ticket
from mailticket.desk.quoting import cut_own, recut
from mailticket.desk.staffmail import tell_shared
from mailticket.desk.work import Work
from mailticket.inbound.commands import Order, Spoken, parse_blocks, parse_commands
from mailticket.inbound.lines import read_all, read_spoken
from mailticket.inbound.parse import parse_mail
from mailticket.inbound.proof import Level, find_claims, prove_agent
from mailticket.inbound.thread import choose_thread
from mailticket.model.commands import BY_NAME
from mailticket.model.mail import Address
from mailticket.model.outcome import Disposition, Join, Outcome, Threading
from mailticket.model.policy import Agent
from mailticket.model.staff import Held
from mailticket.model.ticket import Visibility, What
from mailticket.text.ownwords import keep_own_words
from mailticket.tickets.notify import ASKS_AN_HOUR


def receive_agent(case: Case) -> Outcome | None:
    """Judge a mail from the roster; None when the agent writes as a requester, naming no ticket and giving no command."""
    agent = case.settings.find_agent(case.mail.strict_sender)
    if agent is None:
        return _receive_shared(case)
    case = recut(case, agent, prove_agent(case.mail, dict(case.facts.known), case.settings, case.policy.ring, case.evidence).number)
    spoken = read_spoken(case.mail, case.settings)
    if held := find_held(case, agent):
        return _release(case, agent, spoken, held)
    standing = judge_agent(case, agent, spoken)
    if blocks := parse_blocks(case.mail.reply_text):
        return receive_logs(case, agent, blocks, judge_agent(case, agent, read_all(case.mail, case.settings)))
    if is_by_line(spoken, standing.proof.number):
        return receive_lines(case, agent, spoken)
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


def _unproved(case: Case, agent: Agent, spoken: Spoken, standing: Standing) -> Outcome | None:
    """A roster mail without proof: held when it means to work on a ticket (answers or names one, or commands), else a requester's."""
    thread = choose_thread(case.mail, case.facts, case.settings, case.policy.ring, case.evidence)
    claims = find_claims(case.mail, case.settings)
    if not spoken.orders and (_is_own_matter(thread, standing) or (thread.number is None and not claims)):
        return None
    why = standing.why
    word = "spreads" if standing.proof.level is Level.TOKEN and not case.settings.desk.authserv_id else "no_proof"
    work = _begin(case, agent, spoken, standing.proof.number or thread.number)
    if answers_digest(case) and not needs_no_ticket(spoken):
        return hold(work, "digest", why)
    would = attempt(replace(work, waived=frozenset({"unsure_cut", "command_below", "colleague"})))
    if isinstance(would, tuple):
        return hold(work, word, why, wrongs=would)
    return replace(would, reason=f"held: {why}") if isinstance(would, Outcome) else hold(work, word, why, would)


def _is_own_matter(thread: Threading, standing: Standing) -> bool:
    """Whether an agent goes on in trouble of their own, as the requester whom the ticket's mails are written to."""
    return thread.join is Join.JOINED and standing.proof.level is Level.NONE


def _release(case: Case, agent: Agent, spoken: Spoken, held: Held) -> Outcome:
    """The answer to a question about a held mail: with the right word the held mail is carried out, else nothing happens."""
    word = find_word(held, spoken)
    if case.settings.desk.authserv_id and not case.evidence.is_aligned:
        return filed_again(case, f"a confirmation that is not authenticated, of held mail {held.number}")
    if not word or held.raw is None:
        return filed_again(case, f"an answer about held mail {held.number} without a word that releases it")
    own = frozenset((case.settings.desk.address, *case.settings.desk.aliases))
    then = recut(replace(case, mail=parse_mail(held.raw.unpack(), own)), agent, held.ticket)
    said = read_spoken(then.mail, case.settings)
    if blocks := parse_blocks(then.mail.reply_text):
        return _used(carry_out_logs(then, agent, blocks, waive(held)), held)
    if is_by_line(said, held.ticket):
        return _used(carry_out_lines(then, agent, said, waive(held)), held)
    if word == NOTE:
        said = replace(said, orders=(*(o for o in said.orders if o.command), Order(BY_NAME["note"], NOTE)))
    work = _begin(then, agent, said, held.ticket, waive(held))
    return _used(carry_out(work), held)


def _used(outcome: Outcome, held: Held) -> Outcome:
    """The outcome of a held mail that was released: it is spent, and its own parts go along."""
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
