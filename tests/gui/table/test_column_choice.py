"""Columns of the library's table are hidden, shown and moved, and stay so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.gui.window.main_window import MainWindow

TIMEOUT = 20_000
VALUE, KIND = Column.FIRST_FIELD, Column.FIRST_FIELD + 1


def opened(qtbot: QtBot, window: MainWindow, path: Path) -> MainWindow:
    window.files.open([path])
    libraries = window.session.libraries
    qtbot.waitUntil(
        lambda: libraries.library is not None and libraries.library.path == path and libraries.texts_read,
        timeout=TIMEOUT,
    )
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


def wide_file(folder: Path, prefix: str, n_fields: int = 300) -> Path:
    path = folder / f"{prefix}.csv"
    names = [f"{prefix} {i}" for i in range(n_fields)]
    values = ",".join("1" for _ in names)
    path.write_text(f"smiles,{','.join(names)}\nCCO,{values}\nCCC,{values}\n")
    return path


def test_the_menu_of_a_library_with_hundreds_of_fields_has_room_on_a_screen(
    qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    window = opened(qtbot, open_window(), wide_file(tmp_path, "descriptor"))
    menu = QMenu(window)
    window.columns.fill(menu)
    assert menu.sizeHint().height() <= 550
    assert any(action.text() == "All 303 &Columns…" for action in menu.actions())


def test_columns_are_searched_hidden_together_and_moved_to_the_front(
    qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    window = opened(qtbot, open_window(), wide_file(tmp_path, "descriptor"))
    toggle(window, "All 303 &Columns…")
    dialog, table = window.columns.dialog, window.table
    assert dialog is not None
    dialog.search.setText("RIPTOR 29")  # 29 and 290 to 299
    assert dialog.list.model().rowCount() == 11
    dialog.hide_button.click()
    assert [s for s in table.sections() if table.is_hidden_by_user(s)] == [
        Column.FIRST_FIELD + i for i in (29, *range(290, 300))
    ]
    assert dialog.count.text() == "11 listed, 292 of 303 columns shown"
    first = dialog.list.model().index(1, 0)
    dialog.list.setCurrentIndex(first)
    dialog.front_button.click()
    fields = [section for section in table.sections() if section >= Column.FIRST_FIELD]
    assert fields[:2] == [Column.FIRST_FIELD + 290, Column.FIRST_FIELD]
    moved = dialog.list.model().index(0, 0)
    dialog.list.model().setData(moved, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert not table.isColumnHidden(Column.FIRST_FIELD + 290)
    dialog.order_button.click()
    assert table.sections() == sorted(table.sections())
    dialog.close()


def test_ordering_one_library_leaves_the_order_of_another(
    qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    first, second = wide_file(tmp_path, "first", 4), wide_file(tmp_path, "second", 3)
    window = opened(qtbot, open_window(), first)
    table = window.table
    table.move_to_front([Column.FIRST_FIELD + 3])
    wanted = table.sections()
    for act in (lambda: table.move_to_front([Column.FIRST_FIELD + 2]), table.restore_order):
        opened(qtbot, window, second)
        act()
        opened(qtbot, window, first)
        assert table.sections() == wanted
