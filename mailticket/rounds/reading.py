"""Bytes to mails, as worker processes do it: each mail is read once and packed once, and the daemon itself does neither."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from mailticket.inbound.parse import parse_mail, unreadable
from mailticket.model.mail import Language, Mail
from mailticket.model.packed import Packed, pack
from mailticket.text.language import find_language

Read = tuple[Mail, Packed]
"""A mail, and its bytes as they are kept."""


def make_reader(own: frozenset[str]) -> Callable[[bytes], Read]:
    """A function that reads mails of a desk with these addresses; it never raises for what a mail holds."""
    return partial(read_mail, own=own)


def read_mail(raw: bytes, own: frozenset[str]) -> Read:
    """One mail, read and packed."""
    return parse_mail(raw, own=own), pack(raw)


def refuse_mail(raw: bytes, reason: str) -> Read:
    """What is known of a mail that can't be read."""
    return unreadable(raw, reason), pack(raw)


def settle_language(mail: Mail, default: Language) -> Mail:
    """The mail in its mailbox's language where its own words show none; the reader, which serves all mailboxes, takes those for Arabic."""
    if default is not Language.EN or mail.language is not Language.AR:
        return mail
    return replace(mail, language=find_language(mail.reply_text.strip() or mail.subject, default))
