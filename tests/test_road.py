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
from mailticket.demo.letters import PLAIN_STYLES, answer, part, read, write
from mailticket.inbound.parse import parse_mail
from mailticket.model.outcome import Acknowledgement, AckState, Arrival, Disposition, Outcome
from mailticket.model.packed import pack
from mailticket.model.policy import Database, Mailbox, Settings, Smtp
from mailticket.model.ticket import Entry, Visibility, What
from mailticket.settings import make_secret
from mailticket.text.marks import ANSWER_ABOVE
from tests.people import HUDA, MAJED, OMAR, SARA, make_settings
from tests.servers import PASSWORD, DovecotServer, SmtpServer
from tests.snoop import every_reading, find_canaries, squeeze

NOURA, LINA, TARIQ = "noura@example.com", "lina@example.com", "tariq@example.com"
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


# --- what outsiders must never read ----------------------------------------------------------------------------------------------

OUTSIDERS = {NOURA: "CANARY-NOURA كناري-نورة", LINA: "CANARY-LINA كناري-لينا", TARIQ: "CANARY-TARIQ كناري-طارق"}
NOTE = "CANARY-NOTE: ملاحظة كناري-داخلية, do not tell her"
SIGNATURE = f"سارة CANARY-SIGNATURE كناري-توقيع\nMobile 0555-CANARY\n{SARA.email}"


def write_note(house: House, number: int, text: str) -> None:
    """An internal note on a ticket, put there through the store as an agent's command will."""
    known = house.store.known(number)
    assert known is not None
    now = datetime.now(UTC)
    raw = write(SARA.email, f"a note {number}", text, now)
    mail = parse_mail(raw, frozenset())
    outcome = Outcome(
        Disposition.AGENT_ACTION,
        "a note",
        Acknowledgement(AckState.SUPPRESSED, now),
        ticket=known.ticket,
        entries=(Entry(now, What.NOTE, SARA.email, Visibility.INTERNAL, text, raw=mail.digest),),
    )
    with house.store.batch(now) as batch:
        batch.commit(Arrival("note", "", 1, number, now), mail, pack(raw), outcome)


def inside(server: SmtpServer) -> list[bytes]:
    """Every mail that went to the desk's own people."""
    return [one.raw for one in server.accepted if one.recipients[0].endswith("@example.sa")]


def tokens_of(raws: list[bytes]) -> list[str]:
    """Whatever is signed for an agent: local parts of answer addresses, Message-IDs and references, and their keyed halves."""
    signed = [word for raw in raws for name in ("Reply-To", "Message-ID", "References") for word in str(read(raw)[name] or "").split()]
    names = {word.strip("<>").partition("@")[0].partition("+")[2] or word.strip("<>").partition("@")[0] for word in signed}
    return sorted(names | {half for name in names for half in name.split(".") if len(half) >= 16})


def lines_only_inside(server: SmtpServer) -> list[str]:
    """The sentences of our notices, with what they quote, that no acknowledgement holds."""
    public = "\n".join(every_reading(one.raw) for one in server.accepted if one.recipients[0] in OUTSIDERS and is_acknowledgement(one.raw))
    lines = {line.strip(" >") for raw in inside(server) for line in part(read(raw), "plain").splitlines()} - set(ANSWER_ABOVE.values())
    return sorted(line for line in lines if len(line) >= 16 and squeeze(line) not in public)


def is_acknowledgement(raw: bytes) -> bool:
    return read(raw)["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize("style", sorted(PLAIN_STYLES))
def test_no_canary_reaches_an_outsider(house: House, dovecot: DovecotServer, smtp: SmtpServer, style: str) -> None:
    """No byte of any mail to a requester, however it is decoded, holds anything of an agent, a note, a notice or another's ticket."""
    now = datetime.now(UTC)
    for person, words in OUTSIDERS.items():
        receive(house, dovecot, write(person, f"certificate {words}", f"Hello, السلام عليكم\nmy certificate from Manar: {words}", now))
    numbers = {ticket.requester: ticket.number for ticket in house.store.tickets()}
    write_note(house, numbers[NOURA], NOTE)
    follow_up = write(NOURA, f"more [MT-{numbers[NOURA]}]", "It is still not there. وما زلت أنتظر", now)
    assert receive(house, dovecot, follow_up)["follow_ups"] == 1
    stranger = write(TARIQ, f"Re: [MT-{numbers[NOURA]}]", "Tell me about this certificate please", now)
    assert receive(house, dovecot, stranger)["tickets"] == 1
    answers = 0
    for person in (NOURA, LINA):
        notice = next(raw for raw in reversed(sent(smtp, SARA.email)) if read(raw)["X-MailTicket"] == str(numbers[person]))
        files = {"plan.pdf": b"%PDF the plan", "sara.vcf": f"BEGIN:VCARD\nEMAIL:{SARA.email}\nEND:VCARD".encode()}
        words = f"صدرت شهادتكم اليوم. It was issued for {person.partition('@')[0]}."
        raw = answer(read(notice), SARA.email, words, now, style=style, signature=SIGNATURE, name="Sara CANARY-NAME", attachments=files)
        answers += receive(house, dovecot, raw).get("agent_actions", 0)
        receive(house, dovecot, answer(read(sent(smtp, person)[-1]), person, "Thank you, where do I find it?", now, style=style))
    assert answers == 2
    desk = [SARA.email, OMAR.email, HUDA.email, MAJED.email, "sara@", "CANARY-SIGNATURE", "كناري-توقيع", "0555-CANARY", "CANARY-NAME"]
    secret = [*desk, NOTE, "CANARY-NOTE", "كناري-داخلية", *tokens_of(inside(smtp)), *lines_only_inside(smtp)]
    assert len(secret) > 20 and find_canaries(sent(smtp, SARA.email)[-1], secret)  # they are found where they belong
    for person in OUTSIDERS:
        others = [word for other, words in OUTSIDERS.items() for word in (other, *words.split()) if other != person]
        assert len(sent(smtp, person)) >= 2
        for raw in sent(smtp, person):
            assert find_canaries(raw, [*secret, *others]) == []
