"""A model of several endpoints is one entry of the toolbar's list, with a list of its endpoints beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gcx_desktop import paths
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.gui.window.model_choice import model_setting
from gcx_desktop.kinds.registry import DEFAULT_KIND
from tests.gui.window_fixtures import TIMEOUT
from tests.several_model import ENDPOINTS, save_several


@pytest.fixture
def panel(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model of the user's own, beside which the window has others."""
    root = tmp_path / "own"
    root.mkdir()
    monkeypatch.setattr(paths, "user_models", lambda: root)
    save_several(root / "panel")
    window.models.list_again()
    return root / "panel"


def choose(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    with qtbot.waitSignal(window.session.model_loaded, timeout=TIMEOUT):
        window.models.take(folder)


def texts(window: MainWindow) -> list[str]:
    combo = window.tool_bar.models
    return [combo.itemText(index) for index in range(combo.count())]


def test_an_endpoint_is_chosen_beside_its_model(qtbot: QtBot, window: MainWindow, panel: Path) -> None:
    bar, session = window.tool_bar, window.session
    assert texts(window)[-1] == "panel: 3 endpoints"
    assert not bar.endpoints.isVisible()
    choose(qtbot, window, bar.models.itemData(bar.models.count() - 1))
    assert session.model_path == panel / ENDPOINTS[0]
    assert bar.endpoints.isVisible()
    assert [bar.endpoints.itemText(index) for index in range(bar.endpoints.count())] == list(ENDPOINTS)
    assert bar.models.currentText() == "panel: 3 endpoints"
    with qtbot.waitSignal(session.model_loaded, timeout=TIMEOUT):
        bar.endpoints.activated.emit(2)
    assert session.model_path == panel / "toxic"
    assert (bar.models.currentText(), bar.endpoints.currentText()) == ("panel: 3 endpoints", "toxic")
    qtbot.waitUntil(lambda: session.selection.explained is not None, timeout=TIMEOUT)


def test_the_last_endpoint_is_chosen_again_and_kept_for_the_next_session(
    qtbot: QtBot, window: MainWindow, panel: Path, models: Path
) -> None:
    choose(qtbot, window, panel / "logP")
    window.models.remember()
    assert window.settings.text(model_setting(DEFAULT_KIND)) == str(panel / "logP")
    choose(qtbot, window, models / "tiny")
    assert not window.tool_bar.endpoints.isVisible()
    choose(qtbot, window, panel)
    assert window.session.model_path == panel / "logP"
    assert window.tool_bar.endpoints.currentText() == "logP"


def test_a_model_opened_by_its_folder_has_its_endpoints(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    save_several(tmp_path / "elsewhere")
    choose(qtbot, window, tmp_path / "elsewhere")
    assert texts(window)[-1] == "elsewhere: 3 endpoints"
    assert window.tool_bar.endpoints.count() == 3


def test_the_manager_shows_it_as_one_model(qtbot: QtBot, window: MainWindow, panel: Path) -> None:
    choose(qtbot, window, panel / "toxic")
    window.actions_["manage-models"].trigger()
    manager = window.models.manager
    assert manager is not None
    assert manager.selected is not None
    assert manager.selected.folder == panel
    assert "3 endpoints" in manager.card.toPlainText()
    assert "logP" in manager.card.toPlainText()
    manager.ask_name()
    assert manager.dialog is not None
    manager.dialog.given.emit("assays")
    manager.dialog.close()
    assert window.session.model_path == panel.with_name("assays") / "toxic"
    assert texts(window)[-1] == "assays: 3 endpoints"
    manager.close()
