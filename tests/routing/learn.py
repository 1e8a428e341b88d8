"""The shipped vocabulary: how much each single word speaks for a team, learned from the labelled mails of tests/routing/training.

Rules that people write know what a desk's words mean; what nobody thought of they do not know. Many weak words together tell the topic
of a mail that no rule knows. `python -m tests.routing.learn` writes rules/vocabulary.toml anew: the same mails give the same file.
The weights are those of a multinomial logistic regression (softmax, full gradient with AdaGrad steps, L2), rounded to a few bands.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from mailticket.tickets.forms import forms_of, keyword_form
from mailticket.tickets.match import read_words

HERE = Path(__file__).parent
TRAINING = HERE / "training"
TARGET = HERE.parent.parent / "rules" / "vocabulary.toml"
TEAMS = ("enrolment", "platform", "account", "live", "trainer", "certificate", "content", "general")
"""Oversight is known by its senders, not by words."""
LEAST_MAILS = 2
"""A word of one mail alone says nothing of others."""
MOST_SHARE = 0.05
"""What stands in more of the mails than this is a greeting or belongs to the language."""
DECAY, ROUNDS, STEP = 1.0, 120, 0.5
STRENGTH = 3.0
"""What a unit of evidence (a factor of e) is worth beside the scores of rules."""
BANDS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
Mails = list[tuple[tuple[int, ...], int]]


def read_training(folder: Path = TRAINING) -> Iterator[tuple[str, str, str]]:
    """Subject, body and topic of every labelled mail."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            mail = json.loads(line)
            if mail["topic"] in TEAMS:
                yield mail["subject"], mail["body"], mail["topic"]


def find_words(mails: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """The forms worth learning, each with the word that people write most often for it."""
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for subject, body, _ in mails:
        for word in {word for word in read_words(subject, body).words if len(word) > 1 and word.isalpha()}:
            spelt[keyword_form(word)][word] += 1
    most = len(mails) * MOST_SHARE
    known = {form: words for form, words in spelt.items() if LEAST_MAILS <= words.total() <= most}
    return {form: min(words, key=lambda word: (-words[word], word)) for form, words in known.items()}


def index_mails(mails: Sequence[tuple[str, str, str]], forms: Mapping[str, int]) -> Mails:
    """Each mail as the forms that a reader finds in it, and its team, both as numbers."""
    return [(tuple(sorted(_forms_in(subject, body, forms))), TEAMS.index(topic)) for subject, body, topic in mails]


def _forms_in(subject: str, body: str, forms: Mapping[str, int]) -> set[int]:
    found = {form for word in read_words(subject, body).words if word for form in forms_of(word)}
    return {forms[form] for form in found if form in forms}


def fit(mails: Mails, count: int) -> list[list[float]]:
    """A weight for each form (rows) and team (columns)."""
    weights = [[0.0] * len(TEAMS) for _ in range(count + 1)]  # the last row is the teams' own weight
    power = [[1e-8] * len(TEAMS) for _ in range(count + 1)]
    for _ in range(ROUNDS):
        slopes = [[DECAY * w for w in row] for row in weights[:-1]] + [[0.0] * len(TEAMS)]
        for forms, team in mails:
            _add_slope(slopes, weights, (*forms, count), team)
        for row, slope, seen in zip(weights, slopes, power, strict=True):
            for at, value in enumerate(slope):
                seen[at] += value * value
                row[at] -= STEP * value / math.sqrt(seen[at])
    return weights[:-1]


def _add_slope(slopes: list[list[float]], weights: list[list[float]], forms: Iterable[int], team: int) -> None:
    rows = [weights[form] for form in forms]
    sums = [sum(column) for column in zip(*rows, strict=True)]
    most = max(sums)
    shares = [math.exp(value - most) for value in sums]
    total = sum(shares)
    errors = [share / total - (at == team) for at, share in enumerate(shares)]
    for form in forms:
        row = slopes[form]
        for at, error in enumerate(errors):
            row[at] += error


def choose_bands(words: Sequence[str], weights: Sequence[Sequence[float]]) -> dict[tuple[str, float], list[str]]:
    """The words of each team and band, those that say too little left out."""
    bands: dict[tuple[str, float], list[str]] = defaultdict(list)
    for word, row in zip(words, weights, strict=True):
        for team, weight in zip(TEAMS, row, strict=True):
            band = max((band for band in BANDS if weight * STRENGTH >= band * 0.8), default=0.0)
            if band:
                bands[team, band].append(word)
    return bands


def write_rules(bands: Mapping[tuple[str, float], Sequence[str]]) -> str:
    """The rule file."""
    return HEAD + "\n".join(_write_rule(team, bands) for team in TEAMS)


def _without_covered(words: Sequence[str]) -> Iterator[str]:
    """The words, less those that are found as another of them anyhow: «وقبله» is read as «قبله»."""
    forms = {keyword_form(word) for word in words}
    return (word for word in words if forms.isdisjoint({*forms_of(word)} - {keyword_form(word)}))


HEAD = """# What people say when they write about a team's matters, word by word: each found word gives its score, so that many weak ones tell the
# topic of a mail that no rule knows. Learned from labelled mails (tests/routing/training) by `python -m tests.routing.learn`, which writes
# this file anew; delete it, and the desk goes by its other rules alone.

"""


def _write_rule(team: str, bands: Mapping[tuple[str, float], Sequence[str]]) -> str:
    why = "Words of mails about this team's matters, each with what it is worth"
    head = f'[[rule]]\nname = "{team}-said"\nwhy = "{why}"\nthen = {{ team = "{team}" }}\n[rule.when.each]\n'
    return head + "".join(_write_band(band, sorted(_without_covered(bands.get((team, band), ())))) for band in BANDS[::-1])


def _write_band(band: float, words: Sequence[str]) -> str:
    lines, line = [], ""
    for word in words:
        piece = json.dumps(word, ensure_ascii=False) + ", "
        if len(line) + len(piece) > 130:
            lines.append(line.rstrip())
            line = ""
        line += piece
    lines.append(line.rstrip())
    return f'"{band:g}" = [\n    ' + "\n    ".join(lines) + "\n]\n" if words else ""


def learn() -> tuple[str, str]:
    """The rule file as it ought to be, and what was learned in a line."""
    mails = list(read_training())
    words = find_words(mails)
    forms = {form: at for at, form in enumerate(words)}
    bands = choose_bands(list(words.values()), fit(index_mails(mails, forms), len(words)))
    return write_rules(bands), f"{len(mails)} mails, {len(words)} words known, {sum(map(len, bands.values()))} weights"


def main() -> None:
    """Learn and write the file."""
    text, told = learn()
    TARGET.write_text(text, encoding="utf-8")
    print(told)


if __name__ == "__main__":
    main()
