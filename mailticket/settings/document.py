"""settings.toml as read, before anything in it is believed: the tables, the line of each key, and what the environment put over them.

Any key can be overridden by a variable: MAILTICKET__DESK__ADDRESS, MAILTICKET__MAILBOX__0__URL. Its value is a TOML value
(`["a", "b"]`, `{ ar = "…" }`, `true`, `4`) or the plain text of one.
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
from mailticket.settings.faults import Fault, Key, SettingsError, Unfit, format_key
from mailticket.settings.places import index_lines

PREFIX = "MAILTICKET__"
_LINE = re.compile(r" ?\(at line (\d+), column \d+\)")


class FromEnvironment(str):
    """A value from the environment that may be text or a TOML scalar: only the field it goes to can tell."""

    __slots__ = ()


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
    variables, faults = _override(data, environ)
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
        fault = Fault("", f"{path}:{line}", f"no valid TOML: {message}", "mend this line or the one above: text stands in quotes, lists in brackets")
        raise SettingsError([fault]) from None


def _override(data: dict[str, Any], environ: Mapping[str, str]) -> tuple[dict[Key, str], list[Fault]]:
    variables: dict[Key, str] = {}
    faults: list[Fault] = []
    for name in sorted((n for n in environ if n.startswith(PREFIX)), key=_natural):
        try:
            variables[_put(data, name.removeprefix(PREFIX).lower().split("__"), _read_value(environ[name]))] = name
        except Unfit as error:
            faults.append(Fault("", name, error.message, error.remedy))
    return variables, faults


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdecimal() else -1, part) for part in name.split("__")]


def _put(data: dict[str, Any], parts: list[str], value: object) -> Key:
    """Put a value where the parts say, making tables and list elements that are missing on the way; gives the key."""
    node: Any = data
    key: Key = ()
    for here, after in zip(parts, [*parts[1:], ""], strict=True):
        step = _step(node, here)
        if not after:
            fresh: Any = value
        else:
            fresh = [] if after.isdecimal() else {}
        if isinstance(step, int) and step == len(node):
            node.append(fresh)
        elif not after or step not in (node if isinstance(node, dict) else range(len(node))):
            node[step] = fresh
        node, key = node[step], (*key, step)
    return key


def _step(node: object, part: str) -> str | int:
    if isinstance(node, dict) and part:
        return part
    if isinstance(node, list) and part.isdecimal() and int(part) <= len(node):
        return int(part)
    if isinstance(node, list):
        raise Unfit(f"{part} is no place in a list of {len(node)}", "lists are counted from 0, and a new element comes right after the last")
    raise Unfit("there is no such key", "write MAILTICKET__SECTION__KEY, as in MAILTICKET__DESK__ADDRESS or MAILTICKET__MAILBOX__0__URL")


def _read_value(text: str) -> object:
    if text[:1] in ("[", "{", '"', "'"):
        return read_scalar(FromEnvironment(text))
    return FromEnvironment(text)


def read_scalar(value: object) -> object:
    """A value from the environment as TOML understands it, or its text where it is no TOML; any other value as it is."""
    if not isinstance(value, FromEnvironment):
        return value
    try:
        read = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return str(value)
    return read["value"] if len(read) == 1 else str(value)
