"""What is odd about rules that are sound: keywords that never hit, that contradict each other, that add nothing (`rules check`).

A keyword is tried on itself: whatever other keyword is found in it would be found wherever it stands.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mailticket.tickets.forms import forms_of, keyword_form
from mailticket.tickets.match import Matcher, split_words
from mailticket.tickets.rule import Condition, Rule, RuleFault
from mailticket.tickets.rules import RuleBook
from mailticket.tickets.written import NONE, Written

SHOWN = 8
"""Keywords that one finding names; the rest are counted."""


def review_rules(book: RuleBook) -> tuple[RuleFault, ...]:
    """Everything odd in a book, in the order of its rules; warnings for what can't be meant, "info" for what only adds length."""
    found = [fault for rule in book.rules for fault in (*_find_forbidden(rule), *_find_shadowed(rule))]
    return (*found, *_find_opposed(book.rules), *_find_stopped(book.rules))


def _clause(rule: Rule, clause: int) -> tuple[str, ...]:
    when = rule.when
    groups = (when.any, *when.all)
    return when.none if clause == NONE else groups[clause]


def _found_in(matcher: Matcher, keyword: str, whole: bool = False) -> list[str]:
    """Those of the matcher's phrases that are found in a keyword (or only those that cover it), longest first."""
    words = split_words(keyword)
    numbers = {number for end, start, number in matcher.find(words) if not whole or end - start == len(words)}
    hits = {phrase for number in numbers for phrase in matcher.phrases[number]}
    return sorted(hits, key=lambda phrase: (-len(phrase), phrase))


def _find_forbidden(rule: Rule) -> Iterator[RuleFault]:
    """Keywords that hold one of the rule's own `none`: they can never hit. A `none` that is near forbids only what it is no part of."""
    matcher = Matcher(rule.when.none)
    for written in _plain(rule) if rule.when.none else ():
        inside = _found_in(matcher, written.keyword, bool(rule.when.near)) if written.clause != NONE else []
        if inside:
            message = f'rule "{rule.name}": "{written.keyword}" never hits, for "{inside[0]}" is among its none'
            yield RuleFault(rule.file, written.line, message, "take it out of one of the two", "warning")


def _find_shadowed(rule: Rule) -> Iterator[RuleFault]:
    """Keywords that add nothing, since another of the same list is found wherever they stand."""
    for clause, words in _by_clause(rule).items():
        matcher, order = Matcher(_clause(rule, clause)), {word.keyword: place for place, word in enumerate(words)}
        for written in words:
            inside = [other for other in _found_in(matcher, written.keyword) if _goes_before(other, written.keyword, order)]
            if inside:
                message = f'rule "{rule.name}": "{written.keyword}" adds nothing, for "{inside[0]}" is found wherever it stands'
                yield RuleFault(rule.file, written.line, message, "take it out", "info")


def _goes_before(other: str, keyword: str, order: Mapping[str, int]) -> bool:
    """Whether another keyword that finds this one makes it needless: of two that find each other the shorter stays, or a list's."""
    ours, theirs = split_words(keyword), split_words(other)
    mutual = len(ours) == len(theirs) and all(keyword_form(a) in forms_of(b) for a, b in zip(ours, theirs, strict=True))
    rank = (len(other), order.get(other, -1)) if other in order else (0, -1)
    return other != keyword and (not mutual or rank < (len(keyword), order[keyword]))


def _plain(rule: Rule) -> Iterable[Written]:
    """The keywords that name no list."""
    return (written for written in rule.written if "@" not in written.keyword)


def _by_clause(rule: Rule) -> Mapping[int, list[Written]]:
    clauses: dict[int, list[Written]] = defaultdict(list)
    for written in _plain(rule):
        clauses[written.clause].append(written)
    return clauses


def _find_opposed(rules: Sequence[Rule]) -> Iterator[RuleFault]:
    """Two rules that hold for the same mails and say what can't both be: other types, other priorities, a team both up and down."""
    earlier: dict[object, Rule] = {}
    for rule in rules:
        first = earlier.setdefault(rule.when, rule)
        against = _disagreement(first, rule)
        if first is not rule and against:
            message = f'rule "{rule.name}" holds whenever "{first.name}" ({first.file}:{first.line}) does, and gives another {against}'
            yield RuleFault(rule.file, rule.line, message, "make one rule of the two", "warning")


def _disagreement(a: Rule, b: Rule) -> str:
    one, other = a.then, b.then
    if one.type and other.type and one.type != other.type:
        return "type"
    if one.priority and other.priority and one.priority != other.priority:
        return "priority"
    return "sign to its team's score" if one.team and one.team == other.team and one.score * other.score < 0 else ""


def _find_stopped(rules: Sequence[Rule]) -> Iterator[RuleFault]:
    """Rules that are never asked: one before them holds for the same words and stops."""
    for number, rule in enumerate(rules):
        before = next((first for first in rules[:number] if first.then.stop and _covers(first, rule)), None)
        if before:
            message = f'rule "{rule.name}" is never asked: "{before.name}" ({before.file}:{before.line}) holds for the same words and stops'
            yield RuleFault(rule.file, rule.line, message, "put it first, or take the stop out", "warning")


def _covers(first: Rule, rule: Rule) -> bool:
    """Whether the first holds whenever the other does: it asks for words alone, and for all of the other's."""
    a, b = first.when, rule.when
    words_alone = a == Condition(any=a.any, places=a.places)
    return words_alone and a.places == b.places and bool(b.any) and set(a.any) >= set(b.any)


def find_silent(book: RuleBook, texts: Iterable[Sequence[str]]) -> tuple[RuleFault, ...]:
    """Keywords as written that stand in none of the messages, each given as its words: a finding a rule."""
    words = sorted({written.keyword for rule in book.rules for written in _plain(rule)})
    matcher = Matcher(words)
    heard = {word for text in texts for _, _, number in matcher.find(text) for word in matcher.phrases[number]}
    silent = [(rule, [written.keyword for written in _plain(rule) if written.keyword not in heard]) for rule in book.rules]
    return tuple(_silence(rule, keywords) for rule, keywords in silent if keywords)


def _silence(rule: Rule, silent: Sequence[str]) -> RuleFault:
    shown = ", ".join(f'"{word}"' for word in silent[:SHOWN]) + (f" and {len(silent) - SHOWN} more" if len(silent) > SHOWN else "")
    where = "no keyword" if len(silent) == sum(1 for _ in _plain(rule)) else f"{len(silent)} keywords never"
    message = f'rule "{rule.name}": {where} hit in these messages: {shown}'
    return RuleFault(rule.file, rule.line, message, "look whether people say it in another way", "info")

