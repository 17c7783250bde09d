"""The library as a table, in the left half of the window: its selection, and the records on screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QTableView,
    QWidget,
)

from ...app.explaining.value_words import ValueWords
from ...app.libraries.library_rows import Column
from ...app.libraries.library_view_order import View
from ...app.libraries.row_order import Order, Positions, RowRanges
from ...depict.colour import Paper
from ...library.record import Format
from ..pictures.thumbnails import Thumbnails
from ..session.library_session import LibrarySession
from ..widgets.glance import Glance
from ..widgets.model_index import ModelIndex
from ..widgets.picture_rows import repaint_column, rows_on_screen, set_up_rows
from ..widgets.theme import quiet_text
from ..widgets.whole_numbers import show_whole_numbers
from .column_order import merged_order
from .library_table_model import LibraryTableModel
from .structure_delegate import StructureDelegate

_MAX_RANGES = 2000
"""Most separate ranges of selected rows that Qt handles well; with more, only the current row stays selected."""
_WIDTHS = {
    Column.NUMBER: 58,
    Column.TITLE: 190,
    Column.PREDICTION: 120,
    Column.PROBABILITY: 88,
    Column.MARK: 150,
    Column.DISAGREEMENT: 110,
}
_FIELD_WIDTH = 110
MOST_KEYS = 5_000
"""Most columns whose order is stored, over all libraries."""
_WIDEST_HEADING = 160
_CHOSEN = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
_STEPS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)


class Scroll(Enum):
    """What is scrolled into view after rows were reordered."""

    TOP = auto()
    CURRENT = auto()
    """The record that the user selected."""
    NOTHING = auto()


def bring_into_view(view: QAbstractItemView, scroll: Scroll, before: int) -> None:
    """Scrolls a view after rows were reordered.

    :param before: the former value of its scroll bar
    """
    if scroll is Scroll.CURRENT:
        view.scrollTo(view.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
    elif scroll is Scroll.TOP:
        view.scrollToTop()
    else:
        view.verticalScrollBar().setValue(before)


class LibraryTable(QTableView):
    """The current row is always selected, and its record is the one that is shown.

    Signals: ``record_chosen(position)``, the current row has another record; ``selection_changed()``;
    ``columns_chosen()``, the user hid, showed or moved columns; ``rearranged(Scroll)``, rows were reordered.
    """

    record_chosen = Signal(int)
    selection_changed = Signal()
    columns_chosen = Signal()
    rearranged = Signal(Scroll)

    def __init__(self, libraries: LibrarySession, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._libraries, self._thumbnails = libraries, thumbnails
        self.table_model = LibraryTableModel(libraries, self)
        self._selected: RowRanges | Positions = np.arange(0)
        """The selected rows in the former order, or the selected records, some of which have no row any more."""
        self._n_selected, self._current = 0, -1
        self._restoring = False
        self._by_hand = False
        """Whether the user selected the current record, so that the view follows it."""
        self._view_seen = View()
        self._scrolled = 0
        self.hidden_by_user: frozenset[str] = frozenset()
        """Keys of the columns that the user has hidden, in any library."""
        self.wanted_order: tuple[str, ...] = ()
        """Keys of columns in the user's order."""
        self._arranging = self._untitled = False
        self._delegate = StructureDelegate(thumbnails, self)
        self._glance = Glance(self._look_around, self)

        self.setModel(self.table_model)
        show_whole_numbers(self)
        self.setItemDelegateForColumn(Column.STRUCTURE, self._delegate)
        self.setAccessibleName("Records of the library")
        self._set_up()
        self._widths = {**_WIDTHS, Column.STRUCTURE: self._thumbnail_size().width() + 16}
        libraries.appeared.connect(self._appeared)
        libraries.grew.connect(self._glance.soon)
        libraries.closed.connect(self._closed)
        libraries.order_changed.connect(self._order_changed)
        libraries.marks_changed.connect(lambda _: self._show_or_hide_columns())
        libraries.rows_changed.connect(self._show_or_hide_columns)
        thumbnails.ready.connect(self._repaint_structures)
        self.verticalScrollBar().valueChanged.connect(self._glance.soon)
        self.table_model.modelAboutToBeReset.connect(self._note_scrolled)
        self.table_model.headerDataChanged.connect(lambda *_: self._make_room_for_headings())
        self.pressed.connect(self.select_by_hand)
        selection = self.selectionModel()
        selection.currentRowChanged.connect(self._current_changed)
        selection.selectionChanged.connect(self._selection_changed)

    def _set_up(self) -> None:
        set_up_rows(self)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSectionsMovable(True)
        header.sectionMoved.connect(self._moved)
        header.setSortIndicatorShown(True)
        header.setMinimumSectionSize(40)
        # A click on a header sorts; Qt would also select the column, that is, every row.
        header.sectionPressed.disconnect()
        header.sectionEntered.disconnect()
        # Otherwise the header would check for every row whether it is selected, at each repaint.
        header.setSelectionModel(QItemSelectionModel(self.table_model, header))
        header.sectionClicked.connect(self._sort_by)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def widths(self) -> str:
        """Widths in pixels of the columns that every library has, to be stored."""
        shown = self._widths if self.horizontalHeader().count() == 0 else self._measured()
        return ",".join(str(shown[column]) for column in sorted(shown))

    def set_widths(self, text: str) -> None:
        """Restores the result of :meth:`widths`; anything else is ignored."""
        parts = text.split(",")
        if len(parts) == Column.FIRST_FIELD and all(part.isdigit() and 20 <= int(part) <= 2000 for part in parts):
            self._widths = {Column(i): int(part) for i, part in enumerate(parts)}

    def _measured(self) -> dict[Column, int]:
        hidden = self.isColumnHidden
        return {column: width if hidden(column) else self.columnWidth(column) for column, width in self._widths.items()}

    # What is selected

    @property
    def current(self) -> int:
        """Position of the current record, −1 if there is none; it may be hidden by the filter."""
        return self._current

    def selected_positions(self) -> list[int]:
        """Positions of the selected visible records, in the order shown."""
        order = self._libraries.order
        positions: list[int] = order.at(self._rows_selected(order)).tolist()
        return positions

    @property
    def n_selected(self) -> int:
        """The number of visible selected records."""
        return self._n_selected

    def seen_positions(self) -> Sequence[int]:
        """Positions of all records that pass the filters, including those beyond the last row, in the order shown."""
        return self._libraries.order.listed()

    def select_by_hand(self) -> None:
        """Marks the current record as chosen by the user: from now on the view follows it when rows are sorted."""
        self._by_hand = True

    def choose(self, position: int, *, by_hand: bool = True) -> None:
        """Makes a record current and the only selected one, and scrolls to it; one without a row is only shown.

        :param by_hand: whether the user chose it
        """
        row = self._libraries.order.row(position)
        if row >= 0:
            index = self.table_model.index(row, Column.NUMBER)
            self.selectionModel().setCurrentIndex(index, _CHOSEN)
            self.scrollTo(index)
            self._by_hand = by_hand
        elif by_hand and 0 <= position < self._libraries.n_records:
            self._choose_without_row(position)

    def _choose_without_row(self, position: int) -> None:
        """Chooses a record as if it had been selected and then hidden by a filter."""
        self._restoring = True
        self.selectionModel().clear()
        self._restoring = False
        self._selected, self._n_selected, self._current = np.array([position]), 0, position
        self._by_hand = True
        self.selection_changed.emit()
        self.record_chosen.emit(position)

    def set_paper(self, paper: Paper) -> None:
        self._delegate.paper = paper
        self.table_model.set_paper(paper)
        self.table_model.quiet = quiet_text(QApplication.palette())
        self._glance.soon()

    def _current_changed(self, current: QModelIndex) -> None:
        if self._restoring or not current.isValid():
            return
        self._current = self.table_model.position(current.row())
        self._by_hand = True
        self.record_chosen.emit(self._current)

    def _selection_changed(self) -> None:
        if self._restoring:
            return
        order = self._libraries.order
        ranges = [(r.top(), r.bottom()) for r in self.selectionModel().selection()]  # type: ignore[attr-defined]
        self._selected = selected = RowRanges(order, ranges)
        self._n_selected = len(selected)
        self._keep_current_selected(selected)
        self.selection_changed.emit()

    def _rows_selected(self, order: Order) -> Positions:
        """Rows of the selected records that have one, ascending."""
        selected = self._selected
        return order.rows(selected.positions if isinstance(selected, RowRanges) else selected)

    def _keep_current_selected(self, selected: RowRanges) -> None:
        """After the current row was deselected: makes another selected row current, or selects it again."""
        selection, current = self.selectionModel(), self.currentIndex()
        if current.isValid() and selected.holds(current.row()):
            return
        if len(selected):
            index = self.table_model.index(selected.last, max(current.column(), 0))
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        elif current.isValid():
            selection.select(current, _CHOSEN)
            self.viewport().update()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            event.ignore()  # the window copies records; Qt would copy the text of the cell
        else:
            super().keyPressEvent(event)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: self.table_model.rowCount() - 1,
        }
        if action in ends:
            return self.table_model.index(ends[action], max(self.currentIndex().column(), 0))
        return super().moveCursor(action, modifiers)

    def selectionCommand(self, index: ModelIndex, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        if isinstance(event, QKeyEvent) and event.key() in _STEPS:
            held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
            if held == Qt.KeyboardModifier.ControlModifier:  # Qt would move without selecting
                return _CHOSEN
        return super().selectionCommand(index, event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if not self.currentIndex().isValid() and self.table_model.rowCount():
            self.choose(self.table_model.position(0), by_hand=False)  # Qt would make it current without selecting it
        super().focusInEvent(event)

    # Opening, closing, sorting, filtering

    def _appeared(self) -> None:
        self._selected, self._n_selected, self._current = np.arange(0), 0, -1
        self._view_seen, self._by_hand = View(), False
        header = self.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        for column in range(header.count()):
            own = column < Column.FIRST_FIELD
            self.setColumnWidth(column, self._widths[Column(column)] if own else _FIELD_WIDTH)
        library = self._libraries.shown
        source = library.source if library is not None else None
        untitled = source is not None and source.format is Format.TABLE and source.title_column is None
        self._untitled = untitled
        self._show_or_hide_columns()
        self._arrange()
        self._make_room_for_headings()
        self.scrollToTop()
        if self.table_model.rowCount():
            self.choose(0, by_hand=False)
        self._glance.soon()

    def _closed(self) -> None:
        self._selected, self._n_selected, self._current = np.arange(0), 0, -1

    def _show_or_hide_columns(self) -> None:
        """Hides the columns in which all cells are empty, and shows the others."""
        rows = self._libraries.rows
        empty: dict[int, bool] = {
            Column.MARK: self._libraries.marks.none,
            Column.DISAGREEMENT: rows is None or rows.disagreement is None,
            Column.TITLE: self._untitled,
            Column.PREDICTION: self.table_model.of_value is not None,
        }
        for column in range(self.horizontalHeader().count()):
            hidden = empty.get(column, False) or self.is_hidden_by_user(column)
            if hidden != self.isColumnHidden(column):
                self.setColumnHidden(column, hidden)
        needed = self.fontMetrics().horizontalAdvance(f"{len(rows):,}") + 20 if rows is not None else 0
        if self.horizontalHeader().count() and self.columnWidth(Column.NUMBER) < needed:
            self.setColumnWidth(Column.NUMBER, needed)

    def show_classes(self, names: Sequence[str], of_value: ValueWords | None = None) -> None:
        """Sets the model's classes.

        :param of_value: ``None`` of a model of classes
        """
        self.table_model.set_class_names(names, of_value)
        self._show_or_hide_columns()
        self._make_room_for_headings()
        self._arrange()

    # Which columns, in which order

    def sections(self) -> list[int]:
        """All columns, in the order shown."""
        header = self.horizontalHeader()
        return [header.logicalIndex(place) for place in range(header.count())]

    def heading(self, section: int) -> str:
        return str(self.table_model.headerData(section, Qt.Orientation.Horizontal) or "").strip()

    def can_be_hidden(self, section: int) -> bool:
        """Whether the user may hide a column: the record number is always visible."""
        may_be_empty = (Column.MARK, Column.DISAGREEMENT, Column.TITLE, Column.PREDICTION)
        empty = section in may_be_empty and not self.is_hidden_by_user(section)
        return section != Column.NUMBER and not (empty and self.isColumnHidden(section))

    def choosable_sections(self) -> list[int]:
        """The columns that can be hidden, in the order shown."""
        return [section for section in self.sections() if self.can_be_hidden(section)]

    def is_hidden_by_user(self, section: int) -> bool:
        return bool(self.hidden_by_user) and self._key(section) in self.hidden_by_user

    def show_columns_of(self, sections: Iterable[int], shown: bool) -> None:
        """Shows or hides columns as the user wants, also in other libraries with the same columns."""
        keys = {self._key(section) for section in sections}
        self.hidden_by_user = self.hidden_by_user - keys if shown else self.hidden_by_user | keys
        self._show_or_hide_columns()
        self.columns_chosen.emit()

    @property
    def is_rearranged(self) -> bool:
        """Whether the order of columns differs from that of the file."""
        sections = self.sections()
        return sections != sorted(sections)

    def restore_order(self) -> None:
        """Restores the file's order of columns; other libraries keep theirs."""
        self._take_order(range(self.horizontalHeader().count()))
        self._arrange()

    def move_to_front(self, sections: Iterable[int]) -> None:
        """Moves columns before all other fields of the library, keeping their order."""
        chosen, seen = set(sections), self.sections()
        first = next((place for place, section in enumerate(seen) if section >= Column.FIRST_FIELD), 0)
        moved = [section for section in seen if section in chosen]
        before, behind = (
            [section for section in part if section not in chosen] for part in (seen[:first], seen[first:])
        )
        self._take_order([*before, *moved, *behind])
        self._arrange()

    def _take_order(self, sections: Iterable[int]) -> None:
        """Stores the current order of columns as the user's choice."""
        keys = [key for section in sections if (key := self._key(section))]
        self.wanted_order = merged_order(self.wanted_order, keys, MOST_KEYS)
        self.columns_chosen.emit()

    def _key(self, section: int) -> str:
        """The key of a column in all libraries: of a field its name, which no built-in column has."""
        if section < Column.FIRST_FIELD:
            return Column(section).name
        names = self._libraries.rows.field_names if self._libraries.rows is not None else ()
        at = section - Column.FIRST_FIELD
        return f"field {names[at]}" if at < len(names) else ""

    def _moved(self) -> None:
        if not self._arranging:
            self._take_order(self.sections())

    def _arrange(self) -> None:
        """Orders the columns as the user chose; columns without a chosen place follow in their own order, the measured
        values beside the predicted ones."""
        header, self._arranging = self.horizontalHeader(), True
        place_of = {key: place for place, key in enumerate(self.wanted_order)}
        last = len(place_of)
        wanted = sorted(range(header.count()), key=lambda section: place_of.get(self._key(section), last))
        measured = self._measured_section()
        if measured in wanted and self._key(measured) not in place_of:
            wanted.remove(measured)
            wanted.insert(wanted.index(Column.PROBABILITY) + 1, measured)
        for place, section in enumerate(wanted):
            if header.visualIndex(section) != place:
                header.moveSection(header.visualIndex(section), place)
        self._arranging = False

    def _measured_section(self) -> int:
        """The field with the name of the value that is predicted; −1 if there is none."""
        rows, of_value = self._libraries.rows, self.table_model.of_value
        if rows is None or of_value is None:
            return -1
        names = [name.casefold() for name in rows.field_names]
        name = of_value.name.casefold()
        return Column.FIRST_FIELD + names.index(name) if name in names else -1

    def _sort_by(self, column: int) -> None:
        """Sorts by a column: ascending, then descending, then in the file's order again."""
        view = self._libraries.view
        if view.column != column or (column == Column.NUMBER and not view.descending and not self._sorted):
            view = View(column, False, view.filters)
        elif not view.descending:
            view = View(column, True, view.filters)
        else:
            view = View(Column.NUMBER, False, view.filters)
            column = -1
        order = Qt.SortOrder.DescendingOrder if view.descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(column, order)
        self._libraries.set_view(view)

    def show_sorting(self, view: View) -> None:
        """Shows in the header how the rows are sorted."""
        order = Qt.SortOrder.DescendingOrder if view.descending else Qt.SortOrder.AscendingOrder
        in_file_order = view.column == Column.NUMBER and not view.descending
        self.horizontalHeader().setSortIndicator(-1 if in_file_order else view.column, order)

    @property
    def _sorted(self) -> bool:
        return self.horizontalHeader().sortIndicatorSection() >= 0

    def _order_changed(self) -> None:
        """Keeps the same records selected and current in their new rows."""
        self._restoring = True
        order, selection = self._libraries.order, self.selectionModel()
        rows = self._rows_selected(order)
        ranges = _ranges(rows)
        if len(ranges) > _MAX_RANGES:
            self._selected = np.array([self._current])
            rows = self._rows_selected(order)
            ranges = _ranges(rows)
        self._n_selected = len(rows)
        last_column = self.table_model.columnCount() - 1
        selected = QItemSelection()
        for first, last in ranges:
            selected.select(self.table_model.index(first, 0), self.table_model.index(last, last_column))
        selection.select(selected, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        row = order.row(self._current)
        if row >= 0:
            index = self.table_model.index(row, Column.NUMBER)
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        scroll = self._scroll(seen=row >= 0)
        bring_into_view(self, scroll, self._scrolled)
        self._restoring = False
        if row < 0 and ranges:  # the current record is hidden, other selected ones are visible
            seen = self.table_model.index(ranges[0][0], Column.NUMBER)
            selection.setCurrentIndex(seen, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selection_changed.emit()
        self.rearranged.emit(scroll)
        self._glance.soon()

    def _scroll(self, *, seen: bool) -> Scroll:
        """What to scroll into view.

        :param seen: whether the current record has a row
        """
        view, before = self._libraries.view, self._view_seen
        self._view_seen = view
        if seen and self._by_hand:
            return Scroll.CURRENT
        return Scroll.TOP if view != before else Scroll.NOTHING

    def _note_scrolled(self) -> None:
        self._scrolled = self.verticalScrollBar().value()

    def _make_room_for_headings(self) -> None:
        """Widens the column of probabilities for the class name in its heading, unless that is very long."""
        header = self.horizontalHeader()
        if header.count():
            wanted = min(header.sectionSizeHint(Column.PROBABILITY), _WIDEST_HEADING)
            if self.table_model.of_value is not None:  # it also says why a record has no value
                wanted = max(wanted, _WIDTHS[Column.PREDICTION])
            if not self.isColumnHidden(Column.PROBABILITY) and self.columnWidth(Column.PROBABILITY) < wanted:
                self.setColumnWidth(Column.PROBABILITY, wanted)

    # What is on screen

    def _thumbnail_size(self) -> QSize:
        height = self.verticalHeader().defaultSectionSize() - 4
        return QSize(round(height * 1.75), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._glance.soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
        self._glance.soon()

    def visible_positions(self) -> list[int]:
        """Positions of the records on screen, from top to bottom."""
        rows = rows_on_screen(self)
        found: list[int] = self._libraries.order.between(rows.start, rows.stop).tolist()
        return found

    def _look_around(self) -> None:
        self._thumbnails.set_size(self._thumbnail_size(), self.devicePixelRatioF())
        self._thumbnails.want(self.visible_positions())

    def _repaint_structures(self) -> None:
        repaint_column(self, Column.STRUCTURE)


def _ranges(rows: NDArray[np.int64]) -> list[tuple[int, int]]:
    """First and last row of each run of consecutive rows; ``rows`` must be ascending."""
    if not len(rows):
        return []
    breaks = np.flatnonzero(np.diff(rows) != 1)
    firsts, lasts = rows[np.concatenate([[0], breaks + 1])], rows[np.concatenate([breaks, [len(rows) - 1]])]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
