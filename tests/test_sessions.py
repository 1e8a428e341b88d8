"""Course sessions from a calendar: when one runs, and what that does to a mail."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailticket.model.ticket import Priority
from mailticket.tickets.hours import Calendar
from mailticket.tickets.rules import Message, RuleBook, parse_files
from mailticket.tickets.sessions import NO_SESSIONS, Session, SessionsError, parse_sessions
from mailticket.tickets.triage import triage
from tests.people import make_settings

WEEKLY = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.sa//courses//AR
BEGIN:VEVENT
UID:1@example.sa
DTSTART;TZID=Asia/Riyadh:20261122T180000
DTEND;TZID=Asia/Riyadh:20261122T200000
RRULE:FREQ=WEEKLY;COUNT=4
EXDATE;TZID=Asia/Riyadh:20261206T180000
SUMMARY:دورة إدارة المشاريع
ORGANIZER:mailto:Sara@example.sa
ATTENDEE:mailto:omar@example.sa
ATTENDEE:mailto:huda@example.sa
END:VEVENT
BEGIN:VEVENT
UID:2@example.sa
DTSTART;VALUE=DATE:20261201
SUMMARY:يوم مفتوح
END:VEVENT
END:VCALENDAR
"""
SETTINGS = make_settings()
CALENDAR = Calendar(SETTINGS.hours)
RULES = Path(__file__).parent.parent / "rules"


def at(text: str) -> datetime:
    """A moment in Riyadh's time, which is three hours before UTC's."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=3)


@pytest.mark.parametrize(
    ("moment", "runs"),
    [
        pytest.param("2026-11-22T16:59", False, id="more than an hour before"),
        pytest.param("2026-11-22T17:00", True, id="an hour before"),
        pytest.param("2026-11-22T19:59", True, id="in its last minute"),
        pytest.param("2026-11-22T20:00", False, id="over"),
        pytest.param("2026-11-29T18:30", True, id="a week later"),
        pytest.param("2026-12-06T18:30", False, id="the one left out"),
        pytest.param("2026-12-13T18:30", True, id="the last"),
        pytest.param("2026-12-20T18:30", False, id="after the last"),
        pytest.param("2026-12-01T12:00", True, id="a whole day"),
    ],
)
def test_a_session_runs(moment: str, runs: bool) -> None:
    """What repeats, what is left out and whole days are told as the calendar says, in its own zone; an hour before counts too."""
    assert bool(parse_sessions(WEEKLY).running(at(moment))) is runs


def test_what_a_session_says() -> None:
    """A session has its times in UTC, its title, and the addresses of all who hold it."""
    (found,) = parse_sessions(WEEKLY).running(at("2026-11-29T18:30"))
    people = ("sara@example.sa", "omar@example.sa", "huda@example.sa")
    assert found == Session(at("2026-11-29T18:00"), at("2026-11-29T20:00"), "دورة إدارة المشاريع", people)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "no calendar", id="empty"),
        pytest.param("hello", "no calendar", id="another text"),
        pytest.param("BEGIN:VEVENT\nEND:VEVENT\n", "VCALENDAR", id="an event alone"),
        pytest.param("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A\nEND:VEVENT\nEND:VCALENDAR\n", "'A' has no DTSTART", id="no start"),
        pytest.param("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A\nDTSTART:20269999\nEND:VEVENT\nEND:VCALENDAR\n", "'A': DTSTART", id="bad start"),
    ],
)
def test_no_calendar(text: str, said: str) -> None:
    """What is no calendar is refused, and the event that is at fault is named."""
    with pytest.raises(SessionsError, match=said):
        parse_sessions(text)


def event(lines: str) -> str:
    """A calendar of one event (or more, each after its own UID)."""
    events = "".join(f"BEGIN:VEVENT\nUID:{n}\nSUMMARY:A\n{each.strip()}\nEND:VEVENT\n" for n, each in enumerate(lines.split("---")))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n"


SIX, EIGHT = "DTSTART;TZID=Asia/Riyadh:20261122T180000\n", "DTEND;TZID=Asia/Riyadh:20261122T200000\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(SIX + "DTEND;TZID=Asia/Riyadh:20261122T160000", "ends .* before it starts", id="ends before it starts"),
        pytest.param("DTSTART;TZID=Mars/Base:20261122T180000", "not known: Mars/Base", id="unknown time zone"),
        pytest.param(SIX + EIGHT + "RRULE:FREQ=SECONDLY", "RRULE says how often .* not by SECONDLY", id="every second"),
        pytest.param(SIX + EIGHT + "RRULE:weekly", "RRULE says how often", id="no rule"),
        pytest.param(SIX + SIX + EIGHT, "more than one time", id="begins twice"),
        pytest.param(SIX + EIGHT + "RRULE:FREQ=DAILY;INTERVAL=0", "INTERVAL=0", id="a step of nothing"),
        pytest.param(SIX + EIGHT + "RRULE:FREQ=DAILY;COUNT=0", "COUNT=0", id="not even once"),
        pytest.param("DTSTART;VALUE=DATE:20261122\nDTEND:20261122T170000Z", "of two kinds", id="from a day to a time"),
        pytest.param("DTSTART:20261122T180000\nDTEND:20261122T170000Z", "of two kinds", id="from a time without a zone to one with"),
        pytest.param(SIX + "DURATION:-PT90M", "DURATION is less than nothing", id="lasts less than nothing"),
        pytest.param(SIX + "DURATION:P99999W", "more than a year", id="lasts for ever"),
        pytest.param("DTSTART;TZID=Asia/Riyadh:00010101T000000\n" + EIGHT, "names 0001-01-01", id="the first year"),
        pytest.param("DTSTART;VALUE=DATE:99991231", "names 9999-12-31", id="the last year"),
        pytest.param(SIX + EIGHT + "RDATE:00010101T000000Z", "names 0001-01-01", id="the first year, once more"),
    ],
)
def test_a_guess_is_no_duty(text: str, said: str) -> None:
    """An event whose times a reader would have to guess is refused by its name, for hours of duty would follow from it."""
    with pytest.raises(SessionsError, match=f"the event 'A'.*{said}"):
        parse_sessions(event(text))


def test_a_rule_that_cannot_be_read_is_named() -> None:
    """A rule that no calendar program could follow is shown as it stands."""
    with pytest.raises(SessionsError, match="rule that can't be read: FREQ=DAILY;BYHOUR=25"):
        parse_sessions(event(SIX + EIGHT + "RRULE:FREQ=DAILY;BYHOUR=25"))


@pytest.mark.parametrize(
    ("line", "people"),
    [
        pytest.param('ORGANIZER;CN="سارة":MAILTO:Sara@example.sa', ("sara@example.sa",), id="capitals"),
        pytest.param("ORGANIZER:mailto:sara%40example.sa", ("sara@example.sa",), id="an encoded @"),
        pytest.param("ORGANIZER;EMAIL=sara@example.sa:urn:uuid:3f", ("sara@example.sa",), id="an id, the address beside it"),
        pytest.param("ORGANIZER:mailto: sara@example.sa", ("sara@example.sa",), id="a space"),
        pytest.param("ORGANIZER:mailto:sara@example.sa\nORGANIZER:mailto:omar@example.sa", ("sara@example.sa", "omar@example.sa"), id="two organizers"),
        pytest.param("ATTENDEE:mailto:sara@example.sa?subject=x", ("sara@example.sa",), id="more than an address"),
    ],
)
def test_who_holds_a_session_is_known_however_a_program_writes_it(line: str, people: tuple[str, ...]) -> None:
    """Organizers and attendees are mail addresses, in each of the forms that calendar programs give them."""
    (found,) = parse_sessions(event(SIX + EIGHT + line)).running(at("2026-11-22T18:30"))
    assert found.people == people


def hours_of(text: str, first: str = "2026-11-22", days: int = 3) -> list[str]:
    """The time that sessions take from a day on, in Riyadh's time."""
    begin = at(f"{first}T00:00")
    riyadh = ZoneInfo("Asia/Riyadh")
    found = parse_sessions(text, riyadh).spans(begin, begin + timedelta(days=days))
    return [f"{a.astimezone(riyadh):%d %H:%M}-{b.astimezone(riyadh):%H:%M}" for a, b in found]


DAILY = "DTSTART;TZID=Asia/Riyadh:20261101T180000\nDTEND;TZID=Asia/Riyadh:20261101T200000\nRRULE:FREQ=DAILY\n"
OVERRIDE = "RECURRENCE-ID;TZID=Asia/Riyadh:20261123T180000\nDTSTART;TZID=Asia/Riyadh:20261124T090000\nDTEND;TZID=Asia/Riyadh:20261124T100000\n"


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        pytest.param(event(SIX + "DURATION:PT90M"), ["22 18:00-19:30"], id="a duration"),
        pytest.param(event(SIX), [], id="over as it begins"),
        pytest.param(event(SIX.replace("Asia/Riyadh", "Arab Standard Time") + "DURATION:PT1H"), ["22 18:00-19:00"], id="Windows' zone"),
        pytest.param(event(DAILY + "EXDATE:20261123T150000Z"), ["22 18:00-20:00", "24 18:00-20:00"], id="left out, in another zone"),
        pytest.param(
            event(f"{DAILY}---{OVERRIDE}").replace("UID:1", "UID:0"), ["22 18:00-20:00", "24 09:00-10:00", "24 18:00-20:00"], id="moved"
        ),
        pytest.param(
            event(f"{DAILY}---{OVERRIDE}STATUS:CANCELLED").replace("UID:1", "UID:0"), ["22 18:00-20:00", "24 18:00-20:00"], id="cancelled once"
        ),
        pytest.param(event(SIX + "DTEND;TZID=Asia/Riyadh:20261123T020000"), ["22 18:00-02:00"], id="over midnight"),
        pytest.param(event(SIX + EIGHT) + event(SIX.replace("22T", "23T") + "DURATION:PT1H"), ["22 18:00-20:00", "23 18:00-19:00"], id="two calendars"),
        pytest.param(event("DTSTART:20261122T180000\nDURATION:PT1H").replace("\n", "\r\n"), ["22 18:00-19:00"], id="the desk's own zone"),
    ],
)
def test_when_a_session_takes_place(text: str, hours: list[str]) -> None:
    """Durations, exceptions, overrides and time zones are read as RFC 5545 has them."""
    assert hours_of(text) == hours


def test_a_session_follows_the_clocks_of_its_own_zone() -> None:
    """A weekly session in London is an hour later in Riyadh once London's clocks went back."""
    text = event("DTSTART;TZID=Europe/London:20261019T180000\nDTEND;TZID=Europe/London:20261019T200000\nRRULE:FREQ=WEEKLY")
    assert hours_of(text, "2026-10-19", 9) == ["19 20:00-22:00", "26 21:00-23:00"]


@pytest.mark.parametrize(
    ("moment", "text", "priority"),
    [
        pytest.param("2026-11-22T18:30", "رابط المحاضرة لا يفتح معي", Priority.URGENT, id="a session runs"),
        pytest.param("2026-11-22T12:00", "رابط المحاضرة لا يفتح معي", Priority.NORMAL, id="none runs"),
        pytest.param("2026-11-22T18:30", "متى موعد المحاضرة القادمة؟", Priority.NORMAL, id="not about getting in"),
        pytest.param("2026-11-22T18:30", "I can't join the Zoom session", Priority.URGENT, id="english"),
    ],
)
def test_the_calendar_makes_a_mail_urgent(moment: str, text: str, priority: Priority) -> None:
    """Trouble with getting in is urgent while the calendar has a session, without a word about the time in the mail."""
    rules, _ = parse_files({path.name: path.read_text(encoding="utf-8") for path in RULES.glob("*.toml")})
    decision = triage(Message("", text, "a@example.com"), RuleBook(rules), SETTINGS, CALENDAR, at(moment), sessions=parse_sessions(WEEKLY))
    assert decision.priority is priority


def test_without_a_calendar_nothing_runs() -> None:
    """A desk without a calendar has no sessions."""
    assert NO_SESSIONS.running(at("2026-11-22T18:30")) == ()


def test_what_does_not_take_place_is_no_session() -> None:
    """A cancelled event never runs, who declined is not of it, and times without a zone are the desk's."""
    text = WEEKLY.replace("ATTENDEE:mailto:omar", "ATTENDEE;PARTSTAT=DECLINED:mailto:omar").replace(";TZID=Asia/Riyadh", "")
    found = parse_sessions(text, ZoneInfo("Asia/Riyadh")).running(at("2026-11-29T18:30"))
    assert [s.people for s in found] == [("sara@example.sa", "huda@example.sa")]
    assert parse_sessions(text.replace("SUMMARY:", "STATUS:CANCELLED\nSUMMARY:")).running(at("2026-11-29T18:30")) == ()


def test_whole_days_make_nobody_work_round_the_clock() -> None:
    """An event without times is no time of duty; one with times is, for those hours alone."""
    found = parse_sessions(WEEKLY).spans(at("2026-11-22T00:00"), at("2026-12-05T00:00"))
    hours = [(at(f"2026-11-{day}T18:00"), at(f"2026-11-{day}T20:00")) for day in (22, 29)]
    assert list(found) == hours
