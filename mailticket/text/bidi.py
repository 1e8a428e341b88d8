"""Text of strangers made safe to stand in a line of ours: no invisible direction marks, no line ends, no end.

A right-to-left override makes `exe.pdf` of `fdp.exe`, a line end makes a header of a subject. What a mail says is kept as it is;
these functions stand where names, subjects and file names are used again (security.md, "Bytes from strangers").
"""

import re

_CONTROLS = re.compile(
    r"[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u061c\ufeff\u00ad\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff\u2028\u2029]"
)
_JOINERS = re.compile(r"(?<![^\W\d_])[\u200c\u200d]+|[\u200c\u200d]+(?![^\W\d_\u200c\u200d])")
_EMOJI_JOIN = re.compile("(?<=[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2600-\u27bf\U0001f000-\U0001faff])")
_LINK = re.compile(r"(?:https?|ftp)://\S+|www\.\S+|\S+@\S+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}/\S*", re.IGNORECASE)
_NAME_NOISE = re.compile(r"[<>@\"\\]|//|::+")
_FIRST_STRONG, _POP = "\u2068", "\u2069"


def is_plain(text: str) -> bool:
    """Whether a text is nothing but printable ASCII, line feeds and tabs; the quick question before all others."""
    return text.isascii() and (text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable())


def strip_controls(text: str) -> str:
    """The text without direction marks, zero-width and control characters; tab, line feed, and joiners between letters or emoji stay."""
    if is_plain(text):
        return text
    text = _CONTROLS.sub("", text)
    if "\u200c" not in text and "\u200d" not in text:
        return text
    kept = _EMOJI_JOIN.sub("\ue000", text)
    return _JOINERS.sub("", kept).replace("\ue000", "\u200d")


def clean_line(text: str, limit: int) -> str:
    """One line of at most `limit` characters, white space folded; longer text ends in an ellipsis."""
    if not text:
        return ""
    line = " ".join(text.split())
    line = line if is_plain(line) else " ".join(strip_controls(line).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def clean_name(text: str, limit: int = 80) -> str:
    """A display name that is harmless in a greeting: one line, without links, addresses and `@`."""
    return clean_line(_NAME_NOISE.sub(" ", _LINK.sub(" ", strip_controls(text[:1000]))), limit) if text else ""


def isolate(text: str) -> str:
    """The text between FSI and PDI, so that its direction does not spill into the line around it."""
    return f"{_FIRST_STRONG}{text}{_POP}"
