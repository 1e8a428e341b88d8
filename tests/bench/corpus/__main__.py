"""`make corpus`: the table. Exit status 1 when a figure is below its bar; the folder is CORPUS, or ../shared/corpus.

`--wrong` lists what is wrong, `--stages 0` leaves the measurement of time out.
"""

import argparse
import subprocess
import sys
from functools import partial

from mailticket.edges.workers import Workers
from mailticket.model.mail import Mail
from mailticket.rounds.reading import make_reader, refuse_mail
from tests.bench.corpus.checks import Figure, check_all
from tests.bench.corpus.data import Entry, find_folder, load

OWN = frozenset({"support@desk.example"})
"""The address that the own sets are sent to."""


def read_all(entries: list[Entry]) -> dict[str, Mail]:
    """Every mail by its name, read under the limits of a worker."""
    with Workers(partial(make_reader, OWN), refuse_mail, 2) as workers:
        reads = workers.start([entry.raw for entry in entries]).result()
    return {entry.name: mail for entry, (mail, _) in zip(entries, reads, strict=True)}


def show(figures: list[Figure], *, wrong: bool) -> None:
    """The table, and below it what is wrong."""
    print(f"{'':2}{'what':<38}{'right':>7}{'of':>7}{'share':>9}{'bar':>7}{'excused':>9}")
    for row in figures:
        share = row.right / row.asked if row.asked else 1.0
        bar = "" if row.bar is None else f"{row.bar:.0%}"
        print(f"{'' if row.is_reached else '!':2}{row.name:<38}{row.right:>7}{row.asked:>7}{share:>9.1%}{bar:>7}{row.known or '':>9}")
    for row in figures:
        for file, said in row.wrong.items() if wrong or not row.is_reached else ():
            print(f"\n{row.name}: {file}\n    {said}")


def main() -> int:
    """Read, compare, measure; 0 when every bar is reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.corpus")
    parser.add_argument("--wrong", action="store_true", help="list everything that is wrong, not only below a bar")
    parser.add_argument("--stages", type=int, default=5, help="how often the corpus is read to measure the time (0: not at all)")
    options = parser.parse_args()
    folder = find_folder()
    entries = load(folder) if folder.is_dir() else []
    if not entries:
        print(f"There is no corpus at {folder}: name its folder in CORPUS.")
        return 1
    print(f"{len(entries)} mails of {folder}\n")
    figures = check_all(entries, read_all(entries))
    show(figures, wrong=options.wrong)
    reached = all(row.is_reached for row in figures)
    if options.stages:
        sys.stdout.flush()  # a process of its own: the thousands of values of the table above are no cost of reading
        timed = subprocess.run([sys.executable, "-m", "tests.bench.corpus.stages", str(options.stages)], check=False)
        reached &= timed.returncode == 0
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
