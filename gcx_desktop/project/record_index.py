"""The record index of a source: where its records lie, so that an unchanged file need not be scanned again.

It is stored in parts of bounded size, about 3 bytes for each record. Nothing in them is trusted: all parts are used or
none, and no more are read than a file of that size can have.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import ProjectError
from .database import Database, Transaction
from .stored_rows import MAX_PIECE, MAX_PIECE_BYTES, StoredSteps, read_steps, steps_row

_MAX_FILE_BYTES = 1 << 45
"""Largest file whose index is read, so that sums of a part's steps fit into 64 bits."""
_SELECT = "SELECT first, settings, n_records, steps, checksum FROM record_index WHERE "


class StoredIndex:
    """The index of a source's records; only the one found last is stored."""

    def __init__(self, database: Database, source_id: int, settings: str, why_read_only: str) -> None:
        """:param settings: a text of everything that decides which records there are, and of the state of the file"""
        self._database, self._source_id, self._settings = database, source_id, settings
        self._why_read_only = why_read_only

    def load(self, size: int) -> NDArray[np.int64] | None:
        """[3, n_records]: starts, stops, and numbers of first lines; ``None`` if they are not stored for these
        settings or are damaged.

        :param size: size of the file in bytes; an index that goes beyond its end is not used
        """
        if size > _MAX_FILE_BYTES:
            return None
        parts: list[NDArray[np.int64]] = []
        first, n_records, stop, line = 0, 1, 0, 0
        while first < n_records:
            piece = self._piece(first)
            if piece is None or (first and piece.n_records != n_records):
                return None
            n_records, steps = piece.n_records, piece.steps
            if steps.min() < 0 or steps.max() > size + 1:
                return None
            edges = stop + np.cumsum(steps[:2].T.ravel())
            part = np.stack((edges[::2], edges[1::2], line + np.cumsum(steps[2])))
            # There is at least a byte between two records, so this limits their number.
            if part[1, -1] > size or part[2, -1] > size + 1 or steps[0, int(not first) :].min(initial=1) < 1:
                return None
            parts.append(part)
            stop, line, first = int(part[1, -1]), int(part[2, -1]), first + part.shape[1]
        return np.concatenate(parts, axis=1)

    def save(self, places: NDArray[np.int64]) -> None:
        """Replaces the stored index of the source, whole or not at all.

        :param places: [3, n_records], as :meth:`load` gives them
        :raises ProjectError: if it cannot be written
        """
        if self._why_read_only:
            raise ProjectError(self._database.path, self._why_read_only)
        starts, stops, lines = places
        n_records = len(starts)
        steps = np.stack((starts - np.append(0, stops[:-1]), stops - starts, np.diff(lines, prepend=0)))
        pieces = (
            StoredSteps(first, self._settings, n_records, steps[:, first : first + MAX_PIECE])
            for first in range(0, n_records, MAX_PIECE)
        )
        rows = [(self._source_id, *steps_row(piece)) for piece in pieces]
        with self._database.transaction() as transaction:
            forget_index(transaction, self._source_id)
            transaction.write_many("INSERT INTO record_index VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _piece(self, first: int) -> StoredSteps | None:
        rows = self._database.read(
            f"{_SELECT} source_id = ? AND first = ? AND settings = ? AND length(steps) <= ?",
            (self._source_id, first, self._settings, MAX_PIECE_BYTES),
        )
        return read_steps(rows[0]) if rows else None


def forget_index(transaction: Transaction, source_id: int) -> None:
    """Removes the index of a source's records."""
    transaction.write("DELETE FROM record_index WHERE source_id = ?", (source_id,))
