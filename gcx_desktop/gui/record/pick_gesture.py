"""Mouse gestures that pick atoms: a click, or with Shift a lasso."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """A finished gesture, from press to release, in the widget's coordinates."""

    click: bool
    """Whether the mouse stayed where it was."""
    lasso: QPolygonF | None
    """``None`` unless one was begun."""


class PickGesture:
    """Follows the mouse from press to release. Attribute ``lasso``: the part drawn so far, else ``None``."""

    def __init__(self) -> None:
        self.lasso: QPolygonF | None = None
        self._pressed: QPointF | None = None

    def press(self, position: QPointF, *, lasso: bool) -> None:
        """:param lasso: whether a lasso begins; if not, this may become a click"""
        self._pressed = position
        self.lasso = QPolygonF([position]) if lasso else None

    def move(self, position: QPointF) -> bool:
        """Extends the gesture; returns whether a lasso is being drawn."""
        if self._pressed is not None:
            apart = (position - self._pressed).manhattanLength()
            if apart >= QApplication.startDragDistance():
                self._pressed = None  # no click any more
        if self.lasso is None:
            return False
        self.lasso.append(position)
        return True

    def release(self) -> Stroke:
        stroke = Stroke(self._pressed is not None, self.lasso)
        self.lasso = self._pressed = None
        return stroke


def paint_lasso(painter: QPainter, lasso: QPolygonF, line: QColor) -> None:
    """Paints the unfinished lasso, in the widget's coordinates."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(line, 1.4, Qt.PenStyle.DashLine))
    painter.drawPolygon(lasso)
