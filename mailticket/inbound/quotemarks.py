"""How mail programs say "here begins what somebody else wrote", in the languages of our correspondents and a dozen more.

Tables first, then the few questions that the quote cutter and the forward reader ask of a line. Every question looks at a bounded piece
of a bounded line, so that no text can make it slow.
"""

import re
from collections.abc import Sequence

from mailticket.text.bidi import strip_controls
from mailticket.text.marks import ANSWER_ABOVE

LINE_LIMIT = 400

_WROTE = (
    r"كتب(?:تم?|وا|ه)?|كتابة ما يلي بواسطة|أرسل(?:ت|ه)?|ارسل(?:ت|ه)?|نوشت|wrote|writes|schrieb|schreef|geschreven|a écrit|écrit|"
    r"écrivait|escribió|escribio|escreveu|ha scritto|"
    r"skrev|kirjoitti|napisała?|napísala?|napsala?|написала?|пишет|пише|yazdı|yazmış|menulis|έγραψε|σημείωσε|írta|a scris|написал\(а\)|"
    r"wrote the following|לכתוב|כתב/?ה?"
)
_OPENERS = (
    r"في|بتاريخ|يوم|on|am|le|el|em|il|op|den|på|w dniu|dnia|dne|ke|pe|pada|στις|în|"
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|[\w.]{2,5}[,،] ?\d{1,2}"
)
_OPENING = re.compile(rf"(?i)^\W{{0,4}}(?:{_OPENERS})(?:\s|\W|$)")
_WRITTEN = re.compile(rf"(?i)(?:^|[\s\W])(?:{_WROTE})(?:\W|$)[^\n]{{0,160}}$")
_DATED = re.compile(r"\d{1,2}\s?[:.h٫]\s?\d{2}|(?:19|20)\d{2}|١٤\d{2}|14\d{2}|٢٠[٠-٩]{2}|[٠-٩]{1,2}:[٠-٩]{2}|\d{1,2}[./-]\d{1,2}")
_ADDRESS = re.compile(r"[^\s<>@]{1,100}@[^\s<>@]{1,100}")
_DATED_ADDRESS = re.compile(r"[\d٠-٩]{1,2}\s?[:.٫][\d٠-٩]{2}[^\n]{0,120}?<\s?[^<>\s]{1,120}@[^<>\s]{1,120}>\W{0,3}:$")
_ENDS_WRITTEN = re.compile(rf"(?i)\s(?:{_WROTE})\W{{0,3}}$")

_FROM = r"من|المرسل|from|von|de|da|från|fra|van|od|от|kimden|lähettäjä|expéditeur|remetente|mittente|afsender|dari|від|από"
_SENT = (
    r"message du|تاريخ الإرسال|تم الإرسال|تم الارسال|تاريخ الارسال|أ?ُ?رسلت في|التاريخ|تاريخ|sent|date|gesendet|datum|envoyé|"
    r"enviado(?: el| em)?|fecha|data|inviato|skickat|sendt|dato|verzonden|"
    r"wysłano|отправлено|дата|gönderi(?:lme tarihi|ldi|m)|tarih|lähetetty|päivämäärä|päiväys|odesláno|dikirim|tanggal|надіслано"
)
_TO = r"إلى|الى|المستلم|to|an|à|para|a|till|til|aan|do|кому|kime|vastaanottaja|pour|per|destinatario|destinatário|komu|kepada"
_COPY = r"نسخة|نسخة إلى|cc|copie|kopie|kopia|kopi|копия|bilgi|ملاحظة"
_ABOUT = (
    r"الموضوع|موضوع|subject|betreff|objet|asunto|assunto|oggetto|ämne|emne|onderwerp|temat|тема|konu|aihe|předmět|perihal|reply-to|"
    r"الأهمية|importance"
)
_LABEL = re.compile(
    rf"(?i)^[\s*>_]{{0,6}}(?:(?P<sender>{_FROM})|(?P<sent>{_SENT})|(?P<to>{_TO})|(?P<copy>{_COPY})|"
    rf"(?P<about>{_ABOUT}))\s?\*?\s?[:：]\s?\*{{0,2}}(?P<value>.*)$"
)
_SEPARATOR = re.compile(
    r"(?i)^[>\s]{0,4}[-_=*#]{2,}\s{0,3}(?P<words>[^-_=*#\n][^\n]{2,160}?)\s{0,3}[-_=*#]{2,}$"
)
_ORIGINAL = re.compile(
    r"(?i)original|الرسالة الأصلية|الرسالة الاصلية|رسالة أصلية|الأصلية|ursprüngliche|originalnachricht|d'origine|originale|"
    r"oorspronkelijk|mensaje|mensagem|исходное|oryginaln|"
    r"alkuperäinen|opprinnelig|oprindelig|ursprungligt|özgün|orijinal|původní|reply message|(?:reply|type|write).{0,20} above|رسالة"
)
_FORWARDED = re.compile(
    r"(?i)forward|معاد توجيهها|مُعاد توجيهها|معاد توجيه|إعادة توجيه|المُعاد|محولة|محوّلة|مُحوّلة|weitergeleitet|transféré|reenviado|"
    r"encaminhada|inoltrat|vidarebefordrat|videresendt|"
    r"doorgestuurd|przekazan|пересыла|iletilen|اعادة توجيه"
)
_BEGIN_FORWARD = re.compile(
    r"(?i)^[>\s]{0,4}(?:begin forwarded message|بدء الرسالة المُ?عاد توجيهها|بداية الرسالة المُ?(?:عاد توجيهها|حو[ّ]?لة)|"
    r"début du message réexpédié|anfang der weitergeleiteten)\W{0,3}$"
)
_RULES = ("-", "_", "=", "*", "#")
_RULE = re.compile(r"^[>\s]{0,4}_{5,}\s*$")
_ANY_LABEL = re.compile(r"^[\s*]{0,4}[^\s:：\d][^:：]{0,28}?\*?\s?[:：]\*?\s\S")


def plain(line: str) -> str:
    """A line as the tables see it: bounded, without direction marks, trimmed."""
    return strip_controls(line[:LINE_LIMIT]).replace("\xa0", " ").strip()


def is_answer_mark(line: str) -> bool:
    """Whether a line holds the mark of our own templates."""
    return any(mark in line for mark in ANSWER_ABOVE.values())


def find_likely(lines: Sequence[str]) -> set[int]:
    """The lines at which a mark can begin at all, so that the rest costs nothing: every mark has a colon, a rule, or a quote below it."""
    likely: set[int] = set()
    quoted = False
    for at, line in enumerate(lines):
        now = line.startswith(">")
        if (now and not quoted) or ":" in line or "：" in line:
            likely.update(range(max(0, at - 4), at + 1))
        elif now or line.startswith(_RULES) or is_answer_mark(line):
            likely.add(at)
        quoted = now
    return likely


def attribution_length(lines: Sequence[str], at: int) -> int:
    """How many lines (plain ones) an attribution that begins at `at` takes, 0 when none does. At most four."""
    if not lines[at] or lines[at].startswith(">"):
        return 0
    opened = bool(_OPENING.match(lines[at]))
    begins = opened or at == 0 or not lines[at - 1] or "@" in lines[at]
    joined = ""
    for count, line in enumerate(lines[at : at + (4 if opened else 2)] if begins else (), 1):
        if not line or line.startswith(">") or (count > 1 and _OPENING.match(line) and not _DATED.search(lines[at])):
            return 0
        joined = f"{joined} {line}"[-3 * LINE_LIMIT :]
        if _is_attribution(joined, opened, _is_quoted_next(lines, at + count)):
            return count
    return 0


def find_attribution_above(lines: Sequence[str], at: int) -> int:
    """Where the attribution or header block begins that stands directly above a mark of ours, in whatever language; `at` when none does."""
    end = at
    while end > 0 and not lines[end - 1] and at - end < 3:
        end -= 1
    start = end
    while start > 0 and lines[start - 1] and end - start < 8 and _ANY_LABEL.match(lines[start - 1]):
        start -= 1
    if end - start >= 3:
        return start - (start > 0 and bool(_RULE.match(lines[start - 1])))
    start = next((place for place in range(end - 1, max(end - 4, -1), -1) if place == 0 or not lines[place - 1]), end)
    above = " ".join(lines[start:end])
    return start if above.endswith((":", "：", ">")) and (_ADDRESS.search(above) or _DATED.search(above)) and len(above) < 400 else at


def _is_attribution(joined: str, opened: bool, quoted: bool) -> bool:
    """Somebody wrote, at some time or from some address, and a colon or a quote follows."""
    if len(joined) > 600:
        return False
    if _DATED_ADDRESS.search(joined):
        return True
    addressed = bool(_ADDRESS.search(joined))
    ended = joined.endswith((":", "：", ":*")) or quoted or (opened and addressed and _ENDS_WRITTEN.search(joined))
    if not ended or not _WRITTEN.search(joined[-260:]):
        return False
    return (opened and (addressed or bool(_DATED.search(joined)) or quoted)) or addressed or (quoted and len(joined) < 120)


def _is_quoted_next(lines: Sequence[str], at: int) -> bool:
    """Whether the next line that is not empty, of two, is quoted."""
    return next((line.startswith(">") for line in lines[at : at + 2] if line), False)


def read_label(line: str) -> tuple[str, str]:
    """What a line of a header block is ("sender", "sent", "to", "copy", "about") and its value; ("", "") when it is none."""
    found = _LABEL.match(line)
    return (_kind(found), found["value"].strip()) if found else ("", "")


def _kind(found: re.Match[str]) -> str:
    return next(name for name in ("sender", "sent", "to", "copy", "about") if found[name] is not None)


def is_header_block(lines: Sequence[str], at: int) -> bool:
    """Whether a block of From, Sent, To, Subject lines begins at `at`: three kinds of label within eight lines, a sender among them,
    and an address or a subject, without which «من: الرياض، إلى: جدة» would be one."""
    if not read_label(lines[at])[0]:
        return False
    block = _until_gap(lines, at)
    kinds = {read_label(line)[0] for line in block} - {""}
    return "sender" in kinds and len(kinds) >= 3 and ("about" in kinds or any("@" in line for line in block))


def _until_gap(lines: Sequence[str], at: int) -> list[str]:
    """Up to eight lines that are not empty; Outlook's plain text may leave one line out between labels."""
    return [line for line in lines[at : at + 10] if line][:8]


def is_separator(lines: Sequence[str], at: int) -> bool:
    """Whether the line at `at` sets an older mail off: named dashes, or a rule above a block of labels in any language."""
    line = lines[at]
    if is_forward_mark(line):
        return True
    named = _SEPARATOR.match(line)
    if named:
        return bool(_ORIGINAL.search(named["words"]) or (_WRITTEN.search(named["words"]) and _DATED.search(named["words"])))
    if not _RULE.match(line):
        return False
    block = _until_gap(lines, at + 1)[:4]
    return sum(bool(_ANY_LABEL.match(label)) for label in block) >= 3 or (bool(block) and is_header_block(block, 0))


def is_forward_mark(line: str) -> bool:
    """Whether the line announces a forwarded mail."""
    named = _SEPARATOR.match(line)
    return bool(named and _FORWARDED.search(named["words"])) or bool(_BEGIN_FORWARD.match(line))
