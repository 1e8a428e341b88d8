"""Where a refresh token lies: one small file, replaced whole, readable by its owner alone.

A provider that rotates refresh tokens makes the old one void when it gives the new one, so between its answer and our writing there
must be as little as possible: the new file's room on the disk is taken *before* the provider is asked, and several daemons on one file
wait for each other. The token before the last is kept beside it, for a provider that has forgotten its own rotation.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from mailticket.edges.oauth import LOGIN
from mailticket.model.outcome import SourceError

ROOM = 16_384
"""Octets kept free for the next file; refresh tokens have been seen with some thousand."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A refresh token, the one before it ("" when there was none), and when it ends as far as the provider said."""

    token: str = field(repr=False)
    previous: str = field(default="", repr=False)
    ends: datetime | None = None


class TokenFile:
    """One refresh token file. Its first line is the token; what follows is ours, a word and a value a line."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()  # a link stays one: the file behind it is replaced
        self._new = self.path.with_name(f".{self.path.name}.new")

    def read(self) -> Kept:
        """What the file holds. Raises SourceError when it is missing, empty or unreadable."""
        try:
            lines = [line.strip() for line in self.path.read_text(encoding="utf-8-sig").splitlines()]
        except (OSError, UnicodeDecodeError) as fault:
            reason = getattr(fault, "strerror", None) or "no UTF-8 text"
            raise SourceError(f"{self.path}: can't be read ({reason})", permanent=True, remedy=f"get a refresh token: {LOGIN}") from None
        lines = [line for line in lines if line]
        if not lines or " " in lines[0] or not lines[0].isprintable():
            raise SourceError(f"{self.path}: holds no refresh token", permanent=True, remedy=f"get one: {LOGIN}")
        more = dict(line.partition(" ")[::2] for line in lines[1:])
        return Kept(lines[0], more.get("previous", ""), _parse_moment(more.get("ends", "")))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One process and thread at a time; where no lock can be made (a folder that is only read) nobody could write either."""
        try:
            door = os.open(self.path.with_name(f".{self.path.name}.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError:
            yield
            return
        try:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield
        finally:
            os.close(door)

    def reserve(self) -> str:
        """Takes the room for the next file; what is wrong with the place, "" when all is well."""
        try:
            self._write(b" " * ROOM)
        except OSError as fault:
            return f"{self.path.parent}: a new refresh token could not be stored there ({fault.strerror})"
        return ""

    def replace(self, kept: Kept) -> None:
        """Stores a token in the place of the old one, all or nothing, mode 0600. Raises OSError."""
        lines = [kept.token, f"previous {kept.previous}" if kept.previous else "", f"ends {kept.ends.isoformat()}" if kept.ends else ""]
        self._write("".join(f"{line}\n" for line in lines if line).encode())
        self._new.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def release(self) -> None:
        """Gives the room back that `reserve` took."""
        with suppress(OSError):  # nothing is there, or nothing can be done about it
            self._new.unlink()

    def _write(self, data: bytes) -> None:
        """The new file whole and on the disk; room that was reserved is written over before it is given back."""
        door = os.open(self._new, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            os.fchmod(door, 0o600)
            while data_left := data:
                data = data_left[os.write(door, data_left) :]
            os.ftruncate(door, os.lseek(door, 0, os.SEEK_CUR))
            os.fsync(door)
        finally:
            os.close(door)


def _parse_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None  # ours are written right; anything else says nothing
    return moment if moment.tzinfo else None
