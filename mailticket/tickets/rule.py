"""What a rule says: when it holds, and what then. Values only; `rulefile` reads them, `rules` applies them."""

from dataclasses import dataclass
from enum import StrEnum

from mailticket.model.mail import Language
from mailticket.model.ticket import Channel, Priority, Type
from mailticket.tickets.match import Place
from mailticket.tickets.written import Written

Each = tuple[tuple[float, tuple[str, ...]], ...]
"""Scores, each with the words that give it, once for every different word that is found."""


class During(StrEnum):
    """A time in which a rule holds: while a course session runs or starts within the hour, within working hours, outside of them."""

    SESSION = "session"
    HOURS = "hours"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Condition:
    """When a rule holds: every field that is given must be met.

    `any`: one of these words or phrases stands in the mail. `all`: each of these does; an element that is a list is met by any of its
    own. `none`: none of these does. `places`: where the words are looked for. `near`: the words of `any` and `all` stand within so many
    words of each other, and only a `none` that stands as near forbids it; 0 means anywhere.
    `each`: single words, each with its own score (`Each`); it stands alone.
    `sender`, `to`: addresses, * for anything. `domain`: the sender's, or one below it. `attachment`: True or False for whether there is
    one, or names, * for anything. `pattern`: a regular expression (RE2) over subject or text as written, digits made Western.
    """

    any: tuple[str, ...] = ()
    all: tuple[tuple[str, ...], ...] = ()
    none: tuple[str, ...] = ()
    places: Place = Place.SUBJECT | Place.BODY
    near: int = 0
    each: Each = ()
    sender: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    channel: tuple[Channel, ...] = ()
    language: tuple[Language, ...] = ()
    attachment: bool | tuple[str, ...] | None = None
    during: During | None = None
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """What a rule does when it holds.

    `score` goes to its `team` and to its `type`. `aside` sets a topic aside: words of team rules that stand within so many words after
    the rule's own (before them when negative), in the same sentence, count nothing. `stop`: the rules after this one are not asked.
    """

    team: str = ""
    score: float = 1.0
    type: Type | None = None
    priority: Priority | None = None
    tags: tuple[str, ...] = ()
    owner: str = ""
    watch: tuple[str, ...] = ()
    template: str = ""
    stop: bool = False
    aside: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, with where it was read, and its keywords as they stand there."""

    name: str
    why: str
    when: Condition
    then: Action
    file: str = ""
    line: int = 0
    written: tuple[Written, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        """Every word and phrase that the rule looks for or excludes."""
        return (*self.when.any, *(phrase for group in self.when.all for phrase in group), *self.when.none)


@dataclass(frozen=True, slots=True)
class RuleFault:
    """What is wrong with a rule file: where, what, and what to do about it; a "warning" or "info" where it is not wrong but odd."""

    file: str
    line: int
    message: str
    remedy: str
    severity: str = "error"
