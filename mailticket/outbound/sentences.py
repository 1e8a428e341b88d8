"""The sentences of digests, in both languages: a table, so that they can be read and mended in one place.

In Arabic a counted noun stands after a colon or as a predicate, where it has the one case that `words.word_count` gives it.
"""

from collections.abc import Mapping

from mailticket.model.figures import Cadence
from mailticket.model.policy import Bilingual

TITLES: Mapping[Cadence, Bilingual] = {
    Cadence.DAILY: Bilingual("الملخص اليومي", "Daily digest"),
    Cadence.WEEKLY: Bilingual("الملخص الأسبوعي", "Weekly digest"),
    Cadence.MONTHLY: Bilingual("التقرير الشهري", "Monthly report"),
}
PERIOD = Bilingual("من {since} إلى {until}", "{since} to {until}")
MONTH = Bilingual("شهر {month}", "{month}")
BEFORE = Bilingual("وأرقام الفترة السابقة بين قوسين: {period}.", "In brackets, the period before: {period}.")

WELL = Bilingual("لا تذاكر متأخرة، ولم يتأخر إشعار باستلام.", "No ticket is overdue, and no acknowledgement was late.")
OVERDUE = Bilingual("التذاكر المتأخرة عن موعدها الآن: {number}", "{count} past the target now")
MISSED = Bilingual("المواعيد التي فاتت في هذه الفترة: {number}", "{count} missed in this period")
LATE = Bilingual("إشعارات الاستلام التي لم تُرسل في موعدها: {number}", "acknowledgements not in time: {number}")
AND = Bilingual("؛ ", "; ")

TILES: Mapping[str, Bilingual] = {
    "received": Bilingual("الرسائل الواردة", "Mails received"),
    "tickets": Bilingual("التذاكر الجديدة", "New tickets"),
    "acknowledged": Bilingual("إشعارات في موعدها", "Acknowledged in time"),
    "open": Bilingual("التذاكر المفتوحة", "Open tickets"),
}
PROMISES: Mapping[str, Bilingual] = {
    "acknowledged": Bilingual("الإشعار بالاستلام في موعده ({within})", "Acknowledged in time ({within})"),
    "first_response": Bilingual("الرد الأول في موعده", "First answer by its target"),
    "resolution": Bilingual("المعالجة في موعدها", "Resolved by the target"),
}
KEPT = Bilingual("{within} من أصل {all}", "{within} of {all}")
NOTHING = Bilingual("لا شيء في هذه الفترة", "none in this period")
MEDIAN = Bilingual("الوسيط: {span}", "Median: {span}")
P95 = Bilingual("حد ٩٥٪ منها: {span}", "95% within: {span}")
WORST = Bilingual("الأطول: {span}", "Longest: {span}")
WORKING = Bilingual("بوقت العمل", "in working time")

WATCHED: Mapping[str, Bilingual] = {
    "overdue": Bilingual("تذاكر متأخرة عن موعدها الآن", "Tickets past their target now"),
    "breach_first": Bilingual("مواعيد رد أول فاتت", "First answers that missed their target"),
    "breach_resolution": Bilingual("مواعيد معالجة فاتت", "Resolutions that missed their target"),
    "late": Bilingual("إشعارات استلام متأخرة", "Late acknowledgements"),
    "failed": Bilingual("إشعارات استلام تعذر إرسالها", "Acknowledgements that failed"),
    "waiting": Bilingual("بانتظار مقدم الطلب", "Waiting for the requester"),
    "verifying": Bilingual("بانتظار التحقق من انتهائها", "Waiting to be verified"),
    "unverified": Bilingual("رسائل لم يثبت مرسلها", "Mails whose sender is not proved"),
    "undeliverable": Bilingual("رسائل لنا تعذر تسليمها", "Mails of ours that could not be delivered"),
    "quarantined": Bilingual("رسائل معزولة", "Mails in quarantine"),
}
BAD = frozenset({"overdue", "breach_first", "breach_resolution", "late", "failed", "undeliverable", "quarantined"})
"""What is not well when there is any of it."""

DAYS = Bilingual("الرسائل الواردة يوماً بيوم", "Mails received, day by day")
PEAK = Bilingual("أكثرها يوم {day}: {count}.", "Most on {day}: {count}.")
CHARTS: Mapping[str, Bilingual] = {
    "type": Bilingual("التذاكر الجديدة بحسب النوع", "New tickets by type"),
    "channel": Bilingual("بحسب القناة", "By channel"),
    "language": Bilingual("بحسب اللغة", "By language"),
}
LANGUAGES: Mapping[str, Bilingual] = {
    "ar": Bilingual("العربية", "Arabic"),
    "en": Bilingual("الإنجليزية", "English"),
    "mixed": Bilingual("مختلطة", "Mixed"),
}
AGES = (Bilingual("حتى يوم", "≤ 1 d"), Bilingual("٣ أيام", "≤ 3 d"), Bilingual("٧ أيام", "≤ 7 d"), Bilingual("أكثر", "older"))
SCORES = Bilingual("{score} من ٥", "{score} of 5")
SATISFACTION = Bilingual("رضا مقدمي الطلبات", "Satisfaction")
MEAN = Bilingual("المتوسط {mean} من ٥، وعدد التقييمات {number}.", "{mean} of 5 on average, ratings: {number}.")

NOBODY = Bilingual("دون مسؤول", "no owner")
OPEN_FOR = Bilingual("عمرها {span}", "open for {span}")
LATE_SINCE = Bilingual("متأخرة منذ {moment}", "late since {moment}")
DUE_BY = Bilingual("موعدها {moment}", "due {moment}")
WAITING = Bilingual("بانتظار مقدم الطلب", "waiting for the requester")
NO_SUBJECT = Bilingual("(دون عنوان)", "(no subject)")
MORE = Bilingual("بقية التذاكر المفتوحة في الملف المرفق، وعددها {number}.", "More open tickets are in the attached list: {number}.")
FILES = Bilingual("الأرقام كلها في الملف المرفق.", "All figures are in the attached file.")
FILES_AND_LIST = Bilingual(
    "الأرقام كلها وقائمة التذاكر المفتوحة في الملفين المرفقين.",
    "All figures, and the list of open tickets, are attached.",
)
