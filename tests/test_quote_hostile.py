"""Texts made to make the quote cutter slow: ten times the text is ten times the work, and much of each stays within a worker's limits."""

import functools
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from mailticket.edges.workers import Workers
from mailticket.inbound.quoting import split_reply
from mailticket.model.mail import Kind, Mail
from mailticket.rounds.reading import make_reader, refuse_mail
from mailticket.text.html import html_to_text

TEXTS = {
    "quote marks in a line": ">" * 10,
    "quoted lines": "> \n",
    "nested quotes": "> > > > > > > > x\n",
    "answers between quotes": "> q\na\n",
    "attributions": "On Mon, Jan 5, 2026 at 10:05 AM X <x@example.com> wrote:\n\n",
    "half attributions": "On Mon 10:05 wrote\n",
    "arabic half attributions": "في ٥ كتب\n",
    "attribution that never ends": "On Monday 5.1.2026 10:05 a@example.com ",
    "header blocks": "From: a@example.com\nTo: b\nSubject: c\n",
    "labels": "From: a\n",
    "unknown blocks": "Aa: <a@example.com>\nBb: 2026 10:05\nCc: x\nq\n\n",
    "colons": ":\n",
    "separators": "---- x ----\n",
    "original messages": "----- Original Message\n",
    "rules": "____\n\n",
    "marks of ours": "-- please type your answer above this line --\n",
    "phone lines": "Sent from my iPhone\n\n",
    "closings": "Regards\n\n",
    "notices": "\nThis e-mail is confidential\n",
    "footers": "\nto unsubscribe from this mailing list\n",
    "signatures": "-- \nx\n",
    "direction marks": "\u200f\u202b:\n",
    "empty lines": "\n",
    "one line of words": "في ٥/١/٢٠٢٦ كتب ",
    "forward marks": "Begin forwarded message:\n",
}
MARKUP = {
    "blockquotes": "<blockquote type=cite>", "divs": "<div>", "lists": "<ul><li>", "tables": "<table><tr><td>x", "formatting": "<p><b id=x><i>",
    "links": "<a href=http://x/>y", "tags without end": "<div style='font-size:0", "styles": "<style>.a{display:none", "signatures": "<div class=gmail_signature>",
}
HEAD = b"From: Noura <noura@example.com>\nTo: info@example.sa\nSubject: FW: hello\nMessage-ID: <h@example.com>\n"


def count_calls(work: Callable[[str], object], text: str) -> int:
    """How many functions are called while a text is worked on, builtin ones too."""
    calls = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work(text)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("piece", TEXTS.values(), ids=TEXTS)
def test_ten_times_the_text_is_ten_times_the_work(piece: str) -> None:
    """The number of steps grows no faster than the text."""
    assert count_calls(split_reply, "hello\n" + piece * 3_000) <= 13 * count_calls(split_reply, "hello\n" + piece * 300) + 5_000


@pytest.mark.parametrize("piece", MARKUP.values(), ids=MARKUP)
def test_ten_times_the_markup_is_ten_times_the_work(piece: str) -> None:
    """The same for HTML, however deep it nests."""
    assert count_calls(html_to_text, piece * 3_000) <= 13 * count_calls(html_to_text, piece * 300) + 5_000


@pytest.fixture(scope="module")
def answers() -> dict[str, Mail]:
    """Four hundred thousand bytes of each, and twenty thousand elements, through workers with the limits of the product."""
    plain = {name: HEAD + b"\nhello\n" + (piece * (400_000 // len(piece.encode()))).encode() for name, piece in TEXTS.items()}
    marked = {f"html: {name}": HEAD + b"Content-Type: text/html\n\n" + (piece * 20_000).encode() + b"hello" for name, piece in MARKUP.items()}
    raws = {**plain, **marked}
    with Workers(functools.partial(make_reader, frozenset()), refuse_mail, 2) as workers:
        return dict(zip(raws, (mail for mail, _ in workers.start(list(raws.values())).result()), strict=True))


@pytest.mark.parametrize("shape", [*TEXTS, *(f"html: {name}" for name in MARKUP)])
def test_much_of_it_stays_within_a_workers_limits(shape: str, answers: dict[str, Mail]) -> None:
    """Each is read as a mail; none takes a worker's five seconds or its memory."""
    assert answers[shape].kind is Kind.NORMAL, answers[shape].reason
