"""A searchable list of all columns of the library's table, for libraries with hundreds of fields."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QSignalBlocker, QSortFilterProxyModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...wording import counted
from ..widgets.plain_labels import MOST_CHARACTERS, PlainLabel, plain_tooltip
from ..widgets.whole_numbers import WholeNumbers
from .library_view import LibraryTable

_SECTION = Qt.ItemDataRole.UserRole


class ColumnDialog(QDialog):
    """Ticking a column shows it at once.

    Attributes: ``search``, ``list``, ``show_button`` and ``hide_button`` (for all listed columns), ``front_button``
    (for the selected columns), ``order_button``.
    """

    def __init__(self, table: LibraryTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Columns")
        self._table = table
        self._items = QStandardItemModel(self)
        self._items.itemChanged.connect(self._tick)
        self._listed = QSortFilterProxyModel(self)
        self._listed.setSourceModel(self._items)
        self._listed.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search columns")
        self.search.setAccessibleName("Search columns")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._listed.setFilterFixedString)
        self.search.textChanged.connect(lambda _: self._show_state())
        self.list = QListView(self)
        self.list.setModel(self._listed)
        self.list.setItemDelegate(WholeNumbers(self.list))
        self.list.setAccessibleName("Columns that are seen")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._show_state())
        self.count = PlainLabel(quiet=True, parent=self)
        self.show_button = self._button("&Show Listed", lambda: self._show_listed(True))
        self.hide_button = self._button("&Hide Listed", lambda: self._show_listed(False))
        self.front_button = self._button("Move to &Front", self._move_to_front)
        self.front_button.setToolTip("Puts the selected columns before the other fields")
        self.order_button = self._button("&Original Order", self._restore_order)
        self._lay_out()
        self._fill()
        self.search.setFocus()

    def _button(self, words: str, act: Callable[..., object]) -> QPushButton:
        button = QPushButton(words, self)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        buttons = QVBoxLayout()
        for button in (self.show_button, self.hide_button, self.front_button, self.order_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        middle = QHBoxLayout()
        middle.addWidget(self.list, 1)
        middle.addLayout(buttons)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        close.rejected.connect(self.reject)
        last = QHBoxLayout()
        last.addWidget(self.count, 1)
        last.addWidget(close)
        whole = QVBoxLayout(self)
        whole.addWidget(self.search)
        whole.addLayout(middle, 1)
        whole.addLayout(last)
        self.resize(520, 460)

    def _fill(self) -> None:
        """Lists the columns in their current order."""
        with QSignalBlocker(self._items):
            self._items.clear()
            for section in self._table.choosable_sections():
                name = self._table.heading(section)[:MOST_CHARACTERS]
                item = QStandardItem(" ".join(name.split()) or f"column {section + 1}")
                item.setToolTip(plain_tooltip(name))
                item.setData(section, _SECTION)
                item.setCheckable(True)
                hidden = self._table.is_hidden_by_user(section)
                item.setCheckState(Qt.CheckState.Unchecked if hidden else Qt.CheckState.Checked)
                self._items.appendRow(item)
        self._listed.invalidate()
        self._show_state()

    def _sections(self, indexes: list[QModelIndex]) -> list[int]:
        return [int(index.data(_SECTION)) for index in indexes]

    def _all_listed(self) -> list[QModelIndex]:
        return [self._listed.index(row, 0) for row in range(self._listed.rowCount())]

    def _tick(self, item: QStandardItem) -> None:
        self._table.show_columns_of((int(item.data(_SECTION)),), item.checkState() == Qt.CheckState.Checked)
        self._show_state()

    def _show_listed(self, shown: bool) -> None:
        self._table.show_columns_of(self._sections(self._all_listed()), shown)
        self._fill()

    def _move_to_front(self) -> None:
        chosen = set(self._sections(self.list.selectedIndexes()))
        self._table.move_to_front(chosen)
        self._fill()
        self.list.scrollToTop()

    def _restore_order(self) -> None:
        self._table.restore_order()
        self._fill()

    def _show_state(self) -> None:
        n_listed, n_all = self._listed.rowCount(), self._items.rowCount()
        n_shown = sum(not self._table.is_hidden_by_user(section) for section in self._table.choosable_sections())
        listed = f"{n_listed:,} listed, " if n_listed != n_all else ""
        self.count.setText(f"{listed}{n_shown:,} of {counted(n_all, 'column')} shown")
        self.show_button.setEnabled(n_listed > 0)
        self.hide_button.setEnabled(n_listed > 0)
        self.front_button.setEnabled(bool(self.list.selectedIndexes()))
        self.order_button.setEnabled(self._table.is_rearranged)
