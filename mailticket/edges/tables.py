"""What the database looks like: the models are the schema of today, and a new database is made from them.

Times are integers (`edges.moments`); one field does that, and nothing outside sees it.
"""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)

from mailticket.edges.moments import MICROSECOND as MICROSECOND
from mailticket.edges.moments import TimeField as TimeField
from mailticket.edges.moments import to_micros as to_micros
from mailticket.edges.moments import to_moment as to_moment

FIRST_NUMBER = 1001


class Meta(Model):
    """What the database says of itself: the schema's version."""

    name = TextField(primary_key=True)
    value = TextField()


class Counter(Model):
    """Numbers given out without a gap: tickets, audit rows. On PostgreSQL its rows are also the lock that makes writers take turns."""

    name = TextField(primary_key=True)
    value = BigIntegerField()


class Ticket(Model):
    """A ticket as it stands; the columns are the fields of `model.ticket.Ticket`."""

    number = IntegerField(primary_key=True)
    fingerprint = TextField()
    subject = TextField()
    requester = TextField()
    requester_name = TextField()
    team = TextField()
    type = TextField()
    priority = TextField()
    language = TextField()
    created = TimeField()
    updated = TimeField()
    owner = TextField()
    channel = TextField()
    status = TextField()
    level = SmallIntegerField()
    due_first_response = TimeField(null=True)
    due_resolution = TimeField(null=True)
    first_response = TimeField(null=True)
    closed = TimeField(null=True)
    linked = IntegerField(null=True)
    thread_index = TextField()
    clock_started = TimeField(null=True)
    clock_since = TimeField(null=True)
    clock_used = BigIntegerField()
    marks = TextField()
    silent_since = TimeField(null=True)
    snoozed = TimeField(null=True)
    wake = TimeField(null=True)
    resolved = TimeField(null=True)
    resolution = IntegerField()


class Ledger(Model):
    """One row a mail: where it stood on the server, its one stated outcome, and what its acknowledgement came to."""

    id = BigAutoField()
    account = TextField()
    folder = TextField()
    uidvalidity = BigIntegerField()
    uid = BigIntegerField()
    arrived = TimeField()
    seen_at = TimeField()
    size = BigIntegerField()
    digest = TextField()
    fingerprint = TextField()
    message_id = TextField()
    sender = TextField()
    subject = TextField()
    disposition = TextField()
    reason = TextField()
    ticket = IntegerField(null=True, index=True)  # no foreign key: what happened to a mail outlives its ticket
    proof = TextField()
    joined = TextField()
    ack_state = TextField()
    ack_due = TimeField()
    ack_at = TimeField(null=True)
    ack_reason = TextField()


class Raw(Model):
    """The bytes of a mail as they came, once for each content."""

    digest = TextField(primary_key=True)
    codec = SmallIntegerField()
    size = BigIntegerField()
    data = BlobField()


class Entry(Model):
    """Something that happened on a ticket and can be read."""

    id = BigAutoField()
    ticket = ForeignKeyField(Ticket, column_name="ticket")
    at = TimeField()
    what = TextField()
    author = TextField()
    visibility = TextField()
    text = TextField()
    message_id = TextField()
    subject = TextField()
    raw = TextField()  # type: ignore[assignment]  # a column named like a method of peewee's Model that is never called
    remark = TextField()
    attachments = TextField()


class Participant(Model):
    """A person outside the desk on one ticket."""

    id = BigAutoField()
    ticket = ForeignKeyField(Ticket, column_name="ticket", index=False)  # the unique index begins with it
    address = TextField()
    role = TextField()
    name = TextField()
    generation = IntegerField()


class Generation(Model):
    """The raised token generation of an agent or team on one ticket; of ticket 0 that of an agent's intake address, which is of none."""

    id = BigAutoField()
    ticket = BigIntegerField()  # no foreign key, for there is no ticket 0
    person = TextField()
    value = IntegerField()


class MessageRef(Model):
    """A Message-ID that belongs to a ticket; `public` when the requester has seen it."""

    id = BigAutoField()
    message_id = TextField(unique=True)
    ticket = ForeignKeyField(Ticket, column_name="ticket")
    public = BooleanField()

    class Meta:
        """The name has two words."""

        table_name = "message_ref"


class Outgoing(Model):
    """The outbox. `next_try` is when a row is due; while it is being sent, the end of the lease, after which anyone may take it."""

    id = BigAutoField()
    key = TextField(unique=True)
    ticket = ForeignKeyField(Ticket, column_name="ticket", null=True)
    ledger = ForeignKeyField(Ledger, column_name="ledger", null=True, index=False)  # only ever followed from here
    lane = SmallIntegerField()
    kind = TextField()
    sender = TextField()
    recipient = TextField()
    domain = TextField()
    message_id = TextField(index=True)
    subject = TextField()
    codec = SmallIntegerField()
    data = BlobField()
    state = TextField()
    tries = IntegerField()
    created = TimeField()
    first_try = TimeField(null=True)
    next_try = TimeField()
    sent_at = TimeField(null=True)
    error = TextField()


class Person(Model):
    """What is kept of a correspondent."""

    address = TextField(primary_key=True)
    undeliverable = TextField()
    blocked = TextField()
    muted_until = TimeField(null=True)


class Rating(Model):
    """What a requester said of a resolution, each sort of word once."""

    id = BigAutoField()
    ticket = ForeignKeyField(Ticket, column_name="ticket", index=False)  # the unique index begins with it
    resolution = IntegerField()
    at = TimeField(index=True)
    verdict = TextField()
    score = SmallIntegerField(null=True)
    comment = TextField()


class Leave(Model):
    """Which agent is away until when."""

    agent = TextField(primary_key=True)
    until = TimeField()
    why = TextField()


class Held(Model):
    """An agent's mail that waits for a word at its one-time address; `asked` is what the store must be asked for it, as JSON."""

    number = IntegerField(primary_key=True)
    agent = TextField()
    ticket = IntegerField(null=True)
    digest = TextField()
    word = TextField()
    at = TimeField()
    asked = TextField()
    used = TimeField(null=True)


class Deed(Model):
    """What an agent's mail changed on a ticket: the ticket's columns before and after, and the roles of people before, as JSON."""

    ledger = BigIntegerField()
    ticket = ForeignKeyField(Ticket, column_name="ticket")
    agent = TextField()
    at = TimeField()
    digest = TextField()
    before = TextField()
    after = TextField()
    people = TextField()
    undone = TimeField(null=True)

    class Meta:
        """A mail of many lines works on many tickets."""

        primary_key = CompositeKey("ledger", "ticket")


class Alarm(Model):
    """A cause that managers were told of. `over` is when it ended; rows that ended are kept for the reports."""

    id = BigAutoField()
    cause = TextField()
    lines = TextField()
    since = TimeField()
    seen = TimeField()
    over = TimeField(null=True)


class Audit(Model):
    """Who changed what of a ticket, and why: numbered without a gap, never changed."""

    seq = IntegerField(primary_key=True)
    at = TimeField()
    ticket = IntegerField(null=True, index=True)
    who = TextField()
    what = TextField()
    old = TextField()
    new = TextField()
    why = TextField()


class Digest(Model):
    """A digest that was made, by its slot's number: a slot is made once, whatever crashes."""

    number = IntegerField(primary_key=True)
    cadence = TextField()
    since = TimeField()
    until = TimeField()
    made = TimeField()


class DigestReader(Model):
    """Who got a digest, and the ticket numbers of its lines 1, 2, ... as that reader was shown them, with spaces between."""

    id = BigAutoField()
    digest = ForeignKeyField(Digest, column_name="digest", index=False)  # the unique index begins with it
    person = TextField()
    tickets = TextField()

    class Meta:
        """The name has two words."""

        table_name = "digest_reader"


TABLES: tuple[type[Model], ...] = (
    Meta, Counter, Ticket, Ledger, Raw, Entry, Participant, Generation, MessageRef, Outgoing, Person, Rating, Leave,
    Held, Deed, Alarm, Audit, Digest, DigestReader,
)  # fmt: skip
