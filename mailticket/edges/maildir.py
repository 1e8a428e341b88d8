"""Mails that lie in files: the networkless twin of edges.imap, and what `import` reads.

A maildir, a folder of .eml and .mbox files, one mbox or one .eml stands in for a server's folder: a UID is the place in the order of
names (within an mbox: of the mails), UIDVALIDITY derives from the path, and nothing is ever changed on disk.
"""

import mmap
import re
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from mailticket.edges.outline import compose_outline, split_header
from mailticket.model.outcome import Arrival, Listing, SourceError

# A separator: "From " at the start or below an empty line, with a time of day, as every writer of mbox puts it (RFC 4155).
_SEPARATOR = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]{0,200}?\d{1,2}:\d{2}[^\r\n]{0,200}\r?\n")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.M)
_RECEIVED = re.compile(rb"^received:[^;]{0,2000};([^\n]{1,100})", re.I | re.M)
_CLOCK = re.compile(rb"([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d(?::\d\d)?) (?:([+-]\d{4}) )?(\d{4})")
_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Piece:
    """One mail: `size` bytes of a file from `start` on; `is_quoted` when it lies in an mbox."""

    path: Path
    start: int
    size: int
    arrived: datetime
    is_quoted: bool = False


class FileSource:
    """A source over `path`: a maildir, a folder with .eml or .mbox files (at any depth), an mbox file or one .eml file.

    UIDs stay with their names for the life of the object; a new name gets the next free one.
    """

    def __init__(self, path: Path, *, account: str = "import") -> None:
        self._path = path
        self._account = account
        self._uids: dict[str, int] = {}
        self._pieces: dict[int, _Piece] = {}
        self._lock = threading.Lock()

    def open(self) -> Listing:
        """Looks at what there is now. Raises SourceError when there is no such file or folder."""
        with self._lock:
            try:
                named = dict(_find_pieces(self._path))
            except OSError as fault:
                text = f"{fault.filename or self._path}: {fault.strerror}"
                raise SourceError(text, permanent=True, remedy="name a maildir, an mbox or .eml files that can be read") from fault
            for name in sorted(named):
                self._uids.setdefault(name, len(self._uids) + 1)
            self._pieces = {self._uids[name]: piece for name, piece in named.items()}
        return self._listing

    def find_new(self, after: int) -> list[Arrival]:
        """The mails with a UID above `after`, ascending."""
        return self.find([uid for uid in self.uids() if uid > after])

    def find(self, uids: Sequence[int]) -> list[Arrival]:
        """Those of the mails that are there, in the same order."""
        listing, now = self._listing, datetime.now(UTC)
        here = [(uid, self._pieces[uid]) for uid in uids if uid in self._pieces]
        return [
            Arrival(listing.account, listing.folder, listing.uidvalidity, uid, min(piece.arrived, now), piece.size) for uid, piece in here
        ]

    def find_unmarked(self) -> list[int]:
        """None: files are left as they are."""
        return []

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The mails' bytes by UID; one that vanished is missing."""
        mails = {}
        for uid in uids:
            with suppress(KeyError, FileNotFoundError):  # vanished: its key is missing
                mails[uid] = _read(self._pieces[uid])
        return mails

    def fetch_outline(self, uids: Sequence[int]) -> dict[int, bytes]:
        """For mails over max_size: their headers with a stub for a body."""
        return {uid: compose_outline(split_header(raw), len(raw)) for uid, raw in self.fetch(uids).items()}

    def mark_done(self, uids: Sequence[int]) -> None:
        """Nothing: files are left as they are."""

    def uids(self) -> list[int]:
        """Every UID there is, ascending."""
        return sorted(self._pieces)

    def append(self, raw: bytes) -> None:  # noqa: ARG002  (the shape of a source)
        """Nothing can be put here. Raises SourceError."""
        raise SourceError(f"{self._path}: mails in files are only read", permanent=True, remedy="lay an .eml file there")

    def close(self) -> None:
        """Nothing is open."""

    @property
    def _listing(self) -> Listing:
        folder = str(self._path.absolute())
        validity = zlib.crc32(folder.encode(errors="surrogateescape")) & 0x7FFFFFFF or 1
        return Listing(self._account, folder, validity, len(self._uids) + 1)


def _find_pieces(path: Path) -> Iterator[tuple[str, _Piece]]:
    """The mails under a path, each with a name that sorts where it belongs and stays the same."""
    if not path.is_dir():
        yield from _in_file(path, path.name)
    elif (path / "cur").is_dir() or (path / "new").is_dir():
        for file in (*path.glob("new/*"), *path.glob("cur/*")):
            with suppress(FileNotFoundError):  # its flags changed, or it was taken away, while we looked
                yield file.name.partition(":")[0], _whole(file)  # what follows the colon are flags
    else:
        for file in path.rglob("*"):
            if file.suffix.lower() in (".eml", ".mbox") and file.is_file():
                yield from _in_file(file, str(file.relative_to(path)))


def _in_file(path: Path, name: str) -> Iterator[tuple[str, _Piece]]:
    with path.open("rb") as file:
        is_mbox = file.read(5) == b"From "
    if not is_mbox:
        yield name, _whole(path)
        return
    for number, piece in enumerate(_in_mbox(path), start=1):
        yield f"{name} {number:09}", piece


def _whole(path: Path) -> _Piece:
    facts = path.stat()
    return _Piece(path, 0, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))


def _in_mbox(path: Path) -> Iterator[_Piece]:
    """The mails of an mbox, found without reading it into memory."""
    written = _whole(path).arrived
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
        marks = [(match.start(), match.end()) for match in _SEPARATOR.finditer(held)] or [(0, 0)]
        ends = [start for start, _ in marks[1:]] + [len(held)]
        for (mark, start), end in zip(marks, ends, strict=True):
            arrived = _parse_separator(held[mark:start]) or _parse_received(held[start : min(end, start + _HEAD)]) or written
            yield _Piece(path, start, end - start, arrived, is_quoted=True)


def _parse_separator(line: bytes) -> datetime | None:
    """The moment in a "From " line, UTC when it names no zone (RFC 4155)."""
    found = _CLOCK.search(line)
    if found is None:
        return None
    month, day, clock, zone, year = (part.decode() if part else "" for part in found.groups())
    return _parse_date(f"{day} {month} {year} {clock} {zone or '+0000'}")


def _parse_received(head: bytes) -> datetime | None:
    """The moment in the topmost Received field."""
    found = _RECEIVED.search(split_header(head))
    return _parse_date(found[1].decode("ascii", "replace")) if found else None


def _parse_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _read(piece: _Piece) -> bytes:
    with piece.path.open("rb") as file:
        file.seek(piece.start)
        raw = file.read(piece.size)
    if not piece.is_quoted:
        return raw
    ending = next((gap for gap in (b"\r\n\r\n", b"\n\n") if raw.endswith(gap)), b"")
    return _QUOTED_FROM.sub(rb"\1", raw[: len(raw) - len(ending) // 2])
