"""The worst errors of a model that was trained: a click selects the record, if its library is open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from ...app.training.training_result import WorstError
from ..widgets.model_index import ModelIndex
from ..widgets.plain_labels import MOST_CHARACTERS, plain_tooltip
from ..widgets.whole_numbers import show_whole_numbers

_HEADS = ("Record", "Name", "Measured", "Predicted")
_SIZE_HEADS = ("Probability", "Off by")
"""Over how large an error is: of classes, of values."""
_NUMBERS = (0, 4)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LINES = 7


class ErrorModel(QAbstractTableModel):
    """Errors as rows, in the order in which they were given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.errors: tuple[WorstError, ...] = ()
        self._of_value = False

    def show(self, errors: Sequence[WorstError], *, of_value: bool) -> None:
        self.beginResetModel()
        self._of_value = of_value
        self.errors = tuple(errors)
        self.endResetModel()

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.errors)

    def columnCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_HEADS) + 1

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        error = self.errors[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            title = " ".join((error.title or error.text)[:MOST_CHARACTERS].split())
            return (
                f"{error.position + 1:,}",
                title,
                error.measured,
                error.predicted,
                f"{error.size:.2f}",
            )[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip("\n".join(part for part in (error.title, error.text) if part)[:MOST_CHARACTERS])
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in _NUMBERS:
            return _RIGHT
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (*_HEADS, _SIZE_HEADS[self._of_value])[section]
        return None


class ErrorTable(QTableView):
    """Signal ``record_chosen(position)``: an error was clicked, or Return pressed on it.

    Attribute ``errors``, the model.
    """

    record_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.errors = ErrorModel(self)
        self.setModel(self.errors)
        show_whole_numbers(self)
        self.setAccessibleName("The worst errors")
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        line = self.fontMetrics().height() + 6
        self.verticalHeader().setDefaultSectionSize(line)
        self.setMinimumHeight(self.horizontalHeader().sizeHint().height() + _LINES * line)
        letter = self.fontMetrics().averageCharWidth()
        for column, width in enumerate((9, 20, 16, 16, 12)):
            self.setColumnWidth(column, width * letter)
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        for signal in (self.clicked, self.activated):
            signal.connect(self._choose)

    def _choose(self, index: ModelIndex) -> None:
        if index.isValid():
            self.record_chosen.emit(self.errors.errors[index.row()].position)
