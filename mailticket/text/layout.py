"""Lines out of a stream of text and layout marks: what `text.html` writes while it walks a tree.

The marks are private characters, which are taken out of strangers' HTML first, so that nobody else can write them.
"""

import re
from collections.abc import Iterator

BREAK, BLOCK, CELL, OPEN, CLOSE, PARAGRAPH = "\ue010", "\ue011", "\ue012", "\ue013", "\ue014", "\ue015"
COLUMN, INDENT, STUCK, KEPT_SPACE, SIGNED, UNSIGNED = "\ue016", "\ue017", "\ue018", "\ue019", "\ue01a", "\ue01b"
DEEPEST = 8
_MARKS = re.compile("[\ue010-\ue01b]")
_GAP = re.compile("((?: *[\ue011\ue015])+)")
_EDGE = re.compile("([\ue013\ue014])")
_STUCK = re.compile("\ue018[ \ue011\ue015]*")
_SIGNATURE = re.compile("\ue01a([^\ue013\ue014\ue01a\ue01b]*)\ue01b(?=[ \ue010\ue011\ue015_\xa0]*(?:\ue013|\\Z))")
_SIGNATURE_EDGE = re.compile("[\ue01a\ue01b]")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_UNSEEN = re.compile("(?:[\u034f\u00ad\u200b\u200c\u2007\u2060\ufeff\u115f\u17b4\u180e][ \u00a0]*){3,}")
_NOTHING = re.compile("^[\\s\u034f\u00ad\u200b-\u200f\u2007\u2060\ufeff\u180e]*$")


def drop_marks(text: str) -> str:
    """The text without the characters that serve as marks here."""
    return _MARKS.sub("", text)


def lay_out(pieces: str) -> Iterator[str]:
    """Lines out of texts and marks: blocks never make more than one empty line, quoted lines begin with `> `."""
    depth, blank = 0, True
    for chunk in _EDGE.split(_sign(_STUCK.sub("", pieces))):
        if chunk in (OPEN, CLOSE):
            depth = max(0, depth + (1 if chunk == OPEN else -1))
            continue
        for line in _lines(chunk, blank):
            blank = not line
            yield ("> " * min(depth, DEEPEST) + line).rstrip()


def _sign(pieces: str) -> str:
    """Signatures that a client marks begin with `-- `, where nothing but quotes follows; elsewhere the mark says nothing sure."""
    if SIGNED not in pieces:
        return pieces
    return _SIGNATURE_EDGE.sub("", _SIGNATURE.sub(_begin_signature, pieces))


def _begin_signature(found: re.Match[str]) -> str:
    said = drop_marks(found[1]).replace("\xa0", " ").strip()
    return found[1] if not said or said.startswith("--") else f"{BLOCK}-- {BLOCK}{found[1]}{BLOCK}"


def _lines(chunk: str, blank: bool) -> Iterator[str]:
    """The lines of one run at one depth; between blocks stands one empty line where a paragraph ends, none otherwise."""
    for block in _GAP.split(chunk):
        if PARAGRAPH in block and not blank:
            yield ""
            blank = True
        elif block.strip(" \ue012\ue016") and block[-1] not in "\ue011\ue015":
            rows = [_tidy(row) for row in block.removesuffix(BREAK).split(BREAK)]
            if any(rows) or len(rows) > 1:
                yield from rows
                blank = not rows[-1]


def _tidy(row: str) -> str:
    """One line: cells set apart, white space folded, spaces that were meant kept, indents made."""
    if COLUMN in row:
        row = _join_columns(row)
    cells = (_SPACES.sub(" ", cell.replace("\xa0", " ")).strip() for cell in row.split(CELL))
    line = " ".join(cell for cell in cells if cell)
    if not line.isascii():
        line = _UNSEEN.sub("", line)
        line = "" if _NOTHING.match(line) else line.replace(INDENT, "  ").replace(KEPT_SPACE, " ").rstrip()
    return line


def _join_columns(row: str) -> str:
    """The cells of a row of data; a cell that ends in a colon is the name of the next."""
    cells = [_SPACES.sub(" ", cell.replace("\xa0", " ")).strip() for cell in row.split(COLUMN)]
    while cells and not cells[-1]:
        cells.pop()
    line = ""
    for at, cell in enumerate(cells):
        line += cell + ("" if at == len(cells) - 1 else " " if cell.endswith((":", "：")) else " | ")
    return line
