"""What is said to a relay, as bytes: our own name, addresses, and the mail itself."""

import re
import socket

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
