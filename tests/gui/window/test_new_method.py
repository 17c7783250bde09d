"""A newly registered method appears in the window without further code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.window.main_window import MainWindow
from tests.gui.window_fixtures import TIMEOUT
from tests.test_new_method import EQUAL_SHARES, register


def test_the_window_offers_it_explains_by_it_and_compares_it(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, open_window: Callable[[], MainWindow], library_file: Path
) -> None:
    register(monkeypatch, EQUAL_SHARES)
    window = open_window()
    (action,) = (each for each in window.actions_.methods.actions() if each.data() == EQUAL_SHARES.id)
    assert window.tool_bar.methods.findData(EQUAL_SHARES.id) >= 0
    window.start()
    window.files.open([library_file])
    window.compare.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: window.compare.tiles.isVisible(), timeout=TIMEOUT)
    action.trigger()
    assert window.session.now.method == EQUAL_SHARES.id
    assert window.tool_bar.methods.currentText() == EQUAL_SHARES.name
    assert "Equal shares" in window.panel.controls.legend.caption
    assert EQUAL_SHARES.id in [tile.method for tile in window.compare.tiles.tiles]
