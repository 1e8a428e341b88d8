"""How fast is the whole road? Mails wait in a real Dovecot; the clock stops when every one has its row and every answer was accepted.

`python -m tests.bench.ingest --n 2000`. Printed with the figures: the floor of the same run, and the settings that were used.
"""

import argparse
import asyncio
import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailticket.daemon.house import House, open_house
from mailticket.model.mail import Address, Language
from mailticket.model.notice import Audience, Lane, Notice, NoticeKind
from mailticket.model.policy import Acknowledge, Agent, Bilingual, Database, Mailbox, Rate, Server, Smtp
from mailticket.rounds.collect import collect
from mailticket.rounds.deliver import deliver
from mailticket.rounds.road import Job, Road
from mailticket.settings import make_secret
from tests.bench.floor import measure_floor
from tests.people import TEAMS, make_settings
from tests.servers import PASSWORD, dovecot_server, free_port, is_listening, wait_until

STAGES = ("fetch", "parse", "decide", "compose", "commit", "send")
PEER, PEER_FLOOR = 36, 1200
"""The best peer's mails a second, where the floor did so many."""


class Stopwatch:
    """CPU seconds of the calling thread, by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its CPU time counted."""

        def run(*args: Any, **named: Any) -> Any:
            began = time.thread_time()
            try:
                return work(*args, **named)
            finally:
                self.seconds[stage] += time.thread_time() - began

        return run


class Timed:
    """Anything, with some of its methods timed."""

    def __init__(self, inner: Any, watch: Stopwatch, stages: dict[str, str]) -> None:
        self._inner, self._watch, self._stages = inner, watch, stages

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return self._watch.timed(self._stages[name], found) if name in self._stages else found


class TimedStore(Timed):
    """The store; its batches are timed from begin to commit."""

    @contextlib.contextmanager
    def batch(self, now: Any) -> Iterator[Any]:
        door = self._inner.batch(now)
        inner = self._watch.timed("commit", door.__enter__)()
        try:
            yield Timed(inner, self._watch, {"facts": "commit", "commit": "commit"})
        except BaseException:
            door.__exit__(*sys.exc_info())
            raise
        self._watch.timed("commit", door.__exit__)(None, None, None)


@contextlib.contextmanager
def bare_sink() -> Iterator[int]:
    """Postfix's smtp-sink where it is installed, a process that takes every mail and is no bottleneck."""
    port = free_port()
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    process = subprocess.Popen(["/usr/sbin/smtp-sink", *user, f"127.0.0.1:{port}", "500"], start_new_session=True)
    try:
        wait_until(lambda: is_listening(port))
        yield port
    finally:
        process.kill()
        process.wait()


def make_mails(count: int, folder: Path) -> list[bytes]:
    """The mail set, with our tags in the place of its tokens."""
    tool = [sys.executable, "-m", "tests.bench.mailset"]
    subprocess.run([*tool, "gen", "--n", str(count), "--out", str(folder / "set")], check=True, stdout=subprocess.DEVNULL)
    tag = ["--token", "[MT-%d]", "--first", "1001"]
    subprocess.run([*tool, "render", str(folder / "set"), str(folder / "mails"), *tag], check=True, stdout=subprocess.DEVNULL)
    return [path.read_bytes().replace(b"\n", b"\r\n") for path in sorted((folder / "mails").iterdir())]


def bench_settings(folder: Path, imap: Server, smtp_port: int, database: str) -> Any:
    """One agent a team with notices on, limits off, nothing held."""
    (folder / "secret.key").write_text(f"a {make_secret()}\n")
    (folder / "secret.key").chmod(0o600)
    agents = tuple(Agent(f"{team.name}@example.sa", Bilingual(team.name, team.name), teams=(team.name,)) for team in TEAMS)
    base = make_settings(folder)
    return replace(
        base,
        desk=replace(base.desk, address="support@bench.example", secret_file=folder / "secret.key"),
        mailboxes=(Mailbox("bench", imap, password_env="BENCH_PASSWORD"),),
        smtp=Smtp(Server("smtp", "127.0.0.1", smtp_port, tls="none"), connections=4),
        database=Database(database or f"sqlite:///{folder}/bench.db"),
        agents=agents,
        acknowledge=Acknowledge(per_sender=Rate(), per_domain=Rate(), overall=Rate(), cutoff=Rate()),
    )


def warm_up(house: House, raws: list[bytes]) -> None:
    """Start the processes, as in a daemon that runs."""
    house.reader.start(raws[:32]).result()
    notice = Notice(NoticeKind.REPLY, Lane.REPLY, Audience.REQUESTER, Address("noura@example.com"), 1, "warm", Language.EN, "warm up", text="hello")
    house.road.writer.start([Job(notice, None, b"", datetime.now(UTC))] * 64).result()


async def serve(house: House, watch: Stopwatch) -> None:
    """Collect and deliver side by side, as the daemon does, until nothing is left."""
    loop, post, done = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    road, store = timed_road(house.road, watch), TimedStore(house.store, watch, {"last_uid": "commit"})
    source = Timed(house.folders[0].source, watch, dict.fromkeys(("open", "find_new", "fetch", "mark_done"), "fetch"))
    ring = lambda: loop.call_soon_threadsafe(post.set)  # noqa: E731  (the wire between the two rounds)
    folder = replace(house.folders[0], source=source, ledger=store, committed=ring)

    async def collecting() -> None:
        await asyncio.to_thread(collect, folder, road)
        done.set()
        post.set()

    async def delivering() -> None:
        while not done.is_set():
            await post.wait()
            post.clear()
            await deliver(house.store, house.sink, road)  # type: ignore[arg-type]  # the bench always has a relay
        await deliver(house.store, house.sink, road)  # type: ignore[arg-type]  # as above

    await asyncio.gather(collecting(), delivering())


def timed_road(road: Road, watch: Stopwatch) -> Road:
    """The road with its pure stations timed."""
    return replace(
        road,
        find_keys=watch.timed("decide", road.find_keys),
        decide=watch.timed("decide", road.decide),
    )


def run(count: int, database: str) -> dict[str, float]:
    """One measurement; prints the table and returns the figures."""
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as name, dovecot_server() as dovecot, bare_sink() as port:
        folder = Path(name)
        raws = make_mails(count, folder)
        floor = measure_floor(raws)
        account = dovecot.account()
        for first in range(0, count, 500):
            dovecot.deliver_many(account, raws[first : first + 500])
        settings = bench_settings(folder, dovecot.server(account), port, database)
        with open_house(settings, {"BENCH_PASSWORD": PASSWORD}) as house:
            warm_up(house, raws)
            pools = {"parse": house.reader, "compose": house.road.writer._many}  # type: ignore[attr-defined]  # the bench looks inside
            spent = {stage: worker_seconds(pool) for stage, pool in pools.items()}
            before, began = usage(resource.RUSAGE_SELF), time.monotonic()
            asyncio.run(serve(house, watch))
            wall, own = time.monotonic() - began, usage(resource.RUSAGE_SELF) - before
            for stage, pool in pools.items():
                watch.seconds[stage] += worker_seconds(pool) - spent[stage]
            rows, unsent = sum(house.store.ledger_counts().values()), sum(r.state != "sent" for r in house.store.outbox())
    return report(count, floor, wall, own, watch, rows, unsent)


def worker_seconds(pool: Any) -> float:
    """CPU seconds so far of a pool's processes (proc(5): the fields after the name, user and system time in ticks)."""
    ticks = 0
    for worker in pool._all:
        fields = Path(f"/proc/{worker._child.pid}/stat").read_text().rpartition(") ")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / float(os.sysconf("SC_CLK_TCK"))


def usage(who: int) -> float:
    """CPU seconds so far, user and system."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def report(count: int, floor: float, wall: float, own: float, watch: Stopwatch, rows: int, unsent: int) -> dict[str, float]:
    """Print the table; `own` is the CPU of the daemon's own process, the workers' comes on top."""
    stages = {stage: watch.seconds.get(stage, 0.0) / count * 1000 for stage in STAGES}
    workers = stages["parse"] + stages["compose"]
    stages["send"] = max(0.0, own / count * 1000 - sum(stages.values()) + workers)
    print(f"{count} mails, floor {floor:.0f} mails a CPU second; workers: 2 parse, 2 compose; one agent a team, limits off, SQLite synchronous=FULL")
    print(f"rows in the ledger {rows}, not sent {unsent}")
    for stage, cost in (*stages.items(), ("daemon", own / count * 1000), ("all", own / count * 1000 + workers)):
        print(f"  {stage:<8} {cost:7.3f} ms of CPU a mail   {cost * floor / 1000:5.2f} of the floor")
    rate, peer = count / wall, PEER / PEER_FLOOR
    print(f"rate {rate:.0f} mails/s, {rate / floor:.3f} of the floor's; the best peer's is {peer:.3f}: {rate / floor / peer:.1f} times")
    return {"rate": rate, "ratio": rate / floor, **stages}


def main() -> None:
    """Run one measurement; exit status 1 when a mail has no row or an answer was not accepted."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--n", type=int, default=2000)
    options.add_argument("--database", default="", help="a postgresql:// URL instead of SQLite")
    chosen = options.parse_args()
    run(chosen.n, chosen.database)


if __name__ == "__main__":
    main()
