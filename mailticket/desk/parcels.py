"""Attachments in mails that the relay takes: how many mails an answer's files need, and which of them is too big for any (`#parts`).

What the relay takes is `smtp.max_size`, for a decision can't wait until a relay is asked. Where it is 0 nobody knows, and `#parts` sends
each file alone.
"""

from collections.abc import Sequence

from mailticket.model.mail import Attachment
from mailticket.model.policy import Settings

HEAD = 20_000
"""Bytes that are left for the header fields and for what stands around the text."""
LINE, OF_LINE = 78, 57
"""Base64 writes 57 octets as a line of 76 letters and its end (RFC 2045 s.6.8)."""


def find_room(settings: Settings, text: str) -> int:
    """How many octets of files fit into one mail beside that text, 0 where that is not known."""
    most = settings.smtp.max_size if settings.smtp else 0
    if not most:
        return 0
    words = 4 * len(text.encode("utf-8", "replace"))  # as text and as HTML, each encoded
    return max(1, (most - HEAD - words) * OF_LINE // LINE)


def pack_files(files: Sequence[Attachment], room: int) -> list[tuple[Attachment, ...]]:
    """The files by mails, in order: each in the first one that still has room for it; where no room is known, each alone."""
    parcels: list[list[Attachment]] = []
    for file in files:
        free = (p for p in parcels if room and sum(one.size for one in p) + file.size <= room)
        parcel = next(free, None)
        if parcel is None:
            parcels.append([file])
        else:
            parcel.append(file)
    return [tuple(parcel) for parcel in parcels]


def find_too_big(files: Sequence[Attachment], room: int, *, in_parts: bool) -> tuple[Attachment, ...]:
    """The files that can't go: those too big for any mail; without `#parts` all of them where they are too big together."""
    if not room:
        return ()
    single = tuple(file for file in files if file.size > room)
    if single or in_parts:
        return single
    return tuple(files) if sum(file.size for file in files) > room else ()


def name_files(files: Sequence[Attachment]) -> str:
    """Files by name and size, for agents: "plan.pdf (12.4 MB), map.png (800 KB)"."""
    return ", ".join(f"{file.filename} ({_say_size(file.size)})" for file in files)


def _say_size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, size // 1000)} KB"
