"""Tickets that an agent opens: a contact by another channel in the requester's name (`#log`), and a mail of the desk (`#new`)."""

from dataclasses import replace

from mailticket.desk.answer import make_reply, outgoing_parts
from mailticket.desk.case import mail_entry
from mailticket.desk.people import next_number
from mailticket.desk.work import Step, Work, Wrong, wrong_argument
from mailticket.inbound.commands import Order
from mailticket.model.outcome import Triage
from mailticket.model.staff import Query
from mailticket.model.ticket import Change, Channel, Entry, Participant, Role, Status, Ticket, Visibility, What
from mailticket.text.bidi import clean_line
from mailticket.tickets.arguments import Contact, find_address, find_contact
from mailticket.tickets.course import advance, start
from mailticket.tickets.lifecycle import Event
from mailticket.tickets.notify import is_outsider
from mailticket.tickets.rules import Message
from mailticket.tickets.triage import triage

MAX_SUBJECT = 250


def do_log(work: Work, order: Order) -> Step:
    """A ticket in the name of whoever called or wrote elsewhere; it keeps its channel, and the agent who took it owns it."""
    contact = find_contact(order.argument)
    if contact is None or (contact.address and not is_outsider(contact.address, work.case.settings)):
        return wrong_argument(order, ", ".join(c.value for c in Channel if c not in (Channel.EMAIL, Channel.FORM)))
    if not work.text.strip():
        return Wrong("no_text", f"#{order.word}")
    people = find_people(work, order, contact)
    if people is None:
        return Wrong("who", f"#{order.word} {order.argument}", detail=", ".join(_addresses(work, order)))
    contact = replace(contact, address=people)
    name = " ".join(part for part in (contact.name, contact.phone) if part)
    ticket = _open(work, contact, name, work.text)
    entry = mail_entry(work.case, What.MAIL, Visibility.PUBLIC, work.text)
    entry = replace(entry, by=contact.address or name, remark=contact.channel.value)
    after = _opened(work, ticket, entry, f"#{order.word}")
    who = " · ".join(part for part in (name, contact.address) if part)
    return replace(after, text="").did("log", number=ticket.number, channel=contact.channel.value, said=who)


def find_people(work: Work, order: Order, contact: Contact) -> str | None:
    """The mail address of whoever called, by their phone number or full name; "" for somebody new, None where it is for the agent to say.

    A first name alone is never enough, and of several who are called alike none is taken: the agent is asked, or gives a phone number.
    """
    if contact.address:
        return contact.address
    by_phone, by_name = (_found(work, word, order) for word in ("phone", "name"))
    if by_phone:
        return by_phone[0] if len(by_phone) == 1 else None
    if len(by_name) == 1 and " " in contact.name:
        return by_name[0]
    return None if by_name and not contact.phone else ""


def _addresses(work: Work, order: Order) -> tuple[str, ...]:
    return _found(work, "phone", order) or _found(work, "name", order)


def _found(work: Work, word: str, order: Order) -> tuple[str, ...]:
    found = work.facts.found.get(Query(word, order.argument), ())
    outsiders = (ticket.requester for ticket in found if is_outsider(ticket.requester, work.case.settings))
    return tuple(dict.fromkeys(outsiders))


def do_new(work: Work, order: Order) -> Step:
    """A mail of the desk to an address, with a ticket that waits for the answer."""
    address = find_address(order.argument)
    if not address or not is_outsider(address, work.case.settings):
        return wrong_argument(order)
    if not work.text.strip():
        return Wrong("no_text", f"#{order.word}")
    text = work.text
    ticket = _open(work, Contact(Channel.EMAIL, address=address), "", text)
    entry = mail_entry(work.case, What.REPLY, Visibility.PUBLIC, text)
    after = _opened(work, ticket, entry, f"#{order.word}")
    waiting, _ = advance(ticket, Event.AGENT_ANSWERED, work.case.terms())
    after = replace(after, ticket=waiting, text="", has_answered=True)
    parts = tuple(a.part for a in outgoing_parts(work.case.mail.attachments))
    reply = make_reply(after, Participant(address, Role.REQUESTER), text, parts)
    return after.tell(reply).did("new", number=ticket.number, address=[address])


def _open(work: Work, contact: Contact, name: str, text: str) -> Ticket:
    decision = _triage(work, contact, text)
    ticket = Ticket(
        number=next_number(work),
        fingerprint=work.case.mail.fingerprint,
        subject=clean_line(work.case.mail.subject or text.strip().partition("\n")[0], MAX_SUBJECT),
        requester=contact.address,
        requester_name=name,
        team=decision.team,
        type=decision.type,
        priority=decision.priority,
        language=decision.language,
        created=work.case.arrival.arrived,
        updated=work.case.now,
        owner=work.agent.email,
        channel=contact.channel,
        status=Status.NEW,
    )
    return start(ticket, work.case.terms())


def _triage(work: Work, contact: Contact, text: str) -> Triage:
    case, policy = work.case, work.case.policy
    message = Message(subject=case.mail.subject, text=text, sender=contact.address, channel=contact.channel, language=case.mail.language)
    return triage(message, policy.book, case.settings, policy.calendar, case.now, case.team, policy.sessions)


def _opened(work: Work, ticket: Ticket, entry: Entry, why: str) -> Work:
    now, agent = work.case.now, work.agent.email
    rows = (Change(now, agent, "opened", "", str(ticket.status), why), Change(now, agent, "team", "", ticket.team, why))
    person = (Participant(ticket.requester, Role.REQUESTER, ticket.requester_name),) if ticket.requester else ()
    return replace(
        work,
        known=None,
        ticket=ticket,
        is_opened=True,
        entries=(*work.entries, entry),
        changes=(*work.changes, *rows),
        participants=person,
    )
