"""A requester's word on a resolution: solved, not solved, or a rating. Each counts once for each resolution (spec 4.3).

Who judges hears nothing more from us; the desk hears of it when the problem goes on, when there is a comment, and when level 2 is to
verify the end.
"""

from dataclasses import replace

from mailticket.desk.asking import tell_verifiers
from mailticket.desk.case import Case, changes_between, mail_entry
from mailticket.desk.telling import News, tell_desk
from mailticket.inbound.verdict import RATED, UNSOLVED, Verdict, find_verdict, find_verdict_claim
from mailticket.model.notice import Notice, NoticeKind
from mailticket.model.outcome import Disposition, Join, KnownTicket, Outcome, Proof, Threading
from mailticket.model.ticket import Rating, Status, Ticket, Visibility, What
from mailticket.tickets.course import advance
from mailticket.tickets.lifecycle import Event, Transition

BY_VERDICT = Threading(Join.JOINED, Proof.ADDRESS)
AT_REST = (Status.RESOLVED, Status.VERIFYING, Status.CLOSED)


def receive_verdict(case: Case) -> Outcome | None:
    """A mail to an address of the question; None for any other mail, and for one that proves nothing, which is then as any mail."""
    claim = find_verdict_claim(case.mail, case.settings)
    known = case.known(claim.number) if claim else None
    if claim is None or known is None:
        return None
    verdict = find_verdict(case.mail, claim, known, case.policy.ring, case.evidence)
    if verdict is None:
        return None
    is_used = find_mark(verdict) in known.ticket.marks or verdict.resolution != known.ticket.resolution
    is_empty = verdict.word == RATED and verdict.score is None
    if is_used or is_empty:
        return _note(case, known, verdict, "counted already" if is_used else "names no figure from 1 to 5")
    return _count(case, known, verdict)


def find_mark(verdict: Verdict) -> str:
    """What a ticket carries once such a word has counted: solved and not solved are one question, the rating another."""
    return f"{'rated' if verdict.word == RATED else 'judged'}.{verdict.resolution}"


def _count(case: Case, known: KnownTicket, verdict: Verdict) -> Outcome:
    """The word counts: the ticket goes where the table leads."""
    old = known.ticket
    event = Event.NOT_SOLVED if verdict.word == UNSOLVED else Event.SOLVED
    after, transition = advance(old, event, case.terms(old))
    ticket = replace(after, marks=(*after.marks, find_mark(verdict)), updated=case.now)
    said = f"{verdict.word} {verdict.score or ''}".strip()
    outcome = _joined(case, ticket, verdict, f"the requester says: {said}; {transition.why}")
    rating = Rating(ticket.number, verdict.resolution, case.arrival.arrived, verdict.word, verdict.score, verdict.comment)
    return replace(
        outcome,
        changes=changes_between(old, ticket, case.author, f"{said}: {transition.why}", case.now),
        notices=_tell(case, known, ticket, verdict, transition),
        ratings=(rating,),
    )


def _note(case: Case, known: KnownTicket, verdict: Verdict, why: str) -> Outcome:
    """The word counts no more, or says nothing: it is kept, and read by someone when it has words of its own.

    So is a "not solved" on a ticket that nobody works on: whoever changed their mind is heard, and a person decides.
    """
    ticket = replace(known.ticket, updated=case.now)
    outcome = _joined(case, ticket, verdict, f"a word on resolution {verdict.resolution} ({verdict.word}): {why}")
    is_unheard = verdict.word == UNSOLVED and ticket.status in AT_REST
    if not verdict.comment and not is_unheard:
        return outcome
    news = News(NoticeKind.FOLLOW_UP, verdict.comment or case.mail.reply_text, ("judged_before",) if is_unheard else ())
    return replace(outcome, notices=tell_desk(case, ticket, news))


def _joined(case: Case, ticket: Ticket, verdict: Verdict, reason: str) -> Outcome:
    remark = f"{verdict.word} {verdict.score}" if verdict.score else verdict.word
    return Outcome(
        Disposition.FOLLOW_UP,
        reason,
        case.unacknowledged("a word on a resolution is not acknowledged"),
        ticket=ticket,
        threading=BY_VERDICT,
        entries=(mail_entry(case, What.MAIL, Visibility.PUBLIC, verdict.comment or case.mail.reply_text, remark),),
        message_ids=(case.mail.message_id,),
    )


def _tell(case: Case, known: KnownTicket, ticket: Ticket, verdict: Verdict, transition: Transition) -> tuple[Notice, ...]:
    told = tell_verifiers(known, ticket, transition, case.policy, verdict.comment)
    if verdict.word == UNSOLVED:
        return (*told, *tell_desk(case, ticket, News(NoticeKind.FOLLOW_UP, verdict.comment or case.mail.reply_text, ("not_solved",))))
    return (*told, *(tell_desk(case, ticket, News(NoticeKind.FOLLOW_UP, verdict.comment)) if verdict.comment else ()))
