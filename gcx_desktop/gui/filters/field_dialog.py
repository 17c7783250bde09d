"""A searchable list in which a field is chosen, if there are too many for a menu."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QDialog, QDialogButtonBox, QLineEdit, QListView, QVBoxLayout, QWidget

from ..widgets.plain_labels import MOST_CHARACTERS, plain_tooltip
from ..widgets.whole_numbers import WholeNumbers

_COLUMN = Qt.ItemDataRole.UserRole
_NAME = Qt.ItemDataRole.UserRole + 1


class FieldDialog(QDialog):
    """Signal ``chosen(column, name)``. Attributes: ``search``, ``list``."""

    chosen = Signal(int, str)

    def __init__(self, title: str, fields: Sequence[tuple[int, str]], parent: QWidget | None = None) -> None:
        """:param fields: column and name of each field"""
        super().__init__(parent)
        self.setWindowTitle(title)
        items = QStandardItemModel(self)
        for column, name in fields:
            item = QStandardItem(" ".join(name[:MOST_CHARACTERS].split()) or f"column {column + 1}")
            item.setToolTip(plain_tooltip(name[:MOST_CHARACTERS]))
            item.setData(column, _COLUMN)
            item.setData(name, _NAME)
            items.appendRow(item)
        self._listed = QSortFilterProxyModel(self)
        self._listed.setSourceModel(items)
        self._listed.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search fields")
        self.search.setAccessibleName("Search fields")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        self.list = QListView(self)
        self.list.setModel(self._listed)
        self.list.setItemDelegate(WholeNumbers(self.list))
        self.list.setAccessibleName(title)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.doubleClicked.connect(lambda _: self.accept())
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        for widget in (self.search, self.list, self._buttons):
            whole.addWidget(widget)
        self.resize(420, 460)
        self._narrow("")
        self.search.setFocus()

    def accept(self) -> None:
        index: QModelIndex = self.list.currentIndex()
        if index.isValid():
            self.chosen.emit(index.data(_COLUMN), index.data(_NAME))
            super().accept()

    def _narrow(self, text: str) -> None:
        self._listed.setFilterFixedString(text)
        first = self._listed.index(0, 0)
        self.list.setCurrentIndex(first)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(first.isValid())
