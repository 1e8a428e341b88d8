"""One worker process: the child that works under limits, and the handle by which a pool drives it.

The child is a plain process that reads items from its standard input and writes values to its standard output. It ends when its input
does, so it never outlives the daemon, and it is in a process group of its own, so Ctrl-C reaches the daemon alone, which then ends it in
good order.
"""

import os
import pickle
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Generic, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")
Make = Callable[[], Callable[[In], Out]]
"""Makes the function that does the work, once in each child; it must be importable, or a partial of such."""

_CHILD = "import sys; sys.path[:] = sys.argv[1:]; from mailticket.edges.worker import serve; serve()"
_HEAD = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """What one item may cost: bytes of memory beyond the interpreter's own, seconds of processor time, seconds by the wall clock."""

    memory: int = 512 * 1024 * 1024
    cpu: float = 5.0
    wall: float = 20.0


class StalledError(Exception):
    """An item took longer than a limit of time."""


class DiedError(Exception):
    """The worker ended while it had an item."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no value for an item."""

    reason: str


def serve() -> None:
    """The life of a worker: orders (what makes the function, and the limits) first, then chunks of items until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints may not spoil the frames
    make, limits = pickle.loads(_read_frame(source))  # noqa: S301 - both ends of the pipe are ours
    work = make()
    _limit_memory(limits.memory)
    while frame := _read_frame(source):
        for item in pickle.loads(frame):  # noqa: S301 - as above
            _write_frame(sink, _answer(work, item, limits.cpu))


def _limit_memory(allowed: int) -> None:
    """Bound the address space to what the interpreter has now and `allowed` bytes more."""
    statm = Path("/proc/self/statm")
    now = int(statm.read_text().split()[0]) * resource.getpagesize() if statm.exists() else 0
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # a system that can't bound it, or bounds it lower already
        resource.setrlimit(resource.RLIMIT_AS, (now + allowed, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _answer(work: Callable[[Any], object], item: object, cpu: float) -> bytes:
    """The pickled value, or the reason why there is none. SIGPROF has no handler, so it ends even a loop that is not Python's."""
    signal.setitimer(signal.ITIMER_PROF, cpu)
    try:
        return pickle.dumps(work(item), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps(Failed("needs more memory than a mail may"), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return pickle.dumps(Failed(say_failed(error)), pickle.HIGHEST_PROTOCOL)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _read_frame(source: IO[bytes]) -> bytes:
    size = int.from_bytes(source.read(_HEAD))
    return source.read(size) if size else b""


def _write_frame(sink: IO[bytes], data: bytes) -> None:
    sink.write(len(data).to_bytes(_HEAD) + data)
    sink.flush()


class Worker(Generic[In, Out]):
    """One child process, started when it is first needed and again after each death. Used by one thread at a time."""

    def __init__(self, make: Make[In, Out], limits: Limits) -> None:
        self._orders = pickle.dumps((make, limits), pickle.HIGHEST_PROTOCOL)
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._unread = bytearray()

    def send(self, items: Sequence[In]) -> None:
        """Give items to the worker; as many `receive` must follow. Raises DiedError."""
        try:
            child = self._child or self._start()
            _write_frame(_pipe(child.stdin), pickle.dumps(list(items), pickle.HIGHEST_PROTOCOL))
        except BrokenPipeError as error:
            self.stop()
            raise DiedError("the worker ended before it had the item") from error

    def receive(self) -> Out | Failed:
        """The next item's value, or why there is none. Raises StalledError or DiedError; then the worker is fresh."""
        child = self._child
        if child is None:
            raise DiedError("the worker is gone")
        try:
            return self._take(_pipe(child.stdout).fileno())
        except StalledError:
            self.stop()
            raise
        except EOFError as error:
            code = self.stop()
            if code == -signal.SIGPROF:
                raise StalledError(f"took more than {self._limits.cpu:g} s of processor time") from error
            raise DiedError(f"the worker ended with status {code}") from error

    def _take(self, pipe: int) -> Out | Failed:
        until = time.monotonic() + self._limits.wall
        size = int.from_bytes(self._read(pipe, _HEAD, until))
        value: Out | Failed = pickle.loads(self._read(pipe, size, until))  # noqa: S301 - both ends of the pipe are ours
        return value

    def _read(self, pipe: int, size: int, until: float) -> bytes:
        """Exactly so many bytes, or EOFError, or StalledError when the time is over; what comes along is kept for the next ones."""
        if len(self._unread) < size:
            poll = select.poll()
            poll.register(pipe, select.POLLIN)
            while len(self._unread) < size:
                if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
                    raise StalledError(f"took more than {self._limits.wall:g} s")
                piece = os.read(pipe, 1 << 20)
                if not piece:
                    raise EOFError
                self._unread += piece
        data = bytes(self._unread[:size])
        del self._unread[:size]
        return data

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", _CHILD, *sys.path]
        self._unread.clear()
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


def say_failed(error: Exception) -> str:
    """Why there is no value when the work on an item raised: the error's kind alone, for its words may be a stranger's."""
    return f"failed with {type(error).__name__}"
