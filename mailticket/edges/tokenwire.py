"""One request to a token endpoint, and its answer, within a time that holds for the whole of it.

A provider that stalls, or lets its answer trickle, would otherwise hold up every mailbox. TLS is verified, always; a redirection is
not followed, for secrets go nowhere but where the settings say; and an answer is never larger than a token needs.
"""

import http.client
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mailticket.edges.oauth import Client, RefusedError
from mailticket.edges.trouble import explain_network, is_loopback, make_tls
from mailticket.model.policy import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT = 30.0
LARGEST = 65_536
LONGEST_WAIT = 300.0
_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", "Connection": "close"}
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, its body, and how many seconds it asks us to wait (RFC 9110 s.10.2.3)."""

    status: int
    body: bytes
    wait: float = 0


def post_form(client: Client, url: str, body: str, timeout: float = TIMEOUT) -> Reply:
    """POSTs a form to the provider; `timeout` in seconds bounds the whole exchange. Raises RefusedError, with nothing of the form in it."""
    parts = urlsplit(url)
    server = Server(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme])
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection = _open(client, server, timeout)
        with _ended(connection, timeout):
            connection.request("POST", path, body.encode("ascii"), _HEADERS)
            answer = connection.getresponse()
            return Reply(answer.status, answer.read(LARGEST), _read_wait(answer.getheader("Retry-After")))
    except (OSError, http.client.HTTPException, ValueError) as fault:
        trouble = explain_network(fault, server)
        raise RefusedError(trouble.text, remedy=trouble.remedy.replace("url", "token_url")) from fault


def _open(client: Client, server: Server, timeout: float) -> http.client.HTTPConnection:
    if server.scheme == "https":
        return http.client.HTTPSConnection(server.host, server.port, timeout=timeout, context=make_tls(client.ca_file))
    if not is_loopback(server.host):
        raise ValueError("secrets do not cross a network in the clear: write https://")
    return http.client.HTTPConnection(server.host, server.port, timeout=timeout)


@contextmanager
def _ended(connection: http.client.HTTPConnection, timeout: float) -> "Iterator[None]":
    """Ends the exchange when its time is up, however busily the other side trickles."""
    late = threading.Event()

    def end() -> None:
        late.set()
        with suppress(OSError, AttributeError):  # it may not be connected yet, or be gone already
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(timeout, end)
    timer.daemon = True
    timer.start()
    try:
        yield
        if late.is_set():
            raise TimeoutError("the answer trickled")
    except (OSError, http.client.HTTPException, ValueError):
        if late.is_set():
            raise TimeoutError("timed out") from None  # what we did to the connection is not the cause
        raise
    finally:
        timer.cancel()
        connection.close()


def _read_wait(value: str | None) -> float:
    """Retry-After in seconds; its other form, a date, is not worth a parser here."""
    return min(float(value), LONGEST_WAIT) if value and value.isascii() and value.isdigit() else 0
