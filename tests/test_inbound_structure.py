"""What a mail is made of: every kind of part, what of it is words and what hangs on it."""

import pytest

from mailticket.inbound.parse import parse_mail
from mailticket.model.mail import Kind, Mail

HEAD = "From: Noura <noura@example.com>\nTo: info@example.sa\nSubject: x\nMessage-ID: <s1@example.com>\nDate: Sun, 04 Jan 2026 10:15:00 +0300\n"
INNER = "From: Khalid <khalid@example.com>\nSubject: inner\nMessage-ID: <i1@example.com>\n\ninner words\n"


def write(kind: str, *parts: str, fields: str = "") -> Mail:
    body = "".join(f"--b\n{part}\n" for part in parts)
    return parse_mail(f"{HEAD}{fields}Content-Type: {kind}; boundary=b\n\n{body}--b--\n".encode())


TEXT, HTML = "Content-Type: text/plain; charset=utf-8\n\nالسلام عليكم", "Content-Type: text/html; charset=utf-8\n\n<p>السلام عليكم</p>"
IMAGE = "Content-Type: image/png; name=logo.png\nContent-ID: <logo@x>\nContent-Disposition: inline\n\nPNG"
PDF = 'Content-Type: application/pdf\nContent-Disposition: attachment; filename="a.pdf"\n\nPDF'


@pytest.mark.parametrize(
    ("kind", "parts", "text", "attached"),
    [
        ("multipart/alternative", [TEXT, HTML], "السلام عليكم", []),
        ("multipart/alternative", ["Content-Type: text/plain\n\n", HTML], "السلام عليكم", []),
        ("multipart/mixed", [TEXT, PDF, TEXT.replace("السلام عليكم", "تحياتي")], "السلام عليكم\n\nتحياتي", [("a.pdf", False)]),
        ("multipart/related", [HTML, IMAGE], "السلام عليكم", [("logo.png", True)]),
        ("multipart/mixed", [TEXT, f"Content-Type: message/rfc822\n\n{INNER}"], "السلام عليكم", [("", False)]),
        ("multipart/digest", [INNER, INNER], "", [("", False), ("", False)]),
        ("multipart/signed; protocol=\"application/pkcs7-signature\"", [TEXT, 'Content-Type: application/pkcs7-signature; name=smime.p7s\n\nx'], "السلام عليكم", [("smime.p7s", False)]),
        ("multipart/signed; protocol=\"application/pgp-signature\"", [TEXT, 'Content-Type: application/pgp-signature; name=signature.asc\n\nx'], "السلام عليكم", [("signature.asc", False)]),
        ("multipart/encrypted; protocol=\"application/pgp-encrypted\"", ["Content-Type: application/pgp-encrypted\n\nVersion: 1", "Content-Type: application/octet-stream; name=encrypted.asc\n\nx"],
         "", [("", False), ("encrypted.asc", False)]),
        ("multipart/mixed", [TEXT, "Content-Type: text/calendar; method=REQUEST; name=invite.ics\n\nBEGIN:VCALENDAR"], "السلام عليكم", [("invite.ics", False)]),
        ("multipart/mixed", [TEXT, 'Content-Type: message/external-body; access-type=URL; URL="http://192.0.2.1/x"; name=far.bin\n\nContent-Type: application/pdf\n\n'], "السلام عليكم", [("far.bin", False)]),
        ("multipart/mixed", [TEXT, 'Content-Type: message/partial; id="p@x"; number=1; total=2\n\nhalf of a mail'], "السلام عليكم", [("", False)]),
        ("multipart/mixed", [TEXT, "Content-Type: text/plain; name=notes.txt\n\nnotes"], "السلام عليكم", [("notes.txt", False)]),
        ("multipart/x-unknown", [TEXT, PDF], "السلام عليكم", [("a.pdf", False)]),
        ("multipart/alternative", [TEXT, "Content-Type: multipart/related; boundary=c\n\n--c\n" + HTML + "\n--c\n" + IMAGE + "\n--c--"], "السلام عليكم", [("logo.png", True)]),
    ],
    ids=["alternative", "empty plain form", "mixed with two texts", "related", "a mail inside", "digest", "S/MIME signed", "PGP signed", "encrypted", "invitation",
         "external body", "partial", "text with a name", "unknown multipart", "alternative with images"],
)
def test_each_structure_gives_its_words_and_its_files(kind: str, parts: list[str], text: str, attached: list[tuple[str, bool]]) -> None:
    """One form's words, everybody's attachments; nothing is assembled, fetched or decrypted."""
    mail = write(kind, *parts)
    assert mail.text == text
    assert [(part.filename, part.inline) for part in mail.attachments] == attached
    assert mail.kind is Kind.NORMAL


def test_a_mail_that_is_one_file() -> None:
    """S/MIME in one piece, or a bare picture, is an attachment and no words."""
    mail = parse_mail(f"{HEAD}Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nx\n".encode())
    assert (mail.text, [part.filename for part in mail.attachments]) == ("", ["smime.p7m"])


@pytest.mark.parametrize(
    ("fields", "body", "text"),
    [
        ("format=flowed", "one \ntwo\n> quoted \n> too\n-- \nNoura", "one two\n> quoted too\n-- \nNoura"),
        ("format=flowed; delsp=yes", "con \ntinued\n", "continued"),
        ("format=flowed", " stuffed\n", "stuffed"),
        ("format=fixed", "one \ntwo", "one \ntwo"),
    ],
    ids=["flowed", "space deleted", "stuffed", "fixed"],
)
def test_flowed_lines_are_joined(fields: str, body: str, text: str) -> None:
    """RFC 3676: soft line ends go, quotes and signatures keep their lines."""
    assert parse_mail(f"{HEAD}Content-Type: text/plain; {fields}\n\n{body}\n".encode()).text == text


@pytest.mark.parametrize(
    "lead",
    ["\ufeff", "\n", "\n\n", "From noura@example.com Sun Jan  4 10:15:00 2026\n", "Mail content:\n", ">From x\n"],
    ids=["byte order mark", "empty line", "two", "mbox", "a stray line", "a quoted From"],
)
def test_what_strays_before_a_header_costs_nothing(lead: str) -> None:
    """A mark, empty lines or a stray line before the header leave it a header."""
    mail = parse_mail(f"{lead}{HEAD}\nhello\n".encode())
    assert (mail.subject, mail.text, mail.kind) == ("x", "hello", Kind.NORMAL)


def test_a_stray_line_among_the_fields_costs_nothing() -> None:
    """Where known fields follow, a line that is none ends no header; where none follow, the words begin."""
    mail = parse_mail(HEAD.replace("Subject", "__\nSubject").encode() + b"\nhello\n")
    assert (mail.subject, mail.text) == ("x", "hello")
    assert "a line among the header fields is none" in mail.faults
    assert parse_mail(f"{HEAD}hello there\nsecond line\n".encode()).text == "hello there\nsecond line"


def test_base64_that_is_none_stays_words() -> None:
    """Plain words that are called base64 are read as they stand."""
    mail = parse_mail(f"{HEAD}Content-Transfer-Encoding: base64\n\nHello, please send me the certificate.\n".encode())
    assert mail.text == "Hello, please send me the certificate."


@pytest.mark.parametrize("encoding", ["quoted_printable", "Quoted Printable", "QUOTED-PRINTABLE; x", "qp"])
def test_a_misspelt_encoding_is_known(encoding: str) -> None:
    """The transfer encodings are known in the spellings that careless programs write, and blanks behind a soft line end are none of the text's."""
    mail = parse_mail(f"From: a@example.com\nSubject: x\nContent-Transfer-Encoding: {encoding}\n\ncaf=C3=A9 =  \nau lait\n".encode())
    assert mail.text == "café au lait"
    assert not any("encoding" in fault for fault in mail.faults)


@pytest.mark.parametrize(
    ("field", "subject"),
    [
        ("=?UTF-8?B?2LTZh9in2K/YqSDYp9mE2K3YttmI2LE", "شهادة الحضور"),
        ("=?UTF-8?Q?=D8=B4=D9=87=D8=A7=D8=AF=D8=A9=20=D8=A7=D9=84", "شهادة ال"),
        ("=??B?2LTZh9in2K/YqQ==?=", "شهادة"),
        ("&#1588;&#1607;&#1575;&#1583;&#1577; for Noura", "شهادة for Noura"),
        ("AT&#38;T", "AT&#38;T"),
    ],
    ids=["base64 cut off", "q cut off", "no charset", "entities", "an entity that is meant"],
)
def test_subjects_that_programs_spoil(field: str, subject: str) -> None:
    """A word without its end or its charset is decoded as far as it goes, and letters that a form wrote as HTML are letters."""
    assert parse_mail(f"From: a@example.com\nSubject: {field}\n\nx\n".encode()).subject == subject
