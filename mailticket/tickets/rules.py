"""The rule book: every rule of the desk, compiled once, asked once a mail, and able to say which words decided.

All words of all rules are looked for in one pass (`match`); then each rule that was touched is judged by what was found. Rules that
name no words are few and are asked each time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from mailticket.model.mail import Language
from mailticket.model.policy import Settings
from mailticket.model.ticket import Channel
from mailticket.text.normalise import fold_digits
from mailticket.tickets.hours import Calendar
from mailticket.tickets.match import LONGEST_TEXT, Found, Matcher, Place, Words, read_words
from mailticket.tickets.rule import Action, Condition, During, Rule, RuleFault
from mailticket.tickets.rulefile import compile_pattern, parse_rules

__all__ = ["Action", "Condition", "Message", "Rule", "RuleBook", "RuleFault", "RuleHit", "check_rules", "is_below", "parse_rules"]

WEIGHTS = ((Place.SUBJECT, 0.75), (Place.NAME, 1.0), (Place.QUESTION, 1.15), (Place.FIRST | Place.LAST, 1.05), (Place.BODY, 1.0))
"""What a rule's score is worth by where its word stands; the first line that fits counts. Subjects mislead more often than texts."""
_WEIGHT_OF = [next((weight for where, weight in WEIGHTS if place & where), 1.0) for place in range(2 * max(Place))]
ANY, NONE = 0, -1


@dataclass(frozen=True, slots=True)
class Message:
    """What triage looks at. `text` is the new text (quotes and signature cut), `sender` an addr-spec, `attachments` their file names."""

    subject: str
    text: str
    sender: str
    sender_name: str = ""
    to: tuple[str, ...] = ()
    channel: Channel = Channel.EMAIL
    attachments: tuple[str, ...] = ()
    language: Language = Language.AR


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule that held: the words of the mail that made it so, and its score by their place."""

    rule: Rule
    words: tuple[str, ...]
    score: float


Clauses = dict[int, list[Found]]
"""What was found for a rule: by ANY, NONE, or the number of the group in `all`, from 1."""


class RuleBook:
    """The rules in force, in the order given, compiled."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        uses: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for number, rule in enumerate(self.rules):
            for phrase, clause in _clauses(rule.when):
                uses[phrase].append((number, clause, int(rule.when.places)))
        self._uses = list(uses.values())
        self._circumstances = [tuple(holds for asks, holds in _CIRCUMSTANCES if asks(rule.when)) for rule in self.rules]
        self._aside = {number for number, rule in enumerate(self.rules) if rule.then.aside}
        self._matcher = Matcher(list(uses))
        self._wordless = [number for number, rule in enumerate(self.rules) if not (rule.when.any or rule.when.all)]
        self._patterns: dict[int, Any] = {n: compile_pattern(r.when.pattern) for n, r in enumerate(self.rules) if r.when.pattern}

    def find_hits(self, message: Message, calendar: Calendar, now: datetime) -> list[RuleHit]:
        """Every rule that holds for the message, in the book's order, up to one that says stop."""
        asked = _Asked(message, calendar, now, read_words(message.subject, message.text, message.sender_name))
        touched = self._find_touched(asked.words)
        self._set_aside(asked, touched)
        hits: list[RuleHit] = []
        for number in sorted({*touched, *self._wordless}):
            hit = self._judge(number, asked, touched.get(number, {}))
            if hit:
                hits.append(hit)
            if hit and hit.rule.then.stop:
                break
        return hits

    def _find_touched(self, words: Words) -> dict[int, Clauses]:
        touched: dict[int, Clauses] = defaultdict(lambda: defaultdict(list))
        for found in self._matcher.find(words.words):
            place = words.places[found.start]
            for number, clause, places in self._uses[found.phrase]:
                if place & places:
                    touched[number][clause].append(found)
        return touched

    def _set_aside(self, asked: "_Asked", touched: Mapping[int, Clauses]) -> None:
        for number in self._aside & touched.keys():
            rule = self.rules[number]
            for found in _find_agreeing(rule.when, touched[number]) or ():
                asked.aside.update(_reached(found, rule.then.aside, asked.words.sentences))

    def _judge(self, number: int, asked: "_Asked", clauses: Clauses) -> RuleHit | None:
        rule = self.rules[number]
        if rule.then.team and asked.aside:
            clauses = {c: [f for f in found if f.start not in asked.aside] for c, found in clauses.items()}
        found = _find_agreeing(rule.when, clauses)
        if found is None or not all(holds(rule.when, asked) for holds in self._circumstances[number]):
            return None
        if number in self._patterns and not _has_pattern(self._patterns[number], rule.when.places, asked.message):
            return None
        words = tuple(dict.fromkeys(" ".join(asked.words.words[f.start : f.end]) for f in found))
        return RuleHit(rule, words, round(rule.then.score * _weight(found, asked.words), 2))


@dataclass(slots=True)
class _Asked:
    """One message before the book: its words, and the places of those that were set aside."""

    message: Message
    calendar: Calendar
    now: datetime
    words: Words
    aside: set[int] = field(default_factory=set)


def _clauses(when: Condition) -> Iterator[tuple[str, int]]:
    yield from ((phrase, ANY) for phrase in when.any)
    yield from ((phrase, group) for group, phrases in enumerate(when.all, 1) for phrase in phrases)
    yield from ((phrase, NONE) for phrase in when.none)


def _reached(found: Found, reach: int, sentences: Sequence[int]) -> Iterable[int]:
    """The words within reach after a phrase (before it when negative), as far as its sentence goes."""
    span = range(found.end, found.end + reach) if reach > 0 else range(found.start + reach, found.start)
    return (at for at in span if 0 <= at < len(sentences) and sentences[at] == sentences[found.start])


def _find_agreeing(when: Condition, clauses: Clauses) -> list[Found] | None:
    """What was found for the rule's words when it is what the rule asks for, None when it is not."""
    needed = [*([ANY] if when.any else []), *range(1, len(when.all) + 1)]
    if any(not clauses.get(clause) for clause in needed):
        return None
    if when.near:
        return _find_near(when.near, [clauses[clause] for clause in needed], clauses.get(NONE, [])) or None
    return None if clauses.get(NONE) else [found for clause in needed for found in clauses[clause]]


def _find_near(near: int, groups: list[list[Found]], forbidden: list[Found]) -> list[Found]:
    """The words of the first group that have one of each other group, and nothing forbidden, within reach; with those others."""
    agreeing: list[Found] = []
    for found in groups[0] if groups else []:
        beside = [next((other for other in group if _gap(found, other) <= near), None) for group in groups[1:]]
        if None not in beside and all(_gap(found, other) > near for other in forbidden):
            agreeing += [found, *filter(None, beside)]
    return agreeing


def _gap(a: Found, b: Found) -> int:
    """How many words one stands from the other; neighbours, and words that overlap, are at most 1."""
    return max(a.start, b.start) - min(a.end, b.end) + 1


def _weight(found: Iterable[Found], words: Words) -> float:
    """The best weight among the places of what was found, 1 when a rule names no words."""
    return max([_WEIGHT_OF[words.places[f.start]] for f in found], default=1.0)


def _is_from(when: Condition, asked: _Asked) -> bool:
    return _fits(asked.message.sender, when.sender)


def _is_to(when: Condition, asked: _Asked) -> bool:
    return any(_fits(address, when.to) for address in asked.message.to)


def _is_of_domain(when: Condition, asked: _Asked) -> bool:
    return is_below(asked.message.sender, when.domain)


def _is_by_channel(when: Condition, asked: _Asked) -> bool:
    return asked.message.channel in when.channel


def _is_in_language(when: Condition, asked: _Asked) -> bool:
    return asked.message.language in when.language


def _has_attachment(when: Condition, asked: _Asked) -> bool:
    names = asked.message.attachments
    if isinstance(when.attachment, bool):
        return when.attachment == bool(names)
    return when.attachment is None or any(_fits(name, when.attachment) for name in names)


def _is_during(when: Condition, asked: _Asked) -> bool:
    """Working hours or not; no session is known yet, so none runs."""
    return when.during is not During.SESSION and asked.calendar.is_open(asked.now) == (when.during is During.HOURS)


_CIRCUMSTANCES: tuple[tuple[Callable[[Condition], bool], Callable[[Condition, _Asked], bool]], ...] = (
    (lambda when: bool(when.sender), _is_from),
    (lambda when: bool(when.to), _is_to),
    (lambda when: bool(when.domain), _is_of_domain),
    (lambda when: bool(when.channel), _is_by_channel),
    (lambda when: bool(when.language), _is_in_language),
    (lambda when: when.attachment is not None, _has_attachment),
    (lambda when: when.during is not None, _is_during),
)
"""What rules ask besides words: whether a rule asks it, and whether it holds."""


def _fits(text: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(text.casefold(), pattern) for pattern in patterns)


def is_below(address: str, domains: Iterable[str]) -> bool:
    """Whether an address is of one of these domains, or of one below."""
    own = address.rpartition("@")[2].casefold()
    return any(own == domain or own.endswith(f".{domain}") for domain in map(str.casefold, domains))


def _has_pattern(pattern: Any, places: Place, message: Message) -> bool:
    parts = ((Place.NAME, message.sender_name), (Place.SUBJECT, message.subject), (~(Place.NAME | Place.SUBJECT), message.text))
    return any(places & place and pattern.search(fold_digits(text[:LONGEST_TEXT])) for place, text in parts)


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
