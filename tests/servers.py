"""Real mail servers for tests and benches: Dovecot, Postfix, and an SMTP server whose answers can be scripted.

Everything here is a plain context manager on loopback and free ports, usable without pytest; the fixtures at the end are thin. Each
server lives in a short folder of its own, for unix sockets have short names and a server's own users must be able to enter.
"""

import asyncio
import base64
import concurrent.futures
import contextlib
import grp
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from imapclient import IMAPClient  # type: ignore[import-untyped]  # it ships no types

from mailticket.edges.demo_servers import run_imap
from mailticket.model.policy import Server

DOVECOT = "/usr/sbin/dovecot"
DOVEADM = "/usr/bin/doveadm"
POSTFIX = "/usr/lib/postfix/sbin/master"
PASSWORD = "secret"


def wait_until(condition: Callable[[], Any], seconds: float = 10) -> Any:
    """What the condition answers as soon as it is true; fails the test when that takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {condition}")
        time.sleep(0.005)
    return answer


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    """A folder that other users may enter, with a name short enough for unix sockets; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="mt", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Certificates:
    """A private authority (`ca`), and a certificate of it for localhost and 127.0.0.1."""

    ca: Path
    cert: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context


def make_certificates(folder: Path) -> Certificates:
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    made = Certificates(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    authority.cert_pem.write_to_path(made.ca)
    issued.private_key_pem.write_to_path(made.key)
    for index, blob in enumerate(issued.cert_chain_pems):
        blob.write_to_path(made.cert, append=index > 0)
    return made


# --- Dovecot -------------------------------------------------------------------------------------------------------------------

_DOVECOT_CONF = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {d}/run
log_path = {d}/log
{not_root}
first_valid_uid = 0
first_valid_gid = 0
ssl = yes
ssl_cert = <{d}/cert.pem
ssl_key = <{d}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = mdbox:~/mdbox
mail_fsync = never
auth_mechanisms = plain login xoauth2
namespace inbox {{
  inbox = yes
  separator = /
}}
{passdb}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={d}/mail/%u
}}
service imap-login {{
  chroot =
  process_min_avail = 2
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
{extra}
"""


_DOVECOT_OAUTH = """
introspection_url = {url}
introspection_mode = post
username_attribute = username
username_format = %u
active_attribute = active
active_value = true
"""


@dataclass
class DovecotServer:
    """A running Dovecot, where every user may log in with `password`; an account is there once it was used."""

    folder: Path
    port: int
    tls_port: int
    lmtp_port: int
    certificates: Certificates
    password: str = PASSWORD
    users: list[str] = field(default_factory=list)
    process: "subprocess.Popen[bytes] | None" = None

    def account(self, name: str = "") -> str:
        """An account's address, a fresh one unless named; Dovecot makes any account when it first logs in."""
        address = name or f"desk{len(self.users) + 1}@example.sa"
        self.users.append(address)
        return address

    def server(self, account: str, folder: str = "INBOX", *, tls: str = "none", host: str = "127.0.0.1") -> Server:
        """The account as a settings value; `tls` is none, starttls or implicit."""
        port = self.tls_port if tls == "implicit" else self.port
        return Server("imaps" if tls == "implicit" else "imap", host, port, account, tls, folder)

    def client(self, account: str) -> IMAPClient:
        """A plain client, logged in, for looking at what stands on the server."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20)
        client.plain_login(account, self.password)
        return client

    def deliver(self, account: str, raw: bytes, folder: str = "INBOX", flags: Sequence[bytes] = (), at: datetime | None = None) -> None:
        """Puts one mail into the folder."""
        with self.client(account) as client:
            client.append(folder, raw, flags, at)

    def deliver_many(self, account: str, raws: Sequence[bytes], folder: str = "INBOX") -> None:
        """Puts many mails into the folder, 500 at a time."""
        with self.client(account) as client:
            for start in range(0, len(raws), 500):
                client.multiappend(folder, raws[start : start + 500])

    def flags(self, account: str, folder: str = "INBOX") -> dict[int, tuple[bytes, ...]]:
        """The flags that stand in the folder by UID."""
        with self.client(account) as client:
            client.select_folder(folder, readonly=True)
            return {uid: data[b"FLAGS"] for uid, data in client.fetch(client.search("ALL"), ["FLAGS"]).items()}

    def admin(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[bytes]":
        """Runs doveadm against this server."""
        return subprocess.run([DOVEADM, "-c", str(self.folder / "dovecot.conf"), *words], capture_output=True, check=check, timeout=30)

    def log(self) -> str:
        return (self.folder / "log").read_text() if (self.folder / "log").exists() else ""

    def start(self) -> None:
        """Starts the daemon; again after `kill`, on the same ports with the same mail."""
        self.process = subprocess.Popen(
            [DOVECOT, "-F", "-c", str(self.folder / "dovecot.conf")],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: is_listening(self.port))
        except AssertionError:
            self.kill()
            raise RuntimeError(f"Dovecot did not start: {self.log()}") from None

    def kill(self) -> None:
        """Ends the daemon and all its processes at once."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


def _not_root(uid: int) -> str:
    if uid == 0:
        return ""
    user, group = pwd.getpwuid(uid).pw_name, grp.getgrgid(os.getgid()).gr_name
    return f"default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}"


@contextlib.contextmanager
def dovecot_server(
    accounts: Sequence[str] = (), extra: str = "", password: str = PASSWORD, introspection: str = ""
) -> Iterator[DovecotServer]:
    """A Dovecot of our own on loopback. `extra` is appended to its configuration; `accounts` are only noted, for any user may log in.

    With the URL of an `introspection` endpoint (RFC 7662) tokens log in as well.
    """
    with short_folder() as folder:
        server = DovecotServer(folder, free_port(), free_port(), free_port(), make_certificates(folder), password, [*accounts])
        owner, group = (65534, 65534) if os.getuid() == 0 else (os.getuid(), os.getgid())
        (folder / "mail").mkdir()
        os.chown(folder / "mail", owner, group)
        values = {"d": folder, "uid": owner, "gid": group, "not_root": _not_root(os.getuid()), "extra": extra, "password": password, "passdb": ""}
        ports = {"port": server.port, "tls_port": server.tls_port, "lmtp_port": server.lmtp_port}
        if introspection:
            (folder / "oauth.conf").write_text(_DOVECOT_OAUTH.format(url=introspection))
            values["passdb"] = f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {folder}/oauth.conf\n}}"
        (folder / "dovecot.conf").write_text(_DOVECOT_CONF.format(**values, **ports))
        server.start()
        try:
            yield server
        finally:
            server.kill()


# --- IMAP whose answers are scripted ---------------------------------------------------------------------------------------------

_IMAP_ANSWERS = {
    "CAPABILITY": "* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK done\r\n",
    "SELECT": "* 1 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 2]\r\n{tag} OK [READ-WRITE] done\r\n",
    "EXAMINE": "* 1 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 2]\r\n{tag} OK [READ-ONLY] done\r\n",
    "IDLE": "+ idling\r\n",
    "LOGOUT": "* BYE done\r\n{tag} OK done\r\n",
}


@dataclass
class ImapScript:
    """An IMAP server that says what it is told: `answers` maps a command's beginning to a reply, `{tag}` standing for its tag.

    The longest beginning that fits wins; whatever is not there is answered OK. A "|" in a reply ends a packet. `heard` keeps the commands.
    """

    port: int
    answers: dict[str, str]
    greeting: str = "* OK ready\r\n"
    heard: list[str] = field(default_factory=list)
    idle_tag: str = ""

    def server(self) -> Server:
        return Server("imap", "127.0.0.1", self.port, "desk@example.sa", "none")

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self.greeting.encode())
        with contextlib.suppress(ConnectionError):
            while line := (await reader.readline()).decode().rstrip():
                tag, _, command = (self.idle_tag, "", "DONE") if line == "DONE" else line.partition(" ")
                self.idle_tag = tag if command == "IDLE" else self.idle_tag
                self.heard.append(command)
                await self._answer(writer, tag, command)
        writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, tag: str, command: str) -> None:
        fits = [beginning for beginning in self.answers if command.startswith(beginning)]
        reply = self.answers[max(fits, key=len)] if fits else "{tag} OK done\r\n"
        for packet in reply.replace("{tag}", tag).split("|"):
            writer.write(packet.encode())
            await writer.drain()
            await asyncio.sleep(0.01)  # so that the packets stay apart


@contextlib.contextmanager
def imap_script(answers: Mapping[str, str]) -> Iterator[ImapScript]:
    """A scripted IMAP server in a thread of its own."""
    told = ImapScript(free_port(), {**_IMAP_ANSWERS, **answers})

    @contextlib.asynccontextmanager
    async def listen() -> AsyncIterator[None]:
        tasks: set[asyncio.Task[Any]] = set()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.add(cast("asyncio.Task[Any]", asyncio.current_task()))
            with contextlib.suppress(asyncio.CancelledError):
                await told.talk(reader, writer)
            writer.close()

        server = await asyncio.start_server(connected, "127.0.0.1", told.port)
        try:
            yield
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    with in_thread(listen()):
        yield told


_T = TypeVar("_T")


@contextlib.contextmanager
def in_thread(server: contextlib.AbstractAsyncContextManager[_T]) -> Iterator[_T]:
    """Runs an asynchronous server in the event loop of a thread of its own; gives what the server gives."""
    ready: concurrent.futures.Future[tuple[_T, asyncio.AbstractEventLoop, asyncio.Event]] = concurrent.futures.Future()

    async def serve() -> None:
        end = asyncio.Event()
        try:
            async with server as given:
                ready.set_result((given, asyncio.get_running_loop(), end))
                await end.wait()
        except BaseException as fault:
            if ready.done():
                raise
            ready.set_exception(fault)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    given, loop, end = ready.result(10)
    try:
        yield given
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)


# --- SMTP whose answers are scripted -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Accepted:
    """A mail that the server took: `at` and `clock` (time.monotonic) are the moment just before its 250 went out."""

    at: datetime
    clock: float
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


@dataclass
class SmtpServer:
    """An SMTP server that keeps what it accepts, and answers as it is told.

    `script` maps a recipient to the reply to RCPT, `data_script` to the reply to the final dot ("450 4.2.1 busy"); `mail_reply` answers
    MAIL. `fault` is "" or what happens at the final dot: "hang up" or "silence". `connections` and `logins` count.
    """

    port: int
    accepted: list[Accepted] = field(default_factory=list)
    script: dict[str, str] = field(default_factory=dict)
    data_script: dict[str, str] = field(default_factory=dict)
    mail_reply: str = ""
    fault: str = ""
    connections: int = 0
    logins: int = 0
    noops: int = 0
    muted: bool = False
    login_reply: str = ""
    wants_login: bool = False
    knows_token: Callable[[str, str], bool] | None = None
    live: "set[SMTP]" = field(default_factory=set)
    controller: Controller | None = None

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802  (aiosmtpd's name)
        if self.wants_login and not session.authenticated:
            return "530 5.7.0 log in first"  # aiosmtpd's own auth_required warns when there is no TLS
        if self.mail_reply:
            return self.mail_reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802  (as above)
        if address in self.script:
            return self.script[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_NOOP(self, server: SMTP, session: Session, envelope: Envelope, arg: str) -> str:  # noqa: N802  (as above)
        self.noops += 1
        return "250 2.0.0 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (as above)
        if self.fault:
            return self._fail(server)
        for recipient in envelope.rcpt_tos:
            if recipient in self.data_script:
                return self.data_script[recipient]
        raw, sender = envelope.original_content or b"", (envelope.mail_from or "").removeprefix("<>")
        self.accepted.append(Accepted(datetime.now(UTC), time.monotonic(), sender, tuple(envelope.rcpt_tos), raw))
        return "250 2.0.0 OK taken"

    def _fail(self, server: SMTP) -> str:
        transport = server.transport
        assert transport is not None
        if self.fault == "hang up":
            transport.close()
        else:
            self.muted = True
            server.push = _say_nothing  # type: ignore[method-assign]  # the reply is swallowed: silence after the final dot
        return "250 never heard"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Knows one login: any user with the password "secret"."""
        self.logins += 1
        if self.login_reply:
            return AuthResult(success=False, handled=False, message=self.login_reply)
        good = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
        return AuthResult(success=good, handled=False)

    async def auth_XOAUTH2(self, server: SMTP, words: list[bytes]) -> AuthResult:  # noqa: N802  (as above)
        """Asks `knows_token` about user and token; a refused one gets its challenge first, as the big hosts do it."""
        self.logins += 1
        user, _, proof = base64.b64decode(words[1]).decode().removeprefix("user=").partition("\1auth=Bearer ")
        if self.knows_token and self.knows_token(user, proof.rstrip("\1")):
            return AuthResult(success=True, auth_data=user)
        await server.challenge_auth(b'{"status":"401","schemes":"bearer"}')
        return AuthResult(success=False, handled=False)

    def server(self, *, tls: str = "none", user: str = "", host: str = "127.0.0.1") -> Server:
        """The server as a settings value."""
        return Server("smtps" if tls == "implicit" else "smtp", host, self.port, user, tls)

    def drop_all(self) -> None:
        """Hangs up on every client, as a relay does that is tired of waiting."""
        controller = self.controller
        assert controller is not None
        for protocol in list(self.live):
            if protocol.transport is not None:
                controller.loop.call_soon_threadsafe(protocol.transport.close)
        wait_until(lambda: all(p.transport is None or p.transport.is_closing() for p in self.live))


async def _say_nothing(status: object) -> None:
    """In the place of a reply."""


class _Counted(Controller):
    """A controller that tells its server of each connection."""

    told: SmtpServer

    def factory(self) -> SMTP:
        protocol: SMTP = super().factory()  # type: ignore[no-untyped-call]  # aiosmtpd leaves it untyped
        self.told.connections += 1
        self.told.live.add(protocol)
        return protocol


@contextlib.contextmanager
def smtp_sink(
    *,
    implicit: Certificates | None = None,
    starttls: Certificates | None = None,
    login: bool = False,
    utf8: bool = True,
    port: int = 0,
    tokens: Callable[[str, str], bool] | None = None,
) -> Iterator[SmtpServer]:
    """A scripted SMTP server of our own in a thread; TLS by the given certificates, a login demanded when `login`, by token too with `tokens`."""
    told = SmtpServer(port or free_port(), knows_token=tokens)
    options: dict[str, Any] = {"enable_SMTPUTF8": utf8, "decode_data": False, "ident": "sink"}
    options["auth_exclude_mechanism"] = [] if tokens else ["XOAUTH2"]
    if starttls is not None:
        options |= {"tls_context": starttls.server_context(), "require_starttls": True}
    if login:
        told.wants_login = True
        options |= {"authenticator": told.authenticate, "auth_require_tls": False}
    context = implicit.server_context() if implicit is not None else None
    controller = _Counted(told, hostname="127.0.0.1", port=told.port, ssl_context=context, **options)
    controller.told = told
    told.controller = controller
    controller.start()
    told.connections = 0  # the controller tries its own door once
    told.live.clear()
    try:
        yield told
    finally:
        controller.stop()


# --- Postfix ---------------------------------------------------------------------------------------------------------------------

_MAIN_CF = """
compatibility_level = 3.6
queue_directory = {d}/queue
data_directory = {d}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.example.sa
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
smtputf8_enable = yes
biff = no
maillog_file_prefixes = {d}
maillog_file = {d}/log
smtpd_tls_security_level = may
smtpd_tls_cert_file = {d}/cert.pem
smtpd_tls_key_file = {d}/key.pem
smtpd_tls_loglevel = 0
default_transport = discard
virtual_mailbox_domains = example.sa, example.com, example.edu.sa
virtual_mailbox_base = {d}/boxes
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 100
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = check_recipient_access inline:{{ {refusals} }}, permit_mynetworks, reject
"""
_MASTER_CF = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""
_QUEUES = "active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace"


@dataclass
class PostfixServer:
    """A running Postfix: whatever it takes lies in one maildir. It refuses the recipients that were named when it was started."""

    folder: Path
    port: int
    certificates: Certificates

    def server(self, *, tls: str = "none", host: str = "127.0.0.1") -> Server:
        return Server("smtp", host, self.port, "", tls)

    def delivered(self) -> dict[str, bytes]:
        """The delivered mails by recipient (the last one each)."""
        found = {}
        for path in sorted(self.folder.glob("boxes/all/new/*"), key=lambda path: path.stat().st_mtime):
            raw = path.read_bytes()
            head = raw.decode("utf-8", "replace").split("\n\n")[0]
            found[next(line.split(": ")[1] for line in head.splitlines() if line.startswith("Delivered-To: "))] = raw
        return found

    def log(self) -> str:
        return (self.folder / "log").read_text() if (self.folder / "log").exists() else ""


@contextlib.contextmanager
def postfix_server(refusals: Mapping[str, str] | None = None) -> Iterator[PostfixServer]:
    """A Postfix of our own from a private folder (root only); `refusals` maps recipients to replies ("550 5.1.1 no such person")."""
    with short_folder() as folder:
        server = PostfixServer(folder, free_port(), make_certificates(folder))
        rows = " ".join(f"{{ {who} = {reply} }}" for who, reply in (refusals or {"nobody@invalid": "OK"}).items())
        (folder / "main.cf").write_text(_MAIN_CF.format(d=folder, refusals=rows))
        (folder / "master.cf").write_text(_MASTER_CF.format(port=server.port))
        _lay_out(folder)
        command = [POSTFIX, "-c", str(folder), "-d"]
        place = {**os.environ, "MAIL_CONFIG": str(folder)}
        process = subprocess.Popen(command, env=place, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            wait_until(lambda: is_listening(server.port))
            yield server
        finally:
            process.terminate()  # master ends its children; they change their user, but stay in its group
            process.wait(10)


def _lay_out(folder: Path) -> None:
    """The folders as Postfix wants to find them owned."""
    mail, drop = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
    for name in ("queue", "data", "boxes", "queue/pid", *(f"queue/{queue}" for queue in _QUEUES.split())):
        (folder / name).mkdir(mode=0o755 if name in ("queue", "boxes", "queue/pid") else 0o700)
    for name in ("data", *(f"queue/{queue}" for queue in _QUEUES.split())):
        os.chown(folder / name, mail, drop if name in ("queue/maildrop", "queue/public") else -1)
    (folder / "queue/maildrop").chmod(0o1730)
    (folder / "queue/public").chmod(0o2710)
    os.chown(folder / "boxes", 65534, 65534)


# --- the demo's own IMAP server --------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def demo_imap_server(accounts: Mapping[str, str]) -> Iterator[Server]:
    """The demo's IMAP server in a thread of its own; gives where the first account's INBOX is."""
    with in_thread(run_imap(accounts)) as server:
        yield server


# --- fixtures --------------------------------------------------------------------------------------------------------------------


def why_no_dovecot() -> str:
    """What keeps Dovecot from running here, "" when nothing does."""
    return "" if Path(DOVECOT).exists() else "Dovecot is not installed: apt-get install dovecot-imapd dovecot-lmtpd"


def why_no_postfix() -> str:
    """What keeps Postfix from running here, "" when nothing does."""
    if not Path(POSTFIX).exists():
        return "Postfix is not installed: apt-get install postfix"
    return "" if os.getuid() == 0 else "Postfix runs as root only, and these tests do not"


@pytest.fixture(scope="session")
def dovecot() -> Iterator[DovecotServer]:
    """One Dovecot a session; each test makes an account of its own."""
    if reason := why_no_dovecot():
        pytest.skip(reason)
    with dovecot_server() as server:
        yield server


@pytest.fixture(scope="session")
def postfix() -> Iterator[PostfixServer]:
    """One Postfix a session; refused@, later@ and closing@example.com are refused with 550, 450 and 421."""
    if reason := why_no_postfix():
        pytest.skip(reason)
    refusals = {"refused": "550 5.1.1 no such person", "later": "450 4.2.1 busy", "closing": "421 4.3.2 closing"}
    with postfix_server({f"{who}@example.com": reply for who, reply in refusals.items()}) as server:
        yield server


@pytest.fixture(scope="session")
def certificates() -> Iterator[Certificates]:
    """A private authority with a certificate for localhost."""
    with short_folder() as folder:
        yield make_certificates(folder)


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """A scripted SMTP server without TLS and login."""
    with smtp_sink() as server:
        yield server
