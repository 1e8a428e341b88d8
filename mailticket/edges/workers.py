"""A pool of worker processes that parse mails under limits of time and memory.

A hostile mail costs a worker, not the daemon, and every core parses. A mail that ends its worker is tried again alone, three times in all;
one that takes too long is tried once. Then it is refused, which is a mail too (kind UNREADABLE), and the rest flows.
"""

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from mailticket.edges.worker import DiedError, Limits, Parse, StalledError, Worker, say_failed
from mailticket.model.mail import Mail

Refuse = Callable[[bytes, str], Mail]

CHUNK = 16
CHUNK_BYTES = 4 * 1024 * 1024
TRIES = 3
DEFAULT_LIMITS = Limits()


class Workers:
    """A pool of workers. Safe for many threads; a context manager, or call `close`."""

    def __init__(self, parse: Parse, refuse: Refuse, count: int = 2, limits: Limits = DEFAULT_LIMITS) -> None:
        """`parse` and `refuse` must be importable (or partials of such); `refuse` runs here, on mails that killed, stalled or failed."""
        self._refuse = refuse
        self._free: SimpleQueue[Worker] = SimpleQueue()
        self._all = [Worker(parse, limits) for _ in range(count)]
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

    def _drive(self, worker: Worker, raws: Sequence[bytes]) -> list[Mail]:
        """A chunk's mails. What is left after a mail that ended its worker goes to a fresh one, that mail itself alone."""
        done: list[Mail] = []
        while len(done) < len(raws):
            rest = raws[len(done) :]
            try:
                worker.send(rest)
                for raw in rest:
                    done.append(self._settle(raw, worker.receive()))
            except StalledError as error:
                done.append(self._refuse(raws[len(done)], str(error)))
            except DiedError:
                done.append(self._retry(worker, raws[len(done)]))
        return done

    def _settle(self, raw: bytes, answer: Mail | str) -> Mail:
        return self._refuse(raw, answer) if isinstance(answer, str) else answer

    def _retry(self, worker: Worker, raw: bytes) -> Mail:
        """A mail that ended its worker once: alone, until it has ended three."""
        reason = ""
        for _ in range(TRIES - 1):
            try:
                worker.send([raw])
                return self._settle(raw, worker.receive())
            except StalledError as error:
                return self._refuse(raw, str(error))
            except DiedError as error:
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
            return self._refuse(raw, say_failed(error))

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing is open."""
