"""What becomes of a mail after the relay's answer.

RFC 5321 s.4.5.4.1 asks for patience: the first pauses are short, because the relay is our own and usually back soon, the later ones
long, and after four days we give up and a person is told. Pauses differ a little from mail to mail, by the mail's key and not by
chance, so that a queue does not come back in one wave and a replay comes back as it did.
"""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mailticket.model.notice import Verdict, VerdictKind

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 3, 10, 20, 30, 60, 120, 240))
"""How long to wait after the first, second, ... deferred try; the last one repeats."""
PATIENCE = timedelta(days=4)
"""How long after its first try a mail is given up (RFC 5321 s.4.5.4.1: at least 4-5 days)."""
_JITTER = 0.2


class Step(StrEnum):
    """Where a mail goes from here."""

    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Next:
    """What to do with a mail: try again `at` that moment (aware; None when over). `tries` counts the last one unless it was paused."""

    step: Step
    tries: int
    at: datetime | None = None
    reason: str = ""


def choose_next(verdict: Verdict, tries: int, first_try: datetime, now: datetime, key: str) -> Next:
    """The next step after a verdict, `tries` being those counted before it and `first_try` the moment of the first one (aware).

    A pause of the relay counts no try and uses up nobody's patience: a mail is given up only when its four days have passed
    *and* it has had as many tries as the table has rows.
    """
    reason = f"{verdict.code} {verdict.text}".strip() if verdict.code else verdict.text
    if verdict.kind is VerdictKind.DELIVERED:
        return Next(Step.SENT, tries + 1, reason=reason)
    if verdict.kind is VerdictKind.REFUSED:
        return Next(Step.FAILED, tries + 1, reason=reason)
    if verdict.kind is VerdictKind.PAUSED:
        return Next(Step.RETRY, tries, now + _pause(0, key), reason)
    return _after_deferral(tries + 1, first_try + PATIENCE, now, key, reason)


def _after_deferral(tries: int, end: datetime, now: datetime, key: str, reason: str) -> Next:
    if now >= end and tries >= len(PAUSES):
        return Next(Step.FAILED, tries, reason=f"not accepted within {PATIENCE.days} days; last answer: {reason}")
    at = now + _pause(tries - 1, key)
    return Next(Step.RETRY, tries, min(at, end) if now < end else at, reason)


def _pause(row: int, key: str) -> timedelta:
    share = zlib.crc32(f"{key}.{row}".encode()) / 2**32
    return PAUSES[min(row, len(PAUSES) - 1)] * (1 + _JITTER * share)
