"""What digests ask of the store, on SQLite and on PostgreSQL alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from mailticket.edges import reports
from mailticket.edges.store import Store
from mailticket.model.figures import Cadence, Period, Slot
from mailticket.model.notice import Lane, NoticeKind
from mailticket.model.outcome import Acknowledgement, AckState, Arrival, Disposition, Join, Outcome, Proof, Threading
from mailticket.model.packed import pack
from mailticket.model.record import OutgoingState, Settled
from mailticket.model.ticket import Change, Status
from tests.people import MAJED, TUESDAY
from tests.test_store import LIMITS, MINUTE, keys, mail, opening, outgoing

DAY = timedelta(days=1)
SLOT = Slot(Cadence.DAILY, date(2026, 11, 24), Period(TUESDAY - DAY, TUESDAY), Period(TUESDAY - 2 * DAY, TUESDAY - DAY))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    url = f"sqlite:///{tmp_path}/desk.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    found = Store.open(url)
    found.migrate()
    yield found
    found.close()


def put(store: Store, uid: int, days: int, outcome: Outcome | None = None) -> int:
    """A mail that arrived so many days after Tuesday, by default one that opens a ticket; the ticket's number."""
    at = TUESDAY + days * DAY
    one = mail(f"m{uid}")
    with store.batch(at) as batch:
        number = batch.facts(keys(one), LIMITS, at).next_number
        new = outcome or opening(number)
        if new.ticket:
            new = replace(new, ticket=replace(new.ticket, number=number if new.opened else new.ticket.number, created=at), message_ids=())
        sent = [outgoing(number, f"k{uid}")] if new.opened else []
        batch.post(batch.commit(Arrival("info", "INBOX", 7, uid, at, 10), one, pack(b"x"), new), sent)
    return number


def test_records_hold_the_period_and_what_is_unfinished(store: Store) -> None:
    """Mails of the period alone; tickets of the period, those that changed since, and those that are open; nothing older that is done."""
    old, older = put(store, 1, -30), put(store, 2, -20)
    ticket = store.ticket(older)
    assert ticket is not None
    closed = replace(ticket, status=Status.CLOSED)
    why = (Change(TUESDAY - 20 * DAY, "x", "status", "new", "closed", "done"),)
    put(store, 3, -20, Outcome(Disposition.FOLLOW_UP, "done", Acknowledgement(AckState.SUPPRESSED, TUESDAY), ticket=closed, changes=why))
    new = put(store, 4, 0)
    found = store.records(TUESDAY, TUESDAY + DAY)
    assert [m.arrived for m in found.mails] == [TUESDAY]
    assert [(m.disposition, m.team, m.ack_state) for m in found.mails] == [(Disposition.TICKET, "certificate", AckState.DUE)]
    assert [t.number for t in found.tickets] == [old, new]
    assert found.changes == ()
    since = store.records(TUESDAY - 21 * DAY, TUESDAY)
    assert [t.number for t in since.tickets] == [old, older, new]
    assert [(c.number, c.old, c.new) for c in since.changes] == [(older, "new", "closed")]
    assert (store.first_arrival(), store.first_seen()) == (TUESDAY - 30 * DAY, TUESDAY - 30 * DAY)


def test_records_tell_what_went_wrong(store: Store) -> None:
    """Refused mails of ours, bounces and unverified mails are told apart; backlog is nobody's."""
    owed = Acknowledgement(AckState.SUPPRESSED, TUESDAY)
    number = put(store, 1, 0)
    claimed = store.exchange((), TUESDAY, 10, MINUTE)
    store.exchange([Settled(claimed[0].id, OutgoingState.FAILED, error="550")], TUESDAY + MINUTE, 0, MINUTE)
    ticket = store.ticket(number)
    put(store, 2, 0, Outcome(Disposition.FILED, "bounce of our reply to x on ticket 1001 (5.1.1)", owed, ticket=ticket))
    put(store, 3, 0, Outcome(Disposition.FOLLOW_UP, "x", owed, ticket=ticket, threading=Threading(Join.UNVERIFIED, Proof.ADDRESS, number)))
    store.write_backlog([Arrival("info", "INBOX", 7, 9, TUESDAY, 1)], TUESDAY, "old")
    found = store.records(TUESDAY, TUESDAY + DAY)
    assert [(r.at, r.team) for r in found.refused] == [(TUESDAY, "certificate")]
    assert [(m.ack_state, m.is_bounce, m.is_unverified) for m in found.mails] == [
        (AckState.FAILED, False, False),
        (AckState.SUPPRESSED, True, False),
        (AckState.SUPPRESSED, False, True),
    ]


def test_a_slot_is_written_once(store: Store) -> None:
    """The first one writes slot, lines and mails; a second one changes nothing, not even the outbox."""
    first, second = (outgoing(0, key, NoticeKind.DAILY_DIGEST, Lane.DIGEST) for key in ("d1", "d2"))
    assert store.digest(SLOT.number) is None
    assert store.write_digest(SLOT, {MAJED.email: (1042, 1001)}, [first], TUESDAY)
    assert not store.write_digest(SLOT, {MAJED.email: (7,)}, [second], TUESDAY + MINUTE)
    known = store.digest(SLOT.number)
    assert known is not None
    assert (known.made, dict(known.lines)) == (TUESDAY, {MAJED.email: (1042, 1001)})
    assert [(row.kind, row.lane) for row in store.outbox()] == [(NoticeKind.DAILY_DIGEST, Lane.DIGEST)]


def test_a_digest_that_dies_half_way_leaves_nothing(store: Store) -> None:
    """Slot, lines and mails are one transaction: a fault in the last of them undoes the slot, and the next round makes it."""
    broken = replace(outgoing(99, "d1", NoticeKind.DAILY_DIGEST, Lane.DIGEST))  # a ticket that is not there: the database refuses it
    with pytest.raises(Exception, match=r"(?i)foreign key|constraint"):
        store.write_digest(SLOT, {MAJED.email: ()}, [broken], TUESDAY)
    assert store.digest(SLOT.number) is None
    assert store.write_digest(SLOT, {MAJED.email: ()}, [], TUESDAY)


@pytest.mark.parametrize("sql", [reports.MAILS, reports.TICKETS, reports.CHANGES, reports.REFUSED, reports.MISSED, reports.RATINGS])
def test_questions_read_by_an_index(tmp_path: Path, sql: str) -> None:
    """No question of a report reads a whole table: what a report costs does not grow with what the years left behind."""
    store = Store.open(f"sqlite:///{tmp_path}/desk.db")
    store.migrate()
    with store._db.reading():
        plan = [str(row[-1]) for row in store._db.rows("EXPLAIN QUERY PLAN " + sql, [0] * sql.count("?"))]
    store.close()
    assert [step for step in plan if step.startswith("SCAN") and "INDEX" not in step and "UNION" not in step] == [], plan
