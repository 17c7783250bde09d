"""Drawing a substructure with the mouse, and with the keyboard alone."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPalette
from pytestqt.qtbot import QtBot
from rdkit import Chem

from gcx_desktop.app.sketching.sketch import (
    BENZENE,
    CYCLOPENTANE,
    MAX_ATOMS,
    Atom,
    BondOrder,
    Sketch,
    add_ring,
    molblock,
)
from gcx_desktop.gui.sketch.sketch_gestures import NOTHING, Target
from gcx_desktop.gui.sketch.sketch_tools import DRAW_BOND, SketchToolBar, Tool, ToolKind
from gcx_desktop.gui.sketch.sketcher import Sketcher

LEFT = Qt.MouseButton.LeftButton
SELECT, ERASE = Tool(ToolKind.SELECT), Tool(ToolKind.ERASE)


@pytest.fixture
def canvas(qtbot: QtBot) -> Sketcher:
    made = Sketcher()
    made.resize(600, 400)
    qtbot.addWidget(made)
    made.show()
    made.setFocus()
    return made


def click(qtbot: QtBot, canvas: Sketcher, at: QPointF | int) -> None:
    """Clicks on a point of the widget or an atom."""
    point = canvas.point(at) if isinstance(at, int) else at
    hover(qtbot, canvas, point)
    qtbot.mouseClick(canvas, LEFT, pos=point.toPoint())


def hover(qtbot: QtBot, canvas: Sketcher, at: QPointF) -> None:
    """Moves the pointer from elsewhere: Qt sends no event for a pointer that stays."""
    qtbot.mouseMove(canvas, QPoint(2, 2))
    qtbot.mouseMove(canvas, at.toPoint())


def drag(qtbot: QtBot, canvas: Sketcher, begin: QPointF, *ends: QPointF) -> None:
    qtbot.mousePress(canvas, LEFT, pos=begin.toPoint())
    for end in ends:
        qtbot.mouseMove(canvas, end.toPoint())
    qtbot.mouseRelease(canvas, LEFT, pos=ends[-1].toPoint())


def middle(canvas: Sketcher, bond: int) -> QPointF:
    ends = canvas.sketch.bonds[bond]
    return (canvas.point(ends.begin) + canvas.point(ends.end)) / 2


def keys(qtbot: QtBot, canvas: Sketcher, text: str) -> None:
    for key in text:
        qtbot.keyClick(canvas, key)


def smiles(canvas: Sketcher) -> str:
    return str(Chem.MolToSmiles(Chem.MolFromMolBlock(molblock(canvas.sketch))))


def test_clicks_draw_a_chain_and_cycle_a_bond(qtbot: QtBot, canvas: Sketcher) -> None:
    with qtbot.waitSignal(canvas.changed):
        click(qtbot, canvas, QPointF(200, 200))
    click(qtbot, canvas, 1)
    click(qtbot, canvas, 2)
    assert smiles(canvas) == "CCCC"
    click(qtbot, canvas, middle(canvas, 2))
    assert smiles(canvas) == "C=CCC"
    click(qtbot, canvas, middle(canvas, 2))
    assert smiles(canvas) == "C#CCC"
    click(qtbot, canvas, middle(canvas, 2))
    assert smiles(canvas) == "CCCC"


def test_a_drag_draws_a_bond_and_closes_a_ring_at_the_atom_that_it_meets(qtbot: QtBot, canvas: Sketcher) -> None:
    canvas.show_sketch(add_ring(Sketch(), CYCLOPENTANE))
    canvas.show_sketch(replace(canvas.sketch, bonds=canvas.sketch.bonds[:-1]))
    drag(qtbot, canvas, canvas.point(4), canvas.point(2), canvas.point(0))
    assert smiles(canvas) == "C1CCCC1"
    here = canvas.point(0)
    drag(qtbot, canvas, here, here - QPointF(0, 30), here - QPointF(4, 60))
    new = canvas.sketch.atoms[-1]
    assert smiles(canvas) == "CC1CCCC1"
    assert (new.x - canvas.sketch.atoms[0].x, new.y - canvas.sketch.atoms[0].y) == pytest.approx((0.0, 1.0), abs=1e-6)


def test_a_drag_on_empty_paper_draws_a_bond_of_the_chosen_kind(qtbot: QtBot, canvas: Sketcher) -> None:
    canvas.tool = Tool(ToolKind.BOND, order=BondOrder.DOUBLE)
    drag(qtbot, canvas, QPointF(200, 200), QPointF(260, 200))
    assert smiles(canvas) == "C=C"
    canvas.tool = Tool(ToolKind.ATOM, symbol="N")
    drag(qtbot, canvas, canvas.point(1), canvas.point(1) + QPointF(20, -40))
    assert smiles(canvas) == "C=CN"


def test_elements_queries_and_charges_are_clicked_onto_atoms(qtbot: QtBot, canvas: Sketcher) -> None:
    canvas.show_sketch(add_ring(Sketch(), BENZENE))
    canvas.tool = Tool(ToolKind.ATOM, symbol="N")
    click(qtbot, canvas, 2)
    canvas.tool = Tool(ToolKind.CHARGE, charge=1)
    click(qtbot, canvas, 2)
    assert smiles(canvas) == "c1cc[nH+]cc1"
    canvas.tool = Tool(ToolKind.ATOM, symbol="Q")
    click(qtbot, canvas, 2)
    assert canvas.sketch.atoms[2].symbol == "Q"


def test_a_ring_is_drawn_on_paper_at_an_atom_and_at_a_bond(qtbot: QtBot, canvas: Sketcher) -> None:
    canvas.tool = Tool(ToolKind.RING, ring=BENZENE)
    click(qtbot, canvas, QPointF(300, 200))
    click(qtbot, canvas, middle(canvas, 1))
    assert smiles(canvas) == "c1ccc2ccccc2c1"
    canvas.clear()
    canvas.tool = DRAW_BOND
    click(qtbot, canvas, QPointF(200, 200))
    canvas.tool = Tool(ToolKind.RING, ring=BENZENE)
    click(qtbot, canvas, 1)
    assert smiles(canvas) == "Cc1ccccc1"


def test_the_eraser_takes_atoms_and_bonds_by_click_and_by_drag(qtbot: QtBot, canvas: Sketcher) -> None:
    canvas.show_sketch(add_ring(Sketch(), CYCLOPENTANE))
    canvas.tool = ERASE
    click(qtbot, canvas, middle(canvas, 4))
    assert smiles(canvas) == "CCCCC"
    drag(qtbot, canvas, QPointF(5, 5), canvas.point(0), canvas.point(1))
    assert smiles(canvas) == "CCC"


def test_what_is_selected_is_moved_together_and_deleted(qtbot: QtBot, canvas: Sketcher) -> None:
    canvas.show_sketch(add_ring(Sketch(), BENZENE))
    before = canvas.sketch
    canvas.tool = SELECT
    left = min(canvas.point(i).x() for i in range(6)) - 10
    drag(qtbot, canvas, QPointF(left, 5), QPointF(canvas.point(0).x() - 5, 395))
    assert canvas.selected == {1, 2}
    drag(qtbot, canvas, canvas.point(1), canvas.point(1) + QPointF(-40, 0))
    moved = [a.x - b.x for a, b in zip(canvas.sketch.atoms, before.atoms, strict=True)]
    assert moved[1] == pytest.approx(moved[2])
    assert moved[1] == pytest.approx(-1.0, abs=0.3)
    assert [moved[i] for i in (0, 3, 4, 5)] == [0.0] * 4
    click(qtbot, canvas, QPointF(5, 5))
    assert not canvas.selected
    qtbot.keyClick(canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseMove(canvas, QPoint(5, 5))
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.sketch == Sketch()
    canvas.undo()
    assert len(canvas.sketch.atoms) == 6


def test_keys_alone_draw_a_molecule(qtbot: QtBot, canvas: Sketcher) -> None:
    keys(qtbot, canvas, "C12O")
    assert smiles(canvas) == "CC=O"
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    keys(qtbot, canvas, "1L")
    assert smiles(canvas) == "CC(=O)Cl"
    keys(qtbot, canvas, "N+")
    assert smiles(canvas) == "CC([NH3+])=O"
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert smiles(canvas) == "CC=O"


def test_keys_walk_between_atoms_and_bond_the_last_two(qtbot: QtBot, canvas: Sketcher) -> None:
    keys(qtbot, canvas, "R")
    assert smiles(canvas) == "c1ccccc1"
    canvas.show_sketch(Sketch(tuple(Atom("C", x, 0.0) for x in (0.0, 1.0, 2.0))))
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(canvas, key)
    assert canvas.focused == 0
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.focused == 1
    keys(qtbot, canvas, "==")
    assert smiles(canvas) == "C.C=C"


@pytest.mark.parametrize(
    ("key", "symbol"),
    [*((letter, letter) for letter in "CNOSPFIAQX"), ("L", "Cl"), ("B", "Br")],
)
def test_a_letter_changes_the_atom_under_the_pointer(qtbot: QtBot, canvas: Sketcher, key: str, symbol: str) -> None:
    canvas.show_sketch(add_ring(Sketch(), BENZENE))
    hover(qtbot, canvas, canvas.point(3))
    assert canvas.hovered == Target(atom=3)
    keys(qtbot, canvas, key)
    assert [atom.symbol for atom in canvas.sketch.atoms] == ["C", "C", "C", symbol, "C", "C"]


def test_a_digit_sets_the_bond_under_the_pointer_again_and_again(qtbot: QtBot, canvas: Sketcher) -> None:
    canvas.show_sketch(add_ring(Sketch(), CYCLOPENTANE))
    hover(qtbot, canvas, middle(canvas, 2))
    assert canvas.hovered == Target(bond=2)
    for key, order in (("2", BondOrder.DOUBLE), ("3", BondOrder.TRIPLE), ("1", BondOrder.SINGLE)):
        keys(qtbot, canvas, key)
        assert canvas.sketch.bonds[2].order == order
    assert len(canvas.sketch.atoms) == 5


def test_undo_and_redo_go_through_all_steps(qtbot: QtBot, canvas: Sketcher) -> None:
    keys(qtbot, canvas, "C11N")
    canvas.undo()
    assert smiles(canvas) == "CCC"
    for _ in range(9):
        canvas.undo()
    assert canvas.sketch == Sketch()
    for _ in range(9):
        canvas.redo()
    assert smiles(canvas) == "CCN"


def test_a_full_drawing_says_so_and_stays(qtbot: QtBot, canvas: Sketcher) -> None:
    full = Sketch(tuple(Atom("C", 2.0 * (i % 20), 2.0 * (i // 20)) for i in range(MAX_ATOMS)))
    canvas.show_sketch(full)
    with qtbot.waitSignal(canvas.trouble) as blocker:
        click(qtbot, canvas, 0)
    assert blocker.args == ["a drawing may have 200 atoms; delete some first"]
    assert canvas.sketch == full


def test_the_whole_drawing_is_seen_however_large(canvas: Sketcher) -> None:
    canvas.show_sketch(Sketch(tuple(Atom("C", float(i), 0.0) for i in range(100))))
    assert all(canvas.rect().contains(canvas.point(i).toPoint()) for i in range(100))
    canvas.resize(300, 300)
    assert all(canvas.rect().contains(canvas.point(i).toPoint()) for i in range(100))


def test_a_screen_reader_hears_what_is_drawn_and_where_the_keyboard_is(qtbot: QtBot, canvas: Sketcher) -> None:
    assert canvas.accessibleDescription().startswith("Click or drag to draw")
    keys(qtbot, canvas, "C1N")
    assert canvas.accessibleDescription() == "2 atoms, 1 bond; at atom 2, N"


def test_a_symbol_has_the_colour_of_its_element_on_light_and_on_dark(qtbot: QtBot, canvas: Sketcher) -> None:
    canvas.show_sketch(Sketch((Atom("N", 0.0, 0.0),)))
    for window, text in (("#ffffff", "#000000"), ("#202020", "#ffffff")):
        palette = QPalette(QColor(window))
        palette.setColor(QPalette.ColorRole.Window, QColor(window))
        palette.setColor(QPalette.ColorRole.WindowText, QColor(text))
        canvas.setPalette(palette)
        image = canvas.grab().toImage()
        at = canvas.point(0)
        pixels = [
            image.pixelColor(round(at.x()) + dx, round(at.y()) + dy) for dx in range(-7, 8) for dy in range(-7, 8)
        ]
        bluest = max(pixels, key=lambda colour: colour.blue() - (colour.red() + colour.green()) / 2)
        assert bluest.blue() > bluest.red() + 30


def test_every_tool_has_a_button_that_chooses_it(qtbot: QtBot) -> None:
    bar = SketchToolBar()
    qtbot.addWidget(bar)
    chosen: list[Tool] = []
    bar.chosen.connect(chosen.append)
    for tool in bar.tools:
        bar.choose(tool)
    assert chosen == bar.tools
    assert len(set(bar.tools)) == len(bar.tools) == 25
    assert {tool.kind for tool in bar.tools} == set(ToolKind)


def test_nothing_is_meant_far_from_atoms_and_bonds(canvas: Sketcher) -> None:
    canvas.show_sketch(add_ring(Sketch(), BENZENE))
    centre = QPointF(sum(canvas.point(i).x() for i in range(6)) / 6, sum(canvas.point(i).y() for i in range(6)) / 6)
    assert canvas.target_at(centre) == NOTHING
    assert math.isclose(centre.x(), 300, abs_tol=2)
