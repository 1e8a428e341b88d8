"""Mails of the desk machine as values: what lies in an inbox, what is sent with the truth about it, and what headers carry."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from mailticket.demo.letters import part, read
from mailticket.model.notice import Outgoing
from mailticket.model.policy import Agent
from mailticket.model.ticket import Ticket
from tests.canaries import TOKEN

Token = tuple[int, str, str]
"""A number, a purpose and what is signed."""


class LeakError(AssertionError):
    """A law was broken: somebody was told what they must not know, or somebody's word counted who had none."""


@dataclass(frozen=True)
class Letter:
    """A mail of ours that lies in somebody's inbox."""

    raw: bytes
    to: str
    kind: str
    number: int
    at: datetime
    sender: str = ""
    tokens: frozenset[Token] = frozenset()
    """Everything signed that stands in it."""

    @functools.cached_property
    def mail(self) -> EmailMessage:
        """The mail as its reader's client reads it."""
        return read(self.raw)

    @functools.cached_property
    def text(self) -> str:
        """Its words."""
        return part(self.mail, "plain")

    @functools.cached_property
    def own_token(self) -> str:
        """What its answer is addressed to."""
        return next((token for _, _, token in self.reply_tokens), "")

    @functools.cached_property
    def reply_tokens(self) -> list[tuple[str, str, str]]:
        """Everything signed in its Reply-To."""
        return TOKEN.findall(str(read_head(self.raw)["Reply-To"] or "").lower())


@dataclass(frozen=True)
class Act:
    """One mail on its way in, with the truth about it: who wrote it, and what a genuine agent means by it."""

    raw: bytes
    author: str
    agent: Agent | None = None
    """Whose it truly is, of those on the roster; None for everybody else, whoever's name they borrow."""
    dmarc: str = ""
    letter: Letter | None = None
    """What is answered."""
    commands: tuple[str, ...] = ()
    has_text: bool = False
    is_by_line: bool = False
    """Whether the commands stand behind numbers of lines and tickets."""
    grants: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Who may read along from now on, by ticket; 0 for those that this mail opens."""
    brings: str = ""
    """Whose mail is forwarded."""
    confirms: bool = False
    asks_about: tuple[int, ...] = ()
    """Tickets that the agent asks to be shown; (0,) for any."""


@dataclass(frozen=True)
class State:
    """What stood on the desk before a step: tickets, who is on them, and how long their records were."""

    tickets: Mapping[int, Ticket]
    people: Mapping[int, frozenset[tuple[str, str]]]
    entries: Mapping[int, int]
    changes: Mapping[int, int]


@functools.lru_cache(16)
def read_head(raw: bytes) -> Message:
    """The headers of a mail."""
    return BytesHeaderParser().parsebytes(raw)


@functools.lru_cache(16)
def _addresses(raw: bytes, *names: str) -> tuple[str, ...]:
    mail = read_head(raw)
    fields = [str(v) for name in names for v in mail.get_all(name, [])]
    return tuple(address.lower() for _, address in getaddresses(fields) if "@" in address)


def senders_of(raw: bytes) -> tuple[str, ...]:
    """Every address of every From field."""
    return _addresses(raw, "From")


def recipients_of(raw: bytes) -> tuple[str, ...]:
    """Every address of To and Cc."""
    return _addresses(raw, "To", "Cc")


@functools.lru_cache(16)
def tokens_in(raw: bytes) -> frozenset[Token]:
    """What a mail carries of ours in the places where it is looked for."""
    mail = read_head(raw)
    places = [str(v) for name in ("To", "Cc", "In-Reply-To", "References") for v in mail.get_all(name, [])]
    return frozenset((int(n), p, t) for n, p, t in TOKEN.findall(" ".join(places).lower()))


def describe(one: Outgoing) -> str:
    """A mail of ours for a person who looks for a fault."""
    text = re.sub(r"\s*\n\s*", "\n", part(read(one.raw), "plain"))
    return f"{one.kind} on {one.number} to {one.recipient}: {one.subject}\n{text[-1500:]}"
