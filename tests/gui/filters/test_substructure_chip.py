"""A drawn or pasted substructure as a filter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from rdkit import Chem
from shiboken6 import Shiboken

from gcx_desktop.app.sketching.sketch import MAX_ATOMS, Sketch
from gcx_desktop.gui.sketch.sketch_dialog import SketchDialog
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.pool import WorkerPool
from tests.gui.window_fixtures import RECORDS

TIMEOUT = 10_000
CONTROL = Qt.KeyboardModifier.ControlModifier
BENZENE = "[#6]1:[#6]:[#6]:[#6]:[#6]:[#6]:1"
WITH_BENZENE = [i for i, record in enumerate(RECORDS) if "c1ccccc1" in record[0]]


@pytest.fixture
def dialog(qtbot: QtBot, pool: WorkerPool) -> Iterator[SketchDialog]:
    made = SketchDialog(pool)
    made.show()
    yield made
    if Shiboken.isValid(made):
        QTest.keyRelease(made, Qt.Key.Key_Control)  # Qt takes a modifier as pressed until it is released
        made.close()


def settle(qtbot: QtBot, dialog: SketchDialog, smarts: str) -> None:
    qtbot.waitUntil(lambda: dialog.line.text() == smarts, timeout=TIMEOUT)


def copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def seen(window: MainWindow) -> list[int]:
    positions: list[int] = window.session.libraries.order.positions.tolist()
    return positions


def drawing_of(window: MainWindow) -> SketchDialog:
    (found,) = window.findChildren(SketchDialog)
    return found


def test_the_smarts_follows_the_drawing(qtbot: QtBot, dialog: SketchDialog) -> None:
    assert not dialog.find_button.isEnabled()
    qtbot.keyClick(dialog.canvas, "R")
    settle(qtbot, dialog, BENZENE)
    assert dialog.find_button.isEnabled()
    qtbot.keyClick(dialog.canvas, "Q")
    settle(qtbot, dialog, "[!#6&!#1]1:[#6]:[#6]:[#6]:[#6]:[#6]:1")
    qtbot.keyClick(dialog.canvas, Qt.Key.Key_Z, CONTROL)
    settle(qtbot, dialog, BENZENE)
    qtbot.keyClick(dialog.canvas, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, dialog, "[!#6&!#1]1:[#6]:[#6]:[#6]:[#6]:[#6]:1")
    dialog.tools.actions_["clear"].trigger()
    settle(qtbot, dialog, "")
    assert not dialog.find_button.isEnabled()


def test_a_text_is_drawn_and_stays_as_it_was_typed(qtbot: QtBot, dialog: SketchDialog) -> None:
    qtbot.keyClicks(dialog.line, "Clc1ccncc1")
    qtbot.waitUntil(lambda: len(dialog.canvas.sketch.atoms) == 7, timeout=TIMEOUT)
    assert dialog.line.text() == "Clc1ccncc1"


def test_a_text_that_cannot_be_drawn_is_said_and_searched_all_the_same(qtbot: QtBot, dialog: SketchDialog) -> None:
    dialog.line.setText("[CX3](=O)[OX2H1]")
    dialog.line.textEdited.emit(dialog.line.text())
    qtbot.waitUntil(lambda: "cannot be drawn" in dialog.note.text(), timeout=TIMEOUT)
    with qtbot.waitSignal(dialog.found) as blocker:
        dialog.find_button.click()
    assert blocker.args == ["[CX3](=O)[OX2H1]"]


def test_a_structure_that_cannot_be_is_said_and_not_searched(qtbot: QtBot, dialog: SketchDialog) -> None:
    for key in "O1":
        qtbot.keyClick(dialog.canvas, key)
    for back in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(dialog.canvas, back)
        qtbot.keyClick(dialog.canvas, "1")
    qtbot.waitUntil(lambda: "has more bonds than it can have" in dialog.note.text(), timeout=TIMEOUT)
    assert dialog.note.text() == "Atom 1 (O) has more bonds than it can have; take one away."
    assert not dialog.line.text()
    assert not dialog.find_button.isEnabled()


@pytest.mark.parametrize(
    "text",
    ["c1ccccc1", "c1ccccc1 benzene\n", BENZENE, Chem.MolToMolBlock(Chem.MolFromSmiles("c1ccccc1"))],
    ids=["SMILES", "SMILES and a name", "SMARTS", "molblock"],
)
def test_what_is_pasted_is_drawn(qtbot: QtBot, dialog: SketchDialog, text: str) -> None:
    copy(text)
    qtbot.keyClick(dialog.canvas, Qt.Key.Key_V, CONTROL)
    settle(qtbot, dialog, BENZENE)
    assert len(dialog.canvas.sketch.bonds) == 6


def test_what_cannot_be_pasted_leaves_the_drawing_and_says_why(qtbot: QtBot, dialog: SketchDialog) -> None:
    qtbot.keyClick(dialog.canvas, "R")
    settle(qtbot, dialog, BENZENE)
    for text, why in (("C" * (MAX_ATOMS + 1), "may have 200 atoms"), ("c1cc(", "is no SMILES, SMARTS or molblock")):
        copy(text)
        qtbot.keyClick(dialog.canvas, Qt.Key.Key_V, CONTROL)
        qtbot.waitUntil(lambda why=why: why in dialog.note.text(), timeout=TIMEOUT)
        assert len(dialog.canvas.sketch.atoms) == 6
        assert dialog.line.text() == BENZENE
    copy("")
    qtbot.keyClick(dialog.canvas, Qt.Key.Key_V, CONTROL)
    assert "no text on the clipboard" in dialog.note.text()


def test_a_drawing_is_copied_as_smiles_and_one_with_query_atoms_as_smarts(qtbot: QtBot, dialog: SketchDialog) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    qtbot.keyClick(dialog.canvas, "R")
    qtbot.keyClick(dialog.canvas, Qt.Key.Key_C, CONTROL)
    qtbot.waitUntil(lambda: clipboard.text() == "c1ccccc1", timeout=TIMEOUT)
    qtbot.keyClick(dialog.canvas, "X")
    qtbot.keyClick(dialog.canvas, Qt.Key.Key_C, CONTROL)
    qtbot.waitUntil(lambda: clipboard.text().startswith("[#9,#17,#35,#53,#85]"), timeout=TIMEOUT)


def test_find_waits_for_what_was_drawn_last(qtbot: QtBot, dialog: SketchDialog) -> None:
    qtbot.keyClick(dialog.canvas, "R")
    qtbot.keyClick(dialog.canvas, "N")
    with qtbot.waitSignal(dialog.found, timeout=TIMEOUT) as blocker:
        dialog.find_button.click()
    assert blocker.args == ["[#7]1:[#6]:[#6]:[#6]:[#6]:[#6]:1"]


def test_a_drawing_finds_the_records_that_the_text_finds(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_substructure()
    chip.draw_button.click()
    dialog = drawing_of(window)
    assert dialog.canvas.sketch == Sketch()
    qtbot.keyClick(dialog.canvas, "R")
    dialog.find_button.click()
    qtbot.waitUntil(lambda: seen(window) == WITH_BENZENE, timeout=TIMEOUT)
    assert chip.box.text() == window.filter_bar.filters.substructure == BENZENE
    chip.look_for("c1ccccc1")
    qtbot.waitUntil(lambda: chip.words.text() == f"{len(WITH_BENZENE)} found", timeout=TIMEOUT)
    qtbot.waitUntil(lambda: seen(window) == WITH_BENZENE, timeout=TIMEOUT)


def test_the_chips_text_is_drawn_when_its_drawing_is_opened(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_substructure()
    chip.look_for("Clc1ccncc1")
    chip.draw_button.click()
    dialog = drawing_of(window)
    qtbot.waitUntil(lambda: len(dialog.canvas.sketch.atoms) == 7, timeout=TIMEOUT)
    assert dialog.line.text() == "Clc1ccncc1"
    dialog.reject()
    assert chip.text == "Clc1ccncc1"


def test_a_molblock_pasted_into_the_chip_is_searched_for(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_substructure()
    copy(Chem.MolToMolBlock(Chem.MolFromSmiles("c1ccccc1")))
    qtbot.keyClick(chip.box, Qt.Key.Key_V, CONTROL)
    qtbot.waitUntil(lambda: seen(window) == WITH_BENZENE, timeout=TIMEOUT)
    assert chip.box.text() == BENZENE
    copy("nonsense\n\n\n  0  V2000\nM  END")
    qtbot.keyClick(chip.box, Qt.Key.Key_V, CONTROL)
    qtbot.waitUntil(lambda: "cannot be read or has no atom" in window.messages.text, timeout=TIMEOUT)
    assert chip.box.text() == BENZENE


def test_a_line_of_text_is_pasted_into_the_chip_as_it_is(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_substructure()
    copy("CC[OH]")
    qtbot.keyClick(chip.box, Qt.Key.Key_V, CONTROL)
    assert chip.box.text() == "CC[OH]"


def test_a_part_of_the_selected_molecule_is_cut_out_and_found(qtbot: QtBot, window: MainWindow) -> None:
    window.table.choose(1)
    window.actions_["find-like"].trigger()
    dialog = drawing_of(window)
    settle(qtbot, dialog, BENZENE)
    dialog.find_button.click()
    qtbot.waitUntil(lambda: seen(window) == WITH_BENZENE, timeout=TIMEOUT)


def test_a_record_that_is_no_molecule_is_not_drawn_and_leaves_no_filter(qtbot: QtBot, window: MainWindow) -> None:
    window.table.choose(2)
    window.actions_["find-like"].trigger()
    dialog = drawing_of(window)
    qtbot.waitUntil(lambda: "Record 3 cannot be drawn" in dialog.note.text(), timeout=TIMEOUT)
    dialog.reject()
    assert not window.filter_bar.isVisible()
    assert window.filter_bar.filters.none


def test_a_right_click_on_a_record_offers_to_find_a_part_of_it(window: MainWindow) -> None:
    for view in (window.table, window.gallery):
        view.customContextMenuRequested.emit(QPoint(10, 10))
        (menu,) = view.findChildren(QMenu)
        assert window.actions_["find-like"] in menu.actions()
        menu.close()


def test_alternating_bonds_are_a_molecule_until_a_click_has_them_read_to_the_letter(
    qtbot: QtBot, window: MainWindow
) -> None:
    chip = window.filter_bar.add_substructure()
    chip.look_for("C1=CC=CC=C1")
    qtbot.waitUntil(lambda: seen(window) == WITH_BENZENE, timeout=TIMEOUT)
    assert chip.notation_button.text() == "SMILES"
    chip.notation_button.click()
    qtbot.waitUntil(lambda: chip.words.text() == "0 found", timeout=TIMEOUT)
    assert chip.notation_button.text() == "SMARTS"
    assert window.filter_bar.filters.substructure_as_smarts
    window.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: seen(window) == WITH_BENZENE, timeout=TIMEOUT)


def test_what_is_no_molecule_is_said_to_be_smarts_and_cannot_be_switched(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_substructure()
    chip.look_for("[CX3](=O)[OX2H1]")
    qtbot.waitUntil(lambda: chip.words.text() == "2 found", timeout=TIMEOUT)
    assert chip.notation_button.text() == "SMARTS"
    assert not chip.notation_button.isEnabled()
    chip.look_for("C(=O)O")
    qtbot.waitUntil(lambda: chip.notation_button.text() == "SMILES", timeout=TIMEOUT)


def test_another_text_is_read_as_a_molecule_again(qtbot: QtBot, window: MainWindow) -> None:
    chip = window.filter_bar.add_substructure()
    chip.look_for("CO", as_smarts=True)
    qtbot.waitUntil(lambda: chip.notation_button.text() == "SMARTS", timeout=TIMEOUT)
    chip.box.setText("C1=CC=CC=C1")
    chip.box.editingFinished.emit()
    qtbot.waitUntil(lambda: seen(window) == WITH_BENZENE, timeout=TIMEOUT)
    assert chip.notation_button.text() == "SMILES"


def test_records_in_which_the_search_took_too_long_are_counted_and_can_be_seen(
    qtbot: QtBot,
    window: MainWindow,
    pool: WorkerPool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "chains.smi"
    path.write_text(f"{'C' * 7}.[Xe] quick\n{'C' * 60} endless\nCCO small\n")
    window.files.open([path])
    qtbot.waitUntil(lambda: window.session.libraries.texts_read and len(seen(window)) == 3, timeout=TIMEOUT)
    monkeypatch.setattr(pool, "time_limit", 1.0)
    chip = window.filter_bar.add_substructure()
    chip.look_for(".".join(["[#6]"] * 7 + ["[Xe]"]))
    qtbot.waitUntil(lambda: chip.unknown_button.text() == "1 unknown" and seen(window) == [0], timeout=TIMEOUT)
    assert not chip.unknown_button.isHidden()
    chip.unknown_button.click()
    qtbot.waitUntil(lambda: seen(window) == [1], timeout=TIMEOUT)
    chip.unknown_button.click()
    qtbot.waitUntil(lambda: seen(window) == [0], timeout=TIMEOUT)
    chip.unknown_button.click()
    chip.look_for("CO")
    qtbot.waitUntil(lambda: seen(window) == [2], timeout=TIMEOUT)
    assert chip.unknown_button.isHidden()
