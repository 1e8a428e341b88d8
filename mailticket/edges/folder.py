"""What is asked of an open IMAP folder, by UID, and how much of it at a time.

Each function is one exchange with the server, or the least number of them; the limits are the protocol's and imaplib's. They raise
what imapclient raises: `edges.imap` puts it into words.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from imaplib import IMAP4
from typing import Any

from mailticket.model.outcome import Listing

Client = Any
"""An imapclient.IMAPClient; it ships no types, and only edges.imap makes one."""

UIDS_A_COMMAND = 700  # 700 numbers of ten digits stay below the 8,192 octets of RFC 7162 s.4
UIDS_AN_ANSWER = 50_000  # imaplib refuses lines over 1,000,000 octets, and SEARCH answers on one line


def search_from(client: Client, listing: Listing, exists: int, first: int, also: Sequence[str] = ()) -> list[int]:
    """The UIDs from `first` on, ascending, of mails for which `also` holds. `n:*` always names the last mail (RFC 3501 s.6.4.8)."""
    ranges = [f"{first}:*"]
    if exists > UIDS_AN_ANSWER:
        ranges = [f"{start}:{start + UIDS_AN_ANSWER - 1}" for start in range(first, listing.uidnext, UIDS_AN_ANSWER)]
    found = (uid for one in ranges for uid in client.search(["UID", one, *also]))
    return sorted({uid for uid in found if uid >= first})


def in_batches(uids: Sequence[int]) -> Iterator[list[int]]:
    """The UIDs in as many as one command line may name."""
    for start in range(0, len(uids), UIDS_A_COMMAND):
        yield list(uids[start : start + UIDS_A_COMMAND])


def fetch_facts(client: Client, uids: list[int], also: Sequence[str] = ()) -> dict[int, Mapping[bytes, Any]]:
    """INTERNALDATE, RFC822.SIZE and what `also` names by UID; a mail of which the server can't tell them is missing.

    One mail spoils the whole answer: imapclient refuses it for an unreadable date, a server may say NO. That one is found by halving.
    """
    try:
        return dict(client.fetch(uids, ["INTERNALDATE", "RFC822.SIZE", *also]))
    except IMAP4.abort:
        raise
    except (ValueError, IMAP4.error) as fault:
        if len(uids) == 1:
            return dict(client.fetch(uids, ["RFC822.SIZE", *also])) if isinstance(fault, ValueError) else {}
        half = len(uids) // 2
        return fetch_facts(client, uids[:half], also) | fetch_facts(client, uids[half:], also)


def clamp(value: datetime | None, now: datetime) -> datetime:
    """INTERNALDATE in UTC, never in the future; a missing or impossible one counts as now."""
    try:
        return min(value.astimezone(UTC), now) if value else now
    except OverflowError:
        return now
