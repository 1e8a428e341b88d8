"""The ledger against the servers: is there a mail that we ought to have and have not?"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mailticket.daemon.house import open_store
from mailticket.edges.clock import SystemClock
from mailticket.edges.imap import ImapSource
from mailticket.edges.store import Store
from mailticket.model.policy import Mailbox, Settings
from mailticket.settings import read_password


def compare_ledger(settings: Settings, environ: Mapping[str, str]) -> dict[str, Any]:
    """Counts by outcome, `missing` (on a server for longer than two polls, no row) and `gone` (a row, no longer on the server).

    Raises SourceError when a server can't be asked.
    """
    store = open_store(settings)
    try:
        outcomes = store.ledger_counts()
        missing: list[dict[str, Any]] = []
        gone: list[dict[str, Any]] = []
        for mailbox in settings.mailboxes:
            _compare(store, mailbox, environ, missing, gone)
        return {"mails": sum(outcomes.values()), "outcomes": outcomes, "missing": missing, "gone": gone}
    finally:
        store.close()


def _compare(store: Store, mailbox: Mailbox, environ: Mapping[str, str], missing: list[dict[str, Any]], gone: list[dict[str, Any]]) -> None:
    source = ImapSource(mailbox, read_password(mailbox.password_file, mailbox.password_env, environ))
    try:
        listing = source.open()
        key = (listing.account, listing.folder, listing.uidvalidity)
        standing = source.uids()
        unseen = set(store.unseen(*key, standing))
        before = SystemClock().now() - max(2 * mailbox.poll, timedelta(seconds=10))
        late = [a for a in (source.find_new(min(unseen) - 1) if unseen else ()) if a.uid in unseen and a.arrived < before]
    finally:
        source.close()
    where = {"mailbox": mailbox.name, "folder": listing.folder, "uidvalidity": listing.uidvalidity}
    missing.extend({**where, "uid": a.uid, "arrived": a.arrived, "size": a.size} for a in late)
    gone.extend({**where, "uid": uid} for uid in sorted(set(store.uids(*key)) - set(standing)))
