"""Bundling: several mails of one ticket within a short while are one notice, on both databases, whatever crashes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailticket.demo.letters import answer, part, write
from mailticket.edges.store import Store
from mailticket.model.notice import NoticeKind
from mailticket.model.policy import Acknowledge, Agent, Bilingual, Desk, Rate, Settings, Target
from mailticket.rounds.collect import collect
from tests.people import DESK, HUDA, MAJED, OMAR, SARA, TEAMS, make_settings
from tests.world import World

NADA = Agent("nada@example.sa", Bilingual("ندى", "Nada"), teams=("certificate",))
NOURA, FRIEND, MALLORY = "noura@example.com", "friend@example.com", "mallory@example.com"
SUBJECT, TEXT = "الشهادة", "السلام عليكم\nلم تصلني شهادتي من منصة منار."
MINUTE = timedelta(minutes=1)
Open = Callable[..., World]


def desk(language: str = "ar", bundle: timedelta = 5 * MINUTE, **more: object) -> Settings:
    here = Desk(address=DESK, hold=timedelta(0), language=language, bundle=bundle)
    unlimited = Acknowledge(cutoff=Rate(), per_sender=Rate())
    return make_settings(desk=here, agents=(SARA, OMAR, HUDA, MAJED), acknowledge=unlimited, **more)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def begin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens desks whose tickets lie in each kind of database, and closes them all in the end."""
    made: list[World] = []
    urls = {"memory": lambda: "sqlite:///:memory:", "sqlite": lambda: f"sqlite:///{tmp_path}/desk.db"}
    url = urls[request.param]() if request.param in urls else request.getfixturevalue("postgres_url")

    def open_world(settings: Settings | None = None) -> World:
        world = World(settings or desk())
        world.store.close()
        world.store = Store.open(url)
        world.store.migrate()
        world.folder = replace(world.folder, ledger=world.store)
        made.append(world)
        return world

    yield open_world
    for world in made:
        world.close()


@pytest.fixture
def world() -> Iterator[World]:
    made = World(desk())
    yield made
    made.close()


def says(world: World, text: str, *, who: str = NOURA, subject: str = "x [MT-1001]", **more: object) -> None:
    world.receive(write(who, subject, text, world.clock.now(), **more))  # type: ignore[arg-type]  # the test's keywords are write's


def news(world: World, who: str = SARA.email) -> list[EmailMessage]:
    """The notices of mails that somebody got, in order."""
    kinds = (NoticeKind.NEW_TICKET, NoticeKind.FOLLOW_UP)
    ids = [o.message_id for o in world.sink.sent if o.kind in kinds and o.recipient == who]
    return [m for m in world.sent(who) if str(m["Message-ID"]) in ids]


def test_a_burst_is_two_notices(begin: Open) -> None:
    """The first mail is told at once; those of the next minutes come as one, the newest first, each whole and once."""
    world = begin()
    says(world, TEXT, subject=SUBJECT)
    for at in range(1, 5):
        world.wait(MINUTE / 2)
        says(world, f"إضافة رقم {at}: كناري-{at}")
    assert len(news(world)) == 1
    world.wait(3 * MINUTE)
    assert len(news(world)) == 2
    for kind in ("plain", "html"):
        text = part(news(world)[1], kind)
        places = [text.index(f"كناري-{at}") for at in (4, 3, 2, 1) if kind == "plain" or f"كناري-{at}" in text]
        assert places == sorted(places) and len(places) == 4
        assert "٤ رسائل جديدة في هذه التذكرة، الأحدث أولاً" in text
        assert all(text.count(f"كناري-{at}") == 1 for at in (1, 2, 3))
    for _ in range(4):
        world.wait(10 * MINUTE)
    assert len(news(world)) == 2


def test_in_one_batch(begin: Open) -> None:
    """Mails that are collected together are bundled as well."""
    world = begin()
    for at in range(4):
        world.source.put(write(NOURA, SUBJECT if not at else "x [MT-1001]", f"{TEXT} كناري-{at}", world.clock.now() + at * MINUTE / 60))
    world.rounds()
    assert len(news(world)) == 1
    assert "كناري-0" in part(news(world)[0], "plain")
    world.wait(5 * MINUTE)
    text = part(news(world)[1], "plain")
    assert [at for at in range(4) if f"كناري-{at}" in text] == [1, 2, 3]
    assert "٣ رسائل جديدة" in text


@pytest.mark.parametrize(("count", "words"), [(1, ""), (2, "2 new mails on this ticket, the newest first")])
def test_in_english(begin: Open, count: int, words: str) -> None:
    """The count is the first line and the preheader; one mail alone is told as ever."""
    world = begin(desk("en"))
    says(world, "Where is my certificate from Manar?", subject="Certificate")
    for at in range(count):
        says(world, f"One more thing, canary-{at}.")
    world.wait(5 * MINUTE)
    mail = news(world)[-1]
    lines = [line for line in part(mail, "plain").splitlines() if line]
    assert lines[1] == (words or "One more thing, canary-0.")
    assert (f"{words} ·" in part(mail, "html")) is bool(words)


def test_slow_tickets_are_not_delayed(begin: Open) -> None:
    """A mail that comes after the while is over is told at once, and begins the next."""
    world = begin()
    says(world, TEXT, subject=SUBJECT)
    for at in range(3):
        world.wait(6 * MINUTE)
        says(world, f"إضافة {at}")
        assert len(news(world)) == at + 2


def test_after_a_bundle(begin: Open) -> None:
    """The next while begins when a bundle went: whoever writes on and on is told of every five minutes, and nothing twice."""
    world = begin()
    says(world, TEXT, subject=SUBJECT)
    for at in range(12):
        world.wait(MINUTE)
        says(world, f"إضافة كناري-{at:02}.")
    world.wait(5 * MINUTE)
    told = [part(mail, "plain") for mail in news(world)]
    assert len(told) == 4
    assert [sum(f"كناري-{at:02}." in text for text in told) for at in range(12)] == [1] * 12


def test_crash_while_one_waits(begin: Open) -> None:
    """What waits lies in the database: a daemon that is started again goes on with it."""
    world = begin()
    says(world, TEXT, subject=SUBJECT)
    says(world, "إضافة كناري-1")
    again = begin()
    again.clock, again.source, again.sink = world.clock, world.source, world.sink
    again.road, again.folder = replace(again.road, clock=world.clock), replace(again.folder, source=world.source)
    if "memory" in str(again.store._db.database.database):
        pytest.skip("a database in memory ends with its daemon")
    again.clock.advance(MINUTE)
    says(again, "إضافة كناري-2")
    again.wait(5 * MINUTE)
    text = part(news(again)[1], "plain")
    assert "كناري-1" in text and "كناري-2" in text


def test_one_that_is_on_its_way(begin: Open) -> None:
    """A notice that a deliverer has taken already stays: its mail is told twice rather than not at all."""
    world = begin()
    says(world, TEXT, subject=SUBJECT)
    says(world, "إضافة كناري-1")
    uid = world.source.put(write(NOURA, "x [MT-1001]", "إضافة كناري-2", world.clock.now()))
    take = world.store.exchange
    later = world.clock.now() + 5 * MINUTE

    with world.store.batch(world.clock.now()) as batch:
        facts = batch.facts(world.road.find_keys(_parsed(world, uid)), world.settings.acknowledge, world.clock.now())
    assert facts.told[1001, SARA.email].waits
    claimed = take((), later, 10, MINUTE)
    assert [c.outgoing.kind for c in claimed] == [NoticeKind.FOLLOW_UP]
    collect(world.folder, world.road)
    states = [row.state.value for row in world.store.outbox() if row.kind is NoticeKind.FOLLOW_UP]
    assert states == ["sending", "queued"]


def _parsed(world: World, uid: int):  # type: ignore[no-untyped-def]  # a mail, as the reader gives it
    return world.folder.reader.start([world.source.raws[uid]]).result()[0][0]


def test_urgent_goes_at_once(world: World) -> None:
    """Nothing urgent waits, and what waited goes along with it."""
    says(world, TEXT, subject=SUBJECT)
    says(world, "إضافة كناري-1")
    assert len(news(world)) == 1
    world.receive(answer(news(world)[0], SARA.email, "#priority urgent", world.clock.now()))
    says(world, "إضافة كناري-2")
    assert len(news(world)) == 2
    assert all(word in part(news(world)[1], "plain") for word in ("كناري-1", "كناري-2"))
    world.wait(10 * MINUTE)
    assert len(news(world)) == 2


def test_due_soon_goes_at_once() -> None:
    """A ticket whose first answer is due within half an hour does not wait."""
    world = World(desk(targets={"default": Target(first_response=30 * MINUTE, resolution=timedelta(days=1))}))
    says(world, TEXT, subject=SUBJECT)
    says(world, "إضافة")
    assert len(news(world)) == 2
    world.close()


def test_not_solved_goes_at_once(world: World) -> None:
    """A mail that says that a resolved ticket is not solved is told at once."""
    says(world, TEXT, subject=SUBJECT)
    world.receive(answer(news(world)[0], SARA.email, "#resolve\nصدرت الشهادة.", world.clock.now()))
    says(world, "لم تصل حتى الآن، ما زالت المشكلة قائمة")
    assert len(news(world)) == 2


def test_turned_off() -> None:
    """With "0s" each mail is a notice."""
    world = World(desk(bundle=timedelta(0)))
    says(world, TEXT, subject=SUBJECT)
    for at in range(3):
        says(world, f"إضافة {at}")
    assert len(news(world)) == 4
    world.close()


def test_each_reader_apart(world: World) -> None:
    """What a reader was told counts for that reader alone: who comes to the ticket later is told at once."""
    says(world, TEXT, subject=SUBJECT)
    world.change_settings(agents=(SARA, NADA, OMAR, HUDA, MAJED))
    says(world, "إضافة كناري-1")
    assert len(news(world)) == 1
    assert len(news(world, NADA.email)) == 1
    world.wait(5 * MINUTE)
    assert len(news(world)) == 2


def test_shared_address() -> None:
    """The notices of a team's shared address are bundled too."""
    teams = tuple(replace(team, address="certs@example.sa") if team.name == "certificate" else team for team in TEAMS)
    world = World(desk(teams=teams))
    says(world, TEXT, subject=SUBJECT)
    says(world, "إضافة كناري-1")
    says(world, "إضافة كناري-2")
    world.wait(5 * MINUTE)
    assert len(news(world, "certs@example.sa")) == 2
    world.close()


def test_answer_to_a_bundle(world: World) -> None:
    """The answer reaches whoever wrote the newest entry, and nothing of the notice does."""
    says(world, TEXT, subject=SUBJECT)
    world.receive(answer(news(world)[0], SARA.email, f"#allow {FRIEND}", world.clock.now()))
    world.receive(answer(world.sent(SARA.email)[-1], SARA.email, "#confirm", world.clock.now()))
    world.wait(10 * MINUTE)
    for at, who in enumerate((NOURA, NOURA, FRIEND)):
        says(world, f"إضافة كناري-{at}", who=who)
    world.wait(5 * MINUTE)
    bundle = news(world)[-1]
    text = part(bundle, "plain")
    assert text.index("كناري-2") < text.index("كناري-1")
    for style in ("gmail ar", "outlook ar"):
        before = len(world.sent(FRIEND))
        world.receive(answer(bundle, SARA.email, f"تظهر الشهادة غداً، {style}.", world.clock.now(), style=style))
        (got,) = world.sent(FRIEND)[before:]
        assert f"تظهر الشهادة غداً، {style}." in part(got, "plain")
        assert "كناري" not in part(got, "plain")


def test_what_is_not_certain_says_so(world: World) -> None:
    """A mail whose author is not proved keeps its warning within a bundle, beside the words that it is about."""
    says(world, TEXT, subject=SUBJECT)
    says(world, "إضافة كناري-1")
    says(world, "إضافة كناري-2", headers={"Authentication-Results": "mx.example.sa; dmarc=fail"})
    world.wait(5 * MINUTE)
    assert "لورود رقمها" in part(news(world)[1], "plain").split("كناري-1")[0].split("كناري-2")[1]


def test_attachments_of_all(world: World) -> None:
    """The notice lists the files of every mail that it shows."""
    says(world, TEXT, subject=SUBJECT)
    says(world, "إضافة 1", attachments={"one.pdf": b"1"})
    says(world, "إضافة 2", attachments={"two.pdf": b"2"})
    world.wait(5 * MINUTE)
    text = part(news(world)[1], "plain")
    assert "one.pdf" in text and "two.pdf" in text


def test_strangers_mail_is_in_no_bundle(world: World) -> None:
    """Who names a ticket that is not theirs opens one of their own: nothing of it stands in the other's notices."""
    says(world, TEXT, subject=SUBJECT)
    says(world, "إضافة كناري-1")
    says(world, "أريد بيانات نورة كناري-2", who=MALLORY)
    world.wait(5 * MINUTE)
    bundled = [m for m in news(world) if "[MT-1001]" in str(m["Subject"])]
    assert len(bundled) == 2
    assert "كناري-2" not in part(bundled[1], "plain")
