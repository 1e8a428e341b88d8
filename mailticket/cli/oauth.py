"""Commands about logins by OAuth: the one time that a person must log in."""

import os
import sys

import click

from mailticket.cli.common import USAGE, read_settings, said_faults
from mailticket.daemon.logins import read_client
from mailticket.edges.device import begin, keep, wait_for
from mailticket.model.policy import OAuth, Settings
from mailticket.settings import logins_of


@click.group()
def oauth() -> None:
    """Log in to mailboxes and relays by OAuth 2.0."""


@oauth.command()
@click.argument("name", required=False)
@click.pass_context
def login(ctx: click.Context, name: str | None) -> None:
    """Log in once, at the provider, on any device; the refresh token goes to its file.

    NAME is a mailbox's name, smtp or smtp.second; without it the one that waits for a refresh token. A running daemon takes the new
    token by itself.
    """
    settings = read_settings(ctx)
    chosen, table = _choose(settings, name)
    with said_faults():
        client = read_client(table, os.environ)
        code = begin(client)
        click.echo(f"{chosen}: open {code.address}\nand enter the code {code.user_code}\nwaiting ...", err=True)
        keep(client, wait_for(client, code))
    click.echo(f"{chosen}: logged in; the refresh token is in {client.refresh_token_file}")


def _choose(settings: Settings, name: str | None) -> tuple[str, OAuth]:
    """The login that is meant; ends the command when it can't be told."""
    known = {known: login.oauth for known, login in logins_of(settings) if login.oauth and login.oauth.flow == "refresh_token"}
    if name in known:
        return name, known[name]
    if name is None and len(set(known.values())) == 1:
        return next(iter(known.items()))
    names = ", ".join(known) or 'none: set flow = "refresh_token" in a table oauth'
    click.echo(f"name one of the logins by a refresh token; they are: {names}", err=True)
    sys.exit(USAGE)
