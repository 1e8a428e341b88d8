"""Digests and figures on demand, for people at a terminal: the same rows, counts and templates as the daemon's, without its mailboxes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mailticket.daemon.house import make_inline_writer, make_policy, make_road, open_store
from mailticket.desk import Policy
from mailticket.desk.summarise import choose_readers, make_notice, make_report, summarise
from mailticket.edges.clock import SystemClock
from mailticket.edges.store import Store
from mailticket.model.figures import Cadence, Figures, Period, Slot
from mailticket.model.mail import Address
from mailticket.model.notice import Audience
from mailticket.model.policy import Settings
from mailticket.outbound.render import Rendered, Renderer
from mailticket.outbound.samples import sample_name, sample_notices, sample_supervisors
from mailticket.rounds.digest import make_digest
from mailticket.rounds.road import Road
from mailticket.settings import read_keyring, read_rules, read_shipped_templates, read_templates
from mailticket.tickets.digest import count


@dataclass(frozen=True, slots=True)
class Office:
    """What reports are made with."""

    policy: Policy
    templates: Mapping[str, str]
    store: Store
    road: Road


@contextmanager
def open_office(settings: Settings) -> Iterator[Office]:
    """Open the database of the settings, and nothing else; raises SettingsError for what can't be used."""
    policy = make_policy(settings, read_keyring(settings.desk.secret_file), read_rules(settings))
    templates = read_templates(settings)
    road = make_road(policy, make_inline_writer(policy, (templates, read_shipped_templates())), SystemClock())
    store = open_store(settings)
    try:
        yield Office(policy, templates, store, road)
    finally:
        store.close()


def send_digest(office: Office, cadence: Cadence, at: datetime) -> tuple[Slot, datetime | None, int]:
    """Put the latest slot's digest into the outbox: the slot, when it was made before (None: just now), and how many readers it has."""
    slot = office.road.slots.latest(cadence, at)
    known = office.store.digest(slot.number)
    if known is None:
        make_digest(slot, office.store, office.road)
    made = office.store.digest(slot.number)
    return slot, known.made if known else None, len(made.lines) if made else 0


def find_readers(office: Office, cadence: Cadence) -> tuple[str, ...]:
    """The addresses that get this digest."""
    return tuple(to.address for _, to, _ in choose_readers(cadence, office.policy))


def preview_digest(office: Office, cadence: Cadence, at: datetime, reader: str = "") -> Rendered:
    """A digest as it would be at that moment: that reader's if it has one of that address, else one of the whole desk; sends nothing."""
    slot = office.road.slots.until(cadence, at)
    records = office.store.records(slot.before.since, slot.period.until)
    own = (n for n in summarise(slot, records, office.policy) if n.to.address == reader)
    notice = next(own, None) or make_notice(
        Audience.MANAGER, Address(reader or office.policy.settings.desk.address), make_report(slot, records, office.policy), office.policy
    )
    return _renderer(office.templates, office.policy.settings).render(notice, None)


def find_figures(office: Office, since: datetime | None, until: datetime) -> Figures:
    """The figures of any period; without a beginning, since the first mail."""
    start = min(since or office.store.first_arrival() or until, until)
    zone = ZoneInfo(office.policy.settings.desk.timezone)
    return count(office.store.records(start, until), Period(start, until), office.policy.calendar, zone)


def render_samples(settings: Settings) -> Iterator[tuple[str, Rendered]]:
    """Every kind of mail with made-up contents, by a name for its file: the desk's own templates in both languages."""
    renderer = _renderer(read_templates(settings), settings)
    for notice, ticket in sample_notices(settings):
        yield sample_name(notice), renderer.render(notice, ticket)
    for notice in sample_supervisors(settings):
        yield f"{notice.kind}-supervisors-{notice.language}", renderer.render(notice, None)


def _renderer(templates: Mapping[str, str], settings: Settings) -> Renderer:
    return Renderer(templates, settings, ZoneInfo(settings.desk.timezone))
