"""The figures of a desk, counted again from nothing but mails: those that were received, and those that were sent.

It imports nothing of mailticket and knows nothing of its database. Two folders of .eml files are read, `received` and `sent`. When a mail
arrived, or was taken by the relay, is what the topmost Received field says, which every mail server writes; everything else is in the
headers and texts of the mails. As a script: `python recount.py FOLDER SINCE UNTIL` (moments in ISO 8601 with an offset) prints JSON.

What a ticket is: a number in an X-MailTicket header of a mail that was sent. When it was opened: when the mail arrived that its first
notice or acknowledgement tells of. Its team and its first deadline stand in the notice to the team ("First answer before: ..."), to the minute.
"""

import email
import email.policy
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

PROMISE = timedelta(minutes=30)
FIRST = re.compile(r"(?:First answer before|الرد الأول قبل):[^\n]*\n(\d{4}-\d\d-\d\d \d\d:\d\d) \(UTC\+3\)")
TEAM = re.compile(r"^(?:Team|الفريق): +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Mail:
    """A mail and when it was taken."""

    at: datetime
    message: EmailMessage

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"] or "").strip()

    @property
    def number(self) -> int:
        return int(self.message["X-MailTicket"] or 0)

    @property
    def to(self) -> str:
        return parseaddr(str(self.message["To"]))[1].lower()

    @property
    def sender(self) -> str:
        return parseaddr(str(self.message["From"]))[1].lower()

    @property
    def automatic(self) -> str:
        return str(self.message["Auto-Submitted"] or "").split(";")[0].strip()

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""


@dataclass
class Found:
    """A ticket as its mails tell of it."""

    number: int
    opened: datetime
    team: str = ""
    due: datetime | None = None
    acknowledged: datetime | None = None
    answered: datetime | None = None


def read_folder(folder: Path) -> list[Mail]:
    """Every .eml of a folder, in the order of their moments."""
    return sorted((read_mail(path.read_bytes()) for path in folder.glob("*.eml")), key=lambda mail: mail.at)


def read_mail(raw: bytes) -> Mail:
    """A mail with the moment of its topmost Received field."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    trace = str(message.get_all("Received", [""])[0])
    return Mail(parsedate_to_datetime(trace.rpartition(";")[2].strip()), message)


def find_tickets(received: Sequence[Mail], sent: Sequence[Mail], zone: ZoneInfo) -> dict[int, Found]:
    """Every ticket that a mail of the desk names."""
    by_id = {mail.id: mail for mail in received}
    found: dict[int, Found] = {}
    for mail in sent:
        if not mail.number:
            continue
        founding = by_id.get(str(mail.message["In-Reply-To"] or "").strip()) if mail.automatic == "auto-replied" else None
        ticket = found.setdefault(mail.number, Found(mail.number, mail.at))
        if founding:
            ticket.opened, ticket.acknowledged = founding.at, mail.at
        elif not mail.automatic and ticket.answered is None:
            ticket.answered = mail.at
        elif mail.automatic == "auto-generated":
            _read_notice(ticket, mail, zone)
    return found


def _read_notice(ticket: Found, mail: Mail, zone: ZoneInfo) -> None:
    team, due = TEAM.search(mail.text), FIRST.search(mail.text)
    if team and not ticket.team:
        ticket.team = team[1].strip()
    if due and ticket.due is None:
        ticket.due = datetime.fromisoformat(due[1]).replace(tzinfo=zone, second=59, microsecond=999_999)


def working(start: datetime, end: datetime, zone: ZoneInfo, hours: tuple[time, time], closed: frozenset[date]) -> timedelta:
    """Working time from Sunday to Thursday, a day at a time."""
    total, day = timedelta(0), start.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        opens, closes = (datetime.combine(day, at, zone) for at in hours)
        if day.weekday() not in (4, 5) and day not in closed:
            total += max(timedelta(0), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return total


def rank(spans: Iterable[timedelta]) -> list[float]:
    """Median, 95th percentile and longest, in seconds, by nearest rank."""
    ordered = sorted(spans)
    return [ordered[math.ceil(len(ordered) * share / 100) - 1].total_seconds() for share in (50, 95, 100)] if ordered else []


def recount(
    folder: Path,
    since: datetime,
    until: datetime,
    *,
    zone: ZoneInfo = ZoneInfo("Asia/Riyadh"),  # noqa: B008 - a zone never changes
    hours: tuple[time, time] = (time(8), time(21)),
    closed: frozenset[date] = frozenset(),
    own: str = "@example.sa",
) -> Mapping[str, object]:
    """The figures of the mails in `folder`/received and `folder`/sent between two moments; `closed` are the days off beside the weekend.

    The keys are those of `mailticket stats --json` as far as mails alone tell them.
    """
    received = read_folder(folder / "received")
    tickets = find_tickets(received, read_folder(folder / "sent"), zone)
    in_period = [mail for mail in received if since <= mail.at < until]
    opened = [t for t in tickets.values() if since <= t.opened < until]
    acknowledged = [t.acknowledged - t.opened for t in opened if t.acknowledged and t.acknowledged < until]
    overdue = sum(t.acknowledged is not None and t.acknowledged >= until and t.opened + PROMISE < until for t in opened)
    answers = [t for t in tickets.values() if t.answered and since <= t.answered < until]
    within = sum(span <= PROMISE for span in acknowledged)
    kept = sum(t.due is None or t.answered <= t.due for t in answers if t.answered)
    breached = [t for t in tickets.values() if t.due and since <= t.due < until and (t.answered is None or t.answered > t.due)]
    return {
        "received": len(in_period),
        "tickets": len(opened),
        "acknowledged": {"within": within, "late": len(acknowledged) - within + overdue, "spread": rank(acknowledged)},
        "first_response": {
            "within": kept,
            "late": len(answers) - kept,
            "spread": rank(working(t.opened, t.answered, zone, hours, closed) for t in answers if t.answered),
        },
        "breaches": len(breached),
        "teams": dict(Counter(t.team for t in opened)),
        "people": len({mail.sender for mail in in_period if not mail.sender.endswith(own)}),
    }


if __name__ == "__main__":
    since, until = (datetime.fromisoformat(word) for word in sys.argv[2:4])
    print(json.dumps(recount(Path(sys.argv[1]), since, until), ensure_ascii=False, indent=2))
