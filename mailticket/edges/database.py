"""One way to speak to both databases: portable SQL with `?`, a connection for each use, and one writer at a time on SQLite.

SQL is written out rather than built: the road asks the same few dozen questions for every mail, and building them anew costs more than
answering them.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from peewee import Database, PostgresqlDatabase, SqliteDatabase

Row = tuple[Any, ...]

PRAGMAS = {"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1, "busy_timeout": 30_000, "cache_size": -16_000}


class DatabaseUrlError(Exception):
    """A database URL that can't be used, with the remedy."""


class Connection:
    """A database by its URL. Every statement runs within `transaction` or `reading`."""

    def __init__(self, url: str) -> None:
        self.is_memory = url.endswith(":memory:")
        self.database = _open(url)
        self.is_postgres = isinstance(self.database, PostgresqlDatabase)
        self._turns: Any = threading.RLock()
        if self.is_memory:
            self.database.connect()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A connection for the time of a question."""
        if self.is_memory or not self.database.is_closed():
            with self._turns:
                yield
        else:
            with self.database.connection_context():
                yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; SQLite's is IMMEDIATE, so two writers never meet half-way. A failing disk leaves as the driver's exception."""
        with self._turns, self.reading(), self.database.atomic():
            yield

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Within a transaction: an exception inside undoes what was written inside."""
        with self.database.atomic():
            yield

    def run(self, sql: str, params: Sequence[object] = ()) -> Any:
        """One statement; its cursor."""
        return self.database.execute_sql(self._native(sql), tuple(params))

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[Row]:
        """All rows of a question."""
        return list(self.run(sql, params).fetchall())

    def row(self, sql: str, params: Sequence[object] = ()) -> Row | None:
        """The first row of a question, None without one."""
        found: Row | None = self.run(sql, params).fetchone()
        return found

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """One statement for many rows."""
        table = [tuple(row) for row in rows]
        if table:
            self.database.cursor().executemany(self._native(sql), table)

    def _native(self, sql: str) -> str:
        return sql.replace("?", "%s") if self.is_postgres else sql

    def close(self) -> None:
        """Close what is open in this thread; every other thread closes after each use."""
        if not self.database.is_closed():
            self.database.close()


def marks(count: int) -> str:
    """Placeholders for a list: `?, ?, ?`."""
    return ", ".join("?" * count)


def _open(url: str) -> Database:
    if url.startswith("sqlite:///"):
        path = url.removeprefix("sqlite:///")
        alone = {"thread_safe": False, "check_same_thread": False} if path == ":memory:" else {}
        return SqliteDatabase(path, pragmas=PRAGMAS, lock_type="IMMEDIATE", **alone)
    if url.startswith(("postgresql://", "postgres://")):
        return _open_postgres(url)
    raise DatabaseUrlError(f"{url.partition(':')[0]}: no such database; write sqlite:///FILE or postgresql://USER@HOST/NAME")


def _open_postgres(url: str) -> Database:
    try:
        import psycopg  # noqa: F401  (only to say in time that the extra is missing)
    except ImportError:
        raise DatabaseUrlError("postgresql:// needs psycopg: pip install 'mailticket[postgres]'") from None
    parts = urlsplit(url)
    options: dict[str, Any] = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    named = {"host": parts.hostname, "port": parts.port, "user": parts.username, "password": parts.password}
    options |= {key: unquote(value) if isinstance(value, str) else value for key, value in named.items() if value}
    return PostgresqlDatabase(parts.path.lstrip("/"), prefer_psycopg3=True, **options)
