"""What a forward carries: sender, date, subject and words of the older mail, shown inline or attached whole.

A forward tells who wrote first, but proves nothing: what is found here is a suggestion to the desk, never an identity. How sure the
reading is, is a value.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from mailticket.inbound.addresses import parse_addresses, strict_address
from mailticket.inbound.attribution import find_attribution, may_end_attribution
from mailticket.inbound.blocks import is_forward_mark, is_header_block, is_unknown_block, read_label
from mailticket.inbound.body import read_body
from mailticket.inbound.headers import Headers, find_ids, find_message_id
from mailticket.inbound.mime import Part, find_charset
from mailticket.inbound.quotemarks import LINE_LIMIT, plain, plain_lines
from mailticket.inbound.screening import screen
from mailticket.model.mail import Address, Forwarded, Kind
from mailticket.text.bidi import clean_line, strip_controls

LINES = 400
BLOCK_LINES = 20
SUBJECT_LIMIT = 1000
_MAYBE = re.compile(r"[-=_*—:：](?:(?<=[:：])[^\S\n]*+(?:\n|\Z)|(?<![:：])[-=_*—]{2,}+)")
"""Where a line ends in a colon, or dashes stand: the cheap question before `is_forward_mark`."""
_FORWARD_SUBJECT = re.compile(
    r"^\W{0,3}(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|fw|إعادة توجيه|اعادة توجيه|معاد توجيهها|مُعاد توجيهها|تحويل|محوّ?لة?|تمرير|"
    r"wg|tr|rv|enc|i|vs|vb|vl|"
    r"pd|doorst|ilt|i̇lt|пересл|пер|fs|tov|redir\.?|πρθ|trs|转发|转寄|轉寄|轉發|転送|전달|הועבר)\s?[:：]",
    re.IGNORECASE,
)
_ANSWER_SUBJECT = re.compile(r"^\W{0,3}(?:re|رد|aw|sv|antw|odp|ynt|res|rif|vá|回复|回覆|返信|답장)\s?(?:\[\d+\])?[:：]", re.IGNORECASE)
_QUOTE = re.compile(r"^(?:>\s?)+")
_ADDRESS = re.compile(r"[^\s<>@()\[\]\"',;:]{1,64}@[^\s<>@()\[\]\"',;:]{1,255}")
_MORE = re.compile(r"^[<\[(]?[^\s<>@]{1,64}@|^\s*<|[,;<]$")


def is_forward_subject(subject: str) -> bool:
    """Whether the subject begins as a forward's does, in Arabic, English and other languages."""
    return bool(_FORWARD_SUBJECT.match(strip_controls(subject[:200]).strip()))


def find_forwarded(root: Part, subject: str, text: str, *, cut: bool = True) -> Forwarded | None:
    """The mail that is forwarded, None when this is no forward or nothing of its author can be read.

    `cut` is False when the quote cutter has found nobody else's words in the text.
    """
    named = is_forward_subject(subject)
    attached = _find_attached(root, named)
    inline = None
    if named or (cut and _is_announced(text)):
        answer = bool(_ANSWER_SUBJECT.match(strip_controls(subject[:200]).strip()))
        inline = _find_inline(plain_lines("\n".join(text.split("\n", LINES)[:LINES])), text, subject, named=named, answer=answer)
    if inline is not None and (attached is None or inline.sure >= attached.sure):
        return inline
    return attached if attached is not None and (named or len(text) < 2000) else None


def _is_announced(text: str) -> bool:
    """Whether some line announces a forward, asked of few lines only."""
    starts = (text.rfind("\n", 0, found.start()) + 1 for found in islice(_MAYBE.finditer(text), LINES))
    return any(is_forward_mark(plain(text[start : start + LINE_LIMIT].partition("\n")[0])) for start in starts)


def _find_inline(lines: list[str], text: str, subject: str, *, named: bool, answer: bool) -> Forwarded | None:
    """The first announced block of header lines; in a mail that calls itself a forward, the first block or attribution at all."""
    bare = [_QUOTE.sub("", line) if line[:1] == ">" else line for line in lines] if named else []
    for at, line in enumerate(lines):
        if not line:
            continue
        if is_forward_mark(line) and (named or not (line.startswith(">") and any(lines[:at]))):
            return _below(_read_block(lines, _next_said(lines, at), text, 0.6 if answer else 0.95), text, at)
        if named and bare[at] and _begins_block(bare[at : at + 14]):
            return _below(_read_block(lines, at, text, 0.9), text, at)
    return _read_attribution(lines, text, subject) if named else None


def find_forward_in(text: str, subject: str) -> Forwarded | None:
    """The older mail that a forwarded mail's own text forwards in its turn, None when it forwards none."""
    return _find_inline(plain_lines("\n".join(text.split("\n", LINES)[:LINES])), text, subject, named=True, answer=False)


def strip_forward(subject: str) -> str:
    """A subject without the prefixes of forwards."""
    bare = strip_controls(subject).strip()
    while found := _FORWARD_SUBJECT.match(bare):
        bare = bare[found.end() :].strip()
    return bare


def _below(found: Forwarded | None, text: str, at: int) -> Forwarded | None:
    """What was found, with the words that stand above line `at`, where it begins, but for the rule drawn between them."""
    lines = text.split("\n")[:at]
    while lines and not any(map(str.isalnum, lines[-1])):
        lines.pop()
    return replace(found, above="\n".join(lines).strip()) if found and lines else found


def _begins_block(lines: list[str]) -> bool:
    return is_header_block(lines, 0) or is_unknown_block(lines, 0)


def _next_said(lines: list[str], at: int) -> int:
    """The next line that says something, within four."""
    return next((place for place in range(at + 1, min(at + 5, len(lines))) if lines[place].strip("> ")), at + 1)


def _read_block(lines: list[str], at: int, text: str, sure: float) -> Forwarded | None:
    """The fields of a block that begins at `at`, and the words below it; less sure when the author has no address."""
    fields, end = _read_fields(lines, at)
    if "sender" not in fields:
        end = next((place for place in range(max(end, at), min(at + BLOCK_LINES, len(lines))) if not lines[place].strip("> ")), end)
        fields, sure = {**_guess_fields(lines, at, end), **fields}, min(sure, 0.6)
    sender = _read_sender(fields.get("sender", ""))
    if sender is None:
        return None
    if len({found.lower() for found in _ADDRESS.findall(fields.get("sender", "")[:400])}) > 1:
        sure = min(sure, 0.5)  # several authors, or one on behalf of another: whose mail it is can't be told
    depth = len((_QUOTE.match(lines[at]) or [""])[0].replace(" ", "")) if at < len(lines) else 0
    found = Forwarded(sender, fields.get("sent", ""), fields.get("about", "")[:SUBJECT_LIMIT], _words_below(text, end, depth), sure)
    return found if sender.address else replace(found, sure=min(sure, 0.5))


def _read_fields(lines: Sequence[str], at: int) -> tuple[dict[str, str], int]:
    """The values of a block by kind, the first of each, wrapped lines joined; and the line after the block."""
    fields: dict[str, str] = {}
    last = ""
    place = at
    while place < min(at + BLOCK_LINES, len(lines)):
        line = _QUOTE.sub("", lines[place])
        kind, value = read_label(line)
        if not line and not read_label(_QUOTE.sub("", lines[place + 1]) if place + 1 < len(lines) else "")[0]:
            break
        if kind:
            # «المُرسل» names the sender in some programs and the date in others: who has an address is the sender.
            if kind == "sender" and "@" not in fields.get("sender", "@") and "@" in value:
                fields.setdefault("sent", fields.pop("sender"))
            elif kind == "sender" and "sender" in fields and not _ADDRESS.search(value):
                kind = "sent"
            last = kind if kind not in fields else ""
            fields.setdefault(kind, value)
        elif line and last and _goes_on(fields[last], line):
            fields[last] = f"{fields[last]} {line}"
        elif line and not (fields and re.match(r"[^\s:：]{1,24}[:：]", line)):
            break
        place += 1
    return fields, place


def _goes_on(value: str, line: str) -> bool:
    """Whether a line without label continues the value above it: after a comma or an open bracket, or with an address."""
    return value.endswith((",", ";", "<", "،")) or not value or bool(_MORE.match(line))


def _guess_fields(lines: Sequence[str], at: int, end: int) -> dict[str, str]:
    """The fields of a block in a language that no table knows: the first line with an address is the sender, one with a time the date."""
    fields: dict[str, str] = {}
    for line in lines[at:end]:
        value = re.split("[:：]", _QUOTE.sub("", line), maxsplit=1)[-1].strip(" *")
        if "@" in value and "sender" not in fields:
            fields["sender"] = value
        elif re.search(r"\d[:.]\d\d", value):
            fields.setdefault("sent", value)
        elif value and "@" not in value:
            fields["about"] = value
    return fields


def _read_sender(value: str) -> Address | None:
    """Outlook and HTML write `Name [mailto:a@b]` or `a@b <mailto:a@b>` for an address, others put it into brackets."""
    value = value[:400].replace("*", "")
    value = re.sub(r"\s?<\s?mailto:[^<>]{1,200}>", "", value)
    value = re.sub(r"[\[(]\s?(?:mailto:)?([^<>\[\]()\s]{1,120}@[^<>\[\]()\s]{1,200})\s?[\])]", r"<\1>", value)
    found = next((found for found in parse_addresses([value]) if found.address or found.name), None)
    if found is not None and found.address:
        return found
    bare = _ADDRESS.search(value)
    if bare is None:
        return found
    return Address(bare[0].lower(), clean_line(value.replace(bare[0], "").strip(" <>\"'()"), 200))


def _words_below(text: str, end: int, depth: int) -> str:
    """The words of the older mail, with as many quote marks taken off as its block stood behind."""
    lines = text.split("\n")[end:]
    if depth:
        marks = re.compile(rf"^\s?(?:>\s?){{1,{min(depth, 9)}}}")
        lines = [marks.sub("", line) for line in lines]
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    if lines and is_forward_mark(plain(lines[first])):  # Zoho draws the line a second time, below its block
        lines = lines[first + 1 :]
    return "\n".join(lines).strip("\n ")


def _read_attribution(lines: list[str], text: str, subject: str) -> Forwarded | None:
    """The author in an "on such a day so-and-so wrote", which some programs put above forwards too; never sure."""
    for end in range(len(lines)):
        place = find_attribution(lines, end) if may_end_attribution(lines, end) else None
        if place is None:
            continue
        said = " ".join(lines[place[0] : end + 1])
        sender = _read_sender((_ADDRESS.search(said) or [""])[0])
        below = _words_below(text, end + 1, 1)
        return Forwarded(sender, "", _FORWARD_SUBJECT.sub("", strip_controls(subject)).strip(), below, 0.6) if sender else None
    return None


def _find_attached(root: Part, named: bool) -> Forwarded | None:
    """The first whole mail among the parts; less sure when the subject says nothing of a forward, or when there are several."""
    if not root.kind.startswith("multipart/") or root.kind in ("multipart/report", "multipart/digest"):
        return None
    whole = [part for part in root.children if part.kind == "message/rfc822" and part.children]
    if not whole:
        return None
    found = _read_whole(whole[0].children[0], named and len(whole) == 1)
    if found is None:
        return None
    start = next(place for place, part in enumerate(root.walk()) if part is whole[0].children[0])
    attached = tuple(replace(a, part=a.part + start) for a in found.attachments)
    return replace(found, attachments=attached, sure=found.sure if len(whole) == 1 else 0.5, above=read_body(root).text)


def _read_whole(inner: Part, named: bool) -> Forwarded | None:
    """A mail that is attached whole; its attachments by their places within it."""
    headers = Headers(inner, find_charset(inner))
    senders = headers.all("from")
    sender = next(iter(parse_addresses(senders)), None)
    if sender is None:
        return None
    body, subject = read_body(inner), clean_line(headers.text("subject"), SUBJECT_LIMIT)
    found = screen(inner, headers, sender, subject, body.text)
    return Forwarded(
        sender,
        headers.text("date"),
        subject,
        body.text,
        (0.95 if named else 0.7) if sender.address and strict_address(senders) == sender.address else 0.5,
        message_id=find_message_id(headers),
        cites=(*find_ids(headers.all("references")), *find_ids(headers.all("in-reply-to"))),
        attachments=body.attachments,
        machine=found.suppress if found.kind is Kind.NORMAL else found.reason,
        inner=_find_attached(inner, True),
    )
