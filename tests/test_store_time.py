"""What the store keeps for time, the same on SQLite and PostgreSQL: due tickets, ratings, leaves, turns and alarms."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailticket.edges.store import Store
from mailticket.model.alarm import Alarm
from mailticket.model.notice import Lane, NoticeKind
from mailticket.model.outcome import Acknowledgement, AckState, Lapse, Person
from mailticket.model.packed import pack
from mailticket.model.ticket import Change, Clock, Leave, Rating, Status
from tests.people import TUESDAY
from tests.test_store import LIMITS, NOURA, arrival, change, facts, keys, mail, open_one, opening, outgoing, store, ticket

__all__ = ["store"]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_a_tickets_time_comes_back_as_it_was_written(store: Store) -> None:
    """Clock, marks and moments are read as they were written."""
    number = open_one(store)
    timed = replace(
        ticket(number),
        clock=Clock(TUESDAY, TUESDAY + HOUR, timedelta(hours=3, microseconds=7)),
        marks=("first_response.warned", "judged.1"),
        silent_since=TUESDAY + HOUR,
        snoozed=TUESDAY + 2 * HOUR,
        wake=TUESDAY + 3 * HOUR,
        resolved=TUESDAY + 4 * HOUR,
        resolution=2,
    )
    change(store, 2, ticket=timed)
    assert store.ticket(number) == timed


def test_due_tickets_are_found_decided_and_written(store: Store) -> None:
    """Only tickets whose moment has come are due; what was decided is there afterwards, its mails once however often they are posted."""
    number = open_one(store)
    change(store, 2, ticket=replace(ticket(number), wake=TUESDAY + HOUR))
    assert store.due_tickets(TUESDAY + HOUR - MINUTE) == []
    assert store.due_tickets(TUESDAY + HOUR) == [number]
    notice = outgoing(number, "w1", NoticeKind.WARNING, Lane.NOTICE)
    for _ in range(2):
        with store.ticking(TUESDAY + HOUR) as ticking, ticking.ticket():
            standing = ticking.standing(number)
            assert standing is not None
            assert (standing.person, standing.is_acknowledged, standing.text) == (Person(NOURA), True, "نص مع صفر")
            after = replace(standing.ticket, marks=("first_response.warned",), wake=None)
            ticking.commit(Lapse(after, (Change(TUESDAY, "mailticket", "first_response", "", "warned", "80 %"),)))
            ticking.post([notice])
    assert store.due_tickets(TUESDAY + 9 * HOUR) == []
    assert [row.message_id for row in store.outbox() if row.kind is NoticeKind.WARNING] == [notice.message_id]
    assert [c.new for c in store.changes(number)][-1] == "warned"


def test_a_ticket_that_fails_leaves_nothing_and_spoils_no_other(store: Store) -> None:
    """A savepoint a ticket: what fails is undone, its neighbour is kept; a crash before the commit leaves neither."""
    number = open_one(store)
    with store.ticking(TUESDAY) as ticking:
        with pytest.raises(RuntimeError, match="in the middle"), ticking.ticket():
            ticking.commit(Lapse(replace(ticket(number), level=2)))
            ticking.post([outgoing(number, "lost", NoticeKind.BREACH, Lane.NOTICE)])
            raise RuntimeError("in the middle")
        with ticking.ticket():
            ticking.commit(Lapse(replace(ticket(number), status=Status.OPEN)))
    with pytest.raises(RuntimeError, match="a crash"), store.ticking(TUESDAY) as ticking:
        ticking.commit(Lapse(replace(ticket(number), level=2)))
        raise RuntimeError("a crash")
    found = store.ticket(number)
    assert found is not None and (found.level, found.status) == (1, Status.OPEN)
    assert [row.message_id for row in store.outbox()] == ["<k1@example.sa>"]


def test_a_first_response_between_reading_and_writing_stays(store: Store) -> None:
    """The deliverer may note a first response while time is decided upon; it is not overwritten."""
    number = open_one(store)
    reply = outgoing(number, "r1", NoticeKind.REPLY, Lane.REPLY)
    store.append([reply], [], TUESDAY)
    answered = replace(ticket(number), first_response=TUESDAY + MINUTE)
    change(store, 2, ticket=answered)
    with store.ticking(TUESDAY) as ticking:
        ticking.commit(Lapse(replace(answered, first_response=None, level=2)))
    found = store.ticket(number)
    assert found is not None and (found.first_response, found.level) == (TUESDAY + MINUTE, 2)


def test_each_word_on_a_resolution_is_kept_once(store: Store) -> None:
    """The first verdict and the first rating of each resolution are kept, whatever comes later."""
    number = open_one(store)
    one = Rating(number, 1, TUESDAY, "rated", 4, "شكراً")
    change(store, 2, ticket=ticket(number), ratings=(one, Rating(number, 1, TUESDAY, "solved")))
    change(store, 3, ticket=ticket(number), ratings=(replace(one, score=1), replace(one, resolution=2, score=5)))
    found = [(r.resolution, r.verdict, r.score, r.comment) for r in store.ratings(number)]
    assert found == [(1, "rated", 4, "شكراً"), (1, "solved", None, ""), (2, "rated", 5, "شكراً")]


def test_leave_begins_and_ends(store: Store) -> None:
    """Who is away is known to every mail's facts until the moment, or until they write again."""
    change(store, 2, leaves=(Leave("sara@example.sa", TUESDAY + 9 * HOUR, "out of office"), Leave("omar@example.sa", TUESDAY, "over")))
    assert dict(facts(store, keys(mail())).leaves) == {"sara@example.sa": TUESDAY + 9 * HOUR}
    assert dict(facts(store, keys(mail()), TUESDAY + 9 * HOUR).leaves) == {}
    change(store, 3, leaves=(Leave("sara@example.sa", TUESDAY, "wrote again"),))
    assert dict(store.leaves(TUESDAY)) == {}


def test_turns_are_counted_a_team(store: Store) -> None:
    """Each owned ticket of a team is one turn; a mail that fails takes none."""
    assert dict(facts(store, keys(mail())).turns) == {}
    with store.batch(TUESDAY) as batch:
        for number in (1001, 1002):
            with batch.mail():
                given = replace(ticket(number), owner="sara@example.sa")
                batch.commit(arrival(number), mail(str(number)), pack(b""), replace(opening(number), ticket=given))
            assert dict(batch.facts(keys(mail()), LIMITS, TUESDAY).turns) == {given.team: number - 1000}
        with pytest.raises(RuntimeError, match="no"), batch.mail():
            batch.commit(arrival(3), mail("3"), pack(b""), replace(opening(1003), ticket=replace(ticket(1003), owner="sara@example.sa")))
            raise RuntimeError("no")
        assert dict(batch.facts(keys(mail()), LIMITS, TUESDAY).turns) == {given.team: 2}
    assert dict(facts(store, keys(mail())).turns) == {given.team: 2}


def test_an_alarm_is_one_row_until_it_is_over(store: Store) -> None:
    """A cause that is seen again stays the alarm that it was; when it is over it may be raised anew."""
    one = Alarm("limit", ("a line", "another"))
    store.settle_alarms([one], [], [], TUESDAY)
    store.settle_alarms([one, Alarm("digest daily")], [], [], TUESDAY + HOUR)
    assert [(r.alarm.cause, r.since, r.seen) for r in store.alarms()] == [
        ("limit", TUESDAY, TUESDAY + HOUR),
        ("digest daily", TUESDAY + HOUR, TUESDAY + HOUR),
    ]
    assert store.alarms()[0].alarm == one
    store.settle_alarms([], ["limit"], [], TUESDAY + 2 * HOUR)
    store.settle_alarms([one], [], [], TUESDAY + 3 * HOUR)
    assert [(r.alarm.cause, r.since) for r in store.alarms()] == [("digest daily", TUESDAY + HOUR), ("limit", TUESDAY + 3 * HOUR)]


def test_what_watching_asks(store: Store) -> None:
    """Held-back acknowledgements are counted by limit, and tickets without a first answer are found once their first step happened."""
    number = open_one(store)
    for uid in (2, 3):
        outcome = replace(opening(number), opened=False, acknowledgement=Acknowledgement(AckState.SUPPRESSED, TUESDAY, "limit acknowledge.cutoff"))
        with store.batch(TUESDAY) as batch, batch.mail():
            batch.commit(arrival(uid), mail(f"m{uid}"), pack(b""), outcome)
    assert store.limited(TUESDAY - MINUTE) == [("limit acknowledge.cutoff", 2)]
    assert store.limited(TUESDAY + MINUTE) == []
    late = replace(ticket(number), status=Status.OPEN, clock=Clock(TUESDAY, TUESDAY), marks=("first_response.warned",), first_response=None)
    change(store, 4, ticket=late)
    assert [t.number for t in store.unanswered_tickets()] == [number]
    change(store, 5, ticket=replace(late, marks=("resolution.warned",)))
    assert store.unanswered_tickets() == []
    assert [t.number for t in store.living_tickets()] == [number]
    change(store, 6, ticket=replace(late, status=Status.CLOSED))
    assert store.living_tickets() == []
