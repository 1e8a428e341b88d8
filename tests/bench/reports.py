"""What reports cost as a desk grows: `python -m tests.bench.reports` makes a year of 200 mails a day and sums up a day, a week and a month.

The floor is the same report over a database that holds only the months which the report reads: what the rest of the year adds is the ratio.
"""

import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from mailticket.desk.summarise import make_report
from mailticket.edges.batch import UPDATE_TICKET_SQL, write_changes
from mailticket.edges.rows import ticket_row
from mailticket.edges.store import Store
from mailticket.model.figures import Cadence
from mailticket.model.ticket import Change, Due, Status
from mailticket.tickets.slots import Slots
from tests.people import TUESDAY
from tests.test_reports import put
from tests.world import World

A_DAY = 200


def fill(path: Path, days: int) -> Store:
    """A database with so many days of mail before Tuesday; all but the last two days' tickets were answered and closed."""
    store = Store.open(f"sqlite:///{path}")
    store._db.database.pragma("synchronous", "off", permanent=True)  # the year is made up; nothing is lost with it
    store.migrate()
    for day in range(-days, 0):
        fill_day(store, day)
    return store


def fill_day(store: Store, day: int) -> None:
    """Two hundred mails, and what became of their tickets."""
    first = put(store, (day + 1000) * A_DAY, day)
    number = first
    for n in range(1, A_DAY):
        number = put(store, (day + 1000) * A_DAY + n, day)
    if day >= -2:
        return
    with store._db.transaction():
        for each in range(first, number + 1):
            _close(store, each)


def _close(store: Store, number: int) -> None:
    ticket = store.ticket(number)
    assert ticket is not None
    at = ticket.created + timedelta(hours=3)
    done = replace(ticket, status=Status.CLOSED, first_response=at, closed=at, due=Due(at, at))
    row = ticket_row(done)
    store._db.run(UPDATE_TICKET_SQL, (*row[1:], row[0]))
    write_changes(store._db, number, [Change(at, "x", "status", "new", "closed", "done")])


def measure(store: Store, world: World, cadence: Cadence) -> float:
    """Seconds for one report, the best of three."""
    slot = Slots(world.settings, lambda: world.policy.calendar).latest(cadence, TUESDAY)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        make_report(slot, store.records(slot.before.since, slot.period.until), world.policy)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print what each report takes, and the ratio to the floor."""
    world = World()
    with tempfile.TemporaryDirectory() as folder:
        year, floor = fill(Path(folder) / "year.db", 365), fill(Path(folder) / "floor.db", 90)
        for cadence in Cadence:
            taken, least = measure(year, world, cadence), measure(floor, world, cadence)
            print(f"reports: {cadence:<8} {taken * 1000:7.1f} ms over a year of {A_DAY} mails a day, {taken / least:.2f} of three months'")
        year.close()
        floor.close()
    world.close()


if __name__ == "__main__":
    main()
