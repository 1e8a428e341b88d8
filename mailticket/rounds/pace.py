"""Pacing: a relay that takes 30 mails a minute is given 30 in any minute, and the lanes decide which.

The pace is kept where mails are taken from the outbox, not where they are sent: what has been taken can't be overtaken, and an
acknowledgement that arrives in the middle of a storm must go before the digests that waited longer.
"""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

from mailticket.model.policy import Rate

Gone = Callable[[datetime], Sequence[datetime]]
UNPACED = Rate()


class Pace:
    """How much a relay may be given now. A rate of nothing holds nothing back."""

    def __init__(self, rate: Rate = UNPACED) -> None:
        self._rate = rate
        self._gone: deque[datetime] | None = None

    def room(self, most: int, now: datetime, find_gone: Gone) -> int:
        """How many mails may go now, `most` at most. `find_gone` tells what went since a moment; a new process asks it once."""
        if not self._rate.count:
            return most
        if self._gone is None:
            self._gone = deque(sorted(find_gone(now - self._rate.per)))
        while self._gone and not now - self._rate.per < self._gone[0] <= now:  # what lies ahead tells that the clock was set back
            self._gone.popleft()
        return max(0, min(most, self._rate.count - len(self._gone)))

    def note(self, count: int, now: datetime) -> None:
        """So many went just now."""
        if self._gone is not None:
            self._gone.extend([now] * count)
