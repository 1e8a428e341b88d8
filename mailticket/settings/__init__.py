"""settings.toml -> frozen Settings, or every fault at once with its key, its place and the remedy.

The road of a file: `document` reads it (and puts the environment over it), `shape` makes values of its tables by the rules in
`fields`, `relations` checks what must hold between keys, and here both lists of faults become one. Nobody else reads the file.
"""

from collections.abc import Mapping
from pathlib import Path

from mailticket.model.policy import Settings
from mailticket.settings.defaults import defaults_dir, read_rules, read_shipped_templates, read_snippets, read_templates
from mailticket.settings.document import read_document
from mailticket.settings.faults import Fault, SettingsError
from mailticket.settings.files import check_files
from mailticket.settings.logins import SECRET_SOON, logins_of
from mailticket.settings.relations import find_conflicts
from mailticket.settings.secrets import make_secret, read_form_secrets, read_keyring, read_password
from mailticket.settings.shape import anchor, structure
from mailticket.settings.times import format_duration, format_rate, parse_duration, parse_rate
from mailticket.settings.unread import unread_keys

__all__ = [
    "SECRET_SOON",
    "Fault",
    "SettingsError",
    "check_files",
    "defaults_dir",
    "find_settings",
    "format_duration",
    "format_rate",
    "load_settings",
    "logins_of",
    "make_secret",
    "parse_duration",
    "parse_rate",
    "read_form_secrets",
    "read_keyring",
    "read_password",
    "read_rules",
    "read_shipped_templates",
    "read_snippets",
    "read_templates",
    "unread_keys",
]


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """Read a settings.toml with MAILTICKET__… variables over it; paths come out absolute. Raises SettingsError with every fault."""
    document = read_document(path, environ)
    settings, findings = structure(document.data)
    findings += [found for found in find_conflicts(document.data) if found[0] not in {key for key, _, _ in findings}]
    findings.sort(key=lambda found: document.order(found[0]))
    faults = [*(document.fault(*found) for found in findings), *document.faults]
    if faults or settings is None:
        raise SettingsError(faults)
    anchored: Settings = anchor(settings, path.absolute().parent)
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
