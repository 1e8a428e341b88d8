"""Alarms to the managers: one a cause, and one word when it is over, whatever the cause's checks find in between.

A check says which alarms of its kind hold now. What is new is told, what holds on is not told again, and what has been gone for long
enough is told as over: a cause that comes and goes within an hour is one alarm, not sixty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailticket.desk.telling import AUTO_GENERATED, language_of
from mailticket.model.alarm import Alarm, Raised
from mailticket.model.notice import Lane, Notice, NoticeKind
from mailticket.model.policy import Settings
from mailticket.tickets.notify import choose_managers

CALM = timedelta(hours=1)
"""So long a cause must not have held before it is over."""


@dataclass(frozen=True, slots=True)
class Sounded:
    """What becomes of alarms: those that hold, the causes that are over, and the mails that tell of what is new in either."""

    holding: tuple[Alarm, ...] = ()
    over: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


def sound(word: str, holding: Sequence[Alarm], raised: Sequence[Raised], settings: Settings, now: datetime) -> Sounded:
    """Set what a check found against what is raised. `word` is the first of its causes; alarms of others are none of its business."""
    known = {one.alarm.cause: one for one in raised if one.alarm.cause.partition(" ")[0] == word}
    causes = {alarm.cause for alarm in holding}
    fresh = [alarm for alarm in holding if alarm.cause not in known]
    over = [one for one in known.values() if one.alarm.cause not in causes and now - one.seen >= CALM]
    told = [notice for alarm in fresh for notice in tell(Raised(alarm, now, now), settings)]
    told += [notice for one in over for notice in tell(one, settings, is_over=True)]
    return Sounded(tuple(holding), tuple(one.alarm.cause for one in over), tuple(told))


def tell(raised: Raised, settings: Settings, *, is_over: bool = False) -> tuple[Notice, ...]:
    """The mail of one alarm, or of its end, to every manager."""
    data = {"cause": raised.alarm.cause, "lines": list(raised.alarm.lines), "since": raised.since, "is_over": is_over}
    cause = f"alarm {raised.alarm.cause} {raised.since.isoformat()}{' over' if is_over else ''}"
    return tuple(
        Notice(
            kind=NoticeKind.ALARM,
            lane=Lane.ALARM,
            audience=reader.audience,
            to=reader.to,
            number=0,
            cause=cause,
            language=language_of(settings),
            auto_submitted=AUTO_GENERATED,
            data=data,
        )
        for reader in choose_managers(settings)
    )
