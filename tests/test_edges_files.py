"""Mails in files: mbox files as every program writes them, folders that change, and outlines that read as mails."""

import os
import tempfile
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.edges.maildir import FileSource
from mailticket.edges.outline import MAX_HEADER, compose_outline, split_header
from mailticket.model.outcome import SourceError

MAIL = b"From: sara@example.com\nSubject: one\n\nbody\n"


def mails(path: Path) -> list[bytes]:
    """The bytes of every mail there, in order of UID."""
    source = FileSource(path)
    source.open()
    return list(source.fetch(source.uids()).values())


def written(folder: Path, raw: bytes, name: str = "old.mbox") -> Path:
    """A file with these bytes."""
    path = folder / name
    path.write_bytes(raw)
    return path


SEPARATORS = {
    "RFC 4155": b"From sara@example.com Tue Nov 24 10:00:00 2026\n",
    "one digit": b"From sara@example.com Tue Nov  4 10:00:00 2026\n",
    "Thunderbird": b"From - Tue Nov 24 10:00:00 2026\n",
    "Gmail": b"From 1234567890@xxx Tue Nov 24 10:00:00 +0300 2026\n",
    "no seconds": b"From MAILER-DAEMON Tue Nov 24 10:00 2026\n",
    "CRLF": b"From sara@example.com Tue Nov 24 10:00:00 2026\r\n",
}
MOMENTS = {"one digit": datetime(2026, 11, 4, 10, tzinfo=UTC), "Gmail": datetime(2026, 11, 24, 7, tzinfo=UTC)}


@pytest.mark.parametrize("kind", SEPARATORS)
def test_mbox_of_every_writer(kind: str, tmp_path: Path) -> None:
    """Each mail of an mbox is found whole, with the time of its separator in UTC."""
    ends = b"\r\n" if kind == "CRLF" else b"\n"
    first, second = MAIL.replace(b"\n", ends), b"Subject: two" + ends * 2 + "نص".encode() + ends
    path = written(tmp_path, SEPARATORS[kind] + first + ends + SEPARATORS[kind] + second + ends)
    assert mails(path) == [first, second]
    source = FileSource(path)
    source.open()
    assert {a.arrived for a in source.find_new(0)} == {MOMENTS.get(kind, datetime(2026, 11, 24, 10, tzinfo=UTC))}
    assert [a.uid for a in source.find_new(1)] == [2]


def test_mbox_keeps_lines_that_look_alike(tmp_path: Path) -> None:
    """A line of text that begins with From separates nothing; a quoted one loses its quote."""
    body = b"Subject: x\n\nFrom here on it is text\n>From the start\n>>From twice\n\nFrom now on too\n"
    path = written(tmp_path, SEPARATORS["RFC 4155"] + body)
    assert mails(path) == [body.replace(b"\n>From", b"\nFrom").replace(b">>From", b">From")]


@pytest.mark.parametrize(
    ("separator", "received", "moment"),
    [
        (b"From a@b.c at 99:99\n", b"Received: from x\n\tby y; Tue, 24 Nov 2026 13:00:00 +0300\n", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        (b"From a@b.c Tue Foo 24 10:00:00 2026\n", b"Received: nonsense; nonsense\n", None),
        (b"From a@b.c Tue Nov 31 10:00:00 2026\n", b"", None),
    ],
    ids=["by Received", "neither", "impossible date"],
)
def test_mbox_without_a_good_date(separator: bytes, received: bytes, moment: datetime | None, tmp_path: Path) -> None:
    """Where the separator has no date the topmost Received tells, else the file's own time."""
    path = written(tmp_path, separator + received + MAIL)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    source = FileSource(path)
    source.open()
    (arrival,) = source.find_new(0)
    assert arrival.arrived == (moment or datetime.fromtimestamp(1_700_000_000, UTC))


@given(st.lists(st.binary(max_size=60).filter(lambda raw: b"From " not in raw and b"\r" not in raw), min_size=1, max_size=5))
def test_mbox_gives_back_what_was_put(bodies: list[bytes]) -> None:
    """Whatever bytes were put into an mbox come out of it again, one mail each."""
    raws = [b"Subject: x\n\n" + body.strip(b"\n") + b"\n" for body in bodies]
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), b"".join(SEPARATORS["RFC 4155"] + raw + b"\n" for raw in raws))
        assert mails(path) == raws


def test_single_file_and_nested_folders(tmp_path: Path) -> None:
    """One .eml is a source of its own; a folder gives its .eml and .mbox files at any depth, and nothing else."""
    (tmp_path / "b" / "c").mkdir(parents=True)
    written(tmp_path, MAIL, "z.eml")
    written(tmp_path / "b", b"Subject: two\n\n", "A.EML")
    written(tmp_path / "b" / "c", SEPARATORS["RFC 4155"] + b"Subject: three\n\n", "old.mbox")
    written(tmp_path, b"notes", "notes.txt")
    assert mails(tmp_path / "z.eml") == [MAIL]
    assert mails(tmp_path) == [b"Subject: two\n\n", b"Subject: three\n", MAIL]


def test_uids_stay_with_their_names(tmp_path: Path) -> None:
    """A mail that comes later gets a higher UID, wherever its name sorts; one that goes leaves the others theirs."""
    written(tmp_path, b"Subject: m\n\n", "m.eml")
    written(tmp_path, b"Subject: n\n\n", "n.eml")
    source = FileSource(tmp_path)
    source.open()
    written(tmp_path, b"Subject: a\n\n", "a.eml")
    (tmp_path / "m.eml").unlink()
    assert source.open().uidnext == 4
    assert source.fetch([1, 2, 3]) == {2: b"Subject: n\n\n", 3: b"Subject: a\n\n"}


def test_maildir_flags_are_no_names(tmp_path: Path) -> None:
    """A mail of a maildir that somebody reads keeps its UID."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    written(tmp_path / "new", MAIL, "1700.M1.host")
    source = FileSource(tmp_path)
    before = source.open()
    (tmp_path / "new" / "1700.M1.host").rename(tmp_path / "cur" / "1700.M1.host:2,S")
    assert source.open() == before
    assert source.fetch([1]) == {1: MAIL}


def test_missing_path_is_named(tmp_path: Path) -> None:
    """A path that is not there is named with a remedy."""
    with pytest.raises(SourceError, match="لا يوجد") as fault:
        FileSource(tmp_path / "لا يوجد.mbox").open()
    assert "maildir" in fault.value.remedy
    with pytest.raises(SourceError):
        FileSource(tmp_path).append(MAIL)


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: big\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        b'Subject: big\r\nContent-Type: multipart/mixed;\r\n\tboundary="a b"\r\n\r\n',
        b"Subject: big\r\nContent-Type: multipart/mixed; boundary=ab\r\nContent-Transfer-Encoding: 8bit",
        b"Subject: big\nContent-Type: multipart/mixed\nContent-Transfer-Encoding: quoted-printable\n\n",
        b"Subject: big\r\n",
        b"",
    ],
    ids=["base64", "folded boundary", "plain boundary", "no boundary", "no type", "no header"],
)
def test_outline_reads_as_a_mail(header: bytes) -> None:
    """An outline keeps the mail's fields and has one readable text, in both languages, that says the size."""
    outline = message_from_bytes(compose_outline(header, 31_000_000), policy=policy.default)
    assert outline["Subject"] == ("big" if header else None)
    (text,) = [part.get_content() for part in outline.walk() if part.get_content_type() == "text/plain"]
    assert "31,000,000 bytes" in text
    assert "صندوق البريد" in text
    assert outline.is_multipart() == (b"boundary=" in header)


@given(st.binary(max_size=400))
def test_outline_of_anything(raw: bytes) -> None:
    """Whatever stands in a header, an outline comes of it, and says the size."""
    assert b"77 bytes" in compose_outline(split_header(raw), 77)


def test_outline_is_bounded() -> None:
    """A header of any size gives a small outline."""
    assert len(compose_outline(b"X-Long: " + b"x" * 3_000_000 + b"\r\n\r\n", 3_000_100)) < MAX_HEADER + 1000
