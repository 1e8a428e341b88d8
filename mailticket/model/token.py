"""The one place for what we sign: reply addresses, bounce addresses, Message-IDs and the loop mark.

Nothing here is random. A token is an HMAC-SHA256 over what it names, cut to 80 bits and written as 16 base32 letters behind the id
of its key, so that a replay after a crash makes the same bytes, a raised generation revokes it, and a ticket number given
again after a restore fits nobody's old token (the founding mail's fingerprint is part of it).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

MAC_LENGTH = 16
_CLAIM = r"(?P<number>\d{1,12})\.(?P<purpose>[a-z])\.(?P<token>[a-z0-9][a-z2-7]{16})"
_ADDRESS = re.compile(rf"(?P<local>.+)\+{_CLAIM}", re.IGNORECASE)
_MESSAGE_ID = re.compile(rf"<mt\.{_CLAIM}\.[a-z0-9]+@(?P<domain>[^<>@\s]+)>", re.IGNORECASE)
_CODE = re.compile(rf"(?<![\w.]){_CLAIM}\b", re.IGNORECASE)
_BOUNCE = re.compile(r"(?P<local>.+)\+b\.(?P<id>[a-z2-7]{16})\.(?P<token>[a-z0-9][a-z2-7]{16})", re.IGNORECASE)


class Purpose(StrEnum):
    """What a token entitles to, one letter each as it stands in addresses."""

    REQUESTER = "r"
    AGENT = "a"
    TEAM = "t"
    BOUNCE = "b"
    LOOP = "l"
    SOLVED = "s"
    UNSOLVED = "n"
    RATE = "v"
    DIGEST = "d"
    """One digest and one reader of it: the number is the digest's, no ticket's."""
    CONFIRM = "c"
    """One held mail and the agent whose it is: the number is the held mail's."""


INSIDE_PURPOSES = (Purpose.AGENT, Purpose.TEAM, Purpose.DIGEST, Purpose.CONFIRM)
"""What only the desk's own people are given."""


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key: `id` is one letter or digit."""

    id: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a ticket's token belongs to: the ticket by number and founding fingerprint, the person by address (or the team by name)."""

    number: int
    fingerprint: str
    purpose: Purpose
    person: str
    generation: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        """What is signed."""
        return (self.purpose, str(self.number), self.fingerprint, self.person.lower(), str(self.generation))


def digest_holder(number: int, person: str) -> Holder:
    """Who may answer a digest: the digest by its number, its reader by address."""
    return Holder(number, "digest", Purpose.DIGEST, person)


def confirm_holder(number: int, digest: str, person: str) -> Holder:
    """Who may confirm a held mail: its agent, for these bytes alone."""
    return Holder(number, digest, Purpose.CONFIRM, person)


def intake_holder(person: str, generation: int = 0) -> Holder:
    """Whose the address is that an agent writes to of tickets that are none yet: calls to log, mails of the desk."""
    return Holder(0, "intake", Purpose.AGENT, person, generation)


@dataclass(frozen=True, slots=True)
class Claim:
    """What an address or id of ours claims, not yet believed."""

    number: int
    purpose: str
    token: str


class Keyring:
    """The keys by id; the first signs, all of them verify."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._keys = tuple(keys)
        if not self._keys:
            raise ValueError("a keyring needs at least one key")

    def sign(self, parts: Iterable[str]) -> str:
        """Key id and MAC over the parts, 17 characters of lower-case base32."""
        return _mac(self._keys[0], parts)

    def is_signed(self, token: str, parts: Iterable[str]) -> bool:
        """Whether one of our keys made this token for these parts; takes the same time for every wrong one."""
        parts, token = tuple(parts), token.lower()
        return any(hmac.compare_digest(_mac(key, parts).encode(), token.encode()) for key in self._keys if token[:1] == key.id)


def _mac(key: Key, parts: Iterable[str]) -> str:
    message = b"".join(len(p := part.encode()).to_bytes(4) + p for part in parts)
    digest = hmac.digest(key.secret, message, "sha256")[:10]
    return key.id + base64.b32encode(digest).decode().lower()


def make_key(text: str) -> str:
    """A short stable id (16 base32 letters) for a cause: the outbox key, and the tail of a Message-ID."""
    return base64.b32encode(hashlib.sha256(text.encode()).digest()[:10]).decode().lower()


def reply_address(ring: Keyring, holder: Holder, desk: str) -> str:
    """The signed address that a holder answers to: `info+1042.r.k…@example.sa`."""
    local, _, domain = desk.partition("@")
    return f"{local}+{holder.number}.{holder.purpose}.{ring.sign(holder.parts)}@{domain}"


def message_id(ring: Keyring, holder: Holder, key: str, desk: str) -> str:
    """The Message-ID of a mail of ours to that holder; `key` is the outbox key of its cause, or "ref" for the pseudo-reference."""
    return f"<mt.{holder.number}.{holder.purpose}.{ring.sign(holder.parts)}.{key}@{desk.partition('@')[2]}>"


def make_code(ring: Keyring, holder: Holder) -> str:
    """The same token for a subject, where addresses can't carry it: `7.c.k…`."""
    return f"{holder.number}.{holder.purpose}.{ring.sign(holder.parts)}"


def find_codes(subject: str) -> Iterator[Claim]:
    """What the codes in a subject claim."""
    for found in _CODE.finditer(subject):
        yield Claim(int(found["number"]), found["purpose"].lower(), found["token"].lower())


def parse_reply_address(address: str, desk: str) -> Claim | None:
    """What an address of the desk claims, None when it carries no token of ours."""
    local, _, domain = address.lower().rpartition("@")
    found = _ADDRESS.fullmatch(local)
    if found is None or f"{found['local']}@{domain}" != desk.lower():
        return None
    return Claim(int(found["number"]), found["purpose"].lower(), found["token"].lower())


def parse_message_id(value: str, desk: str) -> Claim | None:
    """What a Message-ID claims, None when it has not the form of ours or another domain."""
    found = _MESSAGE_ID.fullmatch(value.strip())
    if found is None or found["domain"].lower() != desk.lower().partition("@")[2]:
        return None
    return Claim(int(found["number"]), found["purpose"].lower(), found["token"].lower())


def is_pseudo_reference(value: str) -> bool:
    """Whether an id of ours is the pseudo-reference that each of a ticket's mails to one holder carries."""
    return ".ref@" in value


def bounce_address(ring: Keyring, key: str, desk: str) -> str:
    """The envelope sender by which a bounce finds its mail."""
    local, _, domain = desk.partition("@")
    return f"{local}+b.{key}.{ring.sign((Purpose.BOUNCE, key))}@{domain}"


def find_bounced_key(ring: Keyring, address: str, desk: str) -> str | None:
    """The outbox key that a bounce address names, None unless its signature is ours."""
    local, _, domain = address.lower().rpartition("@")
    found = _BOUNCE.fullmatch(local)
    if found is None or f"{found['local']}@{domain}" != desk.lower():
        return None
    return found["id"] if ring.is_signed(found["token"], (Purpose.BOUNCE, found["id"])) else None


def loop_mark(ring: Keyring, mail_id: str) -> str:
    """The value of X-MailTicket-Loop for a mail of ours."""
    return ring.sign((Purpose.LOOP, mail_id))


def is_loop_mark(ring: Keyring, value: str, mail_id: str) -> bool:
    """Whether a mail that carries this mark and Message-ID is ours, come back."""
    return ring.is_signed(value.strip(), (Purpose.LOOP, mail_id))
