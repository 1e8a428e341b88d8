"""Header fields as values: words, addresses, ids, dates, names, charsets."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.inbound.addresses import parse_addresses, strict_address
from mailticket.inbound.charset import decode_text
from mailticket.inbound.guess import find_arabic
from mailticket.inbound.headers import Headers, find_ids, find_thread_index, parse_date
from mailticket.inbound.mime import Part
from mailticket.inbound.names import clean_filename
from mailticket.inbound.params import find_text, parse_field
from mailticket.inbound.words import decode_words

TEXT = "تعذر تسجيل الدخول إلى البوابة"


def raw(data: bytes) -> str:
    """Bytes as the reader hands header values on."""
    return data.decode("ascii", "surrogateescape")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?Q?caf=C3=A9_au_lait?=", "café au lait"),
        ("=?utf-8?B?2KrYudiw2LEg2Ko=?= =?utf-8?B?2LPYrNmK2YQ=?=", "تعذر تسجيل"),
        ("=?utf-8?B?2KrYudiw2LEg2g==?= =?utf-8?B?qA==?=", "تعذر ڨ"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?x-unknown?q?caf=E9?=", "café"),
        ("=?utf-8*ar?Q?=D8=A7?=", "ا"),
        ("=?utf-8?Q?broken =E?=", "broken =E"),
        ("=?iso-8859-1?B?ytrQ0SDK08zt4SDH4c/O5uE=?=", "تعذر تسجيل الدخول"),
        ("=?utf-8?Q?no end", "no end"),
        ("=?utf-8?no word", "=?utf-8?no word"),
        (raw("تعذر".encode()), "تعذر"),
        (raw(TEXT.encode("cp1256")), TEXT),
        (raw(b"caf\xe9 cr\xe8me"), "café crème"),
    ],
    ids=["q", "two words", "cut in a letter", "plain between", "unknown charset", "rfc 2231 language", "broken escape", "wrong label", "no end", "no word",
         "raw utf-8", "raw cp1256", "raw latin1"],
)
def test_encoded_words_are_read_as_meant(value: str, text: str) -> None:
    """RFC 2047 as programs write it, and raw 8-bit bytes, become text."""
    assert decode_words(value) == text


@given(st.text(max_size=200))
def test_no_header_text_raises(value: str) -> None:
    """Any text, half-encoded or not, decodes to text."""
    assert isinstance(decode_words("=?utf-8?b?" + value + "?= =?" + value), str)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Jo Field <Jo@Example.COM>", [("jo@example.com", "Jo Field")]),
        ("jo@example.com (Jo Field)", [("jo@example.com", "Jo Field")]),
        ('"Field, Jo" <jo@example.com>, b@example.com', [("jo@example.com", "Field, Jo"), ("b@example.com", "")]),
        ("=?utf-8?Q?Haddad,_Sara?= <s@example.com>", [("s@example.com", "Haddad, Sara")]),
        ('"=?utf-8?B?2LPYp9ix2Kk=?=" <s@example.com>', [("s@example.com", "سارة")]),
        ("Team: a@example.com, B <b@example.com>;, c@example.com", [("a@example.com", ""), ("b@example.com", "B"), ("c@example.com", "")]),
        ("undisclosed-recipients:;", []),
        ("boss@example.sa <eve@example.com>", [("eve@example.com", "boss@example.sa")]),
        ("أحمد <أحمد@مثال.السعودية>", [("أحمد@xn--mgbh0fb.xn--mgberp4a5d4ar", "أحمد")]),
        ("<@relay:jo@example.com>", [("jo@example.com", "")]),
        ("MAILER-DAEMON", [("", "MAILER-DAEMON")]),
        ("Jo jo@example.com", [("jo@example.com", "Jo")]),
        ("'jo@example.com'", [("jo@example.com", "")]),
        ("a\u202e <jo@example.com>", [("jo@example.com", "a")]),
        ("<>, ,,", []),
    ],
)
def test_addresses_are_shown_leniently(value: str, found: list[tuple[str, str]]) -> None:
    """The display reader makes the best of everything."""
    assert [(address.address, address.name) for address in parse_addresses([value])] == found


@pytest.mark.parametrize(
    "values",
    [
        [],
        ["boss@example.sa <eve@example.com>"],
        ["boss@example.sa", "eve@example.com"],
        ["boss@example.sa, eve@example.com"],
        ["Boss: boss@example.sa;"],
        ["boss@example.sa (eve@example.com)"],
        ["Boss (x) <boss@example.sa>"],
        ["Boss <boss@example.sa> <eve@example.com>"],
        ["boss\0@example.sa"],
        ["Boss\0 <boss@example.sa>"],
        ["<<boss@example.sa>>"],
        ["Boss <boss@example.sa"],
        ["boss@example.sa@example.com"],
        ['"boss@example.sa'],
        ["Boss"],
        ["<>"],
        ["Boss <boss@example.sa>\x00"],
    ],
)
def test_nobody_is_known_from_anything_but_one_plain_mailbox(values: list[str]) -> None:
    """Lists, groups, comments, doubles and NULs carry no authority."""
    assert strict_address(values) == ""


@pytest.mark.parametrize("value", ["Sara@Example.sa", "Sara <sara@example.sa>", '"S. (x), A" <sara@example.sa>', "=?utf-8?B?2LPYp9ix2Kk=?= <sara@example.sa>",
                                   "سارة <sara@example.sa>", " <sara@example.sa> "])
def test_one_plain_mailbox_is_known(value: str) -> None:
    """One mailbox in any honest spelling is that person's."""
    assert strict_address([value]) == "sara@example.sa"


@given(st.lists(st.text(alphabet=st.sampled_from('ab@.<>(),:;"\\ \0=?'), max_size=60), max_size=3))
def test_the_strict_reader_knows_nobody_the_lenient_does_not(values: list[str]) -> None:
    """Whoever is known strictly is the one and only address that is shown."""
    known = strict_address(values)
    assert not known or [address.address for address in parse_addresses(values)] == [known]


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@x> <b@y>\t<a@x>", ("<a@x>", "<b@y>")),
        ("<long@exam ple.com>", ("<long@example.com>",)),
        ("a@x.com", ("<a@x.com>",)),
        ("<<<<", ()),
        ("<a@x", ()),
        ("<a<b@x>", ("<b@x>",)),
        ("<> x", ()),
        ("Your mail of Monday <a@x>", ("<a@x>",)),
    ],
)
def test_ids_are_scanned(value: str, ids: tuple[str, ...]) -> None:
    """Message-ids come out with brackets, folded ones joined, each once."""
    assert find_ids([value]) == ids


def test_of_many_references_the_newest_stay() -> None:
    """The last 200 ids are kept, in order."""
    assert find_ids(["".join(f"<{n}@x>" for n in range(1000))])[::199] == ("<800@x>", "<999@x>")


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Sun, 04 Jan 2026 10:15:00 +0300", datetime(2026, 1, 4, 10, 15, tzinfo=timezone(timedelta(hours=3)))),
        ("Sun, 04 Jan 2026 10:15:00 -0000", datetime(2026, 1, 4, 10, 15, tzinfo=UTC)),
        ("٤ Jan 2026 10:15:00 +0000 (UTC)", datetime(2026, 1, 4, 10, 15, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        ("99 Foo 20266 10:15", None),
        ("Sun, 04 Jan 2026 10:15:00 +9999999999999", None),
    ],
)
def test_dates_are_read_or_not(value: str, moment: datetime | None) -> None:
    """A date is an aware moment, and what is none is None."""
    found = parse_date(value)
    assert found == moment
    assert found is None or found.tzinfo is not None


@pytest.mark.parametrize(
    ("value", "index"),
    [
        (base64.b64encode(bytes(22)).decode(), base64.b64encode(bytes(22)).decode()),
        (base64.b64encode(bytes(32)).decode(), base64.b64encode(bytes(22)).decode()),
        (base64.b64encode(bytes(10)).decode(), ""),
        ("not base64 at all!", ""),
        ("", ""),
    ],
    ids=["root", "child", "short", "garbage", "absent"],
)
def test_a_conversation_is_the_first_22_bytes(value: str, index: str) -> None:
    """Replies of one Outlook conversation share their index."""
    assert find_thread_index(Headers(Part([("Thread-Index", value)], ""))) == index


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("attachment; filename=report.pdf", "report.pdf"),
        ('attachment; filename="a; b.pdf"', "a; b.pdf"),
        ("attachment; filename=my report.pdf; x=y", "my report.pdf"),
        ("attachment; filename*=UTF-8''%D8%AA.pdf", "ت.pdf"),
        ("attachment; filename*0*=utf-8''%D8; filename*1*=%AA; filename*2=.pdf", "ت.pdf"),
        ("attachment; filename*1=b; filename*0=a", "ab"),
        ('attachment; filename="=?utf-8?B?2Ko=?=.pdf"', "ت.pdf"),
        (f'attachment; filename="{raw("تقرير.pdf".encode())}"', "تقرير.pdf"),
        ("attachment; FileName=x", "x"),
        ('attachment; filename="unclosed', "unclosed"),
        ("attachment", ""),
    ],
)
def test_parameters_are_read_in_all_their_forms(field: str, name: str) -> None:
    """RFC 2231, RFC 2047 where it does not belong, raw bytes, and broken quotes."""
    assert find_text(parse_field(field), "filename") == name


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\كشف.pdf", "كشف.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u200b.htaccess", "htaccess"),
        ("a\r\nb.txt", "a b.txt"),
        ("con.txt", "_con.txt"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("  ", ""),
        ("...", ""),
        ('a<b>"c.txt', "a_b__c.txt"),
    ],
)
def test_file_names_are_safe(name: str, clean: str) -> None:
    """No path, no control, no hidden beginning, no reserved name, no more than 120 characters."""
    assert clean_filename(name) == clean


@pytest.mark.parametrize("label", ["", "utf-8", "us-ascii", "iso-8859-1", "windows-1252", "windows-1256", "x-unknown", "unknown-8bit"])
@pytest.mark.parametrize("codec", ["utf-8", "cp1256"])
def test_arabic_is_read_under_any_of_its_labels(label: str, codec: str) -> None:
    """UTF-8 and windows-1256 come out right whether the label says so, something else, or nothing."""
    assert decode_text(f"{TEXT}، رقم 403.".encode(codec), label)[0] == f"{TEXT}، رقم 403."


@pytest.mark.parametrize("label", ["", "us-ascii", "iso-8859-6", "x-none"])
def test_iso_8859_6_is_read_too(label: str) -> None:
    """The other 8-bit Arabic is told from windows-1256 by its letters."""
    assert decode_text(TEXT.encode("iso-8859-6"), label)[0] == TEXT


@pytest.mark.parametrize(
    ("text", "codec"),
    [("Le café est très bon, garçon, à bientôt", "cp1252"), ("Съешь же ещё этих мягких французских булок", "cp1251"), ("Ζαφείρι δέξου πάγκαλο", "iso-8859-7"),
     ("נא לשלוח לי את התעודה בהקדם", "cp1255"), ("Съешь ещё этих мягких булок", "koi8-r")],
    ids=["french", "russian", "greek", "hebrew", "koi8"],
)
def test_other_languages_are_not_taken_for_arabic(text: str, codec: str) -> None:
    """A right label of another language is believed."""
    assert find_arabic(text.encode(codec)) is None
    assert decode_text(text.encode(codec), codec)[0] == text


@given(st.binary(max_size=200), st.sampled_from(["", "utf-7", "utf-16", "hz", "iso-2022-jp", "gb2312", "cp1256", "idna", "rot13", "hex", "\0", "é"]))
def test_no_bytes_and_no_label_raise(data: bytes, label: str) -> None:
    """Any bytes under any label are some text."""
    assert isinstance(decode_text(data, label)[0], str)
