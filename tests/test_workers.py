"""The pool of workers: order, limits, retries, and the end of both sides."""

import functools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailticket.edges.workers import Inline, Limits, Workers
from mailticket.model.mail import Kind, Mail

QUICK = Limits(memory=256 * 1024 * 1024, cpu=0.5, wall=4)


def make_mail(raw: bytes, reason: str = "") -> Mail:
    """A mail whose size is that of its bytes and whose subject is their beginning."""
    return Mail(raw[:20].decode(), "", len(raw), "<m@example.com>", subject=raw[:20].decode(), kind=Kind.UNREADABLE if reason else Kind.NORMAL, reason=reason)


def make_act(log: str = "") -> Callable[[bytes], Mail]:
    """What each worker begins with."""
    return functools.partial(act, log=log)


def act(raw: bytes, log: str = "") -> Mail:
    """A parser that does what the mail says; each try leaves a line in the log."""
    if log and raw.startswith(b"!"):
        with Path(log).open("a", encoding="ascii") as file:
            file.write(raw.decode() + "\n")
    match raw:
        case b"!die":
            os._exit(3)
        case b"!loop":
            while True:
                pass
        case b"!sleep":
            threading.Event().wait(60)
        case b"!memory":
            return make_mail(b"x" * (2 << 30))
        case b"!raise":
            raise ValueError("no")
        case b"!print":
            print("noise", flush=True)  # must not spoil the frames
    return make_mail(raw)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log"
    path.touch()
    return path


@pytest.fixture
def workers(log: Path) -> Iterator[Workers[bytes, Mail]]:
    with Workers(functools.partial(make_act, str(log)), make_mail, 2, QUICK) as pool:
        yield pool


def test_mails_come_back_in_order(workers: Workers[bytes, Mail]) -> None:
    """Many chunks on two workers, one result in the order of the bytes."""
    raws = [b"%d" % number for number in range(100)]
    assert [mail.digest for mail in workers.start(raws).result()] == [raw.decode() for raw in raws]


def test_nothing_is_parsed_to_nothing(workers: Workers[bytes, Mail]) -> None:
    """An empty batch is an empty list at once."""
    assert workers.start([]).result() == []


@pytest.mark.parametrize(
    ("raw", "reason", "tries"),
    [
        (b"!die", "ended its worker 3 times (the worker ended with status 3)", 3),
        (b"!loop", "took more than 0.5 s of processor time", 1),
        (b"!sleep", "took more than 4 s", 1),
        (b"!memory", "needs more memory than a mail may", 1),
        (b"!raise", "failed with ValueError", 1),
    ],
    ids=["dies", "loops", "sleeps", "eats memory", "raises"],
)
def test_a_bad_mail_is_refused_and_the_rest_flows(raw: bytes, reason: str, tries: int, workers: Workers[bytes, Mail], log: Path) -> None:
    """The mail that ends or stalls its worker is tried as often as it deserves and refused with the reason; its neighbours are parsed."""
    mails = workers.start([b"before", raw, *(b"after %d" % number for number in range(20))]).result()
    assert [mail.reason for mail in mails] == ["", reason, *[""] * 20]
    assert len(log.read_text().splitlines()) == tries


def test_a_chatty_parser_spoils_nothing(workers: Workers[bytes, Mail]) -> None:
    """What a parser prints goes elsewhere than the answers."""
    assert [mail.subject for mail in workers.start([b"!print", b"next"]).result()] == ["!print", "next"]


def test_large_mails_pass(workers: Workers[bytes, Mail]) -> None:
    """Bytes beyond any pipe's buffer travel whole."""
    assert [mail.size for mail in workers.start([b"x" * 3_000_000] * 4).result()] == [3_000_000] * 4


def test_batches_overlap_and_threads_share(workers: Workers[bytes, Mail]) -> None:
    """Several batches may be under way at once, from several threads, and none mixes with another."""
    batches = [[b"%d-%d" % (batch, number) for number in range(40)] for batch in range(6)]
    results: dict[int, list[str]] = {}
    def run(batch: int) -> None:
        results[batch] = [mail.digest for mail in workers.start(batches[batch]).result(30)]

    threads = [threading.Thread(target=run, args=(batch,)) for batch in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == {batch: [raw.decode() for raw in raws] for batch, raws in enumerate(batches)}


def test_ctrl_c_leaves_the_workers_alone(workers: Workers[bytes, Mail]) -> None:
    """A worker is not in the daemon's process group and ignores SIGINT, so the mail in hand is finished."""
    workers.start([b"%d" % number for number in range(40)]).result()
    for pid in children():
        assert os.getpgid(pid) != os.getpgid(0)
        os.kill(pid, signal.SIGINT)
    assert [mail.digest for mail in workers.start([b"still here"]).result()] == ["still here"]


def children() -> list[int]:
    """The worker processes that this one started and that still run; the servers of other tests are none of them."""
    pids = [int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]
    return [pid for pid in pids if b"edges.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc")
def test_workers_die_with_their_parent() -> None:
    """When the daemon is killed, its workers see the end of their input and are gone."""
    code = (
        "from tests.test_workers import *\nimport os, signal\n"
        "pool = Workers(make_act, make_mail, 1)\npool.start([b'x']).result()\nprint(*children(), flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, check=False)
    (worker,) = done.stdout.split()
    until = time.monotonic() + 10
    while is_running(int(worker)) and time.monotonic() < until:
        os.sched_yield()
    assert not is_running(int(worker))


def is_running(pid: int) -> bool:
    """Whether a process runs; a zombie that nobody reaps has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_closing_ends_every_child() -> None:
    """After `close` no worker is left, and closing twice does no harm."""
    before = set(children())
    pool = Workers(make_act, make_mail, 2)
    pool.start([b"%d" % number for number in range(40)]).result()
    pool.close()
    pool.close()
    assert set(children()) <= before


def test_the_inline_twin_answers_alike() -> None:
    """The twin without processes gives the same mails, and refuses what raises."""
    parser = Inline(act, make_mail)
    assert [mail.reason for mail in parser.start([b"x", b"!raise"]).result()] == ["", "failed with ValueError"]
    assert parser.start([b"x"]).result()[0].subject == "x"
