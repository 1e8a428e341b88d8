"""The commands that agents write, as one table: what each is called, what it takes, what it needs, and how it is explained.

The parser, the mailed `#help`, the cheat sheet of notices and `mailticket help commands` are all made from these rows. What a command
does stands in `desk.actions`, under the same name.
"""

from dataclasses import dataclass
from enum import StrEnum

from mailticket.model.policy import Bilingual


class Argument(StrEnum):
    """What stands behind a command's word."""

    NONE = "none"
    TEXT = "text"
    PERSON = "person"
    TEAM = "team"
    PRIORITY = "priority"
    TYPE = "type"
    SWITCH = "switch"
    MOMENT = "moment"
    SNIPPET = "snippet"
    ADDRESS = "address"
    NUMBER = "number"
    CONTACT = "contact"


class Reach(StrEnum):
    """How far a command reaches, and so how well its author must be proved where no authserv_id is pinned (spec 3)."""

    TICKET = "ticket"
    """Changes this ticket alone: the author's token is enough."""
    SPREADS = "spreads"
    """Could leak or spread: must be confirmed, unless our own host vouches for the author."""
    ASKS_NOTHING = "asks nothing"
    """Tells only what stands in every manual."""


NO_EXAMPLE = Bilingual()


@dataclass(frozen=True, slots=True)
class Command:
    """One row. `example` is what stands behind the word in an example, "" for nothing; `is_bare` says that the argument may be missing."""

    name: str
    arabic: str
    about: Bilingual
    argument: Argument = Argument.NONE
    example: Bilingual = NO_EXAMPLE
    aliases: tuple[str, ...] = ()
    is_bare: bool = False
    reach: Reach = Reach.TICKET
    level: int = 1
    """The least level of an agent who may give it."""
    needs_ticket: bool = True
    takes_text: bool = False
    """Whether what stands below belongs to the command instead of to the requester."""
    on_sheet: bool = False
    """Whether the cheat sheet of notices shows it."""

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that it is called."""
        return (self.name, self.arabic, *self.aliases)

    def usage(self, language: str) -> str:
        """An example of it: "#assign sara", «#إسناد سارة»."""
        word, example = (self.arabic, self.example.ar) if language == "ar" else (self.name, self.example.en)
        return f"#{word} {example}".rstrip()
