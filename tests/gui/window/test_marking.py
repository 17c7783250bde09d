"""Marks and notes in the window: by key, menu and panel, on all selected records, and undone."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.libraries.marks import MARK_COLOURS
from gcx_desktop.depict.colour import Paper
from gcx_desktop.gui.actions import KEYS
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.project.store import Mark

TIMEOUT = 10_000


def words(window: MainWindow, row: int, column: int, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> str:
    return str(window.table.table_model.index(row, column).data(role) or "")


def select(window: MainWindow, *rows: int) -> None:
    window.table.choose(window.table.table_model.position(rows[0]))
    flags = QItemSelectionModel.SelectionFlag
    for row in rows:
        window.table.selectionModel().select(window.table.table_model.index(row, 0), flags.Select | flags.Rows)


def write(qtbot: QtBot, window: MainWindow, text: str) -> None:
    field = window.panel.mark.note
    field.setFocus()
    qtbot.keyClicks(field, text)


def test_a_key_marks_every_selected_record_rejected_ones_too(window: MainWindow) -> None:
    select(window, 1, 2, 4)
    window.actions_["mark-3"].trigger()
    assert window.session.libraries.marks.colours() == {1: 3, 2: 3, 4: 3}
    window.actions_["mark-0"].trigger()
    assert window.session.libraries.marks.none


def test_no_key_is_that_of_another_action(window: MainWindow) -> None:
    keys = [key.toString() for action in window.actions_.named.values() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert {f"Alt+{number}" for number in range(len(MARK_COLOURS) + 1)} <= set(keys)
    assert f"Alt+1 … Alt+{len(MARK_COLOURS)}\t" in KEYS


def test_the_column_of_marks_is_there_while_a_record_has_one(window: MainWindow) -> None:
    table, marks = window.table, window.session.libraries.marks
    assert table.isColumnHidden(Column.MARK)
    marks.set_colour([1], 2)
    assert not table.isColumnHidden(Column.MARK)
    assert not table.table_model.index(1, Column.MARK).data(Qt.ItemDataRole.DecorationRole).isNull()
    assert table.table_model.index(0, Column.MARK).data(Qt.ItemDataRole.DecorationRole) is None
    marks.history.undo()
    assert table.isColumnHidden(Column.MARK)


def test_widths_are_remembered_though_the_column_of_marks_is_hidden(window: MainWindow) -> None:
    window.table.setColumnWidth(Column.TITLE, 333)
    widths = window.table.widths()
    window.table.set_widths(widths)
    assert window.table.widths() == widths
    assert "333" in widths.split(",")
    assert "0" not in widths.split(",")


def test_the_table_says_note_and_mark_in_words(window: MainWindow) -> None:
    marks = window.session.libraries.marks
    marks.set_colour([1], 2)
    marks.set_note(1, "ask <b>Ada</b>")
    assert words(window, 1, Column.MARK) == "ask <b>Ada</b>"
    assert "&lt;b&gt;" in words(window, 1, Column.MARK, Qt.ItemDataRole.ToolTipRole)
    assert words(window, 1, Column.MARK, Qt.ItemDataRole.AccessibleTextRole) == "marked green, note: ask <b>Ada</b>"
    structure = words(window, 1, Column.STRUCTURE, Qt.ItemDataRole.AccessibleTextRole)
    assert structure == "structure of benzene, marked green, note: ask <b>Ada</b>"


def test_a_click_on_the_header_sorts_by_mark(qtbot: QtBot, window: MainWindow) -> None:
    window.session.libraries.marks.set_colour([4], 1)
    window.session.libraries.marks.set_colour([2], 2)
    window.table.horizontalHeader().sectionClicked.emit(Column.MARK)
    expected = [4, 2, 0, 1, 3, 5]
    qtbot.waitUntil(lambda: window.session.libraries.order.positions.tolist() == expected, timeout=TIMEOUT)


def test_the_panels_buttons_mark_the_record_shown_and_say_its_mark(qtbot: QtBot, window: MainWindow) -> None:
    marks, buttons = window.session.libraries.marks, window.panel.mark.buttons
    qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert marks.all() == {0: Mark(0, 2)}
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert marks.all() == {0: Mark(0, 1)}
    assert [button.isChecked() for button in buttons] == [True, False, False, False, False]
    window.table.choose(1)
    assert not any(button.isChecked() for button in buttons)
    window.table.choose(0)
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert marks.none
    assert all(button.accessibleName().startswith("Mark ") for button in buttons)


def test_a_note_is_kept_on_return_and_the_records_have_the_keyboard_again(qtbot: QtBot, window: MainWindow) -> None:
    write(qtbot, window, "dissolves badly")
    qtbot.keyClick(window.panel.mark.note, Qt.Key.Key_Return)
    assert window.session.libraries.marks.note(0) == "dissolves badly"
    assert window.focusWidget() is window.table


def test_a_note_is_kept_at_a_pause_in_typing_and_is_taken_back_as_one(qtbot: QtBot, window: MainWindow) -> None:
    marks, field = window.session.libraries.marks, window.panel.mark.note
    write(qtbot, window, "wet ")
    qtbot.waitUntil(lambda: marks.note(0) == "wet", timeout=TIMEOUT)
    qtbot.keyClicks(field, "batch")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert marks.note(0) == "wet batch"
    window.actions_["undo"].trigger()
    assert marks.note(0) == ""
    assert field.text() == ""
    window.actions_["redo"].trigger()
    assert field.text() == "wet batch"


def test_a_note_stays_with_the_record_that_it_was_written_on(qtbot: QtBot, window: MainWindow) -> None:
    field = window.panel.mark.note
    write(qtbot, window, "of the first")
    window.table.choose(1)
    assert window.session.libraries.marks.all() == {0: Mark(0, 0, "of the first")}
    assert field.text() == ""
    window.table.choose(0)
    assert field.text() == "of the first"


def test_marking_does_not_disturb_a_note_that_is_being_written(qtbot: QtBot, window: MainWindow) -> None:
    write(qtbot, window, "half a sent")
    window.actions_["mark-1"].trigger()
    assert window.panel.mark.note.text() == "half a sent"


def test_a_rejected_record_has_a_note_too(qtbot: QtBot, window: MainWindow) -> None:
    window.table.choose(2)
    qtbot.waitUntil(lambda: window.panel.notice.isVisible(), timeout=TIMEOUT)
    write(qtbot, window, "look at the paper")
    qtbot.keyClick(window.panel.mark.note, Qt.Key.Key_Return)
    assert window.session.libraries.marks.note(2) == "look at the paper"


def test_undo_says_what_it_would_take_back(window: MainWindow) -> None:
    undo, redo = window.actions_["undo"], window.actions_["redo"]
    assert (undo.text(), undo.isEnabled(), redo.isEnabled()) == ("&Undo", False, False)
    select(window, 0, 1)
    window.actions_["mark-1"].trigger()
    assert (undo.text(), undo.isEnabled()) == ("&Undo Mark red on 2 Records", True)
    undo.trigger()
    assert (undo.isEnabled(), redo.text()) == (False, "&Redo Mark red on 2 Records")
    window.session.libraries.close()
    assert not redo.isEnabled()
    assert not window.actions_["mark"].isEnabled()


def test_a_text_field_keeps_its_own_undo(qtbot: QtBot, window: MainWindow) -> None:
    window.session.libraries.marks.set_colour([3], 1)
    write(qtbot, window, "ab")
    qtbot.keyClick(window.panel.mark.note, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.panel.mark.note.text() == ""
    assert window.session.libraries.marks.colour(3) == 1


def test_a_library_that_is_opened_has_marks_of_its_own(qtbot: QtBot, window: MainWindow) -> None:
    libraries = window.session.libraries
    libraries.marks.set_colour([0], 1)
    with qtbot.waitSignal(libraries.opened, timeout=TIMEOUT):
        window.files.open([libraries.library.path])  # type: ignore[union-attr]
    assert libraries.marks.none
    assert not window.actions_["undo"].isEnabled()


@pytest.mark.parametrize("view", ["table", "gallery"])
def test_the_menu_of_a_row_marks_and_notes(qtbot: QtBot, window: MainWindow, view: str) -> None:
    window.actions_[view].trigger()
    window.records_view.customContextMenuRequested.emit(QPoint(40, 40))
    menu = window.records_view.findChild(QMenu)
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()][:3] == ["&Mark", "N&ote…", "&Copy as"]
    menu.close()
    window.actions_["note"].trigger()
    assert window.focusWidget() is window.panel.mark.note


def test_a_mark_is_seen_in_the_gallery(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["gallery"].trigger()

    def ink_of(number: int) -> int:
        image = window.gallery.grab().toImage()
        wanted = MARK_COLOURS[number - 1].on(Paper.WHITE)
        return sum(image.pixelColor(x, y).name() == wanted for x in range(image.width()) for y in range(300))

    window.session.libraries.marks.set_colour([1], 3)
    assert ink_of(3) > 0  # the size of a mark follows the font
    window.actions_["undo"].trigger()
    assert ink_of(3) == 0


def test_marks_and_their_undo_cost_less_than_a_stall(window: MainWindow) -> None:
    """The library has few rows; positions beyond them simulate a large library that is selected as a whole."""
    marks = window.session.libraries.marks
    start = time.process_time()
    marks.set_colour(range(100_000), 1)
    marks.history.undo()
    assert time.process_time() - start < 0.5  # about 0.05 s
