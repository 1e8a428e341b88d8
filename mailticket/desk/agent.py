"""An agent's mail: a plain answer goes to the requester from the desk's own address, and nothing of the agent goes with it.

A mail from a roster address that lacks proof does nothing: it is held, and the agent is asked at the registered address. What cannot be
cut with certainty, or still holds an inside address after the cut, is held too (spec 3; security.md "Who is it?").
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from mailticket.desk.case import Case, changes_between, mail_entry
from mailticket.desk.telling import News, give_back, tell_desk
from mailticket.inbound.proof import AgentProof, Level, find_claims, prove_agent
from mailticket.inbound.signature import cut_signature
from mailticket.inbound.thread import choose_thread
from mailticket.model.mail import Address, Attachment
from mailticket.model.notice import Audience, Lane, Notice, NoticeKind
from mailticket.model.outcome import Disposition, KnownTicket, Outcome
from mailticket.model.policy import Agent
from mailticket.model.ticket import Leave, Participant, Role, Ticket, Visibility, What
from mailticket.model.token import Purpose
from mailticket.tickets.course import advance
from mailticket.tickets.lifecycle import Event
from mailticket.tickets.notify import ASKS_AN_HOUR, Reader, choose_readers, find_leak, is_outsider, is_own_address

SURE = 0.7
"""Below this the cut between new and quoted words is for a person to look at (`inbound.quoting`)."""
PRIVATE_TYPES = (
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "text/vcard",
    "text/x-vcard",
    "text/calendar",
)
PRIVATE_NAMES = (".p7s", ".vcf", ".ics")


@dataclass(frozen=True, slots=True)
class Answer:
    """An agent's proved answer on a ticket: the words as the requester will read them."""

    agent: Agent
    known: KnownTicket
    text: str

    @property
    def ticket(self) -> Ticket:
        """The ticket that is answered."""
        return self.known.ticket

    @property
    def generation(self) -> int:
        """The generation of the agent's token on this ticket."""
        return self.known.generations.get(self.agent.email, 0)


def receive_agent(case: Case) -> Outcome | None:
    """Judge a mail from the roster; None when the agent writes as a requester, naming no ticket and giving no command."""
    agent = case.settings.find_agent(case.mail.strict_sender)
    if agent is None:
        return None
    proof = prove_agent(case.mail, dict(case.facts.known), case.settings, case.policy.ring, case.evidence)
    known = case.known(proof.number)
    needed = Level.AUTHENTICATED if case.settings.desk.authserv_id else Level.TOKEN
    if known is None or proof.level < needed:
        return _unproved(case, agent, proof)
    answer = Answer(agent, known, cut_signature(case.mail.reply_text, (agent.email, *agent.addresses)))
    reason = next((word for word, applies in HELD_WHEN if applies(case, answer)), "")
    return hold(case, agent, reason, known, reason) if reason else send_answer(case, answer)


def _unproved(case: Case, agent: Agent, proof: AgentProof) -> Outcome | None:
    """A roster mail without proof: held when it means to work on a ticket (it answers or names one, or gives a command), else nobody's."""
    thread = choose_thread(case.mail, case.facts, case.settings, case.policy.ring, case.evidence)
    claims = find_claims(case.mail, case.settings)
    if thread.number is None and not claims and not is_command(case.mail.reply_text):
        return None
    why = f"{proof.why}, but not authenticated" if proof.level is Level.TOKEN else proof.why
    word = "digest" if any(claim.purpose == Purpose.DIGEST for claim in claims) else "no_proof"
    return hold(case, agent, word, case.known(thread.number or proof.number), why)


def is_command(text: str) -> bool:
    """Whether the first line of an agent's words is a command."""
    return text.lstrip().startswith("#")


# Read from top to bottom: what keeps a proved answer from being sent, as a word that the `held` template puts in both languages.
HELD_WHEN: tuple[tuple[str, Callable[[Case, Answer], bool]], ...] = (
    ("command", lambda _, answer: is_command(answer.text)),
    ("no_requester", lambda case, answer: not answer.ticket.requester or not is_outsider(answer.ticket.requester, case.settings)),
    ("unsure_cut", lambda case, _: case.mail.reply_sure < SURE),
    ("empty", lambda case, answer: not answer.text.strip() and not outgoing_parts(case.mail.attachments)),
    ("leak", lambda case, answer: bool(find_leak(answer.text, case.settings, answer.ticket.number))),
)


def hold(case: Case, agent: Agent, word: str, known: KnownTicket | None, why: str) -> Outcome:
    """Do nothing with an agent's mail and ask at the registered address; not often, for anybody can forge a From."""
    generation = known.generations.get(agent.email, 0) if known else 0
    reader = Reader(Audience.AGENT, Address(agent.email, agent.name.en), agent.email, generation)
    may_ask = case.facts.counts.asks < ASKS_AN_HOUR
    return Outcome(
        Disposition.HELD,
        f"held: {why}",
        case.unacknowledged("an agent's mail is not acknowledged"),
        ticket=known.ticket if known else None,
        notices=(give_back(case, known.ticket.number if known else 0, word, reader),) if may_ask else (),
    )


def send_answer(case: Case, answer: Answer) -> Outcome:
    """The agent's words to the requester, from the desk's address; the ticket waits for them, and an unowned one gets its owner."""
    old = answer.ticket
    after, transition = advance(old, Event.AGENT_ANSWERED, case.terms(old))
    ticket = replace(after, owner=old.owner or answer.agent.email, updated=case.now)
    outsiders = tuple(a for a in (*case.mail.to, *case.mail.cc) if is_outsider(a.address, case.settings))
    news = News(NoticeKind.COLLEAGUE_REPLIED, answer.text)
    return Outcome(
        Disposition.AGENT_ACTION,
        f"answer of {answer.agent.email} on ticket {ticket.number}; {transition.why}",
        case.unacknowledged("an agent's mail is not acknowledged"),
        ticket=ticket,
        entries=(mail_entry(case, What.REPLY, Visibility.PUBLIC, answer.text),),
        changes=changes_between(old, ticket, answer.agent.email, transition.why, case.now),
        notices=(*relay(case, answer, outsiders), *tell_desk(case, ticket, news, _colleagues(case, answer))),
        participants=tuple(Participant(a.address, Role.COPIED, a.name) for a in outsiders if not _is_known(a, answer.known)),
        generations={answer.agent.email: answer.generation + 1} if outsiders else {},
        leaves=(Leave(answer.agent.email, case.now, "wrote again"),) if answer.agent.email in case.facts.leaves else (),
    )


def _colleagues(case: Case, answer: Answer) -> tuple[Reader, ...]:
    """The owner, when somebody else answered: colleagues need not read each other's every mail."""
    readers = choose_readers(answer.ticket, case.settings, answer.known, skip=answer.agent.email)
    return tuple(r for r in readers if r.person == answer.ticket.owner)


def relay(case: Case, answer: Answer, already: tuple[Address, ...]) -> tuple[Notice, ...]:
    """The answer as mails to the requester and to everyone an agent allowed, except those whom the agent's own mail reached."""
    reached = {a.address for a in already}
    people = (p for p in answer.known.participants if p.role is not Role.COPIED and p.address not in reached)
    return tuple(_relayed(case, answer, p) for p in people if not is_own_address(p.address, case.settings))


def _relayed(case: Case, answer: Answer, person: Participant) -> Notice:
    ids = answer.known.public_ids
    return Notice(
        kind=NoticeKind.REPLY,
        lane=Lane.REPLY,
        audience=Audience.REQUESTER,
        to=Address(person.address, person.name),
        number=answer.ticket.number,
        cause=f"{case.mail.fingerprint} reply",
        language=answer.ticket.language,
        generation=person.generation,
        subject=answer.ticket.subject,
        in_reply_to=ids[-1] if ids else "",
        references=ids,
        text=answer.text,
        raw=case.mail.digest,
        parts=tuple(a.part for a in outgoing_parts(case.mail.attachments)),
        not_before=case.now + case.settings.desk.hold,
    )


def outgoing_parts(attachments: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """The attachments that go along: not signatures, visiting cards and invitations, which name the agent."""
    return tuple(a for a in attachments if a.content_type not in PRIVATE_TYPES and not a.filename.lower().endswith(PRIVATE_NAMES))


def _is_known(address: Address, known: KnownTicket) -> bool:
    return any(p.address == address.address for p in known.participants)
