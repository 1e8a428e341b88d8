"""Digests: figures that are right, slots that are told of once, readers who get what is theirs."""

import csv
import io
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailticket.demo.letters import answer, part, read, write
from mailticket.model.figures import Cadence, Figures, Period
from mailticket.model.history import MailRow, Missed, Records, StatusChange
from mailticket.model.mail import Language
from mailticket.model.notice import NoticeKind
from mailticket.model.outcome import AckState, Disposition
from mailticket.model.policy import DigestTimes, Settings
from mailticket.model.ticket import Due, Priority, Status, Ticket, Type
from mailticket.model.token import Claim, digest_holder, parse_reply_address
from mailticket.outbound.tables import safe_cell
from mailticket.rounds.digest import send_digests
from mailticket.tickets.digest import count, list_lines, measure, scoped
from mailticket.tickets.hours import Calendar
from tests.people import DESK, HUDA, MAJED, OMAR, RING, SARA, TUESDAY, make_settings
from tests.recount import recount
from tests.world import World

RIYADH = ZoneInfo("Asia/Riyadh")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CALENDAR = Calendar.of(make_settings())
PERIOD = Period(TUESDAY - DAY, TUESDAY)


def figures(records: Records, period: Period = PERIOD) -> Figures:
    return count(records, period, CALENDAR, RIYADH)


def ticket(number: int, **changes: object) -> Ticket:
    """A ticket that was opened four hours before the period's end."""
    opened = TUESDAY - 4 * HOUR
    plain = Ticket(number, "print", "s", "x@example.com", "", "certificate", Type.REQUEST, Priority.NORMAL, Language.AR, opened, opened)
    return replace(plain, **changes)  # type: ignore[arg-type]  # the test's keywords are of Ticket


def mail(state: AckState = AckState.SENT, minutes: int = 1, disposition: Disposition = Disposition.TICKET) -> MailRow:
    arrived = TUESDAY - 4 * HOUR
    at = arrived + timedelta(minutes=minutes) if state is AckState.SENT else None
    return MailRow(arrived, disposition, "certificate", state, arrived + HOUR / 2, at)


# --- counting


def test_acknowledgements_are_counted_by_what_became_of_them() -> None:
    """In time, late, failed and suppressed are told apart; what was never owed one is not counted at all."""
    filed = mail(AckState.SUPPRESSED, disposition=Disposition.FILED)
    mails = (mail(), mail(minutes=30), mail(minutes=31), mail(AckState.FAILED), mail(AckState.SUPPRESSED), filed)
    found = figures(Records(mails)).acknowledged
    assert (found.kept.within, found.kept.late, found.failed, found.suppressed, found.owed) == (2, 1, 1, 1, 0)
    assert found.share == 50
    assert found.kept.spread is not None
    assert [span / timedelta(minutes=1) for span in (found.kept.spread.p50, found.kept.spread.worst)] == [30, 31]


@pytest.mark.parametrize(
    ("until", "late", "owed"), [(timedelta(minutes=20), 0, 1), (timedelta(minutes=31), 1, 0)], ids=["in time still", "past its time"]
)
@pytest.mark.parametrize("row", [mail(AckState.DUE), mail(minutes=45), mail(AckState.DUE, 0, Disposition.QUARANTINED)], ids=["open", "later", "stuck"])
def test_what_is_not_sent_by_the_end_is_owed_or_late(row: MailRow, until: timedelta, late: int, owed: int) -> None:
    """An acknowledgement that goes out after the period's end is judged as it stood then."""
    found = figures(Records((row,)), Period(PERIOD.since, row.arrived + until)).acknowledged
    assert (found.kept.within, found.kept.late, found.owed) == (0, late, owed)


def test_answers_and_breaches() -> None:
    """An answer counts when it was given, a breach when the time ran out, an open ticket until it is done."""
    due = Due(TUESDAY - 2 * HOUR, TUESDAY - HOUR)
    tickets = (
        ticket(1, due=due, first_response=TUESDAY - 3 * HOUR),
        ticket(2, due=due, first_response=TUESDAY - HOUR),
        ticket(3, due=due),
        ticket(4, due=due, status=Status.SPAM),
        ticket(5, due=Due(TUESDAY + HOUR)),
        ticket(6, due=due, first_response=TUESDAY + HOUR),
        ticket(7, due=due, first_response=TUESDAY - 3 * HOUR, status=Status.RESOLVED),
        ticket(8, status=Status.WAITING, due=due, first_response=TUESDAY - 3 * HOUR),
    )
    resolved = StatusChange(7, TUESDAY - 2 * HOUR, "waiting", "resolved")
    missed = (Missed(3, TUESDAY - HOUR), Missed(4, TUESDAY - HOUR), Missed(8, TUESDAY - HOUR), Missed(1, TUESDAY - 2 * DAY))
    found = figures(Records(tickets=tickets, changes=(resolved,), missed=missed))
    assert (found.first_response.within, found.first_response.late) == (3, 1)
    assert (found.breaches.first_response, found.breaches.resolution) == (3, 2)
    assert (found.resolution.within, found.resolution.late) == (1, 0)
    assert (found.open, found.overdue, found.waiting) == (6, 4, 1)
    assert found.first_response.spread is not None
    assert found.first_response.spread.p50 == 0 * HOUR  # 05:00 to 06:00 in Riyadh is no working time


def test_a_ticket_stands_as_it_stood() -> None:
    """What changed after the period does not count in it, whenever it is counted."""
    tickets = (ticket(1, status=Status.CLOSED), ticket(2, status=Status.OPEN))
    later = (StatusChange(1, TUESDAY + HOUR, "open", "closed"), StatusChange(2, TUESDAY + HOUR, "resolved", "open"))
    earlier = StatusChange(2, TUESDAY - HOUR, "new", "resolved")
    found = figures(Records(tickets=tickets, changes=(earlier, *later)))
    assert (found.open, found.resolution.done) == (1, 1)
    assert figures(Records(tickets=tickets, changes=(earlier, *later)), Period(TUESDAY, TUESDAY + DAY)).open == 1
    assert [line.ticket.number for line in list_lines(Records(tickets=tickets, changes=later), TUESDAY)] == [1]


def test_lines_begin_with_what_is_late() -> None:
    """Late tickets first, then by what is due next; those that wait for their requester last; every line has its number."""
    at = TUESDAY + HOUR
    tickets = (
        ticket(1, due=Due(at)),
        ticket(2, due=Due(TUESDAY - HOUR)),
        ticket(3, status=Status.WAITING, due=Due(TUESDAY - 2 * HOUR)),
        ticket(4, due=Due(TUESDAY + HOUR / 2)),
        ticket(5),
        ticket(6, status=Status.CLOSED),
    )
    lines = list_lines(Records(tickets=tickets), TUESDAY)
    assert [(line.line, line.ticket.number, line.is_late) for line in lines] == [
        (1, 2, True), (2, 4, False), (3, 1, False), (4, 5, False), (5, 3, False)
    ]  # fmt: skip


def test_spread_is_by_nearest_rank() -> None:
    """Median and 95th percentile are members of the list; of nothing there is none."""
    found = measure([timedelta(seconds=n) for n in range(1, 101)])
    assert found is not None
    assert [span.seconds for span in (found.p50, found.p95, found.worst)] == [50, 95, 100]
    assert measure([]) is None


def test_a_scope_holds_its_teams_alone() -> None:
    """Mails, tickets and refusals of other teams, and mails of none, are out of a scope; no teams is the whole desk."""
    records = Records((mail(), replace(mail(), team="")), (ticket(1), ticket(2, team="account")))
    found = scoped(records, ("certificate",))
    assert (len(found.mails), [t.number for t in found.tickets]) == (1, [1])
    assert scoped(records, ()) == records


# --- a desk at work


def simulate(world: World, days: int, seed: int) -> None:
    """Mails at odd minutes day and night, agents who answer some of them, a relay that is down for an evening."""
    rng = random.Random(seed)
    people = [f"person{n}@example.com" for n in range(40)]
    texts = ("My certificate from Manar has not arrived.", "لا أستطيع تسجيل الدخول إلى حسابي.", "How do I enrol in the next course?")
    begin = world.clock.now()
    while world.clock.now() < begin + days * DAY:
        world.wait(timedelta(minutes=rng.randint(5, 55)))
        world.sink.is_down = 12 <= (world.clock.now() - begin) / HOUR < 15
        if rng.random() < 0.8:
            world.receive(write(rng.choice(people), f"question {rng.random()}", rng.choice(texts), world.clock.now()))
        if rng.random() < 0.5:
            _answer_one(world, rng)


def _answer_one(world: World, rng: random.Random) -> None:
    agent = rng.choice((SARA, OMAR, HUDA)).email
    mails = [one for one in world.sink.sent if one.recipient == agent and one.kind is NoticeKind.NEW_TICKET]
    if mails:
        world.receive(answer(read(rng.choice(mails[-12:]).raw), agent, "It is done.", world.clock.now()))


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Path]]:
    """A desk after six days, with every mail that came and went as files."""
    world = World(make_settings(agents=(SARA, OMAR, HUDA, MAJED)), now=datetime(2026, 11, 18, 3, 0, tzinfo=UTC))
    simulate(world, 6, 7)
    folder = tmp_path_factory.mktemp("mails")
    world.save(folder)
    yield world, folder
    world.close()


def counted(world: World, since: datetime, until: datetime) -> Figures:
    return count(world.store.records(since, until), Period(since, until), world.policy.calendar, RIYADH)


@pytest.mark.parametrize("hours", [(0, 144), (2, 26), (26, 50), (50, 122), (10, 16)], ids=["all", "one day", "next day", "weekend", "outage"])
def test_figures_equal_a_recount_of_the_mails(worked: tuple[World, Path], hours: tuple[int, int]) -> None:
    """What the digest counts from the database, a script that knows nothing of it counts again from the mails alone."""
    world, folder = worked
    begin = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
    since, until = (begin + n * HOUR for n in hours)
    found, again = counted(world, since, until), recount(folder, since, until)
    acknowledged, answered = found.acknowledged.kept, found.first_response
    assert found.received == again["received"] > 0
    assert found.tickets == again["tickets"] > 0
    for kept, name in ((acknowledged, "acknowledged"), (answered, "first_response")):
        spread = [s.total_seconds() for s in (kept.spread.p50, kept.spread.p95, kept.spread.worst)] if kept.spread else []
        told = again[name]
        assert (kept.within, kept.late, spread) == (told["within"], told["late"], told["spread"])
    assert found.breaches.first_response == again["breaches"]
    assert (found.open, found.resolution.done) == (again["open"], again["resolution"]["done"])
    unsent = sum(row.kind is NoticeKind.REPLY and row.created < until <= (row.sent_at or until) for row in world.store.outbox())
    assert again["waiting"] <= found.waiting <= again["waiting"] + unsent, "of what waits for the relay no mail tells"
    titles = {team.title.ar: team.name for team in world.settings.teams}
    assert {name: g.tickets for name, g in found.by["team"].items() if g.tickets} == {titles[t]: n for t, n in again["teams"].items()}


def test_digests_of_those_days_say_the_same(worked: tuple[World, Path]) -> None:
    """Each working morning Majed got one daily digest, whose mail says the figures of its period; on Sunday a weekly one too."""
    world, _ = worked
    digests = [m for m in world.sent(MAJED.email) if "الملخص" in str(m["Subject"])]
    subjects = [str(m["Subject"]) for m in digests]
    assert sum("اليومي" in s for s in subjects) == 4  # Wednesday, Thursday, Sunday, Monday
    assert sum("الأسبوعي" in s for s in subjects) == 1
    assert len(set(subjects)) == 5
    rows = {row["name"]: row for row in figure_file(digests[1]) if row["section"] == "period"}
    expected = counted(world, datetime(2026, 11, 18, 5, tzinfo=UTC), datetime(2026, 11, 19, 5, tzinfo=UTC))
    assert (int(rows["received"]["value"]), int(rows["tickets"]["value"])) == (expected.received, expected.tickets)


def figure_file(mail: EmailMessage) -> list[dict[str, str]]:
    """The figures that are attached to a digest."""
    return read_csv(next(p for p in mail.iter_attachments() if str(p.get_filename()).startswith("figures")))


def read_csv(part: EmailMessage) -> list[dict[str, str]]:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


# --- slots


@pytest.fixture
def begin() -> Iterator[Callable[..., World]]:
    """Makes desks of any settings, and closes them."""
    with ExitStack() as doors:

        def make(settings: Settings | None = None) -> World:
            made = World(settings or make_settings())
            doors.callback(made.close)
            return made

        yield make


@pytest.fixture
def world(begin: Callable[..., World]) -> World:
    return begin()


def open_ticket(world: World, text: str = "My certificate has not arrived.") -> None:
    world.receive(write("noura@example.com", f"hello {text}", text, world.clock.now()))


def digests_to(world: World, person: str) -> list[EmailMessage]:
    return [m for m in world.sent(person) if re.search("الملخص|التقرير", str(m["Subject"]))]


def test_a_desk_that_just_began_owes_nothing(world: World) -> None:
    """Slots from before the first mail are nobody's; the next one is told of."""
    open_ticket(world)
    assert digests_to(world, MAJED.email) == []
    world.wait(23 * HOUR)
    assert len(digests_to(world, MAJED.email)) == 1


def test_a_slot_is_made_once(world: World) -> None:
    """However often the round comes, and whoever makes it: one mail a reader; the slower of two changes nothing."""
    open_ticket(world)
    world.clock.advance(23 * HOUR)
    slot = world.road.slots.latest(Cadence.DAILY, world.clock.now())
    for _ in range(3):
        world.rounds()
    assert len(digests_to(world, MAJED.email)) == 1
    assert world.store.write_digest(slot, {"x": (1,)}, (), world.clock.now()) is False
    assert send_digests(world.store, world.road) == []
    known = world.store.digest(slot.number)
    assert known is not None
    assert (known.made, dict(known.lines)) == (world.clock.now(), {MAJED.email: (1001,)})


def test_after_a_pause_only_the_latest_slot_is_made(world: World) -> None:
    """A desk that was down for days tells late of the latest slot, not of all; a clock set back repeats none."""
    open_ticket(world)
    world.clock.advance(5 * DAY)
    world.rounds()
    assert [str(m["Subject"]) for m in digests_to(world, MAJED.email)] == [
        "الملخص اليومي، الأحد ٢٩ نوفمبر ٢٠٢٦",
        "الملخص الأسبوعي، الأحد ٢٩ نوفمبر ٢٠٢٦",
    ]
    world.clock.advance(-2 * HOUR)
    world.wait(2 * HOUR + DAY - HOUR / 2)
    assert len(digests_to(world, MAJED.email)) == 3


def test_what_cannot_be_written_is_kept_as_failed(begin: Callable[..., World]) -> None:
    """A digest whose mail can't be composed is in the outbox as failed, with its reason, and is not tried for ever."""
    world = begin(make_settings(agents=(SARA, replace(MAJED, email="two words@example.sa"))))
    open_ticket(world)
    world.wait(DAY)
    rows = [row for row in world.store.outbox() if row.kind is NoticeKind.DAILY_DIGEST]
    assert "digest daily 2026-11-25" in [one.alarm.cause for one in world.store.alarms()]
    assert [(row.state, row.error) for row in rows] == [("failed", "this mail could not be written: it failed with ValueError")]
    world.wait(HOUR)
    assert len([row for row in world.store.outbox() if row.kind is NoticeKind.DAILY_DIGEST]) == 1


def test_a_digest_that_is_off_is_not_sent(begin: Callable[..., World]) -> None:
    """ "" turns a cadence off."""
    world = begin(make_settings(digest=DigestTimes(daily="")))
    open_ticket(world)
    world.wait(5 * DAY)
    assert [str(m["Subject"]).split("،")[0] for m in digests_to(world, MAJED.email)] == ["الملخص الأسبوعي"]


# --- readers


def test_each_manager_gets_their_teams(begin: Callable[..., World]) -> None:
    """A manager with teams reads of them alone; one without reads of the whole desk; an agent who manages nothing reads nothing."""
    manager = replace(SARA, manager=True)
    world = begin(make_settings(agents=(manager, OMAR, HUDA, MAJED)))
    open_ticket(world)
    open_ticket(world, "I cannot sign in to my account, wrong password.")
    world.wait(DAY)
    seen = {who: figure_file(digests_to(world, who)[0]) for who in (SARA.email, MAJED.email)}
    tickets = {who: next(r["value"] for r in rows if r["name"] == "tickets") for who, rows in seen.items()}
    assert tickets == {SARA.email: "1", MAJED.email: "2"}
    assert digests_to(world, OMAR.email) == []
    slot = world.road.slots.latest(Cadence.DAILY, world.clock.now())
    known = world.store.digest(slot.number)
    assert known is not None
    assert {who: len(lines) for who, lines in known.lines.items()} == {SARA.email: 1, MAJED.email: 2}


def test_answers_go_to_an_address_of_that_digest_and_reader(world: World) -> None:
    """Reply-To is signed for digest and reader with a purpose of its own, and names no ticket; an answer without an order does nothing."""
    open_ticket(world)
    world.wait(DAY)
    mail = digests_to(world, MAJED.email)[0]
    claim = parse_reply_address(str(mail["Reply-To"]), DESK)
    assert isinstance(claim, Claim)
    assert (claim.number, claim.purpose) == (120261125, "d")
    assert RING.is_signed(claim.token, digest_holder(120261125, MAJED.email).parts)
    assert not RING.is_signed(claim.token, digest_holder(120261125, SARA.email).parts)
    assert mail["X-MailTicket"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    world.receive(answer(mail, MAJED.email, "well done", world.clock.now()))
    assert world.store.ledger_rows()[-1].disposition is Disposition.HELD
    assert "لم نجد في ردكم على الملخص أمراً" in part(world.sent(MAJED.email)[-1], "plain")
    assert len(world.store.tickets()) == 1


CANARIES = ("canary-subject", "noura@example.com", "Noura Canary", "سارة", "Sara", SARA.email, "MT-1001")


def test_supervisors_read_figures_without_persons(begin: Callable[..., World]) -> None:
    """The monthly report of supervisors holds no name, no address, no subject and no ticket; managers' holds the tickets."""
    settings = make_settings(digest=DigestTimes("", "", "26 08:00", ("board@example.edu.sa",)))
    world = begin(settings)
    world.receive(write("noura@example.com", "canary-subject", "My certificate has not arrived.", world.clock.now(), name="Noura Canary"))
    world.receive(answer(world.sent(SARA.email)[-1], SARA.email, "Soon.", world.clock.now()))
    world.wait(2 * DAY)
    (mail,) = world.sent("board@example.edu.sa")
    assert "التقرير الشهري" in str(mail["Subject"])
    assert str(mail["Reply-To"]) == DESK
    whole = "\n".join([*map(str, mail.values()), *(str(p.get_payload(decode=True) or b"", "utf-8") for p in mail.walk())])
    assert [word for word in CANARIES if word in whole] == []
    assert [str(p.get_filename()) for p in mail.iter_attachments()] == ["figures-2026-11-26.csv"]
    (managers,) = digests_to(world, MAJED.email)
    assert "[MT-1001]" in part(managers, "plain")


HOSTILE = ('=HYPERLINK("http://e.example")', "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\uff1d1+1", "\t=1", "a\r\n=b", "{{7*7}}<script>alert(1)</script>")


@pytest.mark.parametrize("subject", HOSTILE)
def test_subjects_of_strangers_stay_text(world: World, subject: str) -> None:
    """In the attached list no cell is a formula or breaks its line; in the mail no tag or template is made of it."""
    world.receive(write("noura@example.com", "x", "My certificate has not arrived.", world.clock.now(), headers={"Subject": subject.replace("\r\n", "\r\n ")}))
    world.wait(DAY)
    (mail,) = digests_to(world, MAJED.email)
    listed = read_csv(next(p for p in mail.iter_attachments() if str(p.get_filename()).startswith("open")))
    assert len(listed) == 1
    assert listed[0]["subject"][:1] not in ("=", "+", "-", "@", "\uff1d", "\t", "\r")
    html = part(mail, "html")
    assert "<script" not in html
    assert "49" not in re.sub(r"<[^>]+>|\d{2}:\d\d|\d{4}", "", html) or "{{7*7}}" in html


@pytest.mark.parametrize(("value", "expected"), [("=1", "'=1"), (None, ""), (-1, "'-1"), (" +1", "'+1"), ("a;=1", "a; '=1"), ("ok", "ok"), (0, "0")])
def test_cells_are_safe(value: object, expected: str) -> None:
    """What a spreadsheet would run gets an apostrophe; everything else stays."""
    assert safe_cell(value) == expected


# --- commands


AT_HOME = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mailticket", "--settings", str(folder / "settings.toml"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "MAILTICKET_SETTINGS": ""})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk with a manager, into which a mail was imported."""
    made = subprocess.run([sys.executable, "-m", "mailticket", "init", str(tmp_path / "desk")], capture_output=True, check=False)
    assert made.returncode == 0, made.stderr
    path = tmp_path / "desk" / "settings.toml"
    path.write_text(path.read_text() + '\n[[agent]]\nemail = "majed@example.sa"\nmanager = true\n')
    for name in ("imap.password", "smtp.password"):
        (path.parent / name).touch(mode=0o600)
        (path.parent / name).write_text("x")
    (tmp_path / "one.eml").write_bytes(write("noura@example.com", "hello", "My certificate has not arrived.", datetime.now(UTC)))
    imported = run(tmp_path / "desk", "import", str(tmp_path / "one.eml"), "--acknowledge")
    assert imported.returncode == 0, imported.stderr
    return tmp_path / "desk"


def test_stats_and_digest_commands(folder: Path) -> None:
    """`stats --json` has the documented keys, `digest --preview` writes what it would say, and a slot is sent once by command too."""
    found = json.loads(run(folder, "stats", "--json").stdout)
    assert (found["received"], found["tickets"]) == (1, 1)
    assert found["acknowledged"].keys() >= {"within", "late", "suppressed", "failed", "p50_s", "p95_s", "max_s"}
    assert found.keys() >= {"first_response", "resolution", "open", "by", "satisfaction"}
    assert run(folder, "digest", "daily", "--at", "٢١٩٠-٠١-٠١", "--preview", str(folder / "later.txt")).returncode == 0
    assert found["by"].keys() == {"team", "type", "channel", "language"}
    assert json.loads(run(folder, "stats", "--json", "--until", "2020-01-01").stdout)["received"] == 0
    for suffix in ("html", "txt"):
        shown = run(folder, "digest", "daily", "--preview", str(folder / f"d.{suffix}"))
        assert shown.returncode == 0, shown.stderr
        assert "certificate" in (folder / f"d.{suffix}").read_text() or "شهاد" in (folder / f"d.{suffix}").read_text()
    assert "in the outbox for 1 readers" in run(folder, "digest", "daily").stdout
    assert "is sent once" in run(folder, "digest", "daily").stdout
    kinds = [json.loads(line)["kind"] for line in run(folder, "outbox", "--json").stdout.splitlines()]
    assert kinds.count("daily_digest") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("digest", "daily", "--at", "tomorrow"), '"tomorrow" is no moment; write 2026-11-24', id="no moment"),
        pytest.param(("digest", "daily", "--at", "0001-01-01"), "in a year in which no desk works", id="no year"),
        pytest.param(("digest", "daily", "--at", "2190-01-01"), "which is to come, and it is sent once; --preview FILE", id="not over yet"),
        pytest.param(("digest", "yearly"), "'daily', 'weekly', 'monthly'", id="no cadence"),
        pytest.param(("digest", "daily", "--preview", "settings.toml/x.html"), "can't be written", id="no folder"),
        pytest.param(("digest", "daily", "--preview", "x.html", "--reader", "x@example.sa"), "those who do: majed@example.sa", id="no reader"),
        pytest.param(("stats", "--since", "2026-12-01", "--until", "2026-11-01"), "is not before the end", id="ends before it begins"),
    ],
)
def test_slips_at_the_terminal(folder: Path, words: tuple[str, ...], said: str) -> None:
    """What can't be meant is refused in words that name it and the remedy, and nothing is sent."""
    done = subprocess.run(
        [sys.executable, "-m", "mailticket", *words], capture_output=True, text=True, check=False, cwd=folder, env=AT_HOME
    )
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "x.html").exists()
    assert "digest" not in run(folder, "outbox", "--json").stdout


def test_preview_writes_every_kind(tmp_path: Path) -> None:
    """Each kind of mail stands in the folder in both languages, as HTML and as text; it takes no settings."""
    command = [sys.executable, "-m", "mailticket", "preview", "mails"]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])})
    names = {path.name for path in (tmp_path / "mails").iterdir()}
    assert {f"{kind}-{language}.{suffix}" for kind in NoticeKind for language in ("ar", "en") for suffix in ("html", "txt")} <= names
