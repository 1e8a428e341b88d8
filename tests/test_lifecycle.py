"""The life of a ticket: every cell of the table, and the two kinds of mail that ask for no work."""

from datetime import timedelta

import pytest

from mailticket.model.ticket import Status
from mailticket.tickets.drawing import draw_life
from mailticket.tickets.lifecycle import TABLE, Effect, Event, Transition, next_status
from mailticket.tickets.thanks import is_only_thanks, is_status_question

DAY = timedelta(days=1)
STATUSES = ("new", "open", "waiting", "resolved", "verifying", "closed", "merged", "spam")
CELLS = """
requester wrote             | open open open open open open - -
requester thanked           | new open waiting closed verifying closed - -
agent answered              | waiting waiting waiting open open open - -
agent answered, waiting off | open open open open open open - -
resolve                     | resolved resolved resolved - - - - -
solved                      | - - - closed - - - -
confirmation lapsed         | - - - closed - - - -
not solved                  | - - - open open open - -
verify                      | - - - closed closed - - -
close                       | closed closed closed closed closed - - -
waiting: reminder is due    | - - waiting - - - - -
waiting lapsed              | - - resolved - - - - -
snooze                      | new open waiting - - - - -
snooze lapsed               | new open waiting - - - - -
escalate                    | open open waiting - - - - -
reopen                      | - - - open open open open open
merge                       | merged merged merged merged merged merged - -
mark as spam                | spam spam spam spam spam spam - -
"""
ROWS = {event.strip(): cells.split() for event, _, cells in (line.partition("|") for line in CELLS.strip().splitlines())}


@pytest.mark.parametrize("event", Event, ids=str)
@pytest.mark.parametrize("status", STATUSES)
def test_every_cell(status: str, event: Event) -> None:
    """Each status and event leads where the table of the specification says, for level 2 and a team that does not verify."""
    expected = ROWS[event.value][STATUSES.index(status)]
    transition = next_status(Status(status), event, level=2)
    assert transition.status == (status if expected == "-" else expected)
    assert ((Status(status), event) in TABLE) is (expected != "-")
    assert transition.why


def test_what_has_no_row_says_so() -> None:
    """An event that a status does not know changes nothing, and says it in words."""
    assert next_status(Status.OPEN, Event.VERIFY) == Transition(Status.OPEN, (), '"verify" changes nothing in a ticket that is open')


@pytest.mark.parametrize("event", [Event.CLOSE, Event.SOLVED, Event.CONFIRM_LAPSED, Event.REQUESTER_THANKED], ids=str)
def test_a_team_that_verifies(event: Event) -> None:
    """Where the team's work is verified, an end leads to level 2 first."""
    transition = next_status(Status.RESOLVED, event, verify=True)
    assert transition.status is Status.VERIFYING
    assert Effect.TELL_VERIFIERS in transition.effects


@pytest.mark.parametrize("event", [Event.VERIFY, Event.CLOSE], ids=str)
def test_only_level_2_ends_a_verification(event: Event) -> None:
    """What is being verified is closed by level 2 alone."""
    assert next_status(Status.VERIFYING, event, level=1).status is Status.VERIFYING
    assert "level 2" in next_status(Status.VERIFYING, event, level=1).why
    assert next_status(Status.VERIFYING, event, verify=True, level=2).status is Status.CLOSED


@pytest.mark.parametrize(
    ("closed_for", "status", "effect"),
    [
        pytest.param(None, Status.OPEN, Effect.RUN_CLOCK, id="just-closed"),
        pytest.param(14 * DAY, Status.OPEN, Effect.RUN_CLOCK, id="on-the-last-day"),
        pytest.param(15 * DAY, Status.CLOSED, Effect.NEW_TICKET, id="too-late"),
    ],
)
def test_reopening_has_its_time(closed_for: timedelta | None, status: Status, effect: Effect) -> None:
    """A requester's mail reopens a closed ticket within `reopen`; later it becomes a new ticket."""
    transition = next_status(Status.CLOSED, Event.REQUESTER_WROTE, closed_for=closed_for, reopen=14 * DAY)
    assert (transition.status, transition.effects) == (status, (effect,))


@pytest.mark.parametrize(
    ("status", "event", "effect"),
    [
        pytest.param(Status.WAITING, Event.REQUESTER_WROTE, Effect.RUN_CLOCK, id="clock-runs-again"),
        pytest.param(Status.OPEN, Event.AGENT_ANSWERED, Effect.REST_CLOCK, id="clock-rests"),
        pytest.param(Status.OPEN, Event.RESOLVE, Effect.ASK_REQUESTER, id="requester-is-asked"),
        pytest.param(Status.RESOLVED, Event.REQUESTER_WROTE, Effect.TELL_NOT_SOLVED, id="not-solved-is-told"),
        pytest.param(Status.CLOSED, Event.NOT_SOLVED, Effect.RAISE_LEVEL, id="level-2"),
        pytest.param(Status.WAITING, Event.WAITING_REMINDED, Effect.REMIND_REQUESTER, id="reminder"),
        pytest.param(Status.OPEN, Event.SNOOZE, Effect.SLEEP, id="sleep"),
        pytest.param(Status.OPEN, Event.REQUESTER_WROTE, Effect.WAKE, id="new-mail-wakes"),
    ],
)
def test_effects(status: Status, event: Event, effect: Effect) -> None:
    """Transitions name what the desk must do besides."""
    assert effect in next_status(status, event).effects


@pytest.mark.parametrize(
    "text",
    [
        "شكراً لكم",
        "thanks!",
        "شكراااااا 🌹",
        "السلام عليكم ورحمة الله\nشكراً جزيلاً على سرعة الرد\nمحمد العتيبي",
        "Thank you so much for your help.\n\nBest regards,\nSara Ahmed",
        "جزاكم الله خيراً وبارك فيكم",
        "يعطيكم العافية، ما قصرتوا",
        "Thanks, it works now",
        "مشكورين تم حل المشكلة",
        "Many thanks, Ahmed",
        "shukran jazilan",
    ],
)
def test_only_thanks(text: str) -> None:
    """Thanks are known with greetings, wishes and a name around them, in both languages."""
    assert is_only_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "السلام عليكم",
        "تم حل المشكلة",
        "شكراً، لكن المشكلة ما انحلت",
        "شكرا\nالمشكلة موجودة",
        "شكراً، هل تم الحل؟",
        "شكرا على سوء الخدمة",
        "لا شكرا",
        "Thanks but it still fails",
        "Thanks for nothing",
        "Thanks.\nNot Working",
        "Thank you. Please send the invoice",
        "thanks " * 200,
    ],
)
def test_more_than_thanks(text: str) -> None:
    """Anything beside thanks makes a mail that someone must read."""
    assert not is_only_thanks(text)


@pytest.mark.parametrize("text", ["حالة", "status", "Status?", "حالة الطلب ١٠٤٢", "[MT-1042] status", "what is the status of my ticket"])
def test_status_question(text: str) -> None:
    """The ticket's state is asked for by one word, with its number or without."""
    assert is_status_question(text)


@pytest.mark.parametrize("text", ["", "1042", "حالتي سيئة", "status of my certificate", "حالة الطقس", "the status page does not open"])
def test_no_status_question(text: str) -> None:
    """What asks for more than the ticket's state is a mail like any other."""
    assert not is_status_question(text)


def test_the_drawing_is_the_table() -> None:
    """What `mailticket help lifecycle` draws has every cell of the table where it belongs, and every effect."""
    lines = draw_life().splitlines()
    head = next(n for n, line in enumerate(lines) if line.split() == list(STATUSES))
    starts = [lines[head].index(status) for status in STATUSES]
    for offset, event in enumerate(Event, 1):
        line = lines[head + offset].ljust(200)
        assert line.startswith(event)
        cells = [line[start:end].strip() for start, end in zip(starts, [*starts[1:], 200], strict=True)]
        for cell, status in zip(cells, Status, strict=True):
            row = TABLE.get((status, event))
            assert cell.rstrip("*2") == (row.status if row else ".")
            assert ("*" in cell) is bool(row and row.verified)
            for effect in row.effects if row else ():
                assert any(text.startswith(event) and effect in text and status in text for text in lines[head + len(Event) :])
