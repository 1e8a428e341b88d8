"""By what mail programs keep the notices of one ticket to one reader in one conversation, whoever owns it and whatever was replaced since.

Gmail wants the same subject (but for "Re:") and a shared reference; Thunderbird, Apple Mail and most others a shared reference; Outlook and
Exchange the Thread-Index, and without one the subject. So every notice names the same root, which is no mail: the reader's pseudo-reference
of the first generation, worthless once a later one was given out.
"""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

from mailticket.model.token import Holder, Keyring, message_id

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_RE = "Re: "


def find_root(holder: Holder, ring: Keyring, desk: str) -> str:
    """The id that all notices of a ticket to one reader refer to."""
    first = Holder(holder.number, holder.fingerprint, holder.purpose, holder.person)
    return message_id(ring, first, "ref", desk)


def make_index(root: str, begun: datetime, now: datetime, *, is_first: bool) -> str:
    """The Thread-Index of a notice ([MS-OXOMSG] 2.2.1.3): 22 octets of the conversation, five more for what is not its first."""
    guid = hashlib.sha256(root.encode()).digest()[:16]
    header = _filetime(begun).to_bytes(8)[:6] + guid
    delta = max(0, _filetime(now) - _filetime(begun)) >> 18  # in the form for spans below 1.7 years, by the bit that stays 0
    child = b"" if is_first else (delta & 0x7FFFFFFF).to_bytes(4) + guid[:1]
    return base64.b64encode(header + child).decode()


def find_topic(subject: str) -> str:
    """The Thread-Topic: the subject without its prefix ([MS-OXOMSG] 2.2.1.5)."""
    return subject.removeprefix(_RE)


def _filetime(at: datetime) -> int:
    """Tenths of microseconds since 1601."""
    return (at - _EPOCH) // _TICK * 10
