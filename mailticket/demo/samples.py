"""The sample mails of the demonstration, each with the outcome that it ought to have.

They come in waves: what answers a mail of the desk can only be written once that mail is there. All people and addresses are invented.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from mailticket.demo.letters import answer, write
from mailticket.model.outcome import Disposition

DESK = "info@example.sa"
NOURA, FAHAD, LINA, SARA, TARIQ = "noura@example.com", "fahad@example.com", "lina@example.com", "sara@example.sa", "tariq@example.com"


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail: `expected` is its outcome, `team` that of the ticket it opens ("" = not looked at), `age` how old it is when it arrives."""

    title: str
    raw: bytes
    expected: Disposition
    team: str = ""
    age: timedelta = timedelta(0)


Outbox = Mapping[str, list[EmailMessage]]
"""What the desk has sent so far, by recipient, oldest first."""


def first_wave(now: datetime) -> list[Sample]:
    """Mails of strangers and machines that need nothing to have happened."""
    return [*_arabic(now), *_english(now), *_odd(now), *_machines(now), *_broken(now)]


def _certificate(now: datetime) -> bytes:
    text = (
        "السلام عليكم\nأنهيت دورة إدارة المشاريع قبل أسبوعين ولم تصدر شهادتي من منصة منار حتى الآن.\nآمل إصدارها، وشكراً لكم.\n\nنورة الحربي"
    )
    return write(NOURA, "لم تصلني الشهادة", text, now, name="نورة الحربي")


def _arabic(now: datetime) -> list[Sample]:
    hall = "السلام عليكم\nالمحاضرة بدأت الآن والرابط لا يفتح، يظهر لي أن القاعة مغلقة.\nأرجو المساعدة بسرعة."
    complaint = "تقدمت بطلب استرداد الرسوم منذ شهر ولم يرد علي أحد، وهذا تعامل غير مقبول.\nرقم الفاتورة ٤٥٧٨."
    price = "السلام عليكم ورحمة الله\nكم رسوم دورة التسويق الرقمي؟ ومتى تبدأ الدفعة القادمة؟ وهل يوجد خصم للمجموعات؟"
    trainer = "أنا مدرب دورة الأمن السيبراني، ولا أستطيع الدخول إلى لوحة المدرب لرفع المواد.\nم. سالم"
    cp1256 = "السلام عليكم، نسيت كلمة المرور ولم تصلني رسالة الاستعادة".encode("cp1256")
    head = b"From: reem@example.com\r\nTo: info@example.sa\r\nMessage-ID: <cp1256@example.com>\r\nSubject: "
    old = head + "كلمة المرور".encode("cp1256") + b"\r\n\r\n"
    html = '<html><body dir="rtl"><p>مرحباً،</p><p>كيف أحمّل ملفات الدرس من المنصة؟ الصفحة لا تعمل.</p></body></html>'
    return [
        Sample("Arabic: a certificate is late", _certificate(now), Disposition.TICKET, "certificate"),
        Sample("Arabic: the live hall does not open, now", write(FAHAD, "القاعة مغلقة", hall, now, name="فهد"), Disposition.TICKET, "live"),
        Sample(
            "Arabic: a complaint about a refund",
            write("mona@example.com", "شكوى", complaint, now, name="منى"),
            Disposition.TICKET,
            "enrolment",
        ),
        Sample("Arabic: prices and dates", write("yousef@example.com", "استفسار", price, now), Disposition.TICKET, "enrolment"),
        Sample("Arabic: a trainer's own access", write("salem@example.com", "لوحة المدرب", trainer, now), Disposition.TICKET, "trainer"),
        Sample("Arabic in windows-1256 that says nothing of it", old + cp1256, Disposition.TICKET, "account"),
        Sample("Arabic, HTML only", write("hala@example.com", "المنصة", "", now, html=html), Disposition.TICKET, "platform"),
    ]


def _english(now: datetime) -> list[Sample]:
    forgotten = "Hello,\n\nI forgot my password and the reset code never arrives. Please help me to sign in.\n\nLina"
    idea = "Hi,\n\nI suggest that you add subtitles to the recorded lessons. It would help many of us.\n\nThanks for your work"
    scan = "Please find attached the receipt of my payment. The course does not show in my account yet."
    receipt = {"receipt.pdf": b"%PDF-1.4 sample\n%%EOF\n"}
    return [
        Sample(
            "English: a forgotten password", write(LINA, "Cannot sign in", forgotten, now, name="Lina Aziz"), Disposition.TICKET, "account"
        ),
        Sample("English: a suggestion", write("peter@example.com", "An idea", idea, now), Disposition.TICKET, "platform"),
        Sample(
            "English with a PDF", write("omar.n@example.com", "Payment", scan, now, attachments=receipt), Disposition.TICKET, "enrolment"
        ),
    ]


def _odd(now: datetime) -> list[Sample]:
    mixed = "السلام عليكم، زر الـ submit ما يشتغل في صفحة الواجب.\nI tried Chrome and Edge and it stays grey on both of them."
    arabizi = "slam, el shahada mawsalatni mn manar w khalast el dawra mn shahr"
    letter = "سعادة مدير المركز\nنأمل تزويدنا ببيان الدورات المنفذة خلال الربع الثالث.\nالمؤسسة العامة للتدريب التقني والمهني"
    return [
        Sample("both languages in one mail", write("dana@example.com", "Assignment", mixed, now), Disposition.TICKET, "platform"),
        Sample("Arabic in Latin letters", write("sami@example.com", "shahada", arabizi, now), Disposition.TICKET, "certificate"),
        Sample("a supervising body", write("supervisor@tvtc.gov.sa", "بيان الدورات", letter, now), Disposition.TICKET, "oversight"),
        Sample("no subject at all", write("anon@example.com", "", "متى يفتح مركز الاتصال؟", now), Disposition.TICKET, "general"),
    ]


def _machines(now: datetime) -> list[Sample]:
    away = write("khaled@example.com", "رد تلقائي: خارج المكتب", "أنا في إجازة.", now, headers={"Auto-Submitted": "auto-replied"})
    marks = {"List-Id": "<news.example.com>", "List-Unsubscribe": "<mailto:off@example.com>", "Precedence": "bulk"}
    news = write("news@example.com", "Our offers of the week", "Forty offers in one mail.", now, headers=marks)
    loop = write(DESK, "نفيدكم باستلام طلبكم [MT-1001]", "الرسالة عادت إلينا", now)
    return [
        Sample("an out-of-office answer", away, Disposition.FILED),
        Sample("a newsletter", news, Disposition.FILED),
        Sample("a mail of our own that came back", loop, Disposition.FILED),
        Sample("the certificate mail once more", _certificate(now), Disposition.DUPLICATE),
        Sample(
            "a mail from before the desk began", write("past@example.com", "قديم", "قديم", now), Disposition.BACKLOG, age=timedelta(days=30)
        ),
    ]


def _broken(now: datetime) -> list[Sample]:
    headless = b"\xd8\xa7\xd9\x84\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85 no header at all, and a byte that is none: \xff\r\n"
    torn = write("torn@example.com", "ملف ناقص", "أرسلت لكم الملف ولم يصل كاملاً", now, attachments={"torn.pdf": b"%PDF"})[:-40]
    nested = b"From: deep@example.com\r\nTo: info@example.sa\r\nSubject: deep\r\nMIME-Version: 1.0\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i) for i in range(60)
    )
    return [
        Sample("bytes that are no mail", headless, Disposition.QUARANTINED),
        Sample("a mail cut off in the middle", torn, Disposition.TICKET),
        Sample("sixty parts within each other", nested, Disposition.TICKET),
    ]


def second_wave(now: datetime, outbox: Outbox) -> list[Sample]:
    """Answers to what the desk has sent: by requesters, an agent, a stranger and machines."""
    ack, notice, other = outbox[NOURA][0], outbox[SARA][0], outbox[FAHAD][0]
    more = "رقم هويتي ينتهي بـ ٤٤١، وأنهيت الدورة يوم ١٠ نوفمبر."
    done = "الأخت نورة، صدرت شهادتكم اليوم وتجدونها في حسابكم على منصة منار.\n\nمع التحية"
    tag = str(ack["Subject"]).rpartition("[")[2].rstrip("]")
    guess = write(TARIQ, f"Re: [{tag}]", "Please send me everything about this ticket.", now, name="Tariq")
    away = answer(ack, NOURA, "أنا خارج المكتب حتى الأحد.", now, style="bare")
    away = away.replace(b"MIME-Version", b"Auto-Submitted: auto-replied\r\nMIME-Version")
    answered = answer(notice, SARA, done, now, style="outlook ar", signature="سارة\n" + SARA)
    return [
        Sample("a follow-up, Arabic Gmail", answer(ack, NOURA, more, now, style="gmail ar"), Disposition.FOLLOW_UP),
        Sample("an agent answers the notice, Outlook", answered, Disposition.AGENT_ACTION),
        Sample("an agent's address without proof", write(SARA, f"Re: [{tag}]", "أغلقوا التذكرة", now), Disposition.HELD),
        Sample("a stranger quotes a number", guess, Disposition.TICKET),
        Sample("an out-of-office answer to our mail", away, Disposition.FILED),
        Sample("our mail bounces", _bounce(other, now), Disposition.FILED),
    ]


def third_wave(now: datetime, outbox: Outbox) -> list[Sample]:
    """The requester hears the agent and answers."""
    reply = next(m for m in reversed(outbox[NOURA]) if "MT-" in m["Subject"])
    return [Sample("thanks from the requester", answer(reply, NOURA, "شكراً لكم", now, style="gmail ar"), Disposition.FOLLOW_UP)]


def _bounce(mail: EmailMessage, now: datetime) -> bytes:
    """A delivery report for a mail of the desk (RFC 3464), to its envelope sender."""
    report = (
        "--r\r\nContent-Type: text/plain\r\n\r\nThe address does not exist.\r\n"
        "--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
        f"Final-Recipient: rfc822; {FAHAD}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--r\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {mail['Message-ID']}\r\n\r\n--r--\r\n"
    )
    head = (
        f"From: MAILER-DAEMON@mx.example.com\r\nTo: {mail['X-Envelope-From'] or DESK}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <bounce.{int(now.timestamp())}@mx.example.com>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="r"\r\n\r\n'
    )
    return (head + report).encode()


Wave = Callable[[datetime, Outbox], list[Sample]]
WAVES: tuple[Wave, ...] = (lambda now, _: first_wave(now), second_wave, third_wave)
