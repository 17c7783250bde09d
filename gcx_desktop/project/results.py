"""Stored records and results, by reading (a source with its settings), model, method and position."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..errors import ProjectError
from .database import MAX_VALUE_BYTES, Database
from .stored_rows import (
    StoredMap,
    StoredPrediction,
    StoredRecord,
    StoredRejection,
    StoredRow,
    map_row,
    prediction_row,
    read_map,
    read_prediction,
    read_record,
    read_rejection,
    record_row,
    rejection_row,
)

_POSITIONS_AT_ONCE = 500
"""Positions in one query; old versions of SQLite allow 999 parameters."""


class StoredReading:
    """The records of a source as read with some settings: graphs and rejections. All models with the same settings
    share them."""

    def __init__(self, database: Database, id_: int, settings: str) -> None:
        self.id, self.settings = id_, settings
        self._database = database

    def positions(self) -> NDArray[np.int64]:
        """Positions of the records that became a graph; ascending."""
        return _column(self._database, "SELECT position FROM record WHERE reading_id = ? ORDER BY position", self.id)

    def rejected_positions(self) -> NDArray[np.int64]:
        """Positions of the records that could not be read; ascending."""
        return _column(self._database, "SELECT position FROM rejected WHERE reading_id = ? ORDER BY position", self.id)

    def records(self, positions: Sequence[int]) -> dict[int, StoredRecord | StoredRejection]:
        """Position → record. Records that are not stored or are damaged are left out."""
        graphs = _rows(self._database, _SELECT_RECORDS, (self.id,), positions)
        rest = _rows(self._database, _SELECT_REJECTED, (self.id,), positions)
        found: dict[int, StoredRecord | StoredRejection] = {r.position: r for r in map(read_rejection, rest) if r}
        found.update((record.position, record) for record in map(read_record, graphs) if record)
        return found


@dataclass(frozen=True, slots=True)
class ResultBatch:
    """Results that are saved together."""

    records: Sequence[StoredRecord] = ()
    rejections: Sequence[StoredRejection] = ()
    predictions: Sequence[StoredPrediction] = ()
    maps: Sequence[StoredMap] = ()


@dataclass(slots=True)
class StoredExplanation:
    """A model's prediction for a record and its saliency maps."""

    prediction: StoredPrediction
    maps: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    """Method id → map [n_nodes, n_classes], those that are stored."""


class StoredResults:
    """A model's predictions and saliency for the records of a reading."""

    def __init__(
        self, database: Database, reading: StoredReading, model_id: int, n_classes: int, why_read_only: str
    ) -> None:
        self.reading = reading
        self._database, self._n_classes, self._why_read_only = database, n_classes, why_read_only
        self._key = (reading.id, model_id)

    def predicted_positions(self) -> NDArray[np.int64]:
        """Positions of the records that were predicted; ascending."""
        sql = "SELECT position FROM prediction WHERE reading_id = ? AND model_id = ? ORDER BY position"
        return _column(self._database, sql, *self._key)

    def explained_positions(self, method: str) -> NDArray[np.int64]:
        """Positions of the records that were explained by a method; ascending."""
        sql = "SELECT position FROM saliency WHERE reading_id = ? AND model_id = ? AND method = ? ORDER BY position"
        return _column(self._database, sql, *self._key, method)

    def explanations(self, positions: Sequence[int], methods: Sequence[str]) -> dict[int, StoredExplanation]:
        """Position → explanation with the stored maps of these methods. Damaged rows are left out."""
        sql = (
            "SELECT position, predicted, probabilities, checksum FROM prediction WHERE reading_id = ? AND model_id = ?"
        )
        found = {}
        for row in _rows(self._database, sql, self._key, positions):
            prediction = read_prediction(row, self._n_classes)
            if prediction:
                found[prediction.position] = StoredExplanation(prediction)
        sql = (
            "SELECT method, position, map, checksum FROM saliency WHERE reading_id = ? AND model_id = ? AND method = ?"
        )
        for method in methods:
            for row in _rows(self._database, sql, (*self._key, method), positions):
                stored = read_map(row, self._n_classes)
                if stored and stored.position in found:
                    found[stored.position].maps[method] = stored.values
        return found

    def save(self, batch: ResultBatch) -> None:
        """Saves a batch, whole or not at all. A value that is too large for a blob is left out, and computed each time.

        :raises ProjectError: if it cannot be written; what was saved before is kept
        """
        if self._why_read_only:
            raise ProjectError(self._database.path, self._why_read_only)
        reading, both = (self.reading.id,), self._key
        records = (record for record in batch.records if record.edges.nbytes <= MAX_VALUE_BYTES)
        maps = (each for each in batch.maps if each.values.nbytes <= MAX_VALUE_BYTES)
        with self._database.transaction() as transaction:
            for table, key, rows in (
                ("record", reading, map(record_row, records)),
                ("rejected", reading, map(rejection_row, batch.rejections)),
                ("prediction", both, map(prediction_row, batch.predictions)),
                ("saliency", both, map(map_row, maps)),
            ):
                transaction.write_many(_INSERTS[table], _keyed(key, rows))

    def forget(self, positions: Sequence[int]) -> None:
        """Removes all that is stored of some records of this reading, for every model."""
        if self._why_read_only:
            raise ProjectError(self._database.path, self._why_read_only)
        with self._database.transaction() as transaction:
            for table in _INSERTS:
                sql = f"DELETE FROM {table} WHERE reading_id = ? AND position = ?"  # noqa: S608
                transaction.write_many(sql, [(self.reading.id, position) for position in positions])


_SELECT_RECORDS = (
    "SELECT position, title, smiles, n_record_atoms, codes, edges, atom_index, smiles_order, preparation, checksum "
    "FROM record WHERE reading_id = ?"
)
_SELECT_REJECTED = "SELECT position, line, title, reason, drawable, checksum FROM rejected WHERE reading_id = ?"

_INSERTS = {
    "record": "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "rejected": "INSERT OR REPLACE INTO rejected VALUES (?, ?, ?, ?, ?, ?, ?)",
    "prediction": "INSERT OR REPLACE INTO prediction VALUES (?, ?, ?, ?, ?, ?)",
    "saliency": "INSERT OR REPLACE INTO saliency VALUES (?, ?, ?, ?, ?, ?)",
}


def _keyed(key: StoredRow, rows: Iterable[StoredRow]) -> Iterator[StoredRow]:
    return ((*key, *row) for row in rows)


def _rows(database: Database, sql: str, key: StoredRow, positions: Sequence[int]) -> Iterator[StoredRow]:
    """The rows of some positions, in no order."""
    for start in range(0, len(positions), _POSITIONS_AT_ONCE):
        some = [int(position) for position in positions[start : start + _POSITIONS_AT_ONCE]]
        places = ", ".join("?" * len(some))
        yield from database.read(f"{sql} AND position IN ({places})", (*key, *some))


def _column(database: Database, sql: str, *key: object) -> NDArray[np.int64]:
    values = [row[0] for row in database.read(sql, key)]
    return np.array([value for value in values if isinstance(value, int) and value >= 0], dtype=np.int64)
