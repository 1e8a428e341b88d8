"""Rule files to rules: TOML in, every fault at once out, each with its line and a remedy.

Nothing is guessed: a rule with a fault is left out and reported, the others stand.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import partial
from typing import Any

from mailticket.model.mail import Language
from mailticket.model.ticket import Channel, Priority, Type
from mailticket.tickets.match import LONGEST_PHRASE, Place, split_words
from mailticket.tickets.patterns import check_pattern
from mailticket.tickets.rule import Action, Condition, During, Each, Rule, RuleFault
from mailticket.tickets.wordlists import MAX_PHRASES, Lists, UnfitError, check_list, expand, find_lists
from mailticket.tickets.written import find_written

MAX_SIZE = 1_000_000
MAX_PATTERN = 1_000
_HEADER = re.compile(r"\s*\[\[\s*rule\s*\]\]")
_LINE = re.compile(r"line (\d+)")
PLACES = {
    "subject": Place.SUBJECT,
    "body": Place.BODY,
    "name": Place.NAME,
    "first": Place.FIRST,
    "last": Place.LAST,
    "question": Place.QUESTION,
}


Reader = Callable[[Any], Any]
Parsed = tuple[tuple[Rule, ...], tuple[RuleFault, ...]]


def parse_files(files: Mapping[str, str]) -> Parsed:
    """The rules of all files (name to text) in the order of their names, and every fault; lists of words are known in all of them."""
    loaded = {name: _load(text, name) for name, text in sorted(files.items())}
    lists = find_lists(document for document, _ in loaded.values())
    parsed = [_parse(document, faults, files[name], name, lists) for name, (document, faults) in loaded.items()]
    return tuple(rule for rules, _ in parsed for rule in rules), tuple(fault for _, faults in parsed for fault in faults)


def parse_rules(text: str, file: str) -> Parsed:
    """The rules of one file's text (TOML), and every fault in it; `file` is its name for the messages."""
    return parse_files({file: text})


def _load(text: str, file: str) -> tuple[dict[str, Any], tuple[RuleFault, ...]]:
    if len(text) > MAX_SIZE:
        return {}, (RuleFault(file, 1, f"the file is longer than {MAX_SIZE:,} characters", "split it into several files"),)
    try:
        return tomllib.loads(text), ()
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        return {}, (RuleFault(file, line, f"not valid TOML: {error}", "mend the line; strings stand in double quotes, lists in [ ]"),)


def _parse(document: Mapping[str, Any], faults: Sequence[RuleFault], text: str, file: str, lists: Lists) -> Parsed:
    reading = _Reading(file, text.splitlines(), lists, list(faults))
    rules = tuple(reading.read(document))
    return rules, tuple(sorted(reading.faults, key=lambda fault: fault.line))


@dataclass
class _Reading:
    """One file being read: its lines, the lists of words that are known, and the faults found so far."""

    file: str
    lines: Sequence[str]
    lists: Lists
    faults: list[RuleFault] = field(default_factory=list)

    def read(self, document: Mapping[str, Any]) -> Iterable[Rule]:
        for key in document.keys() - {"rule", "words"}:
            self.report(self.find(key), f'unknown table or key "{key}"', "a rule file holds [[rule]] tables and lists in [words]")
        self.read_words(document.get("words", {}))
        tables = document.get("rule", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self.report(self.find("rule"), "rules are not a list of tables", "begin each rule with a line [[rule]]")
            return
        starts = [number for number, line in enumerate(self.lines, 1) if _HEADER.match(line)]
        for number, table in enumerate(tables):
            start = starts[number] if number < len(starts) else 1
            known = len(self.faults)
            rule = self.read_rule(table, start)
            if len(self.faults) == known:
                yield rule

    def read_words(self, table: Any) -> None:
        if not isinstance(table, dict):
            self.report(self.find("words"), '"words" is no table', "begin the lists with a line [words]")
            return
        for name, value in table.items():
            try:
                check_list(name, value, self.lists)
            except UnfitError as fault:
                self.report(self.find(name), f'"{name}": {fault.message}', fault.remedy)

    def read_rule(self, table: Mapping[str, Any], line: int) -> Rule:
        known = len(self.faults)
        values = self.take(table, _RULE, line)
        when = Condition(**self.take(values.get("when", {}), _WHEN | _keywords(self.lists), line))
        then = Action(**self.take(values.get("then", {}), _THEN, line))
        for fault in _missing(values, when, then) if len(self.faults) == known else ():
            self.report(line, *fault)
        written = find_written(table.get("when"), self.lines, line)
        return Rule(values.get("name", ""), values.get("why", ""), when, then, self.file, line, written)

    def take(self, table: Mapping[str, Any], readers: Mapping[str, tuple[str, Reader]], line: int) -> dict[str, Any]:
        """The table's values by field name; what can't be read is reported at the key's own line."""
        taken: dict[str, Any] = {}
        for key, value in table.items():
            try:
                name, read = readers[key] if key in readers else _refuse_key(key, readers)
                taken[name] = read(value)
            except UnfitError as fault:
                self.report(self.find(key, line), f'"{key}": {fault.message}', fault.remedy)
        return taken

    def find(self, key: str, start: int = 1) -> int:
        """The line of a key from the rule's first line on, that first line when it is not found."""
        sought = re.compile(rf"""(?:^|[\s{{,\[."']){re.escape(key)}["'\]]*\s*[=.\]]""")
        for number in range(start, len(self.lines) + 1):
            if number > start and _HEADER.match(self.lines[number - 1]):
                break
            if sought.search(self.lines[number - 1]):
                return number
        return start

    def report(self, line: int, message: str, remedy: str) -> None:
        self.faults.append(RuleFault(self.file, line, message, remedy))


def _refuse_key(key: str, readers: Mapping[str, object]) -> tuple[str, Reader]:
    nearest = get_close_matches(key, readers, 1)
    raise UnfitError("unknown key", f'did you mean "{nearest[0]}"?' if nearest else f"known are {', '.join(readers)}")


def _missing(values: Mapping[str, Any], when: Condition, then: Action) -> Iterable[tuple[str, str]]:
    if not values.get("name"):
        yield "a rule without a name", 'give it one, e.g. name = "certificate-manar"'
    if "when" in values and when == Condition(places=when.places, near=when.near, none=when.none):
        yield '"when" holds no condition', 'say when the rule holds, e.g. when = { any = ["شهادة", "certificate"] }'
    if "then" in values and then == Action(score=then.score):
        yield '"then" holds no action', 'say what the rule does, e.g. then = { team = "certificate", score = 3 }'
    if when.each and (when != Condition(each=when.each) or then != Action(team=then.team, type=then.type)):
        yield '"each" does not stand alone', "leave it the only condition, with a team or a type as the only action"
    for key in ("when", "then"):
        if key not in values:
            yield f'a rule without "{key}"', f'add a line that begins with {key} ='


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UnfitError("not a text", 'write it in double quotes, e.g. "certificate"')
    return value


def _texts(value: Any) -> tuple[str, ...]:
    """A list of texts; one text stands for a list of one."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not values or not all(isinstance(item, str) and item.strip() for item in values):
        raise UnfitError("not a list of texts", 'write it as a list, e.g. ["شهادة", "certificate"]')
    return tuple(values)


def _keywords(lists: Lists) -> dict[str, tuple[str, Reader]]:
    """The readers of the keys that hold keywords, which may name lists."""
    return {"any": ("any", partial(_phrases, lists)), "all": ("all", partial(_groups, lists)), "none": ("none", partial(_phrases, lists))}


def _phrases(lists: Lists, value: Any) -> tuple[str, ...]:
    phrases = tuple(phrase for keyword in _texts(value) for phrase in expand(keyword, lists))
    for phrase in phrases:
        if not 0 < len(split_words(phrase)) <= LONGEST_PHRASE:
            raise UnfitError(f'"{phrase}" holds no word, or more than {LONGEST_PHRASE}', "write words and phrases; for signs use pattern")
    if len(phrases) > MAX_PHRASES:
        raise UnfitError(f"stands for {len(phrases):,} phrases", f"at most {MAX_PHRASES:,} are taken: use all and near with the lists")
    return tuple(dict.fromkeys(phrases))


def _groups(lists: Lists, value: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(_phrases(lists, item) for item in (value if isinstance(value, list) else [value]))


def _each(value: Any) -> Each:
    """Words by what each is worth."""
    bands = tuple((_worth(score), _texts(words)) for score, words in _table(value).items())
    words = [word for _, band in bands for word in band]
    for at, word in enumerate(words):
        if len(split_words(word)) != 1 or word in words[:at]:
            raise UnfitError(f'"{word}" is no single word, or stands there twice', "give each word once; phrases are for any")
    return bands


def _worth(score: str) -> float:
    try:
        return _number(-100, 100, False, float(score))
    except ValueError:
        raise UnfitError(f'"{score}" is no score', 'write the words behind their score, e.g. each = { 2 = ["شهادة"] }') from None


def _lower(value: Any) -> tuple[str, ...]:
    return tuple(item.strip().casefold() for item in _texts(value))


def _domains(value: Any) -> tuple[str, ...]:
    return tuple(item.lstrip("@.") for item in _lower(value))


def _places(value: Any) -> Place:
    places = Place(0)
    for item in _lower(value):
        if item not in PLACES:
            raise UnfitError(f'no place is called "{item}"', f"places are {', '.join(PLACES)}")
        places |= PLACES[item]
    return places


def _one(words: type[StrEnum], value: Any) -> StrEnum:
    text = _text(value).casefold()
    if text not in {member.value for member in words}:
        raise UnfitError(f'"{text}" is not one of its values', f"write one of {', '.join(words)}")
    return words(text)


def _many(words: type[StrEnum], value: Any) -> tuple[StrEnum, ...]:
    return tuple(_one(words, item) for item in _texts(value))


def _number(least: float, most: float, whole: bool, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)) or not least <= value <= most:
        raise UnfitError("not a fitting number", f"write {'a whole' if whole else 'a'} number from {least:g} to {most:g}")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UnfitError("neither true nor false", "write true or false, without quotes")
    return value


def _attachment(value: Any) -> bool | tuple[str, ...]:
    return value if isinstance(value, bool) else _lower(value)


def _pattern(value: Any) -> str:
    """A regular expression that the linear-time engine takes."""
    text = _text(value)
    if len(text) > MAX_PATTERN:
        raise UnfitError(f"longer than {MAX_PATTERN} characters", "use keywords, or several rules")
    check_pattern(text)
    return text


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnfitError("not a table", 'write it in braces, e.g. { any = ["شهادة"] }')
    return value


_RULE: Mapping[str, tuple[str, Reader]] = {
    "name": ("name", _text),
    "why": ("why", _text),
    "when": ("when", _table),
    "then": ("then", _table),
}
_WHEN: dict[str, tuple[str, Reader]] = {
    "in": ("places", _places),
    "near": ("near", partial(_number, 1, 100, True)),
    "each": ("each", _each),
    "from": ("sender", _lower),
    "to": ("to", _lower),
    "domain": ("domain", _domains),
    "channel": ("channel", partial(_many, Channel)),
    "language": ("language", partial(_many, Language)),
    "attachment": ("attachment", _attachment),
    "during": ("during", partial(_one, During)),
    "pattern": ("pattern", _pattern),
}
_THEN: Mapping[str, tuple[str, Reader]] = {
    "team": ("team", _text),
    "score": ("score", partial(_number, -100, 100, False)),
    "type": ("type", partial(_one, Type)),
    "priority": ("priority", partial(_one, Priority)),
    "tags": ("tags", _texts),
    "owner": ("owner", _text),
    "watch": ("watch", _lower),
    "template": ("template", _text),
    "stop": ("stop", _flag),
    "aside": ("aside", partial(_number, -30, 30, True)),
}
