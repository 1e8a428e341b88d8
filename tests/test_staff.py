"""Staff work wholly by mail: raw mails in, raw mails out, for every command in both languages, good and bad."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.demo.letters import answer, part, write
from mailticket.desk.dispatch import ACTIONS
from mailticket.inbound.commands import find_command, parse_commands
from mailticket.model.commands import BY_NAME, COMMANDS
from mailticket.model.ticket import Ticket
from mailticket.outbound.staffwords import DONE, WRONG
from mailticket.settings import read_snippets
from mailticket.text.bidi import strip_controls
from mailticket.tickets.snippets import find_unknown, list_snippets
from tests.people import HUDA, MAJED, OMAR, SARA, make_settings
from tests.world import World

NOURA, LINA, ALI = "noura@example.com", "lina@example.com", "ali@example.com"


@pytest.fixture
def world() -> Iterator[World]:
    """A desk with one ticket of Noura's, 1001, for Sara's team."""
    made = World()
    made.receive(write(NOURA, "الشهادة", "السلام عليكم\nلم تصلني شهادتي من منصة منار.", made.clock.now(), name="نورة"))
    yield made
    made.close()


def says(world: World, text: str, who: str = SARA.email, *, style: str = "gmail en", number: int = 1001, **more: str) -> str:
    """An agent answers their latest notice of a ticket; the outcome's word."""
    notice = next(m for m in reversed(world.sent(who)) if m["X-MailTicket"] == str(number))
    world.clock.advance(timedelta(seconds=20))
    world.receive(answer(notice, who, text, world.clock.now(), style=style, **more))
    return world.store.ledger_rows()[-1].disposition


def ticket(world: World, number: int = 1001) -> Ticket:
    found = world.store.ticket(number)
    assert found
    return found


def last(world: World, who: str = SARA.email) -> str:
    """The last mail to somebody: its subject and text."""
    mail = world.sent(who)[-1]
    return f"{mail['Subject']}\n{part(mail, 'plain')}"


@pytest.mark.parametrize(
    ("text", "field", "value", "said"),
    [
        ("#assign omar", "owner", OMAR.email, "Assigned to Omar"),
        ("#إسناد عمر", "owner", OMAR.email, "إسناد التذكرة إلى عمر"),
        ("#assign", "owner", SARA.email, "Assigned to Sara"),
        ("#إسناد لي", "owner", SARA.email, "إسناد التذكرة إلى سارة"),
        ("#team platform", "team", "platform", "Passed to Platform"),
        ("#تحويل إلى المنصة", "team", "certificate", "تعذر فهم"),
        ("#تحويل المنصة", "team", "platform", "تحويل التذكرة إلى المنصة"),
        ("#priority urgent", "priority", "urgent", "Priority: Urgent"),
        ("#أولوية عاجلة", "priority", "urgent", "الأولوية: عاجلة"),
        ("#type complaint", "type", "complaint", "Type: Complaint"),
        ("#نوع شكوى", "type", "complaint", "النوع: شكوى"),
        ("#escalate it is beyond us", "level", 2, "Raised to level 2"),
        ("#تصعيد", "level", 2, "المستوى الثاني"),
        ("#wait", "status", "waiting", "waits for the requester"),
        ("#انتظار", "status", "waiting", "بانتظار مقدم الطلب"),
        ("#close", "status", "closed", "Closed"),
        ("#إغلاق", "status", "closed", "إغلاق التذكرة"),
        ("#resolve", "status", "resolved", "Resolved"),
        ("#حل", "status", "resolved", "تمت المعالجة"),
        ("#spam", "status", "spam", "Spam"),
        ("#مزعج", "status", "spam", "مزعجة"),
        ("＃Close", "status", "closed", "Closed"),
        ("# close", "status", "closed", "Closed"),
        ("\u200f#إغلاق.", "status", "closed", "إغلاق التذكرة"),
        ("#Assign: omar", "owner", OMAR.email, "Assigned to Omar"),
    ],
)
def test_command_alone(world: World, text: str, field: str, value: object, said: str) -> None:
    """A command alone does what it says, is answered with a transcript, and sends the requester no empty answer."""
    before = len(world.sent(NOURA))
    assert says(world, text) == "agent action"
    assert getattr(ticket(world), field) == value
    assert said in last(world)
    texts = [part(m, "plain") for m in world.sent(NOURA)[before:]]
    assert len(texts) == (1 if value == "resolved" else 0)


# --- what stands below the commands, and what goes wrong -------------------------------------------------------------------------


def test_text_below_is_the_answer(world: World) -> None:
    """Commands and an answer in one mail: the requester reads the answer alone, and the ticket is as the commands say."""
    assert says(world, "#priority high\n#assign omar\n\nصدرت شهادتكم اليوم.", style="outlook ar") == "agent action"
    assert (ticket(world).priority, ticket(world).owner, ticket(world).status) == ("high", OMAR.email, "waiting")
    read = part(world.sent(NOURA)[-1], "plain")
    assert "صدرت شهادتكم اليوم." in read
    assert "#" not in read.replace("[MT", "")


@pytest.mark.parametrize("text", ["#note she called twice", "#ملاحظة اتصلت مرتين", "#note\nshe called twice\n\nand once more"])
def test_note_stays_inside(world: World, text: str) -> None:
    """A note is an internal entry, colleagues hear of it, and nothing goes to the requester."""
    before = len(world.sent(NOURA))
    assert says(world, text) == "agent action"
    assert len(world.sent(NOURA)) == before
    entry = world.store.entries(1001)[-1]
    assert (entry.what, entry.visibility) == ("note", "internal")
    assert ticket(world).status == "new"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#asign omar\nHello", "#assign"),
        ("#شكرا لكم على التواصل", "ليس بين الأوامر"),
        ("#assign nobodyknows\nHello", "sara, omar"),
        ("#priority soon", "#priority high"),
        ("#close now please", "Nothing stands behind"),
        ("#verify", "level 2"),
        ("#تحقق", "للمستوى الثاني"),
        ("#team", "missing"),
        ("#snooze yesterday", "could not be understood"),
        ("#confirm", "Nothing is held"),
        ("#undo", "nothing of yours"),
        ("#split", "only once"),
        ("#merge 1001", "could not be understood"),
        ("#cc omar@example.sa", "could not be understood"),
        ("#priority high\n#asign omar\nHello", "There is no such command"),
    ],
)
def test_all_or_nothing(world: World, text: str, words: str) -> None:
    """One thing wrong and nothing is done or sent; the answer says what, and returns the agent's text."""
    before, sent = ticket(world), len(world.sent(NOURA))
    spread = text.startswith(("#merge", "#cc"))
    assert says(world, text) == ("held" if spread else "agent action")
    assert replace(ticket(world), updated=before.updated) == before
    assert len(world.sent(NOURA)) == sent
    assert words in last(world)
    assert text.partition("\n")[0] in last(world)


def test_command_further_down_is_asked_about(world: World) -> None:
    """A command below the text is no text for the requester: the mail is held, and sent all the same only by a word."""
    assert says(world, "Your certificate is issued.\n\n#resolve") == "held"
    assert "further down" in last(world) or "أسفل" in last(world)
    assert len(world.sent(NOURA)) == 1
    assert says(world, "#send") == "agent action"
    assert "#resolve" in part(world.sent(NOURA)[-1], "plain")


# --- held mails ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["#confirm", "#تأكيد", "＃Confirm."])
def test_spreading_command_is_confirmed(world: World, word: str) -> None:
    """Without a pinned authserv_id what could leak is held, shown, and done once its agent says so from the one-time address."""
    assert says(world, "#cc ali@example.com") == "held"
    assert "Copies of answers go to ali@example.com" in last(world)
    assert "#confirm" in last(world)
    assert len(world.store.known(1001).participants) == 1  # type: ignore[union-attr]  # the ticket is there
    question = world.sent(SARA.email)[-1]
    assert says(world, word) == "agent action"
    assert {p.address: p.role for p in world.store.known(1001).participants}[ALI] == "allowed"  # type: ignore[union-attr]  # as above
    world.receive(answer(question, SARA.email, f"{word} ", world.clock.now()))  # once only: the address is spent
    assert "Nothing is held" in last(world) or "لا رسالة معلقة" in last(world)


def test_forged_agent_mail_is_confirmed_by_its_agent_alone(world: World) -> None:
    """A mail in an agent's name without a token does nothing; the agent's own word releases exactly those bytes, within a day."""
    world.receive(write(SARA.email, "Re: [MT-1001]", "صدرت شهادتكم.", world.clock.now()))
    assert world.store.ledger_rows()[-1].disposition == "held"
    question = world.sent(SARA.email)[-1]
    assert len(world.sent(NOURA)) == 1
    stolen = answer(question, OMAR.email, "#confirm", world.clock.now())
    world.receive(stolen)
    assert len(world.sent(NOURA)) == 1
    outsider = answer(question, LINA, "#confirm", world.clock.now())
    world.receive(outsider)
    assert "صدرت شهادتكم" not in "".join(part(m, "plain") for m in world.sent(NOURA))
    world.receive(answer(question, SARA.email, "#confirm", world.clock.now(), style="outlook ar"))
    assert "صدرت شهادتكم." in part(world.sent(NOURA)[-1], "plain")


def test_confirmation_comes_too_late(world: World) -> None:
    """After 24 hours the word releases nothing."""
    says(world, "#cc ali@example.com")
    question = world.sent(SARA.email)[-1]
    world.clock.advance(timedelta(hours=25))
    world.receive(answer(question, SARA.email, "#confirm", world.clock.now()))
    assert [p.address for p in world.store.known(1001).participants] == [NOURA]  # type: ignore[union-attr]  # the ticket is there


def test_machine_confirms_nothing(world: World) -> None:
    """An automatic answer to the question releases nothing, whatever it says."""
    says(world, "#cc ali@example.com")
    question = world.sent(SARA.email)[-1]
    raw = answer(question, SARA.email, "#confirm", world.clock.now()).replace(b"MIME-Version", b"Auto-Submitted: auto-replied\r\nMIME-Version", 1)
    world.receive(raw)
    assert [p.address for p in world.store.known(1001).participants] == [NOURA]  # type: ignore[union-attr]  # the ticket is there


def test_questions_are_few(world: World) -> None:
    """However many mails are forged in an agent's name, at most six an hour are asked about."""
    before = len(world.sent(SARA.email))
    for at in range(12):
        world.receive(write(SARA.email, f"Re: {at} [MT-1001]", f"Send everything {at}", world.clock.now()))
    assert len(world.sent(SARA.email)) - before == 6


def test_quotes_of_the_notice_do_not_go_out(world: World) -> None:
    """Quoted lines go out only where they are the requester's own words in that ticket."""
    text = "> لم تصلني شهادتي من منصة منار.\nصدرت اليوم.\n> المسؤول: سارة\n> sara knows the secret"
    outcome = says(world, text, style="bare")
    if outcome == "held":
        assert says(world, "#send") == "agent action"
    read = part(world.sent(NOURA)[-1], "plain")
    assert "> لم تصلني شهادتي" in read
    assert "صدرت اليوم." in read
    assert "secret" not in read
    assert "المسؤول" not in read


# --- the other commands ------------------------------------------------------------------------------------------------------------


def confirms(world: World, text: str, who: str = SARA.email, **more: object) -> str:
    """An agent's mail that spreads, and the agent's word for it."""
    assert says(world, text, who, **more) == "held"  # type: ignore[arg-type]  # the keywords are says' own
    return says(world, "#confirm", who, **more)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(("text", "hours"), [("#snooze 3h", 3), ("#تأجيل ٣ ساعات", 3), ("#snooze tomorrow 09:00", 24), ("#تأجيل يومين", 48)])
def test_snooze(world: World, text: str, hours: int) -> None:
    """A ticket sleeps until then, and its owner is told when it wakes."""
    says(world, f"{text}\n#assign me")
    until = ticket(world).snoozed
    assert until is not None
    assert abs(until - world.clock.now() - timedelta(hours=hours)) < timedelta(minutes=2)


@pytest.mark.parametrize("text", ["#send details", "#جاهز details", "#send Details\nومعها كلمة منا."])
def test_canned_reply(world: World, text: str) -> None:
    """A canned reply goes out in the ticket's language with its names filled, and with the agent's own words below it."""
    assert says(world, text) == "agent action"
    read = part(world.sent(NOURA)[-1], "plain")
    assert "نورة" in read
    assert "{{" not in read
    assert "صورة من الشاشة" in read
    assert ("كلمة منا" in read) == ("كلمة منا" in text)
    assert ticket(world).status == "waiting"


@pytest.mark.parametrize("text", ["#remote https://get.teamviewer.com/s42", "#تحكم https://get.teamviewer.com/s42"])
def test_remote_session(world: World, text: str) -> None:
    """The requester is invited to the session, once its agent has confirmed."""
    assert confirms(world, text) == "agent action"
    assert "https://get.teamviewer.com/s42" in part(world.sent(NOURA)[-1], "plain")
    assert "TeamViewer" in part(world.sent(NOURA)[-1], "plain")


def intake(world: World, who: str = SARA.email) -> str:
    """An agent's own address for tickets that are none yet, as the mailed help gives it."""
    world.receive(write(who, "help", "#help", world.clock.now()))
    return str(world.sent(who)[-1]["Reply-To"])


@pytest.mark.parametrize(
    ("text", "channel", "name"),
    [
        ("#log phone Noura Ahmad 0501234567\nHer certificate is late.", "phone", "Noura Ahmad 0501234567"),
        ("#تسجيل واتساب نورة أحمد ٠٥٠١٢٣٤٥٦٧\nتأخرت شهادتها من منار.", "whatsapp", "نورة أحمد 0501234567"),
        ("#log hall ali@example.com\nNo sound in hall 3.", "hall", ""),
    ],
)
def test_log_of_another_channel(world: World, text: str, channel: str, name: str) -> None:
    """A call becomes a ticket in the caller's name, by the agent's intake address; the agent is given the tag to read out."""
    to = intake(world)
    world.receive(write(SARA.email, "", text, world.clock.now(), to=to))
    assert world.store.ledger_rows()[-1].disposition == "agent action"
    made = ticket(world, 1002)
    assert (made.channel, made.requester_name, made.owner) == (channel, name, SARA.email)
    assert "[MT-1002]" in last(world)
    assert world.store.entries(1002)[0].visibility == "public"


def test_log_and_resolve_at_once(world: World) -> None:
    """Commands below #log are about the ticket that it opens; who has no address gets no mail."""
    to = intake(world)
    world.receive(write(SARA.email, "Called", "#log phone Hind 0551112223\n#priority low\n#resolve\nWrong number.", world.clock.now(), to=to))
    assert (ticket(world, 1002).status, ticket(world, 1002).priority) == ("resolved", "low")


@pytest.mark.parametrize("text", ["#new lina@example.com\nHello, your course begins on Sunday.", "#جديد lina@example.com\nتبدأ دورتكم الأحد."])
def test_new_mail_of_the_desk(world: World, text: str) -> None:
    """A mail of the desk to an address opens a ticket that waits; the answer joins it."""
    world.receive(write(SARA.email, "Your course", text, world.clock.now(), to=intake(world)))
    assert world.store.ledger_rows()[-1].disposition == "held"
    world.receive(answer(world.sent(SARA.email)[-1], SARA.email, "#confirm", world.clock.now()))
    assert (ticket(world, 1002).requester, ticket(world, 1002).status) == (LINA, "waiting")
    mail = world.sent(LINA)[-1]
    assert text.partition("\n")[2] in part(mail, "plain")
    assert SARA.email not in mail.as_string()
    world.receive(answer(mail, LINA, "Which hall?", world.clock.now()))
    assert world.store.ledger_rows()[-1].disposition == "follow-up"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#mine", "No tickets"),
        ("#تذاكري", "لا توجد تذاكر"),
        ("#open", "[MT-1001]"),
        ("#open certificate", "[MT-1001]"),
        ("#مفتوحة الشهادات", "[MT-1001]"),
        ("#open platform", "No tickets"),
        ("#search منار", "[MT-1001]"),
        ("#بحث noura", "[MT-1001]"),
        ("#بحث الشهادات", "[MT-1001]"),
        ("#search مَنار نوره", "[MT-1001]"),
        ("#search 100%", "No tickets"),
        ("#show 1001", "لم تصلني شهادتي"),
        ("#عرض ١٠٠١", "لم تصلني شهادتي"),
    ],
)
def test_lists(world: World, text: str, words: str) -> None:
    """Questions are answered with a readable list, to the registered address alone, once confirmed where nothing is pinned."""
    world.receive(write(SARA.email, "q", text, world.clock.now()))
    assert world.store.ledger_rows()[-1].disposition == "held"
    world.receive(answer(world.sent(SARA.email)[-1], SARA.email, "#confirm", world.clock.now()))
    assert world.store.ledger_rows()[-1].disposition == "agent action"
    assert words in last(world)


@pytest.mark.parametrize("text", ["#history", "#سجل"])
def test_history(world: World, text: str) -> None:
    """The whole of a ticket, with what nobody outside may read, goes to the agent."""
    says(world, "#note secret of the house")
    assert confirms(world, text) == "agent action"
    assert "secret of the house" in last(world)
    assert "لم تصلني شهادتي" in last(world)


@pytest.mark.parametrize(("text", "words"), [("#help", "#assign sara"), ("#مساعدة", "#إسناد سارة")])
def test_mailed_help(world: World, text: str, words: str) -> None:
    """Every command with an example, in the language of the word, without any proof; its answers go to the agent's intake address."""
    world.receive(write(SARA.email, "help", text, world.clock.now()))
    assert world.store.ledger_rows()[-1].disposition == "agent action"
    assert words in last(world)
    assert "details, remote, thanks" in last(world)


def test_people_on_a_ticket(world: World) -> None:
    """Who gets copies by #cc reads the next answer too; #requester is another address of the requester's own."""
    assert confirms(world, "#cc ali@example.com\n\nصدرت الشهادة.") == "agent action"
    assert "صدرت الشهادة." in part(world.sent(ALI)[-1], "plain")
    assert confirms(world, "#صاحب noura2@example.com") == "agent action"
    world.receive(write("noura2@example.com", "Re: [MT-1001]", "وصلت، شكراً لكم، لكن الاسم فيها خطأ.", world.clock.now()))
    assert world.store.ledger_rows()[-1].disposition == "follow-up"


def test_newcomer_is_allowed(world: World) -> None:
    """A linked newcomer's ticket: #allow there lets them take part in the ticket that they named."""
    world.receive(write(ALI, "Re: [MT-1001]", "أنا زميلها، وعندي المشكلة نفسها.", world.clock.now()))
    assert ticket(world, 1002).linked == 1001
    assert confirms(world, "#سماح", HUDA.email, number=1002) == "agent action"
    roles = {p.address: p.role for p in world.store.known(1001).participants}  # type: ignore[union-attr]  # the ticket is there
    assert roles[ALI] == "allowed"


def test_merge_of_one_requester(world: World) -> None:
    """A merged ticket ends in the other one, and what its requester answers to it joins that one."""
    world.receive(write(NOURA, "الشهادة مرة أخرى", "السلام عليكم\nأين شهادتي من منار؟", world.clock.now(), name="نورة"))
    acknowledged = world.sent(NOURA)[-1]
    assert confirms(world, "#merge 1001", number=1002) == "agent action"
    assert (ticket(world, 1002).status, ticket(world, 1002).linked) == ("merged", 1001)
    world.receive(answer(acknowledged, NOURA, "ما زلت أنتظر", world.clock.now()))
    row = world.store.ledger_rows()[-1]
    assert (row.disposition, row.number) == ("follow-up", 1001)


def test_merge_of_two_requesters_only_links(world: World) -> None:
    """Tickets of different requesters are linked and nothing more."""
    world.receive(write(LINA, "certificate", "My certificate from Manar has not arrived.", world.clock.now()))
    assert confirms(world, "#دمج 1001", number=1002) == "agent action"
    assert (ticket(world, 1002).status, ticket(world, 1002).linked) == ("new", 1001)


@pytest.mark.parametrize("text", ["#split another matter", "#فصل موضوع آخر"])
def test_split(world: World, text: str) -> None:
    """The requester's latest mail becomes a ticket of its own, with its own clock."""
    world.receive(write(NOURA, "Re: [MT-1001]", "وعندي سؤال آخر عن الرسوم", world.clock.now()))
    assert says(world, text) == "agent action"
    made = ticket(world, 1002)
    assert (made.requester, made.linked, made.subject) == (NOURA, 1001, text.partition(" ")[2])
    assert made.due.resolution is not None
    assert "الرسوم" in world.store.entries(1002)[0].text


def test_parts(world: World) -> None:
    """Each attachment goes in a mail of its own where nobody said what the relay takes, the text with the first."""
    files = {"a.pdf": b"%PDF one", "b.pdf": b"%PDF two"}
    assert says(world, "#parts\nالمرفقات", attachments=files) == "agent action"  # type: ignore[arg-type]  # the keyword is answer's
    first, second = world.sent(NOURA)[-2:]
    names = [[p.get_filename() for p in mail.walk() if p.get_filename()] for mail in (first, second)]
    assert names == [["a.pdf"], ["b.pdf"]]


@pytest.mark.parametrize(("text", "is_away"), [("#away sunday", True), ("#إجازة الأحد", True), ("#away off", False)])
def test_away(world: World, text: str, is_away: bool) -> None:
    """An agent's leave, and its end."""
    says(world, text)
    assert (SARA.email in world.store.leaves(world.clock.now())) == is_away


def test_verify_takes_level_2(world: World) -> None:
    """Level 2 closes a resolved ticket by #verify; others are told that it takes level 2."""
    says(world, "#escalate")
    says(world, "#resolve")
    assert says(world, "#تحقق", MAJED.email) == "agent action"
    assert ticket(world).status == "closed"


def test_reopen(world: World) -> None:
    """A closed ticket is opened again, and what was marked as spam too."""
    says(world, "#spam")
    assert says(world, "#فتح") == "agent action"
    assert ticket(world).status == "open"


@pytest.mark.parametrize(("text", "status"), [("#wait off\nWe are on it.", "open"), ("#انتظار لا\nنعمل على ذلك.", "open"), ("We are on it.", "waiting")])
def test_wait_off_keeps_it_open(world: World, text: str, status: str) -> None:
    """An answered ticket waits for the requester, unless #wait off says otherwise."""
    says(world, text)
    assert ticket(world).status == status


# --- the table ---------------------------------------------------------------------------------------------------------------------


def test_every_command_is_carried_out_and_explained() -> None:
    """Each row has a function, and each function a row; both languages have a name, an example and an explanation."""
    assert set(ACTIONS) == set(BY_NAME)
    for command in COMMANDS:
        assert command.about.ar and command.about.en
        assert command.argument == "none" or command.is_bare or (command.example.ar and command.example.en)


def test_no_two_commands_share_a_word() -> None:
    """However it is spelled, a word names one command."""
    named = [(find_command(word), command) for command in COMMANDS for word in command.words]
    assert [(found and found.name, command.name) for found, command in named if found is not command] == []


@given(st.text(max_size=200))
def test_parser_loses_nothing(text: str) -> None:
    """Whatever is written, each line is an order or part of the text."""
    spoken = parse_commands(text)
    assert len(spoken.orders) + len(spoken.text) >= (1 if strip_controls(text).strip() else 0)


@pytest.mark.parametrize("name", sorted({*DONE, *WRONG}))
def test_sentences_stand_in_both_languages(name: str) -> None:
    """Every sentence about commands is there in Arabic and in English, with the same values."""
    said = DONE.get(name) or WRONG[name]
    assert sorted(re.findall(r"\{(\w+)\}", said.ar)) == sorted(re.findall(r"\{(\w+)\}", said.en))


def test_canned_replies_use_known_names() -> None:
    """The shipped canned replies are there in both languages and use no name that nothing fills."""
    snippets = read_snippets(make_settings())
    names = list_snippets(snippets)
    assert {f"snippets/{name}.{language}.txt" for name in names for language in ("ar", "en")} == set(snippets)
    assert [fault for text in snippets.values() for fault in find_unknown(text)] == []
    assert list(find_unknown("a\n{{ nmae }}")) == [(2, "nmae")]
