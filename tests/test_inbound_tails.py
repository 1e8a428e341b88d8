"""Signatures, phone lines, notices and footers: cut where they are surely no words of the person's, kept where they may be."""

import pytest

from mailticket.inbound.quoting import split_reply
from mailticket.inbound.tails import is_sent_from

NEW = "السلام عليكم\nلم تصل الشهادة بعد."
TAILS = {
    "closing ar": "مع التحية،\nنورة سالم",
    "closing ar formal": "وتفضلوا بقبول فائق الاحترام والتقدير\nنورة سالم\nأخصائية تدريب\nالجوال: 0500000000",
    "closing ar decorated": "* مع خالص التحية والتقدير *\nأم خالد",
    "closing en": "Best regards,\nNoura Salem\nTraining Specialist | Academy\nT +966 50 000 0000 | noura@example.com\nwww.example.com",
    "closing fr": "Cordialement,\nNoura",
    "closing de": "Mit freundlichen Grüßen\nNoura Salem",
    "closing tr": "Saygılarımla,\nNoura",
    "mark": "-- \nنورة سالم\nرقم المتدرب 20417",
    "rule": "________________\nNoura Salem\nTraining Specialist",
    "iphone ar": "أُرسلت من الـ iPhone",
    "iphone ar old": "مُرسل من الـ iPhone الخاص بي",
    "samsung ar": "تم الإرسال من هاتف Samsung Galaxy الذكي.",
    "sony ar": "مُرسل من هاتف Sony Xperia™ الذكي الخاص بي",
    "yahoo ar": "تم الإرسال من Yahoo Mail على Android",
    "outlook ar": "الحصول على Outlook لـ iOS<https://aka.ms/o0ukef>",
    "outlook en": "Get Outlook for Android<https://aka.ms/AAb9ysg>",
    "windows": "Sent from Mail for Windows",
    "proton": "Sent with Proton Mail secure email.",
    "de": "Von meinem iPhone gesendet",
    "tr": "iPhone'umdan gönderildi",
    "ja": "iPhoneから送信",
    "ru": "Отправлено с iPhone",
    "disclaimer en": "This e-mail and any attachments are confidential and intended solely for the addressee. If you have received it in error, delete it.",
    "disclaimer ar": "هذه الرسالة ومرفقاتها سرية وموجهة إلى المرسل إليه فقط، وإذا استلمتها بالخطأ فيرجى حذفها وإبلاغ المرسل.",
    "disclaimer ar heading": "إخلاء مسؤولية: محتوى هذا البريد سري.",
    "disclaimer ar two": "إن المعلومات الواردة في هذا البريد الإلكتروني ومرفقاته سرية ومخصصة للشخص المرسل إليه.",
    "disclaimer de": "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, vernichten Sie diese Mail. Empfänger",
    "disclaimer after a rule": "________________________________\nThis message is confidential. Any disclosure or copying is prohibited.",
    "paper": "Please consider the environment before printing this email.",
    "paper ar": "حافظ على البيئة: لا تطبع هذه الرسالة إلا للضرورة",
    "virus": "Virus-free. www.avast.com",
    "list": "_______________________________________________\nTrainers mailing list\ntrainers@example.com\nhttps://example.com/mailman/listinfo/trainers",
    "google group": "-- \nYou received this message because you are subscribed to the Google Groups \"x\" group.",
    "closing and phone": "Regards,\nNoura\n\nSent from my iPhone",
    "closing, card and notice": "Kind regards\nNoura\n+966 500000000\n\nThis message is confidential and intended for the recipient only.",
}


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS)
def test_a_tail_is_cut_and_kept_apart(tail: str) -> None:
    """What no person typed for this mail goes, all of it, and is found in what was cut."""
    reply = split_reply(f"{NEW}\n\n{tail}\n")
    assert reply.text == NEW
    assert reply.cut.split() == tail.split()
    assert reply.sure >= 0.7


WORDS = {
    "sent since two days": "أرسلت من يومين رسالة ولم يصل رد",
    "sent from the bank": "تم الإرسال من البنك ولم يصل المبلغ",
    "sent from a desk": "Sent from my desk, this is easier. Please call me",
    "message about": "هذه الرسالة بخصوص شهادتي التي لم تصدر",
    "message private": "هذه الرسالة خاصة بموضوع الشهادة التي طلبتها",
    "notice of one's own": "تنبيه: الموعد غداً الساعة العاشرة",
    "if you have": "If you have received my form, please tell me.",
    "confidential": "This message is about a confidential complaint.",
    "thanks": "شكراً لكم\nنورة",
    "thanks en": "Thanks,\nNoura",
    "closing with a number": "مع التحية،\nنورة سالم\nرقم المتدرب: 20417",
    "closing with a sentence": "Regards,\nNoura\nBy the way, when does the course start?",
    "regards in a sentence": "With regards to the payment, it was made.",
    "unsubscribe": "How do I unsubscribe from this course?",
    "dashes": "----\nالخطوة الأولى: فتحت الصفحة، ثم لم يظهر شيء، فما العمل؟",
    "steps": "1. open\n2. sign in\n---\nnothing happens, the page is blank. What shall I do?",
    "my device": "my iPhone shows nothing",
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_no_sentence_of_a_person_is_lost(words: str) -> None:
    """What may be the person's own, or a number that the desk will ask for, stays."""
    reply = split_reply(f"{NEW}\n\n{words}")
    assert (reply.text, reply.cut) == (f"{NEW}\n\n{words}", "")


def test_a_banner_of_a_server_is_cut_from_the_top() -> None:
    """A warning about outside mail above the words is none of them."""
    banner = "CAUTION: This email originated from outside of the organization. Do not click links unless you know the sender."
    assert split_reply(f"{banner}\n\n{NEW}").text == NEW
    assert split_reply(banner).text == banner


def test_a_phone_line_above_words_is_cut_alone() -> None:
    """When a quote lost its marks, the phone's line goes and nothing below it is taken for certain."""
    reply = split_reply(f"{NEW}\n\nSent from my Samsung Galaxy smartphone.\n\nolder words that nobody marked")
    assert reply.text == f"{NEW}\n\nolder words that nobody marked"


@pytest.mark.parametrize("line", ["Sent from my iPhone", "أرسلت من هاتفي", "Gesendet mit der GMX Mail App", "Envoyé depuis l'application Mail Orange mobile", "发自我的iPhone"])
def test_phone_lines_are_known(line: str) -> None:
    """Devices and programs sign in their users' languages."""
    assert is_sent_from(line)


@pytest.mark.parametrize(
    "line",
    [
        "مرسل باستخدام بريد بروتون الآمن.",
        "تم إرسال الرسالة من هاتف HUAWEI",
        "\u2063Get BlueMail for Android \u200b",
        "Sent via the Samsung Galaxy S23, an AT&T 5G smartphone",
        "Sent from my phone, please excuse typos",
        "Отправлено из мобильной Почты Mail",
        "میرے آئی فون سے بھیجا گیا",
        "Yahoo Mail: Search, Organize, Conquer",
        "[https://ipmcdn.avast.com/images/icons/icon-envelope-tick.gif] Virus-free.www.avast.com",
        "تنويه: المعلومات الواردة في هذا البريد الإلكتروني سرية وقد تكون محمية قانونياً، وإذا وصلتك بالخطأ نرجو إشعار المرسل وحذفها.",
        "الرجاء عدم طباعة هذه الرسالة إلا عند الضرورة، حافظوا على البيئة.",
        "فكر بالبيئة قبل طباعة هذه الرسالة",
    ],
)
def test_what_programs_and_offices_put_below_is_cut(line: str) -> None:
    """A phone's, a scanner's or an office's line at the end is no word of the person's."""
    words = "شكراً، لم تصلني الشهادة بعد.\nأرجو المساعدة."
    assert split_reply(f"{words}\n\n{line}").text == words


@pytest.mark.parametrize(
    "lines",
    ["---\nالاسم: نورة\nرقم الهوية: 1012345678", "____\nNoura\nOrder no. 20260104", "Best regards,\nNoura\nStudent ID 4410023", "مع التحية\nنورة\nالسجل المدني 1012345678"],
)
def test_a_number_that_the_desk_may_ask_for_stays(lines: str) -> None:
    """What looks like a signature is kept where it names an identity, an order or a request by its number."""
    assert lines.split("\n")[-1] in split_reply(f"لم تصلني الشهادة.\n\n{lines}").text
