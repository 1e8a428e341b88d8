"""One event on a ticket, whoever brings it about: the ticket afterwards, the audit's rows, and everybody who hears of it.

Time calls it when silence is over; an agent's command (#resolve, #wait, #verify, #close, #snooze, #reopen) is the same with the
agent's name.
"""

from collections.abc import Iterator
from datetime import datetime

from mailticket.desk.asking import ask_requester, tell_verifiers
from mailticket.desk.case import Policy, changes_between
from mailticket.model.notice import Notice
from mailticket.model.outcome import Lapse, Standing
from mailticket.model.ticket import Ticket
from mailticket.tickets.course import Terms, advance
from mailticket.tickets.lapse import set_alarm
from mailticket.tickets.lifecycle import Effect, Event, Transition
from mailticket.tickets.notify import find_silence


def move(
    standing: Standing, event: Event, policy: Policy, now: datetime, who: str, *, level: int = 1, until: datetime | None = None
) -> Lapse:
    """The ticket after an event at `now`. `level` is that of whoever acts, `until` the end of a snooze.

    An event that changes nothing in such a ticket (the table has no row for it) gives a `Lapse` without changes.
    """
    old = standing.ticket
    terms = Terms(policy.settings, policy.calendar, now)
    ticket, transition = advance(old, event, terms, level=level, until=until)
    changes = changes_between(old, ticket, who, transition.why, now)
    notices = tuple(tell_effects(standing, ticket, transition, policy, now, by_silence=event is Event.WAITING_LAPSED))
    return Lapse(set_alarm(ticket, terms), changes, notices)


def tell_effects(
    standing: Standing, ticket: Ticket, transition: Transition, policy: Policy, now: datetime, *, by_silence: bool = False
) -> Iterator[Notice]:
    """The mails that the effects of a transition ask for: the question to the requester, and level 2's turn to verify."""
    may_write = not find_silence(standing.person, policy.settings, now)
    if Effect.ASK_REQUESTER in transition.effects and may_write:
        yield ask_requester(standing.known, ticket, policy, now, by_silence=by_silence)
    yield from tell_verifiers(standing.known, ticket, transition, policy, standing.text)
