"""The window's place at start-up."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize

from gcx_desktop.gui.window.window_memory import FIRST_SIZE, FRAME, fitted_window


@pytest.mark.parametrize("screen", [QSize(1024, 768), QSize(1280, 800), QSize(1366, 768), QSize(2560, 1440)])
def test_the_first_window_lies_with_its_frame_on_the_screen(screen: QSize) -> None:
    available = QRect(QPoint(0, 0), screen)
    found = fitted_window(QRect(QPoint(0, 0), FIRST_SIZE), available)
    assert available.contains(QRect(found.topLeft(), found.size() + FRAME))


def test_where_there_is_room_nothing_changes() -> None:
    wanted = QRect(100, 60, 1280, 800)
    assert fitted_window(wanted, QRect(0, 0, 2560, 1440)) == wanted


def test_a_place_on_a_screen_that_is_gone_becomes_one_on_the_screen_that_is_there() -> None:
    found = fitted_window(QRect(3000, 900, 900, 700), QRect(0, 24, 1366, 744))
    assert QRect(0, 24, 1366, 744).contains(QRect(found.topLeft(), found.size() + FRAME))


def test_a_screen_left_of_the_first_one_keeps_its_window() -> None:
    wanted = QRect(-1800, 100, 1000, 700)
    assert fitted_window(wanted, QRect(-1920, 0, 1920, 1080)) == wanted
