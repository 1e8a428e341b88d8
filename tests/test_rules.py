"""The rule engine: words in all their forms, conditions, and faults that name line and remedy."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailticket.model.mail import Language
from mailticket.model.policy import Agent, Desk, Hours, Settings, Team
from mailticket.model.ticket import Channel, Priority, Type
from mailticket.text.normalise import normalise
from mailticket.tickets.forms import forms_of, keyword_form
from mailticket.tickets.hours import Calendar
from mailticket.tickets.match import Matcher, Place, read_words, split_words
from mailticket.tickets.rules import Action, Condition, Message, Rule, RuleBook, check_rules, parse_rules

CALENDAR = Calendar(Hours())
OPEN, CLOSED = datetime(2026, 11, 22, 9, tzinfo=UTC), datetime(2026, 11, 27, 9, tzinfo=UTC)


def find(when: str, message: Message, now: datetime = OPEN) -> list[tuple[str, ...]]:
    """The words of each hit of a book with one rule of that condition."""
    rules, faults = parse_rules(f'[[rule]]\nname = "r"\nwhen = {when}\nthen = {{ team = "live" }}', "r.toml")
    assert not faults
    return [hit.words for hit in RuleBook(rules).find_hits(message, CALENDAR, now)]


def hits(when: str, text: str = "", **fields: Any) -> bool:
    values: dict[str, Any] = {"subject": "", "text": text, "sender": "sara@example.com"} | fields
    return bool(find(when, Message(**values)))


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        pytest.param("شهادة", "وبالشهادات", id="particles-and-plural"),
        pytest.param("شهادة", "شهادتي", id="pronoun"),
        pytest.param("شهادة", "لشهادتكم", id="particle-and-pronoun"),
        pytest.param("شهادة", "شهاداتهم", id="plural-and-pronoun"),
        pytest.param("شهادة", "الشَّهَادَةُ", id="diacritics"),
        pytest.param("شهادة", "الشهــــادة", id="tatweel"),
        pytest.param("شهادة", "شهاااادة", id="drawn-out"),
        pytest.param("شهادة", "الشهاده", id="ha-for-ta-marbuta"),
        pytest.param("الشهادة", "شهادتنا", id="keyword-with-article"),
        pytest.param("إلغاء", "الغاء", id="hamza"),
        pytest.param("محاضرة", "المحاظرة", id="dad-and-za"),
        pytest.param("متدرب", "للمتدربين", id="lil-and-plural"),
        pytest.param("متدرب", "كالمتدربون", id="kal"),
        pytest.param("متدرب", "فمتدربات", id="feminine-plural"),
        pytest.param("شهادة", "شهادتين", id="dual"),
        pytest.param("محاضرة", "هالمحاضرة", id="dialect-demonstrative"),
        pytest.param("كلمة المرور", "نسيت كلمة مروري", id="phrase"),
        pytest.param("يفتح", "تفتح", id="verb-she"),
        pytest.param("يفتح", "سيفتحون", id="verb-they-will"),
        pytest.param("يفتح", "حنفتحها", id="verb-we-will-in-dialect"),
        pytest.param("يرسل", "أرسلوها", id="verb-you-do-it"),
        pytest.param("يسوي", "تسوون", id="verb-that-loses-its-ya"),
        pytest.param("يرسل", "ترسلونها", id="verb-you-all-do-it"),
        pytest.param("تخفيض", "تخفيضا", id="noun-in-the-accusative"),
        pytest.param("دفع", "دفعت", id="verb-i-did"),
        pytest.param("دفع", "دفعناها", id="verb-we-did-it"),
        pytest.param("استلم", "استلمتها", id="verb-i-did-it"),
        pytest.param("ما يفتح", "مايفتح", id="not-written-on"),
        pytest.param("ما يفتح", "مبيفتحش", id="not-around-the-verb"),
        pytest.param("ما قدر", "مقدرتش", id="not-around-what-was"),
        pytest.param("مو قادر", "موقادر", id="not-able-as-one-word"),
        pytest.param("لا يعمل", "لايعمل", id="la-written-on"),
        pytest.param("ما وصل", "وما وصلني", id="and-not"),
        pytest.param("محتوى", "محتواه", id="final-ya-before-a-pronoun"),
        pytest.param("دخول", "دخولل", id="doubled-by-a-slip"),
        pytest.param("attendance", "my attendance", id="a-stem-of-its-own"),
        pytest.param("١٤ يوم", "بعد 14 يوم", id="digits"),
        pytest.param("certificate", "Certificates!", id="english-plural"),
        pytest.param("register", "I registered yesterday", id="english-past"),
        pytest.param("can't", "i cant open it", id="apostrophe"),
        pytest.param("password", "الـpassword", id="article-on-an-english-word"),
        pytest.param("sign in", "Sign-in page", id="hyphen"),
    ],
)
def test_a_keyword_finds_its_forms(keyword: str, text: str) -> None:
    """A keyword finds every form of its words that a writer gives them."""
    assert hits(f'{{ any = ["{keyword}"] }}', text)


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        pytest.param("رد", "بريد", id="inside-a-word"),
        pytest.param("cat", "certificate category", id="inside-an-english-word"),
        pytest.param("كلمة المرور", "كلمة. المرور", id="phrase-over-sentences"),
        pytest.param("كلمة المرور", "كلمة السر والمرور", id="phrase-with-a-gap"),
        pytest.param("بنك", "ابن", id="another-word"),
        pytest.param("اليوم", "كل يوم", id="lexical-article"),
        pytest.param("ما ارسل", "كل ما أرسل", id="whenever-is-no-not"),
        pytest.param("حضر", "حضرتك", id="the-polite-you"),
        pytest.param("attendance", "I attend", id="not-the-verb"),
        pytest.param("instalment", "install it", id="another-stem"),
        pytest.param("متدربي", "المتدربين", id="a-plural-is-no-verb"),
        pytest.param("ما يك", "المايك", id="microphone-is-no-not"),
    ],
)
def test_a_keyword_finds_no_other_word(keyword: str, text: str) -> None:
    """Keywords match whole words and unbroken phrases only."""
    assert not hits(f'{{ any = ["{keyword}"] }}', text)


def test_a_doubled_letter_is_undone_only_where_the_word_is_unknown() -> None:
    """A word that a keyword holds as it stands is not taken for a slip of another."""
    matcher = Matcher(["التحق", "رمز التحقق"])
    assert [phrase for _, _, phrase in matcher.find(split_words("رمز التحقق"))] == [1]


def test_every_reading_of_a_word_is_tried() -> None:
    """A word that may stand for several keywords finds all of them, also inside phrases, however few letters were taken off."""
    matcher = Matcher(["بالشهادة", "شهادة", "شهادة الدورة", "طلب بالشهادة"])
    found = {phrase for _, _, phrase in matcher.find(split_words("طلب بالشهادة الدورة"))}
    assert found == {0, 1, 2, 3}


SAMPLES = ("شهادة", "دورة", "بالدورة", "وشهادات", "منار", "شهادتي", "كلمة", "لكلمة", "المرور", "مرور", "login", "logins")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SAMPLES), max_size=12))
def test_agrees_with_a_slow_matcher(words: list[str]) -> None:
    """The one pass finds just what comparing every phrase at every place finds."""
    phrases = ["شهادة", "دورة", "شهادة دورة", "كلمة المرور", "login", "شهادات", "منار شهادة دورة", "بالدورة"]
    text = split_words(" ".join(words))
    keys = [[keyword_form(word) for word in split_words(phrase)] for phrase in phrases]
    slow = {
        (at + len(key), at, number)
        for number, key in enumerate(keys)
        for at in range(len(text) - len(key) + 1)
        if all(form in forms_of(word) for form, word in zip(key, text[at:], strict=False))
    }
    assert set(Matcher(phrases).find(text)) == slow


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="اأإبتةهويكلمنسش \u200f\n.؟?'abc12", max_size=80))
def test_any_text_is_read(text: str) -> None:
    """Words and places go together for any text, and each word may stand for itself."""
    read = read_words(text, text, text)
    assert len(read.words) == len(read.places)
    assert all(keyword_form(word) in forms_of(word) for word in split_words(normalise(text)))


@pytest.mark.parametrize(
    ("when", "text", "expected"),
    [
        pytest.param('{ any = ["شهادة"], none = ["شهادة الآيبان"] }', "أرسل لكم شهادة الآيبان", False, id="none"),
        pytest.param('{ any = ["شهادة"], none = ["شهادة الآيبان"] }', "وين الشهادة", True, id="none-absent"),
        pytest.param('{ all = ["zoom", "link"] }', "the link for Zoom", True, id="all"),
        pytest.param('{ all = ["zoom", "link"] }', "the Zoom app", False, id="all-one-missing"),
        pytest.param('{ all = [["zoom", "teams"], "link"] }', "Teams link", True, id="all-with-alternatives"),
        pytest.param('{ any = ["session"], all = ["now"], near = 3 }', "the session is running now", True, id="near"),
        pytest.param('{ any = ["session"], all = ["now"], near = 2 }', "the session is still running now", False, id="not-near"),
        pytest.param('{ any = ["شهادة"], none = ["لا اريد"], near = 2 }', "لا أريد الشهادة الآن", False, id="negation-in-reach"),
        pytest.param('{ any = ["شهادة"], none = ["لا اريد"], near = 2 }', "لا أريد الانتظار أكثر، وين شهادتي", True, id="negation-far"),
        pytest.param("{ pattern = 'order\\s+\\d{4}' }", "Order ٨٨٢١ please", True, id="pattern"),
        pytest.param("{ pattern = 'order\\s+\\d{4}' }", "Order 88", False, id="pattern-absent"),
    ],
)
def test_words_and_patterns(when: str, text: str, expected: bool) -> None:
    """Conditions on words hold as they read."""
    assert hits(when, text) is expected


@pytest.mark.parametrize(
    ("when", "fields", "expected"),
    [
        pytest.param('{ any = ["zoom"], in = ["subject"] }', {"subject": "Zoom"}, True, id="in-subject"),
        pytest.param('{ any = ["zoom"], in = ["subject"] }', {"text": "Zoom"}, False, id="not-in-subject"),
        pytest.param('{ any = ["zoom"], in = ["first"] }', {"text": "Zoom\nfails\nnow"}, True, id="in-first-line"),
        pytest.param('{ any = ["zoom"], in = ["last"] }', {"text": "Zoom\nfails\nnow"}, False, id="not-in-last-line"),
        pytest.param('{ any = ["zoom"], in = ["question"] }', {"text": "Hello. Is it Zoom? Thanks."}, True, id="in-question"),
        pytest.param('{ any = ["مدرب"], in = ["name"] }', {"sender_name": "المدرب سيف"}, True, id="in-name"),
        pytest.param('{ any = ["مدرب"] }', {"sender_name": "المدرب سيف"}, False, id="name-only-when-asked"),
        pytest.param('{ from = "sara@*" }', {}, True, id="from"),
        pytest.param('{ from = ["omar@example.com"] }', {}, False, id="from-another"),
        pytest.param('{ domain = "example.com" }', {"sender": "a@mail.example.com"}, True, id="domain-below"),
        pytest.param('{ domain = "example.com" }', {"sender": "a@notexample.com"}, False, id="domain-alike"),
        pytest.param('{ to = "billing@example.sa" }', {"to": ("info@example.sa", "Billing@example.sa")}, True, id="to"),
        pytest.param('{ channel = ["whatsapp"] }', {"channel": Channel.WHATSAPP}, True, id="channel"),
        pytest.param('{ channel = ["whatsapp"] }', {}, False, id="another-channel"),
        pytest.param('{ language = "en" }', {"language": Language.EN}, True, id="language"),
        pytest.param("{ attachment = true }", {"attachments": ("a.pdf",)}, True, id="attachment"),
        pytest.param("{ attachment = false }", {"attachments": ("a.pdf",)}, False, id="no-attachment"),
        pytest.param('{ attachment = "*.pdf" }', {"attachments": ("x.png", "A.PDF")}, True, id="attachment-by-name"),
    ],
)
def test_circumstances(when: str, fields: dict[str, Any], expected: bool) -> None:
    """Conditions on the mail's circumstances hold as they read."""
    assert hits(when, **fields) is expected


@pytest.mark.parametrize(
    ("during", "now", "expected"),
    [("hours", OPEN, True), ("hours", CLOSED, False), ("off", CLOSED, True), ("off", OPEN, False), ("session", OPEN, False)],
)
def test_during(during: str, now: datetime, expected: bool) -> None:
    """A rule may hold within working hours or outside of them; no session is known yet."""
    assert bool(find(f'{{ during = "{during}" }}', Message("", "", "a@example.com"), now)) is expected


def test_hits_keep_words_and_place() -> None:
    """A hit says which words of the mail made it, and weighs them by their place."""
    rule = Rule("r", "", Condition(any=("شهادة",)), Action(team="certificate", score=4))
    (hit,) = RuleBook([rule]).find_hits(Message("شهادتي", "", "a@example.com"), CALENDAR, OPEN)
    assert (hit.words, hit.score) == (("شهادتي",), 3.0)


@pytest.mark.parametrize(("text", "score"), [("شهادة", 4.0), ("شهادة شهادة", 4.0), ("شهادة منار", 4.8), ("شهادة منار نقل رسوم رسوب", 6.4)])
def test_more_words_weigh_more(text: str, score: float) -> None:
    """Each further word that a rule finds adds a fifth to its score, three words at most; the same word again adds nothing."""
    rule = Rule("r", "", Condition(any=("شهادة", "منار", "نقل", "رسوم", "رسوب")), Action(team="certificate", score=4))
    (hit,) = RuleBook([rule]).find_hits(Message("", f"السلام عليكم\n{text}\nشكرا", "a@example.com"), CALENDAR, OPEN)
    assert hit.score == score


def test_stop_ends_the_book() -> None:
    """After a rule that stops no other is asked."""
    first = Rule("first", "", Condition(any=("zoom",)), Action(team="live", stop=True))
    second = Rule("second", "", Condition(any=("zoom",)), Action(team="platform"))
    found = RuleBook([first, second]).find_hits(Message("", "zoom", "a@example.com"), CALENDAR, OPEN)
    assert [hit.rule.name for hit in found] == ["first"]


def test_aside() -> None:
    """Words that are set aside route nothing, within reach and sentence, but still tell the type."""
    rules = [
        Rule("aside", "", Condition(any=("لا اريد",)), Action(aside=3)),
        Rule("back", "", Condition(any=("works",)), Action(aside=-2)),
        Rule("team", "", Condition(any=("شهادة", "login")), Action(team="certificate")),
        Rule("type", "", Condition(any=("شهادة",)), Action(type=Type.REQUEST)),
    ]

    def names(text: str) -> set[str]:
        return {hit.rule.name for hit in RuleBook(rules).find_hits(Message("", text, "a@example.com"), CALENDAR, OPEN)}

    assert names("لا أريد الشهادة الآن") == {"aside", "type"}
    assert names("لا أريد. الشهادة متأخرة") == {"aside", "team", "type"}
    assert names("my login works") == {"back"}


EVERYTHING = """
[[rule]]
name = "all-of-it"
why  = "Every key at once"
when.any = ["شهادة", "certificate"]
when.all = ["a", ["b", "c"]]
when.none = ["d"]
when.in = ["subject", "body", "name", "first", "last", "question"]
when.near = 4
when.from = "Sara@Example.com"
when.to = ["info@example.sa"]
when.domain = "@Example.com"
when.channel = ["email", "form"]
when.language = "ar"
when.attachment = ["*.pdf"]
when.during = "hours"
when.pattern = '\\d+'
then.team = "certificate"
then.score = 2.5
then.type = "request"
then.priority = "high"
then.tags = ["x"]
then.owner = "sara@example.sa"
then.watch = ["omar@example.sa"]
then.template = "t"
then.stop = true
then.aside = -2
"""


def test_every_key() -> None:
    """Every key of a rule is read to its value."""
    (rule,), faults = parse_rules(EVERYTHING, "all.toml")
    assert not faults
    assert (rule.name, rule.why, rule.file, rule.line) == ("all-of-it", "Every key at once", "all.toml", 2)
    assert rule.when.all == (("a",), ("b", "c"))
    assert rule.when.places == ~Place(0)
    assert (rule.when.sender, rule.when.domain) == (("sara@example.com",), ("example.com",))
    assert rule.when.channel == (Channel.EMAIL, Channel.FORM)
    people = "sara@example.sa", ("omar@example.sa",)
    assert rule.then == Action("certificate", 2.5, Type.REQUEST, Priority.HIGH, ("x",), *people, "t", True, -2)


HEAD = '[[rule]]\nname = "a"\n'
WHEN, THEN = 'when = { any = ["x"] }\n', 'then = { team = "t" }'


@pytest.mark.parametrize(
    ("text", "line", "message", "remedy"),
    [
        pytest.param('[[rule]]\nname = "a\n', 2, "not valid TOML", "double quotes", id="toml"),
        pytest.param("rules = 1\n", 1, '"rules"', "[[rule]]", id="unknown-table"),
        pytest.param("rule = 1\n", 1, "not a list", "[[rule]]", id="not-a-list"),
        pytest.param(HEAD + 'when = { anny = ["x"] }\n' + THEN, 3, '"anny": unknown key', '"any"', id="unknown-key"),
        pytest.param(HEAD + WHEN + 'then = { prio = "high" }', 4, '"prio": unknown key', "priority", id="unknown-action"),
        pytest.param('[[rule]]\nwhen = { any = ["x"] }\n' + THEN, 1, "without a name", "name =", id="no-name"),
        pytest.param(HEAD + THEN, 1, 'without "when"', "when", id="no-condition"),
        pytest.param(HEAD + WHEN, 1, 'without "then"', "then", id="no-action"),
        pytest.param(HEAD + 'when = { near = 3 }\n' + THEN, 1, "no condition", "any", id="empty-condition"),
        pytest.param(HEAD + WHEN + 'then = { score = 3 }', 1, "no action", "team", id="empty-action"),
        pytest.param(HEAD + 'when = { any = [1] }\n' + THEN, 3, "not a list of texts", "list", id="type"),
        pytest.param(HEAD + 'when = { any = ["?!"] }\n' + THEN, 3, "no word", "pattern", id="no-word"),
        pytest.param(HEAD + 'when.any = ["x"]\nwhen.in = ["head"]\n' + THEN, 4, '"head"', "subject", id="place"),
        pytest.param(HEAD + WHEN + 'then = { type = "wish" }', 4, '"wish"', "complaint", id="word"),
        pytest.param(HEAD + 'when = { pattern = "(a" }\n' + THEN, 3, "regular expression", "look-arounds", id="pattern"),
        pytest.param(HEAD + "when = { pattern = '(a)\\1' }\n" + THEN, 3, "linear time", "back-references", id="backreference"),
        pytest.param(HEAD + 'when = { any = ["x"], near = 0 }\n' + THEN, 3, "number", "from 1", id="near"),
        pytest.param(HEAD + WHEN + 'then = { stop = "yes" }', 4, "true nor false", "without quotes", id="flag"),
        pytest.param("#" * 1_000_001, 1, "longer than", "split", id="too-long"),
    ],
)
def test_faults(text: str, line: int, message: str, remedy: str) -> None:
    """A fault in a rule file is reported with its line, what is wrong and the remedy, and its rule is left out."""
    rules, faults = parse_rules(text, "r.toml")
    assert not rules
    fault = faults[0]
    assert (fault.file, fault.line) == ("r.toml", line)
    assert message in fault.message
    assert remedy in fault.remedy


def test_all_faults_at_once() -> None:
    """Every fault of a file is found in one reading, and the rules without a fault stand."""
    good = '[[rule]]\nname = "good"\nwhen = { any = ["x"] }\nthen = { team = "t" }\n'
    bad = '[[rule]]\nname = "bad"\nwhen = { anny = ["x"], near = "far" }\nthen = { team = 1 }\n'
    rules, faults = parse_rules(bad + good + bad, "r.toml")
    assert [rule.name for rule in rules] == ["good"]
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
    assert {fault.line for fault in faults if '"' in fault.message} >= {3, 4, 11, 12}


def test_rules_are_checked_against_the_settings() -> None:
    """Teams and agents that the settings lack, and names given twice, are reported with the rule's line."""
    own = Settings(Desk("info@example.sa"), (), None, teams=(Team("live"),), agents=(Agent("sara@example.sa"),))
    text = """
[[rule]]
name = "a"
when = { any = ["x"] }
then = { team = "life", owner = "omar@example.sa", watch = ["sara@example.sa"] }
[[rule]]
name = "a"
when = { any = ["x"] }
then = { team = "live" }
"""
    faults = check_rules(RuleBook(parse_rules(text, "r.toml")[0]), own)
    said = [(fault.line, fault.message.split(":")[0]) for fault in faults]
    assert said == [(2, 'rule "a"'), (2, 'rule "a"'), (6, 'a second rule is called "a"')]
    assert "live" in faults[0].remedy


def test_each_counts_every_different_word() -> None:
    """A vocabulary's rule scores once for each different word found, in any form; words set aside and the sender's name count nothing."""
    words = Rule("said", "", Condition(each=((0.5, ("شهادة", "loan")), (1.0, ("course",)))), Action(team="content"))
    aside = Rule("aside", "", Condition(any=("not about",)), Action(aside=3))
    book = RuleBook([words, aside])
    message = Message("", "My course, my courses! وبالشهادات ... not about the loan", "", "Course")
    found = book.find_hits(message, CALENDAR, datetime(2026, 11, 22, 9, tzinfo=UTC))
    assert [(hit.rule.name, hit.words, hit.score) for hit in found if hit.rule is words] == [("said", ("course", "courses", "وبالشهادات"), 2.5)]
