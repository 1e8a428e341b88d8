"""Our mails to an agent about a mail of theirs: what was done, what was wrong, what is asked, what was to be shown."""

from collections.abc import Iterable, Mapping

from mailticket.desk.telling import AUTO_GENERATED, describe_ticket
from mailticket.desk.work import Work, Wrong
from mailticket.model.mail import Address
from mailticket.model.notice import Audience, Lane, Notice, NoticeKind
from mailticket.model.staff import Held
from mailticket.model.ticket import Ticket
from mailticket.tickets.notify import Reader, make_reader


def write_agent(work: Work, kind: NoticeKind, cause: str, data: Mapping[str, object]) -> Notice:
    """A mail to the agent's registered address, in the language of the commands."""
    raised = work.known.generations if work.known else {}
    reader = make_reader(work.agent, work.case.settings, raised if work.ticket else work.case.facts.intakes)
    return Notice(
        kind=kind,
        lane=Lane.NOTICE,
        audience=Audience.AGENT,
        to=reader.to,
        number=work.ticket.number if work.ticket else 0,
        cause=f"{work.case.mail.fingerprint} {cause}",
        language=work.language,
        generation=reader.generation,
        subject=work.ticket.subject if work.ticket else "",
        in_reply_to=work.case.mail.message_id,
        references=(*work.case.mail.references[-10:], work.case.mail.message_id),
        auto_submitted=AUTO_GENERATED,
        data=data,
    )


def tell_done(work: Work, *, is_replaced: bool = False, tickets: Iterable[int] = ()) -> Notice:
    """The transcript: what was done. `is_replaced` says that a token was seen outside, and that this mail's takes its place; `tickets`
    are those of a mail of lines."""
    remarks = ["token_replaced"] if is_replaced else []
    data = {"done": [one.row for one in work.done], "remarks": remarks, "undo": list(tickets), **_state(work)}
    return write_agent(work, NoticeKind.TRANSCRIPT, "transcript", data)


def tell_wrong(work: Work, wrongs: Iterable[Wrong]) -> Notice:
    """What was wrong, that nothing was done, and the agent's own text."""
    data = {"wrong": [one.row for one in wrongs], "text": work.case.mail.reply_text, **_state(work)}
    return write_agent(work, NoticeKind.TRANSCRIPT, "wrong", data)


def ask_agent(work: Work, reason: str, held: Held | None, would: Work | None = None, wrongs: Iterable[Wrong] = (), who: str = "") -> Notice:
    """A mail was held: why, what would happen, and by which word; to the one-time address where there is one (`held`)."""
    one_time = {"held": held.number, "digest": held.digest} if held else {}
    data = {
        "reason": reason,
        "who": who,
        "would": [one.row for one in would.done] if would else [],
        "wrong": [one.row for one in wrongs],
        "text": work.case.mail.reply_text,
        **one_time,
    }
    return write_agent(work, NoticeKind.HELD, "held", data)


def tell_ticket(work: Work, kind: NoticeKind, readers: Iterable[Reader], text: str, remarks: tuple[str, ...] = ()) -> tuple[Notice, ...]:
    """News of the ticket to others on the desk, who did not write this mail."""
    ticket = work.ticket
    if ticket is None:
        return ()
    facts = {**describe_ticket(ticket, work.case.settings), "text": text, "remarks": list(remarks), "actor": work.agent.email}
    others = (reader for reader in readers if reader.person != work.agent.email)
    return tuple(_news(work, kind, ticket, reader, facts) for reader in others)


def _news(work: Work, kind: NoticeKind, ticket: Ticket, reader: Reader, facts: Mapping[str, object]) -> Notice:
    from_desk = work.case.settings.desk.language
    return Notice(
        kind=kind,
        lane=Lane.NOTICE,
        audience=reader.audience,
        to=reader.to,
        number=ticket.number,
        cause=f"{work.case.mail.fingerprint} {kind} {ticket.number}",
        language=work.case.mail.language.AR if from_desk == "ar" else work.case.mail.language.EN,
        generation=reader.generation,
        subject=ticket.subject,
        auto_submitted=AUTO_GENERATED,
        data={**facts, "team_name": reader.person} if reader.audience is Audience.TEAM else facts,
    )


def tell_shared(work: Work, to: Address) -> Notice:
    """To a team's shared address, from which somebody wrote who can't be told: a person answers from an address of their own."""
    data = {"reason": "shared", "text": work.case.mail.reply_text}
    notice = write_agent(work, NoticeKind.HELD, "held", data)
    return Notice(**{**{name: getattr(notice, name) for name in notice.__slots__}, "to": to, "generation": 0})


def _state(work: Work) -> dict[str, object]:
    return {"status": work.ticket.status.value, "owner": work.ticket.owner} if work.ticket else {}
