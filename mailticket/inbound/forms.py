"""Mails of the website's forms (spec 5): who filled one in, what they said, and whether the website really sent it.

A form is a way to make us write to anybody, so nothing of it is believed until its source is proved: the website's own address as the
only author, vouched for by our host (DKIM, DMARC) or handed in by a known relay, and a secret field that only the website can fill. A
desk that names neither an `authserv_id` nor a `relay` has nobody to vouch for anything: there the secret proves the source by itself, and
who has read one mail of the form can forge the next; with either key set, the secret alone is never enough. Without that proof the mail
is a machine's like any other. With it, the mail becomes the person's who filled the form in, without any trust: a name in a form is a
claim (security.md, "Who is it?").
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mailticket.inbound.addresses import parse_addresses
from mailticket.inbound.proof import read_evidence
from mailticket.model.mail import Address, Kind, Language, Mail
from mailticket.model.policy import Form, Settings
from mailticket.text.bidi import clean_line, strip_controls
from mailticket.text.language import find_language
from mailticket.text.normalise import fold_digits, normalise

LINES_LIMIT = 2000
NAME_LIMIT = 120
Secrets = Mapping[str, tuple[str, ...]]
"""The secrets of each form, by its name; more than one while they are changed."""
_AUTOMATIC = frozenset({Kind.NORMAL, Kind.AUTO_GENERATED, Kind.AUTO_REPLY, Kind.LIST, Kind.LOOP})
_SEPARATOR = re.compile(r"\s*(?:[:：=|\t]|\s[-–]\s)\s*")
_DECORATION = " \t*•·-–_#>\"'«»“”:：.|"
_FROM_CLIENT = re.compile(r"\[(?:IPv6:)?([0-9a-fA-F.:]{2,45})\]|\((?:[^()\s]+ )?\[?([0-9a-fA-F.:]{7,45})\]?\)")


@dataclass(slots=True)
class _Filled:
    """The fields of a form as they are gathered, in the order of the mail."""

    values: dict[str, list[str]] = field(default_factory=dict)
    last: str = ""

    def begin(self, name: str, value: str) -> None:
        self.values[name] = [value] if value else []
        self.last = name

    def go_on(self, line: str) -> None:
        """A line without a label belongs to what was said last: always to a text, to a short field only while it is empty."""
        if self.last and (self.last == "text" or (line.strip() and not self.values[self.last])):
            self.values[self.last].append(line)

    def text(self, name: str) -> str:
        return strip_controls("\n".join(self.values.get(name, ()))).strip()

    def line(self, name: str) -> str:
        return clean_line(self.text(name), 1000)


def read_form(mail: Mail, settings: Settings, secrets: Secrets) -> Mail:
    """The mail as its form's writer's (kind FORM), as a machine's where a form is not proved, and unchanged where it is no form's."""
    form = _find_form(mail, settings)
    if form is None:
        return mail
    filled = _read_fields(mail.text, form)
    doubt = _find_doubt(mail, form, filled, settings, secrets.get(form.name, ()))
    if doubt:
        return replace(mail, kind=Kind.AUTO_GENERATED, reason=f"from the address of the form {form.name}, but {doubt}")
    return _as_written(mail, form, filled)


def is_form(mail: Mail) -> bool:
    """Whether a mail is a proved form's: its sender is a claim, and no reference in it counts."""
    return mail.kind is Kind.FORM


def _find_form(mail: Mail, settings: Settings) -> Form | None:
    if mail.kind not in _AUTOMATIC:
        return None
    return next((form for form in settings.forms if form.sender == mail.strict_sender), None)


def _find_doubt(mail: Mail, form: Form, filled: _Filled, settings: Settings, secrets: tuple[str, ...]) -> str:
    """Why the website can't be believed to have sent this, "" when it did."""
    can_prove = bool(settings.desk.authserv_id or form.relay)
    if can_prove and not (_is_vouched_for(mail, form, settings) or _is_handed_in(mail, form)):
        return "nobody vouches for it"
    if form.secret is None:
        return "" if can_prove else "it has no secret, and nobody could vouch for it"
    given = filled.line("secret").encode("utf-8", "replace")
    known = [hmac.compare_digest(given, secret.encode()) for secret in secrets if secret]
    return "" if any(known) else "its secret is not right"


def _is_vouched_for(mail: Mail, form: Form, settings: Settings) -> bool:
    """Whether our own host found a signature of the website's: of the domain that the settings pin, or of From's own."""
    asked = replace(mail, strict_sender=f"form@{form.dkim}") if form.dkim else mail
    return read_evidence(asked, settings).is_aligned


def _is_handed_in(mail: Mail, form: Form) -> bool:
    """Whether the topmost Received, which our own host wrote, names one of the website's relays as the client."""
    top = next((trace.value for trace in mail.trace if trace.name.lower() == "received"), "")
    clients = {(found[1] or found[2]).lower() for found in _FROM_CLIENT.finditer(top.partition(" by ")[0])}
    return bool(clients & {relay.lower() for relay in form.relay})


def _read_fields(text: str, form: Form) -> _Filled:
    """Labels and what stands behind or below them, in lines of text or rows of a table. The first of a label counts."""
    labels = {_plain(label): name for name, spelled in form.fields.items() for label in spelled}
    if form.secret:
        labels[_plain(form.secret.field)] = "secret"
    filled = _Filled()
    for line in text.split("\n")[:LINES_LIMIT]:
        name, value = _find_label(line, labels)
        if name and name not in filled.values:
            filled.begin(name, value)
        else:
            filled.go_on(line)
    return filled


def _find_label(line: str, labels: Mapping[str, str]) -> tuple[str, str]:
    """The field that a line begins, with what stands behind its label; "" for a line without one."""
    for found in list(_SEPARATOR.finditer(line[:300]))[:3]:
        name = labels.get(_plain(line[: found.start()]), "")
        if name:
            return name, line[found.end() :].strip(" \t|")
    return labels.get(_plain(line[:300]), ""), ""


def _plain(label: str) -> str:
    return normalise(strip_controls(label)).strip(_DECORATION)


def _as_written(mail: Mail, form: Form, filled: _Filled) -> Mail:
    """The mail as if its writer had sent it: their name, address and words; nothing that could thread, and no other address."""
    address, name = _read_address(filled.line("email")), clean_line(filled.line("name"), NAME_LIMIT)
    text = _join_words(filled)
    subject = filled.line("subject") or filled.line("type") or mail.subject
    return replace(
        mail,
        kind=Kind.FORM,
        reason=f"the form {form.name}",
        suppress="",
        sender=Address(address, name),
        strict_sender=address,
        reply_to=(),
        cc=(),
        in_reply_to=(),
        references=(),
        thread_index="",
        subject=subject,
        text=text,
        reply_text=text,
        reply_sure=1.0,
        cut_text="",
        forwarded=None,
        language=find_language(filled.text("text") or subject, Language.AR),
    )


def _join_words(filled: _Filled) -> str:
    """What an agent reads: the words, and below them what else was filled in. The secret is told to nobody."""
    rest = [fold_digits(filled.line("phone")), filled.line("type")]
    return "\n\n".join(filter(None, (filled.text("text"), "\n".join(filter(None, rest)))))


def _read_address(value: str) -> str:
    """The one address of a field, "" for none or several: a list would make us write to a crowd."""
    found = {address.address for address in parse_addresses([value])} - {""}
    return found.pop() if len(found) == 1 else ""
