"""Sorts the records of a library by a column.

These functions of whole columns may be called in any thread and let others run: texts are converted to arrays piece by
piece, and numpy sorts without the interpreter lock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .library_rows import Column, LibraryRows, parsed_number
from .marks import MARK_COLOURS
from .row_order import Positions
from .shown_class import PREDICTED

_PIECE = 2048
_TEXT_KEY_BYTES = 64
"""Texts are compared by so many first bytes when sorted."""


class Group(IntEnum):
    """Groups of rows that keep their order when the direction is reversed."""

    VALUE = 0
    EMPTY = 1
    REJECTED = 2


def sorted_order(
    rows: LibraryRows, column: int, *, descending: bool = False, stop: Callable[[], None] = lambda: None
) -> Positions:
    """All positions sorted by a column: numbers by value, then texts, then empty cells, and rejected records last.

    Equal values are in the file's order in both directions.
    """
    if column in (Column.NUMBER, Column.STRUCTURE):
        order: Positions = np.arange(len(rows), dtype=np.int64)
        return order[::-1].copy() if descending else order
    group, rank = column_rank(rows, column, stop)
    return np.lexsort((-rank if descending else rank, group))


def column_rank(
    rows: LibraryRows, column: int, stop: Callable[[], None] = lambda: None
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """[n_records] each: the :class:`Group`, and a number that sorts as the values within the group."""
    if column == Column.PREDICTION:
        group, rank = _given(rows.predicted >= 0, _decision_rank(rows) + _unit(rows.probabilities(PREDICTED)))
    elif column == Column.PROBABILITY:
        shown = rows.probabilities(rows.probability_class)
        group, rank = _given(~np.isnan(shown), shown)
    elif column == Column.MARK:
        group, rank = _mark_rank(rows, stop)
    elif column == Column.DISAGREEMENT:
        unknown = np.full(len(rows), np.nan, dtype=np.float32)
        values = unknown if rows.disagreement is None else rows.disagreement
        group, rank = _given(~np.isnan(values), values)
    else:
        cells = rows.titles if column == Column.TITLE else rows.fields[column - Column.FIRST_FIELD]
        group, rank = _text_rank(cells, len(rows), stop)
    if column not in (Column.TITLE, Column.MARK):
        group[[position for position in list(rows.rejected) if position < len(rows)]] = Group.REJECTED
    return group, rank


def _decision_rank(rows: LibraryRows) -> NDArray[np.int64]:
    """[n_records]: classes in their order, then the undecided, then those of no class."""
    decided = rows.decided.astype(np.int64)
    return np.where(decided >= 0, decided, np.iinfo(np.int16).max - decided)


def _unit(probability: NDArray[np.float32]) -> NDArray[np.float64]:
    """Maps a probability into (0, 1), so that it sorts within a class."""
    return np.nan_to_num(probability.astype(np.float64)) * 0.999


def _given(known: NDArray[np.bool_], values: NDArray[Any]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    group = np.where(known, Group.VALUE, Group.EMPTY).astype(np.uint8)
    return group, np.where(known, values, 0).astype(np.float64)


def _mark_rank(rows: LibraryRows, stop: Callable[[], None]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Ranks by colour, then by note; records that lack one come after those that have it."""
    n, colours, notes = len(rows), rows.marks.colours(), rows.marks.notes()
    texts: list[str | None] = [None] * n
    colour = np.full(n, len(MARK_COLOURS) + 1)
    for position, note in notes.items():
        if position < n:
            texts[position] = note
    for position, number in colours.items():
        if position < n:
            colour[position] = number
    group, by_note = _text_rank(texts, n, stop)
    by_note[group == Group.EMPTY] = np.inf
    values, place = np.unique(by_note, return_inverse=True)
    group[colour <= len(MARK_COLOURS)] = Group.VALUE
    return group, (colour * len(values) + place).astype(np.float64)


def _text_rank(
    cells: Sequence[str | None], n: int, stop: Callable[[], None]
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Ranks the first ``n`` cells."""
    group = np.full(n, Group.EMPTY, dtype=np.uint8)
    rank, is_word = np.zeros(n), np.zeros(n, dtype=np.bool_)
    words: list[NDArray[np.bytes_]] = []
    for start in range(0, n, _PIECE):
        stop()
        here = []
        for i, cell in enumerate(cells[start : min(start + _PIECE, n)], start):
            if not cell or not (text := cell.strip()):
                continue
            group[i] = Group.VALUE
            number = parsed_number(text)
            if number is None:
                is_word[i] = True
                here.append(text.casefold().encode("utf-8", "replace")[:_TEXT_KEY_BYTES])
            else:
                rank[i] = number
        if here:
            words.append(np.array(here))
    if not words:
        return group, rank
    # Texts are ranked after all numbers.
    of_number = (group == Group.VALUE) & ~is_word
    values, place = np.unique(rank[of_number], return_inverse=True)
    rank[of_number] = place
    rank[is_word] = len(values) + _dense_rank(np.concatenate(words))
    return group, rank


def _dense_rank(words: NDArray[np.bytes_]) -> NDArray[np.int64]:
    """[n]: the number of smaller words."""
    order = np.argsort(words, kind="stable")
    ordered = words[order]
    new = np.zeros(len(words), dtype=np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    rank = np.empty(len(words), dtype=np.int64)
    rank[order] = np.cumsum(new)
    return rank
