"""Strangers' text in lines of ours: no overrides, no line ends, no end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.text.bidi import clean_line, clean_name, isolate, strip_controls

CONTROLS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x200E, 0x200F, 0x061C, 0xFEFF, 0x00AD, 0, 7, 0x7F, 0x85, 0x9F, 0xD800]


@pytest.mark.parametrize("code", CONTROLS, ids=hex)
def test_controls_are_stripped(code: int) -> None:
    """Each control of security.md is gone, the letters around it stay."""
    assert strip_controls(f"a{chr(code)}ب") == "aب"


@pytest.mark.parametrize(
    ("text", "kept"),
    [("می\u200cخواهم", "می\u200cخواهم"), ("\u200dx\u200c", "x"), ("a\u200d b", "a b"), ("👨\u200d👩", "👨\u200d👩"), ("a\tb\nc", "a\tb\nc")],
    ids=["between letters", "at the edges", "before a space", "in emoji", "tab and line feed"],
)
def test_joiners_stay_where_they_spell(text: str, kept: str) -> None:
    """ZWNJ and ZWJ are part of words and emoji, and nothing elsewhere."""
    assert strip_controls(text) == kept


def test_a_line_is_one_line_and_bounded() -> None:
    """Line ends become spaces, and what is too long ends in an ellipsis."""
    assert clean_line("hello\r\nBcc: x\u2028y", 80) == "hello Bcc: x y"
    assert clean_line("ا" * 50, 10) == "ا" * 9 + "…"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Sara https://evil.example.com/x Ali", "Sara Ali"),
        ("boss@example.sa", ""),
        ("نورة\u202e السالم", "نورة السالم"),
        ("Ali <script>", "Ali script"),
        ("evil.example.com/free Ali", "Ali"),
    ],
    ids=["link", "address", "override", "angle brackets", "bare link"],
)
def test_a_name_is_harmless(name: str, clean: str) -> None:
    """A display name loses links, addresses and what could become either."""
    assert clean_name(name) == clean


@given(st.text(max_size=200))
def test_a_clean_name_never_holds_an_address(name: str) -> None:
    """No at sign, no line end and no control survives, whatever the name."""
    clean = clean_name(name, 40)
    assert len(clean) <= 40
    assert not {"@", "\n", "\r", "<", ">"} & set(clean)
    assert strip_controls(clean) == clean


def test_isolating_wraps() -> None:
    """An isolate opens and closes around the text."""
    assert isolate("MT-1") == "\u2068MT-1\u2069"
