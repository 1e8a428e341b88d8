"""What becomes of a mail after each answer of the relay."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.model.notice import Verdict, VerdictKind
from mailticket.outbound.retry import PATIENCE, PAUSES, Step, choose_next

FIRST = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
DEFERRED = Verdict(VerdictKind.DEFERRED, 451, "try again later")


@pytest.mark.parametrize(
    ("kind", "step", "tries"),
    [
        (VerdictKind.DELIVERED, Step.SENT, 3),
        (VerdictKind.REFUSED, Step.FAILED, 3),
        (VerdictKind.DEFERRED, Step.RETRY, 3),
        (VerdictKind.PAUSED, Step.RETRY, 2),
    ],
)
def test_each_verdict_has_its_step(kind: VerdictKind, step: Step, tries: int) -> None:
    """Delivered and refused are ends; deferred and paused come again, and a pause counts no try."""
    chosen = choose_next(Verdict(kind, 250, "ok"), 2, FIRST, FIRST, "key")
    assert (chosen.step, chosen.tries, chosen.reason) == (step, tries, "250 ok")
    assert (chosen.at is not None) is (step is Step.RETRY)


@given(st.integers(0, 60), st.text(max_size=16))
def test_pauses_are_the_tables_with_a_little_more(tries: int, key: str) -> None:
    """Each pause is its row's to a fifth more, and the same whenever it is asked for."""
    chosen = choose_next(DEFERRED, tries, FIRST, FIRST, key)
    row = PAUSES[min(tries, len(PAUSES) - 1)]
    assert chosen.at is not None
    assert row <= chosen.at - FIRST <= row * 1.2
    assert chosen == choose_next(DEFERRED, tries, FIRST, FIRST, key)


def test_a_mail_is_given_up_after_four_days() -> None:
    """Deferred again and again, a mail is tried some thirty times over four days, the last time at their end, and then fails."""
    now, tries, count = FIRST, 0, 0
    while (chosen := choose_next(DEFERRED, tries, FIRST, now, "key")).step is Step.RETRY:
        assert chosen.at is not None
        assert now < chosen.at <= FIRST + PATIENCE
        now, tries, count = chosen.at, chosen.tries, count + 1
    assert now == FIRST + PATIENCE
    assert 25 <= count <= 35
    assert chosen.reason == "not accepted within 4 days; last answer: 451 try again later"


def test_a_pause_uses_up_nobodys_patience() -> None:
    """A mail that waited five days for a relay that could not be reached still gets its tries."""
    late = FIRST + timedelta(days=5)
    assert choose_next(Verdict(VerdictKind.PAUSED, 535, "login refused"), 1, FIRST, late, "key").step is Step.RETRY
    chosen = choose_next(DEFERRED, 1, FIRST, late, "key")
    assert chosen.step is Step.RETRY
    assert chosen.at is not None
    assert chosen.at > late


def test_mails_come_back_one_by_one() -> None:
    """The jitter of different keys differs."""
    assert len({choose_next(DEFERRED, 5, FIRST, FIRST, f"key {i}").at for i in range(50)}) == 50
