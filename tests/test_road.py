"""The road over real servers: Dovecot, SMTP, and both databases; and what outsiders must never read."""

import asyncio
import email
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailticket.daemon.house import House, open_house
from mailticket.daemon.once import run_once
from mailticket.demo.letters import answer, read, write
from mailticket.model.policy import Database, Mailbox, Settings, Smtp
from mailticket.settings import make_secret
from tests.people import SARA, make_settings
from tests.servers import PASSWORD, DovecotServer, SmtpServer

NOURA, LINA = "noura@example.com", "lina@example.com"
ENVIRON = {"TEST_PASSWORD": PASSWORD}


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, dovecot: DovecotServer, smtp: SmtpServer) -> Settings:
    """A desk on a mailbox of its own."""
    url = f"sqlite:///{tmp_path}/desk.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    secret = tmp_path / "secret.key"
    secret.touch(mode=0o600)
    secret.write_text(f"a {make_secret()}\n")
    base = make_settings(tmp_path)
    return replace(
        base,
        desk=replace(base.desk, secret_file=secret),
        mailboxes=(Mailbox("info", dovecot.server(dovecot.account()), password_env="TEST_PASSWORD"),),
        smtp=Smtp(smtp.server()),
        database=Database(url),
    )


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    with open_house(settings, ENVIRON) as found:
        yield found


def receive(house: House, dovecot: DovecotServer, raw: bytes) -> dict[str, int]:
    """A mail arrives, and one round of everything is run."""
    dovecot.deliver(house.settings.mailboxes[0].url.user, raw)
    return {key: count for key, count in asyncio.run(run_once(house)).items() if count}


def sent(server: SmtpServer, person: str) -> list[bytes]:
    return [one.raw for one in server.accepted if person in one.recipients]


def every_byte(raw: bytes) -> str:
    """A mail as a snooper reads it: the source, and every part decoded."""
    mail = email.message_from_bytes(raw)
    parts = (part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart())
    return raw.decode("latin-1") + "\n".join(p.decode("utf-8", "replace") for p in parts if isinstance(p, bytes))


@pytest.mark.parametrize(
    ("person", "text", "style", "words"),
    [
        (NOURA, "السلام عليكم\nلم تصلني شهادتي من منصة منار.", "outlook ar", "صدرت شهادتكم اليوم."),
        (LINA, "Hello,\nmy certificate from Manar has not arrived.", "gmail en", "Your certificate was issued today."),
    ],
    ids=["arabic", "english"],
)
def test_conversation_over_real_servers(
    house: House, dovecot: DovecotServer, smtp: SmtpServer, person: str, text: str, style: str, words: str
) -> None:
    """A requester is acknowledged, an agent's quoted answer reaches the requester, whose answer joins; of the agent nothing shows."""
    now = datetime.now(UTC)
    assert receive(house, dovecot, write(person, "certificate", text, now)) == {"collected": 1, "tickets": 1, "sent": 2}
    notice = read(sent(smtp, SARA.email)[-1])
    signature = f"Sara CANARY-SIGNATURE\n{SARA.email}"
    reply = answer(notice, SARA.email, words, now, style=style, signature=signature, attachments={"plan.pdf": b"%PDF the plan"})
    assert receive(house, dovecot, reply) == {"collected": 1, "agent_actions": 1, "sent": 1}
    assert words in every_byte(sent(smtp, person)[-1])
    assert "%PDF the plan" in every_byte(sent(smtp, person)[-1])
    back = answer(read(sent(smtp, person)[-1]), person, "CANARY-OTHER and more", now, style=style)
    assert receive(house, dovecot, back) == {"collected": 1, "follow_ups": 1, "sent": 1}
    ticket = house.store.ticket(1001)
    assert ticket is not None
    assert (ticket.status, ticket.owner, len(house.store.tickets())) == ("open", SARA.email, 1)
    assert ticket.first_response is not None
    tokens = [str(notice["Reply-To"]).partition("+")[2].partition("@")[0]]
    for raw in sent(smtp, person):
        for canary in (SARA.email, "CANARY-SIGNATURE", *tokens):
            assert canary not in every_byte(raw)


def test_same_folder_again_finds_nothing_new(house: House, dovecot: DovecotServer, smtp: SmtpServer) -> None:
    """A second round, a mail marked as seen by somebody, and the same mail under a second UID make no second ticket."""
    now = datetime.now(UTC)
    raw = write(NOURA, "once", "My certificate, please.", now)
    dovecot.deliver(house.settings.mailboxes[0].url.user, raw, flags=(b"\\Seen",))
    assert asyncio.run(run_once(house))["tickets"] == 1
    assert receive(house, dovecot, raw) == {"collected": 1, "duplicates": 1}
    assert asyncio.run(run_once(house))["collected"] == 0
    assert len(sent(smtp, NOURA)) == 1


def test_refused_mail_is_told_to_the_team(house: House, dovecot: DovecotServer, smtp: SmtpServer) -> None:
    """A hard refusal ends the acknowledgement as failed, tells the team in plain words, and marks the address."""
    smtp.script[NOURA] = "550 5.1.1 no such user"
    assert receive(house, dovecot, write(NOURA, "x", "My certificate, please.", datetime.now(UTC))) == {
        "collected": 1,
        "tickets": 1,
        "sent": 2,
        "failed": 1,
    }
    owed = house.store.acknowledgement(1001)
    assert owed is not None
    assert (owed.state, "5.1.1" in owed.reason) == ("failed", True)
    assert NOURA in every_byte(sent(smtp, SARA.email)[-1])
