"""Keywords as a rule file has them, each with its line, so that what is said about a keyword leads to where it can be changed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

_RULE = re.compile(r"\s*\[\[\s*rule\s*\]\]")
ANY, NONE = 0, -1


class Written(NamedTuple):
    """A keyword in a file: where it belongs (ANY, NONE, or the number of its group in `all`, from 1), itself, and its line."""

    clause: int
    keyword: str
    line: int


def find_written(when: Any, lines: Sequence[str], start: int) -> tuple[Written, ...]:
    """The keywords of a rule's `when` table as read from TOML; its rule begins at line `start` (from 1) of the file's lines."""
    own = list(_own_lines(lines, start))
    found = _keywords(when) if isinstance(when, Mapping) else ()
    return tuple(Written(clause, word, next((n for n, line in own if f'"{word}"' in line), start)) for clause, word in found)


def _own_lines(lines: Sequence[str], start: int) -> Iterator[tuple[int, str]]:
    for number in range(start, len(lines) + 1):
        if number > start and _RULE.match(lines[number - 1]):
            return
        yield number, lines[number - 1]


def _keywords(when: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    yield from ((ANY, word) for word in _texts(when.get("any")))
    groups = when.get("all")
    for number, group in enumerate(groups if isinstance(groups, list) else [groups], 1):
        yield from ((number, word) for word in _texts(group))
    yield from ((NONE, word) for word in _texts(when.get("none")))


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]
