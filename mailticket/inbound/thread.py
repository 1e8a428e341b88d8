"""Which ticket does a mail belong to? The five proofs of spec 2.4, in order; the first valid one wins and every one tried is kept.

A proof finds the ticket; what it entitles to depends on whether the sender is on that ticket and on what DMARC says, by the table
`ENTITLED`. An invalid signature is as no proof, so that guessing yields answers that can't be told apart.
"""

import re
from collections.abc import Iterator

from mailticket.inbound.commands import find_asked
from mailticket.inbound.lines import find_digest, read_all
from mailticket.inbound.proof import Evidence, cited_ids, cited_ours, find_claims, find_holder, is_on_ticket
from mailticket.model.mail import Kind, Mail
from mailticket.model.outcome import Facts, Join, Keys, Proof, Threading
from mailticket.model.policy import Settings
from mailticket.model.staff import Asked
from mailticket.model.token import Claim, Keyring, Purpose, find_bounced_key, is_pseudo_reference, parse_message_id, parse_reply_address
from mailticket.text.bidi import strip_controls
from mailticket.text.normalise import fold_digits

MAX_IDS = 100
_TAG = re.compile(r"\[\s*MT\s*-\s*(\d{1,12})\s*\]", re.IGNORECASE)

SIGNED = frozenset({Proof.ADDRESS, Proof.SIGNED_ID, Proof.PSEUDO_REFERENCE})

# (proof is signed, sender is on the ticket, DMARC failed) -> what it entitles to
ENTITLED = {
    (True, True, False): Join.JOINED,
    (True, True, True): Join.UNVERIFIED,
    (True, False, False): Join.LINKED,
    (True, False, True): Join.LINKED,
    (False, True, False): Join.JOINED,
    (False, True, True): Join.LINKED,
    (False, False, False): Join.LINKED,
    (False, False, True): Join.LINKED,
}


def find_tag(subject: str) -> int | None:
    """The number of the last tag in a subject, through bidi marks and Arabic-Indic digits; None without one."""
    found = _TAG.findall(fold_digits(strip_controls(subject)))
    return int(found[-1]) if found else None


def find_keys(mail: Mail, settings: Settings, ring: Keyring) -> Keys:
    """What the store must be asked about a mail before it can be decided."""
    numbers = [claim.number for claim in find_claims(mail, settings)]
    if (tag := find_tag(mail.subject)) is not None:
        numbers.append(tag)
    return Keys(
        fingerprint=mail.fingerprint,
        message_id=mail.message_id,
        sender=mail.strict_sender or (mail.sender.address if mail.sender else ""),
        ids=cited_ids(mail)[:MAX_IDS],
        numbers=tuple(dict.fromkeys(numbers)),
        thread_index=mail.thread_index,
        bounced=_bounced(mail, settings, ring),
        asked=_asked(mail, settings),
    )


def _asked(mail: Mail, settings: Settings) -> Asked | None:
    """What more must be known of a mail from the roster; None for everyone else's."""
    agent = settings.find_agent(mail.strict_sender)
    if agent is None:
        return None
    held = (claim.number for claim in find_claims(mail, settings) if claim.purpose == Purpose.CONFIRM)
    spoken, cited = read_all(mail, settings), cited_ours(mail, settings)
    return find_asked(spoken, agent.email, next(held, None), cited, find_digest(mail, settings))


def _bounced(mail: Mail, settings: Settings, ring: Keyring) -> tuple[str, ...]:
    """Outbox keys and Message-IDs that a delivery report names; only what is signed by us counts (security.md, bounces)."""
    if mail.kind is not Kind.BOUNCE:
        return ()
    keys = [find_bounced_key(ring, a, settings.desk.address) for a in mail.recipients]
    ids = [mail.bounce.message_id] if mail.bounce and parse_message_id(mail.bounce.message_id, settings.desk.address) else []
    return tuple(key for key in (*keys, *ids) if key)


def choose_thread(mail: Mail, facts: Facts, settings: Settings, ring: Keyring, evidence: Evidence) -> Threading:
    """The ticket that a requester's mail belongs to, and how it may join it."""
    tried: list[str] = []
    for proof, number, is_valid, what in _proofs(mail, facts, settings, ring):
        tried.append(f"{proof.value}: {what}")
        known = facts.known.get(number) if number is not None else None
        if not is_valid or known is None:
            continue
        join = ENTITLED[proof in SIGNED, is_on_ticket(mail.strict_sender, known), evidence.has_failed]
        return Threading(join, proof, number, tuple(tried))
    return Threading(Join.NEW, tried=tuple(tried))


def _proofs(mail: Mail, facts: Facts, settings: Settings, ring: Keyring) -> Iterator[tuple[Proof, int | None, bool, str]]:
    """Each proof in order as (proof, ticket number, whether it holds, words for the record)."""
    desk = settings.desk.address
    for address in mail.recipients:
        if claim := parse_reply_address(address, desk):
            yield (Proof.ADDRESS, *_judge(claim, facts, settings, ring))
    ids = cited_ids(mail)[:MAX_IDS]
    for value in ids:
        if not is_pseudo_reference(value):
            yield from _by_id(value, facts, settings, ring)
    for value in ids:
        if is_pseudo_reference(value) and (claim := parse_message_id(value, desk)):
            yield (Proof.PSEUDO_REFERENCE, *_judge(claim, facts, settings, ring))
    if mail.thread_index:
        number = facts.thread_index
        yield Proof.THREAD_INDEX, number, number is not None, f"conversation of ticket {number}" if number else "unknown conversation"
    if (tag := find_tag(mail.subject)) is not None:
        yield Proof.TAG, tag, tag in facts.known, f"[MT-{tag}]" + ("" if tag in facts.known else " does not exist")


def _by_id(value: str, facts: Facts, settings: Settings, ring: Keyring) -> Iterator[tuple[Proof, int | None, bool, str]]:
    if claim := parse_message_id(value, settings.desk.address):
        yield (Proof.SIGNED_ID, *_judge(claim, facts, settings, ring))
    elif (number := facts.ids.get(value)) is not None:
        yield Proof.KNOWN_ID, number, True, f"{value} is of ticket {number}"


def _judge(claim: Claim, facts: Facts, settings: Settings, ring: Keyring) -> tuple[int, bool, str]:
    holder = find_holder(claim, facts.known.get(claim.number), settings, ring)
    return claim.number, holder is not None, f"ticket {claim.number}, " + ("signature valid" if holder else "signature invalid")
