"""A relay that is none: the networkless twin of edges.smtp, for tests, dry runs and the demo.

Every mail is delivered at once, into a folder or just into memory, unless a verdict for its recipient was laid down beforehand.
"""

from collections.abc import Mapping
from pathlib import Path

from mailticket.model.notice import Outgoing, Verdict, VerdictKind

DELIVERED = Verdict(VerdictKind.DELIVERED, 250, "kept")


class MboxSink:
    """Keeps what it takes in `sent`, and as 0001.eml, 0002.eml ... in `folder` when there is one (made if missing).

    `verdicts` maps recipients to what they get instead; it is read at each mail, so that a test may change its mind.
    """

    def __init__(self, folder: Path | None = None, verdicts: Mapping[str, Verdict] | None = None) -> None:
        self.folder = folder
        self.verdicts = verdicts if verdicts is not None else {}
        self.sent: list[Outgoing] = []
        self._written = _last_number(folder)

    async def send(self, outgoing: Outgoing) -> Verdict:
        """Keeps the mail, or answers with the verdict that its recipient was given."""
        verdict = self.verdicts.get(outgoing.recipient, DELIVERED)
        if verdict.kind is VerdictKind.DELIVERED:
            self.sent.append(outgoing)
            self._write(outgoing.raw)
        return verdict

    async def close(self) -> None:
        """Nothing is open."""

    def _write(self, raw: bytes) -> None:
        if self.folder is None:
            return
        self._written += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{self._written:04}.eml").write_bytes(raw)


def _last_number(folder: Path | None) -> int:
    """The number to go on from, so that an earlier run's mails are never overwritten."""
    if folder is None:
        return 0
    return max((int(path.stem) for path in folder.glob("*.eml") if path.stem.isdecimal()), default=0)
