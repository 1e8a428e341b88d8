"""What a function of a word gives, worked out once: people use few words, so that most are known by the second mail."""

from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")
MOST = 1 << 15
"""Words that are remembered; when there are more, all are forgotten, which costs less than keeping count of which was used last."""
LONGEST = 64
"""Characters; longer strings are worked out each time."""


class Remembered(dict[str, Value]):
    """The values of `find`, by word. Ask with `[word]`."""

    def __init__(self, find: Callable[[str], Value]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> Value:
        value = self._find(word)
        if len(word) <= LONGEST:
            if len(self) >= MOST:
                self.clear()
            self[word] = value
        return value
