"""The cut of new words on the corpus of public test mails (CORPUS, default ../shared/corpus): every given value, less a list with reasons."""

import pytest

from tests.bench.replies import FIELDS, Check, check_replies, find_corpus

CORPUS = find_corpus()
pytestmark = pytest.mark.skipif(not (CORPUS / "MANIFEST.tsv").is_file(), reason=f"no corpus at {CORPUS}; set CORPUS to the folder")
OTHERWISE = {
    ("talon/standard_replies/iphone.eml", "reply_text"): "the source keeps the phone's line, which is no word of the person's here",
    ("talon/standard_replies/sparrow.eml", "reply_text"): "the source keeps the signature behind its own `-- `, which is cut here",
    ("email_reply_parser/email_1_1.txt", "reply_text"): "`-Name` may be an item of a list, and crisp's reading of the same mail keeps it",
    ("crisp-email-reply-parser/email_not_a_signature.txt", "fragments"): "`Sincerely,` and a name are a closing formula here, whoever writes it",
}
COUNTS = {"reply_text": 27, "reply_text_no_whitespace": 9, "first_fragment": 47, "reply_contains": 22, "quoted_contains": 5}


@pytest.fixture(scope="module")
def checks() -> list[Check]:
    """Every given fact, once."""
    return list(check_replies(CORPUS))


@pytest.mark.parametrize("field", FIELDS)
def test_every_given_value_comes_out(checks: list[Check], field: str) -> None:
    """What the sources state about new words is what is cut here, but for the few with a reason."""
    wrong = [check for check in checks if check.field == field and not check.right and (check.file, field) not in OTHERWISE]
    assert not wrong, "\n".join(f"{check.file}: wanted {check.wanted!r}, came {check.came!r}" for check in wrong)


def test_nothing_is_left_out_of_the_check(checks: list[Check]) -> None:
    """The sources state so many values, and every excuse is still needed; of reply texts there are three at most."""
    for field, count in COUNTS.items():
        assert sum(check.field == field for check in checks) >= count
    wrong = {(check.file, check.field) for check in checks if not check.right}
    assert set(OTHERWISE) <= wrong
    assert sum(field == "reply_text" for _, field in OTHERWISE) <= 3
