"""settings.toml -> frozen Settings, or every fault at once with its key, its place and the remedy.

The road of a file: `document` reads it (and puts the environment over it), `shape` makes values of its tables by the rules in
`fields`, `relations` checks what must hold between keys, and here both lists of faults become one. Nobody else reads the file.
"""

from collections.abc import Mapping
from pathlib import Path

from mailticket.model.policy import Settings
from mailticket.settings.defaults import defaults_dir, read_rules, read_templates
from mailticket.settings.document import read_document
from mailticket.settings.faults import Fault, SettingsError
from mailticket.settings.relations import find_conflicts
from mailticket.settings.secrets import is_exposed, make_secret, read_keyring, read_password
from mailticket.settings.shape import anchor, structure
from mailticket.settings.times import format_duration, format_rate, parse_duration, parse_rate
from mailticket.settings.unread import unread_keys

__all__ = [
    "Fault",
    "SettingsError",
    "check_files",
    "defaults_dir",
    "find_settings",
    "format_duration",
    "format_rate",
    "load_settings",
    "make_secret",
    "parse_duration",
    "parse_rate",
    "read_keyring",
    "read_password",
    "read_rules",
    "read_templates",
    "unread_keys",
]


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """Read a settings.toml with MAILTICKET__… variables over it; paths come out absolute. Raises SettingsError with every fault."""
    document = read_document(path, environ)
    settings, findings = structure(document.data)
    findings += [found for found in find_conflicts(document.data) if found[0] not in {key for key, _, _ in findings}]
    faults = [*document.faults, *(document.fault(*found) for found in findings)]
    if faults or settings is None:
        raise SettingsError(faults)
    anchored: Settings = anchor(settings, path.resolve().parent)
    return anchored


def find_settings(option: str | None, environ: Mapping[str, str]) -> Path:
    """The settings.toml to use: --settings, or MAILTICKET_SETTINGS, or the one in the working folder; a folder means the file in it.

    Raises SettingsError when it is not there.
    """
    named = option or environ.get("MAILTICKET_SETTINGS") or "settings.toml"
    path = Path(named)
    if path.is_dir():
        path /= "settings.toml"
    if not path.is_file():
        remedy = "make a folder with: mailticket init DIR, then use --settings DIR/settings.toml, MAILTICKET_SETTINGS, or cd DIR"
        raise SettingsError([Fault("", str(path), "there are no settings here", remedy)])
    return path


def check_files(settings: Settings, environ: Mapping[str, str]) -> list[Fault]:
    """What is wrong with the files and variables that the settings name: missing ones (errors), secrets that others can read (warnings)."""
    logins = [*settings.mailboxes, *([settings.smtp] if settings.smtp else [])]
    if settings.smtp and settings.smtp.second:
        logins.append(settings.smtp.second)
    faults: list[Fault] = []
    for login in logins:
        faults += _check_password(login.password_file, login.password_env, environ)
    named = [settings.hours.sessions, *(login.ca_file for login in logins)]
    faults += [Fault("", str(path), "this file is missing", "make it, or take its key out") for path in named if path and not path.is_file()]
    if not settings.mailboxes:
        faults.append(Fault("mailbox", str(settings.root / "settings.toml"), "no mailbox is watched", "add a [[mailbox]], or use import only", "warning"))
    return faults + _check_keyring(settings.desk.secret_file)


def _check_password(file: Path | None, variable: str, environ: Mapping[str, str]) -> list[Fault]:
    try:
        read_password(file, variable, environ)
    except SettingsError as error:
        return list(error.faults)
    return [Fault("", str(file), "others can read this password", f"chmod 600 {file}", "warning")] if file and is_exposed(file) else []


def _check_keyring(path: Path) -> list[Fault]:
    try:
        read_keyring(path)
    except SettingsError as error:
        return list(error.faults)
    return []
