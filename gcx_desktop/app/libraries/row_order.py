"""Which records have rows, and in which order. Knows neither Qt nor torch."""

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
"""Of a table or gallery: Qt counts the pixels of all of them in 32 bits."""
PIECE = 1 << 15
"""Numbers that are made objects together."""


class PositionSequence(Sequence[int]):
    """Positions as integers that are made when they are asked for.

    A list of millions takes a tenth of a second in each collection of garbage, whichever thread it stops.
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
    """Which records pass the filters, and in which order; the first ``MAX_ROWS`` of them have rows on the screen.

    That of the file costs neither time nor memory, however many records there are.
    """

    n_records: int
    """Of the library when this was made; it may have more by now."""
    chosen: Positions | None = None
    """[n_seen]; ``None`` for all as they stand in the file."""
    _row_of: NDArray[np.int32] | None = None
    """[n_records]: the row in which a record is seen, −1 if it has none; of ``chosen``."""

    @staticmethod
    def of(positions: Positions, n_records: int) -> Order:
        row_of = np.full(n_records, -1, dtype=np.int32)
        shown = positions[:MAX_ROWS]
        row_of[shown] = np.arange(len(shown), dtype=np.int32)
        return Order(n_records, positions, row_of)

    @staticmethod
    def of_file(n_records: int) -> Order:
        """All records as they stand in the file."""
        return Order(n_records)

    @property
    def positions(self) -> Positions:
        """[n_seen]; of all records in the file's order made anew each time."""
        return np.arange(self.n_records) if self.chosen is None else self.chosen

    def listed(self) -> Sequence[int]:
        """``positions`` as integers."""
        return range(self.n_records) if self.chosen is None else PositionSequence(self.chosen)

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return min(len(self), MAX_ROWS)

    def position(self, row: int) -> int:
        """The record in a row that there is."""
        return row if self.chosen is None else int(self.chosen[row])

    def at(self, rows: Positions) -> Positions:
        """The records in rows that there are."""
        return rows if self.chosen is None else self.chosen[rows]

    def between(self, start: int, stop: int) -> Positions:
        """The records in those of the rows ``[start, stop)`` that there are."""
        start, stop = max(start, 0), min(stop, self.n_rows)
        return np.arange(start, max(start, stop)) if self.chosen is None else self.chosen[start:stop]

    @property
    def shown(self) -> Positions:
        """[n_rows]: the records that have rows, from the first row to the last."""
        return self.between(0, self.n_rows)

    def row(self, position: int) -> int:
        """In which a record is seen, −1 if it has none."""
        return int(self._rows(np.array([position]))[0])

    def rows(self, positions: Positions) -> Positions:
        """The rows, ascending, in which those of some records are seen that have a row."""
        rows = self._rows(positions)
        return np.sort(rows[rows >= 0])

    def _rows(self, positions: Positions) -> Positions:
        known = (positions >= 0) & (positions < self.n_records)
        if self._row_of is None:
            return np.where(known & (positions < MAX_ROWS), positions, -1)
        return np.where(known, self._row_of[np.where(known, positions, 0)] if self.n_records else -1, -1)

    def __len__(self) -> int:
        """How many records are seen, with a row or without."""
        return self.n_records if self.chosen is None else len(self.chosen)


class RowRanges:
    """The records in some ranges of rows, as they were ordered: a list of them is made when it is asked for."""

    def __init__(self, order: Order, ranges: Sequence[tuple[int, int]] = ()) -> None:
        """:param ranges: first and last row of each; none of them overlap"""
        self._order, self._ranges = order, tuple(ranges)

    def __len__(self) -> int:
        return sum(last + 1 - first for first, last in self._ranges)

    def holds(self, row: int) -> bool:
        """Whether a row is in one of them."""
        return any(first <= row <= last for first, last in self._ranges)

    @property
    def last(self) -> int:
        """The last row of all, −1 if there is none."""
        return max((last for _, last in self._ranges), default=-1)

    @cached_property
    def positions(self) -> Positions:
        """[n]"""
        parts = [self._order.between(first, last + 1) for first, last in self._ranges]
        return np.concatenate(parts) if parts else np.arange(0)
