"""HTML of mails as text, and HTML that may be passed on.

Text keeps what a reader sees: lines, lists, tables, links; what was hidden from the reader stays out. What a mail client marks as
quoted comes out in the plain conventions (`> `, Outlook's rule of underscores), so that one quote cutter serves both kinds of body.
"""

import re
from collections.abc import Iterator

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

HTML_LIMIT = 2_000_000
TAG_LIMIT = 50_000  # the parser's time grows with the square of the nesting
PASS_LIMIT = 500_000
RULE = "_" * 32
_BREAK, _BLOCK, _CELL, _OPEN, _CLOSE, _PARAGRAPH = "\ue010", "\ue011", "\ue012", "\ue013", "\ue014", "\ue015"
_MARKS = re.compile("[\ue010-\ue015]")
_GAP = re.compile("((?: *[\ue011\ue015])+)")
_QUOTE_EDGE = re.compile("([\ue013\ue014])")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SKIPPED = frozenset(
    [
        "-comment", "head", "style", "script", "title", "template", "noscript", "object", "embed", "iframe", "svg", "math",
        "select", "option", "textarea", "button", "meta", "link",
    ]
)
_LINES = frozenset(
    [
        "div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "address", "center", "form", "fieldset",
        "caption", "thead", "tbody", "main", "nav", "aside", "legend",
    ]
)
_PARAGRAPHS = frozenset(["p", "table", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "figure"])
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|(?:font-size|max-height)\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE
)
_QUOTE_CLASS = re.compile(
    r"\b(?:gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|moz-cite-prefix|gmail_attr|freebirdFormviewerQuote)\b"
)
_REST_QUOTED = re.compile(r"\b(?:divRplyFwdMsg|OutlookMessageHeader|appendonsend|mail-editor-reference-message-container|stopSpelling)\b")
_TINY = re.compile(r"^[01](?:px)?$")


def html_to_text(html: str) -> str:
    """The text that a reader of this HTML sees; only the first 2,000,000 characters and 50,000 tags are read. Never raises on any text."""
    root = LexborHTMLParser(_bound(_MARKS.sub("", html))).body
    if root is None:
        return ""
    return "\n".join(_lay_out("".join(_pieces(root)))).strip("\n")


def _bound(html: str) -> str:
    html = html[:HTML_LIMIT].encode(errors="replace").decode()  # lone surrogates have no place in the parser
    return html if html.count("<") <= TAG_LIMIT else "<".join(html.split("<", TAG_LIMIT)[:TAG_LIMIT])


def _pieces(root: LexborNode) -> Iterator[str]:
    """Texts and layout marks in the order of reading. A walk of our own, since nesting may be deeper than Python's stack."""
    node: LexborNode | None = root
    ends: list[str] = []
    while node is not None:
        begin, end = _edges(node)
        yield begin
        child = None if end is None else node.child
        if child is not None:
            ends.append(end or "")
            node = child
            continue
        yield end or ""
        while node is not None and node.next is None:
            node = node.parent
            if not ends or node is None:
                return
            yield ends.pop()
        node = node.next if node is not None and ends else None


def _edges(node: LexborNode) -> tuple[str, str | None]:
    """What stands before and after a node's children; an end of None means that the children are left out."""
    tag = node.tag or ""
    if tag == "-text":
        return _read_text(node), None
    if tag in _SKIPPED or tag.startswith("-"):
        return "", None
    attributes = node.attributes
    if attributes and _is_hidden(attributes):
        return "", None
    return _element(node, tag, attributes)


def _element(node: LexborNode, tag: str, attributes: dict[str, str | None]) -> tuple[str, str | None]:
    before = after = _BLOCK if tag in _LINES else _PARAGRAPH if tag in _PARAGRAPHS else ""
    if tag in ("br", "hr", "img"):
        return _void(tag, attributes), None
    if tag == "li":
        before += _bullet(node)
    elif tag in ("td", "th"):
        after = _CELL
    elif tag == "a":
        after = _link(node, attributes)
    if attributes and _REST_QUOTED.search(f"{attributes.get('id')} {attributes.get('class')}"):
        before += _BLOCK + RULE + _BLOCK
    elif tag in ("blockquote", "div") and _is_quote(node, tag, attributes):
        before, after = before + _OPEN, _CLOSE + after
    return before, after


def _read_text(node: LexborNode) -> str:
    text = node.text_content or ""
    parent = node.parent
    if parent is not None and parent.tag == "pre":
        return text.replace("\n", _BREAK)
    return _SPACES.sub(" ", text)


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _void(tag: str, attributes: dict[str, str | None]) -> str:
    """A line break, a rule, or what an image says of itself (a tracking pixel says nothing)."""
    if tag == "br":
        return _BREAK
    if tag == "hr":
        return _BLOCK + RULE + _BLOCK
    alt = _SPACES.sub(" ", attributes.get("alt") or "").strip()
    tiny = any(_TINY.match(attributes.get(side) or "") for side in ("width", "height"))
    return f"[{alt}]" if alt and not tiny else ""


def _bullet(node: LexborNode) -> str:
    parent = node.parent
    if parent is None or parent.tag != "ol":
        return "- "
    number, before = 1, node.prev
    while before is not None and number < 200:
        number, before = number + (before.tag == "li"), before.prev
    return f"{number}. "


def _link(node: LexborNode, attributes: dict[str, str | None]) -> str:
    """The target behind a link's words, when the words do not say it already."""
    href = (attributes.get("href") or "").strip()
    shown = node.text(deep=True).strip() if href else ""
    target = href.removeprefix("mailto:")
    said = target.rstrip("/") in (shown, f"http://{shown}", f"https://{shown}")
    if not shown or said or not href.lower().startswith(("http://", "https://", "mailto:")):
        return ""
    return f" <{target[:2000]}>"


def _is_quote(node: LexborNode, tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether a client marked this element as somebody else's words. Gmail's outer div may hold answers, its blockquotes do not."""
    names = attributes.get("class") or ""
    marked = bool(_QUOTE_CLASS.search(names))
    if tag == "div":
        return marked and "gmail_quote" not in names
    parent = node.parent
    inside = parent is not None and "gmail_quote" in (parent.attributes.get("class") or "")
    return marked or inside or (attributes.get("type") or "").lower() == "cite"


def _lay_out(pieces: str) -> Iterator[str]:
    """Lines out of texts and marks: blocks never make more than one empty line, quoted lines begin with `> `."""
    depth, blank = 0, True
    for chunk in _QUOTE_EDGE.split(pieces):
        if chunk in (_OPEN, _CLOSE):
            depth = max(0, depth + (1 if chunk == _OPEN else -1))
            continue
        for line in _lines(chunk, blank):
            blank = not line
            yield "> " * min(depth, 8) + line


def _lines(chunk: str, blank: bool) -> Iterator[str]:
    """The lines of one run at one depth; between blocks stands one empty line where a paragraph ends, none otherwise."""
    for block in _GAP.split(chunk):
        if _PARAGRAPH in block and not blank:
            yield ""
            blank = True
        elif block.strip(" \ue012") and block[-1] not in "\ue011\ue015":
            rows = block.removesuffix(_BREAK).split(_BREAK)
            yield from (_tidy(row) for row in rows)
            blank = not rows[-1].strip()


def _tidy(row: str) -> str:
    """One line: cells set apart by a tab, white space folded, non-breaking spaces plain."""
    cells = (_SPACES.sub(" ", cell.replace("\xa0", " ")).strip() for cell in row.split(_CELL))
    return "\t".join(cell for cell in cells if cell)


_TAGS = frozenset(
    [
        "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "center", "code", "col", "colgroup", "dd", "del", "div",
        "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q", "s",
        "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
    ]
)
_ATTRIBUTES = {
    "*": {"dir", "lang", "align", "style"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "valign", "width"},
    "th": {"colspan", "rowspan", "valign", "width"},
    "font": {"color"},
    "ol": {"start"},
}
_LOADS = re.compile(r"url\s*\(|expression|@import|\\", re.IGNORECASE)
_STYLES = {"color", "background-color", "text-align", "direction", "font-weight", "font-style", "text-decoration", "border", "padding"}


def clean_html(html: str) -> str:
    """HTML rebuilt from an allow-list: no scripts, forms, outside images or styles that load; at most 500,000 characters are read."""
    return nh3.clean(
        html[:PASS_LIMIT],
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_filter_attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        filter_style_properties=_STYLES,
        link_rel="noopener noreferrer",
    )


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    """Images only from the mail itself; no style that fetches."""
    if tag == "img" and name == "src" and not value.lower().startswith("cid:"):
        return None
    return None if name == "style" and _LOADS.search(value) else value
