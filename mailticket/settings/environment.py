"""Variables over the file: any key can be set by MAILTICKET__DESK__ADDRESS, MAILTICKET__MAILBOX__0__URL.

The value is TOML (`["a", "b"]`, `{ ar = "…" }`, `true`, `4`) or plain text. Whether 4 is a number or a text only the field that it
goes to can tell, so a scalar travels as FromEnvironment until a parser asks for it.
"""

import itertools
import tomllib
from collections.abc import Mapping
from typing import Any

from mailticket.settings.faults import Fault, Key, UnfitError

PREFIX = "MAILTICKET__"


class FromEnvironment(str):
    """A value from the environment that may be text or a TOML scalar: only the field it goes to can tell."""

    __slots__ = ()


def override(data: dict[str, Any], environ: Mapping[str, str]) -> tuple[dict[Key, str], list[Fault]]:
    """Put the variables over the tables, in place; gives the variable behind each key, and a fault for each that fits nowhere."""
    variables: dict[Key, str] = {}
    faults: list[Fault] = []
    for name in sorted((n for n in environ if n.startswith(PREFIX)), key=_natural):
        try:
            variables[_put(data, name.removeprefix(PREFIX).lower().split("__"), _read_value(environ[name]))] = name
        except UnfitError as error:
            faults.append(Fault("", name, error.message, error.remedy))
    return variables, faults


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdecimal() else -1, part) for part in name.split("__")]


def _put(data: dict[str, Any], parts: list[str], value: object) -> Key:
    """Put a value where the parts say, making tables and list elements that are missing on the way; gives the key."""
    node: Any = data
    key: Key = ()
    for here, after in itertools.pairwise(parts):
        step = _step(node, here)
        if isinstance(node, dict):
            node.setdefault(step, [] if after.isdecimal() else {})
        elif step == len(node):
            node.append({})
        node, key = node[step], (*key, step)
    step = _step(node, parts[-1])
    if isinstance(node, list) and step == len(node):
        node.append(value)
    else:
        node[step] = value
    return (*key, step)


def _step(node: object, part: str) -> str | int:
    if isinstance(node, dict) and part:
        return part
    if isinstance(node, list) and part.isdecimal() and int(part) <= len(node):
        return int(part)
    if isinstance(node, list):
        raise UnfitError(f"{part} is no place in a list of {len(node)}", "count from 0; a new element comes right after the last")
    raise UnfitError("there is no such key", "write it as in MAILTICKET__DESK__ADDRESS or MAILTICKET__MAILBOX__0__URL")


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
