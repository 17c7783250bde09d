"""A library of more records than a table or gallery has room for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from gcx_desktop.app.libraries import library_rows, row_order
from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.libraries.library_view_order import View
from gcx_desktop.app.libraries.row_order import MAX_ROWS, Order
from gcx_desktop.app.libraries.row_texts import TEXT_PIECE
from gcx_desktop.app.output.export_kinds import FILTERED, SELECTED
from gcx_desktop.gui.gallery import gallery as gallery_module
from gcx_desktop.gui.session import library_session
from gcx_desktop.gui.session.library_session import LibrarySession
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.library import library as library_module
from tests.gui.window_fixtures import search_for

TIMEOUT = 10_000
ROOM = 4
HUGE = 100_000_000


@pytest.fixture
def crowded(
    qtbot: QtBot, open_window: Callable[[], MainWindow], library_file: Path, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """A window with six records, of which four have rows."""
    monkeypatch.setattr(row_order, "MAX_ROWS", ROOM)
    made = open_window()
    made.start()
    made.files.open([library_file])
    qtbot.waitUntil(lambda: made.session.libraries.texts_read, timeout=TIMEOUT)
    return made


@pytest.fixture
def huge(window: MainWindow) -> MainWindow:
    """A window in which the first record is repeated 10⁸ times."""
    libraries = window.session.libraries
    libraries.order = Order(6, np.broadcast_to(np.int64(0), HUGE), np.full(6, -1, np.int32))
    libraries.order_changed.emit()
    return window


def numbers(window: MainWindow) -> list[str]:
    model = window.table.table_model
    return [model.index(row, Column.NUMBER).data().strip() for row in range(model.rowCount())]


def test_the_first_records_have_rows_and_the_window_says_so(crowded: MainWindow) -> None:
    assert numbers(crowded) == ["1", "2", "3", "4"]
    assert crowded.count.text().startswith("6 records")
    assert crowded.beyond_rows.isVisible()
    assert crowded.beyond_rows.text().startswith("Only the first 4 of 6 records have rows")


def test_nothing_is_said_where_all_have_rows(window: MainWindow) -> None:
    assert not window.beyond_rows.isVisible()


def test_sorting_brings_others_into_the_rows(qtbot: QtBot, crowded: MainWindow) -> None:
    crowded.session.libraries.set_view(View(Column.NUMBER, True))
    qtbot.waitUntil(lambda: numbers(crowded)[0] == "6", timeout=TIMEOUT)
    assert numbers(crowded) == ["6", "5", "4", "3"]
    assert crowded.beyond_rows.isVisible()


def test_a_search_finds_records_beyond_the_rows(qtbot: QtBot, crowded: MainWindow) -> None:
    rows = crowded.session.libraries.rows
    assert rows is not None
    last = rows.titles[5]
    assert last
    search_for(crowded, last)
    qtbot.waitUntil(lambda: crowded.table.table_model.rowCount() < ROOM, timeout=TIMEOUT)
    assert "6" in numbers(crowded)
    assert not crowded.beyond_rows.isVisible()


def test_a_selected_record_that_loses_its_row_is_kept_until_it_has_one_again(qtbot: QtBot, crowded: MainWindow) -> None:
    crowded.table.choose(0)
    crowded.session.libraries.set_view(View(Column.NUMBER, True))
    qtbot.waitUntil(lambda: numbers(crowded)[0] == "6", timeout=TIMEOUT)
    assert crowded.table.current == 0
    assert crowded.table.selected_positions() == []
    crowded.session.libraries.set_view(View())
    qtbot.waitUntil(lambda: numbers(crowded)[0] == "1", timeout=TIMEOUT)
    assert crowded.table.selected_positions() == [0]


def test_exports_of_what_is_seen_take_records_beyond_the_rows(crowded: MainWindow) -> None:
    assert list(crowded.exports.positions(FILTERED)) == list(range(6))
    crowded.actions_["select-all"].trigger()
    assert crowded.exports.positions(SELECTED) == [0, 1, 2, 3]
    assert "4 selected" in crowded.count.text()


def test_a_record_without_a_row_is_shown_when_it_is_chosen(qtbot: QtBot, crowded: MainWindow) -> None:
    crowded.table.choose(1)
    crowded.rejected.record_chosen.emit(5)
    assert crowded.session.selection.position == crowded.table.current == 5
    qtbot.waitUntil(lambda: crowded.session.selection.record is not None, timeout=TIMEOUT)
    assert crowded.panel.place.text() == "not in the list  ·  record 6 of 6"
    assert crowded.table.selected_positions() == []
    assert not crowded.table.selectionModel().hasSelection()
    crowded.session.libraries.set_view(View(Column.NUMBER, True))
    qtbot.waitUntil(lambda: numbers(crowded)[0] == "6", timeout=TIMEOUT)
    assert crowded.table.selected_positions() == [5]
    assert crowded.panel.place.text() == "record 6 of 6"


@pytest.mark.parametrize("position", [-1, 6, 10**9])
def test_a_record_that_there_is_not_is_not_chosen(crowded: MainWindow, position: int) -> None:
    crowded.table.choose(1)
    crowded.table.choose(position)
    assert crowded.table.current == 1
    assert crowded.table.selected_positions() == [1]


def test_a_file_with_more_records_than_a_library_may_have_is_said_to_be_cut_as_long_as_it_is_open(
    qtbot: QtBot, open_window: Callable[[], MainWindow], library_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "MAX_RECORDS", 5)
    monkeypatch.setattr(row_order, "MAX_ROWS", ROOM)
    window = open_window()
    window.files.open([library_file])
    qtbot.waitUntil(lambda: window.session.libraries.texts_read, timeout=TIMEOUT)
    assert window.count.text().startswith("5 records")
    assert "it has more than 5 records" in window.messages.text
    window.messages.hide()
    assert window.beyond_rows.text() == (
        "Only the first 5 of the file's records were read. Only the first 4 of 5 records have rows; "
        "sort or filter to see others. Exports, filters and searches take all that were read."
    )
    assert window.beyond_rows.isVisible()


def test_texts_beyond_their_bound_are_shown_and_not_searched_which_is_said(
    qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_rows, "MAX_TEXT_BYTES", 1)
    path = tmp_path / "many.smi"
    path.write_text("".join(f"CCO title-{i}\n" for i in range(2 * TEXT_PIECE)))
    window = open_window()
    window.files.open([path])
    libraries = window.session.libraries
    qtbot.waitUntil(lambda: libraries.texts_read, timeout=TIMEOUT)
    qtbot.waitUntil(window.beyond_rows.isVisible, timeout=TIMEOUT)
    assert window.beyond_rows.text() == (
        f"Titles and fields are kept of the first {TEXT_PIECE} records: "
        "searches, filters and sorting by them leave out all others."
    )
    last = window.table.table_model.index(2 * TEXT_PIECE - 1, Column.TITLE)
    assert last.data() == f"title-{2 * TEXT_PIECE - 1}"
    search_for(window, f"title-{2 * TEXT_PIECE - 1}")
    qtbot.waitUntil(lambda: len(libraries.order) == 0, timeout=TIMEOUT)
    search_for(window, f"title-{TEXT_PIECE - 1}")
    qtbot.waitUntil(lambda: libraries.order.positions.tolist() == [TEXT_PIECE - 1], timeout=TIMEOUT)


def test_a_search_follows_texts_that_are_read_and_says_of_which_it_is(
    qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[LibrarySession] = []
    read = LibrarySession.read_more_texts
    monkeypatch.setattr(LibrarySession, "read_more_texts", lambda session: held.append(session))
    monkeypatch.setattr(library_session, "FOLLOW_MS", 20)
    path = tmp_path / "many.smi"
    path.write_text("".join(f"CCO title-{i}\n" for i in range(3 * TEXT_PIECE)))
    window = open_window()
    window.files.open([path])
    libraries = window.session.libraries

    def read_piece() -> None:
        before = len(held)
        read(held[-1])
        qtbot.waitUntil(lambda: len(held) > before or libraries.texts_read, timeout=TIMEOUT)

    qtbot.waitUntil(lambda: bool(held), timeout=TIMEOUT)
    read_piece()
    assert not window.beyond_rows.isVisible()
    wanted = 2 * TEXT_PIECE - 1
    search_for(window, f"title-{wanted}")
    qtbot.waitUntil(lambda: len(libraries.order) == 0, timeout=TIMEOUT)
    assert window.beyond_rows.text() == (
        f"Titles and fields of {TEXT_PIECE} of {3 * TEXT_PIECE} records are read so far: "
        "what is searched, filtered and sorted by them covers only these until more are read."
    )
    assert window.no_match.words.text().endswith("so far: titles and fields are still being read")
    read_piece()
    qtbot.waitUntil(lambda: libraries.order.positions.tolist() == [wanted], timeout=TIMEOUT)
    assert window.beyond_rows.text().startswith(f"Titles and fields of {2 * TEXT_PIECE} of")
    read_piece()
    qtbot.waitUntil(lambda: not window.beyond_rows.isVisible(), timeout=TIMEOUT)


def test_the_end_key_goes_to_the_last_row_of_a_hundred_million_records(qtbot: QtBot, huge: MainWindow) -> None:
    table = huge.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert table.currentIndex().row() == table.table_model.rowCount() - 1 == MAX_ROWS - 1
    last = table.visualRect(table.currentIndex())
    assert table.viewport().rect().contains(last.center())
    assert f"{MAX_ROWS:,} of {HUGE:,}" in huge.beyond_rows.text()


def test_the_gallery_goes_to_the_last_row_of_a_hundred_million_records(qtbot: QtBot, huge: MainWindow) -> None:
    huge.actions_["gallery"].trigger()
    gallery = huge.gallery
    qtbot.keyClick(gallery, Qt.Key.Key_End)
    card = gallery.visualRect(gallery.currentIndex())
    assert gallery.currentIndex().row() == MAX_ROWS - 1
    assert gallery.viewport().rect().contains(card.center())
    assert gallery.indexAt(card.center()).row() == MAX_ROWS - 1


def test_all_of_a_gallery_can_be_scrolled_to_with_fewer_steps_than_pixels(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.resize(640, 480)
    window.actions_["gallery"].trigger()
    gallery = window.gallery
    plain = gallery.verticalScrollBar().maximum()
    monkeypatch.setattr(gallery_module, "MAX_SCROLL_STEPS", 100)
    gallery.updateGeometries()
    bar = gallery.verticalScrollBar()
    assert 0 < bar.maximum() < plain
    bar.setValue(bar.maximum())
    last = gallery.model().index(5, 0)
    assert gallery.viewport().rect().contains(gallery.visualRect(last).center())
    gallery.scrollTo(gallery.model().index(0, 0), QAbstractItemView.ScrollHint.EnsureVisible)
    assert gallery.visualRect(gallery.model().index(0, 0)).top() >= 0
