"""Lists of words that rules share: what people say for "does not", for "open", for "the session", written once and named in many rules.

A rule file may hold a table `[words]` of named lists. A keyword names one with @, alone or among other words: with `open` and `not`
listed, "@not @open" stands for every such pair. Lists are known in all files of the folder, and may name other lists.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from math import prod
from typing import Any

MAX_PHRASES = 20_000
"""Phrases that one keyword may stand for; the cost of a mail does not depend on it, that of loading the rules does."""
MAX_DEPTH = 5
_NAME = re.compile(r"@([a-z][a-z0-9_-]*)")

class UnfitError(ValueError):
    """A value that a rule can't have: what is wrong with it, and the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


Lists = Mapping[str, tuple[str, ...]]


def find_lists(documents: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The lists of several rule files as read; what is no list of texts is left out, `check_list` says what is wrong with it."""
    tables = [table for table in (document.get("words", {}) for document in documents) if isinstance(table, dict)]
    return {name: tuple(value) for table in tables for name, value in table.items() if _is_texts(value)}


def check_list(name: str, value: Any, lists: Lists) -> None:
    """Raise UnfitError for a list that rules could not use."""
    if not _NAME.fullmatch(f"@{name}"):
        raise UnfitError("not a name for a list", "use small Latin letters, digits, - and _")
    if not _is_texts(value):
        raise UnfitError("not a list of texts", 'write it as a list, e.g. ["يفتح", "open"]')
    for phrase in value:
        expand(phrase, lists)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item.strip() for item in value)


def expand(phrase: str, lists: Lists) -> tuple[str, ...]:
    """Every phrase that a keyword stands for; itself when it names no list. Raises UnfitError when it can't be said."""
    return tuple(_expand(phrase, lists, MAX_DEPTH)) if "@" in phrase else (phrase,)


def _expand(phrase: str, lists: Lists, depth: int) -> Iterator[str]:
    pieces = _NAME.split(phrase)
    named = [list(_members(name, lists, depth)) for name in pieces[1::2]]
    count = prod(map(len, named))
    if count > MAX_PHRASES:
        raise UnfitError(f'"{phrase}" stands for {count:,} phrases', f"at most {MAX_PHRASES:,} are taken: use all and near with the lists")
    for chosen in product(*named):
        pieces[1::2] = chosen
        yield "".join(pieces)


def _members(name: str, lists: Lists, depth: int) -> Iterator[str]:
    if name not in lists:
        raise UnfitError(f'no list is called "@{name}"', f"known are {', '.join(sorted(lists)) or 'none'}; write it in a table [words]")
    if not depth:
        raise UnfitError(f'the list "@{name}" names itself, or lists too deep', f"let lists name others at most {MAX_DEPTH} deep")
    for phrase in lists[name]:
        yield from _expand(phrase, lists, depth - 1) if "@" in phrase else (phrase,)
