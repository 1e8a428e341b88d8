"""A sink keeps its word in memory, on a scripted server and on Postfix: whatever a relay or the network does becomes a verdict."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.edges import smtp as smtp_edge
from mailticket.edges.demo_servers import DemoMail, DemoMissingError, find_missing, run_imap, run_smtp
from mailticket.edges.mbox import MboxSink
from mailticket.edges.smtp import SmtpSink, Stage, judge
from mailticket.edges.smtpwire import dot_stuffed, own_name
from mailticket.model.notice import Lane, NoticeKind, Outgoing, Verdict, VerdictKind
from mailticket.model.packed import pack
from mailticket.model.policy import Relay, Server
from tests.servers import PASSWORD, Certificates, PostfixServer, SmtpServer, free_port, smtp_sink, wait_until

RAW = "From: info@example.sa\r\nTo: sara@example.com\r\nSubject: [MT-1]\r\n\r\nالسلام عليكم\r\n.a line with a dot\r\n".encode()
DELIVERED, DEFERRED, REFUSED, PAUSED = VerdictKind.DELIVERED, VerdictKind.DEFERRED, VerdictKind.REFUSED, VerdictKind.PAUSED
REPLIES = {"refused": "550 5.1.1 no such person", "later": "450 4.2.1 busy", "closing": "421 4.3.2 closing"}
NO_ADDRESSES = ["a@example.com\r\nDATA", "two words@example.com", "a@example.com>,<b@example.com", "", "\u202ea@example.com"]
_T = TypeVar("_T")


def outgoing(recipient: str = "sara@example.com", *, sender: str = "info@example.sa", raw: bytes = RAW) -> Outgoing:
    """A mail that is ready to go."""
    return Outgoing("key", Lane.REPLY, NoticeKind.REPLY, 1, sender, recipient, "<1@example.sa>", "[MT-1]", pack(raw))


def over(relay: Relay, talk: Callable[[SmtpSink], Awaitable[_T]], *, password: str = PASSWORD, final: float = 600) -> _T:
    """What the conversation over a sink to that relay came to."""

    async def run() -> _T:
        sink = SmtpSink(relay, password, timeout=5, final=final)
        try:
            return await talk(sink)
        finally:
            await sink.close()

    return asyncio.run(run())


def send(relay: Relay, *mails: Outgoing, password: str = PASSWORD, final: float = 600) -> list[Verdict]:
    """The verdicts on mails that are sent one after the other over one sink."""

    async def talk(sink: SmtpSink) -> list[Verdict]:
        return [await sink.send(mail) for mail in mails]

    return over(relay, talk, password=password, final=final)


# --- the contract -----------------------------------------------------------------------------------------------------------------


@dataclass
class Road:
    """A way for mails to go, and what came through by recipient."""

    send: Callable[..., list[Verdict]]
    arrived: Callable[[], dict[str, bytes]]


@pytest.fixture(params=["memory", "folder", "scripted", "scripted TLS", "postfix", "postfix STARTTLS"])
def road(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Road]:
    """Every sort of sink in turn; refused@, later@ and closing@example.com are answered 550, 450 and 421."""
    replies = {f"{who}@example.com": reply for who, reply in REPLIES.items()}
    if request.param in ("memory", "folder"):
        yield twin_road(tmp_path if request.param == "folder" else None)
    elif request.param.startswith("scripted"):
        certificates: Certificates = request.getfixturevalue("certificates")
        with smtp_sink(implicit=certificates if "TLS" in request.param else None) as server:
            server.script = replies
            relay = Relay(server.server(tls="implicit" if "TLS" in request.param else "none", host="localhost"), ca_file=certificates.ca)
            yield Road(lambda *mails: send(relay, *mails), lambda: {m.recipients[0]: m.raw for m in server.accepted})
    else:
        postfix: PostfixServer = request.getfixturevalue("postfix")
        tls = "starttls" if "TLS" in request.param else "none"
        relay = Relay(postfix.server(tls=tls, host="localhost"), ca_file=postfix.certificates.ca)
        yield Road(lambda *mails: send(relay, *mails), postfix.delivered)


def twin_road(folder: Path | None) -> Road:
    """The networkless twin."""
    verdicts = {
        "refused@example.com": Verdict(REFUSED, 550, "5.1.1 no such person"),
        "later@example.com": Verdict(DEFERRED, 450, "4.2.1 busy"),
        "closing@example.com": Verdict(DEFERRED, 421, "4.3.2 closing"),
    }
    sink = MboxSink(folder, verdicts)

    async def run(mails: tuple[Outgoing, ...]) -> list[Verdict]:
        return [await sink.send(mail) for mail in mails]

    def arrived() -> dict[str, bytes]:
        kept = [path.read_bytes() for path in sorted(folder.glob("*.eml"))] if folder else [mail.raw for mail in sink.sent]
        return {mail.recipient: raw for mail, raw in zip(sink.sent, kept, strict=True)}

    return Road(lambda *mails: asyncio.run(run(mails)), arrived)


def test_delivers(road: Road) -> None:
    """A mail is delivered with its bytes, to ASCII and to Arabic addresses."""
    verdicts = road.send(outgoing("ok@example.com"), outgoing("أحمد@example.com"))
    assert [v.kind for v in verdicts] == [DELIVERED, DELIVERED]
    wait_until(lambda: {"ok@example.com", "أحمد@example.com"} <= set(road.arrived()))
    body = RAW.partition(b"\r\n\r\n")[2].replace(b"\r\n", b"\n")
    assert all(raw.replace(b"\r\n", b"\n").endswith(body) for raw in road.arrived().values())


def test_each_recipient_is_judged_alone(road: Road) -> None:
    """450 and 421 mean later, 550 means never, and a mail after each of them still arrives."""
    others = [outgoing(f"{name}@example.com") for name in ("later", "refused", "closing")]
    verdicts = road.send(*(mail for other in others for mail in (other, outgoing("after@example.com"))))
    assert [v.kind for v in verdicts[::2]] == [DEFERRED, REFUSED, DEFERRED]
    assert [v.code for v in verdicts[::2]] == [450, 550, 421]
    assert {v.kind for v in verdicts[1::2]} == {DELIVERED}
    assert "no such person" in verdicts[2].text
    assert "refused@example.com" not in road.arrived()


# --- what a relay says ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "code", "kind"),
    [
        (Stage.MAIL, 421, PAUSED),
        (Stage.MAIL, 530, PAUSED),
        (Stage.MAIL, 452, DEFERRED),
        (Stage.MAIL, 552, REFUSED),
        (Stage.RCPT, 421, DEFERRED),
        (Stage.RCPT, 450, DEFERRED),
        (Stage.RCPT, 530, REFUSED),
        (Stage.RCPT, 550, REFUSED),
        (Stage.DATA, 250, DELIVERED),
        (Stage.DATA, 251, DELIVERED),
        (Stage.DATA, 451, DEFERRED),
        (Stage.DATA, 554, REFUSED),
        (Stage.DATA, -1, DEFERRED),
        (Stage.DATA, 354, DEFERRED),
    ],
)
def test_codes_are_judged_by_a_table(stage: Stage, code: int, kind: VerdictKind) -> None:
    """4yz is tried again, 5yz is not, nonsense is tried again, and "log in first" is between us and the relay."""
    assert judge(stage, code, "text\nof two lines") == Verdict(kind, code, "text of two lines")


def test_content_refused_at_the_end(smtp: SmtpServer) -> None:
    """A refusal after the final dot is the mail's alone, and the connection serves on."""
    smtp.data_script = {"spam@example.com": "554 5.7.1 no", "full@example.com": "452 4.3.1 full"}
    mails = [outgoing(f"{name}@example.com") for name in ("spam", "full", "ok")]
    assert [v.kind for v in send(Relay(smtp.server()), *mails)] == [REFUSED, DEFERRED, DELIVERED]
    assert smtp.connections == 1


def test_hang_up_after_data(smtp: SmtpServer) -> None:
    """When the relay hangs up after the final dot nobody knows, so the mail is tried later, and not at once a second time."""
    smtp.fault = "hang up"
    (verdict,) = send(Relay(smtp.server()), outgoing())
    assert verdict.kind is DEFERRED
    assert smtp.connections == 1


def test_silence_after_data(smtp: SmtpServer) -> None:
    """Silence after the final dot ends in a try later, and the connection is not used again."""
    smtp.fault = "silence"
    first, second = send(Relay(smtp.server()), outgoing(), outgoing(), final=0.2)
    assert (first.kind, second.kind) == (DEFERRED, DEFERRED)
    assert smtp.connections == 2


def test_the_sender_is_refused(smtp: SmtpServer) -> None:
    """A relay that takes nothing from us now pauses; one that never takes from this address refuses."""
    smtp.mail_reply = "421 4.7.0 too many mails"
    assert send(Relay(smtp.server()), outgoing())[0].kind is PAUSED
    smtp.mail_reply = "553 5.7.1 not your address"
    assert send(Relay(smtp.server()), outgoing())[0].kind is REFUSED


def test_arabic_address_without_smtputf8() -> None:
    """Where the relay can't carry an Arabic address, that one mail is refused in words and the next one goes."""
    with smtp_sink(utf8=False) as server:
        first, second = send(Relay(server.server()), outgoing("أحمد@example.com"), outgoing())
    assert (first.kind, second.kind) == (REFUSED, DELIVERED)
    assert "SMTPUTF8" in first.text


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_no_address_smuggles_a_command(smtp: SmtpServer, address: str) -> None:
    """What is no plain address is refused here, and the relay never hears of it."""
    first, second = send(Relay(smtp.server()), outgoing(address), outgoing())
    assert (first.kind, second.kind) == (REFUSED, DELIVERED)
    assert [m.recipients for m in smtp.accepted] == [("sara@example.com",)]


def test_the_null_sender_goes(smtp: SmtpServer) -> None:
    """A mail may go without a return address."""
    assert send(Relay(smtp.server()), outgoing(sender=""))[0].kind is DELIVERED
    assert smtp.accepted[0].sender == ""


# --- between us and the relay -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_nobody_listens(host: str) -> None:
    """A relay that is not there pauses delivery and names what to check."""
    (verdict,) = send(Relay(Server("smtp", host, free_port(), "", "none")), outgoing())
    assert verdict.kind is PAUSED
    assert "nothing listens there" in verdict.text
    assert "port" in verdict.text


@pytest.mark.parametrize("code", ["535 5.7.8 no", "454 4.7.0 later"])
def test_refused_login_pauses(code: str) -> None:
    """A refused login pauses delivery, is tried once for all mails that wait, and the password stands nowhere."""
    with smtp_sink(login=True) as server:
        server.login_reply = code
        relay = Relay(server.server(user="info@example.sa"), connections=4)
        verdicts = over(relay, lambda sink: asyncio.gather(*(sink.send(outgoing()) for _ in range(20))), password="the-password")
    assert {v.kind for v in verdicts} == {PAUSED}
    assert server.logins == 1
    assert verdicts[0].code == int(code[:3])
    assert not any("the-password" in v.text for v in verdicts)


def test_login(certificates: Certificates) -> None:
    """User and password are told over TLS, where STARTTLS is demanded."""
    with smtp_sink(login=True, starttls=certificates) as server:
        relay = Relay(server.server(tls="starttls", user="info@example.sa", host="localhost"), ca_file=certificates.ca)
        assert send(relay, outgoing())[0].kind is DELIVERED
        assert send(replace(relay, url=replace(relay.url, user="")), outgoing())[0].kind is PAUSED
        assert send(relay, outgoing(), password="كلمة خاطئة")[0].kind is PAUSED


def test_starttls_that_is_not_offered(smtp: SmtpServer) -> None:
    """Where STARTTLS is wanted and not offered nothing goes, least of all in clear text."""
    (verdict,) = send(Relay(smtp.server(tls="starttls", user="info@example.sa")), outgoing())
    assert verdict.kind is PAUSED
    assert "no STARTTLS" in verdict.text
    assert "smtps://" in verdict.text
    assert (smtp.accepted, smtp.logins) == ([], 0)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_untrusted_certificate(certificates: Certificates, tls: str) -> None:
    """A certificate that we don't trust pauses delivery and names ca_file."""
    with smtp_sink(implicit=certificates) if tls == "implicit" else smtp_sink(starttls=certificates) as server:
        (verdict,) = send(Relay(server.server(tls=tls, host="localhost")), outgoing())
    assert verdict.kind is PAUSED
    assert "certificate is not to be trusted" in verdict.text
    assert "ca_file" in verdict.text
    assert server.accepted == []


def test_tls_where_there_is_none(smtp: SmtpServer) -> None:
    """smtps:// on a port that speaks plain SMTP pauses delivery and names the port."""
    (verdict,) = send(Relay(smtp.server(tls="implicit", host="localhost")), outgoing())
    assert verdict.kind is PAUSED
    assert "port" in verdict.text


def test_clear_text_stays_at_home() -> None:
    """Without TLS no other machine is spoken to, whatever the settings say."""
    (verdict,) = send(Relay(Server("smtp", "smtp.example.sa", 25, "", "none")), outgoing())
    assert verdict.kind is PAUSED
    assert "loopback only" in verdict.text


def test_the_relay_comes_back() -> None:
    """A sink whose relay was away delivers when it is back."""

    async def talk(sink: SmtpSink) -> tuple[Verdict, Verdict]:
        before = await sink.send(outgoing())
        with smtp_sink(port=port):
            return before, await sink.send(outgoing())

    port = free_port()
    before, after = over(Relay(Server("smtp", "127.0.0.1", port, "", "none")), talk)
    assert (before.kind, after.kind) == (PAUSED, DELIVERED)


# --- connections ------------------------------------------------------------------------------------------------------------------


def test_connections_are_reused_and_bounded(smtp: SmtpServer) -> None:
    """Many mails at once go over as many connections as are allowed, each mail once."""
    mails = [outgoing(f"p{number}@example.com") for number in range(60)]
    verdicts = over(Relay(smtp.server(), connections=3), lambda sink: asyncio.gather(*(sink.send(mail) for mail in mails)))
    assert {v.kind for v in verdicts} == {DELIVERED}
    assert sorted(m.recipients[0] for m in smtp.accepted) == sorted(m.recipient for m in mails)
    assert 1 <= smtp.connections <= 3


def test_one_after_the_other_takes_one_connection(smtp: SmtpServer) -> None:
    """Mails that follow one another share a connection."""
    assert {v.kind for v in send(Relay(smtp.server()), *[outgoing()] * 10)} == {DELIVERED}
    assert (smtp.connections, len(smtp.accepted)) == (1, 10)


def test_a_connection_that_died_at_rest_costs_nothing(smtp: SmtpServer) -> None:
    """A relay that hung up between two mails costs no mail a try."""

    async def talk(sink: SmtpSink) -> list[Verdict]:
        first = await asyncio.gather(*(sink.send(outgoing()) for _ in range(3)))
        await asyncio.to_thread(smtp.drop_all)
        return [*first, await sink.send(outgoing())]

    verdicts = over(Relay(smtp.server()), talk)
    assert {v.kind for v in verdicts} == {DELIVERED}
    assert len(smtp.accepted) == 4


def test_a_stale_connection_is_asked_first(smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that rested long is asked whether it lives, and used again when it does."""
    monkeypatch.setattr(smtp_edge, "STALE_SECONDS", 0.0)
    assert {v.kind for v in send(Relay(smtp.server()), *[outgoing()] * 3)} == {DELIVERED}
    assert smtp.connections == 1
    assert smtp.noops == 2


def test_cancelled_half_way(smtp: SmtpServer) -> None:
    """A mail that is cancelled on its way leaves no half conversation to the next one."""

    async def talk(sink: SmtpSink) -> Verdict:
        smtp.fault = "silence"
        task = asyncio.create_task(sink.send(outgoing()))
        await asyncio.to_thread(wait_until, lambda: smtp.muted)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        smtp.fault = ""
        return await sink.send(outgoing("next@example.com"))

    assert over(Relay(smtp.server(), connections=1), talk).kind is DELIVERED
    assert [m.recipients for m in smtp.accepted] == [("next@example.com",)]


@pytest.mark.parametrize(
    ("user", "host", "name"),
    [
        ("info@example.sa", "desk", "example.sa"),
        ("info", "desk.example.com", "desk.example.com"),
        ("", "desk", "[127.0.0.1]"),
        ("info@مثال.السعودية", "desk", "[127.0.0.1]"),
        ("a@b.c d", "desk", "[127.0.0.1]"),
    ],
)
def test_own_name(user: str, host: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """We call ourselves by a full name without asking the name service."""
    monkeypatch.setattr("mailticket.edges.smtpwire.socket.gethostname", lambda: host)
    assert own_name(user) == name


# --- twins and demo ---------------------------------------------------------------------------------------------------------------


def test_twin_overwrites_nothing(tmp_path: Path) -> None:
    """A second run goes on with the numbers of the first."""
    for _ in range(2):
        asyncio.run(MboxSink(tmp_path / "out").send(outgoing()))
    assert [path.name for path in sorted((tmp_path / "out").iterdir())] == ["0001.eml", "0002.eml"]


def test_demo_smtp() -> None:
    """The demo's relay hands on what it takes, refuses what it is told to, and knows its one login."""
    kept: list[DemoMail] = []

    def keep(mail: DemoMail) -> str:
        kept.append(mail)
        return "550 5.1.1 nobody" if mail.recipients == ("nobody@example.com",) else ""

    async def talk() -> list[Verdict]:
        async with run_smtp(keep, user="info@example.sa", password=PASSWORD) as server:
            good, bad = SmtpSink(Relay(server), PASSWORD), SmtpSink(Relay(server), "wrong")
            return [await good.send(outgoing()), await good.send(outgoing("nobody@example.com")), await bad.send(outgoing())]

    assert [v.kind for v in asyncio.run(talk())] == [DELIVERED, REFUSED, PAUSED]
    assert kept[0] == DemoMail("info@example.sa", ("sara@example.com",), RAW)


def test_demo_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its vendors the demo's servers say what to install."""
    assert find_missing() == ""
    monkeypatch.setattr("mailticket.edges.demo_servers._VENDORS", ("no_such_vendor",))
    assert "pip install 'mailticket[demo]'" in find_missing()

    async def start() -> None:
        async with run_imap({"info@example.sa": PASSWORD}):
            pass

    with pytest.raises(DemoMissingError, match="no_such_vendor"):
        asyncio.run(start())


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"..", b"x", b"\xd8\xb3"]), max_size=12).map(b"".join))
def test_what_goes_over_the_wire_comes_back(raw: bytes) -> None:
    """Whatever a mail holds, no line of it ends the mail, and the relay reads what we meant, in whole lines."""
    wire = dot_stuffed(raw)
    assert wire.endswith(b"\r\n.\r\n") or wire == b".\r\n"
    lines = wire.removesuffix(b".\r\n").split(b"\r\n")
    assert b"." not in lines
    read = b"\r\n".join(line.removeprefix(b".") for line in lines)
    meant = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    assert read.removesuffix(b"\r\n") == meant.removesuffix(b"\r\n")
