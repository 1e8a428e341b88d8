"""A new desk's folder, and the wheel that brings what goes into it."""

import stat
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailticket.install import NAMES, write_folder
from mailticket.settings import SettingsError, check_files, defaults_dir, load_settings, read_keyring, read_rules, read_templates

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def test_a_new_folder_is_a_working_desk(tmp_path: Path) -> None:
    """What init writes loads, has rules, templates and a key of its own, and lacks nothing but the passwords."""
    folder = tmp_path / "new" / "desk"
    written = write_folder(folder, since=NOW, address="Help@example.edu.sa")
    assert {path.relative_to(folder).parts[0] for path in written} == set(NAMES)
    assert all(path.is_file() for path in written)
    settings = load_settings(folder / "settings.toml", {})
    assert settings.desk.address == "help@example.edu.sa"
    assert (settings.mailboxes[0].url.user, settings.mailboxes[0].url.host) == ("Help@example.edu.sa", "imap.example.edu.sa")
    assert settings.mailboxes[0].since == NOW
    assert settings.smtp is not None
    assert settings.smtp.url.host == "smtp.example.edu.sa"
    assert {Path(fault.place).name for fault in check_files(settings, {})} == {"imap.password", "smtp.password"}
    assert read_rules(settings).keys() == {name for name in read_rules(settings) if (defaults_dir() / "rules" / name).is_file()} != set()
    assert read_templates(settings)


def test_the_secret_is_the_owners_alone(tmp_path: Path) -> None:
    """secret.key has mode 0600, can be used, and no two desks share one."""
    for name in ("one", "other"):
        write_folder(tmp_path / name, since=NOW)
    secrets = [tmp_path / name / "secret.key" for name in ("one", "other")]
    assert {stat.S_IMODE(secret.stat().st_mode) for secret in secrets} == {0o600}
    one, other = (read_keyring(secret) for secret in secrets)
    assert not other.is_signed(one.sign(["x"]), ["x"])


def test_a_relay_without_login(tmp_path: Path) -> None:
    """A relay whose URL names no user is asked for no password; servers may be given as URLs or as bare hosts."""
    write_folder(tmp_path / "d", since=NOW, imap="mail.example.sa", smtp="smtp://127.0.0.1:2525?tls=none", language="en")
    settings = load_settings(tmp_path / "d" / "settings.toml", {})
    assert settings.smtp is not None
    assert (settings.smtp.url.port, settings.smtp.password_file) == (2525, None)
    assert (settings.mailboxes[0].url.host, settings.mailboxes[0].url.user) == ("mail.example.sa", "info@example.sa")
    assert settings.desk.language == "en"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    """Whatever lies there already is named, and nothing at all is written."""
    (tmp_path / name).write_text("mine")
    with pytest.raises(SettingsError, match=rf"{name}: this is here already; .*nothing was written"):
        write_folder(tmp_path, since=NOW)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_other_files_in_the_folder_do_not_matter(tmp_path: Path) -> None:
    """A folder that holds something else, such as the passwords, can become a desk."""
    (tmp_path / "imap.password").write_text("x")
    write_folder(tmp_path, since=NOW)
    assert (tmp_path / "imap.password").read_text() == "x"


def test_every_answer_that_does_not_fit_is_said(tmp_path: Path) -> None:
    """Faulty options are reported together, by their names, before anything is written."""
    with pytest.raises(SettingsError) as caught:
        write_folder(tmp_path / "d", since=NOW, address="nobody", imap="imaps://imap.example.sa", smtp="http://x", language="fr")
    assert [fault.place for fault in caught.value.faults] == ["--address", "--imap", "--smtp", "--language"]
    assert not (tmp_path / "d").exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A file in the way is an error with its name and a remedy, not a traceback."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"file.*choose a folder"):
        write_folder(tmp_path / "file" / "desk", since=NOW)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network."""
    top = Path(__file__).resolve().parents[1]
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(top)]
    done = subprocess.run(build, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_brings_the_defaults(wheel: Path) -> None:
    """The wheel has every module, the mark of typed packages, and the shipped settings, rules and templates; no tests."""
    names = set(zipfile.ZipFile(wheel).namelist())
    top = defaults_dir()
    shipped = [top / "settings.toml", *(path for kind in ("rules", "templates") for path in (top / kind).rglob("*") if path.is_file())]
    modules = (top / "mailticket").rglob("*.py")
    assert {f"mailticket/defaults/{path.relative_to(top).as_posix()}" for path in shipped if "__pycache__" not in path.parts} <= names
    assert {path.relative_to(top).as_posix() for path in modules} | {"mailticket/py.typed"} <= names
    assert not {name for name in names if name.startswith("tests")}


def test_a_desk_out_of_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """Installed away from any checkout, the program finds its defaults and makes a desk of them."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    script = (
        "import datetime, pathlib, sys; from mailticket.install import write_folder; from mailticket.settings import *;"
        "write_folder(pathlib.Path('desk'), since=datetime.datetime.now(datetime.UTC));"
        "print(defaults_dir(), load_settings(pathlib.Path('desk/settings.toml'), {}).desk.address)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == [str(tmp_path / "site" / "mailticket" / "defaults"), "info@example.sa"], done.stderr
