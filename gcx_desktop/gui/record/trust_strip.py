"""A few numbers under the map that say how far it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from ...kinds.registry import DEFAULT_KIND
from ..widgets.flow_layout import FlowLayout
from ..widgets.plain_labels import PlainLabel, plain_tooltip
from .trust_words import TrustStatement, waiting

_LINES = 2
"""Lines that are always reserved, so that the picture does not jump while the colour threshold is dragged."""
_WIDEST_WORDS = 280
"""Width in pixels up to which a text is never cut; a longer one would widen the window."""


class TrustStrip(QWidget):
    """Shows the numbers, wrapped, each with its meaning as a tooltip.

    Attributes: ``statements``, the numbers shown; ``button``, to be placed beside the caption.

    Signals: ``meanings_wanted`` (str), the user wants to read the meanings: HTML.
    """

    meanings_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.statements: tuple[TrustStatement, ...] = ()
        self._labels: list[PlainLabel] = []
        self._flow = FlowLayout(self, gap=5)
        self.button = QToolButton(self)
        self.button.setText("?")
        self.button.setAutoRaise(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setToolTip("What these numbers mean")
        self.button.setAccessibleName("What the numbers about trust mean")
        self.button.clicked.connect(lambda: self.meanings_wanted.emit(self.meanings()))
        line = self.fontMetrics().height()
        self.button.setFixedSize(line + 4, line)
        self.setMinimumHeight(_LINES * line + 4)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Trust")
        self.show_statements(waiting(DEFAULT_KIND.words))

    def show_statements(self, statements: Sequence[TrustStatement]) -> None:
        """Replaces the numbers."""
        if tuple(statements) == self.statements:
            return
        self.statements = tuple(statements)
        self._make_labels(len(statements))
        for place, (label, each) in enumerate(zip(self._labels, statements, strict=True)):
            label.setText(each.words if place == len(statements) - 1 else f"{each.words} ·")
            label.setToolTip(plain_tooltip(each.meaning))
            label.setAccessibleName(each.words)
            label.setAccessibleDescription(each.meaning)
            font = QFont(self.font())
            font.setWeight(QFont.Weight.DemiBold if each.warns else QFont.Weight.Normal)
            label.setFont(font)
            label.setMinimumWidth(0)  # else the size hint would stay as wide as the previous text
            width = label.sizeHint().width()
            label.setMinimumWidth(width if width <= _WIDEST_WORDS else 1)
        self.setAccessibleDescription("; ".join(each.words for each in statements))
        self._flow.invalidate()
        self.updateGeometry()

    def meanings(self) -> str:
        """The meanings of the numbers, as HTML."""
        return "".join(f"<p><b>{escape(each.words)}</b><br>{escape(each.meaning)}</p>" for each in self.statements)

    def _make_labels(self, count: int) -> None:
        for label in self._labels[count:]:
            self._flow.removeWidget(label)
            label.hide()
            label.deleteLater()
        del self._labels[count:]
        while len(self._labels) < count:
            label = PlainLabel(parent=self)
            self._flow.addWidget(label)
            label.show()
            self._labels.append(label)
