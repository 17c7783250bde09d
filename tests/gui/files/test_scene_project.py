"""A project of annotated images is saved, and opened again in the same state, with the model that it needs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.kinds.scenes.kind import SCENE_FEATURE_SET
from tests.gui.session.test_project_session import Open, asked, computed, explain_all, held, project_file, save_as
from tests.gui.session.test_project_session import opened as reopened
from tests.gui.window.test_scene_library import TIMEOUT, images, opened, save_scene_model

__all__ = ["computed", "images", "opened", "project_file"]


def test_images_are_kept_with_their_results_marks_and_model_and_shown_again(
    qtbot: QtBot, opened: MainWindow, open_window: Open, project_file: Path, computed: list[int], tmp_path: Path
) -> None:
    explain_all(qtbot, opened)
    rows = opened.session.libraries.rows
    assert rows is not None
    save_as(qtbot, opened, project_file)
    opened.session.libraries.marks.set_note(2, "a bus on the sky")
    assert sum(computed) == 5
    opened.close()

    opened.settings.set(f"model-{SCENE_FEATURE_SET}", str(save_scene_model(tmp_path / "others", without=("hat",))))
    again = reopened(qtbot, open_window, project_file)
    assert again.session.card is not None
    assert again.session.card.name == "places"
    found = again.session.libraries.rows
    assert found is not None
    np.testing.assert_array_equal(found.predicted, rows.predicted)
    assert sorted(found.rejected) == [5]
    assert sorted(found.maps["grad-cam"]) == [0, 1, 2, 3, 4]
    assert again.session.libraries.marks.at(2).note == "a bus on the sky"
    explain_all(qtbot, again)
    assert sum(computed) == 5


def test_a_missing_library_of_images_is_asked_for_by_its_own_words(
    qtbot: QtBot, opened: MainWindow, open_window: Open, images: Path, project_file: Path
) -> None:
    save_as(qtbot, opened, project_file)
    opened.close()
    images.unlink()
    again = open_window()
    again.start()
    again.files.open([project_file])
    box = asked(qtbot, again)
    assert box.informativeText().startswith("It holds the images of the project. It was at")
    box.done(0)


def test_results_of_another_model_are_kept_beside_the_first_ones(
    qtbot: QtBot, opened: MainWindow, project_file: Path, computed: list[int], tmp_path: Path
) -> None:
    explain_all(qtbot, opened)
    save_as(qtbot, opened, project_file)
    first, session = opened.session.model_path, opened.session
    assert first is not None
    for folder, n_computed in ((save_scene_model(tmp_path / "others", without=("hat",)), 10), (first, 10)):
        session.choose_model(folder)
        qtbot.waitUntil(lambda: session.bundle is not None and not session.stored.looking, timeout=TIMEOUT)
        explain_all(qtbot, opened)
        assert sum(computed) == n_computed


def test_a_project_of_images_without_a_model_does_not_ask_for_one_of_molecules(
    qtbot: QtBot, window: MainWindow, images: Path, project_file: Path
) -> None:
    window.files.open([images])
    qtbot.waitUntil(lambda: window.session.card is None and window.panel.view.depiction is not None, timeout=TIMEOUT)
    save_as(qtbot, window, project_file)
    window.session.choose_colour_threshold(0.3)
    window.close()
    assert held(project_file, lambda project: project.settings())["model"]["name"] == ""
