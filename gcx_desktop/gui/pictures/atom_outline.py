"""The outline of some atoms of a depiction, outside their halos."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from ...depict.colour import Paper
from ...depict.drawing import Depiction
from ...depict.places import Band, Circle, PlaceBox
from ..widgets.theme import mixed

_SIDES = 16
"""Sides of the polygon that approximates a circle: joining true circles takes ten times as long."""


def outline(depiction: Depiction, atoms: Collection[int]) -> list[QPolygonF]:
    """The edges of circles around the atoms and of bands along the bonds between them, in the picture's coordinates.

    A ring of picked atoms has no inner edge, unless another atom is drawn inside. Each box has its own edge.
    """
    around = depiction.places.outline(atoms)
    polygons = list(map(_polygon, around.shapes))
    if not around.joined:
        return polygons
    covered = QPainterPath()
    covered.setFillRule(Qt.FillRule.WindingFill)
    for polygon in polygons:
        covered.addPolygon(polygon)
    edges = covered.simplified().toSubpathPolygons()
    drawn = enumerate(depiction.atom_xy.tolist())
    others = [QPointF(x, y) for atom, (x, y) in drawn if atom not in atoms and not math.isnan(x)]
    return [edge for edge in edges if not _is_inside(edge, edges) or any(_holds(edge, other) for other in others)]


def paint_edges(
    painter: QPainter, edges: Sequence[QPolygonF], line: QColor, ground: QColor, width: float, ratio: float
) -> None:
    """Paints the result of :func:`outline`, in the picture's coordinates: over halos and under the structure.

    :param ground: colour of the paper, drawn beside the line to separate it from the halos
    :param width: of the line in logical pixels, whatever the size of the picture
    :param ratio: device pixels per logical pixel
    """
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, wide in ((ground, 2.1 * width), (line, width)):
        pen = QPen(colour, wide * ratio)  # a cosmetic pen's width is in device pixels
        pen.setCosmetic(True)
        painter.setPen(pen)
        for edge in edges:
            painter.drawPolygon(edge)


def _polygon(shape: Circle | Band | PlaceBox) -> QPolygonF:
    if isinstance(shape, PlaceBox):
        return QPolygonF(QRectF(shape.x, shape.y, shape.width, shape.height))
    if isinstance(shape, Circle):
        return _circle(QPointF(shape.x, shape.y), shape.radius)
    return _band(QPointF(shape.x, shape.y), QPointF(shape.x2, shape.y2), shape.half)


def _circle(middle: QPointF, radius: float) -> QPolygonF:
    turns = [2 * math.pi * side / _SIDES for side in range(_SIDES + 1)]
    return QPolygonF([middle + QPointF(math.cos(turn), math.sin(turn)) * radius for turn in turns])


def _band(one: QPointF, other: QPointF, half: float) -> QPolygonF:
    """The band along a bond, as wide as the circles at its ends, and wound like them, so that both areas are joined."""
    along = other - one
    aside = QPointF(-along.y(), along.x()) * (half / max(math.hypot(along.x(), along.y()), 1e-6))
    return QPolygonF([one + aside, one - aside, other - aside, other + aside, one + aside])


def _is_inside(edge: QPolygonF, edges: list[QPolygonF]) -> bool:
    return any(other is not edge and _holds(other, edge.first()) for other in edges)


def _holds(edge: QPolygonF, point: QPointF) -> bool:
    return edge.containsPoint(point, Qt.FillRule.OddEvenFill)


def match_colour(paper: Paper) -> QColor:
    """The colour of outlines of matching atoms, less prominent than that of picked atoms."""
    return mixed(QColor(paper.ink), QColor(paper.background), 0.62)


def match_edges(depiction: Depiction, atoms: frozenset[int]) -> list[QPolygonF]:
    """The outline of those matching atoms that are drawn."""
    drawn = {atom for atom in atoms if atom < len(depiction.atom_xy) and depiction.atom_xy[atom, 0] >= 0}
    return outline(depiction, drawn)
