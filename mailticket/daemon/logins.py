"""How each mailbox and relay logs in: by the password that the settings name, or by tokens; one store of them a provider's client.

A mailbox, its Sent folder, its ear and the relay share a client's tokens where their tables are the same, so that none renews what another
has just renewed.
"""

import functools
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailticket.edges.oauth import Client
from mailticket.edges.tokens import Secret, Tokens
from mailticket.model.alarm import Alarm
from mailticket.model.outcome import SourceError
from mailticket.model.policy import Mailbox, OAuth, Relay, Settings
from mailticket.settings import SECRET_SOON, SettingsError, logins_of, read_password


class Logins:
    """The secrets of a desk's logins, each read when it is first needed; tokens are kept for all who share a table."""

    def __init__(self, settings: Settings, environ: Mapping[str, str]) -> None:
        self._settings, self._environ = settings, environ
        self._tokens: dict[OAuth, Tokens] = {}

    def secret_of(self, login: Mailbox | Relay) -> Secret:
        """What that login is proved by. Raises SettingsError when its password is not there."""
        if login.oauth is None:
            return read_password(login.password_file, login.password_env, self._environ)
        if login.oauth not in self._tokens:
            self._tokens[login.oauth] = Tokens(functools.partial(read_client, login.oauth, self._environ))
        return self._tokens[login.oauth]

    def find_alarms(self, now: datetime) -> list[Alarm]:
        """What managers must hear of before logins fail: secrets and refresh tokens that end soon, or that can't be stored."""
        return [alarm for name, login in logins_of(self._settings) if login.oauth for alarm in self._find_of(name, login.oauth, now)]

    def _find_of(self, name: str, oauth: OAuth, now: datetime) -> Iterator[Alarm]:
        ends = find_end(oauth, self._settings.desk.timezone)
        if ends and ends - now < SECRET_SOON:
            yield Alarm(f"secret {name}", (f"{oauth.client_id}: client_secret_ends {oauth.client_secret_ends}",))
        tokens = self._tokens.get(oauth)
        if tokens and tokens.ends and tokens.ends - now < SECRET_SOON:
            yield Alarm(f"secret {name} refresh", (f"refresh_token: {tokens.ends:%Y-%m-%d %H:%M} UTC",))
        if tokens and tokens.complaint:
            yield Alarm(f"secret {name} store", (tokens.complaint,))


def find_end(oauth: OAuth, timezone: str) -> datetime | None:
    """The moment at which the client's secret ends, at the end of its last day; None when nobody said."""
    last = oauth.client_secret_ends
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(timezone)) if last else None


def read_client(oauth: OAuth, environ: Mapping[str, str]) -> Client:
    """The client as its table says, with the secret that its file holds now. Raises SourceError."""
    try:
        secret = read_password(oauth.client_secret_file, oauth.client_secret_env, environ, "client secret")
    except SettingsError as error:
        fault = error.faults[0]
        raise SourceError(f"{fault.place}: {fault.message}", permanent=True, remedy=fault.remedy) from None
    return Client(
        token_url=oauth.token_url,
        client_id=oauth.client_id,
        secret=secret,
        scope=oauth.scope,
        flow=oauth.flow,
        refresh_token_file=oauth.refresh_token_file,
        device_url=oauth.device_url,
        ca_file=oauth.ca_file,
    )
