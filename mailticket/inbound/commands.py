"""What an agent orders: the commands in the first lines of the new text, however a phone wrote them, and the text below.

A command is a line that begins with "#" (plain, full-width or as a keycap) and a word of the table in Arabic or English, with or without
a space, whatever marks a keyboard put around it. Nothing is dropped: a line that begins so and is no command is handed back as unknown,
and a command that stands further down, where it would go to the requester as text, is named too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from mailticket.model.command import Argument, Command
from mailticket.model.commands import COMMANDS
from mailticket.model.staff import Asked, Query
from mailticket.text.bidi import strip_controls
from mailticket.text.normalise import fold_digits, normalise

MOST_WORDS = 3
LOG = "log"
MOST_LINES = 50
"""So many tickets can be worked on by one mail."""
_HASH = "#\uff03\ufe5f"
_NUMBERED = r"\[?(?:MT\s*-\s*)?(?P<number>\d{1,12})\]?\s*[.):,-]?\s*"
_LINE = re.compile(rf"(?:{_NUMBERED})?[{_HASH}]+[\ufe0f\u20e3]*\s*(?P<rest>\S.*)", re.IGNORECASE)
_GLUE = re.compile(r"\A([^\s:：،,=]+)[:：،,=]+\s*")
_NEXT = re.compile(rf"\s+(?=[{_HASH}])")
_EDGES = " \t.،,;؛:：!?؟\"'«»()[]"
_NUMBER = re.compile(r"\d{1,12}")


@dataclass(frozen=True, slots=True)
class Order:
    """One command as it was written. `command` is None for a word that the table does not know; `line` is the number before it, if any.

    `is_tag` says that the number stands in a tag ([MT-1042]): it can mean nothing but that ticket.
    """

    command: Command | None
    word: str
    argument: str = ""
    line: int | None = None
    is_tag: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """An agent's new text, read: the orders of its first lines, the text below them, and a command that stands too far down."""

    orders: tuple[Order, ...] = ()
    text: str = ""
    below: str = ""

    @property
    def is_arabic(self) -> bool | None:
        """Whether the commands are Arabic words, None without any."""
        return any("\u0600" <= letter <= "\u06ff" for letter in self.orders[0].word) if self.orders else None

    def find(self, name: str) -> Order | None:
        """The first order of that name."""
        return next((order for order in self.orders if order.command and order.command.name == name), None)


def parse_commands(text: str) -> Spoken:
    """The orders of a new text and what stands below them. Time is linear in its length."""
    lines = text.split("\n")
    orders: list[Order] = []
    at = 0
    for at, line in enumerate(lines):  # noqa: B007 - where the commands end is what is looked for
        if not strip_controls(line).strip():
            continue
        if not (found := tuple(read_line(line))):
            break
        orders += found
    else:
        at = len(lines)
    rest = "\n".join(lines[at:]).strip("\n").rstrip()
    return Spoken(tuple(orders), rest, next(_find_below(rest), ""))


def read_line(line: str) -> Iterator[Order]:
    """The orders of one line, none when it does not begin as one."""
    found = _LINE.fullmatch(fold_marks(line))
    if found is None:
        return
    number = int(found["number"]) if found["number"] else None
    rest = found["rest"]
    while rest:
        order, rest = read_order(rest, number)
        yield order


def fold_marks(line: str) -> str:
    """A line as it is compared: without invisible marks, digits as Western ones."""
    return fold_digits(strip_controls(line)).strip()


def read_order(rest: str, line: int | None) -> tuple[Order, str]:
    """The first order of what stands behind a "#", and what stands behind the next one."""
    words = _GLUE.sub(r"\1 ", rest).split()
    for count in range(min(MOST_WORDS, len(words)), 0, -1):
        if command := find_command(" ".join(words[:count])):
            said = " ".join(words[:count]).strip(_EDGES)
            argument, more = " ".join(words[count:]), ""
            if command.argument is not Argument.TEXT:
                argument, more = _cut_next(argument)
            return Order(command, said, argument, line), more
    return Order(None, words[0].strip(_EDGES) if words else "", " ".join(words[1:]), line), ""


def _cut_next(argument: str) -> tuple[str, str]:
    """An argument, and the next command on the same line."""
    own, *others = _NEXT.split(" " + argument, maxsplit=1)
    return own.strip(_EDGES), others[0].lstrip(_HASH + "\ufe0f\u20e3 ") if others else ""


def find_command(words: str) -> Command | None:
    """The command of that name in either language, as people spell it; None without one."""
    key = _key(words)
    return _BY_WORD.get(key) or _BY_WORD.get(key.removeprefix("ال"))


def find_nearest(word: str) -> Command | None:
    """The command that was probably meant."""
    close = get_close_matches(_key(word), _BY_WORD, 1, 0.6)
    return _BY_WORD[close[0]] if close else None


def _key(words: str) -> str:
    return " ".join(normalise(words.replace("_", " ").replace("-", " ")).strip(_EDGES).split())


_BY_WORD: Mapping[str, Command] = {_key(word): command for command in COMMANDS for word in command.words}


def _find_below(text: str) -> Iterator[str]:
    """Lines further down that begin with a command's word: meant as a command, most likely, and not for the requester."""
    for line in text.split("\n"):
        if any(mark in line for mark in _HASH):
            yield from (line.strip() for order in read_line(line) if order.command)


def find_query(order: Order, agent: str) -> Query | None:
    """The question for tickets that an order asks, None for one that asks for no list."""
    name = order.command.name if order.command else ""
    word = {"mine": agent, "open": "", "search": order.argument}.get(name)
    return None if word is None else Query(name, word)


def parse_blocks(text: str) -> tuple[Spoken, ...]:
    """A text of several `#log` commands, each with what stands below it; () for a text of one or none."""
    lines = text.split("\n")
    starts = [at for at, line in enumerate(lines) if next((o.command.name == LOG for o in read_line(line) if o.command), False)]
    if len(starts) < 2 or any(fold_marks(line) for line in lines[: starts[0]]):
        return ()
    ends = [*starts[1:], len(lines)]
    return tuple(parse_commands("\n".join(lines[start:end])) for start, end in zip(starts, ends, strict=True))


def find_queries(order: Order, agent: str) -> tuple[Query, ...]:
    """Everything that the store is asked for an order: lists, and who is meant by a phone number or a name."""
    if order.command and order.command.name == LOG:
        return (Query("phone", order.argument), Query("name", order.argument))
    query = find_query(order, agent)
    return (query,) if query else ()


def find_asked(
    spoken: Spoken, agent: str, held: int | None = None, cited: tuple[str, ...] = (), digest: int | None = None
) -> Asked:
    """What the store must be asked for an agent's mail; `cited` are the mails of ours that it answers, `digest` is the digest's number."""
    queries = tuple(dict.fromkeys(query for order in spoken.orders for query in find_queries(order, agent)))
    lines = dict.fromkeys(order.line for order in spoken.orders if order.line is not None)
    return Asked(agent, held, find_numbers(spoken), queries, cited, digest, tuple(lines)[:MOST_LINES])


def find_numbers(spoken: Spoken) -> tuple[int, ...]:
    """The ticket numbers that orders name, so that the store can be asked about them beforehand."""
    named = (o for o in spoken.orders if o.command and o.command.argument is Argument.NUMBER)
    found = (_NUMBER.search(order.argument) for order in named)
    return tuple(int(number[0]) for number in found if number)
