"""Mail addresses, read twice: leniently to show them, strictly where authority rests on them.

The lenient reader makes the best of anything and is never asked who somebody is. The strict one accepts one plain mailbox and nothing
else: a list, a group, a comment or a second From field means that nobody is known (security.md, "Who is it?").
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mailticket.inbound.words import decode_words
from mailticket.model.mail import Address
from mailticket.text.bidi import clean_line

LIST_LIMIT = 500
NAME_LIMIT = 300
_PIECE = re.compile(
    r"=\?[^?\s]{0,60}\?[bBqQ]\?[^?]*\?=|\"(?:[^\"\\]|\\.){0,250}\"|\((?:[^()\\]|\\.){0,250}\)|<[^<>]*>|[,;:]|[^\",;:<>()=]+|.",
    re.DOTALL,
)
_LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]{1,200}"
_DOMAIN = r"[\w.-]{1,255}"
_SPEC = re.compile(rf"({_LOCAL}|\"[^\"\\]{{1,64}}\")@({_DOMAIN})")
_STRICT = re.compile(
    rf"\s*+(?:\"(?:[^\"\\\x00-\x1f]|\\[\x20-\x7e])*+\"|[^\x00-\x1f\x7f\"(),:;<>@\[\\\]])*+<(?P<spec>{_LOCAL}@{_DOMAIN})>\s*"
)
_PLAIN = re.compile(rf"\s*(?P<spec>{_LOCAL}@{_DOMAIN})\s*")
_PLAIN_SPEC = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_PLAINEST = re.compile(rf"\s*+\"?((?:[A-Za-z0-9.'_-]+ ?)*+)\"?\s*+<({_PLAIN_SPEC.pattern})>\s*")
_AROUND_SIGN = re.compile(r"\s*([@.])\s*")
_COMMENT = re.compile(r"\([^()]*\)")


@dataclass(slots=True)
class _Box:
    """What was gathered of one mailbox so far."""

    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None


def parse_addresses(values: Iterable[str]) -> tuple[Address, ...]:
    """Every mailbox in raw header values, for display, at most 500. Groups give their members; the unreadable keeps its words as a name."""
    found: list[Address] = []
    for value in values:
        for address in _read(value):
            found.append(address)
            if len(found) >= LIST_LIMIT:
                return tuple(found)
    return tuple(found)


def _read(value: str) -> Iterator[Address]:
    # Most of them are one address, bare or behind a plain name: nothing to decode, to quote or to leave out.
    if _PLAIN_SPEC.fullmatch(bare := value.strip()):
        yield Address(bare.lower())
        return
    plain = _PLAINEST.fullmatch(value)
    if plain:
        yield Address(plain[2].lower(), plain[1][:NAME_LIMIT].strip("' "))
        return
    box = _Box()
    for piece in _PIECE.findall(_surface(value)):
        if piece in ",;":
            yield from _finish(box)
            box = _Box()
        elif piece == ":" and box.angle is None and "@" not in "".join(box.words):
            box = _Box()  # a group's name, RFC 5322 s.3.4
        else:
            if piece[0] == "<" and box.angle and _SPEC.search(piece):  # a comma is missing
                yield from _finish(box)
                box = _Box()
            _take(box, piece)
    yield from _finish(box)


def _surface(value: str) -> str:
    """Raw 8-bit bytes as text, encoded words left alone: they may hide commas that separate nothing."""
    return value if value.isascii() else decode_words(value.replace("=?", "=\0?")).replace("=\0?", "=?")


def _take(box: _Box, piece: str) -> None:
    if piece[0] == "<" and len(piece) > 1:
        box.angle = piece[1:-1]
    elif piece[0] == "(" and len(piece) > 1:
        box.comments.append(piece[1:-1])
    elif piece[0] == '"' and len(piece) > 1:
        box.words.append(re.sub(r"\\(.)", r"\1", piece[1:-1]) if not _SPEC.fullmatch(piece) else piece)
    else:
        box.words.append(piece)


def _finish(box: _Box) -> Iterator[Address]:
    words = "".join(box.words).strip()
    if box.angle is None:
        bare = _SPEC.search(words[:1000])
        yield from _bare(words, bare[0] if bare else "", box.comments)
    else:
        spec = parse_spec(box.angle)
        name = words or " ".join(box.comments)
        if spec or name or box.angle.strip():
            yield Address(spec, _name(name if spec else f"{name} {box.angle}"))


def _bare(words: str, spec: str, comments: list[str]) -> Iterator[Address]:
    """A mailbox without brackets: `a@b (Name)`, or words that hold no address at all."""
    name = words.replace(spec, "", 1) if spec else words
    name = " ".join(comments) if spec and not name.strip() else name
    if spec or name.strip():
        yield Address(parse_spec(spec), _name(name))


def _name(text: str) -> str:
    return clean_line(decode_words(text[: 8 * NAME_LIMIT]), NAME_LIMIT).strip("'\"<> ")


def parse_spec(text: str) -> str:
    """An addr-spec in lower case with its domain as A-labels, "" when it is none. A route or `mailto:` before it is left out."""
    plain = _PLAIN_SPEC.fullmatch(text)
    if plain:
        return text.lower()
    found = _read_spec(decode_words(text[:1200])) if "=?" in text else None
    found = found or _read_spec(text[:1200])
    return f"{found[1].lower()}@{to_ascii(found[2])}" if found else ""


def _read_spec(text: str) -> re.Match[str] | None:
    text = _AROUND_SIGN.sub(r"\1", _COMMENT.sub("", text)).strip()
    words = ([text] if text.startswith('"') else text.split()) or [""]
    return _SPEC.fullmatch(clean_line(words[-1].rpartition(":")[2], 500).strip("'").rstrip("."))


def to_ascii(domain: str) -> str:
    """A domain in lower case, internationalised names as A-labels; what has none stays as it is."""
    domain = domain.lower().rstrip(".")
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:  # no valid name: shown as it is, and equal to nobody's
        return domain


def strict_address(values: list[str]) -> str:
    """The one address that authority may rest on: a single field with a single plain mailbox; "" otherwise."""
    if len(values) != 1:
        return ""
    value = _surface(values[0])
    found = _STRICT.fullmatch(value) or _PLAIN.fullmatch(value)
    return parse_spec(found["spec"]) if found else ""
