"""Two relays as one: alarms go by the second, for the first may be what they are about."""

from mailticket.model.notice import NoticeKind, Outgoing, Verdict, VerdictKind
from mailticket.rounds.road import Sink


class AlarmRelay:
    """Everything goes by the first relay, alarms by the second; one that the second does not take goes by the first after all."""

    def __init__(self, first: Sink, second: Sink) -> None:
        self._first, self._second = first, second

    async def send(self, outgoing: Outgoing) -> Verdict:
        """Try once; never raises."""
        if outgoing.kind is NoticeKind.ALARM:
            verdict = await self._second.send(outgoing)
            if verdict.kind is VerdictKind.DELIVERED:
                return verdict
        return await self._first.send(outgoing)

    async def close(self) -> None:
        """Close the connections of both."""
        await self._first.close()
        await self._second.close()
