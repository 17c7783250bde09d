"""The chips of the filter bar: one for each filter, with its input fields."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QDoubleValidator, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QWidget

from ...app.explaining.decision import DECISION_WORDS
from ...app.libraries.marks import MARK_COLOURS
from ...app.libraries.row_filters import WITH_NOTE, Range, RecordSubset, TextFilter, TextRule
from ...app.libraries.shown_class import PREDICTED
from ...kinds.kind import Words
from ...wording import beginning
from ..pictures.mark_icons import mark_icon
from ..widgets.plain_labels import PlainLabel, literal, plain_tooltip
from ..widgets.theme import hairline, mixed, paper_for

_TYPING_PAUSE_MS = 200
_RADIUS = 5.0
_LONGEST_NAME = 24
_LONGEST_WORDS = 80


class Chip(QWidget):
    """One filter. Signals: ``changed()``, ``removed()``."""

    changed = Signal()
    removed = Signal()

    def __init__(self, name: str, parent: QWidget, *, longest: int = _LONGEST_NAME) -> None:
        """:param longest: most characters of the name that are shown"""
        super().__init__(parent)
        self.first: QWidget | None = None
        """The widget that gets the keyboard focus first."""
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(8, 2, 2, 2)
        self.line.setSpacing(5)
        label = PlainLabel(short_chip_name(name, longest), quiet=True, parent=self)
        label.setToolTip(plain_tooltip(name))
        self.line.addWidget(label)
        self.close_button = QToolButton(self)
        self.close_button.setText("×")
        self.close_button.setAutoRaise(True)
        self.close_button.setAccessibleName(f"Remove the filter {name}")
        self.close_button.setToolTip("Removes this filter")
        self.close_button.clicked.connect(self.removed)
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.changed)

    def edit(self) -> None:
        """Moves the keyboard focus into the chip."""
        if self.first is not None:
            self.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = mixed(self.palette().windowText().color(), self.palette().window().color(), 0.06)
        painter.setPen(hairline(self.palette(), ground))
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.end()

    def _box(self, width: str, placeholder: str, name: str) -> QLineEdit:
        box = QLineEdit(self)
        box.setPlaceholderText(placeholder)
        box.setAccessibleName(name)
        box.setFixedWidth(self.fontMetrics().horizontalAdvance(width) + 16)
        self.line.addWidget(box)
        return box


class RangeChip(Chip):
    """A range of a column; an empty end is open. Attribute ``of_class``, as in :class:`Range`."""

    def __init__(self, column: int, name: str, parent: QWidget, of_class: int = PREDICTED) -> None:
        super().__init__(name, parent)
        self._column, self.of_class = column, of_class
        self.low = self._box("000.0000", "from", f"{name} from")
        self.low_words = PlainLabel("–", quiet=True, parent=self)
        self.line.addWidget(self.low_words)
        self.high = self._box("000.0000", "to", f"{name} to")
        self.first = self.low
        for box in (self.low, self.high):
            validator = QDoubleValidator(box)
            validator.setLocale(QLocale.c())
            box.setValidator(validator)
            box.textChanged.connect(lambda _: self._pause.start())
        self.line.addWidget(self.close_button)

    def show_range(self, wanted: Range) -> None:
        for box, value in ((self.low, wanted.low), (self.high, wanted.high)):
            box.setText(_shortest(value) if math.isfinite(value) else "")

    @property
    def active(self) -> bool:
        return _number(self.low.text()) is not None or _number(self.high.text()) is not None

    @property
    def range(self) -> Range:
        low, high = _number(self.low.text()), _number(self.high.text())
        ends = (-math.inf if low is None else low, math.inf if high is None else high)
        return Range(self._column, *ends, self.of_class)


class TextChip(Chip):
    """A filter by the text of a column: what it contains or equals, or whether it is empty."""

    def __init__(self, column: int, name: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self._column = column
        self.rules = QComboBox(self)
        for rule in TextRule:
            self.rules.addItem(rule.value, rule.value)
        self.rules.setAccessibleName(f"What {name} must be")
        self.line.addWidget(self.rules)
        self.text = self._box("a word or two", "text", f"Text of {name}")
        self.first = self.text
        self.rules.currentIndexChanged.connect(lambda _: self._rule_chosen())
        self.text.textChanged.connect(lambda _: self._pause.start())
        self.line.addWidget(self.close_button)

    def show_filter(self, wanted: TextFilter) -> None:
        self.rules.setCurrentIndex(self.rules.findData(wanted.rule.value))
        self.text.setText(wanted.text)

    @property
    def _rule(self) -> TextRule:
        return TextRule(self.rules.currentData())

    def _rule_chosen(self) -> None:
        self.text.setVisible(self._rule.takes_text)
        self.changed.emit()

    @property
    def active(self) -> bool:
        return not self._rule.takes_text or bool(self.text.text().strip())

    @property
    def filter(self) -> TextFilter:
        rule = self._rule
        return TextFilter(self._column, rule, self.text.text() if rule.takes_text else "")


class ClassChip(Chip):
    """A filter by predicted class, with a button for each class, and for predictions that decide for none.

    Attributes: ``buttons``, by what :func:`~gcx_desktop.app.explaining.decision.decisions` gives.
    """

    def __init__(self, names: Sequence[str], parent: QWidget, first: int = 0, *, with_sets: bool = False) -> None:
        """:param first: index of the class that is shown first
        :param with_sets: whether predictions have sets of classes, so that they may decide for none
        """
        super().__init__("Predicted", parent)
        self.buttons: dict[int, QToolButton] = {}
        for decided, name in [*enumerate(names), *(DECISION_WORDS.items() if with_sets else ())]:
            button = QToolButton(self)
            button.setText(literal(short_chip_name(name)))
            button.setToolTip(plain_tooltip(name))
            button.setCheckable(True)
            button.setChecked(decided == first)
            button.toggled.connect(lambda _: self.changed.emit())
            self.buttons[decided] = button
            self.line.addWidget(button)
        self.first = self.buttons.get(0)
        self.line.addWidget(self.close_button)

    @property
    def active(self) -> bool:
        return True

    def choose(self, classes: Collection[int]) -> None:
        for decided, button in self.buttons.items():
            button.setChecked(decided in classes)

    @property
    def chosen(self) -> frozenset[int]:
        return frozenset(decided for decided, button in self.buttons.items() if button.isChecked())

    def edit(self) -> None:
        super().edit()
        self.changed.emit()


class MarkChip(Chip):
    """A filter by marks and notes: all marked or noted records, or only those of the pressed buttons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Marked", parent)
        self.buttons: dict[int, QToolButton] = {}
        """Buttons by number of the colour, and ``WITH_NOTE``."""
        for colour in MARK_COLOURS:
            self._add_button(colour.number, colour.name, f"Only those that are marked {colour.name.lower()}")
        self._add_button(WITH_NOTE, "note", "Only those that have a note").setText("note")
        self.first = self.buttons[1]
        self.line.addWidget(self.close_button)
        self._colour()

    def choose(self, marks: Collection[int]) -> None:
        for number, button in self.buttons.items():
            button.setChecked(number in marks)

    @property
    def chosen(self) -> frozenset[int]:
        return frozenset(number for number, button in self.buttons.items() if button.isChecked())

    def edit(self) -> None:
        super().edit()
        self.changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _add_button(self, number: int, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setCheckable(True)
        button.setAccessibleName(name)
        button.setToolTip(plain_tooltip(tip))
        button.toggled.connect(lambda _: self.changed.emit())
        self.buttons[number] = button
        self.line.addWidget(button)
        return button

    def _colour(self) -> None:
        for colour in MARK_COLOURS:
            self.buttons[colour.number].setIcon(mark_icon(colour, paper_for(self.palette())))


class ChosenChip(Chip):
    """A filter by records that were chosen elsewhere in the window; it can only be removed."""

    def __init__(self, chosen: RecordSubset, words: Words, parent: QWidget) -> None:
        count = words.counted(len(chosen.positions))
        super().__init__(f"{chosen.words}: {count}", parent, longest=_LONGEST_WORDS)
        self.chosen = chosen
        self.first = self.close_button
        self.line.addWidget(self.close_button)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _shortest(value: float) -> str:
    """The number with as few digits as represent it exactly."""
    text = f"{value:g}"
    return text if float(text) == value else repr(value)


def short_chip_name(name: str, longest: int = _LONGEST_NAME) -> str:
    """A name shortened for a chip or the menu."""
    return beginning(" ".join(name.split()), longest)
