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
from mailticket.text.normalise import fold_digits, normalise

SOLVED, UNSOLVED, RATED = "solved", "unsolved", "rated"
WORDS = {Purpose.SOLVED: SOLVED, Purpose.UNSOLVED: UNSOLVED, Purpose.RATE: RATED}
MAX_COMMENT = 4000
_CODE = re.compile(r"\b(?P<number>\d{1,12})\.(?P<purpose>[snv])\.(?P<token>[a-z0-9][a-z2-7]{16})\b", re.IGNORECASE)
_TAG = re.compile(r"\[\s*MT\s*-\s*\d+\s*\]", re.IGNORECASE)
_SCORE = re.compile(r"(?<![\d.])[1-5](?![\d])")
_SCALE = re.compile(r"(?<![\d.,/])(?P<score>\d+)(?:[.,]\d+)?\s*(?:/|من|من اصل|of|out of)\s*(?P<top>5|10|100)(?![\d/.])")
_LABEL = r"(?:تقييم\w*|rat(?:e|ing)|score)\W{0,8}(?:(?:هو|is)\s+)?"
_LABELLED = re.compile(rf"{_LABEL}(?P<score>\d+)(?![\d/])")
_STARS = re.compile("(?P<stars>[★⭐🌟]{1,5})(?![★⭐🌟])")
_WORDS = ("one واحد واحده", "two اثنان اثنين", "three ثلاث ثلاثه", "four اربع اربعه", "five خمس خمسه")
_NUMBERS = {word: score for score, words in enumerate(_WORDS, 1) for word in words.split()}
_NUMBER = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_SAID = re.compile(rf"(?:^\W*|{_LABEL})(?P<word>{_NUMBER})(?:\W*$|\s+(?:نجوم|نجمات|stars?|من|out|of)\b)")
FIRST_LINES, MOST_LINES = 3, 12
"""Of the lines with words: a bare figure stands in the first ones, a figure that says what it is may stand further down."""


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
    """The rating that a mail gives, in any digits, stars or a word; None for none, and for one that is not from 1 to 5.

    What says that it is a rating (4 of 5, "Rating: 4") counts before a bare figure, which may count anything.
    """
    subject = normalise(_CODE.sub(" ", _TAG.sub(" ", fold_digits(strip_controls(mail.subject)))))
    lines = [line for line in normalise(mail.reply_text.replace("\ufe0f", "")).splitlines() if line.strip()][:MOST_LINES]
    every = (*lines, subject)
    first = (*lines[:FIRST_LINES], subject)
    for pattern, places in ((_SCALE, every), (_LABELLED, every), (_SCORE, first), (_STARS, every), (_SAID, every)):
        if found := next(filter(None, map(pattern.search, places)), None):
            return _read_score(found)
    return None


def _read_score(found: re.Match[str]) -> int | None:
    """The figure of a match; of another scale than 5, and of no or too many points, it is none."""
    said = found.groupdict()
    if "stars" in said:
        return len(said["stars"])
    score = _NUMBERS[said["word"]] if "word" in said else int(said.get("score", found[0]))
    return score if 1 <= score <= 5 and said.get("top", "5") == "5" else None


def find_comment(text: str) -> str:
    """What the person added to the text that the link brought along."""
    ours = {_plain(line) for words in VERDICTS.values() for said in (words.ar, words.en) for line in said.splitlines()}
    kept = [line for line in text.splitlines() if _plain(line) not in ours]
    return "\n".join(kept).strip()[:MAX_COMMENT]


def _plain(line: str) -> str:
    """A line without what differs from link to link: the score, and spaces."""
    return re.sub(r"[\d\s]|\{score\}", "", fold_digits(strip_controls(line)))
