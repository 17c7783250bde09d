"""Which records have rows, and in which order. Imports neither Qt nor torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
"""0-based positions of records in the file, in some order."""

MAX_ROWS = 5_000_000
"""Largest number of rows of a table or gallery, since Qt counts the pixels of all rows in 32 bits."""
PIECE = 1 << 15
"""How many numbers are converted to Python integers at once."""


class PositionSequence(Sequence[int]):
    """Positions as a sequence of integers that are made on access.

    A list of millions would cost a tenth of a second in each garbage collection, which stops all threads.
    """

    def __init__(self, positions: Positions) -> None:
        self._positions = positions

    def __len__(self) -> int:
        return len(self._positions)

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> PositionSequence: ...
    def __getitem__(self, at: int | slice) -> int | PositionSequence:
        return PositionSequence(self._positions[at]) if isinstance(at, slice) else int(self._positions[at])

    def __iter__(self) -> Iterator[int]:
        for start in range(0, len(self), PIECE):
            yield from self._positions[start : start + PIECE].tolist()


def positions_where(wanted: NDArray[np.bool_]) -> Sequence[int]:
    """The positions at which a mask [n_records] is true, ascending."""
    return range(len(wanted)) if wanted.all() else PositionSequence(np.flatnonzero(wanted))


@dataclass(frozen=True, slots=True)
class Order:
    """The records that pass the filters, in order; the first ``MAX_ROWS`` of them have rows on the screen.

    The order of the file costs no time or memory, however many records there are.
    """

    n_records: int
    """Number of records of the library when this was made; it may have grown."""
    chosen: Positions | None = None
    """[n_seen]; ``None`` for all records in the file's order."""
    _row_of: NDArray[np.int32] | None = None
    """[n_records]: the row of each record, −1 if it has none; ``None`` if ``chosen`` is."""

    @staticmethod
    def of(positions: Positions, n_records: int) -> Order:
        row_of = np.full(n_records, -1, dtype=np.int32)
        shown = positions[:MAX_ROWS]
        row_of[shown] = np.arange(len(shown), dtype=np.int32)
        return Order(n_records, positions, row_of)

    @staticmethod
    def of_file(n_records: int) -> Order:
        """All records in the file's order."""
        return Order(n_records)

    @property
    def positions(self) -> Positions:
        """[n_seen]; for the file's order made at each call."""
        return np.arange(self.n_records) if self.chosen is None else self.chosen

    def listed(self) -> Sequence[int]:
        """``positions`` as integers."""
        return range(self.n_records) if self.chosen is None else PositionSequence(self.chosen)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return min(len(self), MAX_ROWS)

    def position(self, row: int) -> int:
        """The position of the record in an existing row."""
        return row if self.chosen is None else int(self.chosen[row])

    def at(self, rows: Positions) -> Positions:
        """The positions of the records in existing rows."""
        return rows if self.chosen is None else self.chosen[rows]

    def between(self, start: int, stop: int) -> Positions:
        """The positions of the records in the rows ``[start, stop)``, as far as these exist."""
        start, stop = max(start, 0), min(stop, self.n_rows)
        return np.arange(start, max(start, stop)) if self.chosen is None else self.chosen[start:stop]

    @property
    def shown(self) -> Positions:
        """[n_rows]: the positions of the records with rows, from the first row to the last."""
        return self.between(0, self.n_rows)

    def row(self, position: int) -> int:
        """The row of a record, −1 if it has none."""
        return int(self._rows(np.array([position]))[0])

    def rows(self, positions: Positions) -> Positions:
        """The rows of some records, ascending; records without a row are left out."""
        rows = self._rows(positions)
        return np.sort(rows[rows >= 0])

    def _rows(self, positions: Positions) -> Positions:
        known = (positions >= 0) & (positions < self.n_records)
        if self._row_of is None:
            return np.where(known & (positions < MAX_ROWS), positions, -1)
        return np.where(known, self._row_of[np.where(known, positions, 0)] if self.n_records else -1, -1)

    def __len__(self) -> int:
        """Number of records that pass the filters, with or without a row."""
        return self.n_records if self.chosen is None else len(self.chosen)


class RowRanges:
    """The records in some ranges of rows of an order; their positions are made on access."""

    def __init__(self, order: Order, ranges: Sequence[tuple[int, int]] = ()) -> None:
        """:param ranges: first and last row of each; they must not overlap"""
        self._order, self._ranges = order, tuple(ranges)

    def __len__(self) -> int:
        return sum(last + 1 - first for first, last in self._ranges)

    def holds(self, row: int) -> bool:
        """Whether a row is in one of the ranges."""
        return any(first <= row <= last for first, last in self._ranges)

    @property
    def last(self) -> int:
        """The last row, −1 if there is none."""
        return max((last for _, last in self._ranges), default=-1)

    @cached_property
    def positions(self) -> Positions:
        """[n]"""
        parts = [self._order.between(first, last + 1) for first, last in self._ranges]
        return np.concatenate(parts) if parts else np.arange(0)
