"""A provider of OAuth tokens on loopback: it expires, rotates, refuses, stalls and trickles as it is told, and vouches for its tokens."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLIENT, SECRET = "mailticket-test", "client-secret-7f3a"


@dataclass
class Provider:
    """What it does next, and what it was asked. `refuse` is an error code; `fault` is "", "stall", "trickle", "hang up", "page" or "redirect".

    With `rotates` each use of a refresh token makes a new one; the old one is void at once when `strict`, else until the new one is used.
    """

    port: int = 0
    user: str = "desk@example.sa"
    lifetime: Any = 3600
    rotates: bool = False
    strict: bool = False
    refuse: str = ""
    describe: str = "what went wrong"
    status: int = 400
    fault: str = ""
    retry_after: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    pending: int = 0
    interval: float = 5
    asked: list[dict[str, str]] = field(default_factory=list)
    access: set[str] = field(default_factory=set)
    refresh: set[str] = field(default_factory=lambda: {"refresh-0"})
    replaced: dict[str, str] = field(default_factory=dict)
    count: int = 0
    end: threading.Event = field(default_factory=threading.Event)
    answered: "threading.Event" = field(default_factory=threading.Event)

    def url(self, name: str = "token") -> str:
        return f"http://127.0.0.1:{self.port}/{name}"

    @property
    def secrets(self) -> set[str]:
        """Whatever must stand in no log, error or output."""
        return {SECRET, "device-secret", *self.access, *self.refresh, *self.replaced}

    def knows(self, user: str, token: str) -> bool:
        return user == self.user and token in self.access

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Status and JSON for a form that was posted."""
        if path == "/introspect":
            return 200, {"active": form.get("token") in self.access, "username": self.user}
        self.asked.append(form)
        if self.refuse:
            return self.status, {"error": self.refuse, "error_description": self.describe}
        if path == "/device":
            shown = {"user_code": "ABCD-EFGH", "verification_uri": "https://example.com/device"}
            return 200, {"device_code": "device-secret", "interval": self.interval, **shown}
        return self._give(form)

    def _give(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if form.get("client_id") != CLIENT or form.get("client_secret", SECRET) != SECRET:
            return 401, {"error": "invalid_client", "error_description": f"not the secret: {form.get('client_secret')}"}
        given = {"access_token": self._new("access"), "token_type": "Bearer", "expires_in": self.lifetime, **self.more}
        if form["grant_type"] == "urn:ietf:params:oauth:grant-type:device_code":
            if self.pending:
                self.pending -= 1
                return 400, {"error": "authorization_pending"}
            return 200, given | {"refresh_token": self._new("refresh")}
        if form["grant_type"] == "refresh_token":
            return self._refresh(form["refresh_token"], given)
        return 200, given

    def _refresh(self, old: str, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if old not in self.refresh:
            return 400, {"error": "invalid_grant", "error_description": f"{old} is not known"}
        self.refresh.discard(next((before for before, after in self.replaced.items() if after == old), ""))
        if not self.rotates:
            return 200, given
        self.replaced[old] = new = self._new("refresh")
        if self.strict:
            self.refresh.discard(old)
        return 200, given | {"refresh_token": new}

    def _new(self, kind: str) -> str:
        self.count += 1
        token = f"{kind}-{self.count}-zq9x"
        (self.access if kind == "access" else self.refresh).add(token)
        return token


class _Handler(BaseHTTPRequestHandler):
    told: Provider

    def do_POST(self) -> None:
        form = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        told, path = self.told, urlsplit(self.path).path
        if told.fault == "stall" and path != "/introspect":
            told.asked.append(form)
            told.end.wait(30)
            return
        status, fields = told.answer(path, form)
        body = json.dumps(fields).encode()
        told.answered.set()
        if path == "/introspect":
            self._say(status, body)
        else:
            self._misbehave(status, body)

    def _misbehave(self, status: int, body: bytes) -> None:
        fault = self.told.fault
        if fault == "hang up":
            self.connection.close()
        elif fault == "page":
            self._say(200, b"<html>Please accept the terms of this network</html>")
        elif fault == "redirect":
            self._say(307, b"", Location=self.told.url("elsewhere"))
        elif fault == "trickle":
            self._trickle()
        else:
            self._say(status, body, **({"Retry-After": self.told.retry_after} if self.told.retry_after else {}))

    def _trickle(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        with contextlib.suppress(OSError):  # the other side gives up, which is what is tested
            while not self.told.end.is_set():
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.01)

    def _say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (http.server's name)
        """Say nothing."""


@contextlib.contextmanager
def provider() -> Iterator[Provider]:
    """A provider of our own in a thread."""
    told = Provider()
    handler = type("Handler", (_Handler,), {"told": told})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    told.port = server.server_address[1]
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield told
    finally:
        told.end.set()
        server.shutdown()
        thread.join()
        server.server_close()
