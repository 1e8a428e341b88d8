"""Commands about the keyword rules: how right they are, what is odd about them, and what a change would do to kept mails."""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from mailticket.cli.common import FAULTS, USAGE, find_optional_settings, read_settings, said_faults, write_json, write_lines
from mailticket.cli.explaining import STRANGER
from mailticket.cli.replaying import replay as replay_mails
from mailticket.daemon.house import compile_rules, compile_sessions, make_policy, open_store
from mailticket.inbound.quoting import split_reply
from mailticket.model.policy import Settings
from mailticket.settings import read_keyring, read_rules
from mailticket.settings.defaults import read_text
from mailticket.tickets.hours import Calendar
from mailticket.tickets.lint import find_silent, review_rules
from mailticket.tickets.match import split_words
from mailticket.tickets.rules import RuleBook, RuleFault, check_rules, parse_files
from mailticket.tickets.score import score_rules

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHOWN_HITS = 3
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@click.group()
def rules() -> None:
    """Look at the rules that route mail: `mailticket help rules` says how they are written."""


@rules.command()
@click.option("--on", "messages", type=FILE, help="messages (a JSON object a line) in which keywords are looked for that never hit")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a finding")
@click.pass_context
def check(ctx: click.Context, messages: Path | None, as_json: bool) -> None:
    """Name faults, and keywords that never hit, contradict each other or add nothing."""
    settings = find_optional_settings(ctx) or STRANGER
    with said_faults():
        parsed, found = parse_files(read_rules(settings))
    if not found:
        found = _review(RuleBook(parsed), settings, messages)
    _say(found, as_json)
    sys.exit(USAGE if any(f.severity == "error" for f in found) else FAULTS if any(f.severity == "warning" for f in found) else 0)


def _review(book: RuleBook, settings: Settings, messages: Path | None) -> tuple[RuleFault, ...]:
    texts = [split_words(f"{line.get('subject', '')} . {line.get('body', '')}") for line in read_lines(messages)] if messages else None
    return (*check_rules(book, settings), *review_rules(book), *(find_silent(book, texts) if texts is not None else ()))


def _say(found: Iterable[RuleFault], as_json: bool) -> None:
    if as_json:
        write_lines({"finding": f.message, "place": f"{f.file}:{f.line}", "severity": f.severity, "remedy": f.remedy} for f in found)
        return
    tally = Counter(fault.severity for fault in found)
    for fault in found:
        click.echo(f"{fault.severity:<8} {fault.file}:{fault.line}: {fault.message}\n         remedy: {fault.remedy}")
    click.echo(f"{tally['error']} errors, {tally['warning']} warnings, {tally['info']} remarks")


@rules.command()
@click.argument("file", type=FILE)
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]), help="as if the messages came then (UTC)")
@click.option("--json", "as_json", is_flag=True, help="one JSON document with the confusion of classes and every error")
@click.pass_context
def test(ctx: click.Context, file: Path, at: datetime | None, as_json: bool) -> None:
    """Score the rules on labelled messages (a JSON object a line)."""
    settings = find_optional_settings(ctx) or STRANGER
    now = at.replace(tzinfo=UTC) if at else datetime.now(UTC)
    with said_faults():
        book = compile_rules(read_rules(settings))
        sessions = compile_sessions(settings)
    calendar = Calendar.of(settings, sessions)
    try:
        found = score_rules(read_lines(file), book, settings, calendar, now, _cut, sessions)
    except KeyError as missing:
        raise click.ClickException(f"{file}: a line lacks the key {missing}; every line has id, from, subject and body") from None
    if as_json:
        write_json(found)
    else:
        _print_score(found)


def _cut(text: str) -> str:
    return split_reply(text).text


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


@rules.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="only mails that came since then (UTC)")
@click.option("--rules", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="rules to try, not yet in force")
@click.option("--json", "as_json", is_flag=True, help="one JSON object for each mail that would be routed otherwise")
@click.pass_context
def replay(ctx: click.Context, since: datetime | None, folder: Path | None, as_json: bool) -> None:
    """Show which kept mails the rules would route otherwise now. Changes nothing."""
    settings = read_settings(ctx)
    with said_faults():
        files = _read_folder(folder) if folder else read_rules(settings)
        policy = make_policy(settings, read_keyring(settings.desk.secret_file), files)
        store = open_store(settings)
    try:
        found = list(replay_mails(store, policy, since.replace(tzinfo=UTC) if since else EPOCH))
    finally:
        store.close()
    changed = [mail for mail in found if mail["changed"]]
    if as_json:
        write_lines(changed)
    else:
        _print_changes(changed)
    click.echo(f"{len(found)} mails, {len(changed)} would be routed otherwise", err=as_json)


def _read_folder(folder: Path) -> dict[str, str]:
    return {path.name: read_text(path, "make the file readable") for path in sorted(folder.glob("*.toml"))}


def _print_changes(changed: Iterable[dict[str, Any]]) -> None:
    for mail in changed:
        click.echo(f"{mail['ticket']}  {mail['subject']}")
        for name, was in mail["was"].items():
            if was != mail["would"][name]:
                click.echo(f"      {name} {was} -> {mail['would'][name]}")
        scored = [f"{hit['rule']} ({', '.join(hit['words'])})" for hit in mail["hits"] if hit["score"] and hit["words"]]
        click.echo(f"      by {'; '.join(scored[:SHOWN_HITS]) or 'no rule'}")
