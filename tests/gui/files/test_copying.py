"""Copying to the clipboard."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from rdkit import Chem

from gcx_desktop.gui.window.main_window import MainWindow

TIMEOUT = 20_000


def test_copying_gives_smiles_molblock_and_pictures(qtbot: QtBot, window: MainWindow) -> None:
    clipboard = QGuiApplication.clipboard()
    window.table.selectRow(1)
    window.actions_["copy-smiles"].trigger()
    qtbot.waitUntil(lambda: clipboard.text() == "c1ccccc1", timeout=TIMEOUT)
    window.actions_["copy-molblock"].trigger()
    qtbot.waitUntil(lambda: "M  END" in clipboard.text(), timeout=TIMEOUT)
    assert Chem.MolFromMolBlock(clipboard.text()).GetNumAtoms() == 6
    qtbot.waitUntil(lambda: window.panel.svg() is not None, timeout=TIMEOUT)
    window.actions_["copy-svg"].trigger()
    assert clipboard.text().startswith("<svg")
    window.actions_["copy-png"].trigger()
    assert not clipboard.image().isNull()


def test_a_record_that_cannot_be_read_cannot_be_copied(qtbot: QtBot, window: MainWindow) -> None:
    window.table.selectRow(2)
    window.actions_["copy-smiles"].trigger()
    qtbot.waitUntil(lambda: "nothing to copy" in window.messages.text, timeout=TIMEOUT)


def test_copying_says_how_many_records_were_copied_and_how_many_could_not_be_read(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.actions_["select-all"].trigger()
    window.actions_["copy-smiles"].trigger()
    qtbot.waitUntil(lambda: window.messages.text == "Copied 5 records as SMILES; 1 could not be read", timeout=TIMEOUT)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 5
