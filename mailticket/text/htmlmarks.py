"""What mail clients themselves mark in the HTML they write: this is quoted, from here on all is quoted, this is my signature.

A client's own mark is surer than any words and knows no language, so it is looked for first. The names are those that the clients put
into id, class, name or style; Outlook puts `x_` before them when it quotes somebody else's HTML.
"""

import re
from collections.abc import Iterator
from typing import Protocol

QUOTE, REST, SIGNATURE = "quote", "rest", "signature"

_QUOTE_NAMES = (
    "yahoo_quoted",  # Yahoo; ydp…yahoo_quoted in newer ones
    "protonmail_quote", "tutanota_quote", "zmail_extra",  # Proton, Tuta, Zoho
    "moz-cite-prefix", "reply-intro",  # the attribution line of Thunderbird, Roundcube
    "gmail_quote_attribution", "airmail_on",  # of Mailspring, Airmail
    "spark_quote", "clean_bq", "front-blockquote", "missive_quote", "x_replyquote", "mailbird_quote", "hs_reply", "wm_quote",
    "olk_src_body_section",  # Outlook for Mac
    "messagereplysection",  # Spark
    "isreplycontent", "isforwardcontent",  # NetEase
    "freebirdformviewerquote", "zimbraquote", "hmailquote", "sogo-quote", "quotedtext", "qt_reply",
)
_REST_NAMES = (
    "divrplyfwdmsg", "outlookmessageheader", "appendonsend", "mail-editor-reference-message-container", "stopspelling",
    "ms-outlook-mobile-reference-message", "zwchr", "__divider__", "_divider_", "ms-outlook-mobile-body-separator-line", "origmsgmark",
)
_SIGNATURE_NAMES = (
    "gmail_signature", "moz-signature", "ms-outlook-mobile-signature", "applemailsignature", "protonmail_signature_block",
    "composer_signature", "messagesignaturesection", "zmail_signature", "bloop_sign", "x_signature", "signatureblock", "_rc_sig",
    "ydpsignature", "mobile-signature", "k9mail-signature", "mail-signature", "samsung_signature",
)
_NAMED = re.compile(
    f"(?P<quote>{'|'.join(map(re.escape, _QUOTE_NAMES))})|(?P<rest>{'|'.join(map(re.escape, _REST_NAMES))})|"
    f"(?P<signature>{'|'.join(map(re.escape, _SIGNATURE_NAMES))})"
)
_OUTLOOK_LINE = re.compile(
    r"border-top:\s*(?:1(?:\.0)?p[tx]\s+)?solid\s*(?:1(?:\.0)?p[tx]\s+)?(?:#e1e1e1|#b5c4df|rgb\(225,\s*225,\s*225\)|rgb\(181,\s*196,\s*223\))|"
    r"border-top-color:\s*rgb\(229,\s*229,\s*229\)"
)
"""The line above the header block of Outlook 2007 and later, and of Windows Mail."""
_SIDE_LINE = re.compile(r"border-(?:left|right|inline-start)(?:-[a-z]+)?\s*:[^;]{0,40}?(?:solid|[1-9]px|[1-9](?:\.\d)?pt)")
_ATTRIBUTES = ("id", "class", "name", "data-marker")


class Element(Protocol):
    """What is asked of a node of the parser's tree; the parser itself has its home in `text.html`."""

    @property
    def tag(self) -> str | None:
        """The name in lower case; "-text" for text."""

    @property
    def attributes(self) -> dict[str, str | None]:
        """The attributes by lower-case name; None for one without value."""

    @property
    def text_content(self) -> str | None:
        """The text of a text node."""

    @property
    def child(self) -> "Element | None":
        """The first node inside."""

    @property
    def next(self) -> "Element | None":
        """The next node beside this one."""

    @property
    def parent(self) -> "Element | None":
        """The node around this one."""

    def iter(self) -> "Iterator[Element]":
        """The elements directly inside."""

    def css_first(self, query: str) -> object:
        """Some element inside that a selector names, or None."""

    def text(self, deep: bool) -> str:
        """All text inside."""


def find_client_mark(node: Element, tag: str, attributes: dict[str, str | None]) -> str | None:
    """Which mark of a client's this element carries; None for most."""
    if tag == "blockquote":
        return QUOTE if _is_quote(node, attributes) else None
    names = " ".join(filter(None, map(attributes.get, _ATTRIBUTES))).lower()
    found = _NAMED.search(names) if names else None
    if found:
        return found.lastgroup
    if "gmail_attr" in names:
        return QUOTE if _introduces_quote(node) else None
    if names and (attributes.get("id") == "Signature" or attributes.get("name") == "quote"):  # Outlook on the web; GMX and web.de
        return SIGNATURE if attributes.get("id") == "Signature" else QUOTE
    style = attributes.get("style") or ""
    return REST if "border-top" in style and _OUTLOOK_LINE.search(style[:1000].lower()) else None


def _is_quote(node: Element, attributes: dict[str, str | None]) -> bool:
    """Whether a blockquote is somebody else's mail and not an indent or a poem: clients cite, name or underline it."""
    if (attributes.get("type") or "").lower() == "cite" or attributes.get("cite"):
        return True
    names = " ".join(filter(None, map(attributes.get, _ATTRIBUTES))).lower()
    if "quote" in names or _NAMED.search(names):
        return True
    style = (attributes.get("style") or "")[:1000].lower()
    parent = node.parent
    inside = parent is not None and "gmail_quote" in (parent.attributes.get("class") or "")
    return inside or bool("border" in style and _SIDE_LINE.search(style))


def _introduces_quote(node: Element) -> bool:
    """Whether a blockquote follows Gmail's attribution; none follows when the same element announces a forward."""
    following = node.next
    for _ in range(6):
        if following is None or following.tag == "blockquote":
            break
        following = following.next
    return following is not None and following.tag == "blockquote"
