"""Files that are wrapped in something: uuencode and yEnc in a text, winmail.dat around a mail's attachments."""

import base64
import binascii
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.inbound.body import read_parts
from mailticket.inbound.parse import parse_mail
from mailticket.inbound.tnef import SIGNATURE, read_tnef
from mailticket.inbound.uuencode import split_files

HEAD = b"From: Noura <noura@example.com>\nTo: info@example.sa\nSubject: x\nMessage-ID: <p1@example.com>\n"


def uuencode(name: str, data: bytes) -> bytes:
    lines = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    return f"begin 644 {name}\n".encode() + lines + b"`\nend\n"


def yencode(name: str, data: bytes) -> bytes:
    shifted = (bytes([(byte + 42) % 256]) for byte in data)
    coded = b"".join(b"=" + bytes([(byte[0] + 64) % 256]) if byte in (b"\0", b"\n", b"\r", b"=") else byte for byte in shifted)
    return f"=ybegin line=128 size={len(data)} name={name}\n".encode() + coded + f"\n=yend size={len(data)}\n".encode()


@pytest.mark.parametrize("pack", [uuencode, yencode])
@given(data=st.binary(min_size=1, max_size=400))
def test_a_file_in_a_text_comes_out_as_it_went_in(pack: object, data: bytes) -> None:
    """Whatever its bytes, a packed file is found, and the words around it stay."""
    rest, files = split_files(b"Hello\n" + pack("a b.txt", data) + b"\nbye\n")  # type: ignore[operator]  # the two packers above
    assert [(file.name, file.data) for file in files] == [("a b.txt", data)]
    assert rest.split() == [b"Hello", b"bye"]


@pytest.mark.parametrize(
    "text",
    [b"We want to\nbegin 2024 with a new printer.\nend\n", b"begin 644 x\nthis is no file at all\nend\n", b"begin 644 open\nM123\n", b"=ybegin name=x\nno end",
     b"begin 644 x\n`\nend\n", b"begin 644 x\n" * 5000, b"=ybegin name=x\n" * 5000],
    ids=["words", "wrong lengths", "no end", "no yend", "empty", "many begins", "many ybegins"],
)
def test_words_that_look_like_a_file_stay_words(text: bytes) -> None:
    """A line that begins with "begin" is not a file yet."""
    assert split_files(text) == (text, [])


def test_a_packed_file_is_an_attachment() -> None:
    """The file of a text is listed with its name and size, and its bytes are found again; the text is free of it."""
    raw = HEAD + b"\nsee below\n\n" + uuencode("../log.txt", b"x" * 100) + b"\nNoura\n"
    mail = parse_mail(raw)
    assert mail.text.split() == ["see", "below", "Noura"]
    assert [(part.filename, part.size) for part in mail.attachments] == [("log.txt", 100)]
    assert [data for _, data in read_parts(raw, [mail.attachments[0].part])] == [b"x" * 100]


def attribute(tag: int, data: bytes, level: int = 2) -> bytes:
    return struct.pack("<BII", level, tag, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def long_name(name: str) -> bytes:
    data = (name + "\0").encode("utf-16-le")
    return struct.pack("<IHHII", 1, 0x1F, 0x3707, 1, len(data)) + data + b"\0" * (-len(data) % 4)


def tnef(*attributes: bytes) -> bytes:
    return SIGNATURE + b"\1\0" + attribute(0x69007, struct.pack("<II", 1256, 0), 1) + b"".join(attributes)


BEGIN = attribute(0x69002, b"\0" * 14)
REPORT = (BEGIN, attribute(0x18010, "كشف الدرجات.pdf\0".encode("cp1256")), attribute(0x6800F, b"PDF"))
LETTER = (BEGIN, attribute(0x18010, b"LETTER~1.TXT\0"), attribute(0x6800F, b"dear"), attribute(0x69005, long_name("رسالة طويلة.txt")))


def test_the_files_of_a_winmail_dat() -> None:
    """Names come out of the code page, or long ones of their MAPI property; bytes as they are."""
    found = read_tnef(tnef(*REPORT, *LETTER))
    assert [(file.name, file.data) for file in found.files] == [("كشف الدرجات.pdf", b"PDF"), ("رسالة طويلة.txt", b"dear")]


def test_an_agent_gets_the_files_and_not_the_wrapping() -> None:
    """winmail.dat is one attachment that says what is inside; read again by its place it gives the files."""
    wrapped = base64.encodebytes(tnef(*REPORT, *LETTER))
    raw = HEAD + (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee the files\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n"
        b"Content-Transfer-Encoding: base64\n\n" + wrapped + b"\n--b--\n"
    )
    (found,) = parse_mail(raw).attachments
    assert (found.filename, found.inside) == ("winmail.dat", ("كشف الدرجات.pdf", "رسالة طويلة.txt"))
    assert [(part.filename, data) for part, data in read_parts(raw, [found.part])] == [("كشف الدرجات.pdf", b"PDF"), ("رسالة طويلة.txt", b"dear")]


def test_words_that_only_stand_in_a_winmail_dat_are_read() -> None:
    """A mail of Outlook without any text part says what its wrapping says."""
    body = (0x1013, "<p>السلام عليكم</p>")
    data = (body[1] + "\0").encode("cp1256")
    props = struct.pack("<IHHII", 1, 0x1E, body[0], 1, len(data)) + data + b"\0" * (-len(data) % 4)
    raw = HEAD + b"Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(tnef(attribute(0x69003, props, 1)))
    assert parse_mail(raw).text == "السلام عليكم"


@given(st.binary(max_size=300), st.integers(0, 200))
def test_lengths_that_lie_end_the_reading(junk: bytes, at: int) -> None:
    """Whatever is spoilt in it, a winmail.dat makes no error."""
    whole = tnef(*REPORT, *LETTER)
    assert read_tnef(whole[:at] + junk + whole[at + len(junk) :]).files is not None
    assert read_tnef(junk).files == []
