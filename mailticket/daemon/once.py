"""One round of everything, and then the end: for cron, for tests, and for a first look."""

import asyncio
from collections import Counter
from collections.abc import Mapping

from mailticket.daemon.house import House
from mailticket.rounds.alarms import sound
from mailticket.rounds.collect import collect
from mailticket.rounds.deliver import deliver
from mailticket.rounds.digest import send_digests
from mailticket.rounds.lapse import lapse, recount
from mailticket.rounds.morning import send_lists
from mailticket.rounds.watch import watch

KEYS = (
    "collected",
    "tickets",
    "follow_ups",
    "agent_actions",
    "held",
    "filed",
    "duplicates",
    "backlog",
    "quarantined",
    "sent",
    "deferred",
    "failed",
)


async def run_once(house: House) -> Mapping[str, int]:
    """Collect from every folder, do what time makes due, make the digests and lists that are owed, deliver, watch the deadlines.

    Raises SourceError when a folder can't be read.
    """
    tally: Counter[str] = Counter()
    for folder in house.folders:
        tally.update(await asyncio.to_thread(collect, folder, house.road))
    await asyncio.to_thread(recount, house.store, house.road)
    await asyncio.to_thread(lapse, house.store, house.road)
    await asyncio.to_thread(send_digests, house.store, house.road)
    await asyncio.to_thread(send_lists, house.store, house.road)
    if house.sink:
        try:
            tally.update(await deliver(house.store, house.sink, house.road, pace=house.pace))
            await asyncio.to_thread(_watch, house)
            tally.update(await deliver(house.store, house.sink, house.road, pace=house.pace))  # the alarms, should there be any
        finally:
            await house.sink.close()
    else:
        await asyncio.to_thread(_watch, house)
    return {key: tally[key] for key in KEYS}


def _watch(house: House) -> None:
    watch(house.store, house.road, set())
    sound(house.store, house.road, "secret", house.logins.find_alarms(house.road.clock.now()))
