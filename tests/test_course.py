"""A ticket's clock through its life: what runs, rests and stops, what is due, and what time does about it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailticket.desk import Policy, lapse, recount
from mailticket.desk.move import move
from mailticket.model.mail import Language
from mailticket.model.notice import NoticeKind
from mailticket.model.outcome import KnownTicket, Lapse, Person, Standing
from mailticket.model.policy import Hours, Target, Team
from mailticket.model.ticket import Channel, Due, Participant, Priority, Role, Status, Ticket, Type
from mailticket.tickets.course import Terms, advance, start
from mailticket.tickets.hours import Calendar
from mailticket.tickets.lapse import find_steps, set_alarm
from mailticket.tickets.lifecycle import Event
from mailticket.tickets.rules import RuleBook
from tests.people import HUDA, MAJED, RING, SARA, TEAMS, make_settings

RIYADH = ZoneInfo("Asia/Riyadh")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SETTINGS = make_settings(targets={"default": Target(4 * HOUR, 3 * DAY)})
CALENDAR = Calendar(Hours())
POLICY = Policy(SETTINGS, RING, RuleBook([]), CALENDAR)
NOON = datetime(2026, 11, 24, 9, tzinfo=UTC)
"""Tuesday 24 November 2026, 12:00 in Riyadh."""


def riyadh(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=RIYADH)


def terms(now: datetime, policy: Policy = POLICY) -> Terms:
    return Terms(policy.settings, policy.calendar, now)


def opened(at: datetime = NOON, **changes: object) -> Ticket:
    words = ("f", "شهادة", "noura@example.com", "نورة", "certificate", Type.REQUEST, Priority.NORMAL, Language.AR)
    ticket = replace(Ticket(1001, *words, created=at, updated=at), **changes)  # type: ignore[arg-type]  # the test's keywords are fields
    return set_alarm(start(ticket, terms(at)), terms(at))


def stand(ticket: Ticket, **changes: object) -> Standing:
    known = KnownTicket(ticket, (Participant(ticket.requester, Role.REQUESTER, "نورة"),))
    return replace(Standing(known, Person(ticket.requester), True, "نص"), **changes)  # type: ignore[arg-type]  # as above


def told(decided: Lapse) -> list[tuple[str, str]]:
    return [(notice.kind.value, notice.to.address) for notice in decided.notices]


def test_the_clock_rests_while_the_desk_waits() -> None:
    """Two hours of work before the answer, a day of waiting that counts nothing, then the rest of the target."""
    ticket = opened()
    assert ticket.due == Due(riyadh("2026-11-24T16:00"), CALENDAR.add(NOON, 39 * HOUR))
    waiting, _ = advance(ticket, Event.AGENT_ANSWERED, terms(NOON + 2 * HOUR))
    assert (waiting.status, waiting.clock.since, waiting.clock.used, waiting.due.resolution) == (Status.WAITING, None, 2 * HOUR, None)
    back, _ = advance(replace(waiting, first_response=NOON + 2 * HOUR), Event.REQUESTER_WROTE, terms(NOON + 26 * HOUR))
    assert back.due.resolution == CALENDAR.add(NOON + 26 * HOUR, 37 * HOUR)
    assert back.due.first_response == ticket.due.first_response, "what was promised and kept stays on record"
    resolved, _ = advance(back, Event.RESOLVE, terms(NOON + 27 * HOUR))
    assert (resolved.clock.used, resolved.resolution, resolved.resolved) == (3 * HOUR, 1, NOON + 27 * HOUR)
    assert resolved.due.resolution == back.due.resolution


@pytest.mark.parametrize(("late", "is_kept"), [(6 * DAY, False), (HOUR, True)], ids=["missed", "in time"])
def test_what_was_missed_stays_missed(late: timedelta, is_kept: bool) -> None:
    """A resolution that was due before the desk answered is late, although silence ends the ticket while its clock rests."""
    answered, _ = advance(opened(), Event.AGENT_ANSWERED, terms(NOON + late))
    resolved, _ = advance(answered, Event.WAITING_LAPSED, terms(NOON + late + 9 * DAY))
    assert resolved.due.resolution is not None
    assert (resolved.resolved or NOON) == NOON + late + 9 * DAY
    assert (resolved.resolved <= resolved.due.resolution if resolved.resolved else None) is is_kept


def test_an_end_starts_the_clock_anew_and_a_doubt_goes_on() -> None:
    """"Not solved" goes on with the time that was used; what was closed and comes back has its whole target again."""
    resolved, _ = advance(opened(), Event.RESOLVE, terms(NOON + HOUR))
    doubted, _ = advance(resolved, Event.NOT_SOLVED, terms(NOON + 2 * HOUR))
    assert (doubted.level, doubted.clock.used, doubted.resolved) == (2, HOUR, None)
    closed, _ = advance(resolved, Event.SOLVED, terms(NOON + 2 * HOUR))
    assert (closed.status, closed.closed) == (Status.CLOSED, NOON + 2 * HOUR)
    marked = replace(closed, marks=("first_response.warned", "resolution.breached", "judged.1"))
    again, _ = advance(marked, Event.REQUESTER_WROTE, terms(NOON + DAY))
    assert (again.clock.used, again.clock.started, again.marks, again.closed) == (timedelta(0), NOON + DAY, ("judged.1",), None)


def test_steps_are_told_once_and_the_gravest_alone() -> None:
    """At 80 % the warning, at the end level 2, the manager and an apology; what an outage slept through is told as what it is now."""
    ticket = opened()
    assert ticket.wake == riyadh("2026-11-24T15:12")
    early = lapse(stand(ticket), POLICY, riyadh("2026-11-24T15:11"))
    assert (early.changes, early.notices) == ((), ())
    warned = lapse(stand(ticket), POLICY, riyadh("2026-11-24T15:12"))
    assert told(warned) == [("warning", SARA.email)]
    assert warned.ticket.wake == riyadh("2026-11-24T16:00")
    breached = lapse(stand(warned.ticket), POLICY, riyadh("2026-11-24T16:00"))
    assert told(breached) == [("breach", SARA.email), ("breach", MAJED.email), ("apology", "noura@example.com")]
    assert (breached.ticket.level, breached.ticket.wake) == (2, CALENDAR.add(NOON, 39 * HOUR * 8 / 10))
    assert lapse(stand(breached.ticket), POLICY, riyadh("2026-11-24T16:01")).notices == ()
    slept = lapse(stand(ticket), POLICY, riyadh("2026-12-24T16:00"))
    assert sorted(told(slept)) == [("apology", "noura@example.com")] + 2 * [("breach", MAJED.email)] + 2 * [("breach", SARA.email)]
    assert len(slept.ticket.marks) == 4


def test_a_decision_made_twice_is_the_same_mail() -> None:
    """A tick that dies before its commit, and is decided again later, makes notices with the same causes."""
    ticket = opened()
    one, two = (lapse(stand(ticket), POLICY, riyadh(f"2026-11-24T16:{minute}")) for minute in ("00", "07"))
    assert [(n.cause, n.kind, n.to.address) for n in one.notices] == [(n.cause, n.kind, n.to.address) for n in two.notices]


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        pytest.param({}, {"breach", "apology"}, id="a-person"),
        pytest.param({"is_acknowledged": False}, {"breach"}, id="nothing-was-promised"),
        pytest.param({"person": Person("noura@example.com", undeliverable="5.1.1")}, {"breach"}, id="undeliverable"),
        pytest.param({"person": Person("noura@example.com", blocked="spam")}, {"breach"}, id="blocked"),
        pytest.param({"person": Person("noura@example.com", muted_until=NOON + 9 * DAY)}, {"breach"}, id="cut-off"),
        pytest.param({"person": Person("")}, {"breach"}, id="no-address"),
        pytest.param({"person": Person("info@example.sa")}, {"breach"}, id="ourselves"),
    ],
)
def test_only_who_may_be_written_to_hears_an_apology(changes: dict[str, object], kinds: set[str]) -> None:
    """The gate in front of automatic mail holds for what time makes us say, too."""
    decided = lapse(stand(opened(), **changes), POLICY, NOON + 4 * HOUR)
    assert {notice.kind.value for notice in decided.notices} == kinds


def test_an_absent_owner_is_the_team() -> None:
    """The warning goes to the owner alone while present, and to owner and team when away."""
    other = replace(SARA, email="amal@example.sa")
    policy = replace(POLICY, settings=replace(SETTINGS, agents=(SARA, other, MAJED)))
    ticket = opened(owner=SARA.email)
    at = riyadh("2026-11-24T15:12")
    assert told(lapse(stand(ticket), policy, at)) == [("warning", SARA.email)]
    away = lapse(stand(ticket, leaves={SARA.email: at + DAY}), policy, at)
    assert told(away) == [("warning", SARA.email), ("warning", other.email)]


@pytest.mark.parametrize("status", [Status.WAITING, Status.RESOLVED, Status.CLOSED, Status.VERIFYING, Status.MERGED, Status.SPAM])
def test_nothing_falls_due_in_a_ticket_that_rests(status: Status) -> None:
    """Only new and open tickets have steps of escalation."""
    assert list(find_steps(replace(opened(), status=status), terms(NOON + 9 * DAY))) == []


def test_a_holiday_that_moves_moves_what_is_due() -> None:
    """The evening before, tomorrow becomes a day off: what was due then is due the day after, and the audit says so."""
    ticket = opened(riyadh("2026-11-24T20:00"))
    assert ticket.due.first_response == riyadh("2026-11-25T11:00")
    moved = replace(POLICY, calendar=Calendar(Hours(closed=(date(2026, 11, 25),))))
    counted = recount(ticket, moved, riyadh("2026-11-24T20:30"))
    assert counted.ticket.due.first_response == riyadh("2026-11-26T11:00")
    assert [change.what for change in counted.changes] == ["due first response", "due resolution"]
    assert lapse(stand(counted.ticket), moved, riyadh("2026-11-25T12:00")).notices == ()
    assert recount(counted.ticket, moved, riyadh("2026-11-25T12:00")).changes == ()


def test_silence_ends_step_by_step() -> None:
    """Reminder after two days, resolved with the question after seven more, closed after three more; each at its moment."""
    waiting = move(stand(opened()), Event.AGENT_ANSWERED, POLICY, NOON, SARA.email).ticket
    assert waiting.wake == NOON + 2 * DAY
    reminded = lapse(stand(waiting), POLICY, NOON + 2 * DAY)
    assert told(reminded) == [("reminder", "noura@example.com")]
    assert reminded.ticket.wake == NOON + 9 * DAY
    resolved = lapse(stand(reminded.ticket), POLICY, NOON + 9 * DAY)
    assert (told(resolved), resolved.ticket.status) == ([("resolved", "noura@example.com")], Status.RESOLVED)
    assert resolved.notices[0].data["by_silence"] is True
    closed = lapse(stand(resolved.ticket), POLICY, NOON + 12 * DAY)
    assert (told(closed), closed.ticket.status, closed.ticket.wake) == ([], Status.CLOSED, None)


def test_a_late_reminder_leaves_the_whole_time_to_answer() -> None:
    """After ten days in which the daemon slept, the reminder goes out and seven days pass before the ticket counts as resolved."""
    waiting = move(stand(opened()), Event.AGENT_ANSWERED, POLICY, NOON, SARA.email).ticket
    late = lapse(stand(waiting), POLICY, NOON + 12 * DAY)
    assert told(late) == [("reminder", "noura@example.com")]
    assert late.ticket.wake == NOON + 19 * DAY


def test_teams_that_verify_hand_over_to_level_2() -> None:
    """Where the team verifies, silence leads to level 2, who is told; only level 2 ends it."""
    policy = replace(POLICY, settings=replace(SETTINGS, teams=(*(t for t in TEAMS if t.name != "certificate"), Team("certificate", verify=True))))
    resolved = move(stand(opened()), Event.RESOLVE, policy, NOON, SARA.email)
    assert told(resolved) == [("resolved", "noura@example.com")]
    lapsed = lapse(stand(resolved.ticket), policy, NOON + 3 * DAY)
    assert (lapsed.ticket.status, told(lapsed)) == (Status.VERIFYING, [("verify", MAJED.email)])
    assert move(stand(lapsed.ticket), Event.CLOSE, policy, NOON + 4 * DAY, HUDA.email).ticket.status is Status.VERIFYING
    assert move(stand(lapsed.ticket), Event.VERIFY, policy, NOON + 4 * DAY, MAJED.email, level=2).ticket.status is Status.CLOSED


def test_a_snoozed_ticket_wakes_by_itself_or_by_a_mail() -> None:
    """It sleeps until its moment and the owner hears that it is over; new mail wakes it before."""
    ticket = move(stand(opened(priority=Priority.LOW)), Event.SNOOZE, POLICY, NOON, SARA.email, until=NOON + HOUR).ticket
    assert ticket.wake == NOON + HOUR
    woken = lapse(stand(ticket), POLICY, NOON + HOUR)
    assert (told(woken), woken.ticket.snoozed) == ([("woken", SARA.email)], None)
    assert advance(ticket, Event.REQUESTER_WROTE, terms(NOON + MINUTE))[0].snoozed is None


EVENTS = st.lists(st.tuples(st.sampled_from(Event), st.integers(0, 4000)), max_size=12)


@settings(max_examples=150, deadline=None)
@given(EVENTS, st.sampled_from(Channel))
def test_laws_of_the_clock(events: list[tuple[Event, int]], channel: Channel) -> None:
    """Whatever happens to a ticket: its clock never runs in a status that rests, what was used never exceeds the working time that
    passed, an ended ticket has its moment, a resting one nothing due for resolution, and its next moment is one that does something."""
    ticket, now = opened(channel=channel), NOON
    for event, minutes in events:
        now += minutes * MINUTE
        ticket = move(stand(ticket), event, POLICY, now, "someone", level=2, until=now + HOUR).ticket
        running = ticket.status in (Status.NEW, Status.OPEN)
        assert (ticket.clock.since is not None) is running, (event, ticket.status)
        assert timedelta(0) <= ticket.clock.used <= CALENDAR.between(NOON, now)
        assert (ticket.closed is not None) is (ticket.status in (Status.CLOSED, Status.MERGED, Status.SPAM))
        assert (ticket.silent_since is not None) is (ticket.status in (Status.WAITING, Status.RESOLVED))
        assert ticket.status is not Status.WAITING or ticket.due.resolution is None
        if ticket.wake and ticket.wake > now:
            assert lapse(stand(ticket), POLICY, ticket.wake - timedelta(seconds=1)).changes == ()
            assert lapse(stand(ticket), POLICY, ticket.wake).changes != ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 5 * 24 * 60), min_size=1, max_size=30))
def test_laws_of_lapsing(gaps: list[int]) -> None:
    """At whatever moments the desk looks: nothing is told twice, nothing before its time, and it all comes to the same end."""
    ticket, now, seen = opened(), NOON, []
    for gap in (*gaps, 60 * 24 * 60):
        now += gap * MINUTE
        decided = lapse(stand(ticket), POLICY, now)
        ticket = decided.ticket
        seen += [(n.kind, n.cause, n.to.address) for n in decided.notices]
        assert ticket.wake is None or ticket.wake > now
    assert len(seen) == len(set(seen))
    assert {kind for kind, _, _ in seen} <= {NoticeKind.WARNING, NoticeKind.BREACH, NoticeKind.APOLOGY}
    assert set(ticket.marks) == {"first_response.warned", "first_response.breached", "resolution.warned", "resolution.breached"}
    assert all(a.changes != b.changes for a, b in pairwise([decided, lapse(stand(ticket), POLICY, now + MINUTE)]) if a.changes)
