"""The blind set of labelled mails is whole, so that what `rules test` says of it means something."""

import json
from collections import Counter
from pathlib import Path

from mailticket.model.mail import Language
from mailticket.model.ticket import Priority, Type
from tests.people import TEAMS

SET = Path(__file__).parent / "routing" / "blind.jsonl"


def test_blind_set_is_whole() -> None:
    """At least 200 different mails, each label one of the desk's, every team with ten mails or more."""
    lines = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]
    assert len({(line["subject"], line["body"]) for line in lines}) == len(lines) >= 200
    assert {line["type"] for line in lines} == set(Type)
    assert {line["priority"] for line in lines} == set(Priority)
    assert {line["language"] for line in lines} == set(Language)
    topics = Counter(line["topic"] for line in lines)
    assert set(topics) <= {team.name for team in TEAMS}
    assert min(topics.values()) >= 10
