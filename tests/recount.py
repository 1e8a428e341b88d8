"""The figures of a desk, counted again from nothing but mails: those that were received, and those that were sent.

It imports nothing of mailticket and knows nothing of its database. Two folders of .eml files are read, `received` and `sent`. When a mail
arrived, or was taken by the relay, is what the topmost Received field says, which every mail server writes; everything else is in the
headers and texts of the mails. As a script: `python recount.py FOLDER SINCE UNTIL` (moments in ISO 8601 with an offset) prints JSON.

What a ticket is: a number in an X-MailTicket header of a mail that was sent. When it was opened: when the mail arrived that its
acknowledgement answers. Its team and its first deadline stand in the notice to the team ("First answer before: ..."), to the minute.
"""

import email
import email.policy
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

PROMISE = timedelta(minutes=30)
ZONE = ZoneInfo("Asia/Riyadh")
FIRST = re.compile(r"(?:First answer before|الرد الأول قبل):[^\n]*\n(\d{4}-\d\d-\d\d \d\d:\d\d) \(UTC\+3\)")
TEAM = re.compile(r"^(?:Team|الفريق): +(.+)$", re.MULTILINE)
Work = Callable[[datetime, datetime], timedelta]


@dataclass(frozen=True)
class Mail:
    """What counts of a mail: when it was taken, its ids, the ticket that it names, and what a notice says of team and deadline."""

    at: datetime
    id: str
    answers: str
    number: int
    automatic: str
    team: str
    due: datetime | None


@dataclass
class Found:
    """A ticket as its mails tell of it."""

    opened: datetime
    team: str = ""
    due: datetime | None = None
    acknowledged: datetime | None = None
    answered: datetime | None = None


def read_folder(folder: Path) -> list[Mail]:
    """Every .eml of a folder, in the order of their moments."""
    return sorted((read_mail(path.read_bytes()) for path in folder.glob("*.eml")), key=lambda mail: mail.at)


def read_mail(raw: bytes, at: datetime | None = None) -> Mail:
    """A mail; `at` is when it was taken, if not its topmost Received field says so."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    head = {name: str(message[name] or "").strip() for name in ("Message-ID", "In-Reply-To", "X-MailTicket", "Auto-Submitted")}
    taken = at or parsedate_to_datetime(str(message.get_all("Received", [""])[0]).rpartition(";")[2].strip())
    part = message.get_body(("plain",)) if head["Auto-Submitted"] == "auto-generated" else None
    text = str(part.get_content()) if part else ""
    team, due = TEAM.search(text), FIRST.search(text)
    # a deadline is named to the minute: what was done within that minute was in time
    last = datetime.fromisoformat(due[1]).replace(tzinfo=ZONE, second=59, microsecond=999_999) if due else None
    number = int(head["X-MailTicket"] or 0)
    return Mail(taken, head["Message-ID"], head["In-Reply-To"], number, head["Auto-Submitted"], team[1].strip() if team else "", last)


def find_tickets(received: Iterable[Mail], sent: Iterable[Mail]) -> dict[int, Found]:
    """Every ticket that a mail of the desk names."""
    arrived = {mail.id: mail.at for mail in received}
    found: dict[int, Found] = {}
    for mail in sent:
        if not mail.number:
            continue
        ticket = found.setdefault(mail.number, Found(mail.at))
        if mail.automatic == "auto-replied" and mail.answers in arrived and ticket.acknowledged is None:
            ticket.opened, ticket.acknowledged = arrived[mail.answers], mail.at
        elif not mail.automatic and ticket.answered is None:
            ticket.answered = mail.at
        ticket.team, ticket.due = ticket.team or mail.team, ticket.due or mail.due
    return found


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
    tickets = find_tickets(received, sent)
    opened = [t for t in tickets.values() if since <= t.opened < until]
    answers = [(t, t.answered) for t in tickets.values() if t.answered and since <= t.answered < until]
    in_time = sum(t.due is None or at <= t.due for t, at in answers)
    breached = [t for t in tickets.values() if t.due and since <= t.due < until and (t.answered is None or t.answered > t.due)]
    return {
        "received": sum(since <= mail.at < until for mail in received),
        "tickets": len(opened),
        "acknowledged": count_acknowledged(opened, until),
        "first_response": {
            "within": in_time,
            "late": len(answers) - in_time,
            "spread": rank(work(t.opened, at) for t, at in answers),
        },
        "breaches": len(breached),
        "teams": dict(Counter(t.team for t in opened)),
    }


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
