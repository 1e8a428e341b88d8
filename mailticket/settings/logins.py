"""Who logs in where: every login that the settings name, by the name that commands and alarms have for it."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from os import W_OK, access

from mailticket.model.policy import Mailbox, OAuth, Relay, Settings
from mailticket.settings.faults import Fault, SettingsError
from mailticket.settings.secrets import is_exposed, read_password

SECRET_SOON = timedelta(days=14)
"""So long before its end a secret is spoken of."""
_AGAIN = "mailticket oauth login"


def logins_of(settings: Settings) -> Iterator[tuple[str, Mailbox | Relay]]:
    """Each mailbox by its own name, then the relays as `smtp` and `smtp.second`."""
    for mailbox in settings.mailboxes:
        yield mailbox.name, mailbox
    if settings.smtp:
        yield "smtp", settings.smtp
        if settings.smtp.second:
            yield "smtp.second", settings.smtp.second


def check_oauth(name: str, oauth: OAuth, environ: Mapping[str, str], today: date) -> Iterator[Fault]:
    """What is wrong with the files of a login by OAuth, or will be within days; no word of what is in them."""
    try:
        read_password(oauth.client_secret_file, oauth.client_secret_env, environ, "client secret")
    except SettingsError as error:
        yield from error.faults
    ends = oauth.client_secret_ends
    if ends and ends - today < SECRET_SOON:
        message = f"the client's secret of {name} {'has ended' if ends < today else 'ends soon'} ({ends})"
        place = str(oauth.client_secret_file or oauth.client_secret_env)
        remedy = "make a new one at the provider, then set client_secret_ends"
        yield Fault(f"{name}.oauth.client_secret_ends", place, message, remedy, "warning")
    for path in filter(None, (oauth.client_secret_file, oauth.refresh_token_file)):
        if path.is_file() and is_exposed(path):
            yield Fault("", str(path), "others can read this secret", f"chmod 600 {path}", "warning")
    yield from _check_refresh(name, oauth)


def _check_refresh(name: str, oauth: OAuth) -> Iterator[Fault]:
    path = oauth.refresh_token_file
    if oauth.flow != "refresh_token" or path is None:
        return
    if not path.is_file():
        yield Fault("", str(path), "there is no refresh token yet", f"log in once: {_AGAIN} {name}")
    elif not access(path.resolve().parent, W_OK):
        remedy = "let this user write in that folder: many providers give a new token with each use"
        yield Fault("", str(path), "a new refresh token could not be stored here", remedy, "warning")
