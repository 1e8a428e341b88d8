"""Triage: what the rules decide together, the shipped rules, and how they are scored."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailticket.model.outcome import Triage
from mailticket.model.policy import Desk, Hours, Settings, Team
from mailticket.model.ticket import Priority, Type
from mailticket.tickets.hours import Calendar
from mailticket.tickets.rules import Action, Condition, Message, Rule, RuleBook, check_rules, parse_files
from mailticket.tickets.score import score_rules
from mailticket.tickets.triage import triage

NAMES = ("enrolment", "platform", "account", "live", "trainer", "certificate", "content", "oversight", "general", "operations")
SETTINGS = Settings(Desk("info@example.sa"), (), None, teams=tuple(map(Team, NAMES)))
CALENDAR, NOW = Calendar(Hours()), datetime(2026, 11, 22, 9, tzinfo=UTC)
FILES = sorted((Path(__file__).parent.parent / "rules").glob("*.toml"))


def rule(name: str, word: str, then: Action) -> Rule:
    return Rule(name, "", Condition(any=(word,)), then)


def decide(rules: list[Rule], text: str, sender: str = "sara@example.com", team: str = "general") -> Triage:
    return triage(Message("", text, sender), RuleBook(rules), SETTINGS, CALENDAR, NOW, team)


def test_no_hit() -> None:
    """Without a hit the mailbox's own team gets a normal request."""
    decision = decide([], "hello", team="live")
    assert (decision.team, decision.type, decision.priority, decision.hits) == ("live", Type.REQUEST, Priority.NORMAL, ())


def test_scores_are_summed() -> None:
    """The team with the highest sum gets the mail; everything that hit is kept."""
    rules = [
        rule("a", "zoom", Action(team="live", score=3)),
        rule("b", "password", Action(team="account", score=2)),
        rule("c", "otp", Action(team="account", score=2)),
    ]
    decision = decide(rules, "hello\nzoom wants password and otp\nbye")
    assert decision.team == "account"
    assert [(hit.rule, hit.words, hit.score) for hit in decision.hits] == [
        ("a", ("zoom",), 3.0),
        ("b", ("password",), 2.0),
        ("c", ("otp",), 2.0),
    ]


def test_ties_go_by_the_settings_order() -> None:
    """Of equal sums the team that the settings state first wins, whatever the order of the rules; a negative sum never does."""
    teams = {"a": ("live", 1), "b": ("platform", 1), "c": ("enrolment", -1)}
    rules = [rule(name, "x", Action(team=team, score=score)) for name, (team, score) in teams.items()]
    assert decide(rules, "x").team == "platform"
    assert decide(rules[::-1], "x").team == "platform"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(("urgent", "low"), Priority.URGENT, id="urgent-wins"),
        pytest.param(("high", "low"), Priority.HIGH, id="high-over-low"),
        pytest.param(("low", "normal"), Priority.LOW, id="low-over-normal"),
        pytest.param(("normal",), Priority.NORMAL, id="normal"),
    ],
)
def test_the_most_pressing_priority_holds(given: tuple[str, ...], expected: Priority) -> None:
    """Of the priorities that rules give, the most pressing holds."""
    rules = [rule(name, "x", Action(priority=Priority(name))) for name in given]
    assert decide(rules, "x").priority is expected


def test_suggestions_are_low() -> None:
    """What only suggests is low, unless something presses."""
    rules = [rule("s", "suggest", Action(type=Type.SUGGESTION)), rule("h", "tomorrow", Action(priority=Priority.HIGH))]
    assert decide(rules, "I suggest").priority is Priority.LOW
    assert decide(rules, "I suggest tomorrow").priority is Priority.HIGH


@pytest.mark.parametrize(
    ("sender", "team"),
    [
        pytest.param("a@tvtc.gov.sa", "oversight", id="domain"),
        pytest.param("a@mail.NeLC.gov.sa", "oversight", id="below"),
        pytest.param("tvtc.gov.sa@example.com", "account", id="in-the-local-part"),
        pytest.param("a@tvtc.gov.sa.example.com", "account", id="as-a-prefix"),
        pytest.param("a@nottvtc.gov.sa", "account", id="alike"),
    ],
)
def test_oversight_by_domain(sender: str, team: str) -> None:
    """A supervising body's real domain decides the team and lifts the priority, even of a suggestion; nothing that looks like it does."""
    rules = [rule("a", "password", Action(team="account", score=9)), rule("s", "password", Action(type=Type.SUGGESTION))]
    decision = decide(rules, "password", sender)
    assert decision.team == team
    assert decision.priority is (Priority.HIGH if team == "oversight" else Priority.LOW)
    assert any(hit.rule == "oversight-domain" for hit in decision.hits) is (team == "oversight")


def test_tags_are_collected() -> None:
    """Each rule's tags are put on the ticket once."""
    rules = [rule("a", "x", Action(tags=("p", "q"))), rule("b", "x", Action(tags=("q", "r")))]
    assert decide(rules, "x").tags == ("p", "q", "r")


@pytest.fixture(scope="module")
def shipped() -> RuleBook:
    """The rules that the product ships."""
    rules, faults = parse_files({path.name: path.read_text(encoding="utf-8") for path in FILES})
    assert faults == ()
    return RuleBook(rules)


def test_shipped_rules_are_sound(shipped: RuleBook) -> None:
    """The shipped rules have no fault, ask for no team that is not shipped, and each says why it exists."""
    assert check_rules(shipped, SETTINGS) == ()
    assert [rule.name for rule in shipped.rules if not rule.why] == []
    assert {rule.then.team for rule in shipped.rules} - {""} == set(NAMES) - {"operations"}


@pytest.mark.parametrize(
    ("team", "kind", "priority", "text"),
    [
        pytest.param("certificate", "request", "normal", "أنهيت الدورة ولم تظهر شهادتي في منار، أرجو إصدارها", id="certificate"),
        pytest.param("account", "request", "normal", "I forgot my password and the verification code never arrives", id="account"),
        pytest.param("live", "request", "urgent", "المحاضرة بدأت الآن ورابط القاعة ما يفتح، دخلوني", id="live-urgent"),
        pytest.param("enrolment", "inquiry", "normal", "كم رسوم دبلوم المحاسبة؟ وهل فيه تقسيط؟", id="enrolment"),
        pytest.param("platform", "complaint", "normal", "Your platform is slow, a page takes minutes. Unacceptable!", id="platform"),
        pytest.param("trainer", "request", "normal", "أنا مدرب دورة الإكسل ولا أستطيع رفع الملفات من لوحة المدرب", id="trainer"),
        pytest.param("content", "inquiry", "high", "هل الفصل الثالث داخل الاختبار بكرة؟", id="content-tomorrow"),
        pytest.param("general", "suggestion", "low", "كل الشكر والتقدير لفريقكم على حسن التعامل", id="thanks"),
        pytest.param("account", "request", "normal", "لا أريد الشهادة الآن، المشكلة في تسجيل الدخول: كلمة المرور مرفوضة", id="set-aside"),
    ],
)
def test_shipped_rules_know_the_services(shipped: RuleBook, team: str, kind: str, priority: str, text: str) -> None:
    """A plain mail about each service of the policy goes where it belongs."""
    decision = triage(Message("", text, "sara@example.com"), shipped, SETTINGS, CALENDAR, NOW)
    assert (decision.team, decision.type, decision.priority) == (team, kind, priority)


@pytest.mark.parametrize(
    ("kind", "priority", "text"),
    [
        ("inquiry", "normal", "لو انقطع النت أثناء المحاضرة هل ينحسب علي غياب؟"),
        ("request", "normal", "انقطع عني الرابط وما يفتح، وش أسوي؟"),
        ("inquiry", "normal", "If I fail the quiz, can I take it again?"),
        ("request", "normal", "It would be great if you could send me my certificate."),
        ("suggestion", "low", "It would be great if the lessons had subtitles."),
        ("suggestion", "low", "ممكن تضيفون وضع ليلي للمنصة؟"),
        ("complaint", "normal", "وين العدل؟ كل مرة نفس الغلطة ومحد يرد"),
        ("request", "high", "اختباري بكرة وما أقدر أدخل حسابي"),
        ("request", "urgent", "الاختبار شغال الحين والصفحة معلقة"),
        ("complaint", "normal", "أمس انتظرنا المدرب نص ساعة في القاعة وما جا، إهمال"),
    ],
    ids=["supposed fault", "fault", "supposed fault in English", "plea as a wish", "wish", "feature", "blame", "tomorrow", "running", "past"],
)
def test_shipped_rules_know_what_is_done(shipped: RuleBook, kind: str, priority: str, text: str) -> None:
    """What a mail does and how soon it matters is told whatever it is about."""
    decision = triage(Message("", text, "sara@example.com"), shipped, SETTINGS, CALENDAR, NOW)
    assert (decision.type, decision.priority) == (kind, priority)


def test_scoring() -> None:
    """Scoring counts each label, tells what was taken for what, and shows the hits of each error; labels that are missing don't count."""
    book = RuleBook([rule("a", "password", Action(team="account", type=Type.REQUEST))])
    line = {"from": "a@example.com", "from_name": "A", "subject": "", "body": "my password is lost\n> quoted zoom", "language": "en"}
    lines = [
        {"id": "1", "topic": "account", "type": "request", "priority": "normal"} | line,
        {"id": "2", "topic": "live", "type": "request"} | line,
    ]
    result = score_rules(lines, book, SETTINGS, CALENDAR, NOW, cut=lambda text: text.partition("\n>")[0])
    assert result["count"] == 2
    assert result["accuracy"] == {"topic": 0.5, "type": 1.0, "priority": 1.0, "language": 1.0}
    assert result["confusion"]["topic"] == {"account": {"account": 1}, "live": {"account": 1}}
    assert result["per_class"]["topic"]["account"] == {"count": 1, "precision": 0.5, "recall": 1.0, "f1": 0.6667}
    assert result["errors"] == [
        {"id": "2", "field": "topic", "gold": "live", "got": "account", "hits": [{"rule": "a", "words": ["password"], "score": 1.05}]}
    ]


def test_reasons_are_the_heaviest_hits_of_the_chosen_team() -> None:
    """An agent is shown what spoke for their team, the heaviest first and no more than a few; everything that hit is kept beside it."""
    own = [rule(f"own-{word}", word, Action(team="content", score=score)) for score, word in enumerate(("one", "two", "three", "four", "five"), 1)]
    decided = decide([*own, rule("other", "six", Action(team="platform"))], "one two three four five six")
    assert [hit.rule for hit in decided.reasons] == ["own-five", "own-four", "own-three", "own-two"]
    assert len(decided.hits) == 6


def test_quoted_lines_are_not_looked_at() -> None:
    """Lines that quote the other side between a person's own words decide nothing, for keywords and patterns alike."""
    rules = [rule("a", "password", Action(team="account")), rule("b", "zoom", Action(team="live"))]
    pattern = Rule("c", "", Condition(pattern="order 77"), Action(team="enrolment", score=9))
    assert decide([*rules, pattern], "zoom fails\n> your password and order 77\nsince then").team == "live"
