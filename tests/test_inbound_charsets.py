"""Text in every charset that Arabic travels in, under every label that it is given, and the names that labels come by."""

import base64
import quopri

import pytest

from mailticket.inbound.charset import decode_raw_header, decode_text, find_codec
from mailticket.inbound.guess import find_arabic, find_script
from mailticket.inbound.parse import parse_mail
from mailticket.inbound.twice import repair_twice_encoded

TEXTS = {
    "sentence": "السلام عليكم، لا أستطيع الدخول إلى المنصة منذ صباح اليوم، وتظهر لي رسالة خطأ رقم 403.",
    "two words": "شهادة الحضور",
    "with English": "لا يعمل رابط الدورة Excel Basics على المنصة، أرجو المساعدة",
}
EIGHT_BIT = ("cp1256", "iso8859-6")
WRONG = ("", "us-ascii", "iso-8859-1", "windows-1252", "utf-8", "unknown-8bit", "iso-8859-15", "x-unknown", "cp437")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("codec", EIGHT_BIT)
@pytest.mark.parametrize("label", WRONG)
def test_arabic_under_a_wrong_label(text: str, codec: str, label: str) -> None:
    """8-bit Arabic is read as Arabic whatever Western or missing label it carries."""
    words = TEXTS[text].replace("،", "،")
    found, fault = decode_text(words.encode(codec), label)
    assert found == words
    assert fault


@pytest.mark.parametrize(
    ("codec", "label"),
    [
        *((codec, label) for codec, labels in {
            "cp1256": ("windows-1256", "cp1256", "CP-1256", "x-windows-1256", "win-1256", "Windows1256", '"windows-1256"', "charset=windows-1256", "ms-arab"),
            "iso8859-6": ("iso-8859-6", "ISO_8859-6", "arabic", "ECMA-114", "asmo-708", "iso-8859-6-i", "csISOLatinArabic", "iso-ir-127"),
            "utf-8": ("utf-8", "UTF8", "utf8mb4", "unicode-1-1-utf-8", "us-ascii", "windows-1256", "iso-8859-1", "iso-8859-6", "", "x-none", "utf-8; format=flowed"),
            "utf-7": ("utf-7", "unicode-1-1-utf-7"),
            "utf-16": ("utf-16", "unicode", "utf-16le", "us-ascii", "utf-8"),
            "utf-16-le": ("utf-16-le", "utf-16", "utf-16be", "utf-8", ""),
            "utf-16-be": ("utf-16-be", "utf-16", "utf-16le", "utf-8", ""),
            "utf-32": ("utf-32",),
            "cp720": ("cp720", "dos-720"),
        }.items() for label in labels),
    ],
)
def test_arabic_in_its_charsets(codec: str, label: str) -> None:
    """The sentence comes out under each name of its charset, and under the wrong ones that its bytes disprove."""
    words = TEXTS["sentence"].replace("،", "") if codec == "cp720" else TEXTS["sentence"]
    assert decode_text(words.encode(codec), label)[0] == words


def test_drawn_letters_of_cp864_are_letters() -> None:
    """cp864 holds shapes of letters; the text holds the letters, with lam-alef as two."""
    shapes = "ﺷﻬﺎﺩﺓ ﻻ"
    assert decode_text(shapes.encode("cp864"), "ibm864")[0] == "شهادة لا"


@pytest.mark.parametrize(("codec", "label"), [("iso8859-6", "windows-1256"), ("cp1256", "iso-8859-6")])
def test_the_two_arabic_charsets_are_told_apart(codec: str, label: str) -> None:
    """Where each is called the other, the commonest letters tell which it is."""
    assert decode_text(TEXTS["sentence"].encode(codec), label)[0] == TEXTS["sentence"]


@pytest.mark.parametrize("through", ["cp1252", "latin-1", "cp1256"])
def test_arabic_that_was_encoded_twice_is_repaired(through: str) -> None:
    """UTF-8 or windows-1256 that was taken for latin1 and encoded again is Arabic again."""
    words = TEXTS["sentence"]
    spoilt = words.encode("cp1256").decode("cp1252", "replace") if through == "cp1256" else words.encode().decode("latin-1")
    if through == "cp1252":
        spoilt = "".join(bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte) for byte in words.encode())
    assert decode_text(spoilt.encode(), "utf-8")[0] == words
    assert repair_twice_encoded(f"Hello.\n{spoilt}\n— Sara") == f"Hello.\n{words}\n— Sara"


@pytest.mark.parametrize(
    "text",
    ["Łódź, Kraków i Gdańsk", "São Paulo é a maior cidade", "Ærø, Ålborg og Østerbro", "déjà vu à Nîmes", "«Über» größer", "Việt Nam", "Ø§ is no word", "Привет, как дела?", "日本語", "العربية", "Ça va très bien, là-bas à l'île"],
)
def test_right_text_is_left_alone(text: str) -> None:
    """Repair touches no text that was right."""
    assert repair_twice_encoded(text) == text
    assert decode_text(text.encode(), "utf-8") == (text, "")


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        ("これはテストのメールです。よろしくお願いします。", "cp932", "us-ascii"),
        ("これはテストのメールです。よろしくお願いします。", "euc_jp", "iso-2022-jp"),
        ("안녕하세요 반갑습니다 감사합니다", "euc_kr", ""),
        ("我们已经收到您的邮件，请稍候再试。", "gb18030", ""),
        ("我們已經收到您的郵件，請稍候再試。", "big5", ""),
        ("Узнай как зарабатывать от тысячи в неделю", "cp1251", ""),
        ("Узнай как зарабатывать от тысячи в неделю", "koi8-r", "us-ascii"),
        ("Größe und Maß über alles", "cp1252", ""),
        ("Le médecin a été appelé à l'hôpital", "latin-1", "utf-8"),
        ("Καλημέρα σας", "iso8859-7", "iso-8859-7"),
        ("שלום עולם", "cp1255", "windows-1255"),
        ("ภาษาไทย", "cp874", "windows-874"),
    ],
)
def test_other_scripts_are_known_too(text: str, codec: str, label: str) -> None:
    """Bytes without a right label are read by the letters that their language is made of."""
    assert decode_text(text.encode(codec), label)[0] == text


@pytest.mark.parametrize(
    ("label", "codec"),
    [("X-SJIS", "cp932"), ("ks_c_5601-1987", "cp949"), ("gb2312", "gb18030"), ("x-gbk", "gb18030"), ("macintosh", "mac-roman"), ("windows-31j", "cp932"),
     ("cp-850", "cp850"), ("'utf-8'", "utf-8"), ("utf_8", "utf-8"), ("idna", None), ("rot13", None), ("\0\0", None), ("", None), ("base64", None), ("😀", None)],
)
def test_names_of_charsets(label: str, codec: str | None) -> None:
    """Names that Python does not know are known; names of what is no text are not."""
    assert find_codec(label) == (codec and find_codec(codec))


def test_a_gap_of_a_charset_is_filled_as_the_web_does() -> None:
    """Bytes that cp1252 leaves undefined, and quotes of cp1252 in ISO-8859-6, are no replacement characters."""
    assert "\ufffd" not in decode_text(b"caf\xe9 \x81\x8d", "windows-1252")[0]
    assert decode_text("شهادة".encode("iso-8859-6") + b" \x93x\x94", "iso-8859-6")[0] == "شهادة “x”"


def test_a_spoilt_byte_stays_alone() -> None:
    """One bad byte in UTF-8 costs one letter; as many Latin bytes as letters are read as Latin."""
    assert decode_text("شهادة الحضور".encode() + b"\xff" + " للدورة".encode(), "utf-8")[0] == "شهادة الحضور\ufffd للدورة"
    assert decode_text("Atención ".encode() + "divulgação não autorizada".encode("latin-1"), "utf-8")[0] == "Atención divulgação não autorizada"


@pytest.mark.parametrize("codec", ["cp1256", "iso8859-6", "utf-8"])
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_whole_mails_in_arabic(codec: str, encoding: str) -> None:
    """Body, raw subject, raw name and raw file name of one mail, in each charset and transfer encoding, with no label at all."""
    words = TEXTS["sentence"]
    data = words.encode(codec)
    body = {"8bit": data, "quoted-printable": quopri.encodestring(data), "base64": base64.encodebytes(data)}[encoding]
    raw = (
        "From: سارة العلي <sara@example.com>\nTo: info@example.sa\nSubject: شهادة الدورة\nMessage-ID: <c1@example.com>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n'
    ).encode(codec) + f"Content-Transfer-Encoding: {encoding}\n\n".encode() + body + (
        b'\n--b\nContent-Type: application/pdf; name="' + "كشف درجات المتدربين في الدورة".encode(codec) + b'.pdf"\n\nx\n--b--\n'
    )
    mail = parse_mail(raw)
    assert (mail.subject, mail.sender and mail.sender.name, mail.text.strip()) == ("شهادة الدورة", "سارة العلي", words)
    assert [part.filename for part in mail.attachments] == ["كشف درجات المتدربين في الدورة.pdf"]


def test_a_raw_header_is_read_by_the_charset_of_the_body() -> None:
    """Turkish and Greek headers without a label come out as the body's charset says; Arabic under a Western one is Arabic."""
    assert decode_raw_header("çekilişini kaçırmayın".encode("cp1254"), "windows-1254") == "çekilişini kaçırmayın"
    assert decode_raw_header("Καλημέρα".encode("iso8859-7"), "iso-8859-7") == "Καλημέρα"
    assert decode_raw_header("شهادة الدورة".encode("cp1256"), "iso-8859-1") == "شهادة الدورة"


def test_scripts_are_not_seen_where_they_are_not() -> None:
    """Latin text with accents is neither Arabic nor of East Asia."""
    for text in ("Größe und Maß über", "déjà vu à Nîmes, né à Orléans", "São Paulo não é a capital"):
        assert find_arabic(text.encode("latin-1")) is None
        assert find_script(text.encode("latin-1")) is None


UNLABELLED = {
    "cp1250-polish": ("cp1250", "Proszę o przesłanie zaświadczenia o ukończeniu kursu, ponieważ nie mogę się zalogować. Dziękuję, Łukasz"),
    "cp1250-czech": ("cp1250", "Dobrý den, nemohu se přihlásit ke svému účtu na platformě. Děkuji, s přátelským pozdravem Jiří Dvořák"),
    "cp1250-hungarian": ("cp1250", "Kérem segítsenek új jelszót küldeni, őszintén szólva nem tudok belépni. Köszönettel, Kővári Győző"),
    "cp1254-turkish": ("cp1254", "Hesabıma giriş yapamıyorum, lütfen bana yeni bir şifre gönderir misiniz? Teşekkürler, Gülşah Yıldız"),
    "cp1253-greek": ("cp1253", "Καλημέρα σας, δεν μπορώ να συνδεθώ στον λογαριασμό μου"),
    "cp1255-hebrew": ("cp1255", "שלום רב, אינני מצליח להתחבר לחשבון שלי בפלטפורמה"),
    "cp1252-french": ("cp1252", "Je n'arrive pas à me connecter à mon compte; très cordialement, François Lefèvre, élève à l'école d'été"),
    "cp1252-portuguese": ("cp1252", "Não consigo acessar minha conta; obrigado pela atenção, João. Informações e instruções são necessárias"),
    "cp1252-german": ("cp1252", "Ich kann mich nicht anmelden. Können Sie mir helfen? Schöne Grüße, Jürgen Müller"),
    "cp1252-few-letters": ("cp1252", "Please see the résumé that I sent for the course in Zürich; the fee was 200 £"),
}


@pytest.mark.parametrize("name", UNLABELLED)
def test_a_sentence_without_a_label_is_told_by_its_letters(name: str) -> None:
    """A sentence in any common 8-bit charset is read rightly where no label, or an unknown one, says what it is."""
    codec, words = UNLABELLED[name]
    assert decode_text(words.encode(codec))[0] == words
    assert decode_text(words.encode(codec), "x-unknown")[0] == words


@pytest.mark.parametrize("label", ["utf-16", "gb2312", "big5", "shift_jis", "iso-8859-8", "windows-1255", "iso-2022-jp", "iso-8859-9"])
@pytest.mark.parametrize("codec", EIGHT_BIT)
def test_arabic_under_the_label_of_another_script(codec: str, label: str) -> None:
    """8-bit Arabic is Arabic too where a label of the Far East, of Hebrew or of UTF-16 does not hold its bytes."""
    words = "السلام عليكم، لم تصلني شهادة الدورة حتى الآن. أرجو المساعدة، ورقمي 0551234567."
    assert decode_text(words.encode(codec), label)[0] == words


def test_what_was_encoded_three_times_is_read() -> None:
    """Two careless gateways in a row are undone as one is."""
    words = "لم تصلني شهادة الدورة"
    once = words.encode().decode("latin-1")
    assert repair_twice_encoded(once.encode().decode("latin-1")) == words


@pytest.mark.parametrize("word", ["رد: شهادة", "طلب", "شهادة", "استفسار", "محمد", "فهد"])
def test_a_word_in_a_raw_header_is_of_the_usual_charset(word: str) -> None:
    """In a word or two both Arabic charsets may be likely: windows-1256 is what programs write."""
    assert decode_raw_header(word.encode("cp1256")) == word


def test_a_footer_in_another_charset_is_read() -> None:
    """What a gateway put below a UTF-8 mail in its own charset is read line by line."""
    words, footer = "لم تصلني الشهادة حتى الآن، أرجو المساعدة", "هذه الرسالة سرية وموجهة إلى المرسل إليه فقط"
    assert decode_text(f"{words}\n\n".encode() + footer.encode("cp1256"), "utf-8")[0] == f"{words}\n\n{footer}"
