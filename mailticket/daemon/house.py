"""From settings to a house that works: every door opened, every station of the road in its place.

This is the one place that knows both the edges and the rounds.
"""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from mailticket.daemon.edited import EditedRules
from mailticket.daemon.hours import EditedHours
from mailticket.daemon.logins import Logins
from mailticket.desk import Policy, lapse, receive, recount
from mailticket.desk.brought import find_keys_of
from mailticket.desk.morning import list_morning
from mailticket.desk.sent import find_sent_keys, receive_sent
from mailticket.desk.summarise import summarise
from mailticket.edges.clock import SystemClock
from mailticket.edges.database import DatabaseUrlError
from mailticket.edges.idle import IdleWatcher
from mailticket.edges.imap import ImapSource
from mailticket.edges.schema import SchemaError
from mailticket.edges.smtp import SmtpSink
from mailticket.edges.store import Store
from mailticket.edges.workers import Inline, Workers
from mailticket.inbound.forms import read_form
from mailticket.model.figures import Slot
from mailticket.model.history import Records
from mailticket.model.mail import Mail
from mailticket.model.morning import Morning
from mailticket.model.notice import Notice, Outgoing
from mailticket.model.outcome import Arrival, Facts, Keys, Lapse, Outcome, Standing
from mailticket.model.policy import Agent, Mailbox, Rate, Relay, Settings
from mailticket.model.ticket import Ticket
from mailticket.model.token import Keyring
from mailticket.rounds.collect import Folder
from mailticket.rounds.pace import Pace
from mailticket.rounds.reading import Read, make_reader, refuse_mail
from mailticket.rounds.relays import AlarmRelay
from mailticket.rounds.road import Clock, Job, Reader, Road, Sink, Writer
from mailticket.rounds.writing import Templates, Writers, make_refuser, make_writer
from mailticket.settings import (
    Fault,
    SettingsError,
    logins_of,
    read_form_secrets,
    read_keyring,
    read_rules,
    read_shipped_templates,
    read_snippets,
    read_templates,
)
from mailticket.settings.defaults import read_text
from mailticket.tickets.hours import Calendar
from mailticket.tickets.mornings import find_morning
from mailticket.tickets.rules import RuleBook, parse_files
from mailticket.tickets.sessions import NO_SESSIONS, Sessions, SessionsError, parse_sessions
from mailticket.tickets.slots import Slots

READERS = 2
WRITERS = 2


@dataclass(frozen=True, slots=True)
class House:
    """Everything that is open while the desk works."""

    settings: Settings
    road: Road
    store: Store
    reader: Reader
    sink: Sink | None
    folders: tuple[Folder, ...]
    logins: Logins
    relays: Mapping[str, SmtpSink]
    pace: Pace
    edition: Callable[[], int] = lambda: 0
    """Which edition of the hours and targets is in force: another one than before means that what is due is to be counted anew."""


def make_policy(settings: Settings, ring: Keyring, rules: Mapping[str, str]) -> Policy:
    """What decisions rest on; raises SettingsError with every fault of rule files, forms' secrets and the sessions' calendar."""
    sessions = compile_sessions(settings)
    calendar = Calendar.of(settings, sessions)
    return Policy(settings, ring, compile_rules(rules), calendar, read_form_secrets(settings.forms), sessions, read_snippets(settings))


def compile_rules(files: Mapping[str, str]) -> RuleBook:
    """All rule files as one book; raises SettingsError with every fault, each with file, line and remedy."""
    return _compile_rules(tuple(sorted(files.items())))


@functools.lru_cache(4)
def _compile_rules(files: tuple[tuple[str, str], ...]) -> RuleBook:
    """The last few books are kept: compiling one takes about as long as starting Python does, and none ever changes."""
    rules, faults = parse_files(dict(files))
    if faults:
        raise SettingsError(tuple(Fault("rules", f"{f.file}:{f.line}", f.message, f.remedy) for f in faults))
    return RuleBook(rules)


def compile_sessions(settings: Settings) -> Sessions:
    """The course sessions of the calendar that the settings name, none where they name none; raises SettingsError."""
    path = settings.hours.sessions
    if path is None:
        return NO_SESSIONS
    try:
        return parse_sessions(read_text(path, "make it, or take its key out"), ZoneInfo(settings.desk.timezone))
    except SessionsError as error:
        raise SettingsError([Fault("hours.sessions", str(path), str(error), "export the calendar again, as an .ics file")]) from None


def make_road(
    policy: Policy, writer: Writer, clock: Clock, book: Callable[[], RuleBook] | None = None, hours: Callable[[], Policy] | None = None
) -> Road:
    """The stations between the doors; `book` gives the rules in force, and `hours` the policy, where they may change meanwhile."""
    current = hours or (lambda: policy)
    settings, ring = policy.settings, policy.ring

    def keys(mail: Mail) -> Keys:
        return find_keys_of(read_form(mail, settings, policy.form_secrets), settings, ring)

    def decide(mail: Mail, arrival: Arrival, facts: Facts, now: datetime, team: str) -> Outcome:
        return receive(mail, arrival, facts, replace(current(), book=book()) if book else current(), now, team=team)

    def decide_lapse(standing: Standing, now: datetime) -> Lapse:
        return lapse(standing, current(), now)

    def count_anew(ticket: Ticket, now: datetime) -> Lapse:
        return recount(ticket, current(), now)

    def sum_up(slot: Slot, records: Records) -> tuple[Notice, ...]:
        return summarise(slot, records, current())

    def morning_of(agent: Agent, now: datetime, leaves: Mapping[str, datetime]) -> Morning | None:
        return find_morning(agent, current().calendar, now, leaves)

    def list_for(agent: Agent, morning: Morning, since: datetime | None, tickets: Sequence[Ticket]) -> Notice | None:
        return list_morning(agent, morning, since, tickets, current())

    def sent_keys(mail: Mail) -> Keys:
        return find_sent_keys(mail, settings, ring)

    def decide_sent(mail: Mail, arrival: Arrival, facts: Facts, now: datetime, _: str) -> Outcome:
        return receive_sent(mail, arrival, facts, current(), now)

    slots = Slots(settings, lambda: current().calendar)
    lists = (morning_of, list_for)
    return Road(settings, keys, decide, decide_lapse, count_anew, writer, clock, slots, sum_up, sent_keys, decide_sent, *lists)


def make_readers(settings: Settings, count: int = READERS) -> Workers[bytes, Read]:
    """Processes that read mail under limits of time and memory."""
    own = frozenset((settings.desk.address, *settings.desk.aliases))
    return Workers(functools.partial(make_reader, own), refuse_mail, count)


def make_inline_writer(policy: Policy, templates: Templates) -> Inline[Job, Outgoing]:
    """Writes mails here and now. Raises TemplatesError."""
    refuse = make_refuser(policy.settings, policy.ring)
    return Inline(make_writer(templates, policy.settings, policy.ring), refuse)


def make_writers(policy: Policy, templates: Templates, doors: ExitStack) -> Writers:
    """Writes few mails here and now, and many in processes of their own, which begin when they are first needed."""
    few = make_inline_writer(policy, templates)
    make = functools.partial(make_writer, templates, policy.settings, policy.ring)
    many = Workers(make, make_refuser(policy.settings, policy.ring), WRITERS)
    doors.callback(many.close)
    return Writers(few, many)


def open_store(settings: Settings) -> Store:
    """The database of the settings, brought up to date; raises SettingsError where it can't be used."""
    try:
        store = Store.open(settings.database.url)
    except (DatabaseUrlError, SchemaError) as error:
        place = str(settings.root / "settings.toml")
        raise SettingsError([Fault("database.url", place, str(error), "mend the URL, or what it names")]) from None
    store.migrate()
    return store


@contextmanager
def open_house(settings: Settings, environ: Mapping[str, str], clock: Clock | None = None) -> Iterator[House]:
    """Open every door that the settings name, and close them all in the end. Raises SettingsError for what can't be opened."""
    policy = make_policy(settings, read_keyring(settings.desk.secret_file), read_rules(settings))
    with ExitStack() as doors:
        writers = make_writers(policy, (read_templates(settings), read_shipped_templates()), doors)
        edited = EditedRules(settings, policy.book, lambda: compile_rules(read_rules(settings)))
        hours = EditedHours(policy, environ, compile_sessions)
        road = make_road(policy, writers, clock or SystemClock(), edited, hours)
        store = open_store(settings)
        doors.callback(store.close)
        reader = make_readers(settings)
        doors.callback(reader.close)
        logins = Logins(settings, environ)
        folders = tuple(_open_folder(mailbox, reader, store, logins, doors) for mailbox in settings.mailboxes)
        relays = open_relays(settings, logins)
        pace = Pace(settings.smtp.rate if settings.smtp else Rate())
        yield House(settings, road, store, reader, make_sink(relays), folders, logins, relays, pace, hours.find_edition)


def _open_folder(mailbox: Mailbox, reader: Reader, store: Store, logins: Logins, doors: ExitStack) -> Folder:
    def open_source(one: Mailbox, *, is_sent: bool = False) -> Folder:
        source = ImapSource(one, logins.secret_of(one), is_sent=is_sent)
        doors.callback(source.close)
        return Folder(one, source, reader, store)

    found = open_source(mailbox)
    return replace(found, sent=open_source(mailbox.of_sent, is_sent=True)) if mailbox.sent_folder else found


def open_relays(settings: Settings, logins: Logins) -> Mapping[str, SmtpSink]:
    """The relays that the settings name: `smtp`, and `smtp.second` for alarms."""
    return {name: SmtpSink(login, logins.secret_of(login)) for name, login in logins_of(settings) if isinstance(login, Relay)}


def make_sink(relays: Mapping[str, SmtpSink]) -> Sink | None:
    """The relay, with the second one for alarms where there is one; None when there is none."""
    first, second = relays.get("smtp"), relays.get("smtp.second")
    return AlarmRelay(first, second) if first and second else first


def make_watcher(mailbox: Mailbox, logins: Logins, wake: Callable[[], None]) -> IdleWatcher:
    """The thread that hears of new mail at once."""
    return IdleWatcher(mailbox, logins.secret_of(mailbox), wake)
