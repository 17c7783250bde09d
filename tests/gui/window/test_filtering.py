"""Undo and redo of searches and filters."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.libraries.row_filters import RecordSubset
from gcx_desktop.gui.filters.filter_chips import ChosenChip
from gcx_desktop.gui.window.main_window import MainWindow
from tests.gui.window_fixtures import search_for

TIMEOUT = 10_000
ALL = [0, 1, 2, 3, 4, 5]


def wait_for(qtbot: QtBot, window: MainWindow, positions: list[int]) -> None:
    libraries = window.session.libraries
    qtbot.waitUntil(lambda: libraries.order.positions.tolist() == positions, timeout=TIMEOUT)


def test_a_search_typed_letter_by_letter_is_taken_back_as_one(qtbot: QtBot, window: MainWindow) -> None:
    for text in ("a", "ac", "acid"):
        search_for(window, text)
    wait_for(qtbot, window, [3, 5])
    assert window.actions_["undo"].text() == "&Undo Search"
    window.actions_["undo"].trigger()
    wait_for(qtbot, window, ALL)
    assert window.tool_bar.search.text() == ""
    window.actions_["redo"].trigger()
    wait_for(qtbot, window, [3, 5])
    assert window.tool_bar.search.text() == "acid"


def test_a_filter_that_was_removed_comes_back_with_its_numbers(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_range(Column.NUMBER, "Record")
    qtbot.keyClicks(chip.low, "2")
    qtbot.keyClicks(chip.high, "4")
    wait_for(qtbot, window, [1, 2, 3])
    qtbot.mouseClick(chip.close_button, Qt.MouseButton.LeftButton)
    wait_for(qtbot, window, ALL)
    window.actions_["undo"].trigger()
    wait_for(qtbot, window, [1, 2, 3])
    assert window.filter_bar.isVisible()


def test_clearing_search_and_filters_is_one_step(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_range(Column.NUMBER, "Record")
    qtbot.keyClicks(chip.high, "4")
    wait_for(qtbot, window, [0, 1, 2, 3])
    window.filter_bar.add_classes().edit()
    search_for(window, "nothing has this")
    wait_for(qtbot, window, [])
    window.filtering.clear()
    wait_for(qtbot, window, ALL)
    window.actions_["undo"].trigger()
    assert window.session.libraries.view.filters.text == "nothing has this"
    assert window.session.libraries.view.filters.predicted == frozenset({1})
    assert len(window.session.libraries.view.filters.ranges) == 1


def test_marks_and_filters_are_taken_back_in_the_order_in_which_they_were_made(
    qtbot: QtBot, window: MainWindow
) -> None:
    marks = window.session.libraries.marks
    marks.set_colour([0], 1)
    search_for(window, "acid")
    marks.set_colour([3], 2)
    window.actions_["undo"].trigger()
    assert (marks.colours(), window.tool_bar.search.text()) == ({0: 1}, "acid")
    window.actions_["undo"].trigger()
    assert (marks.colours(), window.tool_bar.search.text()) == ({0: 1}, "")
    wait_for(qtbot, window, ALL)
    window.actions_["undo"].trigger()
    assert marks.none


def test_a_library_that_is_opened_with_filters_set_has_nothing_to_take_back(qtbot: QtBot, window: MainWindow) -> None:
    libraries = window.session.libraries
    window.filter_bar.add_marks().edit()
    window.filter_bar.add_classes().edit()
    with qtbot.waitSignal(libraries.opened, timeout=TIMEOUT):
        window.files.open([libraries.library.path])  # type: ignore[union-attr]
    assert libraries.history.undo_words == ""


def test_chosen_records_are_a_chip_that_is_removed_and_comes_back_by_undo(qtbot: QtBot, window: MainWindow) -> None:
    window.filter_bar.choose(RecordSubset("fidelity, CAM", frozenset({1, 4})))
    wait_for(qtbot, window, [1, 4])
    window.filter_bar.choose(RecordSubset("sparsity, CAM", frozenset({4})))
    wait_for(qtbot, window, [4])
    (chip,) = window.filter_bar.findChildren(ChosenChip)
    assert chip.close_button.accessibleName() == "Remove the filter sparsity, CAM: 1 molecule"
    qtbot.mouseClick(chip.close_button, Qt.MouseButton.LeftButton)
    wait_for(qtbot, window, ALL)
    window.actions_["undo"].trigger()
    wait_for(qtbot, window, [4])
    window.actions_["undo"].trigger()
    wait_for(qtbot, window, [1, 4])
