"""Answers to a notice, written as mail programs write them: text part, HTML part, and all that a program adds, in Arabic and English.

`write_answer` takes a mail that the desk really sent and gives the bytes that come back. Each client says where its format is known
from: "observed" in mails that people published, "documented" in the program's own files, else "reconstructed". The words of the Arabic
forms stand with their sources in `tests/arabic_quotes.toml` as well.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from html import escape, unescape
from textwrap import wrap

from mailticket.demo.letters import part

TOP, BOTTOM, SPLIT, INSIDE = "top", "bottom", "between", "inside"
PLACEMENTS = (TOP, BOTTOM, SPLIT, INSIDE)
"""Above the quote; below all of it; between its blocks, with the quote broken off around each answer; and between its blocks within the
quote, where an editor can't break out of the tables that a notice is laid out with."""
RLE, LRE, PDF, RLM, NBSP, BOM = "\u202b", "\u202a", "\u202c", "\u200f", "\xa0", "\ufeff"
_BLOCK = re.compile(r'<table\b[^>]*border-collapse:collapse">.*?</table>|<p\b.*?</p>|<span class="mt-chip".*?</span>', re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
_CELL = re.compile(r"<td\b[^>]*>(.*?)</td>", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or table of a notice's HTML, with its words: rows of cells, each cell one or more lines."""

    html: str
    rows: tuple[tuple[str, ...], ...]

    def lines(self, gap: str) -> list[str]:
        """The words as lines, cells set apart by `gap`."""
        return [line for row in self.rows for line in gap.join(row).split("\n")]


def read_blocks(html: str) -> list[Block]:
    """The blocks of a notice that an answer can stand below, from the top."""
    return [Block(found[0], tuple(_read_rows(found[0]))) for found in _BLOCK.finditer(html)]


def _read_rows(html: str) -> Iterator[tuple[str, ...]]:
    if not html.startswith("<table"):
        yield (_read_words(html),)
        return
    for row in _ROW.findall(html):
        yield tuple(_read_words(cell) for cell in _CELL.findall(row))


def _read_words(html: str) -> str:
    return unescape(_TAGS.sub("", re.sub(r"<br\s*/?>", "\n", html))).strip()


@dataclass(frozen=True, slots=True)
class Told:
    """What a program says of the mail it quotes."""

    name: str
    address: str
    reader: str
    subject: str

    def fill(self, words: str) -> str:
        """A format of ours with the names put in."""
        return words.format(name=self.name, address=self.address, reader=self.reader, subject=self.subject)


Wrap = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Client:
    """One mail program. The texts are by language: "ar", "en".

    `introduction` stands above the quote in the text part, `head` in the HTML part. `mark` is what each quoted line begins with; `width`
    is where lines are wrapped (0: never); `gap` is what stands between cells of a table. `words` and `quote` are the HTML of a paragraph
    of the agent's and of the quote.
    """

    name: str
    source: Mapping[str, str]
    introduction: Mapping[str, str]
    head: Mapping[str, str]
    mark: str = "> "
    width: int = 0
    gap: str = "\n"
    spacing: str = ""
    """What an empty line between paragraphs holds."""
    words: str = "<div>{}</div>"
    quote: str = '<blockquote type="cite">{}</blockquote>'
    page: str = "<html><body>{}</body></html>"
    signature: str = "-- \n{}"
    signature_html: str = "<div>{}</div>"
    signature_last: bool = False
    """Whether the signature stands below the quote."""
    phone: Mapping[str, str] = field(default_factory=lambda: {"ar": "", "en": ""})
    phone_html: str = "<div>{}</div>"
    charset: str = "utf-8"
    transfer: str = "quoted-printable"
    flowed: bool = False
    rewrite: Wrap = str
    """What becomes of the notice's HTML inside the quote."""
    head_quoted: bool = False
    """Whether the introduction is quoted too (Apple's)."""
    closed: str = ""
    """What closes all that `head` opened."""


def _body(html: str) -> str:
    """The inside of a page's body, as every program quotes it."""
    return re.sub(r"(?is)^.*?<body[^>]*>|</body>.*$", "", html)


def _word(html: str) -> str:
    """Word's own paragraphs."""
    html = re.sub(r'<p class="[^"]*"', "<p", html)
    html = re.sub(r"<p\b", "<p class=MsoNormal", html)
    return re.sub(r"(<p\b[^>]*>)(.*?)</p>", r'\1<span style="font-size:12.0pt;font-family:&quot;Tahoma&quot;,sans-serif">\2<o:p></o:p></span></p>',
                  html, flags=re.DOTALL)


def _exchange(html: str) -> str:
    """Exchange's prefix before every class and id."""
    return re.sub(r'\b(class|id)="([^"]*)"', lambda m: f'{m[1]}="{" ".join("x_" + name for name in m[2].split())}"', html)


def _gmail(html: str) -> str:
    """Gmail takes classes out, and the media rules with them."""
    return '<u></u>' + re.sub(r' class="[^"]*"', "", html)


def _link(html: str) -> str:
    """Addresses as links, which most programs make of them."""
    return re.sub(r"(>)([\w.+-]+@[\w.-]+\w)(<)", r'\1<a href="mailto:\2">\2</a>\3', html)


_OUTLOOK_EN = "From: {name} <{address}>\nSent: Tuesday, November 24, 2026 9:00 AM\nTo: {reader}\nSubject: {subject}\n"
_OUTLOOK_AR = "من: {name} <{address}>\nتم الإرسال: 24/نوفمبر/2026 09:00 ص\nإلى: {reader}\nالموضوع: {subject}\n"
_OWA_AR = f"من: {{name}} <{{address}}>\n{RLM}{RLM}تم الإرسال: {RLM}24{RLM} {RLM}نوفمبر,{RLM} {RLM}2026 09:00 ص\n{RLM}{RLM}إلى: {{reader}}\n{RLM}{RLM}الموضوع: {{subject}}\n"
_SAMSUNG_EN = "-------- Original message --------\nFrom: {name} <{address}>\nDate: 11/24/26 09:00 (GMT+03:00)\nTo: {reader}\nSubject: {subject}\n"
_SAMSUNG_AR = "-------- رسالة أصلية --------\nمن: {name} <{address}>\nالتاريخ: ٢٤/١١/٢٠٢٦ ٩:٠٠ ص (GMT+03:00)\nإلى: {reader}\nالموضوع: {subject}\n"
_RECONSTRUCTED = "reconstructed: the English form in the program's known Arabic words"
_MARKUP = "observed in replies that public mailing lists keep"


def _block_html(words: str) -> str:
    """A header block as bold labels, a line each."""
    rows = (line.partition(":") for line in escape(words, quote=False).replace("{name}", "{name}").strip().split("\n"))
    return "<br>".join(f"<b>{label}:</b>{value}" if colon else label for label, colon, value in rows)


CLIENTS = (
    Client(
        "Outlook desktop",
        {"en": f"{_MARKUP}: Word's paragraphs, border-top #E1E1E1 (talon's ms_outlook_2010.html has the older colour)",
         "ar": "observed words «من، تم الإرسال، إلى، الموضوع» in published parsers; markup as in English"},
        {"en": _OUTLOOK_EN, "ar": _OUTLOOK_AR},
        {lang: '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal>'
         + _block_html(words) + "<o:p></o:p></p></div></div><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
         for lang, words in (("en", _OUTLOOK_EN), ("ar", _OUTLOOK_AR))},
        mark="", gap="\t", spacing=NBSP,
        words='<p class=MsoNormal><span lang=EN-US style="color:#1F497D">{}<o:p></o:p></span></p>', quote="{}",
        page='<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15 (filtered medium)">'
        "<style><!-- p.MsoNormal {{margin:0cm;font-size:11.0pt}} --></style></head><body lang=EN-US link=blue vlink=purple>"
        "<div class=WordSection1>{}</div></body></html>",
        signature="{}", signature_html='<p class=MsoNormal><span style="color:#1F497D">{}<o:p></o:p></span></p>',
        charset="windows-1256", rewrite=lambda html: _word(_link(html)),
    ),
    Client(
        "Outlook on the web",
        {"en": f"{_MARKUP}: elementToProof, appendonsend, divRplyFwdMsg; the rule of 32 underscores in the text part",
         "ar": "observed labels with direction marks; markup as in English"},
        {"en": "_" * 32 + "\n" + _OUTLOOK_EN, "ar": "_" * 32 + "\n" + _OWA_AR},
        {lang: '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">'
         '<font face="Calibri, sans-serif" style="font-size:11pt" color="#000000">' + _block_html(words) + "</font><div>&nbsp;</div></div>"
         for lang, words in (("en", _OUTLOOK_EN), ("ar", _OWA_AR))},
        mark="", gap="\t", words='<div class="elementToProof" style="font-family:Aptos,sans-serif;font-size:12pt">{}</div>',
        quote="<div>{}</div>", page='<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body dir="auto">{}</body></html>',
        signature="{}", signature_html='<div id="Signature" class="elementToProof"><div>{}</div></div>', transfer="base64", rewrite=_exchange,
    ),
    Client(
        "Gmail web",
        {"en": f"{_MARKUP}: gmail_quote_container, gmail_attr; lines of at most 78 characters in the text part",
         "ar": "observed: replies in public repositories, «تمت كتابة ما يلي بواسطة» with direction marks"},
        {"en": "On Tue, Nov 24, 2026 at 9:00 AM {name} <{address}>\nwrote:\n",
         "ar": f"{RLE}في الثلاثاء، 24 نوفمبر 2026 في 9:00 ص تمت كتابة ما يلي بواسطة {LRE}{{name}}{PDF}{RLM} <{LRE}\n{{address}}{PDF}{RLM}>:{PDF}\n"},
        {"en": '<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Tue, Nov 24, 2026 at 9:00 AM {name} &lt;'
         '<a href="mailto:{address}">{address}</a>&gt; wrote:<br></div>',
         "ar": '<div class="gmail_quote gmail_quote_container"><div dir="rtl" class="gmail_attr">في الثلاثاء، 24 نوفمبر 2026 في 9:00 ص تمت كتابة ما يلي '
         'بواسطة &rlm;{name}&rlm; &lt;<a href="mailto:{address}">{address}</a>&gt;:<br></div>'},
        width=76, words="<div>{}</div>",
        quote='<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">{}</blockquote>',
        page='<div dir="ltr">{}</div>', signature_html='<div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature">{}</div></div>',
        signature_last=True, transfer="base64", rewrite=lambda html: _gmail(_link(html)), closed="</div>",
    ),
    Client(
        "Gmail Android",
        {"en": f"{_MARKUP}: «On Tue, 24 Nov 2026, 9:00 am NAME, <ADDRESS> wrote:», dir=auto",
         "ar": "observed: reply of March 2026 in a public repository"},
        {"en": "On Tue, 24 Nov 2026, 9:00 am {name}, <{address}> wrote:\n", "ar": "في الثلاثاء، ٢٤ نوفمبر ٢٠٢٦, ٩:٠٠ ص {name} <{address}> كتب:\n"},
        {"en": '<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Tue, 24 Nov 2026, 9:00 am {name}, &lt;{address}&gt; wrote:<br></div>',
         "ar": '<br><br><div class="gmail_quote"><div dir="rtl" class="gmail_attr">في الثلاثاء، ٢٤ نوفمبر ٢٠٢٦, ٩:٠٠ ص {name} &lt;{address}&gt; كتب:<br></div>'},
        width=76, words='<div dir="auto">{}</div>',
        quote='<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">{}</blockquote>',
        page='<div dir="auto">{}</div>', signature_html='<div dir="auto"><div class="gmail_signature">{}</div></div>', transfer="base64",
        rewrite=_gmail, closed="</div>",
    ),
    Client(
        "Apple Mail",
        {"en": f"{_MARKUP}: blockquote type=cite, Apple-interchange-newline; the introduction is quoted too",
         "ar": "reconstructed: «كتب/كتبت» is observed in published parsers for Apple's form"},
        {"en": "On 24 Nov 2026, at 9:00 AM, {name} <{address}> wrote:\n", "ar": "في ٢٤ نوفمبر ٢٠٢٦، الساعة ٩:٠٠ ص، كتب/كتبت {name} <{address}>:\n"},
        {"en": '<div><br><blockquote type="cite"><div>On 24 Nov 2026, at 9:00{nbsp}AM, {name} &lt;{address}&gt; wrote:</div><br class="Apple-interchange-newline"></blockquote>',
         "ar": '<div><br><blockquote type="cite"><div>في ٢٤ نوفمبر ٢٠٢٦، الساعة ٩:٠٠ ص، كتب/كتبت {name} &lt;{address}&gt;:</div><br class="Apple-interchange-newline"></blockquote>'},
        words="<div>{}</div>", page='<html><head></head><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">{}</body></html>',
        signature="{}", signature_html='<div><br></div><div id="AppleMailSignature"><div>{}</div></div>', head_quoted=True, closed="</div>",
    ),
    Client(
        "iPhone",
        {"en": f"{_MARKUP}: lineBreakAtBeginningOfSignature, «Sent from my iPhone», the byte order mark before the quote",
         "ar": "observed markup of iOS; Arabic attribution and phone line observed in published parsers"},
        {"en": "On Nov 24, 2026, at 9:00\u202fAM, {name} <{address}> wrote:\n", "ar": "في ٢٤ نوفمبر ٢٠٢٦، الساعة ٩:٠٠ ص، كتب/كتبت {name} <{address}>:\n"},
        {"en": f'<div dir="ltr"><br><blockquote type="cite">On Nov 24, 2026, at 9:00\u202fAM, {{name}} &lt;{{address}}&gt; wrote:<br><br></blockquote></div><div dir="ltr">{BOM}</div>',
         "ar": f'<div dir="rtl"><br><blockquote type="cite">في ٢٤ نوفمبر ٢٠٢٦، الساعة ٩:٠٠ ص، كتب/كتبت {{name}} &lt;{{address}}&gt;:<br><br></blockquote></div><div dir="rtl">{BOM}</div>'},
        words='<div dir="auto">{}</div>', page='<html><head></head><body dir="auto">{}</body></html>', signature="{}",
        phone={"en": "Sent from my iPhone", "ar": "أُرسلت من الـ iPhone"}, phone_html='<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">{}</div>',
        head_quoted=True, rewrite=_link,
    ),
    Client(
        "Thunderbird",
        {"en": f"{_MARKUP}: moz-cite-prefix, blockquote type=cite with cite=mid; format=flowed", "ar": "documented: composeMsgs, «على #2 #3، كتب #1:»"},
        {"en": "On 24/11/2026 09:00, {name} wrote:", "ar": "على ٢٤/١١/٢٠٢٦ ٠٩:٠٠، كتب {name}:"},
        {"en": '<div class="moz-cite-prefix">On 24/11/2026 09:00, {name} wrote:<br></div>',
         "ar": '<div class="moz-cite-prefix" dir="rtl">على ٢٤/١١/٢٠٢٦ ٠٩:٠٠، كتب {name}:<br></div>'},
        width=72, gap=" ", words="<p>{}</p>", quote='<blockquote type="cite" cite="mid:mt.1@example.sa">{}</blockquote>',
        page='<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body>{}</body></html>',
        signature_html='<pre class="moz-signature" cols="72">-- \n{}</pre>', signature_last=True, flowed=True, rewrite=_link,
    ),
    Client(
        "Yahoo",
        {"en": f"{_MARKUP}: yahoo_quoted, «On Monday, August 9, 2021, 9:58:15 AM EDT, NAME <ADDRESS> wrote:», no marks in the text part", "ar": _RECONSTRUCTED},
        {"en": "    On Tuesday, November 24, 2026 at 09:00:00 AM GMT+3, {name} <{address}> wrote:  \n ",
         "ar": "    في الثلاثاء، ٢٤ نوفمبر ٢٠٢٦ في ٠٩:٠٠:٠٠ ص غرينتش+٣، كتب {name} <{address}>:  \n "},
        {"en": '<div><br></div></div><div id="ydp1yahoo_quoted_6865481631" class="ydp1yahoo_quoted"><div style="font-family:Helvetica,Arial;font-size:13px">'
         "<div>On Tuesday, November 24, 2026 at 09:00:00 AM GMT+3, {name} &lt;{address}&gt; wrote:</div><div><br></div><div><br></div>",
         "ar": '<div><br></div></div><div id="ydp1yahoo_quoted_6865481631" class="ydp1yahoo_quoted"><div style="font-family:Helvetica,Arial;font-size:13px">'
         "<div>في الثلاثاء، ٢٤ نوفمبر ٢٠٢٦ في ٠٩:٠٠:٠٠ ص غرينتش+٣، كتب {name} &lt;{address}&gt;:</div><div><br></div><div><br></div>"},
        mark=" ", gap=" ", spacing=" ", words='<div dir="ltr" data-setdir="false">{}</div>', quote='<div><div id="yiv1">{}</div></div>',
        page='<html><head></head><body><div class="yahoo-style-wrap" style="font-family:Helvetica;font-size:16px">{}</body></html>',
        signature="{}", signature_html='<div class="ydp1signature">{}</div>', closed="</div></div>", rewrite=_link,
    ),
    Client(
        "Samsung",
        {"en": f"{_MARKUP}: «Sent from my Galaxy», «-------- Original message --------» with From, Date, To, Subject", "ar": _RECONSTRUCTED},
        {"en": _SAMSUNG_EN, "ar": _SAMSUNG_AR},
        {lang: '<div dir="auto"><br></div><div><br></div><div align="left" dir="auto" style="font-size:100%;color:#000000"><div>'
         + escape(words, quote=False).strip().replace("\n", "</div><div>") + "</div></div><div><br></div>"
         for lang, words in (("en", _SAMSUNG_EN), ("ar", _SAMSUNG_AR))},
        mark="", gap="\n", words='<div dir="auto">{}</div>', quote="<div>{}</div>",
        page='<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body dir="auto">{}</body></html>',
        signature="{}", phone={"en": "Sent from my Galaxy", "ar": "تم الإرسال من هاتف Samsung Galaxy الذكي."},
        phone_html='<div dir="auto"><br></div><div id="composer_signature" dir="auto"><div style="font-size:12px;color:#575757">{}</div></div>', transfer="base64",
    ),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an agent writes: `words` is one answer, or one for each block of the notice ("" for none); `signature` as they set it."""

    words: Sequence[str]
    placement: str
    language: str
    signature: str = ""


def write_answer(notice: EmailMessage, client: Client, answer: Answer, *, html_only: bool = False) -> bytes:
    """The bytes of an agent's answer to a notice, as that client sends them."""
    name, address = parseaddr(str(notice["From"]))
    told = Told(name, address, str(notice["To"]), str(notice["Subject"]))
    sender = parseaddr(str(notice["To"]))
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(sender[0], addr_spec=sender[1])
    mail["To"] = str(notice["Reply-To"])
    mail["Subject"] = f"Re: {notice['Subject']}" if answer.language == "en" else f"رد: {notice['Subject']}"
    mail["Date"] = "Tue, 24 Nov 2026 10:00:00 +0300"
    mail["Message-ID"] = f"<{_mark(str(notice['Message-ID']), client.name, answer.placement, str(html_only))}@example.sa>"
    mail["In-Reply-To"] = str(notice["Message-ID"])
    mail["References"] = f"{notice['References']} {notice['Message-ID']}"
    text, html = _write_text(notice, client, answer, told), _write_html(notice, client, answer, told)
    if html_only:
        _set(mail, html, client, "html")
        return mail.as_bytes()
    _set(mail, text, client, "plain")
    mail.add_alternative(html, subtype="html", charset=_charset(html, client), cte=client.transfer)
    return mail.as_bytes()


def _mark(*parts: str) -> str:
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:20]


def _set(mail: EmailMessage, text: str, client: Client, kind: str) -> None:
    flowed = client.flowed and kind == "plain"
    mail.set_content(text, subtype=kind, charset=_charset(text, client), cte=client.transfer, params={"format": "flowed"} if flowed else {})


def _charset(text: str, client: Client) -> str:
    """The client's own charset where it can say it all, as programs choose."""
    try:
        text.encode(client.charset)
    except UnicodeEncodeError:
        return "utf-8"
    return client.charset


def _write_text(notice: EmailMessage, client: Client, answer: Answer, told: Told) -> str:
    own = [*_own_text(client, answer)] if answer.placement == TOP else []
    if answer.placement in (SPLIT, INSIDE) and not client.signature_last:
        own = [*_sign_text(client, answer)]
    introduction = told.fill(client.introduction[answer.language]).split("\n")
    quote = [client.mark.rstrip(" ") + (" " if client.mark.startswith(">") else "") + line for line in introduction] if client.head_quoted else introduction
    blocks = read_blocks(part(notice, "html"))
    for at, block in enumerate(blocks):
        quote += _quote_lines(client, block.lines(client.gap), client.mark)
        words = answer.words[at % len(answer.words)] if answer.placement in (SPLIT, INSIDE) else ""
        if words:
            quote += _interpose(client, words, inside=answer.placement == INSIDE)
    last = _own_text(client, answer) if answer.placement == BOTTOM else _sign_text(client, answer) if client.signature_last else ()
    return "\n".join((*own, "", *quote, "", *last)) + "\n"


def _quote_lines(client: Client, lines: Sequence[str], mark: str) -> list[str]:
    """Quoted lines, wrapped where the client wraps, with an empty one behind."""
    shown = [piece for line in lines for piece in (_wrap(line, client) if client.width else [line])]
    return [(mark + line).rstrip(" ") + (" " if line.endswith(" ") else "") for line in shown] + [(mark.rstrip(" ") + client.spacing)]


def _wrap(line: str, client: Client) -> list[str]:
    pieces = wrap(line, client.width, break_long_words=False, break_on_hyphens=False) or [""]
    return [*(piece + " " for piece in pieces[:-1]), pieces[-1]] if client.flowed else pieces


def _interpose(client: Client, words: str, inside: bool) -> list[str]:
    """An answer between quoted lines: in the quote, or with the quote broken off around it."""
    if inside:
        return _quote_lines(client, words.split("\n"), client.mark)
    return ["", *words.split("\n"), ""]


def _own_text(client: Client, answer: Answer) -> Iterator[str]:
    yield from (line for words in answer.words if words for line in words.split("\n"))
    if answer.placement == BOTTOM or not client.signature_last:
        yield from _sign_text(client, answer)


def _sign_text(client: Client, answer: Answer) -> Iterator[str]:
    if answer.signature:
        yield from ("", *client.signature.format(answer.signature).split("\n"))
    if client.phone[answer.language]:
        yield from ("", "", client.phone[answer.language], "", "")


def _lines_html(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _write_html(notice: EmailMessage, client: Client, answer: Answer, told: Told) -> str:
    said = Told(*(escape(getattr(told, name), quote=False) for name in ("name", "address", "reader", "subject")))
    head = said.fill(client.head[answer.language].replace("{nbsp}", "&nbsp;"))
    sign = _sign_html(client, answer)
    own = "".join(_words_html(client, words) for words in answer.words if words)
    body = _body(part(notice, "html"))
    if answer.placement == SPLIT:
        quote = "".join(client.quote.format(client.rewrite(piece)) if quoted else piece for piece, quoted in _split_html(client, answer, body))
    else:
        quote = client.quote.format(client.rewrite(_insert_html(client, answer, body) if answer.placement == INSIDE else body))
    above = own if answer.placement == TOP else ""
    below = own if answer.placement == BOTTOM else ""
    above += "" if client.signature_last or answer.placement == BOTTOM else sign
    below += sign if client.signature_last or answer.placement == BOTTOM else ""
    return client.page.format(f"{above}{head}{quote}{client.closed}{below}")


def _words_html(client: Client, words: str) -> str:
    return client.words.format(_lines_html(words))


def _sign_html(client: Client, answer: Answer) -> str:
    signature = client.signature_html.format(_lines_html(answer.signature)) if answer.signature else ""
    phone = client.phone[answer.language]
    return signature + (client.phone_html.format(phone) if phone else "")


def _split_html(client: Client, answer: Answer, body: str) -> Iterator[tuple[str, bool]]:
    """The blocks of the notice, quoted, and the answers between them, which are not."""
    for at, block in enumerate(read_blocks(body)):
        yield block.html, True
        if words := answer.words[at % len(answer.words)]:
            yield _words_html(client, words), False


def _insert_html(client: Client, answer: Answer, body: str) -> str:
    """The notice with an answer behind each block, in whatever cell the block stands."""
    blocks, out, rest = read_blocks(body), "", body
    for at, block in enumerate(blocks):
        before, _, rest = rest.partition(block.html)
        words = answer.words[at % len(answer.words)]
        out += before + block.html + (_words_html(client, words) if words else "")
    return out + rest
