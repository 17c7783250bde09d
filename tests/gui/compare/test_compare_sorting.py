"""The library sorted by how far the methods disagree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.gui.table.library_table_model import DISAGREEMENT_HELP
from gcx_desktop.gui.window.main_window import MainWindow
from tests.gui.window_fixtures import TIMEOUT


def sort(qtbot: QtBot, window: MainWindow, name: str = "sort-disagreement") -> None:
    with qtbot.waitSignal(window.session.libraries.order_changed, timeout=TIMEOUT):
        window.actions_[name].trigger()
    qtbot.waitUntil(lambda: window.session.libraries.view.column == Column.DISAGREEMENT, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: not window.disagreement.busy, timeout=TIMEOUT)


def column(window: MainWindow) -> list[float]:
    """The known disagreements, in the order of the rows."""
    rows, order = window.session.libraries.rows, window.session.libraries.order
    assert rows is not None and rows.disagreement is not None  # noqa: PT018
    seen = rows.disagreement[order.positions]
    return [float(value) for value in seen if not np.isnan(value)]


def test_the_column_is_hidden_until_it_is_wanted(qtbot: QtBot, window: MainWindow) -> None:
    assert window.table.isColumnHidden(Column.DISAGREEMENT)
    sort(qtbot, window)
    qtbot.waitUntil(lambda: not window.table.isColumnHidden(Column.DISAGREEMENT), timeout=TIMEOUT)
    model = window.table.table_model
    assert "Disagreement" in model.headerData(Column.DISAGREEMENT, window.table.horizontalHeader().orientation())
    assert DISAGREEMENT_HELP.startswith("How far")


def test_it_is_sorted_both_ways_and_rejected_records_stand_last(qtbot: QtBot, window: MainWindow) -> None:
    sort(qtbot, window)
    qtbot.waitUntil(lambda: column(window) == sorted(column(window), reverse=True), timeout=TIMEOUT)
    assert len(column(window)) >= 4
    assert window.table.seen_positions()[-1] == 2
    assert window.table.horizontalHeader().sortIndicatorSection() == Column.DISAGREEMENT
    sort(qtbot, window, "sort-agreement")
    qtbot.waitUntil(lambda: column(window) == sorted(column(window)), timeout=TIMEOUT)
    assert window.table.seen_positions()[-1] == 2


def test_it_follows_the_class_and_another_model_takes_it_away(qtbot: QtBot, window: MainWindow, models: Path) -> None:
    sort(qtbot, window)
    before = column(window)
    window.session.choose_class(0)
    window.session.choose_class(1)
    qtbot.waitUntil(lambda: before != column(window) == sorted(column(window), reverse=True), timeout=TIMEOUT)
    window.session.choose_model(models / "triple")
    qtbot.waitUntil(lambda: window.table.isColumnHidden(Column.DISAGREEMENT), timeout=TIMEOUT)
    assert window.session.libraries.view.is_of_file
    qtbot.waitUntil(lambda: window.session.bundle is not None, timeout=TIMEOUT)


def test_closing_the_library_ends_a_run(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["sort-disagreement"].trigger()
    assert window.disagreement.busy
    assert not window.actions_["sort-disagreement"].isEnabled()
    assert window.actions_["stop"].isVisible()
    window.session.libraries.close()
    assert not window.disagreement.busy
    assert not window.actions_["sort-disagreement"].isEnabled()


def test_a_stopped_run_goes_on_where_it_was_when_sorted_again(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_["sort-disagreement"].trigger()
    window.actions_["stop"].trigger()
    qtbot.waitUntil(lambda: not window.disagreement.busy, timeout=TIMEOUT)
    assert not window.jobs_status.row.isVisible()
    assert window.actions_["sort-disagreement"].isEnabled()
    sort(qtbot, window)
    assert len(column(window)) >= 4
