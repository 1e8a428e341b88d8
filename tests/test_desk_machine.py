"""The whole desk under everything that people do to it: no sequence of mails and time tells an outsider what is the desk's alone.

The desk under watch stands in `tests.machine`, what must hold in `tests.laws`, and who does what in `tests.moves`.
"""

from collections import Counter
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.acts import LeakError
from tests.faults import FAULTS
from tests.machine import Machine
from tests.moves import NAMES, make_move, walk

LONG, WALKS = 250, 3
"""Moves of one walk, and how many walks with and without a pinned authserv_id."""


TRIED = settings(
    max_examples=8,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    phases=(Phase.generate,),  # no shrinking: it takes minutes, and the story that is told names every mail
    suppress_health_check=list(HealthCheck),
)


class UnpinnedDesk(RuleBasedStateMachine):
    """A desk that nobody vouches for: any move, with any luck."""

    pinned = False

    def __init__(self) -> None:
        super().__init__()
        self.machine = Machine(self.pinned)

    @rule(name=st.sampled_from(NAMES), luck=st.integers(0, 2**32 - 1))
    def move(self, name: str, luck: int) -> None:
        try:
            make_move(self.machine, name, Random(luck))
        except AssertionError:
            note("\n".join(self.machine.log))
            raise

    def teardown(self) -> None:
        self.machine.close()


class PinnedDesk(UnpinnedDesk):
    """A desk with a pinned authserv_id."""

    pinned = True


@pytest.mark.parametrize("desk", [UnpinnedDesk, PinnedDesk])
def test_no_sequence_leaks(desk: type[UnpinnedDesk]) -> None:
    """Whatever is done in whatever order, nothing of the desk's reaches an outsider and no outsider's word counts."""
    run_state_machine_as_test(desk, settings=TRIED)  # type: ignore[no-untyped-call]  # Hypothesis leaves it untyped


def test_long_walks() -> None:
    """Desks that have seen much keep the same laws; what they did shows that little is left untried."""
    counts = sum((walk(seed, LONG, pinned) for seed in range(WALKS) for pinned in (False, True)), Counter())
    done = [name for name in counts if name.startswith("does ")]
    assert len(done) > 20
    assert min(counts[f"came to {name}"] for name in ("ticket", "follow-up", "agent action", "held")) > 0
    assert min(counts[f"mail {name}"] for name in ("reply", "note", "listing", "alarm", "daily_digest", "assigned")) > 0
    assert min(counts[f"move {name}"] for name in NAMES) > 0


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_seen(fault: str) -> None:
    """A desk with a fault put into it breaks a law before long."""
    put_in = FAULTS[fault]
    with pytest.raises(LeakError, match=put_in.law):
        walk(put_in.seed, LONG, put_in.pinned, put_in.bend)
