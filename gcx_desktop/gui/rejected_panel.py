"""The records that could not be read, and why; a click goes to the row."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QAbstractItemView, QDockWidget, QHeaderView, QTableView, QToolButton, QWidget

from ..library.record import Rejected
from .library_session import LibrarySession

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_GAP = "\N{EN SPACE}"
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RejectedColumn(IntEnum):
    RECORD = 0
    LINE = 1
    TITLE = 2
    REASON = 3


class RejectedTableModel(QAbstractTableModel):
    """The rejected records in the file's order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rejected: list[Rejected] = []

    def show(self, rejected: list[Rejected]) -> None:
        self.beginResetModel()
        self._rejected = rejected
        self.endResetModel()

    def rejected(self, row: int) -> Rejected:
        return self._rejected[row]

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # type: ignore[override]  # noqa: B008
        return 0 if parent.isValid() else len(self._rejected)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # type: ignore[override]  # noqa: B008
        return 0 if parent.isValid() else len(RejectedColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == _DISPLAY:
            gap = _GAP if section in (RejectedColumn.RECORD, RejectedColumn.LINE) else ""
            return f"{RejectedColumn(section).name.capitalize()}{gap}"
        if orientation is Qt.Orientation.Horizontal and role == _ALIGNMENT:
            return _RIGHT if section in (RejectedColumn.RECORD, RejectedColumn.LINE) else _LEFT
        return None

    def data(self, index: QModelIndex, role: int = _DISPLAY) -> Any:  # type: ignore[override]
        if not index.isValid():
            return None
        column = index.column()
        if role == _ALIGNMENT and column in (RejectedColumn.RECORD, RejectedColumn.LINE):
            return _RIGHT
        if role not in (_DISPLAY, int(Qt.ItemDataRole.ToolTipRole)):
            return None
        one = self._rejected[index.row()]
        line = f"{one.line:,}" if one.line else "—"
        words = (f"{one.record:,}{_GAP}", f"{line}{_GAP}", one.title or "—", one.reason)
        return words[column] if role == _DISPLAY or column == RejectedColumn.REASON else None


class _ShortTable(QTableView):
    """Asks for a few rows of height, so that the molecule stays large."""

    def sizeHint(self) -> QSize:
        return QSize(600, self.horizontalHeader().sizeHint().height() + 5 * self.verticalHeader().defaultSectionSize())


class RejectedPanel(QDockWidget):
    """A dock that opens when the user wants it. Signal ``record_chosen(position)``.

    Attributes: ``button`` for the status bar, which says how many were rejected and opens the dock; ``wanted``,
    whether the user opened the dock and did not close it.
    """

    record_chosen = Signal(int)

    def __init__(self, libraries: LibrarySession, parent: QWidget | None = None) -> None:
        super().__init__("Rejected", parent)
        self.setObjectName("rejected")
        self._libraries = libraries
        self.wanted = False
        self.model = RejectedTableModel(self)
        self.table = _ShortTable(self)
        self.table.setModel(self.model)
        self.table.setAccessibleName("Records that could not be read")
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setFrameShape(QTableView.Shape.NoFrame)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().setVisible(False)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setHighlightSections(False)
        for column, width in ((0, 80), (1, 80), (2, 200)):
            self.table.setColumnWidth(column, width)
        self.setWidget(self.table)
        self.table.setMinimumHeight(3 * self.table.verticalHeader().defaultSectionSize())
        self.hide()
        self.button = QToolButton(self)
        self.button.setAutoRaise(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setToolTip("Show the records that could not be read, and why")
        self.button.clicked.connect(lambda: self.toggleViewAction().trigger())
        self.toggleViewAction().triggered.connect(self._want)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        libraries.rejected_changed.connect(self._refresh)
        libraries.appeared.connect(self._start_over)
        libraries.closed.connect(self._start_over)
        self.toggleViewAction().setEnabled(False)

    def _start_over(self) -> None:
        self.model.show([])
        self.button.hide()
        self.setWindowTitle("Rejected")
        self.hide()
        self.toggleViewAction().setEnabled(False)

    def _refresh(self) -> None:
        rows = self._libraries.rows
        rejected = sorted(rows.rejected.values(), key=lambda one: one.position) if rows is not None else []
        current = self.table.currentIndex()
        kept = self.model.rejected(current.row()).position if current.isValid() else -1
        self.table.selectionModel().blockSignals(True)
        self.model.show(rejected)
        for row, one in enumerate(rejected):
            if one.position == kept:
                self.table.selectRow(row)
        self.table.selectionModel().blockSignals(False)
        self.setWindowTitle(f"Rejected ({len(rejected):,})")
        self.toggleViewAction().setEnabled(bool(rejected))
        self.button.setText(f"{len(rejected):,} rejected")
        self.button.setVisible(bool(rejected))
        if rejected and self.wanted:
            self.show()

    def _want(self, wanted: bool) -> None:
        self.wanted = wanted

    def closeEvent(self, event: QCloseEvent) -> None:
        self.wanted = False
        super().closeEvent(event)

    def _chosen(self, current: QModelIndex) -> None:
        if current.isValid():
            self.record_chosen.emit(self.model.rejected(current.row()).position)
