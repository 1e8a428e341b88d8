"""Who on the desk is told of what: each agent's choice of notices, watchers, and the rule that a ticket is never told to nobody."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest

from mailticket.demo.letters import answer, part, write
from mailticket.model.notice import NoticeKind
from mailticket.model.policy import Agent, Bilingual, Settings
from mailticket.model.ticket import Ticket
from tests.people import HUDA, MAJED, OMAR, SARA, TEAMS, make_settings
from tests.world import World

NOURA = "noura@example.com"
NADA = Agent("nada@example.sa", Bilingual("ندى", "Nada"), teams=("certificate",))
SUBJECT, TEXT = "الشهادة", "السلام عليكم\nلم تصلني شهادتي من منصة منار."
URGENT = "الدورة بدأت الآن ولا أستطيع الدخول إلى القاعة، والمدرب ينتظر، عاجل جداً"
SHARED = tuple(replace(team, address="certs@example.sa") if team.name == "certificate" else team for team in TEAMS)
NEWS = {kind.value for kind in (NoticeKind.NEW_TICKET, NoticeKind.FOLLOW_UP, NoticeKind.COLLEAGUE_REPLIED, NoticeKind.NOTE)}


@pytest.fixture
def begin() -> Iterator[Callable[[Settings], World]]:
    """Opens desks, and closes them all in the end."""
    made: list[World] = []

    def open_world(settings: Settings) -> World:
        made.append(World(settings))
        return made[-1]

    yield open_world
    for world in made:
        world.close()


def desk(sara: str = "every", nada: str = "every", **more: object) -> Settings:
    """A desk whose certificates team is Sara and Nada, with their choices."""
    return make_settings(agents=(replace(SARA, notices=sara), replace(NADA, notices=nada), OMAR, HUDA, MAJED), **more)


def ticket(world: World, number: int = 1001) -> Ticket:
    found = world.store.ticket(number)
    assert found
    return found


def told(world: World, since: int = 0) -> set[str]:
    """Who of the desk got news of a ticket, by the name before the @; `since` leaves out the first so many mails."""
    return {o.recipient.partition("@")[0] for o in world.sink.sent[since:] if o.kind.value in NEWS}


def assign(settings: Settings, how: str) -> Settings:
    return replace(settings, teams=tuple(replace(team, assign=how) for team in settings.teams))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (desk(), {"sara", "nada"}),
        (desk("mine"), {"nada"}),
        (desk("morning"), {"nada"}),
        (desk("mine", "mine"), {"sara", "nada"}),
        (desk("mine", "morning"), {"sara", "nada"}),
        (desk("morning", "morning"), {"sara", "nada"}),
        (desk("mine", "mine", teams=SHARED), {"certs"}),
        (desk("every", "mine", teams=SHARED), {"sara", "certs"}),
        (assign(desk("mine", "mine"), "least_loaded"), {"sara"}),
        (assign(desk("morning", "every"), "least_loaded"), {"sara", "nada"}),
    ],
    ids=["every", "one mine", "one morning", "all mine", "mine and morning", "all morning", "shared address", "shared and every",
         "owner with mine", "owner with morning"],
)  # fmt: skip
def test_choice(begin: Callable[[Settings], World], settings: Settings, expected: set[str]) -> None:
    """A new ticket reaches those who chose so and its owner; where that is nobody, everyone on duty, unless an address is shared."""
    world = begin(settings)
    world.receive(write(NOURA, SUBJECT, TEXT, world.clock.now()))
    assert ticket(world).team == "certificate"
    assert told(world) == expected


@pytest.mark.parametrize(
    ("away", "expected"),
    [((), {"sara"}), (("sara",), {"sara", "nada"}), (("sara", "nada"), {"sara", "nada", "huda"})],
    ids=["nobody", "who hears all", "the whole team"],
)
def test_leave(begin: Callable[[Settings], World], away: tuple[str, ...], expected: set[str]) -> None:
    """Whoever is on leave does not count as hearing: those on duty are told as well, and failing them the contact centre."""
    world = begin(desk("every", "mine"))
    for name in away:
        world.receive(write(f"{name}@example.sa", "help", "#help", world.clock.now()))
        to = str(world.sent(f"{name}@example.sa")[-1]["Reply-To"])
        world.receive(write(f"{name}@example.sa", "", "#away 2026-12-10", world.clock.now(), to=to))
    world.receive(write(NOURA, SUBJECT, TEXT, world.clock.now()))
    assert told(world) == expected


def test_urgent_comes_at_once(begin: Callable[[Settings], World]) -> None:
    """Whoever chose the morning list hears of an urgent ticket of their teams at once; whoever chose their own alone does not."""
    choices = {"morning": OMAR, "every": NADA, "mine": SARA}
    world = begin(make_settings(agents=tuple(replace(agent, teams=OMAR.teams, notices=choice) for choice, agent in choices.items())))
    world.receive(write(NOURA, "عاجل", URGENT, world.clock.now()))
    assert ticket(world).priority.value == "urgent"
    assert told(world) >= {"omar", "nada"}
    assert "sara" not in told(world)


@pytest.mark.parametrize("choice", ["mine", "morning"])
def test_own_tickets(begin: Callable[[Settings], World], choice: str) -> None:
    """What is assigned to an agent, and all news of it from then on, comes at once whatever they chose; it ends with the next owner."""
    world = begin(desk("every", choice))
    world.rounds()  # the list of this morning, on which there is nothing to say
    world.receive(write(NOURA, SUBJECT, TEXT, world.clock.now()))
    notice = world.sent(SARA.email)[0]
    world.receive(answer(notice, SARA.email, "#assign nada", world.clock.now()))
    assert [o.kind for o in world.sink.sent if o.recipient == NADA.email] == [NoticeKind.ASSIGNED]
    before = len(world.sink.sent)
    world.wait(timedelta(hours=1))
    world.receive(write(NOURA, "x [MT-1001]", "هل من جديد؟", world.clock.now()))
    assert told(world, before) == {"sara", "nada"}
    world.receive(answer(notice, SARA.email, "#assign me", world.clock.now()))
    before = len(world.sink.sent)
    world.wait(timedelta(hours=1))
    world.receive(write(NOURA, "x [MT-1001]", "أنتظر ردكم الكريم", world.clock.now()))
    assert told(world, before) == {"sara"}


RULE = """[[rule]]
name = "own-watch"
why = "Nada and Omar follow what is said of Manar"
when = { any = ["منار", "manar"] }
then = { watch = ["nada@example.sa", "OMAR@example.sa", "gone@example.sa"] }
"""


@pytest.fixture
def watching(begin: Callable[[Settings], World], tmp_path: Path) -> World:
    """A desk on which Nada, who chose her own tickets alone, and Omar, who is of other teams, watch what is said of Manar."""
    copytree(Path(__file__).parents[1] / "rules", tmp_path / "rules")
    (tmp_path / "rules" / "watch.toml").write_text(RULE, "utf-8")
    return begin(desk("every", "mine", root=tmp_path))


def test_watchers_hear_of_it(watching: World) -> None:
    """Whom a rule's `watch` names hears of the ticket, of what the requester adds and what colleagues answer; who left does not."""
    watching.receive(write(NOURA, SUBJECT, TEXT, watching.clock.now()))
    assert ticket(watching).watchers == (NADA.email, OMAR.email)
    assert told(watching) == {"sara", "nada", "omar"}
    before = len(watching.sink.sent)
    watching.receive(answer(watching.sent(SARA.email)[0], SARA.email, "نعمل على ذلك.", watching.clock.now()))
    assert told(watching, before) == {"nada", "omar"}
    before = len(watching.sink.sent)
    watching.wait(timedelta(hours=1))
    watching.receive(write(NOURA, "x [MT-1001]", "شكراً، هل من جديد؟", watching.clock.now()))
    assert told(watching, before) == {"sara", "nada", "omar"}
    watching.change_settings(agents=(SARA, NADA, HUDA, MAJED))
    before = len(watching.sink.sent)
    watching.wait(timedelta(hours=1))
    watching.receive(write(NOURA, "x [MT-1001]", "أنتظر ردكم", watching.clock.now()))
    assert told(watching, before) == {"sara", "nada"}


def test_watcher_answers(watching: World) -> None:
    """A watcher's answer to the notice is an answer to the requester."""
    watching.receive(write(NOURA, SUBJECT, TEXT, watching.clock.now()))
    watching.receive(answer(watching.sent(OMAR.email)[0], OMAR.email, "تظهر الشهادة غداً.", watching.clock.now()))
    assert "تظهر الشهادة غداً." in part(watching.sent(NOURA)[-1], "plain")


def test_watchers_of_a_confidential_ticket(watching: World) -> None:
    """A complaint about the desk's people goes to managers alone, whatever a rule's `watch` says."""
    text = "أتقدم بشكوى رسمية على موظفكم عمر omar@example.sa لسوء تعامله معي بشأن شهادتي في منار"
    watching.receive(write(NOURA, "شكوى", text, watching.clock.now()))
    assert ticket(watching).is_confidential
    assert told(watching) == {"majed"}


def test_watchers_alone_are_not_enough(watching: World) -> None:
    """A ticket that only watchers hear of is told to those on duty as well: a watcher need not see to it."""
    watching.change_settings(agents=(replace(SARA, notices="mine"), replace(NADA, teams=()), OMAR, HUDA, MAJED))
    watching.receive(write(NOURA, SUBJECT, TEXT, watching.clock.now()))
    assert told(watching) == {"sara", "nada", "omar"}
