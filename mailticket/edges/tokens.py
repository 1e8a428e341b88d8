"""Access tokens for mail servers: fetched when first needed, renewed before they end; shared by all who log in with them.

A provider that is away costs nothing while the token in hand still holds. A failure is shared by everybody who waits, so that a dead
secret is tried once, not once a mailbox; and a new secret or refresh token in its file is taken at once.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mailticket.edges.oauth import Answer, Client, RefusedError, ask_credentials, ask_refresh, read_answer
from mailticket.edges.tokenfile import Kept, TokenFile
from mailticket.edges.tokenwire import TIMEOUT, post_form
from mailticket.model.outcome import SourceError

MARGIN = 300.0
"""Seconds before its end at which a token is renewed; a fifth of its life where that is shorter."""
FRESH = 30.0
"""Seconds within which a token counts as new: a mail server that refuses it refuses the next one, too."""
HOLD, HOLD_REFUSED = 5.0, 60.0
"""Seconds for which a failure answers for the provider, one that trying again does not mend the longer."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    token: str = field(repr=False)
    since: float
    renew: float
    ends: float


@dataclass(frozen=True, slots=True)
class _Failure:
    fault: SourceError
    until: float


class Tokens:
    """The tokens of one client at one provider, for any thread. `find_client` gives the client as its files say now."""

    def __init__(self, find_client: Callable[[], Client], *, now: Callable[[], float] = time.time, timeout: float = TIMEOUT) -> None:
        self._find_client, self._now, self._timeout = find_client, now, timeout
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._failures: dict[str, _Failure] = {}
        self._unsaved: tuple[str, Kept] | None = None
        self.complaint = ""
        """What managers should hear of although logins still work: a refresh token that can't be stored."""
        self.ends: datetime | None = None
        """When the refresh token ends, as far as the provider said."""

    def token(self) -> str:
        """A token that holds for a while yet. Raises SourceError."""
        with self._lock:
            held = self._held
            if held and self._now() < held.renew:
                return held.token
            try:
                return self._renew()
            except SourceError as fault:
                if not held or self._now() >= held.ends:
                    raise
                log.warning("the token in hand still holds, but a new one is refused: %s; %s", fault, fault.remedy)
                return held.token

    def forget(self, token: str) -> bool:
        """A mail server refused this token; whether asking for another is worth a second try, as it is not for one that was just made."""
        with self._lock:
            held = self._held
            if held is None or held.token != token:
                return True
            self._held = None
            return self._now() - held.since >= FRESH

    def _renew(self) -> str:
        client = self._find_client()
        store = TokenFile(client.refresh_token_file) if client.flow == "refresh_token" and client.refresh_token_file else None
        if store is None:
            answer = self._ask(client, client.secret, ask_credentials(client))
        else:
            with store.locked():
                answer = self._refresh(client, store)
        now = self._now()
        margin = min(MARGIN, answer.lifetime / 5)
        self._held = _Held(answer.access_token, now, now + answer.lifetime - margin, now + answer.lifetime)
        return answer.access_token

    def _ask(self, client: Client, key: str, body: str, *sent: str) -> Answer:
        """One request; `key` is what was tried, so that another secret is not answered for by the failure of this one."""
        failure = self._failures.get(key)
        if failure and self._now() < failure.until:
            raise failure.fault
        try:
            reply = post_form(client, client.token_url, body, self._timeout)
            answer = read_answer(client, reply.status, reply.body, *sent, wait=reply.wait)
        except RefusedError as fault:
            hold = max(fault.wait, HOLD_REFUSED if fault.permanent else HOLD)
            self._failures[key] = _Failure(fault, self._now() + hold)
            raise
        self._failures.clear()
        return answer

    def _refresh(self, client: Client, store: TokenFile) -> Answer:
        kept = self._find_kept(store)
        fault = store.reserve()
        try:
            answer, used = self._try_both(client, kept)
            self.complaint = fault
            if answer.refresh_token and answer.refresh_token != kept.token:
                self._store(store, kept, Kept(answer.refresh_token, used, self._end_of(answer)))
            elif used != kept.token:
                self._store(store, kept, Kept(used, "", self._end_of(answer)))
        finally:
            store.release()
        self.ends = self._end_of(answer) or kept.ends
        return answer

    def _find_kept(self, store: TokenFile) -> Kept:
        """What the file holds, or what it ought to hold where it could not be written."""
        kept = store.read()
        if self._unsaved and self._unsaved[0] == kept.token:
            return self._unsaved[1]
        self._unsaved = None
        return kept

    def _try_both(self, client: Client, kept: Kept) -> tuple[Answer, str]:
        """The answer, and the refresh token that it was given for: the last one, or the one before where the provider knows only that."""
        secrets = (kept.token, kept.previous)
        try:
            return self._ask(client, client.secret + kept.token, ask_refresh(client, kept.token), *secrets), kept.token
        except RefusedError as fault:
            if fault.code != "invalid_grant" or not kept.previous:
                raise
        log.warning("%s does not know its last refresh token; the one before it is tried", client.host)
        return self._ask(client, client.secret + kept.previous, ask_refresh(client, kept.previous), *secrets), kept.previous

    def _store(self, store: TokenFile, old: Kept, new: Kept) -> None:
        try:
            store.replace(new)
        except OSError as fault:
            self._unsaved = (self._unsaved[0] if self._unsaved else old.token, new)
            self.complaint = f"{store.path}: the new refresh token could not be stored ({fault.strerror}); it is lost when the daemon ends"
            log.error("%s", self.complaint)
            return
        self._unsaved = None
        self.complaint = ""

    def _end_of(self, answer: Answer) -> datetime | None:
        if not answer.refresh_lifetime:
            return None
        return datetime.fromtimestamp(self._now(), UTC) + timedelta(seconds=answer.refresh_lifetime)


Secret = str | Tokens
"""What a login is proved by: a password, or tokens."""
