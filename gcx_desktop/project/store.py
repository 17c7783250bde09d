"""An open project file: its sources, settings, marks and notes, and access to its results."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ..errors import ProjectError
from ..paths import real_path
from ..progress import CancelToken, ProgressReporter, Report, raise_if_cancelled, silent
from ..wording import is_text
from . import schema
from .database import DAMAGED, Database, Transaction, check_path_length, database_sentence
from .lock import WriterLock, take_lock
from .record_index import StoredIndex, forget_index
from .results import StoredReading, StoredResults

SUFFIX = ".gcx"

_NAME_KEPT = 100
"""Characters of a project's name that are kept in the name of its unfinished file."""

PAGES_AT_ONCE = 2_000
"""Of 4 KiB, copied between two looks at whether to stop."""

OPENED_TWICE = "it is open in another window or command, so it can only be looked at here"
MAY_NOT_BE_WRITTEN = "it or its folder is read-only, so it can only be looked at"


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A molecule file of a project, with what identifies it."""

    id: int
    absolute: Path
    relative: str
    """Path relative to the project's folder; "" if there is none, as between two drives."""
    size: int
    modified_ns: int
    ends: str
    """Hash of its first and last bytes."""


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model with stored results."""

    id: int
    hash: str
    name: str
    n_classes: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A user's mark and note for a record."""

    position: int
    colour: int = 0
    """Number of the colour, from 1; 0 for none."""
    note: str = ""


class Project:
    """An open project. Made by :func:`open_project` and :func:`create_project`; any thread may use it.

    Attributes: ``path``, as the user named it; ``why_read_only``, one clause, "" if it may be written; ``database``,
    its SQLite file.
    """

    def __init__(self, path: Path, file: Path, database: Database, lock: WriterLock | None, why_read_only: str) -> None:
        self.path, self.why_read_only = path, why_read_only
        self._folder, self.database, self._lock = file.parent, database, lock
        self._damaged: list[int] = []

    @property
    def read_only(self) -> bool:
        return bool(self.why_read_only)

    @property
    def folder(self) -> Path:
        """The folder to which the paths of the sources are relative."""
        return self._folder

    def note_damaged(self, positions: Sequence[int]) -> None:
        """Remembers that stored data of these records was damaged, so that the user can be informed."""
        self._damaged += positions

    def take_damaged(self) -> list[int]:
        """The damaged records since the last call; ascending."""
        damaged, self._damaged = self._damaged, []
        return sorted(set(damaged))

    def close(self) -> None:
        """Closes the file and releases the writer's lock."""
        self.database.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def sources(self) -> list[StoredSource]:
        """The molecule files, in the order in which they were added."""
        rows = self.database.read("SELECT id, absolute, relative, size, mtime_ns, ends FROM source ORDER BY id")
        return [StoredSource(id_, Path(absolute), *rest) for id_, absolute, *rest in rows]

    def add_source(self, path: Path, *, size: int, modified_ns: int, ends: str) -> int:
        """:return: the id of the new source"""
        values = (*self._place(path), size, modified_ns, ends)
        with self._writing() as transaction:
            return transaction.write(
                "INSERT INTO source (absolute, relative, size, mtime_ns, ends) VALUES (?, ?, ?, ?, ?)", values
            )

    def record_place(self, source_id: int, path: Path, *, size: int, modified_ns: int, ends: str) -> None:
        """Stores the new place and state of a source. Its results are kept, and its index if the file is unchanged."""
        values = (*self._place(path), size, modified_ns, ends, source_id)
        before = [(each.size, each.modified_ns, each.ends) for each in self.sources() if each.id == source_id]
        with self._writing() as transaction:
            if before != [(size, modified_ns, ends)]:
                forget_index(transaction, source_id)
            transaction.write(
                "UPDATE source SET absolute = ?, relative = ?, size = ?, mtime_ns = ?, ends = ? WHERE id = ?", values
            )

    def forget_results(self, source_id: int) -> None:
        """Removes all results of a source, since its records have changed. Marks and notes are kept."""
        with self._writing() as transaction:
            for table in ("saliency", "prediction", "rejected", "record"):
                transaction.write(
                    f"DELETE FROM {table} WHERE reading_id IN (SELECT id FROM reading WHERE source_id = ?)",  # noqa: S608
                    (source_id,),
                )
            transaction.write("DELETE FROM reading WHERE source_id = ?", (source_id,))
            forget_index(transaction, source_id)

    def settings(self) -> dict[str, Any]:
        """Key → value of what the window last showed: model, method, class, threshold, scale, filters, view. Values
        that cannot be read are left out."""
        found = {}
        for key, value in self.database.read("SELECT key, value FROM setting ORDER BY key"):
            with contextlib.suppress(ValueError, RecursionError, TypeError):
                found[key] = json.loads(value)
        return found

    def save_settings(self, values: Mapping[str, Any]) -> None:
        """Adds or replaces settings; the values must be JSON."""
        rows = [(key, json.dumps(value, ensure_ascii=True, allow_nan=False)) for key, value in values.items()]
        with self._writing() as transaction:
            transaction.write_many("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", rows)

    def marks(self, source_id: int) -> dict[int, Mark]:
        """Position → mark, for the records with a mark or a note."""
        rows = self.database.read("SELECT position, colour, note FROM mark WHERE source_id = ?", (source_id,))
        return {row[0]: Mark(*row) for row in rows}

    def save_marks(self, source_id: int, marks: Sequence[Mark]) -> None:
        """Adds or replaces marks; one without colour and note is removed."""
        kept = [(source_id, mark.position, mark.colour, mark.note) for mark in marks if mark.colour or mark.note]
        gone = [(source_id, mark.position) for mark in marks if not (mark.colour or mark.note)]
        with self._writing() as transaction:
            transaction.write_many("DELETE FROM mark WHERE source_id = ? AND position = ?", gone)
            transaction.write_many(
                "INSERT OR REPLACE INTO mark (source_id, position, colour, note) VALUES (?, ?, ?, ?)", kept
            )

    def models(self) -> list[StoredModel]:
        """The models of the stored results."""
        rows = self.database.read("SELECT id, hash, name, n_classes FROM model ORDER BY id")
        return [StoredModel(*row) for row in rows]

    def reading(self, source_id: int, settings: str) -> StoredReading:
        """The stored records of a source as read with some settings: a text of everything that decides what a record
        becomes.

        :raises ProjectError: if there is none and the project is read-only
        """
        key = (source_id, settings)
        found = self.database.read("SELECT id FROM reading WHERE source_id = ? AND settings = ?", key)
        if found:
            return StoredReading(self.database, found[0][0], settings)
        with self._writing() as transaction:
            id_ = transaction.write("INSERT INTO reading (source_id, settings) VALUES (?, ?)", key)
        return StoredReading(self.database, id_, settings)

    def readings(self, source_id: int) -> list[StoredReading]:
        """The readings of a source with any settings."""
        rows = self.database.read("SELECT id, settings FROM reading WHERE source_id = ? ORDER BY id", (source_id,))
        return [StoredReading(self.database, *row) for row in rows]

    def record_index(self, source_id: int, settings: str) -> StoredIndex:
        """The index of a source's records for some settings, a text of everything that decides it."""
        return StoredIndex(self.database, source_id, settings, self.why_read_only)

    def results(self, reading: StoredReading, *, model_hash: str, model_name: str, n_classes: int) -> StoredResults:
        """The stored results of a model for the records of a reading.

        :raises ProjectError: if the project does not have the model and is read-only, or has it with other properties
        """
        found = [model for model in self.models() if model.hash == model_hash]
        if found and found[0].n_classes != n_classes:
            raise ProjectError(self.path, "the project is damaged: it gives the model another number of classes")
        if found:
            return StoredResults(self.database, reading, found[0].id, n_classes, self.why_read_only)
        with self._writing() as transaction:
            id_ = transaction.write(
                "INSERT INTO model (hash, name, n_classes) VALUES (?, ?, ?)", (model_hash, model_name, n_classes)
            )
        return StoredResults(self.database, reading, id_, n_classes, self.why_read_only)

    def check_writable(self) -> None:
        """:raises ProjectError: if the project is read-only, saying why"""
        if self.read_only:
            raise ProjectError(self.path, self.why_read_only)

    def _take_over(self, other: Project, report: Report, cancel: CancelToken | None) -> None:
        """Holds all that another project does instead of what it held.

        :raises Cancelled: once ``cancel`` is set
        """
        watch = ProgressReporter("Saving the project", None, report)

        def copied(_status: int, remaining: int, total: int) -> None:
            raise_if_cancelled(cancel)
            watch.total = total
            watch.report_done(total - remaining)

        def copy(theirs: sqlite3.Connection, ours: sqlite3.Connection) -> None:
            theirs.backup(ours, pages=PAGES_AT_ONCE, progress=copied)

        other.database.ask(lambda theirs: self.database.ask(lambda ours: copy(theirs, ours)))
        for source in self.sources():
            self.record_place(
                source.id, source.absolute, size=source.size, modified_ns=source.modified_ns, ends=source.ends
            )

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Transaction]:
        self.check_writable()
        with self.database.transaction() as transaction:
            yield transaction

    def _place(self, path: Path) -> tuple[str, str]:
        absolute = real_path(path)
        try:
            relative = os.path.relpath(absolute, self._folder)
        except ValueError:  # another drive
            relative = ""
        if not is_text(f"{absolute}{relative}"):
            raise ProjectError(
                self.path, f"it cannot keep the name of {absolute}, which is not UTF-8; rename that file"
            )
        return str(absolute), Path(relative).as_posix() if relative else ""


def create_project(path: Path | str) -> Project:
    """A new, empty project.

    :raises ProjectError: if there is a file with that name already, or nothing can be written there
    """
    path = Path(path)
    file = real_path(path)
    lock = _writer_lock(path, file)
    if lock is None:
        raise ProjectError(path, OPENED_TWICE)
    try:
        if file.exists():
            raise ProjectError(path, "there is such a file already; open it, or choose another name")
        with _beside(path, file) as part:
            _make(part, schema.create)
            part.rename(file)
        return Project(path, file, Database(path, file, "rw"), lock, "")
    except BaseException:
        lock.release()
        raise


def copy_project(
    project: Project, path: Path | str, report: Report = silent, cancel: CancelToken | None = None
) -> Project:
    """Copies a project to another name and opens the copy; ``project`` is not changed.

    :raises ProjectError: if there is a file with that name already, or nothing can be written there
    :raises Cancelled: once ``cancel`` is set; there is no file then
    """
    copy = create_project(path)
    try:
        copy._take_over(project, report, cancel)
    except BaseException:
        copy.close()
        real_path(copy.path).unlink(missing_ok=True)
        raise
    return copy


def open_project(path: Path | str) -> Project:
    """Opens a project and checks it. If it is open already, it is opened read-only.

    A file that is refused is not changed. One of an older version is migrated as a copy.

    :raises ProjectError: if it is no project, damaged, of a newer version, or cannot be read
    """
    path = Path(path)
    file = real_path(path)
    if not file.is_file():
        raise ProjectError(path, "it is not a file" if file.exists() else "there is no such file")
    why_read_only = ""
    try:
        lock = _writer_lock(path, file)
        if lock is None:
            why_read_only = OPENED_TWICE
    except ProjectError:
        lock, why_read_only = None, MAY_NOT_BE_WRITTEN
    if lock is not None and not os.access(file, os.W_OK):
        lock.release()
        lock, why_read_only = None, MAY_NOT_BE_WRITTEN
    try:
        return _open(path, file, lock, why_read_only)
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def _open(path: Path, file: Path, lock: WriterLock | None, why_read_only: str) -> Project:
    in_use = why_read_only == OPENED_TWICE
    database = Database(path, file, "ro" if in_use or _has_log(file) else "immutable")
    try:
        version = _checked_version(database)
        if version < schema.newest_version() and lock is None:
            raise ProjectError(
                path, f"it was made by an older version and cannot be brought up to date: {why_read_only}"
            )
    except BaseException:
        database.close()
        raise
    if lock is None:
        return Project(path, file, database, None, why_read_only)
    database.close()
    if version < schema.newest_version():
        _migrate_copy(path, file, version)
    return Project(path, file, Database(path, file, "rw"), lock, "")


def _checked_version(database: Database) -> int:
    """The version of a sound project.

    :raises ProjectError: if it is no project, newer than this program, or damaged
    """
    path, newest = database.path, schema.newest_version()
    application = database.read("PRAGMA application_id")[0][0]
    if application != schema.APPLICATION_ID:
        raise ProjectError(path, "it is no gcx project; it was left as it is: name another file")
    version: int = database.read("PRAGMA user_version")[0][0]
    if version > newest:
        raise ProjectError(
            path,
            f"it was made by a newer version of the program (format {version}, this one knows {newest}); update it",
        )
    if version < 1 or not database.ask(lambda connection: schema.is_ours(connection, version)):
        raise ProjectError(
            path, "its tables are not those of a gcx project; it was left as it is: use a copy, or name a new project"
        )
    if database.read("PRAGMA quick_check(1)")[0][0] != "ok":
        raise ProjectError(path, DAMAGED)
    return version


def _migrate_copy(path: Path, file: Path, version: int) -> None:
    """Replaces an older project by a copy of it that has the newest version."""
    old = Database(path, file, "rw")  # closing it writes the rest of its log into the file
    try:
        with _beside(path, file) as part:
            _make(part, lambda copy: _copied(old.connection, copy, version))
            old.close()
            if _has_log(file):
                raise ProjectError(path, "it was made by an older version and is open elsewhere; close it there first")
            part.replace(file)
    finally:
        old.close()


def _copied(old: sqlite3.Connection, copy: sqlite3.Connection, version: int) -> None:
    old.backup(copy)
    schema.migrate(copy, version)


def _make(part: Path, fill: Any) -> None:
    connection = sqlite3.connect(part, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        fill(connection)
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


@contextlib.contextmanager
def _beside(path: Path, file: Path) -> Iterator[Path]:
    """The path of a temporary file that replaces the project when it is complete; otherwise it is deleted."""
    check_path_length(path, file)
    beginning = f".{file.name[:_NAME_KEPT]}."
    if len(file.name) <= _NAME_KEPT:  # this process has the writer's lock, so nobody else makes one
        _remove_unfinished(file.parent, beginning)
    part = file.with_name(f"{beginning}{secrets.token_hex(4)}.part")
    try:
        yield part
    except sqlite3.Error as error:
        raise ProjectError(path, database_sentence(error)) from error
    except OSError as error:
        raise ProjectError(path, f"it cannot be written ({error.strerror or error})") from error
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                part.with_name(part.name + ending).unlink(missing_ok=True)


def _remove_unfinished(folder: Path, beginning: str) -> None:
    """Removes unfinished projects that a killed process left behind."""
    unfinished = re.compile(re.escape(beginning) + r"[0-9a-f]{8}\.part(-wal|-shm|-journal)?")
    with contextlib.suppress(OSError):
        for path in list(folder.iterdir()):
            if unfinished.fullmatch(path.name):
                path.unlink()


def _writer_lock(path: Path, file: Path) -> WriterLock | None:
    try:
        return take_lock(file)
    except OSError as error:
        if not file.parent.is_dir():
            raise ProjectError(path, f"the folder {file.parent} does not exist; make it first") from error
        raise ProjectError(path, f"it cannot be written ({error.strerror or error})") from error


def _has_log(file: Path) -> bool:
    """Whether there is a log beside the file with changes that the file may not have."""
    try:
        return file.with_name(f"{file.name}-wal").stat().st_size > 0
    except OSError:
        return False
