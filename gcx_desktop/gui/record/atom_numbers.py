"""Atom numbers painted beside the atoms, the same as in sentences and tooltips."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from ...depict.colour import Floats, Paper
from ...depict.drawing import Depiction
from ...depict.numbers import number_places
from ..widgets.theme import mixed
from ..widgets.viewport import Viewport

_LEAST, _LARGEST = 8, 12
"""Smallest and largest font size in pixels."""
_REACH = 0.7
"""Distance from an atom to its number, as a share of a halo's radius."""
_LEAST_RADIUS = 5.0
"""Radius of a halo in pixels below which numbers would hide the atoms."""
_STEP = 1.2
"""Numbers are placed again when a picture has grown by this factor."""


class AtomNumbers:
    """Paints the numbers. Their places are computed again only for another picture or another size of it.

    Attribute ``shown``: whether the numbers are painted.
    """

    def __init__(self) -> None:
        self.shown = False
        self._of: tuple[Depiction, float] | None = None
        self._sizes: dict[int, QSizeF] = {}
        self._places: dict[int, Floats] = {}

    def paint(self, painter: QPainter, depiction: Depiction, port: Viewport, paper: Paper) -> None:
        """Paints over a depiction that is shown through ``port``, in the painter's font."""
        if not self.shown or depiction.places.named or depiction.radius * port.scale < _LEAST_RADIUS:
            return
        font = QFont(painter.font())
        font.setPixelSize(max(_LEAST, min(round(depiction.radius * port.scale * 0.8), _LARGEST)))
        painter.setFont(font)
        painter.setPen(mixed(QColor(paper.ink), QColor(paper.background), 0.7))
        corner = port.target.topLeft()
        for atom, room in self.rooms(depiction, port.scale, font).items():
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip)
            painter.drawText(room.translated(corner), flags, str(atom + 1))

    def rooms(self, depiction: Depiction, scale: float, font: QFont) -> dict[int, QRectF]:
        """Record index of each drawn atom → rectangle of its number, in pixels from the corner of the picture.

        :param scale: pixels to a unit of the depiction
        """
        step = _STEP ** math.floor(math.log(scale, _STEP))
        if self._of is None or self._of[0] is not depiction or self._of[1] != step:
            metrics = QFontMetricsF(font)
            drawn = np.flatnonzero(~np.isnan(depiction.atom_xy[:, 0])).tolist()
            self._sizes = {atom: metrics.tightBoundingRect(str(atom + 1)).size() for atom in drawn}
            in_units = {atom: (size.width() / step, size.height() / step) for atom, size in self._sizes.items()}
            self._places = number_places(depiction, in_units, depiction.radius * _REACH)
            self._of = depiction, step
        rooms = {}
        for atom, (x, y) in self._places.items():
            rooms[atom] = QRectF(QPointF(), self._sizes[atom])
            rooms[atom].moveCenter(QPointF(float(x), float(y)) * scale)
        return rooms
