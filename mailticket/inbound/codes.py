"""Sign-up codes that machines send: whoever reads one out of a ticket can take over an account (spec 2.3).

Only mail that no person wrote is looked at; people who write *about* codes are served.
"""

import re

from mailticket.model.mail import Kind, Mail
from mailticket.text.normalise import normalise

LIMIT = 4000
_NEAR = 240
_MACHINES = frozenset((Kind.AUTO_GENERATED, Kind.LIST))
_CODE = re.compile(
    r"(?:verification|security|confirmation|one[ -]time|login|sign[ -]?(?:in|up)|access|authentication|activation|auth|otp|2fa|"
    r"pass(?:code|word)?)"
    r"[ -](?:code|pin|password|passcode|number|token)|\b(?:otp|passcode|pin)\b|\b(?:code|pin) (?:is|below|to (?:verify|confirm|sign|"
    r"log))|"
    r"(?:verify|confirm|activate|validate) (?:your|this|the) (?:e-?mail|account|address|identity|registration|sign)|"
    r"complete (?:your )?(?:registration|sign)|"
    r"رمز (?:ال)?(?:تحقق|تاكيد|تفعيل|دخول|امان|تسجيل|مرور)|كود (?:ال)?(?:تحقق|تفعيل|تاكيد)|كلمه (?:ال)?مرور (?:ل?مره|موقته)|"
    r"(?:تاكيد|تفعيل|توثيق) (?:ال)?(?:بريد|حساب|تسجيل|اشتراك)|رمزك|الرمز (?:هو|التالي)"
)
_VALUE = re.compile(r"(?<![\w./-])(?:\d{4,8}|\d{3}[ -]\d{3}|[a-z]-\d{5,8}|(?=[a-z]*\d)[a-z0-9]{6,8})(?![\w/-])|https?://\S{12,}")


def has_code(mail: Mail) -> bool:
    """Whether a machine's mail carries a code or a link that confirms something, beside words that say so."""
    if mail.kind not in _MACHINES:
        return False
    text = normalise(f"{mail.subject}\n{mail.text[:LIMIT]}")
    return any(_VALUE.search(text, max(0, found.start() - _NEAR), found.end() + _NEAR) for found in _CODE.finditer(text))
