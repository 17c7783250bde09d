"""All methods on the selected record, side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from pytestqt.qtbot import QtBot

from gcx_desktop.app.explaining.compare_methods import Comparison, compare
from gcx_desktop.app.explaining.explain_library import ExplainedRecord
from gcx_desktop.app.explaining.method_names import METHOD_NAMES
from gcx_desktop.depict.colour import Paper
from gcx_desktop.gui.compare.compare_dock import CONSENSUS, DISAGREEMENT, NO_METHODS, NO_PREDICTION, CompareDock
from gcx_desktop.gui.compare.compare_tiles import tile_size
from gcx_desktop.gui.window.main_window import MainWindow
from tests.gui.window_fixtures import TIMEOUT


def select(qtbot: QtBot, window: MainWindow, position: int) -> None:
    window.table.choose(position)
    selection = window.session.selection
    qtbot.waitUntil(lambda: selection.explained is not None and selection.position == position, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: window.compare.tiles.isVisible(), timeout=TIMEOUT)


@pytest.fixture
def dock(qtbot: QtBot, window: MainWindow) -> CompareDock:
    """The open dock, with nicotine selected."""
    window.compare.toggleViewAction().trigger()
    select(qtbot, window, 4)
    return window.compare


def colours(dock: CompareDock, name: str) -> list[str]:
    return [halo.colour for tile in dock.tiles.tiles if tile.name == name for halo in tile.halos]


def test_it_opens_from_the_menu_and_before_that_compares_nothing(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []

    def counting(explained: ExplainedRecord, class_index: int) -> Comparison:
        compared.append(explained.position)
        return compare(explained, class_index)

    monkeypatch.setattr("gcx_desktop.app.explaining.compare_methods.compare", counting)
    selection = window.session.selection
    window.table.choose(4)
    qtbot.waitUntil(lambda: selection.explained is not None and selection.position == 4, timeout=TIMEOUT)
    assert not window.compare.isVisible()
    window.compare.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: window.compare.tiles.isVisible(), timeout=TIMEOUT)
    assert compared == [4]


def test_each_method_is_a_picture_and_so_are_consensus_and_disagreement(dock: CompareDock) -> None:
    assert [tile.name for tile in dock.tiles.tiles] == [*METHOD_NAMES.values(), CONSENSUS, DISAGREEMENT]
    assert "rank the atoms alike by construction" in dock.words.text()
    assert "CAM and Grad-CAM" in dock.words.text()
    assert all(tile.figure.startswith("ρ ") for tile in dock.tiles.tiles if tile.method)


def test_the_atoms_on_which_methods_disagree_most_are_ringed_and_named(dock: CompareDock) -> None:
    ringed = dock.tiles.tiles[-1].ringed
    assert 1 <= len(ringed) <= 3
    assert all(f"{atom + 1}" in dock.words.text() for atom in ringed)
    assert all(not tile.ringed for tile in dock.tiles.tiles[:-1])


def test_a_click_on_a_picture_chooses_its_method(qtbot: QtBot, window: MainWindow, dock: CompareDock) -> None:
    index = dock.tiles.model().index(list(METHOD_NAMES).index("eb"), 0)
    qtbot.mouseClick(dock.tiles.viewport(), Qt.MouseButton.LeftButton, pos=dock.tiles.visualRect(index).center())
    assert window.session.now.method == "eb"
    assert dock.tiles.chosen == "eb"
    last = dock.tiles.model().index(len(dock.tiles.tiles) - 1, 0)
    dock.tiles.clicked.emit(last)
    assert window.session.now.method == "eb"


def test_arrows_walk_the_pictures_and_return_chooses(qtbot: QtBot, window: MainWindow, dock: CompareDock) -> None:
    dock.tiles.setCurrentIndex(dock.tiles.model().index(0, 0))
    qtbot.keyClick(dock.tiles, Qt.Key.Key_Right)
    assert window.session.now.method == "grad-cam"
    qtbot.keyClick(dock.tiles, Qt.Key.Key_Return)
    assert window.session.now.method == list(METHOD_NAMES)[1]


def test_it_follows_class_colour_threshold_and_scale(qtbot: QtBot, window: MainWindow, dock: CompareDock) -> None:
    window.session.choose_colour_threshold(0.0)
    all_atoms = len(colours(dock, "Occlusion"))
    window.session.choose_colour_threshold(1.0)
    assert len(colours(dock, "Occlusion")) < all_atoms
    assert dock.legend.colour_threshold == 1.0
    window.session.choose_colour_threshold(0.0)
    window.session.choose_scale("library")
    assert "scale in the library" in dock.legend.caption
    on_library = colours(dock, "Occlusion")
    window.session.choose_scale("molecule")
    assert "largest value in this molecule" in dock.legend.caption
    assert colours(dock, "Occlusion") != on_library
    predicted = window.session.selection.explained.explanation.predicted  # type: ignore[union-attr]
    window.session.choose_class(1 - predicted)
    other = window.session.card.class_names[1 - predicted]  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: other in dock.legend.caption, timeout=TIMEOUT)


def test_signed_methods_are_drawn_on_the_signed_scale(qtbot: QtBot, window: MainWindow, dock: CompareDock) -> None:
    window.session.choose_colour_threshold(0.0)
    window.session.choose_scale("molecule")
    predicted = window.session.selection.explained.explanation.predicted  # type: ignore[union-attr]
    window.session.choose_class(1 - predicted)  # every molecule has atoms that speak against it
    other = window.session.card.class_names[1 - predicted]  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: other in dock.legend.caption, timeout=TIMEOUT)
    occlusion = compare(window.session.selection.explained, 1 - predicted).maps["occlusion"]  # type: ignore[arg-type]
    assert (occlusion < 0).any()
    assert dock.legend.scale.signed
    assert len(colours(dock, "Occlusion")) >= np.count_nonzero(occlusion)


def test_it_follows_the_paper(qtbot: QtBot, window: MainWindow, dock: CompareDock) -> None:
    window.session.selection.set_paper(Paper.DARK)
    qtbot.waitUntil(lambda: dock.legend.scale.paper is Paper.DARK, timeout=TIMEOUT)


def test_a_record_without_a_prediction_says_so(qtbot: QtBot, window: MainWindow, dock: CompareDock) -> None:
    window.table.choose(2)
    qtbot.waitUntil(lambda: dock.message.text() == NO_PREDICTION, timeout=TIMEOUT)
    assert dock.message.isVisible()
    select(qtbot, window, 0)
    window.session.libraries.close()
    assert dock.message.text() == "Select a molecule to compare the methods"


@pytest.mark.parametrize("room", [QSize(1000, 150), QSize(1000, 400), QSize(300, 900), QSize(1900, 160)])
def test_all_pictures_are_seen_where_there_is_room(room: QSize) -> None:
    tile = tile_size(11, room, 20)
    columns = room.width() // tile.width()
    assert columns * tile.width() <= room.width()
    assert -(-11 // columns) * tile.height() <= room.height()


def test_pictures_do_not_shrink_below_what_can_be_read() -> None:
    assert tile_size(11, QSize(200, 60), 20) == QSize(104, 72)


def test_in_small_pictures_the_figure_leaves_the_line_to_the_name(qtbot: QtBot, dock: CompareDock) -> None:
    tiles = dock.tiles
    bar = tiles.verticalScrollBar().sizeHint().width()
    tiles.resize(11 * 300 + bar, 300)
    one_line = tiles.line
    tiles.resize(5 * 110 + bar, 150)
    assert tiles.gridSize().width() < 150
    assert tiles.line == one_line + tiles.fontMetrics().height()
    assert tiles.gridSize().height() > tiles.line


def test_without_a_model_it_says_what_to_do(
    qtbot: QtBot, open_window: Callable[[], MainWindow], library_file: Path
) -> None:
    window = open_window()  # not started: no model is chosen
    window.compare.toggleViewAction().trigger()
    window.files.open([library_file])
    qtbot.waitUntil(lambda: window.compare.message.text() == NO_METHODS, timeout=TIMEOUT)
