"""The daemon proper: bells that APScheduler and IDLE ring, and rounds that answer them.

A bell that rings while its round is at work is answered by one more round, so nothing that arrives in between is overlooked; a round never
runs twice at a time. SIGTERM and SIGINT let the mail in hand finish.
"""

import asyncio
import functools
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]  # APScheduler 3 ships no types

from mailticket.daemon.health import Health
from mailticket.daemon.house import House, make_watcher
from mailticket.edges.idle import IdleWatcher
from mailticket.edges.imap import ImapSource
from mailticket.model.figures import Cadence
from mailticket.model.outcome import SourceError
from mailticket.rounds.alarms import sound
from mailticket.rounds.collect import Folder, collect
from mailticket.rounds.deliver import deliver
from mailticket.rounds.digest import find_owed, send_digests
from mailticket.rounds.lapse import lapse, recount
from mailticket.rounds.morning import send_lists
from mailticket.rounds.watch import watch

POST_SECONDS = 5
WATCH_SECONDS = 60
TICK_SECONDS = 30
READ_SECONDS = 120
PATIENCE = timedelta(minutes=15)

# Seconds that a folder rests after so many failures in a row; a refused login rests longer, for trying often may lock the account.
BACK_OFF = (1, 5, 15, 60, 180, 600)
REFUSED_REST = (60, 600, 3600)

log = logging.getLogger(__name__)


class Service:
    """One running daemon over an open house."""

    def __init__(self, house: House, environ: Mapping[str, str], ready: Callable[[], None]) -> None:
        self.house, self.environ = house, environ
        self.stopping = asyncio.Event()
        self.post = asyncio.Event()
        self.tick = asyncio.Event()
        self.counted = -1  # no edition of the hours
        self.morning = asyncio.Event()
        self.bells = {folder.mailbox.name: asyncio.Event() for folder in house.folders}
        self.reached = {name: asyncio.Event() for name in self.bells}
        self.failures: dict[str, int] = {}
        self.resting: set[str] = set()
        self.watchers: dict[str, IdleWatcher] = {}
        self.told: set[int] = set()
        self.health = Health()
        self.read: dict[str, datetime] = {}
        """Up to which moment each mailbox was read."""
        self._ready = ready

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT; the batch in hand is committed and marked before this returns."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self.stop)
        scheduler = self._schedule()
        self._listen(loop)
        async with asyncio.TaskGroup() as tasks:
            for folder in self._wired_folders(loop):
                tasks.create_task(self._answer(self.bells[folder.mailbox.name], functools.partial(self._collect, folder)))
            tasks.create_task(self._answer(self.post, self._deliver))
            tasks.create_task(self._answer(self.tick, self._lapse))
            tasks.create_task(self._answer(self.morning, self._digest))
            tasks.create_task(self._announce())
        for watcher in self.watchers.values():
            watcher.stop()
        scheduler.shutdown(wait=False)
        if self.house.sink:
            await self.house.sink.close()

    def stop(self) -> None:
        """Let every round finish what it has in hand, and no more."""
        self.stopping.set()
        for bell in (self.post, self.tick, self.morning, *self.bells.values(), *self.reached.values()):
            bell.set()

    def _schedule(self) -> AsyncIOScheduler:
        """Poll bells by the settings' intervals; a late tick counts once (coalesce) and never overlaps."""
        zone = ZoneInfo(self.house.settings.desk.timezone)
        scheduler = AsyncIOScheduler(timezone=zone, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
        for folder in self.house.folders:
            bell = self.bells[folder.mailbox.name]
            bell.set()
            scheduler.add_job(_ring, "interval", (bell,), seconds=folder.mailbox.poll.total_seconds())
        scheduler.add_job(_ring, "interval", (self.post,), seconds=POST_SECONDS)
        self.tick.set()
        scheduler.add_job(_ring, "interval", (self.tick,), seconds=TICK_SECONDS)
        scheduler.add_job(self._watch, "interval", seconds=WATCH_SECONDS)
        scheduler.add_job(_ring, "interval", (self.morning,), seconds=WATCH_SECONDS)  # a clock that was set finds its slots at once
        for at in {self.house.road.slots.clock(c) for c in Cadence if self.house.road.slots.is_on(c)}:
            scheduler.add_job(_ring, "cron", (self.morning,), hour=at.hour, minute=at.minute)
        self.morning.set()  # a slot may have passed while nothing ran
        scheduler.start()
        return scheduler

    def _wired_folders(self, loop: asyncio.AbstractEventLoop) -> list[Folder]:
        """The folders with their two wires: a committed batch rings for delivery, and a stop ends collecting between batches."""

        committed = functools.partial(_ring_from_thread, loop, self.post)
        return [replace(f, committed=committed, is_stopping=self.stopping.is_set) for f in self.house.folders]

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start an IDLE watcher for each folder that wants one."""
        for folder in self.house.folders:
            if folder.mailbox.idle:
                ring = functools.partial(_ring_from_thread, loop, self.bells[folder.mailbox.name])
                self.watchers[folder.mailbox.name] = watcher = make_watcher(folder.mailbox, self.house.logins, ring)
                watcher.start()

    async def _answer(self, bell: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work each time the bell rings, until the daemon stops; a fault costs that round, never the daemon."""
        while not self.stopping.is_set():
            await bell.wait()
            bell.clear()
            if self.stopping.is_set():
                return
            try:
                await work()
            except Exception:  # the last net: the round is logged whole and comes again with the next bell
                log.exception("a round failed")

    async def _collect(self, folder: Folder) -> None:
        name = folder.mailbox.name
        if name in self.resting:
            return  # its bell rings again when the rest is over
        begun = self.house.road.clock.now()
        try:
            tally = await asyncio.to_thread(collect, folder, self.house.road)
        except SourceError as fault:
            self._rest(name, fault)
        else:
            self.read[name] = begun
            self.health.work(name, self.house.road.clock.now())
            if self.failures.pop(name, 0) and name in self.watchers:
                self.watchers[name].resume()
            if tally:
                log.info("collected", extra={"mailbox": name, **tally})
        finally:
            self.reached[name].set()

    def _rest(self, name: str, fault: SourceError) -> None:
        """Say what is wrong with a mailbox and leave it alone for a while; the bell rings when that is over, for others went unanswered."""
        failures = self.failures[name] = self.failures.get(name, 0) + 1
        table = REFUSED_REST if fault.permanent else BACK_OFF
        rest = table[min(failures, len(table)) - 1]
        words = {"mailbox": name, "remedy": fault.remedy, "next_try_s": rest}
        log.error(f"mailbox can't be read: {fault}", extra=words)
        now = self.house.road.clock.now()
        text = f"{fault}; {fault.remedy}" if fault.remedy else str(fault)
        self.health.fail(name, now, text, refused=fault.permanent, next_try=now + timedelta(seconds=rest))
        self.resting.add(name)
        asyncio.get_running_loop().call_later(rest, self._end_rest, name)

    def _end_rest(self, name: str) -> None:
        self.resting.discard(name)
        self.bells[name].set()

    async def _deliver(self) -> None:
        if self.house.sink:
            house = self.house
            tally = await deliver(house.store, self.house.sink, house.road, self.stopping.is_set, self._find_read, house.pace)
            if tally:
                log.info("delivered", extra=dict(tally))

    def _find_read(self) -> datetime | None:
        """Up to which moment every mailbox was read; one that can't be read holds answers up for a quarter of an hour at most."""
        if not self.house.settings.desk.hold:
            return None
        least = self.house.road.clock.now() - PATIENCE
        return max(least, min((self.read.get(name, least) for name in self.bells), default=least))

    async def _lapse(self) -> None:
        """Do what time makes due; before that count anew, at the start and whenever hours or targets were edited."""
        edition = await asyncio.to_thread(self.house.edition)
        if edition != self.counted:
            await asyncio.to_thread(recount, self.house.store, self.house.road)
            self.counted = edition
        if await asyncio.to_thread(lapse, self.house.store, self.house.road):
            self.post.set()

    async def _digest(self) -> None:
        """Digests, and agents' morning lists; what arrived before a digest counts in it."""
        store, road = self.house.store, self.house.road
        if await asyncio.to_thread(send_lists, store, road):
            self.post.set()
        if not await asyncio.to_thread(lambda: any(find_owed(cadence, store, road) for cadence in Cadence)):
            return
        await self._read_all()
        if await asyncio.to_thread(send_digests, store, road):
            self.post.set()

    async def _read_all(self) -> None:
        """What arrived before a slot counts in it: read every mailbox once more, but do not wait for ever for one that can't be read."""
        for name, bell in self.bells.items():
            self.reached[name].clear()
            bell.set()
        try:
            async with asyncio.timeout(READ_SECONDS):
                await asyncio.gather(*(event.wait() for event in self.reached.values()))
        except TimeoutError:
            log.warning("a digest is made although not every mailbox could be read before it")

    def _watch(self) -> None:
        store, road, now = self.house.store, self.house.road, self.house.road.clock.now()
        watch(store, road, self.told)
        for name, relay in self.house.relays.items():
            if relay.failure:
                self.health.fail(name, now, relay.failure.text, refused=relay.failure.code // 100 == 5)
            elif relay.opened:
                self.health.work(name, now)
        for folder in self.house.folders:
            self._note_marks(folder, now)
        sound(store, road, "connection", self.health.find_alarms(now))
        sound(store, road, "secret", self.house.logins.find_alarms(now))
        notify_systemd(self.environ, f"STATUS={self.health.describe()}")

    def _note_marks(self, folder: Folder, now: datetime) -> None:
        """Mails that can't be marked or moved are kept all the same; managers hear of it once it lasts."""
        name, source = f"{folder.mailbox.name} {folder.mailbox.done_folder}".strip(), folder.source
        if isinstance(source, ImapSource) and source.complaint:
            self.health.fail(name, now, source.complaint)
        elif folder.mailbox.done_folder:
            self.health.work(name, now)

    async def _announce(self) -> None:
        """Say that the daemon is ready, once every mailbox was reached or scheduled for another try."""
        for event in self.reached.values():
            await event.wait()
        if not self.stopping.is_set():
            self._ready()
            notify_systemd(self.environ, "READY=1")
        await self.stopping.wait()


def _ring_from_thread(loop: asyncio.AbstractEventLoop, bell: asyncio.Event) -> None:
    loop.call_soon_threadsafe(bell.set)


async def _ring(bell: asyncio.Event) -> None:
    """A coroutine, because APScheduler runs plain functions in a thread, and an asyncio.Event belongs to its loop."""
    bell.set()


def notify_systemd(environ: Mapping[str, str], message: str) -> None:
    """Tell systemd, where it asked to be told (sd_notify(3): a datagram to NOTIFY_SOCKET; a leading @ is the abstract namespace)."""
    address = environ.get("NOTIFY_SOCKET", "")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
            door.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
            door.send(message.encode())
