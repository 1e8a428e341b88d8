"""Who or what wrote a mail, row by row of the table."""

import pytest

from mailticket.inbound.forward import is_forward_subject
from mailticket.inbound.parse import parse_mail
from mailticket.model.mail import Kind, Mail

OWN = frozenset({"info@example.sa", "support@example.sa"})


def write(fields: str = "", body: str = "The page does not open, please help.", sender: str = "Noura <noura@example.com>", subject: str = "hello") -> Mail:
    head = f"From: {sender}\nTo: info@example.sa\nSubject: {subject}\nMessage-ID: <s1@example.com>\nDate: Sun, 04 Jan 2026 10:15:00 +0300\n"
    return parse_mail(f"{head}{fields}\n{body}\n".encode(), OWN)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ("", Kind.NORMAL),
        ("Auto-Submitted: no\n", Kind.NORMAL),
        ("Auto-Submitted: No (a comment); x=y\n", Kind.NORMAL),
        ("Auto-Submitted: auto-replied (vacation)\n", Kind.AUTO_REPLY),
        ("Auto-Submitted: Auto-Generated; a=b\n", Kind.AUTO_GENERATED),
        ("Auto-Submitted: something-new\n", Kind.AUTO_GENERATED),
        ("Return-Path: <>\n", Kind.AUTO_GENERATED),
        ("Return-Path: <noura@example.com>\n", Kind.NORMAL),
        ("List-Id: <users.example.com>\n", Kind.LIST),
        ("List-Unsubscribe: <mailto:x@example.com>\n", Kind.LIST),
        ("Feedback-ID: 1:x\n", Kind.LIST),
        ("Precedence: auto_reply\n", Kind.AUTO_REPLY),
        ("Preference: auto_reply\n", Kind.AUTO_REPLY),
        ("X-Autoreply: yes\n", Kind.AUTO_REPLY),
        ("X-Autorespond: hi\n", Kind.AUTO_REPLY),
        ("X-Mail-Autoreply: hi\n", Kind.AUTO_REPLY),
        ("X-FC-MachineGenerated: true\n", Kind.AUTO_GENERATED),
        ("X-POST-MessageClass: 9\n", Kind.AUTO_GENERATED),
        ("X-AMAZON-MAIL-RELAY-TYPE: notification\n", Kind.AUTO_GENERATED),
        ("X-Failed-Recipients: gone@example.com\n", Kind.BOUNCE),
        ("Received: from a by b\n" * 30, Kind.LOOP),
        ("Received: from a by b\n" * 29, Kind.NORMAL),
        ("X-Auto-Response-Suppress: None\n", Kind.NORMAL),
    ],
    ids=lambda value: value.split("\n")[0] or "nothing" if isinstance(value, str) else value.value,
)
def test_fields_tell_machines_from_people(fields: str, kind: Kind) -> None:
    """Each mark of security.md has its row, and a reason in words."""
    mail = write(fields)
    assert mail.kind is kind
    assert mail.reason
    assert mail.suppress == ""


@pytest.mark.parametrize(
    "fields",
    ["Precedence: bulk\n", "X-Precedence: junk\n", "Precedence: list\n", "X-Auto-Response-Suppress: OOF\n", "X-Auto-Response-Suppress: DR, AutoReply\n",
     "X-Auto-Response-Suppress: All\n", "X-MS-Exchange-Inbox-Rules-Loop: info@example.sa\n"],
)
def test_a_person_with_a_mark_is_served_but_not_acknowledged(fields: str) -> None:
    """Marks that a person's mail may carry keep it a ticket and suppress the acknowledgement, with a reason."""
    mail = write(fields)
    assert mail.kind is Kind.NORMAL
    assert mail.suppress


def test_bulk_that_offers_to_unsubscribe_is_a_list() -> None:
    """Precedence: bulk on what no person wrote is list mail."""
    assert write("Precedence: bulk\n", "Great offers! Unsubscribe here.").kind is Kind.LIST


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("info@example.sa", Kind.LOOP),
        ("Desk <INFO+1042.r.kabc@example.sa>", Kind.LOOP),
        ("support@example.sa", Kind.LOOP),
        ("info@example.com", Kind.NORMAL),
        ("info <noura@example.com>", Kind.NORMAL),
        ("no-reply@example.com", Kind.AUTO_GENERATED),
        ("donotreply@example.com", Kind.AUTO_GENERATED),
        ("noreply+x@example.com", Kind.AUTO_GENERATED),
        ("noura.reply@example.com", Kind.NORMAL),
    ],
)
def test_senders_tell_too(sender: str, kind: Kind) -> None:
    """Our own addresses, their plus addresses, and addresses that nobody reads."""
    assert write(sender=sender).kind is kind


@pytest.mark.parametrize("subject", ["Automatic reply: hello", "Out of office: x", "رد تلقائي: الشهادة", "=?utf-8?B?2LHYryDYqtmE2YLYp9im2Yo6INmF2LHYrdio2Kc=?=", "خارج المكتب"])
def test_a_subject_is_the_weakest_sign(subject: str) -> None:
    """A prefix alone makes an automatic reply, but never of a mail that threads as a person's answer."""
    assert write(subject=subject).kind is Kind.AUTO_REPLY
    assert write("In-Reply-To: <a@example.sa>\n", subject=subject).kind is Kind.NORMAL
    assert write("References: <a@example.sa>\n", subject=subject).kind is Kind.NORMAL


@pytest.mark.parametrize("subject", ["How do I set an out of office reply?", "كيف أضبط الرد التلقائي؟", "أنا خارج المملكة ولا أستطيع الدخول", "My mail was returned, what now?"])
def test_people_who_write_about_machines_are_people(subject: str) -> None:
    """Words about automatic mail do not make a mail automatic."""
    assert write(subject=subject).kind is Kind.NORMAL


def test_a_report_is_a_bounce_though_it_says_auto_replied() -> None:
    """multipart/report is looked at before Auto-Submitted."""
    fields = "Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n"
    mail = write(fields, "--b\n\nfailed\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@example.com\nStatus: 5.1.1\n--b--")
    assert mail.kind is Kind.BOUNCE
    assert mail.bounce is not None
    assert (mail.bounce.recipient, mail.bounce.is_permanent) == ("a@example.com", True)


def test_an_encoded_report_is_read() -> None:
    """Some servers send the machine part in base64, though they may not."""
    part = "UmVwb3J0aW5nLU1UQTogZG5zOyB4CgpGaW5hbC1SZWNpcGllbnQ6IHJmYzgyMjsgYUBleGFtcGxlLmNvbQpBY3Rpb246IGZhaWxlZApTdGF0dXM6IDUuMi4yCg=="
    body = f"--b\n\nfailed\n--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n{part}\n--b--"
    mail = write("Content-Type: multipart/report; report-type=delivery-status; boundary=b\n", body)
    assert mail.bounce is not None
    assert (mail.bounce.recipient, mail.bounce.status, mail.bounce.action) == ("a@example.com", "5.2.2", "failed")


@pytest.mark.parametrize(("subject", "forward"), [("Fwd: x", True), ("FW: x", True), ("إعادة توجيه: x", True), ("\u200fتحويل: x", True), ("Re: x", False), ("forwarding", False)])
def test_forwards_are_known_by_their_subject(subject: str, forward: bool) -> None:
    """Prefixes in both languages, and nothing else."""
    assert is_forward_subject(subject) is forward


@pytest.mark.parametrize(
    ("body", "sender"),
    [
        ("fyi\n\nBegin forwarded message:\n\nFrom: Khalid <khalid@example.com>\nSubject: x\nDate: 4 January 2026\nTo: Sara <sara@example.sa>\n\nhello", "khalid@example.com"),
        ("________________________________\nمن: خالد <khalid@example.com>\nتم الإرسال: 04/يناير/2026\nإلى: سارة\nالموضوع: x\n\nمرحبا", "khalid@example.com"),
        ("From: Khalid [mailto:khalid@example.com]\nSent: Sunday\nTo: Sara\nSubject: x\n\nhello", "khalid@example.com"),
        ("> ---------- Forwarded message ---------\n> From: <khalid@example.com>\n> hello", "khalid@example.com"),
        ("please look at this", None),
    ],
    ids=["apple", "outlook ar", "outlook en", "quoted gmail", "none"],
)
def test_the_author_of_a_forwarded_mail_is_found(body: str, sender: str | None) -> None:
    """The header block of an inline forward names who wrote first."""
    found = write(body=body, subject="Fwd: x").forwarded_from
    assert (found.address if found else None) == sender


def test_an_answer_is_no_forward() -> None:
    """The same block in an answer names nobody."""
    assert write(body="yes\n\nFrom: Khalid <khalid@example.com>\nSent: Sunday\nTo: Sara\nSubject: x\n\nhello", subject="Re: x").forwarded_from is None


@pytest.mark.parametrize(
    "subject",
    ["الرد الآلي: الشهادة", "خارج مقر العمل", "מענה אוטומטי: x", "پاسخ خودکار: x", "خودکار جواب: x", "Balasan otomatis: x", "स्वचालित उत्तर: x", "Automatikus válasz: x", "Automatická odpověď: x", "Автоматична відповідь: x"],
)
def test_absences_in_other_languages(subject: str) -> None:
    """The subject that mail servers write before an absence is known in the languages of this desk's correspondents."""
    assert parse_mail(f"From: noura@example.com\nTo: info@example.sa\nSubject: {subject}\nMessage-ID: <a@example.com>\n\nسأعود يوم الأحد\n".encode()).kind is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    ("subject", "fields", "text", "kind"),
    [
        ("Report domain: example.sa Submitter: example.com Report-ID: 4711", "Content-Type: text/plain\n", "zip", Kind.REPORT),
        ("Report Domain: example.sa", "Content-Type: multipart/report; report-type=tlsrpt; boundary=b\n", "--b\n\nTLS\n--b\nContent-Type: application/tlsrpt+gzip\n\nx\n--b--", Kind.REPORT),
        ("Read: certificate", "", "Your message\n\n   To: info\n   Subject: certificate\n\nwas read on 4/1/2026 10:15.", Kind.RECEIPT),
        ("مقروءة: الشهادة", "", "رسالتك\n\nإلى: info\nالموضوع: الشهادة\n\nتمت قراءتها في ٤/١/٢٠٢٦", Kind.RECEIPT),
        ("Read: this please", "", "Your message was not clear, I read it twice.", Kind.NORMAL),
    ],
    ids=["DMARC", "TLS", "read", "read in Arabic", "a person who reads"],
)
def test_daily_reports_and_receipts_in_prose(subject: str, fields: str, text: str, kind: Kind) -> None:
    """What hosts report of a domain is no bounce and no person's mail; neither is a receipt of before RFC 8098."""
    assert parse_mail(f"From: a@example.com\nTo: info@example.sa\nSubject: {subject}\nMessage-ID: <r@example.com>\n{fields}\n{text}\n".encode()).kind is kind
