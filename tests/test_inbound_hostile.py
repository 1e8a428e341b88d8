"""Bytes that were made to break a parser: they end in a mail, soon, and cost nobody else a turn."""

import email
import email.policy
import functools
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailticket.edges.workers import Workers
from mailticket.inbound.mime import parse_bytes
from mailticket.inbound.parse import describe_mail, parse_mail, unreadable
from mailticket.model.mail import Kind, Mail
from mailticket.rounds.reading import make_reader, refuse_mail
from tests.hostile import HEAD, KINDS, SHAPES

FIXTURES = sorted((Path(__file__).parent / "mails").glob("*.eml"))


@pytest.fixture(scope="module")
def answers() -> dict[str, Mail]:
    """Every shape through the workers, in one go, between two mails of people."""
    with Workers(functools.partial(make_reader, frozenset()), refuse_mail, 2) as workers:
        raws = [HEAD + b"\nfirst\n", *SHAPES.values(), HEAD + b"\nlast\n"]
        mails = [mail for mail, _ in workers.start(raws).result()]
    assert (mails[0].reply_text, mails[-1].reply_text) == ("first", "last")
    return dict(zip(SHAPES, mails[1:-1], strict=True))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_hostile_shape_is_read_all_the_same(shape: str, answers: dict[str, Mail]) -> None:
    """Within the limits of a worker each shape ends as a mail with its sender, and neither kills nor stalls."""
    mail = answers[shape]
    assert mail.kind is KINDS.get(shape, Kind.NORMAL), mail.reason
    assert mail.sender is not None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "an empty mail"),
        (b" \r\n\r\n", "an empty mail"),
        (b"x" * (25 * 1024 * 1024 + 1), "larger than 25 MB"),
        (b"\n" * 1_000_001, "1,000,000 lines"),
    ],
    ids=["empty", "blank", "too large", "too many lines"],
)
def test_what_is_not_read_says_why(raw: bytes, reason: str) -> None:
    """Bytes beyond the limits become an unreadable mail with a reason, a digest and an id."""
    mail = parse_mail(raw)
    assert mail.kind is Kind.UNREADABLE
    assert reason in mail.reason
    assert mail.message_id == f"<{mail.digest}@mailticket.invalid>"


def test_an_unreadable_mail_keeps_what_is_safe() -> None:
    """Sender, subject and id of a mail that could not be parsed are told, decoded and bounded."""
    mail = unreadable(b"Subject: =?utf-8?B?2LPYpNin2YQ=?=\r\n" + HEAD.replace(b"Subject: hello\n", b"") + b"\nx", "it took too long")
    assert (mail.subject, mail.sender and mail.sender.address, mail.message_id) == ("سؤال", "noura@example.com", "<h1@example.com>")
    assert mail.faults == ("it took too long",)


@given(st.binary(max_size=2000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_make_a_mail(raw: bytes) -> None:
    """Whatever the bytes, there is a mail, and it can be shown as JSON and stored as UTF-8."""
    mail = parse_mail(raw)
    assert repr(describe_mail(mail, "x")).encode()


@given(st.sampled_from(FIXTURES), st.data())
@settings(max_examples=200, deadline=None)
def test_spoilt_mails_make_a_mail(path: Path, data: st.DataObject) -> None:
    """Cut, doubled and overwritten anywhere, a real mail still makes a mail, and no step of reading it raises."""
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(raw) - 1)))
        width = data.draw(st.integers(0, 40))
        raw[at : at + width] = data.draw(st.binary(max_size=40))
    mail = parse_mail(bytes(raw))
    assert "can't be read" not in mail.reason
    assert mail.text.encode("utf-8") is not None


@given(st.recursive(st.sampled_from(["plain", "html", "file"]), lambda inner: st.lists(inner, min_size=1, max_size=3), max_leaves=8))
@settings(max_examples=60, deadline=None)
def test_the_tree_is_the_librarys(shape: object) -> None:
    """On whole mails the parts and their places are those of `email.message.Message.walk()`."""
    raw = build(shape).as_bytes()
    library = email.message_from_bytes(raw, policy=email.policy.compat32)
    assert [part.kind for part in parse_bytes(raw)[0].walk()] == [part.get_content_type() for part in library.walk()]


def build(shape: object) -> EmailMessage:
    message = EmailMessage()
    if isinstance(shape, list):
        message.make_mixed()
        for inner in shape:
            message.attach(build(inner))
    elif shape == "file":
        message.set_content(b"data", maintype="application", subtype="pdf", filename="a.pdf")
    else:
        message.set_content("السلام عليكم\n--b\n", subtype=str(shape))
    return message
