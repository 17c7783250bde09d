from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot
from rdkit import Chem

from gcx_desktop.depict.colour import ColourScale, Paper
from gcx_desktop.depict.drawing import Depiction, depict
from gcx_desktop.depict.halos import halos
from gcx_desktop.gui.record.atom_numbers import AtomNumbers
from gcx_desktop.gui.record.atom_readings import AtomReadings
from gcx_desktop.gui.record.molecule_view import MoleculeView
from gcx_desktop.gui.widgets.viewport import MAX_BOND, Viewport

PROPANOL = [0.1, 0.4, 0.2, 0.3]


def drawn(smiles: str, paper: Paper = Paper.WHITE) -> Depiction:
    return depict(Chem.MolFromSmiles(smiles), paper=paper)


@pytest.fixture
def view(qtbot: QtBot) -> MoleculeView:
    made = MoleculeView()
    qtbot.addWidget(made)
    made.resize(500, 400)
    show(made, "CCCO", PROPANOL)
    made.show()
    qtbot.waitExposed(made)
    return made


def show(view: MoleculeView, smiles: str, values: list[float], paper: Paper = Paper.WHITE) -> None:
    depiction = drawn(smiles, paper)
    symbols = [atom.GetSymbol() for atom in Chem.MolFromSmiles(smiles).GetAtoms()]
    view.set_depiction(depiction)
    hydrogens = frozenset(atom for atom, symbol in enumerate(symbols) if symbol == "H")
    view.set_readings(AtomReadings(symbols, np.array(values), folded=hydrogens))
    view.set_halos(halos(depiction, values, ColourScale(0.4, paper=paper)))


def point(view: MoleculeView, position: QPointF) -> None:
    at = QPointF(view.mapToGlobal(position))
    none = Qt.MouseButton.NoButton
    view.mouseMoveEvent(QMouseEvent(QEvent.Type.MouseMove, position, at, none, none, Qt.KeyboardModifier.NoModifier))


def place(view: MoleculeView, atom: int) -> QPointF:
    found = view.position_of(atom)
    assert found is not None
    return found


def test_pointing_near_an_atom_means_that_atom(view: MoleculeView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.atom_hovered) as heard:
        point(view, place(view, 2) + QPointF(4, -3))
    assert heard.args == [2]


def test_pointing_at_empty_paper_means_no_atom(view: MoleculeView) -> None:
    point(view, place(view, 2))
    point(view, QPointF(3, 3))
    assert view.current_atom == -1


def test_leaving_the_picture_means_no_atom(view: MoleculeView) -> None:
    point(view, place(view, 1))
    view.leaveEvent(QEvent(QEvent.Type.Leave))
    assert view.current_atom == -1


def test_hydrogens_without_a_value_of_their_own_are_never_pointed_at(view: MoleculeView) -> None:
    show(view, "[2H]CC", [np.nan, 0.4, 0.2])
    assert view.atom_at(place(view, 0)) != 0


def test_right_and_left_walk_the_atoms_by_rank(view: MoleculeView, qtbot: QtBot) -> None:
    walked = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Home):
        qtbot.keyClick(view, key)
        walked.append(view.current_atom)
    assert walked == [1, 3, 1, 0, 1]


def test_up_down_and_escape_are_left_to_the_window(view: MoleculeView) -> None:
    taken = {}
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape, Qt.Key.Key_Right):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        view.keyPressEvent(event)
        taken[key.name] = event.isAccepted()
    assert taken == {"Key_Up": False, "Key_Down": False, "Key_Escape": False, "Key_Right": True}


def test_the_whole_molecule_is_in_the_picture(view: MoleculeView) -> None:
    show(view, "CC(C)NCC(O)COc1cccc2ccccc12", [0.1] * 19)
    assert all(view.rect().contains(place(view, atom).toPoint()) for atom in range(19))


def test_a_small_molecule_is_not_blown_up(view: MoleculeView) -> None:
    show(view, "CC", [0.1, 0.2])
    apart = place(view, 0) - place(view, 1)
    assert np.hypot(apart.x(), apart.y()) == pytest.approx(MAX_BOND, rel=0.05)


def test_zooming_keeps_the_atom_under_the_pointer(view: MoleculeView) -> None:
    before = place(view, 3)
    view.zoom_by(2.0, before)
    assert (place(view, 3) - before).manhattanLength() < 0.01
    assert view.zoom == 2.0


def test_zoom_keys_and_double_click_end_with_the_whole_molecule(view: MoleculeView, qtbot: QtBot) -> None:
    before = place(view, 0)
    qtbot.keyClick(view, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom > 1
    qtbot.keyClick(view, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom == pytest.approx(1)
    view.zoom_in()
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton)
    assert (view.zoom, place(view, 0)) == (1.0, before)


def test_dragging_moves_a_zoomed_molecule_with_the_pointer(view: MoleculeView, qtbot: QtBot) -> None:
    view.zoom_by(3)
    before = place(view, 0)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    point(view, QPointF(view.rect().center()) + QPointF(20, 10))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton)
    assert place(view, 0) - before == QPointF(20, 10)


def test_walking_brings_a_hidden_atom_into_view(view: MoleculeView, qtbot: QtBot) -> None:
    view.zoom_by(12, place(view, 1))
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.rect().contains(place(view, 0).toPoint())


def test_a_salient_atom_has_its_colour_behind_it(view: MoleculeView) -> None:
    image = view.grab().toImage()
    beside = place(view, 1) + QPointF(0, 12 if place(view, 1).y() > place(view, 0).y() else -12)
    assert image.pixelColor((beside * image.devicePixelRatio()).toPoint()) == QColor(ColourScale(0.4).colour(0.4))


@pytest.mark.parametrize("paper", list(Paper))
def test_the_paper_is_that_of_the_depiction(view: MoleculeView, paper: Paper) -> None:
    show(view, "CCCO", PROPANOL, paper)
    assert view.grab().toImage().pixelColor(12, 12).name() == paper.background


def test_the_structure_is_drawn_once_for_many_repaints(view: MoleculeView, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []

    class Counting(QSvgRenderer):
        def render(self, *args: object) -> None:
            drawn.append(args)
            super().render(*args)  # type: ignore[call-overload]

    monkeypatch.setattr("gcx_desktop.gui.pictures.picture.QSvgRenderer", Counting)
    show(view, "CCCO", PROPANOL)
    view.grab()
    assert len(drawn) == 1
    view.point_at(2)
    view.set_halos([])
    view.grab()
    assert len(drawn) == 1


def test_a_new_molecule_is_shown_whole_and_without_a_ring(view: MoleculeView) -> None:
    view.zoom_in()
    view.point_at(3)
    show(view, "CCO", [0.1, 0.2, 0.3])
    assert (view.zoom, view.current_atom) == (1.0, -1)


def test_a_screen_reader_hears_the_molecule_and_its_most_salient_atoms(view: MoleculeView, qtbot: QtBot) -> None:
    view.set_title("Propanol")
    assert view.accessibleName() == "Molecule Propanol"
    assert "C 2 0.400, O 4 0.300" in view.accessibleDescription()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.accessibleDescription() == "C 2 · saliency 0.400 · rank 1 of 4"


def test_a_message_takes_the_molecules_place(view: MoleculeView) -> None:
    view.set_message("Too complex to draw (812 atoms; the limit is 400)")
    assert view.position_of(0) is None
    assert view.atom_at(QPointF(250, 200)) == -1
    assert "812 atoms" in view.accessibleDescription()


def test_focus_is_visible(view: MoleculeView, qtbot: QtBot) -> None:
    view.clearFocus()
    without = view.grab().toImage()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    assert view.grab().toImage() != without


@pytest.mark.usefixtures("qapp")
def test_numbers_of_atoms_keep_their_places_and_are_left_out_of_a_picture_too_small_for_them() -> None:
    numbers, depiction, font = AtomNumbers(), drawn("CCCO"), QGuiApplication.font()
    font.setPixelSize(12)
    middles = {}
    for scale in (1.25, 1.4):  # one step
        rooms = numbers.rooms(depiction, scale, font)
        assert sorted(rooms) == [0, 1, 2, 3]
        middles[scale] = [rooms[atom].center() / scale for atom in rooms]
    for one, other in zip(*middles.values(), strict=True):
        assert (one - other).manhattanLength() < 0.01
    image, port = QImage(400, 400, QImage.Format.Format_ARGB32), Viewport()
    image.fill(QColor("white"))
    blank, numbers.shown = image.copy(), True
    port.room, port.picture, port.bond = QSizeF(400, 400), QSizeF(depiction.width, depiction.height), 30.0
    for zoom, painted in ((0.1, False), (1.0, True)):
        port.zoom = zoom
        painter = QPainter(image)
        numbers.paint(painter, depiction, port, Paper.WHITE)
        painter.end()
        assert (image != blank) is painted
