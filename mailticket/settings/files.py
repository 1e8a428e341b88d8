"""Are the files there that the settings name? `check` asks before the daemon finds out at night."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from mailticket.model.policy import Settings
from mailticket.settings.faults import Fault, SettingsError
from mailticket.settings.logins import check_oauth, logins_of
from mailticket.settings.secrets import is_exposed, read_keyring, read_password


def check_files(settings: Settings, environ: Mapping[str, str]) -> list[Fault]:
    """What is wrong with the files and variables that the settings name: missing ones (errors), secrets that others can read (warnings)."""
    logins = [login for _, login in logins_of(settings)]
    tables = {login.oauth: name for name, login in reversed([*logins_of(settings)]) if login.oauth}
    today = datetime.now(UTC).date()
    faults = [fault for login in logins for fault in _check_password(login.password_file, login.password_env, environ)]
    faults += [fault for table, name in reversed(tables.items()) for fault in check_oauth(name, table, environ, today)]
    secrets = [form.secret.file for form in settings.forms if form.secret]
    named = [settings.hours.sessions, *(one.ca_file for one in (*logins, *tables)), *secrets]
    missing = [path for path in named if path and not path.is_file()]
    faults += [Fault("", str(path), "this file is missing", "make it, or take its key out") for path in missing]
    return faults + _check_keyring(settings.desk.secret_file) + list(_check_roads(settings))


def _check_roads(settings: Settings) -> Iterator[Fault]:
    place = str(settings.root / "settings.toml")
    if not settings.mailboxes:
        yield Fault("mailbox", place, "no mailbox is watched", "add a [[mailbox]], or bring mail in by import alone", "warning")
    if settings.smtp is None:
        yield Fault("smtp", place, "no relay takes our mail", "add [smtp]; until then everything waits in the outbox", "warning")
    if not settings.desk.plus_addressing:
        said = "signatures travel in Message-IDs, and as codes in the subjects of confirmations and ratings"
        yield Fault("desk.plus_addressing", place, said, "set it to true where info+anything@ arrives in the mailbox", "info")


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
