"""Mails that were made to break a parser (security.md, "Bytes from strangers"), by name: what each is, and what it must come out as."""

import base64

from mailticket.model.mail import Kind

HEAD = (
    b"From: Noura <noura@example.com>\nTo: info@example.sa\nSubject: hello\n"
    b"Message-ID: <h1@example.com>\nDate: Sun, 04 Jan 2026 10:15:00 +0300\n"
)
DAEMON = HEAD.replace(b"Noura <noura@example.com>", b"MAILER-DAEMON@example.com").replace(b"hello", b"Undelivered mail")
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"
HTML = HEAD + b"Content-Type: text/html\n\n"


def nested(depth: int) -> bytes:
    opening = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level) for level in range(depth))
    return HEAD + opening + b"Content-Type: text/plain\n\ndeep\n" + b"".join(b"--b%d--\n" % level for level in reversed(range(depth)))


def tnef(properties: bytes) -> bytes:
    data = b"\x78\x9f\x3e\x22\1\0\1" + b"\x03\x90\x06\0" + len(properties).to_bytes(4, "little") + properties + b"\0\0"
    return HEAD + b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(data)


SHAPES = {
    "100 KB of commas in To": HEAD.replace(b"info@example.sa", b"," * 100_000) + b"\nhello\n",
    "20,000 parameters of Content-Type": HEAD + b"Content-Type: text/plain" + b"; a=b" * 20_000 + b"\n\nhello\n",
    "20,000 pieces of a file name": HEAD + b"Content-Disposition: attachment" + b"".join(b"; filename*%d*=x" % i for i in range(20_000)) + b"\n\nhello\n",
    "a parameter name without end, in 1,000 parts": MIXED + (b"--b\nContent-Type: text/plain; " + b"a" * 16_000 + b"\n\nx\n") * 1000 + b"--b--\n",
    "20,000 nested multiparts": nested(20_000),
    "20,000 nested mails": HEAD + b"Content-Type: message/rfc822\n\n" * 20_000 + b"hello\n",
    "200,000 headers": HEAD + b"X-A: b\n" * 200_000 + b"\nhello\n",
    "200,000 parts": MIXED + b"--b\n\nx\n" * 200_000 + b"--b--\n",
    "20,000 boundaries that are none": MIXED + b"--bb\n" * 200_000 + b"--b\n\nx\n--b--\n",
    "a megabyte of quote marks": HEAD + b"\n" + b">" * 1_000_000 + b"\n",
    "100,000 lines of quote marks": HEAD + b"\nhello\n" + b"> \n" * 100_000,
    "30,000 lines that begin an attribution": HEAD + b"\nhello\n" + b"On Monday 10:15\n" * 30_000,
    "30,000 lines that begin a header block": HEAD + b"\nhello\n" + b"From: a@example.com\n" * 30_000,
    "300,000 colons": HEAD + b"\nhello\n" + b":\n" * 300_000,
    "a line of 10 MB": HEAD + b"\n" + b"a" * 10_000_000 + b"\n",
    "10 MB of words": HEAD + b"\n" + b"hello world " * 800_000 + b"\n",
    "an id of brackets": HEAD.replace(b"<h1@example.com>", b"<" * 10_000) + b"\nhello\n",
    "references of brackets": HEAD + b"References: " + b"<>" * 8000 + b"\n\nhello\n",
    "quotes that never close": HEAD.replace(b"Noura", b'"\\' * 8000) + b"\nhello\n",
    "comments that never close": HEAD.replace(b"Noura", b"(" * 16_000) + b"Auto-Submitted: " + b"(" * 16_000 + b"\n\nhello\n",
    "3,000 addresses without commas": HEAD.replace(b"Noura", b"<a@b.c> " * 2000) + b"\nhello\n",
    "half an encoded word": HEAD.replace(b"hello", b"=?utf-8?q?" * 1600) + b"\nhello\n",
    "500 headers of encoded words": HEAD + b"Cc: " + (b"=?utf-8?q?=D8=B3?= <a@example.com>,\n ") * 400 + b"b@example.com\n\nhello\n",
    "a date of digits": HEAD.replace(b"Sun, 04 Jan 2026", b"9" * 10_000) + b"\nhello\n",
    "20,000 nested elements": HTML + b"<div>" * 20_000 + b"hello\n",
    "500,000 nested elements": HTML + b"<b>" * 500_000 + b"hello\n",
    "100,000 attributes": HTML + b"<p " + b"a=b " * 100_000 + b">hello</p>\n",
    "a table of 100,000 cells": HTML + b"<table><tr>" + b"<td>hello" * 100_000 + b"\n",
    "5 MB of styles": HTML + b"<style>" + b".a{color:red}" * 400_000 + b"</style>hello\n",
    "a charset that is no text": HEAD + b"Content-Type: text/plain; charset=idna\n\n" + b"\xc7" * 100_000 + b"\n",
    "a charset of NULs": HEAD + b"Content-Type: text/plain; charset=\0\0\n\nhello \xe9\n",
    "a charset of 16 KB": HEAD + b"Content-Type: text/plain; charset=" + b"x" * 16_000 + b"\n\nhello \xe9\n",
    "a megabyte of 8-bit bytes": HEAD + b"\n" + bytes(range(0x80, 0x100)) * 8000 + b"\n",
    "a megabyte of twice encoded Arabic": HEAD + b"\n" + "السلام عليكم ".encode().decode("latin-1").encode() * 20_000,
    "a megabyte of UTF-7": HEAD + b"Content-Type: text/plain; charset=utf-7\n\n" + b"+2D3YPQ-+AGE-" * 80_000,
    "5 MB of base64 that is none": HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=-_!" * 1_250_000,
    "2 MB of soft line ends": HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * 900_000,
    "100,000 begins of a file": HEAD + b"\n" + b"begin 644 x\n" * 100_000,
    "100,000 begins of another": HEAD + b"\n" + b"=ybegin name=x\n" * 100_000,
    "a winmail.dat that counts to four billion": tnef(b"\xff\xff\xff\xff" + b"\x03\0\1\0\0\0\0\0" * 50_000),
    "a winmail.dat with values of values": tnef(b"\1\0\0\0\x1e\x10\1\0\xff\xff\xff\xff" + b"\0\0\0\0" * 50_000),
    "a delivery report of 100,000 groups": DAEMON + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nfailed\n--b\n"
    b"Content-Type: message/delivery-status\n\n" + b"Action: x\n\n" * 100_000 + b"--b--\n",
    "a megabyte of failed addresses": DAEMON + b"\nThe following recipient failed:\n" + b"<a@b <c@d> the following address " * 30_000,
    "a report of 20,000 empty lines": DAEMON + b"\nThe following recipient failed:" + b"\n" * 20_000 + b"<a@b",
    "a megabyte of reasons": DAEMON + b"\n" + b"user mailbox recipient address could not 550 " * 20_000,
    "NULs in names, ids and words": (HEAD + b"\nhello\n").replace(b"ura", b"u\0ra").replace(b"h1", b"h\0001").replace(b"hel", b"h\0el"),
    "only carriage returns": (HEAD + b"\nhello\n").replace(b"\n", b"\r"),
}
KINDS = {
    "a delivery report of 100,000 groups": Kind.BOUNCE,
    "a megabyte of failed addresses": Kind.BOUNCE,
    "a megabyte of reasons": Kind.BOUNCE,
    "a report of 20,000 empty lines": Kind.BOUNCE,
    "comments that never close": Kind.AUTO_GENERATED,  # a word of Auto-Submitted that nobody knows
}
"""What a shape comes out as, where it is not a person's mail."""
