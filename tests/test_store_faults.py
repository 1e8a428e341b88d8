"""The store under fire: processes that are killed, disks that fill, connections that break, and several hands at once."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from peewee import Database

from mailticket.edges.database import DatabaseUrlError
from mailticket.edges.schema import SchemaError, Step, read_version, upgrade
from mailticket.edges.store import Store
from mailticket.model.notice import NoticeKind
from mailticket.model.packed import pack
from mailticket.model.record import OutgoingState, Settled
from tests.people import TUESDAY
from tests.servers import wait_until
from tests.test_store import LIMITS, MINUTE, arrival, change, facts, keys, mail, open_one, opening, outgoing, ticket

ROOT = Path(__file__).resolve().parent.parent
SIZE = 5

# A process that commits batches for ever, says "batch N" after each, and, when told to, says "middle" within one and waits there.
WRITER = f"""
import sys
from tests.test_store import *
url, stop_in = sys.argv[1], int(sys.argv[2])
store, uid = Store.open(url), 0
for n in range(10_000):
    with store.batch(TUESDAY) as batch:
        for _ in range({SIZE}):
            uid += 1
            number = batch.facts(keys(mail(str(uid))), LIMITS, TUESDAY).next_number
            with batch.mail():
                row = batch.commit(arrival(uid), mail(str(uid)), pack(bytes(str(uid), "ascii") * 999), opening(number))
                batch.post(row, [outgoing(number, f"k{{uid}}")])
        if n == stop_in:
            print("middle", flush=True)
            sys.stdin.read()
    print("batch", n, flush=True)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that several processes can use, with its tables."""
    found: str = f"sqlite:///{tmp_path}/desk.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    store = Store.open(found)
    store.migrate()
    store.close()
    return found


def start_writer(url: str, stop_in: int = -1) -> subprocess.Popen[str]:
    """The writer as a process of its own."""
    command = [sys.executable, "-c", WRITER, url, str(stop_in)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kill(writer: subprocess.Popen[str]) -> str:
    """End it as a power cut would; what it still had said."""
    writer.send_signal(signal.SIGKILL)
    return writer.communicate()[0]


def check_whole_batches(url: str, said: int) -> None:
    """Everything that was said to be committed is there, in whole batches, and work goes on with the next number."""
    store = Store.open(url)
    following = facts(store, keys(mail("next"))).next_number  # asked first: it waits until the server is done with the dead
    rows = store.ledger_rows()
    assert store.integrity() == []
    assert len(rows) >= said * SIZE and len(rows) % SIZE == 0
    assert [t.number for t in reversed(store.tickets())] == list(range(1001, 1001 + len(rows)))
    assert len(store.outbox()) == len(rows)
    assert following == 1001 + len(rows)
    store.close()


def test_kill_in_the_middle_of_a_batch_leaves_nothing_half_done(url: str) -> None:
    """A batch that was killed before its commit is not there at all, and the one before it is there whole."""
    writer = start_writer(url, stop_in=1)
    assert writer.stdout is not None
    assert [writer.stdout.readline() for _ in range(2)] == ["batch 0\n", "middle\n"]
    kill(writer)
    check_whole_batches(url, said=1)
    store = Store.open(url)
    assert len(store.ledger_rows()) == SIZE
    store.close()


@pytest.mark.parametrize("seed", range(3))
def test_kill_at_any_moment_keeps_whole_batches(url: str, seed: int) -> None:
    """Whenever the writer dies, every batch that it had reported is kept and none is half there."""
    writer = start_writer(url)
    assert writer.stdout is not None
    lines = random.Random(seed).randrange(1, 30)
    for _ in range(lines):
        assert writer.stdout.readline().startswith("batch")
    said = lines + kill(writer).count("batch")
    check_whole_batches(url, said)


def test_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    """When the disk takes no more, the batch ends with the database's error, and what was committed before stays sound."""
    url = f"sqlite:///{tmp_path}/desk.db"
    store = Store.open(url)
    store.migrate()
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))"
    writer = subprocess.run([sys.executable, "-c", limit + WRITER, url, "-1"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert writer.returncode == 1
    assert "OperationalError" in writer.stderr
    check_whole_batches(url, said=writer.stdout.count("batch"))
    store.close()


def test_two_deliverers_never_take_the_same_mail(url: str) -> None:
    """Threads that claim at the same time share the work, each mail going to one of them."""
    store = Store.open(url)
    number = open_one(store)
    store.append([outgoing(number, f"n{i}", NoticeKind.NEW_TICKET) for i in range(60)], [], TUESDAY)
    start = threading.Barrier(4)

    def work() -> list[int]:
        start.wait()
        mine: list[int] = []
        while claimed := store.exchange((), TUESDAY, 3, MINUTE):
            mine += [c.id for c in claimed]
            store.exchange([Settled(c.id, OutgoingState.SENT) for c in claimed], TUESDAY, 0, MINUTE)
        return mine

    with ThreadPoolExecutor(4) as pool:
        taken = [i for done in [pool.submit(work) for _ in range(4)] for i in done.result()]
    assert len(taken) == len(set(taken)) == 61
    assert {row.state for row in store.outbox()} == {OutgoingState.SENT}
    store.close()


def test_facts_are_never_older_than_the_batch(postgres_url: str) -> None:
    """A second daemon's batch waits for the first one's commit before it asks anything, so it decides on what is true."""
    first, second, third = (Store.open(postgres_url) for _ in range(3))
    first.migrate()
    number = open_one(first)
    with ThreadPoolExecutor(1) as pool:
        with first.batch(TUESDAY) as batch, batch.mail():
            waiting = pool.submit(facts, second, keys(mail("two"), numbers=(number,)))
            wait_until(lambda: _count(third, "pg_locks WHERE NOT granted"))
            outcome = replace(opening(number), opened=False, ticket=replace(ticket(number), subject="changed"))
            batch.commit(arrival(2), mail("two"), pack(b"two"), outcome)
        found = waiting.result(30)
    assert found.known[number].ticket.subject == "changed"
    assert found.seen is not None and found.seen.same
    for store in (first, second, third):
        store.close()


def _count(store: Store, where: str) -> int:
    with store._db.reading():
        row = store._db.row(f"SELECT COUNT(*) FROM {where}")
    return int(row[0]) if row else 0


def test_broken_connection_costs_one_question(postgres_url: str) -> None:
    """When the server drops the connection, the question in hand fails, and the next one has a new connection."""
    store, other = Store.open(postgres_url), Store.open(postgres_url)
    store.migrate()
    number = open_one(store)
    with other._db.reading():
        other._db.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(Exception, match=r"terminat|closed"), store.batch(TUESDAY) as batch:
        batch.facts(keys(mail()), LIMITS, TUESDAY)
    assert store.ticket(number) == ticket(number)
    store.close()
    other.close()


def test_threads_leave_no_connection_behind(url: str) -> None:
    """Each thread has a connection of its own; those of ended threads are closed with the next one, and the rest at the end."""
    store = Store.open(url)
    for _ in range(5):
        thread = threading.Thread(target=store.ledger_counts)
        thread.start()
        thread.join()
    assert len(store._db._opened) <= 2
    store.close()
    assert not store._db._opened


def test_memory_is_one_store_for_all_threads() -> None:
    """The twin in memory is seen alike from every thread, and a batch in one keeps the others waiting until its end."""
    store = Store.open("sqlite:///:memory:")
    store.migrate()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda uid: change(store, uid), range(1, 21)))
        counted = pool.submit(store.ledger_counts)
    assert counted.result() == {"follow-up": 20}
    store.close()


def _add_colour(database: Database) -> None:
    database.execute_sql("ALTER TABLE ticket ADD COLUMN colour TEXT NOT NULL DEFAULT ''")


def _fail(database: Database) -> None:
    _add_colour(database)
    raise RuntimeError("half-way")


def test_older_schema_is_led_to_the_newest(url: str) -> None:
    """A database of the version before gets the missing steps, once, and keeps its rows."""
    store = Store.open(url)
    number = open_one(store)
    step = Step(2, "tickets have a colour", _add_colour)
    with store._db.reading():
        assert upgrade(store._db.database, (step,)) == ["schema 2: tickets have a colour"]
        assert upgrade(store._db.database, (step,)) == []
    assert store.ticket(number) == ticket(number)
    store.close()


def test_failing_step_changes_nothing(url: str) -> None:
    """A migration that fails half-way leaves the schema as it was."""
    store = Store.open(url)
    with store._db.reading():
        with pytest.raises(RuntimeError, match="half-way"):
            upgrade(store._db.database, (Step(2, "fails", _fail),))
        assert read_version(store._db.database) == 1
        assert "colour" not in {column.name for column in store._db.database.get_columns("ticket")}
    store.close()


def test_newer_schema_is_refused(url: str) -> None:
    """A database that a newer version has changed is not touched, and the message says what to do."""
    store = Store.open(url)
    with store._db.reading():
        upgrade(store._db.database, (Step(2, "tickets have a colour", _add_colour),))
    store.close()
    with pytest.raises(SchemaError, match=r"schema 2.*install the newer version"):
        Store.open(url)


URLS: dict[str, tuple[Callable[[Path], str], str]] = {
    "another database": (lambda _: "mysql://host/name", "sqlite:///FILE or postgresql://"),
    "missing folder": (lambda path: f"sqlite:///{path}/none/desk.db", "the folder .*/none is not there"),
}


@pytest.mark.parametrize("name", URLS)
def test_unusable_url_names_the_remedy(name: str, tmp_path: Path) -> None:
    """A URL that can't be used is refused in words that say what to write."""
    make, words = URLS[name]
    with pytest.raises(DatabaseUrlError, match=words):
        Store.open(make(tmp_path))


def test_postgres_without_its_extra_is_said(tmp_path: Path) -> None:
    """Without psycopg the message names the extra to install."""
    (tmp_path / "psycopg.py").write_text("raise ImportError")
    code = "from mailticket.edges.store import Store; Store.open('postgresql://u@h/n')"
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert "pip install 'mailticket[postgres]'" in done.stderr
