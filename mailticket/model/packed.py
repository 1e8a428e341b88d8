"""Bytes as they are kept: packed where they are made, unpacked where they are needed, so that nobody packs them a second time."""

from dataclasses import dataclass

import zstandard

PLAIN, ZSTANDARD = 0, 1
LEVEL = 3  # the library's own choice; lower ones save little time on mails, higher ones little room


@dataclass(frozen=True, slots=True)
class Packed:
    """Bytes by the rules of `codec`: PLAIN or ZSTANDARD (RFC 8878)."""

    codec: int
    data: bytes

    def unpack(self) -> bytes:
        """The bytes as they were."""
        return zstandard.decompress(self.data) if self.codec == ZSTANDARD else bytes(self.data)


def pack(raw: bytes) -> Packed:
    """Bytes as they are stored: compressed where that saves a tenth, else plain."""
    packed = zstandard.compress(raw, LEVEL)
    return Packed(ZSTANDARD, packed) if len(packed) < len(raw) * 0.9 else Packed(PLAIN, raw)
