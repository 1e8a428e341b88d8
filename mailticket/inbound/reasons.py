"""Why a mail was not delivered, out of the words of servers: one table, read from top to bottom.

Servers agree on little: the same full mailbox is 5.2.2, 552, "over quota" or «ممتلئ». The words come before the code, because codes are
misused more often than words; RFC 3463's subject and detail say what a report means that names no code of its own.
"""

import re
from dataclasses import dataclass
from itertools import accumulate

from mailticket.model.mail import Failure
from mailticket.text.normalise import fold_letters

TEXT_LIMIT = 2500
_ADDRESS = re.compile(r"(?<![\w.+=/-])<?[\w.+=/-]{1,64}+@[\w.-]{1,128}>?|https?://\S+")
_PERSON = (
    r"(?:user|account|mail ?box|recipient|address|addressee|alias|mail ?drop|e-?mail|person|name|receiver|subscriber|local part|login|"
    r"member)"
)
_BAD = r"(?:no such|no matching|unknown|invalid|bad|illegal|non-?exist[ae]nt|unrecogni[sz]ed|incorrect|no valid|inexistant)"
_NOT = r"(?:not|n't|cannot)"
_GONE = rf"(?:{_NOT} (?:be )?(?:exist|found|known|valid|recogni[sz]ed|listed|registered)|unknown|invalid|no longer (?:exist|valid))"
_OFF = r"(?:disabled|suspended|inactive|deactivated|locked|expired|closed|cancel|terminated|discontinued|deleted|on hold|frozen|dormant)"
_DOMAIN = r"(?:host|domain|server|system)(?: name)?"


@dataclass(frozen=True, slots=True)
class Reason:
    """One row: the meaning, the subject and detail of RFC 3463 that say it, and the words that servers use for it."""

    failure: Failure
    detail: str
    words: re.Pattern[str]
    foreign: re.Pattern[str] | None
    """What is written in other scripts, where words have no edges that a pattern could begin at."""

    def fits(self, text: str) -> bool:
        """Whether the row's words stand in a normalised text."""
        return bool(self.words.search(text)) or bool(self.foreign and not text.isascii() and self.foreign.search(text))


def _row(failure: Failure, detail: str, *words: str) -> Reason:
    """A row; its English words are looked for at the beginning of words only."""
    ways = [way for word in words for way in _split_ways(word)]
    foreign = [way for way in ways if not way.isascii()]
    return Reason(failure, detail, _begin_words([way for way in ways if way.isascii()]), re.compile("|".join(foreign)) if foreign else None)


def _begin_words(ways: list[str]) -> re.Pattern[str]:
    """These ways at the beginning of words, grouped by first letters: the engine passes over all others, at twice the speed."""
    rests: dict[str, list[str]] = {}
    for way in ways:
        for plain in _open_group(way.removeprefix(r"\b")):
            rests.setdefault(plain[0], []).append(plain[1:])
    return re.compile("|".join(rf"{first}(?<=\b{first})(?:{'|'.join(after)})" for first, after in rests.items()))


def _open_group(way: str) -> list[str]:
    """A way that begins with a group as one way for each of the group's alternatives."""
    if not way.startswith("(?:"):
        return [way]
    depths = accumulate((letter == "(") - (letter == ")") for letter in way)
    end = next(place for place, depth in enumerate(depths) if not depth)
    return [plain for first in _split_ways(way[3:end]) for plain in _open_group(first + way[end + 1 :])]


def _split_ways(pattern: str) -> list[str]:
    """The alternatives of a pattern, those within groups left together."""
    ways, depth = [""], 0
    for letter in pattern:
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and not depth:
            ways.append("")
        else:
            ways[-1] += letter
    return ways


_REASONS = (
    _row(
        Failure.SENDER,
        "1.8",
        r"sender (?:address |domain |mailbox |email )?(?:was |is |has been )?(?:rejected|not found|does not exist|invalid|unknown|verif)",
        r"domain of (?:the )?sender (?:address )?.{0,80}(?:does not|do not|not) (?:exist|resolve)",
        r"sender'?s? domain (?:does|must|not)|bad sender|invalid sender|verify (?:the )?sender|return address (?:is )?(?:invalid|"
        r"rejected)",
    ),
    _row(
        Failure.FULL,
        "2.2",
        r"(?:mail ?(?:box|folder|drop|store)|inbox|account|quota|storage|user|recipient'?s?)\b.{0,60}\b(?:full|over.{0,12}(?:quota|"
        r"limit|alloc))",
        r"(?:mail ?(?:box|folder|drop|store)|inbox|quota|storage)\b.{0,60}(?:exceed|out of space|not enough)",
        r"(?:over|exceed\w*|out of|beyond)\b.{0,40}(?:quota|disk space|storage|mail ?box (?:size|limit))|quota (?:is )?(?:full|violat)",
        r"insufficient (?:system |disk )?(?:storage|space|quota)|(?:mail ?box|folder|quota) (?:size )?limit|disc? (?:space|quota)",
        r"no (?:space|room) (?:left|available)|box (?:space )?(?:is )?(?:full|not enough)|recipient'?s mailbox exceeded",
        r"(?:postfach|mailbox) (?:ist )?voll|boite .{0,40}pleine|buzon .{0,20}lleno|casella .{0,20}piena|переполнен",
        r"(?:صندوق|بريد).{0,40}ممتلي|تجاوز.{0,40}(?:سعه|حصه|حد)|いっぱい|容量|已满",
    ),
    _row(
        Failure.SIZE,
        "3.4",
        r"(?:message|mail|e-?mail|attachment|size|data)\b.{0,40}(?:too (?:big|large)|exceed\w*.{0,60}(?:size|limit|max)|larger than)",
        r"size limit|(?:message|mail) (?:file )?(?:size )?exceeds|maximum (?:message |mail |allowed )?size|larger than the .{0,30}limit",
    ),
    _row(
        Failure.USER,
        "1.1",
        r"user unknown|unknown user|no such user|user (?:does )?not (?:exist|found)|(?:mailbox|recipient|account|"
        r"address) (?:does not exist|not found)",
        r"recip(?:ient)?notfound|recipient address rejected: access denied|unknown recipient|"
        r"account that you tried to reach does not exist",
        r"unknown (?:e-?mail )?address|not a valid mailbox|invalid (?:recipient|mailbox|user|address)|mailbox unknown|"
        r"no such (?:recipient|mailbox|address)",
    ),
    _row(
        Failure.MOVED,
        "1.6",
        r"(?:has|have) (?:been )?moved|new (?:e-?mail )?address|moved to|no longer at this address|address (?:has )?changed|"
        r"use .{0,60} instead",
    ),
    _row(
        Failure.RATE,
        "7.0",
        r"too many (?:connections|messages|mails|recipients|concurrent|sessions|errors|emails|smtp)|rate.?limit|throttl",
        r"too (?:fast|quickly|frequent|much mail)|receiving mail at a rate|daily (?:sending )?(?:limit|quota)",
        r"(?:connection|message|sending|receiving|rate) (?:rate )?(?:limit|quota) (?:was |has been |is )?(?:exceed|reached)",
        r"exceeded.{0,40}(?:rate|per (?:hour|day|minute|connection|session))|maximum (?:number of )?(?:connections|concurrent)",
    ),
    _row(
        Failure.BLOCKED,
        "7.1",
        r"\bspam|\bspf\b|\bdkim\b|\bdmarc\b|black ?list|block ?list|blocked|\bdnsbl|\brbl\b|reputation|grey-?list|unsolicited|"
        r"bulk mail|junk",
        r"virus|malware|\bworm|infected|phish|malicious|polic(?:y|ies)\b|(?:content|security|local) (?:filter|reason|restrict|violat|"
        r"reject)",
        r"not (?:authori[sz]ed|permitted|allowed) to|prohibit|restricted|moderat|not accepting (?:mail|messages)|only accepts|banned",
        r"(?:message|mail|access|client|host|ip|connection) (?:was |is |has been )?(?:rejected|denied|refused(?! to talk)|banned)",
        r"(?:reverse|ptr|rdns)\b.{0,40}(?:dns|record|lookup|hostname|required|fail|missing)|cannot find your (?:reverse )?hostname",
        r"relay(?:ing)? (?:access )?(?:is )?(?:denied|not|prohibited|mail|operation|attempt)|not .{0,20}relay",
        r"authentication (?:is )?required|must (?:be )?authenticat|must issue a starttls|requires? (?:tls|authentication)",
        r"delivery (?:not|is not) authori[sz]ed|rejected (?:by|for|due)|does ?n[o']t accept mail from|حظر|مرفوض|رفض|السياسه",
    ),
    _row(
        Failure.DISABLED,
        "2.1",
        rf"{_PERSON}\b.{{0,60}}{_OFF}|{_OFF} {_PERSON}|no longer (?:active|in use|with|employed|monitored|works|on server)",
        r"account .{0,30}unavailable",
    ),
    _row(
        Failure.NO_MAIL,
        "1.10",
        r"null ?mx|no ?mx|domain .{0,60}(?:accepts no mail|not accept)|does not accept (?:any )?(?:mail|e-?mail)|no smtp service",
        r"no mx (?:or a )?record|without (?:an? )?mx|no mail exchange",
    ),
    _row(
        Failure.HOST,
        "1.2",
        rf"{_DOMAIN}\b.{{0,60}}(?:not found|unknown|n[o']t (?:exist|resolve|found)|cannot be resolved|could not be (?:found|resolved))",
        r"unknown (?:host|domain|mail host|server)|no such (?:host|domain)|bad destination (?:system|host)|unroute?able|nxdomain",
        r"(?:invalid|illegal|bad|non-?existent) (?:host|domain)|no route to (?:domain|address)|cannot resolve|name or service not known",
        r"cannot find (?:the |your )?(?:host|domain)|domain not exist|النطاق غير موجود|لم يتم العثور علي (?:النطاق|المجال)",
    ),
    _row(
        Failure.USER,
        "1.1",
        rf"{_BAD} (?:\w+ ){{0,2}}{_PERSON}|{_PERSON}\b.{{0,80}}{_GONE}|unknown (?:to|at|in) |unknown local[- ]?part|"
        rf"not (?:a )?(?:known|valid|listed)",
        r"(?:does|do|did) ?n[o']t (?:exist|have an? .{0,40}(?:account|mailbox|address))|is not (?:a )?(?:valid|known|local|registered)",
        r"no (?:mail ?box|account|user|one|person|valid recipients?)\b.{0,30}(?:here|by that|with that|name|this|found|address|for)",
        r"(?:recipient|address|user|mailbox)\w*\b.{0,40}(?:rejected|not (?:be )?(?:delivered|accepted)|unavailable)|not our customer",
        r"(?:couldn't|could not|cannot|can't|unable to) (?:be )?f(?:ind|ound)\b|no matches|not in .{0,40}(?:directory|address book|list)",
        r"unbekannt|existiert nicht|nicht gefunden|n'existe pas|inconnu|no existe|desconocid|non esiste|sconosciut|inesistente",
        r"n[aã]o existe|не существует|не найден|неизвестн|недоступен|見つかりません|存在しません|宛先不明|不存在|无此用户",
        r"(?:العنوان|المستلم|المستخدم|الحساب|عنوان البريد).{0,40}(?:غير (?:موجود|معروف|صحيح|صالح)|ليس موجود|لا وجود)|لم يتم العثور|"
        r"تعذر العثور",
    ),
    _row(
        Failure.EXPIRED,
        "4.7",
        r"timed? ?out|retry time|expired|too long|giv(?:ing|en) up|not (?:been )?delivered (?:for|within|after)|(?:delivery|"
        r"queue) (?:time|lifetime)",
        r"maximum (?:delivery )?(?:attempts|retr)|exceeded.{0,40}attempts|unable to deliver .{0,60}(?:days|hours)|has been in the queue",
        r"could not (?:be )?deliver(?:ed)? .{0,40}(?:for|after|within)|did not accept our requests to connect|not respond|no answer from",
        r"cannot send message (?:for|within)|delivery attempts will continue|delayed",
    ),
    _row(
        Failure.NETWORK,
        "4.1",
        r"connect(?:ion)?\b.{0,40}(?:refused|reset|fail|lost|closed|timed|dropped|error)|(?:could|can|did)(?:n't| not) connect|"
        r"cannot connect|unable to connect|unreachable|"
        r"socket error",
        r"(?:host|server|destination)s?\b.{0,30}(?:down|busy|unavailable|not (?:available|reachable))|mail loop|too many hops|"
        r"loops? back",
        r"routing loop|hop count|no route to host|\bdns\b|name server|name service|try again",
    ),
    _row(
        Failure.SYSTEM,
        "3.0",
        r"(?:local|internal|system|server|configuration|mailer|agent|software|queue|i/?o|file|write|program) (?:\w+ )?(?:error|"
        r"failure|problem)",
        r"service (?:is )?(?:currently )?(?:unavailable|refuse)|command (?:died|failed|time)|out of memory|pipe to|resources",
        r"(?:can't|cannot|could not) (?:create|open|write|append|lock)",
    ),
    _row(
        Failure.CONTENT,
        "6.0",
        r"content|\bmime\b|line (?:is )?too long|header|8-?bit|syntax|charset|malformed|rfc ?\d+|smtputf8|attachment",
    ),
)
_BY_DETAIL = {
    "1.0": Failure.USER,
    "1.1": Failure.USER,
    "1.2": Failure.HOST,
    "1.3": Failure.USER,
    "1.4": Failure.USER,
    "1.6": Failure.MOVED,
    "1.7": Failure.SENDER,
    "1.8": Failure.SENDER,
    "1.9": Failure.SENDER,
    "1.10": Failure.NO_MAIL,
    "2.1": Failure.DISABLED,
    "2.2": Failure.FULL,
    "2.3": Failure.SIZE,
    "3.4": Failure.SIZE,
    "4.7": Failure.EXPIRED,
}
_SURE = frozenset(("1.6", "2.2", "7.25", "7.26"))
_HINTS = next(place for place, row in enumerate(_REASONS) if row.failure is Failure.DISABLED)
"""From this row on the words are no more than hints: a status that means something is believed before them."""
_BY_SUBJECT = {"3": Failure.SYSTEM, "4": Failure.NETWORK, "6": Failure.CONTENT, "7": Failure.BLOCKED}


def find_reason(words: str, status: str = "") -> tuple[Failure, str]:
    """What a server's words (at most 2,500 characters) and its status ("5.1.1", "" for none) mean, and the detail that says so ("1.1").

    A status that is rarely misused comes first, then clear words, then any status that means something, then hints.
    """
    stated = _find_stated(status)
    detail = status.partition(".")[2]
    if stated and detail in _SURE:
        return stated, detail
    bare = _ADDRESS.sub(" ", words[:TEXT_LIMIT]) if "@" in words or "://" in words else words[:TEXT_LIMIT]
    text = " ".join(fold_letters(bare).split())
    found = next((row for row in _REASONS[: _HINTS if stated else None] if row.fits(text)), None)
    if found is None:
        return (stated, detail) if stated else (Failure.UNKNOWN, "0.0")
    return found.failure, found.detail


def _find_stated(status: str) -> Failure:
    """What a status of RFC 3463 means by itself."""
    detail = status.partition(".")[2]
    return _BY_DETAIL.get(detail) or _BY_SUBJECT.get(detail.partition(".")[0], Failure.UNKNOWN)
