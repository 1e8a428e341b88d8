"""What is asked of the reader on each mail of the corpus: a check takes a mail and what is known of it, and says what is wrong."""

import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailticket.model.mail import Kind, Mail
from tests.bench.corpus.data import KINDS, Entry

FOLDER = Path(__file__).resolve().parents[2] / "corpus"
BAD = ("\ufffd", *map(chr, range(0xD800, 0xE000)))
NO_FAILURE = ("feedback", "vacation")
"""sisimai's reasons for mails that are no bounce."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: how many were asked, what was wrong with which, and the least share that must be right (None: only told)."""

    name: str
    asked: int
    wrong: dict[str, str]
    bar: float | None = 1.0
    known: int = 0
    """How many wrong ones are left out of the count, each for a reason that stands in tests/corpus/known.toml."""

    @property
    def right(self) -> int:
        """How many came out as they should."""
        return self.asked - len(self.wrong)

    @property
    def is_reached(self) -> bool:
        """Whether the bar is."""
        return self.bar is None or self.right >= self.bar * self.asked


Read = Mapping[str, Mail]
Check = Callable[[Entry, Mail], str | None]
"""What is wrong in words, "" for nothing, None where nothing is known of that mail."""


def known_exceptions() -> dict[str, dict[str, str]]:
    """By check and file, why a mail does not come out as its source says."""
    return tomllib.loads((FOLDER / "known.toml").read_text(encoding="utf-8"))


def reference_texts() -> dict[str, str]:
    """The texts of mails in many charsets, as `iconv` decodes them; a person has read each."""
    rows = json.loads((FOLDER / "texts.json").read_text(encoding="utf-8"))
    return {name: row["text"] for name, row in rows.items()}


def fold(text: str) -> str:
    """The text with its white space folded."""
    return " ".join(text.split())


def _differs(found: object, expected: object) -> str:
    return "" if found == expected else f"{found!r}, not {expected!r}"[:300]


def check_read(_: Entry, mail: Mail) -> str:
    """Neither an exception nor a limit of the worker."""
    spoilt = mail.kind is Kind.UNREADABLE and mail.reason != "no header field of a mail"
    return mail.reason if spoilt else ""


def check_readable(_: Entry, mail: Mail) -> str:
    return mail.reason if mail.kind is Kind.UNREADABLE else ""


def check_letters(_: Entry, mail: Mail) -> str:
    """No replacement character and no lone surrogate in anything that people read."""
    people = (*((mail.sender,) if mail.sender else ()), *mail.to, *mail.cc)
    shown = "\n".join((mail.subject, mail.text, *(person.name for person in people), *(part.filename for part in mail.attachments)))
    return next((f"has {bad!r}" for bad in BAD if bad in shown), "")


def check_sender(entry: Entry, mail: Mail) -> str | None:
    expected = entry.facts.get("from")
    return None if expected is None or "\ufffd" in expected else _differs(mail.sender.address if mail.sender else "", expected.lower())


def check_subject(entry: Entry, mail: Mail) -> str | None:
    expected = entry.facts.get("subject")
    return None if expected is None or "\ufffd" in expected else _differs(fold(mail.subject), fold(expected))


def check_kind(entry: Entry, mail: Mail) -> str | None:
    expected = entry.given.get("kind")
    return None if expected is None else _differs(str(mail.kind), KINDS.get(expected, expected))


def check_addresses(entry: Entry, mail: Mail) -> str | None:
    """flufl.bounce: the address is one of those that its detectors find."""
    expected = {address.lower() for address in entry.given.get("addresses", ())}
    found = mail.bounce.recipient if mail.bounce else ""
    return None if not expected else "" if found in expected else f"{found!r}, not one of {sorted(expected)}"


def check_every_address(entry: Entry, mail: Mail) -> str | None:
    """flufl.bounce: the report tells of all addresses that its detectors find, and of no others."""
    expected = sorted(address.lower() for address in entry.given.get("addresses", ()))
    found = sorted({mail.bounce.recipient, *(row.recipient for row in mail.bounce.others)}) if mail.bounce else []
    return None if not expected else _differs(found, sorted(set(expected)))


def _refusals(entry: Entry) -> list[dict[str, Any]]:
    return [row for row in entry.given.get("bounces", ()) if row["reason"] not in NO_FAILURE]


def check_class(entry: Entry, mail: Mail) -> str | None:
    """sisimai: temporary or permanent, as the class of one of the given statuses says."""
    rows = _refusals(entry)
    status = mail.bounce.status if mail.bounce else ""
    return None if not rows else "" if status[:1] in {row["dsn"][:1] for row in rows} else f"{status!r}, not {rows[0]['dsn']} {rows[0]['reason']}"


def check_meaning(entry: Entry, mail: Mail) -> str | None:
    """sisimai: whether the address itself is refused for good."""
    rows = _refusals(entry)
    lasts = bool(mail.bounce and mail.bounce.is_permanent)
    return None if not rows else "" if lasts in {row["hard"] for row in rows} else f"{mail.bounce}, not {rows[0]['reason']}"


def check_own(entry: Entry, mail: Mail) -> str | None:
    """Every fact of the sets that were made for this project."""
    if not entry.source.startswith("own-"):
        return None
    told = {
        "from": mail.sender.address if mail.sender else "",
        "from_name": mail.sender.name if mail.sender else "",
        "subject": mail.subject,
        "kind": str(mail.kind),
        "text": fold(mail.text),
        "reply_text": fold(mail.reply_text),
        "attachments": [part.filename for part in mail.attachments],
        "uuencoded_files": [part.filename for part in mail.attachments],
        "uuencoded_size": sum(part.size for part in mail.attachments),
        "failed_recipients": [mail.bounce.recipient] if mail.bounce else [],
        "status": mail.bounce.status if mail.bounce else "",
        "tnef_files": sorted(name for part in mail.attachments for name in part.inside),
    }
    return "; ".join(filter(None, (_differs_own(told[field], field, value) for field, value in entry.given.items() if field in told)))


def _differs_own(found: object, field: str, value: Any) -> str:
    if field == "tnef_files":  # the bodies that the source's library lists as files are text here
        value = sorted(name for name in value if not name.startswith("body."))
    expected = fold(value) if field in ("text", "reply_text") else value
    return _differs(found, expected)


def check_source_text(entry: Entry, mail: Mail) -> str | None:
    """The plain text that webklex-php-imap states."""
    expected = entry.given.get("text") if entry.source == "webklex-php-imap" else None
    return None if expected is None else _differs(fold(mail.text), fold(expected))


def check_names(entry: Entry, mail: Mail) -> str | None:
    """Names of attachments: mikel-mail's first one, and those that webklex-php-imap's tests mention (made-up ids aside)."""
    expected = [name for name in entry.given.get("attachment_names_mentioned", ()) if "." in name] or [entry.given.get("first_attachment", "")]
    found = {part.filename for part in mail.attachments}
    return None if not expected[0] else "" if found.issuperset(expected) else f"{sorted(found)}, not {expected}"[:300]


def check_ids(entry: Entry, mail: Mail) -> str | None:
    """mikel-mail's message-ids."""
    expected = entry.given.get("message_id")
    return None if expected is None else _differs(mail.message_id.strip("<>"), expected)


CHECKS: tuple[tuple[str, Check, float | None], ...] = (
    ("read without exception or time-out", check_read, 1.0),
    ("readable", check_readable, 1.0),
    ("no U+FFFD, no lone surrogate", check_letters, 1.0),
    ("from (given and own reading)", check_sender, 1.0),
    ("subject (given and own reading)", check_subject, 1.0),
    ("kind given", check_kind, 0.99),
    ("flufl.bounce: failed address", check_addresses, 0.98),
    ("flufl.bounce: every failed address", check_every_address, None),
    ("sisimai: class of the status", check_class, 0.95),
    ("sisimai: address refused for good", check_meaning, None),
    ("own-*: every fact", check_own, 1.0),
    ("webklex: text", check_source_text, 1.0),
    ("names of attachments", check_names, 1.0),
    ("mikel-mail: message-id", check_ids, 1.0),
)
"""What is asked, and the share that must be right."""


def check_all(entries: Iterable[Entry], mails: Read) -> list[Figure]:
    """The table's rows, the texts of the charset files among them."""
    entries, known = list(entries), known_exceptions()
    rows = [_count(name, check, bar, entries, mails, known.get(check.__name__.removeprefix("check_"), {})) for name, check, bar in CHECKS]
    references = reference_texts()
    found = {name: fold(mails[name].text) if name in mails else "not in the corpus" for name in references}
    wrong = {name: text[:200] for name, text in found.items() if text != references[name]}
    return [*rows, Figure("text of charset files", len(references), wrong)]


def _count(name: str, check: Check, bar: float | None, entries: list[Entry], mails: Read, known: Mapping[str, str]) -> Figure:
    found = {entry.name: said for entry in entries if (said := check(entry, mails[entry.name])) is not None}
    wrong = {file: said for file, said in found.items() if said and file not in known}
    excused = sum(bool(said) and file in known for file, said in found.items())
    return Figure(name, len(found) - excused, wrong, bar, excused)
