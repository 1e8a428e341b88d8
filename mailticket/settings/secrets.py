"""Secrets come from files or the environment, and are in no message: a fault here names the file and the remedy, never what is in it."""

import base64
import binascii
import re
import secrets
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from mailticket.model.policy import Form
from mailticket.model.token import Key, Keyring
from mailticket.settings.defaults import read_text
from mailticket.settings.faults import Fault, SettingsError

_KEY_ID = re.compile("[a-z0-9]")
_SHORTEST = 16


def make_secret() -> str:
    """A new random secret: 32 octets in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def is_exposed(path: Path) -> bool:
    """Whether others than the file's owner may read or write it."""
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def read_keyring(path: Path) -> Keyring:
    """The keys of a secret.key: a line each, `id base64secret`, the first signs. Raises SettingsError with every fault."""
    text = read_text(path, "make one with: mailticket init, or name it in desk.secret_file")
    faults = [Fault("", str(path), "others can read it", f"chmod 600 {path}")] if is_exposed(path) else []
    keys: list[Key] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            try:
                keys.append(_parse_key(line, {key.id for key in keys}))
            except ValueError as error:
                remedy = "a line is an id (one small letter or digit), a space, and a secret in base64"
                faults.append(Fault("", f"{path}:{number}", str(error), remedy))
    if not keys and not faults:
        faults.append(Fault("", str(path), "it holds no key", "make one with: mailticket init"))
    if faults:
        raise SettingsError(faults)
    return Keyring(keys)


def _parse_key(line: str, taken: set[str]) -> Key:
    name, _, encoded = line.strip().partition(" ")
    if not _KEY_ID.fullmatch(name):
        raise ValueError("no id stands at its head")
    if name in taken:
        raise ValueError(f"the id {name} stands twice")
    try:
        secret = base64.b64decode(encoded.strip(), validate=True)
    except binascii.Error:
        raise ValueError("its secret is no base64") from None
    if len(secret) < _SHORTEST:
        raise ValueError(f"its secret is shorter than {_SHORTEST} octets")
    return Key(name, secret)


def read_form_secrets(forms: Iterable[Form]) -> dict[str, tuple[str, ...]]:
    """The secrets of each form by its name, a line each. Raises SettingsError where a file is missing or empty."""
    found: dict[str, tuple[str, ...]] = {}
    for form in forms:
        if form.secret:
            text = read_text(form.secret.file, "write the form's secret into it, then chmod 600 it")
            found[form.name] = tuple(line.strip() for line in text.splitlines() if line.strip())
            if not found[form.name]:
                raise SettingsError([Fault("", str(form.secret.file), "it holds no secret", "write the form's secret into it")])
    return found


def read_password(password_file: Path | None, password_env: str, environ: Mapping[str, str], what: str = "password") -> str:
    """The password from a file (its first line) or a variable, "" when neither is named. Raises SettingsError when it is not there."""
    if password_file is not None:
        lines = read_text(password_file, f"write the {what} into it, then chmod 600 it").splitlines()
        password, place = (lines[0] if lines else ""), str(password_file)
    elif password_env:
        password, place = environ.get(password_env, ""), password_env
    else:
        return ""
    if not password:
        raise SettingsError([Fault("", place, f"it holds no {what}", f"write the {what} into it")])
    return password
