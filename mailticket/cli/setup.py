"""Commands that set a desk up: a working folder, and the check of everything in it."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from mailticket.cli.common import FAULTS, USAGE, said_faults, write_lines
from mailticket.daemon.house import compile_rules, compile_sessions
from mailticket.daemon.online import check_online
from mailticket.install import write_folder
from mailticket.model.policy import Settings
from mailticket.outbound.render import check_templates
from mailticket.settings import (
    Fault,
    SettingsError,
    check_files,
    find_settings,
    load_settings,
    read_rules,
    read_snippets,
    read_templates,
    unread_keys,
)
from mailticket.tickets.rules import check_rules
from mailticket.tickets.snippets import VARIABLES, find_unknown


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--address", help="the desk's public address")
@click.option("--imap", metavar="URL", help="the mailbox, such as imaps://info%40example.sa@imap.example.sa:993/INBOX")
@click.option("--smtp", metavar="URL", help="the relay, such as smtps://info%40example.sa@smtp.example.sa:465")
@click.option("--language", type=click.Choice(["ar", "en"]), help="the language of the desk's own people")
def init(directory: Path, address: str | None, imap: str | None, smtp: str | None, language: str | None) -> None:
    """Write a working folder: settings.toml, rules/, templates/ and secret.key."""
    if sys.stdin.isatty() and address is None:
        address = click.prompt("The desk's public address", default="info@example.sa")
    with said_faults():
        written = write_folder(directory, since=datetime.now(UTC), address=address, imap=imap, smtp=smtp, language=language)
    for path in written:
        click.echo(f"wrote {path}")
    click.echo(f"\nnext: put the passwords beside settings.toml, then\n  mailticket --settings {directory / 'settings.toml'} check")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="one JSON object a finding")
@click.option("--online", is_flag=True, help="also log in to every mailbox, relay and the database, and say what was seen there")
@click.pass_context
def check(ctx: click.Context, as_json: bool, online: bool) -> None:
    """Check settings, secrets, rules and templates; every finding with its remedy."""
    try:
        path = find_settings(ctx.find_root().obj["settings"], os.environ)
        settings = load_settings(path, os.environ)
    except SettingsError as fault:
        found, status = list(fault.faults), USAGE
    else:
        found = [*find_faults(settings), *unread_keys(path, os.environ), *(check_online(settings, os.environ) if online else ())]
        status = FAULTS if any(f.severity == "error" for f in found) else 0
    _say(found, as_json)
    sys.exit(status)


def _say(found: list[Fault], as_json: bool) -> None:
    if as_json:
        rows = ((f"{f.key} {f.message}".strip(), f.place or f.key, f.severity, f.remedy) for f in found)
        write_lines(dict(zip(("finding", "place", "severity", "remedy"), row, strict=True)) for row in rows)
        return
    for fault in found:
        click.echo(f"{fault.severity:<8} {fault}")
    errors = sum(f.severity == "error" for f in found)
    click.echo(f"{errors} errors, {len(found) - errors} remarks")


def _check_sessions(settings: Settings) -> tuple[Fault, ...]:
    path = settings.hours.sessions
    if path is None or not path.is_file():
        return ()  # a missing file is among what `check_files` finds
    try:
        compile_sessions(settings)
    except SettingsError as error:
        return error.faults
    return ()


def find_faults(settings: Settings) -> Iterator[Fault]:
    """Everything that is wrong with a desk's folder beyond its settings file, and what is accepted there without effect."""
    yield from check_files(settings, os.environ)
    yield from _check_sessions(settings)
    try:
        book = compile_rules(read_rules(settings))
    except SettingsError as error:
        yield from error.faults
    else:
        yield from (Fault("rules", f"{f.file}:{f.line}", f.message, f.remedy) for f in check_rules(book, settings))
    yield from (Fault("templates", f.place, f.message, f.remedy) for f in check_templates(read_templates(settings), settings))
    for file, text in read_snippets(settings).items():
        unknown = ((f"templates/{file}:{line}", f"no canned reply knows {name}") for line, name in find_unknown(text))
        yield from (Fault("templates", place, message, f"use one of {', '.join(VARIABLES)}") for place, message in unknown)
