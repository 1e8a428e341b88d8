"""What no person wrote though it looks like an answer, and codes that nobody may read out of a ticket."""

import pytest

from mailticket.inbound.codes import has_code
from mailticket.inbound.parse import parse_mail
from mailticket.model.mail import Kind, Mail


def write(body: str, sender: str = "no-reply@shop.example.com", subject: str = "hello", fields: str = "") -> Mail:
    head = f"From: {sender}\nTo: info@example.sa\nSubject: {subject}\nMessage-ID: <s1@example.com>\nDate: Sun, 04 Jan 2026 10:15:00 +0300\n"
    return parse_mail(f"{head}{fields}\n{body}\n".encode(), frozenset({"info@example.sa"}))


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Your verification code", "Your code is 482913."),
        ("Sign in", "Use this one-time password to sign in: 48 29 13\n\nOTP: 482913"),
        ("Welcome", "Please confirm your email address: https://shop.example.com/confirm?t=8f2k1l3j4"),
        ("رمز التحقق", "رمز التحقق الخاص بكم هو ٤٨٢٩١٣"),
        ("تفعيل الحساب", "لتفعيل الحساب اضغط على الرابط https://shop.example.com/activate/8f2k1l3j4"),
    ],
    ids=["code", "one-time password", "link", "Arabic code", "Arabic link"],
)
def test_a_machines_code_is_known(subject: str, body: str) -> None:
    """A code or a confirming link in a machine's mail is seen in both languages; a person who writes the same is not stopped."""
    assert has_code(write(body, subject=subject))
    assert not has_code(write(body, "Noura <noura@example.com>", subject))


@pytest.mark.parametrize(
    "body", ["Your order 482913 was shipped.", "Invoice 2026-0001 is attached.", "The code of conduct was updated.", "تم شحن الطلب ٤٨٢٩١٣"]
)
def test_a_number_alone_is_no_code(body: str) -> None:
    """Orders and invoices of machines stay what they are."""
    assert not has_code(write(body))


REACTION = (
    "--b\nContent-Type: text/plain\n\nNoura reacted via Gmail\n--b\nContent-Type: text/vnd.google.email-reaction+json; charset=utf-8\n\n"
    '{"emoji":"\U0001f44d","version":1}\n--b\nContent-Type: text/html\n\n<p>Noura reacted via Gmail</p>\n--b--'
)
CALENDAR = "--b\n\nNoura accepted\n--b\nContent-Type: text/calendar; method={}; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:{}\nEND:VCALENDAR\n--b--"
PARTS = "In-Reply-To: <a@example.sa>\nContent-Type: multipart/alternative; boundary=b\n"


@pytest.mark.parametrize(
    ("body", "fields", "kind"),
    [
        (REACTION, PARTS, Kind.AUTO_GENERATED),
        ("👍", "In-Reply-To: <a@example.sa>\nContent-Disposition: reaction\n", Kind.AUTO_GENERATED),
        ("Noura reacted to your message:\n\n👍", "In-Reply-To: <a@example.sa>\n", Kind.AUTO_GENERATED),
        ("My colleague reacted badly to your message.\nPlease call.", "In-Reply-To: <a@example.sa>\n", Kind.NORMAL),
        (CALENDAR.format("REPLY", "REPLY"), PARTS, Kind.AUTO_GENERATED),
        (CALENDAR.format("REQUEST", "REQUEST"), PARTS, Kind.NORMAL),
        ("I am away", "Subject: x\nIn-Reply-To: <a@example.sa>\nX-Apple-Action: VACATION\n", Kind.AUTO_REPLY),
        ("hello", "X-Apple-Action: MOVE_TO_FOLDER/INBOX\n", Kind.NORMAL),
    ],
    ids=["Gmail", "RFC 9078", "Outlook", "a sentence", "invitation answered", "invitation", "iCloud vacation", "iCloud filing"],
)
def test_what_a_click_sends_is_no_answer(body: str, fields: str, kind: Kind) -> None:
    """Reactions and answers to invitations are machines' mail; an invitation and a person's sentence are not."""
    assert write(body, "Noura <noura@example.com>", fields=fields).kind is kind
