"""When digests are owed: the slots of each cadence, and the period that each one tells of.

A daily digest tells of the time since the one of the working day before, a weekly one of a week to the minute, a monthly one of a whole
month of days. A weekly or monthly slot on a day off goes out on the next working day, and stays the slot that it is.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailticket.model.figures import Cadence, Period, Slot
from mailticket.model.policy import DigestTimes, Settings
from mailticket.tickets.hours import DAY, WEEK, Calendar

LONGEST = 800
"""Days that are looked at: more than the longest holiday and two months."""


class Slots:
    """The slots of one desk; a cadence that is turned off has none of its own, but can still be shown by the shipped times.

    `find_calendar` gives the calendar in force: a holiday may move while the daemon runs, and the digests with it.
    """

    def __init__(self, settings: Settings, find_calendar: Callable[[], Calendar]) -> None:
        self._find_calendar = find_calendar
        self._zone = ZoneInfo(settings.desk.timezone)
        self._times = settings.digest

    def is_on(self, cadence: Cadence) -> bool:
        """Whether the settings want this digest."""
        return bool(getattr(self._times, cadence))

    def latest(self, cadence: Cadence, now: datetime) -> Slot:
        """The latest slot whose time has come."""
        days = self._days(cadence, self._date(now))
        return self._slot(cadence, next(d for d in days if self._moment(self._sent_on(cadence, d), self.clock(cadence)) <= now))

    def until(self, cadence: Cadence, at: datetime) -> Slot:
        """The digest as it would be at any moment: what the running period brought so far, or the whole one at the moment of its slot."""
        if cadence is Cadence.MONTHLY:
            day = next(self._days(cadence, self._date(at)))
            if day == self._date(at):
                return self._slot(cadence, day)
        else:
            day = next(d for d in self._days(cadence, self._date(at)) if self._moment(d, self.clock(cadence)) < at)
        since = self._edge(cadence, day)
        return Slot(cadence, self._date(at), Period(since, at), Period(self._edge(cadence, self._previous(cadence, day)), since))

    def clock(self, cadence: Cadence) -> time:
        """The time of day at which this digest goes out."""
        hour, _, minute = self._words(cadence)[-1].partition(":")
        return time(int(hour), int(minute))

    def _slot(self, cadence: Cadence, day: date) -> Slot:
        last = self._previous(cadence, day)
        edges = [self._edge(cadence, each) for each in (self._previous(cadence, last), last, day)]
        return Slot(cadence, day, Period(edges[1], edges[2]), Period(edges[0], edges[1]))

    def _edge(self, cadence: Cadence, day: date) -> datetime:
        return self._moment(day, time() if cadence is Cadence.MONTHLY else self.clock(cadence))

    def _sent_on(self, cadence: Cadence, day: date) -> date:
        """The day itself, or the next working one."""
        if cadence is Cadence.DAILY:
            return day
        calendar = self._find_calendar()
        return next((d for d in (day + n * DAY for n in range(LONGEST)) if calendar.is_workday(d)), day)

    def _previous(self, cadence: Cadence, day: date) -> date:
        return next(self._days(cadence, day - DAY))

    def _days(self, cadence: Cadence, last: date) -> Iterator[date]:
        """The days that have a slot, from `last` back; where the calendar knows no working day any more, the last one looked at."""
        days = (last - n * DAY for n in range(LONGEST))
        yield from (day for day in days if self._has_slot(cadence, day))
        yield last - LONGEST * DAY

    def _has_slot(self, cadence: Cadence, day: date) -> bool:
        first = self._words(cadence)[0]
        if cadence is Cadence.DAILY:
            return self._find_calendar().is_workday(day)
        return WEEK[day.weekday()] == first if cadence is Cadence.WEEKLY else day.day == int(first)

    def _words(self, cadence: Cadence) -> list[str]:
        text: str = getattr(self._times, cadence) or getattr(DigestTimes(), cadence)
        return text.split()

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self._zone).astimezone(UTC)

    def _date(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


def days_of(period: Period, zone: ZoneInfo) -> tuple[date, ...]:
    """Every day of the zone that a period touches."""
    first = period.since.astimezone(zone).date()
    last = (period.until - timedelta(microseconds=1)).astimezone(zone).date()
    return tuple(first + n * DAY for n in range((last - first).days + 1))
