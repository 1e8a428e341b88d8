"""Sounding alarms: what a check found goes to the managers, and is kept, in one transaction.

Any round may use it: `sound` for a check that says all that holds now, `raise_alarm` and `clear_alarm` for something that happened.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from mailticket.desk.alarm import CALM, Sounded
from mailticket.desk.alarm import sound as decide
from mailticket.model.alarm import Alarm
from mailticket.rounds.road import Alarms, Job, Road

log = logging.getLogger(__name__)


def sound(alarms: Alarms, road: Road, word: str, holding: Sequence[Alarm]) -> None:
    """All alarms that hold now among those whose cause begins with that word; what is not among them is over after a calm hour."""
    now = road.clock.now()
    raised = alarms.alarms()
    if holding or raised:
        _settle(alarms, road, decide(word, holding, raised, road.settings, now))


def raise_alarm(alarms: Alarms, road: Road, alarm: Alarm) -> None:
    """Something went wrong that managers must hear of; the same cause is told once, until it is cleared."""
    now = road.clock.now()
    same = [one for one in alarms.alarms() if one.alarm.cause == alarm.cause]
    _settle(alarms, road, decide(alarm.cause.partition(" ")[0], [alarm], same, road.settings, now))


def clear_alarm(alarms: Alarms, road: Road, cause: str) -> None:
    """What went wrong is right again: the all-clear, where an alarm was raised."""
    later = road.clock.now() + CALM  # what is known to be over need not stay calm first
    same = [one for one in alarms.alarms() if one.alarm.cause == cause]
    _settle(alarms, road, decide(cause.partition(" ")[0], [], same, road.settings, later))


def _settle(alarms: Alarms, road: Road, sounded: Sounded) -> None:
    now = road.clock.now()
    for notice in sounded.notices:
        level = logging.WARNING if notice.data["is_over"] else logging.ERROR
        log.log(level, "alarm over" if notice.data["is_over"] else "alarm", extra={"cause": notice.data["cause"], "to": notice.to.address})
    raised = alarms.intakes() if sounded.notices else {}
    jobs = [Job(replace(notice, generation=raised.get(notice.to.address, 0)), None, b"", now) for notice in sounded.notices]
    outgoing = road.writer.start(jobs).result() if jobs else []
    alarms.settle_alarms(sounded.holding, sounded.over, outgoing, now)
