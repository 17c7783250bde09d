"""The table of the Substructures panel: a row for each substructure."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QTableView, QWidget

from ...app.mining.substructure_search import MiningResult
from ...app.mining.value_cut import GROUPS
from ...kinds.kind import Kind
from ...pool import WorkerPool
from ...substructure.findings import Finding
from ..widgets.glance import Glance
from ..widgets.picture_rows import repaint_column, rows_on_screen, set_up_rows
from ..widgets.theme import paper_for
from ..widgets.whole_numbers import show_whole_numbers
from .substructure_delegates import BarDelegate, PatternDelegate
from .substructure_model import PatternColumn, PatternFilters, PatternModel, without_meaning
from .substructure_pictures import PatternPictures

_CHOSEN = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
_WIDEST = {
    PatternColumn.CLASS: "not permeable0",
    PatternColumn.SHOWN: "00,000000",
    PatternColumn.IN_CLASS: "00,000000",
    PatternColumn.IN_OTHERS: "00,0000000",
    PatternColumn.R_EXPLAINED: "100 %00",
    PatternColumn.R_CLASS: "100 %00",
    PatternColumn.ODDS: "0.00 (0.00 – 0.00)00",
    PatternColumn.P: "0.0e−1000",
    PatternColumn.Q: "0.0e−1000",
    PatternColumn.SALIENCY: "0.00 ± 0.0000",
    PatternColumn.PREVALENCE: "0.0 % / 0.0 %00",
    PatternColumn.SCAFFOLDS: "Scaffolds000",
}
"""A text for each column that sets its width."""


class PatternTable(QTableView):
    """Attributes: ``patterns`` (PatternModel), ``pictures`` (PatternPictures). Signals: ``chosen(Finding)``: the
    molecules that contain it are wanted; ``opened(Finding)``: the same, shown as evidence; ``copy_wanted()``;
    ``current_changed()``.
    """

    chosen = Signal(Finding)
    opened = Signal(Finding)
    copy_wanted = Signal()
    current_changed = Signal()

    def __init__(self, pool: WorkerPool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.patterns = PatternModel(self)
        self.pictures = PatternPictures(pool, self)
        self._glance = Glance(self._look_around, self)
        self.setModel(self.patterns)
        show_whole_numbers(self, BarDelegate(self))
        self._structures = PatternDelegate(self.pictures, self)
        self.setItemDelegateForColumn(PatternColumn.STRUCTURE, self._structures)
        self.setAccessibleName("Substructures")
        self._set_up()
        self.pictures.ready.connect(self._repaint_structures)
        self.verticalScrollBar().valueChanged.connect(self._glance.soon)
        self.patterns.layoutChanged.connect(self._glance.soon)
        self.patterns.modelReset.connect(self._glance.soon)
        self.selectionModel().selectionChanged.connect(lambda *_: self.current_changed.emit())
        self.patterns.modelReset.connect(self.current_changed)
        self.clicked.connect(self._click)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.patterns.finding(index.row())))

    def _set_up(self) -> None:
        set_up_rows(self)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.horizontalHeader()
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        header.setStretchLastSection(True)
        self.setSortingEnabled(True)
        for column, widest in _WIDEST.items():
            self.setColumnWidth(column, self.fontMetrics().horizontalAdvance(widest))
        self._make_room_for_pictures()

    def _make_room_for_pictures(self) -> None:
        self.setColumnWidth(PatternColumn.STRUCTURE, self._picture_size.width() + 16)

    @property
    def _picture_size(self) -> QSize:
        height = self.verticalHeader().defaultSectionSize() - 4
        return QSize(round(height * self.patterns.kind.fragmenter.listing.row_aspect), height)

    # What is shown and selected

    def set_kind(self, kind: Kind) -> None:
        """Clears the rows, for another kind of graph."""
        self.patterns.set_kind(kind)
        self.pictures.set_kind(kind)
        for column in PatternColumn:
            self.setColumnHidden(column, column in without_meaning(kind))
        self._make_room_for_pictures()

    def show_mined(self, mined: MiningResult | None) -> None:
        """Shows a result; ``None`` for none."""
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        if mined is None:
            self.patterns.show((), ())
        else:
            self.patterns.show(mined.findings, mined.class_names, () if mined.cut is None else GROUPS)
        self.scrollToTop()
        self.choose(0)

    def set_filters(self, filters: PatternFilters) -> None:
        """Filters the rows; the current substructure stays current if it is still listed."""
        before = self.current_number
        self.patterns.set_filters(filters)
        self.choose(max(self.patterns.row_of(before), 0))

    def choose(self, row: int) -> None:
        """Makes a row the current and only selected one, if there is one."""
        if row < self.patterns.rowCount():
            index = self.patterns.index(row, PatternColumn.STRUCTURE)
            self.selectionModel().setCurrentIndex(index, _CHOSEN)
            self.scrollTo(index)

    @property
    def current_number(self) -> int:
        """Number of the current finding, −1 if there is none."""
        index = self.currentIndex()
        return self.patterns.number(index.row()) if index.isValid() else -1

    @property
    def current(self) -> Finding | None:
        index = self.currentIndex()
        return self.patterns.finding(index.row()) if index.isValid() else None

    @property
    def selected(self) -> list[Finding]:
        """The selected findings, in the order of the rows."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.patterns.finding(row) for row in rows]

    @property
    def listed(self) -> list[int]:
        """Numbers of the listed findings, in the order of the rows."""
        return [self.patterns.number(row) for row in range(self.patterns.rowCount())]

    def _click(self, index: QModelIndex) -> None:
        if len(self.selectionModel().selectedRows()) == 1:  # else several are being selected for a copy or the report
            self.chosen.emit(self.patterns.finding(index.row()))

    # Keys

    def event(self, event: QEvent) -> bool:
        asked = event.type() == QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Copy):
            event.accept()  # the window would copy the library's records
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current, plain = self.current, not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif current is not None and plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(current)
        elif current is not None and plain and event.key() == Qt.Key.Key_Space:
            self.chosen.emit(current)
        else:
            super().keyPressEvent(event)

    # What is on screen

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._glance.soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._glance.soon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._glance.soon()

    def _repaint_structures(self) -> None:
        repaint_column(self, PatternColumn.STRUCTURE)

    def _look_around(self) -> None:
        self.pictures.set_looks(paper_for(self.palette()), self._picture_size, self.devicePixelRatioF())
        rows = rows_on_screen(self)
        if rows:
            self.pictures.want([self.patterns.finding(row).pattern for row in rows])
