"""A small sample of `make fuzz`, on our own fixtures: mutated mails make mails."""

from tests.bench.fuzz import FIXTURES, mutate, run


def test_mutated_mails_are_read() -> None:
    """Nothing that a few hundred mutations do to a mail raises, stalls, or spoils what is told as JSON."""
    raws = [path.read_bytes() for path in sorted(FIXTURES.glob("*.eml"))]
    result = run(range(400), raws, seed=7)
    assert result.wrong == []
    assert sum(result.kinds.values()) == 400


def test_a_mutation_is_made_again_from_its_number() -> None:
    """Seed and number alone make a mutation, so that a finding can be replayed."""
    raws = [b"From: a@example.com\n\nhello\n", b"Subject: x\n\nbye\n"]
    assert [mutate(raws, 1, number) for number in range(50)] == [mutate(raws, 1, number) for number in range(50)]
    assert len({mutate(raws, 1, number) for number in range(50)}) > 20
