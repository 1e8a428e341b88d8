"""What stands at the end of a person's words and is not their words: signature marks, "sent from my phone", confidentiality notices."""

import re

_SENT_FROM = re.compile(
    r"(?i)^[\W_]{0,4}(?:sent (?:from|via|with|using)\b[^,;!]{0,80}|get outlook for .{0,40}|أُ?رسلت? (?:هذه الرسالة )?(?:من|بواسطة|عبر|"
    r"باستخدام)\b.{0,80}|مُ?رسل(?:ة)? (?:من|عبر|بواسطة)\b.{0,80}|"
    r"تم (?:ال)?إ?ا?رسال(?:ه|ها|ة)? (?:هذه الرسالة )?(?:من|عبر|بواسطة|باستخدام)\b.{0,80}|الحصول على outlook .{0,40}|"
    r"احصل على outlook .{0,40}|نزّ?ل outlook .{0,40}|"
    r"envoyé (?:de|depuis|à partir de)\b.{0,80}|von meinem .{0,40}gesendet|gesendet (?:von|mit) .{0,60}|enviado (?:desde|do) m.{0,60}|"
    r"inviato da .{0,60}|skickat från m.{0,60}|verstuurd vanaf m.{0,60}|"
    r"wysłane z .{0,60}|отправлено (?:из|с) .{0,60}|.{0,30}(?:iphone|ipad)['’]?(?:umdan|imden|dan) gönderildi|lähetetty .{0,60}|"
    r"sendt fra .{0,60})\W{0,4}$"
)
_DISCLAIMER = re.compile(
    r"(?i)^[\W_]{0,6}(?:(?:confidentiality|legal|disclaimer)\b.{0,30}(?:notice|note|:|statement|$)|disclaimer\b|(?:this|"
    r"the information (?:contained )?in this|the contents? of this) "
    r"(?:e-?mail|message|communication|transmission)\b.{0,120}(?:confidential|intended|privileged)|important notice\b|"
    r"please consider the environment|think before (?:you )?print|"
    r"إخلاء (?:ال)?مسؤولية|اخلاء (?:ال)?مسؤولية|إشعار (?:ب?ال)?سرية|تنبيه\s?[::]|(?:إن |ان )?(?:هذه الرسالة|هذا البريد|"
    r"المعلومات الواردة في هذ[اه]|محتويات هذ[اه])\b.{0,120}"
    r"(?:سري|خاصة|مخصص|موجه|المرسل إليه)|(?:قد )?تحتوي هذه الرسالة\b.{0,120}(?:سري|خاصة)|فكّ?ر في البيئة)"
)
_RULE = re.compile(r"^--$|^_{5,}$|^[-–—]{3,}$")
_LONGEST_SIGNATURE = 8


def find_tail(lines: list[str]) -> int:
    """Where the tail of these plain lines (one stretch of a person's own) begins; their number when they have none."""
    end = _find_signature(lines)
    return min(end, _find_disclaimer(lines[:end]), _find_sent_from(lines[:end]))


def _find_signature(lines: list[str]) -> int:
    """`-- ` begins a signature anywhere; a rule of dashes only below an empty line, near the end, and when it is the only one."""
    rules = [at for at, line in enumerate(lines) if _RULE.match(line)]
    for at in rules:
        lonely = len(rules) == 1 and len(lines) - at <= _LONGEST_SIGNATURE and (at == 0 or not lines[at - 1])
        if lines[at] == "--" or lonely:
            return at
    return len(lines)


def _find_disclaimer(lines: list[str]) -> int:
    """A notice that begins a paragraph; the first paragraph is never one."""
    after_gap = (at for at in range(1, len(lines)) if not lines[at - 1] or _RULE.match(lines[at - 1]))
    return next((at for at in after_gap if _DISCLAIMER.match(lines[at])), len(lines))


def _find_sent_from(lines: list[str]) -> int:
    """A line of the phone's, when no more than a name follows it."""
    last = [at for at, line in enumerate(lines) if line][-3:]
    return next((at for at in last if _SENT_FROM.match(lines[at])), len(lines))
