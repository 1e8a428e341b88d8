"""A working folder for a new desk: settings.toml, rules/, templates/ and a secret of its own; never over what lies there.

The settings are the shipped file with the desk's own address, servers and moment put into their lines, so that every comment of the
reference is at hand where it is needed.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from mailticket.settings import Fault, SettingsError, defaults_dir, make_secret
from mailticket.settings.defaults import list_files, read_text
from mailticket.settings.faults import UnfitError
from mailticket.settings.fields import LANGUAGE
from mailticket.settings.servers import server_of
from mailticket.settings.words import Parser, parse_address

NAMES = ("settings.toml", "secret.key", "rules", "templates")
_KEY_HEAD = """\
# The secrets that sign this desk's addresses and Message-IDs. Keep a copy with the backup, and show it to nobody.
# A line is an id (one small letter or digit) and a secret. The first line signs, all are accepted: to change the secret,
# put a new line with another id above the old one, and take the old one out a few weeks later.
"""


def write_folder(
    folder: Path,
    *,
    since: datetime,
    address: str | None = None,
    imap: str | None = None,
    smtp: str | None = None,
    language: str | None = None,
) -> list[Path]:
    """Make a desk's folder and give the paths written. `since` (aware) parts backlog from new mail; `imap` and `smtp` are URLs or hosts.

    Raises SettingsError when an answer does not fit, when something of the sort lies there already, or when it cannot be written.
    """
    values = _choose_values(since, address, imap, smtp, language)
    taken = [folder / name for name in NAMES if (folder / name).exists()]
    if taken:
        remedy = "choose another folder, or move it away: nothing was written"
        raise SettingsError(Fault("", str(path), "this is here already", remedy) for path in taken)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return list(_write(folder, values))
    except OSError as error:
        place = str(error.filename or folder)
        raise SettingsError([Fault("", place, f"cannot be written ({error.strerror})", "choose a folder that you may write to")]) from None


def _choose_values(since: datetime, address: str | None, imap: str | None, smtp: str | None, language: str | None) -> Mapping[str, str]:
    """The text that comes into the place of each text of the shipped file; raises SettingsError for every answer that does not fit."""
    email, domain = address or "info@example.sa", (address or "info@example.sa").rpartition("@")[2]
    user = quote(email, safe="")
    faults = [
        *_find_fault("--address", email, parse_address),
        *_find_fault("--imap", url_imap := _complete(imap, f"imaps://{user}@", f"imap.{domain}:993/INBOX"), _parse_imap),
        *_find_fault("--smtp", url_smtp := _complete(smtp, f"smtps://{user}@", f"smtp.{domain}:465"), server_of("smtp")),
        *_find_fault("--language", language or "ar", LANGUAGE),
    ]
    if faults:
        raise SettingsError(faults)
    anonymous = {} if server_of("smtp")(url_smtp).user else {'password_file = "smtp.password"': '#password_file = "smtp.password"'}
    return {
        **anonymous,
        '"info@example.sa"': f'"{parse_address(email)}"',
        '"imaps://info%40example.sa@imap.example.sa:993/INBOX"': f'"{url_imap}"',
        '"smtps://info%40example.sa@smtp.example.sa:465"': f'"{url_smtp}"',
        'language = "ar"': f'language = "{language or "ar"}"',
        "since = 2026-11-23T00:00:00Z": f"since = {since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }


def _parse_imap(value: object) -> object:
    server = server_of("imap")(value)
    if not server.user:
        raise UnfitError("the URL names no user", 'write who logs in before the host, @ as %40: "imaps://info%40example.sa@…"')
    return server


def _complete(given: str | None, login: str, otherwise: str) -> str:
    """A whole URL out of a URL, a bare host or nothing."""
    return given if given and "://" in given else login + (given or otherwise)


def _find_fault(option: str, value: str, parse: Parser) -> Iterator[Fault]:
    try:
        parse(value)
        if re.search(r'["\\]', value):
            raise UnfitError("it holds a quotation mark or a backslash", "write that as %22 or %5C")
    except UnfitError as error:
        yield Fault("", option, error.message, error.remedy)


def _write(folder: Path, values: Mapping[str, str]) -> Iterator[Path]:
    settings = read_text(defaults_dir() / "settings.toml", "install mailticket again")
    for shipped, own in values.items():
        settings = settings.replace(shipped, own)
    secret = folder / "secret.key"
    secret.touch(mode=0o600, exist_ok=False)  # before anything is in it
    secret.write_text(f"{_KEY_HEAD}a {make_secret()}\n", encoding="utf-8")
    yield secret
    for kind in ("rules", "templates"):
        for name, path in list_files(defaults_dir() / kind).items():
            yield _write_new(folder / kind / name, path.read_bytes())
    yield _write_new(folder / "settings.toml", settings.encode())  # last: the folder is whole as soon as this stands


def _write_new(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
