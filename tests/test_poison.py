"""Mails that kill their worker or our own code, templates that fail at one mail, and a store in trouble: what each costs, and no more."""

import functools
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from peewee import DataError, OperationalError

from mailticket.daemon.house import make_inline_writer, make_road
from mailticket.demo.letters import part, read, write
from mailticket.edges.batch import Batch
from mailticket.edges.database import is_trouble
from mailticket.edges.workers import Limits, Workers
from mailticket.model.outcome import StoreError
from mailticket.outbound import render
from mailticket.rounds import writing
from mailticket.rounds.reading import Read, make_reader, refuse_mail
from mailticket.rounds.watch import watch
from mailticket.settings import read_shipped_templates
from tests.people import DESK, HUDA
from tests.world import World

FATAL = b"FATAL to its worker"


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def letter(world: World, number: int, text: str = "My certificate has not arrived.") -> bytes:
    return write(f"person{number}@example.com", f"question {number}", text, world.clock.now())


def put(world: World, *texts: str) -> None:
    """Mails of as many people, and one round."""
    for number, text in enumerate(texts, 1):
        world.source.put(letter(world, number, text))
    world.rounds()


def outcomes(world: World) -> list[str]:
    return [row.disposition for row in world.store.ledger_rows()]


def errors(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """What was logged as an error, but for the alarms that tell managers of the same."""
    return [record.__dict__ for record in caplog.records if record.levelno >= logging.ERROR and not record.name.endswith("alarms")]


# --- mails ------------------------------------------------------------------------------------------------------------------------


def make_fatal_reader() -> Callable[[bytes], Read]:
    """A reader that ends its process over one kind of mail, as a fault in a C library would."""
    read_mail = make_reader(frozenset({DESK}))

    def read_or_die(raw: bytes) -> Read:
        if FATAL in raw:
            os._exit(9)
        return read_mail(raw)

    return read_or_die


def test_mail_that_kills_its_worker_is_quarantined_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """It gets its row and its open deadline, is marked like any other, is not read again, and the watch tells of it."""
    with Workers(functools.partial(make_fatal_reader), refuse_mail, 2, Limits(wall=30)) as reader:
        world.folder = replace(world.folder, reader=reader)
        raw = letter(world, 2).replace(b"Subject:", b"X-Note: " + FATAL + b"\r\nSubject:")
        for one in (letter(world, 1), raw, letter(world, 3)):
            world.source.put(one)
        for _ in range(3):
            world.wait(timedelta(minutes=20))
    assert outcomes(world) == ["ticket", "quarantined", "ticket"]
    row = world.store.quarantine()[0]
    assert "ended its worker 3 times" in row.reason
    assert world.source.done == [1, 2, 3]
    assert world.store.raw(row.digest) == raw
    assert [late.id for late in watch(world.store, world.road, set())] == [row.id]
    assert {record["name"] for record in errors(caplog)} == {"mailticket.rounds.watch"}


@contextmanager
def failing_commit(monkeypatch: pytest.MonkeyPatch, error: Exception, *, times: int, number: int) -> Iterator[None]:
    """The store refuses person `number`'s mail so many times."""
    commit, left = Batch.commit, [times]

    def refuse(self: Batch, arrival: Any, mail: Any, *rest: Any) -> int:
        row = commit(self, arrival, mail, *rest)
        if mail.strict_sender.startswith(f"person{number}@") and left[0]:
            left[0] -= 1
            raise error
        return row

    with monkeypatch.context() as patch:
        patch.setattr(Batch, "commit", refuse)
        yield


def test_mail_that_our_code_fails_at_is_quarantined(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A mail over which a decision raises is kept with the reason, and its neighbours are served."""
    decide = world.road.decide

    def fail(mail: Any, *rest: Any) -> Any:
        if mail.strict_sender.startswith("person2@"):
            raise RecursionError("too deep")
        return decide(mail, *rest)

    world.road = replace(world.road, decide=fail)
    put(world, "one", "two", "three")
    assert outcomes(world) == ["ticket", "quarantined", "ticket"]
    assert "RecursionError" in world.store.quarantine()[0].reason
    assert len(errors(caplog)) == 1


def test_mail_that_the_store_refuses_is_quarantined(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail whose outcome can't be written leaves nothing behind but its row in quarantine."""
    with failing_commit(monkeypatch, DataError("out of range"), times=1, number=2):
        put(world, "one", "two", "three")
    assert sorted(outcomes(world)) == ["quarantined", "ticket", "ticket"]
    assert len(world.store.tickets()) == 2
    assert world.store.integrity() == []
    assert world.source.done == [1, 2, 3]


def test_mail_that_not_even_quarantine_holds_stops_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It keeps its place in the mailbox without a row, is tried ever more seldom, and is served once the store takes it."""
    with failing_commit(monkeypatch, DataError("out of range"), times=8, number=2):
        put(world, "one", "two", "three")
        for _ in range(60):
            world.wait(timedelta(minutes=1))
    assert [row.arrival.uid for row in world.store.ledger_rows()] == [1, 3]
    assert world.source.done == [1, 3]
    assert 4 <= len([e for e in errors(caplog) if "not even in quarantine" in e["message"]]) <= 6
    world.wait(timedelta(hours=1))
    assert [row.arrival.uid for row in world.store.ledger_rows()] == [1, 3, 2]


def test_store_in_trouble_is_no_fault_of_the_mail(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the batch is undone and nothing is quarantined for it; the next round serves them all."""
    with failing_commit(monkeypatch, OperationalError("database or disk is full"), times=1, number=2), pytest.raises(StoreError):
        put(world, "one", "two", "three")
    assert outcomes(world) == []
    world.rounds()
    assert outcomes(world) == ["ticket"] * 3


class LimitError(Exception):
    """What psycopg raises for a value beyond PostgreSQL's limits."""

    sqlstate = "54000"


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (OperationalError("disk I/O error"), True),
        (OperationalError(LimitError("index row size exceeds"), "index row size exceeds"), False),
        (DataError("out of range"), False),
        (ValueError("a NUL"), False),
    ],
    ids=["disk", "limit", "data", "value"],
)
def test_trouble_is_told_from_a_bad_value(error: Exception, trouble: bool) -> None:
    """Only what would happen to any mail is the store's trouble."""
    assert is_trouble(error) is trouble


# --- templates --------------------------------------------------------------------------------------------------------------------

FAULT = '{% if "1001" in tag %}{{ nowhere.to.be.found }}{% endif %}\n'


def test_template_that_fails_at_one_mail_is_replaced_by_the_shipped_one(caplog: pytest.LogCaptureFixture) -> None:
    """What the samples did not show costs no person the acknowledgement: the shipped template writes it, and the log names the line."""
    world, shipped = World(), read_shipped_templates()
    own = {**shipped, "acknowledgement.html": "{# ours #}\nOURS\n" + FAULT + shipped["acknowledgement.html"]}
    assert render.check_templates(own, world.settings) == []
    world.road = make_road(world.policy, make_inline_writer(world.policy, (own, shipped)), world.clock)
    put(world, "one", "two")
    first, second = (part(read(o.raw), "html") for o in world.sink.sent if o.kind == "acknowledgement")
    assert ("OURS" in first, "OURS" in second) == (False, True)
    assert "[MT-1001]" in first
    (error,) = errors(caplog)
    assert "templates/acknowledgement.html:3: UndefinedError" in error["fault"]
    world.close()


def test_mail_that_no_template_can_write_is_kept_as_failed(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The ticket stands, the team is told, the unwritten acknowledgement is kept with its reason, and the watch reports its deadline."""
    shipped = read_shipped_templates()
    broken = {**shipped, "acknowledgement.txt": FAULT + shipped["acknowledgement.txt"]}
    world.road = make_road(world.policy, make_inline_writer(world.policy, (broken, broken)), world.clock)
    put(world, "one", "two")
    assert outcomes(world) == ["ticket", "ticket"]
    assert len(world.sent(HUDA.email)) == 2
    (failed,) = [row for row in world.store.outbox() if row.state == "failed"]
    assert (failed.kind, failed.number, failed.recipient) == ("acknowledgement", 1001, "person1@example.com")
    assert "could not be written" in failed.error
    assert [e["message"] for e in errors(caplog)] == ["a mail could not be written"]
    world.clock.advance(timedelta(minutes=16))
    assert [row.number for row in watch(world.store, world.road, set())] == [1001]
    owed = world.store.acknowledgement(1001)
    assert owed is not None and owed.state == "due"
    assert world.store.integrity() == []


def test_a_batch_is_written_elsewhere_with_the_same_care(world: World) -> None:
    """In a writer process of its own the shipped templates stand in just the same."""
    shipped = read_shipped_templates()
    own = {**shipped, "acknowledgement.txt": FAULT + shipped["acknowledgement.txt"]}
    make = functools.partial(writing.make_writer, (own, shipped), world.settings, world.policy.ring)
    with Workers(make, writing.make_refuser(world.settings, world.policy.ring), 1) as writers:
        world.road = make_road(world.policy, writers, world.clock)
        put(world, *["text"] * 12)
    assert sum(o.kind == "acknowledgement" for o in world.sink.sent) == 12
    assert {row.state for row in world.store.outbox()} == {"sent"}
