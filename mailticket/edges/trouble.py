"""What went wrong on the way to a mail server, in words that name the remedy.

IMAP and SMTP meet the same faults below them (names, sockets, TLS), so both ask this table. Kept apart from the doors themselves
because it is the part that a person reads.
"""

import ipaddress
import re
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from mailticket.model.outcome import SourceError
from mailticket.model.policy import Server

MAX_TEXT = 300


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault in words, and what to do about it."""

    text: str
    remedy: str


# The first row whose exception fits is the one; so the narrower stand above the wider.
_NETWORK: tuple[tuple[type[BaseException], str, str], ...] = (
    (
        ssl.SSLCertVerificationError,
        "its certificate is not to be trusted",
        "let url name the host as its certificate does; for a private authority put its certificate into ca_file",
    ),
    (
        ssl.SSLError,
        "no TLS could be agreed on",
        "check the port: imaps:// and smtps:// speak TLS from the first byte, imap:// and smtp:// STARTTLS",
    ),
    (socket.gaierror, "its name is not known", "check the host in url, and this machine's name service"),
    (ConnectionRefusedError, "nothing listens there", "check host and port in url, and whether the server runs"),
    (TimeoutError, "it did not answer in time", "check the network and any firewall between here and the server"),
    (OSError, "the connection broke", "it is tried again; if it stays, check the network and the server's log"),
)

# asyncio sums up a host with several addresses (localhost has two) in a plain OSError.
_REFUSED_EVERYWHERE = "Connect call failed"

_PASSWORD = "check user and password (password_file or password_env); many hosts want an app password here"  # noqa: S105  (advice, not a secret)
REFUSED_TOKEN = "the provider gave a token, but the mail host takes it not: check user and scope, and the program's right to this mailbox"  # noqa: S105  (as above)
_BUSY = "it is tried again; if it stays, ask the mail host"

# RFC 5530 s.3: the code says whether trying again may help. Rows are tried in order; the last two serve hosts that send no code.
_REFUSED_LOGINS: tuple[tuple[re.Pattern[str], bool, str], ...] = (
    (re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\b", re.I), False, _BUSY),
    (re.compile(r"\[(PRIVACYREQUIRED|LOGINDISABLED)\b", re.I), True, "this host wants TLS first: write imaps:// in url"),
    (re.compile(r"\[EXPIRED\b", re.I), True, "the password has expired: set a new one at the mail host"),
    (re.compile(r"\[(WEBALERT|ALERT|CONTACTADMIN)\b", re.I), True, "log in to the mail host's web site once and read what it asks for"),
    (re.compile(r"\[(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED)\b", re.I), True, _PASSWORD),
    (re.compile(r"later|temporar|unavailable|too many|busy|internal|time.?out", re.I), False, _BUSY),
    (re.compile(""), True, _PASSWORD),
)


def one_line(text: object) -> str:
    """A server's words as one bounded printable line, so that they can stand in a log or a mail."""
    words = "".join(c if c.isprintable() else " " for c in str(text))
    return " ".join(words.split())[:MAX_TEXT]


def explain_network(fault: BaseException, server: Server) -> Trouble:
    """Why the server could not be spoken to. Looks behind the fault for its cause, as libraries wrap the telling one."""
    root = next((each for each in reversed(_chain(fault)) if isinstance(each, OSError)), fault)
    text, remedy = str(root), "it is tried again; if it stays, see the server's log"
    if isinstance(root, OSError) and _REFUSED_EVERYWHERE in text:
        root = ConnectionRefusedError(text)
    for sort, words, advice in _NETWORK:
        if isinstance(root, sort):
            return Trouble(one_line(f"{server.host}:{server.port}: {words} ({text})"), advice)
    return Trouble(one_line(f"{server.host}:{server.port}: {fault}"), remedy)


def _chain(fault: BaseException) -> list[BaseException]:
    """The fault and all that stands behind it."""
    chain = [fault]
    while behind := chain[-1].__cause__ or (None if chain[-1].__suppress_context__ else chain[-1].__context__):
        chain.append(behind)
    return chain


def explain_login(answer: object, server: Server, *, by_token: bool = False) -> SourceError:
    """A refused IMAP login, told apart by its response code: what passes (the host is busy) from what must stop (a wrong password)."""
    text = one_line(answer)
    _, permanent, remedy = next(row for row in _REFUSED_LOGINS if row[0].search(text))
    remedy = REFUSED_TOKEN if by_token and remedy == _PASSWORD else remedy
    return SourceError(f"{server.host}:{server.port}: login as {server.user} refused: {text}", permanent=permanent, remedy=remedy)


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by its spelling alone: a name that merely resolves to loopback is not believed."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def find_clear_text(server: Server) -> Trouble | None:
    """What is wrong with a server that would be spoken to in clear text, None when all is well."""
    if server.tls != "none" or is_loopback(server.host):
        return None
    return Trouble(
        f"{server.host}:{server.port}: tls=none is for loopback only, so nothing was sent",
        "take ?tls=none out of url, and write imaps:// or smtps://",
    )


def make_tls(ca_file: Path | None) -> ssl.SSLContext:
    """A TLS context that verifies certificate and host name, always; `ca_file` is trusted in place of the system's authorities.

    Raises ValueError when that file can't be read.
    """
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError as fault:
        raise ValueError(f"ca_file {ca_file} can't be read ({fault})") from None
