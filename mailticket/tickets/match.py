"""Keywords found in text: whole words and phrases, in whatever form a writer gives them, in one pass.

Each word of the rules becomes one character of a private alphabet, so a mail becomes a string with one character a word, and a phrase
is a substring of it. One Aho-Corasick automaton over those strings finds every keyword of every rule at once: the cost of a mail
does not depend on how many keywords there are.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntFlag
from functools import lru_cache
from itertools import islice, pairwise, product
from typing import NamedTuple

import ahocorasick  # type: ignore[import-not-found]  # a C extension without stubs

from mailticket.text.normalise import MARKS, normalise
from mailticket.tickets.forms import LONGEST, forms_of, keyword_form, without_doubles

LONGEST_TEXT = 50_000
"""Characters of a text that are looked at; who writes more than 20 pages has said by then what it is about."""
LONGEST_PHRASE = 12
"""Words that a keyword may have."""
FIRST_SYMBOL = 0x100
SURROGATES = range(0xD800, 0xE000)
MAX_READINGS = 8
PAUSE = 8
"""How many words apart the last word of a subject and the first of a body are taken to stand."""
CACHED_WORDS = 1 << 15
_WORD = r"[\u0620-\u064a]+|[^\W_\u0620-\u064a]+"
_WORDS = re.compile(_WORD)
_END = re.compile(rf"([.!?؟؛;:]+)[{MARKS}]*$")
"""What ends a sentence: a mark before a space."""
LONGEST_CHUNK = 64
"""Longer strings without a space are read each time, not remembered."""
_FUSED = re.compile(
    r"(?:(?P<no>ما|لا)(?=[يت](?!كر|كل|كا|ري|ير|ين)\w{3,}|ن(?!ج|ش|ي|ع)\w{3,}|ا?ستطيع|ا(?:قدر|عرف|تذكر|لقي|ري?د|بي|بغي|بغا|فهم|دري|حد\b)|ب[يتن](?!وب)\w{2,}"
    r"|(?:قدر|وصل|طلع|نزل|ظهر|صدر|لقي|شف|رد|فهم|سمع|اشتغل|نفع|حضر|حصل)(?:ت|نا|ني|وا?|تني|لي)?\b|جا(?:ني|نا|ت|تني)?\b|(?:حد|عاد|زال|عندي|فيه?|تم)\b)"
    r"|(?P<m>م)(?=\w{3,}ش\b)|(?P<mo>مو|مش)(?=(?:قادر|راضي|شغال|عارف|واضح|فاهم|موجود)ه?\b))"
)
"""A "not" that is written onto its word: مايفتح, لايعمل, مبيفتحش, موقادر. It becomes a word of its own, so that phrases find it."""
_WHENEVER = frozenset(
    f"{particle}{word}"
    for particle in ("", "و", "ف")
    for word in ("كل", "بعد", "قبل", "مثل", "زي", "وقت", "بدون", "اول", "عند", "حسب", "يوم", "غير")
)
"""Words after which a ما denies nothing: كل ما, بعد ما, زي ما."""


class Place(IntFlag):
    """Where in a mail a word stands. In the tables of words they are plain numbers, which are quicker to compare."""

    NAME = 1
    SUBJECT = 2
    BODY = 4
    FIRST = 8
    LAST = 16
    QUESTION = 32


_NAME, _SUBJECT, _BODY, _FIRST, _LAST, _QUESTION = map(int, Place)


@dataclass(frozen=True, slots=True)
class Words:
    """A text as words: each normalised, with its place and its sentence. Sentences end in an empty word, which no phrase crosses."""

    words: list[str]
    places: list[int]
    sentences: list[int]


Found = tuple[int, int, int]
"""A phrase in a text: where it ends (exclusive) and begins among the words, and its number among the matcher's. Plain, for speed."""


def split_words(text: str) -> list[str]:
    """The words of a phrase, normalised; an apostrophe inside a word is dropped (can't, cant)."""
    return _join([word for chunk in text.split() for word in (_read_known if len(chunk) <= LONGEST_CHUNK else _read_chunk)(chunk)[0]])


def _read_chunk(chunk: str) -> tuple[tuple[str, ...], int]:
    """What stands between two spaces: its words, normalised, and whether it ends a sentence (1), as a question (1 + its place)."""
    words: list[str] = _WORDS.findall(normalise(chunk).replace("'", ""))
    end = _END.search(chunk)
    asks = end and ("?" in end[1] or "؟" in end[1])
    return tuple(part for word in words for part in _part(word[: LONGEST + 1])), (1 + _QUESTION if asks else 1) if end else 0


_read_known = lru_cache(CACHED_WORDS)(_read_chunk)
"""The same, remembered: people use few words, so that most are known by the second mail."""


def _join(words: list[str]) -> list[str]:
    """The words of a sentence, each ما that denies nothing joined to the word before it."""
    if "ما" not in words:
        return words
    joined: list[str] = []
    for word in words:
        if word == "ما" and joined and joined[-1] in _WHENEVER:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _part(word: str) -> tuple[str, ...]:
    """A word, or the "not" that is written onto it and the word."""
    found = _FUSED.match(word, 1 if word[0] == "و" and len(word) > 4 and word[1] in "مل" else 0)
    if not found:
        return (word,)
    return ("ما" if found["m"] else word[: found.end()], word[found.end() :])


def read_words(subject: str, body: str, name: str = "") -> Words:
    """The words of a mail: the sender's name, the subject, the body; long ones as far as `LONGEST_TEXT`."""
    read = Words([], [], [])
    _read_lines(read, name, _NAME, 0, 0)
    _read_lines(read, subject, _SUBJECT, 0, 0)
    _pause(read)
    _read_lines(read, body, _BODY, _FIRST, _LAST)
    return read


def _pause(read: Words) -> None:
    """Set the subject off from the body, so that their words are not near each other."""
    read.sentences.extend([len(read.words)] * PAUSE)
    read.places.extend([0] * PAUSE)
    read.words.extend([""] * PAUSE)


def _read_lines(read: Words, text: str, place: int, first: int, last: int) -> None:
    """Append a text's words line by line; `first` and `last` are added to the place of those lines."""
    lines = text[:LONGEST_TEXT].strip().splitlines()
    ends = {0: first, len(lines) - 1: last} if len(lines) > 1 else {0: first | last}
    for number, line in enumerate(lines):
        _read_line(read, line, place | ends.get(number, 0))


def _read_line(read: Words, line: str, place: int) -> None:
    """Append a line's words, sentence by sentence; a question is known by its mark."""
    sentence: list[str] = []
    chunks = line.split()
    read_chunk = _read_known if max(map(len, chunks), default=0) <= LONGEST_CHUNK else _read_chunk
    for words, end in map(read_chunk, chunks):
        sentence += words
        if end:
            _end_sentence(read, sentence, place | end - 1)
            sentence = []
    _end_sentence(read, sentence, place)


def _end_sentence(read: Words, sentence: list[str], place: int) -> None:
    """Append a sentence's words, and the empty word that ends it."""
    if sentence:
        words = [*_join(sentence), ""]
        read.sentences.extend([len(read.words)] * len(words))
        read.places.extend([place] * len(words))
        read.words.extend(words)


class _Reading(NamedTuple):
    """What a word may stand for: the symbols of keywords' words, the least stripped first, and what keywords do with them."""

    symbols: tuple[str, ...]
    alone: tuple[int, ...]
    """The keywords of that one word alone."""
    followers: frozenset[str]
    """The symbols that stand after one of its own in some keyword."""


class Matcher:
    """The phrases of a rule book, compiled once."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._symbols: dict[str, str] = {}
        self._alphabet = _alphabet()
        self._automaton = ahocorasick.Automaton()
        self._reach: dict[str, tuple[int, int]] = {}
        self._alone: dict[str, list[int]] = defaultdict(list)
        self._followers: dict[str, set[str]] = defaultdict(set)
        for number, phrase in enumerate(phrases):
            self._add(number, phrase)
        if len(self._automaton):
            self._automaton.make_automaton()
        self._read = lru_cache(CACHED_WORDS)(self._find_reading)

    def find(self, words: Iterable[str]) -> list[Found]:
        """Every phrase in the words, in the order in which it ends."""
        readings = list(map(self._read, words))
        known = [(at, reading) for at, reading in enumerate(readings) if reading]
        found = [(at + 1, at, number) for at, reading in known for number in reading.alone]
        for start, run in _find_runs(known):
            found += self._search_run(run, start)
        found.sort()
        return found

    def _add(self, number: int, phrase: str) -> None:
        key = "".join(self._symbol(keyword_form(word)) for word in split_words(phrase))
        for at, symbol in enumerate(key):
            before, after = self._reach.get(symbol, (0, 0))
            self._reach[symbol] = max(before, at), max(after, len(key) - at - 1)
        for symbol, follower in pairwise(key):
            self._followers[symbol].add(follower)
        if len(key) == 1:
            self._alone[key].append(number)
        elif key:
            length, numbers = self._automaton.get(key, (len(key), ()))
            self._automaton.add_word(key, (length, (*numbers, number)))

    def _symbol(self, word: str) -> str:
        if word not in self._symbols:
            self._symbols[word] = next(self._alphabet)
        return self._symbols[word]

    def _find_reading(self, word: str) -> _Reading | None:
        """How a word may be read, None for one that no keyword knows."""
        symbols = self._look_up(word) or self._look_up(without_doubles(word))
        alone = tuple(number for symbol in symbols for number in self._alone.get(symbol, ()))
        followers = frozenset[str]().union(*(self._followers.get(symbol, ()) for symbol in symbols))
        return _Reading(symbols, alone, followers) if symbols else None

    def _look_up(self, word: str) -> tuple[str, ...]:
        known = (self._symbols.get(form) for form in forms_of(word)) if word else ()
        return tuple(dict.fromkeys(symbol for symbol in known if symbol))

    def _search_run(self, run: Sequence[_Reading], offset: int) -> set[Found]:
        main = "".join([reading.symbols[0] for reading in run])
        found = set(self._search(main, offset))
        for at, reading in enumerate(run):
            for symbol in reading.symbols[1:]:
                found.update(self._search_around(main, run, at, symbol, offset))
        return found

    def _search(self, line: str, offset: int) -> list[Found]:
        after = offset + 1
        hits = self._automaton.iter(line)
        return [(last + after, last + after - length, number) for last, (length, numbers) in hits for number in numbers]

    def _search_around(self, main: str, run: Sequence[_Reading], at: int, symbol: str, offset: int) -> Iterator[Found]:
        """What another reading of the word at `at` completes: the words before it as first read, those after it in each way."""
        reach, ahead = self._reach[symbol]
        start = max(0, at - reach)
        for line in islice(product(*(reading.symbols for reading in run[at + 1 : at + 1 + ahead])), MAX_READINGS):
            yield from self._search(main[start:at] + symbol + "".join(line), offset + start)


def _find_runs(known: Sequence[tuple[int, _Reading]]) -> list[tuple[int, list[_Reading]]]:
    """Words one after the other that stand so in some phrase, two at least: only there can a phrase be."""
    runs: list[tuple[int, list[_Reading]]] = []
    last = -1
    for (at, reading), (after, following) in pairwise(known):
        if after != at + 1 or reading.followers.isdisjoint(following.symbols):
            continue
        if last != at:
            runs.append((at, [reading]))
        runs[-1][1].append(following)
        last = after
    return runs


def _alphabet() -> Iterator[str]:
    """One character after the other for the words, as far as Unicode goes."""
    return (chr(code) for code in range(FIRST_SYMBOL, 0x110000) if code not in SURROGATES)
