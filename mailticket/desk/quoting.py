"""An agent's words, told from the notice that they answer and from the agent's own signature."""

from dataclasses import replace
from functools import partial

from mailticket.desk.case import Case
from mailticket.inbound.answered import read_sent, split_answer
from mailticket.inbound.lines import answers_list, find_digest
from mailticket.inbound.signature import cut_signature
from mailticket.model.policy import Agent
from mailticket.model.ticket import Entry, Ticket, Visibility, What

UNVERIFIED = "unverified"


def recut(case: Case, agent: Agent, number: int | None) -> Case:
    """The case with the agent's new words found by what the notice says that they answer, where that notice is known."""
    staff = case.facts.staff
    if answers_list(case.mail, case.settings) and find_digest(case.mail, case.settings) is None:
        return case  # a list's own mail is not looked up, and notices of the tickets that are named say words that lines say too
    readings = [reading for mail in (staff.quoted if staff else ()) for reading in read_sent(mail.unpack())]
    if not readings:
        return case
    known = case.known(number)
    said = find_own_words(known.ticket, staff.entries.get(known.ticket.number, ())) if staff and known else ()
    reply = split_answer(case.mail.text, readings, said, partial(cut_own, agent))
    if reply is None:
        return case
    return replace(case, mail=replace(case.mail, reply_text=reply.text, cut_text=reply.cut, reply_sure=reply.sure))


def find_own_words(ticket: Ticket, entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """The requester's own texts on their ticket; what came unverified under their name is nobody's own words."""
    mails = (e for e in entries if e.what is What.MAIL and e.visibility is Visibility.PUBLIC and e.by == ticket.requester)
    return tuple(entry.text for entry in mails if UNVERIFIED not in entry.remark)


def cut_own(agent: Agent, text: str) -> str:
    """A text without the signature of the agent who wrote it."""
    return cut_signature(text, (agent.email, *agent.addresses), (agent.name.ar, agent.name.en))
