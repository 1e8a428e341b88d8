"""A requester's word on a resolution: what proves it, what it counts for, and out-of-office that is leave."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailticket.demo.letters import write
from mailticket.desk.asking import VERDICTS, verdict_address, verdict_holder
from mailticket.inbound.absence import find_return
from mailticket.model.policy import Desk
from mailticket.model.ticket import Status, Ticket
from mailticket.model.token import Purpose, make_code
from mailticket.tickets.lifecycle import Event
from tests.people import DESK, SARA, make_settings
from tests.world import World

NOURA, STRANGER = "noura@example.com", "stranger@example.com"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> Iterator[World]:
    """Ticket 1001, resolved for the first time."""
    opened = World(make_settings(desk=Desk(address=DESK, hold=timedelta(0), authserv_id="mx.example.sa")))
    ask(opened)
    yield opened
    opened.close()


def ask(world: World, number: int = 1001) -> None:
    world.receive(write(NOURA, "الشهادة", "لم تصلني شهادتي من منصة منار", world.clock.now()))
    world.wait(MINUTE)
    world.move(number, Event.RESOLVE)


def ticket(world: World, number: int = 1001) -> Ticket:
    found = world.store.ticket(number)
    assert found
    return found


def address(world: World, name: str, number: int = 1001, resolution: int = 0) -> str:
    one = ticket(world, number)
    return verdict_address(verdict_holder(replace(one, resolution=resolution or one.resolution), VERDICTS[name]), world.policy)


def send(world: World, to: str, text: str = "نعم", *, who: str = NOURA, subject: str = "تمت المعالجة [MT-1001]", **headers: str) -> str:
    """A mail to an address of the question; the disposition in the ledger."""
    world.wait(MINUTE)
    world.receive(write(who, subject, text, world.clock.now(), to=to, headers={k.replace("_", "-"): v for k, v in headers.items()}))
    return world.store.ledger_rows()[-1].disposition.value


@pytest.mark.parametrize(
    ("name", "text", "status", "score"),
    [
        pytest.param("solved", "نعم، تمت المعالجة. شكراً لكم.", Status.CLOSED, None, id="solved"),
        pytest.param("unsolved", "لا، لم تتم المعالجة بعد.\nالتفاصيل:\n", Status.OPEN, None, id="not-solved"),
        pytest.param("rate", "التقييم: ٤ من ٥\nملاحظاتكم:\nخدمة ممتازة", Status.CLOSED, 4, id="arabic-digits"),
        pytest.param("rate", "Rating: 2 of 5\nYour remarks:\n", Status.CLOSED, 2, id="english"),
        pytest.param("rate", "5/5", Status.CLOSED, 5, id="in-own-words"),
        pytest.param("rate", "\u200f۳\n", Status.CLOSED, 3, id="persian-digit-and-mark"),
        pytest.param("rate", "0/5", Status.RESOLVED, None, id="nothing-of-five"),
        pytest.param("rate", "٦ من ٥", Status.RESOLVED, None, id="more-than-five"),
        pytest.param("rate", "2/10", Status.RESOLVED, None, id="another-scale"),
        pytest.param("rate", "تم التواصل معي 3 مرات وتقييمي 1 من 5", Status.CLOSED, 1, id="another-figure-first"),
        pytest.param("rate", "I called 3 times.\n\nThank you.\n\nBest\n\nRating: 2", Status.CLOSED, 2, id="a-label-further-down"),
        pytest.param("rate", "تقييمي هو خمسة", Status.CLOSED, 5, id="a-word"),
        pytest.param("rate", "أربع نجوم", Status.CLOSED, 4, id="a-word-of-stars"),
        pytest.param("rate", "★★★☆☆", Status.CLOSED, 3, id="stars"),
        pytest.param("rate", "⭐️⭐️⭐️⭐️", Status.CLOSED, 4, id="stars-of-a-phone"),
        pytest.param("rate", "No one answered me", Status.RESOLVED, None, id="a-word-that-counts-nothing"),
        pytest.param("rate", "ممتاز جداً", Status.RESOLVED, None, id="no-figure"),
        pytest.param("rate", "100", Status.RESOLVED, None, id="not-a-score"),
    ],
)
def test_what_a_word_counts_for(world: World, name: str, text: str, status: Status, score: int | None) -> None:
    """Each link does what it says; a rating is kept with its score, in any digits, and counts as solved."""
    assert send(world, address(world, name), text) == "follow-up"
    assert ticket(world).status is status
    assert [r.score for r in world.store.ratings(1001) if r.verdict == "rated"] == ([score] if score else [])


def test_comments_lose_what_the_link_brought_along(world: World) -> None:
    """The comment is what the person wrote, without our words around it."""
    send(world, address(world, "rate"), "التقييم: ٤ من ٥\nملاحظاتكم:\nخدمة ممتازة\nوشكراً")
    assert [r.comment for r in world.store.ratings(1001)] == ["خدمة ممتازة\nوشكراً"]


FAILED = "mx.example.sa; dmarc=fail header.from=example.com"


@pytest.mark.parametrize(
    ("who", "headers", "outcome"),
    [
        pytest.param(STRANGER, {}, "ticket", id="a-stranger-who-found-the-link"),
        pytest.param(NOURA, {"Auto_Submitted": "auto-replied"}, "filed", id="an-automatic-reply"),
        pytest.param(NOURA, {"Authentication_Results": FAILED}, "ticket", id="a-forged-from"),
        pytest.param(SARA.email, {}, "held", id="an-agent"),
    ],
)
def test_only_the_requester_counts(world: World, who: str, headers: dict[str, str], outcome: str) -> None:
    """From must be the requester, not forged, and a person; whatever else comes to that address changes nothing."""
    assert send(world, address(world, "unsolved"), "لا", who=who, **headers) == outcome
    assert (ticket(world).status, world.store.ratings(1001)) == (Status.RESOLVED, [])


def test_tokens_fit_one_ticket_one_word_and_one_resolution(world: World) -> None:
    """A flipped token, another ticket's, another word's and an older resolution's judge nothing."""
    ask(world, 1002)
    good = address(world, "unsolved")
    flipped = good.replace(".k", ".k" + ("a" if good.partition(".k")[2][0] != "a" else "b"), 1).replace(good.partition(".k")[2], good.partition(".k")[2][1:])
    for wrong in (flipped, address(world, "unsolved", 1002).replace("1002", "1001"), address(world, "solved").replace(".s.", ".n.")):
        send(world, wrong, "شكراً", subject="الشهادة")
        assert ticket(world).level == 1, wrong
    world.move(1001, Event.REOPEN)
    world.move(1001, Event.RESOLVE)
    assert ticket(world).resolution == 2
    send(world, address(world, "solved", resolution=1))
    assert (ticket(world).status, ticket(world, 1002).status) == (Status.RESOLVED, Status.RESOLVED)


def test_each_word_counts_once(world: World) -> None:
    """Solved, then not solved by the same question: the first word stands; a rating beside it counts, and once."""
    send(world, address(world, "solved"))
    send(world, address(world, "unsolved"), "لا، لم تتم المعالجة بعد.")
    assert ticket(world).status is Status.CLOSED
    send(world, address(world, "rate"), "5")
    send(world, address(world, "rate"), "1")
    assert [(r.verdict, r.score) for r in world.store.ratings(1001)] == [("solved", None), ("rated", 5)]
    assert len(world.sent(NOURA)) == 2, "nothing is answered"


def test_who_changes_their_mind_is_heard(world: World) -> None:
    """Solved, then not solved: the ticket stays closed, and the desk is told that the problem goes on; once it is open again, no more."""
    send(world, address(world, "solved"))
    before = len(world.sent(SARA.email))
    send(world, address(world, "unsolved"), "لا، لم تتم المعالجة بعد.")
    told = world.sent(SARA.email)[before:]
    assert (ticket(world).status, len(told)) == (Status.CLOSED, 1)
    assert "#فتح" in told[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]  # our mails have a body
    world.move(1001, Event.REOPEN)
    before = len(world.sent(SARA.email))
    send(world, address(world, "unsolved"), "لا، لم تتم المعالجة بعد.")
    assert world.sent(SARA.email)[before:] == []


def test_without_plus_addresses_a_code_in_the_subject_does_the_same() -> None:
    """Where the mailbox takes no plus addresses the token travels in the subject, and counts as much."""
    world = World(make_settings(desk=Desk(address=DESK, hold=timedelta(0), plus_addressing=False)))
    ask(world)
    holder = verdict_holder(ticket(world), Purpose.SOLVED)
    code = make_code(world.policy.ring, holder)
    assert code in str(world.sent(NOURA)[-1].as_string().replace("=\n", "")) or code in world.sent(NOURA)[-1].get_body().get_content()  # type: ignore[union-attr]  # our mails have a body
    send(world, DESK, subject=f"Re: تمت المعالجة {code} [MT-1001]")
    assert ticket(world).status is Status.CLOSED
    world.close()


NOW = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Asia/Riyadh"))


@pytest.mark.parametrize(
    ("text", "back"),
    [
        pytest.param("I am out of office until 30 November 2026.", "2026-12-01", id="until"),
        pytest.param("I am on leave from November 22 to December 3rd.", "2026-12-04", id="from-to"),
        pytest.param("I will be back on 2026-12-06.", "2026-12-06", id="back-on"),
        pytest.param("Returning on Sunday, 06/12/2026", "2026-12-06", id="returning"),
        pytest.param("أنا في إجازة حتى ٣ ديسمبر ٢٠٢٦", "2026-12-04", id="hatta"),
        pytest.param("سأكون في إجازة وأعود يوم الأحد 29 نوفمبر", "2026-11-29", id="aud"),
        pytest.param("حتى ٢٠٢٦/١٢/١٢", "2026-12-13", id="the year first"),
        pytest.param("وسأعود للعمل بتاريخ ٦ / ١٢ / ٢٠٢٦م", "2026-12-06", id="with spaces"),
        pytest.param("حتى ١٩ جمادى الآخرة ١٤٤٨هـ", "2026-11-30", id="hijri"),
        pytest.param("لغاية ١٩/٦/١٤٤٨هـ الموافق ٢٩ نوفمبر ٢٠٢٦م", "2026-11-30", id="both calendars"),
        pytest.param("I will return to the office on Monday, December 7, 2026", "2026-12-07", id="a to that is no until"),
        pytest.param("out until 5 January", "2027-01-06", id="next-year"),
        pytest.param("out of office until further notice", "2026-11-25", id="no-date"),
        pytest.param("back on 31 February", "2026-11-25", id="no-such-day"),
        pytest.param("back in 2030-01-01", "2026-11-25", id="too-far"),
    ],
)
def test_until_when_somebody_is_away(text: str, back: str) -> None:
    """The day of return is read from the words around a date; without one leave lasts a day."""
    assert find_return(text, NOW, ZoneInfo("Asia/Riyadh")).astimezone(ZoneInfo("Asia/Riyadh")).date().isoformat() == back


PASSED = "mx.example.sa; dmarc=pass header.from=example.sa"


@pytest.mark.parametrize(("results", "is_away"), [(PASSED, True), (FAILED, False), ("", False)], ids=["authenticated", "forged", "unknown"])
def test_only_an_authenticated_absence_is_leave(world: World, results: str, is_away: bool) -> None:
    """A forged out-of-office must not reassign anything."""
    headers = {"Auto-Submitted": "auto-replied", **({"Authentication-Results": results} if results else {})}
    world.receive(write(SARA.email, "Automatic reply", "I am away until 30 November 2026.", world.clock.now(), headers=headers))
    assert (SARA.email in world.store.leaves(world.clock.now())) is is_away
    assert world.store.ledger_rows()[-1].disposition == "filed"
