"""Which language a person writes in."""

import pytest

from mailticket.model.mail import Language
from mailticket.text.language import find_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("لا أستطيع الدخول إلى حسابي منذ أمس", "ar"),
        ("I can't sign in since yesterday", "en"),
        ("السلام عليكم\nI can't sign in since yesterday, please help", "en"),
        ("Hi,\nلا أستطيع الدخول إلى المنصة منذ أمس\nThanks", "ar"),
        ("سجلت في دورة Project Management Professional ولم تظهر لي", "ar"),
        ("تظهر لي رسالة «Your session has expired, please sign in again» كل مرة", "ar"),
        ("تظهر لي رسالة Your session has expired وما أقدر أدخل", "ar"),
        ("حضرت المحاضرة كاملة لكن the system shows that I was absent", "mixed"),
        ("My certificate is late. أرجو إرسالها قبل يوم الأحد لأن عندي مقابلة", "mixed"),
        ("salam, kam se3r el dawra w kif aqdar asajjel?", "ar"),
        ("7awelt ad5ol 3ala el manassa w ma ra9'et", "ar"),
        ("Is the H2O course on Office365 open? I need it by 3pm", "en"),
        ("متى تبدأ الدورة؟\n\nSent from my iPhone", "ar"),
        ("مرحبا\n> I am writing to you about the invoice that you sent", "ar"),
        ("Thanks for the certificate, شكرا", "en"),
        ("١٢٣٤", "ar"),
    ],
)
def test_the_language_of_a_persons_words(text: str, language: str) -> None:
    """Clauses decide; greetings, names of products, quoted errors and phone lines do not."""
    assert find_language(text, Language.EN) == language


@pytest.mark.parametrize("default", [Language.AR, Language.EN])
@pytest.mark.parametrize("text", ["", "...", "123 !!", "😀"])
def test_without_words_the_default_holds(text: str, default: Language) -> None:
    """A mail that holds no words is in the desk's language."""
    assert find_language(text, default) is default
