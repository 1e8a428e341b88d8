"""Notices to finished mails: rendering, composing, and the attachments that go along."""

from collections.abc import Callable
from datetime import datetime

from mailticket.inbound.body import read_part
from mailticket.model.notice import Notice, Outgoing
from mailticket.model.policy import Settings
from mailticket.model.ticket import Ticket
from mailticket.model.token import Keyring
from mailticket.outbound.compose import compose
from mailticket.outbound.render import Renderer


def make_writer(renderer: Renderer, settings: Settings, ring: Keyring) -> Callable[[Notice, Ticket | None, bytes, datetime], Outgoing]:
    """A function that makes the final bytes of a notice; its third argument is the raw mail whose parts go along."""

    def write(notice: Notice, ticket: Ticket | None, raw: bytes, now: datetime) -> Outgoing:
        rendered = renderer.render(notice, ticket)
        attachments = tuple(read_part(raw, part) for part in notice.parts)
        return compose(notice, ticket, rendered, settings, ring, now, attachments)

    return write
