"""Sentences that the desk asks for by a word: remarks on a mail, why an agent's mail was held, how a ticket stands.

The desk decides and names its reason; how that is said to a person, with what to do next, stands here in both languages.
"""

from mailticket.model.policy import Bilingual

REMARKS = {
    "unverified": Bilingual(
        "لم يثبت أن هذه الرسالة من صاحب العنوان الظاهر: لا تذكروا بيانات شخصية قبل التأكد.",
        "It is not certain that this mail came from the address it shows: give no personal data before you are sure.",
    ),
    "linked": Bilingual(
        "تشير الرسالة إلى تذكرة أخرى لا يشارك فيها المرسل، ولذلك فُتحت له تذكرة مستقلة مرتبطة بها.",
        "The mail names another ticket that its sender is not on, so it has a ticket of its own, linked to that one.",
    ),
    "by_tag": Bilingual("أُلحقت الرسالة بهذه التذكرة لورود رقمها في العنوان.", "The mail joined this ticket by the number in its subject."),
    "by_thread": Bilingual(
        "أُلحقت الرسالة بهذه التذكرة لأن برنامج البريد عدّها من المحادثة نفسها.",
        "The mail joined this ticket because the mail program takes it for the same conversation.",
    ),
    "not_solved": Bilingual(
        "عُدّت التذكرة منتهية المعالجة، ويفيد مقدم الطلب بأن المشكلة ما زالت قائمة.",
        "The ticket was resolved, and the requester says that the problem goes on.",
    ),
    "judged_before": Bilingual(
        "يفيد مقدم الطلب بأن المشكلة ما زالت قائمة، غير أنه أجاب عن هذه المعالجة من قبل، فلم تتغير حالة التذكرة. لإعادة فتحها: #فتح.",
        "The requester says that the problem goes on, but had answered about this resolution before, so the ticket stays as it was. "
        "To open it again: #reopen.",
    ),
    "brought_in": Bilingual(
        "فُتحت باسم كاتب الرسالة الأول. أعاد توجيهها إلينا:", "Opened in the name of the mail's first author. Forwarded to us by:"
    ),
    "web_mail": Bilingual("كُتب هذا الرد في بريد المكتب على الويب.", "This answer was written in the desk's own web mail."),
    "confidential": Bilingual(
        "شكوى تتعلق بمنسوبي المكتب، لا يطّلع عليها إلا المديرون. لإسنادها إلى أحد نأمل استعمال #إسناد، وإن لم تكن كذلك فالأمر #نوع "
        "يعيدها إلى الفريق.",
        "A complaint about the desk's own people: only managers see it. Give it to somebody with #assign; if it is no such thing, #type "
        "makes it the team's.",
    ),
    "copied": Bilingual("في نسخة الرسالة آخرون، ولن يصلهم ردكم.", "Others have a copy of this mail; your answer does not go to them."),
    "suppressed": Bilingual("لم يُرسل إشعار بالاستلام.", "No acknowledgement was sent."),
    "no_acknowledgement": Bilingual("لم يُرسل إشعار بالاستلام.", "No acknowledgement was sent."),
}

NO_SUBJECT = Bilingual("(بلا عنوان)", "(no subject)")
ALARMS = {
    "acknowledgement": (
        Bilingual("رسائل لم يصل أصحابها إشعار الاستلام والموعد يقترب", "Acknowledgements are in danger of being late"),
        Bilingual(
            "نأمل التحقق من عمل خادم الإرسال، ومن الرسائل المعزولة: mailticket outbox ثم mailticket quarantine.",
            "Please see whether the relay takes our mail, and what stands in quarantine: mailticket outbox, then mailticket quarantine.",
        ),
    ),
    "first_response": (
        Bilingual("تذاكر تقترب من موعد الرد الأول دون رد أو تجاوزته", "Tickets are near or past their first answer"),
        Bilingual("نأمل توزيع هذه التذاكر على من هو في الدوام.", "Please see that someone on duty takes these tickets."),
    ),
    "connection": (
        Bilingual("تعذر الاتصال بخادم البريد:", "A mail server can't be used:"),
        Bilingual(
            "تُعاد المحاولة تلقائياً، ولا يضيع شيء في أثناء ذلك. فإن كان الخادم يرفض الدخول فالمحاولات متباعدة كي لا يُقفل الحساب: "
            "نأمل تصحيح السبب المذكور أدناه.",
            "It is tried again by itself, and nothing is lost meanwhile. Where a login is refused it is tried seldom, so that the account "
            "is not locked: please mend what is named below.",
        ),
    ),
    "secret": (
        Bilingual("رمز الدخول إلى خادم البريد يحتاج إلى عناية:", "The secret of a login needs care:"),
        Bilingual(
            "نأمل إصدار سر جديد لدى مزود البريد قبل انتهاء القديم، أو تسجيل الدخول من جديد: mailticket oauth login.",
            "Please make a new secret at the mail provider before the old one ends, or log in once more: mailticket oauth login.",
        ),
    ),
    "limit": (
        Bilingual("أوقفت حدود الحماية إشعارات استلام", "The limits held acknowledgements back"),
        Bilingual(
            "فُتحت التذاكر كلها، لكن بعض المرسلين لم يصلهم إشعار. نأمل النظر هل هي رسائل آلية أم مراجعون كثيرون، "
            "وعندئذ تُرفع الحدود في القسم acknowledge من الإعدادات.",
            "Every ticket was opened, but some senders got no acknowledgement. Please see whether machines wrote them; if many people did, "
            "raise the limits in [acknowledge].",
        ),
    ),
    "list": (
        Bilingual("تعذر إعداد قائمة الصباح لزميلكم", "A colleague's morning list could not be made:"),
        Bilingual("نأمل النظر في سجل الخدمة؛ تُعاد المحاولة كل دقيقة.", "Please look at the log; it is tried again every minute."),
    ),
    "digest": (
        Bilingual("تعذر إرسال", "This could not be sent:"),
        Bilingual(
            "نأمل النظر في سجل الخدمة، ثم إرساله بالأمر mailticket digest.",
            "Please look at the log, then send it: mailticket digest.",
        ),
    ),
}
"""By the first word of an alarm's cause: what it is about, and what to do."""
DIGEST_TO = Bilingual("تقرير إلى {}", "a digest to {}")
UNKNOWN_ALARM = (
    Bilingual("تنبيه من الخدمة:", "The service reports:"),
    Bilingual("نأمل النظر في سجل الخدمة.", "Please look at the service's log."),
)

HELD = {
    "no_proof": Bilingual(
        "لم يثبت أن الرسالة منكم. نأمل الرد مباشرة على آخر إشعار وصلكم عن التذكرة، من عنوانكم المسجل.",
        "It could not be proved that the mail is yours. Please answer the latest notice about the ticket, from your registered address.",
    ),
    "digest": Bilingual(
        "لم نجد في ردكم على الملخص أمراً. يُكتب كل أمر في سطر: رقم السطر أو التذكرة ثم الأمر، مثل: ٣ #إسناد سارة",
        "Your answer to the digest has no order that we could read. Write one a line: the number of the line or ticket, then the command, "
        "such as: 3 #assign sara",
    ),
    "lines": Bilingual(
        "تعمل أوامركم على تذاكر بأرقامها، ولذلك نطلب تأكيدها قبل تنفيذها.",
        "Your orders work on tickets by their numbers, so we ask you to confirm before they are carried out.",
    ),
    "spreads": Bilingual(
        "يتجاوز أحد الأوامر هذه التذكرة أو يُطلع غيركم عليها، ولذلك نطلب تأكيده قبل تنفيذه.",
        "One of the commands reaches beyond this ticket, or shows it to others, so we ask you to confirm before it is carried out.",
    ),
    "command_below": Bilingual(
        "في أسفل النص سطر يشبه أمراً، والأوامر تُكتب في أول الرسالة؛ ولو أُرسل لقرأه مقدم الطلب.",
        "A line further down looks like a command, and commands stand in the first lines; sent as it is, the requester would read it.",
    ),
    "colleague": Bilingual(
        "أُرسل إلى مقدم الطلب رد من أحد الزملاء بعد الإشعار الذي تردون عليه.",
        "A colleague has answered the requester since the notice that you are answering.",
    ),
    "shared": Bilingual(
        "أُرسلت الرسالة من عنوان مشترك، ولا يُعرف منه كاتبها. نأمل الرد من عنوانكم الشخصي المسجل.",
        "The mail came from a shared address, which does not tell who wrote it. Please answer from your own registered address.",
    ),
    "no_requester": Bilingual(
        "ليس لمقدم الطلب عنوان بريد خارجي يُرسل إليه الرد. نأمل التواصل معه بقناة أخرى.",
        "The requester has no outside mail address to send the answer to. Please use another channel.",
    ),
    "unsure_cut": Bilingual(
        "تعذر الفصل بثقة بين ردكم والنص المقتبس. نأمل الإرسال من جديد دون النص المقتبس.",
        "Your answer could not be told from the quoted text with certainty. Please send it again without the quoted text.",
    ),
    "empty": Bilingual(
        "لم نجد في الرسالة نصاً جديداً ولا مرفقاً. نأمل كتابة الرد فوق النص المقتبس ثم الإرسال من جديد.",
        "The mail has no new text and no attachment. Please write your answer above the quoted text and send it again.",
    ),
    "leak": Bilingual(
        "في النص ما لا يجوز أن يطّلع عليه مقدم الطلب، كعنوان أحد الموظفين أو إشعار داخلي. نأمل حذفه ثم الإرسال من جديد.",
        "The text holds what requesters must not see, such as an agent's address or an internal notice. Please take it out and send again.",
    ),
    "forward_unproved": Bilingual(
        "أعدتم توجيه رسالة لتُفتح بها تذكرة باسم مرسلها، ولم يثبت أن إعادة التوجيه منكم، فلم تُفتح تذكرة ولم يصل إلى المرسل شيء. "
        "نأمل إعادة توجيهها من بريدكم المسجل عبر خادم جهة العمل، أو أن يراسلنا صاحبها مباشرة:",
        "You forwarded a mail to open a ticket in its author's name, but it could not be proved that the forward is yours: no ticket was "
        "opened. Please forward it from your registered address through your organisation's server, or let its author write to us:",
    ),
    "forward_again": Bilingual(
        "أعدتم توجيه رسالة لتُفتح بها تذكرة باسم مرسلها، ولم يثبت أن إعادة التوجيه منكم، فلم تُفتح تذكرة. نأمل إعادة توجيهها مرة أخرى إلى "
        "العنوان الذي يصل إليه الرد على هذه الرسالة، فهو خاص بكم، ثم حفظه لما بعد. مرسلها:",
        "You forwarded a mail to open a ticket in its author's name, but it could not be proved that the forward is yours: no ticket was "
        "opened. Please forward it again, to the address that an answer to this mail goes to. It is yours alone; keep it. The author:",
    ),
    "forward_nobody": Bilingual(
        "أعدتم توجيه رسالة لا يظهر فيها عنوان مرسلها الأول، فلم تُفتح تذكرة. نأمل إعادة توجيهها مرفقةً كاملة.",
        "The mail that you forwarded shows no address of its author, so no ticket was opened. Please forward it whole, as an attachment.",
    ),
    "forward_unsure": Bilingual(
        "لم يتضح على وجه اليقين كاتب الرسالة التي أعدتم توجيهها، فلم تُفتح تذكرة. "
        "نأمل إعادة توجيهها مرفقةً كاملة، كل رسالة على حدة. وقد وجدنا فيها:",
        "It is not certain who wrote the mail that you forwarded, so no ticket was opened. Please forward it whole, as an attachment, each "
        "mail by itself. We found in it:",
    ),
    "forward_inside": Bilingual(
        "الرسالة التي أعدتم توجيهها من عنوان يخص المكتب نفسه، فلم تُفتح تذكرة. إن كان لكم طلب فنأمل كتابته في رسالة جديدة دون إعادة توجيه:",
        "The mail that you forwarded comes from an address of the desk itself, so no ticket was opened. If the matter is your own, please "
        "write it in a new mail rather than forwarding:",
    ),
    "forward_unread": Bilingual(
        "عنوان رسالتكم عنوان إعادة توجيه، ولم نجد فيها رسالة معاداً توجيهها، فلم تُفتح تذكرة. نأمل إعادة توجيهها مرفقةً كاملة.",
        "The subject says that this is a forward, but no forwarded mail was found in it, so no ticket was opened. Please forward it whole, "
        "as an attachment.",
    ),
}

STATES = {
    "new": Bilingual(
        "تذكرتكم لدى القسم المختص، وهي بانتظار الرد الأول.", "Your ticket is with the team in charge and awaits its first answer."
    ),
    "late": Bilingual(
        "نعتذر عن التأخير. تذكرتكم لدى القسم المختص، وسيصلكم رده في أقرب وقت ممكن خلال ساعات العمل.",
        "We are sorry for the delay. Your ticket is with the team in charge, which will answer as soon as it can, within working hours.",
    ),
    "open": Bilingual("يعمل القسم المختص على تذكرتكم.", "The team in charge is working on your ticket."),
    "waiting": Bilingual(
        "أجبنا عن رسالتكم، ونحن الآن بانتظار ردكم لإكمال المعالجة.", "We have answered you, and need your answer to go on."
    ),
    "resolved": Bilingual(
        "تمت معالجة تذكرتكم. وفي حال استمرار المشكلة نأمل الرد على هذه الرسالة بما لم يُحل.",
        "Your ticket has been dealt with. If the problem is still there, please answer this mail and say what remains.",
    ),
    "verifying": Bilingual(
        "تمت معالجة تذكرتكم، ويجري التحقق من ذلك قبل إغلاقها.", "Your ticket has been dealt with, and is being checked before it is closed."
    ),
    "closed": Bilingual(
        "تذكرتكم مغلقة. وإن كان لديكم ما تودون إضافته فنأمل الرد على هذه الرسالة.",
        "Your ticket is closed. If there is anything to add, please answer this mail.",
    ),
}
"""What a requester is told who asks how things stand: by the ticket's status, and "late" when a first answer is overdue."""

VIA = Bilingual("{name} عبر {desk}", "{name} via {desk}")
"""The display name under which a notice shows whom it is about."""
CUT_SHORT = Bilingual("… (بقية النص أطول من أن تُعرض هنا)", "… (the rest is too long to be shown here)")
