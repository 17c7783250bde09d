"""A chart in the window: painted from its SVG, with areas that can be clicked or reached by keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontInfo, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..widgets.plain_labels import plain_tooltip
from ..widgets.theme import accent
from .picture import StructureLayer

if TYPE_CHECKING:
    from ...depict.measure_charts import Area, Chart

_PIXELS_PER_INCH = 96
_LETTERS = 10.5
"""Pixels of a chart's letters at that; they become as large as the window's, and the chart grows with them."""


def pixels_per_inch(widget: QWidget) -> float:
    """The resolution of a chart in a widget."""
    return _PIXELS_PER_INCH * QFontInfo(widget.font()).pixelSize() / _LETTERS


class ChartView(QWidget):
    """Signal ``chosen(key)``: an area was clicked, or Return pressed on it.

    Attributes: ``chart`` (``None`` for none), ``describe`` (gives an area's tooltip, by its key).
    """

    chosen = Signal(tuple)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.describe: Callable[[tuple[int, int]], str] = lambda _: ""
        self.chart: Chart | None = None
        self._layer: StructureLayer | None = None
        self._current: Area | None = None
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_chart(self, chart: Chart | None) -> None:
        self.chart, self._current = chart, None
        self._layer = StructureLayer(chart.svg) if chart is not None else None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chart and chart.areas else Qt.FocusPolicy.NoFocus)
        self.setVisible(chart is not None)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width, height = self.chart.size if self.chart is not None else (0.0, 0.0)
        scale = pixels_per_inch(self)
        return QSize(round(width * scale), round(height * scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._layer is None:
            return
        painter = QPainter(self)
        target = QRectF(self.rect())
        painter.drawPixmap(0, 0, self._layer.pixmap(self.size(), self.devicePixelRatioF(), target))
        if self._current is not None and self.hasFocus():
            painter.setPen(QPen(accent(self.palette()), 1.5))
            painter.drawRect(self._place(self._current))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._area_at(event)
        self.setCursor(Qt.CursorShape.PointingHandCursor if area is not None else Qt.CursorShape.ArrowCursor)
        self.setToolTip(plain_tooltip(self.describe(area.key)) if area is not None else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        area = self._area_at(event)
        if area is not None and event.button() is Qt.MouseButton.LeftButton:
            self._current = area
            self.update()
            self.chosen.emit(area.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        areas = self.chart.areas if self.chart is not None else ()
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(
            Qt.Key(event.key()), 0
        )
        if areas and step:
            at = areas.index(self._current) + step if self._current is not None else 0
            self._current = areas[at % len(areas)]
            self.setAccessibleDescription(self.describe(self._current.key))
            self.update()
        elif self._current is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._current.key)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def _area_at(self, event: QMouseEvent) -> Area | None:
        if self.chart is None or not self.width() or not self.height():
            return None
        x, y = event.position().x() / self.width(), event.position().y() / self.height()
        held = [area for area in self.chart.areas if area.holds(x, y)]
        return min(held, key=lambda area: area.distance(x, y), default=None)  # the nearest of points that overlap

    def _place(self, area: Area) -> QRectF:
        width, height = self.width(), self.height()
        place = QRectF(
            area.left * width, area.top * height, (area.right - area.left) * width, (area.bottom - area.top) * height
        )
        return place.adjusted(1, 1, -1, -1)
