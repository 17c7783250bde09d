"""Paints a sketch: bonds as lines, atoms as symbols except bonded carbons, in the colours of depictions."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ...app.sketching.sketch import Atom, Bond, BondOrder, Sketch
from ...depict.colour import Paper

_APART = 0.16
"""Distance between the lines of a double bond, in bond lengths."""
_LABEL_ROOM = 0.29
_FONT_SIZE = 0.46
_ROOMY = 1 - math.cos(math.radians(45))
"""Sufficient distance between a charge and a bond, as one minus the cosine of their angle."""
_NUMBERS = {"N": 7, "O": 8, "F": 9, "P": 15, "S": 16, "Cl": 17, "Br": 35, "I": 53, "B": 5, "H": 1}
_DASH = [2.5, 2.5]


@dataclass(frozen=True, slots=True)
class SketchFrame:
    """The position of a sketch on screen. ``scale`` is a bond's length, ``x`` and ``y`` the origin, in pixels."""

    scale: float
    x: float
    y: float

    def point(self, x: float, y: float) -> QPointF:
        """A place of the sketch as a point on screen."""
        return QPointF(self.x + x * self.scale, self.y - y * self.scale)

    def place(self, point: QPointF) -> tuple[float, float]:
        """A point on screen as a place of the sketch."""
        return (point.x() - self.x) / self.scale, (self.y - point.y()) / self.scale


def fitted_frame(sketch: Sketch, room: QRectF, standard: float, rim: float = 0.8) -> SketchFrame:
    """The frame that centres the sketch, with bonds of the standard length unless it is too large for that.

    :param rim: empty margin, in bond lengths
    """
    if not sketch.atoms:
        return SketchFrame(standard, room.center().x(), room.center().y())
    xs, ys = [atom.x for atom in sketch.atoms], [atom.y for atom in sketch.atoms]
    wide, high = max(xs) - min(xs) + 2 * rim, max(ys) - min(ys) + 2 * rim
    scale = max(2.0, min(standard, room.width() / wide, room.height() / high))
    x, y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return SketchFrame(scale, room.center().x() - x * scale, room.center().y() + y * scale)


def symbol_colour(symbol: str, paper: Paper) -> QColor:
    """The colour of an atom's label, as in depictions."""
    return QColor(paper.elements.get(_NUMBERS.get(symbol, -1), paper.ink))


def paint_sketch(
    painter: QPainter, sketch: Sketch, frame: SketchFrame, paper: Paper, ink: QColor | None = None
) -> None:
    """Paints a sketch.

    :param ink: one colour for everything, for icons
    """
    line = QColor(paper.ink) if ink is None else ink
    width = max(1.2, 0.055 * frame.scale)
    degree = [0] * len(sketch.atoms)
    for bond in sketch.bonds:
        degree[bond.begin] += 1
        degree[bond.end] += 1
    labelled = [atom.symbol != "C" or atom.charge != 0 or not n for atom, n in zip(sketch.atoms, degree, strict=True)]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for bond in sketch.bonds:
        _paint_bond(painter, sketch, bond, frame, labelled, QPen(line, width))
    for i, atom in enumerate(sketch.atoms):
        if labelled[i]:
            painter.setPen(symbol_colour(atom.symbol, paper) if ink is None else ink)
            _paint_label(painter, atom, frame, _charge_corner(sketch, i))


def paint_marks(
    painter: QPainter,
    sketch: Sketch,
    frame: SketchFrame,
    atoms: Collection[int],
    bond: int,
    radius: float,
    colour: QColor,
) -> None:
    """Paints marks behind some atoms and a bond (−1 for none); indices that do not exist are ignored."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for atom in atoms:
        if atom < len(sketch.atoms):
            painter.drawEllipse(frame.point(sketch.atoms[atom].x, sketch.atoms[atom].y), radius, radius)
    if 0 <= bond < len(sketch.bonds):
        begin, end = (sketch.atoms[i] for i in (sketch.bonds[bond].begin, sketch.bonds[bond].end))
        painter.setPen(QPen(colour, radius, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(frame.point(begin.x, begin.y), frame.point(end.x, end.y))


def _paint_bond(
    painter: QPainter, sketch: Sketch, bond: Bond, frame: SketchFrame, labelled: list[bool], solid: QPen
) -> None:
    a, b = sketch.atoms[bond.begin], sketch.atoms[bond.end]
    length = math.hypot(b.x - a.x, b.y - a.y)
    if length < 1e-6:
        return
    ux, uy = (b.x - a.x) / length, (b.y - a.y) / length
    solid.setCapStyle(Qt.PenCapStyle.RoundCap)
    dashed = QPen(solid)
    dashed.setCapStyle(Qt.PenCapStyle.FlatCap)
    dashed.setDashPattern(_DASH)
    begin = _LABEL_ROOM if labelled[bond.begin] else 0.0
    end = _LABEL_ROOM if labelled[bond.end] else 0.0

    def draw(pen: QPen, aside: float, trim: float = 0.0) -> None:
        first, last = max(begin, trim), length - max(end, trim)
        painter.setPen(pen)
        painter.drawLine(
            frame.point(a.x + ux * first - uy * aside, a.y + uy * first + ux * aside),
            frame.point(a.x + ux * last - uy * aside, a.y + uy * last + ux * aside),
        )

    side = _inner_side(sketch, bond)
    if bond.order == BondOrder.SINGLE:
        draw(solid, 0.0)
    elif bond.order == BondOrder.TRIPLE:
        for aside in (-_APART, 0.0, _APART):
            draw(solid, aside)
    elif bond.order == BondOrder.ANY:
        draw(dashed, 0.0)
    elif bond.order == BondOrder.SINGLE_OR_DOUBLE:
        draw(dashed, -_APART / 2)
        draw(dashed, _APART / 2)
    elif bond.order == BondOrder.AROMATIC or side:
        draw(solid, 0.0)
        draw(dashed if bond.order == BondOrder.AROMATIC else solid, (side or 1) * _APART, 0.13)
    else:
        draw(solid, -_APART / 2)
        draw(solid, _APART / 2)


def _inner_side(sketch: Sketch, bond: Bond) -> int:
    """The side of a bond with most neighbours, 1 for left; 0 for a terminal bond."""
    a, b = sketch.atoms[bond.begin], sketch.atoms[bond.end]
    sides = []
    for atom in (bond.begin, bond.end):
        around = [sketch.atoms[i] for i in sketch.neighbours(atom) if i not in (bond.begin, bond.end)]
        crosses = [(b.x - a.x) * (other.y - a.y) - (b.y - a.y) * (other.x - a.x) for other in around]
        sides.append([1 if cross > 0 else -1 for cross in crosses])
    if not sides[0] or not sides[1]:
        return 0
    total = sum(sides[0]) + sum(sides[1])
    return (total > 0) - (total < 0) or sides[0][0]


def _charge_corner(sketch: Sketch, atom: int) -> tuple[int, int]:
    """A corner of a label that is free of bonds: right or left (1, −1), above or below (1, −1)."""
    here = sketch.atoms[atom]
    ends = [sketch.atoms[i] for i in sketch.neighbours(atom)] if here.charge else []
    bonds = [math.atan2(end.y - here.y, end.x - here.x) for end in ends]
    apart = {
        corner: min((1 - math.cos(math.atan2(corner[1], corner[0]) - bond) for bond in bonds), default=_ROOMY)
        for corner in ((1, 1), (-1, 1), (1, -1), (-1, -1))
    }
    return max(apart, key=lambda corner: min(apart[corner], _ROOMY))


def _paint_label(painter: QPainter, atom: Atom, frame: SketchFrame, corner: tuple[int, int]) -> None:
    font = QFont(painter.font())
    font.setPixelSize(max(6, round(_FONT_SIZE * frame.scale)))
    painter.save()
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    centre = frame.point(atom.x, atom.y)
    wide = metrics.horizontalAdvance(atom.symbol)
    painter.drawText(QPointF(centre.x() - wide / 2, centre.y() + metrics.capHeight() / 2), atom.symbol)
    if atom.charge:
        small = QFont(font)
        small.setPixelSize(max(6, round(0.75 * _FONT_SIZE * frame.scale)))
        painter.setFont(small)
        charge, small_metrics = charge_text(atom.charge), QFontMetricsF(small)
        x = wide / 2 + 1 if corner[0] > 0 else -wide / 2 - 1 - small_metrics.horizontalAdvance(charge)
        y = -0.15 * metrics.capHeight() if corner[1] > 0 else 0.15 * metrics.capHeight() + small_metrics.capHeight()
        painter.drawText(QPointF(centre.x() + x, centre.y() + y), charge)
    painter.restore()


def charge_text(charge: int) -> str:
    """A charge as a superscript: +, 2−, "" for none."""
    if not charge:
        return ""
    sign = "+" if charge > 0 else "−"
    return sign if abs(charge) == 1 else f"{abs(charge)}{sign}"
