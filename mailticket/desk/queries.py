"""Commands that only show something: help, a ticket's history, and lists of tickets; the answer goes to the registered address alone."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mailticket.desk.staffmail import write_agent
from mailticket.desk.work import Step, Work, Wrong, wrong_argument
from mailticket.inbound.commands import Order, find_query
from mailticket.model.notice import NoticeKind
from mailticket.model.ticket import Ticket
from mailticket.text.bidi import clean_line
from mailticket.tickets.arguments import find_number, find_team
from mailticket.tickets.snippets import list_snippets

SHOWN = 50
LONGEST_TEXT = 2000


def do_help(work: Work, _: Order) -> Step:
    """Every command with an example, and the names of the canned replies."""
    data = {"snippets": list_snippets(work.case.policy.snippets)}
    return replace(work, is_told=True).did("help").tell(write_agent(work, NoticeKind.HELP, "help", data))


def do_list(work: Work, order: Order) -> Step:
    """The agent's tickets, a team's open ones, or those that hold words."""
    query = find_query(order, work.agent.email)
    team = find_team(order.argument, work.case.settings) if order.argument and query and query.name == "open" else None
    if query is None or (query.name == "open" and order.argument and team is None) or (query.name == "search" and not query.word.strip()):
        return wrong_argument(order, ", ".join(one.name for one in work.case.settings.teams) if query and query.name == "open" else "")
    found = work.facts.found.get(query, ())
    chosen = [ticket for ticket in found if team is None or ticket.team == team.name]
    data = {
        "query": query.name,
        "about": team.name if team else query.word if query.name == "search" else "",
        "tickets": [describe_line(ticket) for ticket in chosen[:SHOWN]],
        "more": len(chosen) > SHOWN,
    }
    return _tell(work, order, data, replace(work, ticket=None, known=None))


def describe_line(ticket: Ticket) -> Mapping[str, object]:
    """A ticket as a line of a list."""
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "requester": ticket.requester_name or ticket.requester,
        "team": ticket.team,
        "owner": ticket.owner,
        "status": ticket.status.value,
        "priority": ticket.priority.value,
        "due": ticket.due.resolution,
    }


def do_show(work: Work, order: Order) -> Step:
    """Another ticket with all that happened on it."""
    number = find_number(order.argument)
    known = work.case.known(number)
    return _history(work, order, known.ticket) if known else wrong_argument(order)


def do_history(work: Work, order: Order) -> Step:
    """This ticket with all that happened on it."""
    return _history(work, order, work.ticket) if work.ticket else Wrong("no_ticket", f"#{order.word}")


def _history(work: Work, order: Order, ticket: Ticket) -> Step:
    data = {"query": "history", "tickets": [describe_line(ticket)], "past": sorted(_past(work, ticket), key=lambda row: str(row["at"]))}
    return _tell(work, order, data)


def _past(work: Work, ticket: Ticket) -> Iterator[dict[str, object]]:
    """Entries and changes as rows, each with when, who and what."""
    for entry in work.facts.entries.get(ticket.number, ()):
        text = entry.text if len(entry.text) <= LONGEST_TEXT else entry.text[:LONGEST_TEXT] + " …"
        yield {"at": entry.at, "by": entry.by, "what": entry.what.value, "is_internal": entry.visibility.value != "public", "text": text}
    for change in work.facts.changes.get(ticket.number, ()):
        words = f"{change.what}: {change.old} -> {change.new}" if change.old else f"{change.what}: {change.new}"
        yield {"at": change.at, "by": change.who, "what": "change", "is_internal": True, "text": clean_line(f"{words} ({change.why})", 300)}


def _tell(work: Work, order: Order, data: Mapping[str, object], of: Work | None = None) -> Step:
    """The work with a mail that shows something; `of` is the work whose ticket that mail is of, for a list of none."""
    of = of or work
    number = of.ticket.number if of.ticket else 0
    notice = write_agent(of, NoticeKind.LISTING, f"listing {number} {order.word} {order.argument}", data)
    return replace(work, is_told=True).did("listing", said=f"#{order.word} {order.argument}".rstrip()).tell(notice)
