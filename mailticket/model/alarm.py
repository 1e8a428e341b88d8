"""What the managers must hear of at once: a cause that holds, told once when it begins and once when it is over."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Alarm:
    """A cause that holds.

    `cause` is its name, the same as long as it holds: a word of `outbound.phrases.ALARMS`, or that word with what it is about behind
    it ("digest daily 2026-11-24"). `lines` are the facts in figures and addresses, the same in every language.
    """

    cause: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm that was told and is not over. `since` is when it was raised, `seen` when its cause was last found to hold."""

    alarm: Alarm
    since: datetime
    seen: datetime
