"""Canned replies: a text of the staff's in which a few names stand for what differs from ticket to ticket.

They are filled here and not by the template engine, for what is sent must stand on the ticket word for word; the names are those of
`VARIABLES`, and anything else between double braces is a fault that `check` tells.
"""

import re
from collections.abc import Iterator, Mapping

from mailticket.model.mail import Language
from mailticket.text.normalise import normalise

VARIABLES = ("name", "tag", "team", "desk", "type", "phone", "whatsapp", "website", "argument")
"""The requester's name, the ticket's tag, the team's title, the desk's name, the ticket's type, the desk's other channels, and what stood
behind the command (a session's link)."""
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_NAME = re.compile(r"snippets/(?P<name>[^/]+?)(?:\.(?P<language>ar|en))?\.txt")


def find_snippet(name: str, language: Language, snippets: Mapping[str, str]) -> str | None:
    """The text of that name in the ticket's language, else in any; None without one. `snippets` is by file name."""
    first, second = ("en", "ar") if language is Language.EN else ("ar", "en")
    found = {m["language"] or "": text for file, text in snippets.items() if (m := _NAME.fullmatch(file)) and _is(m["name"], name)}
    return next((found[key] for key in (first, "", second) if key in found), None)


def _is(own: str, asked: str) -> bool:
    return normalise(own.replace("_", " ").replace("-", " ")) == normalise(asked.replace("_", " ").replace("-", " "))


def list_snippets(snippets: Mapping[str, str]) -> list[str]:
    """Their names, each once."""
    return sorted({found["name"] for file in snippets if (found := _NAME.fullmatch(file))})


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its names replaced; one that has no value leaves nothing, and a line that held nothing else goes with it."""
    lines = []
    for line in text.strip().split("\n"):
        filled = _VARIABLE.sub(lambda found: values.get(found[1], ""), line).rstrip()
        if filled.strip(" :،,-") or not _VARIABLE.search(line):
            lines.append(filled)
    return "\n".join(lines)


def find_unknown(text: str) -> Iterator[tuple[int, str]]:
    """Names that no canned reply can use, each with its line."""
    for number, line in enumerate(text.split("\n"), 1):
        yield from ((number, found[1]) for found in _VARIABLE.finditer(line) if found[1] not in VARIABLES)
