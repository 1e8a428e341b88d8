"""Reading mail in processes of its own: a hostile mail costs a worker, not the daemon, and every core reads.

Each worker is held by one thread that feeds it chunks. A chunk that breaks its worker (too much time, too much memory, a crash in a
library) is read again mail by mail, so the culprit is found and refused, and its neighbours are not.
"""

import multiprocessing
import os
import queue
import resource
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from mailticket.model.mail import Mail

Parse = Callable[[bytes], Mail]
Refuse = Callable[[bytes, str], Mail]

CHUNK = 16
DEATHS = 3
OUT_OF_MEMORY = 70  # EX_SOFTWARE of sysexits.h


@dataclass(frozen=True, slots=True)
class Limits:
    """What one mail may cost: seconds of CPU, seconds on the wall (for a worker that hangs without computing), bytes of address space."""

    cpu: int = 5
    wall: float = 20.0
    memory: int = 512 * 1024 * 1024


@dataclass(slots=True)
class _Job:
    """One call of `start`: the mails are filled in by chunks, and the last chunk completes the future."""

    mails: list[Mail | None]
    missing: int
    future: "Future[list[Mail]]"
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fill(self, first: int, mails: Sequence[Mail]) -> None:
        """Put a chunk's mails in their places."""
        with self.lock:
            self.mails[first : first + len(mails)] = mails
            self.missing -= len(mails)
            if self.missing == 0:
                self.future.set_result([mail for mail in self.mails if mail is not None])


_Chunk = tuple[_Job, int, Sequence[bytes]]


class Workers:
    """`count` processes that read mail with `parse`; what breaks them is turned into a Mail by `refuse(raw, reason)`.

    Both functions must be importable by name, as they are sent to the processes.
    """

    def __init__(self, parse: Parse, refuse: Refuse, count: int = 2, limits: Limits | None = None) -> None:
        self._refuse = refuse
        self._chunks: queue.SimpleQueue[_Chunk | None] = queue.SimpleQueue()
        self._holders = [_Holder(parse, refuse, limits or Limits()) for _ in range(count)]
        self._threads = [threading.Thread(target=self._feed, args=(holder,), daemon=True) for holder in self._holders]
        for thread in self._threads:
            thread.start()

    def start(self, raws: Sequence[bytes]) -> "Future[list[Mail]]":
        """Begin to read; the future holds one Mail for each raw mail, in order, and never an exception."""
        future: Future[list[Mail]] = Future()
        if not raws:
            future.set_result([])
            return future
        job = _Job([None] * len(raws), len(raws), future)
        size = max(1, min(CHUNK, -(-len(raws) // len(self._holders))))
        for first in range(0, len(raws), size):
            self._chunks.put((job, first, raws[first : first + size]))
        return future

    def parse_all(self, raws: Sequence[bytes]) -> list[Mail]:
        """Read mails and wait for them."""
        return self.start(raws).result()

    def close(self) -> None:
        """End every worker; what was started before is finished first."""
        for _ in self._threads:
            self._chunks.put(None)
        for thread in self._threads:
            thread.join()

    def _feed(self, holder: "_Holder") -> None:
        while (chunk := self._chunks.get()) is not None:
            job, first, raws = chunk
            try:
                mails = holder.read(raws)
            except Exception as fault:  # a worker that can't even be started must not leave its caller waiting for ever
                mails = [self._refuse(raw, f"no worker could be started: {fault}") for raw in raws]
            job.fill(first, mails)
        holder.end()


class _Holder:
    """One worker process and what to do when it breaks."""

    def __init__(self, parse: Parse, refuse: Refuse, limits: Limits) -> None:
        self._parse, self._refuse, self._limits = parse, refuse, limits
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def read(self, raws: Sequence[bytes]) -> list[Mail]:
        """The mails of a chunk; when that breaks the worker, each mail alone."""
        mails, _ = self._ask(raws)
        return mails if mails is not None else [self._read_alone(raw) for raw in raws]

    def _read_alone(self, raw: bytes) -> Mail:
        why = ""
        for _ in range(DEATHS):
            mails, why = self._ask([raw])
            if mails is not None:
                return mails[0]
            if why.startswith("took"):  # it would take as long again
                break
        return self._refuse(raw, f"its worker {why}")

    def _ask(self, raws: Sequence[bytes]) -> tuple[list[Mail] | None, str]:
        """The answer of the worker, or None and how it broke."""
        pipe = self._pipe or self._begin()
        try:
            pipe.send(raws)
            if pipe.poll(self._limits.wall):
                answer: list[Mail] = pipe.recv()
                return answer, ""
        except (EOFError, OSError):
            return None, self._bury()
        self.end()
        return None, f"took more than {self._limits.wall:g} s"

    def _begin(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        self._process = context.Process(target=_work, args=(there, self._parse, self._refuse, self._limits), daemon=True)
        self._process.start()
        there.close()
        self._pipe = here
        return here

    def _bury(self) -> str:
        """How the worker died."""
        process = self._process
        if process is not None:
            process.join(self._limits.wall)
        code = process.exitcode if process else None
        self.end()
        if code == -signal.SIGXCPU:
            return f"took more than {self._limits.cpu} s of CPU"
        return f"ran out of {self._limits.memory >> 20} MB of memory" if code == OUT_OF_MEMORY else f"died (exit code {code})"

    def end(self) -> None:
        """End the process, whatever it does."""
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._pipe = self._process = None


def _work(pipe: Connection, parse: Parse, refuse: Refuse, limits: Limits) -> None:
    """The worker: read chunks until the pipe closes, which it does when the daemon dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the daemon, which ends its workers itself
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    while True:
        try:
            raws = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send([_parse_one(raw, parse, refuse, limits) for raw in raws])


def _parse_one(raw: bytes, parse: Parse, refuse: Refuse, limits: Limits) -> Mail:
    """One mail under its own allowance of CPU time; past it the kernel sends SIGXCPU, which ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + limits.cpu, resource.RLIM_INFINITY))
    try:
        return parse(raw)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception as fault:
        return refuse(raw, f"{type(fault).__name__} while reading: {fault}")


class InlineParser:
    """The twin without processes or limits, for tests and single mails."""

    def __init__(self, parse: Parse, refuse: Refuse) -> None:
        self._parse, self._refuse = parse, refuse

    def start(self, raws: Sequence[bytes]) -> "Future[list[Mail]]":
        """Read at once; the future is done."""
        future: Future[list[Mail]] = Future()
        future.set_result(self.parse_all(raws))
        return future

    def parse_all(self, raws: Sequence[bytes]) -> list[Mail]:
        """One Mail for each raw mail, in order."""
        return [self._parse_one(raw) for raw in raws]

    def _parse_one(self, raw: bytes) -> Mail:
        try:
            return self._parse(raw)
        except Exception as fault:
            return self._refuse(raw, f"{type(fault).__name__} while reading: {fault}")

    def close(self) -> None:
        """Nothing is open."""
