"""A record for which the network's output is not a number is shown as invalid, without a class."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from pytestqt.qtbot import QtBot

from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.libraries.row_filters import Filters
from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_NAMES, FEATURE_SET, N_FEATURES
from gcx_desktop.gui.window.main_window import MainWindow

TIMEOUT = 15_000


@pytest.fixture
def overflowing(tmp_path: Path) -> Path:
    """A model whose output is not a number for a molecule with nitrogen."""
    card = Card("tiny", "nothing real", ("inactive", "active"), (4,), FEATURE_SET, N_FEATURES)
    network = initialise(N_FEATURES, (4,), 2, torch.Generator().manual_seed(0))
    with torch.no_grad():
        network.hidden[0].weight.mul_(0.01)  # whatever the weights drawn, the sums of other molecules are finite
        network.hidden[0].weight[FEATURE_NAMES.index("symbol: N")] = 1e38
        network.head.weight[:] = torch.tensor([[1e38, -1e38], [1e38, 1e38], [0, 0], [0, 0]])
    save_bundle(Bundle(card, network, tmp_path / "overflowing"))
    return tmp_path / "overflowing"


def test_an_invalid_prediction_is_named_in_table_and_panel_and_is_of_no_class(
    qtbot: QtBot, window: MainWindow, overflowing: Path
) -> None:
    session, nicotine = window.session, 4
    session.choose_model(overflowing)
    qtbot.waitUntil(lambda: session.bundle is not None, timeout=TIMEOUT)
    with qtbot.waitSignal(session.selection.unpredictable, timeout=TIMEOUT):
        window.table.choose(nicotine)
    assert "invalid" in window.panel.why.text()
    assert "not a finite number" in window.panel.why.text()
    assert window.panel.prediction.predicted < 0
    window.actions_["run"].trigger()
    qtbot.waitUntil(lambda: not session.running, timeout=TIMEOUT)
    rows = session.libraries.rows
    assert rows is not None
    assert sorted(rows.rejected) == [2, nicotine]
    cell = window.table.model().index(nicotine, Column.PREDICTION).data()
    assert cell == "invalid"
    view = replace(session.libraries.view, filters=Filters(predicted=frozenset({0, 1})))
    session.libraries.set_view(view)
    qtbot.waitUntil(lambda: len(session.libraries.order) == 4, timeout=TIMEOUT)
    assert nicotine not in session.libraries.order.positions


def test_another_model_may_predict_what_was_invalid(
    qtbot: QtBot, window: MainWindow, overflowing: Path, models: Path
) -> None:
    session, nicotine = window.session, 4
    session.choose_model(overflowing)
    qtbot.waitUntil(lambda: session.bundle is not None, timeout=TIMEOUT)
    with qtbot.waitSignal(session.selection.unpredictable, timeout=TIMEOUT):
        window.table.choose(nicotine)
    session.choose_model(models / "tiny")
    qtbot.waitUntil(lambda: session.selection.explained is not None, timeout=TIMEOUT)
    rows = session.libraries.rows
    assert rows is not None
    assert nicotine not in rows.rejected
    assert rows.predicted[nicotine] >= 0
