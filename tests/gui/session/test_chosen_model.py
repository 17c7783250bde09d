"""The window's model, while several are being loaded."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gcx_desktop.errors import BundleError
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gui.background.task_runner import Lane
from gcx_desktop.gui.session import chosen_model
from gcx_desktop.gui.session.chosen_model import ChosenModel, model_in
from gcx_desktop.gui.session.state_owner import StateOwner
from tests.gui.window_fixtures import TIMEOUT


def test_a_model_that_fails_to_load_after_another_was_chosen_is_no_matter(
    qtbot: QtBot, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, load = Event(), Event(), chosen_model.load_weights

    def loads(folder: Path) -> Bundle:
        if folder.name == "triple":
            return load(folder)
        begun.set()
        go_on.wait(TIMEOUT / 1000)
        raise BundleError(folder, "its weights are gone")

    monkeypatch.setattr(chosen_model, "load_weights", loads)
    parent = QObject()
    lane, state = Lane(parent), StateOwner(parent)
    model, failures = ChosenModel(lane, state, parent), []
    model.failed.connect(failures.append)
    state.replace(model=model_in(models / "tiny"))
    assert begun.wait(TIMEOUT / 1000)
    state.replace(model=model_in(models / "triple"))
    go_on.set()
    qtbot.waitUntil(lambda: model.bundle is not None, timeout=TIMEOUT)
    lane.close()
    assert failures == []
    assert not model.loading
