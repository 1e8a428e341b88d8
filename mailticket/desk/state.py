"""A requester who asks nothing but how things stand is told so at once; the ticket stays as it is, and nobody else is disturbed.

It is automatic mail like an acknowledgement, so the same gate stands in front of it; where that refuses, or somebody asks too often, the
mail is a follow-up like any other, and a person reads it.
"""

from dataclasses import replace
from datetime import datetime

from mailticket.desk.case import Case, mail_entry
from mailticket.desk.telling import AUTO_REPLIED
from mailticket.model.mail import Address
from mailticket.model.notice import Audience, Lane, Notice, NoticeKind
from mailticket.model.outcome import Disposition, KnownTicket, Outcome, Threading
from mailticket.model.ticket import Status, Ticket, Visibility, What
from mailticket.text.bidi import clean_name
from mailticket.tickets.notify import decide_acknowledgement
from mailticket.tickets.sla import promised_moment
from mailticket.tickets.thanks import is_status_question

STATES_AN_HOUR = 3


def tell_state(case: Case, known: KnownTicket, threading: Threading) -> Outcome | None:
    """The answer to «حالة» or "status" alone, for the ticket's requester; None for any other mail, and where no answer may go out."""
    mail = case.mail
    if mail.attachments or mail.strict_sender != known.ticket.requester or not is_status_question(mail.reply_text):
        return None
    owed = decide_acknowledgement(mail, case.arrival, case.facts, case.settings, case.now)
    if owed.reason or case.facts.counts.states >= STATES_AN_HOUR:
        return None
    return Outcome(
        Disposition.FOLLOW_UP,
        f"{threading.proof} of ticket {known.ticket.number}; asked for its state, and was told",
        case.unacknowledged("answered with the ticket's state"),
        ticket=replace(known.ticket, updated=case.now),
        threading=threading,
        entries=(mail_entry(case, What.MAIL, Visibility.PUBLIC, mail.reply_text),),
        notices=(_state(case, known),),
        message_ids=(mail.message_id,),
    )


def _state(case: Case, known: KnownTicket) -> Notice:
    mail, ticket = case.mail, known.ticket
    promised = _promised(ticket, case.now)
    facts = {"type": ticket.type.value, "team": ticket.team, "opened": ticket.created}
    return Notice(
        kind=NoticeKind.STATE,
        lane=Lane.ACKNOWLEDGEMENT,
        audience=Audience.REQUESTER,
        to=Address(ticket.requester, ticket.requester_name),
        number=ticket.number,
        cause=f"{mail.fingerprint} state",
        language=mail.language,
        generation=next((p.generation for p in known.participants if p.address == ticket.requester), 0),
        subject=ticket.subject if case.evidence.is_aligned else "",
        in_reply_to=mail.message_id,
        references=(*mail.references[-10:], mail.message_id),
        auto_submitted=AUTO_REPLIED,
        data={**facts, "name": clean_name(ticket.requester_name), "reason": _word(ticket, promised), "promised": promised},
    )


def _promised(ticket: Ticket, now: datetime) -> datetime | None:
    """The moment of the first answer, while it is still to come."""
    promised = promised_moment(ticket.due) if ticket.first_response is None and ticket.status in (Status.NEW, Status.OPEN) else None
    return promised if promised and promised > now else None


def _word(ticket: Ticket, promised: datetime | None) -> str:
    """The word by which `outbound.phrases` says how the ticket stands."""
    if ticket.status not in (Status.NEW, Status.OPEN) or ticket.first_response is not None:
        return ticket.status.value
    return "new" if promised or ticket.due.first_response is None else "late"
