"""Patterns of rules on an engine whose time grows with the text alone, so that no rule and no mail can bring the desk to a halt.

This is the one home of RE2. All patterns of a book are one automaton: a text is read once for all of them.
"""

from collections.abc import Callable, Iterable
from typing import Any

import re2  # type: ignore[import-untyped]  # it ships no types

from mailticket.tickets.wordlists import UnfitError

MEMORY = 64 << 20
"""Bytes that the automaton may grow to."""


def _options() -> Any:
    options = re2.Options()
    options.log_errors, options.case_sensitive, options.max_mem = False, False, MEMORY
    return options


def check_pattern(text: str) -> None:
    """Raise UnfitError for what is no regular expression of RE2."""
    try:
        re2.compile(text.encode(), _options())
    except re2.error as error:
        reason = error.args[0].decode(errors="replace")
        remedy = "leave out back-references and look-arounds"
        raise UnfitError(f"not a regular expression that runs in linear time ({reason})", remedy) from error


def compile_patterns(texts: Iterable[str]) -> Callable[[bytes], list[int]]:
    """All patterns as one automaton over UTF-8, upper and lower case alike: from a text to the numbers of those that are in it."""
    patterns = re2.Set.SearchSet(_options())
    for text in texts:
        patterns.Add(text.encode())
    patterns.Compile()
    return lambda text: patterns.Match(text) or []  # None when there is none
