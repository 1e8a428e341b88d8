"""The daemon as people start it: a process that says when it is ready, hears of mail by IDLE, and stops when it is told to."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailticket.demo.letters import read, write
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
def running(environ: dict[str, str], log: Path, *, word: bytes = b"ready", before: str = "") -> "Iterator[subprocess.Popen[bytes]]":
    """A daemon that has said `ready`, or another word; it is ended with the block. `before` is code that it runs first."""
    command = [sys.executable, "-c", f"{before}\nfrom mailticket.cli import main\nmain()"] if before else COMMAND
    with log.open("wb") as out:
        daemon = subprocess.Popen([*command, "run"], env=environ, stdin=subprocess.PIPE, stderr=out, start_new_session=True)
    try:
        wait_until(lambda: word in log.read_bytes() or daemon.poll() is not None, 30)
        assert daemon.poll() is None, log.read_text()
        yield daemon
    except AssertionError as failure:
        failure.add_note(f"the daemon's log:\n{log.read_text()}")
        raise
    finally:
        if daemon.poll() is None:
            daemon.kill()
        daemon.communicate()


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


# --- killed -----------------------------------------------------------------------------------------------------------------------

COUNT = 25
QUICK = """
from datetime import timedelta
import mailticket.daemon.service
import mailticket.rounds.deliver
mailticket.daemon.service.POST_SECONDS = 0.3
mailticket.rounds.deliver.LEASE = timedelta(seconds=0.5)
"""
HALT = QUICK + """
import sys
def halt(*_):
    print("HALT", file=sys.stderr, flush=True)
    sys.stdin.read()
"""
AFTER_COMMIT = HALT + """
from mailticket.edges.imap import ImapSource
ImapSource.mark_done = halt
"""
IN_THE_BATCH = HALT + """
from mailticket.edges.batch import Batch
commit, calls = Batch.commit, []
def committed(*args):
    calls.append(commit(*args))
    if len(calls) == 12:
        halt()
Batch.commit = committed
"""
BEFORE_SENDING = HALT + """
from mailticket.edges.smtp import SmtpSink
send, calls = SmtpSink.send, []
async def sent(*args):
    calls.append(1)
    if len(calls) == 5:
        halt()
    return await send(*args)
SmtpSink.send = sent
"""


@pytest.fixture
def crowd(tmp_path: Path, dovecot: DovecotServer, smtp: SmtpServer) -> tuple[str, dict[str, str]]:
    """A mailbox with mails of as many people, and a desk on it that moves what is done: the account and the daemon's environment."""
    account, now = dovecot.account(), datetime.now(UTC)
    environ = make_folder(tmp_path / "desk", account, dovecot, smtp)
    raws = [write(f"person{n}@example.com", f"hello {n}", "My certificate has not arrived.", now, to=account) for n in range(COUNT)]
    dovecot.deliver_many(account, raws)
    return account, {**environ, "MAILTICKET__MAILBOX__0__DONE_FOLDER": "Done"}


def acknowledged(smtp: SmtpServer) -> dict[str, set[str]]:
    """The Message-IDs that each requester was sent: a mail that went twice has one."""
    found: dict[str, set[str]] = {}
    for one in list(smtp.accepted):
        for person in one.recipients:
            if person.startswith("person"):
                found.setdefault(person, set()).add(str(read(one.raw)["Message-ID"]))
    return found


def stands(dovecot: DovecotServer, account: str, folder: str) -> list[str]:
    """The Message-IDs of a folder, sorted."""
    with dovecot.client(account) as client:
        client.select_folder(folder, readonly=True)
        mails = client.fetch(client.search("ALL"), ["BODY.PEEK[]"]).values()
    return sorted(str(read(data[b"BODY[]"])["Message-ID"]) for data in mails)


def check_served(account: str, environ: dict[str, str], dovecot: DovecotServer, smtp: SmtpServer, log: Path) -> None:
    """A new daemon ends the work: one row and one ticket a mail, one acknowledgement a person, every mail moved once."""
    with running(environ, log, before=QUICK):
        wait_until(lambda: len(acknowledged(smtp)) == COUNT, 30)
        wait_until(lambda: stands(dovecot, account, "INBOX") == [], 30)
    assert [len(ids) for ids in acknowledged(smtp).values()] == [1] * COUNT
    moved = stands(dovecot, account, "Done")
    assert len(moved) == len(set(moved)) == COUNT
    listed = subprocess.run([*COMMAND, "ledger", "--json"], env=environ, capture_output=True, check=True)
    found = json.loads(listed.stdout)
    assert (found["mails"], found["outcomes"], found["missing"]) == (COUNT, {"ticket": COUNT}, [])


@pytest.mark.parametrize("before", [AFTER_COMMIT, IN_THE_BATCH, BEFORE_SENDING], ids=["before the mark", "in a batch", "before sending"])
def test_killed_daemon_loses_nothing(
    crowd: tuple[str, dict[str, str]], tmp_path: Path, dovecot: DovecotServer, smtp: SmtpServer, before: str
) -> None:
    """After SIGKILL at its worst moments the next daemon leaves every mail with one row, one acknowledgement, and in its place."""
    account, environ = crowd
    with running(environ, tmp_path / "first.log", word=b"HALT", before=before) as daemon:
        daemon.kill()
    check_served(account, environ, dovecot, smtp, tmp_path / "second.log")


@pytest.mark.parametrize("seed", range(2))
def test_daemon_killed_at_any_moment_loses_nothing(
    crowd: tuple[str, dict[str, str]], tmp_path: Path, dovecot: DovecotServer, smtp: SmtpServer, seed: int
) -> None:
    """Daemons that are killed again and again while they work lose and double nothing."""
    account, environ = crowd
    chance = random.Random(seed)
    for turn in range(2):
        sent = len(smtp.accepted)
        with running(environ, tmp_path / f"{turn}.log", before=QUICK) as daemon:
            enough = min(sent + chance.randrange(1, 12), 2 * COUNT)
            wait_until(lambda enough=enough: len(smtp.accepted) >= enough, 30)
            daemon.kill()
    check_served(account, environ, dovecot, smtp, tmp_path / "last.log")
