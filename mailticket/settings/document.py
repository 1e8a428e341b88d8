"""settings.toml as read, before anything in it is believed: the tables, the line of each key, and what the environment put over them.
"""

import copy
import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailticket.settings.defaults import defaults_dir, read_text
from mailticket.settings.environment import override
from mailticket.settings.faults import Fault, Key, SettingsError, format_key
from mailticket.settings.places import index_lines

_LINE = re.compile(r" ?\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class Document:
    """The tables of settings.toml with the environment over them, and where everything stands."""

    path: Path
    data: dict[str, Any]
    lines: Mapping[Key, int]
    variables: Mapping[Key, str]
    faults: tuple[Fault, ...] = ()

    def place(self, key: Key) -> str:
        """The variable or FILE:LINE where a key stands, or else the nearest thing around it."""
        for end in range(len(key), 0, -1):
            if key[:end] in self.variables:
                return self.variables[key[:end]]
            if key[:end] in self.lines:
                return f"{self.path}:{self.lines[key[:end]]}"
        return str(self.path)

    def order(self, key: Key) -> tuple[bool, int]:
        """Where a key comes among the faults: by its line, what the environment says last."""
        place = self.place(key)
        return place in self.variables.values(), int(place.rpartition(":")[2]) if place.rpartition(":")[2].isdecimal() else 0

    def fault(self, key: Key, message: str, remedy: str, severity: str = "error") -> Fault:
        """A finding about a key, with its place."""
        return Fault(format_key(key), self.place(key), message, remedy, severity)


def read_document(path: Path, environ: Mapping[str, str]) -> Document:
    """The document behind `load_settings`: the file, what the shipped one adds (teams, targets), and the environment over both."""
    text = read_text(path, "mailticket init DIR writes one")
    data = {**_shipped_tables(), **_parse_toml(text, path)}
    if isinstance(data["targets"], dict):
        data["targets"] = {**_shipped_tables()["targets"], **data["targets"]}
    lines = index_lines(text)
    variables, faults = override(data, environ)
    around = {key[:end]: name for key, name in variables.items() for end in range(len(key)) if key[:end] not in lines}
    return Document(path, data, lines, around | variables, tuple(faults))


def _shipped_tables() -> dict[str, Any]:
    return copy.deepcopy(_read_shipped())


@functools.cache
def _read_shipped() -> dict[str, Any]:
    shipped = defaults_dir() / "settings.toml"
    data = _parse_toml(read_text(shipped, "install mailticket again"), shipped)
    return {name: data[name] for name in ("team", "targets")}


def _parse_toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else len(text.splitlines())
        message = _LINE.sub("", str(error)).removesuffix(" (at end of document)")
        remedy = "mend this line or the one above: text stands in quotes, lists in brackets"
        raise SettingsError([Fault("", f"{path}:{line}", f"no valid TOML: {message}", remedy)]) from None
