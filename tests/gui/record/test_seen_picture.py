"""The picture of a structure: atom numbers, copying, saving."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.window.main_window import MainWindow

TIMEOUT = 20_000


def test_the_numbers_of_atoms_are_remembered(open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    assert not window.actions_["atom-numbers"].isChecked()
    window.actions_["atom-numbers"].trigger()
    window.close()
    assert open_window().actions_["atom-numbers"].isChecked()


def test_the_picture_is_copied_and_saved_from_its_own_menu(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    menu = window.panel.view.menu(-1)
    assert {window.actions_["copy"], window.actions_["save-picture"]} <= set(menu.actions())
    for name in ("seen.png", "seen.svg"):
        with qtbot.waitSignal(window.exports.note, timeout=TIMEOUT):
            window.exports.save_picture(tmp_path / name)
    assert not QImage(str(tmp_path / "seen.png")).isNull()
    assert (tmp_path / "seen.svg").read_text().startswith("<svg")
