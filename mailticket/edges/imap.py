"""The door to a mailbox: a folder on an IMAP server, read by UID and left as it was.

(account, folder, UIDVALIDITY, UID) names a mail and nothing else does: \\Seen means nothing, keywords are a courtesy. Whatever
goes wrong leaves as a `SourceError` with its remedy, and the connection is thrown away: the next `open` makes a new one, because
a half-read answer or a dead socket can't be told from a healthy connection by asking it. Nothing that fails here can lose a mail,
for marking comes after the commit and is never relied on.
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient, SocketTimeout  # type: ignore[import-untyped]  # it ships no types
from imapclient.exceptions import (  # type: ignore[import-untyped]  # as above
    IMAPClientAbortError,
    IMAPClientError,
    IMAPClientReadOnlyError,
    LoginError,
)

from mailticket.edges.folder import Client, clamp, fetch_facts, in_batches, search_from
from mailticket.edges.marks import Marker
from mailticket.edges.oauth import compose_xoauth2
from mailticket.edges.outline import MAX_HEADER, compose_outline
from mailticket.edges.tokens import Secret, Tokens
from mailticket.edges.trouble import explain_login, explain_network, find_clear_text, make_tls, one_line
from mailticket.model.outcome import Arrival, Listing, SourceError
from mailticket.model.policy import Mailbox, Server

FAULTS = (IMAPClientError, OSError, ValueError)  # ValueError: an answer that imapclient can't read
_CONNECT_SECONDS = 30.0


def connect(mailbox: Mailbox, secret: Secret, timeout: float) -> Client:
    """A connection that is logged in by a password or by tokens. `timeout` bounds each single wait, in seconds. Raises SourceError."""
    server = mailbox.url
    clear = find_clear_text(server)
    if clear is not None:
        raise SourceError(clear.text, permanent=True, remedy=clear.remedy)
    with explained(server):
        client = _reach(server, make_tls(mailbox.ca_file), timeout)
        try:
            if isinstance(secret, Tokens):
                _log_in_by_token(client, server, secret)
            else:
                _log_in(client, server, secret)
        except BaseException:
            hang_up(client)
            raise
    return client


def _reach(server: Server, tls: ssl.SSLContext, timeout: float) -> Client:
    waits = SocketTimeout(connect=min(timeout, _CONNECT_SECONDS), read=timeout)
    client = IMAPClient(server.host, server.port, ssl=server.tls == "implicit", ssl_context=tls, timeout=waits)
    client.normalise_times = False
    # imapclient sends SEARCH and APPEND in pieces: with Nagle's algorithm each call waits 40 ms for a delayed ACK.
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    try:
        if server.tls == "starttls":
            _start_tls(client, server, tls)
    except BaseException:
        hang_up(client)
        raise
    return client


def _start_tls(client: Client, server: Server, tls: ssl.SSLContext) -> None:
    if not client.has_capability("STARTTLS"):
        raise SourceError(
            f"{server.host}:{server.port}: the server offers no STARTTLS, so nothing was sent",
            remedy="write imaps:// in url if the host speaks TLS on port 993; if STARTTLS was there before, suspect the network",
        )
    client.starttls(tls)


def _log_in(client: Client, server: Server, password: str) -> None:
    if any(ord(c) < 32 or ord(c) == 127 for c in server.user + password):
        raise SourceError("user or password holds a control character", permanent=True, remedy="look for a line break in password_file")
    try:
        # LOGIN is US-ASCII only (RFC 3501 s.6.2.3); SASL PLAIN is UTF-8 (RFC 4616 s.2).
        log_in = client.login if (server.user + password).isascii() else client.plain_login
        log_in(server.user, password)
    except LoginError as refused:
        raise _judge(refused, server) from refused


def _judge(refused: Exception, server: Server, *, by_token: bool = False) -> Exception:
    """What a login came to: imapclient says LoginError, too, when the connection broke over it, and that is no refusal."""
    broken = refused.__context__
    return broken if isinstance(broken, IMAPClientAbortError) else explain_login(refused, server, by_token=by_token)


def _log_in_by_token(client: Client, server: Server, tokens: Tokens) -> None:
    """XOAUTH2; a token that was refused although it ought to hold is exchanged for a new one, once: it may have been revoked."""
    if not client.has_capability("AUTH=XOAUTH2"):
        text = f"{server.host}:{server.port}: the server knows no XOAUTH2"
        raise SourceError(text, permanent=True, remedy="use a password: password_file in the place of the table oauth")
    while True:
        token = tokens.token()
        try:
            client.sasl_login("XOAUTH2", lambda challenge, mine=token: b"" if challenge else compose_xoauth2(server.user, mine))
        except LoginError as refused:
            fault = _judge(refused, server, by_token=True)
            if not isinstance(fault, SourceError) or not fault.permanent or not tokens.forget(token):
                raise fault from refused
        else:
            return


@contextmanager
def explained(server: Server) -> Iterator[None]:
    """Lets whatever IMAP and the network raise leave as a SourceError in words."""
    try:
        yield
    except FAULTS as fault:
        trouble = explain_network(fault, server)
        raise SourceError(trouble.text, remedy=trouble.remedy) from fault


def hang_up(client: Client) -> None:
    """Closes the connection without a word, whatever state it is in."""
    with suppress(*FAULTS):  # nothing is owed to a connection that is thrown away
        client.shutdown()


def folder_of(mailbox: Mailbox) -> str:
    """The folder that the mailbox's URL names."""
    return mailbox.url.folder or "INBOX"


def select_folder(client: Client, folder: str, *, readonly: bool = False) -> Mapping[bytes, Any]:
    """SELECTs the folder, read-only when the server allows no more; the untagged answers by name. Raises SourceError when there is none."""
    try:
        answer = client.select_folder(folder, readonly=readonly)
        return {**answer, b"READ-ONLY": True} if readonly else answer
    except IMAPClientReadOnlyError:
        return select_folder(client, folder, readonly=True)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as refused:
        text = one_line(f"folder {folder} can't be opened: {refused}")
        raise SourceError(text, remedy="check the folder's name: at the end of url, or in sent_folder") from refused


class ImapSource:
    """One watched folder, for any thread, one call at a time. Of a Sent folder (`is_sent`) drafts are told, and it is left as it is."""

    def __init__(self, mailbox: Mailbox, secret: Secret, *, timeout: float = 60, is_sent: bool = False) -> None:
        self._mailbox = mailbox
        self._secret = secret
        self._timeout = timeout
        self._is_sent = is_sent
        self._also = ("FLAGS",) if is_sent else ()
        self._lock = threading.RLock()
        self._client: Client | None = None
        self._listing = Listing(mailbox.name, folder_of(mailbox), 0, 0)
        self._exists = 0
        self._marker = Marker(mailbox.name, mailbox.done_folder)

    @property
    def complaint(self) -> str:
        """Why marking or moving failed last, "" when it went well."""
        return self._marker.complaint

    def open(self) -> Listing:
        """Connects if need be and selects the folder anew, so that UIDVALIDITY and UIDNEXT are of now. Raises SourceError."""
        with self._guarded():
            if self._client is not None:
                with suppress(*FAULTS):  # it died since the last round: a new one is made below
                    return self._select(self._client)
                self._drop()
            self._client = connect(self._mailbox, self._secret, self._timeout)
            return self._select(self._client)

    def find_new(self, after: int) -> list[Arrival]:
        """The mails with a UID above `after`, ascending. Raises SourceError."""
        with self._talking() as client:
            return self.find(search_from(client, self._listing, self._exists, after + 1))

    def find(self, uids: Sequence[int]) -> list[Arrival]:
        """Those of the mails that the server can tell arrival and size of, in the same order. Raises SourceError."""
        now = datetime.now(UTC)
        facts: dict[int, Mapping[bytes, Any]] = {}
        with self._talking() as client:
            for batch in in_batches(uids):
                facts |= fetch_facts(client, batch, self._also)
        return [self._arrival(uid, facts[uid], now) for uid in uids if uid in facts]

    def find_unmarked(self) -> list[int]:
        """The UIDs of mails that do not look done with, ascending; none where the server lets us mark nothing. Raises SourceError."""
        if not self._marker.search:
            return []
        with self._talking() as client:
            return search_from(client, self._listing, self._exists, 1, self._marker.search)

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The mails' bytes by UID, in one round trip, leaving \\Seen alone; one that vanished is missing. Raises SourceError."""
        with self._talking() as client:
            answer = client.fetch(list(uids), ["BODY.PEEK[]"])
        return {uid: raw for uid, data in answer.items() if (raw := data.get(b"BODY[]")) is not None}

    def fetch_outline(self, uids: Sequence[int]) -> dict[int, bytes]:
        """For mails over max_size: their headers (256 KiB of them at most) with a stub for a body. Raises SourceError."""
        part = f"BODY[HEADER]<0.{MAX_HEADER}>"
        with self._talking() as client:
            answer = client.fetch(list(uids), [part.replace("BODY", "BODY.PEEK"), "RFC822.SIZE"])
        headers = {uid: data.get(b"BODY[HEADER]<0>") for uid, data in answer.items()}
        return {uid: compose_outline(header, answer[uid].get(b"RFC822.SIZE", 0)) for uid, header in headers.items() if header is not None}

    def mark_done(self, uids: Sequence[int]) -> None:
        """Sets the keyword where the server keeps it, and moves to `done_folder` when that is set.

        What the server refuses is said once and stands in `complaint`, for the mails are safe already. Raises SourceError when it breaks.
        """
        with self._talking() as client:
            self._marker.complaint = ""
            for batch in in_batches(uids):
                self._marker.mark(client, batch)
            self._marker.say()

    def uids(self) -> list[int]:
        """Every UID that stands in the folder now, ascending. Raises SourceError."""
        with self._talking() as client:
            return search_from(client, self._listing, self._exists, 1)

    def append(self, raw: bytes, at: datetime | None = None) -> None:
        """Puts a mail into the folder, with `at` for its INTERNALDATE (now when None). Raises SourceError."""
        with self._talking() as client:
            client.append(self._listing.folder, raw, msg_time=at)

    def close(self) -> None:
        """Logs out; can be called in any state, and `open` may follow."""
        with self._lock:
            if self._client is None:
                return
            with suppress(*FAULTS):  # a server that is gone needs no farewell
                self._client.socket().settimeout(2)
                self._client.logout()
            self._drop()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """One caller at a time; any fault drops the connection and leaves as a SourceError."""
        with self._lock:
            try:
                with explained(self._mailbox.url):
                    yield
            except SourceError:
                self._drop()
                raise

    @contextmanager
    def _talking(self) -> Iterator[Client]:
        """The open connection; a broken one is not made anew here, as UIDs read before would be meaningless on it."""
        with self._guarded():
            if self._client is None:
                raise SourceError(f"{self._mailbox.url.host}: the mailbox is not open", remedy="open it first")
            yield self._client

    def _drop(self) -> None:
        if self._client is not None:
            hang_up(self._client)
        self._client = None

    def _select(self, client: Client) -> Listing:
        folder = folder_of(self._mailbox)
        answer = select_folder(client, folder, readonly=self._is_sent)
        self._marker.learn(answer)
        self._exists = answer.get(b"EXISTS", 0)
        if not answer.get(b"UIDVALIDITY"):  # RFC 3501 s.2.3.1.1
            raise SourceError(f"the server gives {folder} no UIDVALIDITY", remedy="name a folder in url that keeps its UIDs")
        uidnext = answer.get(b"UIDNEXT") or client.folder_status(folder, ["UIDNEXT"])[b"UIDNEXT"]
        self._listing = Listing(self._mailbox.name, folder, answer[b"UIDVALIDITY"], uidnext)
        return self._listing

    def _arrival(self, uid: int, facts: Mapping[bytes, Any], now: datetime) -> Arrival:
        listing = self._listing
        arrived = clamp(facts.get(b"INTERNALDATE"), now)
        is_draft = b"\\Draft" in facts.get(b"FLAGS", ())
        return Arrival(listing.account, listing.folder, listing.uidvalidity, uid, arrived, facts.get(b"RFC822.SIZE", 0), is_draft)
