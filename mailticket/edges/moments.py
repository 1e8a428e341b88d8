"""Moments as they are kept: integers (microseconds since 1970, UTC), because SQLite compares dates as text and PostgreSQL shifts them by
the session's zone.
"""

from datetime import UTC, datetime, timedelta

from peewee import BigIntegerField

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_micros(value: datetime) -> int:
    """An aware moment as microseconds since 1970 UTC; a naive one is a TypeError, for nobody knows when it was."""
    return (value - EPOCH) // MICROSECOND


def to_moment(micros: int) -> datetime:
    """The aware UTC moment of `to_micros`."""
    return EPOCH + timedelta(microseconds=micros)


class TimeField(BigIntegerField):
    """A moment: aware outside, microseconds UTC inside."""

    def db_value(self, value: datetime | None) -> int | None:
        """What is stored."""
        return None if value is None else to_micros(value)

    def python_value(self, value: int | None) -> datetime | None:
        """What was stored."""
        return None if value is None else to_moment(value)
