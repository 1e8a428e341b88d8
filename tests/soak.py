"""Long checks, `make soak`: what the suite tries on a sample is tried here in full, with a line a check and the time that it took."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor

from tests.minutes import check_case
from tests.month import Month, Plan, describe

CASES = 10_000


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


CHECKS: Mapping[str, Callable[[], str]] = {
    "calendar": check_calendar,
    "month": check_month,
}


def main(names: list[str]) -> None:
    """Run the checks of these names, or all of them."""
    for name in names or CHECKS:
        begin = time.monotonic()
        print(f"{name}: {CHECKS[name]()} ({time.monotonic() - begin:.0f} s)", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
