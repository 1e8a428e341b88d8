"""Which value fits which key: a table by class and field, beyond what the field's type says by itself."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import holidays
from cattrs.errors import BaseValidationError, IterableValidationError, IterableValidationNote

from mailticket.model import policy
from mailticket.model.ticket import Channel, Priority
from mailticket.settings.environment import read_scalar
from mailticket.settings.faults import UnfitError, show
from mailticket.settings.servers import parse_database, server_of
from mailticket.settings.times import at_least, at_most, parse_clock, parse_monthly, parse_weekly
from mailticket.settings.words import (
    Parser,
    name_kind,
    one_of,
    parse_address,
    parse_colour,
    parse_domain,
    parse_ip,
    parse_name,
    parse_optional_address,
    parse_optional_domain,
    parse_text,
    parse_timezone,
    suggest,
)

TARGETS = ("default", *Priority, *Channel, "oversight")
"""The names that [targets] may hold."""
FORM_FIELDS = ("name", "email", "phone", "type", "text", "subject")
"""What a form's labels may stand for."""
_HTTPS = re.compile(r"(?:https://[\w.-]+|http://(?:127\.0\.0\.1|localhost|\[::1\]))(?::\d{1,5})?(?:/[!-~]*)?", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def each(parse: Parser) -> Parser:
    """A parser for lists; it reads on after a fault and reports each element with its index."""

    def parse_list(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise UnfitError(f"is {name_kind(value)}, not a list", 'write a list: ["…", "…"], or [] for none')
        return tuple(_collect(enumerate(value), lambda _, item: parse(item)))

    return parse_list


def each_named(parse: Parser, known: tuple[str, ...]) -> Parser:
    """A parser for tables that hold one sort of value under names of a known set."""

    def parse_one(name: str | int, item: object) -> tuple[str, Any]:
        if name not in known:
            raise UnfitError("is not known", suggest(str(name), known, f"the names known here are {', '.join(known)}"))
        return str(name), parse(item)

    return lambda value: dict(_collect(expect_table(value).items(), parse_one))


def _collect(items: Iterable[tuple[str | int, Any]], parse: Callable[[str | int, Any], Any]) -> list[Any]:
    results, faults = [], []
    for index, item in items:
        try:
            results.append(parse(index, item))
        except (UnfitError, BaseValidationError) as fault:
            fault.add_note(IterableValidationNote("", index, None))
            faults.append(fault)
    if faults:
        raise IterableValidationError("", faults, list)
    return results


def expect_table(value: Any) -> Mapping[str, Any]:
    """The value, when it is a table; raises UnfitError with the way to write one."""
    if isinstance(value, list):
        raise UnfitError("is a list of tables, not one table", "write its header with one bracket: [name], once")
    if not isinstance(value, Mapping):
        raise UnfitError(f"is {name_kind(value)}, not a table", "write a table: { … = …, … = … }, or a header of its own")
    return value


def _between(least: int, most: int) -> Parser:
    def parse(value: object) -> int:
        number = parse_integer(value)
        if not least <= number <= most:
            raise UnfitError(f"{number} is out of bounds", f"write a number from {least} to {most}")
        return number

    return parse


def parse_integer(value: object) -> int:
    """A whole number; true and false are none."""
    value = read_scalar(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnfitError(f"is {name_kind(value)}, not a whole number", "write the number without quotes")
    return value


def parse_boolean(value: object) -> bool:
    """True or false, nothing that looks like it."""
    value = read_scalar(value)
    if not isinstance(value, bool):
        raise UnfitError(f"is {name_kind(value)}, not true or false", "write true or false, without quotes")
    return value


def _parse_country(value: object) -> str:
    text = parse_text(value)
    known = holidays.list_supported_countries()
    if text and text not in known:
        remedy = suggest(text, known, 'write its two letters, "SA", or "" for none')
        raise UnfitError(f"{show(text)} is no country whose holidays are known", remedy)
    return text


def _parse_variable(value: object) -> str:
    text = parse_text(value)
    if text and not _VARIABLE.fullmatch(text):
        raise UnfitError("this is no name of an environment variable", 'write a name such as "IMAP_PASSWORD", never the password')
    return text


def _parse_https(value: object) -> str:
    text = parse_text(value)
    if not _HTTPS.fullmatch(text):
        raise UnfitError("this is no https:// address", "take it from your provider's documentation")
    return text


def _parse_optional_https(value: object) -> str:
    return _parse_https(value) if value != "" else ""


def _parse_client_id(value: object) -> str:
    text = parse_text(value)
    if not text:
        raise UnfitError("is empty", "write the name under which the provider knows this program")
    return text


LANGUAGE = one_of("ar", "en")
_MAILBOX_LANGUAGE = one_of("", "ar", "en")
_SECONDS = at_least("1s")

FIELDS: Mapping[type, Mapping[str, Callable[[Any], Any]]] = {
    policy.Desk: {
        "address": parse_address,
        "aliases": each(parse_address),
        "language": LANGUAGE,
        "timezone": parse_timezone,
        "oversight": each(parse_domain),
        "accent": parse_colour,
        "bundle": at_most("1h"),
    },
    policy.Mailbox: {
        "name": parse_name,
        "url": server_of("imap"),
        "password_env": _parse_variable,
        "poll": _SECONDS,
        "team": parse_name,
        "language": _MAILBOX_LANGUAGE,
        "max_size": _between(10_000, 1_000_000_000),
    },
    policy.Relay: {
        "url": server_of("smtp"),
        "password_env": _parse_variable,
        "connections": _between(1, 100),
        "max_size": _between(0, 1_000_000_000),
    },
    policy.OAuth: {
        "token_url": _parse_https,
        "device_url": _parse_optional_https,
        "client_id": _parse_client_id,
        "client_secret_env": _parse_variable,
        "flow": one_of("client_credentials", "refresh_token"),
    },
    policy.Database: {"url": parse_database},
    policy.Acknowledge: {"within": _SECONDS, "max_age": _SECONDS},
    policy.Hours: {"holidays": _parse_country},
    policy.Target: {"first_response": _SECONDS, "resolution": _SECONDS},
    policy.Team: {
        "name": parse_name,
        "level": _between(1, 2),
        "address": parse_optional_address,
        "assign": one_of("none", "round_robin", "least_loaded"),
    },
    policy.Agent: {
        "email": parse_address,
        "addresses": each(parse_address),
        "level": _between(1, 2),
        "notices": one_of("every", "mine", "morning"),
    },
    policy.Form: {"name": parse_name, "sender": parse_address, "dkim": parse_optional_domain, "relay": each(parse_ip)},
    policy.DigestTimes: {
        "daily": parse_clock,
        "weekly": parse_weekly,
        "monthly": parse_monthly,
        "supervisors": each(parse_address),
    },
    policy.Retention: {"mail": at_least("1d"), "quarantine": at_least("1d")},
}
"""By class and field; a field that is not here is read as its type says."""

NAMES: Mapping[tuple[type, str], tuple[str, ...]] = {
    (policy.Settings, "targets"): TARGETS,
    (policy.Form, "fields"): FORM_FIELDS,
}
"""The names that a table of free shape may hold."""
