"""The Sent folder: an answer written in the shared mailbox's own web mail joins its ticket and stops its clock, by spec 2.1.

Hosts file our own submissions there too, some under other Message-IDs; those are known by their marks, and where a host takes the marks
away by their words. Nothing here proves who wrote: only whoever holds the mailbox can put a mail there, and which agent that was is not
known. What is no answer to the requester of a ticket changes nothing.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from mailticket.desk.case import Case, Policy, changes_between, filed, mail_entry
from mailticket.desk.receive import set_alarms
from mailticket.desk.telling import News, copied_participants, tell_desk
from mailticket.inbound.parse import parse_mail
from mailticket.inbound.proof import NO_EVIDENCE
from mailticket.inbound.thread import choose_thread, find_keys
from mailticket.model.mail import Kind, Mail
from mailticket.model.notice import Notice, NoticeKind
from mailticket.model.outcome import Arrival, Disposition, Facts, Join, Keys, KnownTicket, Outcome, Threading
from mailticket.model.policy import Settings
from mailticket.model.sentfacts import SentFacts
from mailticket.model.ticket import Status, Ticket, Visibility, What
from mailticket.model.token import Keyring, parse_message_id, parse_reply_address
from mailticket.tickets.course import advance
from mailticket.tickets.lifecycle import Event
from mailticket.tickets.notify import choose_concerned, choose_readers, is_outsider, is_own_address

UNKNOWN = "unknown agent"
"""The author of an answer from web mail."""
TOLD_APART = 40
"""So many letters of a mail of ours must begin another for that one to be its copy."""
TWICE = timedelta(minutes=15)
"""Within this time the same words to the same ticket are one answer, filed by the web mail and by the server."""
ENDS = (Status.MERGED, Status.SPAM)


def find_sent_keys(mail: Mail, settings: Settings, ring: Keyring) -> Keys:
    """What the store must be asked about a mail of the Sent folder; what is marked as ours needs nothing looked up."""
    keys = find_keys(mail, settings, ring)
    if is_marked(mail, settings):
        return keys
    return replace(keys, ids=(*keys.ids, mail.message_id), sent_to=_outsiders(mail, settings))


def receive_sent(mail: Mail, arrival: Arrival, facts: Facts, policy: Policy, now: datetime) -> Outcome:
    """Decide what becomes of a mail of the Sent folder. Pure, as `desk.receive` is."""
    case = Case(mail, arrival, facts, policy, NO_EVIDENCE, now)
    if why := _find_nothing(case):
        return filed(case, Disposition.FILED, f"sent folder: {why}")
    found = _find_answered(case)
    if found is None:
        return filed(case, Disposition.FILED, "sent folder: answers no ticket's requester")
    known, threading = found
    if _is_copy(case, known):
        return filed(case, Disposition.DUPLICATE, f"sent folder: the same answer is on ticket {known.ticket.number} already")
    return set_alarms(_join(case, known, threading), case)


def is_marked(mail: Mail, settings: Settings) -> bool:
    """Whether a mail bears what every mail of ours does and no web mail writes: our mark, our form of Message-ID, a signed Reply-To."""
    desk = settings.desk.address
    answers = (parse_reply_address(a.address, desk) for a in mail.reply_to)
    return bool(mail.loop_mark or parse_message_id(mail.message_id, desk) or any(answers))


def _outsiders(mail: Mail, settings: Settings) -> tuple[str, ...]:
    return tuple(dict.fromkeys(a.address for a in (*mail.to, *mail.cc) if a.address and is_outsider(a.address, settings)))


def _find_nothing(case: Case) -> str:
    """Why a mail changes nothing, whichever ticket it is about; "" when it may be somebody's answer."""
    mail = case.mail
    rows = (
        (case.arrival.is_draft, "a draft"),
        (mail.kind is Kind.UNREADABLE, mail.reason),
        (is_marked(mail, case.settings), "our own submission, by its marks"),
        (not is_own_address(mail.strict_sender, case.settings), "not from the desk's address"),
        (mail.kind is not Kind.LOOP or bool(mail.suppress), f"no person's answer: {mail.suppress or mail.reason}"),
        (not _outsiders(mail, case.settings), "to nobody outside"),
        (not (mail.reply_text.strip() or mail.attachments), "says nothing"),
        (_is_ours(case), "our own submission, by its words"),
    )
    return next((why for applies, why in rows if applies), "")


def _is_ours(case: Case) -> bool:
    """Whether the words are those of a mail that we sent to the same people; a host may have put a line of its own below."""
    words = _squeeze(case.mail.text)
    ours = (_squeeze(parse_mail(raw.unpack()).text) for raw in _facts(case).ours)
    return any(len(one) >= TOLD_APART and words.startswith(one) for one in ours)


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _facts(case: Case) -> SentFacts:
    return case.facts.sent or SentFacts()


def _find_answered(case: Case) -> tuple[KnownTicket, Threading] | None:
    """The ticket that the mail answers: one that it names by any proof, and whose requester (or who was allowed) it goes to."""
    for person in _outsiders(case.mail, case.settings):
        theirs = replace(case.mail, strict_sender=person)
        threading = choose_thread(theirs, case.facts, case.settings, case.policy.ring, NO_EVIDENCE)
        known = case.known(threading.number)
        if known and threading.join is Join.JOINED and known.ticket.status not in ENDS:
            return known, threading
    return None


def _is_copy(case: Case, known: KnownTicket) -> bool:
    """Whether the answer is on its ticket already, under its own id or under another."""
    if case.facts.ids.get(case.mail.message_id) is not None:
        return True
    words = _squeeze(case.mail.reply_text)
    said = _facts(case).replies.get(known.ticket.number, ())
    return bool(words) and any(abs(case.arrival.arrived - at) <= TWICE and _squeeze(text) == words for at, text in said)


def _join(case: Case, known: KnownTicket, threading: Threading) -> Outcome:
    """The answer as an entry of its ticket, which waits for the requester from then on, unless they have written since."""
    old, at = known.ticket, case.arrival.arrived
    wrote = _facts(case).wrote.get(old.number)
    is_late = wrote is not None and wrote > at
    after, transition = advance(old, Event.AGENT_ANSWERED, case.terms(old))
    moved = old if is_late else after
    ticket = replace(moved, first_response=old.first_response or at, updated=case.now)
    why = "the requester has written since" if is_late else transition.why
    return Outcome(
        Disposition.AGENT_ACTION,
        f"sent folder: answer to ticket {old.number} from web mail, {threading.proof}; {why}",
        case.unacknowledged("a mail of our own mailbox is not acknowledged"),
        ticket=ticket,
        threading=threading,
        entries=(replace(mail_entry(case, What.REPLY, Visibility.PUBLIC, case.mail.reply_text, "web_mail"), by=UNKNOWN),),
        changes=changes_between(old, ticket, UNKNOWN, why, case.now),
        notices=_tell(case, ticket, known),
        participants=copied_participants(case, known),
        message_ids=(case.mail.message_id,),
    )


def _tell(case: Case, ticket: Ticket, known: KnownTicket) -> tuple[Notice, ...]:
    """The owner hears of it with the watchers, or everybody whose turn it may be: nobody shall answer a second time."""
    readers = choose_readers(ticket, case.settings, known, presence=case.presence)
    has_owner = any(r.person == ticket.owner for r in readers)
    told = choose_concerned(ticket, case.settings, known) if has_owner else readers
    return tell_desk(case, ticket, News(NoticeKind.COLLEAGUE_REPLIED, case.mail.reply_text, ("web_mail",)), told)
