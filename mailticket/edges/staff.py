"""What agents' mails ask of the store: held mails, deeds that can be taken back, whole tickets and lists of them.

Asked only when somebody on the roster writes, so that no requester's mail pays for it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from mailticket.edges.database import Connection, Row
from mailticket.edges.quoted import read_quoted
from mailticket.edges.rows import ENTRY, index_key, micros, read_entry, read_ticket, ticket_row
from mailticket.edges.searching import find_tickets
from mailticket.edges.standing import read_person
from mailticket.edges.tables import to_micros, to_moment
from mailticket.model.outcome import Keys, KnownTicket
from mailticket.model.packed import Packed
from mailticket.model.staff import Asked, Deed, Held, Query, Revoked, StaffFacts, StaffWork
from mailticket.model.ticket import Change, Entry, Role

ENTRIES = 200
TO_OUTSIDERS = "kind IN ('reply', 'resolved', 'passed', 'transcript') AND kind <> 'transcript'"
"""The mails of a deed that go out of the house; in the words of the index."""
HELD_SQL = (
    "SELECT h.number, h.agent, h.ticket, h.digest, h.word, h.at, h.asked, h.used, r.codec, r.data "
    "FROM held AS h JOIN raw AS r ON r.digest = h.digest WHERE h.number = ?"
)
DEED_SQL = (
    "SELECT agent, at, digest, before, after, people, ledger FROM deed WHERE ticket = ? AND agent = ? AND undone IS NULL "
    "ORDER BY ledger DESC LIMIT 1"
)
OF_DEED = f"FROM outgoing WHERE ledger = ? AND ticket = ? AND {TO_OUTSIDERS}"
WAITING = f"SELECT id {OF_DEED} AND state IN ('held', 'queued')"
STANDING = f"SELECT COUNT(*) {OF_DEED} AND state <> 'cancelled'"
RELEASE = (
    "UPDATE outgoing SET state = 'queued', next_try = CAST(? AS BIGINT) + next_try - created "
    "WHERE ledger = ? AND kind IN ('reply', 'resolved', 'passed', 'transcript') AND state = 'held'"
)
GENERATION_SQL = (
    "INSERT INTO generation (ticket, person, value) VALUES (?, ?, ?) ON CONFLICT (ticket, person) DO UPDATE SET value = excluded.value"
)


def read_staff(db: Connection, keys: Keys) -> StaffFacts:
    """What is known before the tickets are: the held mail that is answered, the mail that is answered, the lists that are asked for."""
    asked = keys.asked or Asked("")
    held = _read_held(db, asked.held) if asked.held is not None else None
    queries = (*asked.queries, *(held.asked.queries if held else ()))
    row = db.row("SELECT COALESCE(MAX(number), 0) + 1 FROM held")
    found = {query: tuple(find_tickets(db, query, asked.agent)) for query in queries}
    lines = _read_lines(db, held.asked if held else asked)
    return StaffFacts(next_held=int(row[0]) if row else 1, answered=_answered(db, keys.ids), held=held, found=found, lines=lines)


def _read_lines(db: Connection, asked: Asked) -> tuple[int, ...]:
    """The tickets of a digest's lines as its reader was shown them."""
    if asked.digest is None:
        return ()
    row = db.row("SELECT tickets FROM digest_reader WHERE digest = ? AND person = ?", (asked.digest, asked.agent))
    return tuple(map(int, row[0].split())) if row else ()


def add_numbers(staff: StaffFacts, keys: Keys, numbers: Iterable[int]) -> Iterator[int]:
    """The ticket numbers of a mail's keys, with those that its commands name, and those that its held mail works on and names."""
    yield from numbers
    yield from _named(staff, keys.asked) if keys.asked else ()
    if staff.held:
        yield from (n for n in (staff.held.ticket, *_named(staff, staff.held.asked)) if n)


def _named(staff: StaffFacts, asked: Asked) -> Iterator[int]:
    """The tickets that commands name, by their numbers or by those of a digest's lines."""
    for number in (*asked.numbers, *asked.lines):
        yield number
        if 0 < number <= len(staff.lines):
            yield staff.lines[number - 1]


def complete_staff(db: Connection, staff: StaffFacts, keys: Keys, known: Mapping[int, KnownTicket]) -> StaffFacts:
    """The same with what is known of each ticket: its entries and audit, its requester, and the agent's last deed on it."""
    agent = keys.asked.agent if keys.asked else ""
    deeds = {number: deed for number in known if (deed := _read_deed(db, number, agent))}
    return replace(
        staff,
        entries={number: tuple(_entries(db, number)) for number in known},
        changes={number: tuple(_changes(db, number)) for number in known},
        people={number: read_person(db, one.ticket.requester) for number, one in known.items()},
        deeds=deeds,
        quoted=read_quoted(db, (staff.held.asked if staff.held else keys.asked) or Asked(""), tuple(known)),
    )


def _entries(db: Connection, number: int) -> Iterator[Entry]:
    rows = db.rows(f"SELECT {ENTRY} FROM entry WHERE ticket = ? ORDER BY id DESC LIMIT ?", (number, ENTRIES))
    return map(read_entry, reversed(rows))


def _changes(db: Connection, number: int) -> Iterator[Change]:
    rows = db.rows("SELECT at, who, what, old, new, why FROM audit WHERE ticket = ? ORDER BY seq DESC LIMIT ?", (number, ENTRIES))
    return (Change(to_moment(r[0]), *r[1:]) for r in reversed(rows))


def _answered(db: Connection, ids: Sequence[str]) -> datetime | None:
    """When the newest of our mails that this one answers was written."""
    for value in ids[:3]:
        if row := db.row("SELECT created FROM outgoing WHERE message_id = ?", (index_key(value),)):
            return to_moment(row[0])
    return None


def _read_held(db: Connection, number: int) -> Held | None:
    row = db.row(HELD_SQL, (number,))
    if row is None:
        return None
    return Held(row[0], row[1], row[2], row[3], row[4], to_moment(row[5]), _read_asked(row[6]), Packed(row[8], row[9]), row[7] is not None)


def _read_asked(text: str) -> Asked:
    words = json.loads(text)
    queries = tuple(Query(*query) for query in words["queries"])
    lines = tuple(words.get("lines", ()))
    return Asked(words["agent"], None, tuple(words["numbers"]), queries, tuple(words.get("cited", ())), words.get("digest"), lines)


def _write_asked(asked: Asked) -> str:
    queries = [(query.name, query.word) for query in asked.queries]
    said = {"agent": asked.agent, "numbers": asked.numbers, "queries": queries, "cited": asked.cited}
    return json.dumps({**said, "digest": asked.digest, "lines": asked.lines}, ensure_ascii=False)


def _read_deed(db: Connection, number: int, agent: str) -> Deed | None:
    row = db.row(DEED_SQL, (number, agent))
    if row is None:
        return None
    before, after = (read_ticket(_as_row(text)) for text in row[3:5])
    people = tuple((address, role) for address, role in json.loads(row[5]))
    return Deed(row[0], to_moment(row[1]), row[2], before, after, people, row[6], _has_left(db, row[6], number))


def _has_left(db: Connection, ledger: int, number: int) -> bool:
    """Whether a mail of a deed is gone or on its way; until the transaction ends nobody else sends those that are not.

    Rows that another daemon is about to send are passed over rather than waited for, and count as on their way.
    """
    mine = (ledger, number)
    kept = db.rows(f"{WAITING} FOR UPDATE SKIP LOCKED" if db.is_postgres else WAITING, mine)
    standing = db.row(STANDING, mine)
    return bool(standing and standing[0] > len(kept))


def _as_row(text: str) -> Row:
    return tuple(json.loads(text))


def write_staff(db: Connection, ledger: int, work: StaffWork, now: datetime) -> None:
    """What an agent's mail leaves behind: a held mail, one that was used, a deed, or a deed that was taken back."""
    if work.hold:
        h = work.hold
        row = (h.number, h.agent, h.ticket, h.digest, h.word, to_micros(h.at), _write_asked(h.asked))
        db.run("INSERT INTO held (number, agent, ticket, digest, word, at, asked) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    if work.used is not None:
        db.run("UPDATE held SET used = ? WHERE number = ?", (to_micros(now), work.used))
    for deed in (work.deed, *(aside.deed for aside in work.asides)):
        if deed:
            _write_deed(db, ledger, deed)
    for undo in (work.undo, *(aside.undo for aside in work.asides)):
        if undo:
            _take_back(db, undo, now)


def _write_deed(db: Connection, ledger: int, deed: Deed) -> None:
    tickets = (json.dumps(ticket_row(ticket), ensure_ascii=False) for ticket in (deed.before, deed.after))
    row = (ledger, deed.before.number, deed.agent, to_micros(deed.at), deed.digest, *tickets, json.dumps(deed.people))
    db.run("INSERT INTO deed (ledger, ticket, agent, at, digest, before, after, people) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def _take_back(db: Connection, deed: Deed, now: datetime) -> None:
    """Nothing of it goes out any more, its entries are internal, and who came with it is on the ticket as before."""
    mine = (deed.ledger, deed.before.number)
    waiting = f"ledger = ? AND ticket = ? AND {TO_OUTSIDERS} AND state IN ('held', 'queued')"
    db.run(f"UPDATE outgoing SET state = 'cancelled' WHERE {waiting}", mine)
    undone = "UPDATE entry SET visibility = 'internal', remark = 'undone' WHERE ticket = ? AND raw = ? AND what IN ('reply', 'note')"
    db.run(undone, (deed.before.number, deed.digest))
    people = ((role or Role.COPIED.value, deed.before.number, address) for address, role in deed.people)
    db.many("UPDATE participant SET role = ? WHERE ticket = ? AND address = ?", people)
    db.run("UPDATE deed SET undone = ? WHERE ledger = ? AND ticket = ?", (micros(now), *mine))


def read_generations(db: Connection, number: int = 0) -> Mapping[str, int]:
    """The raised generations of a ticket's tokens; without a number those of the intake addresses."""
    return {r[0]: r[1] for r in db.rows("SELECT person, value FROM generation WHERE ticket = ?", (number,))}


def write_generations(db: Connection, number: int, generations: Mapping[str, int]) -> None:
    """Raised generations of a ticket's tokens."""
    db.many(GENERATION_SQL, ((number, person, value) for person, value in generations.items()))


def write_revoked(db: Connection, revoked: Sequence[Revoked]) -> None:
    """Tokens that were seen outside are worth nothing from now on."""
    db.many(GENERATION_SQL, ((r.number, r.person, r.generation) for r in revoked))


def release_held(db: Connection, ledger: int, now: datetime) -> None:
    """The transcript is out: what waited for it goes when the time to take it back is over, counted from now (spec 3)."""
    db.run(RELEASE, (to_micros(now), ledger))
