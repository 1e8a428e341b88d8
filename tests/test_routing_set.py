"""The blind set of labelled mails is whole, so that what `rules test` says of it means something."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from mailticket.model.mail import Language
from mailticket.model.ticket import Priority, Type
from tests.people import TEAMS
from tests.routing.learn import TARGET, learn, read_training

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


def test_vocabulary_is_what_is_learned_from_the_training_mails() -> None:
    """rules/vocabulary.toml is what the learner writes, word for word, so that nobody tunes it by hand unseen."""
    assert TARGET.read_text(encoding="utf-8") == learn(list(read_training()))


def test_training_and_blind_mails_are_apart() -> None:
    """No mail of the blind set is learned from."""
    blind = map(json.loads, SET.read_text(encoding="utf-8").splitlines())
    assert {_said(mail) for mail in blind}.isdisjoint(map(_said, read_training()))


def _said(mail: Mapping[str, str]) -> tuple[str, str]:
    return mail["subject"].strip(), mail["body"].strip()
