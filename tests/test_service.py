"""The daemon's bells and rests, over twins of its doors."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailticket.daemon import service
from mailticket.daemon.house import House
from mailticket.daemon.logins import Logins
from mailticket.daemon.service import Service
from mailticket.demo.letters import write
from mailticket.edges.store import Store
from mailticket.model.outcome import Listing, SourceError
from mailticket.model.policy import Mailbox, Server
from mailticket.rounds.pace import Pace
from tests.people import DESK
from tests.world import MemorySource, World


class Failing(MemorySource):
    """A mailbox that can't be reached the first times."""

    faults: tuple[SourceError, ...] = ()

    def open(self) -> Listing:
        if self.faults:
            fault, *rest = self.faults
            self.faults = tuple(rest)
            raise fault
        return super().open()


@pytest.mark.parametrize("permanent", [False, True], ids=["unreachable", "refused"])
def test_mailbox_that_failed_is_read_when_its_rest_is_over(permanent: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first failure delays the mail by the rest, not by the poll, and a bell that rang meanwhile is not lost."""
    monkeypatch.setattr(service, "BACK_OFF", (0.01, 0.02))
    monkeypatch.setattr(service, "REFUSED_REST", (0.01, 0.02))
    desk = World()
    store = Store.open(f"sqlite:///{tmp_path}/desk.db")
    store.migrate()
    source = Failing(desk.clock)
    source.faults = tuple(SourceError("not now", permanent=permanent) for _ in range(3))
    source.put(write("noura@example.com", "hello", "My certificate has not arrived.", desk.clock.now(), to=DESK))
    mailbox = Mailbox("info", Server("imap", "127.0.0.1", 143, tls="none"), poll=timedelta(hours=1), idle=False)
    folder = replace(desk.folder, mailbox=mailbox, source=source, ledger=store)
    house = House(desk.settings, desk.road, store, desk.folder.reader, None, (folder,), Logins(desk.settings, {}), {}, Pace())

    async def run() -> None:
        served = Service(house, {}, lambda: None)
        running = asyncio.create_task(served.run())
        while not store.tickets():
            served.bells["info"].set()  # what IDLE would do at any moment
            await asyncio.sleep(0.005)
        served.stop()
        await running

    asyncio.run(asyncio.wait_for(run(), 30))
    assert source.faults == ()
    store.close()
    desk.close()
