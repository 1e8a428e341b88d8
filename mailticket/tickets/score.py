"""How good the rules are: labelled messages in, figures out (`rules test`)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from mailticket.model.mail import Language
from mailticket.model.outcome import Triage
from mailticket.model.policy import Settings
from mailticket.text.language import find_language
from mailticket.tickets.hours import Calendar
from mailticket.tickets.rules import Message, RuleBook
from mailticket.tickets.sessions import NO_SESSIONS, Sessions
from mailticket.tickets.triage import triage

FIELDS = ("topic", "type", "priority", "language")


def score_rules(
    lines: Iterable[Mapping[str, Any]],
    book: RuleBook,
    settings: Settings,
    calendar: Calendar,
    now: datetime,
    cut: Callable[[str], str] = str,
    sessions: Sessions = NO_SESSIONS,
) -> dict[str, Any]:
    """The document of `rules test` over labelled messages: mappings with id, from, from_name, subject, body, and a label for each field.

    `cut` leaves of a body what is new in it. A field without a label is not counted; KeyError says which other key is missing.
    """
    count, confusion, errors = 0, {field: defaultdict[str, Counter[str]](Counter) for field in FIELDS}, []
    for line in lines:
        count += 1
        decision = triage(_read_message(line, settings, cut), book, settings, calendar, now, sessions=sessions)
        for field in (field for field in FIELDS if field in line):
            gold, got = str(line[field]), _answer(decision, field)
            confusion[field][gold][got] += 1
            if gold != got:
                errors.append({"id": line["id"], "field": field, "gold": gold, "got": got, "hits": _show(decision)})
    return {
        "count": count,
        "accuracy": {field: _accuracy(confusion[field]) for field in FIELDS},
        "confusion": {field: {gold: dict(row) for gold, row in sorted(confusion[field].items())} for field in FIELDS},
        "per_class": {field: _per_class(confusion[field]) for field in FIELDS},
        "errors": errors,
    }


def _read_message(line: Mapping[str, Any], settings: Settings, cut: Callable[[str], str]) -> Message:
    text = cut(line["body"])
    language = find_language(text if text.strip() else line["subject"], Language(settings.desk.language))
    return Message(line["subject"], text, line["from"], line.get("from_name", ""), language=language)


def _answer(decision: Triage, field: str) -> str:
    return decision.team if field == "topic" else str(getattr(decision, field))


def _show(decision: Triage) -> list[dict[str, Any]]:
    return [{"rule": hit.rule, "words": list(hit.words), "score": hit.score} for hit in decision.hits]


def _accuracy(table: Mapping[str, Counter[str]]) -> float:
    total = sum(row.total() for row in table.values())
    return round(sum(row[gold] for gold, row in table.items()) / total, 4) if total else 0.0


def _per_class(table: Mapping[str, Counter[str]]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of each label, with how many there are of it."""
    got: Counter[str] = sum(table.values(), Counter())
    names = sorted({*table, *got})
    return {name: _figures(table.get(name, Counter())[name], got[name], table.get(name, Counter()).total()) for name in names}


def _figures(right: int, got: int, gold: int) -> dict[str, float]:
    precision, recall = right / got if got else 0.0, right / gold if gold else 0.0
    f1 = 2 * right / (got + gold) if got + gold else 0.0
    return {"count": gold, "precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
