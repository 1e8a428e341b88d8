"""Two kinds of mail that ask for no work: one that only thanks, and one that only asks how things stand.

Both are read strictly: every word must belong. A complaint that begins with thanks must never be taken for thanks, while thanks that
are taken for a follow-up only cost a glance.
"""

import re
from collections.abc import Sequence

from mailticket.tickets.match import Matcher, split_words

LONGEST = 400
"""Characters; nobody thanks longer than that without saying something."""
_ASKS = re.compile(r"[?؟]")
_PART = re.compile(r"[\n,،]")
_TAG = re.compile(r"\[?\bMT-?\d+\b\]?", re.IGNORECASE)
_LATIN_NAME = re.compile(r"\W*[A-Z][\w'-]*\.?( [A-Z][\w'-]*\.?){0,2}\W*")
_NO_NAME = re.compile(r"\b(no|not|but|still|please|need|problem|issue|help|never|nothing|fix|why|when|cant|wrong|bad|late)\b", re.I)


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in text.replace("\n", "|").split("|") if phrase.strip())


THANKS = _phrases("""
    شكر | شكرا | شكرن | مشكور | مشكورين | نشكر | اشكر | شاكر | شاكرين | تشكرات | ممنون | ممتن | جزاك | جزاكم | جزيت | جزيتم
    ما قصرتم | ما قصرتوا | يعطيك العافيه | يعطيكم العافيه | تسلم | تسلمون | تسلموا | يسلمو | بارك | كفيتوا ووفيتوا | كفيتم ووفيتم
    بيض الله وجهك | thank | thx | tnx | ty | appreciate | grateful | cheers | shukran | shokran | mashkoor | mashkoreen | jazakallah
    jazak allah
""")
"""What must stand in a mail of thanks."""
SOLVED = _phrases("""
    تم | تم حل المشكله | حلت المشكله | انحلت المشكله | المشكله انحلت | تم الحل | تم الدخول | انحلت | وصلت | وصلني | وصلتني | اشتغل
    اشتغلت | ضبط | ضبطت | problem solved | issue solved | issue resolved | solved | resolved | it works | it works now
    it is working now | working now | all good | all set | got it | received
""")
"""What people add to thanks when it is done; alone it is no thanks."""
COURTESY = _phrases("""
    السلام عليكم | عليكم السلام | سلام | ورحمه الله | وبركاته | مرحبا | اهلا | هلا | صباح الخير | مساء الخير | صباح النور
    مساء النور | تحيه | طيبه | وبعد | تحياتي | خالص | اطيب | اجمل | التحيات | تحيه | تقدير | تقديري | احترام | لكم | لك | فيكم | فيك
    عليكم | مني | عني | جزيل | جزيلا | كثيرا | كثير | كتير | جدا | مره | كل | الف | خير | خيرا | من القلب | من قلبي | على | عالرد
    في | مع | و | يا | تعاون | تعاونكم | جهد | جهود | مجهود | وقتكم | رد | سرعه | سريع | استجابه | تجاوب | حسن | حسن التعامل
    اهتمام | مساعدتكم | على المساعده | خدمتكم | على الخدمه | للجميع | فريق | فريق الدعم | فريق العمل | مسارات | مركز | القائمين
    موفقين | بالتوفيق | وفقكم | وفقك | حفظكم | يحفظكم | يسعدكم | يسعدك | يوفقكم | يوفقك | يجزاكم | يجزاك | الله | ان شاء الله
    الحمد لله | ميزان حسناتكم | جعله الله | اخي | اختي | اخواني | استاذ | استاذه | دكتور | اخوكم | اختكم | سلمت | يديك
    عساكم على القوه | تمام | طيب | حسنا | ممتاز | hi | hello | hey | dear | team | support team | sir | madam | all | so | very
    a lot | lots | much | many | again | for | your | the | quick | fast | prompt | kind | great | your help | the help
    for helping | your support | the support | reply | response | answer | assistance | your service | your time | effort | i | we
    really | you | to | everyone | and | best | warm | regards | wishes | greetings | sincerely | yours | god bless
    have a nice day | have a good day | nice | good day | good morning | good evening | khair | khairan | kher | salam | assalamu
    alaikum | jazilan | in advance | indeed | ok | okay | perfect | wonderful | masaraat
""")
"""What may surround thanks."""
NAMES = _phrases("""
    محمد | احمد | عبدالله | عبدالرحمن | عبدالعزيز | عبداللطيف | عبدالملك | خالد | سعد | سعود | فهد | فيصل | سلطان | تركي | بندر
    نايف | ماجد | سامي | سعيد | علي | عمر | عثمان | حسن | حسين | يوسف | ابراهيم | اسماعيل | صالح | ناصر | طلال | مشعل | مازن | وليد
    ياسر | هاني | حمد | راشد | جابر | عادل | كريم | نوره | ساره | فاطمه | عائشه | مريم | هند | ريم | منى | امل | نوف | لطيفه | هيا
    هيفاء | العنود | شهد | لمى | رنا | دانه | جواهر | خديجه | سميه | اسماء | وفاء | حصه | موضي | غاده | عبير | سلمى | ليلى | زينب
    رهف | اروى | بدريه | منيره | دلال | نهى | مها | ندى | بنت | بن | ابو | ام | ال
""")
"""Common given names, by which a signature is told from a last word on the matter."""
STATE = _phrases("حاله | ما هي حاله | وش صار على | ايش صار على | وين وصل | status | state")
"""What must stand in a question for the state."""
ABOUT = _phrases("""
    طلب | طلبي | تذكره | تذكرتي | شكوى | شكواي | على | في | ما | هي | رقم | لو سمحتم | لو سمحت | فضلا | رجاء | من فضلكم | الان
    استفسار عن | السلام عليكم | ورحمه الله | وبركاته | مرحبا | hello | hi | ticket | request | of | my | the | what | is | on
    please | pls | number | no | update | check | whats
""")
"""What may surround it."""

_THANKS = Matcher(THANKS)
_POLITE = Matcher((*THANKS, *SOLVED, *COURTESY))
_NAMES = Matcher(NAMES)
_STATE = Matcher(STATE)
_ABOUT = Matcher((*STATE, *ABOUT))


def is_only_thanks(text: str) -> bool:
    """Whether a mail's new text thanks and does nothing else: greetings, "it works now" and a name at its end may stand by."""
    if len(text) > LONGEST or _ASKS.search(text):
        return False
    lines = [line for line in _PART.split(text) if split_words(line)]
    thanked = next((number for number, line in enumerate(lines) if _THANKS.find(split_words(line))), None)
    if thanked is None:
        return False
    signed = thanked < len(lines) - 1 and _is_name(lines[-1].strip())
    return all(_is_covered(_POLITE, split_words(line)) for line in lines[: len(lines) - signed])


def is_status_question(text: str) -> bool:
    """Whether a mail asks for nothing but the ticket's state («حالة», "status", with or without its number)."""
    words = [word for word in split_words(_TAG.sub(" ", text)) if not word.isdigit()] if len(text) <= LONGEST else []
    return bool(_STATE.find(words)) and _is_covered(_ABOUT, words)


def _is_name(line: str) -> bool:
    """Whether a line is a signature: capitalised Latin words, or an Arabic given name with names or a family name (with its article)."""
    if _LATIN_NAME.fullmatch(line):
        return not _NO_NAME.search(line)
    words = split_words(line)
    known = {start for _, start, _ in _NAMES.find(words)}
    return 0 in known and len(words) <= 4 and all(at in known or word.startswith("ال") for at, word in enumerate(words))


def _is_covered(matcher: Matcher, words: Sequence[str]) -> bool:
    """Whether every word belongs to a phrase that the matcher knows."""
    covered = {at for end, start, _ in matcher.find(words) for at in range(start, end)}
    return len(covered) == len(words)
