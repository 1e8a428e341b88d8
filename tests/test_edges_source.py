"""A source keeps its word on files, the demo's server and Dovecot; what an IMAP server does wrong ends in a fault with a remedy."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailticket.edges.folder import UIDS_AN_ANSWER
from mailticket.edges.imap import ImapSource
from mailticket.edges.maildir import FileSource
from mailticket.model.outcome import SourceError
from mailticket.model.policy import Mailbox, Server
from tests.servers import PASSWORD, Certificates, DovecotServer, demo_imap_server, dovecot_server, imap_script, wait_until, why_no_dovecot

FIRST = "From: sara@example.com\r\nSubject: \u0645\u0631\u062d\u0628\u0627\r\nMessage-ID: <1@example.com>\r\n\r\nالسلام عليكم\r\n".encode()
SECOND = b"From: ali@example.com\r\nSubject: two\r\nContent-Type: text/plain\r\n\r\nbody of the second\r\n"


@dataclass
class Place:
    """A folder that mails can be put into, and a source over it."""

    source: ImapSource | FileSource
    put: Callable[[bytes], None]


def files_place(folder: Path) -> Place:
    """A folder of .eml files; names count up."""

    def put(raw: bytes) -> None:
        (folder / f"{len(list(folder.iterdir())):03}.eml").write_bytes(raw)

    return Place(FileSource(folder, account="info"), put)


def maildir_place(folder: Path) -> Place:
    """A maildir, as a delivery agent fills it."""
    (folder / "new").mkdir()
    (folder / "cur").mkdir()

    def put(raw: bytes) -> None:
        count = len(list(folder.glob("new/*")))
        (folder / "new" / f"17000{count}.M1.host").write_bytes(raw)

    return Place(FileSource(folder, account="info"), put)


def dovecot_place(server: DovecotServer, folder: str = "INBOX", *, tls: str = "none") -> Place:
    """A fresh account on Dovecot."""
    account = server.account()
    if folder != "INBOX":
        with server.client(account) as client:
            client.create_folder(folder)
    mailbox = Mailbox("info", server.server(account, folder, tls=tls, host="localhost"), ca_file=server.certificates.ca)
    return Place(ImapSource(mailbox, PASSWORD), lambda raw: server.deliver(account, raw, folder))


@pytest.fixture(params=["files", "maildir", "demo", "plain", "starttls", "implicit", "arabic folder"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Every sort of source in turn."""
    if request.param == "files":
        yield files_place(tmp_path)
    elif request.param == "maildir":
        yield maildir_place(tmp_path)
    elif request.param == "demo":
        with demo_imap_server({"info@example.sa": PASSWORD}) as server:
            source = ImapSource(Mailbox("info", server), PASSWORD)
            source.open()
            yield Place(source, source.append)
            source.close()
    else:
        server = request.getfixturevalue("dovecot")
        folder, tls = ("الدعم & \"الفني\" /١", "none") if request.param == "arabic folder" else ("INBOX", request.param)
        made = dovecot_place(server, folder, tls=tls)
        yield made
        made.source.close()


def test_finds_each_mail_once(place: Place) -> None:
    """What is new is found above the last UID, ascending, with its place, time and size; and below it nothing."""
    place.put(FIRST)
    place.put(SECOND)
    listing = place.source.open()
    found = place.source.find_new(0)
    assert [(a.account, a.folder, a.uidvalidity) for a in found] == [(listing.account, listing.folder, listing.uidvalidity)] * 2
    assert found[0].uid < found[1].uid < listing.uidnext
    assert [a.size for a in found] == [len(FIRST), len(SECOND)]
    assert all(timedelta(0) <= datetime.now(UTC) - a.arrived < timedelta(minutes=1) for a in found)
    assert place.source.find_new(found[0].uid) == found[1:]
    assert place.source.find_new(found[1].uid) == []  # though `n:*` names the last mail always


def test_fetches_the_very_bytes(place: Place) -> None:
    """A mail comes as the bytes that were put there; a UID that is not there is simply missing."""
    place.put(FIRST)
    place.put(SECOND)
    place.source.open()
    first, second = place.source.uids()
    assert place.source.fetch([first, second, second + 5]) == {first: FIRST, second: SECOND}
    assert place.source.fetch([]) == {}


def test_outlines_what_is_too_big(place: Place) -> None:
    """An outline has the mail's own headers and says how big the mail is, without a word of its body."""
    place.put(SECOND)
    place.source.open()
    (uid,) = place.source.uids()
    outline = place.source.fetch_outline([uid, uid + 5])[uid]
    assert b"Subject: two" in outline
    assert b"body of the second" not in outline
    assert f"{len(SECOND)} bytes".encode() in outline


def test_sees_what_came_after(place: Place) -> None:
    """Opening again shows what came meanwhile, in the same folder under the same UIDVALIDITY; marking as done changes none of it."""
    place.put(FIRST)
    before = place.source.open()
    (old,) = place.source.uids()
    place.source.mark_done([old])
    place.put(SECOND)
    after = place.source.open()
    assert (after.folder, after.uidvalidity) == (before.folder, before.uidvalidity)
    assert after.uidnext > before.uidnext
    assert [place.source.fetch([a.uid])[a.uid] for a in place.source.find_new(old)] == [SECOND]
    assert old in place.source.uids()


def test_empty_folder(place: Place) -> None:
    """An empty folder is nothing special."""
    assert place.source.open().uidnext >= 1
    assert place.source.uids() == []
    assert place.source.find_new(0) == []
    place.source.mark_done([])


def test_use_before_open_is_a_plain_fault(dovecot: DovecotServer) -> None:
    """A source that is not open says so, as UIDs of another connection would mean nothing."""
    with pytest.raises(SourceError, match="not open"):
        dovecot_place(dovecot).source.uids()


# --- Dovecot: what a server keeps -------------------------------------------------------------------------------------------------


@pytest.fixture
def account(dovecot: DovecotServer) -> str:
    """A fresh account."""
    return dovecot.account()


def opened(mailbox: Mailbox) -> ImapSource:
    """A source that is open already."""
    source = ImapSource(mailbox, PASSWORD)
    source.open()
    return source


def test_seen_means_nothing(dovecot: DovecotServer, account: str) -> None:
    """A mail that somebody has read is collected all the same, and collecting marks nothing as read."""
    dovecot.deliver(account, FIRST, flags=[b"\\Seen"])
    dovecot.deliver(account, SECOND)
    source = opened(Mailbox("info", dovecot.server(account)))
    assert [a.uid for a in source.find_new(0)] == [1, 2]
    assert len(source.fetch([1, 2])) == len(source.fetch_outline([1, 2])) == 2
    source.close()
    assert {uid: b"\\Seen" in flags for uid, flags in dovecot.flags(account).items()} == {1: True, 2: False}


def test_arrival_is_internaldate_in_utc(dovecot: DovecotServer, account: str) -> None:
    """The time of arrival is the server's, in UTC, and never in the future."""
    dovecot.deliver(account, FIRST, at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    dovecot.deliver(account, SECOND, at=datetime.now(UTC) + timedelta(days=900))
    source = opened(Mailbox("info", dovecot.server(account)))
    first, second = source.find_new(0)
    source.close()
    assert first.arrived == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert first.arrived.tzinfo is UTC
    assert second.arrived <= datetime.now(UTC)


def test_keyword_is_set(dovecot: DovecotServer, account: str) -> None:
    """A mail that is done carries our keyword where the server keeps such."""
    dovecot.deliver_many(account, [FIRST, SECOND])
    source = opened(Mailbox("info", dovecot.server(account)))
    source.mark_done([1])
    source.close()
    assert source.complaint == ""
    assert {uid: b"$MailTicket" in flags for uid, flags in dovecot.flags(account).items()} == {1: True, 2: False}


def contents(server: DovecotServer, account: str, folder: str) -> dict[bytes, tuple[bytes, ...]]:
    """The mails of a folder and their flags, whatever their UIDs."""
    with server.client(account) as client:
        client.select_folder(folder, readonly=True)
        return {data[b"BODY[]"]: data[b"FLAGS"] for data in client.fetch(client.search("ALL"), ["BODY.PEEK[]", "FLAGS"]).values()}


@pytest.mark.parametrize(
    ("capabilities", "stays_flagged"),
    [
        pytest.param("IMAP4rev1 LITERAL+ IDLE UIDPLUS MOVE", False, id="MOVE"),
        pytest.param("IMAP4rev1 LITERAL+ IDLE UIDPLUS", False, id="no MOVE"),
        pytest.param("IMAP4rev1 LITERAL+ IDLE", True, id="no MOVE, no UIDPLUS"),
    ],
)
def test_moves_to_the_done_folder(capabilities: str, stays_flagged: bool) -> None:
    """A mail that is done moves to a folder that is made when missing; another's deleted mail is never expunged along with it."""
    if reason := why_no_dovecot():
        pytest.skip(reason)
    with dovecot_server(extra=f"imap_capability = {capabilities}") as server:
        account = server.account()
        server.deliver(account, FIRST)
        server.deliver(account, SECOND, flags=[b"\\Deleted"])
        source = opened(Mailbox("info", server.server(account), done_folder="منجز/٢٠٢٦"))
        source.mark_done([1])
        assert source.complaint == ""
        left = contents(server, account, "INBOX")
        assert SECOND in left
        assert (FIRST in left) == stays_flagged
        assert b"\\Deleted" in left.get(FIRST, (b"\\Deleted",))
        assert b"$MailTicket" in contents(server, account, "منجز/٢٠٢٦")[FIRST]
        server.deliver(account, b"third\r\n\r\n")
        source.open()
        source.mark_done([3])
        source.close()
        assert len(contents(server, account, "منجز/٢٠٢٦")) == 2


def test_new_uidvalidity_shows_at_open(dovecot: DovecotServer, account: str) -> None:
    """A folder whose UIDs were given anew says so when it is opened next, though the connection broke over it."""
    dovecot.deliver(account, FIRST)
    source = opened(Mailbox("info", dovecot.server(account)))
    dovecot.admin("mailbox", "update", "--uid-validity", "4242", "-u", account, "INBOX")
    assert source.open().uidvalidity == 4242
    assert [a.uidvalidity for a in source.find_new(0)] == [4242]
    source.close()


def test_kicked_connection_is_made_anew(dovecot: DovecotServer, account: str) -> None:
    """A connection that the server ends fails in words, is no reason to stop, and the next round has a new one."""
    dovecot.deliver(account, FIRST)
    source = opened(Mailbox("info", dovecot.server(account)))
    dovecot.admin("kick", account)
    with pytest.raises(SourceError) as fault:
        wait_until(lambda: not source.fetch([1]))  # a server under load hangs up a moment later
    assert not fault.value.permanent
    assert source.open().uidnext == 2
    assert source.fetch([1]) == {1: FIRST}
    dovecot.admin("kick", account)
    assert source.open().uidnext == 2  # a dead connection is not even noticed when nothing was asked of it
    source.close()


def test_server_comes_back() -> None:
    """A server that is away fails in words with a remedy, and serves again when it is back."""
    if reason := why_no_dovecot():
        pytest.skip(reason)
    with dovecot_server() as server:
        account = server.account()
        source = opened(Mailbox("info", server.server(account)))
        server.kill()
        with pytest.raises(SourceError, match="nothing listens there") as fault:
            source.open()
        assert not fault.value.permanent
        assert "port" in fault.value.remedy
        server.start()
        assert source.open().uidvalidity
        source.close()


def test_silent_server_is_given_up() -> None:
    """A server that stops answering is given up after the time-out, in words."""
    if reason := why_no_dovecot():
        pytest.skip(reason)
    with dovecot_server() as server:
        source = ImapSource(Mailbox("info", server.server(server.account())), PASSWORD, timeout=0.3)
        source.open()
        assert server.process is not None
        os.killpg(server.process.pid, signal.SIGSTOP)
        with pytest.raises(SourceError, match=r"did not answer in time|connection broke"):
            source.find_new(0)
        os.killpg(server.process.pid, signal.SIGCONT)
        assert source.open().uidvalidity
        source.close()


# --- what keeps a mailbox from being read -----------------------------------------------------------------------------------------


def fault_of(server: Server, ca: Path | None = None, password: str = PASSWORD) -> SourceError:
    """The fault that opening ends in."""
    with pytest.raises(SourceError) as fault:
        ImapSource(Mailbox("info", server, ca_file=ca), password, timeout=5).open()
    assert password not in str(fault.value) + fault.value.remedy
    return fault.value


@pytest.mark.parametrize("password", ["wrong-password", "كلمة-خاطئة"])
def test_wrong_password_is_for_good(dovecot: DovecotServer, account: str, password: str) -> None:
    """A wrong password must not be tried again, for the host would lock the account."""
    fault = fault_of(dovecot.server(account), password=password)
    assert fault.permanent
    assert "password" in fault.remedy


def test_arabic_password() -> None:
    """A password beyond ASCII logs in."""
    if reason := why_no_dovecot():
        pytest.skip(reason)
    with dovecot_server(password="كلمة-السر") as server:
        source = ImapSource(Mailbox("info", server.server(server.account())), "كلمة-السر")
        assert source.open().uidvalidity
        source.close()


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_untrusted_certificate(dovecot: DovecotServer, certificates: Certificates, account: str, tls: str) -> None:
    """A certificate of an authority that we don't trust is refused before any login, and may be mended without a restart."""
    fault = fault_of(dovecot.server(account, tls=tls, host="localhost"), ca=certificates.ca)
    assert "certificate is not to be trusted" in str(fault)
    assert "ca_file" in fault.remedy
    assert not fault.permanent


def test_certificate_of_another_host(dovecot: DovecotServer, account: str) -> None:
    """A certificate for another name is refused."""
    fault = fault_of(replace(dovecot.server(account, tls="implicit"), host="127.0.0.2"), ca=dovecot.certificates.ca)
    assert "certificate is not to be trusted" in str(fault) or "nothing listens" in str(fault)


def test_no_tls_on_the_port(dovecot: DovecotServer, account: str) -> None:
    """imaps:// on a port that speaks plain IMAP names the port as the thing to check."""
    fault = fault_of(replace(dovecot.server(account, tls="implicit", host="localhost"), port=dovecot.port), ca=dovecot.certificates.ca)
    assert "port" in fault.remedy


def test_missing_ca_file(dovecot: DovecotServer, account: str) -> None:
    """A ca_file that is not there is named."""
    assert "/nowhere/ca.pem" in str(fault_of(dovecot.server(account, tls="implicit"), ca=Path("/nowhere/ca.pem")))


def test_clear_text_stays_at_home() -> None:
    """Without TLS no other machine is spoken to, whatever the settings say."""
    fault = fault_of(Server("imap", "imap.example.sa", 143, "info@example.sa", "none"))
    assert fault.permanent
    assert "loopback only" in str(fault)


def test_vanished_starttls_is_never_clear_text() -> None:
    """Where STARTTLS is wanted and not offered, neither user nor password leave the house."""
    with imap_script({}) as script:
        fault = fault_of(replace(script.server(), tls="starttls"))
        assert "no STARTTLS" in str(fault)
        assert not any("LOGIN" in command for command in script.heard)


def test_missing_folder(dovecot: DovecotServer, account: str) -> None:
    """A folder that is not there is named, and the login is not blamed."""
    fault = fault_of(dovecot.server(account, "لا يوجد"))
    assert "لا يوجد" in str(fault)
    assert "folder" in fault.remedy


@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        ("NO [UNAVAILABLE] no backend", False),
        ("NO [INUSE] locked", False),
        ("NO [LIMIT] too many connections", False),
        ("NO [AUTHENTICATIONFAILED] invalid credentials", True),
        ("NO [AUTHENTICATIONFAILED] please log in via your web browser, try again later", True),
        ("NO [EXPIRED] change it", True),
        ("NO [PRIVACYREQUIRED] TLS first", True),
        ("NO LOGIN failed.", True),
        ("NO Server temporarily unavailable", False),
    ],
)
def test_refused_logins_are_told_apart(reply: str, permanent: bool) -> None:
    """A login that is refused for now is tried again; one that is refused for good is not."""
    with imap_script({"LOGIN": "{tag} " + reply + "\r\n"}) as script:
        fault = fault_of(script.server())
    assert fault.permanent is permanent
    assert fault.remedy


@pytest.mark.parametrize("password", ["two\r\nlines", "nul\0"])
def test_control_characters_never_reach_the_wire(password: str) -> None:
    """A password with a line break is refused here, since it would be a command there."""
    with imap_script({}) as script:
        assert fault_of(script.server(), password=password).permanent
        assert script.heard == ["CAPABILITY"]


# --- servers that lie -------------------------------------------------------------------------------------------------------------


def test_one_impossible_date_spoils_no_other() -> None:
    """A mail without a readable INTERNALDATE counts as arrived now; its neighbours keep theirs."""
    facts = '* {0} FETCH (UID {0} INTERNALDATE "{1}" RFC822.SIZE 5)\r\n'
    good, bad = facts.format(1, "01-Mar-2026 09:30:00 +0000"), facts.format(2, "garbage")
    answers = {
        "UID SEARCH": "* SEARCH 1 2\r\n{tag} OK done\r\n",
        "UID FETCH 1,2 ": good + bad + "{tag} OK done\r\n",
        "UID FETCH 1 ": good + "{tag} OK done\r\n",
        "UID FETCH 2 (INTERNALDATE": bad + "{tag} OK done\r\n",
        "UID FETCH 2 (RFC822.SIZE": "* 2 FETCH (UID 2 RFC822.SIZE 5)\r\n{tag} OK done\r\n",
    }
    before = datetime.now(UTC)
    with imap_script(answers) as script:
        source = opened(Mailbox("info", script.server()))
        first, second = source.find_new(0)
        source.close()
    assert first.arrived == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert before <= second.arrived <= datetime.now(UTC)
    assert (second.uid, second.size) == (2, 5)


def test_huge_folder_is_asked_in_pieces() -> None:
    """A folder with more mails than one answer line may hold is searched a stretch of UIDs at a time."""
    count = UIDS_AN_ANSWER * 2
    opening = f"* {count} EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT {count + 1}]\r\n{{tag}} OK [READ-WRITE] done\r\n"
    answers = {
        "SELECT": opening,
        f"UID SEARCH UID 1:{UIDS_AN_ANSWER}": "* SEARCH 3 1\r\n{tag} OK done\r\n",
        f"UID SEARCH UID {UIDS_AN_ANSWER + 1}:{count}": "* SEARCH 70000\r\n{tag} OK done\r\n",
    }
    with imap_script(answers) as script:
        source = opened(Mailbox("info", script.server()))
        assert source.uids() == [1, 3, 70000]
        source.close()


@pytest.mark.parametrize(
    "answer",
    ["* BYE going down\r\n", "* 1 FETCH (UID 1 BODY[] {100}\r\nshort", "{tag} BAD what\r\n", "* 1 FETCH (UID 1 BODY[] {5\r\n{tag} OK\r\n"],
    ids=["BYE", "cut in a literal", "BAD", "broken literal"],
)
def test_nonsense_ends_in_words(answer: str) -> None:
    """Whatever a server answers to FETCH ends in bytes or in a fault that can be tried again."""
    with imap_script({"UID FETCH": answer}) as script:
        source = ImapSource(Mailbox("info", script.server()), PASSWORD, timeout=0.3)
        source.open()
        with pytest.raises(SourceError) as fault:
            source.fetch([1])
        assert not fault.value.permanent
        assert source.open().uidnext == 2
        source.close()


def test_no_uidvalidity() -> None:
    """A folder without UIDVALIDITY can't be served, for its UIDs mean nothing."""
    with imap_script({"SELECT": "* 1 EXISTS\r\n{tag} OK done\r\n"}) as script:
        assert "UIDVALIDITY" in str(fault_of(script.server()))


READ_ONLY = "* 1 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 2]\r\n{tag} OK [READ-ONLY] done\r\n"
NO_DELETE = READ_ONLY.replace("READ-ONLY", "READ-WRITE").replace("{tag}", "* OK [PERMANENTFLAGS (\\Seen)] limited\r\n{tag}")


@pytest.mark.parametrize(("opening", "words"), [(READ_ONLY, "read-only"), (NO_DELETE, "no leave to delete")], ids=["read-only", "no delete"])
def test_read_only_folder_is_collected(opening: str, words: str, caplog: pytest.LogCaptureFixture) -> None:
    """A folder where we may not delete is served; nothing is tried there, above all no copy, and one warning says so."""
    with imap_script({"SELECT": opening}) as script:
        source = opened(Mailbox("info", script.server(), done_folder="Done"))
        for _ in range(3):
            source.mark_done([1])
            assert source.find_unmarked() == []
            assert words in source.complaint
            assert source.open().uidnext == 2
        source.close()
    assert not any(command.startswith(("UID STORE", "UID COPY", "UID MOVE", "CREATE")) for command in script.heard)
    assert len([record for record in caplog.records if words in record.message]) == 1


def test_full_folder_is_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    """A done folder over its quota is warned of once, and its end is said."""
    answers = {"LIST": '* LIST () "/" Done\r\n{tag} OK done\r\n', "UID COPY": "{tag} NO [OVERQUOTA] full\r\n"}
    with imap_script(answers) as script, caplog.at_level("INFO"):
        source = opened(Mailbox("info", script.server(), done_folder="Done"))
        for _ in range(3):
            source.mark_done([1])
        assert "OVERQUOTA" in source.complaint
        del script.answers["UID COPY"]
        source.mark_done([1])
        assert source.complaint == ""
        source.close()
    assert [("OVERQUOTA" in r.message, r.levelname) for r in caplog.records if "info" in r.message] == [(True, "WARNING"), (False, "INFO")]
