"""The legend: a ramp from the paper's to the strongest colour, the values at its ends, the colour threshold."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...app.explaining.value_words import LOWERS, RAISES, ValueWords
from ...depict.colour import ColourScale
from ...depict.halos import AGAINST_CLASS, FOR_CLASS, tick_labels
from ...kinds.kind import Words
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
_LONGEST_VALUE = 20
"""Characters of a value's name under the ends of the colours."""
_RAGGED = 0.6
"""Share of a line that stays empty at the ends of wrapped lines."""


def map_caption(node: str, method_name: str, class_name: str) -> str:
    """The caption above the colours of one map, such as "atom saliency · Grad-CAM for permeable"."""
    return f"{node} saliency · {method_name} for {class_name}" if class_name else f"{node} saliency"


def value_map_caption(words: Words, method_name: str, of_value: ValueWords, direction: int | None) -> str:
    """The caption above the colours of a map of a value: "atoms that raise or lower pIC50, in log units · Occlusion",
    or "what raises pIC50 · Grad-CAM".

    :param direction: what is explained, ``RAISES`` or ``LOWERS``; ``None`` by a signed map
    """
    if direction is not None:
        return f"{words.node} saliency · {method_name}: what {of_value.direction(direction)}"
    unit = f", in {of_value.unit}" if of_value.unit else ""
    return f"{words.nodes} that raise or lower {of_value.name}{unit} · {method_name}"


def comparison_caption(class_name: str, record: str, *, of_library: bool, of_value: bool = False) -> str:
    """The caption above the colours of several methods' maps, each a share of a value of its own.

    :param class_name: or what is explained of a value, such as "raises pIC50"
    :param of_library: whether that is the end of the method's scale in the library
    """
    of_all = "in both directions" if of_value else "of all classes"
    whole = "scale in the library" if of_library else f"largest value in this {record}, {of_all}"
    explained = f"what {class_name}," if of_value else f"saliency for {class_name}"
    return f"{explained} as a share of each method's {whole}"


def sides_of(of_value: ValueWords | None) -> tuple[str, str]:
    """The words at both ends of the colours of a signed map.

    :param of_value: ``None`` of a class
    """
    if of_value is None:
        return AGAINST_CLASS, FOR_CLASS
    if len(of_value.name) > _LONGEST_VALUE:
        return "lowers it", "raises it"
    return of_value.direction(LOWERS), of_value.direction(RAISES)


class Legend(QWidget):
    """The colour scale in use.

    Attributes: ``scale`` (ColourScale), ``known`` (whether there are values yet), ``caption`` (a description of the
    colours), ``clipped`` (whether some node lies above the scale and has its strongest colour), ``colour_threshold``
    (fraction of the scale's maximum), ``node`` (the word for what has a value), ``sides`` (of a signed scale, the
    words at its ends).
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = ColourScale(0.0)
        self.known = False
        self.node = DEFAULT_KIND.words.node
        self.caption = f"{self.node} saliency"
        self.clipped = False
        self.sides = sides_of(None)
        self.colour_threshold = 0.0
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_scale(self, scale: ColourScale, caption: str, *, clipped: bool = False, known: bool = True) -> None:
        self.scale, self.caption, self.clipped, self.known = scale, caption, clipped, known
        self._describe()
        self.updateGeometry()
        self.update()

    def set_sides(self, sides: tuple[str, str]) -> None:
        """Sets the words at the ends of a signed scale, as of :func:`sides_of`."""
        if sides != self.sides:
            self.sides = sides
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
        below, above = self.sides
        signed = f"{words}; below zero {below}, above zero {above}"
        self.setAccessibleDescription(signed if self.scale.signed else words)

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
        sides = sum(map(width, self.sides)) + _TICK_GAP if self.scale.signed else 0
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
            ends = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
            for words, side in zip(self.sides, ends, strict=True):
                painter.drawText(room, int(side | Qt.AlignmentFlag.AlignTop), words)
