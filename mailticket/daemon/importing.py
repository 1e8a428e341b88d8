"""Taking old mail in: files go down the same road as the mail of a server, and by default nobody is written to because of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mailticket.daemon.house import House
from mailticket.edges.maildir import FileSource
from mailticket.model.mail import Mail
from mailticket.model.outcome import Acknowledgement, AckState, Arrival, Facts, Outcome
from mailticket.model.policy import Mailbox, Server
from mailticket.model.ticket import Clock, Due, Ticket
from mailticket.rounds.collect import Folder, collect
from mailticket.rounds.road import Decide, Road


def run_import(house: House, path: Path, *, acknowledge: bool) -> Mapping[str, int]:
    """Import one .eml file, mbox file, maildir or folder; the path is its ledger key, so importing it again finds nothing new."""
    mailbox = Mailbox(name="import", url=Server("file", "", 0, tls="none"), since=None)
    return collect(Folder(mailbox, FileSource(path), house.reader, house.store), _road(house.road, acknowledge))


def _road(road: Road, acknowledge: bool) -> Road:
    return road if acknowledge else replace(road, decide=_silenced(road.decide))


def _silenced(decide: Decide) -> Decide:
    """The same decisions without a word to anybody."""

    def decide_silently(mail: Mail, arrival: Arrival, facts: Facts, now: datetime, team: str) -> Outcome:
        outcome = decide(mail, arrival, facts, now, team)
        owed = outcome.acknowledgement
        quiet = Acknowledgement(AckState.SUPPRESSED, owed.due, owed.reason or "imported without --acknowledge")
        return replace(outcome, notices=(), acknowledgement=quiet, ticket=_unhurried(outcome))

    return decide_silently


def _unhurried(outcome: Outcome) -> Ticket | None:
    """A ticket of old mail has no targets: their time was over long ago, and nobody shall be told so a thousand times."""
    ticket = outcome.ticket
    return replace(ticket, clock=Clock(), due=Due(), wake=None) if ticket and outcome.opened else ticket
