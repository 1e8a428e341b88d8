"""A mail that is too big to fetch, as a small mail: its own headers, and a line in the place of its body.

The desk opens a ticket for it all the same. The headers stay as they are, so that screening and threading see the mail's true
nature; only where the true body would be needed to read the stub (base64, a multipart without parts) is that field replaced.
"""

import re

MAX_HEADER = 256 * 1024
_CONTENT_TYPE = re.compile(rb"^content-type[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*", re.I | re.M)
_ENCODING = re.compile(rb"^content-transfer-encoding[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*", re.I | re.M)
_BOUNDARY = re.compile(rb'boundary[ \t]*=[ \t]*(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))', re.I)
_STUB = (
    "[لم يُجلب نص هذه الرسالة لكبر حجمها ({size:,} بايت)، والأصل باقٍ في صندوق البريد.]\r\n"
    "[This mail is too big to fetch ({size:,} bytes); the original is still in the mailbox.]\r\n"
)
_TEXT = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"


def compose_outline(header: bytes, size: int) -> bytes:
    """The mail's header block (cut at 256 KiB) with a stub for a body; `size` is the whole mail's, in bytes."""
    kept = header[:MAX_HEADER].rstrip(b"\r\n")
    fields = _ENCODING.sub(b"", kept + b"\r\n") if kept else b""
    stub = _STUB.format(size=size).encode()
    found = _CONTENT_TYPE.search(fields)
    boundary = _BOUNDARY.search(found[0]) if found else None
    if boundary is None:
        return _CONTENT_TYPE.sub(b"", fields) + _TEXT + b"\r\n" + stub
    mark = b"--" + (boundary[1] or boundary[2])
    return fields + b"\r\n" + mark + b"\r\n" + _TEXT + b"\r\n" + stub + mark + b"--\r\n"


def split_header(raw: bytes) -> bytes:
    """The header block of a whole mail, up to its first empty line."""
    ends = [at for gap in (b"\r\n\r\n", b"\n\n") if (at := raw.find(gap)) >= 0]
    return raw[: min(ends, default=len(raw))]
