"""The daemon as people start it: a process that says when it is ready, hears of mail by IDLE, and stops when it is told to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from mailticket.demo.letters import write
from mailticket.install import write_folder
from tests.servers import PASSWORD, DovecotServer, SmtpServer, wait_until

COMMAND = (sys.executable, "-m", "mailticket")


def make_folder(folder: Path, account: str, dovecot: DovecotServer, smtp: SmtpServer) -> dict[str, str]:
    """A desk's folder made by `init`'s own function; the environment in which its commands run."""
    user = account.replace("@", "%40")
    write_folder(
        folder,
        since=datetime(2026, 1, 1, tzinfo=UTC),
        address=account,
        imap=f"imap://{user}@127.0.0.1:{dovecot.port}/INBOX?tls=none",
        smtp=f"smtp://127.0.0.1:{smtp.port}?tls=none",
    )
    (folder / "imap.password").write_text(PASSWORD)
    (folder / "imap.password").chmod(0o600)
    (folder / "smtp.password").write_text(PASSWORD)
    (folder / "smtp.password").chmod(0o600)
    return {**os.environ, "MAILTICKET_SETTINGS": str(folder / "settings.toml")}


@contextmanager
def running(environ: dict[str, str], log: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """A daemon that has said `ready`; it is ended with the block."""
    with log.open("wb") as out:
        daemon = subprocess.Popen([*COMMAND, "run"], env=environ, stderr=out, start_new_session=True)
    try:
        wait_until(lambda: b"ready" in log.read_bytes() or daemon.poll() is not None, 30)
        assert daemon.poll() is None, log.read_text()
        yield daemon
    except AssertionError as failure:
        failure.add_note(f"the daemon's log:\n{log.read_text()}")
        raise
    finally:
        if daemon.poll() is None:
            daemon.kill()
        daemon.wait()


def test_daemon_serves_a_mail_and_stops(tmp_path: Path, dovecot: DovecotServer, smtp: SmtpServer) -> None:
    """After `ready` a delivered mail is acknowledged long before the next poll, and SIGTERM ends the daemon with exit status 0."""
    account = dovecot.account()
    environ = make_folder(tmp_path / "desk", account, dovecot, smtp)
    with running(environ, tmp_path / "log") as daemon:
        dovecot.deliver(account, write("noura@example.com", "hello", "My certificate has not arrived.", datetime.now(UTC), to=account))
        wait_until(lambda: any("noura@example.com" in one.recipients for one in smtp.accepted), 30)
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(30) == 0, (tmp_path / "log").read_text()
    listed = subprocess.run([*COMMAND, "ledger", "--json"], env=environ, capture_output=True, check=True)
    assert b'"missing": []' in listed.stdout
    assert b'"ticket": 1' in listed.stdout
