"""The toolbar: the choices are legible, and nothing is cut off at its end."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.window.toolbar import ToolBar

SHORT = "Blood–brain barrier permeation"
LONG = "Whether a compound activates the estrogen receptor alpha in a cell-based reporter assay (Tox21 NR-ER)"


@pytest.fixture
def plain_window(qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def tool_bar(plain_window: QMainWindow, qtbot: QtBot) -> ToolBar:
    window = plain_window
    made = ToolBar(QAction("Open", window), QAction("Explain all", window), QAction("Stop", window), window)
    window.addToolBar(made)
    made.show_models([(SHORT, "bbbp", Path("a")), (LONG, "nr-er", Path("b"))], Path("a"))
    window.resize(1280, 400)
    window.show()
    qtbot.waitExposed(window)
    return made


def test_a_usual_task_is_shown_whole(tool_bar: ToolBar) -> None:
    assert tool_bar.models.shown_text() == SHORT


def test_a_long_task_is_elided_and_its_tooltip_has_all_of_it(tool_bar: ToolBar) -> None:
    tool_bar.models.setCurrentIndex(1)
    assert tool_bar.models.shown_text().endswith("…")
    assert LONG in tool_bar.models.toolTip()


@pytest.mark.parametrize("width", [900, 800])
def test_in_a_narrow_window_the_boxes_shrink_and_the_search_box_stays(
    tool_bar: ToolBar, qtbot: QtBot, width: int
) -> None:
    tool_bar.window().resize(width, 400)
    qtbot.waitUntil(lambda: tool_bar.width() == width)
    assert tool_bar.search.isVisible()
    assert tool_bar.search.geometry().right() < width
    assert tool_bar.search.width() >= 120
