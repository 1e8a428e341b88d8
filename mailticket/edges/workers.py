"""A pool of worker processes under limits of time and memory: one parses what strangers wrote, another writes the mails of the desk.

A hostile mail costs a worker, not the daemon, and every core works. An item that ends its worker is tried again alone, three times in all;
one that takes too long is tried once. Then it is refused, which is a value too (a mail of kind UNREADABLE), and the rest flows.
"""

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Generic, Self

from mailticket.edges.worker import DiedError, Failed, In, Limits, Make, Out, StalledError, Worker, say_failed

Refuse = Callable[[In, str], Out]

CHUNK = 16
CHUNK_BYTES = 4 * 1024 * 1024
TRIES = 3
DEFAULT_LIMITS = Limits()


class Workers(Generic[In, Out]):
    """A pool of workers. Safe for many threads; a context manager, or call `close`."""

    def __init__(self, make: Make[In, Out], refuse: Refuse[In, Out], count: int = 2, limits: Limits = DEFAULT_LIMITS) -> None:
        """`make` is called in each worker; `refuse` runs here, with the reason, on items that killed, stalled or failed."""
        self._refuse = refuse
        self._free: SimpleQueue[Worker[In, Out]] = SimpleQueue()
        self._all = [Worker(make, limits) for _ in range(count)]
        for worker in self._all:
            self._free.put(worker)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="worker")

    def start(self, items: Sequence[In]) -> Future[list[Out]]:
        """Begin to work; the future holds the values in order. A batch may be worked on while the one before is committed."""
        chunks = [self._threads.submit(self._work_on, chunk) for chunk in _cut(items)]
        return _gather(chunks)

    def _work_on(self, items: Sequence[In]) -> list[Out]:
        worker = self._free.get()
        try:
            return self._drive(worker, items)
        finally:
            self._free.put(worker)

    def _drive(self, worker: Worker[In, Out], items: Sequence[In]) -> list[Out]:
        """A chunk's values. What is left after an item that ended its worker goes to a fresh one, that item itself alone."""
        done: list[Out] = []
        while len(done) < len(items):
            rest = items[len(done) :]
            try:
                worker.send(rest)
                for item in rest:
                    done.append(self._settle(item, worker.receive()))
            except StalledError as error:
                done.append(self._refuse(items[len(done)], str(error)))
            except DiedError:
                done.append(self._retry(worker, items[len(done)]))
        return done

    def _settle(self, item: In, answer: Out | Failed) -> Out:
        return self._refuse(item, answer.reason) if isinstance(answer, Failed) else answer

    def _retry(self, worker: Worker[In, Out], item: In) -> Out:
        """An item that ended its worker once: alone, until it has ended three."""
        reason = ""
        for _ in range(TRIES - 1):
            try:
                worker.send([item])
                return self._settle(item, worker.receive())
            except StalledError as error:
                return self._refuse(item, str(error))
            except DiedError as error:
                reason = str(error)
        return self._refuse(item, f"ended its worker {TRIES} times ({reason})")

    def close(self) -> None:
        """End the workers; mails that are being parsed are finished first, those that wait are not begun."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._all:
            worker.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _cut(items: Sequence[In]) -> list[list[In]]:
    """Chunks of up to 16 items and 4 MB, so that every worker gets a share and no pipe holds too much."""
    chunks: list[list[In]] = []
    size = 0
    for item in items:
        weight = len(item) if isinstance(item, bytes) else 0
        if not chunks or len(chunks[-1]) >= CHUNK or size + weight > CHUNK_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append(item)
        size += weight
    return chunks


def _gather(chunks: Sequence[Future[list[Out]]]) -> Future[list[Out]]:
    """One future for many, in order; it fails as the first of them that fails."""
    whole: Future[list[Out]] = Future()
    finished = itertools.count(1)  # a counter in C: two threads never get the same number

    def finish(_: Future[list[Out]]) -> None:
        if next(finished) == len(chunks):
            _settle_whole(whole, chunks)

    for chunk in chunks:
        chunk.add_done_callback(finish)
    if not chunks:
        whole.set_result([])
    return whole


def _settle_whole(whole: Future[list[Out]], chunks: Sequence[Future[list[Out]]]) -> None:
    failed = next((error for chunk in chunks if (error := _error_of(chunk)) is not None), None)
    if failed is not None:
        whole.set_exception(failed)
    else:
        whole.set_result([value for chunk in chunks for value in chunk.result()])


def _error_of(chunk: Future[list[Out]]) -> BaseException | None:
    return CancelledError() if chunk.cancelled() else chunk.exception()


class Inline(Generic[In, Out]):
    """The same without processes and without limits, for tests, for commands that read a file or two, and for work that is too little."""

    def __init__(self, work: Callable[[In], Out], refuse: Refuse[In, Out]) -> None:
        self._work, self._refuse = work, refuse

    def start(self, items: Sequence[In]) -> Future[list[Out]]:
        """The values at once, as a future that is done."""
        future: Future[list[Out]] = Future()
        future.set_result([self._do(item) for item in items])
        return future

    def _do(self, item: In) -> Out:
        try:
            return self._work(item)
        except Exception as error:
            return self._refuse(item, say_failed(error))
