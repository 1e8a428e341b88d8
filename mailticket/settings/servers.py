"""Servers as URLs: who, where, and how it is kept from eavesdroppers. TLS is not a choice except on this very machine."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from mailticket.model.policy import Server
from mailticket.settings.faults import UnfitError, show
from mailticket.settings.words import Parser, parse_domain, parse_text

PORTS: Mapping[str, int] = {"imaps": 993, "imap": 143, "smtps": 465, "smtp": 587}
"""RFC 8314 s.7.3 and RFC 6409: the schemes that we speak, and where they live unless the URL says."""
SECURE: Mapping[str, str] = {"imap": "imaps", "smtp": "smtps"}
_EXAMPLES = {"imap": "imaps://info%40example.sa@imap.example.sa:993/INBOX", "smtp": "smtps://info%40example.sa@smtp.example.sa:465"}


def server_of(kind: str) -> Parser:
    """A parser for the URL of an "imap" or an "smtp" server."""
    schemes, example = (kind, SECURE[kind]), f'write it as in "{_EXAMPLES[kind]}"'

    def parse(value: object) -> Server:
        parts = _split(parse_text(value), example)
        if parts.scheme not in schemes:
            raise UnfitError(f"{show(parts.scheme)} is no scheme of this server", example)
        if parts.password is not None:
            raise UnfitError("a password stands in the URL", "move it into a file that password_file names (in a user's name, : is %3A)")
        if not parts.hostname:
            raise UnfitError("the URL names no host", example)
        host = _parse_host(parts.hostname)
        folder = unquote(parts.path.lstrip("/"))
        if folder and kind == "smtp":
            raise UnfitError(f"{show(folder)} after the host means nothing to an SMTP server", example)
        port = parts.port or PORTS[parts.scheme]
        user = parse_text(unquote(parts.username or ""))
        return Server(parts.scheme, host, port, user, _choose_tls(parts, host), (parse_text(folder) or "INBOX") if kind == "imap" else "")

    return parse


def _split(text: str, remedy: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port  # is read here because it raises for itself
    except ValueError as error:
        raise UnfitError(f"this is no URL ({error})", remedy) from None
    if not parts.netloc or parts.fragment:
        raise UnfitError("this is no URL of a server", remedy)
    return parts


def _parse_host(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return parse_domain(host)  # not a number, so it is a name


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself: localhost, 127.0.0.0/8 or ::1."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")  # RFC 6761 s.6.3


def _choose_tls(parts: SplitResult, host: str) -> str:
    query = parse_qs(parts.query, keep_blank_values=True)
    if not query:
        return "implicit" if parts.scheme in SECURE.values() else "starttls"
    if query != {"tls": ["none"]}:
        raise UnfitError(f"{show(parts.query)} is not understood", 'only "?tls=none" may stand there, and only for this machine')
    if parts.scheme in SECURE.values():
        raise UnfitError(f"{parts.scheme} is TLS, and ?tls=none denies it", f"write {parts.scheme[:-1]}:// or take ?tls=none out")
    if not is_loopback(host):
        message = f"{show(host)} is not this machine, and mail does not cross a network in the clear"
        raise UnfitError(message, "take ?tls=none out: TLS is then used and checked")
    return "none"


def parse_database(value: object) -> str:
    """sqlite:///FILE or postgresql://USER@HOST/NAME."""
    text = parse_text(value)
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and rest.strip("/"):
        return text
    if scheme in ("postgresql", "postgres") and _names_database(text):
        return text
    raise UnfitError("this is no URL of a database", 'write "sqlite:///mailticket.db" or "postgresql://user@host/name"')


def _names_database(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for itself
    except ValueError:
        return False
    return bool(parts.path.strip("/"))


def anchor_database(url: str, root: Path) -> str:
    """The URL with a relative SQLite file made absolute below `root`."""
    name = url.removeprefix("sqlite:///")
    if name == url or name == ":memory:":
        return url
    return f"sqlite:///{root / name}"
