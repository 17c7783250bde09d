"""The table, its order and filters with a model of a value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.libraries.library_view_order import View
from gcx_desktop.gui.filters.filter_chips import RangeChip
from gcx_desktop.gui.window.main_window import MainWindow
from tests.gui.window_fixtures import RECORDS, TIMEOUT, open_library
from tests.value_fixtures import save_value_model

VALID = [0, 1, 3, 4, 5]


@pytest.fixture
def explained(qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path) -> MainWindow:
    """A window whose library has measured values of pIC50, with all records explained by a model of it."""
    path = tmp_path / "library.csv"
    lines = [f"{smiles},{name},{kind},{value or 5}" for smiles, name, value, kind in RECORDS]
    path.write_text("smiles,name,kind,pIC50\n" + "\n".join(lines) + "\n")
    window = open_window()
    open_library(qtbot, window, path)
    session = window.session
    session.choose_model(save_value_model(tmp_path / "values").path)
    qtbot.waitUntil(lambda: session.bundle is not None and bool(session.scales), timeout=TIMEOUT)
    session.run()
    rows = session.libraries.rows
    assert rows is not None
    qtbot.waitUntil(lambda: not session.running and (rows.predicted[VALID] == 0).all(), timeout=TIMEOUT)
    return window


def values(window: MainWindow) -> list[float]:
    rows = window.session.libraries.rows
    assert rows is not None
    return [rows.probability(position, 0) for position in VALID]


def cell(window: MainWindow, row: int, column: int, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> str:
    model = window.table.table_model
    return str(model.data(model.index(row, column), int(role)) or "").strip()


def test_one_column_with_the_name_of_the_value_takes_the_place_of_class_and_probability(explained: MainWindow) -> None:
    table = explained.table
    assert table.heading(Column.PROBABILITY) == "Predicted pIC50"
    assert table.isColumnHidden(Column.PREDICTION)
    assert not table.isColumnHidden(Column.PROBABILITY)
    assert Column.PREDICTION not in table.choosable_sections()
    shown = [cell(explained, position, Column.PROBABILITY) for position in VALID]
    assert shown == [f"{value:.1f}" for value in values(explained)]


def test_without_a_field_of_that_name_the_value_stands_under_its_own(
    explained: MainWindow, library_file: Path, qtbot: QtBot
) -> None:
    explained.files.open([library_file])
    qtbot.waitUntil(lambda: explained.table.heading(Column.PROBABILITY) == "pIC50", timeout=TIMEOUT)


def test_the_measured_values_stand_beside_the_predicted_ones(explained: MainWindow) -> None:
    sections = explained.table.sections()
    beside = sections[sections.index(Column.PROBABILITY) + 1]
    assert explained.table.heading(beside) == "pIC50"
    assert beside >= Column.FIRST_FIELD
    assert cell(explained, 0, beside) == RECORDS[0][2]


def test_the_tooltip_of_a_value_has_its_interval(explained: MainWindow) -> None:
    said = cell(explained, 0, Column.PROBABILITY, Qt.ItemDataRole.AccessibleTextRole)
    rows = explained.session.libraries.rows
    assert rows is not None
    interval = rows.interval_at(0)
    assert interval is not None
    low, high = interval
    assert low < values(explained)[0] < high
    assert said == f"pIC50 {values(explained)[0]:.1f}, 90 % interval {low:.1f} to {high:.1f}"


def test_a_record_without_a_value_says_why_in_that_column(explained: MainWindow) -> None:
    assert cell(explained, 2, Column.PROBABILITY) == "unreadable"
    assert "could not be read" in cell(explained, 2, Column.PROBABILITY, Qt.ItemDataRole.AccessibleTextRole)


def test_records_are_sorted_by_value_also_below_zero(qtbot: QtBot, explained: MainWindow) -> None:
    libraries = explained.session.libraries
    ascending = [position for _, position in sorted(zip(values(explained), VALID, strict=True))]
    for column in (Column.PROBABILITY, Column.PREDICTION):
        libraries.set_view(View(column, descending=True))
        qtbot.waitUntil(lambda: libraries.order.position(0) == ascending[-1], timeout=TIMEOUT)
        assert [libraries.order.position(row) for row in range(6)] == [*ascending[::-1], 2]


def test_a_filter_is_a_range_of_the_value_and_none_by_class(qtbot: QtBot, explained: MainWindow) -> None:
    bar, libraries = explained.filter_bar, explained.session.libraries
    bar.menu.aboutToShow.emit()
    entries = [action.text() for action in bar.menu.actions()]
    assert entries[0] == "pIC50"
    assert not any("class" in entry.lower() or "P(" in entry for entry in entries)
    next(action for action in bar.menu.actions() if action.text() == "pIC50").trigger()
    chip = bar.findChild(RangeChip)
    assert chip is not None
    middle = sorted(values(explained))[2]
    chip.low.setText(f"{middle - 1e-4:.5f}")
    qtbot.waitUntil(lambda: len(libraries.order) == 3, timeout=TIMEOUT)


def test_the_gallery_says_the_value_under_a_picture(explained: MainWindow) -> None:
    assert explained.table.table_model.outcome(0) == f"pIC50  {values(explained)[0]:.1f}"


def test_a_model_of_classes_after_it_has_its_columns_again(explained: MainWindow, models: Path) -> None:
    explained.session.choose_model(models / "tiny")
    table = explained.table
    assert not table.isColumnHidden(Column.PREDICTION)
    assert table.heading(Column.PROBABILITY) == "P(active)"
    rows = explained.session.libraries.rows
    assert rows is not None
    assert rows.interval_at(0) is None
