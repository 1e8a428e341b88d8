"""A requester's mail: a follow-up on the ticket that it proves to belong to, or a new ticket.

A sender who is not on a ticket gets a new one that is linked for the agents' eyes, and the same answer as any new requester: what they
named is neither shown nor changed.
"""

from dataclasses import replace

from mailticket.desk.asking import tell_verifiers
from mailticket.desk.case import DESK, Case, changes_between, mail_entry
from mailticket.desk.state import tell_state
from mailticket.desk.telling import News, acknowledge, copied_participants, remarks_of, tell_desk
from mailticket.inbound.forms import is_form
from mailticket.inbound.proof import is_on_ticket
from mailticket.inbound.thread import choose_thread
from mailticket.model.mail import Mail
from mailticket.model.notice import NoticeKind
from mailticket.model.outcome import Disposition, Join, KnownTicket, Outcome, Person, Threading, Triage
from mailticket.model.ticket import Change, Channel, Participant, Role, Status, Ticket, Visibility, What
from mailticket.text.bidi import clean_line
from mailticket.tickets.confidential import find_mark
from mailticket.tickets.course import advance, start
from mailticket.tickets.duty import choose_owner, find_session_staff
from mailticket.tickets.lifecycle import Effect, Event, Transition
from mailticket.tickets.notify import (
    Reader,
    choose_managers,
    choose_readers,
    decide_acknowledgement,
    find_muted,
    make_reader,
    mark_watchers,
)
from mailticket.tickets.rules import Message
from mailticket.tickets.sessions import LIVE
from mailticket.tickets.sla import is_oversight
from mailticket.tickets.thanks import is_only_thanks
from mailticket.tickets.triage import triage

MAX_SUBJECT = 250
UNVERIFIED = Transition(Status.NEW, (), "unverified: changes nothing")
REMARK_OF_EFFECT = {Effect.TELL_NOT_SOLVED: "not_solved"}


def receive_requester(case: Case) -> Outcome:
    """Thread the mail; join the ticket it proves to belong to, else open one."""
    threading = choose_thread(case.mail, case.facts, case.settings, case.policy.ring, case.evidence)
    known = case.known(threading.number)
    if known is not None and known.ticket.status is Status.MERGED:
        known, threading = find_merged(case, known, threading)
    if known is None or threading.join not in (Join.JOINED, Join.UNVERIFIED):
        return open_ticket(case, threading)
    if threading.join is Join.UNVERIFIED:
        return follow_up(case, known, threading, UNVERIFIED, known.ticket)
    if known.ticket.status in (Status.MERGED, Status.SPAM):
        return open_ticket(case, replace(threading, join=Join.LINKED))
    if told := tell_state(case, known, threading):
        return told
    ticket, transition = advance(known.ticket, find_event(case), case.terms(known.ticket))
    if Effect.NEW_TICKET in transition.effects:
        return open_ticket(case, replace(threading, join=Join.LINKED))
    return follow_up(case, known, threading, transition, ticket)


def find_merged(case: Case, known: KnownTicket, threading: Threading) -> tuple[KnownTicket, Threading]:
    """The ticket in which a merged one goes on, for somebody who is on that one too; else the merged one itself."""
    target = case.known(known.ticket.linked)
    if target is None or not is_on_ticket(case.mail.strict_sender, target):
        return known, threading
    return target, replace(threading, number=target.ticket.number)


def find_event(case: Case) -> Event:
    """What a requester's mail is to its ticket: a mail, or thanks that ask for no work."""
    thanks = is_only_thanks(case.mail.reply_text) and not case.mail.attachments
    return Event.REQUESTER_THANKED if thanks else Event.REQUESTER_WROTE


def follow_up(case: Case, known: KnownTicket, threading: Threading, transition: Transition, after: Ticket) -> Outcome:
    """The mail as an entry of its ticket, which is then as in `after`; owner or team is told."""
    remarks = (*remarks_of(threading), *(REMARK_OF_EFFECT[e] for e in transition.effects if e in REMARK_OF_EFFECT))
    ticket = replace(after, updated=case.now)
    news = News(NoticeKind.FOLLOW_UP, case.mail.reply_text, remarks)
    entry = mail_entry(case, What.MAIL, Visibility.PUBLIC, case.mail.reply_text, ", ".join(remarks))
    told = (*tell_desk(case, ticket, news), *tell_verifiers(known, ticket, transition, case.policy, case.mail.reply_text))
    return Outcome(
        Disposition.FOLLOW_UP,
        f"{threading.proof} of ticket {ticket.number}; {transition.why}",
        case.unacknowledged("follow-up: one acknowledgement a ticket"),
        ticket=ticket,
        threading=threading,
        entries=(entry,),
        changes=changes_between(known.ticket, ticket, case.author, transition.why, case.now),
        notices=told,
        participants=copied_participants(case, known),
        people=_person_after(case),
        message_ids=(case.mail.message_id,),
    )


def _person_after(case: Case) -> tuple[Person, ...]:
    """The sender where this mail changes what is kept of them: who writes can be written to again, and the cut-off may fall."""
    person = case.facts.person
    wrote = case.mail.strict_sender == person.address and not is_form(case.mail)
    after = replace(person, undeliverable="") if wrote else person
    after = find_muted(replace(case.facts, person=after), case.settings, case.now) or after
    return () if after == person else (after,)


def open_ticket(case: Case, threading: Threading) -> Outcome:
    """A new ticket, with everything that a requester and the team are owed for it."""
    people = _person_after(case)
    facts = replace(case.facts, person=replace(case.facts.person, undeliverable="")) if people else case.facts
    decision = choose_triage(case)
    ticket = _new_ticket(case, decision, threading)
    owed = decide_acknowledgement(case.mail, case.arrival, facts, case.settings, case.now)
    odd = {"no_acknowledgement": bool(owed.reason), "confidential": ticket.is_confidential}
    remarks = (*remarks_of(threading), *(word for word, applies in odd.items() if applies))
    news = News(NoticeKind.NEW_TICKET, case.mail.reply_text, remarks, decision.reasons, owed.reason)
    answer = () if owed.reason else (acknowledge(case, ticket),)
    return Outcome(
        Disposition.TICKET,
        _why_opened(threading),
        owed,
        ticket=ticket,
        opened=True,
        threading=threading,
        triage=decision,
        entries=(mail_entry(case, What.MAIL, Visibility.PUBLIC, case.mail.reply_text, ", ".join(remarks)),),
        changes=_founding_changes(case, ticket, decision, owed.reason),
        notices=(*answer, *tell_desk(case, ticket, news, _readers(case, ticket))),
        participants=(Participant(case.author, Role.REQUESTER, ticket.requester_name), *copied_participants(case)),
        people=people,
        message_ids=(case.mail.message_id,),
    )


def choose_triage(case: Case) -> Triage:
    """Team, type, priority and language of a new ticket, by the rules on its new text."""
    policy = case.policy
    message = read_message(case.mail, case.author)
    return triage(message, policy.book, case.settings, policy.calendar, case.now, case.team, policy.sessions)


def read_message(mail: Mail, author: str) -> Message:
    """What the rules look at of a mail that is its author's."""
    return Message(
        subject=mail.subject,
        text=mail.reply_text,
        sender="" if is_form(mail) else author,
        channel=_channel(mail),
        sender_name=mail.sender.name if mail.sender else "",
        to=mail.recipients,
        attachments=tuple(a.filename for a in mail.attachments),
        language=mail.language,
    )


def _new_ticket(case: Case, decision: Triage, threading: Threading) -> Ticket:
    number = case.facts.next_number
    confidential = find_mark(decision, f"{case.mail.subject}\n{case.mail.reply_text}", case.settings)
    owner = "" if confidential else choose_owner(decision.team, case.settings, case.policy.calendar, case.now, case.facts)
    ticket = Ticket(
        number=number,
        fingerprint=case.mail.fingerprint,
        subject=clean_line(case.mail.subject, MAX_SUBJECT),
        requester=case.author,
        requester_name=case.mail.sender.name if case.mail.sender else "",
        team=decision.team,
        type=decision.type,
        priority=decision.priority,
        language=decision.language,
        created=case.arrival.arrived,
        updated=case.now,
        owner=owner,
        marks=(*confidential, *mark_watchers(decision.watch, case.settings)),
        linked=threading.number if threading.join is Join.LINKED else None,
        thread_index=case.mail.thread_index,
        channel=_channel(case.mail),
    )
    return start(ticket, case.terms())


def _channel(mail: Mail) -> Channel:
    return Channel.FORM if is_form(mail) else Channel.EMAIL


def _readers(case: Case, ticket: Ticket) -> tuple[Reader, ...]:
    """The team, the staff of a running session before it (spec 4.1), and every manager at once when a supervisor writes (spec 2.5).

    Of a supervisor only those are believed whom our own host vouches for. A complaint about the desk's own people is the managers' alone.
    """
    team = choose_readers(ticket, case.settings, presence=case.presence)
    if ticket.is_confidential:
        return team
    staff = find_session_staff(case.settings, case.policy.calendar, case.now, case.facts.leaves) if ticket.team == LIVE else ()
    readers = (*(make_reader(agent, case.settings) for agent in staff), *team)
    if not (is_oversight(case.author, case.settings) and case.evidence.is_aligned):
        return tuple(dict.fromkeys(readers))
    return tuple(dict.fromkeys((*readers, *choose_managers(case.settings))))


def _why_opened(threading: Threading) -> str:
    if threading.join is Join.LINKED:
        return f"{threading.proof} of ticket {threading.number}, which the sender is not on or which can't be reopened: new ticket, linked"
    return "no proof names a ticket: new ticket"


def _founding_changes(case: Case, ticket: Ticket, decision: Triage, refusal: str) -> tuple[Change, ...]:
    """The first rows of a ticket's audit: how it came to its team, and why it was not acknowledged."""
    why = "; ".join(f"{hit.rule}: {', '.join(hit.words)}" for hit in decision.hits if hit.score) or "no rule hit"
    rows = [
        Change(case.now, DESK, "opened", "", str(ticket.status), case.mail.message_id),
        Change(case.now, DESK, "team", "", ticket.team, why),
    ]
    if ticket.owner:
        rows.append(Change(case.now, DESK, "owner", "", ticket.owner, "assigned by the team's setting"))
    if refusal:
        rows.append(Change(case.now, DESK, "acknowledgement", "", "suppressed", refusal))
    return tuple(rows)
