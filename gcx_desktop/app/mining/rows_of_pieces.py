"""An inverted index: which rows contain each piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RowsOfPieces:
    """Which rows contain each piece."""

    rows: Numbers
    """[n_held]: rows, piece by piece, ascending for each piece."""
    order: Numbers
    """[n_held]: the index of each entry in the input, which is row by row."""
    ends: Numbers
    """[n_pieces + 1]: bounds of each piece's section in ``rows``."""

    @property
    def n_rows(self) -> Numbers:
        """[n_pieces]: number of rows that contain each piece."""
        n_rows: Numbers = self.ends[1:] - self.ends[:-1]
        return n_rows

    def of(self, pieces: Sequence[int]) -> Numbers:
        """The rows that contain all of these pieces, ascending."""
        found: Numbers = self._of(pieces[0])
        for piece in pieces[1:]:
            found = np.intersect1d(found, self._of(piece), assume_unique=True)
        return found

    def at(self, piece: int, rows: Numbers) -> Numbers:
        """[n_rows]: the index of a piece's entry in the input, for rows that contain it."""
        places: Numbers = self.order[self.ends[piece] + np.searchsorted(self._of(piece), rows)]
        return places

    def _of(self, piece: int) -> Numbers:
        return self.rows[self.ends[piece] : self.ends[piece + 1]]


def rows_of_pieces(held: Sequence[NDArray[np.int32]], n_pieces: int) -> RowsOfPieces:
    """:param held: row → the pieces that it contains, each once"""
    pieces = np.concatenate([np.zeros(0, dtype=np.int32), *held])
    order = np.argsort(pieces, kind="stable")
    rows = np.repeat(np.arange(len(held)), list(map(len, held)))[order]
    return RowsOfPieces(rows, order, np.concatenate([[0], np.cumsum(np.bincount(pieces, minlength=n_pieces))]))
