"""The map of a model's forest in the window: chosen like a method where there is one, and not where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from rdkit import Chem

from gcx_desktop import paths
from gcx_desktop.app.explaining.method_names import DEFAULT_METHOD, FOREST_METHOD, METHOD_NAMES
from gcx_desktop.gcn.forest import FOREST_FILE, fit_forest, save_forest
from gcx_desktop.graph.morgan_fingerprint import morgan_counts
from gcx_desktop.gui.compare.compare_dock import CONSENSUS, DISAGREEMENT
from gcx_desktop.gui.session.settings import Settings
from gcx_desktop.gui.window.main_window import MainWindow
from tests.gui.window_fixtures import TIMEOUT, open_library

NAME = "Random forest"


@pytest.fixture
def models(model_root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The models "tiny", with a forest, and "triple", without one."""
    root = tmp_path / "models"
    shutil.copytree(model_root, root)
    smiles = ["CCO", "CCN", "CCCO", "CCCN", "c1ccccc1O", "c1ccccc1N", "OCCO", "NCCN", "CO", "CN"] * 3
    counts = [morgan_counts(Chem.MolFromSmiles(each)) for each in smiles]
    forest = fit_forest(counts, np.array(["N" in each for each in smiles], dtype=np.int64), seed=0)
    save_forest(forest, root / "tiny" / FOREST_FILE)
    monkeypatch.setattr(paths, "bundled_models", lambda: root)
    monkeypatch.setattr(paths, "user_models", lambda: tmp_path / "none")
    monkeypatch.setattr(paths, "unsaved_work", lambda: tmp_path / "unsaved")
    return root


def listed(window: MainWindow) -> list[str]:
    methods = window.tool_bar.methods
    return [methods.itemText(index) for index in range(methods.count()) if methods.itemData(index)]


def choose_model(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    with qtbot.waitSignal(window.session.model_loaded, timeout=TIMEOUT):
        window.session.choose_model(folder)
    qtbot.waitUntil(lambda: bool(window.session.scales), timeout=TIMEOUT)


def select(qtbot: QtBot, window: MainWindow, position: int) -> None:
    window.table.choose(position)
    selection = window.session.selection
    qtbot.waitUntil(lambda: selection.explained is not None and selection.position == position, timeout=TIMEOUT)


def test_it_is_listed_last_while_the_model_has_a_forest(qtbot: QtBot, window: MainWindow, models: Path) -> None:
    action = window.actions_.named[f"method-{FOREST_METHOD}"]
    assert listed(window) == [*METHOD_NAMES.values(), NAME]
    assert action.isEnabled()
    choose_model(qtbot, window, models / "triple")
    assert listed(window) == list(METHOD_NAMES.values())
    assert not action.isEnabled()
    window.session.choose_method(FOREST_METHOD)
    assert window.session.now.method == DEFAULT_METHOD
    choose_model(qtbot, window, models / "tiny")
    assert listed(window) == [*METHOD_NAMES.values(), NAME]


def test_the_molecule_shows_the_forests_map_and_trust_is_asked_of_the_network(qtbot: QtBot, window: MainWindow) -> None:
    def told() -> list[str]:
        return [each.words for each in window.panel.trust.statements]

    select(qtbot, window, 4)
    qtbot.waitUntil(
        lambda: any(words.startswith("second model ") for words in told()) and "second model —" not in told(),
        timeout=TIMEOUT,
    )
    window.session.choose_method(FOREST_METHOD)
    assert window.tool_bar.methods.currentText() == NAME
    assert window.actions_.named[f"method-{FOREST_METHOD}"].isChecked()
    explained = window.session.selection.explained
    assert explained is not None
    assert window.session.scales[FOREST_METHOD] > 0
    assert NAME in window.panel.controls.legend.caption

    def is_told_without_second_model() -> bool:
        return "agreement —" not in told() and not any("second" in words for words in told())

    qtbot.waitUntil(is_told_without_second_model, timeout=TIMEOUT)


def test_it_is_one_more_picture_among_the_methods(qtbot: QtBot, window: MainWindow) -> None:
    window.compare.toggleViewAction().trigger()
    select(qtbot, window, 4)
    qtbot.waitUntil(lambda: window.compare.tiles.isVisible(), timeout=TIMEOUT)
    names = [tile.name for tile in window.compare.tiles.tiles]
    assert names == [*METHOD_NAMES.values(), NAME, CONSENSUS, DISAGREEMENT]
    assert "a second model that shares nothing with the network" in window.compare.words.text()
    window.compare.tiles.method_chosen.emit(window.compare.tiles.tiles[len(METHOD_NAMES)].method)
    assert window.session.now.method == FOREST_METHOD


def test_a_model_without_a_forest_brings_the_default_method_back_and_says_so(
    qtbot: QtBot, window: MainWindow, models: Path
) -> None:
    window.session.choose_method(FOREST_METHOD)
    choose_model(qtbot, window, models / "triple")
    assert window.session.now.method == DEFAULT_METHOD
    assert window.tool_bar.methods.currentData() == DEFAULT_METHOD
    assert "no random forest was kept beside the network" in window.messages.text


def test_all_records_are_explained_by_it(qtbot: QtBot, window: MainWindow) -> None:
    window.session.choose_method(FOREST_METHOD)
    with qtbot.waitSignal(window.session.run_over, timeout=TIMEOUT):
        window.session.run()
    rows = window.session.libraries.rows
    assert rows is not None
    assert sorted(rows.maps[FOREST_METHOD]) == [0, 1, 3, 4, 5]


def test_it_is_shown_again_at_the_next_start(
    qtbot: QtBot, open_window: Callable[[], MainWindow], settings: Settings, library_file: Path, models: Path
) -> None:
    settings.set("method", FOREST_METHOD)
    settings.set("model", str(models / "tiny"))
    window = open_window()
    open_library(qtbot, window, library_file)
    assert window.session.now.method == FOREST_METHOD
    assert window.tool_bar.methods.currentText() == NAME
    explained = window.session.selection.explained
    assert explained is not None
    assert FOREST_METHOD in explained.explanation.maps
