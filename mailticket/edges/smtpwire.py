"""What is said to a relay, as bytes: our own name, addresses, and the mail itself."""

import re
import socket
from collections.abc import Callable
from email.utils import parseaddr

from mailticket.model.notice import Outgoing

_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_LINE_END, _LINE_DOT = re.compile(rb"\r\n|\n|\r"), re.compile(rb"(?m)^\.")


def own_name(user: str) -> str:
    """What we call ourselves in EHLO without asking the name service: our domain, the host's full name, or a literal (RFC 5321 s.4.1.3)."""
    for name in (user.rpartition("@")[2], socket.gethostname()):
        if "." in name and name.isascii() and all(c.isalnum() or c in ".-" for c in name):
            return name
    return "[127.0.0.1]"


def path(name: str, address: str) -> bytes:
    """An address as MAIL and RCPT take it; aiosmtplib's own commands parse each one again, which costs more than sending the mail."""
    return f"{name}:<{address}>".encode()


def dot_stuffed(raw: bytes) -> bytes:
    """The mail as it goes over the wire, its final dot included (RFC 5321 s.4.5.2): whole lines, none of them a lone dot."""
    if not raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r"):
        raw = _LINE_END.sub(b"\r\n", raw)
    if raw.startswith(b".") or b"\n." in raw:
        raw = _LINE_DOT.sub(b"..", raw)
    return raw + (b".\r\n" if raw.endswith(b"\n") or not raw else b"\r\n.\r\n")


def find_unsendable(outgoing: Outgoing, carries_utf8: bool) -> str:
    """What keeps these addresses from ever going over this relay, "" when nothing does."""
    for address in filter(None, (outgoing.sender, outgoing.recipient)):
        if not _PLAIN.fullmatch(address) and (parseaddr(address)[1] != address or not address.isprintable() or " " in address):
            return f"not an address that can be written to: {address!r}"
    if not outgoing.recipient:
        return "there is no address to write to"
    if not _is_ascii(outgoing) and not carries_utf8:  # RFC 6531 s.3.5
        return f"the relay carries no addresses beyond ASCII (no SMTPUTF8): {outgoing.recipient}"
    return ""


def options(outgoing: Outgoing, raw: bytes, knows: Callable[[str], bool]) -> list[bytes]:
    """What MAIL says beside the sender, as far as the relay knows it: SIZE (RFC 1870), 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531)."""
    wanted = (
        ("size", f"SIZE={len(raw)}", True),
        ("8bitmime", "BODY=8BITMIME", not raw.isascii()),
        ("smtputf8", "SMTPUTF8", not _is_ascii(outgoing)),
    )
    return [option.encode() for name, option, needed in wanted if needed and knows(name)]


def _is_ascii(outgoing: Outgoing) -> bool:
    return (outgoing.sender + outgoing.recipient).isascii()
