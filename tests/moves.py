"""Every move of the desk machine with how often it is made, and the walk that makes them in any order from one seed."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random

from tests import insiders, outsiders
from tests.acts import LeakError
from tests.machine import Machine
from tests.witness import EX, Bend, same_road

Move = Callable[[Machine, Random], None]


def time_passes(machine: Machine, luck: Random) -> None:
    """Minutes mostly, hours now and then, and days."""
    minutes = luck.choices((2, 3, 40, 300, 1560, 4320), (50, 25, 15, 5, 3, 1))[0]
    machine.wait(timedelta(minutes=minutes))


def roster_changes(machine: Machine, luck: Random) -> None:
    """Somebody leaves the desk, or comes back."""
    stays = tuple(a for a in machine.agents if a.email != EX.email)
    machine.change_roster(stays if len(stays) < len(machine.agents) else (*stays, EX))


MOVES: Mapping[str, tuple[Move, int]] = {
    "requester writes": (outsiders.requester_writes, 6),
    "requester answers": (outsiders.requester_answers, 8),
    "requester judges": (outsiders.requester_judges, 2),
    "requester forwards": (outsiders.requester_forwards, 2),
    "outsider mimics": (outsiders.outsider_mimics, 3),
    "stranger guesses": (outsiders.stranger_guesses, 4),
    "attacker writes": (outsiders.attacker_writes, 14),
    "attacker bounces": (outsiders.attacker_bounces, 1),
    "agent answers": (insiders.agent_answers, 12),
    "agent orders": (insiders.agent_orders, 22),
    "agent releases": (insiders.agent_releases, 8),
    "agent writes bare": (insiders.agent_writes_bare, 6),
    "agent elsewhere": (insiders.agent_elsewhere, 3),
    "agent brings": (insiders.agent_brings, 2),
    "agent is away": (insiders.agent_is_away, 1),
    "agent logs": (insiders.agent_logs, 2),
    "agent borrows": (insiders.agent_borrows, 3),
    "lines come": (insiders.lines_come, 7),
    "time passes": (time_passes, 12),
    "roster changes": (roster_changes, 1),
    "leaver writes": (outsiders.leaver_writes, 2),
}
"""Every move, and how often it is made, of a hundred or so."""
NAMES = tuple(name for name, (_, weight) in MOVES.items() for _ in range(weight))


def make_move(machine: Machine, name: str, luck: Random) -> None:
    """One move, counted."""
    machine.counts[f"move {name}"] += 1
    MOVES[name][0](machine, luck)


def walk(seed: int, steps: int, pinned: bool, bend: Bend = same_road, counts: Counter[str] | None = None) -> Counter[str]:
    """One desk and so many moves, all from one seed; what was done, counted. A broken law is told with the story that led to it."""
    luck, machine = Random(seed), Machine(pinned, bend)
    machine.counts = Counter() if counts is None else counts
    try:
        for _ in range(steps):
            make_move(machine, luck.choice(NAMES), Random(luck.getrandbits(32)))
    except LeakError as error:
        story = "\n".join((str(error), f"seed {seed}, {'' if pinned else 'un'}pinned, move {sum(n for name, n in machine.counts.items() if name.startswith('move '))}:", *machine.log))
        raise LeakError(story) from None
    finally:
        machine.close()
    return machine.counts
