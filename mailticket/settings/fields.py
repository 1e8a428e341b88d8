"""Which value fits which key: a table by class and field, beyond what the field's type says by itself."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import holidays
from cattrs.errors import IterableValidationError, IterableValidationNote

from mailticket.model import policy
from mailticket.model.ticket import Channel, Priority
from mailticket.settings import servers, times, words
from mailticket.settings.faults import Unfit, show
from mailticket.settings.words import Parser, name_kind, parse_text, suggest

TARGETS = ("default", *Priority, *Channel, "oversight")
"""The names that [targets] may hold."""
FORM_FIELDS = ("name", "email", "phone", "type", "text", "subject")
"""What a form's labels may stand for."""
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def each(parse: Parser) -> Parser:
    """A parser for lists; it reads on after a fault and reports each element with its index."""

    def parse_list(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Unfit(f"is {name_kind(value)}, not a list", 'write a list: ["…", "…"], or [] for none')
        results, faults = [], []
        for index, item in enumerate(value):
            try:
                results.append(parse(item))
            except Exception as fault:  # whatever is wrong with an element is reported with its index by the caller
                fault.add_note(IterableValidationNote("", index, None))
                faults.append(fault)
        if faults:
            raise IterableValidationError("", faults, tuple)
        return tuple(results)

    return parse_list


def _between(least: int, most: int) -> Parser:
    def parse(value: object) -> int:
        number = parse_integer(value)
        if not least <= number <= most:
            raise Unfit(f"{number} is out of bounds", f"write a number from {least} to {most}")
        return number

    return parse


def parse_integer(value: object) -> int:
    """A whole number; true and false are none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unfit(f"is {name_kind(value)}, not a whole number", "write the number without quotes")
    return value


def parse_boolean(value: object) -> bool:
    """True or false, nothing that looks like it."""
    if not isinstance(value, bool):
        raise Unfit(f"is {name_kind(value)}, not true or false", "write true or false, without quotes")
    return value


def _parse_country(value: object) -> str:
    text = parse_text(value)
    known = holidays.list_supported_countries()
    if text and text not in known:
        raise Unfit(f"{show(text)} is no country whose holidays are known", suggest(text, known, 'write its two letters, "SA", or "" for none'))
    return text


def _parse_variable(value: object) -> str:
    text = parse_text(value)
    if text and not _VARIABLE.fullmatch(text):
        raise Unfit("this is no name of an environment variable", 'write the variable\'s name, "IMAP_PASSWORD", never the password itself')
    return text


def _parse_https(value: object) -> str:
    text = parse_text(value)
    if not re.match(r"https://[^/\s]+|http://(127\.0\.0\.1|localhost|\[::1\])[:/]", text):
        raise Unfit("this is no https:// address", "take it from your provider's documentation")
    return text


LANGUAGE = words.one_of("ar", "en")
_MAILBOX_LANGUAGE = words.one_of("", "ar", "en")
_SECONDS = times.at_least("1s")

FIELDS: Mapping[type, Mapping[str, Callable[[Any], Any]]] = {
    policy.Desk: {
        "address": words.parse_address,
        "aliases": each(words.parse_address),
        "language": LANGUAGE,
        "timezone": words.parse_timezone,
        "oversight": each(words.parse_domain),
        "accent": words.parse_colour,
    },
    policy.Mailbox: {
        "name": words.parse_name,
        "url": servers.server_of("imap"),
        "password_env": _parse_variable,
        "poll": _SECONDS,
        "team": words.parse_name,
        "language": _MAILBOX_LANGUAGE,
        "max_size": _between(10_000, 1_000_000_000),
    },
    policy.Relay: {
        "url": servers.server_of("smtp"),
        "password_env": _parse_variable,
        "connections": _between(1, 100),
    },
    policy.OAuth: {
        "token_url": _parse_https,
        "flow": words.one_of("client_credentials", "refresh_token"),
    },
    policy.Database: {"url": servers.parse_database},
    policy.Acknowledge: {"within": _SECONDS, "max_age": _SECONDS},
    policy.Hours: {"holidays": _parse_country},
    policy.Target: {"first_response": _SECONDS, "resolution": _SECONDS},
    policy.Team: {
        "name": words.parse_name,
        "level": _between(1, 2),
        "address": words.parse_optional_address,
        "assign": words.one_of("none", "round_robin", "least_loaded"),
    },
    policy.Agent: {
        "email": words.parse_address,
        "addresses": each(words.parse_address),
        "level": _between(1, 2),
        "notices": words.one_of("every", "mine", "morning"),
    },
    policy.Form: {"name": words.parse_name, "sender": words.parse_address},
    policy.DigestTimes: {
        "daily": times.parse_clock,
        "weekly": times.parse_weekly,
        "monthly": times.parse_monthly,
        "supervisors": each(words.parse_address),
    },
    policy.Retention: {"mail": times.at_least("1d"), "quarantine": times.at_least("1d")},
}
"""By class and field; a field that is not here is read as its type says."""

NAMES: Mapping[tuple[type, str], tuple[str, ...]] = {
    (policy.Settings, "targets"): TARGETS,
    (policy.Form, "fields"): FORM_FIELDS,
}
"""The names that a table of free shape may hold."""
