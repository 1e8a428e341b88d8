"""HTML of mails as text, and HTML that may be passed on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.text.html import clean_html, html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>السلام عليكم</p><p>سطر<br>ثان</p>", "السلام عليكم\n\nسطر\nثان"),
        ("<div>one</div><div>two<div>three</div></div>", "one\ntwo\nthree"),
        ("<ul><li>one<li>two</ul><ol><li>a<li>b</ol>", "- one\n- two\n\n1. a\n2. b"),
        ("<table><tr><th>الاسم<td>سارة<tr><th>الجوال<td>050</table>", "الاسم | سارة\nالجوال | 050"),
        ('see <a href="https://example.com/a?b=1">here</a>', "see here <https://example.com/a?b=1>"),
        ('<a href="mailto:a@example.com">a@example.com</a> <a href="https://example.com/">example.com</a>', "a@example.com example.com"),
        ("a &nbsp; b\n\n  c", "a b c"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ('<div style="DISPLAY : none">hidden</div><span hidden>too</span>seen', "seen"),
        ("<style>p{}</style><script>x()</script><title>t</title>seen<!-- no -->", "seen"),
        ('<img src=x alt="logo"><img src=y width=1 height=1 alt="pixel">', "[logo]"),
        ('<div class="gmail_quote"><div class="gmail_attr">On Mon X wrote:</div><blockquote class="gmail_quote">q</blockquote>answer</div>',
         "> On Mon X wrote:\n> q\nanswer"),
        ('new<blockquote type="cite">old<blockquote type="cite">older</blockquote></blockquote>', "new\n> old\n> > older"),
        ("<blockquote>a poem</blockquote>", "a poem"),
        ('new<div id="divRplyFwdMsg"><b>From:</b> a</div>', "new\n> From: a"),
        ("no <b>markup", "no markup"),
    ],
    ids=["paragraphs", "divs", "lists", "table", "link", "link that says itself", "spaces", "pre", "hidden", "skipped", "images", "gmail", "cite",
         "plain blockquote", "outlook", "broken"],
)
def test_text_is_what_a_reader_sees(html: str, text: str) -> None:
    """Structure becomes lines; what is hidden from readers is left out; quotes are marked as plain text marks them."""
    assert [line.rstrip() for line in html_to_text(html).split("\n") if line.strip(" >")] == [line for line in text.split("\n") if line]


def test_paragraphs_keep_one_empty_line() -> None:
    """Between paragraphs stands one empty line, however many elements end there."""
    assert html_to_text("<div><p>a</p></div><div><div><p>b</p></div></div>") == "a\n\nb"


@given(st.text(max_size=300), st.lists(st.sampled_from(["<div>", "</p>", "<td>", "<blockquote type=cite>", "<br", "<!--", "&#x0;", "\ue010", "\ud800"])))
def test_no_html_raises(text: str, tags: list[str]) -> None:
    """Whatever the markup, there is text."""
    assert isinstance(html_to_text(text + "".join(tags) + text), str)


@pytest.mark.parametrize(
    "evil",
    [
        "<script>x</script>",
        "<img src=http://example.com/p.gif>",
        "<form action=/x><input></form>",
        '<p style="background:url(http://example.com)">',
        '<a href="javascript:x">',
        "<b onclick=x>",
        "<iframe src=x></iframe>",
        "<svg onload=x>",
    ],
)
def test_passed_on_html_loads_and_runs_nothing(evil: str) -> None:
    """No script, form, outside image, loading style or handler survives; the words do."""
    clean = clean_html(f"<p>before {evil} after</p>")
    assert "before" in clean
    for word in ("script", "http:", "form", "url(", "onclick", "onload", "iframe", "svg"):
        assert word not in clean


def test_passed_on_html_keeps_direction_and_inline_images() -> None:
    """Direction, language, plain styles and images of the mail itself stay."""
    clean = clean_html('<p dir="rtl" lang="ar" style="color:red">نص <img src="cid:a" alt="x"></p>')
    assert 'dir="rtl"' in clean
    assert 'src="cid:a"' in clean
    assert "color:red" in clean
