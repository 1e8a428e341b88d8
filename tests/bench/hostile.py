"""`python -m tests.bench.hostile`: what each hostile shape costs. A process of its own for every shape; outcome, CPU seconds, memory.

The memory is what the process grew by over its size before the mail; a worker may take 512 MB and 5 s (security.md).
"""

import resource
import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection

from mailticket.inbound.parse import parse_mail
from tests.hostile import KINDS, SHAPES

SECONDS, MEGABYTES = 5.0, 512
EXTREMES = {
    "an empty file": b"",
    "white space alone": b" \r\n\r\n",
    "26 MB": b"x" * (26 * 1024 * 1024),
    "1,000,001 lines": b"\n" * 1_000_001,
}
"""Beyond the caps: not read at all, and that is said."""


def measure(raw: bytes, out: Connection) -> None:
    """Read one mail in this process and tell what it came to."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    mail = parse_mail(raw)
    seconds = time.process_time() - began
    out.send((str(mail.kind), mail.reason, seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024))


def measure_apart(raw: bytes) -> tuple[str, str, float, float]:
    """The same in a fresh process."""
    context = get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=measure, args=(raw, there))
    process.start()
    there.close()
    try:
        found: tuple[str, str, float, float] = here.recv()
    except EOFError:
        found = ("died", "the process ended", SECONDS, 0.0)
    process.join()
    return found


def main() -> int:
    """The table; 0 when every shape is read within the limits of a worker."""
    print(f"{'shape':<46}{'size':>12}  {'outcome':<12}{'CPU s':>7}{'MB':>7}")
    bad = 0
    for shape, raw in {**SHAPES, **EXTREMES}.items():
        kind, reason, seconds, memory = measure_apart(raw)
        expected = "unreadable" if shape in EXTREMES else str(KINDS.get(shape, "normal"))
        wrong = kind != expected or seconds > SECONDS or memory > MEGABYTES
        bad += wrong
        said = f"  {reason}" if wrong or kind == "unreadable" else ""
        print(f"{'!' if wrong else ''}{shape:<46}{len(raw):>12,}  {kind:<12}{seconds:>7.2f}{memory:>7.0f}{said}")
    print(f"{len(SHAPES) + len(EXTREMES)} shapes, {bad} beyond what a worker may take ({SECONDS:g} s, {MEGABYTES} MB) or not as they should be")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
