"""The figures of a desk, counted again from nothing but mails: those that were received, and those that were sent.

It imports nothing of mailticket and knows nothing of its database. Two folders of .eml files are read, `received` and `sent`. When a mail
arrived, or was taken by the relay, is what the topmost Received field says, which every mail server writes; everything else is in the
headers and texts of the mails. As a script: `python recount.py FOLDER SINCE UNTIL` (moments in ISO 8601 with an offset) prints JSON.

What a ticket is: a number in an X-MailTicket header of a mail that was sent. When it was opened: when the mail arrived that its
acknowledgement answers. Its team, type and first deadlines stand in the notice to the team ("First answer before: ..."), to the minute.
It is answered by a mail of ours that a person wrote (no Auto-Submitted), resolved by one that asks for a rating, open again by a mail of
its requester, closed by a word to one of the addresses of that question.
"""

import email
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

PROMISE = timedelta(minutes=30)
NEAR = timedelta(minutes=12)
"""Deadlines are named to the minute, and a desk looks at its mail every few: whether so near a miss was one, mails alone can't tell."""
ZONE = ZoneInfo("Asia/Riyadh")
FIRST = re.compile(r"(?:First answer before|الرد الأول قبل):[^\n]*\n(\d{4}-\d\d-\d\d \d\d:\d\d) \(UTC\+3\)")
LAST = re.compile(r"(?:Resolved before|المعالجة قبل):[^\n]*\n(\d{4}-\d\d-\d\d \d\d:\d\d) \(UTC\+3\)")
TEAM = re.compile(r"^(?:Team|الفريق): +(.+)$", re.MULTILINE)
TYPE = re.compile(r"^(?:Type|النوع): +(.+)$", re.MULTILINE)
WORD = re.compile(r"\+(\d+)\.([snv])\.")
"""An address of the question after resolving: solved, not solved, a rating (interfaces.md: `<local>+<number>.<purpose>.<token>`)."""
Work = Callable[[datetime, datetime], timedelta]


@dataclass(frozen=True)
class Mail:
    """What counts of a mail: when it was taken, from and to whom, its ids, the ticket that it names, and what its text says of it."""

    at: datetime
    id: str
    answers: str
    sender: str
    to: str
    number: int
    automatic: str
    team: str
    type: str
    due: datetime | None
    last: datetime | None
    text: str


@dataclass
class Found:
    """A ticket as its mails tell of it; `steps` are the moments at which something became of it, and what."""

    opened: datetime
    team: str = ""
    type: str = ""
    requester: str = ""
    due: datetime | None = None
    last: datetime | None = None
    acknowledged: datetime | None = None
    answered: datetime | None = None
    steps: list[tuple[datetime, str]] = field(default_factory=list)
    scores: list[tuple[datetime, int]] = field(default_factory=list)


@dataclass(frozen=True)
class State:
    """How a ticket stood at some moment: its state, when it was resolved (if it stayed so), and the times in which the desk had it."""

    name: str
    resolved: datetime | None
    held: tuple[tuple[datetime, datetime], ...]


def read_folder(folder: Path) -> list[Mail]:
    """Every .eml of a folder, in the order of their moments."""
    return sorted((read_mail(path.read_bytes()) for path in folder.glob("*.eml")), key=lambda mail: mail.at)


def read_mail(raw: bytes, at: datetime | None = None) -> Mail:
    """A mail; `at` is when it was taken, if not its topmost Received field says so."""
    message = email.message_from_bytes(raw)
    head = {name: str(message[name] or "").strip() for name in ("Message-ID", "In-Reply-To", "X-MailTicket", "Auto-Submitted")}
    taken = at or parsedate_to_datetime(str(message.get_all("Received", [""])[0]).rpartition(";")[2].strip())
    sender, to = (parseaddr(str(message[name] or ""))[1].lower() for name in ("From", "To"))
    text = read_text(message) if head["Auto-Submitted"] == "auto-generated" or WORD.search(to) else ""
    team, kind = (found[1].strip() if (found := pattern.search(text)) else "" for pattern in (TEAM, TYPE))
    number = int(head["X-MailTicket"] or 0)
    ids = head["Message-ID"], head["In-Reply-To"]
    return Mail(taken, *ids, sender, to, number, head["Auto-Submitted"], team, kind, find_moment(FIRST, text), find_moment(LAST, text), text)


def read_text(message: Message) -> str:
    """The first text/plain part."""
    part = next((p for p in message.walk() if p.get_content_type() == "text/plain"), None)
    data = part.get_payload(decode=True) if part else b""
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""


def find_moment(pattern: re.Pattern[str], text: str) -> datetime | None:
    """A deadline, which is named to the minute: what was done within that minute was in time."""
    found = pattern.search(text)
    return datetime.fromisoformat(found[1]).replace(tzinfo=ZONE, second=59, microsecond=999_999) if found else None


def find_tickets(received: Iterable[Mail], sent: Iterable[Mail]) -> dict[int, Found]:
    """Every ticket that a mail of the desk names."""
    received, sent = list(received), list(sent)
    arrived = {mail.id: mail.at for mail in received}
    found: dict[int, Found] = {}
    for mail in sent:
        if mail.number:
            tell_sent(found.setdefault(mail.number, Found(mail.at)), mail, arrived)
    numbers = {mail.id: mail.number for mail in sent}
    used: set[tuple[str, str]] = set()
    for mail in received:
        named = WORD.search(mail.to)
        ticket = found.get(int(named[1]) if named else numbers.get(mail.answers, 0))
        if ticket and mail.sender == ticket.requester:
            tell_received(ticket, mail, named, used)
    for ticket in found.values():
        ticket.steps.sort(key=lambda step: step[0])
    return found


def tell_sent(ticket: Found, mail: Mail, arrived: Mapping[str, datetime]) -> None:
    """What a mail of ours says of its ticket."""
    if mail.automatic == "auto-replied" and mail.answers in arrived and ticket.acknowledged is None:
        ticket.opened, ticket.acknowledged, ticket.requester = arrived[mail.answers], mail.at, mail.to
    elif not mail.automatic:
        ticket.answered = ticket.answered or mail.at
        ticket.steps.append((mail.at, "answered"))
    elif WORD.search(mail.text):
        ticket.steps.append((mail.at, "asked"))
    ticket.team, ticket.type = ticket.team or mail.team, ticket.type or mail.type
    ticket.due, ticket.last = ticket.due or mail.due, ticket.last or mail.last


def tell_received(ticket: Found, mail: Mail, named: re.Match[str] | None, used: set[tuple[str, str]]) -> None:
    """What a mail of the requester says; a question is answered once, and rated once."""
    if named is None:
        ticket.steps.append((mail.at, "wrote"))
        return
    asked = sum(step == "asked" and at <= mail.at for at, step in ticket.steps)
    once = (f"{named[1]} {asked}", "rated" if named[2] == "v" else "judged")
    if once in used:
        return
    used.add(once)
    ticket.steps.append((mail.at, "wrote" if named[2] == "n" else "content"))
    if named[2] == "v":
        ticket.scores.append((mail.at, int(re.findall("[1-5]", mail.text)[0])))


def stand(ticket: Found, until: datetime) -> State:
    """How a ticket stood at a moment."""
    name, resolved, since, held = "open", None, ticket.opened, []
    for at, step in ticket.steps:
        if at >= until:
            break
        before, name = name, {"answered": "waiting", "asked": "resolved", "wrote": "open"}.get(step, "closed")
        if before == "open" != name:
            held.append((since, at))
        since = at if name == "open" != before else since
        resolved = resolved if before in ("resolved", "closed") else at
    if name == "open":
        held.append((since, until))
    return State(name, resolved if name in ("resolved", "closed") else None, tuple(held))


def working(start: datetime, end: datetime, hours: tuple[time, time] = (time(8), time(21))) -> timedelta:
    """Working time from Sunday to Thursday, a day at a time."""
    total, day = timedelta(0), start.astimezone(ZONE).date()
    while day <= end.astimezone(ZONE).date():
        opens, closes = (datetime.combine(day, at, ZONE) for at in hours)
        if day.weekday() not in (4, 5):
            total += max(timedelta(0), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return total


def rank(spans: Iterable[timedelta]) -> list[float]:
    """Median, 95th percentile and longest, in seconds, by nearest rank."""
    ordered = sorted(spans)
    return [ordered[math.ceil(len(ordered) * share / 100) - 1].total_seconds() for share in (50, 95, 100)] if ordered else []


def recount(folder: Path, since: datetime, until: datetime) -> dict[str, Any]:
    """The figures of the mails in `folder`/received and `folder`/sent between two moments."""
    return recount_mails(read_folder(folder / "received"), read_folder(folder / "sent"), since, until)


def recount_mails(
    received: Sequence[Mail], sent: Sequence[Mail], since: datetime, until: datetime, work: Work = working
) -> dict[str, Any]:
    """The figures between two moments, by the keys of `mailticket stats --json` as far as mails alone tell them; spans in seconds.

    `sent` reaches beyond `until` for as long as mails of the period may have waited. `work` measures the desk's working time.
    """
    return recount_tickets(find_tickets(received, sent).values(), sum(since <= mail.at < until for mail in received), (since, until), work)


def recount_tickets(
    tickets: Iterable[Found], received: int, period: tuple[datetime, datetime], work: Work, promised: Work | None = None
) -> dict[str, Any]:
    """The same, of tickets that were found already; `promised` measures deadlines by the hours that held when they were named."""
    since, until = period
    tickets = [t for t in tickets if t.opened < until]
    opened = [t for t in tickets if since <= t.opened]
    answers = [(t, t.answered) for t in tickets if t.answered and since <= t.answered < until]
    in_time = sum(t.due is None or at <= t.due for t, at in answers)
    breached = [t for t in tickets if t.due and since <= t.due < until and (t.answered is None or t.answered > t.due)]
    states = [(t, stand(t, until)) for t in tickets]
    over = [measure_over(t, state, work, promised or work) for t, state in states if state.resolved and since <= state.resolved]
    scores = Counter(score for t in tickets for at, score in t.scores if since <= at < until)
    return {
        "received": received,
        "tickets": len(opened),
        "acknowledged": count_acknowledged(opened, until),
        "first_response": {
            "within": in_time,
            "late": len(answers) - in_time,
            "spread": rank(work(t.opened, at) for t, at in answers),
        },
        "resolution": {"done": len(over), "late": sum(o > timedelta(0) for o in over), "near": sum(abs(o) <= NEAR for o in over)},
        "breaches": len(breached),
        "open": sum(state.name in ("open", "waiting") for _, state in states),
        "waiting": sum(state.name == "waiting" for _, state in states),
        "satisfaction": [scores[n] for n in range(1, 6)],
        "teams": dict(Counter(t.team for t in opened)),
        "types": dict(Counter(t.type for t in opened)),
    }


def measure_over(ticket: Found, state: State, work: Work, promised: Work) -> timedelta:
    """By how much working time a resolved ticket passed what was promised; what its requester was waited for does not count."""
    target = promised(ticket.opened, ticket.last) if ticket.last else timedelta.max
    return sum((work(a, b) for a, b in state.held), timedelta(0)) - target


def count_acknowledged(opened: Iterable[Found], until: datetime) -> Mapping[str, Any]:
    """Acknowledgements as they stood at the end; one that came later was late by then, if its time was over."""
    known = [(t.acknowledged, t.opened) for t in opened if t.acknowledged]
    spans = [at - opened for at, opened in known if at < until]
    overdue = sum(at >= until and start + PROMISE < until for at, start in known)
    within = sum(span <= PROMISE for span in spans)
    return {"within": within, "late": len(spans) - within + overdue, "spread": rank(spans)}


if __name__ == "__main__":
    begin, end = (datetime.fromisoformat(word) for word in sys.argv[2:4])
    print(json.dumps(recount(Path(sys.argv[1]), begin, end), ensure_ascii=False, indent=2))
