"""A window with a model that needs visual features of objects, read from the file beside the images if it exists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.kinds.scenes.kind import SCENE_FEATURE_SET
from tests.gui.window.test_scene_library import save_scene_model
from tests.gui.window_fixtures import TIMEOUT
from tests.kinds.scenes.images import labelled_images, write_vrd


@pytest.fixture
def window(open_window: Callable[[], MainWindow], tmp_path: Path) -> MainWindow:
    """A window with a model of three visual features."""
    window = open_window()
    window.settings.set(f"model-{SCENE_FEATURE_SET}", str(save_scene_model(tmp_path / "looks", n_visual=3)))
    window.start()
    return window


def test_images_with_their_features_beside_are_explained_and_those_without_say_what_is_missing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    session = window.session
    images = write_vrd(tmp_path, labelled_images(4))
    np.savez(tmp_path / "annotations.npz", **{f"image-{i}.jpg/1": np.ones(3) * i for i in range(4)})
    window.files.open([images])
    qtbot.waitUntil(lambda: session.selection.explained is not None, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: "masked" in window.panel.trust.statements[0].words, timeout=TIMEOUT)

    bare = write_vrd(tmp_path, labelled_images(3), "bare.json")
    window.files.open([bare])
    wanted = "bare.json: the model needs 3 visual features of each object"
    qtbot.waitUntil(lambda: wanted in window.messages.text, timeout=TIMEOUT)
    assert session.selection.explained is None
    assert window.panel.title.text() == "image-0.jpg"

    window.models.take(save_scene_model(tmp_path / "plain"))
    qtbot.waitUntil(lambda: session.selection.explained is not None, timeout=TIMEOUT)
    assert window.messages.text == ""
