"""Delivery reports in the styles of many systems, written after their formats: who failed, for good or for now, and why."""

import pytest

from mailticket.inbound.parse import describe_mail, parse_mail
from mailticket.inbound.reasons import find_reason
from mailticket.model.mail import Bounce, Failure, Kind, Mail

COPY = "From: info@example.sa\nTo: noura@example.com\nSubject: x\nMessage-ID: <sent1@example.sa>\n\nhello\n"


def write(body: str, sender: str = "MAILER-DAEMON@mx.example.com", subject: str = "failure notice", fields: str = "") -> Mail:
    head = f"From: {sender}\nTo: info@example.sa\nSubject: {subject}\nMessage-ID: <b1@mx.example.com>\nDate: Sun, 04 Jan 2026 10:15:00 +0300\n"
    return parse_mail(f"{head}{fields}\n{body}\n".encode(), frozenset({"info@example.sa"}))


PROSE = {
    "qmail": (
        "Hi. This is the qmail-send program at mx.example.com.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n<noura@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        f"--- Below this line is a copy of the message.\n\nReturn-Path: <info@example.sa>\n{COPY}",
        ("5.1.1", "failed", Failure.USER, True),
    ),
    "qmail, too long in the queue": (
        "Hi. This is the qmail-send program at mx.example.com.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
        "<noura@example.com>:\nI'm not going to try again; this message has been in the queue too long. (#4.4.7)\n\n--- Below this line is a copy of the message.\n\n"
        + COPY,
        ("4.4.7", "failed", Failure.EXPIRED, False),
    ),
    "exim": (
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:\n\n  noura@example.com\n    SMTP error from remote mail server after RCPT TO:"
        "<noura@example.com>:\n    host mx.example.com [192.0.2.1]: 550 5.1.1 User unknown\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n\n{COPY}",
        ("5.1.1", "failed", Failure.USER, True),
    ),
    "exim warns of a delay": (
        "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\n"
        "recipients after more than 24 hours on the queue on mx.example.com.\n\nThe address to which the message has not yet been delivered is:\n\n"
        "  noura@example.com\n    Delay reason: Connection timed out\n\nNo action is required on your part. Delivery attempts will continue for\nsome time.",
        ("4.4.7", "delayed", Failure.EXPIRED, False),
    ),
    "sendmail of before MIME": (
        "The original message was received at Sun, 4 Jan 2026 10:00:00 +0300\nfrom mail.example.sa\n\n   ----- The following addresses had permanent fatal errors -----\n"
        "<noura@example.com>\n\n   ----- Transcript of session follows -----\n... while talking to mx.example.com.:\n>>> RCPT To:<noura@example.com>\n"
        f"<<< 550 <noura@example.com>... User unknown\n\n   ----- Original message follows -----\n{COPY}",
        ("5.1.1", "failed", Failure.USER, True),
    ),
    "Exchange 2003": (
        "Your message\n\n  To:      all@example.com\n  Subject: x\n  Sent:    Sun, 4 Jan 2026 10:00:00 +0300\n\ndid not reach the following recipient(s):\n\n"
        "noura@example.com on Sun, 4 Jan 2026 10:01:00 +0300\n    The recipient name is not recognized\n\tMSEXCH:IMS:EXAMPLE:MAIN 0 (000C05A6) Unknown Recipient",
        ("5.1.1", "failed", Failure.USER, True),
    ),
    "Exchange 2007": (
        "Delivery has failed to these recipients or distribution lists:\n\nnoura@example.com<mailto:noura@example.com>\nThe recipient's e-mail address was not found.\n\n"
        "Diagnostic information for administrators:\n\nGenerating server: example.com\n\nnoura@example.com\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\n"
        f"Original message headers:\n\nReceived: from a by b\n{COPY}",
        ("5.1.1", "failed", Failure.USER, True),
    ),
    "Domino": (
        "Your message\n\n  Subject: x\n\nwas not delivered to:\n\n  noura@example.com\n\nbecause:\n\n  User noura (noura@example.com) not listed in Domino Directory",
        ("5.1.1", "failed", Failure.USER, True),
    ),
    "Google, mailbox full": (
        "Delivery to the following recipient failed permanently:\n\n     noura@example.com\n\nTechnical details of permanent failure: \n"
        "The email account that you tried to reach is over quota. 552 5.2.2\n\n----- Original message -----\n\n" + COPY,
        ("5.2.2", "failed", Failure.FULL, False),
    ),
    "Yahoo": (
        "Sorry, we were unable to deliver your message to the following address.\n\n<noura@example.com>:\n554: delivery error: dd This user doesn't have a example.com account"
        " (noura@example.com) [0]\n\n--- Below this line is a copy of the message.\n\n" + COPY,
        ("5.1.1", "failed", Failure.USER, True),
    ),
    "a gateway in brackets": (
        "We had trouble delivering your message. Full details follow:\n\nSubject: 'x'\n\n1 error(s):\n\nSMTP Server <mx.example.com> rejected recipient <noura@example.com>\n"
        "  (Error following RCPT command). It responded as follows: [550 5.1.1 unknown user.]",
        ("5.1.1", "failed", Failure.USER, True),
    ),
    "a domain that is none": (
        "Your message could not be delivered to <noura@example.com>: Host or domain name not found. Name service error for name=example.com",
        ("5.1.2", "failed", Failure.HOST, True),
    ),
    "blocked for its contents": (
        "The following message could not be delivered to noura@example.com:\n554 5.7.1 Message rejected as spam by Content Filtering.",
        ("5.7.1", "failed", Failure.BLOCKED, False),
    ),
    "too big": ("<noura@example.com>:\nMessage size exceeds fixed maximum message size", ("5.3.4", "failed", Failure.SIZE, False)),
    "try later": ("<noura@example.com>: 451 4.7.1 Greylisted, please try again in 300 seconds\ngiving up", ("4.7.1", "failed", Failure.BLOCKED, False)),
    "no code and no reason": ("Your message was not delivered to <noura@example.com>.", ("5.0.0", "failed", Failure.UNKNOWN, False)),
    "Arabic": (
        "تعذر تسليم رسالتك إلى المستلم التالي:\n\nnoura@example.com\n\nعنوان البريد الإلكتروني غير موجود.",
        ("5.1.1", "failed", Failure.USER, True),
    ),
    "Arabic, mailbox full": ("لم يتم تسليم رسالتك إلى noura@example.com لأن صندوق البريد ممتلئ.", ("5.2.2", "failed", Failure.FULL, False)),
}


@pytest.mark.parametrize("style", PROSE)
def test_a_report_in_prose_is_read(style: str) -> None:
    """Address, status, action and meaning come out of each system's sentences, and only a failure of the address itself lasts."""
    body, (status, action, failure, lasting) = PROSE[style]
    mail = write(body)
    assert mail.kind is Kind.BOUNCE, mail.reason
    assert mail.bounce is not None
    assert mail.bounce.recipient == "noura@example.com"
    assert (mail.bounce.status, mail.bounce.action, mail.bounce.failure, mail.bounce.is_permanent) == (status, action, failure, lasting)
    assert mail.bounce.message_id in ("<sent1@example.sa>", "")


def report(fields: str, text: str = "failed") -> Mail:
    body = f"--b\n\n{text}\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n{fields}\n--b\nContent-Type: message/rfc822\n\n{COPY}--b--"
    return write(body, fields="Content-Type: multipart/report; report-type=delivery-status; boundary=b\n")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("Final-Recipient: rfc822; noura@example.com\nAction: failed\nStatus: 5.1.1", ("5.1.1", Failure.USER)),
        ("Original-Recipient: <noura@example.com>\nAction: failed\nDiagnostic-Code: smtp; 550 Unknown user noura@example.com", ("5.1.1", Failure.USER)),
        ("Final-Recipient: rfc822; noura@example.com\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 5.2.2 over quota", ("5.2.2", Failure.FULL)),
        ("Final-Recipient: rfc822; noura@example.com\nAction: failed\nStatus: 4.0.0\nDiagnostic-Code: smtp; 550 5.7.1 refused: blocked", ("5.7.1", Failure.BLOCKED)),
        ("Final-Recipient: rfc822; noura@example.com\nAction: delayed\nStatus: 4.4.1", ("4.4.1", Failure.NETWORK)),
        ("Final-Recipient: rfc822; noura@example.com\nAction: failed\nStatus: 5.1.8\nDiagnostic-Code: smtp; 553 5.1.8 sender domain must exist", ("5.1.8", Failure.SENDER)),
        ("Final-Recipient: rfc822; noura@example.com\nAction: failed", ("5.0.0", Failure.UNKNOWN)),
    ],
    ids=["plain", "no status", "diagnostic says more", "class fits the action", "delayed", "sender refused", "nothing more"],
)
def test_the_machine_part_decides(fields: str, expected: tuple[str, Failure]) -> None:
    """RFC 3464: the status that says most, its meaning, and the id of the mail that came back."""
    mail = report(fields)
    assert mail.bounce is not None
    assert (mail.bounce.recipient, mail.bounce.message_id) == ("noura@example.com", "<sent1@example.sa>")
    assert (mail.bounce.status, mail.bounce.failure) == expected


def test_a_refused_sender_is_not_an_undeliverable_recipient() -> None:
    """5.1.8 speaks of our own address: nobody's address is marked for it."""
    assert not Bounce("noura@example.com", "5.1.8", "failed", "", Failure.SENDER).is_permanent
    assert not Bounce("noura@example.com", "5.1.1", "delayed", "", Failure.USER).is_permanent


def test_a_report_whose_boundary_is_wrong_is_read() -> None:
    """Where the declared boundary never stands, the one that does divides the parts."""
    body = "--real\nContent-Type: text/plain\n\n<noura@example.com>: 550 5.1.1 no such user\n\n--real--"
    mail = write(body, fields="Content-Type: multipart/report; report-type=delivery-status; boundary=other\n")
    assert mail.bounce is not None
    assert (mail.bounce.recipient, mail.bounce.status) == ("noura@example.com", "5.1.1")


@pytest.mark.parametrize(
    ("sender", "subject", "body", "kind"),
    [
        ("gateway@example.com", "Delivery failure notification", "Your message with Subject: x\ncould not be delivered to the following recipients:\n\nnoura@example.com", Kind.BOUNCE),
        ("Noura <noura@example.com>", "Mail delivery failed", "Hello, my mail to you could not be delivered yesterday. Is your system working?", Kind.NORMAL),
        ("Noura <noura@example.com>", "Fwd: Undeliverable: certificate", "Your message could not be delivered to <info@example.sa>", Kind.NORMAL),
        ("staff@example.com", "complaint about message from 192.0.2.1", "see above", Kind.NORMAL),
        ("no-reply@notify.example.com", "Notification", '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"noura@example.com","status":"5.1.1"}]}}', Kind.BOUNCE),
    ],
    ids=["gateway", "a person who complains", "a person who forwards", "complaint without the mail", "JSON of a sending service"],
)
def test_reports_are_told_from_people(sender: str, subject: str, body: str, kind: Kind) -> None:
    """A report comes in any name, and a person may write about reports."""
    assert write(body, sender, subject).kind is kind


@pytest.mark.parametrize(
    ("words", "status", "failure"),
    [
        ("550 5.7.26 This mail is unauthenticated", "5.7.26", Failure.BLOCKED),
        ("mailbox for noura@unknown-user.example.com is full", "", Failure.FULL),
        ("The user has moved to noura@example.edu.sa", "", Failure.MOVED),
        ("account is temporarily suspended", "", Failure.DISABLED),
        ("too many connections from your host", "", Failure.RATE),
        ("domain example.com accepts no mail (nullMX)", "", Failure.NO_MAIL),
        ("", "5.4.4", Failure.NETWORK),
        ("المستخدم غير معروف", "", Failure.USER),
        ("تم رفض الرسالة", "", Failure.BLOCKED),
    ],
)
def test_words_come_before_codes(words: str, status: str, failure: Failure) -> None:
    """A server's words tell what a refusal means; an address in them tells nothing."""
    assert find_reason(words, status)[0] is failure


def test_the_meaning_is_told_as_json() -> None:
    """`parse --json` names the failure beside recipient, status, action and id."""
    told = describe_mail(report("Final-Recipient: rfc822; noura@example.com\nAction: failed\nStatus: 5.2.2"), "x")["bounce"]
    assert told == {"recipient": "noura@example.com", "status": "5.2.2", "action": "failed", "message_id": "<sent1@example.sa>", "failure": "mailbox full", "others": []}


TWO = {
    "RFC 3464": (
        "failed",
        "Final-Recipient: rfc822; noura@example.com\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; ali@example.com\nAction: delivered\nStatus: 2.0.0\n\n"
        "Final-Recipient: rfc822; huda@example.com\nAction: failed\nStatus: 5.2.2\n\nFinal-Recipient: rfc822; huda@example.com\nAction: failed\nStatus: 5.2.2",
    ),
    "qmail": ("<noura@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n<huda@example.com>:\nmailbox is full (#5.2.2)\n\n--- Below this line is a copy of the message.\n\nTo: ali@example.com\n", ""),
    "Exim": (
        "A message that you sent could not be delivered to one or more of its\nrecipients. The following address(es) failed:\n\n  noura@example.com\n    host mx.example.com "
        "[192.0.2.1]: 550 5.1.1 User unknown\n  huda@example.com\n    mailbox is full: 552 5.2.2 quota exceeded\n\n------ This is a copy of the message, including all the headers. ------\n",
        "",
    ),
    "sendmail": (
        "   ----- The following addresses had permanent fatal errors -----\n<noura@example.com>\n    (reason: 550 5.1.1 User unknown)\n<huda@example.com>\n"
        "    (reason: 552 5.2.2 over quota)\n\n   ----- Transcript of session follows -----\n",
        "",
    ),
}


@pytest.mark.parametrize("style", TWO)
def test_a_report_tells_of_every_recipient(style: str) -> None:
    """Each address that failed is told once, with its own status and meaning; one that was delivered is not among them."""
    text, fields = TWO[style]
    found = (report(fields, text) if fields else write(text)).bounce
    assert found is not None
    rows = [(row.recipient, row.status, row.failure) for row in (found, *found.others)]
    assert rows == [("noura@example.com", "5.1.1", Failure.USER), ("huda@example.com", "5.2.2", Failure.FULL)]
