"""Delivery reports in prose: what servers without RFC 3464, and those of before it, say of a mail that they did not deliver.

Every program has its own sentences, but they all put the address in one of a few places: before a colon, behind "RCPT TO", on a line of
its own below "the following recipients". The places are a table, the surest first; the copy of the mail that follows is cut off before.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from mailticket.inbound.addresses import parse_spec
from mailticket.inbound.reasons import find_reason
from mailticket.model.mail import Failure

TEXT_LIMIT = 6000
MOST_RECIPIENTS = 100
NEAR = 600
"""So far behind an address the words are about it, unless another address comes first."""
_ADDRESS = r"[\w.+=/&'*-]{1,100}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}"
_ANGLE = rf"<\s?(?:smtp:|mailto:)?({_ADDRESS}|\"[^\"\n]{{1,60}}\"@[\w.-]{{1,200}})\s?>"
_COPY = re.compile(
    r"^[\W_]{0,60}(?:below this line is a copy|(?:the )?(?:message |mail )?headers? (?:follow|of the (?:original|source)|lines? follow)|"
    r"(?:the |your |this is a copy of (?:the|your) )?(?:original|unsent|returned|undelivered|failed) (?:message|mail|"
    r"header)(?! (?:was|could|has|cannot|to|from|with)\b)|"
    r"(?:this is a |here is a |below is a )?copy of (?:the |your )(?:original )?(?:message|mail)|this is a copy of the message|"
    r"message (?:text|header|contents?)(?: \(?(?:follows?|section))|text of your (?:message|mail)|start of (?:returned|message)|"
    r"header of the (?:original|source)|"
    r"(?:received|return-path|x-received|dkim-signature|mime-version|delivered-to): )",
    re.IGNORECASE | re.MULTILINE,
)
_PLACES = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        rf"^[ \t]*+(?:final|original)-recipient:\s*(?:rfc822;)?\s*<?({_ADDRESS})",
        rf"^[ \t>|]*+{_ANGLE}[ \t]*(?::|\(|\.\.\.|$|[-,;]\s)",
        rf"rcpt to:\s*<?({_ADDRESS})",
        rf"(?:following|these|below|this|failed|the) (?:\w+ )?(?:e-?mail )?(?:recipient|address|user|destination|"
        rf"mailbox)\w*(?:\(\w+\))?[^\n@]{{0,160}}"
        rf"\n(?:[^\n@]{{0,120}}\n){{0,6}}?[^\n@]{{0,60}}?[\s<\"(:;=]({_ADDRESS})",
        rf"(?:delivered|deliver|delivery|reach|sent|send|delivre|mail|message|addressed) (?:to|a|for|,)?:?\s{{1,12}}[<\"']?({_ADDRESS})",
        rf"(?:recipient|address\w*|user|account|mailbox|empf[aä]nger|destinat\w+)(?: address)?[\s:,<\"'\[(]{{1,8}}({_ADDRESS})",
        rf"^[ \t\"'<|]*+({_ADDRESS})[ \t>\"']*(?::|\.\.\.| on |;|\(|$)",
        _ANGLE,
        rf"(?:^|[\s\"'(:;<=\[])({_ADDRESS})",
    )
)
_SURE_PLACES = (*_PLACES[:3], _PLACES[6])
_LOCAL_END = re.compile(r"[\w.+=/&'*-]+\Z")
_DOMAIN_START = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_HEADER_LINE = re.compile(
    rf"^[ \t]*+(?:to|cc|from|sender|subject|mail from|reply-to)\s?:[^\n]*{_ADDRESS}[^\n]*$", re.IGNORECASE | re.MULTILINE
)
_X400 = re.compile(r"(?:smtp|rfc-?822|rfc 822)=", re.IGNORECASE)
_DAEMON = re.compile(r"^(?:mailer-daemon|postmaster|post_master|mail-daemon|no-?reply|abuse|helpdesk|support)@")
_SHORT = re.compile(
    r"(?:following|these) (?:recipient|address|user)(?:[^\n]{0,120}\n){1,3}?[ \t]+([\w.+-]{1,64})\s*$", re.IGNORECASE | re.MULTILINE
)
_STATUS = re.compile(r"[45]\.\d{1,3}\.\d{1,3}(?![\w.]*\d)")
_BEFORE_STATUS = re.compile(r"(?:^|[^\w./-]|\b[45]\d\d[-_])$")
_REPLY = re.compile(
    r"(?<![\d.])(421|4[235][0-9]|50[0-4]|51[0-9]|52[1-9]|53[0-9]|55[0-9]|571)(?![\d.])(?=[\s:_-])"
    r"(?! {0,2}(?:bytes|kb|mb|seconds|minutes|hours|days|messages|mails|users))"
)
_VERSION = re.compile(r"(?i)\b(?:version|ver|v|release)\.? ?$")
_LATER = re.compile(
    r"delayed|delay\)|still being retried|will (?:keep trying|be retried|continue|retry)|لم يتم تسليمها بعد|warning message only|"
    r"delivery attempts will continue|temporary (?:failure|problem)|not (?:yet )?been delivered (?:yet|to all)|"
    r"still (?:in (?:the )?queue|trying)|no action is required"
)
_OVER = re.compile(r"\b(?:giv(?:ing|en) up|will not be retried|permanent|returned to sender|failed after|no further (?:attempts|action))")


def cut_copy(text: str) -> str:
    """What the server itself says: the text before the copy of the mail; the whole text when that would leave no address."""
    words = text[:TEXT_LIMIT]
    found = _COPY.search(words)
    before = words[: found.start()] if found else words
    return before if "@" in before or len(before.split()) > 20 else words


def find_recipient(words: str, others: frozenset[str], domain: str = "") -> str:
    """The address that failed, "" when none is named. `others` (the sender's, the server's) are believed last; `domain` is the server's."""
    short = _SHORT.search(words)
    if short and domain:  # a server that speaks of its own users by their names alone
        return parse_spec(f"{short[1]}@{domain}")
    first = ""
    for address in _find_addresses(_X400.sub(" ", words) if "=" in words else words):
        if address not in others:
            return address
        first = first or address
    return first


def find_recipients(words: str, others: frozenset[str]) -> dict[str, str]:
    """The addresses that failed, each with what the words say near it: those in the surest places, but for `others`."""
    text = _X400.sub(" ", words) if "=" in words else words
    found: dict[str, list[int]] = {}
    for place in _SURE_PLACES if _names_several(text, others) else ():
        for match in islice(place.finditer(text), MOST_RECIPIENTS):
            for address in _people((match,)):
                found.setdefault(address, []).append(match.start(1))
    starts = sorted({start for places in found.values() for start in places})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=False))
    wanted = (address for address in sorted(found, key=lambda address: found[address][0]) if address not in others)
    return {address: " ".join(text[at : min(ends[at], at + NEAR)] for at in dict.fromkeys(found[address])) for address in wanted}


def _names_several(text: str, others: frozenset[str]) -> bool:
    """The cheap question before `find_recipients`: whether more than one address stands in the words, besides `others`."""
    pieces = text.lower().split("@")
    pairs = {(_LOCAL_END.search(before[-64:]), _DOMAIN_START.match(after)) for before, after in pairwise(pieces)}
    return len({f"{local[0]}@{domain[0]}" for local, domain in pairs if local and domain} - others) > 1


def _find_addresses(words: str) -> Iterator[str]:
    """Addresses by the places they stand in, the surest first; those of header lines, which name everybody else too, last."""
    if "@" not in words:
        return
    for text in dict.fromkeys((_HEADER_LINE.sub("", words), words)):
        for place in _PLACES:
            yield from _people(place.finditer(text))


def _people(found: Iterable[re.Match[str]]) -> Iterator[str]:
    for match in found:
        address = parse_spec(match[1].rstrip("."))
        if address and "." in address.rpartition("@")[2] and not _DAEMON.match(address):
            yield address


def find_status(words: str) -> str:
    """The first enhanced status of a failure (RFC 3463), "" when the words hold none; versions of programs are none."""
    for found in _STATUS.finditer(words, 0, TEXT_LIMIT):
        before = words[max(0, found.start() - 12) : found.start()]
        if _BEFORE_STATUS.search(before) and not _VERSION.search(before):
            return found[0]
    return ""


def find_class(words: str) -> str:
    """The class of the first SMTP reply of a failure (RFC 5321 s.4.2.1), "4" or "5"; "" when there is none."""
    found = _REPLY.search(words, 0, TEXT_LIMIT)
    return found[1][0] if found else ""


def is_delayed(words: str) -> bool:
    """Whether a report only says that the server goes on trying."""
    text = words[:TEXT_LIMIT].lower()
    return bool(_LATER.search(text)) and not _OVER.search(text)


def choose_status(words: str, *, delayed: bool) -> tuple[str, Failure]:
    """Status and meaning of a report without a status of its own: out of the words, and by default a failure for good."""
    status = find_status(words)
    failure, detail = find_reason(words, status)
    return status or f"{'4' if delayed else find_class(words) or '5'}.{detail}", failure
