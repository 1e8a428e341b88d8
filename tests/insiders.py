"""Who works on the desk: agents and managers, who answer what they are sent, in any way that people do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from mailticket.demo.letters import answer, quoted, write
from mailticket.model.commands import BY_NAME
from mailticket.model.notice import NoticeKind
from mailticket.model.policy import Agent
from tests.acts import Act, Letter, read_head
from tests.canaries import TOKEN, Sort
from tests.machine import Machine
from tests.outsiders import (
    ALI,
    LINA,
    MALLORY,
    NOURA,
    NOURA2,
    OUTSIDERS,
    PHONES,
    PRIVATE,
    REQUESTERS,
    STRANGER,
    STYLES,
    TARIQ,
    TOPICS,
    late_one,
    own_dmarc,
    requester_writes,
)
from tests.people import DESK, SARA
from tests.snoop import every_reading
from tests.witness import may_order

GOOD: Mapping[str, tuple[str, ...]] = {
    "assign": ("omar", "سارة", "me", ""),
    "team": ("platform", "الشهادات", "account", "content"),
    "escalate": ("", "beyond us"),
    "priority": ("high", "عاجلة"),
    "type": ("complaint", "شكوى"),
    "wait": ("", "off", "لا"),
    "snooze": ("3h", "يومين", "tomorrow 09:00"),
    "send": ("details", "thanks"),
    "remote": ("https://get.teamviewer.com/s42",),
    "log": (f"phone Ali {PHONES[ALI]}", f"واتساب نورة أحمد {PHONES[NOURA]}", f"hall {ALI}", "phone Hind 0559998877"),
    "new": (LINA, STRANGER),
    "cc": (ALI, STRANGER, LINA),
    "allow": (ALI, TARIQ, ""),
    "requester": (NOURA2, ALI),
    "away": ("sunday", "الأحد", "off"),
    "open": ("", "certificate", "الحسابات"),
    "search": ("certificate", "شهادة"),
    "split": ("", "another matter"),
}
BAD: Mapping[str, tuple[str, ...]] = {
    "assign": ("nobodyknows",),
    "team": ("", "nowhere"),
    "priority": ("soon",),
    "type": ("x",),
    "snooze": ("yesterday",),
    "send": ("nosuchtext",),
    "merge": ("", "77777", "x"),
    "cc": ("omar@example.sa", "x", DESK),
    "allow": ("nada@example.sa",),
    "requester": ("", "salem@example.sa"),
    "new": ("", "huda@example.sa"),
    "log": ("", "pigeon Noura"),
    "show": ("", "99999"),
    "close": ("now",),
}
TAKES_TEXT = ("log", "new", "note")


def words(machine: Machine, luck: Random, sort: Sort, by: str, *tickets: int) -> str:
    """A few words with a canary, in either language."""
    canary = machine.aviary.breed(sort, by, "body", *tickets)
    return luck.choice((f"صدرت اليوم، {canary}.", f"This is how it is: {canary}.", f"نفيدكم بما يلي\n{canary}\nوشكراً لكم", f"Dear all,\n\n{canary}\n\nthank you"))


def pick_agent(machine: Machine, luck: Random) -> Agent:
    """Somebody on the roster, more often somebody with letters."""
    busy = [a for a in machine.agents if machine.letters(a.email)]
    return luck.choice(busy or list(machine.agents))


def pick_notice(machine: Machine, luck: Random, agent: Agent) -> Letter | None:
    """A mail about a ticket that this agent may answer: theirs, or one to a shared address of a team of theirs."""
    return late_one([x for x in machine.letters_of(agent) if x.number and x.kind != NoticeKind.HELD], luck)


def reply_raw(machine: Machine, luck: Random, agent: Agent, letter: Letter, text: str, is_inline: bool = False, **more: str) -> tuple[bytes, str]:
    """An agent's answer in some client's format, with a signature; the bytes, and the address it is from."""
    sender = luck.choice(agent.addresses) if agent.addresses and luck.random() < 0.3 else agent.email
    signature = f"{agent.name.en} {machine.signatures[agent.email]}\n{agent.email}" if luck.random() < 0.6 else ""
    style = luck.choice(STYLES)
    if is_inline:
        text = inline(luck, letter, text)
        style = "bare"
    raw = answer(letter.mail, sender, text, machine.now, style=style, signature=signature, name=agent.name.en, **more)  # type: ignore[arg-type]  # the keywords are answer's own
    return raw, sender


def inline(luck: Random, letter: Letter, text: str) -> str:
    """An answer between lines of the notice, whatever they are."""
    lines = [line for line in letter.text.splitlines() if line.strip()]
    picked = luck.sample(lines, min(len(lines), 4))
    return "\n".join((quoted("\n".join(picked[:2])).replace("\r\n", "\n"), text, quoted("\n".join(picked[2:])).replace("\r\n", "\n")))


def on_cc(machine: Machine, luck: Random, letter: Letter) -> str:
    """Whom an agent's client puts in Cc: now and then the requester or somebody else outside."""
    if luck.random() < 0.85:
        return ""
    ticket = machine.state.tickets.get(letter.number)
    return luck.choice((ticket.requester if ticket else ALI, ALI, f"{STRANGER}, {SARA.email}")) or ALI


def agent_answers(machine: Machine, luck: Random) -> None:
    """An agent answers a notice: the text is for the requester."""
    agent = pick_agent(machine, luck)
    letter = pick_notice(machine, luck, agent)
    if letter is None:
        requester_writes(machine, luck)
        return
    text = words(machine, luck, Sort.ANSWER, agent.email, letter.number)
    files = {}
    if luck.random() < 0.15:
        name = machine.aviary.breed(Sort.ANSWER, agent.email, "file", letter.number).split()[0]
        files = {"attachments": {f"{name}.pdf": b"%PDF", "card.vcf": f"EMAIL:{agent.email}".encode()}}
    raw, sender = reply_raw(machine, luck, agent, letter, text, luck.random() < 0.2, cc=on_cc(machine, luck, letter), **files)  # type: ignore[arg-type]  # as in reply_raw
    machine.send(Act(raw, sender, agent, own_dmarc(luck), letter, has_text=True), f"answers {letter.kind} of {letter.number}: {text!r}")


def order_line(machine: Machine, luck: Random, name: str, number: int) -> tuple[str, str]:
    """A command as a line, with a good or a bad argument; the line, and the argument where it is good."""
    command = BY_NAME[name]
    word = luck.choice(command.words)
    mark = luck.choice(("#", "#", "#", "＃", "# "))
    numbers = [str(n) for n in sorted(machine.state.tickets) if n != number] or ["1001"]
    good = (luck.choice(numbers),) if name in ("merge", "show") else GOOD.get(name, ("",))
    if luck.random() < 0.2 and name in BAD:
        return f"{mark}{word} {luck.choice(BAD[name])}".rstrip(), ""
    argument = luck.choice(good)
    return f"{mark}{word} {argument}".rstrip(), argument


def grants_of(machine: Machine, name: str, argument: str, number: int) -> dict[int, tuple[str, ...]]:
    """Whom a command lets read along, if it is carried out."""
    ticket = machine.state.tickets.get(number)
    if name in ("cc", "allow", "requester") and argument:
        return {number: (argument,)}
    if name == "allow" and ticket and ticket.linked:
        return {ticket.linked: (ticket.requester,)}
    if name == "merge" and argument.isdecimal() and ticket:
        into = machine.state.tickets.get(int(argument))
        return {int(argument): tuple(machine.audience.get(number, ()))} if into and into.requester == ticket.requester else {}
    if name == "new":
        return {0: (argument,)}
    return {0: called(argument)} if name == "log" else {}


def called(argument: str) -> tuple[str, ...]:
    """Whom a contact was with, by address or by the phone number that is theirs."""
    return tuple(person for person in OUTSIDERS if person in argument or PHONES.get(person, "-") in argument)


def agent_orders(machine: Machine, luck: Random) -> None:
    """An agent gives a command or two, with or without words for the requester below."""
    agent = pick_agent(machine, luck)
    letter = pick_notice(machine, luck, agent)
    if letter is None:
        requester_writes(machine, luck)
        return
    names = luck.sample(sorted(BY_NAME), luck.choice((1, 1, 1, 2)))
    lines, grants, asked = [], {}, []
    for name in names:
        line, argument = order_line(machine, luck, name, letter.number)
        lines.append(line)
        for number, people in grants_of(machine, name, argument, letter.number).items():
            of = 0 if {"log", "new"} & set(names) and number == letter.number else number  # what stands beside them is about what they open
            grants[of] = (*grants.get(of, ()), *people)
        if name in ("mine", "open", "search"):
            asked.append(0)
        if name in ("show", "history"):
            asked.append(int(argument) if argument.isdecimal() else letter.number)
    if luck.random() < 0.05:
        lines.append("#asign omar")
    has_text = luck.random() < 0.4 or bool(set(TAKES_TEXT) & set(names))
    sort = Sort.INSIDE if "note" in names else Sort.ANSWER
    where = () if {"log", "new"} & set(names) else (letter.number,)
    text = words(machine, luck, sort, agent.email, *where) if has_text else ""
    if "escalate" in names:
        lines = [f"{line} {machine.aviary.breed(Sort.INSIDE, agent.email)}" if "escalate" in line.lower() else line for line in lines]
    if {"send", "remote"} & set(names):
        machine.canned.add(letter.number)
    raw, sender = reply_raw(machine, luck, agent, letter, "\n".join((*lines, text)), cc=on_cc(machine, luck, letter))
    act = Act(raw, sender, agent, own_dmarc(luck), letter, tuple(names), has_text, grants=grants, asks_about=tuple(asked))
    machine.send(act, f"orders on {letter.number}: {lines} {text!r}")


def agent_releases(machine: Machine, luck: Random) -> None:
    """An agent answers the question about a mail that was held: their own, or one that somebody else wrote in their name."""
    agent = pick_agent(machine, luck)
    questions = [x for x in machine.letters(agent.email) if x.kind == NoticeKind.HELD]
    if not questions:
        agent_orders(machine, luck)
        return
    letter = questions[-1 - int(len(questions) * luck.random() ** 3)]
    words_for_it = ("#confirm", "#تأكيد", "#send", "#note", "#confirm") if machine.is_own(agent, letter) else ("who wrote this?", "#help", "no")
    word = luck.choice(words_for_it)
    if not word.startswith("#"):
        word += f" {machine.aviary.breed(Sort.ANSWER, agent.email, 'body', letter.number)}"
    raw, sender = reply_raw(machine, luck, agent, letter, word)
    orders = ("help",) if word == "#help" else ()
    act = Act(raw, sender, agent, own_dmarc(luck), letter, orders, confirms=word.startswith("#") and not orders, asks_about=(0,))
    machine.send(act, f"says {word} to the question of {letter.at:%d %H:%M:%S} on {letter.number}")


def agent_writes_bare(machine: Machine, luck: Random) -> None:
    """An agent writes without any token of ours: by the tag, or of no ticket at all, or of trouble of their own."""
    agent = pick_agent(machine, luck)
    number = luck.choice(sorted(machine.state.tickets) or [1001])
    name = luck.choice(("help", "mine", "open", "show", "search", "close", "note", "log", "new", "away"))
    line, argument = order_line(machine, luck, name, number)
    is_plain = luck.random() < 0.2
    names = () if is_plain else (name,)
    sort = Sort.INSIDE if names == ("note",) else Sort.ANSWER
    has_text = is_plain or name in TAKES_TEXT
    intake = [x for x in machine.letters(agent.email) if x.kind == NoticeKind.HELP]
    to = str(read_head(luck.choice(intake).raw)["Reply-To"]) if intake and luck.random() < 0.6 else DESK
    named = [int(n) for n, _, _ in TOKEN.findall(to) if int(n)]
    number = named[0] if named else number
    text = words(machine, luck, sort, agent.email, *(() if name in ("log", "new") and not is_plain else (number,))) if has_text else ""
    subject = luck.choice((f"Re: [MT-{number}]", "", "help"))
    body = text if is_plain else f"{line}\n{text}"
    raw = write(agent.email, subject, body, machine.now, to=to)
    grants = {} if is_plain or name not in ("log", "new") else grants_of(machine, name, argument, number)
    shown = {"mine": (0,), "open": (0,), "search": (0,), "show": (int(argument),) if argument.isdecimal() else ()}.get(name, ())
    act = Act(raw, agent.email, agent, own_dmarc(luck), None, names, has_text, grants=grants, asks_about=() if is_plain else shown)
    machine.send(act, f"writes to {to}, {subject!r}: {body!r}")


def agent_logs(machine: Machine, luck: Random) -> None:
    """An agent logs several contacts in one mail, to the intake address or in answer to whatever lies there."""
    agent = pick_agent(machine, luck)
    letter = late_one([x for x in machine.letters_of(agent) if x.kind != NoticeKind.HELD], luck)
    blocks, people = [], []
    for channel in luck.sample(("phone", "whatsapp", "قاعة", "هاتف"), luck.choice((2, 2, 3))):
        person = luck.choice((NOURA, ALI, LINA))
        who = PHONES[person] if person in PHONES and luck.random() < 0.5 else person
        text = machine.aviary.breed(Sort.ANSWER, agent.email, meant_for=person)
        blocks.append(f"{luck.choice(('#log', '#تسجيل'))} {channel} {luck.choice(('Hind', 'نورة', ''))} {who}\n{luck.choice(TOPICS)[1]}\n{text}")
        people.append(person)
    text, grants = "\n\n".join(blocks), {0: tuple(people)}
    if letter:
        raw, sender = reply_raw(machine, luck, agent, letter, text)
    else:
        raw, sender = write(agent.email, "", text, machine.now), agent.email
    machine.send(Act(raw, sender, agent, own_dmarc(luck), letter, ("log",) * len(blocks), True, grants=grants), f"logs {text!r}")


def agent_borrows(machine: Machine, luck: Random) -> None:
    """A colleague forwards a notice to an agent, who answers it as if it were theirs."""
    agent, other = pick_agent(machine, luck), pick_agent(machine, luck)
    letter = pick_notice(machine, luck, other)
    if letter is None or letter in machine.letters_of(agent):
        agent_answers(machine, luck)
        return
    machine.show(agent.email, letter.raw)
    line, _ = order_line(machine, luck, luck.choice(("close", "assign", "note", "history")), letter.number)
    has_order = luck.random() < 0.5
    text = f"{line}\n" if has_order else words(machine, luck, Sort.ANSWER, agent.email, letter.number)
    raw, sender = reply_raw(machine, luck, agent, letter, text, not has_order and luck.random() < 0.3)
    names = (next(name for name, command in BY_NAME.items() if any(f"{w} " in f"{line[1:].strip()} " for w in command.words)),) if has_order else ()
    act = Act(raw, sender, agent, own_dmarc(luck), letter, names, has_text=not has_order)
    machine.send(act, f"answers {letter.to}'s {letter.kind} of {letter.number}: {text!r}")


def agent_elsewhere(machine: Machine, luck: Random) -> None:
    """An agent's mail goes a way that it should not: from a private address, or to somebody outside who keeps it."""
    agent = pick_agent(machine, luck)
    letter = late_one(machine.letters_of(agent), luck)
    if letter is None:
        requester_writes(machine, luck)
        return
    if luck.random() < 0.6:
        machine.steal(luck.choice((MALLORY, STRANGER, NOURA)), letter)
        return
    text = f"{luck.choice(('', '#close', '#note x'))}\n{machine.aviary.breed(Sort.TEXT, PRIVATE)}"
    raw = answer(letter.mail, PRIVATE, text, machine.now, style=luck.choice(STYLES))
    machine.send(Act(raw, PRIVATE, dmarc="pass", letter=letter), f"is {agent.email}, from home, on {letter.number}")


def agent_brings(machine: Machine, luck: Random) -> None:
    """An agent forwards what somebody wrote to them."""
    agent, author = pick_agent(machine, luck), luck.choice((*REQUESTERS, ALI))
    topic, text = luck.choice(TOPICS)
    above = f"{machine.aviary.breed(Sort.INSIDE, agent.email)}\n\n" if luck.random() < 0.5 else ""
    said = f"{text}\n{machine.aviary.breed(Sort.TEXT, author)}"
    body = f"{above}---------- Forwarded message ---------\nFrom: {author.partition('@')[0]} <{author}>\nDate: Tue, Nov 24, 2026 at 9:10 AM\nSubject: {topic}\nTo: <{agent.email}>\n\n{said}\n"
    raw = write(agent.email, f"Fwd: {topic}", body, machine.now)
    for canary in machine.aviary.find(every_reading(raw)):
        canary.known_to.add(agent.email)
    machine.send(Act(raw, agent.email, agent, own_dmarc(luck), brings=author, has_text=True), f"forwards a mail of {author}'s")


def agent_is_away(machine: Machine, luck: Random) -> None:
    """An agent's robot answers."""
    agent = pick_agent(machine, luck)
    letter = pick_notice(machine, luck, agent)
    text = f"I am out of office until 1 December.\n{machine.aviary.breed(Sort.INSIDE, agent.email)}"
    raw = answer(letter.mail, agent.email, text, machine.now) if letter else write(agent.email, "Out of office", text, machine.now)
    raw = raw.replace(b"MIME-Version", b"Auto-Submitted: auto-replied\r\nMIME-Version", 1)
    machine.send(Act(raw, agent.email, agent, own_dmarc(luck), letter), "is out of office")


@dataclass
class Lines:
    """Lines of commands, and what is meant by them: the commands, the numbers, who may read along, and what is asked to be shown."""

    text: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    grants: dict[int, tuple[str, ...]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)


def write_lines(machine: Machine, luck: Random, agent: Agent) -> Lines:
    """A few lines of commands behind numbers.

    A digest's own numbers are small; whatever shows or tells something is said of a ticket by its tag, so that it is known of which.
    """
    tickets, said = sorted(machine.state.tickets) or [1001], Lines()
    for _ in range(luck.choice((1, 1, 2, 3))):
        name = luck.choice(("assign", "priority", "type", "close", "reopen", "escalate", "team", "note", "cc", "allow", "show", "merge", "send"))
        number = luck.choice(tickets)
        line, argument = order_line(machine, luck, name, number)
        if name in ("cc", "allow", "show", "send", "merge", "note"):
            front = luck.choice((f"[MT-{number}]", f"{number}"))
            said.grants |= grants_of(machine, name, argument, number)
            machine.canned |= {number} if name == "send" else set()
        else:
            number = luck.choice((1, 2, 3, 5, 9, number, number))
            front = str(number)
        if name == "show":
            line = luck.choice(("#show", "#عرض"))
            said.asked += [number] if number in machine.state.tickets and may_order(agent, machine.state.tickets[number]) else []
        if name == "note":
            line += f" {machine.aviary.breed(Sort.INSIDE, agent.email, 'body', number)}"
        said.text.append(f"{front}{luck.choice((' ', '. ', ') '))}{line}")
        said.names.append(name)
        said.numbers.add(number)
    return said


def lines_come(machine: Machine, luck: Random) -> None:
    """A manager answers a digest or an alarm, or an agent a list or a notice, with lines of commands; about foreign teams' tickets too."""
    managers = [a for a in machine.agents if a.manager]
    agent = luck.choice(managers) if luck.random() < 0.7 else pick_agent(machine, luck)
    of_none = [x for x in machine.letters(agent.email) if not x.number and x.kind != NoticeKind.HELD]
    letter = late_one(of_none, luck) if luck.random() < 0.85 else pick_notice(machine, luck, agent)
    if letter is None:
        asks_for_list(machine, luck, agent)
        return
    said = write_lines(machine, luck, agent)
    text = "\n".join(said.text)
    if luck.random() < 0.1:
        text += f"\n\n{words(machine, luck, Sort.INSIDE, agent.email)}"
    raw, sender = reply_raw(machine, luck, agent, letter, text, cc=on_cc(machine, luck, letter))
    is_by_line = said.numbers != {letter.number}  # a ticket's own number in answer to its own notice says nothing more
    act = Act(raw, sender, agent, own_dmarc(luck), letter, tuple(said.names), is_by_line=is_by_line, grants=said.grants, asks_about=tuple(said.asked))
    machine.send(act, f"answers {letter.kind} with {text!r}")


def asks_for_list(machine: Machine, luck: Random, agent: Agent) -> None:
    """A list is asked for, which can be answered with lines."""
    name = luck.choice(("mine", "open", "search"))
    line, _ = order_line(machine, luck, name, 0)
    raw = write(agent.email, "", line, machine.now)
    machine.send(Act(raw, agent.email, agent, own_dmarc(luck), None, (name,), asks_about=(0,)), f"asks for {line!r}")
