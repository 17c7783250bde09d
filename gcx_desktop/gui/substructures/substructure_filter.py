"""The line above the Substructures table that filters its rows."""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale, QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from ...kinds.kind import Kind
from ...kinds.registry import DEFAULT_KIND
from ..widgets.elided_combo import ElidedCombo
from ..widgets.plain_labels import plain_tooltip
from . import substructure_words as words
from .substructure_model import PERCENT, VALUES, PatternColumn, PatternFilters, without_meaning

_TYPING_PAUSE_MS = 150


class PatternFilterLine(QWidget):
    """Signal ``changed()``: the filters have changed; emitted shortly after typing pauses."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ranges: dict[PatternColumn, tuple[str, str]] = {}
        self._only: frozenset[int] | None = None
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        self.box = QLineEdit(self)
        self.box.setAccessibleName("Filter the substructures")
        self.box.setClearButtonEnabled(True)
        self.box.setFixedWidth(self.fontMetrics().horizontalAdvance("Word or part of a SMARTS") + 48)
        self.columns = ElidedCombo("Column with a range", "The column whose numbers are bounded beside", self)
        self._show_kind(DEFAULT_KIND)
        self.low, self.high = self._number("at least"), self._number("at most")
        self.clear_button = QToolButton(self)
        self.clear_button.setText("Clear")
        self.clear_button.setAutoRaise(True)
        self.clear_button.setToolTip("Lists all substructures again")
        self.clear_button.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self.box, self.columns, self.low, self.high, self.clear_button):
            row.addWidget(widget)
        self.box.textChanged.connect(lambda _: self._pause.start())
        self.columns.currentIndexChanged.connect(lambda _: self._show_range())
        self._show_state()
        self.changed.connect(self._show_state)

    def set_kind(self, kind: Kind) -> None:
        """Clears the filters, for another kind of graph."""
        self._forget()
        with QSignalBlocker(self.columns):
            self._show_kind(kind)

    def _show_kind(self, kind: Kind) -> None:
        written_as = kind.fragmenter.listing.written_as
        self.box.setPlaceholderText(f"Word or part of a {written_as[0]}")
        part = " or ".join(written_as)
        self.box.setToolTip(plain_tooltip(f"Lists what has all of these: a class, a doubt, or a part of its {part}"))
        heads = words.heads(kind)
        self.columns.clear()
        for column in VALUES:
            if column not in without_meaning(kind):
                name = kind.words.nodes.capitalize() if column is PatternColumn.STRUCTURE else heads[column][0]
                self.columns.addItem(f"{name} (%)" if column in PERCENT else name, column)
        self.columns.setCurrentIndex(self.columns.findData(PatternColumn.SHOWN))

    def _number(self, words_: str) -> QLineEdit:
        box = QLineEdit(self)
        box.setPlaceholderText(words_)
        box.setAccessibleName(words_)
        box.setFixedWidth(self.fontMetrics().horizontalAdvance("at least00") + 16)
        validator = QDoubleValidator(box)
        validator.setLocale(QLocale.c())
        box.setValidator(validator)
        box.textEdited.connect(lambda _: self._take_range())
        return box

    @property
    def filters(self) -> PatternFilters:
        ranges = []
        for column, texts in self._ranges.items():
            low, high = (_number(text) for text in texts)
            unit = 100 if column in PERCENT else 1
            if low is not None or high is not None:
                low, high = (-math.inf if low is None else low / unit), (math.inf if high is None else high / unit)
                ranges.append((column, low, high))
        return PatternFilters(self.box.text(), tuple(ranges), self._only)

    def show_only(self, numbers: frozenset[int]) -> None:
        """Lists only these findings and clears all other filters."""
        self._forget()
        self._only = numbers
        self.changed.emit()

    def clear(self) -> None:
        self._forget()
        self.changed.emit()

    def _forget(self) -> None:
        self._ranges.clear()
        self._only = None
        self.box.clear()
        self._show_range()
        self._pause.stop()

    def bound(self, column: PatternColumn, low: str = "", high: str = "") -> None:
        """Sets a range as if the user had chosen the column and typed the bounds."""
        self.columns.setCurrentIndex(self.columns.findData(column))
        self.low.setText(low)
        self.high.setText(high)
        self._take_range()

    @property
    def _column(self) -> PatternColumn:
        return PatternColumn(self.columns.currentData())

    def _take_range(self) -> None:
        self._ranges[self._column] = (self.low.text(), self.high.text())
        self._pause.start()

    def _show_range(self) -> None:
        low, high = self._ranges.get(self._column, ("", ""))
        self.low.setText(low)
        self.high.setText(high)

    def _show_state(self) -> None:
        self.clear_button.setEnabled(not self.filters.none)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
