"""Logging in once by hand: a code that a person enters at the provider, on any other device (RFC 8628).

What comes of it is a refresh token in its file; the daemon needs no person after that.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from mailticket.edges.oauth import LOGIN, Answer, Client, RefusedError, ask_device, ask_device_token, read_answer, read_fields
from mailticket.edges.tokenfile import Kept, TokenFile
from mailticket.edges.tokenwire import TIMEOUT, post_form
from mailticket.edges.trouble import one_line
from mailticket.model.outcome import SourceError

INTERVAL, SLOWER = 5.0, 5.0
"""Seconds between two questions, and by how many more they part when the provider asks for that (RFC 8628 s.3.2, s.3.5)."""
LONGEST = 1800.0


@dataclass(frozen=True, slots=True)
class Code:
    """What to show: the code and where to enter it; `address` may hold the code already."""

    user_code: str
    address: str
    device_code: str = field(repr=False)
    interval: float = INTERVAL
    lifetime: float = LONGEST


def begin(client: Client, timeout: float = TIMEOUT) -> Code:
    """Asks the provider for a code. Raises SourceError."""
    if not client.device_url:
        remedy = "set device_url where the provider has one; else put a refresh token into refresh_token_file by its own tools"
        raise SourceError("oauth: there is no device_url, so nobody can log in from here", permanent=True, remedy=remedy)
    reply = post_form(client, client.device_url, urlencode(ask_device(client)), timeout)
    fields = read_fields(client, reply.status, reply.body, wait=reply.wait)
    # verification_url is Google's name for it.
    address = fields.get("verification_uri_complete") or fields.get("verification_uri") or fields.get("verification_url")
    texts = [fields.get("user_code"), address, fields.get("device_code")]
    if not all(isinstance(text, str) and text for text in texts):
        raise SourceError(f"{client.host}: the answer holds no code", remedy="check device_url")
    shown, place, secret = map(str, texts)
    interval, lifetime = (_read_number(fields.get(name), usual) for name, usual in (("interval", INTERVAL), ("expires_in", LONGEST)))
    return Code(one_line(shown), one_line(place), secret, min(interval, 60.0), min(lifetime, LONGEST))


def wait_for(
    client: Client, code: Code, *, sleep: Callable[[float], None] = time.sleep, now: Callable[[], float] = time.monotonic
) -> Answer:
    """Asks until the person has entered the code, said no, or the code has ended. Raises SourceError."""
    interval, end = code.interval, now() + code.lifetime
    while now() < end:
        sleep(interval)
        try:
            reply = post_form(client, client.token_url, ask_device_token(client, code.device_code))
            return read_answer(client, reply.status, reply.body, code.device_code)
        except RefusedError as fault:
            if fault.permanent:
                raise
            interval += SLOWER if fault.code != "authorization_pending" else 0  # RFC 8628 s.3.5: after a time-out, too
    raise SourceError(f"{client.host}: the code was not entered in time", remedy=f"begin anew: {LOGIN}")


def keep(client: Client, answer: Answer) -> None:
    """Stores what the login gave. Raises SourceError when it gave no refresh token, or the file can't be written."""
    if not client.refresh_token_file:
        raise SourceError("oauth: no refresh_token_file is named", permanent=True, remedy='set it, and flow = "refresh_token"')
    if not answer.refresh_token:
        remedy = "ask for it in scope: offline_access at most providers"
        raise SourceError(f"{client.host}: the login gave no refresh token", permanent=True, remedy=remedy)
    ends = datetime.now(UTC) + timedelta(seconds=answer.refresh_lifetime) if answer.refresh_lifetime else None
    store = TokenFile(client.refresh_token_file)
    try:
        with store.locked():
            store.replace(Kept(answer.refresh_token, ends=ends))
    except OSError as fault:
        text = f"{store.path}: can't be written ({fault.strerror})"
        raise SourceError(text, permanent=True, remedy="let this user write there") from None


def _read_number(value: object, usual: float) -> float:
    return float(value) if isinstance(value, int | float) and 0 < value < float("inf") else usual
