"""The clock is a door like any other: the time of day comes in here and nowhere else, so every decision can be asked about any moment."""

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: the twin for tests, replays and `--at`."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError(f"a clock needs an aware time, {now.isoformat()} has no zone")
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """The moment it was set to, aware, in UTC."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move on (or back, with a negative `by`)."""
        self._now += by
