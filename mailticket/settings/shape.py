"""Tables into values: cattrs walks the classes of the policy, and whatever it stumbles over comes back as a fault with its key.

Nothing is converted by good will: a number where text belongs is a fault, and so is a key that no field has.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

from cattrs import Converter
from cattrs.errors import AttributeValidationNote, BaseValidationError, ForbiddenExtraKeysError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, override

from mailticket.model import policy
from mailticket.settings import fields as rules
from mailticket.settings import servers, times, words
from mailticket.settings.document import read_scalar
from mailticket.settings.faults import Key, Unfit
from mailticket.settings.words import name_kind, suggest

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
        return None, list(_find_faults(error, (), policy.Settings))


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
        return policy.Database(servers.anchor_database(value.url, root))
    if isinstance(value, tuple):
        return tuple(anchor(item, root) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: anchor(getattr(value, f.name), root) for f in fields(value)})
    return value


@functools.cache
def _converter() -> Converter:
    converter = Converter(detailed_validation=True)
    for wanted, parse in PARSERS.items():
        converter.register_structure_hook_func(functools.partial(_is, wanted), _hook(parse))
    converter.register_structure_hook_factory(lambda t: get_origin(t) is tuple and t not in PARSERS, lambda t: _tuple_hook(converter, t))
    converter.register_structure_hook_factory(lambda t: is_dataclass(t) and t not in PARSERS, lambda t: _class_hook(converter, t))
    converter.register_structure_hook_factory(lambda t: get_origin(t) is Mapping, lambda t: _table_hook(converter, t))
    return converter


def _is(wanted: object, given: object) -> bool:
    return given == wanted


def _hook(parse: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda value, _: parse(value)


def _parse_path(value: object) -> Path:
    text = words.parse_text(value)
    if not text:
        raise Unfit("is empty", "name a file")
    return Path(text)


def _parse_optional_path(value: object) -> Path | None:
    return None if value is None or value == "" else _parse_path(value)


PARSERS: Mapping[Any, Callable[[Any], Any]] = {
    str: words.parse_text,
    int: lambda value: rules.parse_integer(read_scalar(value)),
    bool: lambda value: rules.parse_boolean(read_scalar(value)),
    datetime: lambda value: times.parse_moment(read_scalar(value)),
    date: lambda value: times.parse_date(read_scalar(value)),
    timedelta: times.parse_duration,
    Path: _parse_path,
    Path | None: _parse_optional_path,
    policy.Rate: times.parse_rate,
    policy.Shift: times.parse_shift,
    tuple[policy.Shift, ...]: lambda value: times.check_shifts(rules.each(times.parse_shift)(value)),
}
"""How each type of field is read, where no row of `fields.FIELDS` says better."""


def _tuple_hook(converter: Converter, wanted: Any) -> Callable[[Any, Any], Any]:
    element = get_args(wanted)[0]
    hook = converter.get_structure_hook(element)
    parse = rules.each(lambda item: hook(item, element))
    return lambda value, _: parse(value)


def _table_hook(converter: Converter, wanted: Any) -> Callable[[Any, Any], Any]:
    plain = dict[get_args(wanted)]  # type: ignore[misc]  # the arguments are known at run time only
    inner = converter.get_structure_hook(plain)
    return lambda value, _: inner(_expect_table(value), plain)


def _class_hook(converter: Converter, cls: type) -> Callable[[Any, Any], Any]:
    inner = make_dict_structure_fn(
        cls,
        converter,
        _cattrs_forbid_extra_keys=True,
        _cattrs_detailed_validation=True,
        **{f.name: _overriding(converter, cls, f) for f in fields(cls)},
    )
    return lambda value, _: inner(_expect_table(value), cls)


def _overriding(converter: Converter, cls: type, field: "Field[Any]") -> Any:
    parse = next((rules.FIELDS[base][field.name] for base in cls.__mro__ if field.name in rules.FIELDS.get(base, {})), None)
    names = rules.NAMES.get((cls, field.name))
    hook = _hook(parse) if parse else None
    if parse and field.type is int:
        hook = lambda value, _: parse(read_scalar(value))  # noqa: E731  # a def of its own would say no more
    if names:
        hook = _named_hook(converter.get_structure_hook(field.type), names)
    return override(rename=key_of(cls, field.name), omit=True if (cls, field.name) in OMITTED else None, struct_hook=hook)


def _named_hook(inner: Callable[[Any, Any], Any], names: tuple[str, ...]) -> Callable[[Any, Any], Any]:
    def hook(value: Any, wanted: Any) -> Any:
        for name in _expect_table(value):
            if name not in names:
                raise ForbiddenExtraKeysError("", dict, {name for name in value if name not in names})
        return inner(value, wanted)

    return hook


def _expect_table(value: Any) -> Mapping[str, Any]:
    if isinstance(value, list):
        raise Unfit("is a list of tables, not one table", "write its header with one bracket: [name], once")
    if not isinstance(value, Mapping):
        raise Unfit(f"is {name_kind(value)}, not a table", "write a table: { … = …, … = … }, or a header of its own")
    return value


def _find_faults(error: Exception, key: Key, cls: type) -> Iterator[Finding]:
    """Walk a tree of exceptions: each leaf is a fault, each branch a step of its key."""
    if isinstance(error, ForbiddenExtraKeysError):
        for name in sorted(error.extra_fields):
            yield (*key, name), *_refuse_name(name, error.cl if is_dataclass(error.cl) else None, key)
    elif isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from _find_faults(inner, (*key, *_step(inner, error.cl)), error.cl)
    elif isinstance(error, KeyError):
        name = str(key[-1])
        yield key, "is missing", f"add {EXAMPLES.get(name, name + ' = …')}"
    elif isinstance(error, Unfit):
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


def _remedy(error: Unfit, key: Key) -> str:
    is_list = key in {(name,) for name in RENAMED[policy.Settings].values()}
    return f"write its header with two brackets: [[{key[0]}]]" if is_list else error.remedy


def _refuse_name(name: str, cls: type | None, key: Key) -> tuple[str, str]:
    known = keys_of(cls) if cls else list(rules.FORM_FIELDS if key[-1:] == ("fields",) else rules.TARGETS)
    home = next((owner for owner, names in _owners().items() if name in names), None)
    otherwise = f"it belongs to {home}" if home and cls else f"the names known here are {', '.join(known)}"
    return "is not known", suggest(name, known, otherwise)


@functools.cache
def _owners() -> Mapping[str, list[str]]:
    """The keys of each table, by the header that it has in settings.toml."""
    owners: dict[str, list[str]] = {"the top of the file": []}
    for field in fields(policy.Settings):
        for cls in _classes_in(field.type):
            key = key_of(policy.Settings, field.name)
            owners[f"[[{key}]]" if key != field.name else f"[{key}]"] = keys_of(cls)
    return owners


def _classes_in(annotation: Any) -> list[type]:
    if isinstance(annotation, UnionType) or get_origin(annotation) is tuple:
        return [cls for inner in get_args(annotation) for cls in _classes_in(inner)]
    return [annotation] if is_dataclass(annotation) and isinstance(annotation, type) else []


def required_keys(cls: type) -> list[str]:
    """The keys that have no default."""
    return [key_of(cls, f.name) for f in fields(cls) if f.default is MISSING and f.default_factory is MISSING]
