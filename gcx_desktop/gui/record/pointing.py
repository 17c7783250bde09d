"""Which atom or box of a picture the pointer means, and the mark around it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from ...depict.drawing import Depiction
from ..pictures.picture import paint_frame, paint_ring
from ..widgets.viewport import Viewport

_REACH = 1.25
"""How far from an atom the pointer still means it, in halo radii: half a bond."""
_BESIDE = 4.0
"""How far beside a box the pointer still means it, in device-independent pixels: some are very thin."""
_LEAST_RADIUS = 5.0
"""Of the ring around an atom, in device-independent pixels."""


def node_at(depiction: Depiction, port: Viewport, position: QPointF, can_be_meant: Callable[[int], bool]) -> int:
    """The nearest atom within reach, or the smallest box that holds the point or else is near; −1 if there is none.

    :param position: in the widget
    """
    at = port.to_picture(position)
    point = np.array([at.x(), at.y()])
    if depiction.boxes is None:
        apart = np.hypot(*(depiction.atom_xy - point).T)
        order = [atom for atom in np.argsort(apart, kind="stable") if apart[atom] <= _REACH * depiction.radius]
    else:
        low, size = depiction.boxes[:, :2], depiction.boxes[:, 2:]
        beside = np.maximum(low - point, point - low - size).max(axis=1)
        order = [box for box in np.lexsort((size.prod(axis=1), beside > 0)) if beside[box] <= _BESIDE / port.scale]
    return next((int(node) for node in order if can_be_meant(int(node))), -1)


def place_of(depiction: Depiction, port: Viewport, node: int) -> QPointF | None:
    """The middle of an atom or box in the widget; ``None`` if it is not drawn."""
    if not 0 <= node < len(depiction.atom_xy):
        return None
    x, y = depiction.atom_xy[node].tolist()
    return None if np.isnan(x) else port.to_widget(x, y)


def mark_around(depiction: Depiction, port: Viewport, node: int) -> QRectF | None:
    """What :func:`paint_mark` goes around, in the widget: a box, or what holds an atom's ring."""
    place = place_of(depiction, port, node)
    if place is None:
        return None
    if depiction.boxes is not None:
        x, y, width, height = depiction.boxes[node].tolist()
        return QRectF(port.to_widget(x, y), QSizeF(width, height) * port.scale)
    radius = max(depiction.radius * port.scale, _LEAST_RADIUS)
    return QRectF(place.x() - radius, place.y() - radius, 2 * radius, 2 * radius)


def paint_mark(painter: QPainter, depiction: Depiction, mark: QRectF) -> None:
    """A ring around the atom, or a frame around the box, that is pointed at."""
    if depiction.boxes is not None:
        paint_frame(painter, mark, depiction.paper)
    else:
        paint_ring(painter, mark.center(), mark.width() / 2, depiction.paper)
