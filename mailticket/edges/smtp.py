"""The door to the relay: takes a mail, and whatever happens answers with a verdict.

Connections are reused, several side by side, opened when first needed: with 20 ms to the relay that is worth a factor of nineteen.
What stands between us and the relay (no connection, TLS, login) pauses delivery and counts against no mail; what the relay says of
one mail is judged by the class of its code. When the connection breaks around the final dot nobody knows: the mail is deferred and
sent again with the same Message-ID, since twice is better than never.
"""

import asyncio
import ssl
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass
from enum import StrEnum

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPResponse, SMTPResponseException, SMTPServerDisconnected

from mailticket.edges.smtpwire import dot_stuffed, find_unsendable, options, own_name, path
from mailticket.edges.tokens import Secret, Tokens
from mailticket.edges.trouble import REFUSED_TOKEN, explain_network, find_clear_text, make_tls, one_line
from mailticket.model.notice import Outgoing, Verdict, VerdictKind
from mailticket.model.outcome import SourceError
from mailticket.model.policy import Relay

STALE_SECONDS = 60.0
"""A connection that rested longer is asked (NOOP) before it gets a mail; many relays hang up after some minutes."""
FINAL_SECONDS = 600.0
"""How long to wait for the answer to the final dot (RFC 5321 s.4.5.3.2.6): giving up sooner sends twice."""
_NOOP_SECONDS = 10.0
_QUIT_SECONDS = 2.0
_FAULTS = (SMTPException, OSError, ValueError)


class Stage(StrEnum):
    """The command that the relay answered."""

    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"


# Codes that speak of us, not of the mail, as long as the relay has seen no more than our own address: "log in first", "not now".
_PAUSING = {Stage.MAIL: {421, 454, 530, 534, 535, 538}}
_PASSWORD = "check user and password in [smtp] (password_file or password_env); many hosts want an app password here"  # noqa: S105  (advice, not a secret)


class _PausedError(Exception):
    """There is no way to the relay now; the verdict is on its way out."""

    def __init__(self, text: str, code: int = 0) -> None:
        super().__init__(text)
        self.verdict = Verdict(VerdictKind.PAUSED, code, one_line(text))


@dataclass(frozen=True, slots=True)
class _Resting:
    client: SMTP
    since: float


def judge(stage: Stage, code: int, text: str) -> Verdict:
    """The verdict that a reply stands for: 4yz is ours to try again, 5yz goes to a human (RFC 5321 s.4.2.1)."""
    if code in _PAUSING.get(stage, ()):
        return Verdict(VerdictKind.PAUSED, code, one_line(text))
    if stage is Stage.DATA and code // 100 == 2:
        return Verdict(VerdictKind.DELIVERED, code, one_line(text))
    kind = VerdictKind.REFUSED if code // 100 == 5 else VerdictKind.DEFERRED
    return Verdict(kind, code, one_line(text))


class SmtpSink:
    """A relay and our `relay.connections` connections to it, for one event loop. `opened` counts the connections that were made."""

    def __init__(self, relay: Relay, secret: Secret, *, timeout: float = 60, final: float = FINAL_SECONDS) -> None:
        self._relay = relay
        self._secret = secret
        self._timeout = timeout
        self._final = final
        self._places = asyncio.Semaphore(max(relay.connections, 1))
        self._resting: list[_Resting] = []
        self._gate = asyncio.Lock()
        self._is_trusted = False
        self._failed_at = float("-inf")
        self._failure = _PausedError("")
        self._tls: ssl.SSLContext | None = None
        self.opened = 0
        self.failure: Verdict | None = None
        """Why the last try to connect came to nothing; None when it worked."""

    async def send(self, outgoing: Outgoing) -> Verdict:
        """Hands the mail to the relay. Never raises for what a relay says or a network does."""
        asked = _now()
        async with self._places:
            try:
                while client := await self._find_resting():
                    if verdict := await self._hand_over(client, outgoing, fresh=False):
                        return verdict
                client = await self._connect(asked)
            except _PausedError as paused:
                return paused.verdict
            return await self._hand_over(client, outgoing, fresh=True) or Verdict(VerdictKind.DEFERRED, 0, "the relay hung up")

    async def probe(self) -> frozenset[str] | Verdict:
        """What the relay offers once we are logged in, in capitals; a verdict when there is no way to it. Sends nothing."""
        try:
            client = await self._connect(_now())
        except _PausedError as paused:
            return paused.verdict
        self._resting.append(_Resting(client, _now()))
        return frozenset(name.upper() for name in client.esmtp_extensions)

    async def close(self) -> None:
        """Says QUIT on every resting connection; `send` may follow and opens new ones."""
        resting, self._resting = self._resting, []
        await asyncio.gather(*(_quit(each.client) for each in resting))

    async def _find_resting(self) -> SMTP | None:
        """The connection used last that still lives, so that those too many grow stale and go."""
        while self._resting:
            rested = self._resting.pop()
            if await _lives(rested):
                return rested.client
            _hang_up(rested.client, rested.client.transport)
        return None

    async def _connect(self, asked: float) -> SMTP:
        """A new connection. Whoever was waiting while one failed shares that failure: a wrong password is tried once, not once a mail."""
        door: AbstractAsyncContextManager[object] = nullcontext() if self._is_trusted else self._gate
        async with door:
            if self._failed_at >= asked:
                raise self._failure
            try:
                client = await self._open()
            except _PausedError as failure:
                self._failed_at, self._failure, self._is_trusted, self.failure = _now(), failure, False, failure.verdict
                raise
            self._is_trusted, self.failure = True, None
            return client

    async def _open(self) -> SMTP:
        server = self._relay.url
        clear = find_clear_text(server)
        if clear is not None:
            raise _PausedError(f"{clear.text}; {clear.remedy}")
        client = SMTP(hostname=server.host, port=server.port, use_tls=server.tls == "implicit", start_tls=False, timeout=self._timeout)
        client.local_hostname = own_name(server.user)  # aiosmtplib would ask the name service
        is_ready = False
        try:
            client.tls_context = self._tls = self._tls or make_tls(self._relay.ca_file)
            await self._greet(client)
            is_ready = True
        except (*_FAULTS, SourceError) as fault:
            raise self._explain(fault) from fault
        finally:
            if not is_ready:
                _hang_up(client, client.transport)
        self.opened += 1
        return client

    def _explain(self, fault: Exception) -> _PausedError:
        server = self._relay.url
        if isinstance(fault, SourceError):  # the provider of tokens
            return _PausedError(f"{fault}; {fault.remedy}")
        if isinstance(fault, SMTPResponseException):
            advice = REFUSED_TOKEN if isinstance(self._secret, Tokens) else _PASSWORD
            remedy = advice if isinstance(fault, SMTPAuthenticationError) and fault.code // 100 == 5 else "it is tried again"
            return _PausedError(f"{server.host}:{server.port}: {fault.code} {one_line(fault.message)}; {remedy}", fault.code)
        trouble = explain_network(fault, server)
        return _PausedError(f"{trouble.text}; {trouble.remedy}")

    async def _greet(self, client: SMTP) -> None:
        """Connects, makes TLS certain, logs in. asyncio's sockets have TCP_NODELAY already."""
        server = self._relay.url
        await client.connect()
        await client.ehlo()
        if server.tls == "starttls":
            if not client.supports_extension("starttls"):  # a relay that lost it is not spoken to in clear text
                raise _PausedError(f"{server.host}:{server.port}: the relay offers no STARTTLS, so nothing was sent; write smtps:// in url")
            await client.starttls()
            await client.ehlo()
        if server.user:
            await self._log_in(client)

    async def _log_in(self, client: SMTP) -> None:
        """One try with the first method that both know; aiosmtplib's own `login` tries a wrong password three times."""
        if isinstance(self._secret, Tokens):
            await self._log_in_by_token(client, self._secret)
            return
        methods = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
        usable = [method for name, method in methods.items() if name in client.server_auth_methods]
        if not usable:
            raise _PausedError(f"{self._relay.url.host}: the relay offers no login we know; check the port, or leave user out of url")
        await usable[0](self._relay.url.user, self._secret)

    async def _log_in_by_token(self, client: SMTP, tokens: Tokens) -> None:
        """XOAUTH2; a refused token is exchanged for a new one, once: it may have been revoked."""
        if "xoauth2" not in client.server_auth_methods:
            raise _PausedError(f"{self._relay.url.host}: the relay knows no XOAUTH2; use password_file in the place of the table oauth")
        while True:
            token = await asyncio.to_thread(tokens.token)
            try:
                await client.auth_xoauth2(self._relay.url.user, token)
            except SMTPAuthenticationError as refused:
                if refused.code // 100 != 5 or not await asyncio.to_thread(tokens.forget, token):
                    raise
            else:
                return

    async def _hand_over(self, client: SMTP, outgoing: Outgoing, *, fresh: bool) -> Verdict | None:
        """One mail over this connection, which rests afterwards if it lives; None when it had died while it rested, so nothing was sent."""
        transport, is_whole = client.transport, False
        try:
            verdict = await self._transact(client, outgoing, fresh=fresh)
            is_whole = client.is_connected
        finally:  # cancelled half way, it must not rest: the next mail would meet this one's answers
            if is_whole:
                self._resting.append(_Resting(client, _now()))
            else:
                _hang_up(client, transport)
        return verdict

    async def _transact(self, client: SMTP, outgoing: Outgoing, *, fresh: bool) -> Verdict | None:
        if why := find_unsendable(outgoing, client.supports_extension("smtputf8")):
            return Verdict(VerdictKind.REFUSED, 0, one_line(why))
        stage, raw = Stage.MAIL, outgoing.raw
        try:
            more = options(outgoing, raw, client.supports_extension)
            _expect(await client.execute_command(b"MAIL", path("FROM", outgoing.sender), *more), 250)
            stage = Stage.RCPT
            _expect(await client.execute_command(b"RCPT", path("TO", outgoing.recipient)), 250, 251)
            stage = Stage.DATA
            code, text = await _hand_over_bytes(client, raw, self._timeout, self._final)
        except SMTPResponseException as said:
            await _reset(client, said.code)
            return judge(stage, said.code, said.message) if fresh or said.code != 421 or stage is Stage.DATA else None
        except _FAULTS as fault:
            client.close()
            text = explain_network(fault, self._relay.url).text
            return Verdict(VerdictKind.DEFERRED, 0, text) if fresh or stage is Stage.DATA else None
        return judge(stage, code, text)


async def _hand_over_bytes(client: SMTP, raw: bytes, timeout: float, final: float) -> SMTPResponse:
    """DATA and the mail (RFC 5321 s.4.1.1.4); the answer to the final dot. Line ends are only mended where one is wrong."""
    _expect(await client.execute_command(b"DATA", timeout=timeout), 354)
    protocol = client.protocol
    if protocol is None:
        raise SMTPServerDisconnected("the relay hung up after DATA")
    protocol.write(dot_stuffed(raw))
    return await protocol.read_response(timeout=final)


def _expect(response: SMTPResponse, *codes: int) -> None:
    if response.code not in codes:
        raise SMTPResponseException(response.code, response.message)


async def _reset(client: SMTP, code: int) -> None:
    """Makes the connection ready for the next mail; one that said 421 or made no sense is closed."""
    if code == 421 or code < 200:
        client.close()
        return
    try:
        await client.rset()
    except _FAULTS:
        client.close()


async def _lives(rested: _Resting) -> bool:
    if not rested.client.is_connected:
        return False
    if _now() - rested.since < STALE_SECONDS:
        return True
    try:
        await rested.client.noop(timeout=_NOOP_SECONDS)
    except _FAULTS:
        return False
    return True


async def _quit(client: SMTP) -> None:
    transport = client.transport
    with suppress(*_FAULTS):  # a relay that is gone needs no farewell
        await client.quit(timeout=_QUIT_SECONDS)
    _hang_up(client, transport)


def _hang_up(client: SMTP, transport: asyncio.BaseTransport | None) -> None:
    """Closes the connection at once; TLS would wait for the other side's farewell."""
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def _now() -> float:
    return asyncio.get_running_loop().time()
