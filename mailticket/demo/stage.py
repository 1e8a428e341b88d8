"""The stage of the demonstration: embedded servers, a mailbox for every invented person, and all that was sent kept as files."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from mailticket.demo.letters import part, read
from mailticket.demo.samples import DESK, FAHAD, LINA, NOURA, SARA, TARIQ
from mailticket.edges.demo_servers import DemoMail, run_imap, run_smtp
from mailticket.edges.imap import ImapSource
from mailticket.model.policy import Agent, Bilingual, Database, Desk, Mailbox, Server, Settings, Smtp
from mailticket.settings import make_secret

PASSWORD = "demo"  # noqa: S105  (of servers that live on loopback for as long as the demonstration)
AGENTS = (
    Agent(SARA, Bilingual("سارة", "Sara"), teams=("certificate", "enrolment", "content")),
    Agent("omar@example.sa", Bilingual("عمر", "Omar"), teams=("account", "platform", "live", "trainer")),
    Agent("huda@example.sa", Bilingual("هدى", "Huda"), teams=("general", "oversight"), manager=True),
)
PEOPLE = (DESK, NOURA, FAHAD, LINA, TARIQ, *(agent.email for agent in AGENTS))


@dataclass(slots=True)
class Stage:
    """The servers, and what was sent through them."""

    folder: Path
    imap: Server
    smtp: Server
    arrived: "asyncio.Queue[DemoMail]"
    outbox: dict[str, list[EmailMessage]] = field(default_factory=lambda: defaultdict(list))
    count: int = 0

    async def put(self, person: str, raw: bytes, at: datetime | None = None) -> None:
        """Lay a mail into somebody's mailbox."""
        await asyncio.to_thread(self._put, person, raw, at)

    def _put(self, person: str, raw: bytes, at: datetime | None) -> None:
        source = ImapSource(Mailbox(person, Server("imap", self.imap.host, self.imap.port, person, "none", "INBOX")), PASSWORD)
        try:
            source.open()
            source.append(raw, at)
        finally:
            source.close()

    async def sort(self) -> None:
        """Take mail after mail: into a file, and into the mailbox of each recipient who has one here."""
        while True:
            mail = await self.arrived.get()
            self.count += 1
            for person in mail.recipients:
                self.file(person, mail)
                if (home := find_home(person)) is not None:
                    await self.put(home, mail.raw)
            self.arrived.task_done()

    def file(self, person: str, mail: DemoMail) -> None:
        """One mail as .eml, and its HTML for a browser."""
        message = read(mail.raw)
        message["X-Envelope-From"] = mail.sender
        self.outbox[person].append(message)
        name = self.folder / "sent" / f"{self.count:03}-{person.partition('@')[0]}.eml"
        name.parent.mkdir(exist_ok=True)
        name.write_bytes(mail.raw)
        name.with_suffix(".html").write_text(part(message, "html"), encoding="utf-8")


def find_home(address: str) -> str | None:
    """Whose mailbox an address belongs to, its detail behind the plus left out; None for people who have none here."""
    local, _, domain = address.lower().partition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    return plain if plain in PEOPLE else None


@asynccontextmanager
async def open_stage(folder: Path) -> AsyncIterator[Stage]:
    """Start the servers and the sorting of mail; everything ends with the block."""
    arrived: asyncio.Queue[DemoMail] = asyncio.Queue()

    def keep(mail: DemoMail) -> str:
        arrived.put_nowait(mail)
        return ""

    async with run_imap(dict.fromkeys(PEOPLE, PASSWORD)) as imap, run_smtp(keep) as smtp:
        stage = Stage(folder, imap, smtp, arrived)
        sorting = asyncio.create_task(stage.sort())
        try:
            yield stage
        finally:
            sorting.cancel()
            with suppress(asyncio.CancelledError):
                await sorting


def stage_settings(stage: Stage, since: datetime) -> Settings:
    """The settings of a desk on this stage; nothing is held, so that an agent's answer is seen at once."""
    secret = stage.folder / "secret.key"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(f"a {make_secret()}\n", encoding="ascii")
    return Settings(
        desk=Desk(address=DESK, secret_file=secret, hold=timedelta(0)),
        mailboxes=(Mailbox("info", stage.imap, password_env="DEMO_PASSWORD", since=since),),  # noqa: S106  (the variable's name)
        smtp=Smtp(stage.smtp),
        root=stage.folder,
        database=Database(f"sqlite:///{stage.folder / 'mailticket.db'}"),
        agents=AGENTS,
    )
