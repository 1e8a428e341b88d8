"""Are the files there that the settings name? `check` asks before the daemon finds out at night."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from mailticket.model.policy import Mailbox, Relay, Settings
from mailticket.settings.faults import Fault, SettingsError
from mailticket.settings.secrets import is_exposed, read_keyring, read_password


def check_files(settings: Settings, environ: Mapping[str, str]) -> list[Fault]:
    """What is wrong with the files and variables that the settings name: missing ones (errors), secrets that others can read (warnings)."""
    second = settings.smtp.second if settings.smtp else None
    logins: list[Mailbox | Relay] = [*settings.mailboxes, *(relay for relay in (settings.smtp, second) if relay)]
    faults = [fault for login in logins for fault in _check_password(login.password_file, login.password_env, environ)]
    named = [settings.hours.sessions, *(login.ca_file for login in logins), *(form.secret.file for form in settings.forms if form.secret)]
    missing = [path for path in named if path and not path.is_file()]
    faults += [Fault("", str(path), "this file is missing", "make it, or take its key out") for path in missing]
    return faults + _check_keyring(settings.desk.secret_file) + list(_check_roads(settings))


def _check_roads(settings: Settings) -> Iterator[Fault]:
    place = str(settings.root / "settings.toml")
    if not settings.mailboxes:
        yield Fault("mailbox", place, "no mailbox is watched", "add a [[mailbox]], or bring mail in by import alone", "warning")
    if settings.smtp is None:
        yield Fault("smtp", place, "no relay takes our mail", "add [smtp]; until then everything waits in the outbox", "warning")


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
