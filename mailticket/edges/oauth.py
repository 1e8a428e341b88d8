"""What is asked of an OAuth token endpoint, and what its answers mean: bytes in, values out, any issuer.

oauthlib builds the requests and reads the answers; nothing here opens a connection. Whatever goes wrong is a `SourceError` with its
remedy, and no text of it ever holds a secret, however much of what we sent the server repeats.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from oauthlib.oauth2 import (  # type: ignore[import-untyped]  # it ships no types
    BackendApplicationClient,
    DeviceClient,
    LegacyApplicationClient,
    OAuth2Error,
)

from mailticket.edges.trouble import one_line
from mailticket.model.outcome import SourceError

LOGIN = "mailticket oauth login"
USUAL_SECONDS = 3600
"""How long a token is taken to hold whose issuer does not say (RFC 6749 s.5.1 only recommends that it does)."""

_READ = ("access_token", "token_type", "expires_in", "refresh_token")
"""The fields that are believed. Not the scope: that a provider grants a narrower one is found out at the mail server, which says so."""

_SECRET = "check client_id and client_secret_file; a secret that has ended is made anew at the provider"  # noqa: S105  (advice, not a secret)
_AGAIN = f"log in once more: {LOGIN}"
_BUSY = "it is tried again; if it stays, see the provider's status page"
_URL = "check token_url: take it from the provider's documentation"

# RFC 6749 s.5.2, OpenID Connect Core s.3.1.2.6: the code says who must act, and whether trying again may help.
_REFUSALS: Mapping[str, tuple[bool, str]] = {
    "invalid_client": (True, _SECRET),
    "unauthorized_client": (True, "let the provider allow this client the flow that `flow` names"),
    "invalid_grant": (True, _AGAIN),
    "invalid_scope": (True, "check scope: take it from the provider's documentation"),
    "unsupported_grant_type": (True, "check flow, and token_url"),
    "invalid_request": (True, "check token_url, scope and flow"),
    "access_denied": (True, "somebody said no at the provider; ask its administrator"),
    "expired_token": (True, f"the code was not used in time: {LOGIN}"),
    "consent_required": (True, _AGAIN),
    "interaction_required": (True, _AGAIN),
    "login_required": (True, _AGAIN),
    "server_error": (False, _BUSY),
    "temporarily_unavailable": (False, _BUSY),
    "slow_down": (False, _BUSY),
    "authorization_pending": (False, "it is asked again"),
}


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to the provider. What is secret is not shown when a value is."""

    token_url: str
    client_id: str
    secret: str = field(default="", repr=False)
    scope: str = ""
    flow: str = "client_credentials"
    refresh_token_file: Path | None = None
    device_url: str = ""
    ca_file: Path | None = None

    @property
    def host(self) -> str:
        """The provider, as messages name it."""
        return urlsplit(self.token_url).netloc


@dataclass(frozen=True, slots=True)
class Answer:
    """A token that was given, and for how many seconds; a refresh token that came along ("" when none did), and for how many."""

    access_token: str = field(repr=False)
    lifetime: float
    refresh_token: str = field(default="", repr=False)
    refresh_lifetime: float = 0


class RefusedError(SourceError):
    """The provider gave no token; `code` is its word for it, `wait` how many seconds it asked for."""

    def __init__(self, text: str, *, permanent: bool = False, remedy: str = "", code: str = "", wait: float = 0) -> None:
        super().__init__(text, permanent=permanent, remedy=remedy)
        self.code, self.wait = code, wait


def ask_credentials(client: Client) -> str:
    """The body that asks for a token in the client's own name (RFC 6749 s.4.4)."""
    asked = BackendApplicationClient(client.client_id)
    return _with_secret(client, lambda **more: asked.prepare_request_body(scope=client.scope, include_client_id=True, **more))


def ask_refresh(client: Client, refresh_token: str) -> str:
    """The body that asks for a token by a refresh token (RFC 6749 s.6)."""
    asked = LegacyApplicationClient(client.client_id)
    more = {"refresh_token": refresh_token, "scope": client.scope, "client_id": client.client_id}
    return _with_secret(client, lambda **secret: asked.prepare_refresh_body(**more, **secret))


def ask_device(client: Client) -> dict[str, str]:
    """The form that asks for a code to show to a person (RFC 8628 s.3.1)."""
    return {"client_id": client.client_id} | ({"scope": client.scope} if client.scope else {})


def ask_device_token(client: Client, device_code: str) -> str:
    """The body that asks whether the person has entered the code (RFC 8628 s.3.4)."""
    asked = DeviceClient(client.client_id)
    return _with_secret(client, lambda **more: asked.prepare_request_body(device_code, include_client_id=True, **more))


def _with_secret(client: Client, compose: Any) -> str:
    body: str = compose(**({"client_secret": client.secret} if client.secret else {}))
    return body


def compose_xoauth2(user: str, token: str) -> bytes:
    """What a mail server is told by the mechanism XOAUTH2."""
    return f"user={user}\1auth=Bearer {token}\1\1".encode()


def read_answer(client: Client, status: int, body: bytes, *sent: str, wait: float = 0) -> Answer:
    """The token that an answer holds; `sent` are the secrets of the request beside the client's own. Raises RefusedError."""
    fields = read_fields(client, status, body, *sent, wait=wait)
    told = {name: fields[name] for name in _READ if name in fields}
    try:
        token = LegacyApplicationClient(client.client_id).parse_request_body_response(json.dumps(told))
    except (OAuth2Error, ValueError, ArithmeticError) as fault:  # ArithmeticError: a lifetime without end
        said = _scrub(str(fault), client.secret, *sent, *_texts(fields))
        raise RefusedError(f"{client.host}: the answer holds no token: {said}", remedy=_URL) from None
    access, refresh = token.get("access_token"), token.get("refresh_token") or ""
    if not _is_token(access) or (refresh and not _is_token(refresh)):
        raise RefusedError(f"{client.host}: the answer's token can't be sent on", remedy=_URL)
    lifetime = max(token.get("expires_in") or USUAL_SECONDS, 1)
    # Keycloak's and Google's names for the same thing; most providers say nothing of it.
    ends = fields.get("refresh_token_expires_in") or fields.get("refresh_expires_in") or 0
    return Answer(access, float(lifetime), refresh, float(ends) if isinstance(ends, int | float) else 0)


def read_fields(client: Client, status: int, body: bytes, *sent: str, wait: float = 0) -> dict[str, Any]:
    """The fields of an answer that grants something. Raises RefusedError for any other."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise _refuse_status(client, status, wait)
    if "error" in fields or status != 200:
        raise _refuse(client, status, fields, sent, wait)
    return fields


def _refuse(client: Client, status: int, fields: Mapping[str, Any], sent: tuple[str, ...], wait: float) -> RefusedError:
    code = str(fields.get("error") or "")
    passing = _passes(status)
    permanent, remedy = _REFUSALS.get(code, (not passing, _BUSY if passing else _URL))
    told = _scrub(": ".join(filter(None, (code, str(fields.get("error_description") or "")))), client.secret, *sent, *_tokens(fields))
    text = f"{client.host} gives no token: {told or status}"
    return RefusedError(text, permanent=permanent and not passing, remedy=remedy, code=code, wait=wait)


def _refuse_status(client: Client, status: int, wait: float) -> RefusedError:
    passing = _passes(status) or status == 200  # a page in the place of a token: a portal or a proxy on the way
    text = f"{client.host} answers {status} without a token"
    return RefusedError(text, permanent=not passing, remedy=_BUSY if _passes(status) else _URL, wait=wait)


def _passes(status: int) -> bool:
    return status >= 500 or status in (408, 429)


def _is_token(value: object) -> bool:
    """Whether a token can stand in a SASL answer (RFC 6750 s.2.1): printable ASCII without spaces."""
    return isinstance(value, str) and value != "" and value.isascii() and value.isprintable() and " " not in value


def _texts(fields: Mapping[str, Any]) -> list[str]:
    return [value for value in fields.values() if isinstance(value, str)]


def _tokens(fields: Mapping[str, Any]) -> list[str]:
    return [value for name, value in fields.items() if isinstance(value, str) and name.endswith(("_token", "_code", "_secret"))]


def _scrub(text: str, *secrets: str) -> str:
    """The server's words without any of the secrets, as one bounded line."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "…")
    return one_line(text)
