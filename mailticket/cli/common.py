"""What every command shares: finding the settings, saying faults, writing JSON, and the exit codes."""

import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from mailticket.cli.logs import set_up_logs
from mailticket.model.outcome import SourceError
from mailticket.model.policy import Settings
from mailticket.settings import SettingsError, find_settings, load_settings

FAULTS, USAGE, TRY_AGAIN = 1, 2, 75  # 75: EX_TEMPFAIL of sysexits.h


def read_settings(ctx: click.Context) -> Settings:
    """The settings that the command line, the environment or the folder names; ends the command with every fault said."""
    options = ctx.find_root().obj
    set_up_logs(options["log"], logging.INFO if options["verbose"] else logging.WARNING)
    with said_faults():
        return load_settings(find_settings(options["settings"], os.environ), os.environ)


def find_optional_settings(ctx: click.Context) -> Settings | None:
    """The settings where there are any, for commands that work without; a faulty or missing file that was named is still said."""
    named = ctx.find_root().obj["settings"] or os.environ.get("MAILTICKET_SETTINGS")
    return read_settings(ctx) if named or Path("settings.toml").is_file() else None


@contextmanager
def said_faults() -> Iterator[None]:
    """Turn what a person can mend into a plain message and its exit code."""
    try:
        yield
    except SettingsError as fault:
        click.echo(str(fault), err=True)
        sys.exit(USAGE)
    except SourceError as fault:
        click.echo(f"{fault}\n  remedy: {fault.remedy}", err=True)
        sys.exit(USAGE if fault.permanent else TRY_AGAIN)


def write_json(value: object) -> None:
    """One JSON document on one line of standard output."""
    click.echo(json.dumps(plain(value), ensure_ascii=False))


def write_lines(rows: Iterable[object]) -> None:
    """One JSON object a line."""
    for row in rows:
        write_json(row)


def plain(value: Any) -> Any:
    """A value as JSON has it: dataclasses as objects, moments in ISO 8601, anything else that JSON lacks as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def write_table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A plain table for people: columns as wide as their widest cell, at most 60 characters."""
    table = [[str(h) for h in headings], *([_cell(c) for c in row] for row in rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    for row in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    text = value.astimezone().strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else str("" if value is None else value)
    return text if len(text) <= 60 else text[:59] + "…"
