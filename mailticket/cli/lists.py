"""Commands that show what the desk holds: tickets, one ticket, the ledger against the servers, the outbox, the quarantine."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from mailticket.cli.common import FAULTS, read_settings, said_faults, write_json, write_lines, write_table
from mailticket.cli.views import describe_outgoing, describe_quarantined, describe_ticket, print_ticket
from mailticket.daemon.house import open_store
from mailticket.daemon.ledger import compare_ledger
from mailticket.edges.store import Store

json_option = click.option("--json", "as_json", is_flag=True, help="one JSON object a line")


@contextmanager
def opened_store(ctx: click.Context) -> Iterator[Store]:
    """The database of the settings, for the time of one command."""
    settings = read_settings(ctx)
    with said_faults():
        store = open_store(settings)
    try:
        yield store
    finally:
        store.close()


@click.command()
@json_option
@click.option("--status", multiple=True, help="only tickets in this status (may be repeated)")
@click.option("--team", help="only tickets of this team")
@click.pass_context
def tickets(ctx: click.Context, as_json: bool, status: tuple[str, ...], team: str | None) -> None:
    """List the tickets, newest first."""
    with opened_store(ctx) as store:
        found = [t for t in store.tickets() if (not status or t.status in status) and team in (None, t.team)]
        if as_json:
            write_lines(describe_ticket(store, t, entries=False) for t in found)
            return
    headings = ("number", "status", "team", "owner", "priority", "requester", "subject", "created")
    write_table(headings, ((t.number, t.status, t.team, t.owner, t.priority, t.requester, t.subject, t.created) for t in found))


@click.command()
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="one JSON document")
@click.pass_context
def show(ctx: click.Context, number: int, as_json: bool) -> None:
    """Show one ticket with its entries and its history."""
    with opened_store(ctx) as store:
        ticket = store.ticket(number)
        if ticket is None:
            raise click.ClickException(f"there is no ticket {number}; `mailticket tickets` lists them")
        if as_json:
            write_json(describe_ticket(store, ticket, entries=True))
        else:
            print_ticket(store, ticket)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="one JSON document")
@click.pass_context
def ledger(ctx: click.Context, as_json: bool) -> None:
    """Set the ledger against the servers: a mail that has stood there for longer than a round without a row is an error."""
    settings = read_settings(ctx)
    with said_faults():
        found = compare_ledger(settings, os.environ)
    if as_json:
        write_json(found)
    else:
        click.echo(f"{found['mails']} mails in the ledger")
        for outcome, count in found["outcomes"].items():
            click.echo(f"  {outcome:<13} {count}")
        for word, remark in (("missing", "on the server without a row"), ("gone", "in the ledger, no longer on the server")):
            click.echo(f"{len(found[word])} {remark}")
    sys.exit(FAULTS if found["missing"] else 0)


@click.command()
@json_option
@click.option("--all", "everything", is_flag=True, help="also what was sent")
@click.pass_context
def outbox(ctx: click.Context, as_json: bool, everything: bool) -> None:
    """List the mails that wait to go out, and those that failed."""
    with opened_store(ctx) as store:
        rows = [describe_outgoing(row) for row in store.outbox() if everything or row.state != "sent"]
    if as_json:
        write_lines(rows)
    else:
        headings = ("id", "lane", "to", "ticket", "state", "tries", "next_try", "error")
        write_table(headings, ([row[h] for h in headings] for row in rows))


@click.command()
@json_option
@click.pass_context
def quarantine(ctx: click.Context, as_json: bool) -> None:
    """List the mails that could not be read."""
    with opened_store(ctx) as store:
        rows = [describe_quarantined(row) for row in store.quarantine()]
    if as_json:
        write_lines(rows)
    else:
        headings = ("id", "received", "reason", "size", "from", "subject")
        write_table(headings, ([row[h] for h in headings] for row in rows))
