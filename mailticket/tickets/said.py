"""Single words that each speak a little for a team: rules with `each` that name words and nothing else.

A vocabulary has thousands of them and nearly every word of a mail is one, so they are not looked for as phrases are: what a word says is
found out once, and then remembered.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from mailticket.tickets.forms import forms_of, keyword_form, without_doubles
from mailticket.tickets.match import CACHED_WORDS, split_words
from mailticket.tickets.rule import Action, Condition, Rule


def is_vocabulary(rule: Rule) -> bool:
    """Whether a rule asks for single words only, anywhere, and counts each."""
    plain = rule.when == Condition(any=rule.when.any) and rule.then.each and not (rule.then.stop or rule.then.aside)
    return plain and rule.then != Action() and all(len(split_words(phrase)) == 1 for phrase in rule.when.any)


class Vocabulary:
    """The words of such rules, by the numbers of the rules."""

    def __init__(self, rules: Mapping[int, Rule]) -> None:
        speaks: dict[str, set[int]] = defaultdict(set)
        for number, rule in rules.items():
            for phrase in rule.when.any:
                speaks[keyword_form(split_words(phrase)[0])].add(number)
        self._speaks = {form: tuple(sorted(numbers)) for form, numbers in speaks.items()}
        self._read = lru_cache(CACHED_WORDS)(self._find_rules)

    def find(self, words: Iterable[str]) -> dict[int, list[str]]:
        """The rules that speak, each with the different words that make it."""
        said: dict[int, list[str]] = {}
        for word in dict.fromkeys(words):
            for number in self._read(word):
                if number in said:
                    said[number].append(word)
                else:
                    said[number] = [word]
        return said

    def _find_rules(self, word: str) -> tuple[int, ...]:
        return self._look_up(word) or self._look_up(without_doubles(word)) if word and self._speaks else ()

    def _look_up(self, word: str) -> tuple[int, ...]:
        return tuple(sorted({number for form in forms_of(word) for number in self._speaks.get(form, ())}))
