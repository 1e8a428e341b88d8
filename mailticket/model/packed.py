"""Bytes as they are kept: packed where they are made, unpacked where they are needed, so that nobody packs them a second time."""

import threading
from dataclasses import dataclass

import zstandard

PLAIN, ZSTANDARD = 0, 1
LEVEL = 1  # higher levels save little room on mails


@dataclass(frozen=True, slots=True)
class Packed:
    """Bytes by the rules of `codec`: PLAIN or ZSTANDARD (RFC 8878)."""

    codec: int
    data: bytes

    def unpack(self) -> bytes:
        """The bytes as they were."""
        return _tools.decompressor.decompress(self.data) if self.codec == ZSTANDARD else bytes(self.data)


class _Tools(threading.local):
    """A compressor and a decompressor for each thread: making them costs as much as using them, and they serve one at a time."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()


_tools = _Tools()


def pack(raw: bytes) -> Packed:
    """Bytes as they are stored: compressed where that saves a tenth, else plain."""
    packed = _tools.compressor.compress(raw)
    return Packed(ZSTANDARD, packed) if len(packed) < len(raw) * 0.9 else Packed(PLAIN, raw)
