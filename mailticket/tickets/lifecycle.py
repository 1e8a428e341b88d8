"""The life of a ticket as one table: what each event does to each status (spec 4.2).

Read a row as: in this status, that event leads there, with these effects. What has no row leaves the ticket as it is, and says so.
The desk carries the effects out; nothing is decided elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from mailticket.model.ticket import Status


class Event(StrEnum):
    """What can happen to a ticket, in the past tense where it happened and as a verb where someone orders it."""

    REQUESTER_WROTE = "requester wrote"
    REQUESTER_THANKED = "requester thanked"
    AGENT_ANSWERED = "agent answered"
    AGENT_ANSWERED_OPEN = "agent answered, waiting off"
    RESOLVE = "resolve"
    SOLVED = "solved"
    CONFIRM_LAPSED = "confirmation lapsed"
    NOT_SOLVED = "not solved"
    VERIFY = "verify"
    CLOSE = "close"
    WAITING_REMINDED = "waiting: reminder is due"
    WAITING_LAPSED = "waiting lapsed"
    SNOOZE = "snooze"
    SNOOZE_LAPSED = "snooze lapsed"
    ESCALATE = "escalate"
    REOPEN = "reopen"
    MERGE = "merge"
    MARK_SPAM = "mark as spam"


class Effect(StrEnum):
    """What the desk does besides setting the status."""

    RUN_CLOCK = "run clock"
    REST_CLOCK = "rest clock"
    STOP_CLOCK = "stop clock"
    TELL_NOT_SOLVED = "tell not solved"
    ASK_REQUESTER = "ask requester"
    REMIND_REQUESTER = "remind requester"
    RAISE_LEVEL = "raise to level 2"
    TELL_VERIFIERS = "tell level 2"
    NEW_TICKET = "new ticket, linked"
    SLEEP = "sleep"
    WAKE = "wake"


@dataclass(frozen=True, slots=True)
class Row:
    """One cell of the table. `verified` is the status instead where the team verifies; `level` is the least that may do it."""

    status: Status
    effects: tuple[Effect, ...] = ()
    verified: Status | None = None
    level: int = 1


@dataclass(frozen=True, slots=True)
class Transition:
    """What an event comes to: the status afterwards, the effects to carry out, and why, in words for the audit."""

    status: Status
    effects: tuple[Effect, ...]
    why: str


NEW, OPEN, WAITING, RESOLVED = Status.NEW, Status.OPEN, Status.WAITING, Status.RESOLVED
VERIFYING, CLOSED, MERGED, SPAM = Status.VERIFYING, Status.CLOSED, Status.MERGED, Status.SPAM
ENDED = (CLOSED, MERGED, SPAM)

_RUNS = Row(OPEN, (Effect.RUN_CLOCK,))
_RESTS = Row(WAITING, (Effect.REST_CLOCK,))
_ASKS = Row(RESOLVED, (Effect.STOP_CLOCK, Effect.ASK_REQUESTER))
_ENDS = Row(CLOSED, (Effect.STOP_CLOCK,), verified=VERIFYING)
_VERIFIED = Row(CLOSED, (Effect.STOP_CLOCK,), level=2)
_BACK = Row(OPEN, (Effect.RUN_CLOCK, Effect.RAISE_LEVEL, Effect.TELL_NOT_SOLVED))


def _rows(event: Event, statuses: Iterable[Status], row: Row) -> dict[tuple[Status, Event], Row]:
    return {(status, event): row for status in statuses}


def _stays(event: Event, statuses: Iterable[Status], *effects: Effect) -> dict[tuple[Status, Event], Row]:
    return {(status, event): Row(status, effects) for status in statuses}


TABLE: Mapping[tuple[Status, Event], Row] = {
    **_rows(Event.REQUESTER_WROTE, (NEW, OPEN), Row(OPEN, (Effect.WAKE,))),
    **_rows(Event.REQUESTER_WROTE, (WAITING,), Row(OPEN, (Effect.RUN_CLOCK, Effect.WAKE))),
    **_rows(Event.REQUESTER_WROTE, (RESOLVED,), Row(OPEN, (Effect.RUN_CLOCK, Effect.TELL_NOT_SOLVED))),
    **_rows(Event.REQUESTER_WROTE, (VERIFYING, CLOSED), _RUNS),
    **_stays(Event.REQUESTER_THANKED, (NEW, OPEN, WAITING, VERIFYING, CLOSED)),
    **_rows(Event.REQUESTER_THANKED, (RESOLVED,), _ENDS),
    **_rows(Event.AGENT_ANSWERED, (NEW, OPEN), _RESTS),
    **_stays(Event.AGENT_ANSWERED, (WAITING,)),
    **_rows(Event.AGENT_ANSWERED, (RESOLVED, VERIFYING, CLOSED), _RUNS),
    **_rows(Event.AGENT_ANSWERED_OPEN, (NEW, OPEN), Row(OPEN)),
    **_rows(Event.AGENT_ANSWERED_OPEN, (WAITING, RESOLVED, VERIFYING, CLOSED), _RUNS),
    **_rows(Event.RESOLVE, (NEW, OPEN, WAITING), _ASKS),
    **_rows(Event.SOLVED, (RESOLVED,), _ENDS),
    **_rows(Event.CONFIRM_LAPSED, (RESOLVED,), _ENDS),
    **_rows(Event.NOT_SOLVED, (RESOLVED, VERIFYING, CLOSED), _BACK),
    **_rows(Event.VERIFY, (RESOLVED, VERIFYING), _VERIFIED),
    **_rows(Event.CLOSE, (NEW, OPEN, WAITING, RESOLVED), _ENDS),
    **_rows(Event.CLOSE, (VERIFYING,), _VERIFIED),
    **_stays(Event.WAITING_REMINDED, (WAITING,), Effect.REMIND_REQUESTER),
    **_rows(Event.WAITING_LAPSED, (WAITING,), _ASKS),
    **_stays(Event.SNOOZE, (NEW, OPEN, WAITING), Effect.SLEEP),
    **_stays(Event.SNOOZE_LAPSED, (NEW, OPEN, WAITING), Effect.WAKE),
    **_rows(Event.ESCALATE, (NEW, OPEN), Row(OPEN, (Effect.RAISE_LEVEL,))),
    **_rows(Event.ESCALATE, (WAITING,), Row(WAITING, (Effect.RAISE_LEVEL,))),
    **_rows(Event.REOPEN, (RESOLVED, VERIFYING, CLOSED, MERGED, SPAM), _RUNS),
    **_rows(Event.MERGE, (NEW, OPEN, WAITING, RESOLVED, VERIFYING, CLOSED), Row(MERGED, (Effect.STOP_CLOCK,))),
    **_rows(Event.MARK_SPAM, (NEW, OPEN, WAITING, RESOLVED, VERIFYING, CLOSED), Row(SPAM, (Effect.STOP_CLOCK,))),
}


def next_status(
    status: Status,
    event: Event,
    *,
    verify: bool = False,
    level: int = 1,
    closed_for: timedelta | None = None,
    reopen: timedelta = timedelta(days=14),
) -> Transition:
    """What an event makes of a ticket.

    `verify` is the team's, `level` that of whoever acts, `closed_for` how long the ticket has been closed (None: just now), `reopen` how
    long a closed ticket takes a requester's mail up again.
    """
    if event is Event.REQUESTER_WROTE and status is CLOSED and (closed_for or timedelta(0)) > reopen:
        return Transition(status, (Effect.NEW_TICKET,), "requester wrote when the ticket had been closed for too long to reopen")
    row = TABLE.get((status, event))
    if row is None:
        return Transition(status, (), f'"{event}" changes nothing in a ticket that is {status}')
    if level < row.level:
        return Transition(status, (), f'"{event}" of a ticket that is {status} takes level {row.level}')
    if verify and row.verified:
        return Transition(row.verified, (*row.effects, Effect.TELL_VERIFIERS), f"{event}; the team's tickets are verified by level 2")
    return Transition(row.status, row.effects, str(event))
