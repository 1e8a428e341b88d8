"""Mails as people write them: new ones, and answers in the formats of common mail clients.

The demonstration and the tests speak to the desk with these; nothing of the desk itself uses them.
"""

import base64
import email
import email.policy
import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape


def read(raw: bytes) -> EmailMessage:
    """A mail of ours, read by the standard library's own parser."""
    found = email.message_from_bytes(raw, policy=email.policy.default)
    if not isinstance(found, EmailMessage):
        raise TypeError("the default policy makes EmailMessage")
    return found


def part(mail: EmailMessage, kind: str) -> str:
    """The text of a mail's first text/plain or text/html part, "" when it has none."""
    found = next((p for p in mail.walk() if p.get_content_type() == f"text/{kind}" and not p.get_filename()), None)
    data = found.get_payload(decode=True) if found else b""
    return data.decode() if isinstance(data, bytes) else ""


def word(text: str) -> str:
    """A header's text as its encoded words."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=70).encode()


def write(
    sender: str,
    subject: str,
    text: str,
    at: datetime,
    *,
    name: str = "",
    to: str = "info@example.sa",
    html: str = "",
    headers: Mapping[str, str] | None = None,
    attachments: Mapping[str, bytes] | None = None,
) -> bytes:
    """A mail with the headers that every client writes. Its Message-ID derives from its content."""
    mark = hashlib.sha256(f"{sender}{subject}{text}{at}".encode()).hexdigest()[:16]
    lines = {
        "From": f"{word(name)} <{sender}>" if name else sender,
        "To": to,
        "Subject": word(subject),
        "Date": format_datetime(at),
        "Message-ID": f"<{mark}@{sender.partition('@')[2]}>",
        "MIME-Version": "1.0",
        **(headers or {}),
    }
    head = "".join(f"{key}: {value}\r\n" for key, value in lines.items() if value)
    return (head + _body(text, html, attachments or {}, mark)).encode()


def _body(text: str, html: str, attachments: Mapping[str, bytes], mark: str) -> str:
    parts = [_leaf("text/plain; charset=utf-8", text.encode())]
    if html:
        parts = [_multi("alternative", [*parts, _leaf("text/html; charset=utf-8", html.encode())], mark + "a")]
    for name, data in attachments.items():
        parts.append(_leaf("application/pdf", data, f'Content-Disposition: attachment; filename="{name}"\r\n'))
    return parts[0] if len(parts) == 1 else _multi("mixed", parts, mark + "m")


def _leaf(kind: str, data: bytes, more: str = "") -> str:
    body = base64.encodebytes(data).decode().replace("\n", "\r\n")
    return f"Content-Type: {kind}\r\n{more}Content-Transfer-Encoding: base64\r\n\r\n{body}"


def _multi(kind: str, parts: list[str], mark: str) -> str:
    inner = "".join(f"--{mark}\r\n{one}\r\n" for one in parts)
    return f'Content-Type: multipart/{kind}; boundary="{mark}"\r\n\r\n{inner}--{mark}--\r\n'


def quoted(text: str) -> str:
    """Text with a mark before every line."""
    return "".join(f"> {line}\r\n" for line in text.splitlines())


# How clients put what they answer below the new text: {text}, {who}, {address}, {quote}, {subject}.
# Formats: Gmail web (en, ar), Outlook for Windows (en, ar), Apple Mail. Reconstructed from what these clients write.
PLAIN_STYLES = {
    "gmail en": "{text}\r\n\r\nOn Tue, Nov 24, 2026 at 9:10 AM {who} <{address}>\r\nwrote:\r\n\r\n{marked}",
    "gmail ar": "{text}\r\n\r\nفي الثلاثاء، ٢٤ نوفمبر ٢٠٢٦ في ٩:١٠ ص تمت كتابة ما يلي بواسطة {who} <{address}>:\r\n\r\n{marked}",
    "apple": "{text}\r\n\r\n> On 24 Nov 2026, at 09:10, {who} <{address}> wrote:\r\n> \r\n{marked}",
    "outlook en": "{text}\r\n\r\nFrom: {who} <{address}>\r\nSent: Tuesday, November 24, 2026 9:10 AM\r\nTo: Sara\r\n"
    "Subject: {subject}\r\n\r\n{quote}",
    "outlook ar": "{text}\r\n\r\nمن: {who} <{address}>\r\nتاريخ الإرسال: الثلاثاء، ٢٤ نوفمبر ٢٠٢٦ ٩:١٠ ص\r\nإلى: سارة\r\n"
    "الموضوع: {subject}\r\n\r\n{quote}",
    "bare": "{text}\r\n",
}
HTML_STYLES = {
    "gmail en": '<div dir="ltr">{text}</div><br><div class="gmail_quote"><div class="gmail_attr">On Tue, {who} wrote:</div>'
    '<blockquote class="gmail_quote">{quote}</blockquote></div>',
    "gmail ar": '<div dir="rtl">{text}</div><br><div class="gmail_quote"><div class="gmail_attr">في الثلاثاء، {who} كتب:</div>'
    '<blockquote class="gmail_quote">{quote}</blockquote></div>',
    "outlook en": '<div class="WordSection1">{text}</div><div id="divRplyFwdMsg"><b>From:</b> {who}<br></div>{quote}',
    "outlook ar": '<div class="WordSection1" dir="rtl">{text}</div><div id="divRplyFwdMsg"><b>من:</b> {who}<br></div>{quote}',
    "apple": '{text}<br><blockquote type="cite">{quote}</blockquote>',
}


def answer(
    mail: EmailMessage,
    sender: str,
    text: str,
    at: datetime,
    *,
    style: str = "gmail en",
    signature: str = "",
    name: str = "",
    to: str = "",
    cc: str = "",
    attachments: Mapping[str, bytes] | None = None,
) -> bytes:
    """The answer to a mail of ours as a client writes it: to its Reply-To, with its references, and with all of it quoted."""
    who, address = str(mail["From"]).partition("<")[0].strip(' "') or "mailticket", "info@example.sa"
    words = f"{text}\r\n\r\n-- \r\n{signature}" if signature else text
    quote = part(mail, "plain")
    fill = {"text": words, "who": who, "address": address, "subject": mail["Subject"], "quote": quote, "marked": quoted(quote)}
    html = HTML_STYLES.get(style, "")
    if html:
        inner = escape(words).replace("\r\n", "<br>").replace("\n", "<br>")
        html = html.format(text=inner, who=escape(who), quote=part(mail, "html"))
    references = " ".join((*str(mail["References"] or "").split(), str(mail["Message-ID"])))
    headers = {"In-Reply-To": str(mail["Message-ID"]), "References": references.replace(" ", "\r\n "), "Cc": cc}
    return write(
        sender,
        f"Re: {mail['Subject']}",
        PLAIN_STYLES[style].format(**fill),
        at,
        name=name,
        to=to or str(mail["Reply-To"] or mail["From"]),
        html=html,
        headers=headers,
        attachments=attachments,
    )
