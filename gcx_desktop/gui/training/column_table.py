"""The columns of a table that could be learned, as a list to choose from; the others are shown with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView, QWidget

from ...app.training.learned_task import LearnedTask
from ...app.training.training_columns import TrainingColumn
from ...library.words import short_name
from ...wording import capitalised
from ..widgets.model_index import ModelIndex
from ..widgets.plain_labels import plain_tooltip
from ..widgets.theme import quiet_text
from ..widgets.whole_numbers import show_whole_numbers

_HEADS = ("Column", "Learned as", "What it holds")
_TASK_WORDS = {LearnedTask.CLASSES: "classes", LearnedTask.VALUE: "values", None: "—"}


class ColumnModel(QAbstractTableModel):
    """Columns as rows: those that look like labels first, then others that can be learned, then the rest."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[TrainingColumn, ...] = ()

    def show(self, columns: Sequence[TrainingColumn]) -> None:
        self.beginResetModel()
        self.columns = tuple(sorted(columns, key=lambda each: (not each.learnable, not each.likely)))
        self.endResetModel()

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def columnCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_HEADS)

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = self.columns[index.row()]
        why = " ".join(f"{capitalised(each)}." for each in (column.reason, column.doubt) if each)
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == 2:
                return column.summary if column.learnable else why
            return short_name(column.name) if index.column() == 0 else _TASK_WORDS[column.task]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip("\n".join(part for part in (column.name, column.summary, why) if part))
        if role == Qt.ItemDataRole.ForegroundRole and not column.learnable:
            return quiet_text(QApplication.palette())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADS[section]
        return None


class ColumnTable(QTableView):
    """Signal ``chosen()``: another column was chosen, or none.

    Attribute ``columns``, the model.
    """

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = ColumnModel(self)
        self.setModel(self.columns)
        show_whole_numbers(self)
        self.setAccessibleName("Columns of the table")
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        letter = self.fontMetrics().averageCharWidth()
        self.setColumnWidth(0, 18 * letter)
        self.setColumnWidth(1, 12 * letter)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())

    def show_columns(self, columns: Sequence[TrainingColumn]) -> None:
        """Lists columns; the only one that looks like a label is chosen."""
        self.columns.show(columns)
        likely = [column for column in self.columns.columns if column.likely]
        if len(likely) == 1:
            self.choose(likely[0].name)
        else:
            self.clearSelection()
            self.chosen.emit()

    def choose(self, name: str) -> bool:
        """Chooses a column.

        :return: whether there is one that can be learned
        """
        for row, column in enumerate(self.columns.columns):
            if column.name == name and column.learnable:
                self.selectRow(row)
                return True
        return False

    @property
    def looked_at(self) -> TrainingColumn | None:
        """The selected column, even if it cannot be learned."""
        rows = self.selectionModel().selectedRows()
        return self.columns.columns[rows[0].row()] if rows else None

    @property
    def column(self) -> TrainingColumn | None:
        """The chosen column, if it can be learned."""
        found = self.looked_at
        return found if found is not None and found.learnable else None
