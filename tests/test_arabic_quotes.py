"""Arabic replies and forwards in the formats of the programs that people use; each names its client and where its format is known from."""

import tomllib
from pathlib import Path

import pytest

from mailticket.inbound.parse import parse_mail
from mailticket.model.mail import Mail

TABLE = tomllib.loads((Path(__file__).parent / "arabic_quotes.toml").read_text(encoding="utf-8"))
MARKS = {"{RLE}": "\u202b", "{LRE}": "\u202a", "{PDF}": "\u202c", "{RLM}": "\u200f", "{LRM}": "\u200e"}
ANSWER, QUESTION = "نعم، وصلت الشهادة.", "هل وصلت الشهادة؟"


def read(row: dict[str, str], subject: str) -> Mail:
    """The fixture as a mail, its marks put in."""
    body = row["body"]
    for name, mark in MARKS.items():
        body = body.replace(name, mark)
    kind = "html" if row.get("html") else "plain"
    head = f"From: Noura <noura@example.com>\nTo: info@example.sa\nSubject: {subject}\nMessage-ID: <q@example.com>\n"
    return parse_mail(f"{head}Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}".encode())


@pytest.mark.parametrize("row", TABLE["reply"], ids=[row["client"] for row in TABLE["reply"]])
def test_an_arabic_reply_is_cut(row: dict[str, str]) -> None:
    """The person's words alone remain, the older mail is in what was cut, and the desk need not doubt it."""
    mail = read(row, "رد: الشهادة")
    assert mail.reply_text == ANSWER
    assert (QUESTION if "own:" not in row["basis"] else "صدرت الشهادة") in mail.cut_text
    assert mail.reply_sure >= 0.7
    assert mail.forwarded is None


@pytest.mark.parametrize("row", TABLE["forward"], ids=[row["client"] for row in TABLE["forward"]])
def test_an_arabic_forward_is_read(row: dict[str, str]) -> None:
    """Sender, date, subject and words of the older mail come out, and the forwarder's own words apart from them."""
    mail = read(row, row["subject"])
    found = mail.forwarded
    assert found is not None
    assert found.sender.address == "khalid@example.com"
    assert found.sender.name == "خالد علي"
    assert found.subject == "الشهادة"
    assert found.date
    assert found.text == "لم تصل الشهادة."
    assert found.sure >= 0.7
    assert row.get("new") == "" or mail.reply_text == "للاطلاع من فضلكم"


def test_there_are_forty_fixtures_and_each_names_its_source() -> None:
    """Every fixture says which client it follows and how its format is known."""
    rows = [*TABLE["reply"], *TABLE["forward"]]
    assert len({(row["client"], row.get("subject")) for row in rows}) == len(rows) >= 40
    assert all(any(word in row["basis"] for word in ("observed", "documented", "reconstructed", "own:")) for row in rows)
