"""What a crash, a broken connection or a lying server leaves behind is found and mended; one bad mail stops no other."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailticket.daemon.house import House, open_house
from mailticket.daemon.ledger import compare_ledger
from mailticket.demo.letters import write
from mailticket.edges.imap import ImapSource
from mailticket.edges.store import Store
from mailticket.model.notice import Outgoing, Verdict
from mailticket.model.outcome import Arrival, Disposition, Listing, SourceError
from mailticket.model.policy import Mailbox, Settings
from mailticket.rounds import deliver, heal
from mailticket.rounds.collect import collect
from mailticket.settings import make_secret
from tests.people import make_settings
from tests.servers import PASSWORD, DovecotServer, dovecot_server, why_no_dovecot
from tests.world import MemorySource, World

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ENVIRON = {"TEST_PASSWORD": PASSWORD}


def letter(number: int, at: datetime, *, message_id: bool = True) -> bytes:
    """A mail of a requester of its own."""
    headers = {} if message_id else {"Message-ID": ""}
    return write(f"person{number}@example.com", f"question {number}", f"My certificate {number} has not arrived.", at, headers=headers)


# --- over the twin, at chosen faults ---------------------------------------------------------------------------------------------


class Faulty(MemorySource):
    """A folder that leaves mails out of answers (`hidden`), breaks over others (`poison`), can't be marked, or is away altogether."""

    def __init__(self, world: World) -> None:
        super().__init__(world.clock)
        self.hidden: set[int] = set()
        self.untold: set[int] = set()
        self.poison: set[int] = set()
        self.unlistable: set[int] = set()
        self.unmarkable = self.away = False
        self.fetched: list[int] = []
        self.opened = 0

    def open(self) -> Listing:
        self.opened += 1
        if self.away:
            raise SourceError("away")
        return super().open()

    def find_new(self, after: int) -> list[Arrival]:
        return self.find([uid for uid in self.raws if uid > after])

    def find(self, uids: Sequence[int]) -> list[Arrival]:
        if self.unlistable & set(uids):
            raise SourceError("the connection broke")
        return [self.arrival(uid) for uid in uids if uid not in self.untold]

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        self.fetched += uids
        if self.poison & set(uids):
            raise SourceError("the connection broke")
        return super().fetch([uid for uid in uids if uid not in self.hidden])

    def mark_done(self, uids: Sequence[int]) -> None:
        if self.unmarkable:
            raise SourceError("the connection broke")
        super().mark_done(uids)


@dataclass
class Desk:
    """A world around a faulty folder."""

    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        self.source = Faulty(self.world)
        self.world.source = self.source
        self.world.folder = replace(self.world.folder, source=self.source)

    def put(self, count: int) -> None:
        for _ in range(count):
            self.source.put(letter(len(self.source.raws) + 1, self.world.clock.now()))

    def round(self, after: timedelta = MINUTE) -> None:
        """One round, later; a mailbox that can't be read costs no more than the round."""
        self.world.clock.advance(after)
        try:
            self.world.rounds()
        except SourceError:
            self.source.done.append(0)

    def rows(self) -> list[int]:
        return [row.arrival.uid for row in self.world.store.ledger_rows()]

    def acknowledged(self) -> list[str]:
        return sorted(o.recipient for o in self.world.sink.sent if o.kind == "acknowledgement")


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.world.close()


def people(*numbers: int) -> list[str]:
    return sorted(f"person{number}@example.com" for number in numbers)


@pytest.mark.parametrize("fault", ["hidden", "untold"])
def test_mail_missing_under_a_tagged_ok_is_received_later(desk: Desk, fault: str) -> None:
    """A mail that an answer left out, though later ones are committed, gets its row and its acknowledgement when the server gives it."""
    desk.put(3)
    getattr(desk.source, fault).add(2)
    desk.round()
    assert desk.rows() == [1, 3]
    getattr(desk.source, fault).clear()
    desk.round(HOUR)
    assert sorted(desk.rows()) == [1, 2, 3]
    assert desk.acknowledged() == people(1, 2, 3)
    assert sorted(desk.source.done) == [1, 2, 3]


def test_mail_left_out_once_waits_for_minutes_only(desk: Desk) -> None:
    """A mail that a fetch left out is asked for again long before its acknowledgement is due, and not at the next hourly look."""
    desk.put(2)
    desk.round()
    desk.put(2)
    desk.source.hidden = {3}
    desk.round()
    desk.source.hidden = set()
    desk.round()
    assert sorted(desk.rows()) == [1, 2, 3, 4]


def test_deleted_mail_is_not_missed(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """A mail that somebody deleted between listing and fetch is asked for no more, and is no error."""
    desk.put(2)
    desk.source.hidden = {1}
    desk.round()
    del desk.source.raws[1]
    for _ in range(5):
        desk.round(HOUR)
    assert desk.source.fetched == [1, 2]
    assert not [record for record in caplog.records if record.levelname == "ERROR" and not record.name.endswith("alarms")]


@pytest.mark.parametrize("place", [1, 2, 5], ids=["first", "middle", "last"])
def test_poisonous_mail_stops_no_other(desk: Desk, place: int, caplog: pytest.LogCaptureFixture) -> None:
    """A mail that breaks each connection it is fetched on is tried ever more seldom, is said, and all others are served."""
    desk.put(5)
    desk.source.poison = {place}
    for _ in range(3):
        desk.round()
        desk.put(1)
    desk.round()
    others = [uid for uid in range(1, 9) if uid != place]
    assert sorted(desk.rows()) == others
    assert desk.acknowledged() == people(*others)
    for _ in range(6 * 60):
        desk.round()
    assert 6 <= desk.source.fetched.count(place) < 30  # hourly in the end, in a batch that is itself alone by then, and singly
    assert any("can't be fetched" in r.message and r.__dict__["uid"] == place for r in caplog.records if r.levelname == "ERROR")
    desk.source.poison = set()
    desk.round(HOUR)
    assert sorted(desk.rows()) == list(range(1, 9))
    assert desk.world.folder.health.misses == {}


def test_mail_that_can_not_even_be_listed_stops_no_other(desk: Desk) -> None:
    """A mail over whose size and date the server breaks the connection is passed by, and is received when it can be told."""
    desk.put(5)
    desk.source.unlistable = {3}
    for _ in range(3):
        desk.round()
        desk.put(1)
    desk.round()
    assert sorted(desk.rows()) == [1, 2, 4, 5, 6, 7, 8]
    desk.source.unlistable = set()
    desk.round(HOUR)
    assert sorted(desk.rows()) == list(range(1, 9))


def test_clock_that_was_set_back_puts_nothing_off(desk: Desk) -> None:
    """After a clock that ran three years ahead comes back, folders are looked through and mails tried as ever."""
    desk.put(2)
    desk.world.clock.advance(timedelta(days=1000))
    desk.source.hidden = {1}
    desk.round()
    desk.world.clock.advance(-timedelta(days=1000))
    desk.source.hidden = set()
    desk.round()
    assert sorted(desk.rows()) == [1, 2]


def test_many_poisonous_mails_are_passed_by(desk: Desk) -> None:
    """More poisonous mails than one round has patience for keep the others waiting for a few rounds, not for ever."""
    desk.put(20)
    desk.source.poison = set(range(1, 9))
    for _ in range(6):
        desk.round()
    assert sorted(desk.rows()) == list(range(9, 21))


def test_server_that_is_away_is_no_fault_of_its_mails(desk: Desk) -> None:
    """While a server is away nothing is noted against any mail, and all are served in the round after."""
    desk.put(3)
    desk.source.away = True
    for _ in range(3):
        desk.round()
    assert desk.world.folder.health.misses == {}
    desk.source.away = False
    desk.round()
    assert desk.rows() == [1, 2, 3]


def test_marks_that_failed_are_made_up_for(desk: Desk) -> None:
    """Mails that were committed when the connection broke are marked by the round that reaches the server again, and written once."""
    desk.put(3)
    desk.source.unmarkable = True
    desk.round()
    assert desk.rows() == [1, 2, 3]
    desk.source.unmarkable = False
    desk.source.done = []
    desk.round()
    assert sorted(desk.source.done) == [1, 2, 3]
    assert desk.acknowledged() == people(1, 2, 3)
    assert len(desk.rows()) == 3


def test_backlog_is_left_unmarked(desk: Desk) -> None:
    """Mail older than `since` stays where it is and as it is, however often the folder is looked through."""
    desk.put(2)
    desk.world.folder = replace(desk.world.folder, mailbox=replace(desk.world.folder.mailbox, since=desk.world.clock.now() + HOUR))
    desk.round(2 * HOUR)
    desk.put(1)
    desk.round(2 * HOUR)
    assert desk.source.done == [3]
    assert [row.disposition for row in desk.world.store.ledger_rows()] == ["backlog", "backlog", "ticket"]


def test_marks_are_made_up_for_in_shares(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder full of unmarked mails is worked off in bounded shares, a round each."""
    monkeypatch.setattr(heal, "MARKS", 4)
    desk.put(10)
    desk.source.unmarkable = True
    desk.round()
    desk.source.unmarkable = False
    shares = []
    for _ in range(4):
        desk.source.done = []
        desk.round()
        shares.append(len(desk.source.done))
        desk.source.find_unmarked = unmarked_after(desk.source, sum(shares))  # type: ignore[method-assign]  # the twin forgets what was marked before
    assert shares == [4, 4, 2, 0]


def unmarked_after(source: Faulty, count: int) -> Callable[[], list[int]]:
    return lambda: source.uids()[count:]


def test_healthy_folder_is_looked_through_each_hour(desk: Desk) -> None:
    """Rounds that go well list the whole folder once an hour only."""
    asked: list[int] = []
    desk.source.uids = lambda: asked.append(1) or sorted(desk.source.raws)  # type: ignore[method-assign, func-returns-value]  # counts the questions
    desk.put(1)
    for _ in range(150):
        desk.round()
    assert len(asked) == 3


# --- mails on their way out ------------------------------------------------------------------------------------------------------


def test_lease_is_kept_while_the_relay_takes_its_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail that a relay is slow to take stays its deliverer's, however short the lease; and a settled one is free of it."""
    monkeypatch.setattr(deliver, "LEASE", timedelta(milliseconds=30))
    store, sink, clock = desk.world.store, desk.world.sink, desk.world.clock
    desk.put(1)
    collect(desk.world.folder, desk.world.road)
    send, seen = sink.send, []

    async def send_slowly(outgoing: Outgoing) -> Verdict:
        for _ in range(3):
            clock.advance(timedelta(milliseconds=29))
            before = store.outbox()[0].next_try
            while store.outbox()[0].next_try == before:
                await asyncio.sleep(0.001)
            seen.append(store.exchange((), clock.now(), 10, MINUTE))
        return await send(outgoing)

    monkeypatch.setattr(sink, "send", send_slowly)
    monkeypatch.setattr(deliver, "CLAIM", 1)
    asyncio.run(deliver.deliver(store, sink, desk.world.road, lambda: bool(seen)))
    assert [c for found in seen for c in found if c.outgoing.kind == "acknowledgement"] == []
    store.extend([store.outbox()[0].id], clock.now() + HOUR)
    assert (store.outbox()[0].state, store.outbox()[0].next_try < clock.now() + MINUTE) == ("sent", True)


# --- over Dovecot ------------------------------------------------------------------------------------------------------------------


def make_desk(folder: Path, server: DovecotServer, **mailbox: str) -> Settings:
    """A desk on a fresh account of the server, without a relay."""
    secret = folder / "secret.key"
    secret.touch(mode=0o600)
    secret.write_text(f"a {make_secret()}\n")
    base = make_settings(folder)
    where = Mailbox("info", server.server(server.account()), password_env="TEST_PASSWORD", poll=timedelta(0), **mailbox)  # type: ignore[arg-type]  # words only
    url = base.database.__class__(f"sqlite:///{folder}/desk.db")
    return replace(base, desk=replace(base.desk, secret_file=secret), mailboxes=(where,), smtp=None, database=url)


@pytest.fixture
def house(tmp_path: Path, dovecot: DovecotServer) -> Iterator[House]:
    with open_house(make_desk(tmp_path, dovecot, done_folder="Done"), ENVIRON) as found:
        yield found


def count(server: DovecotServer, account: str, folder: str) -> int:
    with server.client(account) as client:
        return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])


def count_acknowledgements(store: Store) -> int:
    return sum(row.kind == "acknowledgement" for row in store.outbox())


def test_new_uidvalidity_finds_duplicates_only(tmp_path: Path, dovecot: DovecotServer) -> None:
    """A folder of 500 mails whose UIDs are given anew is read again without a new ticket or a second acknowledgement."""
    settings = make_desk(tmp_path, dovecot)
    account, now = settings.mailboxes[0].url.user, datetime.now(UTC)
    dovecot.deliver_many(account, [letter(n, now, message_id=n % 10 > 0) for n in range(500)])
    with open_house(settings, ENVIRON) as house:
        assert collect(house.folders[0], house.road) == {"collected": 500, "tickets": 500}
        before = (len(house.store.tickets()), count_acknowledgements(house.store), len(house.store.outbox()))
        dovecot.admin("mailbox", "update", "--uid-validity", "4242", "-u", account, "INBOX")
        assert collect(house.folders[0], house.road) == {"collected": 500, "duplicates": 500}
        assert (len(house.store.tickets()), count_acknowledgements(house.store), len(house.store.outbox())) == before
        assert before[0] == 500
    found = compare_ledger(settings, ENVIRON)
    assert (found["missing"], found["gone"]) == ([], [])


@pytest.mark.parametrize("done_folder", ["Done", ""], ids=["moved", "keyword"])
def test_unmarked_mails_are_marked_after_a_restart(tmp_path: Path, dovecot: DovecotServer, done_folder: str) -> None:
    """Mails that were committed and not marked when the process ended are marked by the next one, and those of people stay."""
    settings = make_desk(tmp_path, dovecot, done_folder=done_folder)
    account, now = settings.mailboxes[0].url.user, datetime.now(UTC)
    dovecot.deliver_many(account, [letter(n, now) for n in range(20)])
    with open_house(settings, ENVIRON) as house, pytest.MonkeyPatch.context() as patch:
        patch.setattr(ImapSource, "mark_done", lambda *_: None)
        collect(house.folders[0], house.road)
    with dovecot.client(account) as client:
        client.select_folder("INBOX")
        client.add_flags([7], [b"\\Flagged", b"\\Seen"])
    with open_house(settings, ENVIRON) as house:
        assert collect(house.folders[0], house.road) == {}
        flags = dovecot.flags(account, done_folder or "INBOX")
        assert [b"$MailTicket" in words for words in flags.values()] == [True] * 20
        assert count(dovecot, account, "INBOX") == (0 if done_folder else 20)
        assert len(house.store.ledger_rows()) == count_acknowledgements(house.store) == 20


def test_mail_moved_back_is_a_duplicate_and_moves_again(house: House, dovecot: DovecotServer) -> None:
    """A mail that somebody moves back into the inbox opens nothing and leaves it again."""
    account = house.settings.mailboxes[0].url.user
    dovecot.deliver(account, letter(1, datetime.now(UTC)))
    collect(house.folders[0], house.road)
    with dovecot.client(account) as client:
        client.select_folder("Done")
        client.move([1], "INBOX")
    assert collect(house.folders[0], house.road) == {"collected": 1, "duplicates": 1}
    assert (count(dovecot, account, "INBOX"), count(dovecot, account, "Done")) == (0, 1)


def test_mail_that_the_server_can_not_read_is_listed_as_missing(tmp_path: Path) -> None:
    """A mail whose file Dovecot can't read keeps none of the others waiting, and stands in the ledger's comparison as missing."""
    if reason := why_no_dovecot():
        pytest.skip(reason)
    with dovecot_server(extra="mail_location = maildir:~/Maildir") as server:
        settings = make_desk(tmp_path, server)
        account, now = settings.mailboxes[0].url.user, datetime.now(UTC)
        server.deliver_many(account, [letter(n, now) for n in range(6)])
        spoil(server.folder / "mail" / account / "Maildir")
        with open_house(settings, ENVIRON) as house:
            assert collect(house.folders[0], house.road) == {"collected": 5, "tickets": 5}
            server.deliver(account, letter(9, now))
            assert collect(house.folders[0], house.road) == {"collected": 1, "tickets": 1}
            assert {row.disposition for row in house.store.ledger_rows()} == {Disposition.TICKET}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("mailticket.daemon.ledger.SystemClock.now", lambda _: now + HOUR)
            assert [one["uid"] for one in compare_ledger(settings, ENVIRON)["missing"]] == [3]


def spoil(maildir: Path) -> None:
    """Let nobody read the file of the third mail; Dovecot's mail processes never run as root."""
    sorted(path for box in ("new", "cur") for path in (maildir / box).iterdir())[2].chmod(0)
