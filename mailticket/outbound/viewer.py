"""A notice to what its templates may say: the one place where figures, dates and names of strangers become words.

Whatever the desk gave in `Notice.data` is cleaned and worded here, so that a template can show every value as it is.
"""

import functools
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailticket.model.figures import Cadence
from mailticket.model.mail import Language
from mailticket.model.notice import Audience, Notice, NoticeKind
from mailticket.model.policy import Bilingual, Contacts, Hours, Settings
from mailticket.model.ticket import Ticket
from mailticket.outbound import words
from mailticket.outbound.digestwords import word_report
from mailticket.outbound.lines import find_direction, split_paragraphs
from mailticket.outbound.links import make_ratings, make_verdicts
from mailticket.outbound.phrases import ALARMS, CUT_SHORT, DIGEST_TO, HELD, REMARKS, STATES, UNKNOWN_ALARM
from mailticket.outbound.sentences import TITLES
from mailticket.outbound.staffview import OF_STAFF, StaffWorder, list_commands
from mailticket.outbound.view import AlarmWords, Earlier, File, Moment, Past, Reason, Side, View
from mailticket.text.bidi import clean_line, clean_name, strip_controls
from mailticket.text.marks import ANSWER_ABOVE

TEXT_LIMIT = 60_000
"""How many characters of a person's text a notice shows; an answer to a requester is never cut."""
FAR = timedelta(days=6)
"""From here on a weekday alone does not say which one."""
INSIDE = frozenset({Audience.AGENT, Audience.TEAM})
BILINGUAL = frozenset({NoticeKind.ACKNOWLEDGEMENT})
PRESSING = frozenset({"urgent", "high"})
SHAPES = {
    Language.AR: {"dir": "rtl", "start": "right", "end": "left"},
    Language.EN: {"dir": "ltr", "start": "left", "end": "right"},
}


class Viewer:
    """Makes views; what never changes from mail to mail is worded once."""

    def __init__(self, settings: Settings, zone: ZoneInfo) -> None:
        self._settings, self._zone = settings, zone
        both = (Language.AR, Language.EN)
        self._sheets = {language: list_commands(language, sheet=True) for language in both}
        self._staff = {language: StaffWorder(settings, language, functools.partial(self._say, language)) for language in both}

    def view(self, notice: Notice, ticket: Ticket | None) -> View:
        """The notice in words, in the first of its languages; templates can show every value as it is."""
        data = notice.data
        say = self.side(notice, choose_languages(notice)[0])
        text = self._find_text(notice, say)
        return View(
            kind=notice.kind.value,
            say=say,
            tag=find_tag(notice, ticket),
            desk_address=self._settings.desk.address,
            contacts=self._settings.desk.contacts,
            has_contacts=self._settings.desk.contacts != Contacts(),
            text=text,
            paragraphs=split_paragraphs(text, say.dir) if text else (),
            name=clean_name(_text(data, "name")),
            open_now=bool(data.get("open_now", True)),
            requester=clean_line(_text(data, "requester"), 320),
            requester_name=clean_name(_text(data, "requester_name")),
            owner=clean_name(_text(data, "owner")),
            is_pressing=data.get("priority") in PRESSING,
            copied=tuple(clean_line(str(address), 320) for address in _list(data, "copied")),
            linked=f"[MT-{data['linked']}]" if data.get("linked") else "",
            acknowledgement=clean_line(_text(data, "acknowledgement"), 200),
            recipient=clean_line(_text(data, "recipient"), 320),
            status_code=clean_line(_text(data, "status"), 40),
            sort=_text(data, "sort"),
            by_silence=bool(data.get("by_silence")),
            is_over=bool(data.get("is_over")),
            lines=tuple(clean_line(str(line), 300) for line in _list(data, "lines")),
        )

    def _find_text(self, notice: Notice, side: Side) -> str:
        if notice.audience is Audience.REQUESTER:
            return notice.text.strip("\n")
        text = strip_controls(_text(notice.data, "text")).strip("\n")
        return _cut(text, Language(side.lang))

    def side(self, notice: Notice, language: Language) -> Side:
        """What differs by language: cleaned and worded, for the template of that language."""
        data, tag, with_codes = notice.data, find_tag(notice, None), not self._settings.desk.plus_addressing
        files = tuple(_file(row, language) for row in _rows(data, "attachments"))
        return Side(
            lang=language.value,
            **SHAPES[language],
            desk=words.pick(self._settings.desk.name, language),
            answer_above=ANSWER_ABOVE[language.value],
            hours=self._hours(data, language),
            type=_title(words.TYPES, data, "type", language),
            own_type=_title(words.OWN_TYPES, data, "type", language),
            team=self._team(_text(data, "team"), language),
            priority=_title(words.PRIORITIES, data, "priority", language),
            status=_title(words.STATUSES, data, "status", language),
            channel=_title(words.CHANNELS, data, "channel", language),
            promised=self._moment(data.get("promised"), language, data.get("asked")),
            due_first=self._moment(data.get("due_first"), language),
            due_resolution=self._moment(data.get("due_resolution"), language),
            attachments=files,
            attachment_count=words.word_count(len(files), "attachment", language) if files else "",
            history=tuple(self._past(row, language) for row in _rows(data, "history")),
            bundle=words.word_new_mails(int(str(data["mails"])), language) if "mails" in data else "",
            earlier=tuple(self._earlier(row, language) for row in _rows(data, "earlier")),
            hits=tuple(_reason(row, language) for row in _rows(data, "hits")),
            remarks=tuple(_phrase(REMARKS, str(word), language) for word in _list(data, "remarks")),
            opened=self._moment(data.get("opened"), language),
            reason=_phrase(STATES if notice.kind is NoticeKind.STATE else HELD, _text(data, "reason"), language),
            left=words.word_working(abs(left), language) if isinstance(left := data.get("left"), timedelta) else "",
            closes=self._moment(data.get("closes"), language, data.get("asked")),
            since=self._moment(data.get("since"), language),
            verdicts=tuple(make_verdicts(data, tag, language, with_codes=with_codes)),
            ratings=tuple(make_ratings(data, tag, language, with_codes=with_codes)),
            alarm=_alarm(_text(data, "cause"), language),
            sheet=self._sheets[language] if notice.audience in INSIDE else (),
            staff=self._staff[language].word(notice) if notice.kind in OF_STAFF else None,
            digest=word_report(notice.report, self._settings, self._zone, language) if notice.report else None,
        )

    def _hours(self, data: Mapping[str, object], language: Language) -> tuple[str, ...]:
        """The hours in force when the mail is written: those that the desk knows by then, which may be younger than the settings here."""
        known, asked = data.get("hours"), data.get("asked")
        hours = known if isinstance(known, Hours) else self._settings.hours
        return words.word_hours(hours, language, asked.astimezone(self._zone).date() if isinstance(asked, datetime) else None)

    def _say(self, language: Language, at: datetime) -> tuple[str, str]:
        return words.word_moment(at, self._zone, language), words.word_figures(at, self._zone)

    def _team(self, name: str, language: Language) -> str:
        team = self._settings.find_team(name)
        return (words.pick(team.title, language) if team else "") or clean_line(name, 80)

    def _moment(self, at: object, language: Language, asked: object = None) -> Moment | None:
        """A moment in words; `asked` is when it is promised: what lies further off than the next days needs its date."""
        if not isinstance(at, datetime):
            return None
        is_far = isinstance(asked, datetime) and at - asked >= FAR
        date = words.word_both_dates(at, self._zone, language) if self._settings.desk.hijri else ""
        near = words.word_date(at, self._zone, language) if is_far and not date else date
        return Moment(words.word_moment(at, self._zone, language), words.word_figures(at, self._zone), near)

    def _past(self, row: Mapping[str, object], language: Language) -> Past:
        text = clean_line(_text(row, "text"), 300)
        moment = self._moment(row.get("at"), language) or Moment("", "")
        return Past(moment, clean_name(_text(row, "by")), text, find_direction(text) or "ltr")

    def _earlier(self, row: Mapping[str, object], language: Language) -> Earlier:
        text = _cut(strip_controls(_text(row, "text")).strip("\n"), language)
        moment = self._moment(row.get("at"), language) or Moment("", "")
        remarks = tuple(_phrase(REMARKS, str(word), language) for word in _list(row, "remarks") if str(word).partition(":")[0] in REMARKS)
        paragraphs = tuple(split_paragraphs(text, SHAPES[language]["dir"]))
        return Earlier(moment, clean_name(_text(row, "by")), text, paragraphs, remarks)


def _cut(text: str, language: Language) -> str:
    return text if len(text) <= TEXT_LIMIT else text[:TEXT_LIMIT] + "\n\n" + words.pick(CUT_SHORT, language)


def choose_languages(notice: Notice) -> tuple[Language, ...]:
    """The languages of a mail in their order: both for an acknowledgement, else the reader's; mixed counts as Arabic."""
    first, second = (Language.EN, Language.AR) if notice.language is Language.EN else (Language.AR, Language.EN)
    return (first, second) if notice.kind in BILINGUAL else (first,)


def find_tag(notice: Notice, ticket: Ticket | None) -> str:
    """The tag for the subject, "" for a mail that concerns no ticket."""
    if ticket is not None:
        return ticket.tag
    return f"[MT-{notice.number}]" if notice.number else ""


def _title(table: Mapping[str, Bilingual], data: Mapping[str, object], key: str, language: Language) -> str:
    return clean_line(words.word_title(table, _text(data, key), language), 80)


def _phrase(table: Mapping[str, Bilingual], word: str, language: Language) -> str:
    """A word of the table as a sentence, a detail after a colon kept; one that the table does not know as it is."""
    key, colon, detail = word.partition(":")
    found = table.get(key)
    text = words.pick(found, language) if found else key
    return clean_line(f"{text}{colon}{detail}" if not found else f"{text} {detail}", 400)


def _alarm(cause: str, language: Language) -> AlarmWords:
    """An alarm's cause in words: the first word is a row of the table, what follows says which one."""
    word, _, about = cause.partition(" ")
    title, remedy = ALARMS.get(word, UNKNOWN_ALARM)
    which = _word_digest(about, language) if word == "digest" else about if word in ALARMS else cause
    return AlarmWords(clean_line(f"{words.pick(title, language)} {which}", 200), words.pick(remedy, language))


def _word_digest(about: str, language: Language) -> str:
    """Which digest an alarm is about: "daily 2026-11-24" and "to majed@example.sa", as people call them."""
    word, _, rest = about.partition(" ")
    if word == "to":
        return words.pick(DIGEST_TO, language).format(rest)
    title = words.pick(TITLES[Cadence(word)], language)
    day = words.word_day(date.fromisoformat(rest), language)
    return f"{title}{', ' if language is Language.EN else '، '}{day}"


def _file(row: Mapping[str, object], language: Language) -> File:
    size = row.get("size")
    return File(clean_line(_text(row, "filename"), 120), words.word_size(size, language) if isinstance(size, int) else "")


def _reason(hit: Mapping[str, object], language: Language) -> Reason:
    joined = (", " if language is Language.EN else "، ").join(str(word) for word in _list(hit, "words"))
    return Reason(clean_line(_text(hit, "rule"), 80), clean_line(joined, 200), clean_line(_text(hit, "why"), 200))


def _text(data: Mapping[str, object], key: str) -> str:
    value = data.get(key)
    return "" if value is None else str(value)


def _list(data: Mapping[str, object], key: str) -> Iterable[object]:
    value = data.get(key)
    return value if isinstance(value, (list, tuple)) else ()


def _rows(data: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    return [row for row in _list(data, key) if isinstance(row, Mapping)]
