"""What is wrong with a folder's files, as values: the reader collects every fault before it gives up, so that one look mends them all."""

from collections.abc import Iterable
from dataclasses import dataclass

Key = tuple[str | int, ...]
"""Where a value stands in the document: ("mailbox", 0, "url")."""


class UnfitError(ValueError):
    """A value that cannot be taken: what is wrong with it, and the remedy; the reader adds key and place."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message}; {remedy}")
        self.message, self.remedy = message, remedy


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding: the key ("mailbox[0].url", "" for the file itself), its place, what is wrong, what to do.

    The place is FILE:LINE or a variable's name. `severity` is "error" (nothing starts), "warning" or "info".
    """

    key: str
    place: str
    message: str
    remedy: str
    severity: str = "error"

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.place, self.key, f"{self.message}; {self.remedy}")))


class SettingsError(Exception):
    """The settings, or a file that they name, cannot be used; `faults` holds every reason, and the text is a line for each."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def format_key(key: Key) -> str:
    """A key as people write it: `mailbox[0].url`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).removeprefix(".")


def show(value: object) -> str:
    """A value as a message quotes it: in double quotes, on one line, at most 60 characters."""
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value))
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'
