"""A ticket changed by an agent's command: its fields, or an event of its life with everything that the table asks for."""

from dataclasses import replace
from datetime import datetime

from mailticket.desk.answer import leaves_at, waits
from mailticket.desk.asking import tell_passed
from mailticket.desk.case import changes_between
from mailticket.desk.move import tell_effects
from mailticket.desk.work import Step, Work, Wrong, standing_of
from mailticket.inbound.commands import Order
from mailticket.model.notice import Audience, Notice, NoticeKind
from mailticket.model.ticket import Ticket
from mailticket.tickets.course import advance
from mailticket.tickets.lifecycle import TABLE, Event
from mailticket.tickets.notify import find_silence


def change(work: Work, ticket: Ticket, why: str) -> Work:
    """The work with its ticket changed, and the audit's rows for it."""
    if work.ticket is None:
        return work
    rows = changes_between(work.ticket, ticket, work.agent.email, why, work.case.now)
    return replace(work, ticket=replace(ticket, updated=work.case.now), changes=(*work.changes, *rows))


def happen(work: Work, order: Order, event: Event, *, until: datetime | None = None) -> Step:
    """An event on the ticket by the table of its life, with everything that the table asks for."""
    old = work.ticket
    row = TABLE.get((old.status, event)) if old else None
    if old is None or row is None:
        return Wrong("no_effect", f"#{order.word}", detail=old.status.value if old else "")
    if work.agent.level < row.level:
        return Wrong("level", f"#{order.word}")
    ticket, transition = advance(old, event, work.terms, level=work.agent.level, until=until)
    after = change(work, ticket, f"#{order.word}: {transition.why}")
    standing = standing_of(after)
    told = tuple(tell_effects(standing, ticket, transition, work.case.policy, work.case.now)) if standing else ()
    return after.tell(*(_hold_back(work, notice) if notice.audience is Audience.REQUESTER else notice for notice in told))


def pass_on(work: Work, team: str) -> Work:
    """A word to the requester that another team goes on with the ticket, where the settings say so and no answer tells them anyway."""
    standing = standing_of(work)
    settings = work.case.settings
    if standing is None or not settings.desk.tell_passed or _answers(work) or find_silence(standing.person, settings, work.case.now):
        return work
    return work.tell(_hold_back(work, tell_passed(standing.known, standing.ticket, team, work.case.mail.fingerprint, work.case.now)))


def _answers(work: Work) -> bool:
    """Whether the same mail answers the requester: it has, or its text is not taken by a note."""
    takes_text = any(order.command and order.command.takes_text for order in work.spoken.orders)
    return any(notice.kind is NoticeKind.REPLY for notice in work.notices) or bool(work.text.strip() and not takes_text)


def _hold_back(work: Work, notice: Notice) -> Notice:
    """A mail to the requester that can be taken back for a while."""
    return replace(notice, not_before=leaves_at(work), waits=waits(work))
