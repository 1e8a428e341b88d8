"""Commands that serve mail: the daemon, one round, and taking old mail in."""

import asyncio
import logging
import os
import sys
from collections import Counter
from pathlib import Path

import click

from mailticket.cli.common import read_settings, said_faults, write_json
from mailticket.cli.logs import set_up_logs
from mailticket.daemon.house import open_house
from mailticket.daemon.importing import run_import
from mailticket.daemon.once import run_once
from mailticket.daemon.service import Service


@click.command()
@click.pass_context
def run(ctx: click.Context) -> None:
    """Run the daemon until SIGTERM or Ctrl-C."""
    settings = read_settings(ctx)
    set_up_logs(ctx.find_root().obj["log"], logging.INFO)
    with said_faults(), open_house(settings, os.environ) as house:

        async def serve() -> None:
            await Service(house, os.environ, lambda: click.echo("ready", err=True)).run()

        asyncio.run(serve())


@click.command()
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
@click.pass_context
def once(ctx: click.Context, as_json: bool) -> None:
    """Collect, decide, deliver and watch once, then exit."""
    settings = read_settings(ctx)
    with said_faults(), open_house(settings, os.environ) as house:
        tally = asyncio.run(run_once(house))
    if as_json:
        write_json(tally)
    else:
        click.echo(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in tally.items() if count) or "nothing to do")


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--acknowledge", is_flag=True, help="acknowledge imported mails as if they had just arrived")
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
@click.pass_context
def import_(ctx: click.Context, paths: tuple[Path, ...], acknowledge: bool, as_json: bool) -> None:
    """Take mails (.eml files, mbox files, maildirs, folders) down the same road."""
    settings = read_settings(ctx)
    with said_faults(), open_house(settings, os.environ) as house:
        tally: Counter[str] = Counter()
        with click.progressbar(list(paths), label="importing", file=sys.stderr) as bar:
            for path in bar:
                tally.update(run_import(house, path, acknowledge=acknowledge))
    if as_json:
        write_json(tally)
    else:
        click.echo(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in tally.items()) or "nothing found")
