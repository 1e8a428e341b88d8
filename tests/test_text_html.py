"""HTML of mails as text, and HTML that may be passed on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.inbound.quoting import split_reply
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
    ("html", "text"),
    [
        ("<ul><li>a<ul><li>b<ol start=3><li>c<li>d</ol></ul><li>e</ul>", "- a\n  - b\n    3. c\n    4. d\n- e"),
        ("<ol><li><p>first</p><li><p>second</p></ol>", "1. first\n2. second"),
        ("<ol><li value=7>a<li>b</ol>", "7. a\n8. b"),
        ("<table border=1><tr><td>a<td>b<tr><td>c<td></table>", "a | b\nc"),
        ("<table><tr><td><p>التاريخ</p></td><td><p>المبلغ</p></td></tr><tr><td></td><td><p>٥٠</p></td></tr></table>", "التاريخ | المبلغ\n| ٥٠"),
        ("<table><tr><th>From: <td>Noura<tr><th>To: <td>Sara</table>", "From: Noura\nTo: Sara"),
        ('<table role="presentation"><tr><td>left<td>right<tr><td>low<td>end</table>', "left right\nlow end"),
        ("<table><tr><td><img alt=logo src=x><td>Academy</table>", "[logo] Academy"),
        ("<table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table><td>menu<tr><td>foot<td>x</table>", "a | b\nc | d\nmenu\nfoot x"),
        ('<a href="https://example.com"><img src=x alt=logo></a>', "[logo]"),
        ('<a href="mailto:info@example.sa?subject=x">the desk</a>', "the desk <info@example.sa>"),
        ('<a href="https://www.example.com/">EXAMPLE.com</a> <a href="javascript:x">no</a> <a name=y>anchor</a>', "EXAMPLE.com no anchor"),
        ('<div style="white-space:pre-wrap">a\n   b</div>', "a\n   b"),
        ("&#1605;&#1585;&#1581;&#1576;&#1575; &lt;b&gt; &amp;amp;", "مرحبا <b> &amp;"),
    ],
    ids=["nested lists", "paragraphs in items", "values", "grid", "word grid", "headed rows", "layout", "logo", "table in table", "logo link", "mailto",
         "links that say nothing more", "pre-wrap", "entities"],
)
def test_structure_is_kept(html: str, text: str) -> None:
    """Lists, tables of data, links and lines stay readable; tables that only place things leave no trace."""
    assert [line for line in html_to_text(html).split("\n") if line] == text.split("\n")


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="display:none !important">HIDDEN</span>',
        '<div style="font-size:0px;line-height:0">HIDDEN</div>',
        '<div style="font-size:1px;color:#ffffff">HIDDEN</div>',
        '<p style="color:white">HIDDEN</p>',
        '<div style="mso-hide:all;visibility:hidden">HIDDEN</div>',
        '<div style="max-height:0;overflow:hidden">HIDDEN</div>',
        '<div style="opacity:0.0">HIDDEN</div>',
        '<div style="position:absolute;left:-9999px">HIDDEN</div>',
        '<style>.pre, span.pre { color:red; display: none }</style><div class="x pre">HIDDEN</div>',
        '<img src="http://example.com/p.gif" width="1" height="1" alt="HIDDEN">',
        "<!--[if mso]><p>HIDDEN</p><![endif]-->",
        "<title>HIDDEN</title><script>HIDDEN</script><noscript>HIDDEN</noscript><template>HIDDEN</template>",
        "<textarea>HIDDEN</textarea><select><option>HIDDEN</select><button>HIDDEN</button>",
    ],
)
def test_what_readers_do_not_see_is_left_out(hidden: str) -> None:
    """Preheaders, white text, trackers and machinery are no words of the sender."""
    assert html_to_text(f"<body><p>before</p>{hidden}<p>after</p>").split() == ["before", "after"]


@pytest.mark.parametrize(
    "shown",
    [
        '<td style="font-size:0px"><div style="font-size:13px">SHOWN</div></td>',
        '<div style="font-size:0"><span style="font-size:medium">SHOWN</span></div>',
        '<td bgcolor="#003366"><span style="color:#fff">SHOWN</span></td>',
        '<div class="banner"><b style="color:white">SHOWN</b></div>',
        '<p style="color:#fffff0">SHOWN</p>',
        '<div style="opacity:0.9;max-height:0.5em;font-size:0.9em">SHOWN</div>',
        "<style>@media (max-width:600px) { .wide { display:none } }</style><div class=wide>SHOWN</div>",
        "<style>.a .b { display:none }</style><div class=b>SHOWN</div>",
    ],
    ids=["box of no size", "size by word", "white on blue", "white in a class", "nearly white", "nearly hidden", "small screens only", "other selector"],
)
def test_tricks_of_layout_hide_nothing(shown: str) -> None:
    """What a reader does see is read, though its markup looks like hiding."""
    assert "SHOWN" in html_to_text(f"<table><tr><td>before</td>{shown}</tr></table>" if shown.startswith("<td") else f"<p>before</p>{shown}")


def test_fillers_of_previews_are_no_words() -> None:
    """Runs of invisible characters that push text out of a preview leave nothing."""
    assert html_to_text("<p>offer" + "&#847; &zwnj; &nbsp; " * 60 + "</p><p>" + "&zwnj;&nbsp;" * 40 + "</p><p>text</p>") == "offer\n\ntext"


MARKED = {
    "gmail": '<div dir="rtl">NEW</div><br><div class="gmail_quote gmail_quote_container"><div dir="rtl" class="gmail_attr">X:<br></div>'
    '<blockquote class="gmail_quote" style="border-right:1px solid rgb(204,204,204)">OLD</blockquote></div>',
    "outlook desktop": '<p class="MsoNormal">NEW</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
    '<p class="MsoNormal"><b>Qqq:</b> X</p></div></div><p class="MsoNormal">OLD</p><p>OLD</p>',
    "outlook 2007": '<p>NEW</p><div style="border:none;border-top:solid #B5C4DF 1.0pt"><p>OLD</p></div><p>OLD</p>',
    "outlook web": '<div>NEW</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg">OLD</div><div>OLD</div>',
    "outlook mobile": '<div>NEW</div><div id="mail-editor-reference-message-container"><hr><div id="divRplyFwdMsg">OLD</div>OLD</div><div>OLD</div>',
    "outlook quoted": '<div>NEW</div><div id="x_divRplyFwdMsg">OLD</div>OLD',
    "outlook express": '<div>NEW</div><div class="OutlookMessageHeader"><hr>OLD</div><div>OLD</div>',
    "outlook mac": '<div>NEW</div><span id="OLK_SRC_BODY_SECTION"><div>OLD</div></span>',
    "hotmail": '<div>NEW</div><hr id="stopSpelling">OLD<br>OLD',
    "thunderbird": '<p>NEW</p><div class="moz-cite-prefix">OLD:<br></div><blockquote type="cite" cite="mid:x@y"><p>OLD</p></blockquote>',
    "apple mail": '<div>NEW</div><div><br><blockquote type="cite"><div>OLD</div><br class="Apple-interchange-newline"><div>OLD</div></blockquote></div>',
    "yahoo": '<div>NEW</div><div id="ydp1yahoo_quoted_2" class="ydp1yahoo_quoted"><div>OLD</div></div>',
    "proton": '<div>NEW</div><div class="protonmail_quote">OLD<blockquote class="protonmail_quote" type="cite">OLD</blockquote></div>',
    "zimbra": '<div>NEW</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__">OLD</div><div data-marker="__QUOTED_TEXT__">OLD</div>',
    "zoho": '<div>NEW</div><div class="zmail_extra">OLD</div>',
    "roundcube": '<p>NEW</p><p id="reply-intro">OLD:</p><blockquote type="cite" style="border-left:#1010ff 2px solid">OLD</blockquote>',
    "web.de": '<div>NEW</div><div name="quote" style="border-left:2px solid #C3D9E5"><div>OLD</div></div>',
    "mail.ru": '<div>NEW</div><blockquote style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;">OLD</blockquote>',
    "spark": '<div name="messageBodySection">NEW</div><div name="messageReplySection">OLD<blockquote type="cite">OLD</blockquote></div>',
    "netease": '<div>NEW</div><div id="isReplyContent">OLD</div>',
    "tuta": '<div>NEW</div><blockquote class="tutanota_quote">OLD</blockquote>',
}


@pytest.mark.parametrize("html", MARKED.values(), ids=MARKED)
def test_a_clients_own_mark_quotes_in_any_language(html: str) -> None:
    """What the client itself marks as an older mail is quoted line by line, whatever words introduce it."""
    lines = [line for line in html_to_text(html).split("\n") if line.strip("_ >")]
    assert [line for line in lines if not line.startswith(">")] == ["NEW"]
    assert any("OLD" in line for line in lines)
    reply = split_reply("\n".join(lines))
    assert reply.text == "NEW"
    assert reply.sure >= 0.7


@pytest.mark.parametrize(
    "html",
    [
        '<blockquote>a poem<br>of two lines</blockquote>',
        '<blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>moved in</div></blockquote>',
        '<div style="border-top:solid #ff0000 1px">boxed</div>',
        '<div class="signature-request">please sign</div>',
    ],
    ids=["poem", "indent", "box", "word"],
)
def test_a_persons_own_layout_quotes_nothing(html: str) -> None:
    """Indents, boxes and poems are the writer's own."""
    assert ">" not in html_to_text(f"<p>see</p>{html}")
    assert "--" not in html_to_text(f"<p>see</p>{html}")


@pytest.mark.parametrize(
    "mark",
    ['class="gmail_signature" data-smartmail="gmail_signature"', 'class="moz-signature"', 'id="Signature"', 'id="ms-outlook-mobile-signature"',
     'id="composer_signature"', 'class="protonmail_signature_block"', 'name="messageSignatureSection"', 'id="x_Signature"'],
)
def test_a_signature_that_a_client_marks_is_cut(mark: str) -> None:
    """The client's own mark comes out as `-- `, where only quotes follow; elsewhere it says nothing."""
    quote = '<blockquote type="cite">old</blockquote>'
    assert split_reply(html_to_text(f"<div>my words</div><div {mark}>Noura Salem<br>20417</div>{quote}")).text == "my words"
    assert "more words" in split_reply(html_to_text(f"<div>my words</div><div {mark}>Noura Salem</div><div>more words</div>{quote}")).text


HOSTILE = {
    "divs": "<div>", "quotes": "<blockquote type=cite>", "lists": "<ul><li>", "tables": "<table><tr><td>", "headed tables": "<table><tr><th>a<td>",
    "links": "<a href=http://x/><table><td>", "formatting": "<b><i><p>", "attributes": "<div class='gmail_attr' style='font-size:0", "closings": "</div>",
    "styles": "<style>", "style rules": "<style>@a{.b{display", "signatures": "<div class=gmail_signature>", "fillers": "&zwnj;&nbsp;", "items": "<ol><li>x",
    "unknown elements": "<x y>", "comments": "<!--", "brackets": "<", "selects": "<select><div>",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_ten_times_the_markup_is_ten_times_the_text_at_most(piece: str) -> None:
    """Markup that nests and never ends is read to its bounds; the text grows no faster than the mail."""
    small, large = (html_to_text(piece * count + "end") for count in (2_000, 20_000))
    assert len(large) <= 12 * len(small) + 1000
    assert len(clean_html(piece * 20_000)) <= 40 * len(piece * 20_000)


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
