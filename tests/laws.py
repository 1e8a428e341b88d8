"""The laws of the desk: whose word counts, and what may stand in a mail of ours; each step is held against all of them.

`judge_` raises `LeakError` with the words of the law that was broken.
"""

from datetime import timedelta

from mailticket.inbound.proof import find_holder
from mailticket.model.notice import NoticeKind, Outgoing
from mailticket.model.outcome import Disposition
from mailticket.model.record import LedgerRow
from mailticket.model.ticket import Role, What
from mailticket.model.token import INSIDE_PURPOSES, Claim, Purpose, intake_holder
from tests.acts import Act, LeakError, Letter, State, Token, describe, recipients_of, senders_of, tokens_in
from tests.canaries import TOKEN, Canary, Sort
from tests.people import RING
from tests.snoop import every_reading, squeeze
from tests.witness import AUTOMATIC, ROSTER, SHARED, Witness, may_order

SPREADS = frozenset({"cc", "allow", "requester", "merge", "history", "remote", "new", "mine", "open", "show", "search"})
NO_TICKET = frozenset({"log", "new", "away", "help", "mine", "open", "show", "search"})
CONFIRM_LASTS = timedelta(hours=24, seconds=1)
FIELDS = ("owner", "team", "type", "priority", "level", "requester", "linked", "snoozed")
REVOCABLE = (Purpose.AGENT, Purpose.TEAM)


class Laws(Witness):
    """A desk under watch, and the laws that each step must keep."""

    # --- whose word counts

    def is_aligned(self, act: Act) -> bool:
        return self.pinned and act.dmarc == "pass"

    def worth(self, raw: bytes) -> set[str]:
        """The tokens of a mail that are worth something when it comes."""
        return {t for _, p, t in tokens_in(raw) if p in INSIDE_PURPOSES and t not in self.spent}

    def spend(self, carried: set[str], raw: bytes) -> None:
        """A token that the desk has seen in the hands of an outsider is worth nothing from then on."""
        senders = senders_of(raw)
        if not senders or any(not self.is_inside(a) for a in (*senders, *recipients_of(raw))):
            self.spent |= carried & {t for _, p, t in tokens_in(raw) if p in REVOCABLE}

    def may_act(self, act: Act, carried: set[str]) -> bool:
        """Whether a mail's commands may be carried out: spec 3's proof levels, told from the truth about the mail."""
        agent, senders = act.agent, senders_of(act.raw)
        if agent is None or len(senders) != 1 or agent not in self.agents or act.author not in (agent.email, *agent.addresses):
            return False
        if set(act.commands) == {"help"} and not act.has_text:
            return True
        if act.confirms and act.letter is not None:
            is_open = self.now - act.letter.at <= CONFIRM_LASTS and act.letter.own_token not in self.used
            return is_open and act.letter.to == agent.email and (not self.pinned or self.is_aligned(act))
        given = {t for letter in self.letters_of(agent) for _, p, t in letter.tokens if p in INSIDE_PURPOSES}
        has_token = bool(carried & given)
        if self.pinned:
            is_of_no_ticket = bool(act.commands) and act.commands[0] in NO_TICKET and not act.is_by_line
            return self.is_aligned(act) and (has_token or is_of_no_ticket or bool(act.brings))
        return has_token and not act.is_by_line and not SPREADS & set(act.commands)

    def judge_act(self, act: Act, row: LedgerRow, is_allowed: bool, before: State, carried: set[str]) -> None:
        """What one mail did to the desk, against what it had a right to do."""
        acted = row.disposition is Disposition.AGENT_ACTION and not row.reason.startswith("nothing done")
        if acted:
            self.counts.update(f"does {name}" for name in act.commands or ("answer",))
        if acted and not is_allowed:
            raise LeakError(f"a mail without proof was carried out: {row.reason}; it carries {carried or 'nothing that is worth anything'}")
        by = {act.agent.email} if act.agent and is_allowed else set()
        roster = {a.email for a in self.agents}
        for number in self.touched(before):
            own = by | (self.audience.get(number, set()) & set(senders_of(act.raw)))  # an agent goes on in trouble of their own, as anybody does
            for change in self.new_changes(before, number):
                if (change.who in roster and change.who not in own) or (change.why.startswith("#") and change.who not in by):
                    raise LeakError(f"a command of nobody's was carried out: {change}")
        for entry in self.new_entries(before):
            if entry.what in (What.NOTE, What.REPLY) and not by:
                raise LeakError(f"an agent's entry that no agent wrote: {entry.what} by {entry.by}")
        if not by:
            self.judge_outsider(act, row, before)
        elif act.is_by_line and act.agent:
            self.judge_lines(act, before)

    def judge_lines(self, act: Act, before: State) -> None:
        """By its number alone an agent gives orders about no ticket but those of their teams, their own, and level 2's for level 2."""
        for number in self.touched(before):
            old = before.tickets.get(number)
            if old and act.agent and not may_order(act.agent, old) and any(c.who == act.agent.email for c in self.new_changes(before, number)):
                raise LeakError(f"{act.agent.email} changed ticket {number} of {old.team} by its number")

    def judge_outsider(self, act: Act, row: LedgerRow, before: State) -> None:
        """Nobody without proof changes more than their own ticket, and of that only where it stands."""
        automatic = {c.what for c in self.new_changes(before) if c.who == AUTOMATIC}
        senders = set(senders_of(act.raw))
        for number, old in before.tickets.items():
            new, is_theirs = self.state.tickets[number], bool(senders & self.audience.get(number, set()))
            changed = {n for n in FIELDS if getattr(old, n) != getattr(new, n)} if old != new else set()
            if changed - automatic - ({"level", "snoozed", "owner"} if is_theirs else set()):
                raise LeakError(f"ticket {number} was changed by somebody outside: {sorted(changed)}")
            if old.status != new.status and "status" not in automatic and not is_theirs:
                raise LeakError(f"ticket {number} is {new.status} by somebody who is not on it")
            if old.status != new.status and "status" not in automatic and self.pinned and act.dmarc == "fail":
                raise LeakError(f"ticket {number} is {new.status} by a mail that failed DMARC")
            if added := {(a, r) for a, r in self.state.people[number] - before.people[number] if r != Role.COPIED}:
                raise LeakError(f"somebody is on ticket {number} by nobody's leave: {added}")
        if row.disposition is Disposition.FOLLOW_UP and not senders & self.audience.get(row.number or 0, set()):
            raise LeakError(f"somebody who is not on ticket {row.number} joined it")

    # --- what went out

    def judge_mails(self, act: Act | None) -> None:
        """Every mail that left in this step, by every byte of it."""
        sent, self.world.sink.sent[:] = list(self.world.sink.sent), []
        self.world.sink.taken.clear()
        for one in sent:
            reading = every_reading(one.raw)
            tokens = frozenset((int(n), p, t) for n, p, t in TOKEN.findall(reading))
            letter = Letter(one.raw, one.recipient, one.kind, one.number, self.now, one.sender, tokens)
            is_inside = self.is_inside(one.recipient)
            if is_inside:
                self.judge_inside(one, reading, letter, act)
            else:
                self.judge_outside(one, reading, letter)
            self.counts.update({f"mail {one.kind}": 1, "mails": 1, "outside": int(not is_inside), "bytes": len(one.raw)})
            if one.kind is NoticeKind.HELD and act and act.agent:
                self.last_held[one.raw] = act.agent.email
            self.inboxes.setdefault(one.recipient, []).append(letter)

    def judge_outside(self, one: Outgoing, reading: str, letter: Letter) -> None:
        """Nothing of the desk's own, nothing of another ticket's, in a mail to somebody outside."""
        reader, canaries = one.recipient, list(self.aviary.find(reading))
        for canary in canaries:
            if not self.may_read(canary, reader, one):
                raise LeakError(f"{reader} reads {canary.sort} of {canary.by} ({canary.where}, of {sorted(canary.tickets)}) in {describe(one)}")
        for address in (SHARED, *(a for agent in ROSTER for a in (agent.email, *agent.addresses))):
            if address != reader and squeeze(address) in reading:
                raise LeakError(f"{reader} reads the address {address} in {describe(one)}")
        self.judge_tokens(one, reading, letter.tokens)
        is_ordered = one.number in self.canned or any(c.sort is Sort.ANSWER and one.number in c.tickets for c in canaries)
        if one.kind is NoticeKind.REPLY and not is_ordered:
            raise LeakError(f"{reader} is answered with nothing that an agent wrote on that ticket: {describe(one)}")
        self.show(reader, one.raw)

    def may_read(self, canary: Canary, reader: str, one: Outgoing) -> bool:
        """Whether words may stand in a mail: on the tickets where they stand, to those who are on them.

        Inside words never; but what somebody outside was shown by an agent and wrote to the desk themselves is a requester's words there.
        """
        if canary.sort is Sort.INSIDE and one.number not in canary.retold:
            return False
        if one.kind is NoticeKind.ACKNOWLEDGEMENT:
            return reader in canary.known_to and canary.where in ("subject", "name")
        if canary.sort is Sort.NAME and canary.by == reader:
            return True
        return one.number in canary.tickets and reader in self.audience.get(one.number, set())

    def judge_tokens(self, one: Outgoing, reading: str, tokens: frozenset[Token]) -> None:
        """No token that is worth anything for the desk's own people, nor one that its reader had not before."""
        seen = self.seen.get(one.recipient, set())
        for number, purpose, token in sorted(t for t in tokens if t[1] in INSIDE_PURPOSES):
            if token not in seen or self.is_valid(number, purpose, token):
                raise LeakError(f"{one.recipient} reads a token ({purpose} of {number}) in {describe(one)}")
        if any(token in reading for token in self.tokens - seen):
            raise LeakError(f"{one.recipient} reads half a token in {describe(one)}")

    def is_valid(self, number: int, purpose: str, token: str) -> bool:
        """Whether a token is worth anything now."""
        if not number:
            raised = self.world.store.intakes()
            return any(RING.is_signed(token, intake_holder(a.email, raised.get(a.email, 0)).parts) for a in self.agents)
        known = self.world.store.known(number)
        return find_holder(Claim(number, purpose, token), known, self.world.settings, RING) is not None

    def judge_inside(self, one: Outgoing, reading: str, letter: Letter, act: Act | None) -> None:
        """An agent reads what concerns them or what they asked for, and is given no colleague's token."""
        reader = one.recipient
        self.tokens |= {token for _, p, token in letter.tokens if p in INSIDE_PURPOSES}
        asked = set(act.asks_about) if act and act.agent and reader == act.agent.email else set()
        returned = every_reading(act.raw) if act and reader in self.registered(senders_of(act.raw)) else ""
        for canary in self.aviary.find(reading):
            tickets = canary.tickets
            is_concerned = any(reader in self.concerned.get(n, set()) | self.audience.get(n, set()) for n in tickets)
            is_fine = not tickets or is_concerned or reader in canary.known_to or canary.sort is Sort.NAME or squeeze(canary.word) in returned
            if not is_fine and 0 not in asked and not asked & tickets:
                raise LeakError(f"{reader} is not concerned with {canary.sort} of {canary.by} (of {sorted(tickets)}) in {describe(one)}")
            canary.known_to.add(reader)
        for number, purpose, token in letter.reply_tokens:
            if purpose == Purpose.AGENT and not self.is_theirs(int(number), token, reader):
                raise LeakError(f"{reader} is given a token of somebody else in {describe(one)}")

    def is_theirs(self, number: int, token: str, reader: str) -> bool:
        if not number:
            return RING.is_signed(token, intake_holder(reader, self.world.store.intakes().get(reader, 0)).parts)
        known = self.world.store.known(number)
        holder = find_holder(Claim(number, Purpose.AGENT, token), known, self.world.settings, RING)
        return holder is None or holder.person == reader
