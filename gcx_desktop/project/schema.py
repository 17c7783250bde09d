"""The tables of a project file, and the migration of older files."""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x47435821
"""Stored in the file's header: marks an SQLite file as a project."""

FIRST = """
CREATE TABLE source (
    id INTEGER PRIMARY KEY, relative TEXT NOT NULL, absolute TEXT NOT NULL,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ends TEXT NOT NULL
);
CREATE TABLE setting (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE mark (
    source_id INTEGER NOT NULL, position INTEGER NOT NULL, colour INTEGER NOT NULL, note TEXT NOT NULL,
    PRIMARY KEY (source_id, position)
) WITHOUT ROWID;
CREATE TABLE model (
    id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL, n_classes INTEGER NOT NULL
);
CREATE TABLE reading (
    id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, settings TEXT NOT NULL, UNIQUE (source_id, settings)
);
CREATE TABLE record_index (
    source_id INTEGER NOT NULL, first INTEGER NOT NULL, settings TEXT NOT NULL, n_records INTEGER NOT NULL,
    steps BLOB NOT NULL, checksum INTEGER NOT NULL, UNIQUE (source_id, first)
);
CREATE TABLE record (
    reading_id INTEGER NOT NULL, position INTEGER NOT NULL, title TEXT NOT NULL, smiles TEXT NOT NULL,
    n_record_atoms INTEGER NOT NULL, codes BLOB NOT NULL, edges BLOB NOT NULL, atom_index BLOB, smiles_order BLOB,
    preparation TEXT NOT NULL, checksum INTEGER NOT NULL, UNIQUE (reading_id, position)
);
CREATE TABLE rejected (
    reading_id INTEGER NOT NULL, position INTEGER NOT NULL, line INTEGER NOT NULL, title TEXT NOT NULL,
    reason TEXT NOT NULL, drawable INTEGER NOT NULL, checksum INTEGER NOT NULL, UNIQUE (reading_id, position)
);
CREATE TABLE prediction (
    reading_id INTEGER NOT NULL, model_id INTEGER NOT NULL, position INTEGER NOT NULL,
    predicted INTEGER NOT NULL, probabilities BLOB NOT NULL,
    checksum INTEGER NOT NULL, UNIQUE (reading_id, model_id, position)
);
CREATE TABLE saliency (
    reading_id INTEGER NOT NULL, model_id INTEGER NOT NULL, method TEXT NOT NULL, position INTEGER NOT NULL,
    map BLOB NOT NULL, checksum INTEGER NOT NULL, UNIQUE (reading_id, model_id, method, position)
);
"""
"""Version 1. Never edited: each change is a step of :data:`MIGRATIONS`, which new files go through, too."""

MIGRATIONS: tuple[str, ...] = ()
"""SQL, each step from one version to the next; the first leads from 1 to 2."""


def newest_version() -> int:
    """The version that this program writes."""
    return 1 + len(MIGRATIONS)


def create(connection: sqlite3.Connection) -> None:
    """Makes the tables of the newest version in an empty database."""
    connection.executescript(
        f"BEGIN; {FIRST} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1; COMMIT"
    )
    migrate(connection, 1)


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Brings a database from a version to the newest one, step by step."""
    for reached, step in enumerate(MIGRATIONS[version - 1 :], version + 1):
        connection.executescript(f"BEGIN; {step}; PRAGMA user_version = {reached}; COMMIT")


def is_ours(connection: sqlite3.Connection, version: int) -> bool:
    """Whether the database has exactly the tables of that version: no foreign trigger, view or index."""
    expected = sqlite3.connect(":memory:")
    try:
        expected.executescript(FIRST)
        for step in MIGRATIONS[: version - 1]:
            expected.executescript(step)
        return _objects(connection) == _objects(expected)
    finally:
        expected.close()


def _objects(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return sorted(connection.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master LIMIT 1000"))
