"""Who or what wrote a mail: a person, a machine, a list, a server, or we ourselves.

The rows below are read from top to bottom and the first that fits decides, with its reason in words (RFC 3834; spec 2.3). What a mail *is*
comes before what it calls itself: real bounces of the big providers say that they are auto-replies. Words of a subject come last of all.
"""

from collections.abc import Callable
from typing import NamedTuple

from mailticket.inbound.bounces import find_reports, is_receipt
from mailticket.inbound.headers import Headers
from mailticket.inbound.mime import Part
from mailticket.inbound.signs import (
    AGGREGATE,
    AUTO_REPLY_FIELDS,
    AWAY,
    COMPLAINT,
    DAEMON,
    FIRST_PERSON,
    FORWARDED,
    HOPS_LIMIT,
    LIST_FIELDS,
    MACHINE_FIELDS,
    NOTIFIED,
    REACTION,
    REACTION_TYPE,
    READ_SUBJECT,
    REFUSED,
    REPORT_SUBJECT,
    RETURNED_ANSWER,
    ROBOT,
    SERVER_SAYS,
    STATUS_TYPES,
    SUPPRESSING,
    UNSUBSCRIBE,
    WAS_READ,
    YOURS_FAILED,
    Signs,
    find_signs,
    read_word,
    says_failed,
)
from mailticket.model.mail import Address, Kind
from mailticket.text.normalise import normalise

_ANSWERING = frozenset(("auto_reply", "auto-reply"))
_BULK = frozenset(("bulk", "junk", "list"))


class Screening(NamedTuple):
    """What a mail is and why; `suppress` says why a person's mail gets no acknowledgement ("" when it may)."""

    kind: Kind
    reason: str
    suppress: str = ""


def screen(root: Part, headers: Headers, sender: Address | None, subject: str, text: str, own: frozenset[str] = frozenset()) -> Screening:
    """The kind of a mail. `own` holds our addresses and aliases in lower case; plus addresses of them are ours too."""
    signs = find_signs(root, headers, sender, subject, text, own)
    for row in _ROWS:
        found = row(signs)
        if found:
            return found
    return Screening(Kind.NORMAL, "no mark of a machine", _find_suppression(signs))


def is_own(address: str, own: frozenset[str]) -> bool:
    """Whether an address is one of ours, or a plus address of one."""
    local, _, domain = address.rpartition("@")
    return bool(address) and (address in own or f"{local.partition('+')[0]}@{domain}" in own)


def _hops(signs: Signs) -> Screening | None:
    hops = signs.headers.count("received")
    return Screening(Kind.LOOP, f"{hops} Received lines: the mail goes round in circles") if hops >= HOPS_LIMIT else None


def _report(signs: Signs) -> Screening | None:
    """RFC 6522: a report is what its type says, whatever Auto-Submitted calls it."""
    word = signs.root.type.find("report-type").lower() if signs.root.kind == "multipart/report" else ""
    kinds = {part.kind for part in signs.root.children}
    if word == "feedback-report" or "message/feedback-report" in kinds:
        return Screening(Kind.REPORT, "an abuse report (RFC 5965)")
    if word == "tlsrpt" or AGGREGATE.match(signs.subject):
        return Screening(Kind.REPORT, "a host's report on mail of our domain (RFC 8460, RFC 7489)")
    if word == "disposition-notification" or "message/disposition-notification" in kinds:
        if REFUSED.search(f"{signs.subject} {signs.text[:300]}") and _is_deleted(signs.root):
            return Screening(Kind.BOUNCE, "a server's refusal in the form of a receipt (RFC 5429)")
        return Screening(Kind.RECEIPT, "a read receipt (RFC 8098)")
    if word == "delivery-status" or ((word or kinds & STATUS_TYPES) and any(find_reports(signs.root))):
        kind, what = (Kind.RECEIPT, "delivery") if is_receipt(signs.root) else (Kind.BOUNCE, "failed or late delivery")
        return Screening(kind, f"a report of {what} (RFC 3464)")
    return Screening(Kind.BOUNCE, "multipart/report without a known type") if signs.root.kind == "multipart/report" else None


def _is_deleted(root: Part) -> bool:
    """Whether a receipt says that the mail was thrown away by a machine (RFC 8098 s.3.2.6)."""
    words = " ".join(part.body[:2000] for part in root.walk() if part.kind == "message/disposition-notification")
    return "automatic-action" in words.lower() and "deleted" in words.lower()


def _complaint(signs: Signs) -> Screening | None:
    """Complaints that hosts send with the mail attached, but without RFC 5965's machine part."""
    attached = any(part.kind in ("message/rfc822", "text/rfc822-headers") for part in signs.root.children)
    if attached and not signs.threads and COMPLAINT.match(signs.subject):
        return Screening(Kind.REPORT, "a complaint about a mail, which is attached")
    return None


def _read_notice(signs: Signs) -> Screening | None:
    """Read receipts in prose, as Exchange wrote them before RFC 8098 and some still do."""
    read = READ_SUBJECT.match(signs.subject) and WAS_READ.match(signs.text[:1000])
    return Screening(Kind.RECEIPT, "a read receipt in prose") if read else None


def _notification(signs: Signs) -> Screening | None:
    """Reports of sending services that come as JSON."""
    found = NOTIFIED.search(signs.text) if signs.body[:20].lstrip().startswith("{") else None
    kinds = {"bounce": Kind.BOUNCE, "complaint": Kind.REPORT, "delivery": Kind.RECEIPT}
    return Screening(kinds[found[1]], f"a sending service's notification of a {found[1]}") if found else None


def _no_answer(signs: Signs) -> Screening | None:
    """What a click sends in a person's name, and no word of theirs: the answer to an invitation, a reaction to a mail."""
    for part in signs.root.walk():
        if part.kind == "text/calendar" and part.type.find("method").lower() == "reply":
            return Screening(Kind.AUTO_GENERATED, "the answer to an invitation (RFC 5546, METHOD:REPLY)")
        if part.kind == REACTION_TYPE or part.disposition.value == "reaction":
            return Screening(Kind.AUTO_GENERATED, "a reaction to a mail (RFC 9078)")
    if signs.threads and REACTION.match(normalise(signs.body[:200]).strip()):
        return Screening(Kind.AUTO_GENERATED, "a reaction to a mail, in words")
    return None


def _failed_recipients(signs: Signs) -> Screening | None:
    return Screening(Kind.BOUNCE, "X-Failed-Recipients names the addresses that failed") if "x-failed-recipients" in signs.headers else None


def _own(signs: Signs) -> Screening | None:
    if not is_own(signs.sender.address, signs.own):
        return None
    word = f"Auto-Submitted: {signs.automatic[:40]}" if signs.automatic else ""
    return Screening(Kind.LOOP, "sent from an address of ours", word)


def _daemon(signs: Signs) -> Screening | None:
    """Mail servers in prose. A mail server that speaks of anything but delivery is a machine all the same."""
    named = bool(DAEMON.match(signs.local) or DAEMON.match(normalise(signs.sender.name)))
    if (named or signs.is_unreturnable) and says_failed(signs.subject):
        return Screening(Kind.BOUNCE, "a mail server says that a mail was not delivered")
    if named and YOURS_FAILED.search(signs.text[:600]) and SERVER_SAYS.search(signs.body[:2000]):
        return Screening(Kind.BOUNCE, "a mail server's prose report")
    if named and not signs.threads and not AWAY.match(signs.subject):
        about = says_failed(signs.text[:1500]) or signs.local.startswith("mailer")
        return Screening(Kind.BOUNCE, "a mail server's prose report") if about else Screening(Kind.AUTO_GENERATED, "sent by a mail server")
    return None


def _prose_report(signs: Signs) -> Screening | None:
    """A gateway under any name: subject and words are a report's, nothing is answered, and nobody speaks of themselves."""
    if signs.threads or FORWARDED.match(signs.subject) or not says_failed(signs.subject):
        return None
    if REPORT_SUBJECT.match(signs.subject) and SERVER_SAYS.search(signs.body[:20_000]):
        return Screening(Kind.BOUNCE, "subject and words of a delivery report")
    begins = signs.text[:600]
    if YOURS_FAILED.search(begins) and not FIRST_PERSON.search(begins[:300]):
        return Screening(Kind.BOUNCE, "subject and words of a delivery report")
    return None


def _auto_replied(signs: Signs) -> Screening | None:
    """RFC 3834 s.5: answers of robots, and robots' fields of the time before it."""
    if signs.automatic.startswith("auto-replied"):
        return Screening(Kind.AUTO_REPLY, "Auto-Submitted: auto-replied (RFC 3834)")
    if read_word(signs.headers, "x-apple-action") == "vacation":
        return Screening(Kind.AUTO_REPLY, "iCloud's mark of a vacation notice")
    field = signs.headers.find_first(AUTO_REPLY_FIELDS)
    if field:
        return Screening(Kind.AUTO_REPLY, f"the field {field} marks an automatic reply")
    if not signs.precedence.isdisjoint(_ANSWERING):
        return Screening(Kind.AUTO_REPLY, "Precedence: auto_reply")
    if (signs.automatic or signs.is_unreturnable) and (AWAY.match(signs.subject) or RETURNED_ANSWER.search(signs.subject)):
        return Screening(Kind.AUTO_REPLY, "sent by a machine, with the subject of an absence")
    return None


def _list(signs: Signs) -> Screening | None:
    field = signs.headers.find_first(LIST_FIELDS)
    return Screening(Kind.LIST, f"the field {field} marks list mail (RFC 2919, RFC 2369)") if field else None


def _generated(signs: Signs) -> Screening | None:
    if signs.automatic:
        return Screening(Kind.AUTO_GENERATED, f"Auto-Submitted: {signs.automatic[:40]} (RFC 3834)")
    field = signs.headers.find_first(MACHINE_FIELDS)
    if field:
        return Screening(Kind.AUTO_GENERATED, f"the field {field} marks a machine's mail")
    if signs.is_unreturnable:
        return Screening(Kind.AUTO_GENERATED, "no sender in the envelope (Return-Path: <>)")
    if ROBOT.match(signs.local):
        return Screening(Kind.AUTO_GENERATED, f"sent from {signs.local[:40]}@, which nobody reads")
    return None


def _bulk(signs: Signs) -> Screening | None:
    """Precedence alone is no proof of bulk: a person's mail may pass a system that adds it."""
    word = next(iter(sorted(signs.precedence & _BULK)), "")
    if not word or _is_human(signs):
        return None
    return Screening(Kind.LIST, f"Precedence: {word}")


def _is_human(signs: Signs) -> bool:
    """A mail with a sender and words, and no way to unsubscribe from them."""
    return bool(signs.sender.address) and bool(signs.text.strip()) and not UNSUBSCRIBE.search(signs.text)


def _away(signs: Signs) -> Screening | None:
    """The weakest sign of all, and none for a mail that threads."""
    if signs.threads or not AWAY.match(signs.subject):
        return None
    return Screening(Kind.AUTO_REPLY, "the subject begins as an automatic reply's does")


def _find_suppression(signs: Signs) -> str:
    """Why a person's mail is not acknowledged."""
    word = next(iter(sorted(signs.precedence & _BULK)), "")
    if word:
        return f"Precedence: {word}"
    asked = {value.strip().lower() for field in signs.headers.all("x-auto-response-suppress") for value in field[:500].split(",")}
    if asked & SUPPRESSING:
        return f"X-Auto-Response-Suppress: {', '.join(sorted(asked & SUPPRESSING))}"
    return "redirected by an inbox rule (X-MS-Exchange-Inbox-Rules-Loop)" if "x-ms-exchange-inbox-rules-loop" in signs.headers else ""


_ROWS: tuple[Callable[[Signs], Screening | None], ...] = (
    _hops,
    _report,
    _failed_recipients,
    _own,
    _daemon,
    _prose_report,
    _complaint,
    _read_notice,
    _notification,
    _no_answer,
    _auto_replied,
    _list,
    _generated,
    _bulk,
    _away,
)
