"""The watcher wakes at once for new mail, outlives what happens to its connection, and ends when it is told to."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from mailticket.edges import idle
from mailticket.edges.idle import BACK_OFF, IdleWatcher, pause
from mailticket.edges.imap import ImapSource
from mailticket.model.policy import Mailbox, Server
from tests.servers import PASSWORD, DovecotServer, demo_imap_server, dovecot_server, imap_script, is_listening, wait_until, why_no_dovecot

MAIL = b"Subject: hello\r\n\r\nbody\r\n"


class Ear:
    """A watcher and the moments at which it woke us."""

    def __init__(self, server: Server, *, password: str = PASSWORD, renew: float = 540, **more: object) -> None:
        self.woken: list[float] = []
        mailbox = replace(Mailbox("info", server), **more)  # type: ignore[arg-type]  # fields of Mailbox, in the tests' own hands
        self.watcher = IdleWatcher(mailbox, password, lambda: self.woken.append(time.monotonic()), timeout=5, renew=renew)

    def __enter__(self) -> "Ear":
        self.watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.watcher.stop()
        assert not self.watcher._thread.is_alive()

    def forget(self) -> None:
        """Waits for the waking that every connection begins with, and forgets it."""
        wait_until(lambda: self.woken)
        self.woken.clear()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first pauses are short, so that no test waits for them."""
    monkeypatch.setattr(idle, "BACK_OFF", (0.02, 0.05, 0.1))


@pytest.fixture(params=["demo", "none", "starttls", "implicit"])
def ear(request: pytest.FixtureRequest) -> Iterator[tuple[Ear, DovecotServer | None, str]]:
    """A watcher on the demo's server and on Dovecot by each sort of TLS."""
    if request.param == "demo":
        with demo_imap_server({"info@example.sa": PASSWORD}) as server, Ear(server) as watching:
            yield watching, None, ""
        return
    dovecot: DovecotServer = request.getfixturevalue("dovecot")
    account = dovecot.account()
    server = dovecot.server(account, tls=request.param, host="localhost")
    with Ear(server, ca_file=dovecot.certificates.ca) as watching:
        yield watching, dovecot, account


def put(server: Server) -> None:
    """Appends a mail by the demo's protocol alone."""
    source = ImapSource(Mailbox("info", server), PASSWORD)
    source.open()
    source.append(MAIL)
    source.close()


def test_wakes_for_each_new_mail(ear: tuple[Ear, DovecotServer | None, str]) -> None:
    """Every mail that comes while we listen wakes us, one after the other."""
    watching, dovecot, account = ear
    watching.forget()
    for _ in range(3):
        if dovecot is None:
            put(watching.watcher._mailbox.url)
        else:
            dovecot.deliver(account, MAIL)
        watching.forget()
    assert watching.watcher.state.connected
    assert watching.watcher.state.connections == 1


def test_a_kick_is_survived(dovecot: DovecotServer) -> None:
    """When the server ends the connection there is a new one soon, which wakes at once and hears the next mail."""
    account = dovecot.account()
    with Ear(dovecot.server(account)) as watching:
        watching.forget()
        wait_until(lambda: dovecot.admin("kick", account, check=False).returncode == 0)
        watching.forget()
        wait_until(lambda: watching.watcher.state.connections == 2)
        dovecot.deliver(account, MAIL)
        watching.forget()


def test_a_restart_is_survived() -> None:
    """A server that was away is found again, and what it said last can be read."""
    if reason := why_no_dovecot():
        pytest.skip(reason)
    with dovecot_server() as server:
        account = server.account()
        with Ear(server.server(account)) as watching:
            watching.forget()
            server.kill()
            wait_until(lambda: "nothing listens" in watching.watcher.state.last_error)
            assert not watching.watcher.state.connected
            server.start()
            watching.forget()
            assert watching.watcher.state.last_error == ""


def test_idle_is_renewed(dovecot: DovecotServer) -> None:
    """IDLE is begun anew before the server or a router forgets us, over the same connection, without waking."""
    account = dovecot.account()
    with Ear(dovecot.server(account), renew=0.02) as watching:
        watching.forget()
        first = wait_until(lambda: watching.watcher.state.heard_from)
        wait_until(lambda: watching.watcher.state.heard_from != first)
        assert (watching.watcher.state.connections, watching.woken) == (1, [])
        dovecot.deliver(account, MAIL)
        watching.forget()


def test_stops_while_the_server_is_silent() -> None:
    """A server that answers no more does not keep us from ending."""
    if reason := why_no_dovecot():
        pytest.skip(reason)
    with dovecot_server() as server:
        with Ear(server.server(server.account()), renew=0.01) as watching:
            watching.forget()
            assert server.process is not None
            os.killpg(server.process.pid, signal.SIGSTOP)
        os.killpg(server.process.pid, signal.SIGCONT)
        assert is_listening(server.port)


def test_a_wrong_password_is_tried_once(dovecot: DovecotServer) -> None:
    """A refused login ends the watching, as trying again would lock the account."""
    with Ear(dovecot.server(dovecot.account()), password="wrong") as watching:
        wait_until(lambda: watching.watcher.state.stopped)
        assert "AUTHENTICATIONFAILED" in watching.watcher.state.stopped
        assert "password" in watching.watcher.state.remedy
        assert watching.woken == []


def test_a_stopped_watcher_is_resumed(dovecot: DovecotServer) -> None:
    """Once somebody has found that the mailbox can be read again, the watcher tries again, and stops again at the next refusal."""
    with Ear(dovecot.server(dovecot.account()), password="wrong") as watching:
        wait_until(lambda: watching.watcher.state.stopped)
        watching.watcher._secret = PASSWORD
        watching.watcher.resume()
        wait_until(lambda: watching.watcher.state.connected)
        assert watching.watcher.state.stopped == ""


def test_without_idle_there_is_silence() -> None:
    """A server without IDLE is left to the poll."""
    with imap_script({"CAPABILITY": "* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"}) as script, Ear(script.server()) as watching:
        wait_until(lambda: watching.watcher.state.stopped)
        assert "no IDLE" in watching.watcher.state.stopped
        assert "IDLE" not in script.heard


@pytest.mark.parametrize(
    "reply",
    [
        "* 2 EXISTS\r\n+ idling\r\n",
        "+ idling\r\n* 2 EXISTS\r\n",
        "+ idling\r\n|* 2 EXI|STS\r\n",
        "+ idling\r\n|* OK still here\r\n* 2 EXISTS\r\n",
    ],
    ids=["before the plus", "in the same packet", "a line in two packets", "after a greeting"],
)
def test_hears_it_however_it_is_said(reply: str) -> None:
    """New mail wakes us wherever the server puts the line, once for the connection and once for the mail."""
    with imap_script({"IDLE": reply}) as script, Ear(script.server()) as watching:
        wait_until(lambda: len(watching.woken) >= 2)
        assert watching.watcher.state.last_error == ""


@pytest.mark.parametrize("answer", ["{tag} NO not now\r\n", "* BYE tired\r\n", "nonsense\r\n", "+ idling\r\n* BYE tired\r\n"])
def test_nonsense_leads_to_a_new_connection(answer: str) -> None:
    """A server that answers IDLE with nonsense is left and asked again after a pause, for ever growing."""
    with imap_script({"IDLE": answer}) as script, Ear(script.server()) as watching:
        wait_until(lambda: watching.watcher.state.connections >= 3)
        wait_until(lambda: watching.watcher.state.last_error)
        assert not watching.watcher.state.stopped


def test_pauses_grow_and_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses follow the table, the same each time for one mailbox, and others for another."""
    monkeypatch.setattr(idle, "BACK_OFF", BACK_OFF)
    pauses = [pause("info", failures) for failures in range(9)]
    assert all(0.75 * step <= got <= 1.25 * step for step, got in zip([*BACK_OFF, 300.0, 300.0, 300.0], pauses, strict=True))
    assert pauses == [pause("info", failures) for failures in range(9)]
    assert pause("info", 5) != pause("other", 5)
