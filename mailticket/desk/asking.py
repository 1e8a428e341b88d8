"""Words to the requester that no mail of theirs brought about, and to level 2 when a ticket is theirs to verify.

Asking after a resolution (spec 4.3): three signed addresses that bind the person and the resolution, so that an answer proves itself.
Whoever resolves a ticket, an agent's command or time, tells of it with these.
"""

from collections.abc import Mapping
from datetime import datetime

from mailticket.desk.case import Policy
from mailticket.desk.telling import AUTO_GENERATED, describe_ticket, language_of
from mailticket.model.mail import Address
from mailticket.model.notice import Audience, Lane, Notice, NoticeKind
from mailticket.model.outcome import KnownTicket
from mailticket.model.ticket import Participant, Role, Ticket
from mailticket.model.token import Holder, Purpose, make_code, reply_address
from mailticket.tickets.lifecycle import Effect, Transition
from mailticket.tickets.notify import Reader, choose_level2, choose_managers
from mailticket.tickets.sla import promised_moment, round_up

VERDICTS = {"solved": Purpose.SOLVED, "unsolved": Purpose.UNSOLVED, "rate": Purpose.RATE}


def tell_requester(kind: NoticeKind, known: KnownTicket, ticket: Ticket, cause: str, data: Mapping[str, object]) -> Notice:
    """A mail of the desk's own to the requester.

    Until a person of the desk has answered, its subject is ours: an automatic mail repeats nothing that a forger may have written.
    """
    person = find_requester(known)
    ids = known.public_ids
    return Notice(
        kind=kind,
        lane=Lane.NOTICE,
        audience=Audience.REQUESTER,
        to=Address(person.address, person.name),
        number=ticket.number,
        cause=f"{ticket.fingerprint} {cause}",
        language=ticket.language,
        generation=person.generation,
        subject=ticket.subject if ticket.first_response else "",
        in_reply_to=ids[-1] if ids else "",
        references=ids,
        auto_submitted=AUTO_GENERATED,
        data={"type": ticket.type.value, "team": ticket.team, "name": ticket.requester_name, **data},
    )


def tell_passed(known: KnownTicket, ticket: Ticket, team: str, cause: str, now: datetime) -> Notice:
    """To the requester: `ticket` went to another team ("" for none to name), with the moment of the first answer while it is to come."""
    promised = promised_moment(ticket.due) if ticket.first_response is None else None
    data = {"team": team, "promised": promised if promised and promised > now else None, "asked": now}
    return tell_requester(NoticeKind.PASSED, known, ticket, f"passed {cause}", data)


def find_requester(known: KnownTicket) -> Participant:
    """The ticket's requester with the generation of their token."""
    ticket = known.ticket
    found = (p for p in known.participants if p.address == ticket.requester)
    return next(found, Participant(ticket.requester, Role.REQUESTER, ticket.requester_name))


def ask_requester(known: KnownTicket, ticket: Ticket, policy: Policy, now: datetime, *, by_silence: bool = False) -> Notice:
    """The question after resolving; `ticket` is the resolved one. `by_silence` says that nobody answered our last mail."""
    holders = {name: verdict_holder(ticket, purpose) for name, purpose in VERDICTS.items()}
    data = {
        "verdicts": {name: verdict_address(holder, policy) for name, holder in holders.items()},
        "codes": {name: make_code(policy.ring, holder) for name, holder in holders.items()},
        "closes": round_up(now + policy.settings.desk.confirm),
        "asked": now,
        "by_silence": by_silence,
    }
    return tell_requester(NoticeKind.RESOLVED, known, ticket, f"resolved {ticket.resolution}", data)


def verdict_holder(ticket: Ticket, purpose: Purpose) -> Holder:
    """Whom the token of a verdict belongs to: the requester, for this resolution alone."""
    return Holder(ticket.number, ticket.fingerprint, purpose, ticket.requester, ticket.resolution)


def verdict_address(holder: Holder, policy: Policy) -> str:
    """Where a verdict is sent: the signed address, or the plain one where the mailbox takes no plus addresses."""
    desk = policy.settings.desk
    return reply_address(policy.ring, holder, desk.address) if desk.plus_addressing else desk.address


def tell_verifiers(known: KnownTicket, ticket: Ticket, transition: Transition, policy: Policy, text: str) -> tuple[Notice, ...]:
    """Level 2 hears that a ticket waits for them to verify its end; managers where there is no level 2."""
    if Effect.TELL_VERIFIERS not in transition.effects:
        return ()
    readers = choose_level2(ticket, policy.settings, known) or choose_managers(policy.settings, known)
    cause = f"verify {ticket.resolution} {ticket.updated.isoformat()}"
    return tuple(tell_reader(NoticeKind.VERIFY, ticket, reader, cause, policy, {"text": text}) for reader in readers)


def tell_reader(kind: NoticeKind, ticket: Ticket, reader: Reader, cause: str, policy: Policy, data: Mapping[str, object]) -> Notice:
    """A mail of the desk's own to one of its people about a ticket."""
    facts = {**describe_ticket(ticket, policy.settings), **data}
    return Notice(
        kind=kind,
        lane=Lane.NOTICE,
        audience=reader.audience,
        to=reader.to,
        number=ticket.number,
        cause=f"{ticket.fingerprint} {cause}",
        language=language_of(policy.settings),
        generation=reader.generation,
        subject=ticket.subject,
        auto_submitted=AUTO_GENERATED,
        data={**facts, "team_name": reader.person} if reader.audience is Audience.TEAM else facts,
    )
