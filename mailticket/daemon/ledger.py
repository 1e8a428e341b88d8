"""The ledger against the servers: is there a mail that we ought to have and have not?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from mailticket.daemon.house import open_store
from mailticket.daemon.logins import Logins
from mailticket.edges.clock import SystemClock
from mailticket.edges.imap import ImapSource
from mailticket.edges.store import Store
from mailticket.model.policy import Mailbox, Settings


def compare_ledger(settings: Settings, environ: Mapping[str, str]) -> dict[str, Any]:
    """Counts by outcome, `missing` (on a server for longer than two polls, no row) and `gone` (a row, no longer on the server).

    Raises SourceError when a server can't be asked.
    """
    store = open_store(settings)
    try:
        outcomes = store.ledger_counts()
        missing: list[dict[str, Any]] = []
        gone: list[dict[str, Any]] = []
        logins = Logins(settings, environ)
        for mailbox in settings.mailboxes:
            _compare(store, mailbox, logins, missing, gone)
            if mailbox.sent_folder:
                _compare(store, mailbox.of_sent, logins, missing, gone)
        return {"mails": sum(outcomes.values()), "outcomes": outcomes, "missing": missing, "gone": gone}
    finally:
        store.close()


def _compare(store: Store, mailbox: Mailbox, logins: Logins, missing: list[dict[str, Any]], gone: list[dict[str, Any]]) -> None:
    source = ImapSource(mailbox, logins.secret_of(mailbox))
    try:
        listing = source.open()
        key = (listing.account, listing.folder, listing.uidvalidity)
        standing = source.uids()
        late = _find_late(source, store.unseen(*key, standing), SystemClock().now() - max(2 * mailbox.poll, timedelta(seconds=10)))
    finally:
        source.close()
    where = {"mailbox": mailbox.name, "folder": listing.folder, "uidvalidity": listing.uidvalidity}
    missing.extend({**where, **one} for one in late)
    gone.extend({**where, "uid": uid} for uid in sorted(set(store.uids(*key)) - set(standing)))


def _find_late(source: ImapSource, unseen: Sequence[int], before: datetime) -> list[dict[str, Any]]:
    """Those of the mails that arrived before that moment; one of which the server tells nothing counts too, as long as it stands there."""
    found = source.find(unseen)
    untold = set(unseen) - {a.uid for a in found}
    late: list[dict[str, Any]] = [{"uid": a.uid, "arrived": a.arrived, "size": a.size} for a in found if a.arrived < before]
    if untold:
        late += [{"uid": uid, "arrived": None, "size": None} for uid in source.uids() if uid in untold]
    return sorted(late, key=itemgetter("uid"))
