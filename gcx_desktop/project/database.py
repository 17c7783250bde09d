"""The SQLite file of a project: checked when opened, written in whole batches; every error is one sentence.

A project may come from a stranger. Its schema must equal ours exactly before anything is read, so that no foreign
trigger, view or expression runs; lengths are limited; :mod:`.rows` checks the values that are read.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from ..errors import ProjectError

_T = TypeVar("_T")

MAX_VALUE_BYTES = 64 << 20
"""Size of a text or blob; a larger one is neither stored nor read."""
_MAX_SQL_BYTES = 1 << 20
_BUSY_SECONDS = 10.0
_MAX_PATH_BYTES = 480
"""SQLite's limit is 512, also for the files that it makes beside a project and for unfinished ones."""

Mode = Literal["rw", "ro", "immutable"]
"""``immutable`` takes no lock and makes no file beside it: for a file that nobody writes to."""


class Database:
    """A connection that threads may share; they use it one at a time."""

    def __init__(self, path: Path, file: Path, mode: Mode) -> None:
        """:param path: the file as the user named it, for error messages
        :param file: the same file, absolute and without links
        :raises ProjectError: if it cannot be opened
        """
        self.path = path
        self._lock = threading.RLock()
        how = "mode=ro&immutable=1" if mode == "immutable" else f"mode={mode}"
        check_path_length(path, file)
        with self._in_words():
            self.connection = sqlite3.connect(
                f"{file.as_uri()}?{how}", uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        try:
            with self._in_words():
                self._protect(mode)
        except ProjectError:
            self.connection.close()
            raise

    def _protect(self, mode: Mode) -> None:
        connection = self.connection
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES + (1 << 20))
        connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _MAX_SQL_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        if sys.version_info >= (3, 12):
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_VIEW, False)
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
            connection.execute(f"PRAGMA {pragma}")
        if mode != "rw":
            connection.execute("PRAGMA query_only = ON")
            return
        connection.execute("PRAGMA journal_mode = WAL")
        # NORMAL would sync at checkpoints only: a power cut could lose the last thousand pages, many batches of work.
        # FULL syncs the log at each commit: 5 ms a batch instead of 1.4.
        connection.execute("PRAGMA synchronous = FULL")

    def read(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self._lock, self._in_words():
            return self.connection.execute(sql, values).fetchall()

    def ask(self, question: Callable[[sqlite3.Connection], _T]) -> _T:
        """Calls a function that reads from the connection, and returns its result."""
        with self._lock, self._in_words():
            return question(self.connection)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction: what the ``with`` block writes is saved as a whole or not at all, and then survives a power
        cut."""
        with self._lock, self._in_words():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(self.connection)
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # SQLite has rolled back already if the disk is full
                    self.connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        with self._lock, contextlib.suppress(sqlite3.Error):
            self.connection.close()

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise ProjectError(self.path, database_sentence(error)) from error
        except UnicodeDecodeError as error:  # from Python, when SQLite reports a damaged schema
            raise ProjectError(self.path, DAMAGED) from error


class Transaction:
    """Writing within a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def write(self, sql: str, values: Sequence[object] = ()) -> int:
        """:return: the id of the row that was inserted, if one was"""
        return self._connection.execute(sql, values).lastrowid or 0

    def write_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self._connection.executemany(sql, rows)


def check_path_length(path: Path, file: Path) -> None:
    """Checks the length of a path, since SQLite only says that it cannot be opened.

    :param path: the file as the user named it
    :param file: the same file, absolute and without links
    :raises ProjectError: if the path is too long
    """
    length = len(os.fsencode(file))
    if length > _MAX_PATH_BYTES:
        raise ProjectError(
            path,
            f"its path is too long for a project ({length} bytes, {_MAX_PATH_BYTES} are possible); move it to a folder "
            "with a shorter one",
        )


DAMAGED = "the project is damaged; it was left as it is: use a copy, or name a new project"

_SENTENCES = {
    sqlite3.SQLITE_FULL: "the disk is full; what was saved before is kept: free some space and run it again",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written and may be full; what was saved before is kept: "
    "free some space and run it again",
    sqlite3.SQLITE_READONLY: "it or its folder is read-only; copy it to a folder of your own",
    sqlite3.SQLITE_PERM: "it or its folder is read-only; copy it to a folder of your own",
    sqlite3.SQLITE_BUSY: "another program is using it; close that and try again",
    sqlite3.SQLITE_LOCKED: "another program is using it; close that and try again",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: "it is no gcx project; it was left as it is: name another file",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that it and its folder may be read and written",
    sqlite3.SQLITE_TOOBIG: "the project is damaged: a value is larger than any that is saved; it was left as it is",
}


def database_sentence(error: sqlite3.Error) -> str:
    """A sentence on what an SQLite error means and what to do."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    known = _SENTENCES.get(code & 0xFF) if code is not None else None
    return known or f"it cannot be used ({error}); it was left as it is"
