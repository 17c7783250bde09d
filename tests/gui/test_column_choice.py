"""Columns of the library's table are hidden, shown and moved, and stay so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gcx_desktop.app.library_rows import Column
from gcx_desktop.gui.main_window import MainWindow

TIMEOUT = 20_000
VALUE, KIND = Column.FIRST_FIELD, Column.FIRST_FIELD + 1


def opened(qtbot: QtBot, window: MainWindow, path: Path) -> MainWindow:
    window.files.open([path])
    qtbot.waitUntil(lambda: window.session.libraries.texts_read, timeout=TIMEOUT)
    return window


def menu_of(window: MainWindow) -> dict[str, bool]:
    menu = QMenu(window)
    window.columns.fill(menu)
    return {action.text(): action.isChecked() for action in menu.actions() if action.isCheckable()}


def toggle(window: MainWindow, name: str) -> None:
    menu = QMenu(window)
    window.columns.fill(menu)
    next(action for action in menu.actions() if action.text() == name).trigger()


def order(window: MainWindow) -> list[int]:
    return [section for section in window.table.sections() if not window.table.isColumnHidden(section)]


def test_a_column_is_hidden_and_shown_by_the_menu_and_stays_so(
    qtbot: QtBot, open_window: Callable[[], MainWindow], library_file: Path
) -> None:
    window = opened(qtbot, open_window(), library_file)
    toggle(window, "value")
    assert window.table.isColumnHidden(VALUE)
    assert menu_of(window)["value"] is False
    window.close()
    again = opened(qtbot, open_window(), library_file)
    assert again.table.isColumnHidden(VALUE)
    toggle(again, "Show &All")
    assert not again.table.isColumnHidden(VALUE)
    assert all(menu_of(again).values())


def test_a_column_is_moved_and_stays_there(
    qtbot: QtBot, open_window: Callable[[], MainWindow], library_file: Path
) -> None:
    window = opened(qtbot, open_window(), library_file)
    before, header = order(window), window.table.horizontalHeader()
    header.moveSection(header.visualIndex(KIND), 0)
    moved = order(window)
    assert moved == [KIND, *(section for section in before if section != KIND)]
    window.close()
    again = opened(qtbot, open_window(), library_file)
    assert order(again) == moved
    toggle(again, "&Original Order")
    assert order(again) == before


def test_the_record_number_and_columns_with_nothing_to_show_are_not_in_the_menu(
    qtbot: QtBot, open_window: Callable[[], MainWindow], library_file: Path
) -> None:
    window = opened(qtbot, open_window(), library_file)
    names = menu_of(window)
    assert {"value", "kind", "Title"} <= set(names)
    assert len(names) == sum(1 for section in order(window) if section != Column.NUMBER)
