"""Healing: what a crash, a broken connection or a lying server left behind is found and mended.

Rounds look above the last UID only. A mail that was missing from an answer then, or one that was committed and not marked when the process
died, would stand there for ever. So at the start, after each round that failed and every hour, a round sets all that stands there against
the ledger.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from mailticket.model.outcome import Arrival, Listing, SourceError
from mailticket.rounds.road import Ledger, Source

CHECK = timedelta(hours=1)
"""A folder in good health is looked through this often."""
MARKS = 500
"""So many mails are marked again in one round, so that a folder full of them keeps no new mail waiting."""
RESTS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))
"""How long a mail that could not be fetched is left alone: after the first failure, the second, and so on."""
PATIENCE = 3
"""So many mails may break the connection in one batch before the rest of it waits for another round."""

Found = TypeVar("Found")
Ask = Callable[[Sequence[int]], dict[int, Found]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """One round's visit to a folder: `is_check` when it looks through all of it."""

    listing: Listing
    now: datetime
    is_check: bool

    @property
    def place(self) -> tuple[str, str, int]:
        """The ledger's key of the folder."""
        return self.listing.account, self.listing.folder, self.listing.uidvalidity


@dataclass(frozen=True, slots=True)
class Miss:
    """A mail that could not be fetched or kept: how often, and until when it is left alone."""

    tries: int
    until: datetime


def is_reached(moment: datetime, now: datetime) -> bool:
    """Whether the moment for something has come; one further away than anything is put off tells that the clock was set back."""
    return moment <= now or moment > now + CHECK


@dataclass(slots=True)
class Health:
    """What the rounds of one folder remember. A new process remembers nothing, and so looks through the folder first."""

    due: datetime | None = None
    uidvalidity: int = 0
    misses: dict[int, Miss] = field(default_factory=dict)
    has_gap: bool = False
    """Whether this round found UIDs missing between new mails: deleted ones, or ones that the server left out of an answer."""

    def begin(self, listing: Listing, now: datetime) -> Visit:
        """Start a round. Until `end` says otherwise the next one is a check: this one may fail half-way."""
        if listing.uidvalidity != self.uidvalidity:
            self.due, self.uidvalidity, self.misses = None, listing.uidvalidity, {}
        visit = Visit(listing, now, self.due is None or is_reached(self.due, now))
        self.due = None if visit.is_check else self.due
        self.has_gap = False
        return visit

    def end(self, visit: Visit, *, again: bool = False) -> None:
        """A round went well: the next check is due in an hour, sooner when a mail is or may be missing, at once when `again`."""
        planned = visit.now + CHECK if visit.is_check else self.due or visit.now
        sooner = [miss.until for miss in self.misses.values()] + ([visit.now + RESTS[0]] if self.has_gap else [])
        self.due = None if again else min((planned, *sooner))

    def disturb(self) -> None:
        """A round failed: the next one is a check."""
        self.due = None

    def may_try(self, uid: int, now: datetime) -> bool:
        """Whether a mail is not to be left alone now."""
        return uid not in self.misses or is_reached(self.misses[uid].until, now)

    def miss(self, uids: Collection[int], visit: Visit) -> None:
        """Note mails that could not be fetched or kept. The first time it may just have been deleted; after that it is said."""
        for uid in sorted(uids):
            tries = self.misses[uid].tries + 1 if uid in self.misses else 1
            rest = RESTS[min(tries, len(RESTS)) - 1]
            self.misses[uid] = Miss(tries, visit.now + rest)
            if tries > 1:
                words = {"mailbox": visit.listing.account, "folder": visit.listing.folder, "uid": uid, "tries": tries}
                remedy = "open it in the mailbox; `mailticket ledger` lists it until it has a row or is deleted"
                log.error("a mail can't be fetched or kept", extra={**words, "next_try_s": int(rest.total_seconds()), "remedy": remedy})

    def forget(self, uids: Collection[int]) -> None:
        """These mails are no longer missed."""
        for uid in uids:
            self.misses.pop(uid, None)


def find_lost(source: Source, ledger: Ledger, health: Health, visit: Visit, last: int) -> list[Arrival]:
    """On a check, the mails up to the last UID seen that have no row, except for those that are left alone for now."""
    if not visit.is_check:
        return []
    lost = ledger.unseen(*visit.place, [uid for uid in source.uids() if uid <= last])
    health.forget({uid for uid in health.misses if uid <= last} - set(lost))
    tried = [uid for uid in lost if health.may_try(uid, visit.now)]
    try:
        found = source.find(tried)
        health.miss(set(tried) - {a.uid for a in found}, visit)
    except SourceError as fault:
        if fault.permanent:
            raise
        found = _find_singly(source, health, visit, tried)
    if found:
        log.warning("mails without a row were found and are received now", extra={"mailbox": visit.listing.account, "mails": len(found)})
    return found


def find_new(source: Source, health: Health, visit: Visit, last: int) -> list[Arrival]:
    """The mails above the last UID seen, without those that are left alone for now, and those that break the connection when asked about.

    Raises SourceError when the server can't be asked at all.
    """
    try:
        found = source.find_new(last)
    except SourceError as fault:
        if fault.permanent:
            raise
        _reopen(source, visit)  # a server that is away ends the round here
        above = [uid for uid in source.uids() if uid > last and health.may_try(uid, visit.now)]
        found = _find_singly(source, health, visit, above)
    health.has_gap = bool(found) and max(a.uid for a in found) - last > len(found)  # the hourly look is too late for an acknowledgement
    return [a for a in found if health.may_try(a.uid, visit.now)]


def fetch_all(source: Source, health: Health, visit: Visit, uids: Sequence[int], ask: Ask[bytes]) -> dict[int, bytes]:
    """The bytes of mails by UID; one that does not come, or that breaks the connection, is noted and stops no other.

    Raises SourceError when the server can't be asked at all.
    """
    if not uids:
        return {}
    try:
        raws = ask(uids)
    except SourceError as fault:
        if fault.permanent:
            raise
        return _ask_singly(source, health, visit, uids, ask)
    health.miss(set(uids) - set(raws), visit)
    return raws


def _find_singly(source: Source, health: Health, visit: Visit, uids: Sequence[int]) -> list[Arrival]:
    """A round's share of the mails, asked about one by one."""
    return list(_ask_singly(source, health, visit, uids[:MARKS], lambda few: {a.uid: a for a in source.find(few)}).values())


def _ask_singly(source: Source, health: Health, visit: Visit, uids: Sequence[int], ask: Ask[Found]) -> dict[int, Found]:
    """Mail by mail, each failure on a connection of its own. What is not tried has no row, so the next round finds it."""
    answers: dict[int, Found] = {}
    failures: list[SourceError] = []
    log.warning("mails are asked for one by one, for the server broke off over them", extra={"mailbox": visit.listing.account})
    _reopen(source, visit)
    for uid in uids:
        try:
            answers |= ask([uid])
        except SourceError as fault:
            failures.append(fault)
            health.miss([uid], visit)
            _reopen(source, visit)
        if len(failures) == PATIENCE:
            break
    health.disturb()
    if failures and not answers:
        raise failures[-1]
    return answers


def _reopen(source: Source, visit: Visit) -> None:
    if source.open().uidvalidity != visit.listing.uidvalidity:
        raise SourceError("the folder's UIDs were given anew in the middle of a round", remedy="none is needed: the next one reads it anew")


def mark_again(source: Source, ledger: Ledger, visit: Visit) -> bool:
    """On a check, mark what has its outcome and does not look so; whether there is more than one round's share of it."""
    if not visit.is_check:
        return False
    left = ledger.settled(*visit.place, source.find_unmarked())
    if left:
        log.info("mails that were done and not marked are marked now", extra={"mailbox": visit.listing.account, "mails": len(left[:MARKS])})
        source.mark_done(left[:MARKS])
    return len(left) > MARKS
