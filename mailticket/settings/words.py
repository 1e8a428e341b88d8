"""Plain words of the settings: text, addresses, domains, choices.

Each `parse_` takes what TOML gave and returns the value, or raises UnfitError.
"""

import difflib
import ipaddress
import re
import zoneinfo
from collections.abc import Callable, Collection
from typing import Any

from mailticket.settings.faults import UnfitError, show

Parser = Callable[[Any], Any]

_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\]\\\x00-\x1f\x7f]{1,64}")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_KINDS = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a table"}


def name_kind(value: object) -> str:
    """What sort of TOML value that is, in words."""
    return next((name for kind, name in _KINDS.items() if isinstance(value, kind)), "a date or time")


def parse_text(value: object) -> str:
    """One line of text, without control characters: much of it ends up in mail headers."""
    if not isinstance(value, str):
        raise UnfitError(f"is {name_kind(value)}, not text", 'write text in quotes: "…"')
    if any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise UnfitError("holds a line break or another control character", "write it on one line")
    return str(value.strip())


def parse_address(value: object) -> str:
    """A mail address, in lower case, its domain as A-labels."""
    text = parse_text(value)
    local, at, domain = text.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or ".." in f".{local}.":
        raise UnfitError(f"{show(text)} is no mail address", 'write the bare address: "info@example.sa"')
    return f"{local.lower()}@{parse_domain(domain)}"


def parse_optional_address(value: object) -> str:
    """A mail address or "" for none."""
    return parse_address(value) if parse_text(value) else ""


def parse_domain(value: object) -> str:
    """A domain in lower case, as A-labels (RFC 5890 s.2.3.2.1)."""
    text = parse_text(value)
    try:
        domain = text.lower().encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if not all(_LABEL.fullmatch(label) for label in domain.split(".")):
        raise UnfitError(f"{show(text)} is no domain", 'write it as it stands after the @: "example.sa"')
    return domain


def parse_optional_domain(value: object) -> str:
    """A domain or "" for none."""
    return parse_domain(value) if parse_text(value) else ""


def parse_ip(value: object) -> str:
    """An IP address, in its short form."""
    text = parse_text(value)
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise UnfitError(f"{show(text)} is no IP address", 'write it in figures: "192.0.2.25"') from None


def parse_name(value: object) -> str:
    """The short name of a team, mailbox or form, as rules and commands write it."""
    text = parse_text(value)
    if not _NAME.fullmatch(text):
        raise UnfitError(f"{show(text)} is no short name", "use at most 32 of a-z, 0-9, - and _; what people read goes into title")
    return text


def parse_colour(value: object) -> str:
    """A colour "#rrggbb" that can be read on white and under white text: contrast of at least 4.5 (WCAG 2.1 s.1.4.3)."""
    text = parse_text(value)
    if not _COLOUR.fullmatch(text):
        raise UnfitError(f"{show(text)} is no colour", 'write "#" and six hexadecimal digits: "#0b6b5d"')
    contrast = 1.05 / (_luminance(text) + 0.05)
    if contrast < 4.5:
        raise UnfitError(f"{show(text)} is too pale: its contrast with white is {contrast:.1f}", "take a darker one, of at least 4.5")
    return text.lower()


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def parse_timezone(value: object) -> str:
    """The name of a time zone that this machine knows."""
    text = parse_text(value)
    known = zoneinfo.available_timezones()
    if text not in known:
        remedy = suggest(text, known, 'write it as in "Asia/Riyadh"; a machine that knows none needs tzdata')
        raise UnfitError(f"{show(text)} is no time zone that is known here", remedy)
    return text


def suggest(text: str, known: Collection[str], otherwise: str) -> str:
    """A remedy for a misspelt name: the nearest known one, or what else to do."""
    folded = {name.lower(): name for name in known}
    near = difflib.get_close_matches(text.lower(), folded, n=1, cutoff=0.7)
    return f'did you mean "{folded[near[0]]}"?' if near else otherwise


def one_of(*choices: str) -> Parser:
    """A parser for one of a few words."""

    def parse(value: object) -> str:
        text = parse_text(value)
        if text not in choices:
            listed = ", ".join(f'"{choice}"' for choice in choices)
            raise UnfitError(f"{show(text)} is not one of {listed}", suggest(text, choices, "write one of them"))
        return text

    return parse
