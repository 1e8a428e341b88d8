"""Mail that no person wrote: delivery reports find the mail that bounced, the rest is filed or kept on its ticket.

Automatic mail never changes a status, stops no clock and is never answered (RFC 3834 s.2; spec 2.3 and 2.5).
"""

from dataclasses import replace

from mailticket.desk.case import Case, filed, mail_entry
from mailticket.desk.requester import open_ticket
from mailticket.desk.telling import copied_participants, tell_undeliverable
from mailticket.inbound.absence import find_return
from mailticket.inbound.thread import choose_thread
from mailticket.model.mail import Bounce, Kind
from mailticket.model.notice import NoticeKind
from mailticket.model.outcome import BOUNCE_OF, Disposition, Join, KnownTicket, Outcome, Person, SentMail
from mailticket.model.ticket import Leave, Visibility, What

HARD = frozenset({Kind.RECEIPT, Kind.REPORT, Kind.SPAM})
SOFT = frozenset({Kind.AUTO_REPLY, Kind.AUTO_GENERATED, Kind.LIST})


def receive_bounce(case: Case) -> Outcome | None:
    """A delivery report: matched to the mail that bounced; a refusal for good marks the address and tells the owner, once."""
    if case.mail.kind is not Kind.BOUNCE:
        return None
    report, sent = case.mail.bounce, case.facts.bounced
    known = case.known(sent.number) if sent else None
    if report is None or sent is None or known is None:
        return filed(case, Disposition.FILED, "bounce: names no mail of ours with a valid signature")
    own = next((row for row in (report, *report.others) if row.recipient == sent.recipient.lower()), report)
    if own.action == "delayed":
        return filed(case, Disposition.FILED, f"delay of our mail to {sent.recipient} on ticket {sent.number}: not a failure")
    return _bounced(case, sent, known, own)


def _bounced(case: Case, sent: SentMail, known: KnownTicket, own: Bounce) -> Outcome:
    """Our mail went to one address: what the report says of that one (`own`) counts, and what it says of others is told."""
    status, report = own.status, case.mail.bounce or own
    rows = (row for row in (report, *report.others) if row is not own and row.recipient)
    told = {sent.recipient: status, **{row.recipient: row.status for row in rows}}
    text = "\n".join(f"{address}: {said or 'no status'}" for address, said in told.items())
    cause = f"{case.mail.fingerprint} undeliverable"
    is_news = sent.kind != NoticeKind.UNDELIVERABLE  # never an error about an error
    return Outcome(
        Disposition.FILED,
        f"{BOUNCE_OF} {sent.kind} to {sent.recipient} on ticket {sent.number} ({status or 'no status'})",
        case.unacknowledged("bounce: never answered"),
        ticket=replace(known.ticket, updated=case.now),
        entries=(mail_entry(case, What.MAIL, Visibility.INTERNAL, text, "bounce"),),
        notices=tell_undeliverable(known, sent.recipient, status, "", cause, case.settings) if is_news else (),
        people=(Person(sent.recipient, undeliverable=f"bounced with {status}"),) if own.is_permanent else (),
    )


def receive_filed(case: Case) -> Outcome | None:
    """Receipts, complaint reports and known spam: in the ledger, and nothing else."""
    if case.mail.kind not in HARD:
        return None
    return filed(case, Disposition.FILED, f"{case.mail.kind}: {case.mail.reason}")


def receive_soft(case: Case) -> Outcome | None:
    """Out of office, machines and lists: kept on the ticket that they belong to; opens one only when a person seems behind it."""
    if case.mail.kind not in SOFT:
        return None
    if absence := receive_absence(case):
        return absence
    threading = choose_thread(case.mail, case.facts, case.settings, case.policy.ring, case.evidence)
    known = case.known(threading.number)
    if known is not None and threading.join is Join.JOINED:
        return _kept(case, known)
    if _has_person_behind(case):
        return open_ticket(case, threading)
    return filed(case, Disposition.FILED, f"{case.mail.kind}: {case.mail.reason}")


def receive_absence(case: Case) -> Outcome | None:
    """An agent's out-of-office: leave, when our own host vouches for its author; a forged one must not reassign anything (security.md)."""
    agent = case.settings.find_agent(case.mail.strict_sender)
    if agent is None or case.mail.kind is not Kind.AUTO_REPLY:
        return None
    if not case.evidence.is_aligned:
        return filed(case, Disposition.FILED, f"{case.mail.kind}: of an agent, but not authenticated; {case.mail.reason}")
    until = find_return(case.mail.reply_text, case.now, case.policy.calendar.zone)
    leave = Leave(agent.email, until, f"out of office: {case.mail.message_id}")
    outcome = filed(case, Disposition.FILED, f"{agent.email} is away until {until:%Y-%m-%d %H:%M} UTC, by an automatic reply")
    return replace(outcome, leaves=(leave,))


def _kept(case: Case, known: KnownTicket) -> Outcome:
    entry = mail_entry(case, What.MAIL, Visibility.INTERNAL, case.mail.reply_text, case.mail.kind.value)
    return Outcome(
        Disposition.FILED,
        f"{case.mail.kind}: {case.mail.reason}; kept on ticket {known.ticket.number}",
        case.unacknowledged(f"{case.mail.kind}: never answered"),
        ticket=replace(known.ticket, updated=case.now),
        entries=(entry,),
        participants=copied_participants(case, known),
        message_ids=(case.mail.message_id,),
    )


def _has_person_behind(case: Case) -> bool:
    """Whether a machine's mail carries a person's: it names another plain address to answer to, as mails of web forms do."""
    answers = {a.address for a in case.mail.reply_to if a.address}
    return case.mail.kind is Kind.AUTO_GENERATED and len(answers) == 1 and case.author not in answers
