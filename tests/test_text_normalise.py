"""One spelling for comparing: Arabic letters, marks, digits, elongation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.text.normalise import fold_digits, fold_letters, normalise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الشَّهَادَةُ", "الشهاده"),
        ("أحمد إلى آخر", "احمد الى اخر"),
        ("شيء", "شئ"),
        ("شيء", "شي"),
        ("مسؤول", "مسوول"),
        ("مســـاعدة", "مساعده"),
        ("على", "علي"),
        ("شكراااااا", "شكرا"),
        ("رقم ١٢٣ و ۴۵۶", "رقم 123 و 456"),
        ("کتابی", "كتابي"),
        ("ﻻ ﷲ", "لا الله"),
        ("\u202bالمنصة\u202c \u200fهنا", "المنصه هنا"),
        ("HELLOOOO", "hello"),
        ("ڤيديو", "فيديو"),
        ("مايگدر", "مايقدر"),
        ("ڨوڨل", "قوقل"),
        ("zero\u200bwidth", "zerowidth"),
    ],
    ids=["diacritics", "alef", "hamza seat", "lone hamza", "waw hamza", "tatweel", "maqsura", "elongation", "digits", "persian", "presentation",
         "bidi", "case", "v", "hard g", "hard g of the Maghreb", "zero width"],
)
def test_spellings_meet(one: str, other: str) -> None:
    """Two ways to write a word are one word after normalising."""
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize("pair", [("ليل", "ليال"), ("كتب", "كتاب"), ("الله", "اله"), ("committee", "comitee")])
def test_different_words_stay_apart(pair: tuple[str, str]) -> None:
    """Folding does not make one word of two; a doubled letter is no elongation."""
    assert normalise(pair[0]) != normalise(pair[1])


@given(st.text(alphabet=st.sampled_from("أإاآىيةهـّ١٢abcAB \u200f\u0654ﻻ"), max_size=40))
def test_normalising_twice_changes_nothing(text: str) -> None:
    """Normalising is idempotent, and so is its faster half."""
    assert normalise(normalise(text)) == normalise(text)
    assert fold_letters(fold_letters(text)) == fold_letters(text)


def test_digits_fold_alone() -> None:
    """Folding digits touches nothing else."""
    assert fold_digits("تذكرة [MT-١٠٤٢] ۷") == "تذكرة [MT-1042] 7"
