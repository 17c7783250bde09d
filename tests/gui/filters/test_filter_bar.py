"""Filters above the table: the records that pass are shown, counted and exported."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.libraries.row_filters import WITH_NOTE, Range
from gcx_desktop.gui.window.main_window import MainWindow
from tests.gui.window_fixtures import RECORDS, search_for

VALUE = Column.FIRST_FIELD
TIMEOUT = 10_000


def seen(window: MainWindow) -> list[int]:
    positions: list[int] = window.session.libraries.order.positions.tolist()
    return positions


def wait_for(qtbot: QtBot, window: MainWindow, positions: list[int]) -> None:
    qtbot.waitUntil(lambda: seen(window) == positions, timeout=TIMEOUT)


def positions_with(smiles_part: str) -> list[int]:
    return [i for i, record in enumerate(RECORDS) if smiles_part in record[0]]


def test_the_menu_offers_classes_probability_substructure_and_fields_of_numbers(window: MainWindow) -> None:
    bar = window.filter_bar
    bar.menu.aboutToShow.emit()
    words = [action.text() for action in bar.menu.actions() if not action.isSeparator()]
    assert words == ["Predicted class", "P(active)", "Substructure…", "Marked", "Record number", "Text of", "value"]


def test_of_many_fields_the_menu_has_the_first_and_a_dialog_all(qtbot: QtBot, window: MainWindow) -> None:
    bar = window.filter_bar
    bar.columns = lambda: [(VALUE + i, f"descriptor {i:03}") for i in range(300)]
    bar.menu.aboutToShow.emit()
    actions = [action for action in bar.menu.actions() if not action.isSeparator()]
    assert len(actions) < 40
    assert actions[-1].text() == "All 300 Fields…"
    actions[-1].trigger()
    dialog = bar.field_dialog
    assert dialog is not None
    dialog.search.setText("TOR 123")
    assert dialog.list.model().rowCount() == 1
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.accept()
    assert chosen.args == [VALUE + 123, "descriptor 123"]


def test_a_range_keeps_the_records_within_it_and_goes_with_its_chip(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_range(Column.NUMBER, "Record")
    qtbot.keyClicks(chip.low, "2")
    qtbot.keyClicks(chip.high, "4")
    wait_for(qtbot, window, [1, 2, 3])
    assert window.count.text().startswith("3 of 6")
    qtbot.mouseClick(chip.close_button, Qt.MouseButton.LeftButton)
    wait_for(qtbot, window, [0, 1, 2, 3, 4, 5])
    assert not window.filter_bar.isVisible()


def test_a_range_of_probabilities_keeps_its_class_whatever_class_is_explained(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["run"].trigger()
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)
    rows = window.session.libraries.rows
    assert rows is not None
    active = [i for i in range(6) if rows.probability(i, 1) >= 0.5]
    chip = window.filter_bar.add_probability(1)
    qtbot.keyClicks(chip.low, "0.5")
    wait_for(qtbot, window, active)
    window.session.choose_class(0)
    assert window.table.table_model.headerData(Column.PROBABILITY, Qt.Orientation.Horizontal).strip() == "P(inactive)"
    assert seen(window) == active
    assert window.session.libraries.view.filters.ranges == (Range(Column.PROBABILITY, low=0.5, of_class=1),)


def test_a_class_keeps_what_is_predicted_so_once_the_run_is_over(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_classes()
    chip.edit()
    window.actions_["run"].trigger()
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)
    rows = window.session.libraries.rows
    assert rows is not None
    wait_for(qtbot, window, [i for i in range(6) if rows.predicted[i] == 1])
    for button in chip.buttons.values():
        button.setChecked(True)
    wait_for(qtbot, window, [0, 1, 3, 4, 5])  # record 3 is no molecule


def test_a_substructure_keeps_the_records_that_contain_it_and_says_how_many(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_substructure()
    qtbot.keyClicks(chip.box, "c")
    qtbot.keyClick(chip.box, Qt.Key.Key_Return)
    expected = positions_with("c")
    wait_for(qtbot, window, expected)
    qtbot.waitUntil(lambda: chip.words.text() == f"{len(expected)} found", timeout=TIMEOUT)


def test_what_is_no_substructure_is_said(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_substructure()
    qtbot.keyClicks(chip.box, "c1cc(")
    qtbot.keyClick(chip.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chip.words.text() == "no substructure", timeout=TIMEOUT)
    assert "‘c1cc(’ is no SMARTS or SMILES" in window.messages.text


def test_filters_and_search_work_together_and_are_cleared_together(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_range(Column.NUMBER, "Record")
    qtbot.keyClicks(chip.high, "1")
    wait_for(qtbot, window, [0])
    search_for(window, "zzzz")
    qtbot.waitUntil(window.no_match.isVisible, timeout=TIMEOUT)
    assert window.no_match.words.text() == "No record passes the filters and matches ‘zzzz’"
    window.no_match.button.click()
    wait_for(qtbot, window, [0, 1, 2, 3, 4, 5])
    assert window.filter_bar.filters.none


def test_a_new_library_begins_without_filters(qtbot: QtBot, window: MainWindow) -> None:
    window.filter_bar.add_substructure()
    with qtbot.waitSignal(window.session.libraries.opened, timeout=TIMEOUT):
        window.files.open_sample()
    assert window.filter_bar.filters.none
    assert not window.filter_bar.isVisible()


def test_escape_in_a_chip_removes_it(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_range(Column.NUMBER, "Record")
    chip.edit()
    qtbot.keyClick(chip.low, Qt.Key.Key_Escape)
    assert not window.filter_bar.isVisible()


def test_marked_keeps_what_has_a_mark_or_note_and_its_buttons_narrow_it(qtbot: QtBot, window: MainWindow) -> None:
    marks = window.session.libraries.marks
    marks.set_colour([0, 2], 1)
    marks.set_colour([3], 2)
    marks.set_note(4, "ask")
    chip = window.filter_bar.add_marks()
    chip.edit()
    wait_for(qtbot, window, [0, 2, 3, 4])
    qtbot.mouseClick(chip.buttons[1], Qt.MouseButton.LeftButton)
    wait_for(qtbot, window, [0, 2])
    qtbot.mouseClick(chip.buttons[WITH_NOTE], Qt.MouseButton.LeftButton)
    wait_for(qtbot, window, [0, 2, 4])
    marks.set_colour([5], 1)
    wait_for(qtbot, window, [0, 2, 4, 5])
    assert window.filter_bar.add_marks() is chip
    assert all(button.accessibleName() for button in chip.buttons.values())


def test_a_text_field_is_filtered_by_what_it_contains_is_or_lacks(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_text(VALUE + 1, "kind")
    qtbot.keyClicks(chip.text, "A")
    wait_for(qtbot, window, [i for i, record in enumerate(RECORDS) if "a" in record[3]])
    chip.rules.setCurrentText("is")
    chip.text.setText("ACID")
    wait_for(qtbot, window, [3, 5])
    chip.rules.setCurrentText("is empty")
    assert not chip.text.isVisible()
    wait_for(qtbot, window, [i for i, record in enumerate(RECORDS) if not record[3]])
    filters = window.session.libraries.view.filters
    window.filter_bar.clear()
    window.filter_bar.show_filters(filters, ("value", "kind"))
    assert window.filter_bar.filters == filters
