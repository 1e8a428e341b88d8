"""Logging in by OAuth 2.0: tokens are fetched, renewed, rotated and stored; faults name place and remedy, and no secret is ever said."""

import asyncio
import dataclasses
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailticket.daemon.logins import Logins
from mailticket.edges.device import begin, keep, wait_for
from mailticket.edges.imap import ImapSource
from mailticket.edges.oauth import Client
from mailticket.edges.smtp import SmtpSink
from mailticket.edges.tokenfile import Kept, TokenFile
from mailticket.edges.tokens import Tokens
from mailticket.model.notice import Verdict, VerdictKind
from mailticket.model.outcome import SourceError
from mailticket.model.policy import Desk, Mailbox, OAuth, Relay, Server, Settings, Smtp
from mailticket.settings import SettingsError, load_settings
from tests.provider import CLIENT, SECRET, Provider, provider
from tests.servers import DovecotServer, SmtpServer, dovecot_server, imap_script, smtp_sink, why_no_dovecot
from tests.test_edges_sink import outgoing

RAW = b"From: a@example.sa\r\nTo: b@example.com\r\nSubject: x\r\n\r\nbody\r\n"


@pytest.fixture
def issuer() -> Iterator[Provider]:
    with provider() as told:
        yield told


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


class Bench:
    """A client's tokens over a provider and a clock; with a `folder` by refresh token."""

    def __init__(self, told: Provider, folder: Path | None = None, timeout: float = 10) -> None:
        self.told, self.clock = told, Clock()
        self.client = Client(told.url(), CLIENT, SECRET, "mail")
        if folder is not None:
            self.file = folder / "oauth.refresh"
            self.file.write_text("refresh-0\n")
            self.file.chmod(0o600)
            self.client = dataclasses.replace(self.client, flow="refresh_token", refresh_token_file=self.file)
        self.timeout = timeout
        self.tokens = self.again()

    def again(self) -> Tokens:
        """The tokens of a process that was just started."""
        return Tokens(lambda: self.client, now=self.clock, timeout=self.timeout)


def fault_of(call: Callable[[], object]) -> SourceError:
    with pytest.raises(SourceError) as caught:
        call()
    return caught.value


def check_silent(told: Provider, *texts: str) -> None:
    """None of the provider's secrets stands in any of the texts."""
    for text in texts:
        assert not [secret for secret in told.secrets if secret in text], text


# --- tokens ----------------------------------------------------------------------------------------------------------------------


def test_one_token_serves_until_shortly_before_its_end(issuer: Provider) -> None:
    """A token is asked for once, and again five minutes before it ends."""
    desk = Bench(issuer)
    first = desk.tokens.token()
    desk.clock.seconds += 3299
    assert desk.tokens.token() == first
    desk.clock.seconds += 2
    assert desk.tokens.token() != first
    assert [asked["grant_type"] for asked in issuer.asked] == ["client_credentials"] * 2
    assert issuer.asked[0] | {"client_id": CLIENT, "client_secret": SECRET, "scope": "mail"} == issuer.asked[0]


@pytest.mark.parametrize(
    ("lifetime", "serves"),
    [(60, 47), (3600, 3299), ("600", 479), (None, 3299), (0, 3299), (86400.5, 86099)],
    ids=["a minute", "an hour", "as text", "not said", "zero", "a day and a half second"],
)
def test_every_lifetime_is_renewed_in_time(issuer: Provider, lifetime: object, serves: float) -> None:
    """However a provider words its tokens' life, a token is kept for most of it and never used after it."""
    issuer.lifetime = lifetime
    desk = Bench(issuer)
    first = desk.tokens.token()
    desk.clock.seconds += serves
    assert desk.tokens.token() == first
    desk.clock.seconds += 2
    assert desk.tokens.token() != first


def test_many_threads_ask_once(issuer: Provider) -> None:
    """Everybody who waits for a token gets the one that was fetched."""
    desk = Bench(issuer)
    with ThreadPoolExecutor(8) as pool:
        assert len({future.result() for future in [pool.submit(desk.tokens.token) for _ in range(40)]}) == 1
    assert len(issuer.asked) == 1


def test_a_provider_that_is_away_costs_nothing_while_the_token_holds(issuer: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """A failed renewal is said, and the token in hand goes on to serve until its real end."""
    desk = Bench(issuer)
    first = desk.tokens.token()
    issuer.refuse, issuer.status = "temporarily_unavailable", 503
    desk.clock.seconds += 3400
    assert desk.tokens.token() == first
    assert "temporarily_unavailable" in caplog.text
    desk.clock.seconds += 201
    assert not fault_of(desk.tokens.token).permanent
    issuer.refuse = ""
    desk.clock.seconds += 10
    assert desk.tokens.token() != first
    check_silent(issuer, caplog.text)


REFUSALS = {
    "wrong secret": ("invalid_client", 401, True, "client_secret_file"),
    "flow not allowed": ("unauthorized_client", 400, True, "flow"),
    "dead refresh token": ("invalid_grant", 400, True, "mailticket oauth login"),
    "scope": ("invalid_scope", 400, True, "scope"),
    "consent": ("consent_required", 400, True, "mailticket oauth login"),
    "unknown code": ("made_up", 400, True, "token_url"),
    "busy": ("temporarily_unavailable", 503, False, "tried again"),
    "server error": ("server_error", 500, False, "tried again"),
    "too many": ("slow_down", 429, False, "tried again"),
    "wrong secret, but the house is on fire": ("invalid_client", 503, False, "client_secret_file"),
}


@pytest.mark.parametrize(("code", "status", "permanent", "remedy"), REFUSALS.values(), ids=REFUSALS)
def test_refusals_are_told_apart(issuer: Provider, code: str, status: int, permanent: bool, remedy: str) -> None:
    """What passes is tried again, what does not names who must act; the provider's words stand there without our secrets."""
    issuer.refuse, issuer.status, issuer.describe = code, status, f"AADSTS1: {SECRET}\r\n is wrong"
    fault = fault_of(Bench(issuer).tokens.token)
    assert fault.permanent is permanent
    assert remedy in fault.remedy
    assert f"127.0.0.1:{issuer.port}" in str(fault)
    assert "AADSTS1" in str(fault)
    assert "\n" not in str(fault)
    check_silent(issuer, str(fault), fault.remedy, repr(fault))


BROKEN = {
    "stall": ("stall", "did not answer in time"),
    "trickle": ("trickle", "did not answer in time"),
    "hang up": ("hang up", "127.0.0.1"),
    "portal": ("page", "without a token"),
    "redirect": ("redirect", "307"),
}


@pytest.mark.parametrize(("fault", "said"), BROKEN.values(), ids=BROKEN)
def test_broken_answers_end_in_words(issuer: Provider, fault: str, said: str) -> None:
    """A provider that stalls, trickles, hangs up or answers with a page is given up in words, and serves again when it is mended."""
    desk = Bench(issuer, timeout=0.5)
    issuer.fault = fault
    broken = fault_of(desk.tokens.token)
    assert said in str(broken)
    assert broken.remedy
    check_silent(issuer, str(broken), broken.remedy)
    issuer.fault = ""
    desk.timeout = 10
    assert desk.again().token()


def test_secrets_are_not_redirected(issuer: Provider) -> None:
    """A redirection is not followed: nothing but the one request was made."""
    issuer.fault = "redirect"
    fault_of(Bench(issuer).tokens.token)
    assert len(issuer.asked) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"access_token": ""},
        {"access_token": None},
        {"access_token": ["a"]},
        {"access_token": "two words"},
        {"access_token": "line\nbreak"},
        {"access_token": "رمز"},
        {"expires_in": "soon"},
        {"expires_in": float("inf")},
        {"expires_in": [1]},
        {"refresh_token": 7},
    ],
    ids=str,
)
def test_nonsense_is_no_token(issuer: Provider, more: dict[str, object]) -> None:
    """An answer whose fields make no sense is a fault in words, and no such token ever reaches a mail server."""
    issuer.more = more
    assert "token_url" in fault_of(Bench(issuer).tokens.token).remedy


@pytest.mark.parametrize("more", [{"scope": ["a", 1]}, {"scope": 7}, {"expires_at": "never"}, {"expires_in": -5}], ids=str)
def test_what_is_not_needed_may_be_nonsense(issuer: Provider, more: dict[str, object]) -> None:
    """Fields that we make no use of spoil no token."""
    issuer.more = more
    assert Bench(issuer).tokens.token() in issuer.access


def test_a_failure_answers_for_the_provider_for_a_while(issuer: Provider) -> None:
    """A refused secret is tried once a minute at most, a busy provider left alone for as long as it asks; another secret is tried at once."""
    issuer.refuse = "invalid_client"
    desk = Bench(issuer)
    for _ in range(5):
        fault_of(desk.tokens.token)
    assert len(issuer.asked) == 1
    desk.clock.seconds += 61
    fault_of(desk.tokens.token)
    assert len(issuer.asked) == 2
    issuer.refuse, issuer.status, issuer.retry_after = "temporarily_unavailable", 503, "120"
    desk.client = dataclasses.replace(desk.client, secret="another")
    fault_of(desk.tokens.token)
    desk.clock.seconds += 119
    fault_of(desk.tokens.token)
    assert len(issuer.asked) == 3
    desk.clock.seconds += 2
    fault_of(desk.tokens.token)
    assert len(issuer.asked) == 4


# --- refresh tokens --------------------------------------------------------------------------------------------------------------


def test_rotated_refresh_tokens_are_stored(issuer: Provider, tmp_path: Path) -> None:
    """Each new refresh token is in its file before its access token is used, readable by nobody else, and the next process goes on with it."""
    issuer.rotates = issuer.strict = True
    desk = Bench(issuer, tmp_path)
    for _ in range(3):
        assert desk.again().token() in issuer.access
        assert TokenFile(desk.file).read().token in issuer.refresh
        assert desk.file.stat().st_mode & 0o777 == 0o600
    assert [asked["refresh_token"] for asked in issuer.asked] == ["refresh-0", *list(issuer.replaced.values())[:2]]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".oauth.refresh.lock", "oauth.refresh"]


def test_a_provider_that_does_not_rotate_leaves_the_file_alone(issuer: Provider, tmp_path: Path) -> None:
    """Where the refresh token stays, so does its file, to the byte."""
    desk = Bench(issuer, tmp_path)
    desk.file.write_text("refresh-0\n\n")
    assert desk.tokens.token()
    assert desk.file.read_text() == "refresh-0\n\n"


CRASH = """
import os, sys
from pathlib import Path
from mailticket.edges import tokens
from mailticket.edges.oauth import Client
tokens.TokenFile.replace = lambda *_: os._exit(9)
url, name, secret, file = sys.argv[1:]
tokens.Tokens(lambda: Client(url, name, secret, flow="refresh_token", refresh_token_file=Path(file))).token()
"""


@pytest.mark.parametrize("strict", [False, True], ids=["a provider that waits for the new one", "a strict one"])
def test_a_crash_between_use_and_storing(issuer: Provider, tmp_path: Path, strict: bool) -> None:
    """A daemon that dies with the provider's answer in hand leaves a whole file: the next one goes on, or says that a person must log in."""
    issuer.rotates, issuer.strict = True, strict
    desk = Bench(issuer, tmp_path)
    dead = subprocess.run([sys.executable, "-c", CRASH, issuer.url(), CLIENT, SECRET, str(desk.file)], check=False, timeout=60)
    assert dead.returncode == 9
    assert len(issuer.replaced) == 1
    assert desk.file.read_text() == "refresh-0\n"
    if strict:
        fault = fault_of(desk.tokens.token)
        assert (fault.permanent, "mailticket oauth login" in fault.remedy) == (True, True)
    else:
        assert desk.tokens.token() in issuer.access
        assert TokenFile(desk.file).read().token == list(issuer.replaced.values())[-1]


def test_the_token_before_the_last_is_tried_when_the_last_is_unknown(issuer: Provider, tmp_path: Path) -> None:
    """A provider that lost its own rotation is asked with the token before, and that one is kept when it is taken."""
    issuer.rotates = True
    desk = Bench(issuer, tmp_path)
    assert desk.tokens.token()
    issuer.refresh = {"refresh-0"}
    issuer.rotates = False
    assert desk.again().token() in issuer.access
    assert TokenFile(desk.file).read() == Kept("refresh-0")


def test_a_new_token_that_can_not_be_stored_is_used_and_said(issuer: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk costs no login: the rotated token is kept in memory, complained of, and stored as soon as that can be done."""
    issuer.rotates = issuer.strict = True
    desk = Bench(issuer, tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(TokenFile, "_write", full)
        for _ in range(2):
            assert desk.tokens.token() in issuer.access
            desk.clock.seconds += 3600
        assert "No space left" in desk.tokens.complaint
        check_silent(issuer, desk.tokens.complaint)
    assert desk.tokens.token() in issuer.access
    assert desk.tokens.complaint == ""
    assert TokenFile(desk.file).read().token in issuer.refresh


def test_two_daemons_on_one_file_take_turns(issuer: Provider, tmp_path: Path) -> None:
    """However many daemons renew at once by one strict provider's file, none uses a token that another has used up."""
    issuer.rotates = issuer.strict = True
    desk = Bench(issuer, tmp_path)
    with ThreadPoolExecutor(6) as pool:
        answers = [pool.submit(desk.again().token) for _ in range(12)]
    assert len({answer.result() for answer in answers}) == 12


FILES = {"missing": None, "empty": "", "blank": "\n \n", "words": "this is no token\n", "no text": b"\xff\xfe\x00"}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_file_without_a_token_names_itself(issuer: Provider, tmp_path: Path, content: str | bytes | None) -> None:
    """A refresh token file that holds none is named with the command that fills it, and nobody is asked."""
    desk = Bench(issuer, tmp_path)
    desk.file.unlink()
    if content is not None:
        desk.file.write_bytes(content.encode() if isinstance(content, str) else content)
    fault = fault_of(desk.tokens.token)
    assert str(desk.file) in str(fault)
    assert "mailticket oauth login" in fault.remedy
    assert fault.permanent
    assert not issuer.asked


def test_a_link_stays_a_link(issuer: Provider, tmp_path: Path) -> None:
    """A refresh token file that is a link is replaced where it lies."""
    issuer.rotates = True
    desk = Bench(issuer, tmp_path)
    (tmp_path / "elsewhere").mkdir()
    real = tmp_path / "elsewhere" / "token"
    desk.file.rename(real)
    desk.file.symlink_to(real)
    assert desk.tokens.token()
    assert desk.file.is_symlink()
    assert TokenFile(real).read().token in issuer.replaced.values()


# --- real servers ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded() -> Iterator[tuple[Provider, DovecotServer]]:
    """A Dovecot that asks a provider about every token."""
    if reason := why_no_dovecot():
        pytest.skip(reason)
    with provider() as told, dovecot_server(introspection=told.url("introspect"), extra="auth_cache_size = 0") as server:
        told.user = server.account("desk@example.sa")
        yield told, server


def open_with(server: Server, tokens: Tokens) -> ImapSource:
    source = ImapSource(Mailbox("info", server), tokens, timeout=20)
    source.open()
    return source


def test_dovecot_is_read_by_token(guarded: tuple[Provider, DovecotServer], tmp_path: Path) -> None:
    """Mail is fetched over a login by token, and the next login renews it when it has ended."""
    told, server = guarded
    told.rotates = True
    desk = Bench(told, tmp_path)
    told.refresh.add("refresh-0")
    server.deliver("desk@example.sa", RAW)
    source = open_with(server.server("desk@example.sa"), desk.tokens)
    assert list(source.fetch(source.uids()).values()) == [RAW]
    source.close()
    told.access.clear()
    desk.clock.seconds += 3600
    open_with(server.server("desk@example.sa"), desk.tokens).close()
    assert len(told.access) == 1


def test_dovecot_refuses_a_revoked_token_and_takes_the_next(guarded: tuple[Provider, DovecotServer]) -> None:
    """A token that was revoked long before its end is exchanged at once, without a failed round."""
    told, server = guarded
    desk = Bench(told)
    old = desk.tokens.token()
    desk.clock.seconds += 600
    told.access.discard(old)
    open_with(server.server("desk@example.sa"), desk.tokens).close()
    assert desk.tokens.token() != old


def test_dovecot_that_takes_no_token_of_ours_stops_it(guarded: tuple[Provider, DovecotServer]) -> None:
    """A fresh token that the mail host refuses is no reason to ask for more: the fault is for good and names the right to the mailbox."""
    told, server = guarded
    desk = Bench(told)
    before = len(told.asked)
    fault = fault_of(lambda: open_with(server.server("someone@example.sa"), desk.tokens))
    assert fault.permanent
    assert "right to this mailbox" in fault.remedy
    assert len(told.asked) == before + 1
    check_silent(told, str(fault), fault.remedy)


def test_no_secret_is_logged(guarded: tuple[Provider, DovecotServer], caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    """Whatever our modules log while tokens are got, refused and rotated, at any level, holds no secret."""
    told, server = guarded
    told.rotates, told.strict = True, True
    told.refresh.add("refresh-0")
    caplog.set_level(logging.DEBUG, "mailticket")
    desk = Bench(told, tmp_path)
    open_with(server.server("desk@example.sa"), desk.tokens).close()
    fault_of(lambda: open_with(server.server("someone@example.sa"), desk.tokens))
    told.refresh.clear()
    desk.clock.seconds += 4000
    fault_of(desk.tokens.token)
    check_silent(told, caplog.text, repr(desk.client), repr(desk.tokens._held), repr(TokenFile(desk.file).read()))
    told.strict = False


def test_a_server_without_xoauth2_is_said(dovecot: DovecotServer, issuer: Provider) -> None:
    """A server that knows no tokens ends in words, and is told none."""
    with imap_script({}) as script:
        fault = fault_of(lambda: open_with(script.server(), Bench(issuer).tokens))
    assert "XOAUTH2" in str(fault)
    assert not issuer.asked


def send(told: SmtpServer, tokens: Tokens, count: int = 1) -> list[Verdict]:
    mail = outgoing()

    async def talk() -> list[Verdict]:
        sink = SmtpSink(Relay(told.server(user="desk@example.sa")), tokens, timeout=10)
        try:
            return list(await asyncio.gather(*(sink.send(mail) for _ in range(count))))
        finally:
            await sink.close()

    return asyncio.run(talk())


def test_the_relay_is_logged_in_to_by_token(issuer: Provider) -> None:
    """Mail goes over a login by token; a revoked one is exchanged at once."""
    desk = Bench(issuer)
    with smtp_sink(login=True, tokens=issuer.knows) as relay:
        assert [verdict.kind for verdict in send(relay, desk.tokens, 3)] == [VerdictKind.DELIVERED] * 3
        issuer.access.clear()
        desk.clock.seconds += 600
        assert [verdict.kind for verdict in send(relay, desk.tokens)] == [VerdictKind.DELIVERED]
    assert len(issuer.asked) == 2


@pytest.mark.parametrize("fault", ["provider refuses", "provider stalls", "relay refuses", "relay knows no tokens"])
def test_a_relay_that_can_not_be_logged_in_to_pauses(issuer: Provider, fault: str) -> None:
    """Whatever keeps the login from working pauses the queue: no mail loses a try, each verdict says why, and no secret is in it."""
    desk = Bench(issuer, timeout=0.5)
    issuer.refuse = "invalid_client" if fault == "provider refuses" else ""
    issuer.fault = "stall" if fault == "provider stalls" else ""
    issuer.user = "other@example.sa" if fault == "relay refuses" else issuer.user
    with smtp_sink(login=True, tokens=None if fault == "relay knows no tokens" else issuer.knows) as relay:
        verdicts = send(relay, desk.tokens, 3)
        assert {verdict.kind for verdict in verdicts} == {VerdictKind.PAUSED}
        assert relay.logins <= 1
    check_silent(issuer, *(verdict.text for verdict in verdicts))


# --- logging in by hand ------------------------------------------------------------------------------------------------------------


def device_client(told: Provider, folder: Path) -> Client:
    file = folder / "oauth.refresh"
    return Client(told.url(), CLIENT, scope="mail", flow="refresh_token", refresh_token_file=file, device_url=told.url("device"))


def test_a_person_logs_in_on_another_device(issuer: Provider, tmp_path: Path) -> None:
    """The provider is asked at its own pace until the code was entered; what it gives is stored, and serves."""
    issuer.pending = 2
    client, slept = device_client(issuer, tmp_path), list[float]()
    code = begin(client)
    assert (code.user_code, code.address) == ("ABCD-EFGH", "https://example.com/device")
    keep(client, wait_for(client, code, sleep=slept.append))
    assert slept == [5, 5, 5]
    stored = tmp_path / "oauth.refresh"
    assert stored.stat().st_mode & 0o777 == 0o600
    assert Tokens(lambda: client).token() in issuer.access
    check_silent(issuer, repr(code))


@pytest.mark.parametrize(("code", "said"), [("access_denied", "said no"), ("expired_token", "oauth login")], ids=["denied", "too late"])
def test_a_login_that_fails_is_said(issuer: Provider, tmp_path: Path, code: str, said: str) -> None:
    """A person who says no, or nothing, ends the waiting in words, and no file is written."""
    client = device_client(issuer, tmp_path)
    shown = begin(client)
    issuer.refuse = code
    fault = fault_of(lambda: wait_for(client, shown, sleep=lambda _: None))
    assert said in fault.remedy
    assert not (tmp_path / "oauth.refresh").exists()


def test_a_provider_that_asks_for_patience_gets_it(issuer: Provider, tmp_path: Path) -> None:
    """After slow_down the questions part by five seconds more each time, and the code's end ends them."""
    client, clock, slept = device_client(issuer, tmp_path), Clock(), list[float]()
    shown = begin(client)
    issuer.refuse = "slow_down"

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.seconds += seconds

    fault = fault_of(lambda: wait_for(client, dataclasses.replace(shown, lifetime=60), sleep=sleep, now=clock))
    assert slept == [5, 10, 15, 20, 25]
    assert "not entered in time" in str(fault)


def run_cli(folder: Path, *words: str, timeout: float = 60) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "mailticket", "--settings", str(folder / "settings.toml"), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"})


TEAMS = "enrolment platform account live trainer certificate content oversight general operations"


def write_desk(folder: Path, told: Provider, *lines: str, server: str = "imap://desk%40example.sa@127.0.0.1:1/INBOX?tls=none") -> None:
    """A desk's folder whose one mailbox logs in by a refresh token."""
    (folder / "secret.key").write_text("a " + "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=\n")
    (folder / "secret.key").chmod(0o600)
    table = [
        '[desk]\naddress = "desk@example.sa"',
        f'[[mailbox]]\nname = "info"\nurl = "{server}"\nidle = false',
        f'[mailbox.oauth]\ntoken_url = "{told.url()}"\ndevice_url = "{told.url("device")}"\nclient_id = "{CLIENT}"',
        'flow = "refresh_token"\nrefresh_token_file = "oauth.refresh"\nclient_secret_file = "oauth.secret"',
    ]
    teams = [f'[[team]]\nname = "{name}"' for name in TEAMS.split()]
    (folder / "settings.toml").write_text("\n".join([*table, *lines, *teams, ""]))
    (folder / "oauth.secret").write_text(SECRET + "\n")
    (folder / "oauth.secret").chmod(0o600)


def test_the_command_logs_in(issuer: Provider, tmp_path: Path) -> None:
    """`oauth login` shows the code, waits, stores the token, and says no secret; `check` names the command before, and nothing after."""
    write_desk(tmp_path, issuer)
    issuer.interval = 0.01
    before = run_cli(tmp_path, "check")
    assert before.returncode == 1
    assert "mailticket oauth login info" in before.stdout
    done = run_cli(tmp_path, "oauth", "login")
    assert done.returncode == 0, done.stderr
    assert "ABCD-EFGH" in done.stderr
    assert "https://example.com/device" in done.stderr
    after = run_cli(tmp_path, "check")
    assert after.returncode == 0, after.stdout
    check_silent(issuer, *(text for run in (before, done, after) for text in (run.stdout, run.stderr)))


def test_check_online_logs_in(guarded: tuple[Provider, DovecotServer], tmp_path: Path) -> None:
    """`check --online` fetches a token, logs in and says what it saw; when the provider refuses, that is the error, and no secret is said."""
    told, server = guarded
    told.refresh.add("refresh-0")
    told.rotates = False
    relay = '[smtp]\nurl = "smtp://127.0.0.1:{}?tls=none"'
    with smtp_sink(utf8=False) as sink:
        write_desk(tmp_path, told, relay.format(sink.port), server=f"imap://desk%40example.sa@127.0.0.1:{server.port}/INBOX?tls=none")
        (tmp_path / "oauth.refresh").write_text("refresh-0\n")
        (tmp_path / "oauth.refresh").chmod(0o600)
        good = run_cli(tmp_path, "check", "--online")
        assert good.returncode == 0, good.stdout
        assert "logged in; INBOX holds" in good.stdout
        assert "Arabic addresses can't be written to" in good.stdout
        told.refuse = "invalid_client"
        bad = run_cli(tmp_path, "check", "--online")
        told.refuse = ""
    assert bad.returncode == 1
    assert "client_secret_file" in bad.stdout
    check_silent(told, good.stdout, good.stderr, bad.stdout, bad.stderr)
    assert not sink.accepted


def test_the_command_names_what_there_is(issuer: Provider, tmp_path: Path) -> None:
    """A login that does not exist is answered with those that do."""
    write_desk(tmp_path, issuer)
    done = run_cli(tmp_path, "oauth", "login", "nobody")
    assert done.returncode == 2
    assert "info" in done.stderr


# --- settings and alarms -----------------------------------------------------------------------------------------------------------


def test_check_speaks_of_secrets_before_they_end(issuer: Provider, tmp_path: Path) -> None:
    """A secret that ends within days, and files that others can read, are warnings with their place and remedy."""
    write_desk(tmp_path, issuer, f"client_secret_ends = {datetime.now(UTC).date() + timedelta(days=5)}")
    (tmp_path / "oauth.refresh").write_text("refresh-0\n")
    (tmp_path / "oauth.refresh").chmod(0o644)
    said = run_cli(tmp_path, "check")
    assert said.returncode == 0
    assert "ends soon" in said.stdout
    assert f"chmod 600 {tmp_path / 'oauth.refresh'}" in said.stdout
    assert "refresh-0" not in said.stdout


FAULTY = {
    "two places": ('client_secret_env = "X"', "two places"),
    "no token file": ('refresh_token_file = ""', "refresh_token_file"),
    "no client": ('client_id = ""', "is empty"),
    "device URL in clear text": ('device_url = "http://login.example.com/x"', "https://"),
}


@pytest.mark.parametrize(("line", "said"), FAULTY.values(), ids=FAULTY)
def test_faulty_tables_are_refused(issuer: Provider, tmp_path: Path, line: str, said: str) -> None:
    """What can't work in a table oauth is found when the settings are read."""
    write_desk(tmp_path, issuer)
    path = tmp_path / "settings.toml"
    key = line.partition(" ")[0]
    kept = [old for old in path.read_text().splitlines() if not old.startswith(key + " ")]
    at = next(n for n, old in enumerate(kept) if old.startswith("flow"))
    path.write_text("\n".join([*kept[: at + 1], line, *kept[at + 1 :]]))
    with pytest.raises(SettingsError) as caught:
        load_settings(path, {})
    assert said in str(caught.value)


NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def test_an_alarm_days_before_a_secret_ends() -> None:
    """Managers are warned from fourteen days before a secret's last day on, once a login."""
    last = NOW.date() + timedelta(days=20)
    table = OAuth("https://login.example.com/token", CLIENT, Path("s"), client_secret_ends=last)
    server = Server("imaps", "imap.example.com", 993, "desk@example.sa")
    settings = Settings(Desk("desk@example.sa"), (Mailbox("info", server, oauth=table),), Smtp(server, oauth=table))
    logins = Logins(settings, {})
    assert logins.find_alarms(NOW) == []
    assert [alarm.cause for alarm in logins.find_alarms(NOW + timedelta(days=8))] == ["secret info", "secret smtp"]


def test_one_table_is_one_store_of_tokens(issuer: Provider) -> None:
    """A mailbox, its Sent folder and the relay with the same table share their tokens."""
    table = OAuth(issuer.url(), CLIENT, client_secret_env="S")
    server = Server("imaps", "imap.example.com", 993, "desk@example.sa")
    mailbox = Mailbox("info", server, oauth=table, sent_folder="Sent")
    logins = Logins(Settings(Desk("desk@example.sa"), (mailbox,), None), {"S": SECRET})
    shared = logins.secret_of(mailbox)
    assert isinstance(shared, Tokens)
    assert shared is logins.secret_of(mailbox.of_sent) is logins.secret_of(Relay(server, oauth=table))
    assert shared.token() in issuer.access


def test_a_missing_client_secret_is_named(issuer: Provider, tmp_path: Path) -> None:
    """A secret's file that is gone names itself when the next token is due, and is read again once it is there."""
    table = OAuth(issuer.url(), CLIENT, tmp_path / "oauth.secret")
    server = Server("imaps", "imap.example.com", 993, "desk@example.sa")
    tokens = Logins(Settings(Desk("desk@example.sa"), (), None), {}).secret_of(Relay(server, oauth=table))
    assert isinstance(tokens, Tokens)
    assert str(tmp_path / "oauth.secret") in str(fault_of(tokens.token))
    (tmp_path / "oauth.secret").write_text(SECRET)
    assert tokens.token() in issuer.access

