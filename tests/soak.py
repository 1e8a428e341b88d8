"""Long checks, `make soak`: what the suite tries on a sample is tried here in full, with a line a check and the time that it took."""

import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor

from tests.acts import LeakError
from tests.minutes import check_case
from tests.month import Month, Plan, describe
from tests.moves import walk

CASES = 10_000
SEEDS, MOVES_EACH = range(1000, 1000 + int(os.environ.get("DESKS", "60"))), 500
"""Of the desk machine: `DESKS=10 make soak ARGS=desk` for fewer."""


def check_calendar() -> str:
    """The calendar against the minute counter, on random desks."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(check_case, range(CASES), chunksize=50):
            pass
    return f"{CASES} random desks, 120 questions each: every answer as counted"


def check_month() -> str:
    """A month of 200 mails a day, judged from outside."""
    report = Month(Plan()).run()
    if report.faults:
        raise SystemExit(f"the month went wrong:\n{describe(report)}")
    return describe(report)


def check_desk() -> str:
    """The desk under everything that people do to it, on many desks that see much."""
    counts: Counter[str] = Counter()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for seed, (done, story) in zip(SEEDS, pool.map(take_walk, SEEDS), strict=True):
            counts += done
            print(f"desk {seed}: {total(done, 'move ')} moves, {done['mails']} mails", flush=True)
            print(story, end="")
    for what in ("move ", "does ", "came to ", "mail "):
        rows = ((count, name.removeprefix(what)) for name, count in counts.items() if name.startswith(what))
        print(f"\n{what.strip()}\n" + "\n".join(f"{count:>9}  {name}" for count, name in sorted(rows, reverse=True)))
    line = f"{len(SEEDS)} desks, {total(counts, 'move ')} steps, {counts['mails']} mails, {counts['outside']} of them to outsiders, "
    line += f"{counts['bytes']} bytes searched, {counts['leaks']} leaks"
    if counts["leaks"]:
        raise SystemExit(line)
    return line


def take_walk(seed: int) -> tuple[Counter[str], str]:
    """One desk: what was done, and the story of a broken law, if one was."""
    logging.disable(logging.CRITICAL)
    counts: Counter[str] = Counter()
    try:
        walk(seed, MOVES_EACH, pinned=bool(seed % 2), counts=counts)
    except LeakError as error:
        counts["leaks"] += 1
        return counts, f"{error}\n"
    return counts, ""


def total(counts: Counter[str], what: str) -> int:
    """All counts of one sort."""
    return sum(count for name, count in counts.items() if name.startswith(what))


CHECKS: Mapping[str, Callable[[], str]] = {
    "calendar": check_calendar,
    "desk": check_desk,
    "month": check_month,
}


def main(names: list[str]) -> None:
    """Run the checks of these names, or all of them."""
    for name in names or CHECKS:
        begin = time.monotonic()
        print(f"{name}: {CHECKS[name]()} ({time.monotonic() - begin:.0f} s)", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
