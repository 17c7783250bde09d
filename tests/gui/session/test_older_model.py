"""A model of older atom features in the window, beside one of today's."""

from __future__ import annotations

from pathlib import Path

import torch
from pytestqt.qtbot import QtBot

from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_SET_1, N_OLDER_CODES, N_OLDER_FEATURES, older_codes
from gcx_desktop.gui.window.main_window import MainWindow

TIMEOUT = 30_000


def test_a_record_is_read_anew_for_a_model_of_older_features_and_back(
    qtbot: QtBot, window: MainWindow, models: Path, tmp_path: Path
) -> None:
    card = Card("old", "old task", ("no", "yes"), (8, 8), FEATURE_SET_1, N_OLDER_FEATURES)
    network = initialise(N_OLDER_FEATURES, card.widths, 2, torch.Generator().manual_seed(0))
    save_bundle(Bundle(card, network, tmp_path / "old"))
    selection = window.session.selection

    def codes_for(model: Path) -> list[int]:
        window.models.choose(model)
        name = model.name
        qtbot.waitUntil(
            lambda: window.session.bundle is not None and window.session.bundle.card.name == name, timeout=TIMEOUT
        )
        qtbot.waitUntil(lambda: selection.explained is not None, timeout=TIMEOUT)
        assert selection.explained is not None
        return selection.explained.read.graph.codes.tolist()

    first = selection.explained
    assert first is not None
    newest = first.read.graph.codes
    assert newest.max() >= N_OLDER_CODES
    assert codes_for(tmp_path / "old") == older_codes(newest).tolist()
    assert codes_for(models / "triple") == newest.tolist()
