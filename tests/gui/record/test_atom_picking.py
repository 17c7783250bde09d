"""Picking atoms in the molecule, to test their effect."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.record.atom_picking import AtomPicking
from gcx_desktop.gui.record.atom_readings import AtomReadings
from gcx_desktop.gui.record.molecule_view import MoleculeView
from tests.gui.record.test_molecule_view import place, show

PHENETHYLAMINE = "NCCc1ccccc1"
VALUES = [0.1, 0.4, 0.2, 0.3, 0.0, 0.0, 0.0, 0.0, 0.3]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot: QtBot) -> MoleculeView:
    made = MoleculeView()
    qtbot.addWidget(made)
    made.resize(500, 400)
    show(made, PHENETHYLAMINE, VALUES)
    made.picking.highlighted = frozenset({1, 2, 3, 8})
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def picking(view: MoleculeView) -> AtomPicking:
    return view.picking


def click(view: MoleculeView, atom: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, modifier, place(view, atom).toPoint())


def drag(view: MoleculeView, points: list[QPoint], modifier: Qt.KeyboardModifier) -> None:
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(view, left, modifier, points[0])
    for point in points[1:]:
        QTest.mouseMove(view, point)
    QTest.mouseRelease(view, left, modifier, points[-1])


def around(view: MoleculeView, atom: int, reach: int = 12) -> list[QPoint]:
    middle = place(view, atom).toPoint()
    corners = [QPoint(-reach, -reach), QPoint(reach, -reach), QPoint(reach, reach), QPoint(-reach, reach)]
    return [middle + corner for corner in corners]


def test_a_click_picks_one_atom_and_on_empty_paper_none(view: MoleculeView, picking: AtomPicking) -> None:
    click(view, 2)
    click(view, 4)
    assert picking.atoms == {4}
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert picking.atoms == frozenset()


def test_a_click_with_ctrl_adds_an_atom_or_takes_it_away(view: MoleculeView, picking: AtomPicking) -> None:
    for atom in (0, 1, 2, 1):
        click(view, atom, CONTROL)
    assert picking.atoms == {0, 2}


def test_dragging_moves_a_zoomed_molecule_and_picks_nothing(view: MoleculeView, picking: AtomPicking) -> None:
    view.zoom_by(3, place(view, 2))
    before = place(view, 2)
    drag(view, [before.toPoint(), before.toPoint() + QPoint(30, 0)], Qt.KeyboardModifier.NoModifier)
    assert place(view, 2) != before
    assert picking.atoms == frozenset()


def test_dragging_with_shift_picks_what_the_lasso_holds(view: MoleculeView, picking: AtomPicking) -> None:
    before = place(view, 0)
    drag(view, around(view, 0), SHIFT)
    assert (picking.atoms, place(view, 0)) == ({0}, before)
    drag(view, around(view, 5), SHIFT | CONTROL)
    assert picking.atoms == {0, 5}
    drag(view, around(view, 6), SHIFT)
    assert picking.atoms == {6}


def test_a_double_click_still_means_the_whole_molecule(view: MoleculeView, qtbot: QtBot) -> None:
    view.zoom_in()
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton)
    assert view.zoom == 1


def test_keys_pick_around_the_atom_that_was_walked_to(view: MoleculeView, picking: AtomPicking, qtbot: QtBot) -> None:
    picked = []
    view.point_at(3)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_R, Qt.Key.Key_F, Qt.Key.Key_I, Qt.Key.Key_H, Qt.Key.Key_Space):
        qtbot.keyClick(view, key)
        picked.append(set(picking.atoms))
    assert picked == [{3}, {3, 4, 5, 6, 7, 8}, {1, 2, 3, 8}, {0, 4, 5, 6, 7}, {1, 2, 3, 8}, {1, 2, 8}]


def test_a_screen_reader_hears_whether_the_atom_is_selected(view: MoleculeView, qtbot: QtBot) -> None:
    view.point_at(3)
    heard = [view.accessibleDescription()]
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Space)
        heard.append(view.accessibleDescription())
    assert heard == [heard[0], f"{heard[0]} · selected", heard[0]]


def test_an_atom_outside_rings_and_highlights_leaves_what_is_picked(view: MoleculeView, picking: AtomPicking) -> None:
    picking.pick([5])
    picking.pick_ring_system(1)
    picking.pick_fragment(0)
    assert picking.atoms == {5}


def test_escape_lets_go_first_and_then_is_left_to_the_window(view: MoleculeView, picking: AtomPicking) -> None:
    taken = []
    picking.pick([1])
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) * 2:
        event = QKeyEvent(kind, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
        event.setAccepted(kind == QEvent.Type.KeyPress)  # as Qt sends them
        view.event(event)
        taken.append(event.isAccepted())
    assert taken == [True, True, False, False]
    assert picking.atoms == frozenset()


def test_the_menu_offers_what_can_be_done_about_the_atom(view: MoleculeView, picking: AtomPicking) -> None:
    def offered(menu: QMenu) -> list[str]:
        return [each.text().split("\t")[0].replace("&", "") for each in menu.actions() if each.isEnabled()]

    everywhere = ["Select All Highlighted", "Invert Selection"]
    assert offered(view.menu(-1)) == everywhere
    assert offered(view.menu(5)) == ["Select Ring System", *everywhere]
    menu = view.menu(3)
    assert offered(menu) == ["Select Ring System", "Select This Fragment", *everywhere]
    menu.actions()[1].trigger()
    assert picking.atoms == {1, 2, 3, 8}
    assert offered(view.menu(-1)) == [*everywhere, "Clear Selection"]


def test_the_menu_opens_by_key_at_the_atom_that_was_walked_to(view: MoleculeView) -> None:
    view.point_at(3)
    at = QPoint(2, 2)
    view.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, view.mapToGlobal(at)))
    menu = view.findChild(QMenu)
    assert menu is not None
    assert menu.pos() == view.mapToGlobal(place(view, 3).toPoint())
    menu.close()


def test_hydrogens_and_atoms_that_a_preparation_took_away_cannot_be_picked(
    view: MoleculeView, picking: AtomPicking
) -> None:
    show(view, "[2H]CC.Cl", [np.nan, 0.4, 0.2, np.nan])
    picking.pick(range(4))
    assert picking.atoms == {1, 2}
    click(view, 3)
    assert picking.atoms == frozenset()


def test_nothing_can_be_picked_in_a_molecule_that_is_not_predicted(view: MoleculeView, picking: AtomPicking) -> None:
    picking.pick([1])
    view.set_readings(AtomReadings(["N"] * 9, None, predictable=False))
    assert picking.atoms == frozenset()
    click(view, 1)
    assert picking.atoms == frozenset()


def test_another_method_keeps_what_is_picked_and_another_molecule_does_not(
    view: MoleculeView, picking: AtomPicking, qtbot: QtBot
) -> None:
    picking.pick([1])
    view.set_readings(AtomReadings(["N"] * 9, np.array(VALUES[::-1])))
    assert picking.atoms == {1}
    with qtbot.waitSignal(picking.changed):
        show(view, "CCCO", [0.1] * 4)
    assert picking.atoms == frozenset()


def test_picked_atoms_are_outlined_and_their_middles_stay_as_they_are(view: MoleculeView, picking: AtomPicking) -> None:
    bare = view.grab().toImage()
    picking.pick_ring_system(4)
    outlined = view.grab().toImage()
    assert bare != outlined
    ratio = outlined.devicePixelRatio()
    for atom in range(9):
        at = (place(view, atom) * ratio).toPoint()
        assert outlined.pixelColor(at) == bare.pixelColor(at)
    picking.clear()
    assert view.grab().toImage() == bare
