"""Which columns of the library's table are seen, and in which order, as the user says in a menu or by dragging."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from .labels import literal, plain_tooltip
from .library_view import LibraryTable
from .settings import Settings

_MOST_KEYS = 5_000
_MOST_BYTES = 1 << 20


class ColumnChoice(QObject):
    """Keeps the menu of columns; what is chosen holds for all libraries, fields being known by their names."""

    def __init__(self, table: LibraryTable, menu: QMenu, settings: Settings) -> None:
        """:param menu: of the menu bar, which is filled when it is opened"""
        super().__init__(table)
        self._table, self._menu, self._settings = table, menu, settings
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(lambda: self.fill(menu))
        table.hidden_by_user = frozenset(self._stored("hidden_columns"))
        table.wanted_order = tuple(self._stored("column_order"))
        table.columns_chosen.connect(self._remember)
        header = table.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._open)

    def fill(self, menu: QMenu) -> None:
        """Lists the columns of the library that is shown, in their order."""
        table = self._table
        menu.clear()
        for section in table.sections():
            if not table.can_be_hidden(section):
                continue
            name = table.heading(section)
            action = menu.addAction(literal(name) or f"column {section + 1}")
            action.setToolTip(plain_tooltip(name))
            action.setCheckable(True)
            action.setChecked(not table.is_hidden_by_user(section))
            action.toggled.connect(partial(table.show_column_of, section))
        menu.addSeparator()
        self._add(menu, "Show &All", table.show_all_columns, bool(table.hidden_by_user))
        self._add(menu, "&Original Order", table.restore_order, bool(table.wanted_order))

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
        self._settings.set("hidden_columns", json.dumps(sorted(self._table.hidden_by_user)[:_MOST_KEYS]))
        self._settings.set("column_order", json.dumps(list(self._table.wanted_order)[:_MOST_KEYS]))

    def _stored(self, key: str) -> list[str]:
        text = self._settings.text(key)
        try:
            stored = json.loads(text) if text and len(text) <= _MOST_BYTES else []
        except ValueError:
            return []
        return [each for each in stored[:_MOST_KEYS] if isinstance(each, str)] if isinstance(stored, list) else []
