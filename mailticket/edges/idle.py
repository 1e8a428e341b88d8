"""The ear at the mailbox: a thread that calls `wake` the moment the server tells of new mail.

Only a convenience: the poll finds every mail without it, so whatever goes wrong here is waited out and noted in `state`, never raised.
It has a connection of its own, since IDLE keeps it busy and a connection serves one thread. Every new connection wakes once, for mail
may have come while there was none.
"""

import logging
import select
import socket
import ssl
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from mailticket.edges.folder import Client
from mailticket.edges.imap import connect, explained, folder_of, hang_up, select_folder
from mailticket.edges.tokens import Secret
from mailticket.edges.trouble import one_line
from mailticket.model.outcome import SourceError
from mailticket.model.policy import Mailbox

RENEW = 540.0
"""Seconds after which IDLE is begun anew: far below the 29 minutes of RFC 2177, as many routers forget a connection after ten."""
BACK_OFF = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds before each next attempt to connect; the last one repeats."""
LINGER = 0.05
"""Seconds to listen on after the server has spoken, before IDLE is begun anew."""
_KEPT = ("EXISTS", "RECENT", "EXPUNGE", "FETCH")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatcherState:
    """How the watcher fares: `heard_from` is when the server last answered; `stopped` says why it gave up
    until `resume`, "" while it goes on."""

    connected: bool = False
    heard_from: datetime | None = None
    last_error: str = ""
    remedy: str = ""
    stopped: str = ""
    connections: int = 0


class IdleWatcher:
    """Watches one folder. `wake` is called from the watcher's thread and must return at once. `stop` ends within a second or two."""

    def __init__(self, mailbox: Mailbox, secret: Secret, wake: Callable[[], None], *, timeout: float = 60, renew: float = RENEW) -> None:
        self._mailbox = mailbox
        self._secret = secret
        self._wake = wake
        self._timeout = timeout
        self._renew = renew
        self._client: Client | None = None
        self._ending = threading.Event()
        self._resumed = threading.Event()
        self._bell, self._poke = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name=f"idle-{mailbox.name}", daemon=True)
        self.state = WatcherState()

    def start(self) -> None:
        """Begins to watch; may be called once."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread and its connection; can be called in any state, and twice."""
        self._ending.set()
        self._resumed.set()
        with suppress(OSError):  # closed already when stop is called twice
            self._poke.send(b".")
        _join(self._thread)
        if self._thread.is_alive():
            _cut(self._client)  # it waits for a server that does not answer
            _join(self._thread)
        self._bell.close()
        self._poke.close()

    def resume(self) -> None:
        """Ends a stop that a refusal brought about: the mailbox can be read again, as somebody who reads it has found."""
        self._resumed.set()

    def _run(self) -> None:
        failures = 0
        while not self._ending.is_set():
            self._resumed.clear()
            failures = 0 if self._serve() else failures + 1
            if self.state.stopped:
                self._resumed.wait()
            else:
                self._ending.wait(pause(self._mailbox.name, failures))

    def _serve(self) -> bool:
        """One connection, from its beginning to its end; whether it ever idled, so that one that is always cut off at once backs off."""
        idled = False
        try:
            with explained(self._mailbox.url):
                client = self._connect()
                while not self._ending.is_set():
                    wait_idle(client, self._renew, self._bell, self._wake, owed=not idled)  # mail may have come before
                    self._note(heard_from=datetime.now(UTC))
                    idled = True
        except SourceError as fault:
            self._fail(fault)
        self._leave()
        return idled

    def _connect(self) -> Client:
        self._client = client = connect(self._mailbox, self._secret, self._timeout)
        if not client.has_capability("IDLE"):
            raise SourceError("the server has no IDLE, so new mail is found by the poll alone", permanent=True)
        select_folder(client, folder_of(self._mailbox), readonly=True)
        count = self.state.connections + 1
        self._note(connected=True, connections=count, heard_from=datetime.now(UTC), last_error="", remedy="", stopped="")
        return client

    def _leave(self) -> None:
        self._note(connected=False)
        if self._client is not None:
            hang_up(self._client)
        self._client = None

    def _fail(self, fault: SourceError) -> None:
        if self._ending.is_set():
            return
        self._note(last_error=str(fault), remedy=fault.remedy, stopped=str(fault) if fault.permanent else "")
        log.warning("watching %s: %s", self._mailbox.name, fault)

    def _note(self, **news: Any) -> None:
        self.state = replace(self.state, **news)


def pause(name: str, failures: int) -> float:
    """Seconds to wait after so many failures in a row, within a quarter of the table's, so that many daemons don't come back at once."""
    spread = zlib.crc32(f"{name} {failures}".encode()) / 2**32
    return BACK_OFF[min(failures, len(BACK_OFF) - 1)] * (0.75 + spread / 2)


def _join(thread: threading.Thread) -> None:
    if thread.is_alive():
        thread.join(1)


def _cut(client: Client | None) -> None:
    """Ends another thread's wait on this connection; closing is left to that thread, as it holds the reader."""
    if client is None:
        return
    with suppress(OSError):  # it may be gone already
        client.socket().shutdown(socket.SHUT_RDWR)


def wait_idle(client: Client, seconds: float, stop: socket.socket, heard: Callable[[], None], *, owed: bool) -> None:
    """One IDLE (RFC 2177): until the server speaks, `stop` becomes readable or time is up. Calls `heard` for new mail, at once.

    When waking is `owed` for what came before, it is done once the server listens, so that nothing falls between. imapclient's own
    idle_check spins on a dead socket, breaks on a line in two packets and overlooks what came along with "+ idling".
    """
    told = _start_idle(client)
    seen = _peek(client)
    if told or owed:
        heard()
    if not told and not seen:
        _poll(seconds, stop, client.socket())
        seen = _peek(client)
    counted = seen.count(b" EXISTS")
    if counted:
        heard()  # before DONE makes its way there and back
    if told or seen:
        _poll(LINGER, stop)  # a burst is one waking more, not hundreds; and a server that always has something to say gets a breath
    if _end_idle(client) > counted:
        heard()  # another came after the first was told: whoever looked at once has not seen it


def _end_idle(client: Client) -> int:
    """Ends IDLE; how many EXISTS it told of, those included that were peeked at."""
    _, lines = client.idle_done()
    if any(line[0] == b"BYE" for line in lines):
        raise SourceError("the server said goodbye")
    for name in _KEPT:
        client._imap.untagged_responses.pop(name, None)  # imaplib keeps them for ever otherwise
    return sum(b"EXISTS" in line for line in lines)


def _poll(seconds: float, *sockets: socket.socket) -> None:
    """Waits until one of the sockets is readable, or time is up."""
    poll = select.poll()
    for each in sockets:
        poll.register(each, select.POLLIN)
    poll.poll(seconds * 1000)


def _start_idle(client: Client) -> int:
    """Enters IDLE; the number of EXISTS that came before the "+", on which imapclient's own `idle` gives up."""
    imap = client._imap
    client._idle_tag = tag = imap._command("IDLE")
    told = 0
    while (line := imap._get_response()) is not None:
        told += line.endswith(b" EXISTS")
        if imap.tagged_commands[tag] or line.startswith(b"* BYE"):
            raise SourceError(f"the server refused IDLE: {one_line(line)}")
    return told


def _peek(client: Client) -> bytes:
    """What has arrived and was not read yet, without waiting; may end within a line."""
    client.socket().settimeout(0)
    try:
        return bytes(client._imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return b""
    finally:
        client._set_read_timeout()


