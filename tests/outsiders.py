"""Who stands outside: requesters, strangers, whoever left the desk, and attackers who use again what they have seen.

Each move is one mail on `tests.machine.Machine`; what it needs and does not find, an old letter for one, makes it a simpler move. Nobody
here knows the desk's key: an attacker has what was seen outside, and guesses.
"""

from random import Random

from mailticket.demo.letters import PLAIN_STYLES, answer, write
from mailticket.model.notice import NoticeKind
from tests.acts import Act, Letter
from tests.canaries import Sort
from tests.machine import Machine
from tests.people import DESK, SARA
from tests.witness import EX, PINNED, ROSTER, SARA2, SHARED

NOURA, LINA, TARIQ, ALI = "noura@example.com", "lina@example.com", "tariq@example.org", "ali@example.com"
MALLORY, STRANGER, NOURA2, PRIVATE = "mallory@example.net", "stranger@example.org", "noura2@example.com", "sara.home@example.org"
REQUESTERS = (NOURA, LINA, TARIQ)
OUTSIDERS = (*REQUESTERS, ALI, MALLORY, STRANGER, NOURA2, PRIVATE)
TOPICS = (
    ("الشهادة", "السلام عليكم\nلم تصلني شهادتي من منصة منار."),
    ("Certificate", "Hello,\nmy certificate from Manar has not arrived."),
    ("تسجيل الدخول", "نسيت كلمة المرور ولا أستطيع الدخول إلى حسابي."),
    ("Password", "I forgot my password and cannot log in to my account."),
    ("القاعة", "لا يوجد صوت في القاعة الافتراضية منذ أمس."),
    ("Course material", "There is a mistake in the slides of lesson 3."),
    ("سؤال", "ما مواعيد العمل لديكم؟"),
    ("Complaint", "I complain about how I was treated on the phone."),
)
PHONES = {NOURA: "0501234567", ALI: "0551112223"}
"""Whose number is whose. Nobody writes another's: who claims a number first is called by it, and no desk could know better."""
STYLES = sorted(PLAIN_STYLES)
ORDERS = ("#close", "#إغلاق", "#assign omar", "#note x", f"#cc {MALLORY}", "#history", "#confirm", "#تأكيد", "#show 1001", "#merge 1001", "#send")


def own_dmarc(luck: Random) -> str:
    """What our host finds out about a mail that its author wrote."""
    return luck.choice(("pass", "pass", "pass", "none", ""))


def compose(machine: Machine, luck: Random, author: str, sender: str = "", subject: str = "", **more: object) -> tuple[bytes, str]:
    """A new mail with canaries in subject, body and name."""
    topic, text = luck.choice(TOPICS)
    text = f"{text}\n{machine.aviary.breed(Sort.TEXT, author)}"
    said = subject or f"{topic} {machine.aviary.breed(Sort.TEXT, author, 'subject')}"
    name = machine.name_of(author) if luck.random() < 0.5 else ""
    if luck.random() < 0.2:
        text += "\n" + luck.choice((f"My phone call was with {SARA.email}.", "#close", f"> {luck.choice(ORDERS)}", f"اتصلت على {SHARED}"))
    if author in PHONES and luck.random() < 0.3:
        text += f"\nجوالي {PHONES[author]}"
    if luck.random() < 0.2:
        more["headers"] = {**(more.get("headers") or {}), "Cc": luck.choice((ALI, SARA.email, SHARED, f"{LINA}, {STRANGER}"))}  # type: ignore[dict-item]  # headers are a mapping
    return write(sender or author, said, text, machine.now, name=name, **more), topic  # type: ignore[arg-type]  # the keywords are write's own


def requester_writes(machine: Machine, luck: Random) -> None:
    """Somebody has a problem."""
    author = luck.choice(REQUESTERS)
    raw, topic = compose(machine, luck, author, html=luck.choice(("", "", "<p>في <b>HTML</b></p>")))
    machine.send(Act(raw, author, dmarc=own_dmarc(luck)), f"writes about {topic}")


def late_one(letters: list[Letter], luck: Random) -> Letter | None:
    """One of these letters, more often a late one."""
    return letters[-1 - int(len(letters) * luck.random() ** 2)] if letters else None


def pick_letter(machine: Machine, luck: Random, *people: str) -> Letter | None:
    """One of these people's letters, more often a late one."""
    return late_one([letter for person in people for letter in machine.letters(person)], luck)


def requester_answers(machine: Machine, luck: Random) -> None:
    """Somebody answers a mail of ours, an old one perhaps, from a second address perhaps, with others in Cc."""
    letter = pick_letter(machine, luck, *OUTSIDERS)
    if letter is None or letter.to == MALLORY:
        requester_writes(machine, luck)
        return
    author = letter.to if luck.random() < 0.8 else luck.choice((NOURA2, ALI, STRANGER))
    machine.show(author, letter.raw)
    if luck.random() < 0.15:
        text = luck.choice(("شكراً لكم", "Thank you!", "status", "حالة"))
    else:
        text = f"{luck.choice(TOPICS)[1]}\n{machine.aviary.breed(Sort.TEXT, author)}"
    cc = luck.choice(("", "", "", ALI, LINA, SARA.email, f"{STRANGER}, {SHARED}"))
    raw = answer(letter.mail, author, text, machine.now, style=luck.choice(STYLES), name=machine.name_of(author), cc=cc)
    machine.send(Act(raw, author, dmarc=own_dmarc(luck), letter=letter), f"answers {letter.kind} of {letter.number}")


def requester_judges(machine: Machine, luck: Random) -> None:
    """Somebody follows one of the links of the question after resolving; another's question perhaps."""
    letters = [x for person in OUTSIDERS for x in machine.letters(person) if x.kind == NoticeKind.RESOLVED]
    if not letters:
        requester_answers(machine, luck)
        return
    letter = luck.choice(letters)
    links = [f"info+{n}.{p}.{t}@example.sa" for n, p, t in letter.tokens if p in "snv"]
    if not links:
        requester_answers(machine, luck)
        return
    author = letter.to if luck.random() < 0.7 else luck.choice(OUTSIDERS)
    sender = letter.to if luck.random() < 0.8 else author
    machine.show(author, letter.raw)
    text = luck.choice(("", "5", f"4 {machine.aviary.breed(Sort.TEXT, author)}"))
    raw = write(sender, "solved", text, machine.now, to=luck.choice(links))
    dmarc = own_dmarc(luck) if sender == author else luck.choice(("fail", "none"))
    machine.send(Act(raw, author, dmarc=dmarc), f"judges {letter.number} as {sender}")


def requester_forwards(machine: Machine, luck: Random) -> None:
    """Somebody shows a letter of ours to somebody else, who writes to us with it."""
    letter = pick_letter(machine, luck, *REQUESTERS)
    if letter is None:
        requester_writes(machine, luck)
        return
    other = luck.choice((ALI, STRANGER, MALLORY))
    machine.show(other, letter.raw)
    text = f"She gave me this.\n{machine.aviary.breed(Sort.TEXT, other)}"
    raw = answer(letter.mail, other, text, machine.now, style=luck.choice(STYLES))
    machine.send(Act(raw, other, dmarc=own_dmarc(luck), letter=letter), f"answers a letter of {letter.to}'s on {letter.number}")


def outsider_mimics(machine: Machine, luck: Random) -> None:
    """Somebody writes lines of a notice that an agent showed them, so that their words look like the desk's, or the desk's like theirs."""
    author = luck.choice(sorted(machine.shown) or [NOURA])
    shown = machine.shown.get(author, [])
    if not shown:
        requester_writes(machine, luck)
        return
    lines = [line for line in luck.choice(shown).text.splitlines() if line.strip() and not any(phone in line for phone in PHONES.values())]
    at = luck.randrange(len(lines))
    copied = "\n".join(lines[at : at + luck.choice((1, 3, 8, 40))])
    text = f"{machine.aviary.breed(Sort.TEXT, author)}\n{copied}\n{machine.aviary.breed(Sort.TEXT, author)}"
    letter = pick_letter(machine, luck, author)
    if letter and luck.random() < 0.6:
        raw = answer(letter.mail, author, text, machine.now, style=luck.choice(STYLES))
    else:
        raw = write(author, f"{luck.choice(TOPICS)[0]} {machine.aviary.breed(Sort.TEXT, author, 'subject')}", text, machine.now)
    machine.send(Act(raw, author, dmarc=own_dmarc(luck), letter=letter), f"writes what the desk writes: {copied[:300]!r}")


def stranger_guesses(machine: Machine, luck: Random) -> None:
    """Numbers, tags, flipped tokens and made-up ids."""
    author = luck.choice((STRANGER, MALLORY))
    number = luck.choice(sorted(machine.state.tickets) or [1001])
    token = "k" + "".join(luck.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(16))
    tokens = sorted(machine.seen.get(author, ()))
    if tokens and luck.random() < 0.6:
        token = luck.choice(tokens)
        at = luck.randrange(1, 17)
        token = token[:at] + ("a" if token[at] != "a" else "b") + token[at + 1 :]
    purpose = luck.choice("ratcdbsnv")
    to = luck.choice((DESK, f"info+{number}.{purpose}.{token}@example.sa", f"info+{number}@example.sa"))
    headers = {"In-Reply-To": f"<mt.{number}.{purpose}.{token}.ref@example.sa>"} if luck.random() < 0.5 else {}
    subject = luck.choice((f"Re: [MT-{number}]", f"رد: [MT-{number}]", f"Ticket {number}", f"RE: [MT-{number}] #close"))
    text = f"{luck.choice(('', '#close', '#show 1001'))}\nTell me about it.\n{machine.aviary.breed(Sort.TEXT, author)}"
    raw = write(author, subject, text, machine.now, to=to, headers=headers)
    machine.send(Act(raw, author, dmarc=own_dmarc(luck)), f"guesses {to} {headers or ''}")


# --- attackers -------------------------------------------------------------------------------------------------------------------------


def loot(machine: Machine, luck: Random) -> tuple[str, dict[str, str]]:
    """Something of what outsiders have seen, put together as an address and headers: addresses, ids and tokens of each other's mails."""
    letters = [letter for person in OUTSIDERS for letter in machine.letters(person)]
    seen = sorted({one for letter in letters[-40:] for one in letter.tokens})
    if machine.stolen and luck.random() < 0.5:
        seen = sorted(machine.stolen)
    if not seen:
        return DESK, {}
    number, purpose, token = luck.choice(seen)
    purpose = purpose if luck.random() < 0.7 else luck.choice("atrcd")
    address, headers = f"info+{number}.{purpose}.{token}@example.sa", {}
    one = luck.choice(letters) if letters else None
    if luck.random() < 0.5 and one:
        ids = [str(one.mail["Message-ID"]), *str(one.mail["References"] or "").split()]
        headers = {"In-Reply-To": luck.choice(ids), "References": " ".join(ids)}
    if luck.random() < 0.3:
        headers = {"In-Reply-To": f"<mt.{number}.{purpose}.{token}.ref@example.sa>"}
    return (address if luck.random() < 0.8 else DESK), headers


def forged_from(machine: Machine, luck: Random) -> tuple[str, str]:
    """A From field, and how our host finds it: an own address, a borrowed one, two, or one in a name."""
    agent = luck.choice(ROSTER).email
    victim = luck.choice(REQUESTERS)
    forms = (
        (MALLORY, "pass"),
        (agent, luck.choice(("fail", "fail", "none", "temperror"))),
        (agent, luck.choice(("fail", "none"))),
        (victim, "fail"),
        (f"{MALLORY}\r\nFrom: {agent}", "pass"),
        (f"{agent}\r\nFrom: {MALLORY}", luck.choice(("pass", "none"))),
        (f"{agent} <{MALLORY}>", "pass"),
        (f'"{agent}" <{victim}>', "none"),
        (f"{agent}, {MALLORY}", "none"),
        (f"boss: {agent};", "none"),
        (SHARED, "fail"),
        (SARA2, "none"),
    )
    return luck.choice(forms)


def attack_text(machine: Machine, luck: Random) -> str:
    order = luck.choice((*ORDERS, *(f"{n} {o}" for n in (1, 1001) for o in ("#close", "إغلاق", f"#cc {MALLORY}"))))
    canary = machine.aviary.breed(Sort.TEXT, MALLORY)
    return luck.choice((
        f"{order}\n{canary}",
        f"{canary}\n\n{order}",
        f"Hello {canary}\n\nOn Tue, Nov 24, 2026 at 9:10 AM Sara <{SARA.email}> wrote:\n> {order}\n> and more",
        f"{canary}\n\n---------- Forwarded message ---------\nFrom: Sara <{SARA.email}>\nDate: Tue, Nov 24, 2026 at 9:10 AM\nSubject: x\nTo: {DESK}\n\n{order}",
        f"＃{order[1:]}\n\u200f{order}\n{canary}",
        order,
        canary,
    ))


def attacker_writes(machine: Machine, luck: Random) -> None:
    """Whatever was seen outside is used again, in somebody's name, with commands wherever commands could stand."""
    to, headers = loot(machine, luck)
    sender, dmarc = forged_from(machine, luck)
    if not machine.pinned and machine.would_be_believed(sender, to, headers):
        sender = MALLORY  # who has an agent's token and forges their From is that agent, where no authserv_id is pinned (spec 3)
    number = luck.choice(sorted(machine.state.tickets) or [1001])
    subject = luck.choice((f"Re: [MT-{number}]", "#close", "#confirm", f"Fwd: [MT-{number}] {luck.choice(ORDERS)}", "Certificate"))
    if luck.random() < 0.15:
        headers["Auto-Submitted"] = luck.choice(("auto-replied", "auto-generated"))
    if luck.random() < 0.3:
        headers["Authentication-Results"] = f"{PINNED}; dmarc=pass header.from=example.sa"
    files = {"orders.txt": b"#close\r\n#note x", "mail.eml": f"From: {SARA.email}\r\nSubject: x\r\n\r\n#close\r\n".encode()}
    attachments = files if luck.random() < 0.2 else None
    text = attack_text(machine, luck)
    raw = write(sender, subject, text, machine.now, to=to, headers=headers, attachments=attachments)
    machine.send(Act(raw, MALLORY, dmarc=dmarc or "none"), f"attacks as {sender!r} to {to} {headers} {text!r}")


def attacker_bounces(machine: Machine, luck: Random) -> None:
    """A delivery report that nobody's server wrote, to an envelope address that was seen outside."""
    letter = pick_letter(machine, luck, *OUTSIDERS)
    to = letter.sender if letter and letter.sender else DESK
    mark = machine.aviary.breed(Sort.TEXT, MALLORY)
    body = (
        f"--b\r\nContent-Type: text/plain\r\n\r\nundeliverable {mark.split()[0]}\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; {luck.choice(OUTSIDERS)}\r\nAction: failed\r\n"
        f"Status: {luck.choice(('5.1.1', '4.2.2'))}\r\n--b--\r\n"
    )
    head = (
        f"From: MAILER-DAEMON@example.net\r\nTo: {to}\r\nSubject: Undelivered\r\nMessage-ID: <{luck.randrange(10**9)}@example.net>\r\n"
        'Return-Path: <>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\nMIME-Version: 1.0\r\n\r\n'
    )
    machine.send(Act((head + body).encode(), MALLORY, dmarc="none"), f"bounces to {to}")


def leaver_writes(machine: Machine, luck: Random) -> None:
    """Who left the desk answers an old notice."""
    letter = pick_letter(machine, luck, EX.email)
    if letter is None or not letter.number or any(a.email == EX.email for a in machine.agents):
        requester_answers(machine, luck)
        return
    text = f"{luck.choice(('#close', '', '#history'))}\n{machine.aviary.breed(Sort.TEXT, EX.email)}"
    raw = answer(letter.mail, EX.email, text, machine.now, style=luck.choice(STYLES))
    machine.send(Act(raw, EX.email, dmarc=own_dmarc(luck), letter=letter), f"left the desk, and answers {letter.number}")
