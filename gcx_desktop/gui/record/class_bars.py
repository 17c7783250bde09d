"""The probability of every class of a model as a slim bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..widgets.elision import elided_whole
from ..widgets.theme import accent, mixed, quiet_text, track

_BAR = 4.0
_GAP = 20.0
_LEAST_CELL = 130.0
_MOST_CLASSES = 6


class ClassBars(QWidget):
    """Paints every class with its bar and number.

    Attributes: ``names`` of the model's classes and their ``probabilities``, empty before there is a prediction.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: Sequence[str] = ()
        self.probabilities: Sequence[float] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_probabilities(self, names: Sequence[str], probabilities: Sequence[float]) -> None:
        relaid = len(names) != len(self.names)
        self.names, self.probabilities = list(names), list(probabilities)
        if relaid:
            self.updateGeometry()
        self.update()

    @property
    def predicted(self) -> int:
        """Index of the most probable class; −1 before there is a prediction."""
        return max(range(len(self.probabilities)), key=lambda i: self.probabilities[i], default=-1)

    def _shown(self) -> list[int]:
        """The classes that get a bar, in the model's order; if there are many, only the most probable ones."""
        likely = sorted(range(len(self.names)), key=lambda i: -self._probability(i))[:_MOST_CLASSES]
        return sorted(likely)

    def _probability(self, index: int) -> float:
        return self.probabilities[index] if self.probabilities else 0.0

    def _columns(self, width: float) -> int:
        return max(1, min(len(self._shown()), 3, int((width + _GAP) // (_LEAST_CELL + _GAP))))

    def _cell_height(self) -> float:
        return self.fontMetrics().height() + _BAR + 7

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self._shown()) // self._columns(width))
        return round(rows * self._cell_height())

    def sizeHint(self) -> QSize:
        return QSize(360, self.heightForWidth(360))

    def minimumSizeHint(self) -> QSize:
        return QSize(int(_LEAST_CELL), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns = self._columns(self.width())
        width = (self.width() - _GAP * (columns - 1)) / columns
        for place, index in enumerate(self._shown()):
            row, column = divmod(place, columns)
            cell = QRectF(column * (width + _GAP), row * self._cell_height(), width, self._cell_height())
            self._paint_class(painter, cell, index)

    def _paint_class(self, painter: QPainter, cell: QRectF, index: int) -> None:
        chosen = index == self.predicted
        palette = self.palette()
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if chosen else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(palette.windowText().color() if chosen else quiet_text(palette))
        metrics = painter.fontMetrics()
        value = f"{self.probabilities[index]:.2f}" if self.probabilities else "—"
        line = QRectF(cell.left(), cell.top(), cell.width(), metrics.height())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight), value)
        room = int(cell.width() - metrics.horizontalAdvance(value) - 8)
        name = elided_whole(" ".join(self.names[index].split()), metrics, room)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft), name)

        bar = QRectF(cell.left(), line.bottom() + 2, cell.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(track(palette))
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        if not self.probabilities:
            return
        filled = QRectF(bar)
        filled.setWidth(max(bar.width() * self.probabilities[index], _BAR))
        painter.setBrush(accent(palette) if chosen else mixed(quiet_text(palette), track(palette), 0.5))
        painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)
