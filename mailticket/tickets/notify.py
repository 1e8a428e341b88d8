"""The one gate in front of all automatic mail, and the choice of whom to tell on the desk.

An acknowledgement is owed to every mail and refused by a table read from top to bottom: automatic mail, addresses that cannot or must
not be written to, the limits, and the cut-off on behaviour, which stops a robot that hides every mark (spec 2.3, security.md).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailticket.model.mail import Address, Kind, Mail
from mailticket.model.notice import Audience
from mailticket.model.outcome import Acknowledgement, AckState, Arrival, Facts, KnownTicket, Person
from mailticket.model.policy import Agent, Rate, Settings
from mailticket.model.ticket import WATCHED, Priority, Ticket
from mailticket.tickets.confidential import find_trusted, may_read
from mailticket.tickets.duty import Presence

MUTED_FOR = timedelta(hours=24)
ASKS_AN_HOUR = 6
CONTACT_CENTRE = "general"
"""The team that sees to what no other team's people would see."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate looks at for one mail."""

    mail: Mail
    facts: Facts
    settings: Settings
    arrived: datetime
    now: datetime

    def is_over(self, rate: Rate, count: int) -> bool:
        """Whether one more would break a limit; a rate of 0 is no limit."""
        return bool(rate.count) and count >= rate.count


Refusal = Callable[[Gate], str]

# Read from top to bottom: the first reason that is not "" is why no acknowledgement is sent.
REFUSALS: tuple[Refusal, ...] = (
    lambda g: f"{g.mail.kind.value}: {g.mail.reason}" if g.mail.kind not in (Kind.NORMAL, Kind.FORM) else "",
    lambda g: g.mail.suppress,
    lambda g: "From names no single address" if not g.mail.strict_sender else "",
    lambda g: "the sender is this desk" if is_own_address(g.mail.strict_sender, g.settings) else "",
    lambda g: f"the sender is blocked: {g.facts.person.blocked}" if g.facts.person.blocked else "",
    lambda g: f"the address is undeliverable: {g.facts.person.undeliverable}" if g.facts.person.undeliverable else "",
    lambda g: "answers to this sender are cut off" if (g.facts.person.muted_until or g.now) > g.now else "",
    lambda g: "older than acknowledge.max_age" if g.now - g.arrived > g.settings.acknowledge.max_age else "",
    lambda g: "limit acknowledge.cutoff" if g.is_over(g.settings.acknowledge.cutoff, g.facts.counts.cutoff) else "",
    lambda g: "limit acknowledge.per_sender" if g.is_over(g.settings.acknowledge.per_sender, g.facts.counts.sender) else "",
    lambda g: "limit acknowledge.per_domain" if g.is_over(g.settings.acknowledge.per_domain, g.facts.counts.domain) else "",
    lambda g: "limit acknowledge.overall" if g.is_over(g.settings.acknowledge.overall, g.facts.counts.overall) else "",
)


def acknowledgement_due(arrival: Arrival, settings: Settings) -> datetime:
    """The moment by which a mail is acknowledged, day and night."""
    return arrival.arrived + settings.acknowledge.within


def decide_acknowledgement(mail: Mail, arrival: Arrival, facts: Facts, settings: Settings, now: datetime) -> Acknowledgement:
    """Whether a mail that opens a ticket is acknowledged; if not, why."""
    gate = Gate(mail, facts, settings, arrival.arrived, now)
    reason = next((reason for refuse in REFUSALS if (reason := refuse(gate))), "")
    state = AckState.SUPPRESSED if reason else AckState.DUE
    return Acknowledgement(state, acknowledgement_due(arrival, settings), reason)


def find_muted(facts: Facts, settings: Settings, now: datetime) -> Person | None:
    """The sender with the cut-off applied, when this mail is the one that reaches it; None otherwise."""
    rate = settings.acknowledge.cutoff
    if not rate.count or facts.counts.cutoff < rate.count or (facts.person.muted_until or now) > now:
        return None
    return replace(facts.person, muted_until=now + MUTED_FOR)


def is_own_address(address: str, settings: Settings) -> bool:
    """Whether an address is the desk's own: the public one, an alias, or either with a detail behind a plus."""
    local, _, domain = address.lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}" in (settings.desk.address, *settings.desk.aliases)


def is_outsider(address: str, settings: Settings) -> bool:
    """Whether an address is neither the desk's own, nor an agent's, nor a team's."""
    teams = (team.address for team in settings.teams if team.address)
    return not is_own_address(address, settings) and settings.find_agent(address) is None and address not in teams


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone on the desk who is told: `person` is what their token is bound to (an agent's address, or a team's name)."""

    audience: Audience
    to: Address
    person: str
    generation: int = 0


def choose_readers(
    ticket: Ticket, settings: Settings, known: KnownTicket | None = None, *, skip: str = "", presence: Presence | None = None
) -> tuple[Reader, ...]:
    """Whom to tell of something on a ticket: owner, watchers, the team by each one's choice of notices, the team's shared address.

    Never nobody: where no shared address, owner or member hears of it at once, those of the team who are on duty do, whatever they
    chose, then the contact centre, then the managers; whoever is on leave by `presence` (None: nobody is) does not count as hearing.
    A ticket at level 2 is told to level 2 as well. `skip` is the agent who did it. Of a confidential ticket nobody hears but whom
    `find_trusted` names.
    """
    raised = known.generations if known else {}
    if ticket.is_confidential:
        return tuple(make_reader(agent, settings, raised) for agent in find_trusted(ticket, settings) if agent.email != skip)
    readers = dict.fromkeys((*_members(ticket, ticket.team, settings, raised), *_level2(ticket, settings, raised)))
    for tier in _tiers(ticket, settings, raised, presence):
        if _is_heard(readers, settings, presence):
            break
        readers |= dict.fromkeys(tier())
    readers |= dict.fromkeys(choose_concerned(ticket, settings, known))
    return tuple(r for r in readers if r.person != skip)


def choose_concerned(ticket: Ticket, settings: Settings, known: KnownTicket | None = None, *, skip: str = "") -> tuple[Reader, ...]:
    """The owner, and who watches the ticket: those of them who are on the roster and may read it."""
    found = dict.fromkeys(settings.find_agent(address) for address in (ticket.owner, *ticket.watchers))
    raised = known.generations if known else None
    return tuple(make_reader(a, settings, raised) for a in found if a and a.email != skip and may_read(a, ticket, settings))


def mark_watchers(addresses: Iterable[str], settings: Settings) -> tuple[str, ...]:
    """The mark of a ticket that those agents watch, under their registered addresses; () where none of them is on the roster."""
    found = dict.fromkeys(agent.email for address in addresses if (agent := settings.find_agent(address)))
    return (f"{WATCHED}:{','.join(found)}",) if found else ()


def wants(agent: Agent, ticket: Ticket) -> bool:
    """Whether a member of its team hears of a ticket at once that is not theirs (`notices`): "morning" of what is urgent alone."""
    return agent.notices == "every" or (agent.notices == "morning" and ticket.priority is Priority.URGENT)


def _tiers(
    ticket: Ticket, settings: Settings, raised: Mapping[str, int], presence: Presence | None
) -> Iterator[Callable[[], Iterable[Reader]]]:
    """Who is told where nobody hears, one after the other: each where those before it were not enough."""

    def on_duty(team: str) -> Iterator[Reader]:
        members = (a for a in settings.agents if team in a.teams)
        yield from (make_reader(a, settings, raised) for a in (presence.find_on_duty(team, settings) if presence else members))

    yield lambda: on_duty(ticket.team)
    yield lambda: _members(ticket, CONTACT_CENTRE, settings, raised)
    yield lambda: on_duty(CONTACT_CENTRE)
    yield lambda: choose_managers(settings, known=None, raised=raised)


def _is_heard(readers: Iterable[Reader], settings: Settings, presence: Presence | None) -> bool:
    """Whether one of them is a shared address, or somebody who is not on leave."""
    found = ((reader, settings.find_agent(reader.person)) for reader in readers)
    return any(r.audience is Audience.TEAM or presence is None or (a is not None and presence.is_here(a)) for r, a in found)


def choose_managers(
    settings: Settings, known: KnownTicket | None = None, *, raised: Mapping[str, int] | None = None
) -> tuple[Reader, ...]:
    """Every manager; of a confidential ticket only those who may read it."""
    raised = known.generations if known else raised
    managers = (agent for agent in settings.agents if agent.manager and (known is None or may_read(agent, known.ticket, settings)))
    return tuple(make_reader(agent, settings, raised) for agent in managers)


def choose_level2(ticket: Ticket, settings: Settings, known: KnownTicket | None = None) -> tuple[Reader, ...]:
    """Level 2 for a ticket: the team's own people of that level, else the teams of that level, else whoever has it; () without any.

    A confidential ticket is the managers' at every level.
    """
    if ticket.is_confidential:
        return ()
    raised = known.generations if known else {}
    higher = [agent for agent in settings.agents if agent.level > 1]
    own = [agent for agent in higher if ticket.team in agent.teams]
    teams = [team.name for team in settings.teams if team.level > 1]
    if own:
        return tuple(make_reader(agent, settings, raised) for agent in own)
    members = dict.fromkeys(reader for name in teams for reader in _members(replace(ticket, owner=""), name, settings, raised))
    return tuple(members) or tuple(make_reader(agent, settings, raised) for agent in higher)


def find_silence(person: Person, settings: Settings, now: datetime) -> str:
    """Why no automatic mail may go to a requester any more, "" when it may: the gate for what time or a resolution makes us say."""
    if not person.address or not is_outsider(person.address, settings):
        return "the requester has no outside address"
    if person.blocked or person.undeliverable:
        return f"the address is {'blocked' if person.blocked else 'undeliverable'}: {person.blocked or person.undeliverable}"
    return "answers to this sender are cut off" if (person.muted_until or now) > now else ""


def _level2(ticket: Ticket, settings: Settings, raised: Mapping[str, int]) -> tuple[Reader, ...]:
    return choose_level2(ticket, settings, KnownTicket(ticket, generations=raised)) if ticket.level > 1 else ()


def _members(ticket: Ticket, team_name: str, settings: Settings, raised: Mapping[str, int]) -> Iterator[Reader]:
    for agent in settings.agents:
        is_owner = agent.email == ticket.owner
        if is_owner or (team_name in agent.teams and wants(agent, ticket)):
            yield make_reader(agent, settings, raised)
    team = settings.find_team(team_name)
    if team and team.address and not is_own_address(team.address, settings):
        title = team.title.ar if settings.desk.language == "ar" else team.title.en
        yield Reader(Audience.TEAM, Address(team.address, title), team.name, raised.get(team.name, 0))


def make_reader(agent: Agent, settings: Settings, raised: Mapping[str, int] | None = None) -> Reader:
    """An agent as a reader; `raised` holds the generations of tokens on the ticket that were raised."""
    name = agent.name.ar if settings.desk.language == "ar" else agent.name.en
    return Reader(Audience.AGENT, Address(agent.email, name), agent.email, (raised or {}).get(agent.email, 0))


def find_leak(text: str, settings: Settings, number: int) -> str:
    """What in an agent's words must not leave the desk: an agent's address, a signed address, another ticket's tag; "" when nothing.

    The cut of signature and quote is a judgement; this is the net below it.
    """
    lower = text.lower()
    for address in _inside_addresses(settings):
        if address in lower:
            return f"the address {address}"
    local, _, domain = settings.desk.address.partition("@")
    if f"{local}+" in lower and f"@{domain}" in lower:
        return "a signed address of the desk"
    return next((f"the tag of another ticket, [MT-{other}]" for other in _tags(lower) if other != number), "")


def _inside_addresses(settings: Settings) -> Iterator[str]:
    for agent in settings.agents:
        yield agent.email
        yield from agent.addresses
    yield from (team.address for team in settings.teams if team.address and not is_own_address(team.address, settings))


def _tags(text: str) -> Iterable[int]:
    for piece in text.split("[mt-")[1:]:
        number = piece.partition("]")[0].strip()
        if number.isdecimal() and len(number) <= 12:
            yield int(number)
