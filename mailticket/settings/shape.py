"""Tables into values: cattrs walks the classes of the policy, and whatever it stumbles over comes back as a fault with its key.

Nothing is converted by good will: a number where text belongs is a fault, and so is a key that no field has.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

from cattrs import Converter
from cattrs.errors import AttributeValidationNote, BaseValidationError, ForbiddenExtraKeysError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, override

from mailticket.model import policy
from mailticket.settings.faults import Key, UnfitError
from mailticket.settings.fields import FIELDS, NAMES, each, each_named, expect_table, parse_boolean, parse_integer
from mailticket.settings.servers import anchor_database
from mailticket.settings.times import check_shifts, parse_date, parse_duration, parse_moment, parse_rate, parse_shift
from mailticket.settings.words import parse_text, suggest

Hook = Callable[[Any, Any], Any]
Finding = tuple[Key, str, str]
"""Key, what is wrong, remedy."""

RENAMED: Mapping[type, Mapping[str, str]] = {
    policy.Settings: {"mailboxes": "mailbox", "teams": "team", "agents": "agent", "forms": "form"},
    policy.Form: {"sender": "from"},
    policy.DatedHours: {"first": "from", "last": "to"},
}
"""The fields whose key in settings.toml has another name."""
OMITTED = {(policy.Settings, "root")}
"""The fields that no key sets."""
EXAMPLES: Mapping[str, str] = {
    "desk": '[desk] with address = "info@example.sa"',
    "address": 'address = "info@example.sa"',
    "url": 'url = "imaps://…" or "smtps://…"',
    "email": 'email = "sara@example.sa"',
    "from": 'from = …',
    "to": "to = …",
    "hours": 'hours = ["10:00-15:00"]',
    "field": 'field = "token"',
    "file": 'file = "form.secret"',
    "token_url": 'token_url = "https://…"',
}


def structure(data: Mapping[str, Any]) -> tuple[policy.Settings | None, list[Finding]]:
    """The settings that the tables say, or None and every reason why not."""
    whole = {"mailbox": [], "smtp": None, **data}
    try:
        return _converter().structure(whole, policy.Settings), []
    except BaseValidationError as error:
        return None, list(_find_faults(error, ()))


def key_of(cls: type, name: str) -> str:
    """The key in settings.toml that sets a field."""
    for base in cls.__mro__:
        if name in RENAMED.get(base, {}):
            return RENAMED[base][name]
    return name


def keys_of(cls: type) -> list[str]:
    """Every key that a table of settings.toml may hold, given the class it becomes."""
    return [key_of(cls, f.name) for f in fields(cls) if (cls, f.name) not in OMITTED]


def anchor(value: Any, root: Path) -> Any:
    """The same value with every relative path in it, and a relative database file, made absolute below `root`."""
    if isinstance(value, Path):
        return root / value
    if isinstance(value, policy.Database):
        return policy.Database(anchor_database(value.url, root))
    if isinstance(value, tuple):
        return tuple(anchor(item, root) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: anchor(getattr(value, f.name), root) for f in fields(value)})
    return value


@functools.cache
def _converter() -> Converter:
    converter = Converter(detailed_validation=True)
    for wanted, parse in PARSERS.items():
        if isinstance(wanted, type):
            converter.register_structure_hook(wanted, _hook(parse))
        else:
            converter.register_structure_hook_func(functools.partial(_is, wanted), _hook(parse))
    converter.register_structure_hook_factory(_is_tuple, lambda t: _tuple_hook(converter, t))
    converter.register_structure_hook_factory(_is_class, lambda t: _class_hook(converter, t))
    return converter


def _is(wanted: object, given: object) -> bool:
    return given == wanted


def _is_tuple(given: Any) -> bool:
    return given not in PARSERS and get_origin(given) is tuple


def _is_class(given: Any) -> bool:
    return given not in PARSERS and is_dataclass(given)


def _hook(parse: Callable[[Any], Any]) -> Hook:
    return lambda value, _: parse(value)


def _parse_path(value: object) -> Path:
    text = parse_text(value)
    if not text:
        raise UnfitError("is empty", "name a file")
    return Path(text)


def _parse_optional_path(value: object) -> Path | None:
    return None if value is None or value == "" else _parse_path(value)


PARSERS: Mapping[Any, Callable[[Any], Any]] = {
    str: parse_text,
    int: parse_integer,
    bool: parse_boolean,
    datetime: parse_moment,
    date: parse_date,
    timedelta: parse_duration,
    Path: _parse_path,
    Path | None: _parse_optional_path,
    policy.Rate: parse_rate,
    policy.Shift: parse_shift,
    tuple[policy.Shift, ...]: lambda value: check_shifts(each(parse_shift)(value)),
}
"""How each type of field is read, where no row of `fields.FIELDS` says better."""


def _tuple_hook(converter: Converter, wanted: Any) -> Hook:
    element = get_args(wanted)[0]
    hook = converter.get_structure_hook(element)
    parse = each(lambda item: hook(item, element))
    return lambda value, _: parse(value)


def _class_hook(converter: Converter, cls: type) -> Hook:
    inner: Hook = make_dict_structure_fn(
        cls,
        converter,
        _cattrs_forbid_extra_keys=True,
        _cattrs_detailed_validation=True,
        **{f.name: _overriding(converter, cls, f) for f in fields(cls)},
    )
    return lambda value, _: inner(expect_table(value), cls)


def _overriding(converter: Converter, cls: type, field: "Field[Any]") -> Any:
    parse = next((FIELDS[base][field.name] for base in cls.__mro__ if field.name in FIELDS.get(base, {})), None)
    if (cls, field.name) in NAMES:
        element = get_args(field.type)[1]
        inner: Hook = converter.get_structure_hook(element)
        parse = each_named(lambda item: inner(item, element), NAMES[cls, field.name])
    hook = _hook(parse) if parse else None
    return override(rename=key_of(cls, field.name), omit=True if (cls, field.name) in OMITTED else None, struct_hook=hook)


def _find_faults(error: Exception, key: Key) -> Iterator[Finding]:
    """Walk a tree of exceptions: each leaf is a fault, each branch a step of its key."""
    if isinstance(error, ForbiddenExtraKeysError):
        for name in sorted(error.extra_fields):
            yield (*key, name), "is not known", _place_name(name, error.cl)
    elif isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from _find_faults(inner, (*key, *_step(inner, error.cl)))
    elif isinstance(error, KeyError):
        name = str(key[-1])
        yield key, "is missing", f"add {EXAMPLES.get(name, name + ' = …')}"
    elif isinstance(error, UnfitError):
        yield key, error.message, _remedy(error, key)
    else:
        raise error


def _step(error: Exception, cls: type) -> Key:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return (key_of(cls, note.name),)
        if isinstance(note, IterableValidationNote):
            return (note.index,)
    return ()


def _remedy(error: UnfitError, key: Key) -> str:
    is_list = key in {(name,) for name in RENAMED[policy.Settings].values()}
    return f"write its header with two brackets: [[{key[0]}]]" if is_list else error.remedy


def _place_name(name: str, cls: type) -> str:
    """The remedy for a key that its table does not have."""
    known = keys_of(cls)
    home = next((owner for owner, names in _owners().items() if name in names), None)
    return suggest(name, known, f"it belongs to {home}" if home else f"the names known here are {', '.join(known)}")


@functools.cache
def _owners() -> Mapping[str, list[str]]:
    """The keys of each table, by the header that it has in settings.toml."""
    owners: dict[str, list[str]] = {}
    for field in fields(policy.Settings):
        for cls in _classes_in(field.type):
            key = key_of(policy.Settings, field.name)
            owners[f"[[{key}]]" if key != field.name else f"[{key}]"] = keys_of(cls)
    return owners


def _classes_in(annotation: Any) -> list[type]:
    if isinstance(annotation, UnionType) or get_origin(annotation) is tuple:
        return [cls for inner in get_args(annotation) for cls in _classes_in(inner)]
    return [annotation] if is_dataclass(annotation) and isinstance(annotation, type) else []
