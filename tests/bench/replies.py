"""The cut of new words, against what the sources of the corpus say of their own files.

`check_replies(corpus)` reads every file with a given `reply_text`, `first_fragment`, `reply_contains`, `quoted_contains` or `hidden`
and says what came out otherwise. The tests run it; `python -m tests.bench.replies` prints it as a table.
"""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mailticket.inbound.parse import parse_mail
from mailticket.inbound.quoting import Reply, split_reply
from mailticket.text.html import html_to_text

SETS = ("talon", "email_reply_parser", "django-helpdesk", "crisp-email-reply-parser", "own-arabic")
FIELDS = ("reply_text", "reply_text_no_whitespace", "first_fragment", "reply_contains", "quoted_contains", "fragments")


@dataclass(frozen=True, slots=True)
class Check:
    """One given fact of one file: whether it came out, what was wanted, and what came."""

    file: str
    field: str
    right: bool
    wanted: str
    came: str


def find_corpus() -> Path:
    """The folder of the corpus: the variable CORPUS, else beside the clone."""
    return Path(os.environ.get("CORPUS") or Path(__file__).parents[2].parent / "shared" / "corpus")


def read_reply(path: Path) -> Reply:
    """The cut of a file: a mail, HTML, or plain text of a body."""
    raw = path.read_bytes()
    if path.suffix == ".eml":
        mail = parse_mail(raw)
        return Reply(mail.reply_text, mail.cut_text, mail.reply_sure)
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
    return split_reply(html_to_text(text) if path.suffix == ".html" else text)


def check_replies(corpus: Path) -> Iterator[Check]:
    """Every given fact about new words, in the order of the files."""
    for name in SETS:
        facts = json.loads((corpus / name / "expected.json").read_text(encoding="utf-8"))
        for file, entry in facts.items():
            given = set(entry.get("given", ())) if isinstance(entry.get("given"), list) else set()
            if given.intersection(FIELDS):
                reply = read_reply(corpus / name / file)
                yield from (_check(f"{name}/{file}", field, entry, reply) for field in FIELDS if field in given)


def _check(file: str, field: str, entry: dict[str, object], reply: Reply) -> Check:
    wanted = entry[field]
    if field in ("reply_text", "reply_text_no_whitespace"):
        right = "".join(reply.text.split()) == "".join(str(wanted).split())
    elif field == "first_fragment":
        right = not _lost(str(wanted), reply.text)
    elif field == "fragments":
        right = wanted != 1 or not reply.cut
    else:
        text = reply.text if field == "reply_contains" else reply.cut
        pieces = [str(wanted)] if isinstance(wanted, str) else list(map(str, wanted if isinstance(wanted, list) else ()))
        right = all(" ".join(piece.lstrip("^").split()) in " ".join(text.split()) for piece in pieces)
    return Check(file, field, right, str(wanted), reply.cut if field == "quoted_contains" else reply.text)


def _lost(wanted: str, text: str) -> list[str]:
    """The words of one text that are not in the other, in order."""
    words = iter(text.split())
    return [word for word in wanted.split() if not any(word == other for other in words)]


def main() -> int:
    """Print each field's figure, and what came out otherwise."""
    checks = list(check_replies(find_corpus()))
    for field in FIELDS:
        rows = [check for check in checks if check.field == field]
        print(f"{field:26} {sum(check.right for check in rows):3} of {len(rows)}")
    for check in checks:
        if not check.right:
            print(f"\n== {check.file} {check.field}\n-- wanted\n{check.wanted}\n-- came\n{check.came}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
