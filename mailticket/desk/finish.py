"""From work that nothing was wrong with to its outcome: what is kept, whom it is told, and what it takes to take it back."""

from dataclasses import replace

from mailticket.desk.answer import outsiders_of
from mailticket.desk.exposed import find_revoked
from mailticket.desk.staffmail import tell_done, tell_wrong
from mailticket.desk.undo import end_leave
from mailticket.desk.work import Work, Wrong
from mailticket.model.notice import Audience, NoticeKind
from mailticket.model.outcome import Disposition, Outcome
from mailticket.model.staff import Deed, StaffWork
from mailticket.model.ticket import Due, Participant, Role, Status, Ticket
from mailticket.tickets.lapse import set_alarm

ONLY_TELLS = frozenset({"help", "listing"})


def finish(work: Work) -> Outcome:
    """The outcome of an agent's mail."""
    outsiders = outsiders_of(work) if work.ticket else ()
    is_replaced = bool(find_revoked(work.case))
    copied = tuple(Participant(a.address, Role.COPIED, a.name) for a in outsiders if all(p.address != a.address for p in work.roles))
    ticket = replace(work.ticket, updated=work.case.now) if work.ticket else None
    told = (tell_done(work, is_replaced=is_replaced),) if is_replaced or _needs_transcript(work) else ()
    return Outcome(
        Disposition.AGENT_ACTION,
        _reason(work),
        work.case.unacknowledged("an agent's mail is not acknowledged"),
        ticket=set_alarm(ticket, work.terms) if ticket else None,
        opened=work.is_opened,
        entries=work.entries,
        changes=work.changes,
        notices=(*told, *work.notices),
        participants=(*work.participants, *copied),
        people=work.people,
        leaves=end_leave(work),
        staff=StaffWork(deed=find_deed(work), undo=work.undo, asides=work.asides),
    )


def refuse(work: Work, wrongs: tuple[Wrong, ...]) -> Outcome:
    """Nothing is done, and the agent hears what was wrong, with their own text."""
    why = "; ".join(f"{wrong.word}: {wrong.said}" for wrong in wrongs)
    known = work.known.ticket if work.known else None
    return Outcome(
        Disposition.AGENT_ACTION,
        f"nothing done for {work.agent.email}: {why}",
        work.case.unacknowledged("an agent's mail is not acknowledged"),
        ticket=known,
        notices=(tell_wrong(replace(work, ticket=known), wrongs),),
        staff=StaffWork(),
    )


def find_deed(work: Work) -> Deed | None:
    """What can be taken back of it; None for work that changed nothing, and for what takes something back."""
    ticket = work.ticket
    if ticket is None or work.undo or not _has_effect(work):
        return None
    before = work.known.ticket if work.known else _never(ticket)
    roles = {p.address: p.role.value for p in work.known.participants} if work.known else {}
    people = tuple((p.address, roles.get(p.address, "")) for p in work.participants) if work.known else ()
    return Deed(work.agent.email, work.case.now, work.case.mail.digest, before, ticket, people)


def _has_effect(work: Work) -> bool:
    return bool(work.entries or work.changes or work.participants or work.people or any(_goes_out(kind) for kind in _kinds(work)))


def _kinds(work: Work) -> tuple[NoticeKind, ...]:
    return tuple(notice.kind for notice in work.notices if notice.audience is Audience.REQUESTER)


def _goes_out(kind: NoticeKind) -> bool:
    return kind in (NoticeKind.REPLY, NoticeKind.RESOLVED)


def _never(ticket: Ticket) -> Ticket:
    """A ticket that an agent opened, as it is once that is taken back: closed, and nothing is owed."""
    return replace(ticket, status=Status.CLOSED, closed=ticket.created, due=Due(), clock=replace(ticket.clock, since=None))


def _needs_transcript(work: Work) -> bool:
    """Commands are answered with what was done, unless a list or a help text is all that was asked for."""
    has_more = any(done.word not in ONLY_TELLS for done in work.done)
    return bool(work.spoken.orders or work.waived) and has_more


def _reason(work: Work) -> str:
    words = ", ".join(dict.fromkeys(done.word for done in work.done))
    where = f" on ticket {work.ticket.number}" if work.ticket else ""
    return f"{words} of {work.agent.email}{where}"
