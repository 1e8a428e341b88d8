"""Figures as JSON objects and as lines for people; the keys of `stats --json` are a contract with other programs."""

from collections.abc import Mapping
from typing import Any

import click

from mailticket.model.figures import Acknowledged, Figures, Group, Kept, Satisfaction

AGES = ("1d", "3d", "7d", "older")


def describe_figures(figures: Figures) -> dict[str, Any]:
    """A period's figures as `stats --json` gives them; spans in seconds, null where nothing was done."""
    groups = {by: {name: _describe_group(group) for name, group in found.items()} for by, found in figures.by.items()}
    return {
        "since": figures.period.since,
        "until": figures.period.until,
        "received": figures.received,
        "outcomes": figures.outcomes,
        "tickets": figures.tickets,
        "acknowledged": _describe_acknowledged(figures.acknowledged),
        "first_response": _describe_kept(figures.first_response),
        "resolution": _describe_kept(figures.resolution),
        "breaches": {"first_response": figures.breaches.first_response, "resolution": figures.breaches.resolution},
        "open": _describe_open(figures),
        "by": groups,
        "satisfaction": _describe_ratings(figures.satisfaction),
        "unverified": figures.unverified,
        "undeliverable": figures.undeliverable,
        "quarantined": figures.quarantined,
    }


def _describe_kept(kept: Kept) -> dict[str, Any]:
    spans = (kept.spread.p50, kept.spread.p95, kept.spread.worst) if kept.spread else (None, None, None)
    seconds = (span.total_seconds() if span is not None else None for span in spans)
    return {"within": kept.within, "late": kept.late, **dict(zip(("p50_s", "p95_s", "max_s"), seconds, strict=True))}


def _describe_acknowledged(found: Acknowledged) -> dict[str, Any]:
    return {**_describe_kept(found.kept), "owed": found.owed, "suppressed": found.suppressed, "failed": found.failed}


def _describe_open(figures: Figures) -> dict[str, Any]:
    teams = figures.by.get("team", {})
    by_team = {name: {"total": g.open, "ages": dict(zip(AGES, g.ages, strict=True))} for name, g in teams.items() if g.open}
    return {
        "total": figures.open,
        "overdue": figures.overdue,
        "waiting": figures.waiting,
        "verifying": figures.verifying,
        "by_team": by_team,
    }


def _describe_group(group: Group) -> Mapping[str, Any]:
    answered = {"within": group.first_response.within, "late": group.first_response.late}
    return {"tickets": group.tickets, "first_response": answered, "breaches": group.breaches, "open": group.open}


def _describe_ratings(ratings: Satisfaction) -> Mapping[str, Any]:
    return {"count": ratings.count, "mean": ratings.mean, "scores": {str(n): count for n, count in enumerate(ratings.scores, 1)}}


def print_figures(figures: Figures) -> None:
    """The figures that people ask for first, at a terminal."""
    owed = figures.acknowledged
    click.echo(f"{figures.period.since:%Y-%m-%d %H:%M} to {figures.period.until:%Y-%m-%d %H:%M} UTC")
    click.echo(f"{figures.received} mails received, {figures.tickets} tickets opened")
    late = f"{owed.kept.within} in time, {owed.kept.late} late, {owed.owed} owed, {owed.suppressed} suppressed, {owed.failed} failed"
    click.echo(f"acknowledged: {late}{_spans(owed.kept)}")
    for name, kept in (("first response", figures.first_response), ("resolution", figures.resolution)):
        click.echo(f"{name}: {kept.within} in time, {kept.late} late{_spans(kept)}")
    click.echo(f"open: {figures.open}, of them {figures.overdue} overdue, {figures.waiting} waiting, {figures.verifying} to be verified")
    ratings = figures.satisfaction
    if ratings.mean is not None:
        click.echo(f"satisfaction: {ratings.mean:.1f} of 5, by {ratings.count} ratings")
    for name, group in figures.by.get("team", {}).items():
        click.echo(f"  {name:<14} {group.tickets} opened, {group.open} open, {group.breaches} missed")


def _spans(kept: Kept) -> str:
    if kept.spread is None:
        return ""
    return f" (median {kept.spread.p50}, 95% {kept.spread.p95}, longest {kept.spread.worst})"
