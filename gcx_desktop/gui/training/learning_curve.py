"""The loss of each network over its epochs, painted while they are trained."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...progress import PartProgress
from ..widgets.theme import accent, hairline, mixed, quiet_text

_LINES = 9
"""Least height in lines of text."""
_GAP = 4.0


class LearningCurve(QWidget):
    """Attribute ``losses``: name of a network → epoch → loss."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.losses: dict[str, dict[int, float]] = {}
        self._n_epochs = 1
        self._latest = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.clear()

    def clear(self) -> None:
        """Forgets all networks."""
        self.losses, self._n_epochs, self._latest = {}, 1, ""
        self.setAccessibleName("Learning curve: nothing yet")
        self.update()

    def add(self, part: PartProgress) -> None:
        """Adds an epoch of a network."""
        if part.figure is None:
            return
        self.losses.setdefault(part.name, {})[part.done] = part.figure
        self._n_epochs, self._latest = max(self._n_epochs, part.total), part.name
        self.setAccessibleName(f"Learning curve: loss {part.figure:.3f} in epoch {part.done} of {part.name}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 60, self.fontMetrics().height() * 14)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 30, self.fontMetrics().height() * _LINES)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, palette = self.fontMetrics(), self.palette()
        most = max((loss for curve in self.losses.values() for loss in curve.values()), default=1.0)
        top = _round_up(most)
        left = metrics.horizontalAdvance(f"{top:g}") + 2 * _GAP
        floor = self.height() - metrics.height() - 2 * _GAP
        head = 1.6 * metrics.height()
        place = QRectF(left, head, self.width() - left - _GAP, floor - head)
        painter.setPen(QPen(hairline(palette, palette.window().color()), 1))
        painter.drawRect(place)
        painter.setPen(quiet_text(palette))
        line = metrics.height()
        painter.drawText(QRectF(0, 0, self.width(), line), int(Qt.AlignmentFlag.AlignLeft), "loss")
        for value in (0.0, top):
            y = place.bottom() - place.height() * value / top
            painter.drawText(QRectF(0, y - line / 2, left - _GAP, line), int(_RIGHT), f"{value:g}")
        below = QRectF(place.left(), floor + _GAP, place.width(), line)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), "0")
        painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), "epochs")
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), f"{self._n_epochs}")
        quiet = mixed(accent(palette), palette.window().color(), 0.35)
        for name, curve in self.losses.items():
            if name != self._latest:
                self._paint_curve(painter, place, curve, top, QPen(quiet, 1))
        if self._latest:
            self._paint_curve(painter, place, self.losses[self._latest], top, QPen(accent(palette), 2))
        painter.end()

    def _paint_curve(self, painter: QPainter, place: QRectF, curve: dict[int, float], top: float, pen: QPen) -> None:
        painter.setPen(pen)
        points = [
            QPointF(
                place.left() + place.width() * epoch / self._n_epochs,
                place.bottom() - place.height() * min(loss / top, 1.0),
            )
            for epoch, loss in sorted(curve.items())
        ]
        painter.drawPolyline(QPolygonF(points))


def _round_up(value: float) -> float:
    """The next of 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, … above a positive value."""
    step = 0.1
    while True:
        for factor in (1, 1.5, 2, 3, 4, 5, 7.5):
            if value <= factor * step:
                return factor * step
        step *= 10


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
