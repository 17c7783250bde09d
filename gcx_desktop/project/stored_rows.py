"""What a project stores of a record, and the conversion to rows and back.

Arrays are raw little-endian int32 or float32, except for codes that need int64 and the packed int64 of an index; their
shapes follow from counts, and no row says how it is to be read. Each row has a CRC-32, since SQLite's own check does
not cover values: a damaged row counts as missing, and its results are computed again.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

INT32 = np.dtype("<i4")
INT64 = np.dtype("<i8")
FLOAT32 = np.dtype("<f4")
MAX_PLACES = 10_000_000
"""Most atoms or objects of a record; a record with more bytes than this is not read at all."""

MAX_PIECE = 1 << 16
"""Records in one row of the index."""
MAX_PIECE_BYTES = 2 * 3 * 8 * MAX_PIECE
"""Largest blob of such a row; compressing hardly ever makes data longer."""
_FAST = 1
"""Compression level: a higher one takes three times as long and saves a tenth."""

StoredRow = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record that became a graph."""

    position: int
    """0-based, in the file."""
    title: str
    text: str
    """The nodes as written in tables, such as a SMILES."""
    n_places: int
    """Number of places for a value, such as atoms."""
    codes: NDArray[np.int32] | NDArray[np.int64]
    """[n_nodes]"""
    edges: NDArray[np.int32]
    """[n_edges, 2]"""
    node_index: NDArray[np.int32] | None
    """[n_nodes], each below ``n_places``"""
    text_order: NDArray[np.int32] | None
    """[any length], nodes; −1 for a place that has none"""
    preparation: str = ""
    """The preparation before its graph was made, in words."""


@dataclass(frozen=True, slots=True)
class StoredRejection:
    """A record that could not be read."""

    position: int
    line: int
    title: str
    reason: str
    drawable: bool = False


@dataclass(frozen=True, slots=True)
class StoredPrediction:
    """A model's prediction for a record."""

    position: int
    predicted: int
    probabilities: NDArray[np.float32]
    """[n_classes]"""
    members: NDArray[np.float32] | None = None
    """[n_members, n_classes], the probabilities of an ensemble's members"""


@dataclass(frozen=True, slots=True)
class StoredMap:
    """One method's saliency for a record."""

    position: int
    method: str
    values: NDArray[np.float32]
    """[n_nodes, n_classes]"""


@dataclass(frozen=True, slots=True)
class StoredSteps:
    """The places of consecutive records in their file, as differences."""

    first: int
    """0-based position of the first."""
    settings: str
    """Everything that decides which records the file has."""
    n_records: int
    """Number of records of the whole file."""
    steps: NDArray[np.int64]
    """[3, n_piece]: bytes from the end of the record before to the start, bytes from there to its end, lines from the
    start of the record before. The first record of a file counts from 0."""


def record_row(record: StoredRecord) -> StoredRow:
    """The columns of the table ``record`` after its key."""
    return sealed(
        (
            record.position,
            record.title,
            record.text,
            record.n_places,
            _blob(record.codes, INT64 if record.codes.dtype.itemsize > INT32.itemsize else INT32),
            _blob(record.edges, INT32),
            None if record.node_index is None else _blob(record.node_index, INT32),
            None if record.text_order is None else _blob(record.text_order, INT32),
            record.preparation,
        )
    )


def rejection_row(rejection: StoredRejection) -> StoredRow:
    return sealed((rejection.position, rejection.line, rejection.title, rejection.reason, int(rejection.drawable)))


def prediction_row(prediction: StoredPrediction) -> StoredRow:
    """The columns of the table ``prediction`` after its key; the probabilities of members stand behind those of the
    network, in one blob."""
    numbers = _blob(prediction.probabilities, FLOAT32)
    if prediction.members is not None:
        numbers += _blob(prediction.members, FLOAT32)
    return sealed((prediction.position, prediction.predicted, numbers))


def map_row(stored: StoredMap) -> StoredRow:
    return sealed((stored.method, stored.position, _blob(stored.values, FLOAT32)))


def steps_row(stored: StoredSteps) -> StoredRow:
    return sealed((stored.first, stored.settings, stored.n_records, _packed(stored.steps)))


def read_record(row: StoredRow) -> StoredRecord | None:
    """The record of a row that :func:`record_row` made; ``None`` if it is damaged or was not made by this program."""
    if not _is_sound(row, (int, str, str, int, bytes, bytes, (bytes, type(None)), (bytes, type(None)), str)):
        return None
    position, title, text, n_places, codes, edges, index, order, preparation = row[:-1]
    n_nodes = n_places if index is None else len(index) // 4
    if not 1 <= n_nodes <= n_places <= MAX_PLACES or len(codes) not in (4 * n_nodes, 8 * n_nodes) or len(edges) % 8:
        return None
    if len(index or b"") % 4 or len(order or b"") % 4:
        return None
    read = StoredRecord(
        position,
        title,
        text,
        n_places,
        np.frombuffer(codes, INT32) if len(codes) == 4 * n_nodes else np.frombuffer(codes, INT64),
        np.frombuffer(edges, INT32).reshape(-1, 2),
        None if index is None else np.frombuffer(index, INT32),
        None if order is None else np.frombuffer(order, INT32),
        preparation,
    )
    inside = _inside(read.edges, 0, n_nodes)
    inside = inside and _inside(read.node_index, 0, n_places) and _inside(read.text_order, -1, n_nodes)
    return read if inside else None


def read_rejection(row: StoredRow) -> StoredRejection | None:
    if not _is_sound(row, (int, int, str, str, int)):
        return None
    position, line, title, reason, drawable, _ = row
    return StoredRejection(position, line, title, reason, bool(drawable))


def read_prediction(row: StoredRow, n_classes: int) -> StoredPrediction | None:
    if not _is_sound(row, (int, int, bytes)):
        return None
    position, predicted, numbers = row[:-1]
    if not numbers or len(numbers) % (4 * n_classes) or not 0 <= predicted < n_classes:
        return None
    values = np.frombuffer(numbers, FLOAT32).reshape(-1, n_classes)
    return StoredPrediction(position, predicted, values[0], values[1:] if len(values) > 1 else None)


def read_map(row: StoredRow, n_classes: int) -> StoredMap | None:
    if not _is_sound(row, (str, int, bytes)) or not row[2] or len(row[2]) % (4 * n_classes):
        return None
    return StoredMap(row[1], row[0], np.frombuffer(row[2], FLOAT32).reshape(-1, n_classes))


def read_steps(row: StoredRow) -> StoredSteps | None:
    """The steps of a row. Decompresses no more bytes than the records can need, whatever the row contains."""
    if not _is_sound(row, (int, str, int, bytes)):
        return None
    first, settings, n_records, packed = row[:-1]
    n_piece = min(n_records - first, MAX_PIECE)
    steps = _unpacked(packed, n_piece) if first >= 0 and n_piece > 0 else None
    return None if steps is None else StoredSteps(first, settings, n_records, steps)


def sealed(values: StoredRow) -> StoredRow:
    """The values and their checksum."""
    return (*values, _checksum(values))


def _is_sound(row: StoredRow, kinds: tuple[Any, ...]) -> bool:
    if len(row) != len(kinds) + 1 or not all(map(isinstance, row, kinds)):
        return False
    return bool(row[-1] == _checksum(row[:-1]))


def _checksum(values: StoredRow) -> int:
    """CRC-32 of all values, with the length of each blob, so that bytes cannot move from one value to the next."""
    plain = repr([len(value) if type(value) is bytes else value for value in values])
    blobs = b"".join([value for value in values if type(value) is bytes])
    return zlib.crc32(blobs, zlib.crc32(plain.encode("utf-8", "replace")))


def _inside(values: NDArray[np.int32] | None, low: int, high: int) -> bool:
    """Whether all numbers are in ``range(low, high)``, so that they are valid indices."""
    return values is None or not values.size or bool(values.min() >= low and values.max() < high)


def _blob(values: NDArray[Any], kind: np.dtype[Any]) -> bytes:
    return values.astype(kind, copy=False).tobytes()


def _packed(steps: NDArray[np.int64]) -> bytes:
    """Compressed: all lowest bytes first, then all second ones and so on; the high ones are zero and need no space."""
    planes = np.ascontiguousarray(steps, INT64).view(np.uint8).reshape(-1, INT64.itemsize).T
    return zlib.compress(planes.tobytes(), _FAST)


def _unpacked(packed: bytes, n_piece: int) -> NDArray[np.int64] | None:
    n_bytes = 3 * n_piece * INT64.itemsize
    unpacking = zlib.decompressobj()
    try:
        planes = unpacking.decompress(packed, n_bytes + 1)
    except zlib.error:
        return None
    if len(planes) != n_bytes or not unpacking.eof or unpacking.unused_data:
        return None
    rows = np.frombuffer(planes, np.uint8).reshape(INT64.itemsize, -1).T
    return np.ascontiguousarray(rows).view(INT64).reshape(3, n_piece)
