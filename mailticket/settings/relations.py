"""What must hold between keys: each check reads the tables as they stand, so that its faults come with the others, all at once."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from mailticket.model.token import MAC_LENGTH
from mailticket.settings.faults import Key, UnfitError, show
from mailticket.settings.servers import server_of
from mailticket.settings.shape import Finding
from mailticket.settings.times import DAYS, parse_duration
from mailticket.settings.words import suggest

Tables = Mapping[str, Any]

ROOM = 64 - len("+b.") - MAC_LENGTH - len(".") - 1 - MAC_LENGTH
"""What the longest signed address leaves of a local part's 64 octets (RFC 5321 s.4.5.3.1.1)."""


def find_conflicts(data: Tables) -> Iterator[Finding]:
    """Every relation that does not hold, as (key, what is wrong, remedy)."""
    for check in CHECKS:
        yield from check(data)


def _listed(data: Tables, name: str) -> Iterator[tuple[Key, Tables]]:
    """The tables of a [[name]] list, each with its key; whatever is no table is a fault that others find."""
    found = data.get(name)
    yield from (((name, i), table) for i, table in enumerate(found if isinstance(found, list) else ()) if isinstance(table, dict))


def _table(data: Tables, *names: str) -> Tables:
    for name in names:
        found = data.get(name)
        data = found if isinstance(found, dict) else {}
    return data


def _texts(table: Tables, key: Key, *names: str) -> Iterator[tuple[Key, str]]:
    """The text under those names, lists element by element, in lower case, with keys."""
    for name in names:
        value = table.get(name)
        if isinstance(value, str):
            yield (*key, name), value.strip().lower()
        elif isinstance(value, list):
            yield from (((*key, name, i), item.strip().lower()) for i, item in enumerate(value) if isinstance(item, str))


def _check_teams(data: Tables) -> Iterator[Finding]:
    teams = {name for key, table in _listed(data, "team") for _, name in _texts(table, key, "name")}
    otherwise = f"the teams are {', '.join(sorted(teams))}; add it as a [[team]]"
    used = [found for key, table in _listed(data, "agent") for found in _texts(table, key, "teams")]
    used += [found for key, table in _listed(data, "mailbox") for found in _texts({"team": "general", **table}, key, "team")]
    for key, name in used:
        if name not in teams:
            yield key, f"there is no team {show(name)}", suggest(name, teams, otherwise)


def _check_doubles(data: Tables) -> Iterator[Finding]:
    for name, fields in {"mailbox": ("name",), "team": ("name",), "form": ("name",), "agent": ("email", "addresses")}.items():
        yield from _find_doubles(found for key, table in _listed(data, name) for found in _texts(table, key, *fields))
    yield from _find_doubles(((*key, "url"), table["url"]) for key, table in _listed(data, "mailbox") if isinstance(table.get("url"), str))


def _find_doubles(found: Iterator[tuple[Key, str]]) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for key, text in found:
        seen[text] += 1
        if seen[text] == 2:
            quoted = "" if "://" in text else f" {show(text)}"  # a URL may hold a password by mistake
            yield key, f"the same{quoted} stands in an earlier [[{key[0]}]]", "each may stand once; take one out or give it another name"


def _check_folders(data: Tables) -> Iterator[Finding]:
    """Mail that is moved into the folder that it was taken from comes again, for ever; one that comes in was not sent from there."""
    for key, table in _listed(data, "mailbox"):
        try:
            watched = server_of("imap")(table.get("url")).folder
        except UnfitError:
            continue  # that key has its own fault
        for name, other in (("done_folder", "Done"), ("sent_folder", "Sent")):
            one = table.get(name)
            if isinstance(one, str) and (one == watched or one.upper() == watched.upper() == "INBOX"):
                yield (*key, name), f"{show(one)} is the watched folder itself", f'name another, such as "{other}", or ""'


def _check_own_addresses(data: Tables) -> Iterator[Finding]:
    desk = _table(data, "desk")
    own = {text for _, text in _texts(desk, (), "address", "aliases")}
    others = [found for key, table in _listed(data, "agent") for found in _texts(table, key, "email", "addresses")]
    others += [found for key, table in _listed(data, "team") for found in _texts(table, key, "address")]
    others += _texts(_table(data, "digest"), ("digest",), "supervisors")
    for key, text in others:
        if text in own:
            yield key, f"{show(text)} is the desk's own address", "write the person's or the team's own: the desk would write to itself"


def _check_room(data: Tables) -> Iterator[Finding]:
    desk = _table(data, "desk")
    for key, text in _texts(desk, ("desk",), "address"):
        local = len(text.rpartition("@")[0].encode())
        if local > ROOM and desk.get("plus_addressing", True) not in (False, "false"):
            message = f"the part before the @ has {local} octets, and signed addresses leave room for {ROOM}"
            yield key, message, "take a shorter address, or set plus_addressing = false"


def _check_logins(data: Tables) -> Iterator[Finding]:
    smtp = _table(data, "smtp")
    logins = [(key, "imap", table) for key, table in _listed(data, "mailbox")]
    logins += [(("smtp",), "smtp", smtp), (("smtp", "second"), "smtp", _table(smtp, "second"))]
    for key, kind, table in logins:
        yield from _check_login(key, kind, table)


def _check_login(key: Key, kind: str, table: Tables) -> Iterator[Finding]:
    ways = [name for name in ("password_file", "password_env", "oauth") if table.get(name)]
    try:
        user = server_of(kind)(table.get("url")).user
    except UnfitError:
        return  # the URL's own fault is reported where it is read
    if not user and (kind == "imap" or ways):
        yield (*key, "url"), "the URL names no user", f'write who logs in before the host, @ as %40: "{kind}s://info%40example.sa@…"'
    if user and not ways:
        yield (*key, "url"), "there is no password for this user", "add password_file, password_env or a table oauth"
    if len(ways) > 1:
        yield (*key, ways[1]), f"{' and '.join(ways)} are two ways to log in", "keep one of them"
    yield from _check_oauth((*key, "oauth"), _table(table, "oauth"))


def _check_oauth(key: Key, table: Tables) -> Iterator[Finding]:
    secrets = [name for name in ("client_secret_file", "client_secret_env") if table.get(name)]
    if len(secrets) > 1:
        yield (*key, secrets[1]), f"{' and '.join(secrets)} are two places of one secret", "keep one of them"
    flow = table.get("flow", "client_credentials") if table else ""
    if flow == "client_credentials" and not secrets:
        yield key, "the flow client_credentials needs the client's secret", "add client_secret_file or client_secret_env"
    if flow == "refresh_token" and not table.get("refresh_token_file"):
        yield key, "the flow refresh_token needs a place for the token", "add refresh_token_file; `mailticket oauth login` fills it"


def _check_targets(data: Tables) -> Iterator[Finding]:
    targets = _table(data, "targets")
    for name in targets:
        try:
            first, last = (parse_duration(_table(targets, name)[field]) for field in ("first_response", "resolution"))
        except (UnfitError, KeyError):
            continue  # a value's own fault is reported where it is read, and one alone can be in no conflict
        if first > last:
            yield ("targets", name, "resolution"), "is shorter than first_response", "swap them: a ticket is answered before it is resolved"


def _check_hours(data: Tables) -> Iterator[Finding]:
    hours = _table(data, "hours")
    usual = dict.fromkeys(DAYS[:5], "08:00-21:00")
    if not any((usual | dict(hours)).get(day) for day in DAYS):
        yield ("hours",), "the desk never works", "give at least one day its hours: no time could be promised to anyone"
    yield from _check_dated(hours.get("dated"))


def _check_dated(rows: object) -> Iterator[Finding]:
    """Dated hours that contradict each other, or leave the desk closed for so long that nothing could be promised."""
    seen: list[tuple[int, str, str]] = []
    for i, row in enumerate(rows if isinstance(rows, list) else ()):
        first, last = (row.get(name) if isinstance(row, dict) else None for name in ("from", "to"))
        if type(first) is not date or type(last) is not date:
            continue  # a value's own fault is reported where it is read
        key = ("hours", "dated", i)
        if first > last:
            yield (*key, "to"), "comes before from", "swap the two dates"
        for other, begins, ends in seen:
            if str(first) <= ends and begins <= str(last):
                message = f"overlaps hours.dated[{other}], from {begins} to {ends}"
                yield (*key, "from"), message, "let one end on the day before the other begins"
        if not row.get("hours", True) and (last - first).days > LONGEST_CLOSED:
            yield (*key, "hours"), f"closes the desk for {(last - first).days + 1} days", f"close it for {LONGEST_CLOSED} days at most"
        seen.append((i, str(first), str(last)))


LONGEST_CLOSED = 366
"""Days: a promise is counted in working time, and would lie in another year."""

CHECKS: tuple[Callable[[Tables], Iterator[Finding]], ...] = (
    _check_teams,
    _check_doubles,
    _check_folders,
    _check_own_addresses,
    _check_room,
    _check_logins,
    _check_targets,
    _check_hours,
)
