"""Notices: from what was decided on a ticket to the mails that tell of it.

The keys of `data` are the variables of the templates (`templates/`, checked by `mailticket check`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailticket.desk.bundling import bundle
from mailticket.desk.case import Case, describe_attachments
from mailticket.model.mail import Address, Language
from mailticket.model.notice import Audience, Lane, Notice, NoticeKind
from mailticket.model.outcome import Hit, KnownTicket, Proof, Threading
from mailticket.model.policy import Agent, Settings
from mailticket.model.ticket import Participant, Role, Ticket
from mailticket.text.bidi import clean_name
from mailticket.tickets.confidential import may_read
from mailticket.tickets.notify import Reader, choose_readers, is_outsider, make_reader
from mailticket.tickets.sla import promised_moment

AUTO_REPLIED = "auto-replied"  # RFC 3834 s.5.1: an automatic answer to one mail
AUTO_GENERATED = "auto-generated"

REMARK_OF_PROOF = {Proof.TAG: "by_tag", Proof.THREAD_INDEX: "by_thread"}


@dataclass(frozen=True, slots=True)
class News:
    """What a notice to the desk tells: its kind, what made it, the new words, and what an agent must be warned of."""

    kind: NoticeKind
    text: str
    remarks: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    acknowledgement: str = ""


def language_of(settings: Settings) -> Language:
    """The language of our mails to the desk's own people."""
    return Language.AR if settings.desk.language == "ar" else Language.EN


def remarks_of(threading: Threading) -> tuple[str, ...]:
    """What an agent must know of how a mail came to its ticket."""
    words = {"unverified": "unverified", "linked": "linked"}.get(threading.join.value)
    return tuple(r for r in (words, REMARK_OF_PROOF.get(threading.proof)) if r)


def copied_participants(case: Case, known: KnownTicket | None = None) -> tuple[Participant, ...]:
    """People in To and Cc who are neither the desk's nor on the ticket: recorded and shown, never written to (spec 2.4)."""
    seen = {case.author, *(p.address for p in (known.participants if known else ()))}
    found = []
    for address in (*case.mail.to, *case.mail.cc):
        if address.address and address.address not in seen and is_outsider(address.address, case.settings):
            seen.add(address.address)
            found.append(Participant(address.address, Role.COPIED, address.name))
    return tuple(found)


def acknowledge(case: Case, ticket: Ticket) -> Notice:
    """The acknowledgement of a new ticket, to From's one address; it repeats nothing of the body (security.md)."""
    mail = case.mail
    is_known = case.evidence.is_aligned
    data = {
        "type": ticket.type.value,
        "team": ticket.team,
        "promised": promised_moment(ticket.due),
        "asked": case.now,
        "name": clean_name(ticket.requester_name),
        "open_now": case.policy.calendar.is_open(case.now),
        "hours": case.settings.hours,
    }
    return Notice(
        kind=NoticeKind.ACKNOWLEDGEMENT,
        lane=Lane.ACKNOWLEDGEMENT,
        audience=Audience.REQUESTER,
        to=Address(mail.strict_sender, ticket.requester_name),
        number=ticket.number,
        cause=f"{mail.fingerprint} acknowledgement",
        language=mail.language,
        subject=mail.subject if is_known else "",
        in_reply_to=mail.message_id,
        references=(*mail.references[-10:], *((mail.message_id,) if mail.message_id else ())),
        auto_submitted=AUTO_REPLIED,
        data=data,
    )


def tell_desk(case: Case, ticket: Ticket, news: News, readers: Sequence[Reader] | None = None) -> tuple[Notice, ...]:
    """The same news to every reader on the desk, each with a token of their own."""
    known = case.known(ticket.number)
    chosen = choose_readers(ticket, case.settings, known, skip=_acting_agent(case), presence=case.presence) if readers is None else readers
    chosen = tuple(dict.fromkeys((*chosen, *_bearer(case, ticket, known))))
    data = _facts_for_agents(case, ticket, known, news)
    notices = (_desk_notice(case, ticket, news, reader, data) for reader in chosen)
    if news.kind is not NoticeKind.FOLLOW_UP:
        return tuple(notices)
    return tuple(bundle(case, ticket, notice, news.remarks) for notice in notices)


def _bearer(case: Case, ticket: Ticket, known: KnownTicket | None) -> tuple[Reader, ...]:
    """The agent who brought the mail in, when they may read what became of it."""
    if case.bearer is None or not may_read(case.bearer.agent, ticket, case.settings):
        return ()
    return (make_reader(case.bearer.agent, case.settings, known.generations if known else None),)


def _acting_agent(case: Case) -> str:
    agent = case.settings.find_agent(case.mail.strict_sender)
    return agent.email if agent else ""


def _desk_notice(case: Case, ticket: Ticket, news: News, reader: Reader, data: Mapping[str, object]) -> Notice:
    return Notice(
        kind=news.kind,
        lane=Lane.NOTICE,
        audience=reader.audience,
        to=reader.to,
        number=ticket.number,
        cause=f"{case.mail.fingerprint} {news.kind}",
        language=language_of(case.settings),
        generation=reader.generation,
        subject=ticket.subject,
        auto_submitted=AUTO_GENERATED,
        data={**data, "team_name": reader.person} if reader.audience is Audience.TEAM else data,
    )


def _facts_for_agents(case: Case, ticket: Ticket, known: KnownTicket | None, news: News) -> dict[str, object]:
    copied = [p.address for p in (*(known.participants if known else ()), *copied_participants(case)) if p.role is Role.COPIED]
    return {
        **describe_ticket(ticket, case.settings),
        **_tell_bearer(case),
        "text": news.text,
        "hits": [{"rule": hit.rule, "words": list(hit.words)} for hit in news.hits],
        "attachments": describe_attachments(case.mail.attachments),
        "remarks": [*news.remarks, *((f"brought_in:{name_agent(case.bearer.agent, case.settings)}",) if case.bearer else ())],
        "acknowledgement": news.acknowledgement,
        "copied": list(dict.fromkeys(copied)),
    }


def _tell_bearer(case: Case) -> dict[str, object]:
    """What the agent wrote above a mail that they forwarded, as the ticket's short history."""
    bearer = case.bearer
    if bearer is None or not bearer.comment:
        return {}
    return {"history": [{"at": case.arrival.arrived, "by": name_agent(bearer.agent, case.settings), "text": bearer.comment}]}


def name_agent(agent: Agent, settings: Settings) -> str:
    """What an agent is called in the language of the desk."""
    return agent.name.ar if language_of(settings) is Language.AR else agent.name.en


def describe_ticket(ticket: Ticket, settings: Settings) -> dict[str, object]:
    """What every notice to the desk says of its ticket."""
    owner = settings.find_agent(ticket.owner)
    return {
        "requester": ticket.requester,
        "requester_name": ticket.requester_name,
        "type": ticket.type.value,
        "team": ticket.team,
        "priority": ticket.priority.value,
        "channel": ticket.channel.value,
        "status": ticket.status.value,
        "owner": name_agent(owner, settings) if owner else "",
        "history": [],
        "due_first": ticket.due.first_response,
        "due_resolution": ticket.due.resolution,
        "linked": ticket.linked,
    }


def give_back(case: Case, number: int, reason: str, reader: Reader, *, to_intake: bool = False) -> Notice:
    """Tell an agent that a mail of theirs was held and did nothing: why, and their own text with it.

    `reason` is a word of the templates' table; it goes to the registered address, whoever wrote. `to_intake`: the answer goes to the
    agent's intake address.
    """
    return Notice(
        kind=NoticeKind.HELD,
        lane=Lane.NOTICE,
        audience=Audience.AGENT,
        to=reader.to,
        number=number,
        cause=f"{case.mail.fingerprint} held",
        language=language_of(case.settings),
        generation=reader.generation,
        auto_submitted=AUTO_GENERATED,
        data={"reason": reason, "text": case.mail.reply_text, "to_intake": to_intake},
    )


def tell_undeliverable(known: KnownTicket, recipient: str, status: str, text: str, cause: str, settings: Settings) -> tuple[Notice, ...]:
    """Tell owner or team that a mail of a ticket can't be delivered; never by a mail to the very address that refuses."""
    readers = (r for r in choose_readers(known.ticket, settings, known) if r.to.address != recipient)
    return tuple(
        Notice(
            kind=NoticeKind.UNDELIVERABLE,
            lane=Lane.NOTICE,
            audience=reader.audience,
            to=reader.to,
            number=known.ticket.number,
            cause=cause,
            language=language_of(settings),
            generation=reader.generation,
            subject=known.ticket.subject,
            auto_submitted=AUTO_GENERATED,
            data={"recipient": recipient, "status": status, "text": text, "team_name": reader.person},
        )
        for reader in readers
    )
