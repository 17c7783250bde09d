"""The table of the Measures panel: a row for each method."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ...app.evaluation.records_behind import MeasureKind, above_random
from ...app.explaining.method_names import METHOD_NAMES
from ...kinds.kind import Words
from ...kinds.registry import DEFAULT_KIND
from ..widgets.plain_labels import plain_tooltip
from ..widgets.whole_numbers import show_whole_numbers
from . import measures_words as meanings

if TYPE_CHECKING:
    from ...app.evaluation.measure_library import LibraryEvaluation
    from ...app.explaining.value_words import ValueWords

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_GAP = "\N{EN SPACE}"


class MeasuresColumn(IntEnum):
    METHOD = 0
    FIDELITY = 1
    RANDOM = 2
    VERDICT = 3
    CONTRASTIVITY = 4
    SPARSITY = 5
    ATTRIBUTION = 6
    """Hidden unless it is known which nodes define a class."""


FIGURES = {
    MeasuresColumn.FIDELITY: MeasureKind.FIDELITY,
    MeasuresColumn.RANDOM: MeasureKind.RANDOM,
    MeasuresColumn.CONTRASTIVITY: MeasureKind.CONTRASTIVITY,
    MeasuresColumn.SPARSITY: MeasureKind.SPARSITY,
    MeasuresColumn.ATTRIBUTION: MeasureKind.ATTRIBUTION,
}
"""The columns whose numbers stand for records that can be shown."""


def _heads(words: Words, value: ValueWords | None) -> tuple[tuple[str, str], ...]:
    """Name and meaning of each column, [n_columns].

    :param value: that is predicted; ``None`` for classes
    """
    return (
        ("Method", meanings.method_tip(words)),
        ("Fidelity", meanings.fidelity_tip(words, value)),
        (f"Random {words.nodes}", meanings.random_tip(words)),
        ("Verdict", meanings.verdict_tip(words, value)),
        ("Contrastivity", meanings.contrastivity_tip(words, value)),
        ("Sparsity", meanings.sparsity_tip(words, value)),
        ("Attribution", meanings.attribution_tip(words)),
    )


@dataclass(frozen=True, slots=True)
class MethodRow:
    """The values of a method in the table."""

    method: str
    fidelity: float
    fidelity_random: float
    above_random: bool
    contrastivity: float
    """NaN if no record has a salient node."""
    sparsity: float
    attribution: float
    """NaN if no record holds defining nodes and others."""

    @property
    def numbers(self) -> dict[int, float]:
        """The values by column."""
        return {
            MeasuresColumn.FIDELITY: self.fidelity,
            MeasuresColumn.RANDOM: self.fidelity_random,
            MeasuresColumn.CONTRASTIVITY: self.contrastivity,
            MeasuresColumn.SPARSITY: self.sparsity,
            MeasuresColumn.ATTRIBUTION: self.attribution,
        }


def method_rows(measured: LibraryEvaluation, cutoff: float) -> list[MethodRow]:
    """The rows in the usual order of methods."""
    from ...app.evaluation.evaluate_methods import summarise

    found = []
    for id_ in measured.method_ids:
        one = summarise(measured.evaluation, id_, cutoff)
        above = above_random(measured.evaluation, id_, cutoff)
        found.append(
            MethodRow(
                id_,
                one.fidelity,
                one.fidelity_random,
                above,
                one.contrastivity,
                one.sparsity,
                one.attribution_auroc,
            )
        )
    return found


class MeasuresTableModel(QAbstractTableModel):
    """Methods by their measures; sorting moves empty cells last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[MethodRow] = []
        self._given: list[MethodRow] = []
        self._sorted = (-1, Qt.SortOrder.AscendingOrder)
        self._words = DEFAULT_KIND.words
        self._value: ValueWords | None = None

    def set_words(self, words: Words) -> None:
        """Sets the words for records and nodes."""
        self._words = words
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(MeasuresColumn) - 1)

    def set_value(self, value: ValueWords | None) -> None:
        """Sets the value that is predicted; ``None`` for classes."""
        self._value = value
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(MeasuresColumn) - 1)

    def show(self, rows: list[MethodRow]) -> None:
        """:param rows: in their order without sorting"""
        self.beginResetModel()
        self._given = rows
        self._rows = self._in_order()
        self.endResetModel()

    def row(self, number: int) -> MethodRow:
        return self._rows[number]

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self._rows
        self._sorted = column, order
        self._rows = self._in_order()
        for index in self.persistentIndexList():
            self.changePersistentIndex(index, self.index(self._rows.index(before[index.row()]), index.column()))
        self.layoutChanged.emit()

    def _in_order(self) -> list[MethodRow]:
        column, order = self._sorted
        if column < 0:
            return list(self._given)
        descending = order is Qt.SortOrder.DescendingOrder
        if column in FIGURES:
            known = [row for row in self._given if not math.isnan(row.numbers[column])]
            unknown = [row for row in self._given if math.isnan(row.numbers[column])]
            return sorted(known, key=lambda row: row.numbers[column], reverse=descending) + unknown
        return sorted(self._given, key=lambda row: _cell(row, column).casefold(), reverse=descending)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # type: ignore[override]  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # type: ignore[override]  # noqa: B008
        return 0 if parent.isValid() else len(MeasuresColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(MeasuresColumn):
            return None
        name, tip = _heads(self._words, self._value)[section]
        if role == _DISPLAY:
            return f"{name}{_GAP}" if section in FIGURES else name
        if role == _TOOLTIP:
            return plain_tooltip(tip)
        return (_RIGHT if section in FIGURES else _LEFT) if role == _ALIGNMENT else None

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> Any:  # type: ignore[override]
        if not index.isValid():
            return None
        column = index.column()
        if role == _ALIGNMENT and column in FIGURES:
            return _RIGHT
        if role == _TOOLTIP:
            tip = _heads(self._words, self._value)[column][1]
            return plain_tooltip(f"{tip}\n{meanings.click_tip(self._words)}" if column in FIGURES else tip)
        if role != _DISPLAY:
            return None
        cell = _cell(self._rows[index.row()], column)
        return f"{cell}{_GAP}" if column in FIGURES else cell


class MeasuresTable(QTableView):
    """Signal ``figure_chosen(method id, MeasureKind)``: the records behind a number are wanted."""

    figure_chosen = Signal(str, MeasureKind)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows_model = MeasuresTableModel(self)
        self.setModel(self.rows_model)
        show_whole_numbers(self)
        self.setAccessibleName("Measures of the methods")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 3)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(MeasuresColumn.METHOD, QHeaderView.ResizeMode.Stretch)
        self.setSortingEnabled(True)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def _choose(self, index: QModelIndex) -> None:
        figure = FIGURES.get(MeasuresColumn(index.column()))
        if figure is not None:
            self.figure_chosen.emit(self.rows_model.row(index.row()).method, figure)


def _cell(row: MethodRow, column: int) -> str:
    if column == MeasuresColumn.METHOD:
        return METHOD_NAMES.get(row.method, row.method)
    if column == MeasuresColumn.VERDICT:
        return "above random" if row.above_random else "not above random"
    value = row.numbers[column]
    return "—" if math.isnan(value) else f"{value:.3f}".replace("-", "−")
