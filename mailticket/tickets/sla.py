"""What is owed when: the targets by priority, channel and oversight, and the moments they come to.

Every row that applies is read, and the strictest promise of each sort wins. Rows in their order: the priority's own (`default` where it has
none), the channel's, oversight's.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from mailticket.model.policy import Settings, Target
from mailticket.model.ticket import Channel, Due, Priority, Ticket
from mailticket.tickets.hours import Calendar

DEFAULT, OVERSIGHT = "default", "oversight"
STEP = timedelta(minutes=5)
LEAST_AGAIN = timedelta(hours=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _target(first: int, resolution: timedelta | None = None) -> Target:
    return Target(timedelta(minutes=first), resolution)


SHIPPED = {
    DEFAULT: _target(240, timedelta(days=3)),
    "high": _target(60, timedelta(days=1)),
    "urgent": _target(15, timedelta(hours=4)),
    "low": Target(timedelta(days=1), timedelta(days=10)),
    "whatsapp": _target(10),
    "facebook": _target(15),
    "twitter": _target(15),
    "phone": _target(5),
    "hall": _target(5),
    "remote": _target(5),
    OVERSIGHT: _target(60, timedelta(days=2)),
}
"""The rows in force where the settings have none of that name; a row without keys (`whatsapp = {}`) promises nothing by itself."""


def choose_target(settings: Settings, priority: Priority, channel: Channel, is_oversight: bool) -> Target:
    """What is promised to such a ticket, in working time as the settings write it ("1d" is one working day)."""
    table = {**SHIPPED, **settings.targets}
    base = table.get(priority.value, table[DEFAULT])
    names = [channel.value, *([OVERSIGHT] if is_oversight else [])]
    rows = [base, *(table[name] for name in names if name in table)]
    return Target(_strictest(row.first_response for row in rows), _strictest(row.resolution for row in rows))


def target_of(ticket: Ticket, settings: Settings) -> Target:
    """What is promised for a ticket as it stands; whoever fills in a form is no supervising body, whatever it says."""
    overseen = ticket.channel is not Channel.FORM and is_oversight(ticket.requester, settings)
    return choose_target(settings, ticket.priority, ticket.channel, overseen)


def is_oversight(address: str, settings: Settings) -> bool:
    """Whether an address is of a supervising body's domain, or of one below it."""
    domain = address.partition("@")[2]
    return any(domain == d or domain.endswith("." + d) for d in settings.desk.oversight)


def _strictest(promises: Iterable[timedelta | None]) -> timedelta | None:
    return min((promise for promise in promises if promise is not None), default=None)


def due_times(start: datetime, target: Target, calendar: Calendar) -> Due:
    """The moments by which the target is owed, counted in working time from `start`."""

    def due(promise: timedelta | None) -> datetime | None:
        return None if promise is None else calendar.add(start, calendar.working(promise))

    return Due(due(target.first_response), due(target.resolution))


def promise_again(now: datetime, target: Target, calendar: Calendar) -> datetime:
    """The moment that an apology promises: the first response's time once more, and at least an hour of work, rounded up as the first."""
    first = calendar.working(target.first_response) if target.first_response else LEAST_AGAIN
    return round_up(calendar.add(now, max(first, LEAST_AGAIN)))


def round_up(at: datetime) -> datetime:
    """The next round five minutes."""
    return at + (EPOCH - at) % STEP


def promised_moment(due: Due) -> datetime | None:
    """The moment that an acknowledgement promises: when the first response is due, rounded up to five minutes; None when none is owed."""
    if due.first_response is None:
        return None
    return round_up(due.first_response)
