"""The store's contract, on SQLite and on PostgreSQL alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailticket.edges.store import Store
from mailticket.model.mail import Address, Language, Mail
from mailticket.model.notice import Lane, NoticeKind, Outgoing
from mailticket.model.outcome import Acknowledgement, AckState, Arrival, Disposition, Keys, Outcome, Person
from mailticket.model.policy import Acknowledge
from mailticket.model.record import OutgoingState, Settled
from mailticket.model.ticket import Change, Entry, Participant, Priority, Role, Ticket, Type, Visibility, What
from tests.people import TUESDAY

MINUTE = timedelta(minutes=1)
LIMITS = Acknowledge()
NOURA = "noura@example.com"


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    urls = {"memory": lambda: "sqlite:///:memory:", "sqlite": lambda: f"sqlite:///{tmp_path}/desk.db"}
    url = urls[request.param]() if request.param in urls else request.getfixturevalue("postgres_url")
    found = Store.open(url)
    found.migrate()
    yield found
    found.close()


def mail(name: str = "one") -> Mail:
    return Mail(f"digest-{name}", f"print-{name}", 10, f"<{name}@example.com>", "الشهادة", Address(NOURA, "نورة"), NOURA)


def arrival(uid: int = 1) -> Arrival:
    return Arrival("info", "INBOX", 7, uid, TUESDAY, 10)


def keys(one: Mail, **more: object) -> Keys:
    return replace(Keys(one.fingerprint, one.message_id, NOURA), **more)  # type: ignore[arg-type]  # the test's keywords are fields


def ticket(number: int) -> Ticket:
    return Ticket(
        number, "print-one", "الشهادة", NOURA, "نورة", "certificate", Type.REQUEST, Priority.NORMAL, Language.AR, TUESDAY, TUESDAY
    )


def outgoing(number: int, key: str = "k1", kind: NoticeKind = NoticeKind.ACKNOWLEDGEMENT, lane: Lane = Lane.ACKNOWLEDGEMENT) -> Outgoing:
    return Outgoing(key, lane, kind, number, "b@example.sa", NOURA, f"<{key}@example.sa>", "s", b"raw " * 100)


def opening(number: int) -> Outcome:
    return Outcome(
        Disposition.TICKET,
        "new ticket",
        Acknowledgement(AckState.DUE, TUESDAY + 30 * MINUTE),
        ticket=ticket(number),
        opened=True,
        entries=(Entry(TUESDAY, What.MAIL, NOURA, Visibility.PUBLIC, "نص\0 مع صفر", "<one@example.com>"),),
        changes=(Change(TUESDAY, "mailticket", "opened", "", "new", "a mail"),),
        participants=(Participant(NOURA, Role.REQUESTER, "نورة"),),
        message_ids=("<one@example.com>",),
    )


def open_one(store: Store, uid: int = 1) -> int:
    """A ticket with its acknowledgement in the outbox; its number."""
    one = mail()
    with store.batch(TUESDAY) as batch, batch.mail():
        number = batch.facts(keys(one), LIMITS, TUESDAY).next_number
        batch.commit(arrival(uid), one, b"bytes", opening(number), [outgoing(number)])
    return number


def test_outcome_comes_back_as_it_was_written(store: Store) -> None:
    """Ticket, entry, audit, raw bytes and ledger row of a committed mail are read back whole."""
    number = open_one(store)
    assert number == 1001
    assert store.ticket(number) == ticket(number)
    assert [e.text for e in store.entries(number)] == ["نص مع صفر"]
    assert [c.what for c in store.changes(number)] == ["opened"]
    assert store.raw("digest-one") == b"bytes"
    row = store.ledger_rows()[0]
    assert (row.arrival, row.disposition, row.number, row.acknowledgement.state) == (arrival(), "ticket", number, AckState.DUE)
    assert store.last_uid("info", "INBOX", 7) == 1


def test_facts_know_what_was_committed(store: Store) -> None:
    """The next mail's facts hold the ticket by id and by number, the duplicate, the count of acknowledgements, and the next number."""
    number = open_one(store)
    with store.batch(TUESDAY + MINUTE) as batch:
        facts = batch.facts(keys(mail(), ids=("<one@example.com>", "<k1@example.sa>"), numbers=(number, 5)), LIMITS, TUESDAY + MINUTE)
    assert facts.next_number == number + 1
    assert dict(facts.ids) == {"<one@example.com>": number, "<k1@example.sa>": number}
    assert list(facts.known) == [number]
    assert facts.known[number].participants == (Participant(NOURA, Role.REQUESTER, "نورة"),)
    assert facts.known[number].public_ids == ("<one@example.com>", "<k1@example.sa>")
    assert facts.seen is not None and facts.seen.same
    assert (facts.counts.sender, facts.counts.domain, facts.counts.overall, facts.counts.cutoff) == (1, 1, 1, 1)


def test_savepoint_undoes_one_mail_alone(store: Store) -> None:
    """A mail that fails leaves no trace, and its neighbours in the batch are kept."""
    with store.batch(TUESDAY) as batch:
        with pytest.raises(RuntimeError, match="in the middle"), batch.mail():
            batch.commit(arrival(1), mail("bad"), b"bad", opening(1001), [outgoing(1001, "bad")])
            raise RuntimeError("in the middle")
        with batch.mail():
            number = batch.facts(keys(mail()), LIMITS, TUESDAY).next_number
            batch.commit(arrival(2), mail(), b"good", opening(number), [outgoing(number)])
    assert [t.number for t in store.tickets()] == [1001]
    assert [r.arrival.uid for r in store.ledger_rows()] == [2]
    assert [o.message_id for o in store.outbox()] == ["<k1@example.sa>"]


def test_claimed_mail_is_leased_and_settled(store: Store) -> None:
    """A claimed mail is nobody else's until its lease runs out; delivered, it settles the acknowledgement that was owed."""
    number = open_one(store)
    claimed = store.claim(TUESDAY, 10, MINUTE)
    assert [c.outgoing for c in claimed] == [outgoing(number)]
    assert store.claim(TUESDAY, 10, MINUTE) == []
    again = store.claim(TUESDAY + 2 * MINUTE, 10, MINUTE)
    assert [c.id for c in again] == [claimed[0].id]
    assert len(store.due_acknowledgements(TUESDAY + 60 * MINUTE)) == 1
    store.settle([Settled(again[0].id, OutgoingState.SENT)], TUESDAY + 3 * MINUTE)
    owed = store.acknowledgement(number)
    assert owed is not None and (owed.state, owed.at) == (AckState.SENT, TUESDAY + 3 * MINUTE)
    assert store.due_acknowledgements(TUESDAY + 60 * MINUTE) == []


def test_lanes_go_in_order_and_keys_once(store: Store) -> None:
    """Acknowledgements leave before answers and notices, and the same key is one mail however often it is appended."""
    number = open_one(store)
    notice = outgoing(number, "n1", NoticeKind.NEW_TICKET, Lane.NOTICE)
    reply = outgoing(number, "r1", NoticeKind.REPLY, Lane.REPLY)
    for _ in range(2):
        store.append([notice, reply], [Person(NOURA, undeliverable="5.1.1")], TUESDAY)
    assert [c.outgoing.key for c in store.claim(TUESDAY, 10, MINUTE)] == ["k1", "r1", "n1"]
    with store.batch(TUESDAY) as batch:
        assert batch.facts(keys(mail("two")), LIMITS, TUESDAY).person.undeliverable == "5.1.1"


def test_backlog_is_in_the_ledger(store: Store) -> None:
    """Backlog has rows, and its UIDs are not unseen any more."""
    store.write_backlog([arrival(3), arrival(4)], TUESDAY, "older than since")
    assert store.ledger_counts() == {"backlog": 2}
    assert store.unseen("info", "INBOX", 7, [3, 4, 5]) == [5]


def test_migrating_twice_changes_nothing(store: Store) -> None:
    """A database that is up to date is left alone."""
    assert store.migrate() == []
