"""Whose mail does an agent bring in by forwarding it? The older mail as one of its author's, or why that is not sure.

A forward is a claim of the agent's about somebody else, so only an agent's own words are believed here, and only about outsiders: a
colleague's forward of a forward is opened up until an outsider's mail is reached, and whatever leaves a doubt is a question to the agent.
"""

from dataclasses import dataclass, replace

from mailticket.inbound.addresses import parse_spec
from mailticket.inbound.forward import find_forward_in, is_forward_subject, strip_forward
from mailticket.inbound.proof import find_claims
from mailticket.inbound.quoting import split_reply
from mailticket.inbound.signature import cut_signature
from mailticket.inbound.signs import DAEMON, ROBOT
from mailticket.inbound.thread import find_keys
from mailticket.model.mail import Forwarded, Kind, Language, Mail
from mailticket.model.outcome import Keys
from mailticket.model.policy import Agent, Settings
from mailticket.model.token import Keyring
from mailticket.text.language import find_language
from mailticket.tickets.notify import is_outsider

SURE = 0.7
"""Below this whose mail it is is for the agent to say (`inbound.forward`)."""
DEPTH = 5
"""Through so many forwards of colleagues the first author is looked for."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A forward by an agent: the older mail as its author's (None when whose it is is not sure), and the agent's own words above it.

    `doubt` says why not: a word of the `held` template's table, with what it is about behind a colon.
    """

    agent: Agent
    mail: Mail | None
    comment: str = ""
    doubt: str = ""


def find_brought(mail: Mail, settings: Settings) -> Brought | None:
    """What an agent brings in; None for everybody else's mail, for none that forwards, for answers to us and for commands."""
    agent = settings.find_agent(mail.strict_sender)
    if agent is None or mail.kind is not Kind.NORMAL or not (mail.forwarded or is_forward_subject(mail.subject)):
        return None
    if mail.reply_text.lstrip().startswith("#") or any(claim.number for claim in find_claims(mail, settings)):
        return None
    if mail.forwarded is None:
        return Brought(agent, None, doubt="forward_unread")
    found, comments = _open_up(mail.forwarded, settings)
    own = (agent.email, *agent.addresses)
    comment = "\n\n".join(cut_signature(split_reply(words).text, own) for words in comments if words.strip()).strip()
    doubt = _find_doubt(found, settings)
    return Brought(agent, None if doubt else _as_author(mail, found), comment, doubt)


def _open_up(found: Forwarded, settings: Settings) -> tuple[Forwarded, list[str]]:
    """The first mail of an outsider within forwards of colleagues, and what was written above it on the way, the latest first."""
    comments = [found.above]
    for _ in range(DEPTH):
        inner = None if is_outsider(found.sender.address, settings) else found.inner or find_forward_in(found.text, found.subject)
        if inner is None:
            return found, comments
        found = replace(inner, attachments=inner.attachments or found.attachments)
        comments.append(found.above)
    return found, comments


def _find_doubt(found: Forwarded, settings: Settings) -> str:
    """Why a ticket can't be opened in the author's name, "" when it can."""
    address = found.sender.address
    if not address or parse_spec(address) != address:
        return f"forward_nobody:{found.sender.name}"
    if found.sure < SURE:
        return f"forward_unsure:{address}"
    is_form = any(form.sender == address for form in settings.forms)
    return f"forward_inside:{address}" if is_form or not is_outsider(address, settings) else ""


def _as_author(mail: Mail, found: Forwarded) -> Mail:
    """The older mail as far as the forward tells it; bytes, fingerprint and delivery stay those of the mail around it.

    What the agent's client cites finds the ticket, but goes into no References of ours: it may be a colleague's.
    """
    reply = split_reply(found.text)
    subject = strip_forward(found.subject or mail.subject)
    is_direct = mail.forwarded is not None and found.sender == mail.forwarded.sender
    cited = next(iter(mail.in_reply_to), "") if is_direct else ""
    local = found.sender.address.partition("@")[0]
    machine = found.machine or ("sent by a machine" if ROBOT.match(local) or DAEMON.match(local) else "")
    files = (*found.attachments, *(a for a in mail.attachments if a.content_type != "message/rfc822"))
    return replace(
        mail,
        message_id=found.message_id or cited,
        subject=subject,
        sender=found.sender,
        strict_sender=found.sender.address,
        reply_to=(),
        return_path=None,
        in_reply_to=tuple(i for i in (found.message_id, *mail.in_reply_to, *reversed(mail.references)) if i),
        references=found.cites,
        suppress=f"the forwarded mail: {machine}" if machine else "",
        language=find_language(reply.text.strip() or subject, Language.AR),
        text=found.text,
        reply_text=reply.text,
        reply_sure=reply.sure,
        cut_text=reply.cut,
        attachments=files,
        forwarded=None,
        trace=(),
    )


def find_keys_of(mail: Mail, settings: Settings, ring: Keyring) -> Keys:
    """What the store must be asked about a mail; of one that an agent brings in, what must be known of its author."""
    brought = find_brought(mail, settings) if mail.forwarded else None
    if brought is None or brought.mail is None:
        return find_keys(mail, settings, ring)
    theirs, own = find_keys(brought.mail, settings, ring), find_keys(mail, settings, ring)
    ids, numbers = dict.fromkeys((*theirs.ids, *own.ids)), dict.fromkeys((*theirs.numbers, *own.numbers))
    return replace(own, sender=theirs.sender, asker=mail.strict_sender, ids=tuple(ids), numbers=tuple(numbers))
