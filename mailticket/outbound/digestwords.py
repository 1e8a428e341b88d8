"""A digest's figures to words: what `digestview` holds is made here.

Every count is put beside that of the period before; the drawings come from `drawings`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from mailticket.model.figures import Cadence, Figures, Kept, Line, Report, Satisfaction
from mailticket.model.mail import Language
from mailticket.model.policy import Settings
from mailticket.model.ticket import Status
from mailticket.outbound import sentences as phrases
from mailticket.outbound import words
from mailticket.outbound.digestview import Bar, DigestView, Promise, TicketLine, Tile
from mailticket.outbound.drawings import draw_ages, draw_charts, draw_days, draw_satisfaction, draw_teams
from mailticket.outbound.lines import find_direction
from mailticket.outbound.tongue import Tongue
from mailticket.text.bidi import clean_line

SHOWN = {Cadence.DAILY: 30, Cadence.WEEKLY: 20, Cadence.MONTHLY: 20}
"""How many open tickets stand in the mail itself; Gmail cuts off what is above 102 KB, and the list is attached whole."""


def word_report(report: Report, settings: Settings, zone: ZoneInfo, language: Language) -> DigestView:
    """A report in words of one language."""
    tongue = Tongue(settings, zone, language)
    title, period = tongue.say(phrases.TITLES[report.slot.cadence]), tongue.period(report.slot.period)
    shown = report.lines[: SHOWN[report.slot.cadence]]
    more = len(report.lines) - len(shown)
    troubles = list(find_troubles(tongue, report.now))
    return DigestView(
        title=title,
        subject=word_subject(tongue, report, title),
        period=period,
        before=tongue.say(phrases.BEFORE, period=tongue.period(report.slot.before)),
        headline=words.pick(phrases.AND, language).join(troubles) + "." if troubles else tongue.say(phrases.WELL),
        is_well=not troubles,
        tiles=tuple(word_tiles(tongue, report)),
        promises=tuple(word_promises(tongue, report)),
        watched=tuple(word_watched(tongue, report)),
        days=draw_days(tongue, report.now),
        teams=tuple(draw_teams(tongue, report)),
        has_days=report.slot.cadence is not Cadence.DAILY,
        age_names=tuple(tongue.say(name) for name in phrases.AGES),
        ages=tuple(draw_ages(tongue, report.now.by.get("team", {}))),
        charts=tuple(draw_charts(tongue, report)),
        satisfaction=draw_satisfaction(tongue, report),
        satisfaction_mean=word_mean(tongue, report.now.satisfaction),
        lines=tuple(word_line(tongue, line, report) for line in shown),
        more=tongue.say(phrases.MORE, number=tongue.number(more)) if more else "",
        files=tongue.say(phrases.FILES if report.is_anonymous else phrases.FILES_AND_LIST),
    )


def word_subject(tongue: Tongue, report: Report, title: str) -> str:
    """Title and day, or the month that is told of."""
    period = report.slot.period
    month = tongue.period(period) if report.slot.cadence is Cadence.MONTHLY else ""
    is_whole = month and len(month) < 30
    return f"{title}{', ' if tongue.is_english else '، '}{month if is_whole else tongue.full_day(period.until)}"


def word_mean(tongue: Tongue, ratings: Satisfaction) -> str:
    """The mean of the ratings as a sentence; "" without any."""
    if ratings.mean is None:
        return ""
    return tongue.say(phrases.MEAN, mean=tongue.number(ratings.mean), number=tongue.number(ratings.count))


def find_troubles(tongue: Tongue, figures: Figures) -> Iterator[str]:
    """What is not well, as phrases."""
    if figures.overdue:
        yield tongue.say(phrases.OVERDUE, count=tongue.count(figures.overdue, "ticket"), number=tongue.number(figures.overdue))
    if figures.breaches.total:
        yield tongue.say(phrases.MISSED, count=tongue.count(figures.breaches.total, "target"), number=tongue.number(figures.breaches.total))
    if late := figures.acknowledged.kept.late + figures.acknowledged.failed:
        yield tongue.say(phrases.LATE, number=tongue.number(late))


def word_tiles(tongue: Tongue, report: Report) -> Iterator[Tile]:
    """The four figures above all others."""
    now, before = report.now, report.before
    yield tongue.tile(phrases.TILES["received"], now.received, before.received)
    yield tongue.tile(phrases.TILES["tickets"], now.tickets, before.tickets)
    share, past = (words.word_share(each.acknowledged.share, tongue.language) for each in (now, before))
    yield Tile(tongue.say(phrases.TILES["acknowledged"]), share, past, is_bad=now.acknowledged.share not in (None, 100))
    yield tongue.tile(phrases.TILES["open"], now.open, before.open)


def word_promises(tongue: Tongue, report: Report) -> Iterator[Promise]:
    """The three promises: acknowledgements by the clock, for they are owed day and night, the others in working time."""
    now, before = report.now, report.before
    within = words.word_duration(tongue.settings.acknowledge.within, tongue.language)
    name = tongue.say(phrases.PROMISES["acknowledged"], within=within)
    yield _promise(tongue, name, _acknowledged(now), _acknowledged(before), words.word_span)
    for key in ("first_response", "resolution"):
        yield _promise(tongue, tongue.say(phrases.PROMISES[key]), getattr(now, key), getattr(before, key), words.word_working)


def _acknowledged(figures: Figures) -> Kept:
    """What failed was not in time either."""
    found = figures.acknowledged
    return Kept(found.kept.within, found.kept.late + found.failed, found.kept.spread)


def _promise(tongue: Tongue, name: str, kept: Kept, before: Kept, word: Callable[[timedelta, Language], str]) -> Promise:
    width = int(100 * kept.within / kept.done) if kept.done else 0
    bar = Bar(
        name,
        tongue.share(kept.within, kept.done),
        tongue.share(before.within, before.done),
        width,
        late=100 - width if kept.done else 0,
    )
    if kept.spread is None:
        return Promise(bar, tongue.say(phrases.NOTHING), ())
    spans = ((phrases.MEDIAN, kept.spread.p50), (phrases.P95, kept.spread.p95), (phrases.WORST, kept.spread.worst))
    spread = [tongue.say(text, span=word(span, tongue.language)) for text, span in spans]
    if word is words.word_working:
        spread.append(tongue.say(phrases.WORKING))
    return Promise(bar, tongue.say(phrases.KEPT, within=tongue.number(kept.within), all=tongue.number(kept.done)), tuple(spread))


def word_watched(tongue: Tongue, report: Report) -> Iterator[Tile]:
    """What asks for a person."""
    now, before = _watched(report.now), _watched(report.before)
    for key, name in phrases.WATCHED.items():
        yield tongue.tile(name, now[key], before[key], is_bad=bool(now[key]) and key in phrases.BAD)


def _watched(figures: Figures) -> Mapping[str, int]:
    return {
        "overdue": figures.overdue,
        "breach_first": figures.breaches.first_response,
        "breach_resolution": figures.breaches.resolution,
        "late": figures.acknowledged.kept.late,
        "failed": figures.acknowledged.failed,
        "waiting": figures.waiting,
        "verifying": figures.verifying,
        "unverified": figures.unverified,
        "undeliverable": figures.undeliverable,
        "quarantined": figures.quarantined,
    }


def word_line(tongue: Tongue, line: Line, report: Report) -> TicketLine:
    """One open ticket: its subject in a direction of its own, whose it is, how old, and what is owed."""
    ticket = line.ticket
    subject = clean_line(ticket.subject, 120) or tongue.say(phrases.NO_SUBJECT)
    age = words.word_age(report.slot.period.until - ticket.created, tongue.language)
    owner = tongue.person(ticket.owner) or tongue.say(phrases.NOBODY)
    facts = (tongue.title("team", ticket.team), owner, tongue.say(phrases.OPEN_FOR, span=age))
    direction = find_direction(subject) or ("ltr" if tongue.is_english else "rtl")
    return TicketLine(str(line.line), ticket.tag, subject, direction, facts, word_due(tongue, line), line.is_late)


def word_due(tongue: Tongue, line: Line) -> str:
    """What is owed next, and when; "" where nothing is."""
    if line.ticket.status is Status.WAITING:
        return tongue.say(phrases.WAITING)
    if line.due is None:
        return ""
    return tongue.say(phrases.LATE_SINCE if line.is_late else phrases.DUE_BY, moment=tongue.moment(line.due))
