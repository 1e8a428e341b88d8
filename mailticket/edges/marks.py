"""Marking on the server what is done with: a keyword where the server keeps it, and a move where `done_folder` is set.

Nothing rests on it, for the mails are committed by then. What the server refuses becomes a complaint in words, which is logged when it
changes and not for each batch: a full or a read-only folder is one warning, and the desk goes on collecting.
"""

import logging
from collections.abc import Callable, Mapping
from imaplib import IMAP4
from typing import Any

from mailticket.edges.folder import Client
from mailticket.edges.trouble import one_line

KEYWORD = b"$MailTicket"

log = logging.getLogger(__name__)


class Marker:
    """How mails of one folder are marked. `complaint` says why that failed last, "" when it went well."""

    def __init__(self, mailbox: str, done_folder: str) -> None:
        self._mailbox, self._done_folder = mailbox, done_folder
        self._has_keyword = self._has_done_folder = False
        self._may_move = bool(done_folder)
        self._obstacle = ""
        self._told = ""
        self.complaint = ""

    def learn(self, answer: Mapping[bytes, Any]) -> None:
        """Take what SELECT says: whether the folder can be written, which flags it keeps (RFC 3501 s.7.1)."""
        flags = {flag.lower() for flag in answer.get(b"PERMANENTFLAGS", answer.get(b"FLAGS", ()))}
        is_writable = b"READ-ONLY" not in answer
        can_delete = b"PERMANENTFLAGS" not in answer or b"\\deleted" in flags
        self._has_keyword = is_writable and (b"\\*" in flags or KEYWORD.lower() in flags)
        self._may_move = bool(self._done_folder) and is_writable and can_delete
        self._has_done_folder = False
        wish = f"mails are not moved to {self._done_folder}: " if self._done_folder and not self._may_move else ""
        self._obstacle = wish and wish + ("the server gives no leave to delete there" if is_writable else "the folder is read-only")

    @property
    def search(self) -> tuple[str, ...]:
        """What SEARCH is asked for mails that ought to be marked and are not; () when there is nothing to be done about any."""
        if self._may_move:
            return ("UNDELETED",)  # where the server has no UIDPLUS, moved mails stay behind with \\Deleted
        return ("UNDELETED", "UNKEYWORD", KEYWORD.decode()) if self._has_keyword and not self._obstacle else ()

    def mark(self, client: Client, uids: list[int]) -> None:
        """Sets the keyword and moves; what the server refuses is added to `complaint`. Raises what imapclient raises when it breaks."""
        if self._obstacle:
            self.complaint = self._obstacle
        if self._has_keyword:
            self._attempt("the keyword was not set", lambda: client.add_flags(uids, [KEYWORD], silent=True))
        if self._may_move and self._attempt(f"{self._done_folder} can't be made", lambda: self._ensure_done_folder(client)):
            self._attempt(f"mails were not moved to {self._done_folder}", lambda: move(client, uids, self._done_folder))

    def say(self) -> None:
        """Log a complaint that is new, and its end."""
        if self.complaint and self.complaint != self._told:
            log.warning("mailbox %s: %s", self._mailbox, self.complaint)
        elif self._told and not self.complaint:
            log.info("mailbox %s: mails are marked again", self._mailbox)
        self._told = self.complaint

    def _ensure_done_folder(self, client: Client) -> None:
        if not self._has_done_folder and not client.folder_exists(self._done_folder):
            client.create_folder(self._done_folder)
        self._has_done_folder = True

    def _attempt(self, trouble: str, step: Callable[[], object]) -> bool:
        """Whether the server did it; what it refuses (READ-ONLY, OVERQUOTA) becomes the complaint, a broken connection still raises."""
        try:
            step()
        except IMAP4.abort:
            raise
        except IMAP4.error as refused:
            self.complaint = one_line(f"{trouble}: {refused}")
            return False
        return True


def move(client: Client, uids: list[int], folder: str) -> None:
    """Moves the mails (RFC 6851). Where the server can't: copies and flags them; expunges only these UIDs (RFC 4315), never all."""
    if client.has_capability("MOVE"):
        client.move(uids, folder)
        return
    client.copy(uids, folder)
    client.add_flags(uids, [b"\\Deleted"], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)
