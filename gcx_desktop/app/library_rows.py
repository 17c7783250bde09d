"""What a table of a library shows, as columns, and in which order it is seen. Knows neither Qt nor torch.

Texts, predictions and rejections are stored as they come; sorting and filtering are functions over whole
columns that any thread may call, and that let others run meanwhile: texts are made into arrays piece by piece,
and numpy sorts without the interpreter lock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..library.record import RecordText, Rejected
from .marks import MARK_COLOURS, Marks
from .shown_class import PREDICTED

Positions = NDArray[np.int64]
"""0-based positions of records in the file, in some order."""

MAX_ROWS = 5_000_000
"""Of a table or gallery: Qt counts the pixels of all of them in 32 bits."""
MAX_MAPS = 200_000
"""Records whose saliency is kept by method, about 50 MB; of others only the prediction is."""
MAX_PROBABILITIES = 200_000_000
"""Values of 4 bytes; of more records and classes only the predicted one's is kept."""
MAX_WARNED = 10_000
"""Records of which it is kept what is wrong with their data fields; others are only counted."""
_PIECE = 2048
_ENOUGH = 40
"""Filled cells that tell whether a field holds numbers."""
_FAR_ENOUGH = 1024
_TEXT_KEY_BYTES = 64
"""Texts that agree in so many bytes count as equal when sorted."""


class Column(IntEnum):
    """The columns that every library has; the file's own fields follow from ``FIRST_FIELD`` on."""

    NUMBER = 0
    STRUCTURE = 1
    TITLE = 2
    PREDICTION = 3
    PROBABILITY = 4
    MARK = 5
    DISAGREEMENT = 6
    FIRST_FIELD = 7


OF_PREDICTIONS = (Column.PREDICTION, Column.PROBABILITY, Column.DISAGREEMENT)
"""The columns whose values come as records are predicted."""


class Group(IntEnum):
    """Which rows stand together when sorted, whichever direction."""

    VALUE = 0
    EMPTY = 1
    REJECTED = 2


@dataclass(slots=True)
class LibraryRows:
    """The columns of a library's table; rows are filled in as their texts and results come."""

    n_records: int
    field_names: tuple[str, ...]
    titles: list[str | None] = field(init=False)
    """[n_records]; ``None`` until read."""
    fields: list[list[str | None]] = field(init=False)
    """[n_fields][n_records]; ``None`` until read, and where a record lacks the field."""
    predicted: NDArray[np.int16] = field(init=False)
    """[n_records]: index of the most probable class, −1 where there is none yet."""
    probability_class: int = PREDICTED
    """Index of the class whose probability is the column ``Column.PROBABILITY``, or ``PREDICTED``."""
    rejected: dict[int, Rejected] = field(default_factory=dict)
    """By position."""
    warned: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """By position: the warnings of a record's text; see ``MAX_WARNED``."""
    n_warned: int = 0
    maps: dict[str, dict[int, NDArray[np.float32]]] = field(default_factory=dict)
    """Method id → position → saliency [n_record_atoms, n_classes], NaN at folded hydrogens; see ``keep_map``."""
    marks: Marks = field(default_factory=Marks)
    """The user's, of these records."""
    disagreement: NDArray[np.float32] | None = None
    """[n_records]: how far the methods disagree; NaN where there is none yet; ``None`` while nobody asks."""
    _probabilities: NDArray[np.float32] = field(init=False)
    """[n_classes, n_records], NaN where there is none yet; [1, n_records], of the predicted class, where that would be
    more than ``MAX_PROBABILITIES``, and [0, n_records] while nothing is predicted."""
    _rejected_for_now: set[int] = field(default_factory=set)
    version: int = 0
    """Grows with every change of texts, predictions or rejections."""
    _column_of: dict[str, int] = field(init=False)
    _words: dict[str, str] = field(default_factory=dict)
    _numeric: dict[int, tuple[int, bool]] = field(default_factory=dict)
    """Column → the version at which it was looked at (−1: for good), and whether it holds numbers."""

    def __post_init__(self) -> None:
        self.titles = [None] * self.n_records
        self.fields = [[None] * self.n_records for _ in self.field_names]
        self._column_of = {name: index for index, name in enumerate(self.field_names)}
        self.forget_predictions()

    def __len__(self) -> int:
        return self.n_records

    def grow(self, n_records: int) -> None:
        """Appends rows for the records that were found since; ``n_records`` is how many there are now."""
        more = n_records - self.n_records
        for cells in (self.titles, *self.fields):
            cells.extend([None] * more)
        self.predicted = np.concatenate((self.predicted, np.full(more, -1, dtype=np.int16)))
        unknown = np.full((len(self._probabilities), more), np.nan, dtype=np.float32)
        self._probabilities = np.concatenate((self._probabilities, unknown), axis=1)
        self.n_records = n_records
        self.version += 1

    def so_far(self) -> LibraryRows:
        """The rows that are there now, for functions in other threads while these grow."""
        return copy(self)

    @property
    def n_columns(self) -> int:
        return Column.FIRST_FIELD + len(self.field_names)

    def store_text(self, position: int, text: RecordText | Rejected) -> None:
        """Keeps a record's title and fields; a field that occurs twice has both values, divided by a semicolon."""
        if isinstance(text, Rejected):
            self.reject(text)
            return
        self.titles[position] = text.title
        self.store_warnings(position, text.warnings)
        for name, value in text.fields:
            column = self._column_of.get(name)
            if column is not None:
                cells = self.fields[column]
                before = cells[position]
                cells[position] = self._shared(value) if before is None else f"{before}; {value}"
        self.version += 1

    def store_warnings(self, position: int, warnings: tuple[str, ...]) -> None:
        """Keeps what is wrong with a record that was read all the same."""
        if warnings and position not in self.warned:
            self.n_warned += 1
            if len(self.warned) < MAX_WARNED:
                self.warned[position] = warnings
                self.version += 1

    def _shared(self, value: str) -> str:
        """The same object for short values that repeat, such as class labels."""
        if len(value) > 24 or len(self._words) > 10_000:
            return value
        return self._words.setdefault(value, value)

    def is_numeric(self, column: int) -> bool:
        """Whether most of a column's cells are numbers, judged by the first ones."""
        if column < Column.FIRST_FIELD:
            return column in (Column.NUMBER, Column.PROBABILITY, Column.DISAGREEMENT)
        version, numeric = self._numeric.get(column, (-2, False))
        if version not in (-1, self.version):
            cells = self.fields[column - Column.FIRST_FIELD]
            first = [cell for cell in cells[:_FAR_ENOUGH] if cell and cell.strip()][:_ENOUGH]
            numeric = 2 * sum(number_of(cell.strip()) is not None for cell in first) > len(first)
            settled = len(first) == _ENOUGH or None not in self.titles[:_FAR_ENOUGH]
            self._numeric[column] = (-1 if settled else self.version, numeric)
        return numeric

    def reject(self, rejected: Rejected) -> None:
        """Marks a record that could not be read."""
        self.rejected[rejected.position] = rejected
        if self.titles[rejected.position] is None:
            self.titles[rejected.position] = rejected.title
        self.version += 1

    def reject_for_now(self, position: int) -> None:
        """Notes that a record about to be rejected may not be by another model or preparation."""
        if position not in self.rejected:
            self._rejected_for_now.add(position)

    def predict(self, position: int, predicted: int, probabilities: Sequence[float]) -> None:
        """:param probabilities: [n_classes], of one model until :meth:`forget_predictions`"""
        if not len(self._probabilities):
            n_classes = len(probabilities) if len(probabilities) * self.n_records <= MAX_PROBABILITIES else 1
            self._probabilities = np.full((n_classes, self.n_records), np.nan, dtype=np.float32)
        only_predicted = len(self._probabilities) < len(probabilities)
        self._probabilities[:, position] = probabilities[predicted] if only_predicted else probabilities
        self.predicted[position] = predicted
        self.version += 1

    def probability(self, position: int, class_index: int) -> float:
        """Of a class, or of the one that is ``PREDICTED``; NaN where it is not known."""
        return float(self._probabilities_at(slice(position, position + 1), class_index)[0])

    def probabilities(self, class_index: int) -> NDArray[np.float32]:
        """[n_records], as :meth:`probability` has them."""
        return self._probabilities_at(slice(None), class_index)

    def _probabilities_at(self, part: slice, class_index: int) -> NDArray[np.float32]:
        known, predicted = self._probabilities[:, part], self.predicted[part]
        if not len(known):
            return np.full(len(predicted), np.nan, dtype=np.float32)
        if len(known) == 1:
            of_class: NDArray[np.float32] = known[0]
            return of_class if class_index == PREDICTED else np.where(predicted == class_index, of_class, np.nan)
        if class_index == PREDICTED:
            likely: NDArray[np.int64] = np.maximum(predicted, 0).astype(np.int64)[None]
            found: NDArray[np.float32] = np.take_along_axis(known, likely, axis=0)[0]
            return found
        return known[class_index] if class_index < len(known) else np.full(len(predicted), np.nan, dtype=np.float32)

    def show_probability_of(self, class_index: int) -> None:
        """Has the column of probabilities be that of a class, or ``PREDICTED``."""
        if class_index != self.probability_class:
            self.probability_class = class_index
            self.version += 1

    def show_disagreement(self, values: NDArray[np.float32] | None) -> None:
        """:param values: [n_records]"""
        self.disagreement = values
        self.version += 1

    def keep_map(self, method: str, position: int, values: NDArray[np.float32]) -> None:
        """Keeps a record's saliency for its thumbnail, unless ``MAX_MAPS`` are kept already."""
        kept = self.maps.setdefault(method, {})
        if len(kept) < MAX_MAPS or position in kept:
            kept[position] = values

    def forget_predictions(self) -> None:
        """For another model or preparation, with what was rejected for their sake."""
        for position in self._rejected_for_now:
            self.rejected.pop(position, None)
        self._rejected_for_now.clear()
        self.maps.clear()
        self.disagreement = None
        self.predicted = np.full(self.n_records, -1, dtype=np.int16)
        self._probabilities = np.full((0, self.n_records), np.nan, dtype=np.float32)
        self.version += 1

    def unexplained(self, method: str) -> list[int]:
        """Positions that have neither a prediction with saliency by that method nor a rejection."""
        missing = np.ones(self.n_records, dtype=np.bool_)
        kept = self.maps.get(method, {})
        if len(kept) >= MAX_MAPS:
            missing = self.predicted < 0
        missing[list(kept)] = False
        missing[list(self.rejected)] = False
        positions: list[int] = np.flatnonzero(missing).tolist()
        return positions


@dataclass(frozen=True, slots=True)
class Order:
    """Which records pass the filters, and in which order; the first ``MAX_ROWS`` of them have rows on the screen."""

    positions: Positions
    """[n_seen]"""
    row_of: Positions
    """[n_records]: the row in which a record is seen, −1 if it has none."""

    @staticmethod
    def of(positions: Positions, n_records: int) -> Order:
        row_of = np.full(n_records, -1, dtype=np.int64)
        shown = positions[:MAX_ROWS]
        row_of[shown] = np.arange(len(shown))
        return Order(positions, row_of)

    @staticmethod
    def of_file(n_records: int) -> Order:
        """All records as they stand in the file."""
        places = np.arange(n_records)
        return Order(places, places) if n_records <= MAX_ROWS else Order.of(places, n_records)

    def grown(self, n_records: int) -> Order:
        """The same rows, of a library that has ``n_records`` by now."""
        if n_records == len(self.row_of):
            return self
        unseen = np.full(n_records - len(self.row_of), -1, dtype=np.int64)
        return Order(self.positions, np.concatenate((self.row_of, unseen)))

    @property
    def shown(self) -> Positions:
        """[n_rows]: the records that have rows, from the first row to the last."""
        return self.positions[:MAX_ROWS]

    def __len__(self) -> int:
        return len(self.positions)


def sorted_order(
    rows: LibraryRows, column: int, *, descending: bool = False, stop: Callable[[], None] = lambda: None
) -> Positions:
    """All positions sorted by a column: numbers by value and before texts; then empty ones, and rejected ones last.

    Equal values stand in the file's order, whichever direction.
    """
    if column in (Column.NUMBER, Column.STRUCTURE):
        order: Positions = np.arange(len(rows), dtype=np.int64)
        return order[::-1].copy() if descending else order
    group, rank = column_rank(rows, column, stop)
    return np.lexsort((-rank if descending else rank, group))


def column_rank(
    rows: LibraryRows, column: int, stop: Callable[[], None] = lambda: None
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """By position: the :class:`Group` and, within it, a number that sorts as the values do."""
    if column == Column.PREDICTION:
        group, rank = _given(rows.predicted >= 0, rows.predicted + _unit(rows.probabilities(PREDICTED)))
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


def _unit(probability: NDArray[np.float32]) -> NDArray[np.float64]:
    """Between 0 and 1 exclusive, so that it sorts within a class."""
    return np.nan_to_num(probability.astype(np.float64)) * 0.999


def _given(known: NDArray[np.bool_], values: NDArray[Any]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    group = np.where(known, Group.VALUE, Group.EMPTY).astype(np.uint8)
    return group, np.where(known, values, 0).astype(np.float64)


def _mark_rank(rows: LibraryRows, stop: Callable[[], None]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """By colour, then by note; those that lack one come after those that have it."""
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
    """Of the first ``n`` cells."""
    group = np.full(n, Group.EMPTY, dtype=np.uint8)
    numbers = np.zeros(n)
    words = np.zeros(n, dtype=f"S{_TEXT_KEY_BYTES}")
    is_word = np.zeros(n, dtype=np.bool_)
    for start in range(0, n, _PIECE):
        stop()
        for i, cell in enumerate(cells[start : min(start + _PIECE, n)], start):
            if not cell or not (text := cell.strip()):
                continue
            group[i] = Group.VALUE
            number = number_of(text)
            if number is None:
                is_word[i], words[i] = True, text.casefold().encode("utf-8", "replace")[:_TEXT_KEY_BYTES]
            else:
                numbers[i] = number
    if not is_word.any():
        return group, numbers
    rank = np.empty(n)
    order = np.lexsort((words, numbers, is_word))
    new = np.ones(n, dtype=np.bool_)
    new[1:] = (
        (words[order[1:]] != words[order[:-1]])
        | (numbers[order[1:]] != numbers[order[:-1]])
        | (is_word[order[1:]] != is_word[order[:-1]])
    )
    rank[order] = np.cumsum(new)
    return group, rank


def number_of(text: str) -> float | None:
    """The number that a text is; ``None`` for words, and for "nan" and "inf", which are words here."""
    if text[0] not in "+-.0123456789":
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def rows_of(order: Order, positions: Positions) -> Positions:
    """The rows, ascending, in which those of ``positions`` are seen that have a row."""
    wanted = np.zeros(max(len(order.row_of), int(positions.max(initial=-1)) + 1), dtype=np.bool_)
    wanted[positions] = True
    return np.flatnonzero(wanted[order.shown])
