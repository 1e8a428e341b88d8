"""A PostgreSQL of our own for the tests: a throw-away cluster behind a socket in a folder of its own, gone when the tests end."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from tests.servers import wait_until

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB", "listen_addresses=")
_numbers = count(1)


def find_programs() -> Path | None:
    """The folder of initdb and postgres, the newest where there are several; None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found:
        return found[-1].parent
    here = shutil.which("postgres")
    return Path(here).resolve().parent if here else None


@contextmanager
def postgres_server(programs: Path) -> Iterator[Path]:
    """A running server; gives the folder of its socket. PostgreSQL refuses to run as root, so root starts it as another user."""
    folder = Path(tempfile.mkdtemp(prefix="mtpg", dir="/tmp"))
    user = pwd.getpwnam("postgres" if _has_user("postgres") else "nobody") if os.getuid() == 0 else None
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    make = ["-D", str(folder / "data"), "-U", "mt", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run([programs / "initdb", *make], check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)  # type: ignore[call-overload]  # the keywords are chosen at run time
    options = [word for setting in (*FAST, f"unix_socket_directories={folder}") for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([programs / "postgres", "-D", str(folder / "data"), *options], stdout=log, stderr=log, cwd=folder, start_new_session=True, **who)  # type: ignore[call-overload]  # the keywords are chosen at run time
    try:
        ready = [programs / "psql", "-h", str(folder), "-U", "mt", "-d", "postgres", "-c", "SELECT 1"]
        wait_until(lambda: subprocess.run(ready, capture_output=True, check=False).returncode == 0, 30)
        yield folder
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown
        server.wait()
        shutil.rmtree(folder)


def _has_user(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """The session's server, or a skip that says why there is none."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with postgres_server(programs) as folder:
        yield folder


@pytest.fixture
def postgres_url(postgres_folder: Path) -> str:
    """A new, empty database."""
    name = f"mt{next(_numbers)}"
    programs = find_programs()
    assert programs is not None
    subprocess.run([programs / "createdb", "-h", str(postgres_folder), "-U", "mt", name], check=True)
    return f"postgresql://mt@/{name}?host={postgres_folder}"
