"""What a requester says of a resolution: a mail to one of the three signed addresses of the question (spec 4.3).

The token binds the requester and the resolution, and From must be the same person: a forwarded question, a stranger who found one, or a
later resolution's turn prove nothing. Automatic mail never gets here, and a mail that failed DMARC does not count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mailticket.inbound.proof import Evidence
from mailticket.model.mail import Kind, Mail
from mailticket.model.outcome import KnownTicket
from mailticket.model.policy import Settings
from mailticket.model.token import Claim, Holder, Keyring, Purpose, find_codes, parse_reply_address
from mailticket.text.bidi import strip_controls
from mailticket.text.marks import VERDICTS
from mailticket.text.normalise import fold_digits

SOLVED, UNSOLVED, RATED = "solved", "unsolved", "rated"
WORDS = {Purpose.SOLVED: SOLVED, Purpose.UNSOLVED: UNSOLVED, Purpose.RATE: RATED}
MAX_COMMENT = 4000
_CODE = re.compile(r"\b(?P<number>\d{1,12})\.(?P<purpose>[snv])\.(?P<token>[a-z0-9][a-z2-7]{16})\b", re.IGNORECASE)
_TAG = re.compile(r"\[\s*MT\s*-\s*\d+\s*\]", re.IGNORECASE)
_SCORE = re.compile(r"(?<![\d.])[1-5](?![\d])")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A proved word on one of a ticket's resolutions: "solved", "unsolved" or "rated" with its score, and what the person added."""

    word: str
    resolution: int
    score: int | None = None
    comment: str = ""


def find_verdict_claim(mail: Mail, settings: Settings) -> Claim | None:
    """The verdict that a mail claims to give: by an address that it was sent to, or by a code in its subject."""
    return next((claim for claim in _claims(mail, settings) if claim.purpose in WORDS), None)


def _claims(mail: Mail, settings: Settings) -> Iterator[Claim]:
    yield from (claim for a in mail.recipients if (claim := parse_reply_address(a, settings.desk.address)))
    yield from find_codes(fold_digits(strip_controls(mail.subject)))


def find_verdict(mail: Mail, claim: Claim, known: KnownTicket, ring: Keyring, evidence: Evidence) -> Verdict | None:
    """The verdict, None when it proves nothing: of another ticket or person, flipped, automatic, or forged."""
    ticket = known.ticket
    if mail.kind is not Kind.NORMAL or mail.strict_sender != ticket.requester or evidence.has_failed or claim.number != ticket.number:
        return None
    holder = Holder(ticket.number, ticket.fingerprint, Purpose(claim.purpose), ticket.requester)
    rounds = range(ticket.resolution, 0, -1)
    found = next((n for n in rounds if ring.is_signed(claim.token, replace(holder, generation=n).parts)), None)
    if found is None:
        return None
    word = WORDS[Purpose(claim.purpose)]
    return Verdict(word, found, find_score(mail) if word == RATED else None, find_comment(mail.reply_text))


def find_score(mail: Mail) -> int | None:
    """The first figure from 1 to 5, in any digits: in the first line that has one, else in the subject; None without one."""
    subject = _CODE.sub(" ", _TAG.sub(" ", fold_digits(strip_controls(mail.subject))))
    for line in (*fold_digits(strip_controls(mail.reply_text)).splitlines()[:3], subject):
        if found := _SCORE.search(line):
            return int(found[0])
    return None


def find_comment(text: str) -> str:
    """What the person added to the text that the link brought along."""
    ours = {_plain(line) for words in VERDICTS.values() for said in (words.ar, words.en) for line in said.splitlines()}
    kept = [line for line in text.splitlines() if _plain(line) not in ours]
    return "\n".join(kept).strip()[:MAX_COMMENT]


def _plain(line: str) -> str:
    """A line without what differs from link to link: the score, and spaces."""
    return re.sub(r"[\d\s]|\{score\}", "", fold_digits(strip_controls(line)))
