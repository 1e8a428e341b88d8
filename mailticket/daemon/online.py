"""`check --online`: is everything there that the settings name, and can it do what we would use?

Everybody is logged in to as the daemon would do it, once; nothing is marked, moved or sent.
"""

import asyncio
from collections.abc import Iterator, Mapping

from mailticket.daemon.house import open_store
from mailticket.daemon.logins import Logins
from mailticket.edges.probe import probe_mailbox
from mailticket.edges.smtp import SmtpSink
from mailticket.edges.tokens import Secret
from mailticket.model.notice import Verdict
from mailticket.model.outcome import SourceError
from mailticket.model.policy import Mailbox, Relay, Server, Settings
from mailticket.settings import Fault, SettingsError, logins_of

# What a server may lack, what that means, and what may be done about it.
_IMAP: Mapping[str, tuple[str, str]] = {
    "IDLE": ("new mail is found by the poll alone", "lower poll if that is too slow"),
}
_IMAP_MOVES: Mapping[str, tuple[str, str]] = {
    "MOVE": ("mails are copied to done_folder, then deleted", "none is needed"),
    "UIDPLUS": ("what was moved stays behind, marked as deleted", "expunge the folder by hand now and then, or leave done_folder empty"),
}
_SMTP: Mapping[str, tuple[str, str]] = {
    "SIZE": ("it does not say how large a mail may be", "set smtp.max_size to what the host's documentation says"),
    "8BITMIME": ("mail goes as it is all the same", "none is needed"),
    "SMTPUTF8": ("Arabic addresses can't be written to", "ask the host for it, should people write from such addresses"),
}


def check_online(settings: Settings, environ: Mapping[str, str]) -> Iterator[Fault]:
    """What was tried and seen: an error for what does not work, a line of information for what does and what it lacks."""
    yield from _check_database(settings)
    logins = Logins(settings, environ)
    for name, login in logins_of(settings):
        try:
            secret = logins.secret_of(login)
        except SettingsError:
            continue  # a password that is not there is among the findings of `check` itself
        yield from _check_mailbox(login, secret) if isinstance(login, Mailbox) else asyncio.run(_check_relay(name, login, secret))


def _check_database(settings: Settings) -> Iterator[Fault]:
    try:
        store = open_store(settings)
    except SettingsError as error:
        yield from error.faults
        return
    mails = sum(store.ledger_counts().values())
    store.close()
    yield Fault("database", str(settings.root / "settings.toml"), f"opened; {mails} mails in the ledger", "none is needed", "info")


def _check_mailbox(mailbox: Mailbox, secret: Secret) -> Iterator[Fault]:
    key = f"mailbox {mailbox.name}"
    for folder in filter(None, (mailbox.url.folder or "INBOX", mailbox.sent_folder)):
        try:
            seen = probe_mailbox(mailbox, secret, folder)
        except SourceError as fault:
            yield Fault(key, _place(mailbox.url), str(fault), fault.remedy or "see the server's log")
            return
        yield Fault(key, _place(mailbox.url), f"logged in; {folder} holds {seen.mails} mails", "none is needed", "info")
    wanted = {**(_IMAP if mailbox.idle else {}), **(_IMAP_MOVES if mailbox.done_folder else {})}
    yield from _find_missing(key, mailbox.url, seen.capabilities, wanted)


async def _check_relay(name: str, relay: Relay, secret: Secret) -> list[Fault]:
    sink = SmtpSink(relay, secret, timeout=20)
    try:
        seen = await sink.probe()
    finally:
        await sink.close()
    if isinstance(seen, Verdict):
        text, _, remedy = seen.text.partition("; ")
        return [Fault(name, _place(relay.url), text, remedy or "see the relay's log")]
    good = Fault(name, _place(relay.url), "logged in" if relay.url.user else "connected", "none is needed", "info")
    return [good, *_find_missing(name, relay.url, seen, _SMTP)]


def _find_missing(key: str, server: Server, seen: frozenset[str], wanted: Mapping[str, tuple[str, str]]) -> Iterator[Fault]:
    for what, (means, remedy) in wanted.items():
        if what not in seen:
            yield Fault(key, _place(server), f"the server has no {what}: {means}", remedy, "info")


def _place(server: Server) -> str:
    return f"{server.host}:{server.port}"
