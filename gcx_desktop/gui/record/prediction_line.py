"""The prediction of one record and its worth, in words; figures on a click."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ...app.summaries.prediction_summary import PredictionSummary
from ...app.summaries.summary_words import NOTHING_PREDICTED, SummaryText
from ..widgets.plain_labels import ElidedLabel, PlainLabel, plain_tooltip
from .class_bars import ClassBars

_SEPARATOR = "\u00a0· "
"""It does not begin a line."""
_HIGHEST = 10_000
"""In pixels; no text is higher."""
_CLASSES_WITHOUT_BARS = 2
"""The probability of one of two classes says that of the other."""


class PredictionLine(QWidget):
    """Shows "Predicted permeable, probability 0.97", what that is worth, a warning, and bars of more than two classes.

    Its height only grows until it is let shrink, so that the picture below does not jump while words follow or change.

    Attributes: ``headline``, ``statements``, ``warning`` (labels), ``button`` and ``bars``; ``text``, what is said.

    Signals: ``details_wanted``, the user wants to read the numbers behind it.
    """

    details_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = NOTHING_PREDICTED
        self.headline = ElidedLabel(middle=True, parent=self)
        self.statements = _WrappedLabel(self)
        self.warning = _WrappedLabel(self)
        for label in (self.headline, self.warning):
            font = QFont(label.font())
            font.setWeight(QFont.Weight.DemiBold)
            label.setFont(font)
        self.button = QToolButton(self)
        self.button.setText("Details")
        self.button.setAutoRaise(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setToolTip("The numbers behind these words")
        self.button.setAccessibleName("Details of the prediction")
        self.button.clicked.connect(self.details_wanted)
        self.bars = ClassBars(self)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.headline, 1)
        top.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(top)
        column.addWidget(self.statements)
        column.addWidget(self.warning)
        column.addWidget(self.bars)
        self.button.setFixedHeight(self.fontMetrics().height() + 4)
        self._show_text(NOTHING_PREDICTED)
        self.bars.hide()

    @property
    def probabilities(self) -> Sequence[float]:
        """[n_classes], empty before there is a prediction."""
        return self.bars.probabilities

    @property
    def predicted(self) -> int:
        """Index of the most probable class; −1 before there is a prediction."""
        return self.bars.predicted

    def set_names(self, names: Sequence[str]) -> None:
        """Sets the classes, so that their places are reserved while there is no prediction."""
        if list(names) != list(self.bars.names):
            self._show_bars(names, ())
            self._show_text(NOTHING_PREDICTED)

    def forget(self) -> None:
        """Another record follows."""
        self._show_bars(self.bars.names, ())
        self._show_text(NOTHING_PREDICTED)

    def show_summary(self, summary: PredictionSummary, text: SummaryText) -> None:
        """Shows what is said of the record's prediction.

        :param text: the summary in words
        """
        self._show_bars(summary.class_names, summary.probabilities)
        self._show_text(text)

    def show_value(self, text: SummaryText) -> None:
        """Shows what is said of the record's predicted value, which has no probabilities."""
        self._show_bars(self.bars.names, ())
        self._show_text(text)

    def let_shrink(self) -> None:
        """What follows is all that is said of the record: it takes only the room that it needs."""
        self.statements.let_shrink()
        self.warning.let_shrink()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.text.details:
            self.details_wanted.emit()
            return
        super().mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.let_shrink()
            for label in (self.statements, self.warning):
                label.take_room(self.width())

    def _show_bars(self, names: Sequence[str], probabilities: Sequence[float]) -> None:
        self.bars.show_probabilities(names, probabilities)
        self.bars.setVisible(len(names) > _CLASSES_WITHOUT_BARS)
        every = ", ".join(f"{name} {p:.2f}" for name, p in zip(names, probabilities, strict=False))
        self.setAccessibleDescription(f"Probabilities: {every}" if every else "")
        self.setToolTip(plain_tooltip(f"Probability of each class: {every}") if every else "")

    def _show_text(self, text: SummaryText) -> None:
        self.text = text
        self.headline.set_full_text(text.headline, quiet=text is NOTHING_PREDICTED)
        statements = _SEPARATOR.join(text.statements).replace(" %", "\N{NO-BREAK SPACE}%")
        self.statements.show_text(f"{statements[:1].upper()}{statements[1:]}", self.width())
        self.warning.show_text(text.warning, self.width())
        self.button.setEnabled(bool(text.details))
        said = (text.headline, *text.statements, text.warning)
        self.setAccessibleName("; ".join(part for part in said if part))


class _WrappedLabel(PlainLabel):
    """Text in as many lines as it needs; it keeps the height of what stood there before until it is let shrink."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._most = 0
        """Height that is reserved, in pixels."""

    def hasHeightForWidth(self) -> bool:
        return False  # the height is fixed here; with another rule surrounding layouts would need another pass

    def show_text(self, text: str, width: int) -> None:
        self.setText(text)
        self.take_room(width)

    def let_shrink(self) -> None:
        """The next text takes only the room that it needs."""
        self._most = 0

    def take_room(self, width: int) -> None:
        flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        needed = self.fontMetrics().boundingRect(QRect(0, 0, width, _HIGHEST), flags, self.text()).height()
        self._most = max(self._most, needed if self.text() else 0)
        self.setFixedHeight(self._most)
        self.setVisible(self._most > 0)
