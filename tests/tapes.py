"""Scripted IMAP and SMTP servers that play tapes of faults, and what becomes of a desk's mail between them.

A tape is a list of strikes: at the next command of that name, this happens. Tapes are written out for each rule that we keep with
servers, or drawn from a seed, so that each can be played again: `python -m tests.tapes` plays all of them and prints what happened.
"""

import asyncio
import contextlib
import random
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any, Protocol, cast

from mailticket.demo.letters import write
from mailticket.edges.imap import ImapSource
from mailticket.edges.smtp import SmtpSink
from mailticket.model.outcome import SourceError
from mailticket.model.policy import Mailbox, Relay, Server
from mailticket.rounds.deliver import deliver
from tests.servers import free_port, in_thread
from tests.world import World

WAIT, PATIENT = 1.5, 30.0
"""Seconds after which our side gives a server up, instead of a minute: one whose tape makes it fall silent, and any other."""
MODERN = "IMAP4rev1 LITERAL+ IDLE UIDPLUS MOVE"
PEOPLE = 6
QUIET = 4
"""Rounds without anything to do after which what is left of a tape will find nothing to strike at."""


@dataclass(frozen=True)
class Strike:
    """At the next command of that name (IMAP: see `name_of`; SMTP: GREETING, EHLO, AUTH, MAIL, RCPT, DATA, DOT) this happens."""

    at: str
    what: str
    word: str = ""

    def __str__(self) -> str:
        return f"{self.at}: {self.what}{' ' if self.word else ''}{self.word}"


class Tape:
    """What is still to happen; each strike falls once. `played` keeps what did happen."""

    def __init__(self, strikes: Sequence[Strike]) -> None:
        self.left, self.played = list(strikes), list[Strike]()

    @property
    def wait(self) -> float:
        return WAIT if any(strike.what == "silence" for strike in self.left) else PATIENT

    def take(self, name: str) -> Strike | None:
        found = next((strike for strike in self.left if strike.at == name), None)
        if found:
            self.left.remove(found)
            self.played.append(found)
        return found


class Talker(Protocol):
    port: int

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None: ...


@contextlib.contextmanager
def listening(talker: Talker) -> Iterator[None]:
    """The server in a thread of its own; every conversation ends with the block."""

    @contextlib.asynccontextmanager
    async def listen() -> AsyncIterator[None]:
        tasks: set[asyncio.Task[Any]] = set()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.add(cast("asyncio.Task[Any]", asyncio.current_task()))
            with contextlib.suppress(asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
                await talker.talk(reader, writer)
            writer.transport.abort()

        server = await asyncio.start_server(connected, "127.0.0.1", talker.port, limit=2**20)
        try:
            yield
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    with in_thread(listen()):
        yield


class GoneError(ConnectionError):
    """The conversation is over."""


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, how: str, answer: bytes) -> None:
    """The ways in which a server goes away: "close", "cut" (half an answer), "silence" (until the other side leaves), "bye"."""
    if how == "silence":
        await reader.read(-1)
    elif how == "cut":
        writer.write(answer[: max(1, len(answer) // 2)])
        await writer.drain()
    elif how == "bye":
        writer.write(b"* BYE shutting down\r\n")
        await writer.drain()
    raise GoneError


# --- IMAP ------------------------------------------------------------------------------------------------------------------------


@dataclass
class Kept:
    """A mail on the server."""

    raw: bytes
    at: datetime
    flags: set[str] = field(default_factory=set)


def name_of(command: str) -> str:
    """The name by which a tape knows a command: FETCH is FACTS when it asks for no bodies."""
    words = command.upper().removeprefix("UID ").split(" ", 1)
    return "FACTS" if words[0] == "FETCH" and "BODY" not in words[1] else words[0]


@dataclass
class FakeImap:
    """A mailbox server with real folders, UIDs and flags, whose tape strikes as it is told. `wrong` keeps commands that nobody may send."""

    tape: Tape
    capabilities: str = MODERN
    folders: dict[str, dict[int, Kept]] = field(default_factory=lambda: {"INBOX": {}})
    uidvalidity: int = 7
    last: Counter[str] = field(default_factory=Counter)
    read_only: bool = False
    full: bool = False
    heard: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    port: int = field(default_factory=free_port)

    def put(self, raw: bytes, at: datetime, folder: str = "INBOX") -> None:
        self.last[folder] += 1
        self.folders[folder][self.last[folder]] = Kept(raw, at)

    def renumber(self) -> None:
        """All UIDs are given anew."""
        self.uidvalidity += 1
        mails = list(self.folders["INBOX"].values())
        self.folders["INBOX"] = dict(enumerate(mails, start=1))
        self.last["INBOX"] = len(mails)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._answer(reader, writer, "GREETING", "*", f"* OK [CAPABILITY {self.capabilities}] ready\r\n".encode())
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            tag, _, command = line.partition(" ")
            name = name_of(command)
            self.heard[name] += 1
            if name in ("EXPUNGE", "STORE", "COPY", "MOVE", "FETCH", "FACTS") and not command.startswith("UID"):
                self.wrong.append(command)
            if name == "IDLE":
                writer.write(b"+ idling\r\n")
                command = (await reader.readline()).decode() and "IDLE"
            strike = self.tape.take(name)
            if strike and strike.what in ("renumber", "half"):
                self._prepare(strike, command)
            answer = b"" if strike and strike.what in ("no", "bad") else self._carry_out(command)
            await self._answer(reader, writer, strike or name, tag, answer + f"{tag} OK done\r\n".encode())
            if name == "LOGOUT":
                return

    def _prepare(self, strike: Strike, command: str) -> None:
        if strike.what == "renumber":
            self.renumber()
            return
        uids = self._uids(command.split(" ")[2])
        self._carry_out(f"UID MOVE {','.join(map(str, uids[: len(uids) // 2]))} {command.split(' ', 3)[3]}")

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, at: Strike | str, tag: str, answer: bytes) -> None:
        strike = at if isinstance(at, Strike) else self.tape.take(at) if at == "GREETING" else None
        what, word = (strike.what, strike.word) if strike else ("", "")
        if what in ("close", "cut", "silence", "bye"):
            await hang_up(reader, writer, what, answer)
        if what in ("no", "bad", "half"):
            answer = f"{tag} {'BAD' if what == 'bad' else 'NO'} {f'[{word}] ' if word else ''}refused\r\n".encode()
        elif what == "missing":
            answer = _without_first(answer)
        elif what == "noise":
            answer = b"* OK still here\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* 99 EXISTS\r\n" + answer
        elif what == "garbage":
            answer = b"* 1 FETCH (UID \xff\xfe (((\r\n" + answer
        for start in range(0, len(answer), 97 if what == "split" else len(answer)):
            writer.write(answer[start : start + (97 if what == "split" else len(answer))])
            await writer.drain()

    def _carry_out(self, command: str) -> bytes:
        words = command.removeprefix("UID ").split(" ", 2)
        method = getattr(self, f"_do_{words[0].lower()}", None)
        return "".join(method(*words[1:])).encode("latin-1") if method else b""

    def _do_capability(self) -> Iterator[str]:
        yield f"* CAPABILITY {self.capabilities}\r\n"

    def _do_select(self, folder: str, *_: str) -> Iterator[str]:
        yield f"* {len(self.folders['INBOX'])} EXISTS\r\n* OK [UIDVALIDITY {self.uidvalidity}]\r\n"
        yield f"* OK [UIDNEXT {self.last['INBOX'] + 1}]\r\n* OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)]\r\n"
        yield f"* OK [{'READ-ONLY' if self.read_only else 'READ-WRITE'}]\r\n"

    _do_examine = _do_select

    def _do_list(self, *_: str) -> Iterator[str]:
        yield '* LIST () "/" Done\r\n' if "Done" in self.folders else ""

    def _do_create(self, *_: str) -> Iterator[str]:
        self.folders.setdefault("Done", {})
        yield ""

    def _uids(self, ranges: str) -> list[int]:
        """The UIDs that a set names; `n:*` names the last mail whatever n is (RFC 3501 s.6.4.8)."""
        there, found = sorted(self.folders["INBOX"]), set[int]()
        for one in ranges.split(","):
            first, _, last = one.partition(":")
            low, high = int(first), (there[-1] if there else 0) if last == "*" else int(last or first)
            found |= {uid for uid in there if min(low, high) <= uid <= max(low, high)}
        return sorted(found)

    def _do_search(self, _: str, rest: str) -> Iterator[str]:
        ranges, _, more = rest.partition(" ")
        inbox = self.folders["INBOX"]
        uids = [u for u in self._uids(ranges) if not ("UNDELETED" in more and "\\Deleted" in inbox[u].flags)]
        uids = [u for u in uids if not ("UNKEYWORD" in more and "$MailTicket" in inbox[u].flags)]
        yield f"* SEARCH{''.join(f' {uid}' for uid in uids)}\r\n"

    def _do_fetch(self, ranges: str, items: str) -> Iterator[str]:
        inbox = self.folders["INBOX"]
        for uid in self._uids(ranges):
            mail, at = inbox[uid], inbox[uid].at.astimezone(UTC)
            facts = f'UID {uid} RFC822.SIZE {len(mail.raw)} INTERNALDATE "{at:%d-%b-%Y %H:%M:%S} +0000"'
            body = f" BODY[] {{{len(mail.raw)}}}\r\n{mail.raw.decode('latin-1')}" if "BODY" in items else ""
            yield f"* {sorted(inbox).index(uid) + 1} FETCH ({facts}{body})\r\n"

    def _do_store(self, ranges: str, rest: str) -> Iterator[str]:
        for uid in self._uids(ranges):
            self.folders["INBOX"][uid].flags |= set(rest.partition("(")[2].rstrip(")").split())
        yield ""

    def _do_copy(self, ranges: str, _: str) -> Iterator[str]:
        for uid in self._uids(ranges):
            self.put(self.folders["INBOX"][uid].raw, self.folders["INBOX"][uid].at, "Done")
        yield ""

    def _do_move(self, ranges: str, folder: str) -> Iterator[str]:
        yield from self._do_copy(ranges, folder)
        for uid in self._uids(ranges):
            del self.folders["INBOX"][uid]

    def _do_expunge(self, ranges: str) -> Iterator[str]:
        for uid in self._uids(ranges):
            if "\\Deleted" in self.folders["INBOX"][uid].flags:
                del self.folders["INBOX"][uid]
        yield ""


def _without_first(answer: bytes) -> bytes:
    """The answer to FETCH or SEARCH without its first mail, under the same tagged OK."""
    if answer.startswith(b"* SEARCH "):
        return re.sub(rb"^(\* SEARCH) \d+", rb"\1", answer)
    found = re.match(rb"\* \d+ FETCH \([^{\r]*\{(\d+)\}\r\n", answer)
    return answer[found.end() + int(found[1]) + len(b")\r\n") :] if found else answer.partition(b"\r\n")[2]


# --- SMTP ------------------------------------------------------------------------------------------------------------------------


@dataclass
class FakeSmtp:
    """A relay that keeps what it accepts. Beside a reply ("450 4.2.1 busy") a tape may tell it to hang up, fall silent, or trickle.

    At DOT, "taken" before "close" or "silence" accepts the mail first: the worst moment, for nobody can know.
    """

    tape: Tape
    refused: dict[str, str] = field(default_factory=dict)
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    heard: Counter[str] = field(default_factory=Counter)
    port: int = field(default_factory=free_port)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""
        await self._answer(reader, writer, "GREETING", "220 sink ESMTP")
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            name = line.split(" ")[0].split(":")[0].upper()
            self.heard[name] += 1
            if name == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
            reply = self.refused.get(recipient, "250 2.1.5 OK") if name == "RCPT" else _REPLIES.get(name, "250 2.0.0 OK")
            code = await self._answer(reader, writer, name, reply)
            if name == "QUIT":
                return
            if name == "DATA" and code == "354":
                await self._take(reader, writer, recipient)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recipient: str) -> None:
        raw = (await reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
        strike = next((one for one in self.tape.left if one.at == "DOT"), None)
        if strike is None or strike.word == "taken" or strike.what == "trickle":
            self.accepted.append((recipient, raw))
        await self._answer(reader, writer, "DOT", "250 2.0.0 OK taken")

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str, reply: str) -> str:
        strike = self.tape.take(name)
        what = strike.what if strike else ""
        if what in ("close", "cut", "silence"):
            await hang_up(reader, writer, what, reply.encode())
        reply = f"{what} {strike.word}".strip() if strike and what[:1].isdigit() else "what is this" if what == "garbage" else reply
        for part in reply if what == "trickle" else [reply]:
            writer.write(part.encode())
            await writer.drain()
            await asyncio.sleep(0.002 if what == "trickle" else 0)
        writer.write(b"\r\n")
        await writer.drain()
        if reply.startswith("421"):
            raise GoneError
        return reply[:3]


_REPLIES = {"EHLO": "250-sink\r\n250-SIZE 30000000\r\n250 8BITMIME", "DATA": "354 go on", "QUIT": "221 bye"}


# --- a desk between the two ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Played:
    """What became of a desk's mail: `rounds` (of two minutes) until all was done, tickets a sender, distinct acknowledgements and copies a person."""

    rounds: int
    tickets: dict[str, int]
    acknowledgements: dict[str, int]
    copies: int
    outcomes: dict[str, int]
    left: int
    moved: int
    wrong: list[str]
    unplayed: list[Strike]
    permanent: int
    complaints: tuple[str, ...]
    failed: int

    def __str__(self) -> str:
        outcomes = ", ".join(f"{count} {name}" for name, count in self.outcomes.items())
        more = f", {self.copies} sent again with the same id" if self.copies else ""
        more += f", not played: {', '.join(map(str, self.unplayed))}" if self.unplayed else ""
        return f"{self.rounds} rounds: {outcomes}; {len(self.acknowledgements)} acknowledged{more}; {self.moved} moved, {self.left} left"


def letter(number: int, at: datetime) -> bytes:
    return write(f"person{number}@example.com", f"Certificate {number}", f"Where is my certificate number {number}, please?", at)


def play(imap: FakeImap, smtp: FakeSmtp, *, done: str = "Done", most: int = 40, late: int = 2) -> Played:
    """A desk with `PEOPLE` requesters, `late` of whom write later, until all is quiet: the tapes played, everybody served."""
    world = World()
    mailbox = Mailbox("info", Server("imap", "127.0.0.1", imap.port, "desk@example.sa", "none", "INBOX"), done_folder=done)
    source = ImapSource(mailbox, "secret", timeout=imap.tape.wait)
    sink = SmtpSink(Relay(Server("smtp", "127.0.0.1", smtp.port, "", "none"), connections=2), "", timeout=smtp.tape.wait, final=smtp.tape.wait)
    world.source, world.sink = source, sink  # type: ignore[assignment]  # the real doors in the place of their twins
    world.folder = replace(world.folder, mailbox=mailbox, source=source)
    permanent, complaints, rounds, quiet = 0, dict[str, None](), 0, 0
    for number in range(1, PEOPLE - late + 1):
        imap.put(letter(number, world.clock.now()), world.clock.now())
    with listening(imap), listening(smtp):
        for rounds in range(1, most + 1):
            world.clock.advance(timedelta(minutes=2))
            try:
                world.rounds()
            except SourceError as fault:  # as in the daemon, what waits in the outbox goes all the same
                permanent += fault.permanent
                world.runner.run(deliver(world.store, world.sink, world.road))
            complaints |= dict.fromkeys(filter(None, [source.complaint]))
            if rounds == 3:
                for number in range(PEOPLE - late + 1, PEOPLE + 1):
                    imap.put(letter(number, world.clock.now()), world.clock.now())
            quiet = quiet + 1 if rounds > 3 and is_quiet(world, imap, done) else 0
            if quiet and (quiet == QUIET or not (imap.tape.left or smtp.tape.left)):
                break
        source.close()
        world.runner.run(sink.close())
    played = judge(world, imap, smtp, rounds, permanent, tuple(complaints))
    world.close()
    return played


def is_quiet(world: World, imap: FakeImap, done: str) -> bool:
    """Whether nothing is to be done: each mail has its row and is out of the way, and nothing waits in the outbox."""
    waiting = [row for row in world.store.outbox() if row.state == "queued" and row.lane == "acknowledgement"]
    standing = [mail for mail in imap.folders["INBOX"].values() if "\\Deleted" not in mail.flags]
    return len(world.store.ledger_rows()) >= PEOPLE and not waiting and (imap.read_only or imap.full or not done or not standing)


def judge(world: World, imap: FakeImap, smtp: FakeSmtp, rounds: int, permanent: int, complaints: tuple[str, ...]) -> Played:
    tickets = Counter(ticket.requester for ticket in world.store.tickets())
    ids: dict[str, Counter[str]] = defaultdict(Counter)
    for recipient, raw in smtp.accepted:
        if recipient.startswith("person"):
            ids[recipient][str(message_from_bytes(raw)["Message-ID"])] += 1
    return Played(
        rounds=rounds,
        tickets=dict(tickets),
        acknowledgements={person: len(found) for person, found in sorted(ids.items())},
        copies=sum(sum(found.values()) - len(found) for found in ids.values()),
        outcomes=dict(world.store.ledger_counts()),
        left=len(imap.folders["INBOX"]),
        moved=len(imap.folders.get("Done", {})),
        wrong=imap.wrong,
        unplayed=[*imap.tape.left, *smtp.tape.left],
        permanent=permanent,
        complaints=complaints,
        failed=sum(row.state == "failed" for row in world.store.outbox()),
    )


# --- tapes -------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One rule of how we talk to servers, as strikes. `copies` says whether the same mail may go out twice; `left` how many stay behind."""

    imap: tuple[Strike, ...] = ()
    smtp: tuple[Strike, ...] = ()
    capabilities: str = MODERN
    copies: bool = False
    doubles: int = 0
    stays: bool = False
    read_only: bool = False
    full: bool = False
    refused: str = ""

    def run(self) -> Played:
        imap = FakeImap(Tape(self.imap), self.capabilities, read_only=self.read_only, full=self.full)
        smtp = FakeSmtp(Tape(self.smtp), {"person1@example.com": self.refused} if self.refused else {})
        return play(imap, smtp)


def at(name: str, *whats: str, word: str = "") -> tuple[Strike, ...]:
    return tuple(Strike(name, what, word) for what in whats)


ROWS: dict[str, Row] = {
    "nothing happens": Row(),
    "BYE as a greeting": Row(at("GREETING", "bye")),
    "BYE at each command": Row(sum((at(n, "bye") for n in ("LOGIN", "SELECT", "SEARCH", "FACTS", "FETCH", "STORE", "MOVE")), ())),
    "hung up at each command": Row(sum((at(n, "close") for n in ("LOGIN", "SELECT", "SEARCH", "FACTS", "FETCH", "STORE", "MOVE")), ())),
    "cut inside a literal": Row(at("FETCH", "cut", "cut")),
    "cut inside each answer": Row(sum((at(n, "cut") for n in ("SELECT", "SEARCH", "FACTS", "FETCH", "STORE")), ())),
    "half-open: silence at SELECT": Row(at("SELECT", "silence")),
    "half-open: silence at FETCH": Row(at("FETCH", "silence")),
    "half-open: silence after the move": Row(at("MOVE", "silence")),
    "answers in small pieces": Row(sum((at(n, "split", "split") for n in ("SELECT", "SEARCH", "FACTS", "FETCH")), ())),
    "unsolicited answers between": Row(sum((at(n, "noise", "noise") for n in ("SELECT", "SEARCH", "FACTS", "FETCH", "STORE", "MOVE")), ())),
    "nonsense between": Row(at("FACTS", "garbage") + at("FETCH", "garbage") + at("SEARCH", "garbage")),
    "a UID missing under a tagged OK, facts": Row(at("FACTS", "missing", "missing")),
    "a UID missing under a tagged OK, bodies": Row(at("FETCH", "missing", "missing")),
    "a UID missing in the answer to SEARCH": Row(at("SEARCH", "missing")),
    "NO and BAD to each command": Row(sum((at(n, "no", "bad") for n in ("SELECT", "SEARCH", "FACTS", "FETCH", "STORE", "MOVE")), ())),
    "UNAVAILABLE, INUSE, LIMIT at login": Row(
        at("LOGIN", "no", word="UNAVAILABLE") + at("LOGIN", "no", word="INUSE") + at("LOGIN", "no", word="LIMIT")
    ),
    "AUTHENTICATIONFAILED at login": Row(at("LOGIN", "no", word="AUTHENTICATIONFAILED")),
    "a new UIDVALIDITY": Row(at("SELECT", "noise", "noise", "noise", "renumber"), stays=True, capabilities="IMAP4rev1 IDLE", doubles=1),
    "MOVE half succeeds": Row(at("MOVE", "half")),
    "no MOVE": Row(capabilities="IMAP4rev1 UIDPLUS"),
    "no MOVE, no UIDPLUS": Row(capabilities="IMAP4rev1", stays=True),
    "no IDLE, no LITERAL+, nothing": Row(at("FETCH", "cut"), capabilities="IMAP4rev1", stays=True),
    "READ-ONLY": Row(read_only=True, stays=True),
    "OVERQUOTA": Row(at("MOVE", *["no"] * 2, word="OVERQUOTA"), stays=True, full=True),
    "450 to a recipient": Row(smtp=at("RCPT", "450", word="4.2.1 busy")),
    "421 at each stage": Row(smtp=sum((at(n, "421", word="4.3.2 closing") for n in ("GREETING", "EHLO", "MAIL", "RCPT", "DATA", "DOT")), ())),
    "451 at each stage": Row(smtp=sum((at(n, "451", word="4.3.0 later") for n in ("MAIL", "RCPT", "DATA", "DOT")), ())),
    "a storm of 4yz": Row(smtp=at("RCPT", *["450"] * 12, word="4.7.1 greylisted")),
    "550 to one of them": Row(refused="550 5.1.1 no such person"),
    "hung up at each stage": Row(smtp=sum((at(n, "close") for n in ("GREETING", "EHLO", "MAIL", "RCPT", "DATA", "DOT")), ())),
    "silence at each stage": Row(smtp=sum((at(n, "silence") for n in ("GREETING", "EHLO", "MAIL", "RCPT", "DATA")), ()), copies=True),
    "silence after the final dot": Row(smtp=at("DOT", "silence"), copies=True),
    "taken, and no reply to the final dot": Row(smtp=at("DOT", "silence", "close", word="taken"), copies=True),
    "a tarpit": Row(smtp=sum((at(n, "trickle", "trickle") for n in ("GREETING", "EHLO", "MAIL", "RCPT", "DATA", "DOT")), ())),
    "nonsense from the relay": Row(smtp=sum((at(n, "garbage") for n in ("EHLO", "MAIL", "RCPT", "DATA", "DOT")), ()), copies=True),
}
"""security.md's paragraph on IMAP and SMTP, a rule a row, and what each server may do besides."""

_IMAP_FAULTS = ("bye", "close", "cut", "silence", "no", "bad", "noise", "split", "garbage", "missing")
_SMTP_FAULTS = ("421 4.3.2 closing", "450 4.2.1 busy", "451 4.3.0 later", "close", "silence", "garbage", "trickle", "cut")


def draw(seed: int) -> Row:
    """A tape by chance, the same for the same seed."""
    dice = random.Random(seed)
    imap = [Strike(dice.choice(["GREETING", "LOGIN", "SELECT", "SEARCH", "FACTS", "FETCH", "STORE", "MOVE"]), dice.choice(_IMAP_FAULTS)) for _ in range(9)]
    imap = [replace(one, what="cut") if one.what == "missing" and one.at not in ("FACTS", "FETCH") else one for one in imap]
    imap = [replace(one, word="UNAVAILABLE") if one.at == "LOGIN" else one for one in imap]
    smtp = []
    for _ in range(7):
        what, _, word = dice.choice(_SMTP_FAULTS).partition(" ")
        smtp.append(Strike(dice.choice(["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "DOT"]), what, word))
    return Row(tuple(imap), tuple(smtp), copies=True)


def main() -> None:
    """Play every tape, and say what happened: the row's name, and a line of figures."""
    for name, row in [*ROWS.items(), *((f"tape of seed {seed}", draw(seed)) for seed in range(1, 13))]:
        print(f"{name:<45} {row.run()}")


if __name__ == "__main__":
    main()
