"""A window with annotated images instead of molecules: suitable models, words, and unavailable actions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QTableView, QWidget
from pytestqt.qtbot import QtBot

from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.kinds.scenes.features import SceneFeatures
from gcx_desktop.kinds.scenes.kind import SCENE_FEATURE_SET
from gcx_desktop.library.molecules.preparation import Preparation
from tests.gui.window_fixtures import TIMEOUT
from tests.kinds.scenes.images import NAMES, labelled_images, vrd_object, vrd_relation, write_vrd


def save_scene_model(folder: Path, without: tuple[str, ...] = (), n_visual: int = 0) -> Path:
    features = SceneFeatures(tuple(NAMES), without, n_visual)
    card = Card(
        folder.name, "where", ("urban", "country"), (8, 8), SCENE_FEATURE_SET, features.n_features,
        features=features.as_parameters(),
    )  # fmt: skip
    network = initialise(features.n_features, card.widths, 2, torch.Generator().manual_seed(3))
    save_bundle(Bundle(card, network, folder))
    return folder


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Six images, the last of which cannot be read."""
    return write_vrd(tmp_path, {**labelled_images(5), "broken.jpg": [{"predicate": 0}]})


@pytest.fixture
def opened(qtbot: QtBot, open_window: Callable[[], MainWindow], images: Path, tmp_path: Path) -> MainWindow:
    """A window with the images, a model for them, and the first image explained."""
    window = open_window()
    window.settings.set(f"model-{SCENE_FEATURE_SET}", str(save_scene_model(tmp_path / "places")))
    window.start()
    window.files.open([images])
    qtbot.waitUntil(lambda: bool(window.session.scales), timeout=TIMEOUT)
    qtbot.waitUntil(lambda: window.session.selection.explained is not None, timeout=TIMEOUT)
    return window


def test_a_library_of_another_kind_takes_a_model_that_fits_and_gives_it_back(
    qtbot: QtBot, opened: MainWindow, library_file: Path
) -> None:
    session = opened.session
    assert session.card is not None
    assert session.card.name == "places"
    assert list(session.models()) == []  # those of molecules are not offered
    opened.files.open([library_file])
    qtbot.waitUntil(
        lambda: session.selection.explained is not None and len(session.libraries.rows or ()) == 6, timeout=TIMEOUT
    )
    qtbot.waitUntil(lambda: session.card is not None and session.card.name == "tiny", timeout=TIMEOUT)


def test_no_record_is_read_while_the_model_is_one_of_another_kind(
    qtbot: QtBot, opened: MainWindow, library_file: Path
) -> None:
    session, models = opened.session, []
    session.selection.loading.connect(lambda _: models.append("" if session.card is None else session.card.name))
    opened.files.open([library_file])
    qtbot.waitUntil(lambda: bool(models) and session.selection.explained is not None, timeout=TIMEOUT)
    assert "places" not in models


def test_without_a_fitting_model_images_are_drawn_and_a_sentence_says_what_is_missing(
    qtbot: QtBot, open_window: Callable[[], MainWindow], images: Path
) -> None:
    window = open_window()
    window.start()
    window.files.open([images])
    qtbot.waitUntil(lambda: window.panel.view.depiction is not None, timeout=TIMEOUT)
    assert "o model for scene graphs was found, so those of annotations.json are only drawn" in window.messages.text
    assert window.session.card is None
    assert not window.actions_["run"].isEnabled()
    window.measures.open()
    assert "Choose a model" in window.measures.words.text()
    window.exports.ask_report()
    assert "here is no model for scene graphs; open one" in window.messages.text


def test_a_model_of_molecules_is_refused_for_images(opened: MainWindow, models: Path) -> None:
    opened.models.choose(models / "tiny")
    assert "holds scene graphs, and the model 'tiny' is for molecules" in opened.messages.text
    assert opened.session.card is not None
    assert opened.session.card.name == "places"


def test_all_images_are_explained_and_the_broken_one_is_rejected(qtbot: QtBot, opened: MainWindow) -> None:
    rows = opened.session.libraries.rows
    opened.actions_["run"].trigger()
    qtbot.waitUntil(lambda: not opened.session.running, timeout=TIMEOUT)
    assert rows is not None
    assert (rows.predicted[:5] >= 0).all()
    assert list(rows.rejected) == [5]


def test_objects_and_images_are_called_so(opened: MainWindow) -> None:
    panel = opened.panel
    assert panel.atom_line.text().startswith("Strongest: ")
    assert panel.controls.legend.caption.startswith("object saliency")
    assert panel.controls.scale_box.itemText(1) == "this image"
    assert opened.table.table_model.headerData(1, opened.table.horizontalHeader().orientation()) == "Image"
    assert opened.actions_["zoom-reset"].text() == "&Whole Image"


def test_what_only_molecules_have_is_not_offered_until_they_are_back(
    qtbot: QtBot, opened: MainWindow, library_file: Path
) -> None:
    act = opened.actions_
    chemical = [act["find-like"], act["salts"], act["copy-molblock"], act.exports["all", "sdf"]]
    assert not any(action.isVisible() for action in chemical)
    opened.files.open([library_file])
    qtbot.waitUntil(lambda: len(opened.session.libraries.rows or ()) == 6 and act["salts"].isVisible(), timeout=TIMEOUT)
    assert all(action.isVisible() for action in chemical)
    assert opened.panel.controls.scale_box.itemText(1) == "this molecule"


def test_a_preparation_of_molecules_is_none_of_images(qtbot: QtBot, opened: MainWindow) -> None:
    session = opened.session
    session.choose_preparation(Preparation(largest_fragment=True))
    assert not session.now.steps
    opened.actions_["run"].trigger()
    qtbot.waitUntil(lambda: not session.running, timeout=TIMEOUT)
    assert not opened.messages.isVisible()


def test_a_model_that_leaves_objects_out_says_so_of_each(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    session, first = opened.session, opened.session.selection.explained
    session.choose_model(save_scene_model(tmp_path / "without", without=("bus", "cow")))
    qtbot.waitUntil(
        lambda: session.selection.explained is not None and session.selection.explained is not first, timeout=TIMEOUT
    )
    read = session.selection.explained.read if session.selection.explained else None
    assert read is not None
    assert read.graph.n_nodes == read.n_places - 1
    opened.panel.view.point_at(1)
    assert opened.panel.atom_line.full_text == "bus 2 · left out, since it defines the label; no value"


def test_opened_with_options_images_are_opened_as_they_are(
    qtbot: QtBot, open_window: Callable[[], MainWindow], images: Path
) -> None:
    window = open_window()
    window.files.with_options.look_at(images)
    qtbot.waitUntil(lambda: window.session.libraries.library is not None, timeout=TIMEOUT)
    assert "no columns to choose in annotations.json; it is opened as it is" in window.messages.text


def test_no_name_of_a_file_is_markup_in_a_tooltip(
    qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    images = write_vrd(tmp_path, {"<img src='file://share/a.png'>": [vrd_relation(vrd_object(0), 0, vrd_object(5))]})
    window = open_window()
    window.files.open([images])
    qtbot.waitUntil(lambda: window.session.libraries.texts_read, timeout=TIMEOUT)
    tip = window.table.table_model.index(0, Column.TITLE).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img src=" in tip


def texts(root: QWidget) -> list[str]:
    """All texts of a part of the window, visible and for screen readers."""
    parts = [root, *root.findChildren(QWidget)]
    found = [f"{part.toolTip()} {part.accessibleName()} {part.accessibleDescription()}" for part in parts]
    found += [part.text() for part in parts if isinstance(part, QLabel | QAbstractButton)]
    heads = [part.model() for part in parts if isinstance(part, QTableView)]
    return found + [
        str(model.headerData(column, Qt.Orientation.Horizontal, role))
        for model in heads
        for column in range(model.columnCount())
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
    ]


def test_measures_comparison_and_trust_speak_of_images_and_objects(qtbot: QtBot, opened: MainWindow) -> None:
    measures, compare, trust = opened.measures, opened.compare, opened.panel.trust
    measures.open()
    qtbot.waitUntil(lambda: "Evaluate asks, of images" in measures.words.text(), timeout=TIMEOUT)
    compare.show()
    compare.raise_()
    qtbot.waitUntil(lambda: "Disagreement on this image" in compare.words.text(), timeout=TIMEOUT)
    qtbot.waitUntil(lambda: any("of objects" in each.words for each in trust.statements), timeout=TIMEOUT)
    for part in (measures, compare, trust, opened.panel.controls):
        assert [words for words in texts(part) if re.search("molecul|atom|Tanimoto", words, re.IGNORECASE)] == []
    assert "object" in " ".join(texts(measures))
