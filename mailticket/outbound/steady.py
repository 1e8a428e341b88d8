"""The desk's own templates, with the shipped ones behind them: a template that fails at one mail must not leave a person without an answer.

Templates are tried with samples before they come into force, but no sample shows everything. What fails all the same is written with the
shipped templates, which the tests know, and the fault is told with its place.
"""

import functools
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from mailticket.model.notice import Notice
from mailticket.model.policy import Settings
from mailticket.model.ticket import Ticket
from mailticket.outbound.render import Rendered, Renderer, TemplateFault, find_place


class SteadyRenderer:
    """Renders with `own`, and what fails there with `shipped`, which are compiled when first needed. Raises TemplatesError for `own`."""

    def __init__(self, own: Mapping[str, str], shipped: Mapping[str, str], settings: Settings) -> None:
        zone = ZoneInfo(settings.desk.timezone)
        self._sources = own
        self._own = Renderer(own, settings, zone)
        self._shipped = functools.cache(lambda: Renderer(shipped, settings, zone))

    def render(self, notice: Notice, ticket: Ticket | None) -> tuple[Rendered, str]:
        """The words of a notice, and what was wrong with the desk's own template, "" when nothing was. Raises what the shipped one does."""
        try:
            return self._own.render(notice, ticket), ""
        except Exception as error:  # staff's templates fail in any way, and jinja2 lets most of it through
            name, line = find_place(error, self._sources)
            remedy = "the shipped template was used instead; mend this one, or delete it to keep to the shipped one"
            fault = TemplateFault(name or f"{notice.kind}.html", line, f"{type(error).__name__}: {error}", remedy)
        return self._shipped().render(notice, ticket), str(fault)
