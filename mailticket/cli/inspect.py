"""Commands that look at one mail and change nothing: what it says (`parse`), and what would become of it (`explain`)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from mailticket.cli.common import find_optional_settings, said_faults, write_json
from mailticket.cli.explaining import describe_outcome, explain_mail, print_outcome
from mailticket.inbound.parse import describe_mail, parse_mail


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--own", multiple=True, metavar="ADDRESS", help="an address of ours, by which a loop is known (may be repeated)")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a file, a line each")
def parse(files: tuple[Path, ...], own: tuple[str, ...], as_json: bool) -> None:
    """Show what mails say: people, text, new text, attachments, kind. Needs no settings."""
    ours = frozenset(address.lower() for address in own)
    for file in files:
        found = describe_mail(parse_mail(file.read_bytes(), ours), str(file))
        if as_json:
            write_json(found)
        else:
            _print_mail(found)


def _print_mail(found: Mapping[str, Any]) -> None:
    click.secho(found["file"], bold=True)
    for key, value in found.items():
        if key not in ("file", "text", "reply_text") and value not in (None, [], ""):
            click.echo(f"  {key}: {value}")
    click.echo("  new text:")
    click.echo("\n".join(f"    {line}" for line in found["reply_text"].splitlines()))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]), help="as if it came then (UTC)")
@click.option("--sessions", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="calendar of course sessions to use")
@click.option("--json", "as_json", is_flag=True, help="one JSON document")
@click.pass_context
def explain(ctx: click.Context, file: Path, at: datetime | None, sessions: Path | None, as_json: bool) -> None:
    """Show the whole road of a mail: what it is, its ticket, team and why, who would be told. Changes nothing."""
    settings = find_optional_settings(ctx)
    now = at.replace(tzinfo=at.tzinfo or UTC) if at else datetime.now(UTC)
    with said_faults():
        mail, outcome = explain_mail(file.read_bytes(), settings, now, sessions)
    if as_json:
        write_json(describe_outcome(mail, outcome))
    else:
        print_outcome(mail, outcome)
