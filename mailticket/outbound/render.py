"""Templates to text: the only home of Jinja2.

A template is the staff's, never a stranger's: what people wrote comes in as values, so `{{7*7}}` in a subject stays what it is. Templates
run in the sandbox with every undefined name an error, are compiled once, and are tried with samples before they come into force.
"""

import re
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import FunctionLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.environment import TemplateModule
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from mailticket.model.mail import Language
from mailticket.model.notice import Notice, NoticeKind
from mailticket.model.policy import Contacts, Settings
from mailticket.model.ticket import Ticket
from mailticket.outbound.digestview import DIGEST_VALUES
from mailticket.outbound.lines import Paragraph, Span
from mailticket.outbound.links import Link
from mailticket.outbound.palette import make_dark, make_light
from mailticket.outbound.phrases import NO_SUBJECT
from mailticket.outbound.samples import sample_notices
from mailticket.outbound.staffview import STAFF_VALUES
from mailticket.outbound.subject import choose_subject
from mailticket.outbound.view import AlarmWords, Earlier, File, Moment, Past, Reason, Side, View
from mailticket.outbound.viewer import INSIDE, SHAPES, Viewer, choose_languages
from mailticket.outbound.words import pick

_FIELDS = tuple(field.name for field in fields(View))
_TEXTS = frozenset(f"{kind}.txt" for kind in NoticeKind)
_VALUES = frozenset({Side, AlarmWords, Link, Moment, File, Past, Earlier, Reason, Paragraph, Span, Contacts})
_OURS = _VALUES | {*DIGEST_VALUES, *STAFF_VALUES, TemplateModule, LoopContext}
_FAILURES = (TemplateError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError)
_STYLE = re.compile(r"\{\{ css\.(\w+) \}\}")
_SHAPE = re.compile(r"\{\{ say\.(lang|dir|start|end) \}\}")
BOTH = (Language.AR, Language.EN)
Variables = dict[str, object]
Environment = ImmutableSandboxedEnvironment
Second = tuple[Environment, Variables]
DIGESTS = frozenset({NoticeKind.DAILY_DIGEST, NoticeKind.WEEKLY_DIGEST, NoticeKind.MONTHLY_REPORT})
OF_COMMANDS = frozenset({NoticeKind.HELD, NoticeKind.TRANSCRIPT, NoticeKind.LISTING, NoticeKind.MORNING, NoticeKind.HELP})
_OURS_ALONE = DIGESTS | OF_COMMANDS | {NoticeKind.UNDELIVERABLE, NoticeKind.ALARM}  # these speak of our mail, not of the requester's


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words: the whole subject with its tag, the text part and the HTML part; line ends are LF."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """What is wrong with a template: its name, the line (0 when unknown), and what to do."""

    name: str
    line: int
    message: str
    remedy: str

    @property
    def place(self) -> str:
        """File and line as editors take it: "templates/reply.txt:7"."""
        return f"templates/{self.name}:{self.line}" if self.line else f"templates/{self.name}"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}; {self.remedy}"


class TemplatesError(Exception):
    """The templates cannot be used; `faults` holds every reason."""

    def __init__(self, faults: tuple[TemplateFault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class Renderer:
    """Every kind of mail, compiled. `sources` maps a template's name ("reply.html") to its text; raises TemplatesError with every fault."""

    def __init__(self, sources: Mapping[str, str], settings: Settings, zone: ZoneInfo) -> None:
        self._viewer = Viewer(settings, zone)
        self._sets = {language: _make_environment(_write_constants(sources, settings, language), settings) for language in BOTH}
        faults = tuple(_find_faults(self._sets[Language.AR], sources))
        if faults:
            raise TemplatesError(faults)

    def render(self, notice: Notice, ticket: Ticket | None) -> Rendered:
        """The words of a notice. Raises jinja2.TemplateError for a fault that the samples did not show."""
        view = self._viewer.view(notice, ticket)
        variables: dict[str, object] = {name: getattr(view, name) for name in _FIELDS} | {"other": "", "alone": False}
        first, *others = choose_languages(notice)
        ours = self._render_subject(self._sets[first], notice.kind, variables)
        own = "" if notice.kind in _OURS_ALONE else notice.subject
        if notice.audience in INSIDE and notice.number and notice.kind not in _OURS_ALONE:
            ours = pick(NO_SUBJECT, first)  # one thread needs one subject, also where the requester gave none
        subject = choose_subject(own, ours, view.tag, is_answer=notice.kind is not NoticeKind.NEW_TICKET)
        variables["subject"] = subject
        second = [(self._sets[language], variables | {"say": self._viewer.side(notice, language), "alone": True}) for language in others]
        text, html = (self._render_part(self._sets[first], f"{notice.kind}.{part}", variables, second) for part in ("txt", "html"))
        return Rendered(subject, text.strip("\n") + "\n", html)

    def _render_part(self, environment: Environment, name: str, variables: Variables, second: Sequence[Second]) -> str:
        others = "".join(other.get_template(name).render(theirs) for other, theirs in second)
        made = Markup(others) if name.endswith(".html") else others  # noqa: S704 - it was escaped when it was rendered
        return environment.get_template(name).render(variables | {"other": made})

    def _render_subject(self, environment: Environment, kind: NoticeKind, variables: Variables) -> str:
        template = environment.get_template(f"{kind}.txt")
        try:
            return "".join(template.blocks["subject"](template.new_context(variables)))
        except Exception:
            environment.handle_exception()  # raises the same error, with the template's name and line


def check_templates(sources: Mapping[str, str], settings: Settings) -> list[TemplateFault]:
    """Everything that is wrong with the templates, found by rendering every kind with sample data in both languages."""
    try:
        renderer = Renderer(sources, settings, ZoneInfo(settings.desk.timezone))
    except TemplatesError as error:
        return list(error.faults)
    faults = (_try_sample(renderer, sources, notice, ticket) for notice, ticket in sample_notices(settings))
    return list(dict.fromkeys(fault for fault in faults if fault))


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with short ways to what holds nothing to guard or never changes (a third of a mail's time else)."""

    def getattr(self, obj: object, attribute: str) -> object:
        """A field of a value of ours as it is; anything else by the sandbox's rules."""
        if type(obj) not in _OURS or attribute.startswith("_"):
            return super().getattr(obj, attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return self.undefined(obj=obj, name=attribute)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One plain dict: Jinja's chain of them is walked anew for each mail."""
        return {**self.globals, **(d or {})}


def _make_environment(sources: Mapping[str, str], settings: Settings) -> Environment:
    environment = _Sandbox(
        loader=FunctionLoader(lambda name: (sources[name], name, None) if name in sources else None),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=True,
    )
    environment.globals = {"light": make_light(settings.desk.accent), "dark": make_dark(settings.desk.accent)}
    return environment


def _write_constants(sources: Mapping[str, str], settings: Settings, language: Language) -> Mapping[str, str]:
    """The templates with what is the same for every mail of a language written out: looks and directions are half of a mail's time else."""
    shape = {"lang": language.value, **SHAPES[language]}
    shaped = {name: _SHAPE.sub(lambda found: shape[found[1]], text) for name, text in sources.items()}
    try:
        styles = _make_environment(shaped, settings).get_template("styles.html").module
    except _FAILURES:
        return shaped  # that file's fault is told when the templates are checked
    looks = {name: str(value).replace("\n", "") for name, value in vars(styles).items() if isinstance(value, Markup)}
    return {name: _STYLE.sub(lambda found: looks.get(found[1], found[0]), text) for name, text in shaped.items()}


def _find_faults(environment: Environment, sources: Mapping[str, str]) -> Iterator[TemplateFault]:
    for name in (f"{kind}.{part}" for kind in NoticeKind for part in ("html", "txt")):
        if name not in sources:
            yield TemplateFault(name, 0, "this template is missing", "restore the file of that name from the shipped templates")
    for name in sources:
        yield from _compile(environment, name) if name.endswith((".html", ".txt")) else ()


def _compile(environment: Environment, name: str) -> Iterator[TemplateFault]:
    try:
        template: Template = environment.get_template(name)
    except TemplateSyntaxError as error:
        yield TemplateFault(error.name or name, error.lineno, error.message or "this is no template", "mend the template's syntax there")
        return
    if name in _TEXTS and "subject" not in template.blocks:
        yield TemplateFault(name, 0, "there is no subject", "add {% block subject %}…{% endblock %}")


def _try_sample(renderer: Renderer, sources: Mapping[str, str], notice: Notice, ticket: Ticket | None) -> TemplateFault | None:
    try:
        renderer.render(notice, ticket)
    except _FAILURES as error:
        name, line = find_place(error, sources)
        message = f"fails for a sample ({notice.kind}, {notice.language}): {error}"
        return TemplateFault(name or f"{notice.kind}.html", line, message, "see templates/README.md for the names that a template can use")
    return None


def find_place(error: BaseException, sources: Mapping[str, str]) -> tuple[str, int]:
    """The innermost template and line of a traceback, which Jinja rewrites to name templates."""
    found, trace = ("", 0), error.__traceback__
    while trace is not None:
        if (name := trace.tb_frame.f_code.co_filename) in sources:
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    return found
