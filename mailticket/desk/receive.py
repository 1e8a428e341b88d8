"""What happens to a mail? This is the module that answers.

The questions are asked in a fixed order and the first answer is the outcome: is it one we have, can it be read, is it a machine's, is it
an agent's, which ticket does it belong to; and if to none, a new ticket is opened.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from mailticket.desk.agent import receive_agent
from mailticket.desk.automatic import receive_bounce, receive_filed, receive_soft
from mailticket.desk.behalf import receive_on_behalf
from mailticket.desk.case import Case, Policy, filed
from mailticket.desk.exposed import find_revoked, renew
from mailticket.desk.hidden import hide_confidential
from mailticket.desk.requester import open_ticket, receive_requester
from mailticket.desk.verdict import receive_verdict
from mailticket.inbound.codes import has_code
from mailticket.inbound.forms import is_form, read_form
from mailticket.inbound.proof import NO_EVIDENCE, read_evidence
from mailticket.model.mail import Kind, Mail
from mailticket.model.outcome import Acknowledgement, AckState, Arrival, Disposition, Facts, Join, Outcome, Threading
from mailticket.model.token import is_loop_mark
from mailticket.tickets.lapse import set_alarm
from mailticket.tickets.notify import acknowledgement_due


def receive(mail: Mail, arrival: Arrival, facts: Facts, policy: Policy, now: datetime, *, team: str = "general") -> Outcome:
    """Decide what becomes of a mail that was read.

    `arrival` says where it stands and when it came, `facts` is the store's answer to `inbound.thread.find_keys`, `team` the default of
    the mailbox. Pure: the same arguments always give the same outcome.
    """
    mail = read_form(mail, policy.settings, policy.form_secrets)
    evidence = NO_EVIDENCE if is_form(mail) else read_evidence(mail, policy.settings)
    case = Case(mail, arrival, facts, policy, evidence, now, team)
    outcomes = (question(case) for question in QUESTIONS)
    decided = next((outcome for outcome in outcomes if outcome), None) or receive_requester(case)
    revoked = find_revoked(case)
    return replace(set_alarms(decided, case), notices=renew(decided.notices, revoked), revoked=revoked)


def set_alarms(outcome: Outcome, case: Case) -> Outcome:
    """The outcome with the moment set at which time next changes something about its ticket."""
    if outcome.ticket is None:
        return outcome
    return replace(outcome, ticket=set_alarm(outcome.ticket, case.terms(outcome.ticket)))


def receive_duplicate(case: Case) -> Outcome | None:
    """The same mail again (same Message-ID, same fingerprint): nothing is done twice."""
    seen = case.facts.seen
    if seen is None or not seen.same:
        return None
    where = f" (ticket {seen.number})" if seen.number else ""
    return filed(case, Disposition.DUPLICATE, f"the same mail is in the ledger already: {seen.disposition}{where}")


def receive_unreadable(case: Case) -> Outcome | None:
    """A mail that no parser could be trusted with: kept whole, and its deadline stays open, for a person may be behind it."""
    if case.mail.kind is not Kind.UNREADABLE:
        return None
    owed = Acknowledgement(AckState.DUE, acknowledgement_due(case.arrival, case.settings), case.mail.reason)
    return Outcome(Disposition.QUARANTINED, case.mail.reason, owed)


def receive_code(case: Case) -> Outcome | None:
    """A machine's sign-up code: nobody gets to read it out of a ticket, and nobody is owed an answer."""
    if not has_code(case.mail):
        return None
    return filed(case, Disposition.QUARANTINED, f"a code or confirmation link of a machine ({case.mail.reason})")


def receive_form(case: Case) -> Outcome | None:
    """A form of the website's: always a ticket of its own, for whoever fills one in proves nothing of any other."""
    if not is_form(case.mail):
        return None
    return open_ticket(case, Threading(Join.NEW, tried=(case.mail.reason,)))


def receive_loop(case: Case) -> Outcome | None:
    """A mail of our own that came back, known by its signed mark or by our address as its author."""
    if is_loop_mark(case.policy.ring, case.mail.loop_mark, case.mail.message_id):
        return filed(case, Disposition.FILED, "loop: carries our signed mark")
    return filed(case, Disposition.FILED, f"loop: {case.mail.reason}") if case.mail.kind is Kind.LOOP else None


def receive_staff(case: Case) -> Outcome | None:
    """A mail from the roster, with what its author may know of."""
    return receive_agent(hide_confidential(case))


# Asked from top to bottom; whatever passes them all is a requester's.
QUESTIONS: tuple[Callable[[Case], Outcome | None], ...] = (
    receive_duplicate,
    receive_unreadable,
    receive_loop,
    receive_form,
    receive_bounce,
    receive_filed,
    receive_code,
    receive_soft,
    receive_verdict,
    receive_on_behalf,
    receive_staff,
)
