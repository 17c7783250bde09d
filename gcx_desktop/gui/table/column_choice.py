"""The user's choice of visible columns and their order in the library's table, by menu or by dragging."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from ..session.settings import Settings
from ..widgets.plain_labels import literal, plain_tooltip
from .column_dialog import ColumnDialog
from .library_view import MOST_KEYS, LibraryTable

_MOST_BYTES = 1 << 20
_MOST_IN_MENU = 15
"""Columns that a menu has room for on a small screen; a dialog has the others."""


class ColumnChoice(QObject):
    """The menu of columns. A choice holds for all libraries; fields are identified by their names.

    Attribute ``dialog``: the last opened dialog with all columns, else ``None``.
    """

    def __init__(self, table: LibraryTable, menu: QMenu, settings: Settings) -> None:
        """:param menu: of the menu bar; filled when it is opened"""
        super().__init__(table)
        self._table, self._menu, self._settings = table, menu, settings
        self.dialog: ColumnDialog | None = None
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(lambda: self.fill(menu))
        table.hidden_by_user = frozenset(self._stored("hidden_columns"))
        table.wanted_order = tuple(self._stored("column_order"))
        table.columns_chosen.connect(self._remember)
        header = table.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._open)

    def fill(self, menu: QMenu) -> None:
        """Lists the first columns of the current library, in their order, and an entry for all."""
        table = self._table
        menu.clear()
        sections = table.choosable_sections()
        for section in sections[:_MOST_IN_MENU]:
            name = table.heading(section)
            action = menu.addAction(literal(name) or f"column {section + 1}")
            action.setToolTip(plain_tooltip(name))
            action.setCheckable(True)
            action.setChecked(not table.is_hidden_by_user(section))
            action.toggled.connect(partial(table.show_columns_of, (section,)))
        menu.addSeparator()
        self._add(menu, f"All {len(sections):,} &Columns…", self.open_dialog, bool(sections))
        hidden = [section for section in sections if table.is_hidden_by_user(section)]
        self._add(menu, "Show &All", partial(table.show_columns_of, hidden, True), bool(hidden))
        self._add(menu, "&Original Order", table.restore_order, table.is_rearranged)

    def open_dialog(self) -> None:
        """Opens a searchable list of all columns."""
        self.dialog = dialog = ColumnDialog(self._table, self._table.window())
        dialog.finished.connect(lambda _: self._closed(dialog))
        dialog.open()

    def _closed(self, dialog: ColumnDialog) -> None:
        self.dialog = None
        dialog.deleteLater()

    def _add(self, menu: QMenu, words: str, act: Callable[[], None], able: bool) -> None:
        action = menu.addAction(words)
        action.setEnabled(able)
        action.triggered.connect(lambda _=False: act())

    def _open(self, place: QPoint) -> None:
        menu = QMenu(self._table)
        menu.setToolTipsVisible(True)
        self.fill(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._table.horizontalHeader().mapToGlobal(place))

    def _remember(self) -> None:
        self._settings.set("hidden_columns", json.dumps(sorted(self._table.hidden_by_user)[:MOST_KEYS]))
        self._settings.set("column_order", json.dumps(list(self._table.wanted_order)[:MOST_KEYS]))

    def _stored(self, key: str) -> list[str]:
        text = self._settings.text(key)
        try:
            stored = json.loads(text) if text and len(text) <= _MOST_BYTES else []
        except ValueError:
            return []
        return [each for each in stored[:MOST_KEYS] if isinstance(each, str)] if isinstance(stored, list) else []
