"""On which line of a TOML text does each key stand? The standard reader does not say, and a fault without its line is half a fault.

The text is known to be valid (tomllib has read it before), so this scanner only follows its brackets: headers, keys, arrays and
inline tables, down to the single element of a list that runs over several lines.
"""

import re

from mailticket.settings.faults import Key

_TOKEN = re.compile(
    r'''(?P<string>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')'''
    r'''|(?P<skip>\#[^\n]*|[ \t\r]+)|(?P<newline>\n)|(?P<mark>[\[\]{}=,.])|(?P<bare>[^\s\[\]{}=,."'\#]+)''',
    re.DOTALL,
)


def index_lines(text: str) -> dict[Key, int]:
    """The line (from 1) on which each table, key and list element of a valid TOML text begins."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, int]] = []
        self._at = 0
        self._arrays: dict[Key, int] = {}
        self._lines: dict[Key, int] = {}
        line = 1
        for match in _TOKEN.finditer(text):
            if match.lastgroup != "skip":
                self._tokens.append((match[0], line))
            line += match[0].count("\n")

    def scan(self) -> dict[Key, int]:
        table: Key = ()
        while self._next():
            if self._next() == "[":
                table = self._header()
            elif self._next() == "\n":
                self._at += 1
            else:
                self._pair(table)
        return self._lines

    def _next(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _note(self, key: Key) -> None:
        self._lines.setdefault(key, self._tokens[min(self._at, len(self._tokens) - 1)][1])

    def _header(self) -> Key:
        start, self._at = self._at, self._at + 1
        is_array = self._next() == "["
        self._at += is_array
        *parents, name = self._names("]")
        key = (*self._resolve(parents), name)
        self._at, end = start, self._at
        self._note(key)
        if is_array:
            self._arrays[key] = self._arrays.get(key, -1) + 1
            key = (*key, self._arrays[key])
            self._note(key)
        self._at = end + 1 + is_array
        return key

    def _resolve(self, names: list[str]) -> Key:
        key: Key = ()
        for name in names:
            key = (*key, name)
            if key in self._arrays:
                key = (*key, self._arrays[key])
        return key

    def _names(self, end: str) -> list[str]:
        names = []
        while self._next() not in (end, ""):
            if self._next() != ".":
                names.append(self._next().strip("\"'"))
            self._at += 1
        return names

    def _pair(self, table: Key) -> None:
        start, names = self._at, self._names("=")
        key = (*table, *names)
        self._at, end = start, self._at
        self._note(key)
        self._at = end + 1
        self._value(key)

    def _value(self, key: Key) -> None:
        if self._next() == "[":
            self._list(key)
        elif self._next() == "{":
            self._inline(key)
        else:
            while self._next() not in (",", "]", "}", "\n", ""):
                self._at += 1

    def _list(self, key: Key) -> None:
        self._at, index = self._at + 1, 0
        while self._skip_to_item("]"):
            self._note((*key, index))
            self._value((*key, index))
            index += 1

    def _inline(self, key: Key) -> None:
        self._at += 1
        while self._skip_to_item("}"):
            self._pair(key)

    def _skip_to_item(self, end: str) -> bool:
        while self._next() in ("\n", ","):
            self._at += 1
        if self._next() in (end, ""):
            self._at += 1
            return False
        return True
