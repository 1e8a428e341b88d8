"""Sentences that the desk asks for by a word: remarks on a mail, and why an agent's mail was held.

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
    "copied": Bilingual("في نسخة الرسالة آخرون، ولن يصلهم ردكم.", "Others have a copy of this mail; your answer does not go to them."),
    "suppressed": Bilingual("لم يُرسل إشعار بالاستلام.", "No acknowledgement was sent."),
    "no_acknowledgement": Bilingual("لم يُرسل إشعار بالاستلام.", "No acknowledgement was sent."),
}

HELD = {
    "no_proof": Bilingual(
        "لم يثبت أن الرسالة منكم. نأمل الرد مباشرة على آخر إشعار وصلكم عن التذكرة، من عنوانكم المسجل.",
        "It could not be proved that the mail is yours. Please answer the latest notice about the ticket, from your registered address.",
    ),
    "command": Bilingual(
        "يبدأ نص الرسالة بالعلامة #، وهي للأوامر. للرد على مقدم الطلب نأمل الإرسال من جديد دون هذا السطر.",
        "The text begins with #, which is kept for commands. To answer the requester, please send it again without that line.",
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
}

VIA = Bilingual("{name} عبر {desk}", "{name} via {desk}")
"""The display name under which a notice shows whom it is about."""
CUT_SHORT = Bilingual("… (بقية النص أطول من أن تُعرض هنا)", "… (the rest is too long to be shown here)")
