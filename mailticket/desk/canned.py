"""Canned replies and the invitation to a remote session: texts of the staff's, filled for the ticket and sent as its answer."""

from mailticket.desk.answer import send_answer
from mailticket.desk.work import Step, Work, Wrong, wrong_argument
from mailticket.inbound.commands import Order
from mailticket.model.mail import Language
from mailticket.model.policy import Bilingual
from mailticket.outbound.words import TYPES, word_title
from mailticket.text.bidi import clean_line, clean_name
from mailticket.tickets.snippets import fill, find_snippet, list_snippets

REMOTE = "remote"
MAX_ARGUMENT = 200


def do_send(work: Work, order: Order) -> Step:
    """A canned reply by its name, with the agent's own words below it; without a name there is nothing to send here."""
    if not order.argument:
        return Wrong("nothing_to_confirm", f"#{order.word}")
    return _send(work, order, order.argument)


def do_remote(work: Work, order: Order) -> Step:
    """An invitation to a TeamViewer session, by its link or number."""
    if not any(letter.isdigit() for letter in order.argument):
        return wrong_argument(order)
    return _send(work, order, REMOTE, clean_line(order.argument, MAX_ARGUMENT))


def _send(work: Work, order: Order, name: str, argument: str = "") -> Step:
    ticket, snippets = work.ticket, work.case.policy.snippets
    if ticket is None:
        return Wrong("no_ticket", f"#{order.word}")
    text = find_snippet(name, ticket.language, snippets)
    if text is None:
        return wrong_argument(order, ", ".join(n for n in list_snippets(snippets) if n != REMOTE))
    words = fill(text, make_values(work, argument))
    whole = f"{words}\n\n{work.text}" if work.text else words
    after = send_answer(work, whole)
    if isinstance(after, Wrong):
        return after
    return after.did("remote", said=argument) if name == REMOTE else after.did("send", said=name)


def make_values(work: Work, argument: str) -> dict[str, str]:
    """What the names in a canned reply stand for, in the ticket's language."""
    ticket, desk = work.ticket, work.case.settings.desk
    if ticket is None:
        return {}
    language = Language.EN if ticket.language is Language.EN else Language.AR
    team = work.case.settings.find_team(ticket.team)
    return {
        "name": clean_name(ticket.requester_name),
        "tag": ticket.tag,
        "team": _pick(team.title, language) if team else ticket.team,
        "desk": _pick(desk.name, language),
        "type": word_title(TYPES, ticket.type.value, language),
        "phone": desk.contacts.phone,
        "whatsapp": desk.contacts.whatsapp,
        "website": desk.contacts.website,
        "argument": argument,
    }


def _pick(text: Bilingual, language: Language) -> str:
    return (text.en or text.ar) if language is Language.EN else (text.ar or text.en)
