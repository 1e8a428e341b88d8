"""The rule book: every rule of the desk, compiled once, asked once a mail, and able to say which words decided.

All words of all rules are looked for in one pass (`match`); then each rule that was touched is judged by what was found. Rules that
name no words are few and are asked each time.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from itertools import count, takewhile
from typing import NamedTuple

from mailticket.model.policy import Settings
from mailticket.tickets.circumstance import Asked, Check, Message, find_checks, is_below
from mailticket.tickets.hours import Calendar
from mailticket.tickets.match import ENDS, LONGEST_PHRASE, Found, Matcher, Place, Words, read_words
from mailticket.tickets.patterns import compile_patterns
from mailticket.tickets.rule import Action, Condition, Rule, RuleFault
from mailticket.tickets.rulefile import parse_files, parse_rules
from mailticket.tickets.said import Vocabulary
from mailticket.tickets.sessions import NO_SESSIONS, Sessions

__all__ = [
    "Action", "Condition", "Message", "Rule", "RuleBook", "RuleFault", "RuleHit", "check_rules", "is_below", "parse_files", "parse_rules",
]

WEIGHTS = ((Place.SUBJECT, 0.75), (Place.NAME, 1.0), (Place.QUESTION, 1.15), (Place.FIRST | Place.LAST, 1.05), (Place.BODY, 1.0))
"""What a rule's score is worth by where its word stands; the first line that fits counts. Subjects mislead more often than texts."""
_WEIGHT_OF = [next((weight for where, weight in WEIGHTS if place & where), 1.0) for place in range(2 * max(Place))]

MORE, MOST_MORE = 0.2, 3
"""What each further word that a rule finds adds to its score, and how many count: who says more of a thing is writing about it."""

LEAST_SAID = 1.0
_NO_RULE = Rule("", "", Condition(), Action())
"""Stands in the place of a rule that is asked in another way."""
CACHED_USES = 1 << 15
"""Phrases, each with its place, of which the clauses are remembered: people use few words."""

Clauses = dict[int, list[Found]]
"""What was found for each clause, in the order in which it ends."""


class RuleHit(NamedTuple):
    """A rule that held: the words of the mail that made it so, and its score by their place."""

    rule: Rule
    words: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A rule as it is asked: the clauses of words that it needs and the one that forbids it, and the checks of its circumstances."""

    rule: Rule
    needed: tuple[int, ...]
    all_needed: frozenset[int]
    forbidding: int
    checks: tuple[Check, ...]
    routes: bool
    near: int
    aside: int


class RuleBook:
    """The rules in force, in the order given, compiled."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        clauses = count()
        vocabulary = {number: rule for number, rule in enumerate(self.rules) if rule.when.each}
        self._vocabulary = Vocabulary(vocabulary)
        self._compiled = [_compile(_NO_RULE if number in vocabulary else rule, clauses) for number, rule in enumerate(self.rules)]
        uses: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for compiled in self._compiled:
            for phrase, clause in _clauses(compiled):
                uses[phrase].append((clause, int(compiled.rule.when.places)))
        self._matcher = Matcher(uses)
        self._uses = [sorted({use for phrase in phrases for use in uses[phrase]}) for phrases in self._matcher.phrases]
        self._used = lru_cache(CACHED_USES)(self._find_used)
        self._wordless = {number for number, compiled in enumerate(self._compiled) if not compiled.needed} - vocabulary.keys()
        self._leading = {compiled.needed[0]: number for number, compiled in enumerate(self._compiled) if compiled.needed}
        self._patterns = _compile_patterns(self.rules)
        self._aside = {number for number, compiled in enumerate(self._compiled) if compiled.aside}

    def find_hits(self, message: Message, calendar: Calendar, now: datetime, sessions: Sessions = NO_SESSIONS) -> list[RuleHit]:
        """Every rule that holds for the message, in the book's order, up to one that says stop."""
        message = replace(message, text=_drop_quotes(message.text)) if ">" in message.text else message
        words = read_words(message.subject, message.text, message.sender_name)
        asked, found = Asked(message, calendar, now, sessions), self._find_clauses(words)
        touched = [self._leading[clause] for clause in self._leading.keys() & found.keys()]
        aside = self._find_aside(words, found, touched)
        kept = _without(found, aside) if aside else found
        lacking = self._find_lacking(asked)
        hits: list[RuleHit] = []
        for number in sorted({*touched, *self._wordless} - lacking):
            compiled = self._compiled[number]
            agreeing = _find_agreeing(compiled, kept if compiled.routes else found)
            if agreeing is not None and (not compiled.checks or all(check(asked) for check in compiled.checks)):
                hits.append(_hit(compiled.rule, agreeing, words))
                if compiled.rule.then.stop:
                    return hits
        return [*hits, *self._find_said(words, aside)]

    def _find_said(self, words: Words, aside: AbstractSet[int]) -> list[RuleHit]:
        """What the single words say that are worth something each; the name that the sender goes by is none of them.

        A word or two prove nothing: a rule whose words together say less than LEAST_SAID says nothing.
        """
        written = words.words[words.named :]
        if aside:
            written = [word for at, word in enumerate(written, words.named) if at not in aside]
        said = self._vocabulary.find(written).items()
        return [RuleHit(self.rules[number], tuple(found), score) for number, (score, found) in said if score >= LEAST_SAID]

    def _find_lacking(self, asked: Asked) -> set[int]:
        """The rules whose pattern is not in the message: one pass over the text for all of them."""
        return {
            number
            for places, numbers, find in self._patterns
            for number in set(numbers).difference([numbers[at] for at in find(asked.written(places))])
        }

    def _find_clauses(self, words: Words) -> Clauses:
        """What was found for every clause of every rule, where the rule looks."""
        clauses: Clauses = defaultdict(list)
        used, places = self._used, words.places
        for found in self._matcher.find(words.words):
            for clause in used(found[2], places[found[1]]):
                clauses[clause].append(found)
        return dict(clauses)

    def _find_used(self, number: int, place: int) -> tuple[int, ...]:
        """The clauses that a phrase counts for when it stands at a place."""
        return tuple(clause for clause, places in self._uses[number] if place & places)

    def _find_aside(self, words: Words, clauses: Clauses, touched: Iterable[int]) -> AbstractSet[int]:
        """The words that the writer sets aside."""
        return {
            at
            for number in self._aside.intersection(touched)
            for found in _find_agreeing(self._compiled[number], clauses) or ()
            for at in _reached(found, self._compiled[number].aside, words.words)
        }


def _drop_quotes(text: str) -> str:
    """The text without the quoted lines that stand between a person's own: they say what the other side wrote."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))


def _compile(rule: Rule, clauses: Iterator[int]) -> _Compiled:
    when, then = rule.when, rule.then
    needed = tuple(next(clauses) for group in (when.any, *when.all) if group)
    return _Compiled(rule, needed, frozenset(needed), next(clauses), tuple(find_checks(when)), bool(then.team), when.near, then.aside)


def _compile_patterns(rules: Sequence[Rule]) -> list[tuple[int, list[int], Callable[[bytes], list[int]]]]:
    """The patterns of all rules, an automaton for each set of places: those places, the rules' numbers, and the automaton."""
    groups: dict[int, list[int]] = defaultdict(list)
    for number, rule in enumerate(rules):
        if rule.when.pattern:
            groups[int(rule.when.places)].append(number)
    return [(places, numbers, compile_patterns(rules[number].when.pattern for number in numbers)) for places, numbers in groups.items()]


def _clauses(compiled: _Compiled) -> Iterator[tuple[str, int]]:
    """Each phrase of a rule with its clause: those of `any`, of each group of `all`, of `none`."""
    when = compiled.rule.when
    groups = [group for group in (when.any, *when.all) if group]
    for clause, phrases in (*zip(compiled.needed, groups, strict=True), (compiled.forbidding, when.none)):
        yield from ((phrase, clause) for phrase in phrases)


def _without(clauses: Clauses, aside: AbstractSet[int]) -> Clauses:
    left = {clause: [f for f in found if f[1] not in aside] for clause, found in clauses.items()}
    return {clause: found for clause, found in left.items() if found}


def _reached(found: Found, reach: int, words: Sequence[str]) -> Iterable[int]:
    """The words within reach after a phrase (before it when negative), as far as its sentence goes."""
    end, start, _ = found
    span = range(end, min(end + reach, len(words))) if reach > 0 else range(start - 1, max(start + reach, 0) - 1, -1)
    return takewhile(lambda at: words[at] not in ENDS, span)


def _find_agreeing(compiled: _Compiled, clauses: Clauses) -> list[Found] | None:
    """What was found for the rule's words when it is what the rule asks for, None when it is not."""
    if not clauses.keys() >= compiled.all_needed:
        return None
    groups = [clauses[clause] for clause in compiled.needed]
    forbidden = clauses.get(compiled.forbidding, [])
    if compiled.near:
        return _find_near(compiled.near, groups, forbidden) or None
    return None if forbidden else [found for group in groups for found in group]


def _find_near(near: int, groups: list[list[Found]], forbidden: list[Found]) -> list[Found]:
    """The words of the first group that have one of each other group, and nothing forbidden, within reach; with those others.

    Neighbours, and words that overlap, are at most 1 apart.
    """
    agreeing: list[Found] = []
    for found in groups[0] if groups else []:
        last, first = found[0] + near - 1, found[1] - near + 1
        if forbidden and _find_between(forbidden, first, last, found):
            continue
        beside = [found]
        for group in groups[1:]:
            other = _find_between(group, first, last)
            if not other:
                break
            beside.append(other)
        else:
            agreeing += beside
    return agreeing


def _find_between(group: list[Found], first: int, last: int, around: Found | None = None) -> Found | None:
    """The first of the group that ends at `first` or after and begins at `last` or before, and is no mere part of `around`."""
    for at in range(bisect_left(group, (first,)) if group[0][0] < first else 0, len(group)):
        end, start, _ = other = group[at]
        if start <= last and not (around and _is_part(other, around)):
            return other
        if end > last + LONGEST_PHRASE:  # whatever ends later begins later than `last` too
            break
    return None


def _is_part(one: Found, of: Found) -> bool:
    return of[1] <= one[1] and one[0] <= of[0] and one[:2] != of[:2]


def _hit(rule: Rule, found: list[Found], words: Words) -> RuleHit:
    """The hit with its words, the best weight among their places, and more for more words; a rule that names no words weighs 1."""
    if not found:
        return RuleHit(rule, (), rule.then.score)
    if len(found) == 1:
        end, start, _ = found[0]
        return RuleHit(rule, (" ".join(words.words[start:end]),), round(rule.then.score * _WEIGHT_OF[words.places[start]], 2))
    weight = max([_WEIGHT_OF[words.places[start]] for _, start, _ in found])
    said = [words.words[start] if end == start + 1 else " ".join(words.words[start:end]) for end, start, _ in found]
    distinct = tuple(dict.fromkeys(said))
    score = rule.then.score * weight
    if score > 0 and len(distinct) > 1:
        score *= 1 + MORE * min(len(distinct) - 1, MOST_MORE)
    return RuleHit(rule, distinct, round(score, 2))


def check_rules(book: RuleBook, settings: Settings) -> tuple[RuleFault, ...]:
    """What the rules ask for that the settings don't have, and names given twice."""
    return tuple(fault for rule in book.rules for fault in _check_rule(rule, book, settings))


def _check_rule(rule: Rule, book: RuleBook, settings: Settings) -> Iterator[RuleFault]:
    fault = partial(RuleFault, rule.file, rule.line)
    teams = ", ".join(team.name for team in settings.teams)
    if rule.then.team and settings.find_team(rule.then.team) is None:
        yield fault(f'rule "{rule.name}": no team is called "{rule.then.team}"', f"write one of {teams}, or add a [[team]]")
    for address in filter(None, (rule.then.owner, *rule.then.watch)):
        if settings.find_agent(address.casefold()) is None:
            yield fault(f'rule "{rule.name}": no agent writes from "{address}"', "add an [[agent]] with that e-mail")
    first = next(other for other in book.rules if other.name == rule.name)
    if first is not rule:
        yield fault(f'a second rule is called "{rule.name}"', f"rename it; the first stands in {first.file}:{first.line}")
