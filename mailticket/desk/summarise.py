"""Digests: from what happened in a period to the mails that tell managers and supervisors of it.

Each manager hears of the teams that the roster gives them, or of the whole desk when it gives them none. Supervisors get the monthly
report without any person in it: no lines, no names, no subjects.
"""

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from mailticket.desk.case import Policy
from mailticket.desk.telling import AUTO_GENERATED, language_of
from mailticket.model.figures import Cadence, Report, Slot
from mailticket.model.history import Records
from mailticket.model.mail import Address
from mailticket.model.notice import Audience, Lane, Notice, NoticeKind
from mailticket.tickets.confidential import may_read
from mailticket.tickets.digest import count, list_lines, scoped
from mailticket.tickets.notify import choose_managers

KINDS = {
    Cadence.DAILY: NoticeKind.DAILY_DIGEST,
    Cadence.WEEKLY: NoticeKind.WEEKLY_DIGEST,
    Cadence.MONTHLY: NoticeKind.MONTHLY_REPORT,
}


def summarise(slot: Slot, records: Records, policy: Policy) -> tuple[Notice, ...]:
    """The mails of one slot, one a reader; none where there is nobody to tell. The records reach back to the period before."""
    reports: dict[tuple[str, ...], Report] = {}
    notices = []
    for audience, to, teams in choose_readers(slot.cadence, policy):
        if teams not in reports:
            reports[teams] = make_report(slot, scoped(records, teams), policy)
        notices.append(make_notice(audience, to, hide_lines(reports[teams], to.address, policy), policy))
    return tuple(notices)


def hide_lines(report: Report, reader: str, policy: Policy) -> Report:
    """The report without the lines of confidential tickets that its reader may not see; they count in its figures all the same."""
    agent = policy.settings.find_agent(reader)
    kept = [line for line in report.lines if may_read(agent, line.ticket, policy.settings)]
    return replace(report, lines=tuple(replace(line, line=number) for number, line in enumerate(kept, 1)))


def make_report(slot: Slot, records: Records, policy: Policy) -> Report:
    """What a digest says to a manager of all that these records hold."""
    zone = ZoneInfo(policy.settings.desk.timezone)
    now, before = (count(records, period, policy.calendar, zone) for period in (slot.period, slot.before))
    return Report(slot, now, before, list_lines(records, slot.period.until))


def without_persons(report: Report) -> Report:
    """The report as supervisors get it."""
    return Report(report.slot, report.now, report.before, is_anonymous=True)


def choose_readers(cadence: Cadence, policy: Policy) -> Iterator[tuple[Audience, Address, tuple[str, ...]]]:
    """Who gets a digest, with the teams that it tells of; whoever manages and supervises gets the manager's."""
    told = set()
    for reader in choose_managers(policy.settings):
        agent = policy.settings.find_agent(reader.person)
        told.add(reader.person)
        yield Audience.MANAGER, reader.to, agent.teams if agent else ()
    for address in policy.settings.digest.supervisors if cadence is Cadence.MONTHLY else ():
        if address not in told:
            told.add(address)
            yield Audience.SUPERVISOR, Address(address), ()


def make_notice(audience: Audience, to: Address, report: Report, policy: Policy) -> Notice:
    """One digest for one reader; a supervisor's without persons."""
    return Notice(
        kind=KINDS[report.slot.cadence],
        lane=Lane.DIGEST,
        audience=audience,
        to=to,
        number=0,
        cause=f"digest {report.slot.number}",
        language=language_of(policy.settings),
        auto_submitted=AUTO_GENERATED,
        report=report if audience is Audience.MANAGER else without_persons(report),
    )
