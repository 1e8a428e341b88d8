"""Delivering: from the outbox to the relay, and what becomes of each try.

A mail is claimed under a lease, sent, and settled; a daemon that dies in between leaves a lease that runs out, and the mail goes once
more with the same Message-ID. A hard refusal is told to the owner in plain words.
"""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from mailticket.desk.telling import tell_undeliverable
from mailticket.model.alarm import Alarm
from mailticket.model.notice import FOR_OTHERS, Lane, Notice, NoticeKind, Outgoing, Verdict, VerdictKind
from mailticket.model.outcome import Person
from mailticket.model.policy import Settings
from mailticket.model.record import Claimed, OutgoingState, Settled
from mailticket.outbound.retry import Step, choose_next
from mailticket.rounds.alarms import clear_alarm, raise_alarm
from mailticket.rounds.pace import Pace
from mailticket.rounds.road import Job, Outbox, Road, Sink, Tally
from mailticket.rounds.writing import say_faults

CLAIM = 128
LEASE = timedelta(minutes=2)
"""Renewed while the mails are on their way, so that those of a daemon that died wait no longer than this for the next one."""
STATE_OF = {Step.SENT: OutgoingState.SENT, Step.RETRY: OutgoingState.QUEUED, Step.FAILED: OutgoingState.FAILED}
TALLY_OF = {OutgoingState.SENT: "sent", OutgoingState.QUEUED: "deferred", OutgoingState.FAILED: "failed"}
_BAD_ADDRESS = re.compile(r"\b5\.1\.\d{1,3}\b")  # RFC 3463 s.3.2: the address itself is at fault

log = logging.getLogger(__name__)


async def deliver(
    outbox: Outbox,
    sink: Sink,
    road: Road,
    is_stopping: Callable[[], bool] = lambda: False,
    find_read: Callable[[], datetime | None] = lambda: None,
    pace: Pace | None = None,
) -> Tally:
    """Send everything that is due, acknowledgements first, until nothing is; returns how many were sent, deferred and failed.

    `find_read` says up to which moment every mailbox was read: an agent's answer leaves only when an #undo would have been seen.
    `pace` holds back what the relay would not take now.
    """
    tally: Counter[str] = Counter()
    pace = pace or Pace()

    async def exchange(results: Sequence[Settled], most: int) -> list[Claimed]:
        now = road.clock.now()
        room = await asyncio.to_thread(pace.room, most, now, outbox.sent_since)
        return await asyncio.to_thread(outbox.exchange, results, now, room, LEASE, find_read())

    claimed = await exchange((), CLAIM)
    while claimed:
        verdicts = await send_claimed(outbox, sink, claimed, road)
        now = road.clock.now()
        pace.note(sum(v.kind is not VerdictKind.PAUSED for v in verdicts), now)
        results = [settle_verdict(c, v, now) for c, v in zip(claimed, verdicts, strict=True)]
        await asyncio.to_thread(tell, outbox, claimed, verdicts, results, road)
        is_over = is_stopping() or all(v.kind is VerdictKind.PAUSED for v in verdicts)  # a pause: the next round asks the relay again
        claimed = await exchange(results, 0 if is_over else CLAIM)
        tally.update(TALLY_OF[r.state] for r in results)
    return tally


async def send_claimed(outbox: Outbox, sink: Sink, claimed: Sequence[Claimed], road: Road) -> list[Verdict]:
    """Try all of them at once, keeping the lease meanwhile: a relay may take ten minutes over its last word (RFC 5321 s.4.5.3.2.6)."""
    keeper = asyncio.create_task(keep_lease(outbox, [c.id for c in claimed], road))
    try:
        return await asyncio.gather(*(send_one(sink, c.outgoing, road.settings) for c in claimed))
    finally:
        keeper.cancel()


async def send_one(sink: Sink, outgoing: Outgoing, settings: Settings) -> Verdict:
    """Try one mail. What waited for somebody who has left the desk meanwhile is not for them any more."""
    if outgoing.kind not in FOR_OTHERS and not is_at_desk(outgoing.recipient, settings):
        return Verdict(VerdictKind.REFUSED, text="nobody on the roster has this address any more")
    return await sink.send(outgoing)


def is_at_desk(address: str, settings: Settings) -> bool:
    """Whether an address is an agent's or a team's today."""
    folded = address.casefold()
    return settings.find_agent(folded) is not None or any(team.address.casefold() == folded for team in settings.teams)


async def keep_lease(outbox: Outbox, ids: Sequence[int], road: Road) -> None:
    """Renew a lease again and again, well before its end."""
    while True:
        await asyncio.sleep(LEASE.total_seconds() / 3)
        try:
            await asyncio.to_thread(outbox.extend, ids, road.clock.now() + LEASE)
        except Exception:  # a database that is away for a moment costs one renewal, not the mails that are on their way
            log.exception("a lease was not renewed")


def tell(outbox: Outbox, claimed: Sequence[Claimed], verdicts: Sequence[Verdict], results: Sequence[Settled], road: Road) -> None:
    """Log what became of each try, and tell of what failed for good; before that is written, for what is told twice is one mail."""
    for one, verdict, result in zip(claimed, verdicts, results, strict=True):
        log_result(one.outgoing, verdict, result)
        if one.outgoing.lane is Lane.DIGEST:
            tell_of_digest(outbox, one.outgoing, verdict, result, road)
        if result.state is OutgoingState.FAILED:
            tell_refused(outbox, one.outgoing, verdict, road)


def tell_of_digest(outbox: Outbox, outgoing: Outgoing, verdict: Verdict, result: Settled, road: Road) -> None:
    """A digest that a reader will never get is an alarm to the managers, until one reaches that reader again."""
    cause = f"digest to {outgoing.recipient}"
    if result.state is OutgoingState.FAILED:
        raise_alarm(outbox, road, Alarm(cause, (outgoing.subject, verdict.text or str(verdict.code))))
    elif result.state is OutgoingState.SENT:
        clear_alarm(outbox, road, cause)


def settle_verdict(claimed: Claimed, verdict: Verdict, now: datetime) -> Settled:
    """The new state of a mail after one try."""
    step = choose_next(verdict, claimed.tries, claimed.first_try or now, now, claimed.outgoing.key)
    return Settled(claimed.id, STATE_OF[step.step], step.at, step.reason, counted=step.tries > claimed.tries)


def log_result(outgoing: Outgoing, verdict: Verdict, result: Settled) -> None:
    """One line a try: which mail, and the relay's words where it did not take it."""
    level = logging.INFO if result.state is OutgoingState.SENT else logging.WARNING
    words = {"ticket": outgoing.number, "kind": outgoing.kind.value, "state": result.state.value}
    log.log(level, "outgoing", extra={**words, "code": verdict.code, "answer": verdict.text})


def tell_refused(outbox: Outbox, outgoing: Outgoing, verdict: Verdict, road: Road) -> None:
    """Tell owner or team of a mail that will never arrive; an address that is itself at fault is written to no more."""
    people = (Person(outgoing.recipient, undeliverable=verdict.text or str(verdict.code)),) if _BAD_ADDRESS.search(verdict.text) else ()
    known = outbox.known(outgoing.number)
    now = road.clock.now()
    notices: tuple[Notice, ...] = ()
    if known and outgoing.kind is not NoticeKind.UNDELIVERABLE:  # never an error about an error
        status = str(verdict.code or "")
        cause = f"{outgoing.key} refused"
        notices = tell_undeliverable(known, outgoing.recipient, status, verdict.text, cause, road.settings)
    ticket = known.ticket if known else None
    written = road.writer.start([Job(notice, ticket, b"", now) for notice in notices]).result()
    say_faults(written)
    outbox.append(written, people, now)
