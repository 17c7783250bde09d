"""The placement of a picture in a widget: fitted at first, then zoomed and moved."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF

PADDING = 20.0
"""Empty rim in device-independent pixels when the whole picture is shown."""
MAX_ZOOM = 24.0
MAX_BOND = 46.0
"""Largest length of a typical bond, in device-independent pixels, so that a small molecule is not drawn huge."""
_LARGE_BOND = 72.0
_BOND_IN_ROOM = 0.1
"""In a large widget a typical bond may have this share of the smaller side, up to ``_LARGE_BOND``."""


class Viewport:
    """Transforms coordinates of the picture to those of the widget, and back.

    Attributes: ``room`` (the widget's size), ``picture`` (the picture's, in its own units), ``bond`` (length
    of its typical bond), ``zoom`` (1: the whole picture), ``pan`` (of its centre from the widget's).
    """

    def __init__(self) -> None:
        self.room = QSizeF(1, 1)
        self.picture = QSizeF(1, 1)
        self.bond = 1.0
        self.zoom = 1.0
        self.pan = QPointF()

    @property
    def scale(self) -> float:
        """Device-independent pixels per unit of the picture."""
        x = max(self.room.width() - 2 * PADDING, 1.0) / self.picture.width()
        y = max(self.room.height() - 2 * PADDING, 1.0) / self.picture.height()
        side = min(self.room.width(), self.room.height())
        longest = min(max(MAX_BOND, _BOND_IN_ROOM * side), _LARGE_BOND)
        return min(x, y, longest / self.bond) * self.zoom

    @property
    def centre(self) -> QPointF:
        return QPointF(self.room.width() / 2, self.room.height() / 2)

    @property
    def target(self) -> QRectF:
        """The picture's rectangle in the widget."""
        width, height = self.picture.width() * self.scale, self.picture.height() * self.scale
        middle = self.centre + self.pan
        return QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)

    def to_widget(self, x: float, y: float) -> QPointF:
        return self.target.topLeft() + QPointF(x, y) * self.scale

    def to_picture(self, position: QPointF) -> QPointF:
        return (position - self.target.topLeft()) / self.scale

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Zooms, keeping the point ``about`` of the widget (by default its centre) in place."""
        zoom = min(max(self.zoom * factor, 1.0), MAX_ZOOM)
        fixed = (about or self.centre) - self.centre
        self.pan = fixed - (fixed - self.pan) * (zoom / self.zoom)
        self.zoom = zoom
        self.pan_by(QPointF())

    def pan_by(self, step: QPointF) -> None:
        """Moves the picture, but never out of sight; a fitted picture stays centred."""
        moved, slack = self.pan + step, QPointF()
        if self.zoom > 1:
            spare = self.target.size() - self.room
            slack = QPointF(
                max(spare.width(), 0) / 2 + self.room.width() / 4, max(spare.height(), 0) / 2 + self.room.height() / 4
            )
        self.pan = QPointF(min(max(moved.x(), -slack.x()), slack.x()), min(max(moved.y(), -slack.y()), slack.y()))

    def reset(self) -> None:
        self.zoom, self.pan = 1.0, QPointF()
