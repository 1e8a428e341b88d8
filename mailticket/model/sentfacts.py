"""What the store knows of the tickets that a mail of the Sent folder may answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mailticket.model.packed import Packed


@dataclass(frozen=True, slots=True)
class SentFacts:
    """What must be known of a mail of the Sent folder, of the tickets that it may answer.

    `wrote` is when the requester last wrote, `replies` the latest answers with their moments, `ours` what we sent to the same people.
    """

    wrote: Mapping[int, datetime] = field(default_factory=dict)
    replies: Mapping[int, tuple[tuple[datetime, str], ...]] = field(default_factory=dict)
    ours: tuple[Packed, ...] = ()
