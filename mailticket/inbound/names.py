"""Names of attachments, safe to show and to store under.

A sender chooses the name: it may climb out of a folder, hide its ending behind an override, or be longer than a file system allows.
Names are cleaned first and judged after, so that nothing hides behind an invisible letter.
"""

import re

from mailticket.inbound.mime import Part
from mailticket.inbound.params import find_text
from mailticket.text.bidi import clean_line

NAME_LIMIT = 120
_PATH = re.compile(r"[/\\\u2044\u2215\uff0f\uff3c]")
_FORBIDDEN = re.compile(r"[<>:\"|?*\x00-\x1f]")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


def find_filename(part: Part) -> str:
    """The cleaned name of a part, from Content-Disposition or else Content-Type; "" when the mail gives none."""
    name = find_text(part.disposition, "filename") or find_text(part.type, "name")
    return clean_filename(name) if name else ""


def clean_filename(name: str) -> str:
    """A name without path, controls and leading dots, at most 120 characters, its ending kept."""
    base = _PATH.split(clean_line(name, 2000))[-1]
    base = _FORBIDDEN.sub("_", base).strip().lstrip(".").rstrip(". ")
    base = f"_{base}" if _RESERVED.match(base) else base
    if len(base) <= NAME_LIMIT:
        return base
    stem, dot, ending = base.rpartition(".")
    return f"{stem[: NAME_LIMIT - len(ending) - 1]}{dot}{ending}" if dot and len(ending) <= 12 else base[:NAME_LIMIT]
