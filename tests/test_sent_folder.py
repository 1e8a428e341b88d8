"""The Sent folder: what is written in the shared mailbox's own web mail joins its ticket, and nothing else that lies there does anything."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailticket.daemon.house import open_house
from mailticket.daemon.ledger import compare_ledger
from mailticket.daemon.once import run_once
from mailticket.demo.letters import answer, read, write
from mailticket.edges.imap import ImapSource
from mailticket.model.policy import Database, Mailbox, Smtp
from mailticket.model.ticket import Status, Ticket, Visibility, What
from mailticket.rounds.collect import Folder
from mailticket.settings import make_secret
from tests.people import DESK, HUDA, SARA, make_settings
from tests.servers import PASSWORD, DovecotServer, SmtpServer
from tests.world import MemorySource, World

NOURA, KHALID = "noura@example.com", "khalid@example.com"
MINUTE = timedelta(minutes=1)
WORDS = "السلام عليكم، صدرت شهادتكم اليوم، وتجدونها في حسابكم على المنصة."


@pytest.fixture
def world() -> Iterator[World]:
    """Ticket 1001 of Noura's, acknowledged, with a Sent folder beside the inbox."""
    opened = World()
    sent = MemorySource(opened.clock, "Sent")
    opened.folder = replace(opened.folder, sent=Folder(opened.folder.mailbox, sent, opened.folder.reader, opened.store))
    opened.receive(question(opened))
    opened.wait(5 * MINUTE)
    yield opened
    opened.close()


def question(world: World) -> bytes:
    return write(NOURA, "الشهادة", "لم تصلني شهادتي من منصة منار", datetime(2026, 11, 24, 6, tzinfo=UTC), name="نورة")


def by_web_mail(world: World, text: str = WORDS, *, to: str = NOURA, subject: str = "رد: الشهادة", sender: str = DESK, **headers: str) -> bytes:
    """An answer as web mail writes it: in answer to Noura's own mail."""
    asked = str(read(question(world))["Message-ID"])
    fields = {"In-Reply-To": asked, "References": asked, **{k.replace("_", "-"): v for k, v in headers.items()}}
    return write(sender, subject, text, world.clock.now(), to=to, headers=fields)


def file_sent(world: World, raw: bytes, *, draft: bool = False) -> str:
    """A mail is filed in the Sent folder, and the desk does its rounds; the disposition in the ledger."""
    source = world.folder.sent.source if world.folder.sent else None
    assert isinstance(source, MemorySource)
    uid = source.put(raw)
    if draft:
        source.drafts.add(uid)
    world.rounds()
    return world.store.ledger_rows()[-1].disposition.value


def ticket(world: World, number: int = 1001) -> Ticket:
    found = world.store.ticket(number)
    assert found
    return found


def test_an_answer_joins_and_stops_the_clock(world: World) -> None:
    """The ticket waits for the requester, its first answer is the web mail's, the team hears of it, and the requester hears nothing more."""
    told, before = len(world.sent(SARA.email)), len(world.sent(NOURA))
    at = world.clock.now()
    assert file_sent(world, by_web_mail(world)) == "agent action"
    now = ticket(world)
    assert (now.status, now.first_response, now.clock.since, now.owner) == (Status.WAITING, at, None, "")
    entry = world.store.entries(1001)[-1]
    assert (entry.what, entry.by, entry.visibility, entry.text) == (What.REPLY, "unknown agent", Visibility.PUBLIC, WORDS)
    assert len(world.sent(NOURA)) == before
    (notice,) = world.sent(SARA.email)[told:]
    assert notice["X-MailTicket"] == "1001"


def test_the_answer_to_it_joins_too(world: World) -> None:
    """A requester who answers the web mail's own Message-ID, without tag, is on the ticket."""
    raw = by_web_mail(world)
    file_sent(world, raw)
    world.wait(MINUTE)
    world.receive(write(NOURA, "شكرا", "وأين أجدها بالضبط؟", world.clock.now(), headers={"In-Reply-To": str(read(raw)["Message-ID"])}))
    assert (len(world.store.tickets()), ticket(world).status) == (1, Status.OPEN)


def test_an_answer_to_our_acknowledgement_joins(world: World) -> None:
    """Web mail that answers by the tag, or by what the requester cited of ours, is an answer too."""
    assert file_sent(world, write(DESK, "Re: الشهادة [MT-1001]", WORDS, world.clock.now(), to=NOURA)) == "agent action"
    assert ticket(world).status is Status.WAITING


def other_id(raw: bytes) -> bytes:
    return re.sub(rb"(?m)^Message-ID:[^\r]*(?:\r\n[ \t][^\r]*)*", b"Message-ID: <0100018f@eu-west-1.host.example>", raw)


def without(*names: str) -> Callable[[bytes], bytes]:
    def strip(raw: bytes) -> bytes:
        for name in names:
            raw = re.sub(rb"(?m)^" + name.encode() + rb"[\w-]*:[^\r]*\r\n(?:[ \t][^\r]*\r\n)*", b"", raw)
        return raw

    return strip


COPIES: dict[str, Callable[[bytes], bytes]] = {
    "as it went": lambda raw: raw,
    "another Message-ID": other_id,
    "no fields of ours": lambda raw: without("X-MailTicket", "Auto-Submitted")(other_id(raw)),
    "nothing of ours at all": lambda raw: without("X-MailTicket", "Auto-Submitted", "Reply-To", "References")(other_id(raw)),
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_our_own_submissions_change_nothing(world: World, copy: Callable[[bytes], bytes]) -> None:
    """Acknowledgement, relayed answer and notices that a host files there, under whatever Message-ID, are no answers."""
    notice = world.sent(SARA.email)[-1]
    world.receive(answer(notice, SARA.email, "سننظر في الأمر اليوم إن شاء الله", world.clock.now()))
    world.receive(write(NOURA, "Re: x [MT-1001]", "وما زلت أنتظر", world.clock.now()))
    before, entries, count = ticket(world), len(world.store.entries(1001)), len(world.sink.sent)
    assert {one.recipient for one in world.sink.sent} >= {NOURA, SARA.email}
    for one in list(world.sink.sent):
        assert file_sent(world, copy(one.raw)) == "filed"
    assert (ticket(world), len(world.store.entries(1001)), len(world.sink.sent)) == (before, entries, count)


def footed(raw: bytes) -> bytes:
    """A copy whose host took the marks away and put a footer below."""
    mail = read(COPIES["nothing of ours at all"](raw))
    body = mail.get_body(("plain",))
    assert body is not None
    text = f"{body.get_content()}\n\nThis mail was scanned."
    return write(DESK, str(mail["Subject"]), text, datetime(2026, 11, 24, 6, 2, tzinfo=UTC), to=NOURA)


def test_a_copy_with_a_footer_is_ours(world: World) -> None:
    """A line that a host puts below our words does not make them somebody else's."""
    acknowledgement = next(one for one in world.sink.sent if one.recipient == NOURA)
    assert file_sent(world, footed(acknowledgement.raw)) == "filed"
    assert ticket(world).status is Status.NEW


def test_the_same_answer_counts_once(world: World) -> None:
    """The web mail's copy and the server's, under one id or two, and a copy that came to the inbox too, are one answer."""
    raw = by_web_mail(world, Cc=DESK)
    world.receive(raw)
    assert file_sent(world, raw) == "agent action"
    assert file_sent(world, raw) == "duplicate"
    world.wait(MINUTE)
    assert file_sent(world, other_id(raw)) == "duplicate"
    assert [e.what for e in world.store.entries(1001)] == [What.MAIL, What.REPLY]


NOTHING: dict[str, Callable[[World], bytes]] = {
    "to somebody else": lambda w: by_web_mail(w, to=KHALID),
    "to an agent": lambda w: by_web_mail(w, to=HUDA.email),
    "to the desk": lambda w: by_web_mail(w, to=DESK),
    "from somebody else": lambda w: by_web_mail(w, sender=KHALID),
    "by a machine": lambda w: by_web_mail(w, Auto_Submitted="auto-replied"),
    "says nothing": lambda w: by_web_mail(w, ""),
    "to the requester, of no ticket": lambda w: write(DESK, "مرحبا", WORDS, w.clock.now(), to=NOURA),
    "another requester's ticket": lambda w: write(DESK, "x [MT-1001]", WORDS, w.clock.now(), to=KHALID),
    "no ticket of that number": lambda w: write(DESK, "x [MT-9999]", WORDS, w.clock.now(), to=NOURA),
    "unreadable": lambda w: b"\x00\x00",
}


@pytest.mark.parametrize("make", NOTHING.values(), ids=NOTHING)
def test_what_is_no_answer_changes_nothing(world: World, make: Callable[[World], bytes]) -> None:
    """Mail to others, from others, of machines and of no ticket is in the ledger, and that is all."""
    before, count = ticket(world), len(world.sink.sent)
    assert file_sent(world, make(world)) == "filed"
    assert (ticket(world), len(world.store.entries(1001)), len(world.sink.sent), len(world.store.tickets())) == (before, 1, count, 1)


def test_a_draft_changes_nothing_until_it_is_sent(world: World) -> None:
    """A draft that web mail keeps there is no answer; the mail that it becomes is."""
    raw = by_web_mail(world)
    assert file_sent(world, raw, draft=True) == "filed"
    assert ticket(world).status is Status.NEW
    assert file_sent(world, raw) == "agent action"


def test_who_wrote_since_is_not_waited_for(world: World) -> None:
    """An answer that was found late is on its ticket, but the requester's newer mail is still to be answered."""
    source = world.folder.sent.source if world.folder.sent else None
    assert isinstance(source, MemorySource)
    uid, at = source.put(by_web_mail(world)), world.clock.now()
    world.clock.advance(MINUTE)
    world.receive(write(NOURA, "x [MT-1001]", "لم أجدها، فأين هي؟", world.clock.now()))
    assert source.arrived[uid] == at
    now = ticket(world)
    assert (now.status, now.first_response) == (Status.OPEN, at)
    assert [e.what for e in world.store.entries(1001)] == [What.MAIL, What.MAIL, What.REPLY]


@pytest.mark.parametrize("folder", ["Sent", "العناصر المرسلة"])
def test_the_sent_folder_of_a_real_server(tmp_path: Path, dovecot: DovecotServer, smtp: SmtpServer, folder: str) -> None:
    """On Dovecot: the answer joins, drafts and our own copies do not, nothing there is marked, and the ledger misses none of it."""
    secret = tmp_path / "secret.key"
    secret.touch(mode=0o600)
    secret.write_text(f"a {make_secret()}\n")
    base = make_settings(tmp_path)
    account = dovecot.account()
    with dovecot.client(account) as client:
        client.create_folder(folder)
    settings = replace(
        base,
        desk=replace(base.desk, secret_file=secret),
        mailboxes=(Mailbox("info", dovecot.server(account), password_env="TEST_PASSWORD", sent_folder=folder),),
        smtp=Smtp(smtp.server()),
        database=Database(f"sqlite:///{tmp_path}/desk.db"),
    )
    environ = {"TEST_PASSWORD": PASSWORD}
    now = datetime.now(UTC)
    with open_house(settings, environ) as house:
        asked = write(NOURA, "certificate", "My certificate has not arrived.", now)
        dovecot.deliver(account, asked)
        assert asyncio.run(run_once(house))["tickets"] == 1
        reply = write(DESK, "Re: certificate", "It was issued today.", now, to=NOURA, headers={"In-Reply-To": str(read(asked)["Message-ID"])})
        ours = next(one.raw for one in smtp.accepted if NOURA in one.recipients)
        dovecot.deliver(account, reply, folder, flags=(b"\\Draft", b"\\Seen"))
        dovecot.deliver(account, other_id(ours), folder, flags=(b"\\Seen",))
        dovecot.deliver(account, reply, folder, flags=(b"\\Seen",))
        tally = asyncio.run(run_once(house))
        assert {key: tally[key] for key in ("collected", "filed", "agent_actions")} == {"collected": 3, "filed": 2, "agent_actions": 1}
        found = house.store.ticket(1001)
        assert found is not None
        assert (found.status, found.first_response is not None) == (Status.WAITING, True)
        assert asyncio.run(run_once(house))["collected"] == 0
    assert all(b"$MailTicket" not in flags for flags in dovecot.flags(account, folder).values())
    assert compare_ledger(settings, environ)["missing"] == []


def test_a_sent_folder_that_is_not_there_stops_no_mail(tmp_path: Path, dovecot: DovecotServer, world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A wrong name is logged with its remedy, and the inbox is collected all the same."""
    missing = Mailbox("info", dovecot.server(dovecot.account(), "No such folder"))
    broken = Folder(missing, ImapSource(missing, PASSWORD, is_sent=True), world.folder.reader, world.store)
    world.folder = replace(world.folder, sent=broken)
    world.receive(write(KHALID, "x", "where is my certificate?", world.clock.now()))
    assert len(world.store.tickets()) == 2
    assert "No such folder" in caplog.text
    broken.source.close()  # type: ignore[attr-defined]  # an ImapSource, which a round never closes
