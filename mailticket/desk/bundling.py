"""Bundling: when a ticket moves fast, the mails of a little while reach a reader as one notice, the newest first.

The first notice goes at once. The next one waits until `desk.bundle` has passed since then, and is taken in by one that comes meanwhile,
which says it again. What is urgent, due soon, or not solved after all waits for nothing, and takes in what waited.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from mailticket.desk.case import Case, describe_attachments
from mailticket.model.notice import Notice
from mailticket.model.ticket import Entry, Priority, Ticket

NEAR = timedelta(minutes=30)
"""Nothing is kept back when so little time is left to keep a promise."""
PRESSING = frozenset({"not_solved", "judged_before"})
"""Remarks of mails that are told at once."""
MOST = 20
"""So many earlier mails are shown in one notice; it says how many there were."""


def bundle(case: Case, ticket: Ticket, notice: Notice, remarks: tuple[str, ...]) -> Notice:
    """A notice of a new mail as it goes: at once or later, with the mails of the notice that it takes the place of."""
    before = case.facts.told.get((notice.number, notice.to.address))
    if before is None:
        return notice
    due = before.at if before.waits else before.at + case.settings.desk.bundle
    waits = due > case.now and may_wait(ticket, remarks, due)
    notice = replace(notice, not_before=due if waits else None)
    return _take_in(case, ticket, notice, before.key, before.entries) if before.waits else notice


def may_wait(ticket: Ticket, remarks: tuple[str, ...], until: datetime) -> bool:
    """Whether nothing is lost when a mail is told of at that moment only."""
    owed = (ticket.due.first_response if ticket.first_response is None else None, ticket.due.resolution)
    is_near = any(moment is not None and moment < until + NEAR for moment in owed)
    return ticket.priority is not Priority.URGENT and not is_near and not PRESSING & set(remarks)


def _take_in(case: Case, ticket: Ticket, notice: Notice, key: str, entries: tuple[Entry, ...]) -> Notice:
    files = [*describe_attachments(case.mail.attachments), *(row for entry in entries for row in describe_attachments(entry.attachments))]
    earlier = [_describe(entry, ticket) for entry in entries[:MOST]]
    data = {**notice.data, "attachments": files, "earlier": earlier, "mails": len(entries) + 1}
    return replace(notice, takes_in=(key,), data=data)


def _describe(entry: Entry, ticket: Ticket) -> dict[str, object]:
    by = ticket.requester_name if entry.by == ticket.requester and ticket.requester_name else entry.by
    return {"at": entry.at, "by": by, "text": entry.text, "remarks": [word for word in entry.remark.split(", ") if word]}
