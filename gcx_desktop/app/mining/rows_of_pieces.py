"""Which rows hold each piece, where it is known which pieces each row holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RowsOfPieces:
    """Which rows hold each piece."""

    rows: Numbers
    """[n_held], piece by piece, ascending within one."""
    order: Numbers
    """[n_held], where each of them stood, row by row."""
    ends: Numbers
    """[n_pieces + 1], where in ``rows`` each piece begins and ends."""

    @property
    def n_rows(self) -> Numbers:
        """[n_pieces]"""
        n_rows: Numbers = self.ends[1:] - self.ends[:-1]
        return n_rows

    def of(self, pieces: Sequence[int]) -> Numbers:
        """The rows that hold all of these, ascending."""
        found: Numbers = self._of(pieces[0])
        for piece in pieces[1:]:
            found = np.intersect1d(found, self._of(piece), assume_unique=True)
        return found

    def at(self, piece: int, rows: Numbers) -> Numbers:
        """[n_rows], where a piece stood, row by row, in rows that hold it."""
        places: Numbers = self.order[self.ends[piece] + np.searchsorted(self._of(piece), rows)]
        return places

    def _of(self, piece: int) -> Numbers:
        return self.rows[self.ends[piece] : self.ends[piece + 1]]


def rows_of_pieces(held: Sequence[NDArray[np.int32]], n_pieces: int) -> RowsOfPieces:
    """:param held: by row, the pieces that it holds, each once"""
    pieces = np.concatenate([np.zeros(0, dtype=np.int32), *held])
    order = np.argsort(pieces, kind="stable")
    rows = np.repeat(np.arange(len(held)), list(map(len, held)))[order]
    return RowsOfPieces(rows, order, np.concatenate([[0], np.cumsum(np.bincount(pieces, minlength=n_pieces))]))
