"""Worker processes that parse mails under limits of time and memory.

A hostile mail costs a worker, not the daemon, and every core parses. Each worker is a plain child process that reads mails from its standard
input and writes values to its standard output; it ends when its input does, so it never outlives the daemon, and it is in a process group
of its own, so Ctrl-C reaches the daemon alone, which then ends it in good order.
"""

import itertools
import os
import pickle
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Self

from mailticket.model.mail import Mail

Parse = Callable[[bytes], Mail]
Refuse = Callable[[bytes, str], Mail]

CHUNK = 16
CHUNK_BYTES = 4 * 1024 * 1024
TRIES = 3
_CHILD = "import sys; sys.path[:] = sys.argv[1:]; from mailticket.edges.workers import serve; serve()"
_HEAD = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """What one mail may cost: bytes of memory beyond the interpreter's own, seconds of processor time, seconds by the wall clock."""

    memory: int = 512 * 1024 * 1024
    cpu: float = 5.0
    wall: float = 20.0


class _Stalled(Exception):
    """A mail took longer than a limit of time."""


class _Died(Exception):
    """The worker ended while it had a mail."""


def serve() -> None:
    """The life of a worker: orders (the function and the limits) first, then chunks of mails until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints may not spoil the frames
    parse, limits = pickle.loads(_read_frame(source))  # noqa: S301 - both ends of the pipe are ours
    _limit_memory(limits.memory)
    while frame := _read_frame(source):
        for raw in pickle.loads(frame):  # noqa: S301 - as above
            _write_frame(sink, _answer(parse, raw, limits.cpu))


def _limit_memory(allowed: int) -> None:
    """Bound the address space to what the interpreter has now and `allowed` bytes more."""
    statm = Path("/proc/self/statm")
    now = int(statm.read_text().split()[0]) * resource.getpagesize() if statm.exists() else 0
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # a system that can't bound it, or bounds it lower already
        resource.setrlimit(resource.RLIMIT_AS, (now + allowed, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _answer(parse: Parse, raw: bytes, cpu: float) -> bytes:
    """The pickled mail, or the reason why there is none. SIGPROF has no handler, so it ends even a loop that is not Python's."""
    signal.setitimer(signal.ITIMER_PROF, cpu)
    try:
        return pickle.dumps(parse(raw), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps("needs more memory than a mail may", pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return pickle.dumps(_say_failed(error), pickle.HIGHEST_PROTOCOL)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _read_frame(source: IO[bytes]) -> bytes:
    size = int.from_bytes(source.read(_HEAD))
    return source.read(size) if size else b""


def _write_frame(sink: IO[bytes], data: bytes) -> None:
    sink.write(len(data).to_bytes(_HEAD) + data)
    sink.flush()


class _Worker:
    """One child process, started when it is first needed and again after each death. Used by one thread at a time."""

    def __init__(self, parse: Parse, limits: Limits) -> None:
        self._orders = pickle.dumps((parse, limits), pickle.HIGHEST_PROTOCOL)
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None

    def send(self, raws: Sequence[bytes]) -> None:
        """Give mails to the worker; as many `receive` must follow. Raises _Died."""
        child = self._child or self._start()
        try:
            _write_frame(_pipe(child.stdin), pickle.dumps(list(raws), pickle.HIGHEST_PROTOCOL))
        except BrokenPipeError as error:
            self.stop()
            raise _Died("the worker ended before it had the mail") from error

    def receive(self) -> Mail | str:
        """The next mail's value, or why there is none. Raises _Stalled or _Died, after which the worker is fresh and has no mails."""
        child = self._child
        if child is None:
            raise _Died("the worker is gone")
        try:
            return self._take(_pipe(child.stdout).fileno())
        except _Stalled:
            self.stop()
            raise
        except EOFError as error:
            code = self.stop()
            if code == -signal.SIGPROF:
                raise _Stalled(f"took more than {self._limits.cpu:g} s of processor time") from error
            raise _Died(f"the worker ended with status {code}") from error

    def _take(self, pipe: int) -> Mail | str:
        until = time.monotonic() + self._limits.wall
        size = int.from_bytes(self._read(pipe, _HEAD, until))
        value = pickle.loads(self._read(pipe, size, until))  # noqa: S301 - both ends of the pipe are ours
        assert isinstance(value, Mail | str)  # noqa: S101 - `serve` sends nothing else
        return value

    def _read(self, pipe: int, size: int, until: float) -> bytes:
        """Exactly so many bytes, or EOFError, or _Stalled when the time is over."""
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        data = bytearray()
        while len(data) < size:
            if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
                raise _Stalled(f"took more than {self._limits.wall:g} s")
            piece = os.read(pipe, min(size - len(data), 1 << 20))
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", _CHILD, *sys.path]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)  # noqa: S603 - our own interpreter
        _write_frame(_pipe(self._child.stdin), self._orders)
        return self._child

    def stop(self) -> int:
        """End the child at once; its status, negative for a signal."""
        child, self._child = self._child, None
        if child is None:
            return 0
        if child.poll() is None and not _ends_soon(child):
            child.kill()
        with suppress(BrokenPipeError):
            _pipe(child.stdin).close()
        _pipe(child.stdout).close()
        return child.wait()


def _ends_soon(child: subprocess.Popen[bytes]) -> bool:
    """Whether a child whose output has ended is about to be reaped by itself, so that its status tells why."""
    if not select.select([_pipe(child.stdout)], [], [], 0)[0]:
        return False
    try:
        child.wait(1)
    except subprocess.TimeoutExpired:
        return False
    return True


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101 - both ends are asked for at the start
    return stream


class Workers:
    """A pool of workers. Safe for many threads; a context manager, or call `close`."""

    def __init__(self, parse: Parse, refuse: Refuse, count: int = 2, limits: Limits = Limits()) -> None:
        """`parse` and `refuse` must be importable (or partials of such); `refuse` runs here, on mails that killed, stalled or failed."""
        self._refuse = refuse
        self._free: SimpleQueue[_Worker] = SimpleQueue()
        self._all = [_Worker(parse, limits) for _ in range(count)]
        for worker in self._all:
            self._free.put(worker)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="parse")

    def parse_all(self, raws: Sequence[bytes]) -> list[Mail]:
        """The mails in the order of their bytes; returns when all are parsed."""
        return self.start(raws).result()

    def start(self, raws: Sequence[bytes]) -> Future[list[Mail]]:
        """Begin to parse; the future holds the mails in order. A batch may be parsed while the one before is committed."""
        chunks = [self._threads.submit(self._parse_chunk, chunk) for chunk in _cut(raws)]
        return _gather(chunks)

    def _parse_chunk(self, raws: Sequence[bytes]) -> list[Mail]:
        worker = self._free.get()
        try:
            return self._drive(worker, raws)
        finally:
            self._free.put(worker)

    def _drive(self, worker: _Worker, raws: Sequence[bytes]) -> list[Mail]:
        """A chunk's mails. What is left after a mail that ended its worker goes to a fresh one, that mail itself alone."""
        done: list[Mail] = []
        while len(done) < len(raws):
            rest = raws[len(done) :]
            try:
                worker.send(rest)
                for raw in rest:
                    done.append(self._settle(raw, worker.receive()))
            except _Stalled as error:
                done.append(self._refuse(raws[len(done)], str(error)))
            except _Died:
                done.append(self._retry(worker, raws[len(done)]))
        return done

    def _settle(self, raw: bytes, answer: Mail | str) -> Mail:
        return self._refuse(raw, answer) if isinstance(answer, str) else answer

    def _retry(self, worker: _Worker, raw: bytes) -> Mail:
        """A mail that ended its worker once: alone, until it has ended three."""
        reason = ""
        for _ in range(TRIES - 1):
            try:
                worker.send([raw])
                return self._settle(raw, worker.receive())
            except _Stalled as error:
                return self._refuse(raw, str(error))
            except _Died as error:
                reason = str(error)
        return self._refuse(raw, f"ended its worker {TRIES} times ({reason})")

    def close(self) -> None:
        """End the workers; mails that are being parsed are finished first, those that wait are not begun."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._all:
            worker.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _cut(raws: Sequence[bytes]) -> list[list[bytes]]:
    """Chunks of up to 16 mails and 4 MB, so that every worker gets a share and no pipe holds too much."""
    chunks: list[list[bytes]] = []
    size = 0
    for raw in raws:
        if not chunks or len(chunks[-1]) >= CHUNK or size + len(raw) > CHUNK_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append(raw)
        size += len(raw)
    return chunks


def _gather(chunks: Sequence[Future[list[Mail]]]) -> Future[list[Mail]]:
    """One future for many, in order; it fails as the first of them that fails."""
    whole: Future[list[Mail]] = Future()
    finished = itertools.count(1)  # a counter in C: two threads never get the same number

    def finish(_: Future[list[Mail]]) -> None:
        if next(finished) == len(chunks):
            _settle_whole(whole, chunks)

    for chunk in chunks:
        chunk.add_done_callback(finish)
    if not chunks:
        whole.set_result([])
    return whole


def _settle_whole(whole: Future[list[Mail]], chunks: Sequence[Future[list[Mail]]]) -> None:
    failed = next((error for chunk in chunks if (error := _error_of(chunk)) is not None), None)
    if failed is not None:
        whole.set_exception(failed)
    else:
        whole.set_result([mail for chunk in chunks for mail in chunk.result()])


def _error_of(chunk: Future[list[Mail]]) -> BaseException | None:
    return CancelledError() if chunk.cancelled() else chunk.exception()


class InlineParser:
    """The same without processes and without limits, for tests and for commands that read a file or two."""

    def __init__(self, parse: Parse, refuse: Refuse) -> None:
        self._parse, self._refuse = parse, refuse

    def parse_all(self, raws: Sequence[bytes]) -> list[Mail]:
        """The mails in the order of their bytes."""
        return [self._read(raw) for raw in raws]

    def start(self, raws: Sequence[bytes]) -> Future[list[Mail]]:
        """The mails at once, as a future that is done."""
        future: Future[list[Mail]] = Future()
        future.set_result(self.parse_all(raws))
        return future

    def _read(self, raw: bytes) -> Mail:
        try:
            return self._parse(raw)
        except Exception as error:
            return self._refuse(raw, _say_failed(error))

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing is open."""


def _say_failed(error: Exception) -> str:
    return f"the mail can't be read ({type(error).__name__})"
