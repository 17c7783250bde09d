"""The Measures dock: what can be evaluated, what it shows, and the molecules behind a figure."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from gcx_desktop.app.evaluation.write_evaluation import CURVE_COLUMNS, SANITY_COLUMNS, SUMMARY_COLUMNS
from gcx_desktop.gui.measures.measures_table import MeasuresColumn, MeasuresTableModel, MethodRow
from gcx_desktop.gui.pictures.chart_view import ChartView
from gcx_desktop.gui.window.main_window import MainWindow

TIMEOUT = 30_000
SMILES = ("CCO", "CC(=O)Oc1ccccc1C(=O)O", "c1ccccc1", "CC(=O)O", "broken", "CCCN", "CN1CCCC1c1cccnc1", "OCCO")


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.csv"
    path.write_text("smiles,size,active\n" + "".join(f"{smiles},{i},{i % 2}\n" for i, smiles in enumerate(SMILES)))
    return path


@pytest.fixture
def ready(qtbot: QtBot, open_window: Callable[[], MainWindow], labelled: Path) -> MainWindow:
    """A window that can evaluate two methods."""
    window = open_window()
    window.start()
    window.files.open([labelled])
    window.actions_["evaluate"].trigger()
    window.measures.choice.choose_methods(("cam", "eb"))
    qtbot.waitUntil(window.measures.choice.button.isEnabled, timeout=TIMEOUT)
    return window


@pytest.fixture
def evaluated(qtbot: QtBot, ready: MainWindow) -> MainWindow:
    measures = ready.measures
    measures.choice.button.click()
    qtbot.waitUntil(lambda: measures.measured is not None and not measures.busy, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: all(chart.sizeHint().height() > 0 for chart in charts(ready)), timeout=TIMEOUT)
    return ready


def charts(window: MainWindow) -> list[ChartView]:
    """Those of a model of classes."""
    of_values = window.measures.values.findChildren(ChartView)
    return [view for view in window.measures.findChildren(ChartView) if view not in of_values]


def seen(window: MainWindow) -> list[int]:
    return sorted(window.session.libraries.order.positions.tolist())


def press(qtbot: QtBot, view: ChartView, key: tuple[int, int]) -> None:
    assert view.chart is not None
    area = next(area for area in view.chart.areas if area.key == key)
    x, y = (area.left + area.right) / 2, (area.top + area.bottom) / 2
    view.resize(view.sizeHint())
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(x * view.width()), round(y * view.height())))


def test_the_dock_stays_away_until_it_is_asked_for(open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    assert window.measures.isHidden()
    window.actions_["evaluate"].trigger()
    assert window.measures.isVisible()
    assert "Open a library" in window.measures.words.text()
    window.measures.toggleViewAction().trigger()
    assert window.measures.isHidden()


def test_only_columns_that_can_be_classes_are_offered(ready: MainWindow) -> None:
    labels = ready.measures.choice.labels
    assert [labels.itemText(i) for i in range(labels.count())] == ["active"]


def test_a_library_without_classes_is_refused_with_a_sentence(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["evaluate"].trigger()
    qtbot.waitUntil(lambda: "No column of library.csv" in window.measures.words.text(), timeout=TIMEOUT)
    assert "inactive, active" in window.measures.words.text()
    assert not window.measures.choice.button.isEnabled()


def test_without_a_method_there_is_nothing_to_evaluate(ready: MainWindow) -> None:
    ready.measures.choice.choose_methods(())
    assert not ready.measures.choice.button.isEnabled()
    ready.measures.choice.choose_methods(("eb",))
    assert ready.measures.choice.button.isEnabled()


def test_what_was_found_is_shown_on_every_page(evaluated: MainWindow) -> None:
    measures = evaluated.measures
    assert measures.methods.table.rows_model.rowCount() == 2
    assert measures.methods.table.isColumnHidden(MeasuresColumn.ATTRIBUTION)
    assert measures.prediction.about.text() == ("7 of 8 molecules with a class in ‘active’; 1 more could not be read")
    assert "not the file" in measures.prediction.trained.text()
    assert all(label.text() != "—" for label in measures.prediction.figures.values())
    assert measures.sanity.verdict.text()
    assert measures.pages.currentWidget() is measures.methods
    measures.tabs.setCurrentIndex(1)
    assert measures.pages.currentWidget() is measures.curves


def test_a_click_on_a_cell_filters_the_library_and_undo_takes_it_back(qtbot: QtBot, evaluated: MainWindow) -> None:
    measured = evaluated.measures.measured
    assert measured is not None
    evaluated.measures.prediction.matrix.describe((0, 1))
    truth, called = measured.evaluation.labels, measured.evaluation.probabilities.argmax(axis=1)
    for key in ((0, 0), (0, 1), (1, 0), (1, 1)):
        inside = measured.evaluation.positions[(truth == key[0]) & (called == key[1])].tolist()
        press(qtbot, evaluated.measures.prediction.matrix, key)
        qtbot.waitUntil(lambda inside=inside: seen(evaluated) == inside, timeout=TIMEOUT)
    for _ in range(4):
        evaluated.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: len(seen(evaluated)) == 8, timeout=TIMEOUT)


def test_a_number_in_the_table_and_its_bar_have_the_same_molecules(qtbot: QtBot, evaluated: MainWindow) -> None:
    methods = evaluated.measures.methods
    with qtbot.waitSignal(evaluated.measures.chosen, timeout=TIMEOUT) as cell:
        index = methods.table.rows_model.index(1, MeasuresColumn.RANDOM)
        methods.table.clicked.emit(index)
    with qtbot.waitSignal(evaluated.measures.chosen, timeout=TIMEOUT) as bar:
        press(qtbot, methods.bars, (1, 1))
    assert cell.args == bar.args
    assert bar.args[0].words == "fidelity of random atoms, Excitation Backprop"
    assert evaluated.filter_bar.filters.chosen == bar.args[0]


def test_the_keyboard_reaches_the_molecules_behind_a_chart(qtbot: QtBot, evaluated: MainWindow) -> None:
    matrix = evaluated.measures.prediction.matrix
    assert matrix.focusPolicy() is Qt.FocusPolicy.StrongFocus
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(matrix, key)
    assert "a click shows them" in matrix.accessibleDescription()
    with qtbot.waitSignal(evaluated.measures.chosen, timeout=TIMEOUT) as pressed:
        qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert pressed.args[0].words == "inactive, predicted active"


def test_another_cutoff_changes_the_table_at_once_and_then_the_bars(qtbot: QtBot, evaluated: MainWindow) -> None:
    methods = evaluated.measures.methods
    before, bars = [methods.table.rows_model.row(i).sparsity for i in range(2)], methods.bars.chart
    methods.cutoffs.setCurrentIndex(methods.cutoffs.count() - 1)
    assert methods.cutoff == 0.5
    assert [methods.table.rows_model.row(i).sparsity for i in range(2)] > before
    qtbot.waitUntil(lambda: methods.bars.chart is not bars, timeout=TIMEOUT)


def test_another_library_or_model_clears_the_panel(qtbot: QtBot, evaluated: MainWindow, models: Path) -> None:
    measures = evaluated.measures
    evaluated.models.choose(models / "triple")
    assert measures.measured is None
    assert not measures.choice.button.isEnabled()
    qtbot.waitUntil(measures.choice.button.isEnabled, timeout=TIMEOUT)
    assert measures.pages.currentWidget() is measures.words
    evaluated.session.libraries.close()
    assert not measures.choice.button.isEnabled()
    assert "Open a library" in measures.words.text()


def test_an_evaluation_that_is_stopped_leaves_nothing_and_can_be_begun_again(qtbot: QtBot, ready: MainWindow) -> None:
    measures = ready.measures
    measures.choice.button.click()
    assert ready.actions_["stop"].isVisible()
    assert not measures.choice.button.isEnabled()
    ready.actions_["stop"].trigger()
    qtbot.waitUntil(lambda: not measures.busy, timeout=TIMEOUT)
    assert measures.measured is None
    assert measures.choice.button.isEnabled()
    assert not ready.actions_["stop"].isVisible()


@pytest.mark.parametrize(
    ("kind", "columns", "n_rows"),
    [("measures", SUMMARY_COLUMNS, 2), ("curves", CURVE_COLUMNS, 46), ("sanity", SANITY_COLUMNS, 6)],
)
def test_tables_are_written_with_the_columns_of_the_command(
    qtbot: QtBot,
    evaluated: MainWindow,
    tmp_path: Path,
    labelled: Path,
    kind: str,
    columns: tuple[str, ...],
    n_rows: int,
) -> None:
    measures, path = evaluated.measures, tmp_path / "written.csv"
    assert measures.measured is not None
    with qtbot.waitSignal(measures.note, timeout=TIMEOUT):
        measures.exports.write(kind, measures.measured, measures.methods.cutoff, path, labelled)
    with path.open(newline="") as file:
        head, *rows = csv.reader(file)
    assert (tuple(head), len(rows)) == (columns, n_rows)


def test_the_library_is_not_overwritten_by_its_measures(qtbot: QtBot, evaluated: MainWindow, labelled: Path) -> None:
    measures, before = evaluated.measures, labelled.read_bytes()
    assert measures.measured is not None
    with qtbot.waitSignal(measures.trouble, timeout=TIMEOUT):
        measures.exports.write("records", measures.measured, 0.01, labelled, labelled)
    assert labelled.read_bytes() == before


ROWS = [
    MethodRow("cam", 0.1, 0.2, False, math.nan, 0.5, math.nan),
    MethodRow("eb", 0.3, 0.1, True, 0.2, 0.1, 0.75),
    MethodRow("occlusion", -0.05, 0.1, False, 0.9, 0.3, 0.5),
]


def test_the_table_is_a_model_as_qt_expects_it_also_while_it_is_sorted(qtbot: QtBot) -> None:
    model = MeasuresTableModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(ROWS)
    for column in MeasuresColumn:
        for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
            model.sort(column, order)
    model.show([])
    assert tester.model() is model


def test_rows_are_sorted_by_number_and_those_without_one_come_last(qtbot: QtBot) -> None:
    model = MeasuresTableModel()
    model.show(ROWS)

    def methods() -> list[str]:
        return [model.row(i).method for i in range(3)]

    model.sort(MeasuresColumn.FIDELITY, Qt.SortOrder.AscendingOrder)
    assert methods() == ["occlusion", "cam", "eb"]
    for order, expected in (
        (Qt.SortOrder.AscendingOrder, ["eb", "occlusion", "cam"]),
        (Qt.SortOrder.DescendingOrder, ["occlusion", "eb", "cam"]),
    ):
        model.sort(MeasuresColumn.CONTRASTIVITY, order)
        assert methods() == expected
    model.sort(-1)
    assert methods() == ["cam", "eb", "occlusion"]


def test_cells_say_numbers_and_whether_they_are_above_random(qtbot: QtBot) -> None:
    model = MeasuresTableModel()
    model.show(ROWS)
    shown = [[str(model.index(row, column).data()).strip() for column in MeasuresColumn] for row in (0, 2)]
    assert shown[0] == ["CAM", "0.100", "0.200", "not above random", "—", "0.500", "—"]
    assert shown[1] == ["Occlusion", "−0.050", "0.100", "not above random", "0.900", "0.300", "0.500"]
    assert all(
        model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) for column in MeasuresColumn
    )


def test_prediction_and_sanity_check_are_seen_whole_on_a_screen_of_1024_pixels(
    qtbot: QtBot, evaluated: MainWindow
) -> None:
    evaluated.resize(1024, 768)
    measures = evaluated.measures
    for tab, page in ((2, measures.prediction), (3, measures.sanity)):
        measures.tabs.setCurrentIndex(tab)
        qtbot.waitUntil(lambda page=page: page.isVisible() and page.viewport().width() > 900, timeout=TIMEOUT)
        assert page.body.minimumSizeHint().width() <= page.viewport().width()
