"""The store's contract, on SQLite and on PostgreSQL alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailticket.edges.store import Store
from mailticket.model.mail import Address, Language, Mail
from mailticket.model.notice import Lane, NoticeKind, Outgoing
from mailticket.model.outcome import Acknowledgement, AckState, Arrival, Disposition, Facts, Keys, Outcome, Person, SentMail
from mailticket.model.packed import pack
from mailticket.model.policy import Acknowledge, Rate
from mailticket.model.record import OutgoingState, Settled
from mailticket.model.staff import Asked, Query
from mailticket.model.ticket import Change, Channel, Due, Entry, Participant, Priority, Role, Status, Ticket, Type, Visibility, What
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
    return Outgoing(key, lane, kind, number, "b@example.sa", NOURA, f"<{key}@example.sa>", "s", pack(b"raw " * 100))


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
        batch.post(batch.commit(arrival(uid), one, pack(b"bytes"), opening(number)), [outgoing(number)])
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
            batch.post(batch.commit(arrival(1), mail("bad"), pack(b"bad"), opening(1001)), [outgoing(1001, "bad")])
            raise RuntimeError("in the middle")
        with batch.mail():
            number = batch.facts(keys(mail()), LIMITS, TUESDAY).next_number
            batch.post(batch.commit(arrival(2), mail(), pack(b"good"), opening(number)), [outgoing(number)])
    assert [t.number for t in store.tickets()] == [1001]
    assert [r.arrival.uid for r in store.ledger_rows()] == [2]
    assert [o.message_id for o in store.outbox()] == ["<k1@example.sa>"]


def test_claimed_mail_is_leased_and_settled(store: Store) -> None:
    """A claimed mail is nobody else's until its lease runs out; delivered, it settles the acknowledgement that was owed."""
    number = open_one(store)
    claimed = store.exchange((), TUESDAY, 10, MINUTE)
    assert [c.outgoing for c in claimed] == [outgoing(number)]
    assert store.exchange((), TUESDAY, 10, MINUTE) == []
    again = store.exchange((), TUESDAY + 2 * MINUTE, 10, MINUTE)
    assert [c.id for c in again] == [claimed[0].id]
    assert len(store.due_acknowledgements(TUESDAY + 60 * MINUTE)) == 1
    store.exchange([Settled(again[0].id, OutgoingState.SENT)], TUESDAY + 3 * MINUTE, 0, MINUTE)
    owed = store.acknowledgement(number)
    assert owed is not None and (owed.state, owed.at) == (AckState.SENT, TUESDAY + 3 * MINUTE)
    assert store.due_acknowledgements(TUESDAY + 60 * MINUTE) == []


def test_lanes_go_in_order_and_keys_once(store: Store) -> None:
    """Acknowledgements leave before answers and notices, and the same key is one mail however often it is appended."""
    number = open_one(store)
    notice = replace(outgoing(number, "n1", NoticeKind.NEW_TICKET, Lane.NOTICE), recipient="sara@example.sa")
    reply = replace(outgoing(number, "r1", NoticeKind.REPLY, Lane.REPLY), recipient="sister@example.com")
    for _ in range(2):
        store.append([notice, reply], [Person(NOURA, undeliverable="5.1.1")], TUESDAY)
    assert [c.outgoing.key for c in store.exchange((), TUESDAY, 10, MINUTE)] == ["k1", "r1", "n1"]
    with store.batch(TUESDAY) as batch:
        assert batch.facts(keys(mail("two")), LIMITS, TUESDAY).person.undeliverable == "5.1.1"


def test_mails_of_a_ticket_reach_a_reader_in_their_order(store: Store) -> None:
    """A mail waits for the earlier ones of its ticket to the same reader, put off or under way, and for nobody else's; not for ever."""
    number = open_one(store)
    replies = [outgoing(number, f"r{i}", NoticeKind.REPLY, Lane.REPLY) for i in (1, 2)]
    elsewhere = replace(replies[0], key="x", recipient="sister@example.com")
    store.append([*replies, elsewhere], (), TUESDAY)
    ack, other = store.exchange((), TUESDAY, 10, MINUTE)
    assert (ack.outgoing.key, other.outgoing.key) == ("k1", "x")
    put_off = Settled(ack.id, OutgoingState.QUEUED, TUESDAY + 10 * MINUTE, "450 later")
    assert store.exchange([put_off, Settled(other.id, OutgoingState.SENT)], TUESDAY, 10, MINUTE) == []
    (ack,) = store.exchange((), TUESDAY + 10 * MINUTE, 10, MINUTE)
    (first,) = store.exchange([Settled(ack.id, OutgoingState.SENT)], TUESDAY + 10 * MINUTE, 10, MINUTE)
    (second,) = store.exchange([Settled(first.id, OutgoingState.FAILED, None, "550 no")], TUESDAY + 10 * MINUTE, 10, MINUTE)
    assert [one.outgoing.key for one in (ack, first, second)] == ["k1", "r1", "r2"]


def test_what_is_held_for_a_while_holds_up_nothing_else(store: Store) -> None:
    """A notice that waits to be bundled lets an urgent one of its ticket go first; one that a relay put off does not."""
    number = open_one(store)
    (ack,) = store.exchange((), TUESDAY, 10, MINUTE)
    store.exchange([Settled(ack.id, OutgoingState.SENT)], TUESDAY, 0, MINUTE)
    notices = [outgoing(number, f"n{i}", NoticeKind.FOLLOW_UP, Lane.NOTICE) for i in (1, 2, 3)]
    store.append([replace(notices[0], not_before=TUESDAY + 5 * MINUTE), notices[1]], (), TUESDAY)
    (urgent,) = store.exchange((), TUESDAY, 10, MINUTE)
    assert urgent.outgoing.key == "n2"
    paused = Settled(urgent.id, OutgoingState.QUEUED, TUESDAY + MINUTE, "no connection", counted=False)
    store.exchange([paused], TUESDAY, 0, MINUTE)
    store.append([notices[2]], (), TUESDAY)
    assert store.exchange((), TUESDAY, 10, MINUTE) == []


def test_the_suppression_list_has_reasons_and_can_be_lifted(store: Store) -> None:
    """Who is undeliverable, blocked or muted is listed with the reason; a bounce unblocks nobody; lifting ends all of it, once, on record."""
    muted = Person("robot@example.com", muted_until=TUESDAY + MINUTE)
    store.append((), [Person("c@example.com", blocked="spam"), Person(NOURA, undeliverable="550 5.1.1"), muted], TUESDAY)
    store.append((), [Person("c@example.com", undeliverable="bounced with 5.1.1")], TUESDAY)
    blocked = Person("c@example.com", "bounced with 5.1.1", "spam")
    assert store.suppressed(TUESDAY) == [blocked, Person(NOURA, "550 5.1.1"), muted]
    assert store.suppressed(TUESDAY + MINUTE) == [blocked, Person(NOURA, "550 5.1.1")]
    assert store.lift("c@example.com", TUESDAY)
    assert not store.lift("c@example.com", TUESDAY)
    assert store.suppressed(TUESDAY) == [Person(NOURA, "550 5.1.1"), muted]
    assert store.integrity() == []


def test_what_went_since_a_moment_is_told(store: Store) -> None:
    """The moments of mails that went out since then come back, and no others."""
    open_one(store)
    (one,) = store.exchange((), TUESDAY, 10, MINUTE)
    store.exchange([Settled(one.id, OutgoingState.SENT)], TUESDAY + MINUTE, 0, MINUTE)
    assert store.sent_since(TUESDAY) == [TUESDAY + MINUTE]
    assert store.sent_since(TUESDAY + MINUTE) == []


def test_backlog_is_in_the_ledger(store: Store) -> None:
    """Backlog has rows, and its UIDs are not unseen any more."""
    store.write_backlog([arrival(3), arrival(4)], TUESDAY, "older than since")
    assert store.ledger_counts() == {"backlog": 2}
    assert store.unseen("info", "INBOX", 7, [3, 4, 5]) == [5]


def test_migrating_twice_changes_nothing(store: Store) -> None:
    """A database that is up to date is left alone."""
    assert store.migrate() == []


NO_ACK = Acknowledgement(AckState.SUPPRESSED, TUESDAY, "no")
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
MOMENT = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
MAYBE = st.none() | MOMENT
TICKETS = st.builds(
    Ticket,
    number=st.just(0),
    fingerprint=TEXT,
    subject=TEXT,
    requester=TEXT,
    requester_name=TEXT,
    team=TEXT,
    type=st.sampled_from(Type),
    priority=st.sampled_from(Priority),
    language=st.sampled_from(Language),
    created=MOMENT,
    updated=MOMENT,
    owner=TEXT,
    channel=st.sampled_from(Channel),
    status=st.sampled_from(Status),
    level=st.integers(1, 9),
    due=st.builds(Due, MAYBE, MAYBE),
    first_response=MAYBE,
    closed=MAYBE,
    linked=st.none() | st.integers(1, 2**31 - 1),
    thread_index=TEXT,
)
ONE_STORE = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])  # each example adds


def change(store: Store, uid: int, one: Mail | None = None, sent: tuple[Outgoing, ...] = (), **fields: object) -> None:
    """Commit one more mail with these fields of an outcome."""
    outcome = Outcome(Disposition.FOLLOW_UP, "r", NO_ACK, **fields)  # type: ignore[arg-type]  # the test's keywords are fields
    with store.batch(TUESDAY) as batch, batch.mail():
        batch.post(batch.commit(arrival(uid), one or mail(f"more-{uid}"), pack(b"more"), outcome), sent)


def facts(store: Store, asked: Keys, at: datetime = TUESDAY) -> Facts:
    """What a batch would say now."""
    with store.batch(at) as batch:
        return batch.facts(asked, LIMITS, at)


@ONE_STORE
@given(one=TICKETS)
def test_any_ticket_comes_back_equal(store: Store, one: Ticket) -> None:
    """Whatever a ticket holds, it is read as it was written, at opening and after a change."""
    with store.batch(TUESDAY) as batch, batch.mail():
        number = batch.facts(keys(mail()), LIMITS, TUESDAY).next_number
        opened = replace(one, number=number)
        batch.commit(arrival(number), mail(), pack(b""), replace(opening(number), ticket=opened))
    assert store.ticket(number) == opened
    changed = replace(opened, team="other", status=Status.CLOSED, due=Due())
    change(store, 10_000_000 + number, ticket=changed)
    assert store.ticket(number) == changed


@ONE_STORE
@given(odd=st.text(st.characters(), max_size=30))
def test_odd_text_stops_no_mailbox(store: Store, odd: str) -> None:
    """NUL and lone surrogates in anything that a stranger wrote are asked about and stored without an error, only less them."""
    person = Address(f"{odd}@example.com", odd)
    one = replace(mail(), message_id=f"<{odd}@x>", subject=odd, sender=person, strict_sender=person.address)
    asked = Keys(odd, one.message_id, person.address, (odd, one.message_id), (), odd, (odd,))
    with store.batch(TUESDAY) as batch, batch.mail():
        number = batch.facts(asked, LIMITS, TUESDAY).next_number
        words = opening(number)
        entry = replace(words.entries[0], text=odd, subject=odd, by=odd, remark=odd)
        outcome = replace(words, reason=odd, entries=(entry,), message_ids=(one.message_id,), people=(Person(odd, odd, odd),))
        batch.commit(arrival(number), one, pack(b""), replace(outcome, participants=(Participant(odd, Role.COPIED, odd),)))
    kept = odd.replace("\0", "").encode("utf-8", "replace").decode()
    assert store.entries(number)[0].text == kept


def test_long_id_is_known_again_and_never_shown(store: Store) -> None:
    """A Message-ID longer than an index may hold still finds its ticket, and does not go out as a reference."""
    number = open_one(store)
    long = "<" + "".join(chr(0x10000 + i) for i in range(900)) + "@example.com>"
    entry = replace(opening(number).entries[0], message_id=long)
    change(store, 2, replace(mail("long"), message_id=long), ticket=ticket(number), entries=(entry,), message_ids=(long,))
    found = facts(store, keys(replace(mail("long"), message_id=long), ids=(long,)))
    assert dict(found.ids) == {long: number}
    assert found.seen is not None and found.seen.same
    assert found.known[number].public_ids == ("<one@example.com>", "<k1@example.sa>")


def test_first_ticket_keeps_a_message_id(store: Store) -> None:
    """A later mail under the same Message-ID does not draw the id to its own ticket, and a private id that is shown becomes public."""
    first = open_one(store)
    with store.batch(TUESDAY) as batch, batch.mail():
        other = replace(opening(first + 1), message_ids=("<one@example.com>",))
        batch.commit(arrival(2), mail("two"), pack(b"two"), other)
    assert facts(store, keys(mail(), ids=("<one@example.com>",))).ids["<one@example.com>"] == first
    note = Entry(TUESDAY, What.NOTE, "sara@example.sa", Visibility.INTERNAL, "note")
    change(store, 3, ticket=ticket(first), entries=(note,), message_ids=("<inside@example.sa>",))
    assert "<inside@example.sa>" not in facts(store, keys(mail(), numbers=(first,))).known[first].public_ids
    change(store, 4, ticket=ticket(first), entries=(replace(note, visibility=Visibility.PUBLIC),), message_ids=("<inside@example.sa>",))
    assert "<inside@example.sa>" in facts(store, keys(mail(), numbers=(first,))).known[first].public_ids


def test_people_who_come_again_lose_nothing(store: Store) -> None:
    """A Cc does not take the requester's role, the first name stays, and a generation only rises."""
    number = open_one(store)
    for uid, again in enumerate((Participant(NOURA, Role.COPIED, "other", 3), Participant(NOURA, Role.COPIED, "", 1)), 2):
        change(store, uid, ticket=ticket(number), participants=(again,), generations={"sara@example.sa": uid})
    known = store.known(number)
    assert known is not None
    assert known.participants == (Participant(NOURA, Role.REQUESTER, "نورة", 3),)
    assert known.generations == {"sara@example.sa": 3}


def test_place_in_the_ledger_has_one_outcome(store: Store) -> None:
    """A mail that another daemon took meanwhile keeps its first outcome; only a quarantined one may get another."""
    number = open_one(store)
    change(store, 1, ticket=replace(ticket(number), subject="second"))
    assert store.ticket(number) == ticket(number)
    assert store.ledger_counts() == {"ticket": 1}
    change(store, 2, mail("hostile"))
    with store.batch(TUESDAY) as batch, batch.mail():
        batch.commit(arrival(3), mail("three"), pack(b"3"), Outcome(Disposition.QUARANTINED, "stalled", NO_ACK))
    change(store, 3, mail("three"))
    assert store.ledger_counts() == {"ticket": 1, "follow-up": 2}


def test_same_id_with_other_content_is_another_mail(store: Store) -> None:
    """The earlier mail with that Message-ID is named, and called the same only when its fingerprint agrees."""
    number = open_one(store)
    seen = facts(store, replace(keys(mail()), fingerprint="other")).seen
    assert seen is not None and (seen.same, seen.number) == (False, number)
    assert facts(store, keys(mail("nobody"))).seen is None
    assert facts(store, Keys("x", "", NOURA)).seen is None


def test_counts_go_as_far_as_the_limit(store: Store) -> None:
    """Mails of the past count within their own window and up to what decides; asks of an agent count too, and a limit that is off is 0."""
    number = open_one(store)
    store.append([outgoing(number, f"a{i}") for i in range(20)], [], TUESDAY)
    store.append([outgoing(number, f"h{i}", NoticeKind.HELD, Lane.NOTICE) for i in range(9)], [], TUESDAY)
    limits = replace(LIMITS, per_domain=Rate())
    with store.batch(TUESDAY) as batch:
        soon, later = (batch.facts(replace(keys(mail()), asked=Asked(NOURA)), limits, TUESDAY + minutes * MINUTE).counts for minutes in (1, 61))
    assert (soon.sender, soon.domain, soon.overall, soon.cutoff, soon.asks) == (11, 0, 21, 4, 9)
    assert (later.sender, later.overall, later.cutoff, later.asks) == (11, 0, 0, 0)


def test_loads_follow_every_commit(store: Store) -> None:
    """Within one batch an owner's unfinished tickets are counted anew with each mail, and a mail that failed does not count."""
    owned = replace(ticket(1001), owner="sara@example.sa")
    with store.batch(TUESDAY) as batch:
        loads = []
        for uid, status in enumerate((Status.NEW, Status.WAITING, Status.CLOSED), 1):
            with batch.mail():
                outcome = replace(opening(1001), ticket=replace(owned, status=status), opened=uid == 1)
                batch.commit(arrival(uid), mail(str(uid)), pack(b""), outcome)
            loads.append(batch.facts(keys(mail()), LIMITS, TUESDAY).loads.get("sara@example.sa", 0))
        with pytest.raises(RuntimeError), batch.mail():
            batch.commit(arrival(9), mail("bad"), pack(b""), replace(opening(1002), ticket=replace(owned, number=1002)))
            raise RuntimeError
        loads.append(batch.facts(keys(mail()), LIMITS, TUESDAY).loads.get("sara@example.sa", 0))
    assert loads == [1, 1, 0, 0]


def test_bounce_finds_its_mail(store: Store) -> None:
    """A delivery report finds what bounced by the outbox key and by the Message-ID, with its ticket."""
    number = open_one(store)
    for name in ("k1", "<k1@example.sa>"):
        found = facts(store, keys(mail("bounce"), bounced=("nothing", name)))
        assert found.bounced == SentMail("k1", number, NOURA, "acknowledgement")
        assert list(found.known) == [number]


def test_what_was_sent_stays_sent(store: Store) -> None:
    """The late word of a deliverer whose lease ran out does not send a delivered mail again."""
    open_one(store)
    late = store.exchange((), TUESDAY, 1, MINUTE)[0]
    store.exchange((), TUESDAY + 2 * MINUTE, 1, MINUTE)
    store.exchange([Settled(late.id, OutgoingState.SENT)], TUESDAY + 2 * MINUTE, 0, MINUTE)
    for state in (OutgoingState.QUEUED, OutgoingState.FAILED, OutgoingState.SENT):
        store.exchange([Settled(late.id, state, TUESDAY + 3 * MINUTE, "late")], TUESDAY + 3 * MINUTE, 0, MINUTE)
    row = store.outbox()[0]
    assert (row.state, row.sent_at, row.error, row.tries) == (OutgoingState.SENT, TUESDAY + 2 * MINUTE, "", 1)
    assert store.ledger_rows()[0].acknowledgement.state is AckState.SENT


def test_patience_begins_with_the_first_counted_try(store: Store) -> None:
    """A try that failed for the relay's sake is not the mail's first one; the first that counts is remembered."""
    open_one(store)
    known = []
    for minute, counted in ((0, False), (5, True), (10, True)):
        one = store.exchange((), TUESDAY + minute * MINUTE, 1, MINUTE)[0]
        known.append((one.tries, one.first_try))
        later = TUESDAY + (minute + 1) * MINUTE
        store.exchange([Settled(one.id, OutgoingState.QUEUED, later, "451", counted=counted)], later, 0, MINUTE)
    assert known == [(0, None), (0, None), (1, TUESDAY + 6 * MINUTE)]


def test_first_response_is_the_first_sent_answer(store: Store) -> None:
    """The first answer that reached the relay is the ticket's first response, whatever is committed after it with older knowledge."""
    number = open_one(store)
    store.append([outgoing(number, f"r{i}", NoticeKind.REPLY, Lane.REPLY) for i in (1, 2)], [], TUESDAY)
    results: list[Settled] = []
    for minute in range(4):  # the acknowledgement, one answer, the other
        claimed = store.exchange(results, TUESDAY + minute * MINUTE, 10, MINUTE)
        results = [Settled(one.id, OutgoingState.SENT) for one in claimed]
    change(store, 2, ticket=ticket(number))
    found = store.ticket(number)
    assert found is not None and found.first_response == TUESDAY + 2 * MINUTE


def test_failed_acknowledgement_says_why(store: Store) -> None:
    """A refused acknowledgement is final in the ledger, with the relay's words."""
    open_one(store)
    one = store.exchange((), TUESDAY, 1, MINUTE)[0]
    store.exchange([Settled(one.id, OutgoingState.FAILED, None, "550 no such user")], TUESDAY, 0, MINUTE)
    owed = store.ledger_rows()[0].acknowledgement
    assert (owed.state, owed.reason, owed.at) == (AckState.FAILED, "550 no such user", None)


def test_facts_can_be_asked_without_a_batch(store: Store) -> None:
    """`peek` answers as a batch would, and takes no lock."""
    number = open_one(store)
    assert store.peek(keys(mail(), numbers=(number,)), LIMITS, TUESDAY) == facts(store, keys(mail(), numbers=(number,)))


def test_backlog_may_be_written_again(store: Store) -> None:
    """Backlog rows that are there already are left alone."""
    for _ in range(2):
        store.write_backlog([arrival(3), arrival(4)], TUESDAY, "older than since")
    assert store.ledger_counts() == {"backlog": 2}


def test_integrity_names_what_does_not_hold(store: Store) -> None:
    """A sound database has nothing to say; a ticket without an entry is named."""
    number = open_one(store)
    assert store.integrity() == []
    with store.batch(TUESDAY) as batch, batch.mail():
        batch.post(batch.commit(arrival(2), mail("two"), pack(b"two"), replace(opening(number + 1), entries=())), [outgoing(number + 1, "k2")])
    assert store.integrity() == [f"ticket {number + 1} has no entry"]


@given(st.binary(max_size=200) | st.binary(min_size=200, max_size=400).map(lambda b: b * 400))
def test_packed_bytes_come_back(data: bytes) -> None:
    """Packing keeps every byte, of small mails and of large ones."""
    assert pack(data).unpack() == data


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("الشهاده", True),
        ("شهادات", True),
        ("والشهادة", True),
        ("احمد", True),
        ("أحمَد", True),
        ("منار ٢٠٢٦", True),
        ("نُورة@EXAMPLE.com", False),
        ("NOURA@example.com", True),
        ("lina@example.com", True),
        ("منار رسوم", False),
        ("100%", False),
        ("_", False),
        ("' OR 1=1", False),
        ("؟", False),
        ("", False),
    ],
)
def test_search_over_normalised_words(store: Store, words: str, is_found: bool) -> None:
    """Subjects, people and texts are found however hamza, ta marbuta, marks, digits and case are written; signs are data."""
    text = "لم تصل الشهادات من منصة مَنـــار في 2026، وكتبت إلى أحمد."
    entry = Entry(TUESDAY, What.MAIL, NOURA, Visibility.PUBLIC, text)
    people = (Participant(NOURA, Role.REQUESTER, "نورة"), Participant("lina@example.com", Role.COPIED))
    made = replace(opening(1001), entries=(entry,), participants=people)
    asked = Query("search", words)
    with store.batch(TUESDAY) as batch, batch.mail():
        batch.commit(arrival(), mail(), pack(b"raw"), made)
        facts = batch.facts(replace(keys(mail("two")), asked=Asked("sara@example.sa", queries=(asked,))), LIMITS, TUESDAY)
    assert facts.staff is not None
    assert [one.number for one in facts.staff.found[asked]] == ([1001] if is_found else [])
