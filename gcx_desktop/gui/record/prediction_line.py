"""The prediction of one molecule: the class in words, and a slim bar per class."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..widgets.elision import elided_whole
from ..widgets.plain_labels import plain_tooltip
from ..widgets.theme import accent, mixed, quiet_text, track

_BAR = 4.0
_GAP = 20.0
_LEAST_CELL = 130.0
_MOST_CLASSES = 6


class PredictionLine(QWidget):
    """Paints "permeable, probability 0.97" and, under it, every class with its bar and number.

    Attributes: ``names`` of the model's classes and their ``probabilities``, empty before there is a prediction.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: Sequence[str] = ()
        self.probabilities: Sequence[float] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._describe()

    def set_names(self, names: Sequence[str]) -> None:
        """Sets the classes, so that their places are reserved while there is no prediction."""
        if list(names) != list(self.names):
            self.show_prediction(names, ())

    def forget(self) -> None:
        self.show_prediction(self.names, ())

    def show_prediction(self, names: Sequence[str], probabilities: Sequence[float]) -> None:
        relaid = len(names) != len(self.names)
        self.names, self.probabilities = list(names), [float(p) for p in probabilities]
        self._describe()
        if relaid:
            self.updateGeometry()
        self.update()

    @property
    def predicted(self) -> int:
        """Index of the most probable class; −1 before there is a prediction."""
        return max(range(len(self.probabilities)), key=lambda i: self.probabilities[i], default=-1)

    def sentence(self) -> str:
        """The prediction, such as ``"Predicted permeable, probability 0.97"``."""
        if self.predicted < 0:
            return "Prediction —"
        return f"Predicted {self.names[self.predicted]}, probability {self.probabilities[self.predicted]:.2f}"

    def _describe(self) -> None:
        every = ", ".join(f"{name} {p:.2f}" for name, p in zip(self.names, self.probabilities, strict=False))
        self.setAccessibleName(self.sentence())
        self.setAccessibleDescription(f"Probabilities: {every}" if every else "")
        self.setToolTip(plain_tooltip(f"Probability of each class: {every}") if every else "")

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
        return round(self.fontMetrics().height() * 1.2 + 5 + rows * self._cell_height())

    def sizeHint(self) -> QSize:
        return QSize(360, self.heightForWidth(360))

    def minimumSizeHint(self) -> QSize:
        return QSize(int(_LEAST_CELL), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.fontMetrics().height() * 1.2
        self._paint_sentence(painter, QRectF(0, 0, self.width(), line))
        columns = self._columns(self.width())
        width = (self.width() - _GAP * (columns - 1)) / columns
        for place, index in enumerate(self._shown()):
            row, column = divmod(place, columns)
            cell = QRectF(column * (width + _GAP), line + 5 + row * self._cell_height(), width, self._cell_height())
            self._paint_class(painter, cell, index)

    def _paint_sentence(self, painter: QPainter, room: QRectF) -> None:
        painter.setPen(self.palette().windowText().color() if self.probabilities else quiet_text(self.palette()))
        text = elided_whole(self.sentence(), self.fontMetrics(), int(room.width()), Qt.TextElideMode.ElideMiddle)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)

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
