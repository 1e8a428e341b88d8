"""The lists of tickets that agents ask for, and the search over subjects, people and texts, as the words are compared and not as they are
typed: the database folds letters as `text.normalise` does, so «الشهادة» finds «شهادات» and «احمد» finds «أحمد».
"""

from collections.abc import Callable, Iterator, Mapping

from mailticket.edges.database import Connection
from mailticket.edges.given import UNFINISHED
from mailticket.edges.rows import TICKET, read_ticket
from mailticket.model.staff import Query
from mailticket.model.ticket import Ticket
from mailticket.text.contact import split_who
from mailticket.text.normalise import normalise

LINES = 50
MOST_WORDS = 8
Where = tuple[str, tuple[object, ...]]
_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال")
_SUFFIXES = ("ات", "ه")
LEAST_DIGITS = 7
_LEAST = 3
"""So many letters are left of a word at least."""


def find_tickets(db: Connection, query: Query, agent: str) -> Iterator[Ticket]:
    """The tickets that a question is for, one more than are shown: those that are due soonest first; the newest first for a search."""
    where, params = QUERIES[query.name](db, query.word, agent)
    return map(read_ticket, db.rows(f"SELECT {TICKET} FROM ticket WHERE {where} LIMIT ?", (*params, LINES + 1)))


def _mine(_: Connection, _word: str, agent: str) -> Where:
    return f"owner = ? AND status IN {UNFINISHED} ORDER BY COALESCE(due_resolution, created), number", (agent,)


def _open(_: Connection, team: str, _agent: str) -> Where:
    by_team = "team = ? AND " if team else ""
    return f"{by_team}status IN {UNFINISHED} ORDER BY COALESCE(due_resolution, created), number", (team,) if team else ()


def _search(db: Connection, words: str, _agent: str) -> Where:
    """Every word in subject, people or texts; a word is data, whatever signs stand in it."""
    places = [f"{db.folded(column)} LIKE ? ESCAPE '!'" for column in ("subject", "requester", "requester_name")]
    people = " OR ".join(f"{db.folded(column)} LIKE ? ESCAPE '!'" for column in ("address", "name"))
    places.append(f"number IN (SELECT ticket FROM participant WHERE {people})")
    places.append(f"number IN (SELECT ticket FROM entry WHERE {db.folded('text')} LIKE ? ESCAPE '!')")
    wanted = [make_pattern(word) for word in normalise(words).split()][:MOST_WORDS]
    where = " AND ".join(f"({' OR '.join(places)})" for _ in wanted) or "1 = 0"
    return f"{where} ORDER BY number DESC", tuple(word for word in wanted for _ in range(where.count("?") // len(wanted)))


def make_pattern(word: str) -> str:
    """A normalised word for LIKE: without the article before it and the feminine ending, in whatever number it is written."""
    stem = cut_word(word)
    return f"%{stem.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"


def cut_word(word: str) -> str:
    """What a word is looked for by."""
    before = next((p for p in _PREFIXES if word.startswith(p) and len(word) - len(p) >= _LEAST), "")
    word = word.removeprefix(before)
    behind = next((s for s in _SUFFIXES if word.endswith(s) and len(word) - len(s) >= _LEAST), "")
    return word.removesuffix(behind)


def _phone(db: Connection, words: str, _agent: str) -> Where:
    """Tickets of people who gave that phone number: with their name, or in a mail that they wrote themselves."""
    digits = split_who(words).digits
    if len(digits) < LEAST_DIGITS:
        return "1 = 0", ()
    by_name, by_text = (f"{_close(db.folded(column))} LIKE ?" for column in ("requester_name", "entry.text"))
    theirs = f"SELECT 1 FROM entry WHERE entry.ticket = ticket.number AND author = requester AND {by_text}"
    return f"requester <> '' AND ({by_name} OR EXISTS ({theirs})) ORDER BY number DESC", (f"%{digits}%", f"%{digits}%")


def _close(sql: str) -> str:
    return f"REPLACE(REPLACE({sql}, ' ', ''), '-', '')"


def _name(db: Connection, words: str, _agent: str) -> Where:
    """Tickets of people who are called just so."""
    name = normalise(split_who(words.partition(" ")[2]).name)
    return (f"requester <> '' AND {db.folded('requester_name')} = ? ORDER BY number DESC", (name,)) if name else ("1 = 0", ())


QUERIES: Mapping[str, Callable[[Connection, str, str], Where]] = {
    "mine": _mine,
    "open": _open,
    "search": _search,
    "phone": _phone,
    "name": _name,
}
