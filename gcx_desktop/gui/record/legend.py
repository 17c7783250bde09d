"""The legend: a ramp from the paper's to the strongest colour, the values at its ends, the colour threshold."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...depict.colour import ColourScale
from ...depict.halos import AGAINST_CLASS, FOR_CLASS, tick_labels
from ...kinds.registry import DEFAULT_KIND
from ..widgets.elision import elided_whole, fitting_ticks
from ..widgets.theme import mixed, quiet_text

_RAMP_HEIGHT = 12
_STOPS = 33
_ABOVE = 8
"""Pixels between caption and ramp, for the mark of the colour threshold."""
_BELOW = 3
_MARK = 5.0
_TICK_GAP = 10
_MOST_LINES = 3
_SIDES = f"below zero {AGAINST_CLASS}, above zero {FOR_CLASS}"
_RAGGED = 0.6
"""Share of a line that stays empty at the ends of wrapped lines."""


def map_caption(node: str, method_name: str, class_name: str) -> str:
    """The caption above the colours of one map, such as "atom saliency · Grad-CAM for permeable"."""
    return f"{node} saliency · {method_name} for {class_name}" if class_name else f"{node} saliency"


def comparison_caption(class_name: str, record: str, *, of_library: bool) -> str:
    """The caption above the colours of several methods' maps, each a share of a value of its own.

    :param of_library: whether that is the end of the method's scale in the library
    """
    whole = "scale in the library" if of_library else f"largest value in this {record}, of all classes"
    return f"saliency for {class_name} as a share of each method's {whole}"


class Legend(QWidget):
    """The colour scale in use.

    Attributes: ``scale`` (ColourScale), ``known`` (whether there are values yet), ``caption`` (a description of the
    colours), ``clipped`` (whether some node lies above the scale and has its strongest colour), ``colour_threshold``
    (fraction of the scale's maximum), ``node`` (the word for what has a value).
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = ColourScale(0.0)
        self.known = False
        self.node = DEFAULT_KIND.words.node
        self.caption = f"{self.node} saliency"
        self.clipped = False
        self.colour_threshold = 0.0
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_scale(self, scale: ColourScale, caption: str, *, clipped: bool = False, known: bool = True) -> None:
        self.scale, self.caption, self.clipped, self.known = scale, caption, clipped, known
        self._describe()
        self.updateGeometry()
        self.update()

    def set_node(self, node: str) -> None:
        """Sets the word for what has a value."""
        self.node = node
        self._describe()
        self.update()

    def set_colour_threshold(self, fraction: float) -> None:
        self.colour_threshold = fraction
        self._describe()
        self.update()

    def tick_labels(self) -> list[str]:
        """The labels from left to right; "≥ 0.42" if stronger values share the last colour."""
        if self.scale.is_empty and not self.known:
            return ["0", "—"]
        labels = tick_labels(self.scale, node=self.node)
        if self.clipped and not self.scale.is_empty:
            labels[-1] = f"≥ {labels[-1]}"
            if self.scale.signed:
                labels[0] = f"≤ {labels[0]}"
        return labels

    def _describe(self) -> None:
        self.setAccessibleName(f"Colour legend: {self.caption}")
        words = " to ".join(self.tick_labels())
        self.setAccessibleDescription(f"{words}; {_SIDES}" if self.scale.signed else words)

    def caption_lines(self, width: int) -> int:
        """Number of lines of the caption, wrapped between words; at most ``_MOST_LINES``."""
        return min(self._lines_needed(width), _MOST_LINES)

    def _lines_needed(self, width: int) -> int:
        metrics = self.fontMetrics()
        room = metrics.boundingRect(QRect(0, 0, width, 10_000), int(Qt.TextFlag.TextWordWrap), self.caption)
        return max(1, round(room.height() / metrics.lineSpacing()))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        line = self.fontMetrics().height()
        below = 2 if self.scale.signed else 1
        return (self.caption_lines(width) + below) * line + _RAMP_HEIGHT + _ABOVE + _BELOW + 1

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(max(self.width(), 120)))

    def minimumSizeHint(self) -> QSize:
        return QSize(max(120, self._least_width()), self.sizeHint().height())

    def _least_width(self) -> int:
        """Width of the labels under the ramp: at its ends and in its middle."""
        width, labels = self.fontMetrics().horizontalAdvance, self.tick_labels()
        ends = 2 * max(width(labels[0]), width(labels[-1])) + 2 * _TICK_GAP
        middle = width(labels[1]) if len(labels) == 3 else 0
        sides = width(AGAINST_CLASS) + _TICK_GAP + width(FOR_CLASS) if self.scale.signed else 0
        return max(ends + middle, sides)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()  # a narrower caption takes more lines

    def ramp(self) -> QRectF:
        """The rectangle of the colours."""
        top = self.caption_lines(self.width()) * self.fontMetrics().height() + _ABOVE + 0.5
        return QRectF(0.5, top, self.width() - 1, _RAMP_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        line = metrics.height()
        painter.setPen(quiet_text(self.palette()))
        lines = self.caption_lines(self.width())
        shown = self.caption
        if self._lines_needed(self.width()) > lines:
            room = round(self.width() * (lines - _RAGGED))
            shown = elided_whole(shown, metrics, room)
        wrapped = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)
        painter.drawText(QRectF(0, 0, self.width(), lines * line), wrapped, shown)
        ramp = self.ramp()
        self._paint_ramp(painter, ramp)
        self._paint_ticks(painter, QRectF(0, ramp.bottom() + _BELOW, self.width(), line))

    def _paint_ramp(self, painter: QPainter, ramp: QRectF) -> None:
        gradient = QLinearGradient(ramp.topLeft(), ramp.topRight())
        for i, colour in enumerate(self.scale.ramp(_STOPS)):
            gradient.setColorAt(i / (_STOPS - 1), QColor(colour))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(ramp, 3, 3)
        self._paint_colour_threshold(painter, ramp)
        edge = mixed(QColor(self.scale.paper.ink), QColor(self.scale.paper.background), 0.35)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(ramp, 3, 3)

    def _paint_colour_threshold(self, painter: QPainter, ramp: QRectF) -> None:
        """Blanks the values below the colour threshold, and marks it."""
        if self.colour_threshold <= 0 or self.scale.is_empty:
            return
        span = ramp.width() * self.colour_threshold / (2 if self.scale.signed else 1)
        zero = ramp.center().x() if self.scale.signed else ramp.left()
        left = zero - span if self.scale.signed else zero
        painter.setBrush(QColor(self.scale.paper.background))
        painter.drawRect(QRectF(left, ramp.top(), zero + span - left, ramp.height()))
        painter.setBrush(quiet_text(self.palette()))
        for x in {zero + span, left} if self.scale.signed else {zero + span}:
            top = ramp.top() - 1
            painter.drawPolygon(
                QPolygonF([QPointF(x - _MARK, top - _MARK), QPointF(x + _MARK, top - _MARK), QPointF(x, top)])
            )

    def _paint_ticks(self, painter: QPainter, room: QRectF) -> None:
        painter.setPen(quiet_text(self.palette()))
        metrics = self.fontMetrics()
        labels = fitting_ticks(self.tick_labels(), metrics, round(room.width()))
        sides = [Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight]
        if len(labels) == 3:
            sides.insert(1, Qt.AlignmentFlag.AlignHCenter)
        for label, side in zip(labels, sides, strict=True):
            painter.drawText(room, int(side | Qt.AlignmentFlag.AlignTop), label)
        if self.scale.signed:
            room.translate(0, self.fontMetrics().height())
            for words, side in ((AGAINST_CLASS, Qt.AlignmentFlag.AlignLeft), (FOR_CLASS, Qt.AlignmentFlag.AlignRight)):
                painter.drawText(room, int(side | Qt.AlignmentFlag.AlignTop), words)
