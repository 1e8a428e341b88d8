"""Conversations: scripts of who writes when, and what the desk does about it. They are the specification by example.

A script is read line by line; text that belongs to a step is indented by two spaces below it:

    at 09:00                                      the clock moves on to that time of the day (Riyadh)
    after N days|hours|minutes                    so much time passes, with a tick of the clock every ten minutes
    ADDRESS writes "SUBJECT"                      a new mail to the desk
    ADDRESS presses "LABEL"                       the link of that label in the last mail there; text is added below what it brings
    ADDRESS presses ADDRESS's "LABEL"             the same link, sent by somebody else
    ADDRESS moves NUMBER: EVENT                   an agent's command, by the event's name (resolve, close, verify, snooze)
    ADDRESS answers "STYLE"                       an answer to the last mail that the desk sent there, in a mail client's format
    ADDRESS answers ADDRESS's mail "STYLE"        an answer to a mail that somebody else got
    ticket NUMBER is WORD, WORD                   values of the ticket: status, team, type, priority, language, owner
    NUMBER mails to ADDRESS                       how many were sent there so far
    ADDRESS reads "TEXT" / ADDRESS never reads "TEXT"    in the last mail / in any byte of all mails there
    outcome is WORD                               what the ledger says of the last mail
"""

import re
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest

from mailticket.demo.letters import answer, part, write
from mailticket.tickets.lifecycle import Event
from tests.world import World

SCRIPTS = sorted((Path(__file__).parent / "conversations").glob("*.txt"))
RIYADH = ZoneInfo("Asia/Riyadh")
LINK = re.compile(r'<a [^>]*href="(mailto:[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)


class Play:
    """One script on one desk."""

    def __init__(self, world: World) -> None:
        self.world = world

    def at(self, _: str, clock: str) -> None:
        here = self.world.clock.now().astimezone(RIYADH)
        hour, minute = map(int, clock.split(":"))
        there = here.replace(hour=hour, minute=minute)
        self.world.wait(there - here if there > here else there + timedelta(days=1) - here)

    def after(self, _: str, count: str, unit: str) -> None:
        left = timedelta(**{unit.rstrip("s") + "s": int(count)})
        while left > timedelta(0):
            step = min(left, timedelta(minutes=10) if left <= timedelta(days=1) else timedelta(hours=1))
            self.world.wait(step)
            left -= step

    def presses(self, text: str, who: str, whose: str | None, label: str) -> None:
        mail = self.world.sent(whose or who)[-1]
        links = {re.sub("<[^>]+>", "", words): unescape(href) for href, words in LINK.findall(part(mail, "html"))}
        assert label in links, f"{whose or who} finds no link {label!r}: {list(links)}"
        address, _, fields = links[label].removeprefix("mailto:").partition("?")
        query = dict(pair.split("=") for pair in fields.split("&"))
        body = f"{unquote(query['body'])}{text}"
        self.world.receive(write(who, unquote(query["subject"]), body, self.now, to=unquote(address)))

    def moves(self, _: str, who: str, number: str, event: str) -> None:
        until = {"until": self.now + timedelta(hours=2)} if event == "snooze" else {}
        self.world.move(int(number), Event(event), who, level=2 if event == "verify" else 1, **until)

    def writes(self, text: str, who: str, subject: str) -> None:
        self.world.receive(write(who, subject, text, self.now))

    def answers(self, text: str, who: str, whose: str | None, style: str) -> None:
        mail = self.world.sent(whose or who)[-1]
        body, _, signature = text.partition("\n-- \n")
        self.world.receive(answer(mail, who, body, self.now, style=style, signature=signature))

    def ticket(self, _: str, number: str, words: str) -> None:
        found = self.world.store.ticket(int(number))
        assert found is not None, f"there is no ticket {number}"
        values = {found.status, found.team, found.type, found.priority, found.language, found.owner, f"linked {found.linked}", f"level {found.level}"}
        for word in words.split(", "):
            assert word in values, f"ticket {number} is not {word}: {sorted(map(str, values))}"

    def mails(self, _: str, count: str, who: str) -> None:
        subjects = [str(m["Subject"]) for m in self.world.sent(who)]
        assert len(subjects) == int(count), f"{who} got {len(subjects)}: {subjects}"

    def reads(self, _: str, who: str, words: str) -> None:
        mail = self.world.sent(who)[-1]
        whole = f"{mail['Subject']}\n{part(mail, 'plain')}\n{part(mail, 'html')}"
        assert words in whole, f"{who} does not read {words!r} in:\n{whole}"

    def never_reads(self, _: str, who: str, words: str) -> None:
        for mail in self.world.sent(who):
            whole = "\n".join([*map(str, mail.values()), part(mail, "plain"), part(mail, "html")])
            assert words not in whole, f"{who} reads {words!r}"

    def outcome(self, _: str, word: str) -> None:
        rows = self.world.store.ledger_rows()
        assert rows[-1].disposition == word, f"the last mail is {rows[-1].disposition}: {rows[-1].reason}"

    @property
    def now(self) -> datetime:
        return self.world.clock.now()


STEPS = (
    (re.compile(r"at (\d\d:\d\d)"), Play.at),
    (re.compile(r"after (\d+) (days?|hours?|minutes?)"), Play.after),
    (re.compile(r'(\S+@\S+) writes "(.*)"'), Play.writes),
    (re.compile(r'(\S+@\S+) presses(?: (\S+@\S+)\'s)? "(.*)"'), Play.presses),
    (re.compile(r"(\S+@\S+) moves (\d+): (.+)"), Play.moves),
    (re.compile(r'(\S+@\S+) answers(?: (\S+@\S+)\'s mail)? "(.*)"'), Play.answers),
    (re.compile(r"ticket (\d+) is (.+)"), Play.ticket),
    (re.compile(r"(\d+) mails? to (\S+@\S+)"), Play.mails),
    (re.compile(r'(\S+@\S+) reads "(.*)"'), Play.reads),
    (re.compile(r'(\S+@\S+) never reads "(.*)"'), Play.never_reads),
    (re.compile(r"outcome is (.+)"), Play.outcome),
)


def read_script(path: Path) -> list[tuple[int, str, str]]:
    """The steps of a script as (line number, step, indented text below it)."""
    steps: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("  ") or (not line.strip() and steps and steps[-1][2]):
            steps[-1][2].append(line[2:])
        elif line.strip() and not line.startswith("#"):
            steps.append((number, line.strip(), []))
    return [(number, step, "\n".join(text).strip()) for number, step, text in steps]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_conversation(script: Path) -> None:
    """Every line of the script holds."""
    world = World()
    play = Play(world)
    try:
        for number, step, text in read_script(script):
            found = next(((how, m) for pattern, how in STEPS if (m := pattern.fullmatch(step))), None)
            assert found, f"{script.name}:{number}: no such step: {step}"
            try:
                found[0](play, text, *found[1].groups())
            except AssertionError as fault:
                raise AssertionError(f"{script.name}:{number}: {step}\n{fault}") from fault
    finally:
        world.close()
