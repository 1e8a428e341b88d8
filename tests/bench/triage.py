"""What triage costs: with few and many keywords, beside the parsing of the same mail, and on hostile text that grows.

`python -m tests.bench.triage`. Everything is a ratio within this run; each side is measured several times in turn and the best counts.
"""

import math
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from mailticket.inbound.parse import parse_mail
from mailticket.model.mail import Mail
from mailticket.tickets.hours import Calendar
from mailticket.tickets.rules import Action, Condition, Message, Rule, RuleBook, parse_files
from mailticket.tickets.triage import triage
from tests.bench.replies import find_corpus
from tests.people import make_settings

RULES = Path(__file__).parent.parent.parent / "rules"
SETTINGS = make_settings()
CALENDAR = Calendar(SETTINGS.hours, SETTINGS.desk.timezone)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
OWN = frozenset({SETTINGS.desk.address})
SIZE = 2048
HEADERS = """Return-Path: <{sender}>
Received: from mail.example.com (mail.example.com [192.0.2.7]) by mx.example.sa with ESMTPS id 4Xk2 for <info@example.sa>; Sun, 22 Nov 2026 12:00:01 +0300
Authentication-Results: mx.example.sa; spf=pass smtp.mailfrom=example.com; dmarc=pass header.from=example.com
From: {sender}
To: info@example.sa
Subject: {subject}
Date: Sun, 22 Nov 2026 12:00:00 +0300
Message-ID: <{number}@example.com>
MIME-Version: 1.0
"""
PLAIN = """Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}"""
TWIN = """Content-Type: multipart/alternative; boundary=b7

--b7
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}
--b7
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<div dir="auto">{text}</div>
--b7--
"""
MATTERS = (
    "السلام عليكم ورحمة الله\nسجلت في دورة إدارة المشاريع وحضرت كل المحاضرات، ولم تصدر شهادتي في منار حتى الآن. راسلتكم قبل أسبوع وقيل لي انتظر.\n",
    "Hello,\nI can sign in to the platform, but lesson four does not load: the page stays blank and the progress bar is stuck at 60 percent.\n",
    "المحاضرة بدأت الآن ورابط الزوم ما يفتح معي، يطلع لي خطأ كل مرة. زملائي داخل القاعة وأنا برا، أرجو إدخالي بسرعة.\n",
    "Could you tell me how much the Excel course costs, whether there are seats in the evening group, and if I can pay in instalments?\n",
    "نسيت كلمة المرور وما يوصلني رمز التحقق على جوالي الجديد. كيف أغير رقم الجوال في حسابي؟ جربت أكثر من متصفح.\n",
)
STORY = {
    False: "I work in a small company near the harbour and found your centre through a friend who spoke very well of it. We have two children, and after "
    "dinner there is finally some quiet time at home. Last winter I finished something similar elsewhere, and the people there were patient and kind. "
    "I write from my phone on the train, so forgive the length. If anything else is needed from my side, I am glad to bring it along next week. "
    "My brother lives in your city and could come by on any working day, since his shop is only five minutes away on foot. ",
    True: "أعمل في شركة صغيرة قرب الميناء، وقد دلني عليكم صديق قديم يذكركم بكل خير. عندي طفلان، ولا يبقى لي إلا المساء بعد أن يناما. "
    "كنت قد درست شيئا قريبا من هذا في الشتاء الماضي، وكان الناس هناك طيبين صبورين. أكتب لكم من القطار فاعذروني على الإطالة. "
    "وإن احتجتم إلى شيء آخر من جهتي أحضرته معي الأسبوع القادم بإذن الله. أخي يسكن في مدينتكم، ومحله قريب منكم على بعد خمس دقائق مشيا. ",
}
"""What people tell besides the matter, until a mail has its size."""
HOSTILE: Mapping[str, Callable[[int], str]] = {
    "one keyword": lambda n: "شهادة " * (n // 6),
    "two that make a phrase": lambda n: "ما يفتح " * (n // 8),
    "words of many readings": lambda n: "وبالشهاداتهم فسيفتحونها " * (n // 24),
    "far and near": lambda n: "session password " * (n // 34) + "now wrong " * (n // 20),
    "no word twice": lambda n: " ".join(f"كلمة{k}" for k in range(n // 9)),
    "one long word": lambda n: "ش" * n,
    "drawn out": lambda n: ("ش" * 9 + "هادة ") * (n // 14),
    "tatweel only": lambda n: "\u0640" * n,
    "apostrophes": lambda n: "'a" * (n // 2),
    "ends of sentences": lambda n: "؟ " * (n // 2),
    "lines": lambda n: "\n" * n + "a",
    "digits": lambda n: "بعد 1" * (n // 5),
    "not, not, not": lambda n: "ما " * (n // 3),
}


def mails(body: str) -> list[bytes]:
    """Mails of 2 kB as they lie on a server, each about one matter, told at length."""
    return [_mail(number, matter, body) for number, matter in enumerate(MATTERS)]


def _mail(number: int, matter: str, body: str) -> bytes:
    head = HEADERS.format(sender=f"p{number}@example.com", subject=" ".join(matter.split()[:4]), number=number)
    size = (SIZE - len((head + body.format(text="")).encode())) // body.count("{text}")
    text = (matter + STORY["\u0620" <= matter[0] <= "\u06ff"] * 4).encode()[:size].decode(errors="ignore")
    return (head + body.format(text=text)).encode()


def corpus_mails() -> list[bytes]:
    """The corpus's mails of about that size, none where there is no corpus."""
    files = (path for path in sorted(find_corpus().rglob("*.eml")) if SIZE * 0.75 <= path.stat().st_size <= SIZE * 1.25)
    return [path.read_bytes() for path in files]


def message(mail: Mail) -> Message:
    """What triage reads of a mail."""
    return Message(mail.subject, mail.reply_text, mail.strict_sender or "", language=mail.language)


def invented(count: int) -> Iterator[str]:
    """Keywords that nobody writes: words and phrases of two, Arabic and Latin."""
    chance = random.Random(7)
    for _ in range(count):
        letters = chance.choice(("بتثجحخدذرزسشصضطعغفقكلمنهوي", "abcdefghijklmnopqrstuvwxyz"))
        yield " ".join("".join(chance.choices(letters, k=chance.randint(4, 8))) for _ in range(chance.choice((1, 1, 2))))


def book(keywords: Sequence[str]) -> RuleBook:
    """Rules of ten keywords each."""
    slices = [tuple(keywords[at : at + 10]) for at in range(0, len(keywords), 10)]
    return RuleBook([Rule(f"r{number}", "", Condition(any=words), Action(team="live")) for number, words in enumerate(slices)])


def shipped() -> RuleBook:
    """The rules that the program ships."""
    rules, faults = parse_files({path.name: path.read_text(encoding="utf-8") for path in RULES.glob("*.toml")})
    assert not faults
    return RuleBook(rules)


def measure(*works: Callable[[], object], rounds: int = 7, seconds: float = 0.12) -> list[float]:
    """The least CPU seconds of each, all measured in turn so that a slow moment of the machine hits each alike."""
    best = [math.inf] * len(works)
    for _ in range(rounds):
        for number, work in enumerate(works):
            best[number] = min(best[number], _once(work, seconds))
    return best


def _once(work: Callable[[], object], seconds: float) -> float:
    count, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        work()
        count += 1
    return (time.process_time() - began) / count


def decide(messages: Sequence[Message], rules: RuleBook) -> Callable[[], object]:
    """The work of deciding about all of them."""
    return lambda: [triage(message, rules, SETTINGS, CALENDAR, NOW) for message in messages]


def slope(rules: RuleBook, shape: Callable[[int], str], sizes: Sequence[int] = (6_000, 12_000, 24_000, 48_000)) -> float:
    """By which power the cost grows with the text: 1 is in proportion, 2 would be a danger."""
    works = [decide([Message("", shape(size), "a@example.com")], rules) for size in sizes]
    times = measure(*works, rounds=3, seconds=0.02)
    return math.log(times[-1] / times[0]) / math.log(sizes[-1] / sizes[0])


def compare(raws: Sequence[bytes], rules: RuleBook) -> str:
    """What deciding about mails costs beside parsing them, in words."""
    if not raws:
        return "    -  (no corpus here: CORPUS names its folder)"
    messages = [message(parse_mail(raw, OWN)) for raw in raws]
    cost, parsing = measure(decide(messages, rules), lambda: [parse_mail(raw, OWN) for raw in raws])
    letters = sum(len(one.text) for one in messages) / len(raws)
    told = f"{len(raws)} mails with {letters:,.0f} letters of new text each"
    return f"{cost / parsing:5.2f}  ({cost / len(raws) * 1e6:,.0f} of {parsing / len(raws) * 1e6:,.0f} us; {told})"


def main() -> None:
    """Print every ratio."""
    raws = mails(PLAIN)
    messages = [message(parse_mail(raw, OWN)) for raw in raws]
    hundred = sorted({word for text in (*MATTERS, *STORY.values()) for word in text.split() if len(word) > 4})[:100]
    few, many, own = book(hundred), book([*hundred, *invented(9_900)]), shipped()
    print(f"triage of {len(raws)} mails of {max(map(len, raws)):,} bytes, CPU seconds of one core, the best of several rounds")
    fast, slow = measure(decide(messages, few), decide(messages, many))
    print(f"  10,000 keywords over 100          {slow / fast:5.2f}  (at most 1.3)")
    print("  shipped rules over parsing, at most 1:")
    for name, some in {"text alone": raws, "text and HTML": mails(TWIN), "mails of the corpus": corpus_mails()}.items():
        print(f"    {name:<30}  {compare(some, own)}")
    slopes = {name: slope(own, shape) for name, shape in HOSTILE.items()}
    for name, power in slopes.items():
        print(f"  growth, {name:<24}  n^{power:4.2f}")
    print(f"  steepest growth                 n^{max(slopes.values()):4.2f}  (1 is in proportion)")


if __name__ == "__main__":
    main()
