"""Which team, as what, how soon: one mail against the rule book, with everything that decided kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from mailticket.model.outcome import Hit, Triage
from mailticket.model.policy import Settings
from mailticket.model.ticket import Priority, Type
from mailticket.tickets.hours import Calendar
from mailticket.tickets.rules import Message, RuleBook, RuleHit, is_below
from mailticket.tickets.sessions import NO_SESSIONS, Sessions

__all__ = ["Message", "triage"]

OVERSIGHT = "oversight"
DEFAULT_TYPE = Type.REQUEST
"""What a mail is when no rule says: something to be done, so that nobody's plea waits as a mere question."""
PRIORITY_OF_TYPE = {Type.SUGGESTION: Priority.LOW}
MOST_REASONS = 4
"""How many of the rules that spoke for a team its people are shown."""
TYPES = tuple(Type)
SAME = 1e-6
"""Sums that differ by less are the same: they are added up in different orders."""
PRESSING = (Priority.URGENT, Priority.HIGH)


def triage(
    message: Message,
    book: RuleBook,
    settings: Settings,
    calendar: Calendar,
    now: datetime,
    default_team: str = "general",
    sessions: Sessions = NO_SESSIONS,
) -> Triage:
    """Decide about one message.

    The team with the highest sum of scores gets it, of equals the one that the settings state first; `default_team` when no rule scores
    above zero. A supervising body's domain decides the team by itself. The type likewise, in the order of `Type`. Of the priorities
    that rules give, the most pressing holds.
    """
    hits = book.find_hits(message, calendar, now, sessions)
    overseen = is_below(message.sender, settings.desk.oversight)
    order = [team.name for team in settings.teams]
    said = _sum_up(hits)
    team = OVERSIGHT if overseen else choose_highest(said.teams, order, default_team)
    kind = Type(choose_highest(said.types, TYPES, DEFAULT_TYPE))
    priority = choose_priority(said.priorities, kind, overseen)
    kept = [Hit(rule.name, words, score) for rule, words, score in hits]
    spoke = [at for at, (rule, _, score) in enumerate(hits) if score > 0 and rule.then.team == team]
    reasons = [kept[at] for at in sorted(spoke, key=lambda at: -hits[at].score)[:MOST_REASONS]]
    if overseen:
        reasons = [Hit("oversight-domain", (message.sender.rpartition("@")[2],), 0.0)]
        kept = reasons + kept
    return Triage(team, kind, priority, message.language, tuple(kept), tuple(said.tags), tuple(reasons), tuple(said.watch))


def choose_highest(sums: Mapping[str, float], order: Sequence[str], default: str) -> str:
    """The name with the highest sum above zero; of equals the first in `order`, names that it lacks last and by their letters."""
    highest = max(sums.values(), default=0.0)
    if highest <= 0:
        return default
    names = [name for name, value in sums.items() if highest - value < SAME]
    if len(names) == 1:
        return names[0]
    rank = {name: place for place, name in enumerate(order)}
    return min(names, key=lambda name: (rank.get(name, len(rank)), name))


def choose_priority(given: Sequence[Priority], kind: Type, overseen: bool) -> Priority:
    """The most pressing of those given; high at least for a supervising body; what only suggests is low."""
    pressing = [*given, *([Priority.HIGH] if overseen else [])]
    for priority in PRESSING:
        if priority in pressing:
            return priority
    return Priority.LOW if Priority.LOW in given else PRIORITY_OF_TYPE.get(kind, Priority.NORMAL)


class _Said(NamedTuple):
    """What rules say together: the scores of each team and type, priorities, tags and watchers in their order."""

    teams: dict[str, float]
    types: dict[str, float]
    priorities: list[Priority]
    tags: dict[str, None]
    watch: dict[str, None]


def _sum_up(hits: Iterable[RuleHit]) -> _Said:
    said = _Said({}, {}, [], {}, {})
    for rule, _, score in hits:
        then = rule.then
        if then.team:
            said.teams[then.team] = said.teams.get(then.team, 0.0) + score
        if then.type:
            said.types[then.type] = said.types.get(then.type, 0.0) + score
        if then.priority:
            said.priorities.append(then.priority)
        if then.tags:
            said.tags.update(dict.fromkeys(then.tags))
        if then.watch:
            said.watch.update(dict.fromkeys(then.watch))
    return said
