"""The road of one mail without doing anything: the facts are only read, and the outcome is shown instead of committed."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mailticket.daemon.house import make_policy
from mailticket.desk import Policy, receive
from mailticket.desk.brought import find_keys_of
from mailticket.edges.store import Store
from mailticket.inbound.forms import read_form
from mailticket.inbound.parse import parse_mail
from mailticket.model.mail import Mail
from mailticket.model.outcome import AckState, Arrival, Facts, Outcome, Person
from mailticket.model.policy import Desk, Settings
from mailticket.model.token import Key, Keyring
from mailticket.settings import read_keyring, read_rules

STRANGER = Settings(desk=Desk(address="info@example.sa"), mailboxes=(), smtp=None)
"""The settings of a desk that has none yet: the shipped rules, hours and teams."""
NO_KEY = Keyring([Key("x", b"where no key is, nothing that is signed is known")])


def explain_mail(raw: bytes, settings: Settings | None, now: datetime, sessions: Path | None = None) -> tuple[Mail, Outcome]:
    """What would become of a mail that arrives now, with the calendar of sessions in that file.

    Without settings the shipped rules judge it, and no ticket is known.
    """
    policy = _policy(settings, sessions)
    desk = policy.settings.desk
    mail = parse_mail(raw, frozenset((desk.address, *desk.aliases)))
    arrival = Arrival("explain", "", 0, 0, now, len(raw))
    outcome = receive(mail, arrival, _facts(mail, policy, settings, now), policy, now)
    return read_form(mail, policy.settings, policy.form_secrets), outcome


def _policy(settings: Settings | None, sessions: Path | None) -> Policy:
    chosen = settings or STRANGER
    if sessions:
        chosen = replace(chosen, hours=replace(chosen.hours, sessions=sessions))
    has_key = settings is not None and settings.desk.secret_file.exists()
    ring = read_keyring(chosen.desk.secret_file) if has_key else NO_KEY
    return make_policy(chosen, ring, read_rules(chosen))


def _facts(mail: Mail, policy: Policy, settings: Settings | None, now: datetime) -> Facts:
    keys = find_keys_of(read_form(mail, policy.settings, policy.form_secrets), policy.settings, policy.ring)
    path = Path(settings.database.url.removeprefix("sqlite:///")) if settings else Path()
    if settings is None or (settings.database.url.startswith("sqlite:") and not path.exists()):
        return Facts(next_number=0, person=Person(keys.sender))
    store = Store.open(settings.database.url)
    try:
        return store.peek(keys, settings.acknowledge, now)
    finally:
        store.close()


def describe_outcome(mail: Mail, outcome: Outcome) -> dict[str, Any]:
    """The JSON document of `explain` (interfaces.md)."""
    triage, owed, threading = outcome.triage, outcome.acknowledgement, outcome.threading
    return {
        "kind": mail.kind,
        "reason": mail.reason,
        "outcome": outcome.disposition,
        "why": outcome.reason,
        "thread": {"ticket": threading.number, "join": threading.join, "proof": threading.proof, "tried": threading.tried},
        "triage": triage
        and {
            "team": triage.team,
            "type": triage.type,
            "priority": triage.priority,
            "language": triage.language,
            "hits": [{"rule": hit.rule, "words": hit.words, "score": hit.score} for hit in triage.hits],
        },
        "acknowledge": {"send": owed.state is AckState.DUE and outcome.opened, "reason": owed.reason, "due": owed.due},
        "notices": [{"kind": n.kind, "to": n.to.address, "lane": n.lane, "language": n.language} for n in outcome.notices],
    }


def print_outcome(mail: Mail, outcome: Outcome) -> None:
    """The same for a person: the road, station by station."""
    sender = mail.strict_sender or "nobody who can be held to it"
    click.echo(f"from      {sender}")
    click.echo(f"kind      {mail.kind}" + (f" ({mail.reason})" if mail.reason else ""))
    for tried in outcome.threading.tried:
        click.echo(f"proof     {tried}")
    click.secho(f"outcome   {outcome.disposition}: {outcome.reason}", bold=True)
    if outcome.triage:
        t = outcome.triage
        click.echo(f"triage    team {t.team}, {t.type}, priority {t.priority}, language {t.language}")
        for hit in t.hits:
            click.echo(f"  rule    {hit.rule} ({hit.score:+g}){': ' * bool(hit.words)}{', '.join(hit.words)}")
    owed = outcome.acknowledgement
    click.echo(f"answer    {'acknowledged by ' + format(owed.due, '%Y-%m-%d %H:%M UTC') if not owed.reason else 'none: ' + owed.reason}")
    for notice in outcome.notices:
        click.echo(f"mail      {notice.kind} to {notice.to.address}")
