"""The header fields of a mail as values: found by name, unfolded, decoded; ids, dates and threads.

Every reader here is linear, takes any text, and answers with an empty value where it can't read; none of them raises.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from itertools import islice

from mailticket.inbound.charset import decode_raw_header
from mailticket.inbound.mime import Part
from mailticket.inbound.words import decode_words, to_bytes
from mailticket.model.mail import TraceField
from mailticket.text.normalise import fold_digits

IDS_LIMIT = 200
TRACE_LIMIT = 60
ID_LENGTH = 900
_TRACE = frozenset(("received", "authentication-results"))
_BARE_ID = re.compile(r"[^\s<>,;\"]{1,450}@[^\s<>,;\"]{1,450}")
_DATE_NOISE = re.compile(r"\([^()]*\)|[\u200e\u200f]")
_PLAIN_DATE = re.compile(
    r"\s*+(?:[A-Z][a-z]{2},\s++)?(\d{1,2})\s++([A-Z][a-z]{2})\s++(\d{4})\s++(\d\d):(\d\d)(?::(\d\d))?\s++([+-]\d{4})"
    r"\s*(?:\([^()]*\))?\s*",
    re.ASCII,
)
_MONTHS = {"Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12}
_ZONELESS = re.compile(r"\s-0000\s*$")


class Headers:
    """The fields of one part by name. Values are unfolded and keep their encoded words until they are asked for as text."""

    def __init__(self, part: Part, hint: str = "") -> None:
        """`hint` is the charset of the mail's text, by which raw 8-bit bytes of its header are read when they are not UTF-8."""
        self._fields, self._hint = part.index, hint
        self._unfolded: dict[str, list[str]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __bool__(self) -> bool:
        return bool(self._fields)

    def all(self, name: str) -> list[str]:
        """Every raw value of that field (name in lower case), in the order of the mail."""
        values = self._unfolded.get(name)
        if values is None:
            found = self._fields.get(name)
            if found is None:
                return []
            values = self._unfolded[name] = list(map(self._unfold, found))
        return values

    def count(self, name: str) -> int:
        """How often that field is there."""
        return len(self._fields.get(name, ()))

    def _unfold(self, value: str) -> str:
        text = value if value.isascii() else decode_raw_header(to_bytes(value), self._hint)
        return text.replace("\n", "") if "\n" in text else text

    def raw(self, name: str) -> str:
        """The first raw value, "" when absent."""
        return self.all(name)[0].strip() if name in self._fields else ""

    def find_first(self, names: Iterable[str]) -> str:
        """The first of these names that is there, "" for none."""
        fields = self._fields
        for name in names:
            if name in fields:
                return name
        return ""

    def text(self, name: str) -> str:
        """The first value decoded, "" when absent."""
        return decode_words(self.raw(name))

    def names(self) -> Iterable[str]:
        """The names there are, in lower case."""
        return self._fields.keys()


def find_ids(values: Iterable[str]) -> tuple[str, ...]:
    """The message-ids in raw values, each once, with brackets, of too many the last 200. Folding's white space inside is taken out."""
    return tuple(dict.fromkeys(found for value in values for found in _scan_ids(value)))[-IDS_LIMIT:]


def _scan_ids(value: str) -> Iterator[str]:
    """From bracket to bracket; a bracket that opens again starts anew. A value without brackets may be one bare id."""
    if "<" not in value:
        yield from (f"<{bare}>" for bare in _BARE_ID.findall(value[: 2 * ID_LENGTH])[:10])
        return
    for piece in value.split(">")[:-1]:
        inner = "".join(piece.rpartition("<")[2].split()) if "<" in piece else ""
        if 0 < len(inner) <= ID_LENGTH:
            yield f"<{_printable(inner)}>"


def _printable(text: str) -> str:
    """Raw bytes as visible text, so that an id can be stored and written anywhere."""
    return text if text.isascii() and text.isprintable() else "".join(c for c in decode_words(text) if c.isprintable())


def find_message_id(headers: Headers) -> str:
    """The mail's own id with brackets, "" when there is none."""
    return next(iter(find_ids(headers.all("message-id"))), "")


def parse_date(value: str) -> datetime | None:
    """The Date field as an aware moment, None when it is none. What the sender's clock said, not when the mail came."""
    plain = _PLAIN_DATE.fullmatch(value)
    if plain and plain[2] in _MONTHS:
        return _make_moment(plain)
    text = _DATE_NOISE.sub(" ", fold_digits(decode_words(value[:200])))
    try:
        moment = parsedate_to_datetime(_ZONELESS.sub(" +0000", text))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(moment.tzinfo or UTC)
    except (ValueError, TypeError, OverflowError, IndexError):  # a date that can't be read is no date; the caller says so as a fault
        return None


def _make_moment(found: re.Match[str]) -> datetime | None:
    """The moment of a date as RFC 5322 writes it, without a detour."""
    day, month, year, hour, minute, second, offset = found.groups()
    try:
        return datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=_find_zone(offset))
    except ValueError:  # 31 February is no date; the caller says so as a fault
        return None


@lru_cache(maxsize=256)
def _find_zone(offset: str) -> timezone:
    """The zone of "+0300"; UTC for hours that no day has."""
    sign = -60 if offset[0] == "-" else 60
    return timezone(timedelta(seconds=sign * (int(offset[1:3]) * 60 + int(offset[3:])))) if int(offset[1:3]) < 24 else UTC


def find_thread_index(headers: Headers) -> str:
    """Outlook's conversation: the first 22 bytes of Thread-Index as base64, "" when absent or too short."""
    value = "".join(headers.raw("thread-index").split())[:4000]
    try:
        data = base64.b64decode(value.encode("ascii", "replace"), validate=True)
    except (binascii.Error, ValueError):  # no conversation to know it by
        return ""
    return base64.b64encode(data[:22]).decode() if len(data) >= 22 else ""


def find_trace(part: Part) -> tuple[TraceField, ...]:
    """Received and Authentication-Results, the first 60, in the order of the mail."""
    fields = ((name, value.replace("\n", "")) for name, value in part.fields if name[0] in "RrAa" and name.lower() in _TRACE)
    return tuple(TraceField(name, _printable(value[:4000].replace("\t", " "))) for name, value in islice(fields, TRACE_LIMIT))
