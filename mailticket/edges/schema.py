"""How a database comes to today's schema: a new one is made from the models, an older one is led there step by step.

Each step is SQL that both databases understand, and belongs to one version; a newer database than this program knows is left alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from peewee import Database, SchemaManager, SqliteDatabase

from mailticket.edges.indexes import INDEXES
from mailticket.edges.tables import FIRST_NUMBER, TABLES


class SchemaError(Exception):
    """The database has a schema that this version can't work with; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the schema's history: it leads from `version - 1` to `version`."""

    version: int
    title: str
    run: Callable[[Database], None]


STEPS: tuple[Step, ...] = ()
"""Every step since the first schema, which was version 1."""


def newest(steps: Sequence[Step] = STEPS) -> int:
    """The schema version that this program works with."""
    return steps[-1].version if steps else 1


def read_version(database: Database) -> int:
    """The version of the database's schema, 0 when it has none yet."""
    if not database.table_exists("meta"):
        return 0
    row = database.execute_sql("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    return int(row[0]) if row else 0


def check_version(database: Database) -> None:
    """Refuse a database that a newer program has changed: `SchemaError`."""
    found = read_version(database)
    if found > newest():
        raise SchemaError(
            f"the database has schema {found}, this mailticket knows up to {newest()}: "
            "install the newer version that was used with it, or restore a backup made before"
        )


def upgrade(database: Database, steps: Sequence[Step] = STEPS) -> list[str]:
    """Bring the schema up to date in one transaction; the titles of what was done, none when nothing was to do."""
    if read_version(database) == newest(steps):
        return []  # without a transaction: a command that only reads need not wait for the daemon's batch
    with database.atomic():
        _take_turns(database)
        found = read_version(database)
        if found == 0:
            _create(database)
        todo = [step for step in steps if step.version > found > 0]
        for step in todo:
            step.run(database)
        if found != newest(steps):
            _write_version(database, newest(steps))
    made = [f"schema {newest(steps)}: all tables"] if found == 0 else []
    return [*made, *(f"schema {step.version}: {step.title}" for step in todo)]


def _take_turns(database: Database) -> None:
    if not isinstance(database, SqliteDatabase):  # SQLite's transaction is IMMEDIATE and has the turn already
        database.execute_sql("SELECT pg_advisory_xact_lock(5260001)")


def _create(database: Database) -> None:
    for model in TABLES:
        SchemaManager(model, database).create_all(safe=False)
    for sql in INDEXES:
        database.execute_sql(sql)
    for name, value in (("ticket", FIRST_NUMBER - 1), ("audit", 0)):
        database.execute_sql(f"INSERT INTO counter (name, value) VALUES ('{name}', {value:d})")


def _write_version(database: Database, version: int) -> None:
    database.execute_sql("DELETE FROM meta WHERE name = 'schema'")
    database.execute_sql(f"INSERT INTO meta (name, value) VALUES ('schema', '{version:d}')")
