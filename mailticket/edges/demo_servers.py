"""Mail servers inside the program, for `mailticket demo` alone: nothing to install, all of it in memory, on loopback only.

Three functions stand in front of the vendors, so that each can be exchanged without a trace: `find_missing`, `run_imap`, `run_smtp`.
The vendors come with the extra `mailticket[demo]` and are imported only when a server starts.
"""

import asyncio
import importlib.util
import logging
from argparse import Namespace
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from mailticket.model.policy import Server

LOOPBACK = "127.0.0.1"
_VENDORS = ("pymap", "aiosmtpd")
_Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class DemoMissingError(Exception):
    """The vendors of the demo's servers are not installed; the text says how to install them."""


@dataclass(frozen=True, slots=True)
class DemoMail:
    """A mail as the SMTP server took it: its envelope and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


def find_missing() -> str:
    """What keeps the demo's servers from running, in words with the remedy; "" when nothing does."""
    missing = [name for name in _VENDORS if importlib.util.find_spec(name) is None]
    return f"the demo's mail servers need {' and '.join(missing)}: pip install 'mailticket[demo]'" if missing else ""


@asynccontextmanager
async def run_imap(accounts: Mapping[str, str], *, port: int = 0) -> AsyncIterator[Server]:
    """An IMAP server for these users and passwords, on a free port unless one is given. Gives where the first user's INBOX is.

    Runs in the caller's event loop. Raises DemoMissingError, and OSError when the port is taken.
    """
    _demand_vendors()
    serve = await _make_imap(accounts)
    async with _listening(serve, port) as taken:
        yield Server("imap", LOOPBACK, taken, next(iter(accounts)), "none", "INBOX")


@asynccontextmanager
async def run_smtp(keep: Callable[[DemoMail], str], *, port: int = 0, user: str = "", password: str = "") -> AsyncIterator[Server]:
    """An SMTP server that hands each mail to `keep`, which answers with a reply or "" to accept; asks for a login when `user` is given.

    Runs in the caller's event loop, `keep` too. Raises DemoMissingError, and OSError when the port is taken.
    """
    _demand_vendors()
    protocols: list[Any] = []
    make = _smtp_factory(keep, user, password)

    def connected() -> Any:
        protocols.append(make())
        return protocols[-1]

    server = await asyncio.get_running_loop().create_server(connected, LOOPBACK, port)
    try:
        yield Server("smtp", LOOPBACK, server.sockets[0].getsockname()[1], user, "none")
    finally:
        server.close()
        for protocol in protocols:
            if protocol.transport is not None:
                protocol.transport.close()
        await server.wait_closed()


def _demand_vendors() -> None:
    if missing := find_missing():
        raise DemoMissingError(missing)


@asynccontextmanager
async def _listening(serve: _Serve, port: int) -> AsyncIterator[int]:
    """A listening server that ends its connections when it ends itself; since Python 3.12 it would wait for the clients otherwise."""
    tasks: set[asyncio.Task[Any]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  (asyncio runs this in a task)
        tasks.add(task)
        try:
            with suppress(asyncio.CancelledError, ConnectionError):  # both are ways to end a connection
                await serve(reader, writer)
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(connected, LOOPBACK, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


async def _make_imap(accounts: Mapping[str, str]) -> _Serve:
    """pymap's server over its dictionary backend."""
    from proxyprotocol.result import ProxyResultLocal
    from proxyprotocol.sock import SocketInfo
    from pymap.backend.dict import Config, Identity, Login
    from pymap.imap import IMAPServer
    from pymap.user import Passwords, UserMetadata

    _mend_pymap()
    names = ("cert", "key", "passlib_cfg", "proxy_protocol", "inherited_sockets")
    first = next(iter(accounts))
    values = {"demo_user": first, "demo_password": accounts[first], "demo_data": False, "debug": False, "tls": False}
    config = Config.from_args(Namespace(host=LOOPBACK, port=0, **values, **dict.fromkeys(names)))
    login = Login(config)
    for user, password in accounts.items():
        hashed = await Passwords(config).hash_password(password)
        await Identity(user, login, None, frozenset()).set(UserMetadata(config, user, password=hashed))
    talk = IMAPServer(login, config)
    return lambda reader, writer: talk(reader, writer, SocketInfo.get(writer, ProxyResultLocal(), unique_id=b""))


@cache
def _mend_pymap() -> None:
    """Two faults of pymap 0.36.7: it drops keywords, forgetting to allow new ones, and IDLE sleeps over what came just before it waits."""
    from pymap.backend.dict import mailbox
    from pymap.parsing.specials.flag import Flag, Recent, get_system_flags

    class Mended(mailbox.MailboxData):
        permanent_flags = (get_system_flags() - {Recent}) | {Flag(b"\\*")}

        async def update_selected(self, selected: Any, *, wait_on: Any = None) -> Any:
            is_behind = selected.mod_sequence != self._mod_sequences.highest
            return await super().update_selected(selected, wait_on=None if is_behind else wait_on)

    mailbox.MailboxData = Mended  # type: ignore[misc]  # the mend itself: its mailboxes are made by this name


def _smtp_factory(keep: Callable[[DemoMail], str], user: str, password: str) -> Callable[[], Any]:
    """Makes aiosmtpd's protocol for one connection."""
    from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

    class Handler:
        async def handle_MAIL(self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802  (aiosmtpd's name)
            if user and not session.authenticated:
                return "530 5.7.0 log in first"
            envelope.mail_from = address
            envelope.mail_options.extend(options)
            return "250 2.1.0 OK"

        async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  (as above)
            raw = envelope.original_content or b""
            return keep(DemoMail((envelope.mail_from or "").removeprefix("<>"), tuple(envelope.rcpt_tos), raw)) or "250 2.0.0 kept"

    def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=False)  # handled=True would leave the client waiting

    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own future at every login
    login: dict[str, Any] = {"authenticator": check, "auth_require_tls": False} if user else {}
    return lambda: SMTP(Handler(), enable_SMTPUTF8=True, ident="mailticket demo", **login)
