"""A project of a model of a value is opened again with the same values, intervals, order and filters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from gcx_desktop.app.explaining.value_words import LOWERS
from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.gui.window.main_window import MainWindow
from tests.gui.session.test_project_session import TIMEOUT, explain_all, opened, save_as
from tests.value_fixtures import save_value_model


def test_values_intervals_filter_and_order_are_there_again(
    qtbot: QtBot, window: MainWindow, open_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    session = window.session
    session.choose_model(save_value_model(tmp_path / "values").path)
    session.choose_method("cam")
    session.choose_class(LOWERS)
    qtbot.waitUntil(lambda: session.bundle is not None and bool(session.scales), timeout=TIMEOUT)
    explain_all(qtbot, window)
    rows = session.libraries.rows
    assert rows is not None
    least = float(np.nanmin(rows.probabilities(0)))
    window.table.horizontalHeader().sectionClicked.emit(Column.PROBABILITY)
    window.filter_bar.add_probability(0).low.setText(f"{least + 1e-4:.5f}")
    qtbot.waitUntil(lambda: len(session.libraries.order) == 4, timeout=TIMEOUT)
    before = [session.libraries.order.position(row) for row in range(4)]
    save_as(qtbot, window, tmp_path / "work.gcx")
    window.close()

    again = opened(qtbot, open_window, tmp_path / "work.gcx")
    found = again.session.libraries.rows
    assert found is not None
    assert again.session.card is not None
    assert again.session.card.endpoint == "pIC50"
    assert again.session.now.class_index == LOWERS
    np.testing.assert_allclose(found.probabilities(0), rows.probabilities(0), rtol=1e-6)
    assert [found.interval_at(position) for position in range(6)] == [rows.interval_at(p) for p in range(6)]
    assert found.interval_at(0) is not None
    qtbot.waitUntil(lambda: len(again.session.libraries.order) == 4, timeout=TIMEOUT)
    assert again.session.libraries.view.column == Column.PROBABILITY
    assert again.table.heading(Column.PROBABILITY) == "pIC50"
    assert [again.session.libraries.order.position(row) for row in range(4)] == before
