"""Canaries: words that stand in one text alone, in both scripts, so that wherever one turns up it is known what was told to whom.

The oracle of the desk machine (`tests.laws`): it reads every byte of a mail as a snooper would, and says what its reader must not see.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

_ARABIC = "بتثجحخدذرزسشصضطظ"
_LATIN = "abcdefghijklmnop"
_WORD = re.compile(f"zq[{_LATIN}]{{8}}|كنر[{_ARABIC}]{{8}}")
TOKEN = re.compile(r"(\d{1,12})\.([a-z])\.([a-z0-9][a-z2-7]{16})")


class Sort(StrEnum):
    """What a text is, and so who may read it."""

    TEXT = "a requester's words"
    """Whoever is on a ticket where they stand."""
    ANSWER = "an agent's answer"
    """Whoever is on the ticket that was answered."""
    INSIDE = "inside words"
    """The desk alone: notes, signatures, commands."""
    NAME = "a name"
    """As a requester's words, and its bearer in an acknowledgement."""


@dataclass
class Canary:
    """One word: the sort of its text, whose it is, the tickets it stands on, and who has read or written it lawfully."""

    word: str
    sort: Sort
    by: str
    where: str = "body"
    tickets: set[int] = field(default_factory=set)
    known_to: set[str] = field(default_factory=set)
    retold: set[int] = field(default_factory=set)
    """The tickets on which somebody outside wrote it."""
    meant_for: str = ""
    """Of a contact that an agent logs: whose it was."""


class Aviary:
    """All canaries, by their words."""

    def __init__(self) -> None:
        self._all: dict[str, Canary] = {}
        self._count = 0

    def breed(self, sort: Sort, by: str, where: str = "body", *tickets: int, meant_for: str = "") -> str:
        """A new canary as text: one word in each script, for one of the two may be lost where a text is cut or wrapped."""
        self._count += 1
        shape = hashlib.sha256(f"canary {self._count}".encode()).hexdigest()[:8]
        figures = [int(letter, 16) for letter in shape]
        latin = "zq" + "".join(_LATIN[at] for at in figures)
        arabic = "كنر" + "".join(_ARABIC[at] for at in figures)
        for word in (latin, arabic):
            self._all[word] = Canary(word, sort, by, where, set(tickets), {by}, meant_for=meant_for)
        return f"{latin} {arabic}"

    def find(self, reading: str) -> Iterator[Canary]:
        """The canaries of a squeezed reading (`tests.snoop`), each once."""
        for word in dict.fromkeys(_WORD.findall(reading)):
            if word in self._all:
                yield self._all[word]
