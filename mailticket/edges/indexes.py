"""The indexes that a column can't declare.

Partial ones keep the hot path from paying for rows that no such question is about; the last few are for reports, which read by moments.
"""

INDEXES: tuple[str, ...] = (
    "CREATE UNIQUE INDEX ledger_place ON ledger (account, folder, uidvalidity, uid)",
    "CREATE INDEX ledger_same ON ledger (message_id, fingerprint)",
    "CREATE INDEX ledger_ack_due ON ledger (ack_due) WHERE ack_state = 'due'",
    "CREATE INDEX ledger_quarantined ON ledger (id) WHERE disposition = 'quarantined'",
    "CREATE UNIQUE INDEX participant_place ON participant (ticket, address)",
    "CREATE UNIQUE INDEX generation_place ON generation (ticket, person)",
    "CREATE INDEX ticket_thread_index ON ticket (thread_index) WHERE thread_index <> ''",
    "CREATE INDEX ticket_wake ON ticket (wake) WHERE wake IS NOT NULL",
    "CREATE INDEX ticket_unanswered ON ticket (due_first_response) WHERE status IN ('new', 'open') AND first_response IS NULL",
    "CREATE UNIQUE INDEX rating_place ON rating (ticket, resolution, verdict)",
    "CREATE UNIQUE INDEX alarm_open ON alarm (cause) WHERE over IS NULL",
    "CREATE INDEX ledger_limited ON ledger (seen_at) WHERE substr(ack_reason, 1, 6) = 'limit '",
    "CREATE INDEX ticket_load ON ticket (owner) WHERE owner <> '' AND status IN ('new', 'open', 'waiting', 'verifying')",
    "CREATE INDEX outgoing_pending ON outgoing (lane, next_try, id) WHERE state IN ('queued', 'sending')",
    "CREATE INDEX outgoing_ack_recipient ON outgoing (recipient, created) WHERE kind = 'acknowledgement'",
    "CREATE INDEX outgoing_ack_domain ON outgoing (domain, created) WHERE kind = 'acknowledgement'",
    "CREATE INDEX outgoing_asked ON outgoing (recipient, created) WHERE kind = 'held'",
    "CREATE INDEX outgoing_helped ON outgoing (recipient, created) WHERE kind = 'help'",
    "CREATE INDEX outgoing_state ON outgoing (recipient, created) WHERE kind = 'state'",
    "CREATE INDEX outgoing_of_agents ON outgoing (ledger) WHERE kind IN ('reply', 'resolved', 'passed', 'transcript')",
    "CREATE INDEX outgoing_ack_created ON outgoing (created) WHERE kind = 'acknowledgement'",
    "CREATE UNIQUE INDEX digest_reader_place ON digest_reader (digest, person)",
    "CREATE INDEX ledger_arrived ON ledger (arrived)",
    "CREATE INDEX ticket_created ON ticket (created)",
    "CREATE INDEX ticket_answered ON ticket (first_response) WHERE first_response IS NOT NULL",
    "CREATE INDEX ticket_unfinished ON ticket (number) WHERE status IN ('new', 'open', 'waiting', 'verifying')",
    "CREATE INDEX audit_status ON audit (at) WHERE what = 'status'",
    "CREATE INDEX audit_missed ON audit (at) WHERE what = 'resolution'",
    "CREATE INDEX outgoing_failed ON outgoing (created) WHERE state = 'failed'",
)
"""The indexes that a column can't declare: the partial ones keep the hot path from paying for rows that no such question is about."""
