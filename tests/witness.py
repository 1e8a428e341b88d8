"""The desk under watch: everything that ever came and went, and who may know what of it.

What is lawful is worked out from who truly wrote each mail and what that mail says, and never from what the desk decided; so a desk
that believes the wrong person is found out by what it does next.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from mailticket.model.policy import Agent, Bilingual, Desk, DigestTimes
from mailticket.model.ticket import Change, Entry, Ticket
from mailticket.model.token import INSIDE_PURPOSES
from mailticket.rounds.road import Road
from mailticket.tickets.duty import is_away
from mailticket.tickets.notify import CONTACT_CENTRE
from tests.acts import Letter, State, Token
from tests.canaries import TOKEN, Aviary, Sort
from tests.people import DESK, HUDA, MAJED, OMAR, SARA, TEAMS, make_settings
from tests.snoop import every_reading
from tests.world import World

PINNED = "mx.example.sa"
SHARED = "certificates@example.sa"
SARA2 = "s.ahmad@example.net"
NADA = Agent("nada@example.sa", Bilingual("ندى", "Nada"), teams=("certificate",))
EX = Agent("salem@example.sa", Bilingual("سالم", "Salem"), teams=("account", "certificate"))
RANA = Agent("rana@example.sa", Bilingual("رنا", "Rana"), teams=("operations",), level=2)
CHIEF = Agent("faisal@example.sa", Bilingual("فيصل", "Faisal"), teams=("account", "live"), manager=True)
"""A manager of two teams alone."""
ROSTER = (replace(SARA, addresses=(SARA2,)), NADA, OMAR, HUDA, MAJED, RANA, CHIEF, EX)
SUPERVISOR = "supervisor@example.edu.sa"
AUTOMATIC = "mailticket"

Bend = Callable[[Road], Road]
"""What puts a fault into a desk."""


def same_road(road: Road) -> Road:
    """A desk without a fault put into it."""
    return road


def may_order(agent: Agent, ticket: Ticket) -> bool:
    """Whether an agent may give orders about a ticket by its number alone: a manager of all, their teams', their own, level 2's."""
    manages_all = agent.manager and not agent.teams
    return manages_all or ticket.team in agent.teams or ticket.owner == agent.email or 1 < ticket.level <= agent.level


class Witness:
    """A desk, and all that is known of it and by whom."""

    def __init__(self, pinned: bool, bend: Bend = same_road) -> None:
        teams = tuple(replace(t, address=SHARED) if t.name == "certificate" else t for t in TEAMS)
        teams = tuple(replace(t, assign="least_loaded") if t.name == "account" else replace(t, verify=t.name == "content") for t in teams)
        desk = Desk(DESK, authserv_id=PINNED if pinned else "", hold=timedelta(minutes=2))
        settings = make_settings(desk=desk, teams=teams, agents=ROSTER, digest=DigestTimes(supervisors=(SUPERVISOR,)))
        self.world, self.pinned = World(settings, bend=bend), pinned
        self.aviary = Aviary()
        self.inboxes: dict[str, list[Letter]] = {}
        self.audience: dict[int, set[str]] = {}
        """Who outside may read what the desk writes on a ticket."""
        self.concerned: dict[int, set[str]] = {}
        """Whom of the desk a ticket concerned at any time."""
        self.tokens: set[str] = set()
        """Everything signed for the desk's own people that went out to them."""
        self.spent: set[str] = set()
        """Of these, what the desk saw in the hands of somebody outside."""
        self.used: set[str] = set()
        """Tokens of questions that were answered with the word."""
        self.seen: dict[str, set[str]] = {}
        """What each outsider saw of signed addresses and ids."""
        self.stolen: set[Token] = set()
        """Tokens of the desk's people that somebody outside has, and the desk does not know it."""
        self.shown: dict[str, list[Letter]] = {}
        """Mails to the desk's people that somebody outside was shown."""
        self.canned: set[int] = set()
        """Tickets on which an agent asked for a text of the desk's."""
        self.last_held: dict[bytes, str] = {}
        """Questions about held mails, with who truly wrote what was held."""
        self.pending: dict[str, set[str]] = {}
        """For whom each agent meant to open a ticket by a mail that may be held."""
        self.log: list[str] = []
        self.counts: Counter[str] = Counter()
        self.signatures = {a.email: self.aviary.breed(Sort.INSIDE, a.email, "signature") for a in ROSTER}
        self.names: dict[str, str] = {}
        self.state = State({}, {}, {}, {})

    def close(self) -> None:
        self.world.close()

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    @property
    def agents(self) -> tuple[Agent, ...]:
        """Who is on the roster now."""
        return self.world.settings.agents

    def is_inside(self, address: str) -> bool:
        """Whether an address is the desk's, an agent's or a team's, as the roster stands."""
        local, _, domain = address.lower().partition("@")
        inside = {address for a in self.agents for address in (a.email, *a.addresses)} | {SHARED, DESK}
        return address.lower() in inside or f"{local.partition('+')[0]}@{domain}" == DESK

    def letters(self, address: str) -> list[Letter]:
        """What lies in somebody's inbox, oldest first."""
        return self.inboxes.get(address, [])

    def letters_of(self, agent: Agent) -> list[Letter]:
        """What an agent may answer: theirs, and what a team of theirs is written to at its shared address."""
        return [*self.letters(agent.email), *(self.letters(SHARED) if "certificate" in agent.teams else ())]

    def name_of(self, person: str) -> str:
        """A display name with a canary in it."""
        if person not in self.names:
            self.names[person] = f"{person.partition('@')[0].title()} {self.aviary.breed(Sort.NAME, person, 'name').split()[1]}"
        return self.names[person]

    def registered(self, addresses: Iterable[str]) -> set[str]:
        """The registered addresses of whom these addresses belong to."""
        return {a.email for a in ROSTER for one in addresses if one in (a.email, *a.addresses)} | ({SHARED} & set(addresses))

    # --- what the desk holds

    def read_state(self) -> State:
        """What stands on the desk now; of what did not change, what was read before."""
        tickets, old = {t.number: t for t in self.world.store.tickets()}, self.state
        people, entries, changes = dict(old.people), dict(old.entries), dict(old.changes)
        for n in (n for n, t in tickets.items() if old.tickets.get(n) != t):
            known = self.world.store.known(n)
            people[n] = frozenset((p.address, p.role.value) for p in known.participants) if known else frozenset()
            entries[n], changes[n] = len(self.world.store.entries(n)), len(self.world.store.changes(n))
        return State(tickets, people, entries, changes)

    def touched(self, before: State) -> list[int]:
        """The tickets that a step changed or opened."""
        return [n for n, t in self.state.tickets.items() if before.tickets.get(n) != t]

    def new_changes(self, before: State, *numbers: int) -> list[Change]:
        """The audit's rows of a step, of these tickets or of all."""
        return [c for n in numbers or self.touched(before) for c in self.world.store.changes(n)[before.changes.get(n, 0) :]]

    def new_entries(self, before: State, *numbers: int) -> list[Entry]:
        """The entries of a step."""
        return [e for n in numbers or self.touched(before) for e in self.world.store.entries(n)[before.entries.get(n, 0) :]]

    # --- who knows what

    def show(self, person: str, raw: bytes) -> None:
        """A mail is seen by somebody: its words are no secret to them any more, and its tokens are in their hands."""
        reading = every_reading(raw)
        for canary in self.aviary.find(reading):
            canary.known_to.add(person)
        if not self.is_inside(person):
            self.seen.setdefault(person, set()).update(token for _, _, token in TOKEN.findall(reading))

    def steal(self, person: str, letter: Letter) -> None:
        """An agent shows a mail of ours to somebody outside, and the desk never hears of it."""
        self.log.append(f"{letter.to} shows {letter.kind} of {letter.number} to {person}")
        self.show(person, letter.raw)
        self.shown.setdefault(person, []).append(letter)
        self.stolen |= {one for one in letter.tokens if one[1] in INSIDE_PURPOSES}

    def note_concerned(self) -> None:
        """Whom a ticket concerned at any time: its teams' people, its owners, every manager, level 2 where it is raised or they verify its end,
        and the contact centre while nobody of the team is there."""
        now = self.world.clock.now()
        leaves = self.world.store.leaves(now)
        for number, ticket in self.state.tickets.items():
            people = self.concerned.setdefault(number, {a.email for a in ROSTER if a.manager})
            team = self.world.settings.find_team(ticket.team)
            members = {a for a in self.agents if ticket.team in a.teams}
            if all(is_away(a, now, leaves) for a in members):
                members |= {a for a in self.agents if CONTACT_CENTRE in a.teams}
            people |= {a.email for a in members}
            people |= {ticket.owner} | ({team.address} if team and team.address else set())
            if ticket.level > 1 or (team and team.verify) or ticket.status in ("resolved", "verifying"):
                people |= {a.email for a in self.agents if a.level > 1}
