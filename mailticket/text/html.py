"""HTML of mails as text, and HTML that may be passed on.

Text keeps what a reader sees: lines, lists, tables, links; what was hidden from the reader stays out. What a mail client marks as quoted
or as a signature comes out in the plain conventions (`> `, `-- `), so that one quote cutter serves both kinds of body.
"""

import re

import nh3
from selectolax.lexbor import LexborHTMLParser

from mailticket.text.htmllook import Look, choose_bullet, find_hidden_classes, is_data_table, is_hidden, link_target, see
from mailticket.text.htmlmarks import QUOTE, REST, SIGNATURE, Element, find_client_mark
from mailticket.text.layout import (
    BLOCK,
    BREAK,
    CELL,
    CLOSE,
    COLUMN,
    INDENT,
    KEPT_SPACE,
    OPEN,
    PARAGRAPH,
    SIGNED,
    STUCK,
    UNSIGNED,
    drop_marks,
    lay_out,
)

HTML_LIMIT = 2_000_000
TAG_LIMIT = 50_000
MOST_NESTED = 1000
PASS_LIMIT = 500_000
PASS_TAGS = 20_000
RULE = "_" * 32
LINK_PIECES = 40
MOST_OPEN = 40
TABLE_DEPTH = 6
_SPACES = re.compile(r"[ \t\r\n\f]+")
_FORMATTING = re.compile(r"<(/?)(?:b|i|u|em|strong|font|small|big|tt|code|s|strike|nobr)(?=[\s>/])", re.IGNORECASE)
"""Elements that the parser opens again in every paragraph: a small mail could make it build a huge tree. To text they say nothing."""
_NESTING = re.compile(
    r"<(/?)(?!(?:p|li|td|th|tr|tbody|thead|tfoot|dt|dd|br|hr|img|meta|link|input|col|option|wbr|body|html|head)[\s/>])[a-zA-Z][^\s/<>]{0,40}",
    re.IGNORECASE,
)
"""Beginnings of tags that nest; the others close each other."""
_SKIPPED = frozenset(
    [
        "-comment", "head", "style", "script", "title", "template", "noscript", "object", "embed", "iframe", "svg", "math",
        "select", "option", "textarea", "button", "meta", "link", "audio", "video", "canvas", "map", "xml", "o:p",
    ]
)
_LINES = frozenset(
    [
        "div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "address", "center", "form", "fieldset",
        "caption", "thead", "tbody", "main", "nav", "aside", "legend", "figcaption", "summary", "details",
    ]
)
_PARAGRAPHS = frozenset(["p", "table", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "figure"])
_TINY = re.compile(r"^[01](?:px)?$")


def html_to_text(html: str) -> str:
    """The text that a reader of this HTML sees; only the first 2,000,000 characters and 50,000 tags are read. Never raises on any text."""
    root = LexborHTMLParser(_FORMATTING.sub(r"<\1span", _bound(drop_marks(html), TAG_LIMIT))).body
    if root is None:
        return ""
    return "\n".join(lay_out("".join(_Reader(find_hidden_classes(html)).read(root)))).strip("\n")


def _bound(html: str, tags: int) -> str:
    """The HTML with so many tags at most, and no deeper than any mail is: a parser's time grows with tags times depth."""
    html = html[:HTML_LIMIT].encode(errors="replace").decode()  # lone surrogates have no place in the parser
    count = html.count("<")
    if count > tags:
        html = "<".join(html.split("<", tags)[:tags])
    return html if count <= MOST_NESTED else _NESTING.sub(_Flattener(), html)


class _Flattener:
    """Makes nothing of elements that are opened too deep, and of as many closing tags."""

    def __init__(self) -> None:
        self._depth = 0

    def __call__(self, found: re.Match[str]) -> str:
        """The beginning of a tag, or that of one that says nothing."""
        self._depth = max(0, self._depth - 1) if found[1] else self._depth + 1
        return found[0] if self._depth + bool(found[1]) <= MOST_NESTED else "<wbr"


def _bound_formatting(html: str) -> str:
    """The HTML as it is, or with plain spans when more formatting is open at once than any person opens."""
    opened = 0
    for found in _FORMATTING.finditer(html):
        opened = max(0, opened - 1) if found[1] else opened + 1
        if opened > MOST_OPEN:
            return _FORMATTING.sub(r"<\1span", html)
    return html


class _Reader:
    """One reading of a tree: texts and layout marks in order. A walk of our own, since nesting may be deeper than Python's stack."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self._hidden = hidden
        self._out: list[str] = []
        self._rest = False

    def read(self, root: Element) -> list[str]:
        """The pieces of the text below `root`."""
        node, look = root, Look()
        above: list[tuple[str, Look, str, int]] = []
        while True:
            end, link, inner = self._enter(node, look)
            child = node.child if inner is not None else None
            if child is not None and inner is not None:
                above.append((end, look, link, len(self._out)))
                node, look = child, inner
                continue
            self._out.append(end)
            while above and node.next is None:
                end, look, link, start = above.pop()
                node = node.parent or root
                self._out.append(self._say_link(link, start) + end)
            if not above or node.next is None:
                return self._out
            node = node.next

    def _enter(self, node: Element, look: Look) -> tuple[str, str, Look | None]:
        """Write what stands before a node; gives what stands after it, the link it is, and how its children look (None: leave them out)."""
        tag = node.tag or ""
        if tag == "-text":
            if look.is_visible:
                self._out.append(_read_text(node, look))
            return "", "", None
        if tag in _SKIPPED or tag.startswith("-"):
            return "", "", None
        attributes = node.attributes
        if attributes and is_hidden(attributes, self._hidden):
            return "", "", None
        if tag in ("br", "hr", "img"):
            begins = tag == "hr" and bool(attributes) and not look.quoted and find_client_mark(node, tag, attributes) == REST
            self._out.append(self._begin_rest() if begins else _void(tag, attributes, look))
            return "", "", None
        before, after, inner = self._element(node, tag, attributes, see(look, tag, attributes))
        self._out.append(before)
        return after, link_target(attributes) if tag == "a" else "", inner

    def _element(self, node: Element, tag: str, attributes: dict[str, str | None], look: Look) -> tuple[str, str, Look]:
        """The marks around an element, and how what is in it looks."""
        edge = BLOCK if tag in _LINES else PARAGRAPH if tag in _PARAGRAPHS else ""
        before, after = (" ", " ") if edge and look.in_cell else (edge, edge)
        if tag == "li":
            before += INDENT * min(max(0, look.lists - 1), 8) + choose_bullet(look, attributes) + STUCK
        elif tag in ("td", "th"):
            before, after = ("", COLUMN) if look.in_data else ("", CELL)
            look = look.enter_cell()
        elif tag == "table" and look.tables < TABLE_DEPTH and not look.in_data:
            look = look.enter_table(data=is_data_table(node, attributes))
        mark = find_client_mark(node, tag, attributes) if attributes or tag == "blockquote" else None
        if mark is None or look.quoted or self._rest:
            return (before, after, look) if mark != QUOTE else (before + OPEN, CLOSE + after, look)
        if mark == REST:
            return self._begin_rest() + before, after, look
        opening, closing = (OPEN, CLOSE) if mark == QUOTE else (SIGNED, UNSIGNED)
        return before + opening, closing + after, look.enter_quote() if mark != SIGNATURE else look

    def _begin_rest(self) -> str:
        """From here on all is quoted: what is opened is never closed."""
        self._rest, begun = True, self._rest
        return "" if begun else BLOCK + OPEN

    def _say_link(self, target: str, start: int) -> str:
        """The target behind a link's words, when the words do not say it already."""
        if not target:
            return ""
        shown = "".join(self._out[start:]) if len(self._out) - start <= LINK_PIECES else "..."
        shown = drop_marks(shown).strip()
        plain = re.sub(r"^(?:https?://)?(?:www\.)?|/$", "", shown.lower())
        said = re.sub(r"^(?:https?://)?(?:www\.)?|/$", "", target.lower())
        return "" if not shown or shown.startswith("[") or plain == said or target in shown else f" <{target}>"


def _read_text(node: Element, look: Look) -> str:
    text = node.text_content or ""
    if look.pre:
        return text.replace("\r", "").replace("\n", BREAK).replace("\t", KEPT_SPACE * 4).replace(" ", KEPT_SPACE)
    return _SPACES.sub(" ", text)


def _void(tag: str, attributes: dict[str, str | None], look: Look) -> str:
    """A line break, a rule, or what an image says of itself (a tracking pixel says nothing)."""
    if tag == "br":
        return " " if look.in_cell else BREAK
    if tag == "hr":
        return "" if look.in_cell else BLOCK + RULE + BLOCK
    alt = _SPACES.sub(" ", attributes.get("alt") or "").strip()
    tiny = any(_TINY.match(attributes.get(side) or "") for side in ("width", "height"))
    return f"[{alt[:300]}]" if alt and not tiny and look.is_visible else ""


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
_LOADS = re.compile(r"url\s*\(|expression|@import|image-set|\\", re.IGNORECASE)
_STYLES = {"color", "background-color", "text-align", "direction", "font-weight", "font-style", "text-decoration", "border", "padding"}


def clean_html(html: str) -> str:
    """HTML rebuilt from an allow-list: no scripts, forms, outside images or styles that load; at most 500,000 characters and 20,000
    tags are read."""
    return nh3.clean(
        _bound_formatting(_bound(html[:PASS_LIMIT], PASS_TAGS)),
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
