"""The profile of the selected record: all endpoints at once, and another one by a click."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.profile.profile_dock import NO_PROFILE, ONE_ENDPOINT
from gcx_desktop.gui.window.main_window import MainWindow
from tests.gui.window_fixtures import TIMEOUT
from tests.several_model import ENDPOINTS, save_several


@pytest.fixture
def panel(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Path:
    """The chosen model; the profile is open."""
    save_several(tmp_path / "panel")
    with qtbot.waitSignal(window.session.model_loaded, timeout=TIMEOUT):
        window.models.take(tmp_path / "panel")
    window.session.selection.select(0)
    window.profile.show()
    window.profile.raise_()
    qtbot.waitUntil(lambda: len(window.profile.bars) == len(ENDPOINTS), timeout=TIMEOUT)
    return tmp_path / "panel"


def texts(window: MainWindow, column: int) -> list[str]:
    table = window.profile.table
    found = [table.item(row, column) for row in range(table.rowCount())]
    return [each.text() for each in found if each is not None]


def test_every_endpoint_is_a_row_in_the_models_order(qtbot: QtBot, window: MainWindow, panel: Path) -> None:
    assert texts(window, 0) == list(ENDPOINTS)
    before = texts(window, 2)
    assert "yes" in before[0]
    assert "yes" not in before[1]
    assert [bar.folder for bar in window.profile.bars] == [panel / name for name in ENDPOINTS]
    assert window.profile.table.currentRow() == 0
    window.session.selection.select(4)
    qtbot.waitUntil(lambda: texts(window, 2) != before and len(window.profile.bars) == 3, timeout=TIMEOUT)


def test_a_click_and_the_return_key_choose_an_endpoint(qtbot: QtBot, window: MainWindow, panel: Path) -> None:
    profile, session = window.profile, window.session
    with qtbot.waitSignal(session.model_loaded, timeout=TIMEOUT):
        profile.table.clicked.emit(profile.table.model().index(2, 1))
    assert session.model_path == panel / "toxic"
    qtbot.waitUntil(lambda: profile.table.currentRow() == 2, timeout=TIMEOUT)
    profile.table.setFocus()
    with qtbot.waitSignal(session.model_loaded, timeout=TIMEOUT):
        QTest.keyClick(profile.table, Qt.Key.Key_Up)
        QTest.keyClick(profile.table, Qt.Key.Key_Return)
    assert session.model_path == panel / "logP"
    assert window.tool_bar.endpoints.currentText() == "logP"


def test_what_has_no_profile_says_why(qtbot: QtBot, window: MainWindow, panel: Path, models: Path) -> None:
    window.session.selection.select(2)
    qtbot.waitUntil(lambda: window.profile.message.text() == NO_PROFILE, timeout=TIMEOUT)
    assert not window.profile.table.isVisible()
    window.session.selection.select(1)
    qtbot.waitUntil(lambda: len(window.profile.bars) == 3, timeout=TIMEOUT)
    window.models.take(models / "tiny")
    assert window.profile.message.text() == ONE_ENDPOINT
