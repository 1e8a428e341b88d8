"""Commands about correspondents: whom nothing automatic is sent to, why, and how that ends."""

import sys

import click

from mailticket.cli.common import FAULTS, write_lines, write_table
from mailticket.cli.lists import json_option, opened_store
from mailticket.edges.clock import SystemClock

HEADINGS = ("address", "undeliverable", "blocked", "muted_until")


@click.command()
@json_option
@click.option("--lift", metavar="ADDRESS", help="write to this address again, whatever the reason was")
@click.pass_context
def people(ctx: click.Context, as_json: bool, lift: str | None) -> None:
    """List the addresses that get no automatic mail, each with its reason; --lift takes one off the list.

    An address whose mail came back for good is taken off by itself when that person writes again.
    """
    now = SystemClock().now()
    with opened_store(ctx) as store:
        if lift is not None:
            _say_lifted(lift, was_listed=store.lift(lift.strip().lower(), now))
            return
        rows = [{name: getattr(one, name) for name in HEADINGS} for one in store.suppressed(now)]
    if as_json:
        write_lines(rows)
    else:
        write_table(HEADINGS, ([row[name] for name in HEADINGS] for row in rows))


def _say_lifted(address: str, *, was_listed: bool) -> None:
    if was_listed:
        click.echo(f"{address} is written to again")
        return
    click.echo(f"{address} is not on the list: mailticket people", err=True)
    sys.exit(FAULTS)
