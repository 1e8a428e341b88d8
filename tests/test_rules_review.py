"""What `rules check` finds odd, what `rules replay` compares, and lists of words."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailticket.install import write_folder
from mailticket.model.policy import Hours
from mailticket.tickets.hours import Calendar
from mailticket.tickets.lint import find_silent, review_rules
from mailticket.tickets.match import split_words
from mailticket.tickets.rules import Message, RuleBook, parse_files, parse_rules

RULES = Path(__file__).parent.parent / "rules"


def book(text: str) -> RuleBook:
    """A book of one file's rules, which are sound."""
    rules, faults = parse_rules(text, "r.toml")
    assert faults == ()
    return RuleBook(rules)


def rule(name: str, when: str, then: str = 'team = "live"') -> str:
    return f'[[rule]]\nname = "{name}"\nwhen = {{ {when} }}\nthen = {{ {then} }}\n'


@pytest.mark.parametrize(
    ("text", "severity", "said"),
    [
        pytest.param(rule("a", 'any = ["الشهادات", "zoom"], none = ["شهادة"]'), "warning", '"الشهادات" never hits', id="its own none"),
        pytest.param(rule("a", 'any = ["zoom link", "x"], none = ["zoom"]'), "warning", '"zoom link" never hits', id="holds its none"),
        pytest.param(rule("a", 'any = ["شهادة", "الشهادات"]'), "info", '"الشهادات" adds nothing, for "شهادة"', id="another form"),
        pytest.param(rule("a", 'any = ["zoom link", "zoom"]'), "info", '"zoom link" adds nothing, for "zoom"', id="a longer phrase"),
        pytest.param(rule("a", 'any = ["x"], all = [["y", "y z"]]'), "info", '"y z" adds nothing', id="in a group of all"),
        pytest.param('[words]\nw = ["zoom"]\n' + rule("a", 'any = ["@w", "zooms"]'), "info", '"zooms" adds nothing, for "zoom"', id="in a list"),
        pytest.param(
            rule("a", 'any = ["x"]', 'priority = "high"') + rule("b", 'any = ["x"]', 'priority = "low"'),
            "warning", 'gives another priority', id="another priority",
        ),
        pytest.param(
            rule("a", 'any = ["x"]', 'type = "request"') + rule("b", 'any = ["x"]', 'type = "inquiry"'), "warning", "another type", id="another type",
        ),
        pytest.param(
            rule("a", 'any = ["x"]') + rule("b", 'any = ["x"]', 'team = "live", score = -1'), "warning", "sign", id="a team up and down",
        ),
        pytest.param(
            rule("a", 'any = ["x", "y"]', 'team = "live", stop = true') + rule("b", 'any = ["y"]'), "warning", "never asked", id="stopped",
        ),
    ],
)  # fmt: skip
def test_what_is_odd(text: str, severity: str, said: str) -> None:
    """Each kind of oddity is named with its severity, its line, and a remedy."""
    (fault,) = review_rules(book(text))
    assert fault.severity == severity
    assert said in fault.message
    assert fault.remedy
    assert fault.file == "r.toml"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(rule("a", 'any = ["لا اريد"], none = ["لا"], near = 2'), id="a near none that is part of the keyword"),
        pytest.param(rule("a", 'any = ["x"], near = 2, all = [["y"]]') + rule("b", 'any = ["x"]', 'team = "content"'), id="two teams"),
        pytest.param(rule("a", 'any = ["x"], none = ["x y"]'), id="a none that is longer"),
        pytest.param(rule("a", 'any = ["x"], domain = "example.com"', 'team = "live", stop = true') + rule("b", 'any = ["x"]'), id="not always"),
    ],
)
def test_what_is_not_odd(text: str) -> None:
    """What may well be meant is not remarked upon."""
    assert review_rules(book(text)) == ()


def test_a_finding_has_the_keywords_line() -> None:
    """A finding stands at the line of its keyword, not of its rule."""
    text = '[[rule]]\nname = "a"\nwhen.any = [\n    "zoom",\n    "zoom link",\n]\nthen = { team = "live" }\n'
    (fault,) = review_rules(book(text))
    assert fault.line == 5


def test_a_none_within_the_keyword_does_not_forbid_it() -> None:
    """Near, a `none` forbids a keyword that it stands beside, not one that it is part of."""
    own = book(rule("a", 'any = ["ما توقعت", "غاضب"], none = ["ما"], near = 2'))

    def holds(text: str) -> bool:
        return bool(own.find_hits(Message("", text, "a@example.com"), Calendar(Hours()), datetime(2026, 11, 22, 9, tzinfo=UTC)))

    assert holds("ما توقعت هذا")
    assert holds("أنا غاضب")
    assert not holds("أنا ما غاضب")


def test_keywords_that_nobody_says() -> None:
    """With messages at hand, the keywords that stand in none of them are counted by rule."""
    own = book(rule("a", 'any = ["zoom", "teams", "webex"]') + rule("b", 'any = ["password"]'))
    faults = find_silent(own, [split_words("Zoom fails"), split_words("كلمة")])
    assert [fault.message for fault in faults] == [
        'rule "a": 2 keywords never hit in these messages: "teams", "webex"',
        'rule "b": no keyword hit in these messages: "password"',
    ]


def test_the_shipped_rules_are_in_order() -> None:
    """Nothing in the shipped rules is odd."""
    rules, faults = parse_files({path.name: path.read_text(encoding="utf-8") for path in RULES.glob("*.toml")})
    assert faults == ()
    assert review_rules(RuleBook(rules)) == ()


LISTS = '[words]\nnot = ["ما", "لا"]\nopen = ["يفتح", "يشتغل"]\nfails = ["@not @open", "error"]\n'


def test_lists() -> None:
    """A keyword that names lists stands for every combination; lists may name others, and are known in every file."""
    rules, faults = parse_files({"z.toml": LISTS, "a.toml": rule("a", 'any = ["@fails", "stuck"], none = ["@not مشكلة"]')})
    assert faults == ()
    assert rules[0].when.any == ("ما يفتح", "ما يشتغل", "لا يفتح", "لا يشتغل", "error", "stuck")
    assert rules[0].when.none == ("ما مشكلة", "لا مشكلة")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(rule("a", 'any = ["@nothing"]'), 'no list is called "@nothing"', id="unknown"),
        pytest.param('[words]\na = ["@b"]\nb = ["@a"]\n', "names itself", id="a ring"),
        pytest.param('[words]\nA = ["x"]\n', "not a name", id="name"),
        pytest.param('[words]\na = "x"\n', "not a list of texts", id="no list"),
        pytest.param("words = 3\n", "no table", id="no table"),
        pytest.param('[words]\na = [' + '"x", ' * 150 + ']\n' + rule("a", 'any = ["@a @a"]'), "22,500 phrases", id="too many"),
        pytest.param(rule("a", 'any = ["' + "x " * 13 + '"]'), "more than 12", id="too long a phrase"),
    ],
)
def test_faulty_lists(text: str, said: str) -> None:
    """What lists can't be is a fault with its remedy."""
    _, faults = parse_rules(text, "r.toml")
    assert any(said in fault.message and fault.remedy for fault in faults)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A desk with one kept mail: a question about a canteen that no rule knows."""
    write_folder(tmp_path / "desk", since=datetime(2026, 1, 1, tzinfo=UTC), address="info@example.sa")
    for name in ("imap.password", "smtp.password"):
        (tmp_path / "desk" / name).write_text("secret")
        (tmp_path / "desk" / name).chmod(0o600)
    mail = "From: a@example.com\nTo: info@example.sa\nSubject: canteen\nMessage-ID: <1@example.com>\n\nIs the canteen nice?\n"
    (tmp_path / "desk" / "a.eml").write_text(mail)
    return tmp_path / "desk"


def command(desk: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`mailticket` in the desk's folder."""
    root = str(Path(__file__).parent.parent)
    environ = {**os.environ, "PYTHONPATH": root}
    return subprocess.run([sys.executable, "-m", "mailticket", *arguments], cwd=desk, env=environ, capture_output=True, text=True, check=False)


def test_replay(desk: Path) -> None:
    """A kept mail that other rules would route otherwise is shown with what it was; since, a folder not in force and JSON are heeded."""
    assert command(desk, "import", "a.eml").returncode == 0
    assert command(desk, "rules", "replay").stdout == "1 mails, 0 would be routed otherwise\n"
    trial = desk / "trial"
    trial.mkdir()
    (trial / "a.toml").write_text(rule("canteen", 'any = ["canteen"]', 'team = "live", type = "complaint"'))
    (found,) = map(json.loads, command(desk, "rules", "replay", "--rules", "trial", "--json").stdout.splitlines())
    assert (found["was"]["team"], found["would"]["team"]) == ("general", "live")
    assert (found["ticket"], found["would"]["type"]) == (1001, "complaint")
    assert [(hit["rule"], hit["words"]) for hit in found["hits"]] == [("canteen", ["canteen"])]
    assert command(desk, "rules", "replay", "--rules", "trial", "--since", "2999-01-01").stdout == "0 mails, 0 would be routed otherwise\n"


def test_check(desk: Path) -> None:
    """`rules check` is quiet about the shipped rules, ends with 1 for what is odd, and with 2 for faults, each with file and line."""
    assert command(desk, "rules", "check").returncode == 0
    (desk / "rules" / "own.toml").write_text(rule("own", 'any = ["a b"], none = ["a"]'))
    odd = command(desk, "rules", "check", "--json")
    assert (odd.returncode, json.loads(odd.stdout)["place"]) == (1, "own.toml:3")
    (desk / "rules" / "own.toml").write_text(rule("own", 'anny = ["a"]'))
    faulty = command(desk, "rules", "check")
    assert faulty.returncode == 2
    assert "own.toml:3" in faulty.stdout
