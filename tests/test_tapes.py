"""Whatever mail servers do to us, each mail is one ticket and one acknowledgement: every rule that we keep with them, and faults by chance."""

import pytest

from tests.tapes import PEOPLE, ROWS, Played, Row, draw

SEEDS = range(1, 9)
IN_TIME = 14
"""Rounds of two minutes within which the last acknowledgement must be out: those who write last write in the third."""


def check(row: Row, played: Played) -> None:
    """Nothing lost, nothing twice, everybody answered in time, and the mailbox left as the settings want it."""
    people = {f"person{number}@example.com": 1 for number in range(1, PEOPLE + 1)}
    assert played.tickets == people
    assert played.acknowledgements == {person: 1 for person in people if not (row.refused and person == "person1@example.com")}
    assert not played.copies or row.copies, "a mail went out twice although the relay never left us in doubt"
    assert set(played.outcomes) <= {"ticket"} | ({"duplicate"} if row.doubles else set())
    assert played.outcomes["ticket"] == PEOPLE
    assert played.wrong == [], "sequence numbers, or EXPUNGE of everything"
    assert played.rounds <= IN_TIME
    if not row.stays:
        assert (played.moved, played.left) == (PEOPLE, 0)
    assert bool(played.complaints) >= (row.read_only or row.full)
    assert bool(played.failed) == bool(row.refused)


@pytest.mark.parametrize("name", ROWS)
def test_each_rule_of_servers(name: str) -> None:
    """A desk between two servers that play this fault loses nothing, doubles nothing, and ends its work; every strike has fallen."""
    played = ROWS[name].run()
    check(ROWS[name], played)
    assert played.unplayed == []
    assert played.permanent == (1 if "AUTHENTICATIONFAILED" in name else 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_faults_by_chance(seed: int) -> None:
    """Tapes drawn from a seed end in the same: nothing lost, nothing twice."""
    row = draw(seed)
    check(row, row.run())


def test_a_tape_is_the_same_each_time() -> None:
    """A seed always draws the same tape."""
    assert draw(5) == draw(5) != draw(6)
