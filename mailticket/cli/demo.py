"""`mailticket demo`: the whole desk on embedded servers, with nothing to set up."""

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

import click

from mailticket.cli.common import USAGE, said_faults
from mailticket.cli.logs import set_up_logs
from mailticket.edges.demo_servers import find_missing


@click.command()
@click.option("--once", is_flag=True, help="end after the samples: 0 when each came out as it should, else 1")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="where to keep database and mails")
@click.pass_context
def demo(ctx: click.Context, once: bool, folder: Path | None) -> None:
    """Show the desk at work: embedded IMAP and SMTP servers, sample mails, what becomes of each."""
    if missing := find_missing():
        click.echo(missing, err=True)
        sys.exit(USAGE)
    from mailticket.demo.show import run_demo

    set_up_logs(ctx.find_root().obj["log"], logging.WARNING)
    place = folder or Path(tempfile.mkdtemp(prefix="mailticket-demo-"))
    place.mkdir(parents=True, exist_ok=True)
    with said_faults():
        sys.exit(asyncio.run(run_demo(place, once=once, say=click.echo)))
