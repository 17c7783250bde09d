"""The list of records that could not be read or have warnings, with reasons; a click goes to the row."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import QAbstractItemView, QDockWidget, QHeaderView, QStyle, QTableView, QToolButton, QWidget

from ...app.libraries.library_rows import LibraryRows
from ...library.record import RecordWarning, Rejected, warning_place
from ...wording import counted
from ..session.library_session import LibrarySession
from ..widgets.plain_labels import plain_tooltip
from ..widgets.whole_numbers import show_whole_numbers

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_DECORATION = int(Qt.ItemDataRole.DecorationRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_GAP = "\N{EN SPACE}"
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RejectedColumn(IntEnum):
    KIND = 0
    RECORD = 1
    LINE = 2
    TITLE = 3
    REASON = 4


class RejectedTableModel(QAbstractTableModel):
    """The rejected records and those with warnings in the file's order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Rejected | RecordWarning] = []
        self.icons: dict[type, QIcon] = {}

    def show(self, entries: list[Rejected | RecordWarning]) -> None:
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, row: int) -> Rejected | RecordWarning:
        return self._entries[row]

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # type: ignore[override]  # noqa: B008
        return 0 if parent.isValid() else len(self._entries)

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
        one = self._entries[index.row()]
        if role == _DECORATION and column == RejectedColumn.KIND:
            return self.icons.get(type(one))
        if role not in (_DISPLAY, int(Qt.ItemDataRole.ToolTipRole)):
            return None
        kind = "Warning" if isinstance(one, RecordWarning) else "Rejected"
        line = f"{one.line:,}" if one.line else "—"
        words = (kind, f"{one.record:,}{_GAP}", f"{line}{_GAP}", one.title or "—", one.reason)
        if role == _DISPLAY:
            return words[column]
        return plain_tooltip(one.reason) if column == RejectedColumn.REASON else None


class _ShortTable(QTableView):
    """A table that asks for the height of only a few rows, so that the molecule stays large."""

    def sizeHint(self) -> QSize:
        return QSize(600, self.horizontalHeader().sizeHint().height() + 5 * self.verticalHeader().defaultSectionSize())


class RejectedPanel(QDockWidget):
    """A dock that the user opens. Signal ``record_chosen(position)``.

    Attributes: ``button`` for the status bar, which shows how many records were rejected or have warnings and opens
    the dock; ``wanted``, whether the user opened the dock and has not closed it.
    """

    record_chosen = Signal(int)

    def __init__(self, libraries: LibrarySession, parent: QWidget | None = None) -> None:
        super().__init__("Rejected", parent)
        self.setObjectName("rejected")
        self._libraries = libraries
        self.wanted = False
        self._warned: dict[int, RecordWarning] = {}
        self.model = RejectedTableModel(self)
        pixmaps = QStyle.StandardPixmap
        for kind, icon in ((Rejected, pixmaps.SP_MessageBoxCritical), (RecordWarning, pixmaps.SP_MessageBoxWarning)):
            self.model.icons[kind] = self.style().standardIcon(icon)
        self.table = _ShortTable(self)
        self.table.setModel(self.model)
        show_whole_numbers(self.table)
        self.table.setAccessibleName("Records that could not be read or are damaged")
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
        for column, width in ((0, 100), (1, 80), (2, 80), (3, 200)):
            self.table.setColumnWidth(column, width)
        self.setWidget(self.table)
        self.table.setMinimumHeight(3 * self.table.verticalHeader().defaultSectionSize())
        self.hide()
        self.button = QToolButton(self)
        self.button.setAutoRaise(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setToolTip("Show the records that could not be read or of which lines are damaged, and why")
        self.button.clicked.connect(lambda: self.toggleViewAction().trigger())
        self.toggleViewAction().triggered.connect(self._want)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        libraries.rejected_changed.connect(self._refresh)
        libraries.appeared.connect(self._start_over)
        libraries.closed.connect(self._start_over)
        self.toggleViewAction().setEnabled(False)

    def _start_over(self) -> None:
        self.model.show([])
        self._warned.clear()
        self.button.hide()
        self.setWindowTitle("Rejected")
        self.hide()
        self.toggleViewAction().setEnabled(False)

    def _refresh(self) -> None:
        rows = self._libraries.rows
        entries = self._entries(rows) if rows is not None else []
        current = self.table.currentIndex()
        kept = self.model.entry(current.row()) if current.isValid() else None
        self.table.selectionModel().blockSignals(True)
        self.model.show(entries)
        if kept in entries:
            self.table.selectRow(entries.index(kept))
        self.table.selectionModel().blockSignals(False)
        self.toggleViewAction().setEnabled(bool(entries))
        self.button.setVisible(bool(entries))
        if rows is not None:
            self._tell_counts(len(rows.rejected), rows.n_warned)
        if entries and self.wanted:
            self.show()

    def _tell_counts(self, n_rejected: int, n_warned: int) -> None:
        listed = f", the first {len(self._warned):,} listed" if n_warned > len(self._warned) else ""
        titles = [f"Rejected ({n_rejected:,})"] if n_rejected or not n_warned else []
        counts = [f"{n_rejected:,} rejected"] if n_rejected else []
        if n_warned:
            titles.append(f"Warnings ({n_warned:,}{listed})")
            counts.append(counted(n_warned, "warning"))
        self.setWindowTitle(" · ".join(titles))
        self.button.setText(" · ".join(counts))

    def _entries(self, rows: LibraryRows) -> list[Rejected | RecordWarning]:
        library = self._libraries.shown
        for position, warnings in rows.warned.items():
            if position not in self._warned and library is not None:
                line, reason = warning_place(library.line(position), warnings)
                self._warned[position] = RecordWarning(position, line, rows.title(position), reason)
        return sorted([*rows.rejected.values(), *self._warned.values()], key=lambda one: one.position)

    def _want(self, wanted: bool) -> None:
        self.wanted = wanted

    def closeEvent(self, event: QCloseEvent) -> None:
        self.wanted = False
        super().closeEvent(event)

    def _chosen(self, current: QModelIndex) -> None:
        if current.isValid():
            self.record_chosen.emit(self.model.entry(current.row()).position)
