"""When the desk works: every promise, target and reminder is counted here, in working time.

Days are looked at in the desk's zone, time is added up in UTC, so that a night in which the clocks change costs nobody an hour.
Each day's working spans are found once and kept: adding a few days of working time costs microseconds.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from zoneinfo import ZoneInfo

from mailticket.model.policy import Hours, Settings, Shift
from mailticket.tickets.sessions import NO_SESSIONS, ON_CALL, Sessions, Span

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
NOTHING = timedelta(0)

class Calendar:
    """The desk's working time, as spans of UTC moments, half open: [start, end).

    `for_team` gives the calendar of one team, which counts the course sessions, too, where that team serves them.
    Raises ValueError when the hours can't be worked by: a shift that ends before it starts, a week without any shift, an unknown
    country of holidays. Moments must be aware; those given back are in UTC.
    """

    def __init__(self, hours: Hours, zone: str = "Asia/Riyadh", sessions: Sessions = NO_SESSIONS) -> None:
        self._hours = hours
        self.zone = ZoneInfo(zone)
        self.sessions = sessions
        self._week = tuple(_checked(f"hours.{name}", getattr(hours, name)) for name in WEEK)
        for dated in hours.dated:
            _checked(f"hours.dated from {dated.first}", dated.hours)
        if not any(self._week):
            raise ValueError('hours: the desk is never open; give a weekday a shift, e.g. sunday = ["08:00-21:00"]')
        self._usual = _usual_day(self._week)
        self._days: dict[date, tuple[Span, ...]] = {}
        self._years: dict[int, frozenset[date]] = {}
        self._on_call = OnCall(self) if self.sessions else self

    @classmethod
    def of(cls, settings: Settings, sessions: Sessions = NO_SESSIONS) -> "Calendar":
        """The calendar that the settings and their sessions describe."""
        return cls(settings.hours, settings.desk.timezone, sessions)

    def for_team(self, team: str) -> "Calendar":
        """The calendar by which a team's promises are counted: with course sessions for the teams that serve them."""
        return self._on_call if team in ON_CALL else self

    def is_open(self, at: datetime) -> bool:
        """Whether the desk works at that moment; the end of a shift is closed already."""
        at = _utc(at)
        return any(start <= at < end for start, end in self.spans(self._date(at)))

    def next_open(self, at: datetime) -> datetime:
        """The moment itself when the desk is open, otherwise when it opens next."""
        return max(_utc(at), next(self._spans_from(at))[0])

    def add(self, start: datetime, working: timedelta) -> datetime:
        """The first moment by which that much working time has passed since `start`; `start` itself for none.

        Raises ValueError for negative working time.
        """
        if working < NOTHING:
            raise ValueError(f"working time can't be negative: {working}")
        at = _utc(start)
        for opens, closes in self._spans_from(at) if working else ():
            at, left = max(at, opens), working
            working -= closes - at
            if working <= NOTHING:
                return at + left
        return at

    def between(self, a: datetime, b: datetime) -> timedelta:
        """The working time from `a` to `b`, negative when `b` is earlier."""
        a, b = _utc(a), _utc(b)
        if b < a:
            return -self.between(b, a)
        total = NOTHING
        for opens, closes in self._spans_from(a):
            if opens >= b:
                break
            total += min(closes, b) - max(opens, a)
        return total

    def working(self, target: timedelta) -> timedelta:
        """A target as working time: each whole day counts as one usual working day ("3d" is three of them), the rest as hours."""
        return target.days * self._usual + (target - timedelta(target.days))

    def is_workday(self, day: date) -> bool:
        """Whether the desk works at all on that date of its own zone."""
        return bool(self.spans(day))

    def spans(self, day: date) -> tuple[Span, ...]:
        """The working spans of one date of the desk's zone, in order."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = tuple(self._find_spans(day))
        return found

    def _spans_from(self, at: datetime) -> Iterator[Span]:
        """Every span that ends after `at`, without end: each week has a shift, and the exceptions are finite."""
        at, day = _utc(at), self._date(at)
        while True:
            yield from (span for span in self.spans(day) if span[1] > at)
            day += DAY

    def _find_spans(self, day: date) -> Iterable[Span]:
        shifts = self._shifts(day)
        first, last = self._moment(day, time()), self._moment(day + DAY, time())
        if last - first != DAY:
            return _scan(first, last, shifts, self.zone)
        return _join((self._moment(day, shift.start), self._ending(day, shift)) for shift in shifts)

    def _shifts(self, day: date) -> tuple[Shift, ...]:
        hours, forced = self._hours, day in self._hours.open
        if not forced and (day in hours.closed or day in self._holidays(day.year)):
            return ()
        usual = self._week[day.weekday()] or (next(filter(None, self._week)) if forced else ())
        dated = next((d.hours for d in hours.dated if d.first <= day <= d.last), None)
        if not usual or dated is None or (forced and not dated):
            return usual
        return dated

    def _holidays(self, year: int) -> frozenset[date]:
        if year not in self._years:
            self._years[year] = _find_holidays(self._hours.holidays, year)
        return self._years[year]

    def _ending(self, day: date, shift: Shift) -> datetime:
        return self._moment(day, shift.end) if shift.end > shift.start else self._moment(day + DAY, time())

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def _date(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


class OnCall(Calendar):
    """The calendar of those who serve course sessions: the desk's hours, and whenever a session runs."""

    def __init__(self, desk: Calendar) -> None:
        self._desk, self._days = desk, {}
        self.zone, self.sessions = desk.zone, desk.sessions
        self._usual, self._on_call = desk._usual, self

    def for_team(self, team: str) -> Calendar:
        """As the desk's own calendar says."""
        return self._desk.for_team(team)

    def _find_spans(self, day: date) -> Iterable[Span]:
        extra = self.sessions.spans(self._moment(day, time()), self._moment(day + DAY, time()))
        return _join(merge(self._desk.spans(day), extra))


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"a moment without a time zone can't be placed: {at.isoformat()}")
    return at.astimezone(UTC)


def _checked(place: str, shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
    """The shifts in order; only midnight at the day's end may stand before its start."""
    for shift in shifts:
        if shift.end <= shift.start and shift.end != time():
            span = f"{shift.start:%H:%M}-{shift.end:%H:%M}"
            raise ValueError(f"{place}: a shift must end after it starts, and {span} does not; split it at midnight")
    return tuple(sorted(shifts, key=lambda shift: shift.start))


def _usual_day(week: Iterable[tuple[Shift, ...]]) -> timedelta:
    """The length that most working days have; of several, the longest."""
    day = date(2000, 1, 1)
    lengths = Counter(
        sum((_length(datetime.combine(day, s.start), datetime.combine(day, s.end)) for s in shifts), NOTHING) for shifts in week if shifts
    )
    return max(lengths, key=lambda length: (lengths[length], length))


def _length(start: datetime, end: datetime) -> timedelta:
    return end - start if end > start else end + DAY - start


def _join(spans: Iterable[Span]) -> Iterator[Span]:
    """The same time without overlaps."""
    held: Span | None = None
    for span in spans:
        if held and span[0] <= held[1]:
            held = (held[0], max(held[1], span[1]))
            continue
        if held:
            yield held
        held = span
    if held:
        yield held


def _scan(first: datetime, last: datetime, shifts: tuple[Shift, ...], zone: ZoneInfo) -> Iterator[Span]:
    """The spans of a day on which the clocks change: open is each minute whose wall clock shows a shift's time, however often it does."""
    minutes = (first + n * MINUTE for n in range((last - first) // MINUTE))
    return _join((at, at + MINUTE) for at in minutes if _is_in(at.astimezone(zone).time(), shifts))


def _is_in(wall: time, shifts: tuple[Shift, ...]) -> bool:
    return any(shift.start <= wall and (wall < shift.end or shift.end == time()) for shift in shifts)


def _find_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country ("" for none), by the `holidays` package, which is loaded at first need: it takes 30 ms."""
    if not country:
        return frozenset()
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError as error:
        raise ValueError(f'hours.holidays: no holidays are known for "{country}"; use a country\'s two letters, or "" for none') from error
