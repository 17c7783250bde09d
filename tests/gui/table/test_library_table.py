"""The library as a table: cells, sorting, filtering, selection."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from gcx_desktop.app.explaining.decision import NO_CLASS, UNDECIDED
from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.libraries.library_view_order import View
from gcx_desktop.gui.table.library_table_model import NONE_YET, POSITION_ROLE, LibraryTableModel
from gcx_desktop.gui.window.main_window import MainWindow
from tests.gui.window_fixtures import search_for

VALUE, KIND = Column.FIRST_FIELD, Column.FIRST_FIELD + 1
TIMEOUT = 10_000


def shown(window: MainWindow, column: int) -> list[str]:
    model = window.table.table_model
    return [model.index(row, column).data().strip() for row in range(model.rowCount())]


def explain_all(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["run"].trigger()
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)


def test_the_model_keeps_the_rules_of_qt(qtbot: QtBot, window: MainWindow) -> None:
    tester = QAbstractItemModelTester(
        window.table.table_model, QAbstractItemModelTester.FailureReportingMode.Fatal, window
    )
    search_for(window, "acid")
    qtbot.waitUntil(lambda: window.table.table_model.rowCount() < 6, timeout=TIMEOUT)
    explain_all(qtbot, window)
    window.session.libraries.close()
    assert tester.model().rowCount() == 0


def test_an_empty_model_keeps_the_rules_of_qt(qtbot: QtBot, open_window) -> None:  # type: ignore[no-untyped-def]
    model = open_window().table.table_model
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    assert (model.rowCount(), model.columnCount()) == (0, 0)
    assert model.data(QModelIndex()) is None


def test_every_record_is_a_row_with_its_title_and_fields(window: MainWindow) -> None:
    assert shown(window, Column.NUMBER) == ["1", "2", "3", "4", "5", "6"]
    assert shown(window, Column.TITLE)[1] == "benzene"
    assert shown(window, VALUE) == ["2.5", "10", "7", "-1", NONE_YET, "3e1"]
    headers = [
        str(window.table.table_model.headerData(column, Qt.Orientation.Horizontal)).strip() for column in range(9)
    ]
    own = ["#", "Structure", "Title", "Prediction", "P(active)", "Mark", "Disagreement"]
    assert headers == [*own, "value", "kind"]


def test_results_fill_the_table_and_a_rejected_row_says_why(qtbot: QtBot, window: MainWindow) -> None:
    assert shown(window, Column.PREDICTION)[1] == NONE_YET
    explain_all(qtbot, window)
    predictions = shown(window, Column.PREDICTION)
    assert set(predictions[:2] + predictions[3:]) <= {"inactive", "active"}
    assert predictions[2] == "unreadable"
    reason = window.table.table_model.index(2, Column.PREDICTION).data(Qt.ItemDataRole.ToolTipRole)
    assert "could not be read" in reason
    assert "ring" in reason
    assert shown(window, Column.PROBABILITY)[2] == NONE_YET
    probable = {"inactive": (0, 0.5), "active": (0.5, 1)}
    for name, text in zip(predictions, shown(window, Column.PROBABILITY), strict=True):
        low, high = probable.get(name, (0, 1))
        assert text == NONE_YET or low <= float(text) <= high


def test_the_probability_is_of_the_class_that_is_explained(qtbot: QtBot, window: MainWindow) -> None:
    explain_all(qtbot, window)
    model = window.table.table_model
    of_active = shown(window, Column.PROBABILITY)
    window.session.choose_class(0)
    assert model.headerData(Column.PROBABILITY, Qt.Orientation.Horizontal).strip() == "P(inactive)"
    assert "inactive" in model.headerData(Column.PROBABILITY, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    for inactive, active in zip(shown(window, Column.PROBABILITY), of_active, strict=True):
        assert active == inactive == NONE_YET or float(inactive) + float(active) == pytest.approx(1, abs=0.011)


def test_sorted_by_probability_the_rows_go_from_surely_not_to_surely_yes(qtbot: QtBot, window: MainWindow) -> None:
    explain_all(qtbot, window)
    for explained in (-1, 0):
        window.session.choose_class(explained)
        window.session.libraries.set_view(View(Column.PROBABILITY))
        # Choosing the class orders the rows, too, so that a first order may still be that of the class before.
        qtbot.waitUntil(lambda: is_ascending(window), timeout=TIMEOUT)


def is_ascending(window: MainWindow) -> bool:
    values = [float(text) for text in shown(window, Column.PROBABILITY) if text != NONE_YET]
    return values == sorted(values)


def test_in_the_gallery_a_probability_stands_beside_the_class_that_it_is_of(qtbot: QtBot, window: MainWindow) -> None:
    explain_all(qtbot, window)
    rows, model = window.session.libraries.rows, window.table.table_model
    assert rows is not None
    for row in (0, 1, 3, 4, 5):
        name = ("inactive", "active")[rows.predicted[row]]
        assert model.outcome(row) == f"{name}  {rows.probability(row, -1):.2f}"
    assert model.outcome(2) == "unreadable"


def test_what_decides_for_no_class_says_so_and_names_the_most_probable_one_beside_it(window: MainWindow) -> None:
    rows, model = window.session.libraries.rows, window.table.table_model
    assert rows is not None
    rows.predict(0, 1, [0.44, 0.56], UNDECIDED)
    rows.predict(1, 0, [0.7, 0.3], NO_CLASS)
    assert shown(window, Column.PREDICTION)[:2] == ["undecided", "none of the classes"]
    assert [model.outcome(row) for row in (0, 1)] == ["undecided: active 0.56", "none of the classes: inactive 0.70"]
    spoken = [model.index(row, Column.PREDICTION).data(Qt.ItemDataRole.AccessibleTextRole) for row in (0, 1)]
    assert "more than one class is not excluded. The most probable class: active 0.56" in spoken[0]
    assert "unlike anything learned. The most probable class: inactive 0.70" in spoken[1]


def test_numbers_stand_right_and_words_left(window: MainWindow) -> None:
    model = window.table.table_model
    right = Qt.AlignmentFlag.AlignRight
    assert model.index(0, VALUE).data(Qt.ItemDataRole.TextAlignmentRole) & right
    assert not model.index(0, KIND).data(Qt.ItemDataRole.TextAlignmentRole) & right


def test_a_header_and_a_missing_value_stand_as_the_columns_values_do(window: MainWindow) -> None:
    model, role = window.table.table_model, Qt.ItemDataRole.TextAlignmentRole
    for column, right in ((VALUE, True), (KIND, False), (Column.PROBABILITY, True), (Column.TITLE, False)):
        headed = model.headerData(column, Qt.Orientation.Horizontal, role)
        assert bool(headed & Qt.AlignmentFlag.AlignRight) is right
        assert all(model.index(row, column).data(role) == headed for row in range(6))


def test_a_record_on_screen_that_cannot_be_read_is_marked_without_a_run(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: shown(window, Column.PREDICTION)[2] == "unreadable", timeout=TIMEOUT)
    assert window.table.table_model.unreadable(2)
    assert not window.table.table_model.unreadable(1)


def test_a_search_without_hits_says_so_and_offers_to_clear_it(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClicks(window.tool_bar.search, "zzzz")
    qtbot.waitUntil(window.no_match.isVisible, timeout=TIMEOUT)
    assert window.no_match.words.text() == "No record matches ‘zzzz’"
    assert not window.table.isVisible()
    assert window.panel.place.text() == "not in the list  ·  record 1 of 6"
    window.no_match.button.click()
    qtbot.waitUntil(window.table.isVisible, timeout=TIMEOUT)
    assert window.panel.place.text() == "record 1 of 6"
    assert window.table.selected_positions() == [0]


def test_a_click_on_a_header_sorts_ascending_then_descending_then_not(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.table.table_model.unreadable(2), timeout=TIMEOUT)
    orders = []
    for _ in range(3):
        with qtbot.waitSignal(window.session.libraries.order_changed, timeout=TIMEOUT):
            window.table.horizontalHeader().sectionClicked.emit(VALUE)
        orders.append([int(text) for text in shown(window, Column.NUMBER)])
    assert orders == [[4, 1, 2, 6, 5, 3], [6, 2, 1, 4, 5, 3], [1, 2, 3, 4, 5, 6]]


def test_rejected_records_stand_last_when_sorted(qtbot: QtBot, window: MainWindow) -> None:
    explain_all(qtbot, window)
    with qtbot.waitSignal(window.session.libraries.order_changed, timeout=TIMEOUT):
        window.table.horizontalHeader().sectionClicked.emit(VALUE)
    assert shown(window, Column.NUMBER)[-1] == "3"


def test_typing_in_the_search_box_filters_and_says_how_many_are_left(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClicks(window.tool_bar.search, "acid")
    qtbot.waitUntil(lambda: window.count.text() == "2 of 6", timeout=TIMEOUT)
    assert shown(window, Column.TITLE) == ["aspirin", "acetic acid"]
    qtbot.keyClick(window.tool_bar.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.count.text() == "6 records", timeout=TIMEOUT)


def test_selection_stays_with_the_records_through_sorting_and_filtering(qtbot: QtBot, window: MainWindow) -> None:
    table, libraries = window.table, window.session.libraries
    table.choose(3)
    table.selectRow(3)
    with qtbot.waitSignal(libraries.order_changed, timeout=TIMEOUT):
        table.horizontalHeader().sectionClicked.emit(VALUE)
    assert table.table_model.position(table.currentIndex().row()) == 3
    with qtbot.waitSignal(libraries.order_changed, timeout=TIMEOUT):
        search_for(window, "amine")
    assert table.selected_positions() == []
    assert table.current == 3
    with qtbot.waitSignal(libraries.order_changed, timeout=TIMEOUT):
        search_for(window, "")
    assert table.selected_positions() == [3]


@pytest.fixture
def long_window(qtbot: QtBot, open_window, tmp_path: Path) -> MainWindow:  # type: ignore[no-untyped-def]
    path = tmp_path / "long.csv"
    path.write_text("smiles,name,value\n" + "".join(f"{'C' * (i % 9 + 1)},m{i},{i * 7 % 100}\n" for i in range(100)))
    window: MainWindow = open_window()
    window.files.open([path])
    qtbot.waitUntil(lambda: window.session.libraries.texts_read, timeout=TIMEOUT)
    return window


def sort_by(qtbot: QtBot, window: MainWindow, view: View) -> None:
    with qtbot.waitSignal(window.session.libraries.order_changed, timeout=TIMEOUT):
        window.session.libraries.set_view(view)


def test_after_a_sort_the_view_is_at_the_top_unless_a_record_was_selected_by_hand(
    qtbot: QtBot, long_window: MainWindow
) -> None:
    table = long_window.table
    table.scrollToBottom()
    sort_by(qtbot, long_window, View(VALUE, True))
    assert table.rowAt(0) == 0
    assert table.current == 0
    table.choose(50)
    sort_by(qtbot, long_window, View(VALUE))
    assert table.current == 50
    assert 50 in table.visible_positions()
    assert table.rowAt(0) > 0


def test_in_the_gallery_a_sort_goes_to_the_top_too(qtbot: QtBot, long_window: MainWindow) -> None:
    long_window.actions_["gallery"].trigger()
    gallery = long_window.gallery
    gallery.verticalScrollBar().setValue(gallery.verticalScrollBar().maximum())
    sort_by(qtbot, long_window, View(VALUE, True))
    assert gallery.verticalScrollBar().value() == 0


def test_rows_that_come_and_go_by_themselves_do_not_scroll_the_view(qtbot: QtBot, long_window: MainWindow) -> None:
    table, libraries = long_window.table, long_window.session.libraries
    sort_by(qtbot, long_window, View(VALUE, True))
    table.verticalScrollBar().setValue(700)
    sort_by(qtbot, long_window, libraries.view)
    assert table.verticalScrollBar().value() == 700


def test_selected_records_come_in_the_order_seen(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.table.table_model.unreadable(2), timeout=TIMEOUT)
    with qtbot.waitSignal(window.session.libraries.order_changed, timeout=TIMEOUT):
        window.table.horizontalHeader().sectionClicked.emit(VALUE)
    window.actions_["select-all"].trigger()
    assert window.table.selected_positions() == [3, 0, 1, 5, 4, 2]
    assert window.count.text() == "6 records  ·  6 selected"


def test_arrows_walk_the_library(qtbot: QtBot, window: MainWindow) -> None:
    window.table.setFocus()
    qtbot.keyClick(window.table, Qt.Key.Key_Down)
    assert window.session.selection.position == 1
    qtbot.keyClick(window.table, Qt.Key.Key_Up)
    assert window.session.selection.position == 0


def one_thing(window: MainWindow) -> int:
    """The position that is current, shown, and the only one selected."""
    table = window.table
    current = table.table_model.position(table.currentIndex().row())
    assert [index.row() for index in table.selectionModel().selectedRows()] == [table.currentIndex().row()]
    assert table.selected_positions() == [current] == [window.session.selection.position]
    return current


def test_the_first_hit_of_a_search_is_current_selected_and_shown_when_the_keyboard_goes_there(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.activateWindow()
    window.actions_["find"].trigger()
    qtbot.keyClicks(window.tool_bar.search, "nicotine")
    qtbot.waitUntil(lambda: window.table.table_model.rowCount() == 1, timeout=TIMEOUT)
    qtbot.keyClick(window.tool_bar.search, Qt.Key.Key_Down)
    assert window.table.hasFocus()
    assert one_thing(window) == 4
    window.tool_bar.search.clear()
    qtbot.waitUntil(lambda: window.table.table_model.rowCount() == 6, timeout=TIMEOUT)
    assert one_thing(window) == 4


@pytest.mark.parametrize("held", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier])
def test_home_and_end_select_the_first_and_the_last_record(
    qtbot: QtBot, window: MainWindow, held: Qt.KeyboardModifier
) -> None:
    window.table.setFocus()
    found = []
    for key in (Qt.Key.Key_End, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_Down):
        qtbot.keyClick(window.table, key, held)
        found.append(one_thing(window))
    assert found == [5, 4, 0, 1]


def test_taking_the_current_row_out_of_the_selection_shows_another_selected_one(
    qtbot: QtBot, window: MainWindow
) -> None:
    table = window.table

    def click(row: int) -> None:
        place = table.visualRect(table.table_model.index(row, 0)).center()
        held = Qt.KeyboardModifier.ControlModifier
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, held, place)

    table.choose(0)
    click(1)
    assert (table.selected_positions(), table.current) == ([0, 1], 1)
    click(1)
    assert one_thing(window) == 0
    click(0)
    assert one_thing(window) == 0


def test_when_a_filter_hides_the_current_record_a_selected_one_that_is_seen_is_shown(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.actions_["select-all"].trigger()
    with qtbot.waitSignal(window.session.libraries.order_changed, timeout=TIMEOUT):
        search_for(window, "acid")
    assert window.table.selected_positions() == [3, 5]
    assert window.table.current == window.session.selection.position == 3


def test_every_copying_key_copies_smiles_not_a_cell(qtbot: QtBot, window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("before")
    window.activateWindow()
    window.table.setFocus()
    window.table.choose(1)
    for key in QKeySequence.keyBindings(QKeySequence.StandardKey.Copy):
        event = QKeyEvent(QEvent.Type.KeyPress, key[0].key(), key[0].keyboardModifiers())
        window.table.keyPressEvent(event)
        assert not event.isAccepted()
    assert QGuiApplication.clipboard().text() == "before"
    qtbot.keyClick(window.table, Qt.Key.Key_Insert, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "c1ccccc1", timeout=TIMEOUT)


def test_a_record_is_found_by_its_position_whatever_the_order(window: MainWindow) -> None:
    model = window.table.table_model
    assert isinstance(model, LibraryTableModel)
    assert model.index(4, 0).data(POSITION_ROLE) == 4
    assert model.position(99) == -1


@pytest.mark.parametrize("position", [0, 2])
def test_screen_readers_get_words_for_the_structure(window: MainWindow, position: int) -> None:
    words = window.table.table_model.index(position, Column.STRUCTURE).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words.startswith("structure of ")


def test_thumbnails_of_a_signed_method_have_both_colours(qtbot: QtBot, window: MainWindow) -> None:
    assert window.thumbnails.colouring(0) is not None
    assert not window.thumbnails.colouring(0).signed  # type: ignore[union-attr]
    window.session.choose_method("occlusion")
    window.session.run()
    qtbot.waitUntil(lambda: window.thumbnails.colouring(3) is not None, timeout=TIMEOUT)
    assert window.thumbnails.colouring(3).signed  # type: ignore[union-attr]
    assert window.panel.controls.legend.scale.signed


def test_thumbnails_of_what_is_on_screen_are_drawn(qtbot: QtBot, window: MainWindow) -> None:
    from PySide6.QtGui import QImage

    def pictures() -> list[object]:
        return [window.thumbnails.picture(position) for position in range(2)]

    qtbot.waitUntil(lambda: all(isinstance(each, QImage) for each in pictures()), timeout=TIMEOUT)
    plain = pictures()
    window.session.choose_method("gradient")  # whose maps are never zero everywhere
    explain_all(qtbot, window)
    qtbot.waitUntil(lambda: pictures() != plain, timeout=TIMEOUT)  # now with saliency
    assert window.thumbnails.picture(2) == ""


def test_a_record_that_stands_for_many_molecules_is_drawn_and_said_to_be_not_predictable(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "query.smi"
    path.write_text("CC* group\nCCO ethanol\n")
    with qtbot.waitSignal(window.session.libraries.opened, timeout=TIMEOUT):
        window.files.open([path])
    window.table.choose(0)
    qtbot.waitUntil(lambda: shown(window, Column.PREDICTION)[0] == "not predictable", timeout=TIMEOUT)
    qtbot.waitUntil(lambda: window.thumbnails.picture(0) is not None, timeout=TIMEOUT)
    assert not window.table.table_model.unreadable(0)
    tip = window.table.table_model.index(0, Column.PREDICTION).data(Qt.ItemDataRole.ToolTipRole)
    assert "Record 1, line 1, is not predictable: " in tip
    panel = window.panel
    assert panel.why.text() == "This record cannot be predicted: atom 3 is no element but a placeholder (*)"
    assert panel.svg() is not None
    assert not panel.notice.isVisible()
    assert not panel.controls.isVisible()
    window.table.choose(1)
    qtbot.waitUntil(lambda: panel.title.text() == "ethanol" and panel.controls.isVisible(), timeout=TIMEOUT)
    assert not panel.why.isVisible()
