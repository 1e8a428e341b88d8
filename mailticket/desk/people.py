"""Commands about who is on a ticket and about other tickets: cc, allow, requester, spam, merge, split, away."""

from dataclasses import replace
from datetime import timedelta

from mailticket.desk.case import DESK
from mailticket.desk.happen import change, happen
from mailticket.desk.work import Step, Work, Wrong, wrong_argument
from mailticket.inbound.commands import Order
from mailticket.model.person import Person
from mailticket.model.staff import Aside
from mailticket.model.ticket import CONFIDENTIAL, WATCHED, Change, Entry, Leave, Participant, Role, Status, Ticket, Visibility, What
from mailticket.text.bidi import clean_line
from mailticket.tickets.arguments import find_address, find_moment, find_number, find_switch
from mailticket.tickets.course import start
from mailticket.tickets.lapse import set_alarm
from mailticket.tickets.lifecycle import Event
from mailticket.tickets.notify import is_outsider

LONG_AWAY = timedelta(days=1)


def _join(work: Work, order: Order, word: str, name: str = "") -> Step:
    """One more outside address on the ticket."""
    address = find_address(order.argument)
    if not address or not is_outsider(address, work.case.settings):
        return wrong_argument(order)
    before = next((p for p in work.roles if p.address == address), None)
    person = replace(before, role=Role.ALLOWED) if before else Participant(address, Role.ALLOWED, name)
    if before and before.role is not Role.COPIED:
        return Wrong("no_effect", f"#{order.word} {address}")
    after = replace(work, participants=(*work.participants, person))
    role = before.role.value if before else ""
    return after.did(word, address=[address]).note_change("people", role, f"allowed {address}", f"#{order.word}")


def do_cc(work: Work, order: Order) -> Step:
    """Somebody gets copies of the answers from now on, this one included."""
    return _join(work, order, "cc")


def do_allow(work: Work, order: Order) -> Step:
    """Somebody may take part; without an address, this ticket's requester in the ticket that theirs is linked to."""
    if order.argument:
        return _join(work, order, "allow")
    ticket = work.ticket
    target = work.case.known(ticket.linked) if ticket and ticket.linked else None
    if ticket is None or target is None or not ticket.requester:
        return wrong_argument(order)
    number = target.ticket.number
    row = Change(work.case.now, work.agent.email, "people", "", f"allowed {ticket.requester}", f"#{order.word} on ticket {ticket.number}")
    person = Participant(ticket.requester, Role.ALLOWED, ticket.requester_name)
    aside = Aside(replace(target.ticket, updated=work.case.now), changes=(row,), participants=(person,))
    return replace(work, asides=(*work.asides, aside)).did("allow_linked", address=[ticket.requester], number=number)


def do_requester(work: Work, order: Order) -> Step:
    """Another address of the requester's own; of a ticket that had none, the first one."""
    address, ticket = find_address(order.argument), work.ticket
    if not address or ticket is None or not is_outsider(address, work.case.settings):
        return wrong_argument(order)
    if ticket.requester:
        return _join(work, order, "requester", ticket.requester_name)
    person = Participant(address, Role.REQUESTER, ticket.requester_name)
    after = replace(change(work, replace(ticket, requester=address), f"#{order.word}"), participants=(*work.participants, person))
    return after.did("requester", address=[address]).note_change("requester", "", address, f"#{order.word}")


def do_spam(work: Work, order: Order) -> Step:
    """Junk: the ticket ends, and its sender gets no automatic answer any more."""
    after = happen(work, order, Event.MARK_SPAM)
    if isinstance(after, Wrong) or after.ticket is None:
        return after
    address = after.ticket.requester
    known = work.facts.people.get(after.ticket.number, Person(address))
    blocked = replace(known, blocked=f"marked as spam on ticket {after.ticket.number}")
    people = (*after.people, blocked) if address and is_outsider(address, work.case.settings) else after.people
    return replace(after, people=people).did("spam", address=[address] if people else [])


def do_merge(work: Work, order: Order) -> Step:
    """This ticket goes on in another one of the same requester; one of somebody else's is only linked."""
    number, ticket = find_number(order.argument), work.ticket
    target = work.case.known(number)
    if ticket is None or target is None or number == ticket.number or target.ticket.status in (Status.MERGED, Status.SPAM):
        return wrong_argument(order)
    if not ticket.requester or target.ticket.requester != ticket.requester:
        after = change(work, replace(ticket, linked=target.ticket.number), f"#{order.word}")
        return after.did("link", number=target.ticket.number).note_change("linked", "", str(target.ticket.number), f"#{order.word}")
    merged = happen(work, order, Event.MERGE)
    if isinstance(merged, Wrong) or merged.ticket is None:
        return merged
    merged = replace(merged, ticket=replace(merged.ticket, linked=target.ticket.number))
    into = replace(target.ticket, updated=work.case.now)
    row = Change(work.case.now, work.agent.email, "merged", "", f"ticket {ticket.number}", f"#{order.word}")
    entry = Entry(work.case.now, What.CHANGE, work.agent.email, Visibility.INTERNAL, f"{ticket.tag} {ticket.subject}", remark="merged")
    aside = Aside(into, entries=(entry,), changes=(row,), participants=work.roles)
    return replace(merged, asides=(*merged.asides, aside)).did("merge", number=target.ticket.number)


def do_split(work: Work, order: Order) -> Step:
    """A new ticket of the same requester from what they wrote last."""
    old = work.ticket
    mails = [e for e in work.facts.entries.get(old.number if old else 0, ()) if e.what is What.MAIL and e.visibility is Visibility.PUBLIC]
    if old is None or len(mails) < 2:
        return Wrong("nothing_to_split", f"#{order.word}")
    last = mails[-1]
    subject = clean_line(order.argument or last.subject or old.subject, 250)
    ticket = _split_off(work, old, subject)
    rows = (
        Change(work.case.now, work.agent.email, "opened", "", str(ticket.status), f"#{order.word} of ticket {old.number}"),
        Change(work.case.now, DESK, "team", "", ticket.team, f"that of ticket {old.number}"),
    )
    person = Participant(old.requester, Role.REQUESTER, old.requester_name)
    entry = replace(last, message_id="", remark="split")
    aside = Aside(ticket, True, (entry,), rows, (person,) if old.requester else ())
    return replace(work, asides=(*work.asides, aside)).did("split", number=ticket.number)


def _split_off(work: Work, old: Ticket, subject: str) -> Ticket:
    ticket = Ticket(
        number=next_number(work),
        fingerprint=work.case.mail.fingerprint,
        subject=subject,
        requester=old.requester,
        requester_name=old.requester_name,
        team=old.team,
        type=old.type,
        priority=old.priority,
        language=old.language,
        created=work.case.now,
        updated=work.case.now,
        owner=old.owner,
        channel=old.channel,
        linked=old.number,
        marks=tuple(mark for mark in old.marks if mark.startswith((CONFIDENTIAL, WATCHED))),
    )
    terms = work.case.terms()
    return set_alarm(start(ticket, terms), terms)


def next_number(work: Work) -> int:
    """The number of the next ticket, after those that this mail opened already."""
    return work.case.facts.next_number + int(work.is_opened) + sum(aside.opened for aside in work.asides)


def do_away(work: Work, order: Order) -> Step:
    """The agent's own leave, and its end."""
    if order.argument and find_switch(order.argument) is False:
        return replace(work, leaves=(*work.leaves, Leave(work.agent.email, work.case.now, f"#{order.word}"))).did("back")
    until = find_moment(order.argument, work.case.now, work.case.policy.calendar.zone) if order.argument else work.case.now + LONG_AWAY
    if until is None:
        return wrong_argument(order)
    return replace(work, leaves=(*work.leaves, Leave(work.agent.email, until, f"#{order.word}"))).did("away", moment=until)
