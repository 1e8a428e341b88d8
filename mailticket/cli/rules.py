"""Commands about the keyword rules: how right they are on labelled messages."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from mailticket.cli.common import find_optional_settings, said_faults, write_json
from mailticket.cli.explaining import STRANGER
from mailticket.daemon.house import compile_rules
from mailticket.inbound.quoting import split_reply
from mailticket.settings import read_rules
from mailticket.tickets.hours import Calendar
from mailticket.tickets.score import score_rules


@click.group()
def rules() -> None:
    """Look at the rules that route mail."""


@rules.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]), help="as if the messages came then (UTC)")
@click.option("--json", "as_json", is_flag=True, help="one JSON document with the confusion of classes and every error")
@click.pass_context
def test(ctx: click.Context, file: Path, at: datetime | None, as_json: bool) -> None:
    """Score the rules on labelled messages (a JSON object a line)."""
    settings = find_optional_settings(ctx) or STRANGER
    with said_faults():
        book = compile_rules(read_rules(settings))
    calendar = Calendar(settings.hours, settings.desk.timezone)
    now = at.replace(tzinfo=UTC) if at else datetime.now(UTC)
    try:
        found = score_rules(read_lines(file), book, settings, calendar, now, lambda text: split_reply(text).text)
    except KeyError as missing:
        raise click.ClickException(f"{file}: a line lacks the key {missing}; every line has id, from, subject and body") from None
    if as_json:
        write_json(found)
    else:
        _print_score(found)


def read_lines(file: Path) -> list[dict[str, Any]]:
    """The objects of a JSON-lines file; a faulty line is named and ends the command."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except ValueError as fault:
                raise click.ClickException(f"{file}:{number}: not a JSON object ({fault})") from None
    return found


def _print_score(found: dict[str, Any]) -> None:
    click.echo(f"{found['count']} messages")
    for field, share in found["accuracy"].items():
        click.echo(f"  {field:<9} {share:7.1%}")
    for error in found["errors"]:
        click.echo(f"  {error['id']}: {error['field']} is {error['gold']}, got {error['got']}")
