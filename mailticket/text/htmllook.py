"""How a reader sees an element of HTML: hidden or not, in a list, in a table that says something, in a quote.

What senders hide (preheaders, trackers' words, white on white) is no part of what they say; but a font size of nothing on a box is
only a trick of layout when the text in it has a size of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mailticket.text.htmlmarks import Element

SHEETS_LIMIT = 300_000
ROW_LIMIT, CELL_LIMIT, CELL_TEXT = 40, 30, 400
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|m(?:so-hide\s*:\s*all|ax-(?:height|width)\s*:\s*0(?![.\d]*[1-9]))|"
    r"opacity\s*:\s*0(?![.\d]*[1-9])|t(?:ext-indent|op)\s*:\s*-\d{3,}|left\s*:\s*-\d{3,}|"
    r"(?:h(?<![^;\s]h)eight|w(?<![^;\s]w)idth)\s*:\s*0(?:px|pt)?\s*(?:!important)?\s*(?:;[^\"]{0,200})?overflow\s*:\s*hidden"
)
"""In lower case. Each way begins with a letter, so that the engine passes over all others quickly."""
_FONT_SIZE = re.compile(r"font-size\s*:\s*([\d.]{1,8}|[a-z])\s*(px|pt|em|rem|%|)", re.IGNORECASE)
_COLOUR = re.compile(r"(?<![\w-])color\s*:\s*([^;!]{1,40})", re.IGNORECASE)
_GROUND = re.compile(r"background(?:-color|-image)?\s*:\s*([^;!]{1,60})", re.IGNORECASE)
_WHITE = re.compile(r"^\s*(?:#fff(?:fff)?(?:ff)?|white|rgba?\(\s*255\s*,\s*255\s*,\s*255.{0,10})\s*$", re.IGNORECASE)
_NO_GROUND = re.compile(r"^\s*(?:none|transparent|inherit|initial)\s*$", re.IGNORECASE)
_PRE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_LOOKING = frozenset(("style", "class", "id", "color", "background", "bgcolor"))
"""The attributes that say how something looks."""
_RULESET = re.compile(r"([^{}]*)([{}])")
_CLASS = re.compile(r"^[a-z]{0,12}\.([\w-]{1,60})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    """What is in force where a text stands; each element hands a changed one to its children."""

    tiny: bool = False
    white: bool = False
    ground: bool = False
    """Something behind the text may not be white: then white text is seen."""
    pre: bool = False
    lists: int = 0
    numbers: list[int] | None = field(default=None, compare=False)
    """The last number given in an ordered list, shared by its items; None in others."""
    tables: int = 0
    in_data: bool = False
    in_cell: bool = False
    quoted: bool = False

    @property
    def is_visible(self) -> bool:
        """Whether a reader sees text that stands here."""
        return not self.tiny and (self.ground or not self.white)

    def enter_table(self, data: bool) -> "Look":
        """Inside a table, one that says something by its columns or one that only places things."""
        return replace(self, tables=self.tables + 1, in_data=data)

    def enter_cell(self) -> "Look":
        """Inside a cell: in a table of data it stays on one line."""
        return replace(self, in_cell=True) if self.in_data else self

    def enter_quote(self) -> "Look":
        """Inside what a client marks as quoted."""
        return replace(self, quoted=True)


def see(look: Look, tag: str, attributes: dict[str, str | None]) -> Look:
    """How things look inside this element."""
    if tag in ("ul", "ol"):
        start = attributes.get("start") or "1"
        numbers = [int(start) - 1 if start.isdecimal() and len(start) < 6 else 0] if tag == "ol" else None
        look = replace(look, lists=look.lists + 1, numbers=numbers)
    elif tag == "pre":
        look = replace(look, pre=True)
    return _read_style(look, attributes) if attributes else look


def _read_style(look: Look, attributes: dict[str, str | None]) -> Look:
    if _LOOKING.isdisjoint(attributes):
        return look
    style = (attributes.get("style") or "")[:2000]
    size = _FONT_SIZE.search(style) if "font-size" in style.lower() else None
    tiny = _is_tiny(size[1], size[2]) if size else look.tiny
    colour = _COLOUR.search(style)
    shown = colour[1] if colour else attributes.get("color")
    white = bool(_WHITE.match(shown)) if shown else look.white
    ground = look.ground or any(name in attributes for name in ("class", "id", "background")) or _has_ground(style, attributes)
    pre = look.pre or bool("white-space" in style and _PRE.search(style))
    if (tiny, white, ground, pre) == (look.tiny, look.white, look.ground, look.pre):
        return look
    return replace(look, tiny=tiny, white=white, ground=ground, pre=pre)


def _is_tiny(size: str, unit: str) -> bool:
    """A size that nobody can read: nothing, or a point or pixel."""
    try:
        value = float(size)
    except ValueError:  # `small`, or digits that make no number: readable
        return False
    return value == 0 or (value <= 1 and unit.lower() in ("px", "pt", ""))


def _has_ground(style: str, attributes: dict[str, str | None]) -> bool:
    colour = attributes.get("bgcolor")
    if colour and not _WHITE.match(colour):
        return True
    return any(not _WHITE.match(found[1]) and not _NO_GROUND.match(found[1]) for found in _GROUND.finditer(style))


def is_hidden(attributes: dict[str, str | None], classes: frozenset[str]) -> bool:
    """Whether an element is kept from readers, by itself or by a class of the mail's own style sheet."""
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if style and _HIDDEN.search(style[:2000].lower()):
        return True
    return bool(classes) and not classes.isdisjoint((attributes.get("class") or "").split())


def find_hidden_classes(html: str) -> frozenset[str]:
    """The classes that a style sheet in the mail hides on every screen; rules for some screens only (`@media`) do not count."""
    names: set[str] = set()
    head = html[:SHEETS_LIMIT]
    if "display" not in head:
        return frozenset()
    low, at = head.lower(), 0
    while (at := low.find("<style", at)) >= 0 and (end := low.find("</style", at)) >= 0:
        names.update(_hidden_in(head[low.find(">", at, end) + 1 : end]))
        at = end
    return frozenset(names)


def _hidden_in(sheet: str) -> Iterator[str]:
    """The plain class selectors of rules that say `display:none`, outside of at-rules."""
    selectors: list[str] = []
    for words, brace in _RULESET.findall(sheet):
        if brace == "{":
            selectors.append(words.strip())
        elif selectors:
            selector = selectors.pop()
            if not selectors and not selector.startswith("@") and re.search(r"display\s*:\s*none", words, re.IGNORECASE):
                yield from (found[1] for found in map(_CLASS.match, map(str.strip, selector.split(","))) if found)


def choose_bullet(look: Look, attributes: dict[str, str | None]) -> str:
    """What stands before an item: its number, counted on, or a dash."""
    if look.numbers is None:
        return "- "
    value = attributes.get("value") or ""
    look.numbers[0] = int(value) if value.isdecimal() and len(value) < 6 else look.numbers[0] + 1
    return f"{look.numbers[0]}. "


def link_target(attributes: dict[str, str | None]) -> str:
    """Where a link leads, as text: an address for mailto, "" for what is no place."""
    href = "".join((attributes.get("href") or "")[:2000].split())
    if href[:7].lower() == "mailto:":
        return href[7:].partition("?")[0]
    return href if href.lower().startswith(("http://", "https://")) else ""


def is_data_table(table: Element, attributes: dict[str, str | None]) -> bool:
    """Whether a table says something by its rows and columns, as against one that only places things on the page.

    Data is short cells without tables in them, two or more in most rows, and two rows at least, or headings.
    """
    if (attributes.get("role") or "").lower() in ("presentation", "none"):
        return False
    rows = [list(_cells(row)) for row in _rows(table)]
    wide = [row for row in rows if len(row) > 1]
    if not wide or 2 * len(wide) < len(rows) or any(not _is_short(cell) for row in rows for cell in row):
        return False
    return len(wide) > 1 or any(cell.tag == "th" for cell in wide[0])


def _rows(table: Element) -> Iterator[Element]:
    """The first rows of a table itself, not of tables in it."""
    count = 0
    for part in table.iter():
        for row in (part,) if part.tag == "tr" else part.iter() if part.tag in ("thead", "tbody", "tfoot") else ():
            if row.tag == "tr" and count < ROW_LIMIT:
                count += 1
                yield row


def _cells(row: Element) -> Iterator[Element]:
    return (cell for _, cell in zip(range(CELL_LIMIT), (part for part in row.iter() if part.tag in ("td", "th")), strict=False))


def _is_short(cell: Element) -> bool:
    return cell.css_first("table, blockquote, ul, ol, pre") is None and len(cell.text(deep=True)) <= CELL_TEXT
