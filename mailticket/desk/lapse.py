"""What does time do to a ticket? This is the module that answers, as `desk.receive` does for mails.

One ticket and what is known of it come in, what follows goes out: steps of escalation, reminders, the ends of silence and sleep. Pure: a
tick that is decided twice says the same with the same keys, so a crash before the commit repeats nothing to anybody.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailticket.desk.asking import tell_reader, tell_requester
from mailticket.desk.case import DESK, Policy, changes_between
from mailticket.desk.move import move
from mailticket.model.notice import Notice, NoticeKind
from mailticket.model.outcome import Lapse, Standing
from mailticket.model.ticket import Change, Ticket
from mailticket.tickets.course import REMINDED, Terms, retarget
from mailticket.tickets.duty import Presence, is_away, is_on_shift
from mailticket.tickets.lapse import Missed, Sort, Whom, find_ends, find_steps, set_alarm
from mailticket.tickets.lifecycle import Event
from mailticket.tickets.notify import Reader, choose_level2, choose_managers, choose_readers, find_silence, make_reader
from mailticket.tickets.sla import promise_again, round_up, target_of

KIND_OF = {"warned": NoticeKind.WARNING, "breached": NoticeKind.BREACH}


@dataclass(frozen=True, slots=True)
class Tick:
    """One ticket at one moment, and all that its decision rests on."""

    standing: Standing
    policy: Policy
    now: datetime

    @property
    def ticket(self) -> Ticket:
        """The ticket."""
        return self.standing.ticket

    @property
    def terms(self) -> Terms:
        """By what its time is counted."""
        return Terms(self.policy.settings, self.policy.calendar, self.now)

    def after(self, ticket: Ticket) -> "Tick":
        """The same tick with the ticket as it is by now."""
        return replace(self, standing=replace(self.standing, known=replace(self.standing.known, ticket=ticket)))

    @property
    def may_write(self) -> bool:
        """Whether an automatic mail may go to the requester."""
        return not find_silence(self.standing.person, self.policy.settings, self.now)


def lapse(standing: Standing, policy: Policy, now: datetime) -> Lapse:
    """Everything that time has made due on a ticket by `now`, and its next moment."""
    tick = Tick(standing, policy, now)
    decided = recount(tick.ticket, policy, now)
    for event, at in tuple(find_ends(tick.ticket, tick.terms)):
        if at <= now:
            decided = _join(decided, _end(tick.after(decided.ticket), event))
    decided = _join(decided, _escalate(tick.after(decided.ticket)))
    return replace(decided, ticket=set_alarm(decided.ticket, tick.terms))


def recount(ticket: Ticket, policy: Policy, now: datetime) -> Lapse:
    """The ticket with its due times as the calendar in force makes them: a holiday may have moved the evening before."""
    terms = Terms(policy.settings, policy.calendar, now)
    after = retarget(ticket, terms)
    pairs = {
        "due first response": (ticket.due.first_response, after.due.first_response),
        "due resolution": (ticket.due.resolution, after.due.resolution),
    }
    why = "counted anew by the hours and targets in force"
    changes = (Change(now, DESK, name, str(old or ""), str(new or ""), why) for name, (old, new) in pairs.items() if old != new)
    return Lapse(set_alarm(after, terms), tuple(changes))


def _join(one: Lapse, two: Lapse) -> Lapse:
    return Lapse(two.ticket, (*one.changes, *two.changes), (*one.notices, *two.notices))


def _end(tick: Tick, event: Event) -> Lapse:
    """Silence or sleep is over: the event happens, and who is concerned hears of it."""
    moved = move(tick.standing, event, tick.policy, tick.now, DESK)
    if event is Event.WAITING_REMINDED:
        return _remind(tick, moved.ticket)
    if event is Event.SNOOZE_LAPSED:
        woken = _tell(tick, NoticeKind.WOKEN, _owner(tick), f"woken {tick.ticket.snoozed}", {})
        return Lapse(moved.ticket, (Change(tick.now, DESK, "snooze", str(tick.ticket.snoozed), "", str(event)),), tuple(woken))
    return moved


def _remind(tick: Tick, ticket: Ticket) -> Lapse:
    """A word to the requester that we wait; `waiting_close` counts from it, not from when it ought to have gone."""
    after = replace(ticket, marks=(*ticket.marks, REMINDED), silent_since=tick.now)
    sent = Change(tick.now, DESK, "reminder", "", "sent" if tick.may_write else "not sent", str(Event.WAITING_REMINDED))
    if not tick.may_write:
        return Lapse(after, (sent,))
    data = {"closes": round_up(tick.now + tick.policy.settings.desk.waiting_close), "asked": tick.now}
    notice = tell_requester(NoticeKind.REMINDER, tick.standing.known, after, f"reminder {tick.ticket.silent_since}", data)
    return Lapse(after, (sent,), (notice,))


def _escalate(tick: Tick) -> Lapse:
    """The steps of missed targets: all that are due are marked, and of each promise the gravest is told."""
    old, now = tick.ticket, tick.now
    due = [missed for missed in find_steps(old, tick.terms) if missed.at <= now]
    gravest = tuple({missed.sort: missed for missed in due}.values())
    level = max(old.level, 2) if any(missed.step.raises for missed in gravest) else old.level
    ticket = replace(old, marks=(*old.marks, *(missed.mark for missed in due)), level=level)
    words = "{} % of the target's working time was over at {:%Y-%m-%d %H:%M} UTC"
    changes = [Change(now, DESK, m.sort, "", m.step.name, words.format(m.step.percent, m.at)) for m in due]
    changes += changes_between(old, ticket, DESK, "a target was missed", now)
    return Lapse(ticket, tuple(changes), tuple(_tell_steps(tick.after(ticket), gravest)))


def _tell_steps(tick: Tick, steps: Sequence[Missed]) -> Iterator[Notice]:
    for missed in steps:
        readers = dict.fromkeys(reader for whom in missed.step.tells for reader in READERS_OF[whom](tick))
        data = {"sort": missed.sort.value, "left": _find_left(tick, missed)}
        yield from _tell(tick, KIND_OF[missed.step.name], readers, f"{missed.mark} {tick.ticket.clock.started}", data)
    sorts = [missed.sort for missed in steps if missed.step.apologises]
    if sorts and tick.standing.is_acknowledged and tick.may_write:
        yield _apologise(tick, sorts[0])


def _find_left(tick: Tick, missed: Missed) -> object:
    """The working time until the promise is due, negative once it has passed."""
    owed = tick.ticket.due
    due = owed.first_response if missed.sort is Sort.FIRST_RESPONSE else owed.resolution
    return tick.terms.calendar_of(tick.ticket).between(tick.now, due) if due else None


def _apologise(tick: Tick, sort: Sort) -> Notice:
    """A word of apology with a new moment, to a requester who may be written to and whom we had promised something."""
    ticket = tick.ticket
    promised = promise_again(tick.now, target_of(ticket, tick.policy.settings), tick.terms.calendar_of(ticket))
    data = {"sort": sort.value, "promised": promised, "asked": tick.now}
    return tell_requester(NoticeKind.APOLOGY, tick.standing.known, ticket, f"apology {sort} {ticket.clock.started}", data)


def _tell(tick: Tick, kind: NoticeKind, readers: Iterable[Reader], cause: str, data: Mapping[str, object]) -> Iterator[Notice]:
    words = {"text": tick.standing.text, **data}
    yield from (tell_reader(kind, tick.ticket, reader, cause, tick.policy, words) for reader in readers)


def _owner(tick: Tick) -> tuple[Reader, ...]:
    """The owner while present; else owner and team, for somebody has to see to it."""
    agent = tick.policy.settings.find_agent(tick.ticket.owner)
    if agent is None or is_away(agent, tick.now, tick.standing.leaves) or not is_on_shift(agent, tick.now, tick.policy.calendar):
        return _team(tick)
    return (make_reader(agent, tick.policy.settings, tick.standing.known.generations),)


def _team(tick: Tick) -> tuple[Reader, ...]:
    presence = Presence(tick.policy.calendar, tick.now, tick.standing.leaves)
    return choose_readers(tick.ticket, tick.policy.settings, tick.standing.known, presence=presence)


def _level2(tick: Tick) -> tuple[Reader, ...]:
    return choose_level2(tick.ticket, tick.policy.settings, tick.standing.known)


def _managers(tick: Tick) -> tuple[Reader, ...]:
    return choose_managers(tick.policy.settings, tick.standing.known)


READERS_OF: Mapping[Whom, Callable[[Tick], tuple[Reader, ...]]] = {
    Whom.OWNER: _owner,
    Whom.TEAM: _team,
    Whom.LEVEL2: _level2,
    Whom.MANAGER: _managers,
}
