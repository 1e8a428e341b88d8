"""Notices to finished mails: rendering, composing, and the attachments that go along.

Of everything that the desk does for a mail this takes longest, so many at a time are written in a process of their own; a few are written
at once, for a mail that comes alone shall not wait for a process. The keys that sign are in there, which is why those that parse the
mails of strangers are others.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from zoneinfo import ZoneInfo

from mailticket.inbound.body import read_parts
from mailticket.model.notice import Outgoing
from mailticket.model.policy import Settings
from mailticket.model.token import Keyring
from mailticket.outbound.compose import compose, compose_nothing
from mailticket.outbound.steady import SteadyRenderer
from mailticket.outbound.tables import make_files
from mailticket.rounds.road import Job, Writer

FEW = 8

log = logging.getLogger(__name__)


Templates = tuple[Mapping[str, str], Mapping[str, str]]
"""The desk's own, with the shipped ones that they leave as they are; and the shipped ones alone."""


def make_writer(templates: Templates, settings: Settings, ring: Keyring) -> Callable[[Job], Outgoing]:
    """A function that makes the final bytes of a notice. Raises TemplatesError; the function raises what the shipped templates do."""
    zone = ZoneInfo(settings.desk.timezone)
    renderer = SteadyRenderer(*templates, settings)

    def write(job: Job) -> Outgoing:
        rendered, remark = renderer.render(job.notice, job.ticket)
        attachments = tuple(read_parts(job.raw, job.notice.parts)) if job.notice.parts else make_files(job.notice.report, zone)
        made = compose(job.notice, job.ticket, rendered, settings, ring, job.now, attachments)
        return replace(made, remark=remark) if remark else made

    return write


def make_refuser(settings: Settings, ring: Keyring) -> Callable[[Job, str], Outgoing]:
    """A function that says why a notice could not be written, as a mail without bytes that is kept as failed."""

    def refuse(job: Job, reason: str) -> Outgoing:
        return compose_nothing(job.notice, job.ticket, settings, ring, f"this mail could not be written: it {reason}")

    return refuse


def say_faults(mails: Iterable[Outgoing]) -> None:
    """Log what went wrong with mails of ours: one that could not be written stays in the outbox as failed, its deadline open."""
    for mail in mails:
        words = {"kind": mail.kind.value, "ticket": mail.number}
        if mail.fault:
            log.error("a mail could not be written", extra={**words, "fault": mail.fault})
        elif mail.remark:
            log.error("a template failed", extra={**words, "fault": mail.remark})


class Writers:
    """Few mails by one pool, at once; many by the other, in parallel to what the daemon does."""

    def __init__(self, few: Writer, many: Writer) -> None:
        self._few, self._many = few, many

    def start(self, items: Sequence[Job]) -> Future[list[Outgoing]]:
        """Begin to write; the future holds the mails in order."""
        return (self._many if len(items) >= FEW else self._few).start(items)
