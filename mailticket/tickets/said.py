"""Single words that each speak a little for a team or a type: rules with `each`.

A vocabulary has thousands of them and nearly every word of a mail is one, so they are not looked for as phrases are: what a word says is
found out once, and then remembered.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from mailticket.tickets.forms import forms_of, keyword_form, without_doubles
from mailticket.tickets.match import split_words
from mailticket.tickets.remembered import Remembered
from mailticket.tickets.rule import Rule

Worth = tuple[int, float]
"""The number of a rule, and what a word gives it."""


class Vocabulary:
    """The words of such rules, by the numbers of the rules."""

    def __init__(self, rules: Mapping[int, Rule]) -> None:
        self._worths: dict[str, set[Worth]] = defaultdict(set)
        for number, rule in rules.items():
            for worth, words in rule.when.each:
                for word in words:
                    self._worths[keyword_form(split_words(word)[0])].add((number, worth))
        self._read = Remembered(self._find_worths)

    def find(self, words: Iterable[str]) -> dict[int, tuple[float, list[str]]]:
        """The rules that speak, each with its score and the different words that make it."""
        said: dict[int, list[tuple[float, str]]] = defaultdict(list)
        for worths in map(self._read.__getitem__, dict.fromkeys(words)):
            for number, one in worths:
                said[number].append(one)
        return {number: (round(sum(worth for worth, _ in said[number]), 2), [word for _, word in said[number]]) for number in sorted(said)}

    def _find_worths(self, word: str) -> tuple[tuple[int, tuple[float, str]], ...]:
        found = self._look_up(word) or self._look_up(without_doubles(word)) if word and self._worths else ()
        return tuple((number, (worth, word)) for number, worth in found)

    def _look_up(self, word: str) -> Sequence[Worth]:
        return sorted({worth for form in forms_of(word) for worth in self._worths.get(form, ())})
