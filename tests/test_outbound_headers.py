"""The header encoder: whatever goes in comes out again, whole, and nothing else with it."""

import email
import email.message
import re
from email.header import decode_header
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.outbound import headers
from mailticket.text.bidi import clean_line

LETTERS = (
    st.sampled_from("abcXYZ059 .,;:()<>[]@\"'\\!?=_-+%/\t")
    | st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهوي أإآةىؤئء،؛؟ًٌٍّ")
    | st.sampled_from("é中😀—«»")
)
TEXTS = st.text(LETTERS, max_size=300)


def read(field: str) -> email.message.Message:
    return email.message_from_bytes(field.encode() + b"\r\nbody\r\n")


def decode(value: str) -> str:
    pieces = decode_header(value)
    return "".join(p.decode(charset or "ascii") if isinstance(p, bytes) else p for p, charset in pieces)


def unfold(value: str) -> str:
    return re.sub(r"\r?\n(?=[ \t])", "", value)


def is_well_formed(field: str) -> bool:
    """CRLF only, every line of at most 78 characters where it could be folded, and each encoded word within RFC 2047's bounds."""
    lines = field.removesuffix("\r\n").split("\r\n")
    words = re.findall(r"=\?utf-8\?B\?[^?]*\?=", field)
    whole = field.endswith("\r\n") and not re.search(r"[\r\n]", "".join(lines)) and all(line.strip() for line in lines)
    return whole and all(len(word) <= 75 for word in words) and all(len(line) <= 76 for line in lines if "=?" in line)


@given(TEXTS)
def test_a_subject_comes_back_as_it_was(text: str) -> None:
    """Any subject, cleaned to one line, is read back exactly, from lines of the right length."""
    field = headers.text_field("Subject", text)
    assert is_well_formed(field) or not clean_line(text, 900)
    assert decode(unfold(read(field)["Subject"])).strip() == clean_line(text, 900)


@given(TEXTS)
def test_the_tag_stays_plain(text: str) -> None:
    """The tag at the end of a subject is plain ASCII in the header itself."""
    field = headers.text_field("Subject", f"{text} [MT-1042]")
    assert field.endswith(" [MT-1042]\r\n")


@given(TEXTS)
def test_a_name_comes_back_with_its_address(text: str) -> None:
    """Any display name is read back exactly, and the address beside it is untouched."""
    field = headers.address_field("To", text, "sara@example.com")
    name, address = parseaddr(unfold(read(field)["To"]))
    assert is_well_formed(field)
    assert address == "sara@example.com"
    assert decode(name) == clean_line(text, 200)


@given(st.text(max_size=60))
def test_no_text_makes_a_second_header(text: str) -> None:
    """No text at all, line ends and controls included, adds a header or a line to the mail."""
    fields = headers.text_field("Subject", f"x\r\nBcc: a@example.com\n{text}") + headers.address_field(
        "To", text + "\r\nBcc: b", "a@example.sa"
    )
    message = read(fields)
    assert message.keys() == ["Subject", "To"]
    assert not message.defects


@given(TEXTS)
def test_a_file_name_comes_back(text: str) -> None:
    """Any file name is read back exactly through RFC 2231."""
    name = clean_line(text, 200)
    message = read(headers.file_field("Content-Disposition", "attachment", text))
    assert (message.get_filename() or "") == name or name != name.strip("\"'<>")  # the reader takes marks around it for quotes
    assert message.get_content_disposition() == "attachment"


@pytest.mark.parametrize(
    "address", ["a b@example.sa", "a@example.sa\r\nBcc: x@y", "<a@example.sa>", "a,b@example.sa", "nobody", "a@b@c", "", "a@exa\x00mple.sa"]
)
def test_an_address_that_could_not_stand_is_refused(address: str) -> None:
    """An address that would have to be altered is an error, never a mail to somebody else."""
    with pytest.raises(ValueError, match="no plain address"):
        headers.address_field("To", "", address)


def test_ids_are_never_cut() -> None:
    """Message-IDs stand whole, folded between each other only; what is none is left out."""
    long = "<" + "A" * 90 + "@PROD.OUTLOOK.COM>"
    field = headers.ids_field("References", [long, "<a@b>", "no id", "<a b@c>", "<x\r\nBcc: y@z>", "<c@d>"])
    assert field == f"References: {long}\r\n <a@b> <c@d>\r\n"


def test_the_first_line_is_never_empty() -> None:
    """A field begins on the line of its name, however long its first atom is."""
    assert headers.fold("Message-ID", ["<" + "x" * 100 + "@example.sa>"]).startswith("Message-ID: <x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Re: plain [MT-1]", "Subject: Re: plain [MT-1]\r\n"),
        ("Re: شكوى [MT-1]", "Subject: Re: =?utf-8?B?2LTZg9mI2Yk=?= [MT-1]\r\n"),
        ("=?utf-8?B?eA==?= trick", "Subject: =?utf-8?B?PT91dGYtOD9CP2VBPT0/PQ==?= trick\r\n"),
    ],
    ids=["ascii", "arabic between ascii", "looks encoded"],
)
def test_only_what_must_be_is_encoded(text: str, expected: str) -> None:
    """ASCII at either end stays readable; text that looks encoded is encoded, so that it is shown as it is."""
    assert headers.text_field("Subject", text) == expected
