"""One notice of every kind in both languages, made up: what templates are tried with before they come into force, and shown with."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mailticket.model.figures import Cadence
from mailticket.model.mail import Address, Language
from mailticket.model.notice import Audience, Lane, Notice, NoticeKind
from mailticket.model.policy import Desk, Settings
from mailticket.model.ticket import Due, Priority, Ticket, Type
from mailticket.outbound.sampledigest import sample_report

AT = datetime(2026, 11, 29, 6, 30, tzinfo=UTC)
"""Sunday 29 November 2026, 9:30 in Riyadh."""
NUMBER = 1042
CADENCES = {
    NoticeKind.DAILY_DIGEST: Cadence.DAILY,
    NoticeKind.WEEKLY_DIGEST: Cadence.WEEKLY,
    NoticeKind.MONTHLY_REPORT: Cadence.MONTHLY,
}
OF_NO_TICKET = (NoticeKind.ALARM, NoticeKind.MORNING)
_SUBJECT = {Language.AR: "تأخر صدور شهادة دورة السلامة المهنية", Language.EN: "Certificate of the safety course is late"}
_NAME = {Language.AR: "سارة الشمري", Language.EN: "Lina Haddad"}
_WROTE = {
    Language.AR: (
        "السلام عليكم،\n\nأكملت دورة السلامة المهنية قبل أسبوعين ولم تظهر الشهادة في منصة منار حتى الآن.\n"
        "رقم الدورة: OSH-2214\nتظهر لي هذه الرسالة:\nCertificate not found (error 404)\n\nأرجو المساعدة، والسؤال أيضاً عن "
        "https://manar.example.sa/c?id=7 هل هو الرابط الصحيح؟"
    ),
    Language.EN: (
        "Hello,\n\nI finished the safety course two weeks ago and the certificate is still missing on Manar.\n"
        "Course number: OSH-2214\nThe page says:\nالشهادة غير موجودة\n\nIs https://manar.example.sa/c?id=7 the right link?"
    ),
}
_ANSWERED = {
    Language.AR: (
        "أهلاً وسهلاً،\n\nصدرت شهادتكم اليوم، ويمكن تنزيلها من منصة منار:\nhttps://manar.example.sa/certificates/OSH-2214\n\n"
        "نأمل تسجيل الدخول بالحساب نفسه (lina@example.com) ثم اختيار «شهاداتي»."
    ),
    Language.EN: (
        "Hello Lina,\n\nyour certificate was issued today. You can download it from Manar:\nhttps://manar.example.sa/certificates/OSH-2214\n\n"
        "Please sign in with the same account (lina@example.com) and choose “My certificates”."
    ),
}
_RETURNED = {Language.AR: "تم الإصدار، شكراً لصبركم.", Language.EN: "It is issued now. Thank you for your patience."}


SHIPPED = Settings(Desk("info@example.sa"), (), None)


def sample_ticket(settings: Settings, language: Language = Language.AR) -> Ticket:
    """A complaint about a late certificate, in the hands of the first team of the settings that is called so, or of the first one."""
    return Ticket(
        number=NUMBER,
        fingerprint="5a" * 32,
        subject=_SUBJECT[language],
        requester="lina@example.com",
        requester_name=_NAME[language],
        team=_team(settings),
        type=Type.COMPLAINT,
        priority=Priority.HIGH,
        language=language,
        created=AT - timedelta(hours=1),
        updated=AT - timedelta(hours=1),
        due=Due(AT, AT + timedelta(days=2)),
    )


def sample_notices(settings: Settings) -> Iterator[tuple[Notice, Ticket | None]]:
    """A notice of every kind in Arabic and in English, each with its ticket; of transcripts also one of commands that were wrong."""
    for language in (Language.AR, Language.EN):
        ticket = sample_ticket(settings, language)
        for kind in NoticeKind:
            yield sample_notice(kind, ticket, settings), None if kind in (*OF_NO_TICKET, *CADENCES) else ticket
        yield sample_wrong(ticket, settings), ticket


def sample_wrong(ticket: Ticket, settings: Settings = SHIPPED) -> Notice:
    """The answer to a command that there is not."""
    wrong = [{"word": "unknown", "said": "#asign sara", "near": "#assign", "detail": ""}]
    data: dict[str, object] = {"wrong": wrong, "text": _RETURNED[ticket.language], "remarks": ["token_replaced"]}
    return replace(sample_notice(NoticeKind.TRANSCRIPT, ticket, settings), cause="sample wrong", data=data)


def sample_name(notice: Notice) -> str:
    """By what a sample's file is called."""
    return f"{notice.cause.removeprefix('sample ')}-{notice.language}"


def sample_notice(kind: NoticeKind, ticket: Ticket, settings: Settings = SHIPPED) -> Notice:
    """One notice about that ticket, in its language, with every variable filled; a digest is about no ticket."""
    if kind in CADENCES:
        return _digest(kind, ticket.language, settings)
    audience, lane, data = _ROAD[kind]
    language = ticket.language
    is_reply = kind is NoticeKind.REPLY
    return Notice(
        kind=kind,
        lane=lane,
        audience=audience,
        to=Address(ticket.requester, ticket.requester_name) if audience is Audience.REQUESTER else Address("agent@example.sa"),
        number=0 if kind in OF_NO_TICKET else ticket.number,
        cause=f"sample {kind}",
        language=language,
        subject="" if kind in (NoticeKind.HELD, NoticeKind.ALARM) else ticket.subject,
        text=_ANSWERED[language] if is_reply else "",
        auto_submitted="" if is_reply else "auto-generated",
        data=data(ticket),
    )


def sample_supervisors(settings: Settings) -> Iterator[Notice]:
    """The monthly report as supervisors get it, in both languages."""
    for language in (Language.AR, Language.EN):
        notice = _digest(NoticeKind.MONTHLY_REPORT, language, settings)
        report = sample_report(Cadence.MONTHLY, settings, is_anonymous=True)
        yield replace(notice, audience=Audience.SUPERVISOR, report=report)


def _digest(kind: NoticeKind, language: Language, settings: Settings) -> Notice:
    return Notice(
        kind=kind,
        lane=Lane.DIGEST,
        audience=Audience.MANAGER,
        to=Address("manager@example.sa"),
        number=0,
        cause=f"sample {kind}",
        language=language,
        auto_submitted="auto-generated",
        report=sample_report(CADENCES[kind], settings),
    )


def _acknowledgement(ticket: Ticket) -> dict[str, object]:
    return {
        "type": ticket.type.value,
        "team": ticket.team,
        "promised": ticket.due.first_response,
        "name": ticket.requester_name,
        "open_now": False,
    }


def _state(ticket: Ticket) -> dict[str, object]:
    facts = {"type": ticket.type.value, "team": ticket.team, "opened": ticket.created}
    return {**facts, "name": ticket.requester_name, "reason": "new", "promised": ticket.due.first_response}


def _case(ticket: Ticket) -> dict[str, object]:
    is_arabic = ticket.language is Language.AR
    return {
        "text": _WROTE[ticket.language],
        "requester": ticket.requester,
        "requester_name": ticket.requester_name,
        "type": ticket.type.value,
        "team": ticket.team,
        "priority": ticket.priority.value,
        "channel": ticket.channel.value,
        "status": ticket.status.value,
        "owner": "نورة" if is_arabic else "Nora",
        "hits": [{"rule": "certificate-manar", "words": ["شهادة", "منار"] if is_arabic else ["certificate", "Manar"], "why": ""}],
        "history": [{"at": ticket.created, "by": ticket.requester_name, "text": ticket.subject}],
        "due_first": ticket.due.first_response,
        "due_resolution": ticket.due.resolution,
        "attachments": [{"filename": "لقطة شاشة.png", "size": 248_310, "content_type": "image/png"}],
        "remarks": ["by_tag", "copied"],
        "linked": ticket.number - 5,
        "acknowledgement": "",
        "copied": ["supervisor@example.com"],
    }


def _colleague(ticket: Ticket) -> dict[str, object]:
    return {**_case(ticket), "text": _ANSWERED[ticket.language], "remarks": []}


def _step(ticket: Ticket) -> dict[str, object]:
    return {**_case(ticket), "remarks": [], "sort": "first_response", "left": timedelta(minutes=45)}


def _late(ticket: Ticket) -> dict[str, object]:
    return {**_step(ticket), "left": -timedelta(minutes=12)}


def _waited(ticket: Ticket) -> dict[str, object]:
    return {**_case(ticket), "remarks": []}


def _own(ticket: Ticket) -> dict[str, object]:
    asked = ticket.created
    moments = {"promised": asked + timedelta(hours=4), "closes": asked + timedelta(days=7), "asked": asked}
    return {"type": ticket.type.value, "team": ticket.team, "name": ticket.requester_name, "sort": "first_response", **moments}


def _resolved(ticket: Ticket) -> dict[str, object]:
    names = {"solved": "s", "unsolved": "n", "rate": "v"}
    tokens = {name: f"{ticket.number}.{letter}.kabcdefghij234567" for name, letter in names.items()}
    return {**_own(ticket), "verdicts": {name: f"info+{token}@example.sa" for name, token in tokens.items()}, "codes": tokens}


def _alarm(_: Ticket) -> dict[str, object]:
    lines = ["[MT-1042] lina@example.com", "[MT-1047] noura@example.com"]
    return {"cause": "acknowledgement", "lines": lines, "since": AT, "is_over": False}


def _held(ticket: Ticket) -> dict[str, object]:
    would = [{"word": "answer", "address": [ticket.requester]}]
    return {"reason": "no_proof", "text": _RETURNED[ticket.language], "held": 7, "digest": "d", "would": would}


def _note(ticket: Ticket) -> dict[str, object]:
    return {**_case(ticket), "text": _RETURNED[ticket.language], "remarks": [], "actor": "agent@example.sa"}


def _transcript(ticket: Ticket) -> dict[str, object]:
    done = [{"word": "assign", "person": "agent@example.sa"}, {"word": "priority", "priority": "high"}]
    return {"done": done, "text": _RETURNED[ticket.language], "remarks": ["token_replaced"]}


def _listing(ticket: Ticket) -> dict[str, object]:
    line = {"number": ticket.number, "subject": ticket.subject, "requester": ticket.requester_name, "team": ticket.team, "owner": ""}
    state = {"status": ticket.status.value, "priority": ticket.priority.value, "due": ticket.due.resolution}
    past = {"at": ticket.created, "by": ticket.requester, "what": "mail", "is_internal": False, "text": _WROTE[ticket.language]}
    return {"query": "history", "tickets": [{**line, **state}], "past": [past], "more": True}


def _morning(ticket: Ticket) -> dict[str, object]:
    line = {"subject": ticket.subject, "requester": ticket.requester_name, "team": ticket.team, "status": ticket.status.value}
    due = {"priority": ticket.priority.value, "due": ticket.due.resolution}
    own = {**line, **due, "number": ticket.number, "owner": "agent@example.sa", "group": "own", "is_new": True}
    rows = [own, *({**line, **due, "number": n, "owner": "", "priority": "normal", "group": "unowned"} for n in (1038, 1040))]
    return {"query": "morning", "day": AT.date(), "tickets": rows, "counts": {"own": 1, "unowned": 2, "others": 0}, "more": False}


def _bundle(ticket: Ticket) -> dict[str, object]:
    row = {"by": ticket.requester_name, "text": _WROTE[ticket.language]}
    earlier = [{**row, "at": AT - timedelta(minutes=2)}, {**row, "at": AT - timedelta(minutes=3), "remarks": ["unverified"]}]
    return {**_case(ticket), "earlier": earlier, "mails": 3}


def _help(_: Ticket) -> dict[str, object]:
    return {"snippets": ["details", "thanks"]}


def _undeliverable(ticket: Ticket) -> dict[str, object]:
    return {"recipient": ticket.requester, "status": "5.1.1", "text": "550 5.1.1 No such user here"}


_ROAD = {
    NoticeKind.ACKNOWLEDGEMENT: (Audience.REQUESTER, Lane.ACKNOWLEDGEMENT, _acknowledgement),
    NoticeKind.REPLY: (Audience.REQUESTER, Lane.REPLY, lambda _: dict[str, object]()),
    NoticeKind.STATE: (Audience.REQUESTER, Lane.ACKNOWLEDGEMENT, _state),
    NoticeKind.NEW_TICKET: (Audience.AGENT, Lane.NOTICE, _case),
    NoticeKind.FOLLOW_UP: (Audience.AGENT, Lane.NOTICE, _bundle),
    NoticeKind.COLLEAGUE_REPLIED: (Audience.AGENT, Lane.NOTICE, _colleague),
    NoticeKind.NOTE: (Audience.AGENT, Lane.NOTICE, _note),
    NoticeKind.ASSIGNED: (Audience.AGENT, Lane.NOTICE, _waited),
    NoticeKind.TRANSCRIPT: (Audience.AGENT, Lane.NOTICE, _transcript),
    NoticeKind.LISTING: (Audience.AGENT, Lane.NOTICE, _listing),
    NoticeKind.MORNING: (Audience.AGENT, Lane.DIGEST, _morning),
    NoticeKind.HELP: (Audience.AGENT, Lane.NOTICE, _help),
    NoticeKind.HELD: (Audience.AGENT, Lane.NOTICE, _held),
    NoticeKind.UNDELIVERABLE: (Audience.AGENT, Lane.NOTICE, _undeliverable),
    NoticeKind.WARNING: (Audience.AGENT, Lane.NOTICE, _step),
    NoticeKind.BREACH: (Audience.AGENT, Lane.NOTICE, _late),
    NoticeKind.VERIFY: (Audience.AGENT, Lane.NOTICE, _waited),
    NoticeKind.WOKEN: (Audience.AGENT, Lane.NOTICE, _waited),
    NoticeKind.APOLOGY: (Audience.REQUESTER, Lane.NOTICE, _own),
    NoticeKind.REMINDER: (Audience.REQUESTER, Lane.NOTICE, _own),
    NoticeKind.RESOLVED: (Audience.REQUESTER, Lane.NOTICE, _resolved),
    NoticeKind.PASSED: (Audience.REQUESTER, Lane.NOTICE, _own),
    NoticeKind.ALARM: (Audience.AGENT, Lane.ALARM, _alarm),
}


def _team(settings: Settings) -> str:
    if settings.find_team("certificate"):
        return "certificate"
    return settings.teams[0].name if settings.teams else "general"
