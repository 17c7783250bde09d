"""The Substructures dock for annotated images: the differences from molecules."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.pictures.thumbnails import SubstructureOutline
from gcx_desktop.gui.substructures.substructure_model import PatternColumn
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.substructure.scheme import Scheme
from tests.gui.window.test_scene_library import TIMEOUT, images, opened

__all__ = ["images", "opened"]


@pytest.fixture
def found(qtbot: QtBot, opened: MainWindow) -> MainWindow:
    """A window with the substructures that any of the five images shows."""
    opened.actions_["substructures"].trigger()
    panel = opened.substructures
    panel.choice.min_records.setValue(0)
    panel.choice.cutoff.setValue(0)
    qtbot.waitUntil(panel.choice.button.isEnabled, timeout=TIMEOUT)
    panel.choice.button.click()
    qtbot.waitUntil(lambda: panel.mined is not None and not panel.busy, timeout=TIMEOUT)
    return opened


def test_objects_relations_and_sets_are_listed_and_drawn(qtbot: QtBot, found: MainWindow) -> None:
    panel = found.substructures
    assert panel.mined is not None
    texts = [each.pattern.text for each in panel.mined.findings]
    assert "person" in texts
    assert any(text.startswith("(person, on, ") for text in texts)
    assert any(text.startswith("{") for text in texts)
    assert "urban: 5 of 5 images explained" in panel.count.toolTip()
    assert "objects" in panel.table.patterns.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    pattern = panel.table.patterns.finding(0).pattern
    qtbot.waitUntil(lambda: isinstance(panel.table.pictures.picture(pattern), QImage), timeout=TIMEOUT)


def test_a_click_shows_the_images_that_contain_it_its_boxes_outlined(qtbot: QtBot, found: MainWindow) -> None:
    table, view = found.substructures.table, found.panel.view
    row = next(row for row in range(table.patterns.rowCount()) if table.patterns.finding(row).pattern.key == "hat")
    table.choose(row)
    table.clicked.emit(table.patterns.index(row, PatternColumn.SHOWN))
    libraries = found.session.libraries
    qtbot.waitUntil(lambda: sorted(libraries.order.positions.tolist()) == [0, 2, 4], timeout=TIMEOUT)
    assert found.thumbnails.outlined == SubstructureOutline("hat")
    qtbot.waitUntil(lambda: len(view.matched_atoms) == 1, timeout=TIMEOUT)
    table.doubleClicked.emit(table.patterns.index(row, PatternColumn.STRUCTURE))
    qtbot.waitUntil(lambda: any(found.large_thumbnails.matched_atoms.values()), timeout=TIMEOUT)


def test_what_is_for_molecules_is_not_offered_and_comes_back_with_them(
    qtbot: QtBot, found: MainWindow, library_file: object
) -> None:
    panel = found.substructures
    choice, actions, files = panel.choice, panel.actions_, panel.exports.actions_
    offered = (choice.schemes.isVisibleTo(panel), choice.complete.isVisibleTo(panel), actions["filter"].isVisible())
    filter_button = next(b for b in panel.findChildren(QToolButton) if b.defaultAction() is actions["filter"])
    assert not filter_button.isVisibleTo(panel)
    assert not any(
        (*offered, actions["copy-smarts"].isVisible(), files["sdf"].isVisible(), files["smarts"].isVisible())
    )
    assert panel.table.isColumnHidden(PatternColumn.SCAFFOLDS)
    assert panel.filter_line.columns.findData(PatternColumn.SCAFFOLDS) < 0
    assert panel.filter_line.columns.itemText(0) == "Objects"
    assert (actions["show"].text(), files["html"].isVisible()) == ("&Show Images", True)
    choice.schemes.setCurrentIndex(choice.schemes.findData(Scheme.RINGS))
    assert choice.request(()).scheme is Scheme.SALIENT
    panel.table.choose(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == panel.table.patterns.finding(0).pattern.text
    found.files.open([library_file])
    qtbot.waitUntil(lambda: actions["filter"].isVisible(), timeout=TIMEOUT)
    assert choice.schemes.isVisibleTo(panel)
    assert files["sdf"].isVisible()
    assert not panel.table.isColumnHidden(PatternColumn.SCAFFOLDS)
    assert actions["show"].text() == "&Show Molecules"
