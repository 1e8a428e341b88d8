"""What a forward carries, in the formats of mail programs; and what only looks like one."""

import pytest

from mailticket.inbound.parse import describe_mail, parse_mail
from mailticket.model.mail import Forwarded, Mail

HEAD = "From: Sara <sara@example.sa>\nTo: info@example.sa\nMessage-ID: <f@example.sa>\n"
INLINE = {
    "en gmail": "---------- Forwarded message ---------\nFrom: Khalid Ali <khalid@example.com>\nDate: Mon, Jan 5, 2026 at 10:05 AM\nSubject: {s}\nTo: <sara@example.sa>\n\n\n{t}",
    "en apple": "> Begin forwarded message:\n> \n> From: Khalid Ali <khalid@example.com>\n> Subject: {s}\n> Date: January 5, 2026 at 10:05:11 AM GMT+3\n> To: Sara\n> \n> {t}",
    "en outlook": "From: Khalid Ali <khalid@example.com>\nSent: Monday, January 5, 2026 10:05 AM\nTo: Sara <sara@example.sa>\nSubject: {s}\n\n{t}",
    "en outlook brackets": "From: Khalid Ali [mailto:khalid@example.com]\nSent: Monday, January 5, 2026 10:05 AM\nTo: Sara\nSubject: {s}\n\n{t}",
    "en outlook rule": "________________________________\nFrom: Khalid Ali <khalid@example.com>\nSent: Monday, January 5, 2026 10:05 AM\nTo: Sara\nSubject: {s}\n\n{t}",
    "en thunderbird": "-------- Forwarded Message --------\nSubject: \t{s}\nDate: \tMon, 5 Jan 2026 10:05:11 +0300\nFrom: \tKhalid Ali <khalid@example.com>\nTo: \tsara@example.sa\n\n\n\n{t}",
    "en yahoo": "----- Forwarded Message -----\nFrom: Khalid Ali <khalid@example.com>\nTo: \"sara@example.sa\" <sara@example.sa>\nSent: Monday, January 5, 2026 at 10:05:11 AM GMT+3\nSubject: {s}\n\n{t}",
    "en bold": "---------- Forwarded message ----------\n*From:* Khalid Ali <khalid@example.com>\n*Date:* Mon, Jan 5, 2026 10:05\n*Subject:* {s}\n*To:* Sara\n\n{t}",
    "fr apple": "> Début du message réexpédié :\n> \n> De: Khalid Ali <khalid@example.com>\n> Objet: {s}\n> Date: 5 janvier 2026 à 10:05:11 UTC+3\n> À: Sara\n> \n> {t}",
    "de gmail": "---------- Weitergeleitete Nachricht ---------\nVon: Khalid Ali <khalid@example.com>\nDate: Mo., 5. Jan. 2026 um 10:05 Uhr\nSubject: {s}\nTo: <sara@example.sa>\n\n{t}",
    "de outlook": "Von: Khalid Ali <khalid@example.com>\nGesendet: Montag, 5. Januar 2026 10:05\nAn: Sara\nBetreff: {s}\n\n{t}",
    "es yahoo": "----- Mensaje reenviado -----\nDe: Khalid Ali <khalid@example.com>\nPara: Sara\nEnviado: lunes, 5 de enero de 2026, 10:05:11\nAsunto: {s}\n\n{t}",
    "tr thunderbird": "-------- İletilen İleti --------\nKonu: \t{s}\nTarih: \tMon, 5 Jan 2026 10:05:11 +0300\nKimden: \tKhalid Ali <khalid@example.com>\nKime: \tsara@example.sa\n\n{t}",
    "ru mail.ru": "-------- Пересылаемое сообщение --------\nОт кого: Khalid Ali <khalid@example.com>\nКому: Sara\nДата: Понедельник, 5 января 2026, 10:05 +03:00\nТема: {s}\n\n{t}",
    "fa outlook": "از: Khalid Ali <khalid@example.com>\nتاریخ: دوشنبه ۵ ژانویه ۲۰۲۶ ۱۰:۰۵\nبه: Sara\nموضوع: {s}\n\n{t}",
    "zh outlook": "发件人: Khalid Ali <khalid@example.com>\n发送时间: 2026年1月5日 10:05\n收件人: Sara\n主题: {s}\n\n{t}",
    "sender over two lines": "---------- Forwarded message ---------\nFrom: Khalid Ali <\nkhalid@example.com>\nDate: Mon, Jan 5, 2026 at 10:05 AM\nSubject: {s}\nTo: Sara\n\n{t}",
}
TEXT = "The certificate has not come.\n\nKhalid"


def read(body: str, subject: str, fields: str = "") -> Mail:
    return parse_mail(f"{HEAD}Subject: {subject}\n{fields or 'Content-Type: text/plain; charset=utf-8' + chr(10)}\n{body}".encode())


def quoted(text: str) -> str:
    return text.replace("\n", "\n> ")


@pytest.mark.parametrize("form", INLINE.values(), ids=INLINE)
@pytest.mark.parametrize("above", ["please see below\n\n", ""], ids=["with words", "bare"])
def test_an_inline_forward_is_read(form: str, above: str) -> None:
    """Author, date, subject and words of the older mail, each as the program shows it."""
    mail = read(above + form.format(s="My certificate", t=quoted(TEXT) if form.startswith(">") else TEXT), "Fwd: My certificate")
    found = mail.forwarded
    assert found is not None
    assert (found.sender.address, found.sender.name) == ("khalid@example.com", "Khalid Ali")
    assert found.subject == "My certificate"
    assert "2026" in found.date or "۲۰۲۶" in found.date
    assert found.text == TEXT
    assert found.sure >= 0.9
    assert not above or mail.reply_text == above.strip()


@pytest.mark.parametrize("form", ["en gmail", "en apple", "fr apple"])
def test_a_forward_under_a_subject_of_its_own_is_read(form: str) -> None:
    """A client's own announcement is enough, whatever the subject says."""
    bare = "\n".join(line.removeprefix("> ") for line in INLINE[form].format(s="My certificate", t=TEXT).split("\n"))
    mail = read(f"please see below\n\n{bare}", "A question")
    assert mail.forwarded is not None
    assert mail.forwarded.sender.address == "khalid@example.com"


ATTACHED = (
    'Content-Type: multipart/mixed; boundary="b"\n',
    "--b\nContent-Type: text/plain\n\nsee attached\n--b\nContent-Type: message/rfc822\n\nFrom: =?utf-8?b?2K7Yp9mE2K8=?= <khalid@example.com>\n"
    "Date: Mon, 5 Jan 2026 10:05:11 +0300\nSubject: =?utf-8?b?2KfZhNi02YfYp9iv2Kk=?=\nContent-Type: text/plain; charset=utf-8\n\nلم تصل.\n--b--\n",
)


def test_an_attached_mail_is_read() -> None:
    """A whole mail among the attachments tells its own fields, decoded."""
    found = read(ATTACHED[1], "Fwd: x", ATTACHED[0]).forwarded
    assert found is not None
    assert (found.sender.address, found.sender.name) == ("khalid@example.com", "خالد")
    assert (found.date, found.subject, found.text) == ("Mon, 5 Jan 2026 10:05:11 +0300", "الشهادة", "لم تصل.")
    assert found.sure >= 0.9


def test_an_attached_mail_that_nobody_announces_is_less_sure() -> None:
    """Without a word of forwarding in the subject, and all the more with two mails attached, whoever acts on it asks first."""
    one = read(ATTACHED[1], "some mail", ATTACHED[0]).forwarded
    part = ATTACHED[1].split("--b\n")[2].removesuffix("--b--\n")
    two = read(ATTACHED[1].replace("--b--", f"--b\n{part}--b--"), "Fwd: x", ATTACHED[0]).forwarded
    assert one is not None
    assert two is not None
    assert one.sure <= 0.7
    assert two.sure < 0.7


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("---------- Forwarded message ---------\nFrom: Khalid Ali\nSubject: x\n\nhello", "Fwd: x"),
        ("On Mon, Jan 5, 2026 at 10:05 AM Khalid <khalid@example.com> wrote:\n> hello", "Fwd: x"),
        ("________________________________\nMinn: Khalid <khalid@example.com>\nMibgħut: 5.1.2026 10:05\nLil: Sara\nSuġġett: x\n\nhello", "Fwd: x"),
        ("---------- Forwarded message ---------\nFrom: Khalid <khalid@example.com>\nSubject: x\n\nhello", "Re: x"),
    ],
    ids=["no address", "attribution", "unknown language", "in an answer"],
)
def test_what_is_read_with_doubt_says_so(body: str, subject: str) -> None:
    """A sender without address, in words that no table knows, or where no forward was announced, is not sure."""
    found = read(body, subject).forwarded
    assert found is not None
    assert "Khalid" in found.sender.name or found.sender.address == "khalid@example.com"
    assert found.sure < 0.7


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("yes\n\nFrom: Khalid <khalid@example.com>\nSent: Monday\nTo: Sara\nSubject: x\n\nhello", "Re: x"),
        ("yes\n\n> ---------- Forwarded message ---------\n> From: Khalid <khalid@example.com>\n> hello", "Re: x"),
        ("I forwarded it to Khalid:\nplease wait", "forwarding"),
        ("nothing here", "Fwd: x"),
        ("", ""),
    ],
    ids=["answer", "forward in a quote", "word", "bare prefix", "empty"],
)
def test_what_is_no_forward_names_nobody(body: str, subject: str) -> None:
    """Answers, and forwards that somebody only quotes, are no forwards."""
    assert read(body, subject).forwarded is None


def test_the_json_tells_the_forward() -> None:
    """`parse --json` gives the author with name and address, and the rest beside."""
    row = describe_mail(read(INLINE["en gmail"].format(s="s", t="t"), "Fwd: s"), "x")["forwarded_from"]
    assert isinstance(row, dict)
    assert row == {"address": "khalid@example.com", "name": "Khalid Ali", "date": "Mon, Jan 5, 2026 at 10:05 AM", "subject": "s", "text": "t", "sure": 0.95}
    assert Forwarded.__doc__


@pytest.mark.parametrize("gap", ["", "\n"], ids=["at once", "after an empty line"])
def test_a_line_drawn_twice_is_no_word_of_the_older_mail(gap: str) -> None:
    """Zoho draws its line above and below the block of fields; neither is what the author wrote."""
    line = "============ Forwarded message ============"
    block = f"{line}\nFrom: Noura <noura@example.com>\nTo: <info@example.sa>\nDate: Sun, 04 Jan 2026 10:15:00 +0300\nSubject: cert\n{gap}{line}\n\nWhere?\n"
    found = parse_mail(f"From: sara@example.com\nSubject: Fwd: cert\n\n{block}".encode()).forwarded
    assert found is not None
    assert (found.sender.address, found.subject, found.text) == ("noura@example.com", "cert", "Where?")
