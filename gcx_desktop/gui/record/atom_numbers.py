"""The numbers of the atoms beside them, as sentences and tooltips call them."""

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
"""Pixels of the font."""
_REACH = 0.7
"""From an atom to its number, as a share of the radius of a halo."""
_LEAST_RADIUS = 5.0
"""Pixels of a halo's radius below which numbers would hide what they stand beside."""
_STEP = 1.2
"""Numbers are placed anew when a picture has become larger by so much."""


class AtomNumbers:
    """Paints them. Where they stand is computed anew only for another picture or another size of it.

    Attribute ``shown``: whether they are wanted.
    """

    def __init__(self) -> None:
        self.shown = False
        self._of: tuple[Depiction, float] | None = None
        self._sizes: dict[int, QSizeF] = {}
        self._places: dict[int, Floats] = {}

    def paint(self, painter: QPainter, depiction: Depiction, port: Viewport, paper: Paper) -> None:
        """Over a depiction that is shown through ``port``, in the painter's font."""
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
        """Record index of each drawn atom → where its number stands, in pixels from the corner of the picture.

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
