"""`#undo`: what an agent's last mail on a ticket did is taken back, unless a mail of it has left the house.

The ticket's fields go back to what they were, each unless something else changed it meanwhile; mails that wait are cancelled, entries
become internal, and people are on the ticket as before.
"""

from dataclasses import fields, replace

from mailticket.desk.happen import change
from mailticket.desk.work import Step, Work, Wrong
from mailticket.inbound.commands import Order
from mailticket.model.staff import Deed
from mailticket.model.ticket import Leave, Status, Ticket

PASSING = frozenset({"updated", "wake", "first_response"})
"""Fields that time and delivery set: no deed is told by them."""


def do_undo(work: Work, order: Order) -> Step:
    """Take the last deed back."""
    ticket = work.ticket
    deed = work.facts.deeds.get(ticket.number) if ticket else None
    if ticket is None or deed is None:
        return Wrong("nothing_to_undo", f"#{order.word}")
    if deed.has_left:
        return Wrong("has_left", f"#{order.word}")
    after = change(work, restore(ticket, deed), f"#{order.word}")
    return replace(_unblock(after, deed), undo=deed).did("undo", moment=deed.at)


def restore(ticket: Ticket, deed: Deed) -> Ticket:
    """The ticket with the fields that the deed changed as they were, where nothing has changed them since."""
    names = [f.name for f in fields(Ticket) if f.name not in PASSING]
    back = {name: getattr(deed.before, name) for name in names if _is_of(deed, ticket, name)}
    return replace(ticket, **back)


def _is_of(deed: Deed, ticket: Ticket, name: str) -> bool:
    before, after = getattr(deed.before, name), getattr(deed.after, name)
    return bool(before != after and getattr(ticket, name) == after)


def _unblock(work: Work, deed: Deed) -> Work:
    """Who was blocked by marking the ticket as spam is so no longer."""
    person = work.facts.people.get(deed.before.number)
    if person is None or deed.after.status is not Status.SPAM or not person.blocked:
        return work
    return replace(work, people=(*work.people, replace(person, blocked="")))


def end_leave(work: Work) -> tuple[Leave, ...]:
    """An agent who writes is back, unless the mail says otherwise."""
    is_away = work.agent.email in work.case.facts.leaves
    return work.leaves or ((Leave(work.agent.email, work.case.now, "wrote again"),) if is_away else ())
