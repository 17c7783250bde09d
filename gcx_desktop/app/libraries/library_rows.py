"""The columns of a library's table. Imports neither Qt nor torch.

Texts, predictions and rejections are stored as they arrive; sorting (:mod:`.row_sorting`) and filtering
(:mod:`.row_filters`) are functions of whole columns.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ...library.record import RecordText, Rejected
from .marks import Marks
from .predictions import Predictions
from .row_order import positions_where
from .row_texts import TextColumn
from .shown_class import PREDICTED

MAX_MAPS = 200_000
"""Number of records for each method whose maps are kept, about 50 MB; of others only the prediction is."""
MAX_INTERVALS = 1_000_000
"""Number of records whose intervals are kept, about 150 MB."""
MAX_TEXT_BYTES = 1_500_000_000
"""Limit of the titles and fields of the first records that are kept. Others are read when they are on the screen."""
MAX_RECENT_TEXTS = 2000
"""Number of later records whose texts are cached while they are on the screen."""
MAX_WARNED = 10_000
"""Number of records whose warnings are kept; others are only counted."""
_ENOUGH = 40
"""Number of filled cells that decide whether a field holds numbers."""
_FAR_ENOUGH = 1024


class Column(IntEnum):
    """The columns of every library; the fields of the file follow from ``FIRST_FIELD`` on."""

    NUMBER = 0
    STRUCTURE = 1
    TITLE = 2
    PREDICTION = 3
    PROBABILITY = 4
    MARK = 5
    DISAGREEMENT = 6
    FIRST_FIELD = 7


OF_PREDICTIONS = (Column.PREDICTION, Column.PROBABILITY, Column.DISAGREEMENT)
"""The columns whose values come from predictions."""


@dataclass(slots=True)
class LibraryRows:
    """The columns of a library's table; rows are filled as their texts and results arrive."""

    n_records: int
    field_names: tuple[str, ...]
    titles: TextColumn = field(init=False)
    """[n_records]; ``None`` until read, and where ``texts_full``."""
    fields: list[TextColumn] = field(init=False)
    """[n_fields][n_records]; ``None`` until read, and where a record lacks the field."""
    n_texts: int = 0
    """Number of first records whose texts were stored by :meth:`store_texts`."""
    texts_full: bool = False
    """Whether no further texts are kept; see ``MAX_TEXT_BYTES``."""
    probability_class: int = PREDICTED
    """Index of the class whose probability is the column ``Column.PROBABILITY``, or ``PREDICTED``."""
    rejected: dict[int, Rejected] = field(default_factory=dict)
    """Position → rejection."""
    warned: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Position → warnings of the record's text; see ``MAX_WARNED``."""
    n_warned: int = 0
    maps: dict[str, dict[int, NDArray[np.float32]]] = field(default_factory=dict)
    """Method id → position → saliency [n_record_atoms, n_classes], NaN at folded hydrogens; see ``keep_map``."""
    marks: Marks = field(default_factory=Marks)
    """The user's marks and notes of these records."""
    disagreement: NDArray[np.float32] | None = None
    """[n_records]: disagreement of the methods, NaN where it is not computed yet; ``None`` if it is not wanted."""
    _predictions: Predictions = field(default_factory=Predictions)
    _intervals: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Position → both ends of the prediction interval of a value, for tooltips; see ``MAX_INTERVALS``."""
    _recent_texts: OrderedDict[int, tuple[str | None, ...]] = field(default_factory=OrderedDict)
    """Position → title and fields; see ``MAX_RECENT_TEXTS``."""
    _rejected_temporarily: set[int] = field(default_factory=set)
    version: int = 0
    """Increases with every change of texts, predictions or rejections."""
    _column_of: dict[str, int] = field(init=False)
    _numeric: dict[int, tuple[int, bool]] = field(default_factory=dict)
    """Column → the version at which it was checked (−1: final), and whether it holds numbers."""

    def __post_init__(self) -> None:
        self.titles = TextColumn(self.n_records)
        self.fields = [TextColumn(self.n_records) for _ in self.field_names]
        self._column_of = {name: index for index, name in enumerate(self.field_names)}

    def __len__(self) -> int:
        return self.n_records

    def grow(self, n_records: int) -> None:
        """Appends rows for records that were found since; ``n_records`` is the new number."""
        for cells in (self.titles, *self.fields):
            cells.grow(n_records)
        self.n_records = n_records
        self.version += 1

    def snapshot(self) -> LibraryRows:
        """The current rows, for functions in other threads while these grow."""
        return copy(self)

    @property
    def n_columns(self) -> int:
        return Column.FIRST_FIELD + len(self.field_names)

    def store_text(self, position: int, text: RecordText | Rejected) -> None:
        """Stores the text of a single record, before that of its piece, or of a record beyond the kept ones."""
        if isinstance(text, Rejected):
            self.reject(text)
            return
        cells = self._cells_of(text)
        if self.texts_full and position >= self.n_texts:
            self._recent_texts[position] = cells
            while len(self._recent_texts) > MAX_RECENT_TEXTS:
                self._recent_texts.popitem(last=False)
            return
        self.store_warnings(position, text.warnings)
        for column, cell in zip((self.titles, *self.fields), cells, strict=True):
            column[position] = cell
        self.version += 1

    def store_texts(self, texts: Sequence[RecordText | Rejected]) -> None:
        """Stores the texts of the next records: ``PIECE`` from ``n_texts`` on, fewer only at the end of the library."""
        start, known = self.n_texts, []
        for position, text in enumerate(texts, start):
            if isinstance(text, Rejected):
                self.reject(text)
                known.append((self.titles[position], *(None for _ in self.fields)))
            else:
                self.store_warnings(position, text.warnings)
                known.append(self._cells_of(text))
        for column, cells in zip((self.titles, *self.fields), zip(*known, strict=True), strict=True):
            column.pack(start, cells)
        self.n_texts += len(texts)
        if sum(column.n_bytes for column in (self.titles, *self.fields)) >= MAX_TEXT_BYTES:
            self._keep_no_more_texts()
        self.version += 1

    def _keep_no_more_texts(self) -> None:
        """Also removes texts of later records that were read for the screen, since searches cover the first ones
        only."""
        if self.n_texts < self.n_records:
            self.texts_full = True
            for column in (self.titles, *self.fields):
                column.forget_from(self.n_texts)

    def _cells_of(self, text: RecordText) -> tuple[str | None, ...]:
        """Title and fields; the values of a repeated field are separated by semicolons."""
        cells: list[str | None] = [None] * len(self.fields)
        for name, value in text.fields:
            column = self._column_of.get(name)
            if column is not None:
                before = cells[column]
                cells[column] = value if before is None else f"{before}; {value}"
        return (text.title, *cells)

    def has_text(self, position: int) -> bool:
        """Whether title and fields of a record are stored, or it was rejected."""
        return position in self._recent_texts or position in self.rejected or self.titles[position] is not None

    def text(self, position: int, column: int) -> str | None:
        """A title or the cell of a field; ``None`` if it is empty or not read."""
        place = 0 if column == Column.TITLE else column - Column.FIRST_FIELD + 1
        passing = self._recent_texts.get(position)
        if passing is not None:
            return passing[place]
        cell = (self.titles if not place else self.fields[place - 1])[position]
        if cell is None and not place and position in self.rejected:
            return self.rejected[position].title
        return cell

    def title(self, position: int) -> str:
        """The title of a record; "" if it has none or was not read."""
        return self.text(position, Column.TITLE) or ""

    def store_warnings(self, position: int, warnings: tuple[str, ...]) -> None:
        """Stores the warnings of a record that was read."""
        if warnings and position not in self.warned:
            self.n_warned += 1
            if len(self.warned) < MAX_WARNED:
                self.warned[position] = warnings
                self.version += 1

    def is_numeric(self, column: int) -> bool:
        """Whether most of a column's first cells are numbers."""
        if column < Column.FIRST_FIELD:
            return column in (Column.NUMBER, Column.PROBABILITY, Column.DISAGREEMENT)
        version, numeric = self._numeric.get(column, (-2, False))
        if version not in (-1, self.version):
            cells = self.fields[column - Column.FIRST_FIELD]
            first = [cell for cell in cells[:_FAR_ENOUGH] if cell and cell.strip()][:_ENOUGH]
            numeric = 2 * sum(parsed_number(cell.strip()) is not None for cell in first) > len(first)
            settled = len(first) == _ENOUGH or None not in self.titles[:_FAR_ENOUGH]
            self._numeric[column] = (-1 if settled else self.version, numeric)
        return numeric

    def reject(self, rejected: Rejected) -> None:
        """Stores the rejection of a record."""
        self.rejected[rejected.position] = rejected
        kept = rejected.position < self.n_texts or not self.texts_full
        if kept and self.titles[rejected.position] is None:
            self.titles[rejected.position] = rejected.title
        self.version += 1

    def reject_temporarily(self, position: int) -> None:
        """Marks the rejection of a record as one that another model or preparation may not give."""
        if position not in self.rejected:
            self._rejected_temporarily.add(position)

    def predict(
        self,
        position: int,
        predicted: int,
        probabilities: Sequence[float],
        decided: int | None = None,
        interval: tuple[float, float] | None = None,
    ) -> None:
        """:param probabilities: [n_classes], of one model until :meth:`forget_predictions`
        :param decided: as :attr:`decided`; ``None`` if the prediction has no set of classes
        :param interval: of a value, both ends of its prediction interval
        """
        if interval is not None and len(self._intervals) < MAX_INTERVALS:
            self._intervals[position] = interval
        self._predictions.store(
            position, predicted, probabilities, self.n_records, predicted if decided is None else decided
        )
        self.version += 1

    @property
    def predicted(self) -> NDArray[np.int16]:
        """[n_records]: index of the most probable class, −1 where there is none yet."""
        return self._predictions.predicted(self.n_records)

    def predicted_at(self, position: int) -> int:
        """Index of a record's most probable class, −1 if there is none yet."""
        return self._predictions.predicted_at(position)

    def interval_at(self, position: int) -> tuple[float, float] | None:
        """Of a value, both ends of its prediction interval; ``None`` if it is not known."""
        return self._intervals.get(position)

    @property
    def decided(self) -> NDArray[np.int16]:
        """[n_records]: index of the class for which the prediction decides, ``UNDECIDED`` or ``NO_CLASS``; −1 where
        there is none yet."""
        return self._predictions.decided(self.n_records)

    def decided_at(self, position: int) -> int:
        """As :attr:`decided`, of one record."""
        return self._predictions.decided_at(position)

    def probability(self, position: int, class_index: int) -> float:
        """The probability of a class, or with ``PREDICTED`` that of the predicted class; NaN if unknown."""
        return self._predictions.probability_at(position, class_index)

    def probabilities(self, class_index: int) -> NDArray[np.float32]:
        """[n_records], as :meth:`probability`."""
        return self._predictions.probabilities(self.n_records, class_index)

    def show_probability_of(self, class_index: int) -> None:
        """Sets the class of the probability column: an index, or ``PREDICTED``."""
        if class_index != self.probability_class:
            self.probability_class = class_index
            self.version += 1

    def show_disagreement(self, values: NDArray[np.float32] | None) -> None:
        """:param values: [n_records]"""
        self.disagreement = values
        self.version += 1

    def keep_map(self, method: str, position: int, values: NDArray[np.float32]) -> None:
        """Stores a record's map for its thumbnail, unless ``MAX_MAPS`` are stored already."""
        kept = self.maps.setdefault(method, {})
        if len(kept) < MAX_MAPS or position in kept:
            kept[position] = values

    def forget_predictions(self) -> None:
        """Removes predictions and the rejections that depend on model or preparation, when either changes."""
        for position in self._rejected_temporarily:
            self.rejected.pop(position, None)
        self._rejected_temporarily.clear()
        self.maps.clear()
        self.disagreement = None
        self._predictions = Predictions()
        self._intervals = {}
        self.version += 1

    def missing(self, method: str) -> NDArray[np.bool_]:
        """[n_records]: whether a record has neither a prediction with a map by that method nor a rejection."""
        kept = self.maps.get(method, {})
        missing = np.ones(self.n_records, dtype=np.bool_)
        if len(kept) >= MAX_MAPS:
            self._predictions.clear_known(missing)
        missing[list(kept)] = False
        missing[list(self.rejected)] = False
        return missing

    def is_explained(self, method: str) -> bool:
        """Whether no record is :meth:`missing`; quick if most are."""
        kept = len(self.maps.get(method, {}))
        few = kept < MAX_MAPS and kept + len(self.rejected) < self.n_records
        return not few and not self.missing(method).any()

    def n_unexplained(self, method: str) -> int:
        """Number of records that are :meth:`missing`."""
        return int(np.count_nonzero(self.missing(method)))

    def unexplained(self, method: str) -> list[int]:
        """Positions of the records that are :meth:`missing`."""
        return list(positions_where(self.missing(method)))


def parsed_number(text: str) -> float | None:
    """The number that a text represents; ``None`` for other texts, including "nan" and "inf"."""
    if text[0] not in "+-.0123456789":
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None
