"""The mails of tests/mails, each named by its trouble, against what a person reads in them."""

import json
from pathlib import Path

import pytest

from mailticket.inbound.body import read_part
from mailticket.inbound.parse import describe_mail, parse_mail
from mailticket.model.mail import Mail

MAILS = Path(__file__).parent / "mails"
EXPECTED: dict[str, dict[str, object]] = json.loads((MAILS / "expected.json").read_text(encoding="utf-8"))
OWN = frozenset({"support@desk.example", "info@example.sa"})


def read(name: str) -> Mail:
    return parse_mail((MAILS / name).read_bytes(), OWN)


def show(mail: Mail, field: str) -> object:
    """A field as it stands in expected.json."""
    if field == "sender":
        return mail.sender and mail.sender.address
    if field == "from_name":
        return mail.sender and mail.sender.name
    if field == "forwarded_from":
        return mail.forwarded_from and mail.forwarded_from.address
    if field == "attachments":
        return [part.filename for part in mail.attachments]
    if field == "bounce":
        return mail.bounce and {name: getattr(mail.bounce, name) for name in ("recipient", "status", "action", "message_id")}
    value = getattr(mail, field)
    return list(value) if isinstance(value, tuple) else value.strip() if isinstance(value, str) else value


@pytest.mark.parametrize(("name", "field"), [(name, field) for name, fields in EXPECTED.items() for field in fields])
def test_a_mail_says_what_a_person_reads_in_it(name: str, field: str) -> None:
    """Each field of each troubled mail comes out as its sender meant it."""
    assert show(read(name), field) == EXPECTED[name][field]


def test_every_mail_is_expected() -> None:
    """No fixture lies there unread."""
    assert {path.name for path in MAILS.glob("*.eml")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_json_is_whole_and_plain(name: str) -> None:
    """`parse --json` gives every key of interfaces.md and nothing that JSON can't hold."""
    row = json.loads(json.dumps(describe_mail(read(name), name), ensure_ascii=False))
    assert set(row) == {
        *(
            "file",
            "message_id",
            "from",
            "to",
            "cc",
            "reply_to",
            "subject",
            "date",
            "in_reply_to",
            "references",
            "kind",
            "reason",
            "language",
        ),
        *("text", "reply_text", "reply_sure", "attachments", "forwarded_from", "bounce", "authentication", "faults"),
    }
    assert set(row["authentication"]) == {"dmarc", "dkim", "spf"}


def test_a_part_is_found_again_by_its_place() -> None:
    """The bytes of an attachment come back from the raw mail by the place that the mail names."""
    raw = (MAILS / "alternative-with-empty-plain-part.eml").read_bytes()
    (image,) = parse_mail(raw).attachments
    found, data = read_part(raw, image.part)
    assert data == b"\x89PNG\r\n\x1a\n"
    assert found == image


def test_a_part_that_is_not_there_is_an_error() -> None:
    """Asking for a part beyond the last one raises IndexError."""
    with pytest.raises(IndexError):
        read_part(b"From: a@example.com\n\nhello\n", 7)


def test_the_fingerprint_survives_a_second_delivery() -> None:
    """Trace fields, line ends and a trailing line do not make another mail; another word in the body does."""
    raw = (MAILS / "win1256-8bit.eml").read_bytes()
    again = (
        b"Received: from x by y; Sun, 4 Jan 2026 10:00:00 +0300\r\nX-Spam: no\r\nDelivered-To: info@example.sa\r\n"
        + raw.replace(b"\n", b"\r\n")
        + b"\r\n"
    )
    assert parse_mail(again).fingerprint == parse_mail(raw).fingerprint
    assert parse_mail(again).digest != parse_mail(raw).digest
    assert parse_mail(raw + b"more").fingerprint != parse_mail(raw).fingerprint


def test_the_envelope_and_the_trace_are_told() -> None:
    """Envelope hints, Return-Path, results of authentication and hops come out in the order of the mail."""
    mail = parse_mail(
        b"Return-Path: <Noura@Example.com>\nDelivered-To: info+x@example.sa\nX-Original-To: info@example.sa\n"
        b"Received: from a by b; now\nAuthentication-Results: mx.example.sa; dkim=pass (2048) header.d=example.com;\n"
        b" spf=softfail; dmarc=fail\n"
        b"Received: from c by a; now\nAuthentication-Results: other; dmarc=pass\nFrom: noura@example.com\nTo: INFO@example.sa\n\nhello\n"
    )
    assert mail.return_path == "noura@example.com"
    assert mail.recipients == ("info+x@example.sa", "info@example.sa", "info@example.sa")
    assert [field.name for field in mail.trace] == ["Received", "Authentication-Results", "Received", "Authentication-Results"]
    assert describe_mail(mail, "x")["authentication"] == {"dmarc": "fail", "dkim": "pass", "spf": "softfail"}
