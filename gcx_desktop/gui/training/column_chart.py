"""What a column holds, at a glance: a bar for each class, or a histogram of its numbers with the cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..widgets.elision import elided_whole
from ..widgets.theme import accent, mixed, quiet_text, track

_BINS = 30
_MOST_BARS = 20
_LINES = 7
"""Height in lines of text."""
_GAP = 4.0


@dataclass(frozen=True, slots=True)
class _Bar:
    name: str
    count: int


class ColumnChart(QWidget):
    """Attributes: ``bars``, names and counts of classes; ``counts`` and ``edges`` of a histogram; each empty while the
    other is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars: tuple[_Bar, ...] = ()
        self.counts: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self.edges: NDArray[np.float64] = np.empty(0)
        self._cut: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def clear(self) -> None:
        """Shows nothing."""
        self.bars, self.counts, self.edges = (), np.empty(0, dtype=np.int64), np.empty(0)
        self._describe("")

    def show_classes(self, counts: Sequence[tuple[str, int]]) -> None:
        """:param counts: name and number of records of each class"""
        self.clear()
        self.bars = tuple(_Bar(name, count) for name, count in counts[:_MOST_BARS])
        self._describe(", ".join(f"{bar.name}: {bar.count:,}" for bar in self.bars))

    def show_numbers(self, numbers: NDArray[np.float64], cut: float | None = None) -> None:
        """:param numbers: [n], finite ones are counted
        :param cut: where a line is drawn
        """
        self.clear()
        known = numbers[np.isfinite(numbers)]
        if len(known):
            self.counts, self.edges = np.histogram(known, bins=_BINS)
            self._cut = cut
            self._describe(f"Histogram of {len(known):,} numbers from {known.min():g} to {known.max():g}")

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 40, self.fontMetrics().height() * _LINES)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 20, self.sizeHint().height())

    def _describe(self, words: str) -> None:
        self._cut = None if not words else self._cut
        self.setAccessibleName(words or "No column is chosen")
        self.setVisible(bool(words))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.bars:
            self._paint_bars(painter)
        elif len(self.counts):
            self._paint_histogram(painter)
        painter.end()

    def _paint_bars(self, painter: QPainter) -> None:
        metrics, palette = self.fontMetrics(), self.palette()
        line = min(metrics.height() + _GAP, self.height() / len(self.bars))
        written = line >= metrics.height()
        names = max(metrics.horizontalAdvance(bar.name) for bar in self.bars) if written else 0
        names = min(names, self.width() // 3)
        numbers = max(metrics.horizontalAdvance(f"{bar.count:,}") for bar in self.bars) if written else 0
        left, most = names + 2 * _GAP, max(bar.count for bar in self.bars) or 1
        room = self.width() - left - numbers - 3 * _GAP
        for number, bar in enumerate(self.bars):
            top = number * line
            length = max(room * bar.count / most, 1.0)
            painter.fillRect(QRectF(left, top + 0.2 * line, length, 0.6 * line), accent(palette))
            if written:
                painter.setPen(palette.windowText().color())
                place = QRectF(0, top, names, line)
                painter.drawText(place, int(_RIGHT), elided_whole(bar.name, metrics, names))
                painter.setPen(quiet_text(palette))
                painter.drawText(QRectF(left + length + _GAP, top, numbers + _GAP, line), int(_LEFT), f"{bar.count:,}")

    def _paint_histogram(self, painter: QPainter) -> None:
        metrics, palette = self.fontMetrics(), self.palette()
        floor = self.height() - metrics.height() - _GAP
        least, most = float(self.edges[0]), float(self.edges[-1])
        width, highest = self.width() / len(self.counts), max(int(self.counts.max()), 1)
        for number, count in enumerate(self.counts.tolist()):
            height = (floor - _GAP) * count / highest
            above = self._cut is None or self.edges[number] >= self._cut
            colour = accent(palette) if above else mixed(accent(palette), track(palette), 0.45)
            painter.fillRect(QRectF(number * width + 0.5, floor - height, max(width - 1, 1), height), colour)
        painter.setPen(QPen(quiet_text(palette), 1))
        painter.drawLine(QPointF(0, floor), QPointF(self.width(), floor))
        below = QRectF(0, floor + _GAP / 2, self.width(), metrics.height())
        painter.drawText(below, int(_LEFT), f"{least:g}")
        painter.drawText(below, int(_RIGHT), f"{most:g}")
        if self._cut is not None and least <= self._cut <= most:
            x = self.width() * (self._cut - least) / (most - least)
            painter.setPen(QPen(palette.windowText().color(), 1.5))
            painter.drawLine(QPointF(x, 0), QPointF(x, floor + _GAP))


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
