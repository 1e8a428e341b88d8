"""What the templates of mails to agents about their commands may say: everything done, wrong, asked and listed, as words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from string import Formatter

from mailticket.model.commands import BY_NAME, COMMANDS
from mailticket.model.mail import Language
from mailticket.model.notice import Notice, NoticeKind
from mailticket.model.policy import Bilingual, Settings
from mailticket.outbound import staffwords, words
from mailticket.outbound.lines import Paragraph, find_direction, split_paragraphs
from mailticket.text.bidi import clean_line, clean_name, strip_controls


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command as the lists show it: an example, what it does, and its name in the other language."""

    usage: str
    about: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence; `is_value` where it has a direction of its own, as «#assign» has among Arabic words."""

    text: str
    is_value: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence about a command, for HTML in pieces and for text as a whole, in which a command at the end has a line of its own."""

    pieces: tuple[Piece, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class WrongLine:
    """What was wrong with a command, what was probably meant, and what is possible; empty where there is nothing to say."""

    said: Sentence
    near: Sentence
    choices: Sentence


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket in a list; `dir` is the subject's own direction."""

    tag: str
    subject: str
    dir: str
    facts: str
    due: str = ""
    group: str = ""
    """The heading above it, where a part of the list begins with it."""


@dataclass(frozen=True, slots=True)
class PastLine:
    """Something that happened on a ticket: what, by whom, when, and its words."""

    what: str
    by: str
    at: str
    figures: str
    is_internal: bool
    paragraphs: tuple[Paragraph, ...]
    text: str


@dataclass(frozen=True, slots=True)
class StaffView:
    """All of it; tuples are empty and texts "" where a mail has nothing of the sort."""

    done: tuple[Sentence, ...] = ()
    would: tuple[Sentence, ...] = ()
    wrong: tuple[WrongLine, ...] = ()
    release: str = ""
    release_words: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    who: str = ""
    """Which colleague answered meanwhile."""
    commands: tuple[CommandLine, ...] = ()
    snippets: tuple[str, ...] = ()
    title: str = ""
    summary: str = ""
    """How many tickets each part of a morning list has."""
    tickets: tuple[TicketLine, ...] = ()
    more: bool = False
    past: tuple[PastLine, ...] = ()
    on_line: tuple[str, ...] = ()
    """How the tickets of a list are worked on, and an example."""
    undo: tuple[str, ...] = ()
    """By which commands it is taken back, one a ticket."""


STAFF_VALUES = frozenset({CommandLine, Piece, Sentence, WrongLine, TicketLine, PastLine, StaffView})
ANSWERED_BY_LINE = ("mine", "open", "search", "morning")
OF_STAFF = frozenset({NoticeKind.TRANSCRIPT, NoticeKind.HELD, NoticeKind.LISTING, NoticeKind.MORNING, NoticeKind.HELP})
Moment = Callable[[datetime], tuple[str, str]]
"""A moment as words and as figures."""
Row = Mapping[str, object]


def list_commands(language: Language, *, sheet: bool = False) -> tuple[CommandLine, ...]:
    """Every command in a language, or those of the cheat sheet."""
    key, other = (language.value, "en" if language is Language.AR else "ar")
    chosen = (command for command in COMMANDS if command.on_sheet or not sheet)
    return tuple(CommandLine(c.usage(key), words.pick(c.about, language), f"#{c.name if other == 'en' else c.arabic}") for c in chosen)


class StaffWorder:
    """Words the data of notices to agents, in one language."""

    def __init__(self, settings: Settings, language: Language, moment: Moment) -> None:
        self._settings, self._language, self._moment = settings, language, moment

    def word(self, notice: Notice) -> StaffView:
        """The notice's data as words."""
        data = notice.data
        sort, asked = staffwords.RELEASE_OF.get(str(data.get("reason")), ("", ()))
        can_release = "held" in data and sort
        return StaffView(
            done=tuple(self._sentence(row) for row in _rows(data, "done")),
            would=tuple(self._sentence(row) for row in _rows(data, "would")),
            wrong=tuple(self._wrong(row) for row in _rows(data, "wrong")),
            release=self._pick(staffwords.RELEASE[sort]) if can_release else "",
            release_words=tuple(self._pick(word) for word in asked) if can_release else (),
            remarks=tuple(self._pick(staffwords.REMARKS[str(r)]) for r in _list(data, "remarks") if r in staffwords.REMARKS),
            who=self._person(str(data.get("who") or "")),
            commands=list_commands(self._language) if notice.kind is NoticeKind.HELP else (),
            snippets=tuple(clean_line(str(name), 60) for name in _list(data, "snippets")),
            title=self._title(data),
            summary=self._summary(data),
            tickets=tuple(self._tickets(data)),
            more=bool(data.get("more")),
            past=tuple(self._past(row) for row in _rows(data, "past")),
            on_line=self._on_line(data),
            undo=tuple(f"{number} {self._pick(staffwords.UNDO)}".strip() for number in _list(data, "undo") or ("",)),
        )

    def _pick(self, text: Bilingual) -> str:
        return words.pick(text, self._language)

    def _sentence(self, row: Row) -> Sentence:
        """What was done, as a sentence of the table with its values worded."""
        said = staffwords.DONE.get(str(row.get("word")), Bilingual())
        return self._fill(said, {key: self._value(key, value) for key, value in row.items()})

    def _fill(self, said: Bilingual, values: Mapping[str, str]) -> Sentence:
        """A sentence of the tables with its values; one that is missing leaves a dash instead of a fault in the middle of a mail."""
        pieces = tuple(piece for text, key, _, _ in Formatter().parse(self._pick(said)) for piece in _pieces(text, key, values))
        last = pieces[-1].text if pieces and pieces[-1].is_value and pieces[-1].text.startswith("#") else ""
        text = "".join(piece.text for piece in pieces)
        return Sentence(pieces, f"{text.removesuffix(last).rstrip()}\n{last}" if last else text)

    def _value(self, key: str, value: object) -> str:
        if isinstance(value, datetime):
            said, figures = self._moment(value)
            return f"{said} · {figures}"
        if key in _TITLES:
            return words.word_title(_TITLES[key], str(value), self._language)
        if isinstance(value, (list, tuple)):
            return ("، " if self._language is not Language.EN else ", ").join(str(one) for one in value) or "-"
        if key == "number":
            return f"[MT-{value}]"
        named: dict[str, Callable[[str], str]] = {"person": self._person, "team": self._team}
        return named[key](str(value)) if key in named else clean_line(str(value), 200)

    def _person(self, address: str) -> str:
        agent = self._settings.find_agent(address)
        return clean_name((self._pick(agent.name) if agent else "") or address.partition("@")[0])

    def _team(self, name: str) -> str:
        team = self._settings.find_team(name)
        return (self._pick(team.title) if team else "") or clean_line(name, 80)

    def _wrong(self, row: Row) -> WrongLine:
        values = {key: clean_line(str(row.get(key) or ""), 200) for key in ("said", "near", "detail")}
        said = self._fill(staffwords.WRONG.get(str(row.get("word")), staffwords.WRONG["argument"]), values)
        near = self._fill(staffwords.NEAR, values) if values["near"] else Sentence()
        is_told = values["detail"] and values["detail"] not in words.STATUSES
        return WrongLine(said, near, self._fill(staffwords.CHOICES, values) if is_told else Sentence())

    def _on_line(self, data: Row) -> tuple[str, ...]:
        rows = _rows(data, "tickets") if data.get("query") in ANSWERED_BY_LINE else []
        example = BY_NAME["assign"].usage(self._language.value)
        return (self._pick(staffwords.ON_LINE), f"{rows[0].get('number')} {example}") if rows else ()

    def _title(self, data: Row) -> str:
        title = staffwords.LISTS.get(str(data.get("query")))
        about = clean_line(str(data.get("about") or ""), 100)
        if title and isinstance(day := data.get("day"), date):
            comma = "، " if self._language is not Language.EN else ", "
            return f"{self._pick(title)}{comma}{self._pick(words.WEEKDAYS[day.weekday()])} {words.word_day(day, self._language)}"
        if title is None:
            return self._pick(staffwords.LISTS["open"])
        return f"{self._pick(title)}: {self._team(about)}" if about else self._pick(title)

    def _summary(self, data: Row) -> str:
        counts = data.get("counts")
        found = ((name, int(count)) for name, count in counts.items()) if isinstance(counts, Mapping) else ()
        said = (self._pick(staffwords.COUNTS[n]).format(count=words.word_count(c, "ticket", self._language)) for n, c in found if c)
        return ("، " if self._language is not Language.EN else ", ").join(said)

    def _tickets(self, data: Row) -> Iterator[TicketLine]:
        """The lines, the first of each part with its heading."""
        before = ""
        for row in _rows(data, "tickets"):
            group = str(row.get("group") or "")
            yield replace(self._ticket(row), group=self._pick(staffwords.GROUPS[group]) if group != before else "")
            before = group

    def _ticket(self, row: Row) -> TicketLine:
        subject = clean_line(str(row.get("subject") or ""), 120)
        titles = (self._value(key, row[key]) for key in ("team", "status", "priority"))
        owner = self._person(str(row["owner"])) if row.get("owner") else ""
        new = self._pick(staffwords.NEW_LINE) if row.get("is_new") else ""
        facts = " · ".join(part for part in (new, clean_name(str(row.get("requester") or "")), *titles, owner) if part)
        due = row.get("due")
        said = self._moment(due)[0] if isinstance(due, datetime) else ""
        return TicketLine(f"[MT-{row.get('number')}]", subject, find_direction(subject) or "ltr", facts, said)

    def _past(self, row: Row) -> PastLine:
        at = row.get("at")
        said, figures = self._moment(at) if isinstance(at, datetime) else ("", "")
        text = strip_controls(str(row.get("text") or ""))
        what = self._pick(staffwords.ENTRY_WORDS.get(str(row.get("what")), Bilingual(en=str(row.get("what")))))
        direction = "ltr" if self._language is Language.EN else "rtl"
        by = clean_line(str(row.get("by") or ""), 200)
        return PastLine(what, by, said, figures, bool(row.get("is_internal")), tuple(split_paragraphs(text, direction)), text)


_TITLES = {"priority": words.PRIORITIES, "type": words.TYPES, "status": words.STATUSES, "channel": words.CHANNELS}


def _pieces(text: str, key: str | None, values: Mapping[str, str]) -> Iterator[Piece]:
    """The words before a value, and the value."""
    if text:
        yield Piece(text)
    if key is not None:
        yield Piece(clean_line(values.get(key) or "-", 200), True)


def _list(data: Row, key: str) -> Iterable[object]:
    value = data.get(key)
    return value if isinstance(value, (list, tuple)) else ()


def _rows(data: Row, key: str) -> list[Row]:
    return [row for row in _list(data, key) if isinstance(row, Mapping)]
