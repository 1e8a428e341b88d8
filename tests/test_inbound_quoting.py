"""What is new in a mail, in the formats of the clients that people use."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.inbound.quoting import split_reply
from mailticket.text.marks import ANSWER_ABOVE

NEW = "نعم، وصلت الشهادة.\nشكراً"
OLD = "> صدرت شهادتكم في منار.\n> فريق الشهادات"
ATTRIBUTIONS = {
    "gmail ar": "في الأحد، ٤ يناير ٢٠٢٦ في ١٠:٠٥ ص تمت كتابة ما يلي بواسطة مسارات <info@example.sa>:",
    "gmail ar folded": "في الأحد، 4 يناير 2026 في 10:05 ص تمت كتابة ما يلي بواسطة Masaraat <\ninfo@example.sa>:",
    "gmail ar new": "في الأحد، ٤ يناير ٢٠٢٦، ١٠:٠٥ ص كتب مسارات <info@example.sa>:",
    "apple ar": "في ٤ يناير ٢٠٢٦، الساعة ١٠:٠٥ ص، كتب/كتبت مسارات <info@example.sa>:",
    "apple ar feminine": "في ٠٤‏/٠١‏/٢٠٢٦، الساعة ١٠:٠٥ ص، كتبت سارة <sara@example.sa>:",
    "on date": "بتاريخ 4 يناير 2026، كتب الدعم الفني <info@example.sa>:",
    "hijri": "بتاريخ ١٥ رجب ١٤٤٧ كتب الدعم الفني:",
    "with marks": "\u202bفي الأحد، ٤ يناير ٢٠٢٦ في ١٠:٠٥ ص تمت كتابة ما يلي بواسطة \u202aMasaraat\u202c\u200f <\u202ainfo@example.sa\u202c\u200f>:\u202c",
    "gmail en": "On Sun, Jan 4, 2026 at 10:05 AM Masaraat <info@example.sa> wrote:",
    "gmail en folded": "On Sun, Jan 4, 2026 at 10:05 AM Masaraat Help Desk for Trainees <\ninfo@example.sa> wrote:",
    "apple en": "On 4 Jan 2026, at 10:05, Masaraat <info@example.sa> wrote:",
    "de": "Am 04.01.26 um 10:05 schrieb Masaraat:",
    "fr": "Le dim. 4 janv. 2026 à 10:05, Masaraat <info@example.sa> a écrit :",
    "es": "El dom, 4 ene 2026 a las 10:05, Masaraat (<info@example.sa>) escribió:",
    "tr": "Masaraat <info@example.sa>, 4 Oca 2026 Paz, 10:05 tarihinde şunu yazdı:",
    "ur": "4 جنوری، 2026 10:05، Masaraat <info@example.sa> نوشت:",
    "no verb": "ned., 4. jan. 2026, 10:05 Masaraat <info@example.sa>:",
}
BLOCKS = {
    "outlook ar": "من: مسارات <info@example.sa>\nتم الإرسال: 04/يناير/2026 10:05 ص\nإلى: نورة <noura@example.com>\nالموضوع: الشهادة [MT-1042]",
    "outlook ar dated": "________________________________\nمن: مسارات <info@example.sa>\nتاريخ الإرسال: 04 يناير, 2026 10:05 ص\nإلى: نورة\nالموضوع: الشهادة",
    "outlook en": "From: Masaraat <info@example.sa>\nSent: Sunday, January 4, 2026 10:05 AM\nTo: Noura\nSubject: Certificate [MT-1042]",
    "outlook bold": "*From:* Masaraat <info@example.sa>\n*Sent:* Sunday, January 4, 2026 10:05 AM\n*To:* Noura\n*Subject:* Certificate",
    "original ar": "-----الرسالة الأصلية-----\nمن: مسارات",
    "original en": "-----Original Message-----\nFrom: Masaraat",
    "any language under a rule": "________________________________\nNga: Masaraat <info@example.sa>\nDërguar: 4.1.2026\nPër: Noura\nTema: x",
    "de": "Von: Masaraat <info@example.sa>\nGesendet: Sonntag, 4. Januar 2026 10:05\nAn: Noura\nBetreff: Zertifikat",
}


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
@pytest.mark.parametrize("old", [OLD, OLD.replace("> ", "")], ids=["quoted", "bare"])
def test_an_attribution_and_what_follows_is_cut(attribution: str, old: str) -> None:
    """The new words remain, the attribution goes with the old ones, and nothing is lost."""
    reply = split_reply(f"{NEW}\n\n{attribution}\n\n{old}\n")
    assert reply.text == NEW
    assert reply.cut.split() == f"{attribution} {old}".split()
    assert reply.sure >= (0.6 if "رجب" in attribution else 0.8)


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_a_header_block_and_what_follows_is_cut(block: str) -> None:
    """Outlook's blocks need no quote marks below them."""
    reply = split_reply(f"{NEW}\n\n{block}\n\nصدرت شهادتكم.\n\nمع التحية\n")
    assert reply.text == NEW
    assert reply.sure >= 0.8


@pytest.mark.parametrize("mark", ANSWER_ABOVE.values(), ids=ANSWER_ABOVE)
@pytest.mark.parametrize("prefix", ["", "> ", "> > "], ids=["bare", "quoted", "twice quoted"])
@pytest.mark.parametrize(
    "above", ["", "Am Sonntag, 4.1.2026 10:05, Masaraat <info@example.sa>:", "Sul 4 Jan 2026, 10:05 e shkroi Masaraat <info@example.sa>:",
              "Nga: Masaraat <info@example.sa>\nDërguar: 4.1.2026\nPër: Noura\nTema: x"],
    ids=["nothing", "de", "unknown", "unknown block"],
)
def test_our_own_mark_is_sure(mark: str, prefix: str, above: str) -> None:
    """What stands below the line that our templates print is ours, in whatever language the client introduces it."""
    reply = split_reply(f"{NEW}\n\n{above}\n\n{prefix}{mark}\n{prefix}ملاحظة داخلية\n")
    assert reply.text == NEW
    assert "داخلية" in reply.cut
    assert reply.sure >= 0.7


def test_answers_between_quoted_lines_are_kept_and_doubted() -> None:
    """The answers survive with their questions, quoted, and whoever would relay them is told to look."""
    reply = split_reply("مرحبا\n\nOn Sun, Jan 4, 2026 at 10:05 AM M <i@example.sa> wrote:\n> رقم المتدرب؟\n\n20417\n\n> الدورة؟\nتحليل البيانات\n> شكراً\n")
    assert reply.text == "مرحبا\n\n> رقم المتدرب؟\n\n20417\n\n> الدورة؟\nتحليل البيانات"
    assert reply.sure < 0.7


def test_an_answer_below_the_quote_is_kept() -> None:
    """Old hands answer at the bottom."""
    reply = split_reply("On Sun, Jan 4, 2026 at 10:05 AM M <i@example.sa> wrote:\n> did it arrive?\n\nYes, it did.\n")
    assert reply.text == "Yes, it did."


@pytest.mark.parametrize(
    "tail",
    ["-- \nNoura Salem\n+966 500000000", "Sent from my iPhone", "أُرسلت من الـ iPhone", "مُرسل من الـ iPhone الخاص بي", "تم الإرسال من هاتف Samsung Galaxy",
     "Get Outlook for iOS", "الحصول على Outlook for Android", "إخلاء مسؤولية: هذه الرسالة سرية.\nفضلاً احذفها.",
     "This e-mail and any attachments are confidential and intended solely for the addressee.", "تنبيه: هذه الرسالة ومرفقاتها سرية"],
)
def test_tails_are_cut(tail: str) -> None:
    """Signatures behind their mark, phone lines and notices of confidentiality are no words of the person."""
    reply = split_reply(f"{NEW}\n\n{tail}\n")
    assert reply.text == NEW
    assert reply.cut.split() == tail.split()


@pytest.mark.parametrize(
    "text",
    [
        "في الاجتماع كتب المدرب ملاحظاته:\n- الأولى\n- الثانية",
        "On Monday I wrote to you, and nobody answered.\nPlease help.",
        "من: الرياض\nإلى: جدة\nالتاريخ: ٥ يناير\nأحتاج تغيير القاعة",
        "The steps:\n1. open\n2. sign in:\n---\nnothing",
        "أرسلت من يومين رسالة ولم يصل رد، فما العمل؟",
        "هذه الرسالة بخصوص شهادتي التي لم تصدر",
        "Sent from my desk, this is easier than the phone. Can you help me?\nI need it today\nand tomorrow\nand always",
    ],
    ids=["wrote", "on monday", "from and to", "rule", "sent since", "this message", "sent from my desk"],
)
def test_a_persons_own_words_are_left_alone(text: str) -> None:
    """What only looks like a mark is kept."""
    assert split_reply(text).text == text
    assert split_reply(text).cut == ""


@pytest.mark.parametrize("text", [OLD, f"{ATTRIBUTIONS['gmail ar']}\n{OLD}", BLOCKS["outlook ar"], "-- \nNoura"], ids=["quote", "attribution", "block", "signature"])
def test_when_nothing_would_be_left_nothing_is_cut(text: str) -> None:
    """A mail of quotes alone is kept whole, and that is the least sure of all."""
    reply = split_reply(text)
    assert (reply.text, reply.cut, reply.sure) == (text, "", 0.0)


@given(st.lists(st.sampled_from([*NEW.split("\n"), *OLD.split("\n"), "", "-- ", "> ", "From: a@b", "To: c", "Subject: d", ATTRIBUTIONS["gmail en"],
                                 ANSWER_ABOVE["en"], "Sent from my iPhone", "________", "On Sun, 10:05"]), max_size=25))
def test_every_word_is_either_new_or_cut(lines: list[str]) -> None:
    """Nothing is lost and nothing is made up, whatever the order of lines."""
    text = "\n".join(lines)
    reply = split_reply(text)
    found, words = Counter(f"{reply.text} {reply.cut}".split()), Counter(text.split())
    assert words <= found <= words + words
    assert 0.0 <= reply.sure <= 1.0
