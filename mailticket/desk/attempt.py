"""The commands of an agent's mail, carried out on one ticket: all of them or none, with the answer to the requester in its turn."""

from collections.abc import Callable
from dataclasses import replace

from mailticket.desk.answer import outgoing_parts, send_answer
from mailticket.desk.dispatch import ACTIONS, ANSWER_BEFORE, TURNS
from mailticket.desk.held import hold
from mailticket.desk.work import Step, Work, Wrong, wrong_word
from mailticket.inbound.commands import Order, Spoken
from mailticket.model.command import Reach
from mailticket.model.outcome import Outcome
from mailticket.model.ticket import Visibility, What
from mailticket.tickets.notify import find_leak, is_outsider

SURE = 0.7
"""Below this the cut between new and quoted words is for a person to look at (`inbound.quoting`)."""


def attempt(work: Work) -> Work | tuple[Wrong, ...] | Outcome:
    """The work when all of it could be done; else everything that is wrong; or an outcome, when the answer is held."""
    unknown = tuple(wrong_word(order) for order in work.spoken.orders if order.command is None)
    wrongs = unknown or tuple(wrong for order in work.spoken.orders for wrong in _find_wrong(work, order))
    if wrongs:
        return wrongs
    for turn in TURNS:
        if turn == ANSWER_BEFORE:
            answered = _answer(work)
            if not isinstance(answered, Work):
                return answered
            work = answered
        for order in work.spoken.orders:
            row = ACTIONS[order.command.name] if order.command else None
            if row is None or row.turn != turn:
                continue
            step = row.act(work, order)
            if isinstance(step, Wrong):
                return (step,)
            work = step
    return work


def _find_wrong(work: Work, order: Order) -> tuple[Wrong, ...]:
    """What is wrong with an order whoever it is about: its author's level, no ticket, an argument too many or too few."""
    command = order.command
    if command is None:
        return (wrong_word(order),)
    said = f"#{order.word} {order.argument}".rstrip()
    if work.agent.level < command.level:
        return (Wrong("level", said),)
    is_of_a_ticket = command.needs_ticket and command.reach is not Reach.ASKS_NOTHING
    if is_of_a_ticket and work.ticket is None and not _opens(work.spoken):
        return (Wrong("no_ticket", said),)
    if order.argument and command.argument == "none":
        return (Wrong("too_much", said, f"#{order.word}"),)
    if not order.argument and command.argument != "none" and not command.is_bare:
        return (Wrong("missing", said, command.usage("ar" if work.spoken.is_arabic else "en")),)
    return ()


def _opens(spoken: Spoken) -> bool:
    return any(order.command and ACTIONS[order.command.name].turn == 0 and not order.command.needs_ticket for order in spoken.orders)


def _answer(work: Work) -> Work | tuple[Wrong, ...] | Outcome:
    """The text as the ticket's answer, unless a command took it or something keeps it from being sent."""
    if work.has_answered or (work.spoken.orders and not work.text and not _files(work)):
        return work
    if work.ticket is None and work.spoken.orders and not _files(work):
        return (Wrong("no_ticket", work.text.partition("\n")[0]),)
    reason = next((word for word, applies in HELD_WHEN if word not in work.waived and applies(work)), "")
    if reason:
        return _held_answer(work, reason)
    step: Step = send_answer(work, work.text)
    return (step,) if isinstance(step, Wrong) else step


def _held_answer(work: Work, reason: str) -> Outcome:
    """Held, with the words that would go out where they may."""
    before = replace(work, ticket=work.known.ticket if work.known else None)
    sent = send_answer(before, work.text) if reason in ("unsure_cut", "colleague", "command_below") else None
    return hold(before, reason, reason, sent if isinstance(sent, Work) else None, who=_colleague(work))


def _files(work: Work) -> bool:
    return bool(outgoing_parts(work.case.mail.attachments))


def _has_colleague(work: Work) -> bool:
    return bool(_colleague(work))


def _colleague(work: Work) -> str:
    """Who answered after what this agent had before them, "" for nobody."""
    number = work.known.ticket.number if work.known else 0
    seen = work.facts.answered
    replies = [e for e in work.facts.entries.get(number, ()) if e.what is What.REPLY and e.visibility is Visibility.PUBLIC]
    own = (work.agent.email, *work.agent.addresses)
    late = [entry for entry in replies if seen and entry.at > seen and entry.by not in own]
    return late[-1].by if late else ""


def _has_no_requester(work: Work) -> bool:
    return not work.ticket or not work.ticket.requester or not is_outsider(work.ticket.requester, work.case.settings)


# Read from top to bottom: what keeps a proved answer from being sent, as a word that the `held` template puts in both languages.
HELD_WHEN: tuple[tuple[str, Callable[[Work], bool]], ...] = (
    ("no_requester", _has_no_requester),
    ("empty", lambda work: not work.text.strip() and not _files(work)),
    ("leak", lambda work: bool(find_leak(work.text, work.case.settings, work.ticket.number if work.ticket else 0))),
    ("colleague", _has_colleague),
    ("command_below", lambda work: bool(work.spoken.below)),
    ("unsure_cut", lambda work: work.case.mail.reply_sure < SURE),
)
