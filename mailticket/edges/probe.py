"""What a mail server says of itself when we come to it as the desk would: logged in, and with nothing read, marked or sent."""

from dataclasses import dataclass

from mailticket.edges.imap import connect, explained, folder_of, hang_up, select_folder
from mailticket.edges.tokens import Secret
from mailticket.model.policy import Mailbox

TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A server that let us in: what it can do, in capitals, and how many mails stand in the folder (0 at a relay)."""

    capabilities: frozenset[str]
    mails: int = 0


def probe_mailbox(mailbox: Mailbox, secret: Secret, folder: str = "") -> Seen:
    """Logs in and opens the folder read-only. Raises SourceError."""
    client = connect(mailbox, secret, TIMEOUT)
    try:
        with explained(mailbox.url):
            answer = select_folder(client, folder or folder_of(mailbox), readonly=True)
            names = frozenset(name.decode("ascii", "replace").upper() for name in client.capabilities())
        return Seen(names, int(answer.get(b"EXISTS", 0)))
    finally:
        hang_up(client)


