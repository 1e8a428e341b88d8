"""Which function carries a command out, and when: the dispatch table.

A row says whether the command makes the ticket, comes before the answer to the requester (who gets it, who owns the ticket), or after it
(where the ticket stands then).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mailticket.desk.actions import (
    Action,
    by_event,
    do_assign,
    do_confirm,
    do_escalate,
    do_note,
    do_parts,
    do_priority,
    do_snooze,
    do_team,
    do_type,
    do_wait,
)
from mailticket.desk.canned import do_remote, do_send
from mailticket.desk.intake import do_log, do_new
from mailticket.desk.people import do_allow, do_away, do_cc, do_merge, do_requester, do_spam, do_split
from mailticket.desk.queries import do_help, do_history, do_list, do_show
from mailticket.desk.undo import do_undo
from mailticket.tickets.lifecycle import Event


@dataclass(frozen=True, slots=True)
class Row:
    """A command's function, and its turn: 0 makes the ticket, 1 comes before the answer, 2 after it."""

    act: Action
    turn: int = 1


ACTIONS: Mapping[str, Row] = {
    "log": Row(do_log, 0),
    "new": Row(do_new, 0),
    "undo": Row(do_undo, 0),
    "note": Row(do_note),
    "assign": Row(do_assign),
    "team": Row(do_team),
    "priority": Row(do_priority),
    "type": Row(do_type),
    "cc": Row(do_cc),
    "allow": Row(do_allow),
    "requester": Row(do_requester),
    "reopen": Row(by_event(Event.REOPEN)),
    "parts": Row(do_parts),
    "send": Row(do_send),
    "remote": Row(do_remote),
    "away": Row(do_away),
    "confirm": Row(do_confirm),
    "escalate": Row(do_escalate, 2),
    "wait": Row(do_wait, 2),
    "snooze": Row(do_snooze, 2),
    "resolve": Row(by_event(Event.RESOLVE), 2),
    "verify": Row(by_event(Event.VERIFY), 2),
    "close": Row(by_event(Event.CLOSE), 2),
    "spam": Row(do_spam, 2),
    "merge": Row(do_merge, 2),
    "split": Row(do_split, 2),
    "help": Row(do_help, 2),
    "history": Row(do_history, 2),
    "mine": Row(do_list, 2),
    "open": Row(do_list, 2),
    "search": Row(do_list, 2),
    "show": Row(do_show, 2),
}
TURNS = (0, 1, 2)
ANSWER_BEFORE = 2
"""The answer to the requester is written before the commands of this turn."""
