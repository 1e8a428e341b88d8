"""Which language a person writes in, by counting scripts and looking for clauses.

The desk answers in the mail's own language first, so a product name, a quoted error or a bare greeting must not turn an
Arabic mail into a mixed one; and Arabic written in Latin letters (Arabizi) is Arabic.
"""

import re
from itertools import filterfalse

from mailticket.model.mail import Language
from mailticket.text.normalise import fold_letters

_LIMIT = 2000
_SHORT = 300
_GLANCE = 600
_QUOTED = re.compile(r"(?m)^\s*>.*$|https?://\S+|(?<!\S)\S+@\S+|«[^»\n]{0,300}»|“[^”\n]{0,300}”|\"[^\"\n]{0,300}\"|\([^()\n]{0,200}\)")
_BORROWED = re.compile(r"[>\"(@]|://|(?i:sent from|get outlook for)")
"""Signs of words that may not be the writer's own."""
_SENT_FROM = re.compile(r"(?mi)^\W*(?:sent from|get outlook for|أُ?رسلت? من|مُ?رسل(?:ة)? من|تم الإرسال من).*$")
_GREETING = re.compile(
    r"(?:ال)?سلام عليكم(?: و ?رحمه الله)?(?: و ?بركاته)?|و ?عليكم السلام|صباح الخير|مسا الخير|تحيه طيبه(?: و ?بعد)?|"
    r"مع (?:خالص )?(?:التحيه|الشكر|التقدير)"
    r"|\bو?(?:مرحبا|اهلا|هلا|تحياتي|شكرا|لكم|جزيلا|مقدما|مشكورين)\b"
)
_RUNS = re.compile(r"(?P<ar>[؀-ۿ][؀-ۿ\s\d،.:/-]*)|(?P<en>[a-z][a-z\s\d',;:/&.!?-]*)")
_FOLDED = re.compile("[\u0600-\u06ff\u200c-\u200f\u2018\u2019\ufb50-\ufeff\uff01-\uff5e]")
"""Letters that folding changes: Arabic in all its shapes, curled apostrophes, wide Latin."""
_WORD_AR = re.compile(r"[؀-ۿ]{2,}")
_WORD_EN = re.compile(r"[a-z][a-z']*")
_WORD_LATIN = re.compile(r"[a-z0-9']+")
_SAYS = re.compile(
    r"(?:[يت](?:قول|طلع|ظهر|كتب)|طلع|ظهرت?|كاتب|مكتوب|عباره|رساله|الرساله|خطا|الخطا|اسمها?|بعنوان|عنوانها?|دوره|كورس|برنامج|ماده|"
    r"مقرر)(?: (?:لي|لنا|عليه))?[\s:،]*$"
)
_CLAUSE_WORDS = frozenset(
    [
        "i", "i'm", "i've", "i'd", "im", "you", "your", "you're", "we", "we're", "our", "us", "he", "she", "she's", "they",
        "their", "it", "it's", "its", "this", "that", "these", "there", "my", "me", "is", "isn't", "are", "aren't", "was", "were",
        "be", "been", "am", "do", "does", "don't", "did", "didn't", "have", "has", "had", "can", "can't", "cannot", "could",
        "would", "should", "will", "won't", "please", "pls", "need", "want", "what", "when", "where", "why", "how", "which",
        "who", "if", "and", "but", "because", "asap", "thank", "thanks", "help", "just", "still", "not", "no", "nobody", "never",
        "attached", "so", "every", "same", "since", "again", "already", "yet", "says", "said", "then", "also", "even", "him", "them",
        "his", "her", "got", "tried", "try",
    ]
)
_ARABIZI_WORDS = frozenset(
    [
        "el", "al", "ana", "ma", "mafi", "wla", "wala", "bs", "bas", "msh", "mish", "mo", "mu", "abi", "abgha", "abgha", "ahtaj",
        "kif", "keef", "shlon", "laish", "lesh", "leh", "meta", "mata", "wain", "wen", "hatha", "hathi", "hada", "hadi", "enta",
        "ente", "entu", "entom", "ya", "yalla", "salam", "slam", "slm", "alaikum", "3lekm", "3alaikum", "shukran", "shukrn",
        "mumken", "momken", "yemken", "law", "lw", "sam7tu", "sama7tu", "wallah", "wallahi", "inshallah", "fee", "feeh", "fi",
        "shahada", "shahadat", "shahadah", "dawra", "dawrah", "dawrat", "bel", "lel", "lil", "fel", "fil", "3ala", "3la", "men",
        "mn", "min", "ma3", "ma3a", "kam", "bkam", "kol", "kel", "kul", "shay", "shi", "tamam", "marhaba", "mar7aba", "sho",
        "shu", "esh", "wesh", "wsh", "kaman", "lazem", "lessa", "lesa", "badi", "biddi", "ayez", "3ayez", "awel", "ba3d", "gabl",
        "qabl", "hal", "alhamdulillah", "allah", "masa", "masarat", "yom", "youm", "bokra", "bukra", "w", "wa", "aw", "lakin",
        "bss", "ra7", "7ata", "hatta", "kan", "kanat", "rabi", "rabbi",
    ]
)
_NUMBER_LETTER = re.compile(r"\b(?=[a-z0-9']*[a-z])(?:[a-z']*[235679][a-z'][a-z0-9']*|[a-z']+[2357][a-z0-9']*)\b")
_NOT_NUMBER_LETTER = re.compile(
    r"\d{2}|^(?:mp[34]|h2o|a[345]|b2b|p2p|web[23]|win7|office365|i[357]|\d(?:st|nd|rd|th|am|pm|d|g|k|gb|mb|min|x|h))$"
)


def find_language(text: str, default: Language) -> Language:
    """The language of the words in the text; `default` when it holds none. Only the first 2,000 characters are looked at."""
    sample = text[:_LIMIT]
    if sample.isascii() and _is_plainly_english(sample):
        return Language.EN
    own = sample if sample.isascii() and not _BORROWED.search(sample) else _SENT_FROM.sub(" ", _QUOTED.sub(" . ", sample))
    body = _GREETING.sub(" ، ", fold_letters(own)) if _FOLDED.search(own) else own.lower()
    arabic, latin = 0 if own.isascii() else len(_WORD_AR.findall(body)), len(_WORD_EN.findall(body))
    if not arabic + latin:
        return _by_script(own, default)
    if latin > arabic and _is_arabizi(body, latin):
        return Language.AR
    return _weigh(body, arabic, latin)


def _is_plainly_english(sample: str) -> bool:
    """Whether Latin letters carry no Arabic, told by a look at the words alone."""
    words = sample.lower()
    if (len(sample) > _SHORT or not _BORROWED.search(sample)) and (
        _is_surely_english(words[:_GLANCE]) or (len(words) > _GLANCE and _is_surely_english(words))
    ):
        return True
    if any(sign in sample for sign in '>"('):
        return False
    said = _WORD_LATIN.findall(words)
    return len(said) > 12 and _ARABIZI_WORDS.isdisjoint(said) and not any(map(_NUMBER_LETTER.fullmatch, filterfalse(str.isalpha, said)))


def _is_surely_english(text: str) -> bool:
    """Whether text of Latin letters has far more words that English is built with than marks of Arabizi: no closer look is needed."""
    words = set(text.split())
    english = len(words & _CLAUSE_WORDS)
    if english < 2:
        return False
    numbered = sum(map(str.isalnum, filterfalse(str.isdigit, filterfalse(str.isalpha, words))))
    return english >= 2 + 2 * len(words & _ARABIZI_WORDS) + 3 * numbered


def _weigh(body: str, arabic: int, latin: int) -> Language:
    """Mixed when each language has a clause of its own, otherwise the one with more words."""
    if arabic >= 2 and latin >= 3 and _has_english_clause(body) and _has_arabic_clause(body):
        return Language.MIXED
    if arabic and latin and _has_english_clause(body):
        return Language.EN if latin >= 3 * arabic else Language.AR
    return Language.AR if arabic * 2 >= latin or (arabic and not _has_english_clause(body)) else Language.EN


def _by_script(text: str, default: Language) -> Language:
    """What is left when greetings and quotes are all there is."""
    arabic, latin = sum("؀" <= c <= "ۿ" for c in text), sum("a" <= c <= "z" for c in text.casefold())
    if not arabic + latin:
        return default
    return Language.AR if arabic >= latin else Language.EN


def _has_arabic_clause(body: str) -> bool:
    """Two Arabic words in a row that are no greeting."""
    return any(len(_WORD_AR.findall(run[0])) >= 2 for run in _RUNS.finditer(body) if run["ar"])


def _has_english_clause(body: str) -> bool:
    """Two or more English words in a row, some of those that clauses are built with; not what a screen is said to say, or a title."""
    runs = (run for run in _RUNS.finditer(body) if run["en"] and _is_clause(run[0]))
    return any(not _SAYS.search(body, max(0, run.start() - 40), run.start()) for run in runs)


def _is_clause(run: str) -> bool:
    words = _WORD_EN.findall(run)
    marks = sum(word in _CLAUSE_WORDS for word in words)
    return len(words) >= 2 and marks >= (2 if len(words) == 2 else 1) and marks * 8 >= len(words)


def _is_arabizi(body: str, latin: int) -> bool:
    """Latin letters carrying Arabic: enough marker words, or words with digits for letters (7abibi, 3ala)."""
    words = _WORD_LATIN.findall(body)
    numbered = sum(bool(_NUMBER_LETTER.fullmatch(word)) and not _NOT_NUMBER_LETTER.search(word) for word in words if not word.isalpha())
    marked = sum(word in _ARABIZI_WORDS for word in words)
    english = sum(word in _CLAUSE_WORDS for word in words)
    return bool(latin) and (marked + 1.5 * numbered) * 6 >= latin and marked + numbered >= 2 and marked + 1.5 * numbered > 1.2 * english
