"""Some days of the simulated month; `make soak` lets the whole of it pass."""

from tests.month import Month, Plan, describe

SHORT = Plan(seed=7, days=4, mails=12, after=2, moved_holiday=2, ramadan=(3, 4), outage=(1, 10, 3), jumps=((0, 11, 25), (1, 16, -15)))


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
