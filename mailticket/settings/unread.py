"""The keys that are accepted but that nothing reads yet: `check` says so, rather than letting anyone rely on them.

Whoever makes the program read a key takes its row out of this table.
"""

from collections.abc import Mapping
from pathlib import Path

from mailticket.settings.document import read_document
from mailticket.settings.faults import Fault, Key

UNREAD: Mapping[str, str] = {
    "smtp.second.rate": "alarms are few, and go to the second relay as they come",
    "retention": "nothing is erased by its age yet",
}
"""By key (or table), what is not done yet."""


def unread_keys(path: Path, environ: Mapping[str, str]) -> list[Fault]:
    """A finding of severity "info" for each key written in settings.toml, or set by a variable, that nothing reads yet."""
    document = read_document(path, environ)
    written = dict.fromkeys(key for key in (*document.lines, *document.variables) if _dotted(key) in UNREAD)
    tops = [key for key in written if not any(key[:end] in written for end in range(1, len(key)))]
    return [document.fault(key, f"accepted, but {UNREAD[_dotted(key)]}", "leave it or take it out", "info") for key in tops]


def _dotted(key: Key) -> str:
    return ".".join(part for part in key if isinstance(part, str))
