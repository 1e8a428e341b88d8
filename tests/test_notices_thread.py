"""One thread a ticket: all notices of a ticket to one reader are one conversation in the mail programs that people use."""

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailticket.demo.letters import answer, write
from mailticket.model.notice import NoticeKind
from mailticket.model.policy import Agent, Bilingual, Desk
from tests.people import DESK, HUDA, MAJED, OMAR, SARA, make_settings
from tests.world import World

NADA = Agent("nada@example.sa", Bilingual("ندى", "Nada"), teams=("certificate",))
NOURA, LINA, OUTSIDE = "noura@example.com", "lina@example.com", "friend@example.com"
TEXT = "السلام عليكم\nلم تصلني شهادتي من منصة منار."
MINUTE = timedelta(minutes=1)
NEWS = {NoticeKind.NEW_TICKET, NoticeKind.FOLLOW_UP, NoticeKind.COLLEAGUE_REPLIED, NoticeKind.NOTE, NoticeKind.ASSIGNED, NoticeKind.WARNING}
Clients = Callable[[Sequence[EmailMessage]], int]


def ids(mail: EmailMessage, *fields: str) -> set[str]:
    return {value for field in fields for value in re.findall(r"<[^<>]+>", str(mail[field] or ""))}


def bare(subject: str) -> str:
    """A subject without what clients take for a prefix."""
    return re.sub(r"^(?:(?:re|fwd?)\s*:\s*)+", "", subject, flags=re.IGNORECASE)


def join(mails: Sequence[EmailMessage], is_one: Callable[[EmailMessage, EmailMessage], bool]) -> int:
    """How many conversations mails are, when each joins those before it that it is one with."""
    groups: list[list[EmailMessage]] = []
    for mail in mails:
        mine = [group for group in groups if any(is_one(mail, other) for other in group)]
        groups = [group for group in groups if group not in mine] + [[mail, *(other for group in mine for other in group)]]
    return len(groups)


def by_references(mails: Sequence[EmailMessage]) -> int:
    """Thunderbird, Apple Mail and all that follow RFC 5256 s.3: a shared id, be it of a mail that nobody has."""
    fields = ("Message-ID", "In-Reply-To", "References")
    return join(mails, lambda one, other: bool(ids(one, *fields) & ids(other, *fields)))


def by_subject_and_reference(mails: Sequence[EmailMessage]) -> int:
    """Gmail: a shared reference, and the same subject but for "Re:"."""
    fields = ("Message-ID", "In-Reply-To", "References")
    return join(
        mails, lambda one, other: bare(str(one["Subject"])) == bare(str(other["Subject"])) and bool(ids(one, *fields) & ids(other, *fields))
    )


def by_index(mails: Sequence[EmailMessage]) -> int:
    """Outlook and Exchange: the 22 octets at the beginning of the Thread-Index, within one topic."""
    heads = {(base64.b64decode(str(mail["Thread-Index"]))[:22], str(mail["Thread-Topic"])) for mail in mails}
    return len(heads)


def by_subject(mails: Sequence[EmailMessage]) -> int:
    """Clients that look at nothing else."""
    return len({bare(str(mail["Subject"])) for mail in mails})


CLIENTS = [by_references, by_subject_and_reference, by_index, by_subject]


@pytest.fixture(params=[("ar", "الشهادة"), ("en", "رد: شهادتي لم تصل"), ("ar", "Re: Re: Certificate"), ("en", ""), ("ar", "رد:")],
                ids=["arabic", "arabic answer", "answer", "no subject", "nothing but a prefix"])  # fmt: skip
def talk(request: pytest.FixtureRequest) -> Iterator[World]:
    """Five mails of the requester, with a note, a change of owner and an answer in between, and a warning at the end."""
    language, subject = request.param
    desk = Desk(address=DESK, hold=timedelta(0), bundle=timedelta(0), language=language)
    world = World(make_settings(desk=desk, agents=(SARA, NADA, OMAR, HUDA, MAJED)))
    world.receive(write(NOURA, subject, TEXT, world.clock.now()))
    orders = ["#note اتصلنا بمنار", "#assign nada", "نعمل على ذلك.", "#assign me"]
    for at in range(4):
        world.wait(MINUTE)
        notice = next(m for m in reversed(notices(world, SARA.email)))
        world.receive(answer(notice, SARA.email, orders[at], world.clock.now()))
        world.wait(MINUTE)
        world.receive(write(NOURA, f"{subject} [MT-1001]", f"إضافة رقم {at} على ما سبق", world.clock.now()))
    yield world
    world.close()


def notices(world: World, who: str, number: int = 1001) -> list[EmailMessage]:
    """What somebody was told of a ticket, in order."""
    sent = {o.message_id for o in world.sink.sent if o.kind in NEWS and o.recipient == who and o.number == number}
    return [m for m in world.sent(who) if str(m["Message-ID"]) in sent]


@pytest.mark.parametrize("client", CLIENTS, ids=["references", "gmail", "outlook", "subject"])
@pytest.mark.parametrize("who", [SARA.email, NADA.email], ids=["sara", "nada"])
def test_one_conversation(talk: World, client: Clients, who: str) -> None:
    """Whatever happens to a ticket, whoever owns it: one conversation for each reader."""
    mails = notices(talk, who)
    assert len(mails) >= 5
    assert client(mails) == 1


@pytest.mark.parametrize("client", CLIENTS, ids=["references", "gmail", "outlook", "subject"])
def test_two_tickets_are_two(talk: World, client: Clients) -> None:
    """Tickets with one and the same subject are apart."""
    talk.receive(write(LINA, str(talk.store.ticket(1001).subject), f"{TEXT} وأنا لينا", talk.clock.now()))  # type: ignore[union-attr]  # it is there
    mails = [*notices(talk, SARA.email), *notices(talk, SARA.email, 1002)]
    assert client(mails) == 2


@pytest.mark.parametrize("client", CLIENTS, ids=["references", "gmail", "outlook", "subject"])
def test_replaced_token(talk: World, client: Clients) -> None:
    """When a token was seen outside and replaced, the conversation goes on, and the old token is worth nothing."""
    notice = notices(talk, SARA.email)[-1]
    shown = answer(notice, SARA.email, "أهلاً بكم", talk.clock.now(), cc=OUTSIDE)
    talk.receive(shown)
    talk.wait(MINUTE)
    talk.receive(write(NOURA, "x [MT-1001]", "شكراً، ولكن متى تصل؟", talk.clock.now()))
    mails = notices(talk, SARA.email)
    fresh = mails[-1]
    assert fresh["Reply-To"] != notice["Reply-To"]
    assert client(mails) == 1
    before = len(talk.sent(NOURA))
    stale = answer(notice, SARA.email, "رد بعنوان قديم", talk.clock.now())
    talk.receive(stale)
    assert len(talk.sent(NOURA)) == before
    talk.receive(answer(fresh, SARA.email, "رد بالعنوان الجديد", talk.clock.now()))
    assert len(talk.sent(NOURA)) == before + 1


def test_first_notice_is_no_answer(talk: World) -> None:
    """The notice of a new ticket begins the conversation; those after it answer its root."""
    first, *others = notices(talk, NADA.email)
    assert first["In-Reply-To"] is None
    assert not str(first["Subject"]).startswith("Re:")
    assert {str(m["In-Reply-To"]) for m in others} == {str(first["References"])}
    assert all(len(base64.b64decode(str(m["Thread-Index"]))) == 27 for m in others)
    assert len(base64.b64decode(str(first["Thread-Index"]))) == 22


def test_readers_share_no_token(talk: World) -> None:
    """Each reader's conversation has a root of its own: forwarded to a colleague it proves nothing of them."""
    roots = [{str(m["References"]).split()[0] for m in notices(talk, who)} for who in (SARA.email, NADA.email)]
    assert not roots[0] & roots[1]


def test_index_of_outlook() -> None:
    """A Thread-Index begins with the octet 1 and the year's time, and no two conversations share one."""
    world = World(replace(make_settings(), agents=(SARA, NADA, OMAR, HUDA, MAJED)))
    world.receive(write(NOURA, "الشهادة", TEXT, world.clock.now()))
    heads = [base64.b64decode(str(notices(world, who)[0]["Thread-Index"])) for who in (SARA.email, NADA.email)]
    assert [head[0] for head in heads] == [1, 1]
    assert heads[0] != heads[1]
    world.close()
