"""How mail programs introduce an older mail in the languages of the world: a row a format, as the programs of that name write it."""

import pytest

from mailticket.inbound.quotewords import LANGUAGES
from mailticket.inbound.quoting import split_reply

NEW = "Thank you, it works.\nNoura"
WHO = "Masaraat Desk <info@example.sa>"
ATTRIBUTIONS = {
    "en gmail": "On Mon, Jan 5, 2026 at 10:05 AM {who} wrote:",
    "en gmail wrapped": "On Mon, Jan 5, 2026 at 10:05 AM Masaraat Desk for Trainees <\ninfo@example.sa> wrote:",
    "en apple": "On 5 Jan 2026, at 10:05, {who} wrote:",
    "en thunderbird": "On 1/5/26 10:05, Masaraat Desk wrote:",
    "en yahoo": "On Monday, January 5, 2026 at 10:05:11 AM GMT+3, {who} wrote:",
    "en fastmail": "On Mon, Jan 5, 2026, at 10:05 AM, Masaraat Desk wrote:",
    "en proton": "On Monday, January 5th, 2026 at 10:05 AM, {who} wrote:",
    "en zoho": "---- On Mon, 05 Jan 2026 10:05:50 +0300 {who} wrote ----",
    "en outlook 2019": 'On 05/01/2026, 10:05, "Masaraat Desk" <info@example.sa> wrote:',
    "en roundcube": "On 2026-01-05 10:05, Masaraat Desk wrote:",
    "en notes": "-----info@example.sa wrote: -----",
    "en mail.ru": "Monday, 5 January 2026, 10:05 AM +0300 from info@example.sa <info@example.sa>:",
    "fr gmail": "Le lun. 5 janv. 2026 à 10:05, {who} a écrit :",
    "fr gmail wrapped": "Le lun. 5 janv. 2026 à 10:05, Masaraat Desk <info@example.sa>\na écrit :",
    "fr thunderbird": "Le 05/01/2026 à 10:05, Masaraat Desk a écrit :",
    "fr outlook": "Le 05/01/2026 10:05, « Masaraat Desk » <info@example.sa> a écrit :",
    "de gmail": "Am Mo., 5. Jan. 2026 um 10:05 Uhr schrieb {who}:",
    "de thunderbird": "Am 05.01.26 um 10:05 schrieb Masaraat Desk:",
    "de apple": "Am 05.01.2026 um 10:05 schrieb {who}:",
    "de gmx": "Am 05.01.26, 10:05, \"Masaraat Desk\" <info@example.sa> schrieb:",
    "es gmail": "El lun, 5 ene 2026 a las 10:05, Masaraat Desk (<info@example.sa>) escribió:",
    "es apple": "El 5 ene 2026, a las 10:05, {who} escribió:",
    "es thunderbird": "El 5/1/26 a las 10:05, Masaraat Desk escribió:",
    "pt gmail br": "Em seg., 5 de jan. de 2026 às 10:05, {who} escreveu:",
    "pt gmail pt": "Masaraat Desk <info@example.sa> escreveu (segunda, 5/01/2026 à(s) 10:05):",
    "pt thunderbird pt": "Às 10:05 de 05/01/2026, Masaraat Desk escreveu:",
    "pt apple": "No dia 05/01/2026, às 10:05, {who} escreveu:",
    "it gmail": "Il giorno lun 5 gen 2026 alle ore 10:05 {who} ha scritto:",
    "it thunderbird": "Il 05/01/2026 10:05, Masaraat Desk ha scritto:",
    "it libero": 'In data 5 gennaio 2026 10:05:31 "Masaraat Desk" <info@example.sa> ha scritto:',
    "ca gmail": "Missatge de {who} del dia dl., 5 de gen. 2026 a les 10:05:",
    "ca thunderbird": "El 5/1/26 a les 10:05, Masaraat Desk ha escrit:",
    "gl thunderbird": "O 5/1/26 ás 10:05, Masaraat Desk escribiu:",
    "nl gmail": "Op ma 5 jan 2026 om 10:05 schreef {who}:",
    "nl apple": "Op 5 jan. 2026, om 10:05 heeft {who} het volgende geschreven:",
    "nl thunderbird": "Op 05-01-2026 om 10:05 schreef Masaraat Desk:",
    "sv gmail": "Den mån 5 jan. 2026 kl 10:05 skrev {who}:",
    "sv thunderbird": "Den 2026-01-05 kl. 10:05, skrev Masaraat Desk:",
    "da gmail": "Den man. 5. jan. 2026 kl. 10.05 skrev {who}:",
    "nb gmail": "man. 5. jan. 2026 kl. 10:05 skrev {who}:",
    "nb outlook": "Masaraat Desk <info@example.sa> skrev følgende den 05.01.2026, 10:05:",
    "is thunderbird": "Þann 5.1.2026 10:05, skrifaði Masaraat Desk:",
    "fi gmail": "ma 5. tammik. 2026 klo 10.05 Masaraat Desk (info@example.sa) kirjoitti:",
    "fi apple": "Masaraat Desk <info@example.sa> kirjoitti 5.1.2026 kello 10.05:",
    "et gmail": "Kuupäev E, 5. jaanuar 2026 kell 10:05 kirjutas {who}:",
    "lv gmail": "pirmd., 2026. g. 5. janv., plkst. 10:05 — lietotājs Masaraat Desk (<info@example.sa>) rakstīja:",
    "lt gmail": "2026-01-05, pr, 10:05 {who} rašė:",
    "pl gmail": "pon., 5 sty 2026 o 10:05 {who} napisał(a):",
    "pl thunderbird": "W dniu 05.01.2026 o 10:05, Masaraat Desk pisze:",
    "pl apple": "Wiadomość napisana przez {who} w dniu 5 sty 2026, o godz. 10:05:",
    "pl onet": "W dniu 2026-01-05 10:05:39 użytkownik {who} napisał:",
    "cs gmail": "po 5. 1. 2026 v 10:05 odesílatel {who} napsal:",
    "cs thunderbird": "Dne 05. 01. 26 v 10:05 Masaraat Desk napsal(a):",
    "cs apple": "5. 1. 2026 v 10:05, {who}:",
    "sk gmail": "po 5. 1. 2026 o 10:05 {who} napísal(a):",
    "sl gmail": "V V pon., 5. jan. 2026 ob 10:05 je oseba {who} napisala:",
    "hr gmail": "pon, 5. sij 2026. u 10:05 {who} napisao je:",
    "sr gmail": "пон, 5. јан 2026. у 10:05 {who} је написао/ла:",
    "hu gmail": "Masaraat Desk <info@example.sa> ezt írta (időpont: 2026. jan. 5., H, 10:05):",
    "hu thunderbird": "2026. 01. 05. 10:05 keltezéssel, Masaraat Desk írta:",
    "hu apple": "2026. jan. 5. dátummal, 10:05 időpontban {who} írta:",
    "ro gmail": "În lun., 5 ian. 2026 la 10:05, {who} a scris:",
    "ro apple": "Pe 5 ian. 2026, la 10:05, {who} a scris:",
    "bg gmail": "На пн, 5.01.2026 г. в 10:05 {who} написа:",
    "ru gmail": "пн, 5 янв. 2026 г. в 10:05, {who}:",
    "ru apple": "5 янв. 2026 г., в 10:05, {who} написал(а):",
    "ru thunderbird": "05.01.2026 10:05, Masaraat Desk пишет:",
    "ru yandex": '05.01.2026, 10:05, "Masaraat Desk" <info@example.sa>:',
    "ru mail.ru": "Понедельник, 5 января 2026, 10:05 +03:00 от Masaraat Desk <info@example.sa>:",
    "uk gmail": "пн, 5 січ. 2026 р. о 10:05 {who} пише:",
    "el gmail": "Στις Δευ 5 Ιαν 2026 στις 10:05 π.μ., ο/η {who} έγραψε:",
    "el thunderbird": "Στις 5/1/26 10:05, ο/η Masaraat Desk έγραψε:",
    "tr gmail": "Masaraat Desk <info@example.sa>, 5 Oca 2026 Pzt, 10:05 tarihinde şunu yazdı:",
    "tr apple": "Masaraat Desk <info@example.sa> şunları yazdı (5 Oca 2026 10:05):",
    "tr thunderbird": "05.01.2026 10:05 tarihinde Masaraat Desk yazdı:",
    "he gmail": "‫בתאריך יום ב׳, 5 בינו׳ 2026 ב-10:05 מאת ‪Masaraat Desk‬‏ <‪info@example.sa‬‏>:‬",
    "he apple": "ב-5 בינו׳ 2026, בשעה 10:05, {who} כתב/ה:",
    "he thunderbird": "ב־05/01/2026 10:05, Masaraat Desk כתב:",
    "fa gmail": "در تاریخ دوشنبه ۵ ژانویهٔ ۲۰۲۶، ۱۰:۰۵ {who} نوشت:",
    "ur gmail": "پیر، 5 جنوری، 2026 کو 10:05 AM پر {who} نے لکھا:",
    "hi gmail": "सोम, 5 जन॰ 2026 को 10:05 am बजे को {who} ने लिखा:",
    "zh cn gmail": "Masaraat Desk <info@example.sa> 于2026年1月5日周一 10:05写道：",
    "zh tw gmail": "Masaraat Desk <info@example.sa> 於 2026年1月5日 週一 上午10:05寫道：",
    "zh cn apple": "在 2026年1月5日，10:05，{who} 写道：",
    "zh tw thunderbird": "於 2026/1/5 上午 10:05, Masaraat Desk 提到:",
    "ja gmail": "2026年1月5日(月) 10:05 {who}:",
    "ja apple": "2026/01/05 10:05、{who}のメール:",
    "ko gmail": "2026년 1월 5일 (월) 오전 10:05, {who}님이 작성:",
    "ko thunderbird": "26. 1. 5. 10:05에 Masaraat Desk 이(가) 쓴 글:",
    "vi gmail": "Vào Th 2, 5 thg 1, 2026 vào lúc 10:05 {who} đã viết:",
    "th gmail": "ในวันที่ จ. 5 ม.ค. 2026 เวลา 10:05 {who} เขียนว่า:",
    "id gmail": "Pada tanggal Sen, 5 Jan 2026 pukul 10.05 {who} menulis:",
    "ms gmail": "Pada Isn, 5 Jan 2026 pada 10:05 PG {who} menulis:",
    "sq thunderbird": "Më 5.1.2026 10:05, Masaraat Desk shkroi:",
    "eu thunderbird": "2026/01/05 10:05(e)an, Masaraat Desk igorleak idatzi zuen:",
}
BLOCKS = {
    "en": "From|Sent|To|Cc|Subject", "en apple": "From|Subject|Date|To", "de": "Von|Gesendet|An|Cc|Betreff", "de apple": "Von|Betreff|Datum|An",
    "fr": "De|Envoyé|À|Cc|Objet", "fr apple": "De|Objet|Date|À", "es": "De|Enviado el|Para|CC|Asunto", "pt": "De|Enviada em|Para|Cc|Assunto",
    "it": "Da|Inviato|A|Cc|Oggetto", "it thunderbird": "Mittente|Data|A|Oggetto", "nl": "Van|Verzonden|Aan|CC|Onderwerp",
    "sv": "Från|Skickat|Till|Kopia|Ämne", "da": "Fra|Sendt|Til|Cc|Emne", "nb": "Fra|Sendt|Til|Kopi|Emne",
    "fi": "Lähettäjä|Lähetetty|Vastaanottaja|Kopio|Aihe", "et": "Saatja|Saadetud|Adressaat|Koopia|Teema", "lv": "No|Nosūtīts|Kam|Tēma",
    "lt": "Nuo|Išsiųsta|Kam|Tema", "pl": "Od|Wysłano|Do|DW|Temat", "pl thunderbird": "Temat|Data|Nadawca|Adresat",
    "cs": "Od|Odesláno|Komu|Kopie|Předmět", "sk": "Od|Odoslané|Komu|Predmet", "sl": "Od|Poslano|Za|Zadeva", "hr": "Šalje|Datum|Prima|Predmet",
    "hu": "Feladó|Elküldve|Címzett|Tárgy", "ro": "De la|Trimis|Către|Subiect", "bg": "От|Изпратено|До|Относно", "ru": "От|Отправлено|Кому|Тема",
    "ru mail.ru": "От кого|Кому|Дата|Тема", "uk": "Від|Надіслано|Кому|Тема", "el": "Από|Στάλθηκε|Προς|Θέμα",
    "tr": "Kimden|Gönderildi|Kime|Konu", "he": "מאת|נשלח|אל|נושא", "fa": "از|تاریخ|به|موضوع", "zh cn": "发件人|发送时间|收件人|主题",
    "zh tw": "寄件者|寄件日期|收件者|主旨", "ja": "差出人|送信日時|宛先|件名", "ko": "보낸 사람|보낸 날짜|받는 사람|제목", "th": "จาก|ส่ง|ถึง|เรื่อง",
    "vi": "Từ|Đã gửi|Đến|Chủ đề", "id": "Dari|Dikirim|Kepada|Subjek", "ar": "من|تم الإرسال|إلى|الموضوع",
    "unknown (Maltese)": "Minn|Mibgħut|Lil|Suġġett", "unknown (Swahili)": "Kutoka|Imetumwa|Kwa|Mada",
}
SEPARATORS = (
    "-----Original Message-----", "-----Ursprüngliche Nachricht-----", "-------- Original-Nachricht --------", "-----Message d'origine-----",
    "-------- Message original --------", "-----Mensaje original-----", "-----Mensagem original-----", "-----Messaggio originale-----",
    "-----Oorspronkelijk bericht-----", "-----Ursprungligt meddelande-----", "-----Oprindelig meddelelse-----", "-------- Oprindelig besked --------",
    "-----Opprinnelig melding-----", "-----Alkuperäinen viesti-----", "-----Oryginalna wiadomość-----", "-----Původní zpráva-----",
    "-----Pôvodná správa-----", "-----Izvirno sporočilo-----", "-----Izvorna poruka-----", "-----Eredeti üzenet-----", "-----Mesaj original-----",
    "-----Оригинално съобщение-----", "-----Исходное сообщение-----", "-----Αρχικό μήνυμα-----", "-----Özgün İleti-----", "-------- Orijinal mesaj --------",
    "-----הודעה מקורית-----", "------------------ 原始邮件 ------------------", "-----邮件原件-----", "-----元のメッセージ-----", "-----원본 메시지-----",
    "-----الرسالة الأصلية-----", "-------- رسالة أصلية --------", "---------- Forwarded message ---------", "-------- Weitergeleitete Nachricht --------",
    "-------- Message transféré --------", "-------- Пересылаемое сообщение --------", "---------- 转发的邮件 ---------", "##- Please type your reply above this line -##",
)


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
@pytest.mark.parametrize("quote", ["> ", ""], ids=["quoted", "bare"])
def test_an_attribution_is_known_in_its_language(attribution: str, quote: str) -> None:
    """The new words alone remain, whether the older mail is quoted or only stands below."""
    line = attribution.format(who=WHO)
    reply = split_reply(f"{NEW}\n\n{line}\n\n{quote}Does it work now?\n{quote}The desk\n")
    assert reply.text == NEW
    assert reply.sure >= 0.8


@pytest.mark.parametrize("labels", BLOCKS.values(), ids=BLOCKS)
@pytest.mark.parametrize("form", ["{}: {}", "*{}:* {}", "{} : {}"], ids=["plain", "bold", "spaced"])
def test_a_header_block_is_known_in_its_language(labels: str, form: str) -> None:
    """Outlook's and Apple's blocks need no quote marks and no drawn line."""
    values = (WHO, "Monday, January 5, 2026 10:05", "Noura Salem <noura@example.com>", "Sara <sara@example.com>", "Certificate")
    names = labels.split("|")
    block = "\n".join(form.format(name, values[at] if at < len(names) - 1 else values[-1]) for at, name in enumerate(names))
    reply = split_reply(f"{NEW}\n\n{block}\n\nDoes it work now?\n\nThe desk\n")
    assert reply.text == NEW
    assert reply.sure >= 0.7


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_named_line_of_dashes_is_known(separator: str) -> None:
    """Whatever stands below the line that says "original message" is the original message."""
    reply = split_reply(f"{NEW}\n\n{separator}\nDoes it work now?\nThe desk\n")
    assert reply.text == NEW
    assert reply.sure >= 0.8


def test_the_tables_hold_more_than_fifteen_languages() -> None:
    """Arabic, English and at least fifteen more are rows of the table, and the same ones are tried here."""
    assert len(LANGUAGES - {"ar", "en"}) >= 15
    assert len({name.split()[0] for name in ATTRIBUTIONS} & LANGUAGES - {"ar", "en"}) >= 15
    assert len({name.split()[0] for name in BLOCKS} & LANGUAGES - {"ar", "en"}) >= 15


@pytest.mark.parametrize(
    "text",
    [
        "Am Montag habe ich geschrieben:\nBitte um Hilfe\nDanke",
        "Le 5 janvier j'ai écrit à l'assistance :\nrien ne marche",
        "On 5 January 2026 at 10:05 I wrote to you:\nplease help\nNobody answered.",
        "From: Riyadh\nTo: Jeddah\nDate: 5 January\nplease change the hall",
        "Name: Noura Salem\nPhone: 0500000000\nCourse: Data Analysis\nDate: 5/1/2026 10:05",
        "Agenda:\n- 10:05 opening\n- 11:00 workshop\nSee you:",
        "Please send it to noura@example.com:\nthe certificate",
        "--- Original price ---\n100\n--- New price ---\n80",
        "The error is:\n----\nFile not found: a.txt\n----\nWhat now?",
    ],
    ids=["de", "fr", "oneself", "from and to", "form", "agenda", "address", "dashes", "rules"],
)
def test_words_of_a_person_that_look_alike_stay(text: str) -> None:
    """A person's own colon, date or dashes cut nothing."""
    reply = split_reply(f"Hello\n\n{text}")
    assert (reply.text, reply.cut) == (f"Hello\n\n{text}", "")
