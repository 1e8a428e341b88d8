"""How long does a sender wait? From delivery into a real Dovecot to the acknowledgement's acceptance by a real SMTP server.

`python -m tests.bench.latency --n 200`. A bare IDLE client watches the same mailbox in the same run: what it takes is the server's own
time, and only what is beyond it is ours.
"""

import argparse
import socket
import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from mailticket.demo.letters import write
from tests.servers import PASSWORD, DovecotServer, dovecot_server, smtp_sink, wait_until
from tests.test_daemon import make_folder, running


class BareClient(threading.Thread):
    """A client that does nothing but IDLE, and notes when it was told of new mail. A bare socket: nothing of ours is in it."""

    def __init__(self, dovecot: DovecotServer, account: str) -> None:
        super().__init__(daemon=True)
        self.socket = socket.create_connection(("127.0.0.1", dovecot.port))
        self.told: list[float] = []
        self._ask(b"a LOGIN %s %s" % (account.encode(), PASSWORD.encode()), b"a OK")
        self._ask(b"b EXAMINE INBOX", b"b OK")
        self._ask(b"c IDLE", b"+ idling")

    def _ask(self, command: bytes, end: bytes) -> None:
        self.socket.sendall(command + b"\r\n")
        heard = b""
        while end not in heard:
            heard += self.socket.recv(4096)

    def run(self) -> None:
        while heard := self.socket.recv(4096):
            if b"EXISTS" in heard:
                self.told.append(time.monotonic())

    def close(self) -> None:
        """Hang up; the thread ends with the connection."""
        self.socket.shutdown(socket.SHUT_RDWR)
        self.join()
        self.socket.close()


def measure(count: int) -> tuple[list[float], list[float]]:
    """Seconds to the bare client's notice and to the acknowledgement's acceptance, for mails delivered one by one."""
    notices, answers = [], []
    with tempfile.TemporaryDirectory() as name, dovecot_server() as dovecot, smtp_sink() as smtp:
        account = dovecot.account()
        environ = make_folder(Path(name) / "desk", account, dovecot, smtp)
        limits = ("PER_SENDER", "PER_DOMAIN", "OVERALL", "CUTOFF")
        environ |= {f"MAILTICKET__ACKNOWLEDGE__{limit}": "" for limit in limits}
        bare = BareClient(dovecot, account)
        bare.start()
        with running(environ, Path(name) / "log"):
            for number in range(count):
                person, told = f"person{number}@example.com", len(bare.told)
                began = time.monotonic()
                dovecot.deliver(account, write(person, "hello", f"Question {number}", datetime.now(UTC), to=account))
                wait_until(lambda p=person: any(p in one.recipients for one in smtp.accepted), 60)
                wait_until(lambda t=told: len(bare.told) > t, 60)
                answers.append(next(one.clock for one in smtp.accepted if person in one.recipients) - began)
                notices.append(bare.told[told] - began)
        bare.close()
    return notices, answers


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--n", type=int, default=200)
    count = options.parse_args().n
    notices, answers = measure(count)
    print(f"{count} mails one by one; seconds from delivery")
    for title, values in (("a bare IDLE client is told", notices), ("acknowledgement accepted", answers)):
        p95 = statistics.quantiles(values, n=20)[-1]
        print(f"  {title:<28} p50 {statistics.median(values):.3f}   p95 {p95:.3f}   max {max(values):.3f}")
    print(f"  ours adds in the median      {statistics.median(answers) - statistics.median(notices):.3f}")


if __name__ == "__main__":
    main()
