"""Filters of a library's table: by text, range, predicted class, substructure, mark, or a given set of records."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .library_rows import Column, LibraryRows, parsed_number
from .row_texts import TEXT_PIECE
from .shown_class import PREDICTED

WITH_NOTE = 0
"""Stands for records with a note in ``Filters.marked``."""
Mask = NDArray[np.bool_]
"""[n_records]"""

_PIECE = 2048


@dataclass(frozen=True, slots=True)
class Range:
    """A range of numbers in a column, both ends included."""

    column: int
    low: float = -np.inf
    high: float = np.inf
    of_class: int = PREDICTED
    """For the probability column: the class, whatever class the table shows."""


class TextRule(StrEnum):
    """A condition for the text of a cell; letter case and white space at its ends are ignored."""

    CONTAINS = "contains"
    IS = "is"
    EMPTY = "is empty"
    FILLED = "is not empty"

    @property
    def takes_text(self) -> bool:
        return self in (TextRule.CONTAINS, TextRule.IS)


@dataclass(frozen=True, slots=True)
class TextFilter:
    """A condition for the titles or a field."""

    column: int
    rule: TextRule
    text: str = ""


@dataclass(frozen=True, slots=True)
class RecordSubset:
    """Records that were not selected by columns of the table, such as those behind a number of an evaluation."""

    words: str
    """A description, such as "fidelity, CAM"."""
    positions: frozenset[int]
    pattern: str = ""
    """The key of the substructure that all of them contain, if they were selected by it; it is outlined in their
    depictions."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The conditions that a record must all meet to be shown."""

    text: str = ""
    """Words, each of which must occur in the title, a field, the note, or the reason of a rejection."""
    ranges: tuple[Range, ...] = ()
    predicted: frozenset[int] | None = None
    """The wanted decisions of predictions: indices of classes, ``UNDECIDED``, ``NO_CLASS``; ``None`` for all records,
    predicted or not."""
    substructure: str = ""
    """SMILES or SMARTS."""
    marked: frozenset[int] | None = None
    """Numbers of mark colours and ``WITH_NOTE``; a record must have one of them, or any if it is empty. ``None`` for
    all records."""
    chosen: RecordSubset | None = None
    substructure_as_smarts: bool = False
    """Whether the substructure is read as SMARTS even if it is valid SMILES."""
    substructure_unknown: bool = False
    """Whether records with an unknown result of the search are wanted, instead of those that contain it."""
    texts: tuple[TextFilter, ...] = ()

    @property
    def none(self) -> bool:
        """Whether every record is shown."""
        some = any(wanted is not None for wanted in (self.predicted, self.marked, self.chosen))
        return not (self.text.strip() or self.ranges or self.texts or self.substructure or some)


def filter_mask(
    rows: LibraryRows, filters: Filters, containing: Mask | None = None, stop: Callable[[], None] = lambda: None
) -> Mask:
    """[n_records]: whether each record is shown.

    :param containing: [n_records], the result of a search for a substructure, if there is one
    :param stop: called repeatedly; may raise to end the work
    """
    keep = np.ones(len(rows), dtype=np.bool_)
    for word in filters.text.casefold().split():
        keep &= _holding(rows, word, stop)
    for wanted in filters.ranges:
        keep &= _within(rows, wanted, stop)
    for text in filters.texts:
        keep &= _with_text(rows, text, stop)
    stop()
    if filters.predicted is not None:
        keep &= np.isin(rows.decided, list(filters.predicted))
    if filters.substructure:
        keep &= containing if containing is not None else False
    if filters.marked is not None:
        keep &= _marked(rows, filters.marked)
    if filters.chosen is not None:
        keep &= _at(filters.chosen.positions, len(rows))
    return keep


def _holding(rows: LibraryRows, word: str, stop: Callable[[], None]) -> Mask:
    found = np.zeros(len(rows), dtype=np.bool_)
    for cells in (rows.titles, *rows.fields):
        for start in range(0, len(rows), TEXT_PIECE):
            stop()
            found[[position for position in cells.holding(start, word) if position < len(rows)]] = True
    rejected = [one for one in list(rows.rejected.values()) if one.position < len(rows)]
    found[[one.position for one in rejected if word in one.reason.casefold()]] = True
    notes = rows.marks.notes().items()
    found[[position for position, note in notes if position < len(rows) and word in note.casefold()]] = True
    return found


def _with_text(rows: LibraryRows, wanted: TextFilter, stop: Callable[[], None]) -> Mask:
    """Records that meet a text condition; the cells of a rejected record count as empty."""
    cells = rows.titles if wanted.column == Column.TITLE else rows.fields[wanted.column - Column.FIRST_FIELD]
    text, rule = wanted.text.strip().casefold(), wanted.rule
    fits: Callable[[str], bool] = {
        TextRule.CONTAINS: lambda cell: text in cell.casefold(),
        TextRule.IS: lambda cell: cell.casefold() == text,
        TextRule.EMPTY: lambda cell: not cell,
        TextRule.FILLED: bool,
    }[rule]
    found = np.zeros(len(rows), dtype=np.bool_)
    for start in range(0, len(rows), _PIECE):
        stop()
        piece = cells[start : min(start + _PIECE, len(rows))]
        found[[start + i for i, cell in enumerate(piece) if fits((cell or "").strip())]] = True
    return found


def _marked(rows: LibraryRows, wanted: frozenset[int]) -> Mask:
    colours, notes = rows.marks.colours(), rows.marks.notes()
    have = [position for position, colour in colours.items() if not wanted or colour in wanted]
    if not wanted or WITH_NOTE in wanted:
        have.extend(notes)
    return _at(have, len(rows))


def _at(positions: Collection[int], n_records: int) -> Mask:
    found = np.zeros(n_records, dtype=np.bool_)
    found[[position for position in positions if position < n_records]] = True
    return found


def _within(rows: LibraryRows, wanted: Range, stop: Callable[[], None]) -> Mask:
    """Records within a range; a record without a number in the column is outside."""
    if wanted.column == Column.PROBABILITY:
        values = rows.probabilities(wanted.of_class).astype(np.float64)
    else:
        values = _numbers(rows, wanted.column, stop)
    with np.errstate(invalid="ignore"):
        within: Mask = (values >= wanted.low) & (values <= wanted.high)
    return within


def _numbers(rows: LibraryRows, column: int, stop: Callable[[], None]) -> NDArray[np.float64]:
    """[n_records], NaN where there is none."""
    if column == Column.NUMBER:
        return np.arange(1, len(rows) + 1, dtype=np.float64)
    cells = rows.titles if column == Column.TITLE else rows.fields[column - Column.FIRST_FIELD]
    values = np.full(len(rows), np.nan)
    for start in range(0, len(rows), _PIECE):
        stop()
        for i, cell in enumerate(cells[start : min(start + _PIECE, len(rows))], start):
            number = parsed_number(text) if cell and (text := cell.strip()) else None
            if number is not None:
                values[i] = number
    return values
