"""One way to speak to both databases: portable SQL with `?`, a connection for each thread, and one writer at a time on
SQLite.

SQL is written out rather than built: the road asks the same few dozen questions for every mail, and building them anew costs more than
answering them.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from peewee import Database, PostgresqlDatabase, SqliteDatabase

from mailticket.text.normalise import FOLDING, normalise

Row = tuple[Any, ...]
_LETTERS = sorted((chr(code), plain) for code, plain in FOLDING.items() if len(plain) == 1 and plain.isalnum())
_FROM = "".join(letter for letter, _ in _LETTERS) + "".join(chr(code) for code, plain in FOLDING.items() if not plain)
_TO = "".join(plain for _, plain in _LETTERS)
"""What TRANSLATE makes of which letters; those without a counterpart go. None of them means anything to SQL."""

PRAGMAS = {"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1, "busy_timeout": 30_000, "cache_size": -16_000}


class DatabaseUrlError(Exception):
    """A database URL that can't be used, with the remedy."""


class Connection:
    """A database by its URL. Every statement runs within `transaction` or `reading`."""

    def __init__(self, url: str) -> None:
        self.is_memory = url.endswith(":memory:")
        self.database = _open(url)
        self.is_postgres = isinstance(self.database, PostgresqlDatabase)
        self._turns: AbstractContextManager[object] = nullcontext() if self.is_postgres else threading.RLock()
        self._opened: dict[threading.Thread, Any] = {}
        self._opening = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """This thread's connection; one that broke is dropped on the way out, so that the next use opens another."""
        with self._turns if self.is_memory else nullcontext():  # in memory, all threads share the one connection there can be
            self._connect()
            try:
                yield
            except Exception:
                self._drop_broken()
                raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; SQLite's is IMMEDIATE, so two writers never meet half-way. A failing disk leaves as the driver's exception."""
        with self._turns, self.reading(), self.database.atomic():
            yield

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Within a transaction: an exception inside undoes what was written inside. Savepoints do not nest."""
        self.run("SAVEPOINT mail")
        try:
            yield
        except BaseException:
            self.run("ROLLBACK TO SAVEPOINT mail")
            self.run("RELEASE SAVEPOINT mail")
            raise
        self.run("RELEASE SAVEPOINT mail")

    def run(self, sql: str, params: Sequence[object] = ()) -> Any:
        """One statement; its cursor. By the driver's own: peewee's `execute_sql` would add as much again to each of a mail's questions."""
        cursor = self.database.cursor()
        cursor.execute(self._native(sql), _storable(params))
        return cursor

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[Row]:
        """All rows of a question."""
        return list(self.run(sql, params).fetchall())

    def row(self, sql: str, params: Sequence[object] = ()) -> Row | None:
        """The first row of a question, None without one."""
        cursor = self.run(sql, params)
        found: Row | None = cursor.fetchone()
        cursor.close()
        return found

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """One statement for many rows."""
        table = [_storable(row) for row in rows]
        if table:
            self.database.cursor().executemany(self._native(sql), table)

    def folded(self, column: str) -> str:
        """A column as SQL that compares as `text.normalise` does; PostgreSQL does without what a letter alone can't show."""
        return f"TRANSLATE(LOWER({column}), '{_FROM}', '{_TO}')" if self.is_postgres else f"mt_fold({column})"

    def _native(self, sql: str) -> str:
        return sql.replace("?", "%s") if self.is_postgres else sql

    def _connect(self) -> None:
        if self.database.is_closed():
            self.database.connect()
            self._keep(self.database.connection())

    def _keep(self, connection: Any) -> None:
        """Know of every thread's connection, and close those that threads left behind when they ended."""
        with self._opening:
            for thread in [t for t in self._opened if not t.is_alive()]:
                self._opened.pop(thread).close()
            self._opened[threading.current_thread()] = connection

    def _drop_broken(self) -> None:
        if self.is_postgres and not self.database.in_transaction() and not self.database.is_connection_usable():
            self.database.close()

    def close(self) -> None:
        """Close the connections of all threads; none may be in use."""
        if not self.database.is_closed():
            self.database.close()
        with self._opening:
            while self._opened:
                self._opened.popitem()[1].close()


def is_trouble(error: Exception) -> bool:
    """Whether an error is the database's own trouble (disk, connection, lock), rather than one with what it was asked to keep.

    By the names of DB-API 2.0 (PEP 249), which both drivers and peewee share. SQLSTATE class 54, a value beyond PostgreSQL's limits, is
    filed among them but is the value's fault.
    """
    native = getattr(error, "orig", error)  # peewee wraps the driver's error
    if str(getattr(native, "sqlstate", "") or "").startswith("54"):
        return False
    return any(kind.__name__ in TROUBLE for kind in type(error).__mro__)


TROUBLE = frozenset({"OperationalError", "InterfaceError", "InternalError"})


def clean(text: str) -> str:
    """Text that both databases hold: without NUL and lone surrogates."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _storable(params: Iterable[object]) -> tuple[object, ...]:
    """Parameters with clean text, done here for all of them: one forgotten column is a mail that stops a mailbox for ever."""
    return tuple([clean(p) if isinstance(p, str) else p for p in params])


def marks(count: int) -> str:
    """Placeholders for a list: `?, ?, ?`."""
    return ", ".join("?" * count)


def _open(url: str) -> Database:
    if url.startswith("sqlite:///"):
        return _open_sqlite(url.removeprefix("sqlite:///"))
    if url.startswith(("postgresql://", "postgres://")):
        return _open_postgres(url)
    raise DatabaseUrlError(f"{url.partition(':')[0]}: no such database; write sqlite:///FILE or postgresql://USER@HOST/NAME")


def _open_sqlite(path: str) -> Database:
    is_memory = path == ":memory:"
    if not is_memory and not Path(path).parent.is_dir():
        raise DatabaseUrlError(f"sqlite:///{path}: the folder {Path(path).parent} is not there; make it, or change database.url")
    # check_same_thread: each thread uses its own connection, but `close` closes them all
    database = SqliteDatabase(path, pragmas=PRAGMAS, lock_type="IMMEDIATE", thread_safe=not is_memory, check_same_thread=False)
    database.register_function(normalise, "mt_fold", 1)
    return database


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
