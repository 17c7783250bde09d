"""The atom or box under the pointer, and the mark around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from ...depict.colour import Paper
from ...depict.drawing import Depiction
from ...depict.places import PlaceBox
from ..pictures.picture import paint_frame, paint_ring
from ..widgets.viewport import Viewport

_LEAST_RADIUS = 5.0
"""Least radius of the ring around an atom, in device-independent pixels."""


def node_at(depiction: Depiction, port: Viewport, position: QPointF, can_be_meant: Callable[[int], bool]) -> int:
    """The nearest atom within reach, or the smallest box that contains the point or is near it; −1 if there is none.

    :param position: in the widget
    """
    at = port.to_picture(position)
    point = np.array([at.x(), at.y()])
    return next(filter(can_be_meant, depiction.places.near(point, port.scale)), -1)


def place_of(depiction: Depiction, port: Viewport, node: int) -> QPointF | None:
    """The centre of an atom or box in the widget; ``None`` if it is not drawn."""
    if not 0 <= node < len(depiction.atom_xy):
        return None
    x, y = depiction.atom_xy[node].tolist()
    return None if np.isnan(x) else port.to_widget(x, y)


@dataclass(frozen=True, slots=True)
class PointerMark:
    """The mark around the node that is pointed at: a ring around an atom, or a frame around a box."""

    room: QRectF
    """The rectangle around the node, in the widget."""
    is_ring: bool

    def paint(self, painter: QPainter, paper: Paper) -> None:
        """Paints the mark, in the widget's coordinates."""
        if self.is_ring:
            paint_ring(painter, self.room.center(), self.room.width() / 2, paper)
        else:
            paint_frame(painter, self.room, paper)


def mark_around(depiction: Depiction, port: Viewport, node: int) -> PointerMark | None:
    """The mark around a node; ``None`` if the node is not drawn."""
    place = place_of(depiction, port, node)
    if place is None:
        return None
    shape = depiction.places.shape(node)
    if isinstance(shape, PlaceBox):
        size = QSizeF(shape.width, shape.height) * port.scale
        return PointerMark(QRectF(port.to_widget(shape.x, shape.y), size), is_ring=False)
    radius = max(shape.radius * port.scale, _LEAST_RADIUS)
    return PointerMark(QRectF(place.x() - radius, place.y() - radius, 2 * radius, 2 * radius), is_ring=True)
