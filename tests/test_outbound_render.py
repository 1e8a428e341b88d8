"""Rendered mails: the right words in the right language, and strangers' text never more than text."""

import re
from dataclasses import fields, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailticket.model.mail import Language
from mailticket.model.notice import Audience, Notice, NoticeKind
from mailticket.model.policy import Hours
from mailticket.outbound.digestview import DIGEST_VALUES
from mailticket.outbound.lines import find_direction, split_paragraphs
from mailticket.outbound.palette import LEAST, contrast, make_dark, make_light
from mailticket.outbound.phrases import HELD, REMARKS, STATES
from mailticket.outbound.render import Renderer, TemplatesError, check_templates
from mailticket.outbound.samples import CADENCES, sample_notice, sample_notices, sample_ticket, sample_wrong
from mailticket.outbound.subject import choose_subject
from mailticket.outbound.view import File, Moment, Past, Reason, Side, View
from mailticket.outbound.viewer import TEXT_LIMIT
from mailticket.text.marks import ANSWER_ABOVE
from tests.looks import SETTINGS, read_shipped
from tests.people import make_settings

SOURCES = read_shipped()
RIYADH = ZoneInfo("Asia/Riyadh")
RENDERER = Renderer(SOURCES, SETTINGS, RIYADH)
AR, EN = sample_ticket(SETTINGS, Language.AR), sample_ticket(SETTINGS, Language.EN)
TO_AGENTS = [kind for kind in NoticeKind if kind is not NoticeKind.ALARM and sample_notice(kind, AR).audience is Audience.AGENT]
CLOSED = Hours(sunday=(), monday=(), tuesday=(), wednesday=(), thursday=())
EMPTY = {
    "type": "request",
    "team": "general",
    "priority": "normal",
    "channel": "email",
    "status": "new",
    "text": "x",
    "recipient": "x@example.com",
}


def sample(kind: NoticeKind, language: Language = Language.AR, data: dict[str, object] | None = None, **changes: object) -> Notice:
    notice = sample_notice(kind, AR if language is Language.AR else EN)
    return replace(notice, language=language, data={**notice.data, **(data or {})}, **changes)  # type: ignore[arg-type]  # of Notice


def test_the_shipped_templates_have_no_fault() -> None:
    """Every kind renders in both languages with every variable filled, and with nearly none."""
    assert check_templates(SOURCES, SETTINGS) == []
    bare = Renderer(SOURCES, make_settings(hours=CLOSED), RIYADH)
    for notice, _ in sample_notices(SETTINGS):
        words = bare.render(replace(notice, number=0, subject="", text="", data=EMPTY), None)
        assert words.subject
        assert "\n\n\n" not in words.text


@pytest.mark.parametrize(("language", "left"), [(Language.AR, "٢٦ ساعة"), (Language.EN, "26 hours")], ids=["ar", "en"])
def test_working_time_left_is_said_in_hours(language: Language, left: str) -> None:
    """Two working days are no "1 day 2 hours": whoever reads of days thinks of the calendar's."""
    for kind in (NoticeKind.WARNING, NoticeKind.BREACH):
        assert left in RENDERER.render(sample(kind, language, {"left": timedelta(hours=26)}), AR).text


@pytest.mark.parametrize("language", [Language.AR, Language.EN, Language.MIXED])
def test_an_acknowledgement_speaks_both_languages(language: Language) -> None:
    """The mail's language comes first, the other below; each has tag, type, team, promise, hours and contacts."""
    words = RENDERER.render(sample(NoticeKind.ACKNOWLEDGEMENT, language), AR)
    arabic = (
        "[MT-1042]",
        "نفيدكم باستلام شكواكم",
        "فريق الشهادات",
        "سيصلكم رد الفريق قبل الأحد ٩:٣٠ صباحاً",
        "من الأحد إلى الخميس",
        "الهاتف",
    )
    english = ("[MT-1042]", "received your complaint", "Certificates", "answer before Sunday 9:30 am", "Sunday to Thursday", "Phone")
    html = re.sub("<[^>]+>", "", words.html)
    for text in (words.text, html):
        assert all(part in text for part in (*arabic, *english))
        assert (text.index(arabic[1]) < text.index(english[1])) is (language is not Language.EN)
    assert words.subject == f"Re: {(AR if language is Language.AR else EN).subject} [MT-1042]"


@pytest.mark.parametrize(
    ("language", "expected"), [(Language.AR, "استلمنا شكواكم [MT-1042]"), (Language.EN, "We have received your complaint [MT-1042]")]
)
def test_without_a_subject_that_we_may_echo_it_is_ours(language: Language, expected: str) -> None:
    """An unauthenticated sender's subject is not repeated."""
    assert RENDERER.render(sample(NoticeKind.ACKNOWLEDGEMENT, language, subject=""), AR).subject == expected


def test_an_acknowledgement_promises_only_what_is_promised() -> None:
    """Without a target there is no moment; within working hours nothing is said of being closed."""
    words = RENDERER.render(sample(NoticeKind.ACKNOWLEDGEMENT, data={"promised": None, "open_now": True}), AR)
    assert "في أقرب وقت ممكن" in words.text
    assert "قبل" not in words.text
    assert "خارج ساعات العمل" not in words.text + words.html


@pytest.mark.parametrize("kind", TO_AGENTS)
@pytest.mark.parametrize("language", [Language.AR, Language.EN])
def test_mails_to_agents_begin_with_the_line_to_answer_above(kind: NoticeKind, language: Language) -> None:
    """The line stands first and alone in both parts, then the new text comes before anything that is known."""
    words = RENDERER.render(sample(kind, language), AR)
    line = ANSWER_ABOVE[language.value]
    assert words.text.startswith(line + "\n")
    body = re.sub(r"<[^>]+>", "\n", words.html.partition("<body")[2].partition(">")[2])
    assert body.split("\n\n")[0].strip() == line or next(filter(None, map(str.strip, body.split("\n")))) == line
    if kind is NoticeKind.NEW_TICKET:
        assert words.text.index("OSH-2214") < words.text.index(AR.requester)
        assert words.html.rindex("OSH-2214") < words.html.rindex(AR.requester)


@pytest.mark.parametrize("language", [Language.AR, Language.EN])
def test_a_reply_is_the_agents_words(language: Language) -> None:
    """The text stands as it is, the line to answer above and the tag below it, and no name or address of an agent anywhere."""
    notice = sample(NoticeKind.REPLY, language)
    words = RENDERER.render(notice, AR)
    assert words.text.startswith(notice.text + "\n")
    assert words.text.index(ANSWER_ABOVE[language.value]) > len(notice.text)
    assert words.text.rstrip().endswith("مسارات" if language is Language.AR else "Masaraat")
    assert "[MT-1042]" in words.text
    assert 'href="https://manar.example.sa/certificates/OSH-2214"' in words.html
    assert "sara@example.sa" not in words.text + words.html


UNKNOWN = "{% extends 'base.html' %}\n{% block content %}\n{{ nothing.x }}{% endblock %}"
HOSTILE = (
    "{{7*7}} {% for x in y %} {# #}",
    "<script>alert(1)</script><img src=x onerror=y>",
    '"><b onmouseover="x',
    'javascript:alert(1) https://e.example/"onclick=x',
    "\u202eevil\u2066 \x00\x1b[31m \ud800",
)


@pytest.mark.parametrize("text", HOSTILE, ids=["template", "script", "attribute", "link", "controls"])
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_strangers_text_stays_text(kind: NoticeKind, text: str) -> None:
    """Whatever stands in any value, no template is run by it, no tag or attribute made of it, and no direction mark let through."""
    notice = sample(kind)
    data = {key: text if isinstance(value, str) and key not in ("type", "reason") else value for key, value in notice.data.items()}
    data |= {"attachments": [{"filename": text, "size": 1}], "hits": [{"rule": text, "words": [text]}], "copied": [text]}
    data |= {"history": [{"at": None, "by": text, "text": text}], "remarks": [text]}
    words = RENDERER.render(replace(notice, subject=text, text=text, data=data), AR)
    if kind not in CADENCES:  # a digest has figures of its own
        assert "49" not in re.sub(r"#\w+", "", words.html) + words.subject
    assert not re.search(r"<script|<img|<[^>]* on\w+=|<b\b", words.html)
    assert not re.search(r'href="(?!https?://|mailto:info\+1042\.)', words.html)
    assert "\n" not in words.subject
    if notice.audience is not Audience.REQUESTER:
        assert not re.search("[\u202e\u2066\x00\x1b]", words.text + words.html + words.subject)


@given(st.text(max_size=200))
def test_any_text_can_be_shown(text: str) -> None:
    """No text at all makes a mail fail, and a reply's words are all there."""
    for kind in (NoticeKind.NEW_TICKET, NoticeKind.REPLY):
        words = RENDERER.render(sample(kind, text=text, data={"text": text, "requester_name": text}, subject=text), AR)
        assert words.subject.endswith("[MT-1042]")
        assert kind is NoticeKind.NEW_TICKET or text.strip("\n") in words.text


def test_endless_text_is_cut_for_agents_only() -> None:
    """A notice shows the beginning of a very long text and says so; an answer is never cut."""
    long = "كلمة " * TEXT_LIMIT
    notice = RENDERER.render(sample(NoticeKind.NEW_TICKET, data={"text": long}), AR).text
    assert len(notice) < TEXT_LIMIT * 1.1
    assert "بقية النص" in notice
    assert long.strip() in RENDERER.render(sample(NoticeKind.REPLY, text=long), AR).text


@pytest.mark.parametrize("word", sorted(REMARKS))
def test_remarks_are_worded(word: str) -> None:
    """Each remark that the desk makes is a sentence in the reader's language, with its detail when there is one."""
    for language, text in ((Language.AR, REMARKS[word].ar), (Language.EN, REMARKS[word].en)):
        html = RENDERER.render(sample(NoticeKind.NEW_TICKET, language, {"remarks": [f"{word}: a detail"]}), AR).html
        assert f"{text} a detail" in html.replace("&#39;", "'")


@pytest.mark.parametrize("word", sorted(STATES))
def test_every_state_is_a_sentence(word: str) -> None:
    """Every word for how a ticket stands is a sentence of its own in both languages, in the text and in the HTML."""
    for language, text in ((Language.AR, STATES[word].ar), (Language.EN, STATES[word].en)):
        words = RENDERER.render(sample(NoticeKind.STATE, language, {"reason": word}), AR)
        assert text in words.text
        assert text in words.html


@pytest.mark.parametrize("word", sorted(HELD))
def test_reasons_for_holding_are_worded(word: str) -> None:
    """Each reason for holding says in both languages what to do next; an unknown one is shown as it is."""
    for language, text in ((Language.AR, HELD[word].ar), (Language.EN, HELD[word].en)):
        assert text in RENDERER.render(sample(NoticeKind.HELD, language, {"reason": word}), AR).text
    assert "another reason" in RENDERER.render(sample(NoticeKind.HELD, data={"reason": "another reason"}), AR).text


@pytest.mark.parametrize(
    ("broken", "place", "said"),
    [
        ({"reply.html": UNKNOWN}, "templates/reply.html:3", "undefined"),
        ({"reply.txt": "{% block subject %}x{% endblock %}\n{% if %}"}, "templates/reply.txt:2", "Expected"),
        ({"reply.txt": "no subject here"}, "templates/reply.txt", "no subject"),
        ({"reply.txt": "\n{% block subject %}\n{{ say.lnag }}{% endblock %}"}, "templates/reply.txt:3", "lnag"),
        ({"held.html": "{{ say.__class__.__mro__ }}"}, "templates/held.html:1", "unsafe"),
        ({"parts.html": "{{ 1/0 }}"}, "templates/parts.html:1", "division"),
        ({"reply.html": None}, "templates/reply.html", "missing"),
    ],
    ids=["unknown name", "syntax", "no subject", "unknown field in the subject", "breaking out", "in a piece", "missing"],
)
def test_a_faulty_template_is_named(broken: dict[str, str | None], place: str, said: str) -> None:
    """A fault is found by trying, and told with file, line and remedy."""
    sources = {name: text for name, text in {**SOURCES, **broken}.items() if text is not None}
    faults = check_templates(sources, SETTINGS)
    assert any(fault.place == place and said in fault.message and fault.remedy for fault in faults), list(map(str, faults))


def test_templates_that_do_not_compile_never_come_into_force() -> None:
    """A renderer is not made of faulty templates."""
    with pytest.raises(TemplatesError, match=r"templates/held\.html:1"):
        Renderer({**SOURCES, "held.html": "{% if %}"}, SETTINGS, RIYADH)


def test_every_variable_is_documented() -> None:
    """templates/README.md names every variable and field that a template can use."""
    text = SOURCES["README.md"]
    assert [f.name for f in fields(View) if f"`{f.name}`" not in text] == []
    assert [f.name for f in fields(Side) if f"`say.{f.name}`" not in text] == []
    assert [f.name for kind in (Moment, File, Past, Reason, *DIGEST_VALUES) for f in fields(kind) if f"`.{f.name}`" not in text] == []


def test_a_command_keeps_its_direction_among_arabic_words() -> None:
    """What an agent wrote is isolated in HTML, so that its # stays in front, and stands on a line of its own in text."""
    rendered = RENDERER.render(sample_wrong(AR), AR)
    assert "<bdi>#asign sara</bdi>" in rendered.html
    assert {"#asign sara", "#assign"} <= set(rendered.text.splitlines())


def test_html_loads_nothing_and_names_its_language() -> None:
    """No mail loads anything from outside, and every table, cell and paragraph of prose says its direction."""
    for notice, ticket in sample_notices(SETTINGS):
        html = RENDERER.render(notice, ticket).html
        assert not re.search(r"<(img|link|script|iframe|object|form)|url\(|@import|src=", html)
        assert not re.search(r"italic|letter-spacing", html)
        body = re.sub("<!--.*?-->", "", html.partition("<body")[2])
        assert [tag for tag in re.findall(r"<(?:p|table|td)\b[^>]*>", body) if " dir=" not in tag] == []


@pytest.mark.parametrize(
    ("own", "ours", "answer", "expected"),
    [
        ("تأخر الشهادة", "ours", True, "Re: تأخر الشهادة [MT-7]"),
        ("RE: رد: Re[2]: تأخر", "ours", True, "Re: تأخر [MT-7]"),
        ("Regarding: x", "ours", True, "Re: Regarding: x [MT-7]"),
        ("about re: x", "ours", True, "Re: about re: x [MT-7]"),
        ("x [MT-7]", "ours", True, "Re: x [MT-7]"),
        ("x [MT-70]", "ours", True, "Re: x [MT-70] [MT-7]"),
        ("Re: x", "ours", False, "x [MT-7]"),
        ("", "ours", True, "ours [MT-7]"),
        ("Re:", "ours", True, "ours [MT-7]"),
        ("a\r\nBcc: b", "ours", True, "Re: a Bcc: b [MT-7]"),
    ],
)
def test_subjects(own: str, ours: str, answer: bool, expected: str) -> None:
    """One prefix, the sender's words, the tag once and last."""
    assert choose_subject(own, ours, "[MT-7]", is_answer=answer) == expected


def test_each_paragraph_has_its_own_direction() -> None:
    """Lines run as their first strong letter says; a line of figures or of an address alone runs as the one before it."""
    text = "123\nسلام\nhttps://example.sa/x.\n\nHello سلام\n42\n«مرحباً»"
    found = [(p.dir, ["".join(s.text for s in line) for line in p.lines]) for p in split_paragraphs(text, "rtl")]
    assert found == [("rtl", ["123", "سلام", "https://example.sa/x."]), ("ltr", ["Hello سلام", "42"]), ("rtl", ["«مرحباً»"])]


@given(st.text())
def test_paragraphs_lose_no_word(text: str) -> None:
    """Every character that is not white space is in some span, in order."""
    shown = "".join(s.text for p in split_paragraphs(text, "ltr") for line in p.lines for s in line)
    assert "".join(shown.split()) == "".join(text.split())
    assert find_direction(text) in ("rtl", "ltr", "")


@given(st.integers(0, 0xFFFFFF))
def test_any_accent_can_be_read(colour: int) -> None:
    """Whatever accent a desk chooses, text in it and in every other ink reaches the contrast on every ground it stands on."""
    for palette in (make_light(f"#{colour:06x}"), make_dark(f"#{colour:06x}")):
        for ground in (palette.card, palette.panel, palette.chip):
            assert contrast(palette.accent, ground) >= LEAST
        assert min(contrast(ink, g) for ink in (palette.ink, palette.soft) for g in (palette.ground, palette.card, palette.panel)) >= LEAST
        assert contrast(palette.alarm, palette.warning) >= LEAST
