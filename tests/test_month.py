"""Some days of the simulated month; `make soak` lets the whole of it pass."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from mailticket.model.notice import NoticeKind
from tests.month import Month, Plan, describe

SHORT = Plan(seed=12, days=4, mails=12, after=4, moved_holiday=2, ramadan=(3, 4), outage=(1, 10, 3), jumps=((0, 11, 25), (1, 16, -15)))
SHORTEST = replace(SHORT, days=2, mails=8, moved_holiday=1, ramadan=(1, 2), outage=(0, 10, 1), jumps=())


def test_a_few_days_at_the_desk() -> None:
    """Every acknowledgement's state is right, every step of escalation is told once and when the count of minutes says so."""
    report = Month(SHORT).run()
    assert not report.faults, describe(report)
    assert report.counts["tickets"] == SHORT.days * SHORT.mails
    assert report.counts["breach first told, rightly"] > 3
    assert report.counts["breach first not told, rightly"] > 10
    assert report.counts["breach last told, rightly"] > 0
    assert report.counts["digests equal to a recount"] > 2
    assert report.counts["acknowledged late"] > 0, "the outage made some late"


def lose(month: Month, kind: NoticeKind) -> None:
    """The relay says that it took a mail of a kind, and throws it away."""
    lost = [one for one in month.world.sink.sent if one.kind is kind][-1:]
    month.world.sink.sent[:] = [one for one in month.world.sink.sent if one not in lost]
    month.world.sink.taken[:] = [pair for pair in month.world.sink.taken if pair[1] not in lost]


def double(month: Month, kind: NoticeKind) -> None:
    """A mail of a kind goes out twice."""
    month.world.sink.sent += (twice := [one for one in month.world.sink.sent if one.kind is kind][-1:])
    month.world.sink.taken += [(month.world.clock.now(), one) for one in twice]


@pytest.mark.parametrize(
    ("spoil", "kind", "said"),
    [
        pytest.param(lose, NoticeKind.DAILY_DIGEST, "no digest from", id="a digest is lost"),
        pytest.param(double, NoticeKind.DAILY_DIGEST, "1 digests too many", id="a digest comes twice"),
        pytest.param(double, NoticeKind.BREACH, "told 2 times", id="an escalation comes twice"),
        pytest.param(lose, NoticeKind.BREACH, "told 0 times", id="an escalation is lost"),
        pytest.param(double, NoticeKind.APOLOGY, "2 times", id="an apology comes twice"),
        pytest.param(lose, NoticeKind.ACKNOWLEDGEMENT, "acknowledgement", id="an acknowledgement is lost"),
    ],
)
def test_the_month_sees_what_goes_wrong(spoil: Callable[[Month, NoticeKind], None], kind: NoticeKind, said: str) -> None:
    """The judge of the month is no friend of the desk: one mail too many, or one too few, is named."""
    month, done = Month(SHORTEST), []
    read = month.read_mails

    def read_spoilt() -> None:
        if not done and any(one.kind is kind for one in month.world.sink.sent):
            done.append(kind)
            spoil(month, kind)
        read()

    month.read_mails = read_spoilt  # type: ignore[method-assign]  # the world between desk and reader is spoilt, as a relay would
    report = month.run()
    assert done
    assert [fault for fault in report.faults if said in fault], describe(report)
