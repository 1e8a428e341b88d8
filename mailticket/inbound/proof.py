"""What may be believed about a sender: authentication results, and whose token a mail carries.

A lenient parse never gives authority: everything here starts from `Mail.strict_sender`, and from the one Authentication-Results
field that our own host wrote. Whoever forges a field below it, or a token of somebody else, proves nothing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from mailticket.model.mail import Mail, TraceField
from mailticket.model.outcome import KnownTicket
from mailticket.model.policy import Agent, Settings
from mailticket.model.ticket import Role
from mailticket.model.token import Claim, Holder, Keyring, Purpose, find_codes, parse_message_id, parse_reply_address
from mailticket.text.bidi import strip_controls
from mailticket.text.normalise import fold_digits

TOPMOST = "topmost"
MOST_CITED = 20
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"header\.(?:d|i|from)\s*=\s*\"?(?:[^\s@;\"]*@)?([^\s;\"]+)", re.IGNORECASE)
_BY = re.compile(r"\bby\s+([^\s;()]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What our own host found out about a mail; the words are RFC 8601's, "" where it said nothing."""

    dmarc: str = ""
    dkim: str = ""
    spf: str = ""
    is_aligned: bool = False
    """Whether dmarc passed, or a DKIM signature of the From domain (or of one above it) did."""

    @property
    def has_failed(self) -> bool:
        """Whether DMARC was checked and failed: a forged From, as far as its domain says."""
        return self.dmarc == "fail"


NO_EVIDENCE = Evidence()


def read_evidence(mail: Mail, settings: Settings) -> Evidence:
    """The verdict of the pinned (or topmost) Authentication-Results that stands above the first foreign Received (RFC 8601 s.5)."""
    pinned = settings.desk.authserv_id.lower()
    if not pinned:
        return NO_EVIDENCE
    for field in _own_fields(mail.trace, pinned, settings.desk.address.partition("@")[2]):
        issuer, _, results = _COMMENT.sub(" ", field.value).partition(";")
        words = issuer.split()
        if words and (pinned == TOPMOST or words[0].lower() == pinned):
            return parse_results(results, mail.strict_sender.partition("@")[2])
    return NO_EVIDENCE


def parse_results(results: str, domain: str) -> Evidence:
    """The methods of one field (without its issuer) as evidence for mail From that domain."""
    found: dict[str, str] = {}
    aligned = False
    for part in results.split(";"):
        if match := _RESULT.match(part):
            method, word = match[1].lower(), match[2].lower()
            if word == "pass" or method not in found:
                found[method] = word
            if word == "pass" and method != "spf":
                domains = [p[1] for p in _PROPERTY.finditer(part)]
                aligned |= any(is_aligned(d, domain) for d in domains) or (method == "dmarc" and not domains)
    return Evidence(found.get("dmarc", ""), found.get("dkim", ""), found.get("spf", ""), aligned)


def is_aligned(signer: str, domain: str) -> bool:
    """Whether a signature of `signer` speaks for `domain`: the same, or one above it that is no bare top level (RFC 7489 s.3.1)."""
    signer, domain = signer.lower().rstrip("."), domain.lower()
    return bool(domain) and (signer == domain or (signer.count(".") >= 1 and domain.endswith("." + signer)))


def _own_fields(trace: Iterable[TraceField], pinned: str, desk_domain: str) -> Iterator[TraceField]:
    """The Authentication-Results above the first Received that a foreign host wrote."""
    received = 0
    for field in trace:
        if field.name.lower() == "authentication-results":
            yield field
            continue
        received += 1
        if pinned == TOPMOST and received > 1:
            return
        if pinned != TOPMOST and received > 1 and not _is_own_host(field.value, pinned, desk_domain):
            return


def _is_own_host(received: str, pinned: str, desk_domain: str) -> bool:
    """Whether a Received was written by a host of the pinned issuer's or the desk's own domain."""
    match = _BY.search(received)
    host = match[1].lower() if match else ""
    above = pinned.partition(".")[2]
    domains = {pinned, desk_domain, above if above.count(".") >= 1 else pinned}
    return any(host == d or host.endswith("." + d) for d in domains)


class Level(IntEnum):
    """How far an agent's mail is proved (spec 3)."""

    NONE = 0
    TOKEN = 1
    AUTHENTICATED = 2


@dataclass(frozen=True, slots=True)
class AgentProof:
    """An agent's standing for one mail: the ticket that their own token names, and how sure it is."""

    level: Level
    number: int | None = None
    why: str = ""


def find_claims(mail: Mail, settings: Settings) -> tuple[Claim, ...]:
    """Everything of ours that a mail claims to answer: signed addresses first, then ids, newest first.

    Where no signed address arrives, the code that stands in the subject of the question about a held mail comes last.
    """
    desk = settings.desk.address
    addresses = (parse_reply_address(a, desk) for a in mail.recipients)
    ids = (parse_message_id(i, desk) for i in cited_ids(mail))
    codes = () if settings.desk.plus_addressing else find_codes(fold_digits(strip_controls(mail.subject)))
    asked = (claim for claim in codes if claim.purpose == Purpose.CONFIRM)
    return tuple(claim for claim in (*addresses, *ids, *asked) if claim)


def cited_ids(mail: Mail) -> tuple[str, ...]:
    """In-Reply-To, then References newest first, each once (RFC 5322 s.3.6.4)."""
    return tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))


def cited_ours(mail: Mail, settings: Settings) -> tuple[str, ...]:
    """Those of the first cited ids that are in the form of ours: the mails of ours that this one answers and may quote."""
    return tuple(value for value in cited_ids(mail)[:MOST_CITED] if parse_message_id(value, settings.desk.address))


def find_holder(claim: Claim, known: KnownTicket | None, settings: Settings, ring: Keyring) -> Holder | None:
    """Whose token a claim carries, None when nobody's: flipped, outdated, of another ticket, or of nobody we know."""
    if known is None or claim.number != known.ticket.number:
        return None
    return next((h for h in _holders(claim.purpose, known, settings) if ring.is_signed(claim.token, h.parts)), None)


def _holders(purpose: str, known: KnownTicket, settings: Settings) -> Iterator[Holder]:
    number, mark = known.ticket.number, known.ticket.fingerprint
    if purpose == Purpose.REQUESTER:
        for p in known.participants:
            yield Holder(number, mark, Purpose.REQUESTER, p.address, p.generation)
    elif purpose == Purpose.AGENT:
        for agent in settings.agents:
            yield Holder(number, mark, Purpose.AGENT, agent.email, known.generations.get(agent.email, 0))
    elif purpose == Purpose.TEAM:
        for team in settings.teams:
            yield Holder(number, mark, Purpose.TEAM, team.name, known.generations.get(team.name, 0))


def prove_agent(mail: Mail, known: dict[int, KnownTicket], settings: Settings, ring: Keyring, evidence: Evidence) -> AgentProof:
    """How far a mail from a roster address is that agent's: by a token given to them (or to a team of theirs), and by authentication.

    The first claim says what is answered, and no other ticket's token makes up for it: words for one ticket must not go out on another
    that was cited further back, because the first one's token was revoked meanwhile.
    """
    agent = settings.find_agent(mail.strict_sender)
    if agent is None:
        return AgentProof(Level.NONE, why="not on the roster")
    claims = find_claims(mail, settings)
    of_tickets = claims if claims and claims[0].purpose not in (Purpose.CONFIRM, Purpose.DIGEST) else ()
    for claim in (claim for claim in of_tickets if claim.number == claims[0].number):
        holder = find_holder(claim, known.get(claim.number), settings, ring)
        if holder and is_given_to(holder, agent):
            level = Level.AUTHENTICATED if evidence.is_aligned else Level.TOKEN
            return AgentProof(level, claim.number, f"{holder.purpose.name.lower()} token")
    return AgentProof(Level.NONE, why="no valid token of this agent")


def is_given_to(holder: Holder, agent: Agent) -> bool:
    """Whether a token makes its bearer this agent: their own, or a team's of theirs.

    One that they hold as the requester of a ticket of their own does not: such a token is in everybody's hands whom they show the
    conversation to, and nothing revokes it.
    """
    if holder.purpose is Purpose.TEAM:
        return holder.person in agent.teams
    return holder.purpose is Purpose.AGENT and holder.person == agent.email


def is_on_ticket(address: str, known: KnownTicket) -> bool:
    """Whether an address may speak on a ticket: its requester, or someone whom an agent allowed."""
    return bool(address) and any(p.address == address and p.role is not Role.COPIED for p in known.participants)
