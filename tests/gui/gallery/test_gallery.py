"""The gallery shows the records, order and selection of the table."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.gallery.gallery import Gallery
from gcx_desktop.gui.window.main_window import MainWindow
from tests.gui.window_fixtures import search_for

TIMEOUT = 10_000


@pytest.fixture
def gallery(window: MainWindow) -> Gallery:
    window.resize(1280, 800)
    window.actions_["gallery"].trigger()
    return window.gallery


def card(gallery: Gallery, row: int) -> QRect:
    return gallery.visualRect(gallery.model().index(row, 0))


def test_it_stands_in_the_tables_place_and_takes_the_keyboard(window: MainWindow, gallery: Gallery) -> None:
    assert gallery.isVisible()
    assert not window.table.isVisible()
    assert window.records_view is gallery
    window.actions_["table"].trigger()
    assert window.table.isVisible()


def test_cards_do_not_overlap_and_are_found_by_their_place(gallery: Gallery) -> None:
    cards = [card(gallery, row) for row in range(6)]
    assert all(not a.intersects(b) for i, a in enumerate(cards) for b in cards[:i])
    assert [gallery.indexAt(each.center()).row() for each in cards] == list(range(6))
    assert not gallery.indexAt(cards[0].topLeft() - QPoint(3, 3)).isValid()


def test_a_click_chooses_the_record_in_the_table_too(qtbot: QtBot, window: MainWindow, gallery: Gallery) -> None:
    qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, pos=card(gallery, 3).center())
    assert window.table.current == window.session.selection.position == 3
    assert window.table.selected_positions() == [3]


def test_ctrl_and_shift_select_as_in_a_list(qtbot: QtBot, window: MainWindow, gallery: Gallery) -> None:
    def click(row: int, held: Qt.KeyboardModifier) -> None:
        qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, held, card(gallery, row).center())

    click(1, Qt.KeyboardModifier.NoModifier)
    click(4, Qt.KeyboardModifier.ShiftModifier)
    assert window.table.selected_positions() == [1, 2, 3, 4]
    click(2, Qt.KeyboardModifier.ControlModifier)
    assert window.table.selected_positions() == [1, 3, 4]


def test_arrows_walk_in_lines_and_columns(qtbot: QtBot, window: MainWindow, gallery: Gallery) -> None:
    window.table.choose(0)
    columns = sum(card(gallery, row).top() == card(gallery, 0).top() for row in range(6))
    for key, position in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 1 + columns),
        (Qt.Key.Key_Left, columns),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_End, 5),
        (Qt.Key.Key_Home, 0),
    ):
        qtbot.keyClick(gallery, key)
        assert window.table.current == position


def test_it_shows_what_the_filters_leave_in_the_order_of_the_table(
    qtbot: QtBot, window: MainWindow, gallery: Gallery
) -> None:
    with qtbot.waitSignal(window.session.libraries.order_changed, timeout=TIMEOUT):
        search_for(window, "acid")
    assert gallery.visible_positions() == window.session.libraries.order.positions.tolist() == [3, 5]


def test_pictures_of_what_is_on_screen_are_drawn_large(qtbot: QtBot, window: MainWindow, gallery: Gallery) -> None:
    qtbot.waitUntil(lambda: window.large_thumbnails.picture(0) is not None, timeout=TIMEOUT)
    picture = window.large_thumbnails.picture(0)
    assert not isinstance(picture, str)
    assert picture.deviceIndependentSize().width() > 150  # type: ignore[union-attr]


def test_a_large_library_scrolls_to_its_end_and_looks_only_at_what_is_on_screen(
    qtbot: QtBot, window: MainWindow, gallery: Gallery, tmp_path: Path
) -> None:
    path = tmp_path / "many.smi"
    path.write_text("".join(f"{'C' * (1 + i % 9)} m{i}\n" for i in range(20_000)))
    with qtbot.waitSignal(window.session.libraries.opened, timeout=TIMEOUT):
        window.files.open([path])
    gallery.scrollTo(gallery.model().index(19_999, 0), QAbstractItemView.ScrollHint.EnsureVisible)
    seen = gallery.visible_positions()
    assert seen[-1] == 19_999
    assert len(seen) < 40


def test_the_window_remembers_which_of_the_two_it_showed(window: MainWindow, gallery: Gallery, open_window) -> None:  # type: ignore[no-untyped-def]
    window.close()
    assert open_window().records_view.accessibleName() == gallery.accessibleName()
