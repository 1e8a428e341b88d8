"""Kept mails before other rules: which of them a change would route otherwise (`rules replay`)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from mailticket.desk import Policy
from mailticket.desk.requester import read_message
from mailticket.edges.store import Store
from mailticket.inbound.parse import parse_mail
from mailticket.model.outcome import Disposition, Triage
from mailticket.model.record import LedgerRow
from mailticket.model.ticket import Change, Ticket
from mailticket.tickets.triage import triage

FIELDS = ("team", "type", "priority")


def replay(store: Store, policy: Policy, since: datetime) -> Iterator[dict[str, Any]]:
    """A document for each kept mail that founded a ticket since then: what it was taken for, and what it would be taken for now.

    What it was is what the rules said at the time, before anyone changed it by hand. Nothing is written.
    """
    for row in store.ledger_rows():
        if row.disposition is Disposition.TICKET and row.number and row.arrival.arrived >= since:
            found = _replay_one(store, policy, row)
            if found:
                yield found


def _replay_one(store: Store, policy: Policy, row: LedgerRow) -> dict[str, Any] | None:
    """The document of one mail, None where its bytes or its ticket are no longer kept."""
    raw, ticket = store.raw(row.digest), store.ticket(row.number or 0)
    if raw is None or ticket is None:
        return None
    decision = _decide(raw, ticket, policy, row)
    was = {name: _first(name, str(getattr(ticket, name)), store.changes(ticket.number)) for name in FIELDS}
    would = {name: str(getattr(decision, name)) for name in FIELDS}
    return {
        "ticket": ticket.number,
        "arrived": row.arrival.arrived,
        "subject": row.subject,
        "changed": was != would,
        "was": was,
        "would": would,
        "hits": [{"rule": hit.rule, "words": list(hit.words), "score": hit.score} for hit in decision.hits],
    }


def _decide(raw: bytes, ticket: Ticket, policy: Policy, row: LedgerRow) -> Triage:
    settings, arrived = policy.settings, row.arrival.arrived
    mail = parse_mail(raw, frozenset((settings.desk.address, *settings.desk.aliases)))
    team = next((mailbox.team for mailbox in settings.mailboxes if mailbox.name == row.arrival.account), "general")
    message = read_message(mail, ticket.requester)
    return triage(message, policy.book, settings, policy.calendar, arrived, team, policy.sessions)


def _first(name: str, now: str, changes: Sequence[Change]) -> str:
    """A field's first value: what its first change changed, or what was founded, or what it still is."""
    first = next((change for change in changes if change.what == name), None)
    return (first.old or first.new) if first else now
