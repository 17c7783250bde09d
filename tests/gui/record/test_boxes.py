"""Pointing at, picking and outlining the boxes of an annotated image."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gcx_desktop.depict.colour import ColourScale, Paper
from gcx_desktop.depict.halos import halos
from gcx_desktop.depict.photograph import Photograph
from gcx_desktop.gui.pictures.atom_outline import match_edges, outline
from gcx_desktop.gui.pictures.kept_depictions import KeptDepictions
from gcx_desktop.gui.pictures.picture import DepictionLayer, StructureLayer, render_image
from gcx_desktop.gui.record.atom_readings import AtomReadings
from gcx_desktop.gui.record.molecule_view import MoleculeView
from gcx_desktop.kinds.registry import kinds
from gcx_desktop.kinds.scenes.drawing import draw_scene
from gcx_desktop.kinds.scenes.scene import Box, Relation, Scene, SceneObject
from tests.gui.record.test_molecule_view import place, point

SKY, MAN, HAT, DOG = range(4)
SCENE = Scene(
    (
        SceneObject("sky", Box(0, 0, 300, 200)),
        SceneObject("man", Box(40, 40, 60, 100)),
        SceneObject("hat", Box(50, 45, 30, 5)),
        SceneObject("man", Box(200, 100, 50, 80)),
    ),
    (Relation(MAN, "wears", HAT), Relation(DOG, "near", MAN)),
)


@pytest.fixture
def view(qtbot: QtBot) -> MoleculeView:
    made = MoleculeView()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.set_kind(kinds()[1])
    made.set_depiction(draw_scene(SCENE, Paper.WHITE))
    made.set_readings(AtomReadings(["sky", "man", "hat", "man"], np.array([0.1, 0.4, 0.2, 0.3])))
    made.show()
    qtbot.waitExposed(made)
    return made


def beside(view: MoleculeView, node: int, right: float, down: float) -> QPointF:
    """A point at a distance, in units of the picture, from the centre of a box."""
    assert view.depiction is not None
    scale = (place(view, DOG) - place(view, SKY)).x() / (
        view.depiction.atom_xy[DOG, 0] - view.depiction.atom_xy[SKY, 0]
    )
    return place(view, node) + QPointF(right, down) * scale


def test_the_pointer_means_the_smallest_box_that_holds_it(view: MoleculeView) -> None:
    assert [view.atom_at(place(view, node)) for node in (SKY, MAN, HAT, DOG)] == [SKY, MAN, HAT, DOG]
    assert view.atom_at(beside(view, MAN, 29, 49)) == MAN
    assert view.atom_at(beside(view, MAN, 35, 0)) == SKY
    assert view.atom_at(QPointF(2, 2)) == -1


def test_a_box_with_nothing_to_say_is_passed_over(view: MoleculeView) -> None:
    folded = frozenset({HAT})
    view.set_readings(AtomReadings(["sky", "man", "hat", "man"], np.array([0.1, 0.4, np.nan, 0.3]), folded=folded))
    assert view.atom_at(place(view, HAT)) == MAN


def test_the_box_that_is_pointed_at_is_framed(view: MoleculeView) -> None:
    before = view.grab().toImage()
    point(view, place(view, DOG))
    after = view.grab().toImage()
    edge, middle = beside(view, DOG, 25, 10).toPoint(), beside(view, DOG, 10, 10).toPoint()
    assert before.pixelColor(edge) != after.pixelColor(edge)
    assert before.pixelColor(middle) == after.pixelColor(middle)
    assert after.pixelColor(edge) == QColor(Paper.WHITE.ink)


def test_picked_and_matching_boxes_are_outlined_as_rectangles() -> None:
    depiction = draw_scene(SCENE, Paper.WHITE)
    assert depiction.boxes is not None
    expected = [QRectF(*depiction.boxes[node].tolist()) for node in (SKY, HAT)]
    for edges in (outline(depiction, {HAT, SKY}), match_edges(depiction, frozenset({HAT, SKY, 9}))):
        assert [edge.boundingRect() for edge in edges] == expected


def test_a_lasso_picks_the_boxes_whose_middle_it_holds(view: MoleculeView) -> None:
    left, shift = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
    corners = [place(view, MAN).toPoint() + QPoint(x, y) for x, y in ((-20, -20), (20, -20), (20, 20), (-20, 20))]
    QTest.mousePress(view, left, shift, corners[0])
    for corner in corners[1:]:
        QTest.mouseMove(view, corner)
    QTest.mouseRelease(view, left, shift, corners[-1])
    assert view.picking.atoms == {MAN}


def test_the_menu_offers_what_has_the_same_name_and_what_is_related(view: MoleculeView) -> None:
    menu = view.menu(MAN)
    texts = [action.text().partition("\t")[0].replace("&", "") for action in menu.actions()]
    assert texts[:2] == ["Select All of This Name", "Select What It Is Related to"]
    assert not any("Ring" in text or "Fragment" in text for text in texts)
    menu.actions()[0].trigger()
    assert view.picking.atoms == {MAN, DOG}
    menu.actions()[1].trigger()
    assert view.picking.atoms == {HAT, DOG}
    assert not view.menu(SKY).actions()[1].isEnabled()


def test_keys_pick_by_name_and_by_relation(view: MoleculeView, qtbot: QtBot) -> None:
    view.setFocus()
    view.point_at(HAT)
    qtbot.keyClick(view, Qt.Key.Key_R)
    assert view.picking.atoms == {MAN}
    view.point_at(DOG)
    qtbot.keyClick(view, Qt.Key.Key_N)
    assert view.picking.atoms == {MAN, DOG}


def test_a_screen_reader_hears_of_an_image_and_its_objects(view: MoleculeView) -> None:
    view.set_title("street.jpg")
    assert view.accessibleName() == "Image street.jpg"
    assert view.accessibleDescription().startswith("Most salient objects: man 2")


@pytest.mark.parametrize("scale", [0.3, 0.7, 1.4])
def test_a_small_picture_is_as_coarse_as_its_size_asks_for(view: MoleculeView, scale: float) -> None:
    assert view.depiction is not None
    target = QRectF(0, 0, scale * view.depiction.width, scale * view.depiction.height)
    size = QSize(500, 400)
    expected = StructureLayer(view.depiction.at(scale).svg).pixmap(size, 1.0, target).toImage()
    assert DepictionLayer(view.depiction).pixmap(size, 1.0, target).toImage() == expected


def test_thumbnails_keep_only_so_many_bytes_of_photographs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcx_desktop.gui.pictures.kept_depictions.MAX_PHOTOGRAPHS", 250)
    kept = KeptDepictions()
    for position in range(4):
        kept.keep(position, draw_scene(SCENE, Paper.WHITE, Photograph(bytes(100), (300, 200))))
        kept.keep(10 + position, draw_scene(SCENE, Paper.WHITE), frozenset((0,)))
    assert kept.positions == [11, 2, 12, 3, 13]
    assert list(kept.matched_atoms) == [11, 12, 13]


def test_over_a_photograph_boxes_that_overlap_do_not_add_up() -> None:
    file = BytesIO()
    Image.new("L", (300, 200), 200).save(file, "JPEG")
    depiction = draw_scene(SCENE, Paper.WHITE, Photograph(file.getvalue(), (300, 200)))
    scale = ColourScale(1.0)
    image = render_image(depiction, halos(depiction, [1.0, 0.0, 0.0, 1.0], scale), 2.0)
    assert depiction.boxes is not None
    (x, y), (x2, y2) = (2 * (depiction.boxes[node, :2] + [5, 70]) for node in (SKY, DOG))
    alone, over = image.pixelColor(round(x), round(y)), image.pixelColor(round(x2), round(y2))
    strong = QColor(scale.colour(1.0))
    assert alone == over
    for channel in (QColor.red, QColor.green, QColor.blue):
        assert abs(channel(alone) - (0.65 * channel(strong) + 0.35 * 200)) <= 2
