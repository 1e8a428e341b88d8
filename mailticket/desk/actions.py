"""What the commands about a ticket's own state do: one function a command, from the work so far to the work after it."""

from collections.abc import Callable
from dataclasses import replace

from mailticket.desk.case import mail_entry
from mailticket.desk.happen import change, happen, pass_on
from mailticket.desk.staffmail import tell_ticket
from mailticket.desk.work import Step, Work, Wrong, latest_words, wrong_argument
from mailticket.inbound.commands import Order
from mailticket.model.notice import NoticeKind
from mailticket.model.policy import Agent
from mailticket.model.ticket import Status, Visibility, What
from mailticket.tickets.arguments import find_moment, find_person, find_priority, find_switch, find_team, find_type
from mailticket.tickets.course import retarget
from mailticket.tickets.duty import choose_owner, is_away
from mailticket.tickets.lifecycle import Event
from mailticket.tickets.notify import choose_level2, choose_readers, make_reader

Action = Callable[[Work, Order], Step]


def do_note(work: Work, order: Order) -> Step:
    """Words for the desk alone; whatever stands below belongs to them."""
    text = "\n".join(part for part in (order.argument, work.text) if part)
    if not text.strip():
        return wrong_argument(order)
    entry = mail_entry(work.case, What.NOTE, Visibility.INTERNAL, text)
    noted = replace(work, entries=(*work.entries, entry), text="", has_answered=True)
    readers = choose_readers(noted.ticket, work.case.settings, work.known, presence=work.case.presence) if noted.ticket else ()
    return noted.did("note").tell(*tell_ticket(noted, NoticeKind.NOTE, readers, text))


def do_assign(work: Work, order: Order) -> Step:
    """Another owner, or none."""
    person = find_person(order.argument, work.case.settings, work.agent)
    if person is None or work.ticket is None:
        return wrong_argument(order, ", ".join(agent.email.partition("@")[0] for agent in work.case.settings.agents))
    owner = person.email if isinstance(person, Agent) else ""
    after = change(work, replace(work.ticket, owner=owner), f"#{order.word}")
    if not isinstance(person, Agent):
        return after.did("unassign")
    told = (make_reader(person, work.case.settings, work.known.generations if work.known else None),)
    away = is_away(person, work.case.now, work.case.facts.leaves)
    after = after.did("assign", person=owner).tell(*tell_ticket(after, NoticeKind.ASSIGNED, told, latest_words(work)))
    return after.did("is_away", person=owner, moment=work.case.facts.leaves[owner]) if away else after


def do_team(work: Work, order: Order) -> Step:
    """Another team, which gives the ticket to one of its own by its setting; what is due is counted anew."""
    team = find_team(order.argument, work.case.settings)
    if team is None or work.ticket is None:
        return wrong_argument(order, ", ".join(one.name for one in work.case.settings.teams))
    if team.name == work.ticket.team:
        return Wrong("no_effect", f"#{order.word} {order.argument}")
    owner = choose_owner(team.name, work.case.settings, work.case.policy.calendar, work.case.now, work.case.facts)
    owner = "" if work.ticket.is_confidential else owner
    ticket = retarget(replace(work.ticket, team=team.name, owner=owner), work.terms)
    after = change(work, ticket, f"#{order.word}")
    readers = choose_readers(ticket, work.case.settings, work.known, presence=work.case.presence)
    told = after.did("team", team=team.name).tell(*tell_ticket(after, NoticeKind.ASSIGNED, readers, latest_words(work)))
    return pass_on(told, team.name)


def do_escalate(work: Work, order: Order) -> Step:
    """Up to level 2, who are told with the reason."""
    if work.ticket and work.ticket.level > 1:
        return Wrong("no_effect", f"#{order.word}", detail=work.ticket.status.value)
    after = happen(work, order, Event.ESCALATE)
    if isinstance(after, Wrong) or after.ticket is None:
        return after
    readers = choose_level2(after.ticket, work.case.settings, work.known)
    if order.argument:
        after = replace(after, entries=(*after.entries, mail_entry(work.case, What.NOTE, Visibility.INTERNAL, order.argument)))
    text = "\n\n".join(part for part in (order.argument, latest_words(work)) if part)
    above = next((team.name for team in work.case.settings.teams if team.level > 1), "")
    return pass_on(after.did("escalate").tell(*tell_ticket(after, NoticeKind.ASSIGNED, readers, text)), above)


def do_priority(work: Work, order: Order) -> Step:
    """How soon; what is due is counted anew."""
    priority = find_priority(order.argument)
    if priority is None or work.ticket is None:
        return wrong_argument(order)
    ticket = retarget(replace(work.ticket, priority=priority), work.terms)
    return change(work, ticket, f"#{order.word}").did("priority", priority=priority.value)


def do_type(work: Work, order: Order) -> Step:
    """What the requester's mail mainly is."""
    found = find_type(order.argument)
    if found is None or work.ticket is None:
        return wrong_argument(order)
    return change(work, replace(work.ticket, type=found), f"#{order.word}").did("type", type=found.value)


def do_wait(work: Work, order: Order) -> Step:
    """The ticket waits for the requester; with "off" it does not, though it was answered."""
    waits = find_switch(order.argument)
    if waits is None or work.ticket is None:
        return wrong_argument(order, "off")
    wanted = Status.WAITING if waits else Status.OPEN
    if work.ticket.status is wanted or (not waits and work.ticket.status is Status.NEW):
        return work.did("wait" if waits else "wait_off")
    after = happen(work, order, Event.AGENT_ANSWERED if waits else Event.AGENT_ANSWERED_OPEN)
    return after if isinstance(after, Wrong) else after.did("wait" if waits else "wait_off")


def do_snooze(work: Work, order: Order) -> Step:
    """Asleep until then, or until the requester writes."""
    until = find_moment(order.argument, work.case.now, work.case.policy.calendar.zone)
    if until is None:
        return wrong_argument(order)
    after = happen(work, order, Event.SNOOZE, until=until)
    if isinstance(after, Wrong):
        return after
    return after.did("snooze", moment=until).note_change("snooze", "", str(until), f"#{order.word}")


def by_event(event: Event) -> Action:
    """A command that is an event of the life's table and nothing else."""

    def act(work: Work, order: Order) -> Step:
        after = happen(work, order, event)
        if isinstance(after, Wrong) or after.ticket is None:
            return after
        return after.did(event.name.lower(), status=after.ticket.status.value)

    return act


def do_parts(work: Work, order: Order) -> Step:
    """The attachments in as many mails as they need: `desk.answer` looks for the word."""
    return work.did("parts") if work.case.mail.attachments else Wrong("no_parts", f"#{order.word}")


def do_confirm(_: Work, order: Order) -> Step:
    """Said where nothing was asked: a confirmation goes to the one-time address of the question."""
    return Wrong("nothing_to_confirm", f"#{order.word}")
