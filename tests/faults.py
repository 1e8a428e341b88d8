"""Desks with a fault put into them, so that the laws of `tests.laws` are seen to notice: each bends the road where it decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mailticket.model.mail import Address, Language, Mail, TraceField
from mailticket.model.notice import Audience, Lane, Notice, NoticeKind
from mailticket.model.outcome import Arrival, Facts, Outcome
from mailticket.model.ticket import Participant, Role, What
from mailticket.model.token import Holder, Purpose, reply_address
from mailticket.rounds.road import Road
from tests.outsiders import LINA, REQUESTERS
from tests.people import DESK, OMAR, RING, SARA
from tests.witness import PINNED, Bend


def after(change: Callable[[Mail, Outcome], Outcome]) -> Bend:
    """A desk that decides rightly and then spoils it."""

    def bend(road: Road) -> Road:
        def decide(mail: Mail, arrival: Arrival, facts: Facts, now: datetime, team: str) -> Outcome:
            return change(mail, road.decide(mail, arrival, facts, now, team))

        return replace(road, decide=decide)

    return bend


def before(change: Callable[[Mail, Facts], tuple[Mail, Facts]]) -> Bend:
    """A desk that is mistaken about what it has before it."""

    def bend(road: Road) -> Road:
        def decide(mail: Mail, arrival: Arrival, facts: Facts, now: datetime, team: str) -> Outcome:
            mail, facts = change(mail, facts)
            return road.decide(mail, arrival, facts, now, team)

        return replace(road, decide=decide)

    return bend


def each(kinds: tuple[NoticeKind, ...], change: Callable[[Mail, Notice], Notice]) -> Bend:
    """A desk that spoils some of its mails."""
    return after(lambda mail, done: replace(done, notices=tuple(change(mail, n) if n.kind in kinds else n for n in done.notices)))


def publish_notes(_: Mail, done: Outcome) -> Outcome:
    ticket = done.ticket
    notes = [entry for entry in done.entries if entry.what is What.NOTE]
    if ticket is None or ticket.requester not in REQUESTERS or not notes:
        return done
    to = Address(ticket.requester)
    told = Notice(NoticeKind.REPLY, Lane.REPLY, Audience.REQUESTER, to, ticket.number, f"{notes[0].raw} note", Language.EN, text=notes[0].text)
    return replace(done, notices=(*done.notices, told))


def tell_everybody(_: Mail, done: Outcome) -> Outcome:
    told = {notice.to.address for notice in done.notices}
    copies = [replace(n, to=Address(OMAR.email)) for n in done.notices if n.kind is NoticeKind.NEW_TICKET and OMAR.email not in told]
    return replace(done, notices=(*done.notices, *copies[:1]))


def tell_a_token(mail: Mail, notice: Notice) -> Notice:
    """For a new ticket, whose founding mail this is, the token is one that the desk believes."""
    holder = Holder(notice.number, mail.fingerprint, Purpose.AGENT, SARA.email)
    return replace(notice, subject=f"{notice.subject} {reply_address(RING, holder, DESK)}")


def let_everybody_speak(mail: Mail, facts: Facts) -> tuple[Mail, Facts]:
    person = Participant(mail.strict_sender, Role.ALLOWED)
    known = {number: replace(k, participants=(*k.participants, person)) for number, k in facts.known.items()}
    return mail, replace(facts, known=known)


def believe_any_host(mail: Mail, facts: Facts) -> tuple[Mail, Facts]:
    own = TraceField("Authentication-Results", f"{PINNED}; dmarc=pass")
    return replace(mail, trace=(own, *mail.trace)), facts


@dataclass(frozen=True)
class Fault:
    """A bend, the words of the law that it breaks, whether an authserv_id is pinned, and a seed of a walk that comes by it soon."""

    bend: Bend
    law: str
    pinned: bool = False
    seed: int = 0


def sign_with_address(_: Mail, notice: Notice) -> Notice:
    return replace(notice, text=f"{notice.text}\n{SARA.email}")


def repeat_the_body(mail: Mail, notice: Notice) -> Notice:
    return replace(notice, subject=mail.reply_text[-60:])


FAULTS: Mapping[str, Fault] = {
    "notes go out": Fault(after(publish_notes), "reads inside words", seed=4),
    "answers are signed with an address": Fault(each((NoticeKind.REPLY,), sign_with_address), "reads the address"),
    "answers go to somebody else": Fault(each((NoticeKind.REPLY,), lambda _, n: replace(n, to=Address(LINA))), "reads a requester's words"),
    "acknowledgements repeat the body": Fault(each((NoticeKind.ACKNOWLEDGEMENT,), repeat_the_body), "reads a requester's words", True),
    "colleagues' teams are told": Fault(after(tell_everybody), "is not concerned with"),
    "whoever writes may speak": Fault(before(let_everybody_speak), "by somebody who is not on it"),
    "any host's word is believed": Fault(before(believe_any_host), "of nobody's|without proof", True, 1),
    "no token is revoked": Fault(after(lambda _, done: replace(done, revoked=())), "without proof|reads a token", seed=6),
    "our mails tell an agent's token": Fault(each((NoticeKind.ACKNOWLEDGEMENT,), tell_a_token), "reads a token|reads the address", True),
}
"""By what is wrong with the desk."""
