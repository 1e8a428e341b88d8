"""Moments on the command line, as people write them.

A day, or a day and a time, in the desk's time zone unless they name one.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from mailticket.model.policy import Settings
from mailticket.text.normalise import fold_digits

EARLIEST, LATEST = 1970, 2200
"""Years that no desk works in are a slip of the hand."""


def read_moment(text: str) -> datetime:
    """ISO 8601: 2026-11-24, 2026-11-24T14:30, 2026-11-24T14:30+03:00, a space for the T; a zone only where one was written.

    Ends the command for anything else, with the remedy.
    """
    try:
        found = datetime.fromisoformat(fold_digits(text.strip()))
    except ValueError:
        raise click.BadParameter(f'"{text}" is no moment; write 2026-11-24, 2026-11-24T14:30 or 2026-11-24T14:30+03:00') from None
    if not EARLIEST <= found.year < LATEST:
        raise click.BadParameter(f'"{text}" is in a year in which no desk works; write one from {EARLIEST} to {LATEST - 1}')
    return found


def place(at: datetime | None, settings: Settings) -> datetime | None:
    """A moment of the command line, in the desk's time zone where it names none."""
    return at.replace(tzinfo=at.tzinfo or ZoneInfo(settings.desk.timezone)).astimezone(UTC) if at else None
