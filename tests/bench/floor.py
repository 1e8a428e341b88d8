"""The floor that everything is measured against: the standard library reading the same mails once, on one core (design.md section 5)."""

import email
import email.policy
import time
from collections.abc import Sequence
from email.header import decode_header
from email.message import Message


def read_once(raw: bytes) -> int:
    """Parse with compat32, decode every header and every text part; returns how many characters that gave."""
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    size = 0
    for _, value in mail.items():
        size += sum(len(_text(piece, charset)) for piece, charset in decode_header(str(value)))
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            size += len(_body(part))
    return size


def _text(piece: bytes | str, charset: str | None) -> str:
    return piece if isinstance(piece, str) else piece.decode(charset or "ascii", "replace")


def _body(part: "Message[str, str]") -> str:
    data = part.get_payload(decode=True)
    return data.decode(part.get_content_charset() or "ascii", "replace") if isinstance(data, bytes) else ""


def measure_floor(raws: Sequence[bytes], seconds: float = 3.0) -> float:
    """Mails a CPU second: the whole set is read again until that many seconds have gone."""
    count, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        for raw in raws:
            read_once(raw)
        count += len(raws)
    return count / (time.process_time() - began)
