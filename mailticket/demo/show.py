"""The demonstration at work: sample mails in waves, the desk's rounds, and a judgement of every mail.

A person can go on by hand: every invented person has a mailbox on the embedded IMAP server, and whatever is sent through the embedded
SMTP server arrives there, the desk's own mail included.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailticket.daemon.house import House, open_house
from mailticket.daemon.once import run_once
from mailticket.daemon.service import Service
from mailticket.demo.samples import WAVES, Sample
from mailticket.demo.stage import PASSWORD, PEOPLE, Stage, open_stage, stage_settings
from mailticket.model.record import LedgerRow

ENVIRON = {"DEMO_PASSWORD": PASSWORD}
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a sample, and what is wrong with that ("" when nothing is)."""

    sample: Sample
    row: LedgerRow
    wrong: str


async def run_demo(folder: Path, *, once: bool, say: Say) -> int:
    """Play every wave; then end with 0 when every sample came out as it should and 1 otherwise, or go on as a daemon until stopped."""
    now = datetime.now(UTC)
    async with open_stage(folder) as stage:
        settings = stage_settings(stage, now - timedelta(days=7))
        with open_house(settings, ENVIRON) as house:
            say(describe_stage(stage))
            results = await play(stage, house, now)
            for line in describe_results(results, house):
                say(line)
            if not once:
                say("the daemon runs on these servers now; Ctrl-C ends it")
                await Service(house, ENVIRON, lambda: say("ready")).run()
    return 1 if any(result.wrong for result in results) else 0


async def play(stage: Stage, house: House, now: datetime) -> list[Result]:
    """Deliver the waves one after another, and judge each mail by its row in the ledger."""
    samples: list[Sample] = []
    for wave in WAVES:
        fresh = wave(now, stage.outbox)
        for sample in fresh:
            await stage.put(PEOPLE[0], sample.raw, now - sample.age)
        samples += fresh
        await run_once(house)
        await stage.arrived.join()
    return judge(samples, house)


def judge(samples: list[Sample], house: House) -> list[Result]:
    """Each sample beside its row, in the order of their UIDs."""
    rows = sorted(house.store.ledger_rows(), key=lambda row: row.arrival.uid)
    return [Result(sample, row, find_wrong(sample, row, house)) for sample, row in zip(samples, rows, strict=True)]


def find_wrong(sample: Sample, row: LedgerRow, house: House) -> str:
    """What is not as it ought to be, in words."""
    if row.disposition is not sample.expected:
        return f"expected {sample.expected}"
    ticket = house.store.ticket(row.number) if row.number else None
    if sample.team and (ticket is None or ticket.team != sample.team):
        return f"expected team {sample.team}"
    return ""


def describe_stage(stage: Stage) -> str:
    """Where to connect with a mail client."""
    people = ", ".join(PEOPLE)
    return (
        f"IMAP  {stage.imap.host}:{stage.imap.port}, no TLS, password {PASSWORD}; users: {people}\n"
        f"SMTP  {stage.smtp.host}:{stage.smtp.port}, no TLS, no login\n"
        f"files {stage.folder}\n"
    )


def describe_results(results: list[Result], house: House) -> Iterable[str]:
    """A line a mail, and what they come to."""
    for result in results:
        ticket = house.store.ticket(result.row.number) if result.row.number else None
        where = f"[MT-{ticket.number}] {ticket.team}, {ticket.type}, {ticket.priority}" if ticket else result.row.reason[:60]
        mark = f"WRONG, {result.wrong}" if result.wrong else "right"
        yield f"{mark:<6} {result.sample.title:<50} {result.row.disposition:<13} {where}"
    wrong = sum(bool(result.wrong) for result in results)
    sent = sum(row.state == "sent" for row in house.store.outbox())
    yield f"\n{len(results)} mails, {len(results) - wrong} right, {wrong} wrong; {sent} mails sent, each as .eml and .html in sent/"
