"""What is kept of a correspondent."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """What is kept of a correspondent. `undeliverable` and `blocked` hold the reason, "" when not; `muted_until` is the breaker's."""

    address: str
    undeliverable: str = ""
    blocked: str = ""
    muted_until: datetime | None = None
