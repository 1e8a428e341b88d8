"""What reading costs: CPU seconds for the whole corpus against the floor of the same run, and which stage takes which share.

A process of its own, one core: `python -m tests.bench.corpus.stages ROUNDS`. The stages are those of `inbound.parse`, run one after another
on the same mails; what they leave of a whole reading is told as the rest.
"""

import gc
import sys
import time
from collections.abc import Callable, Sequence
from email.errors import MessageError
from typing import Any

from mailticket.inbound.addresses import parse_addresses
from mailticket.inbound.body import Body, read_body
from mailticket.inbound.bounces import find_bounce
from mailticket.inbound.forward import find_forwarded
from mailticket.inbound.headers import Headers, find_ids
from mailticket.inbound.mime import Part, find_charset, find_excess, fold_line_ends, parse_bytes
from mailticket.inbound.parse import clean_subject, make_fingerprint, parse_mail
from mailticket.inbound.quoting import Reply, split_reply
from mailticket.inbound.screening import screen
from mailticket.model.mail import Kind, Language
from mailticket.text.language import find_language
from tests.bench.corpus.data import find_folder, load
from tests.bench.floor import read_once

SPEED_BAR = 2.0


def measure(raws: Sequence[bytes], rounds: int) -> float:
    """Prints the table; the ratio of the best whole reading to the best floor of so many rounds."""
    gc.collect()
    gc.freeze()  # what the modules hold is no cost of reading
    floors, wholes = [], []
    for _ in range(rounds):  # turn by turn, so that a busy machine slows both
        floors.append(_timed(_floor, raws))
        wholes.append(_timed(parse_mail, raws))
    floor, whole = min(floors), min(wholes)
    ratio = whole / floor
    print(f"\n{len(raws)} mails, CPU seconds: floor {floor:.3f}, whole reading {whole:.3f}: {ratio:.2f} times the floor (bar {SPEED_BAR:g})")
    stages = measure_stages(raws)
    for name, seconds in [*stages.items(), ("the rest", whole - sum(stages.values()))]:
        print(f"    {name:<28}{seconds:>8.3f}{seconds / whole:>8.0%}")
    return ratio


def _timed(work: Callable[[bytes], object], raws: Sequence[bytes]) -> float:
    began = time.process_time()
    for raw in raws:
        work(raw)
    return time.process_time() - began


def _floor(raw: bytes) -> None:
    try:
        read_once(raw)
    except (MessageError, LookupError, ValueError, AttributeError, TypeError):  # the standard library fails on some, and has read them until there
        return


def measure_stages(raws: Sequence[bytes]) -> dict[str, float]:
    """CPU seconds of each stage over all mails."""
    seconds: dict[str, float] = {}

    def stage(name: str, work: Callable[[Any], Any], values: Sequence[Any]) -> list[Any]:
        began = time.process_time()
        done = [work(value) for value in values]
        seconds[name] = time.process_time() - began
        return done

    roots = stage("structure", lambda raw: (find_excess(raw), parse_bytes(raw)[0])[1], raws)
    heads = stage("header fields", lambda root: Headers(root, find_charset(root)), roots)
    subjects = stage("addresses, ids, subject", _read_fields, heads)
    bodies = stage("body and attachments", read_body, roots)
    replies = stage("new text", lambda body: split_reply(body.text), bodies)
    mails = list(zip(roots, heads, subjects, bodies, strict=True))
    stage("kind and bounce", _screen, mails)
    stage("forwards", lambda pair: _find_forwarded(*pair), list(zip(mails, replies, strict=True)))
    stage("language", lambda reply: find_language(reply.text, Language.AR), replies)
    stage("fingerprint", lambda pair: make_fingerprint(*pair), list(zip(map(fold_line_ends, raws), heads, strict=True)))
    return seconds


def _read_fields(headers: Headers) -> str:
    for name in ("from", "to", "cc", "reply-to"):
        parse_addresses(headers.all(name))
    for name in ("message-id", "in-reply-to", "references"):
        find_ids(headers.all(name))
    return clean_subject(headers.text("subject"))


def _screen(mail: tuple[Part, Headers, str, Body]) -> None:
    root, headers, subject, body = mail
    found = screen(root, headers, next(iter(parse_addresses(headers.all("from"))), None), subject, body.text)
    if found.kind is Kind.BOUNCE:
        find_bounce(root, headers, body.text)


def _find_forwarded(mail: tuple[Part, Headers, str, Body], reply: Reply) -> None:
    root, _, subject, body = mail
    find_forwarded(root, subject, body.text, cut=bool(reply.cut) or not reply.sure)


if __name__ == "__main__":
    sys.exit(measure([entry.raw for entry in load(find_folder())], int(sys.argv[1])) > SPEED_BAR)
