"""An agent's words to the requester: from the desk's own address, to the requester and whoever an agent allowed, and held for a while."""

from dataclasses import replace
from datetime import datetime

from mailticket.desk.case import changes_between, mail_entry
from mailticket.desk.parcels import find_room, find_too_big, name_files, pack_files
from mailticket.desk.telling import News, tell_desk
from mailticket.desk.work import Step, Work, Wrong
from mailticket.model.mail import Address, Attachment, Language
from mailticket.model.notice import Audience, Lane, Notice, NoticeKind
from mailticket.model.ticket import Participant, Role, Visibility, What
from mailticket.tickets.course import advance
from mailticket.tickets.lifecycle import Event
from mailticket.tickets.notify import Reader, choose_concerned, is_outsider, is_own_address

PRIVATE_TYPES = (
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "text/vcard",
    "text/x-vcard",
    "text/calendar",
)
PRIVATE_NAMES = (".p7s", ".vcf", ".ics")
_PARTS = {Language.AR: "#أجزاء", Language.EN: "#parts"}


def send_answer(work: Work, text: str, *, event: Event | None = None) -> Step:
    """The words as the ticket's answer; it waits for the requester then, and an unowned one gets its owner."""
    known, old = work.now_known, work.ticket
    if known is None or old is None:
        return Wrong("no_ticket")
    if wrong := _find_too_big(work, text):
        return wrong
    off = work.spoken.find("wait")
    event = event or (Event.AGENT_ANSWERED_OPEN if off and off.argument else Event.AGENT_ANSWERED)
    after, transition = advance(old, event, work.terms)
    ticket = replace(after, owner=old.owner or work.agent.email, updated=work.case.now)
    entry = mail_entry(work.case, What.REPLY, Visibility.PUBLIC, text)
    notices = relay(work, text)
    news = News(NoticeKind.COLLEAGUE_REPLIED, text)
    told = tell_desk(work.case, ticket, news, _concerned(work))
    step = replace(work, ticket=ticket, entries=(*work.entries, entry), has_answered=True, text="")
    step = replace(step, changes=(*step.changes, *changes_between(old, ticket, work.agent.email, transition.why, work.case.now)))
    return step.tell(*notices, *told).did("answer", address=[n.to.address for n in notices])


def _concerned(work: Work) -> tuple[Reader, ...]:
    """The owner, when somebody else answered, and who watches the ticket: other colleagues need not read each other's every mail."""
    return choose_concerned(work.ticket, work.case.settings, work.known, skip=work.agent.email) if work.ticket else ()


def outsiders_of(work: Work) -> tuple[Address, ...]:
    """Whom the agent's own mail reached besides the desk."""
    mail = work.case.mail
    return tuple(a for a in (*mail.to, *mail.cc) if a.address and is_outsider(a.address, work.case.settings))


def relay(work: Work, text: str) -> tuple[Notice, ...]:
    """The answer as mails to the requester and to everyone an agent allowed, except those whom the agent's own mail reached."""
    reached = {a.address for a in outsiders_of(work)}
    people = (p for p in work.roles if p.role is not Role.COPIED and p.address not in reached)
    people = (p for p in people if p.address and not is_own_address(p.address, work.case.settings))
    return tuple(notice for person in people for notice in _to_person(work, person, text))


def _to_person(work: Work, person: Participant, text: str) -> tuple[Notice, ...]:
    """One mail with all that goes along, or, with #parts, as many as the files need."""
    files = outgoing_parts(work.case.mail.attachments)
    if len(files) < 2 or not work.spoken.find("parts"):
        return (make_reply(work, person, text, tuple(a.part for a in files)),)
    parcels = pack_files(files, find_room(work.case.settings, text))
    names = [f"({at}/{len(parcels)}) {', '.join(file.filename for file in parcel)}" for at, parcel in enumerate(parcels, 1)]
    parts = [tuple(file.part for file in parcel) for parcel in parcels]
    return tuple(make_reply(work, person, words, part, at) for at, (words, part) in enumerate(zip([text, *names[1:]], parts, strict=True)))


def _find_too_big(work: Work, text: str) -> Wrong | None:
    """What is wrong with an answer whose files no mail to the requester can carry."""
    files, in_parts = outgoing_parts(work.case.mail.attachments), work.spoken.find("parts") is not None
    too_big = find_too_big(files, find_room(work.case.settings, text), in_parts=in_parts)
    if not too_big:
        return None
    fits = not in_parts and not find_too_big(files, find_room(work.case.settings, text), in_parts=True)
    return Wrong("files_too_big" if fits else "file_too_big", name_files(too_big), _PARTS[work.language] if fits else "")


def make_reply(work: Work, person: Participant, text: str, parts: tuple[int, ...] = (), at: int = 0) -> Notice:
    """A relayed answer to one person; it waits for the transcript of the commands that came with it."""
    case, ticket = work.case, work.ticket
    if ticket is None:
        raise ValueError("an answer needs a ticket")
    ids = work.known.public_ids if work.known else ()
    return Notice(
        kind=NoticeKind.REPLY,
        lane=Lane.REPLY,
        audience=Audience.REQUESTER,
        to=Address(person.address, person.name),
        number=ticket.number,
        cause=f"{case.mail.fingerprint} reply {ticket.number}" + (f" {at}" if at else ""),
        language=ticket.language,
        generation=person.generation,
        subject=ticket.subject,
        in_reply_to=ids[-1] if ids else "",
        references=ids,
        text=text,
        raw=case.mail.digest,
        parts=parts,
        not_before=leaves_at(work),
        waits=waits(work),
    )


def leaves_at(work: Work) -> datetime:
    """When a mail to the requester leaves at the earliest: so long it can be taken back."""
    return work.case.now + work.case.settings.desk.hold


def waits(work: Work) -> bool:
    """Whether that time counts from the transcript, which only commands and confirmations have (spec 3)."""
    return bool(work.case.settings.desk.hold and (work.spoken.orders or work.waived))


def outgoing_parts(attachments: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """The attachments that go along: not signatures, visiting cards and invitations, which name the agent."""
    return tuple(a for a in attachments if a.content_type not in PRIVATE_TYPES and not a.filename.lower().endswith(PRIVATE_NAMES))
