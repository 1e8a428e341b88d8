"""The desk machine: a desk with its people, on which each move is one mail or some time, and is judged at once.

Who moves stands in `tests.moves`, what must hold in `tests.laws`, the words by which leaks are known in `tests.canaries`.
"""

from collections.abc import Mapping
from datetime import timedelta
from email.utils import getaddresses

from mailticket.model.outcome import Disposition
from mailticket.model.policy import Agent
from mailticket.model.record import LedgerRow
from mailticket.model.token import INSIDE_PURPOSES
from tests.acts import Act, LeakError, Letter, State, read_head, recipients_of, senders_of
from tests.canaries import TOKEN
from tests.laws import Laws
from tests.snoop import every_reading, squeeze
from tests.witness import AUTOMATIC, PINNED


class Machine(Laws):
    """A desk that mails come to and time passes over."""

    def wait(self, by: timedelta) -> None:
        """Time passes; no mail comes."""
        self.log.append(f"{by} pass")
        before = self.state
        self.world.wait(by)
        self.state = self.read_state()
        self.note_concerned()
        if rows := [row for row in self.new_changes(before) if row.who != AUTOMATIC]:
            raise LeakError(f"time alone made somebody act: {rows}")
        self.judge_mails(None)

    def change_roster(self, agents: tuple[Agent, ...]) -> None:
        """The roster is edited, and the desk started again."""
        self.log.append(f"on the roster: {', '.join(a.email for a in agents)}")
        self.world.change_settings(agents=agents)
        self.state = self.read_state()

    def send(self, act: Act, about: str) -> LedgerRow:
        """A mail comes, the desk does its rounds, and everything that came of it is judged."""
        raw = self.stamp(act)
        self.world.clock.advance(timedelta(seconds=20))
        carried = self.worth(raw)
        is_allowed = self.may_act(act, carried)
        also = [a for a in recipients_of(raw) if not self.is_inside(a)]
        for person in {act.author, *also}:
            self.show(person, raw)
        before = self.state
        self.world.receive(raw)
        self.state = self.read_state()
        row = self.world.store.ledger_rows()[-1]
        about += f" (with {', '.join(also)})" if also else ""
        self.log.append(f"{act.author} [{act.dmarc}]: {about} -> {row.disposition} {row.number or ''} ({row.reason})")
        self.counts[f"came to {row.disposition}"] += 1
        self.judge_act(act, row, is_allowed, before, carried)
        self.settle(act, row, before)
        self.spend(carried, raw)
        self.note_concerned()
        self.judge_mails(act)
        return row

    def stamp(self, act: Act) -> bytes:
        """What our own host writes above a mail where its id is pinned."""
        if not self.pinned or not act.dmarc:
            return act.raw
        sender = getaddresses([str(read_head(act.raw)["From"])])[0][1]
        head = f"Authentication-Results: {PINNED}; dmarc={act.dmarc} header.from={sender.partition('@')[2]}\r\n"
        return head.encode() + b"Received: from out.example.net by mx.example.sa; Tue, 24 Nov 2026 09:00:00 +0300\r\n" + act.raw

    def would_be_believed(self, sender: str, to: str, headers: Mapping[str, str]) -> bool:
        """Whether a forged From and a stolen token make an agent, as far as anybody can tell where nothing is pinned."""
        carried = {t for _, p, t in TOKEN.findall(f"{to} {' '.join(headers.values())}") if p in INSIDE_PURPOSES}
        return bool(carried - self.spent) and self.is_inside(sender)

    def is_own(self, agent: Agent, question: Letter) -> bool:
        """Whether a held mail is one that its agent wrote: they know, for it holds words of theirs or they have just sent it."""
        return self.last_held.get(question.raw, "") == agent.email

    # --- what follows from a step

    def settle(self, act: Act, row: LedgerRow, before: State) -> None:
        """Who is on which ticket from now on, and which words stand where."""
        number, is_agents = row.number or 0, row.disposition is Disposition.AGENT_ACTION
        author = act.agent.email if act.agent else ""
        if is_agents and act.confirms and act.letter:
            self.used.add(act.letter.own_token)
        if row.disposition is Disposition.TICKET:
            people = {act.brings} if act.brings else set(senders_of(act.raw))
            self.audience.setdefault(number, set()).update(people)
        if row.disposition in (Disposition.TICKET, Disposition.FOLLOW_UP) or (number and "kept on" in row.reason):
            self.place(act, number)
        for ticket, people in act.grants.items():
            (self.audience.setdefault(ticket, set()) if ticket else self.pending.setdefault(author, set())).update(people)
        for n in (n for n in self.state.tickets if n not in before.tickets):
            self.audience.setdefault(n, set())
            if is_agents:
                self.open(n, author, before)

    def place(self, act: Act, number: int) -> None:
        """The words of a mail of somebody outside stand on a ticket; those of others too that its author has read and writes again."""
        for canary in self.aviary.find(every_reading(act.raw)):
            if act.author in canary.known_to:
                canary.tickets.add(number)
                if act.agent is None:
                    canary.retold.add(number)

    def open(self, number: int, author: str, before: State) -> None:
        """Who may read a ticket that an agent opened: the requester of the one it was split off, and whom the agent named for it."""
        ticket = self.state.tickets[number]
        linked = before.tickets.get(ticket.linked or 0)
        named = self.pending.get(author, set()) | ({linked.requester} if linked else set())
        self.audience[number] |= named & {person for person, _ in self.state.people[number]}
        said = squeeze("\n".join(f"{e.subject} {e.text}" for e in self.world.store.entries(number)) + ticket.subject)
        for canary in self.aviary.find(said):
            if canary.meant_for and ticket.requester and canary.meant_for != ticket.requester:
                raise LeakError(f"words about a contact of {canary.meant_for} stand on ticket {number} of {ticket.requester}")
            canary.tickets.add(number)
