"""Keywords found in text: whole words and phrases, in whatever form a writer gives them, in one pass.

Each word of the rules becomes three letters of a private alphabet, so a mail becomes a string of three letters a word, and a phrase is a
substring of it. One Aho-Corasick automaton over those strings finds every keyword of every rule at once: the cost of a mail does not
depend on how many keywords there are.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntFlag
from itertools import chain, islice, pairwise, product
from operator import itemgetter
from typing import NamedTuple

import ahocorasick  # type: ignore[import-not-found]  # a C extension without stubs

from mailticket.text.normalise import MARKS, normalise
from mailticket.tickets.forms import LONGEST, forms_of, keyword_form, without_doubles
from mailticket.tickets.remembered import Remembered

LONGEST_TEXT = 50_000
"""Characters of a text that are looked at; who writes more than 20 pages has said by then what it is about."""
LONGEST_PHRASE = 12
"""Words that a keyword may have."""
WIDTH, DIGITS, FIRST_LETTER = 3, 64, 0x100
"""A word's symbol is its number in three digits, each place with letters of its own: the automaton tries a letter after the other."""
UNKNOWN = "-" * WIDTH
"""Stands in a text for a word that no keyword has."""
MAX_READINGS = 8
PAUSE = 8
"""How many words apart the last word of a subject and the first of a body are taken to stand."""
_WORD = r"[\u0620-\u064a]+|[^\W_\u0620-\u064a]+"
_WORDS = re.compile(_WORD)
_END = re.compile(rf"([.!?؟؛;:]+)[{MARKS}]*$")
"""What ends a sentence: a mark before a space."""
_ASKED = "?"
ENDS = ("", _ASKED)
"""What stands for the end of a sentence among words, and of a question."""
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


@dataclass(slots=True)
class Words:
    """A text as words: each normalised, with its place. Each sentence ends in one of ENDS, which no phrase crosses.

    The first `named` words are the sender's name.
    """

    words: list[str]
    places: list[int]
    named: int = 0


Found = tuple[int, int, int]
"""A phrase in a text: where it ends (exclusive) and begins among the words, and its number among the matcher's. Plain, for speed."""


def split_words(text: str) -> list[str]:
    """The words of a phrase, normalised; an apostrophe inside a word is dropped (can't, cant)."""
    return _join([word for word in _read_chunks(text.split()) if word not in ENDS])


def _read_chunks(chunks: Sequence[str]) -> list[str]:
    """The words of what stands between spaces, normalised, with an end wherever a sentence ends."""
    return list(chain.from_iterable(map(_CHUNKS.__getitem__, chunks)))


def _read_chunk(chunk: str) -> tuple[str, ...]:
    """What stands between two spaces: its words, normalised, and the end of the sentence where it ends one."""
    words: list[str] = _WORDS.findall(normalise(chunk).replace("'", ""))
    found = _END.search(chunk)
    end = () if not found else (_ASKED,) if "?" in found[1] or "؟" in found[1] else ("",)
    return *(part for word in words for part in _part(word[: LONGEST + 1])), *end


_CHUNKS = Remembered(_read_chunk)


def _join(words: list[str]) -> list[str]:
    """The words, each ما that denies nothing joined to the word before it."""
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
    read = Words([], [])
    _read_lines(read, name, _NAME, 0, 0)
    read.named = len(read.words)
    _read_lines(read, subject, _SUBJECT, 0, 0)
    _pause(read)
    _read_lines(read, body, _BODY, _FIRST, _LAST)
    return read


def _pause(read: Words) -> None:
    """Set the subject off from the body, so that their words are not near each other."""
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
    words = _join(_read_chunks(line.split()))
    if words and words[-1] not in ENDS:
        words.append("")
    start = 0
    for end in [at for at, word in enumerate(words, 1) if word in ENDS]:
        read.places += [place | _QUESTION if words[end - 1] else place] * (end - start)
        start = end
    read.words += words


class _Reading(NamedTuple):
    """What a word may stand for: the symbols of keywords' words, the least stripped first, and what keywords do with them."""

    symbol: str = UNKNOWN
    """The first of its symbols."""
    symbols: tuple[str, ...] = ()
    alone: tuple[int, ...] = ()
    """The keywords of that one word alone."""
    followers: frozenset[str] = frozenset()
    """The symbols that stand after one of its own in some keyword."""
    others: tuple[tuple[str, frozenset[str]], ...] = ()
    """Its further symbols that stand in phrases, each with its followers."""


_UNKNOWN = _Reading()
_SYMBOL = itemgetter(0)


class Matcher:
    """The phrases of a rule book, compiled once. Phrases of the same words, however spelt, have one number."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._symbols: dict[str, str] = {}
        self._automaton = ahocorasick.Automaton()
        self._reach: dict[str, tuple[int, int]] = {}
        self._followers: dict[str, set[str]] = defaultdict(set)
        spelt: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for phrase in phrases:
            spelt[tuple(self._symbol(keyword_form(word)) for word in split_words(phrase))].append(phrase)
        spelt.pop((), None)
        self.phrases = list(spelt.values())
        """The phrases of each number, as they were given."""
        self._alone = {key[0]: number for number, key in enumerate(spelt) if len(key) == 1}
        for number, key in enumerate(spelt):
            if len(key) > 1:
                self._add(number, key)
        if len(self._automaton):
            self._automaton.make_automaton()
        self._readings = Remembered(self._find_reading)

    def find(self, words: Iterable[str]) -> list[Found]:
        """Every phrase in the words, in the order in which it ends."""
        readings = list(map(self._readings.__getitem__, words))
        found = [(at + 1, at, number) for at, reading in enumerate(readings) if reading.alone for number in reading.alone]
        if len(self._automaton):
            main = "".join(map(_SYMBOL, readings))
            found += self._search(main, 0)
            further = list(self._read_further(readings, main))
            if further:
                found = list({*found, *further})
        found.sort()
        return found

    def _read_further(self, readings: Sequence[_Reading], main: str) -> Iterator[Found]:
        """The phrases that words' further readings make with their neighbours."""
        last = len(readings) - 1
        for at in [at for at, reading in enumerate(readings) if reading.others]:
            before = readings[at - 1].followers if at else _UNKNOWN.followers
            after = readings[at + 1].symbols if at < last else ()
            for symbol, followers in readings[at].others:
                if symbol in before or not followers.isdisjoint(after):
                    yield from self._search_around(main, readings, at, symbol)

    def _add(self, number: int, key: Sequence[str]) -> None:
        for at, symbol in enumerate(key):
            before, after = self._reach.get(symbol, (0, 0))
            self._reach[symbol] = max(before, at), max(after, len(key) - at - 1)
        for symbol, follower in pairwise(key):
            self._followers[symbol].add(follower)
        self._automaton.add_word("".join(key), (len(key), number))

    def _symbol(self, word: str) -> str:
        if word not in self._symbols:
            self._symbols[word] = _find_symbol(len(self._symbols))
        return self._symbols[word]

    def _find_reading(self, word: str) -> _Reading:
        """How a word may be read; one that no keyword knows has no symbols."""
        symbols = self._look_up(word) or self._look_up(without_doubles(word))
        if not symbols:
            return _UNKNOWN
        alone = tuple(self._alone[symbol] for symbol in symbols if symbol in self._alone)
        following = {symbol: frozenset(self._followers.get(symbol, ())) for symbol in symbols}
        others = tuple((symbol, following[symbol]) for symbol in symbols[1:] if symbol in self._reach)
        return _Reading(symbols[0], symbols, alone, frozenset[str]().union(*following.values()), others)

    def _look_up(self, word: str) -> tuple[str, ...]:
        known = (self._symbols.get(form) for form in forms_of(word)) if word else ()
        return tuple(dict.fromkeys(symbol for symbol in known if symbol))

    def _search(self, line: str, offset: int) -> list[Found]:
        hits = self._automaton.iter(line)
        return [(end := (last + 1) // WIDTH + offset, end - length, number) for last, (length, number) in hits]

    def _search_around(self, main: str, readings: Sequence[_Reading], at: int, symbol: str) -> Iterator[Found]:
        """What another reading of the word at `at` completes: the words before it as first read, those after it in each way."""
        reach, ahead = self._reach[symbol]
        start = max(0, at - reach)
        ways = (reading.symbols or (UNKNOWN,) for reading in readings[at + 1 : at + 1 + ahead])
        for line in islice(product(*ways), MAX_READINGS):
            yield from self._search(main[WIDTH * start : WIDTH * at] + symbol + "".join(line), start)


def _find_symbol(number: int) -> str:
    """The three letters of a number, the digits that differ least first."""
    high, low = divmod(number, DIGITS)
    first, second = divmod(high, DIGITS)
    return chr(FIRST_LETTER + 2 * DIGITS + first) + chr(FIRST_LETTER + DIGITS + second) + chr(FIRST_LETTER + low)
