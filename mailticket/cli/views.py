"""Rows as JSON objects and as lines for people; the keys are a contract with other programs."""

from collections.abc import Mapping
from typing import Any

import click

from mailticket.edges.store import Store
from mailticket.model.record import LedgerRow, OutboxRow
from mailticket.model.ticket import Entry, Ticket


def describe_ticket(store: Store, ticket: Ticket, *, entries: bool) -> dict[str, Any]:
    """A ticket as `tickets --json` and `show --json` give it."""
    found: dict[str, Any] = {
        "number": ticket.number,
        "tag": ticket.tag,
        "subject": ticket.subject,
        "requester": ticket.requester,
        "team": ticket.team,
        "owner": ticket.owner,
        "type": ticket.type,
        "priority": ticket.priority,
        "language": ticket.language,
        "channel": ticket.channel,
        "status": ticket.status,
        "level": ticket.level,
        "linked": ticket.linked,
        "created": ticket.created,
        "due": {"first_response": ticket.due.first_response, "resolution": ticket.due.resolution},
        "first_response": ticket.first_response,
        "acknowledged": _acknowledged(store, ticket.number),
    }
    if entries:
        found["entries"] = [describe_entry(e) for e in store.entries(ticket.number)]
        found["changes"] = store.changes(ticket.number)
    return found


def _acknowledged(store: Store, number: int) -> dict[str, Any] | None:
    owed = store.acknowledgement(number)
    return {"state": owed.state, "at": owed.at, "due": owed.due, "reason": owed.reason} if owed else None


def describe_entry(entry: Entry) -> dict[str, Any]:
    """An entry as `show --json` gives it."""
    return {
        "at": entry.at,
        "what": entry.what,
        "by": entry.by,
        "visibility": entry.visibility,
        "message_id": entry.message_id,
        "subject": entry.subject,
        "text": entry.text,
        "remark": entry.remark,
        "attachments": [{"filename": a.filename, "content_type": a.content_type, "size": a.size} for a in entry.attachments],
    }


def print_ticket(store: Store, ticket: Ticket) -> None:
    """A ticket for a person at a terminal."""
    click.secho(f"{ticket.tag} {ticket.subject}", bold=True)
    click.echo(f"{ticket.requester_name} <{ticket.requester}>, {ticket.type}, {ticket.priority}, team {ticket.team}, {ticket.status}")
    for entry in store.entries(ticket.number):
        click.echo(f"\n{entry.at:%Y-%m-%d %H:%M} {entry.what} by {entry.by} ({entry.visibility}) {entry.remark}")
        click.echo("\n".join("  " + line for line in entry.text.splitlines()))
    click.echo("")
    for change in store.changes(ticket.number):
        click.echo(f"{change.at:%Y-%m-%d %H:%M} {change.who}: {change.what} {change.old or '-'} -> {change.new} ({change.why})")


def describe_outgoing(row: OutboxRow) -> Mapping[str, Any]:
    """A mail of the outbox as `outbox --json` gives it."""
    return {
        "id": row.id,
        "lane": row.lane,
        "kind": row.kind,
        "to": row.recipient,
        "subject": row.subject,
        "ticket": row.number or None,
        "state": row.state,
        "tries": row.tries,
        "next_try": row.next_try,
        "error": row.error,
        "message_id": row.message_id,
    }


def describe_quarantined(row: LedgerRow) -> Mapping[str, Any]:
    """A quarantined mail as `quarantine --json` gives it."""
    return {
        "id": row.id,
        "received": row.arrival.arrived,
        "reason": row.reason,
        "size": row.arrival.size,
        "from": row.sender,
        "subject": row.subject,
    }
