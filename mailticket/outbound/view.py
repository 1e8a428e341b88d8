"""What a template may say: a mail as words, in the language of whoever reads it.

Templates hold sentences and looks, nothing else: every figure, date and title was put into words before (`outbound.viewer`). The
variables of a template are the fields of `View`; inside `{% block content %}` also `say`, a `Side`: what differs between the languages.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mailticket.model.policy import Contacts
from mailticket.outbound.digestview import DigestView
from mailticket.outbound.lines import Paragraph
from mailticket.outbound.links import Link
from mailticket.outbound.staffview import CommandLine, StaffView


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, words first («الأحد ٩:٣٠ صباحاً») and figures second ("2026-11-29 09:30 (UTC+3)", left to right).

    `date` is the date in words where the weekday alone would not do, or where the desk names Hijri dates; else "".
    """

    words: str
    figures: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as a list shows it."""

    name: str
    size: str


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier entry of the ticket: when, by whom, in short what; `dir` is the text's own direction."""

    at: Moment
    by: str
    text: str
    dir: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A mail that a notice shows below the newest one: when and by whom, its words, and what must be known of it."""

    at: Moment
    by: str
    text: str
    paragraphs: Sequence[Paragraph]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that sent the ticket where it is, the words that made it hit, and why the rule stands there ("" when it does not say)."""

    rule: str
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class AlarmWords:
    """What an alarm is about, and what to do."""

    title: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Side:
    """One language's side of a mail. `lang` is "ar" or "en", `dir` its direction; titles are "" where the notice has none."""

    lang: str
    dir: str
    start: str
    """Where a line of that language begins: "right" or "left"; `end` is the other."""
    end: str
    desk: str
    """The desk's name."""
    answer_above: str
    hours: tuple[str, ...]
    """The weekly working hours, a line for all days alike."""
    type: str = ""
    own_type: str = ""
    """The type as said to the one who wrote: «شكواكم», "your complaint"."""
    team: str = ""
    priority: str = ""
    status: str = ""
    channel: str = ""
    promised: Moment | None = None
    due_first: Moment | None = None
    due_resolution: Moment | None = None
    attachments: tuple[File, ...] = ()
    attachment_count: str = ""
    history: tuple[Past, ...] = ()
    bundle: str = ""
    """How many new mails a notice shows, where it shows several."""
    earlier: tuple[Earlier, ...] = ()
    """Those below the newest, the newest of them first."""
    hits: tuple[Reason, ...] = ()
    """The rules that sent the ticket to its team."""
    remarks: tuple[str, ...] = ()
    opened: Moment | None = None
    """When the ticket was opened."""
    reason: str = ""
    """Why an agent's mail was held, with what to do next; or how the ticket stands, to a requester who asked."""
    left: str = ""
    """The working time until a promise is due, or since it passed: «٤٥ دقيقة»."""
    closes: Moment | None = None
    """Until when the requester is waited for."""
    verdicts: tuple[Link, ...] = ()
    """The links for solved and not solved."""
    ratings: tuple[Link, ...] = ()
    """A link for each score from 1 to 5."""
    alarm: AlarmWords = AlarmWords("", "")
    since: Moment | None = None
    """Since when an alarm's cause holds."""
    sheet: tuple[CommandLine, ...] = ()
    """The commands that the cheat sheet of notices shows (`.usage`, `.about`)."""
    staff: StaffView | None = None
    """What is said to an agent about their commands (`outbound.staffview`)."""
    digest: DigestView | None = None
    """What a digest tells (`outbound.digestview`)."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything a template can name. `say` is the side of the template's language; `paragraphs` is `text` for HTML, each with its own
    direction."""

    kind: str
    say: Side
    tag: str
    desk_address: str
    contacts: Contacts
    has_contacts: bool
    text: str
    paragraphs: Sequence[Paragraph]
    name: str = ""
    """The requester's display name where it is harmless, else ""."""
    open_now: bool = True
    requester: str = ""
    requester_name: str = ""
    owner: str = ""
    is_pressing: bool = False
    """Whether the priority is high or urgent."""
    copied: tuple[str, ...] = ()
    linked: str = ""
    """The tag of the ticket that this one is linked to."""
    acknowledgement: str = ""
    recipient: str = ""
    status_code: str = ""
    """The relay's code or the enhanced status of a mail that could not be delivered."""
    sort: str = ""
    """Which promise a warning, a breach or an apology is about: "first_response" or "resolution"."""
    by_silence: bool = False
    """Whether a ticket counts as resolved because nobody answered."""
    is_over: bool = False
    """Whether an alarm's cause has gone."""
    lines: tuple[str, ...] = ()
    """An alarm's facts, in figures and addresses."""
