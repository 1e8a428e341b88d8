"""Mails of the website's forms: whose they are, what they say, and when they are believed."""

from dataclasses import replace

import pytest

from mailticket.inbound.forms import read_form
from mailticket.inbound.parse import parse_mail
from mailticket.model.mail import Kind, Language, Mail
from mailticket.model.policy import Form
from tests.people import FORM, make_settings

SECRETS = {"website": ("open-sesame-4711", "the new one")}
SETTINGS = make_settings()
LINES = (
    "وصلتكم رسالة جديدة من الموقع\n\nالاسم: نورة العتيبي\nالبريد الإلكتروني: noura@example.com\nالجوال: ٠٥٠١٢٣٤٥٦٧\nنوع الطلب: شكوى\n"
    "token: open-sesame-4711\nالرسالة:\nالسلام عليكم\n\nلم تصلني شهادة الدورة: أرجو المساعدة\nالاسم: هذا سطر من كلامي\n"
)
HTML = (
    "<table><tr><th>الاسم</th><td>نورة العتيبي</td></tr><tr><th>البريد الإلكتروني</th><td><a href='mailto:noura@example.com'>noura@example.com</a></td></tr>"
    "<tr><td>token</td><td>open-sesame-4711</td></tr><tr><td>الرسالة</td><td>لم تصلني شهادة الدورة</td></tr></table>"
)


def write(body: str = LINES, sender: str = "Website <forms@example.sa>", fields: str = "", kind: str = "plain") -> Mail:
    head = f"{fields}From: {sender}\nTo: info@example.sa\nSubject: New message\nMessage-ID: <f1@example.sa>\nReply-To: eve@example.com\nReferences: <x@example.sa>\n"
    return parse_mail(f"{head}Content-Type: text/{kind}; charset=utf-8\n\n{body}".encode())


def read(mail: Mail, form: Form = FORM, authserv_id: str = "") -> Mail:
    settings = replace(SETTINGS, forms=(form,), desk=replace(SETTINGS.desk, authserv_id=authserv_id))
    return read_form(mail, settings, SECRETS)


def test_a_form_is_its_writers() -> None:
    """Name, address and words are the writer's; what could thread or write to others is gone, and the secret is told to nobody."""
    mail = read(write())
    assert (mail.kind, mail.strict_sender, mail.sender and mail.sender.name) == (Kind.FORM, "noura@example.com", "نورة العتيبي")
    assert mail.reply_text.startswith("السلام عليكم\n\nلم تصلني شهادة الدورة: أرجو المساعدة\nالاسم: هذا سطر من كلامي")
    assert mail.reply_text.endswith("0501234567\nشكوى")
    assert (mail.subject, mail.language) == ("شكوى", Language.AR)
    assert (mail.reply_to, mail.references, mail.in_reply_to) == ((), (), ())
    assert "open-sesame" not in repr(mail)


def test_a_form_may_be_a_table() -> None:
    """Rows of an HTML table are labels and values too."""
    mail = read(write(HTML, kind="html"))
    assert (mail.strict_sender, mail.sender and mail.sender.name, mail.reply_text) == ("noura@example.com", "نورة العتيبي", "لم تصلني شهادة الدورة")


@pytest.mark.parametrize(
    "body",
    [
        LINES.replace("open-sesame-4711", "open-sesame-4712"),
        LINES.replace("token: open-sesame-4711\n", ""),
        LINES.replace("open-sesame-4711", ""),
        LINES.replace("token:", "password:"),
        "token: wrong\n" + LINES,
    ],
    ids=["flipped", "no secret", "empty", "another label", "wrong one first"],
)
def test_a_form_without_its_secret_is_a_machines_mail(body: str) -> None:
    """Without the secret nobody is written to: the mail is automatic, and says why."""
    mail = read(write(body))
    assert mail.kind is Kind.AUTO_GENERATED
    assert "secret" in mail.reason
    assert mail.strict_sender == "forms@example.sa"


def test_a_secret_may_be_changed() -> None:
    """While the website changes its secret both are right."""
    assert read(write(LINES.replace("open-sesame-4711", "the new one"))).kind is Kind.FORM


PASS = "Authentication-Results: mx.example.sa; dkim=pass header.d=example.sa; dmarc=pass header.from=example.sa\n"
OTHER = "Authentication-Results: mx.example.sa; dkim=pass header.d=webhost.example\n"


@pytest.mark.parametrize(
    ("form", "authserv_id", "fields", "kind"),
    [
        (FORM, "mx.example.sa", PASS, Kind.FORM),
        (FORM, "mx.example.sa", "", Kind.AUTO_GENERATED),
        (FORM, "mx.example.sa", PASS.replace("pass", "fail"), Kind.AUTO_GENERATED),
        (FORM, "mx.example.sa", PASS.replace("mx.example.sa;", "mx.example.com;"), Kind.AUTO_GENERATED),
        (FORM, "mx.example.sa", OTHER, Kind.AUTO_GENERATED),
        (replace(FORM, dkim="webhost.example"), "mx.example.sa", OTHER, Kind.FORM),
        (replace(FORM, secret=None), "mx.example.sa", PASS, Kind.FORM),
        (replace(FORM, secret=None), "", PASS, Kind.AUTO_GENERATED),
        (replace(FORM, relay=("192.0.2.25",)), "", "Received: from web (web.example.sa [192.0.2.25])\n by mx.example.sa; now\n", Kind.FORM),
        (replace(FORM, relay=("192.0.2.25",)), "", "Received: from web (web.example.sa [192.0.2.26])\n by mx.example.sa; now\n", Kind.AUTO_GENERATED),
        (replace(FORM, relay=("192.0.2.25",)), "", "Received: from x ([192.0.2.9]) by mx; now\nReceived: from web ([192.0.2.25]) by x; now\n", Kind.AUTO_GENERATED),
    ],
    ids=["vouched for", "nobody vouches", "DMARC fails", "a foreign host vouches", "another signer", "the pinned signer", "no secret but vouched for", "neither",
         "known relay", "unknown relay", "relay in a forged field"],
)
def test_the_source_of_a_form_is_proved(form: Form, authserv_id: str, fields: str, kind: Kind) -> None:
    """Our own host's word, a pinned signer or a known relay; where one of them could speak, the secret alone is not enough."""
    assert read(write(fields=fields), form, authserv_id).kind is kind


@pytest.mark.parametrize("sender", ["Noura <noura@example.com>", "forms@example.sa, eve@example.com", '"forms@example.sa" <eve@example.com>'])
def test_what_is_not_from_the_website_is_no_form(sender: str) -> None:
    """A person who copies the form's text stays a person."""
    mail = write(sender=sender)
    assert read(mail) == mail


@pytest.mark.parametrize(
    ("value", "address"),
    [("noura@example.com <mailto:noura@example.com>", "noura@example.com"), ("a@example.com, b@example.com", ""), ("", ""), ("none", ""),
     ("Noura <noura@example.com>", "noura@example.com"), ("noura@example.com\n bcc: b@example.com", "noura@example.com")],
)
def test_one_address_or_none(value: str, address: str) -> None:
    """A list of addresses is none: a form must not make us write to a crowd."""
    assert read(write(LINES.replace("noura@example.com", value))).strict_sender == address
