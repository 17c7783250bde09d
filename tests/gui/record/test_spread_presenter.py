"""How much the members of a model differ stands beside each atom's value."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from pytestqt.qtbot import QtBot

from gcx_desktop.app.explaining.record_spread import record_spread
from gcx_desktop.gcn.bundles.bundle import load_bundle, save_bundle
from gcx_desktop.gcn.network import combine, initialise
from gcx_desktop.graph.features import N_FEATURES
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.kinds.registry import feature_sets
from tests.gui.window_fixtures import TIMEOUT


def told(sentence: str) -> float:
    """The spread that a sentence about an atom tells, with two significant digits; NaN if it tells none."""
    found = re.search(r"± ([0-9.e−]+)", sentence)
    return float(found[1].replace("−", "-")) if found else math.nan


def test_the_spread_follows_the_record_and_goes_with_another_method_and_model(
    window: MainWindow, models: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    tiny = load_bundle(models / "tiny", feature_sets())
    pair = combine([tiny.network, initialise(N_FEATURES, tiny.card.widths, 2, torch.Generator().manual_seed(5))])
    card = replace(tiny.card, name="pair", n_members=2, format_version=2)
    save_bundle(replace(tiny, card=card, network=pair, path=tmp_path / "pair"))
    session, panel = window.session, window.panel
    session.choose_model(tmp_path / "pair")
    for row, id_ in ((0, "cam"), (1, "cam"), (1, "occlusion")):
        window.table.choose(row)
        session.choose_method(id_)
        qtbot.waitUntil(
            lambda row=row: session.selection.explained is not None and session.selection.position == row,
            timeout=TIMEOUT,
        )
        explained, bundle, library = session.selection.explained, session.bundle, session.libraries.shown
        assert explained is not None
        assert bundle is not None
        assert library is not None
        spread = record_spread(bundle, library.source, explained.read, id_)
        assert spread is not None
        shown = session.now.class_shown(explained.explanation.predicted)
        atom = int(np.nanargmax(spread[:, shown]))
        panel.view.point_at(atom)
        qtbot.waitUntil(
            lambda wanted=float(spread[atom, shown]): (
                told(panel.atom_line.full_text) == pytest.approx(wanted, rel=0.06)
            ),
            timeout=TIMEOUT,
        )
        assert panel.view.accessibleDescription().endswith("(±: standard deviation over the model's 2 members)")
    session.choose_model(models / "tiny")
    qtbot.waitUntil(lambda: session.selection.explained is not None, timeout=TIMEOUT)
    panel.view.point_at(atom)
    qtbot.waitUntil(lambda: "rank" in panel.atom_line.full_text, timeout=TIMEOUT)
    assert "±" not in panel.atom_line.full_text
