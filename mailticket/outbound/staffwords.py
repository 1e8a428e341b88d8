"""What the desk says to its agents about their commands, in both languages: what was done, what was wrong, how to help oneself.

Sentences are short and stand in lists; what stands between braces is a value that the viewer words first.
"""

from mailticket.model.policy import Bilingual

DONE = {
    "answer": Bilingual("إرسال الرد إلى مقدم الطلب: {address}", "Answer to the requester: {address}"),
    "note": Bilingual("حفظ ملاحظة داخلية؛ لم يُرسل شيء إلى مقدم الطلب", "Internal note kept; nothing went to the requester"),
    "assign": Bilingual("إسناد التذكرة إلى {person}", "Assigned to {person}"),
    "unassign": Bilingual("التذكرة الآن دون مسؤول", "The ticket has no owner now"),
    "is_away": Bilingual("تنبيه: {person} في إجازة حتى {moment}", "Note: {person} is away until {moment}"),
    "team": Bilingual("تحويل التذكرة إلى {team}", "Passed to {team}"),
    "escalate": Bilingual("رفع التذكرة إلى المستوى الثاني", "Raised to level 2"),
    "priority": Bilingual("الأولوية: {priority}", "Priority: {priority}"),
    "type": Bilingual("النوع: {type}", "Type: {type}"),
    "wait": Bilingual("التذكرة بانتظار مقدم الطلب", "The ticket waits for the requester"),
    "wait_off": Bilingual("بقاء التذكرة مفتوحة", "The ticket stays open"),
    "snooze": Bilingual("تأجيل التذكرة إلى {moment}، أو إلى أن يكتب مقدم الطلب", "Put off until {moment}, or until the requester writes"),
    "resolve": Bilingual("تمت المعالجة، ويُسأل مقدم الطلب هل حُلّت مشكلته", "Resolved; the requester is asked whether that is so"),
    "verify": Bilingual("التحقق من انتهاء التذكرة؛ الحالة: {status}", "Verified; status: {status}"),
    "close": Bilingual("إغلاق التذكرة؛ الحالة: {status}", "Closed; status: {status}"),
    "reopen": Bilingual("فتح التذكرة من جديد", "Opened again"),
    "merge": Bilingual("دمج التذكرة في {number}", "Joined to {number}"),
    "link": Bilingual(
        "ربط التذكرة بالتذكرة {number} دون دمج، لاختلاف مقدم الطلب",
        "Linked to {number} and not joined, for the requesters are not the same",
    ),
    "split": Bilingual("تذكرة جديدة من آخر رسالة: {number}", "New ticket from the latest mail: {number}"),
    "spam": Bilingual("رسالة مزعجة: أُنهيت التذكرة، ولن يُردّ على {address}", "Spam: the ticket has ended, and {address} gets no answers"),
    "send": Bilingual("إرسال الرد الجاهز «{said}»", "Canned reply sent: {said}"),
    "remote": Bilingual("دعوة مقدم الطلب إلى جلسة تحكم عن بُعد: {said}", "Invited to a remote session: {said}"),
    "log": Bilingual(
        "تسجيل التواصل ({channel}) باسم {said}. رقم التذكرة لإبلاغ صاحبها: {number}",
        "Contact logged ({channel}) for {said}. The ticket's number, to read out: {number}",
    ),
    "new": Bilingual("رسالة جديدة من المكتب إلى {address}؛ التذكرة {number}", "New mail of the desk to {address}; ticket {number}"),
    "cc": Bilingual("تصل نسخ الردود من الآن إلى {address}", "Copies of answers go to {address} from now on"),
    "allow": Bilingual("يحق لصاحب العنوان {address} المشاركة في التذكرة", "{address} may take part in the ticket"),
    "allow_linked": Bilingual("يحق لصاحب العنوان {address} المشاركة في التذكرة {number}", "{address} may take part in ticket {number}"),
    "requester": Bilingual("يكتب مقدم الطلب أيضاً من {address}", "The requester also writes from {address}"),
    "parts": Bilingual("إرسال المرفقات في عدة رسائل عند الحاجة", "The attachments go in several mails where they must"),
    "away": Bilingual("أنتم في إجازة حتى {moment}", "You are away until {moment}"),
    "back": Bilingual("انتهت إجازتكم", "You are back"),
    "undo": Bilingual("التراجع عما طلبتموه {moment}", "Taken back: what you did {moment}"),
    "listing": Bilingual("عرض ما طلبتموه: {said}", "What you asked for is shown: {said}"),
    "on_line": Bilingual("السطر {line}، التذكرة {number} ({said}):", "Line {line}, ticket {number} ({said}):"),
    "unused": Bilingual("ليس هذا من أسطر الأوامر فلم يُستعمل: {said}", "Not a line of commands, and not used: {said}"),
    "help": Bilingual("إرسال قائمة الأوامر", "The list of commands is sent"),
}
"""What was done, or would be: by the word of `desk.work.Done`."""

WRONG = {
    "unknown": Bilingual("ليس بين الأوامر: {said}", "There is no such command: {said}"),
    "argument": Bilingual("تعذر فهم ما بعد الأمر: {said}", "What stands behind the command could not be understood: {said}"),
    "missing": Bilingual("ينقص ما بعد الأمر: {said}", "Something is missing behind the command: {said}"),
    "too_much": Bilingual("لا يأتي بعد هذا الأمر شيء: {said}", "Nothing stands behind this command: {said}"),
    "no_ticket": Bilingual(
        "لا تذكرة يعمل عليها الأمر. نأمل الرد على إشعار التذكرة: {said}", "No ticket to do it on. Please answer a notice about it: {said}"
    ),
    "no_effect": Bilingual("لا أثر لهذا الأمر في التذكرة كما هي الآن: {said}", "That changes nothing in the ticket as it is: {said}"),
    "level": Bilingual("هذا الأمر للمستوى الثاني: {said}", "This takes somebody of level 2: {said}"),
    "no_text": Bilingual("ينقص النص بعد سطر الأمر: {said}", "The text below the command is missing: {said}"),
    "files_too_big": Bilingual(
        "المرفقات معاً أكبر مما يقبله خادم الإرسال في رسالة واحدة: {said}", "Together the attachments are more than the relay takes: {said}"
    ),
    "file_too_big": Bilingual(
        "أكبر مما يقبله خادم الإرسال. نأمل تصغير المرفق أو إرسال رابط إليه: {said}",
        "More than the relay takes. Please make it smaller, or send a link to it: {said}",
    ),
    "no_parts": Bilingual("لا مرفقات في الرسالة: {said}", "The mail has no attachments: {said}"),
    "nothing_to_confirm": Bilingual(
        "لا رسالة معلقة هنا. يُرسل التأكيد بالرد على إشعار الرسالة المعلقة: {said}",
        "Nothing is held here. A confirmation is an answer to the notice about the held mail: {said}",
    ),
    "nothing_to_undo": Bilingual(
        "ليس لكم في هذه التذكرة ما يُتراجع عنه: {said}", "There is nothing of yours on this ticket to take back: {said}"
    ),
    "has_left": Bilingual("غادرت الرسالة المكتب فلا يمكن التراجع: {said}", "The mail has left the house and can't be taken back: {said}"),
    "nothing_to_split": Bilingual(
        "ليس لمقدم الطلب في هذه التذكرة إلا رسالة واحدة: {said}", "The requester has written only once on this ticket: {said}"
    ),
    "who": Bilingual(
        "يُعرف بهذا الاسم أو الرقم أكثر من شخص أو من لا يُجزم بأنه هو. نأمل إضافة عنوان بريده، أو رقم جواله إن كان غيرهم: {said}",
        "More than one person, or one who is not certain, is known by that name or number. Please add the mail address, or a phone number "
        "if it is somebody else: {said}",
    ),
    "no_line": Bilingual("ليس لكم هنا سطر ولا تذكرة بهذا الرقم: {said}", "There is no line or ticket of that number for you here: {said}"),
    "no_number": Bilingual(
        "ينقص رقم السطر أو التذكرة قبل الأمر: {said}", "The number of a line or ticket is missing before the command: {said}"
    ),
    "not_on_line": Bilingual(
        "لا يُكتب هذا الأمر بعد رقم، بل في رسالة مستقلة: {said}",
        "This command does not stand behind a number but in a mail of its own: {said}",
    ),
    "line_below": Bilingual(
        "هذا السطر يشبه أمراً، وأسطر الأوامر تُكتب متتالية في أول الرسالة، رقماً ثم أمراً: {said}",
        "This looks like a command; lines of commands stand together at the top, each a number and a command: {said}",
    ),
    "too_many": Bilingual("لا تُنفَّذ في رسالة واحدة أوامر أكثر من: {said}", "One mail can't have more commands than: {said}"),
}
"""What was wrong: by the word of `desk.work.Wrong`."""

ON_LINE = Bilingual(
    "للعمل على تذكرة من هذه القائمة نأمل الرد عليها برقم التذكرة ثم الأمر، كل أمر في سطر:",
    "To work on tickets of this list, answer it with a ticket's number and a command, one a line:",
)
UNDO = Bilingual("#تراجع", "#undo")
NEAR = Bilingual("لعلكم تقصدون: {near}", "Perhaps you mean: {near}")
CHOICES = Bilingual("الممكن: {detail}", "Possible: {detail}")

RELEASE = {
    "no_proof": Bilingual(
        "إن كانت الرسالة منكم فنأمل الرد على هذا الإشعار خلال ٢٤ ساعة بهذه الكلمة وحدها:",
        "If the mail is yours, please answer this notice within 24 hours with this word alone:",
    ),
    "spreads": Bilingual(
        "للتأكيد نأمل الرد على هذا الإشعار خلال ٢٤ ساعة بهذه الكلمة وحدها:",
        "To confirm, please answer this notice within 24 hours with this word alone:",
    ),
    "colleague": Bilingual(
        "للإرسال مع ذلك نأمل الرد على هذا الإشعار بالكلمة الأولى، ولإبقائه ملاحظة داخلية بالثانية:",
        "To send it all the same, answer this notice with the first word; to keep it inside as a note, with the second:",
    ),
    "inside": Bilingual(
        "لإبقائه ملاحظة داخلية نأمل الرد على هذا الإشعار بهذه الكلمة:", "To keep it inside as a note, answer this notice with this word:"
    ),
}
"""How a held mail is released, by the sort of question."""
RELEASE_OF = {
    "no_proof": ("no_proof", (Bilingual("#تأكيد", "#confirm"),)),
    "spreads": ("spreads", (Bilingual("#تأكيد", "#confirm"),)),
    "lines": ("spreads", (Bilingual("#تأكيد", "#confirm"),)),
    "colleague": ("colleague", (Bilingual("#جاهز", "#send"), Bilingual("#ملاحظة", "#note"))),
    "command_below": ("colleague", (Bilingual("#جاهز", "#send"), Bilingual("#ملاحظة", "#note"))),
    "unsure_cut": ("colleague", (Bilingual("#جاهز", "#send"), Bilingual("#ملاحظة", "#note"))),
    "no_requester": ("inside", (Bilingual("#ملاحظة", "#note"),)),
    "leak": ("inside", (Bilingual("#ملاحظة", "#note"),)),
}
"""By why a mail was held: the sort of question, and the words that release it."""
REMARKS = {
    "token_replaced": Bilingual(
        "ظهر عنوان الرد الخاص بكم لأشخاص من خارج المكتب، فلم يعد صالحاً. نأمل الرد من الآن على هذا الإشعار أو ما بعده.",
        "Your own answer address was seen by people outside the desk and is not valid any more. "
        "Please answer this notice or later ones from now on.",
    ),
}
LISTS = {
    "mine": Bilingual("تذاكركم غير المنتهية", "Your unfinished tickets"),
    "open": Bilingual("التذاكر غير المنتهية", "Unfinished tickets"),
    "search": Bilingual("نتائج البحث عن", "Found for"),
    "history": Bilingual("سجل التذكرة", "History of the ticket"),
    "morning": Bilingual("قائمة الصباح", "Morning list"),
}
"""Titles of lists, by the command's name."""
GROUPS = {
    "own": Bilingual("تذاكركم", "Your tickets"),
    "unowned": Bilingual("تذاكر فريقكم التي لا مسؤول عنها بعد", "Tickets of your teams that nobody has yet"),
    "others": Bilingual("ما استجد لدى زملائكم", "What is new with your colleagues"),
}
"""The parts of a morning list."""
COUNTS = {
    "own": Bilingual("{count} لكم", "{count} of yours"),
    "unowned": Bilingual("{count} بلا مسؤول", "{count} without an owner"),
    "others": Bilingual("{count} لدى الزملاء", "{count} with colleagues"),
}
NEW_LINE = Bilingual("وردت بعد القائمة السابقة", "New since the last list")
ENTRY_WORDS = {
    "mail": Bilingual("رسالة", "Mail"),
    "reply": Bilingual("رد", "Answer"),
    "note": Bilingual("ملاحظة داخلية", "Internal note"),
    "change": Bilingual("تغيير", "Change"),
}
