"""`make fuzz`: mutated mails through the whole reader. No exception, none over 5 s of CPU, memory that stays where it was.

    python -m tests.bench.fuzz --n 200000 --seed 1        the corpus' mails (CORPUS, ../shared/corpus), or tests/mails where that is missing
    python -m tests.bench.fuzz --only 4711                one mutation again, written to build/fuzz

Every mutation is made from the seed and its number alone, so a finding is replayed by its number on any machine.
"""

import argparse
import json
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from mailticket.inbound.body import read_parts
from mailticket.inbound.parse import describe_mail, parse_mail
from mailticket.model.mail import Mail
from tests.bench.corpus.data import find_folder, load

LIMIT = 5.0
MEMORY_BAR = 512
"""MB of a worker at its largest: the bound that a worker of the daemon lives under."""
LARGEST = 300_000
FINDINGS = Path("build/fuzz")
FIXTURES = Path(__file__).resolve().parents[1] / "mails"

TOKENS = (
    b"\n\n", b"\r\n\r\n", b"\r", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"--", b"--b--\n", b"=?utf-8?b?", b"=?utf-8?q?=", b"?=", b"<", b">", b"<<<<", b'"', b"\\", b"(", b",",
    b";", b"=\n", b"=3D", b"\t", b" ", b":", b"> > ", b"On Mon wrote:\n", b"From: a@b\n", b"Message-ID: <<<<\n", b"begin 644 x\n", b"=ybegin name=x\n", b"=yend\n",
    b"Content-Type: multipart/mixed; boundary=b\n\n", b"Content-Type: message/rfc822\n\n", b"Content-Type: text/html; charset=utf-16\n", b"Content-Type: message/delivery-status\n\n",
    b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n", b"Content-Type: application/ms-tnef\n", b"; name*0*=utf-8''%D8", b"; name*1=x",
    b"\xc7\xe1\xd3\xe1\xc7\xe3", b"\xd8\xb3\xd9", b"\x1b$B", b"+AGE-", b"<div>", b"</", b"<!--", b"&#1114112;", b"<style>", b"<table><td>", b"\xe2\x80\xae", b"\xf0\x9f\x91\x8d",
    b"-----Original Message-----\n", b"-- \n", b"_" * 40 + b"\n", b"multipart/report; report-type=delivery-status", b"Auto-Submitted: auto-replied\n", b"Date: Sun, 99 Xxx 99999 99:99\n",
)  # fmt: skip
CHARSETS = (b"utf-8", b"windows-1256", b"iso-8859-6", b"utf-16", b"utf-7", b"iso-2022-jp", b"gb18030", b"idna", b"x-none", b"cp864", b"hz", b"utf-32", b"unicode_escape")


def cut(raw: bytearray, at: int, width: int, _: random.Random) -> None:
    """Take bytes out."""
    del raw[at : at + width]


def double(raw: bytearray, at: int, width: int, chance: random.Random) -> None:
    """Repeat bytes, now and then very often."""
    times = chance.choice((1, 1, 2, 50, 2000))
    raw[at:at] = bytes(raw[at : at + min(width, 40_000 // times + 1)]) * times


def flip(raw: bytearray, at: int, width: int, chance: random.Random) -> None:
    """Change single bytes."""
    for place in range(at, min(len(raw), at + min(width, 20))):
        raw[place] ^= 1 << chance.randrange(8)


def put_token(raw: bytearray, at: int, _: int, chance: random.Random) -> None:
    """Put in what parsers look for."""
    raw[at:at] = chance.choice(TOKENS) * chance.choice((1, 1, 1, 3, 300))


def put_noise(raw: bytearray, at: int, width: int, chance: random.Random) -> None:
    """Put in random bytes."""
    raw[at : at + width // 2] = chance.randbytes(min(width, 200))


def swap_charset(raw: bytearray, at: int, _: int, chance: random.Random) -> None:
    """Give a text another label."""
    found = raw.find(b"charset=", at if chance.random() < 0.5 else 0)
    if found >= 0:
        end = next((place for place in range(found + 8, min(len(raw), found + 60)) if raw[place] in b";\r\n"), found + 8)
        raw[found + 8 : end] = chance.choice(CHARSETS)


def swap_lines(raw: bytearray, _: int, __: int, chance: random.Random) -> None:
    """Put a line of the head somewhere else."""
    lines = bytes(raw).split(b"\n", 60)
    moved = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randrange(len(lines) + 1), moved)
    raw[:] = b"\n".join(lines)


def end_lines(raw: bytearray, _: int, __: int, chance: random.Random) -> None:
    """Change the line ends."""
    raw[:] = bytes(raw).replace(b"\r\n", b"\n").replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\r", b"\n\n")))


MUTATIONS: tuple[Callable[[bytearray, int, int, random.Random], None], ...] = (
    cut, cut, double, flip, flip, put_token, put_token, put_token, put_noise, swap_charset, swap_lines, end_lines,
)  # fmt: skip


def mutate(raws: Sequence[bytes], seed: int, number: int) -> bytes:
    """The mutation of that number: one mail, or the halves of two, with one to eight changes."""
    chance = random.Random(f"{seed}:{number}")
    raw = bytearray(chance.choice(raws))
    if chance.random() < 0.1:
        other = chance.choice(raws)
        raw[chance.randrange(len(raw) + 1) :] = other[chance.randrange(len(other) + 1) :]
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        head = chance.random() < 0.5
        at = chance.randrange(min(len(raw), 3000 if head else len(raw)) + 1)
        chance.choice(MUTATIONS)(raw, at, chance.choice((1, 4, 30, 300)), chance)
    return bytes(raw[: 4 * LARGEST])


class OvertimeError(Exception):
    """A mail took longer than the limit."""


def _stop(*_: object) -> None:
    raise OvertimeError


def read_whole(raw: bytes) -> Mail:
    """Everything that the reader does with a mail: parse, show as JSON, find the attachments again."""
    mail = parse_mail(raw)
    json.dumps(describe_mail(mail, "x"), ensure_ascii=False).encode("utf-8")
    for _ in read_parts(raw, [part.part for part in mail.attachments]):
        pass
    if mail.reason.startswith("the mail can't be read"):
        raise ValueError(mail.reason)
    return mail


@dataclass(slots=True)
class Result:
    """What a stretch of numbers came to."""

    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[int, str]] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, -1)
    memory: int = 0

    def add(self, other: "Result") -> None:
        """Take another stretch in."""
        self.kinds += other.kinds
        self.wrong += other.wrong
        self.slowest = max(self.slowest, other.slowest)
        self.memory = max(self.memory, other.memory)


def run(numbers: range, raws: Sequence[bytes], seed: int) -> Result:
    """Read the mutations of these numbers."""
    signal.signal(signal.SIGPROF, _stop)
    result = Result()
    for number in numbers:
        raw = mutate(raws, seed, number)
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LIMIT)
        try:
            result.kinds[str(read_whole(raw).kind)] += 1
        except OvertimeError:
            result.wrong.append((number, f"over {LIMIT:g} s"))
        except Exception as fault:  # whatever it is, it is what this is looking for
            result.wrong.append((number, f"{type(fault).__name__}: {fault}"[:300]))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        result.slowest = max(result.slowest, (time.process_time() - began, number))
    result.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return result


def load_mails() -> list[bytes]:
    """The corpus' mails that are not too large, or our own fixtures."""
    folder = find_folder()
    raws = [entry.raw for entry in load(folder)] if folder.is_dir() else [path.read_bytes() for path in sorted(FIXTURES.glob("*.eml"))]
    return [raw for raw in raws if len(raw) <= LARGEST]


_raws: list[bytes] = []
"""The mails of a worker process, loaded once."""


def _prepare() -> None:
    _raws.extend(load_mails())


def _run_here(seed: int, numbers: range) -> Result:
    return run(numbers, _raws, seed)


def fuzz(count: int, seed: int, step: int = 1000) -> Result:
    """Read so many mutations on every core."""
    whole = Result(memory=0)
    stretches = [range(at, min(at + step, count)) for at in range(0, count, step)]
    with ProcessPoolExecutor(2, initializer=_prepare) as pool:
        for done, result in enumerate(pool.map(partial(_run_here, seed), stretches), 1):
            whole.add(result)
            if sys.stderr.isatty():
                print(f"\r{done * step:>8} mails", end="", file=sys.stderr, flush=True)
    return whole


def keep(number: int, seed: int) -> Path:
    """Write a mutation down, to look at it."""
    FINDINGS.mkdir(parents=True, exist_ok=True)
    path = FINDINGS / f"{seed}-{number}.eml"
    path.write_bytes(mutate(load_mails(), seed, number))
    return path


def main() -> int:
    """0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fuzz")
    parser.add_argument("--n", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="write the mutation of that number to build/fuzz and read it")
    options = parser.parse_args()
    if options.only is not None:
        path = keep(options.only, options.seed)
        print(path, read_whole(path.read_bytes()).kind)
        return 0
    began = time.monotonic()
    result = fuzz(options.n, options.seed)
    slowest, number = result.slowest
    print(f"{options.n} mutated mails, seed {options.seed}, {time.monotonic() - began:.0f} s: {len(result.wrong)} exceptions or time-outs;")
    print(f"slowest {slowest:.2f} s (number {number}, limit {LIMIT:g} s); largest process {result.memory} MB (bar {MEMORY_BAR} MB)")
    print("kinds: " + ", ".join(f"{kind} {count}" for kind, count in result.kinds.most_common()))
    for number, said in result.wrong[:50]:
        print(f"    {keep(number, options.seed)}: {said}")
    return 1 if result.wrong or slowest > LIMIT or result.memory > MEMORY_BAR else 0


if __name__ == "__main__":
    sys.exit(main())
