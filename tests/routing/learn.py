"""The shipped vocabulary: how much each single word speaks for a team or a type, learned from the labelled mails of tests/routing/training.

Rules that people write know what a desk's words mean; what nobody thought of they do not know. Many weak words together tell the topic
and the type of a mail that no rule knows. `python -m tests.routing.learn` writes rules/vocabulary.toml anew: the same mails give the same file.
The weights are those of a multinomial logistic regression (softmax, full gradient with AdaGrad steps, L2), rounded to a few bands.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mailticket.tickets.forms import forms_of, keyword_form
from mailticket.tickets.match import read_words

HERE = Path(__file__).parent
TRAINING = HERE / "training"
TARGET = HERE.parent.parent / "rules" / "vocabulary.toml"

class Kind(NamedTuple):
    """What a mail is labelled with: the key, its values, and what a unit of evidence (a factor of e) is worth beside the scores of rules."""

    key: str
    values: tuple[str, ...]
    strength: float
    why: str


TEAMS = Kind(
    "topic",
    ("enrolment", "platform", "account", "live", "trainer", "certificate", "content", "general"),
    3.0,
    "Words of mails about this team's matters, each with what it is worth",
)
"""Oversight is known by its senders, not by words."""
TYPES = Kind("type", ("complaint", "suggestion", "request", "inquiry"), 1.0, "Words of such mails, each with what it is worth")
"""The strength is the best of 0.5, 1, 1.5, 2 and 3 when each set of mails is judged by what the others teach."""
LEAST_MAILS = 2
"""A word of one mail alone says nothing of others."""
MOST_SHARE = 0.05
"""What stands in more of the mails than this is a greeting or belongs to the language."""
DECAY, ROUNDS, STEP = 1.0, 120, 0.5
BANDS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
Mails = list[tuple[tuple[int, ...], int]]
"""The forms in each mail, and its label, all as numbers."""


def read_training(folder: Path = TRAINING) -> Iterator[dict[str, str]]:
    """Every labelled mail."""
    for path in sorted(folder.glob("*.jsonl")):
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def find_words(mails: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The forms worth learning, each with the word that people write most often for it."""
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for mail in mails:
        for word in {word for word in read_words(mail["subject"], mail["body"]).words if len(word) > 1 and word.isalpha()}:
            spelt[keyword_form(word)][word] += 1
    most = len(mails) * MOST_SHARE
    known = {form: words for form, words in spelt.items() if LEAST_MAILS <= words.total() <= most}
    return {form: min(words, key=lambda word: (-words[word], word)) for form, words in known.items()}


def index_mails(mails: Sequence[Mapping[str, str]], forms: Mapping[str, int], kind: Kind) -> Mails:
    """Each mail as the forms that a reader finds in it, and its label."""
    return [(tuple(sorted(_forms_in(mail, forms))), kind.values.index(mail[kind.key])) for mail in mails]


def _forms_in(mail: Mapping[str, str], forms: Mapping[str, int]) -> set[int]:
    found = {form for word in read_words(mail["subject"], mail["body"]).words if word for form in forms_of(word)}
    return {forms[form] for form in found if form in forms}


def fit(mails: Mails, count: int, labels: int) -> list[list[float]]:
    """A weight for each form (rows) and label (columns)."""
    weights = [[0.0] * labels for _ in range(count + 1)]  # the last row is the labels' own weight
    power = [[1e-8] * labels for _ in range(count + 1)]
    for _ in range(ROUNDS):
        slopes = [[DECAY * w for w in row] for row in weights[:-1]] + [[0.0] * labels]
        for forms, label in mails:
            _add_slope(slopes, weights, (*forms, count), label)
        for row, slope, seen in zip(weights, slopes, power, strict=True):
            for at, value in enumerate(slope):
                seen[at] += value * value
                row[at] -= STEP * value / math.sqrt(seen[at])
    return weights[:-1]


def _add_slope(slopes: list[list[float]], weights: list[list[float]], forms: Iterable[int], label: int) -> None:
    rows = [weights[form] for form in forms]
    sums = [sum(column) for column in zip(*rows, strict=True)]
    most = max(sums)
    shares = [math.exp(value - most) for value in sums]
    total = sum(shares)
    errors = [share / total - (at == label) for at, share in enumerate(shares)]
    for form in forms:
        row = slopes[form]
        for at, error in enumerate(errors):
            row[at] += error


def choose_bands(words: Sequence[str], weights: Sequence[Sequence[float]], kind: Kind) -> dict[tuple[str, float], list[str]]:
    """The words of each label and band, those that say too little left out."""
    bands: dict[tuple[str, float], list[str]] = defaultdict(list)
    for word, row in zip(words, weights, strict=True):
        for label, weight in zip(kind.values, row, strict=True):
            band = max((band for band in BANDS if weight * kind.strength >= band * 0.8), default=0.0)
            if band:
                bands[label, band].append(word)
    return bands


def _without_covered(words: Sequence[str]) -> Iterator[str]:
    """The words, less those that are found as another of them anyhow: «وقبله» is read as «قبله»."""
    forms = {keyword_form(word) for word in words}
    return (word for word in words if forms.isdisjoint({*forms_of(word)} - {keyword_form(word)}))


HEAD = """# What people say when they write about a team's matters, and when they complain, ask or suggest, word by word: each found word gives its
# score, so that many weak ones tell what a mail is that no rule knows. Learned from labelled mails (tests/routing/training) by `python -m tests.routing.learn`, which writes
# this file anew; delete it, and the desk goes by its other rules alone.

"""


def _write_rule(label: str, bands: Mapping[tuple[str, float], Sequence[str]], kind: Kind) -> str:
    key = "team" if kind is TEAMS else kind.key
    head = f'[[rule]]\nname = "{label}-said"\nwhy = "{kind.why}"\nthen = {{ {key} = "{label}" }}\n[rule.when.each]\n'
    return head + "".join(_write_band(band, sorted(_without_covered(bands.get((label, band), ())))) for band in BANDS[::-1])


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


def learn_kind(mails: Sequence[Mapping[str, str]], kind: Kind) -> str:
    """The rules of a kind, as mails teach them; those with another label teach nothing."""
    known = [mail for mail in mails if mail[kind.key] in kind.values]
    words = find_words(known)
    forms = {form: at for at, form in enumerate(words)}
    weights = fit(index_mails(known, forms, kind), len(words), len(kind.values))
    bands = choose_bands(list(words.values()), weights, kind)
    return "\n".join(_write_rule(label, bands, kind) for label in kind.values)


def learn(mails: Sequence[Mapping[str, str]]) -> str:
    """The rule file as it ought to be."""
    return HEAD + "\n".join(learn_kind(mails, kind) for kind in (TEAMS, TYPES))


def main() -> None:
    """Learn and write the file."""
    mails = list(read_training())
    TARGET.write_text(learn(mails), encoding="utf-8")
    print(f"learned from {len(mails)} mails")


if __name__ == "__main__":
    main()
