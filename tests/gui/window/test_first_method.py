"""The window shows the method that the model's card names until the user chooses another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from pytestqt.qtbot import QtBot

from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.gui.models.model_card_page import card_html
from gcx_desktop.gui.session.settings import Settings
from gcx_desktop.gui.window.main_window import MainWindow
from tests.app.explaining.test_method_evidence import WHY, WITH_EVIDENCE
from tests.gui.window_fixtures import TIMEOUT


def save(folder: Path, card: Card) -> Path:
    network = initialise(card.n_features, card.widths, 2, torch.Generator().manual_seed(0))
    save_bundle(Bundle(card, network, folder))
    return folder


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """A model whose card names occlusion."""
    return save(tmp_path / "measured", WITH_EVIDENCE)


def test_a_model_shows_its_own_method_first_and_says_why(window: MainWindow, models: Path, measured: Path) -> None:
    assert window.session.now.method == "grad-cam"
    assert "shown first" not in window.tool_bar.methods.toolTip()
    window.models.choose(measured)
    assert window.session.now.method == "occlusion"
    assert window.tool_bar.methods.currentData() == "occlusion"
    assert [action.data() for action in window.actions_.methods.actions() if action.isChecked()] == ["occlusion"]
    assert "".join(WHY.split()) in "".join(window.tool_bar.methods.toolTip().split())
    window.models.choose(models / "tiny")
    assert window.session.now.method == "grad-cam"
    assert "shown first" not in window.tool_bar.methods.toolTip()


def test_a_method_that_the_user_chose_stays_when_the_model_changes(
    window: MainWindow, models: Path, measured: Path
) -> None:
    window.session.choose_method("eb")
    window.models.choose(measured)
    assert window.session.now.method == "eb"
    window.session.choose_method("occlusion")  # this model's own, so that each shows its own again
    window.models.choose(models / "tiny")
    assert window.session.now.method == "grad-cam"


def test_the_selected_record_is_explained_by_it(
    qtbot: QtBot, window: MainWindow, measured: Path, tmp_path: Path
) -> None:
    came: list[list[str]] = []
    window.session.selection.first_map.connect(lambda explained: came.append(list(explained.explanation.maps)))
    window.models.choose(measured)
    qtbot.waitUntil(lambda: bool(came), timeout=TIMEOUT)
    assert came[-1] == ["occlusion"]


def test_a_chosen_method_is_remembered_even_if_it_is_the_first_of_other_models(
    open_window: Callable[[], MainWindow], measured: Path, settings: Settings
) -> None:
    first = open_window()
    first.models.choose(measured)
    first.close()
    assert settings.text("method") == ""
    second = open_window()
    second.start()
    assert second.session.now.method == "occlusion"
    second.session.choose_method("grad-cam")
    second.close()
    third = open_window()
    third.start()
    assert third.session.model_path == measured
    assert third.session.now.method == "grad-cam"


def test_the_card_page_has_the_reason_and_the_figures_of_all_methods() -> None:
    page = card_html(WITH_EVIDENCE)
    assert f"{WHY}." in page
    assert "Occlusion 1.20 (further in 81 %), CAM 0.30 (further in 81 %); without as many random ones 0.20." in page
    assert "First method" not in card_html(replace(WITH_EVIDENCE, default_method="", method_evidence={}))
