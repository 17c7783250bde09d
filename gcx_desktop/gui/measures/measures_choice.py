"""The choices for an evaluation: the column of true classes, the methods, the number of records."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from ...app.evaluation.label_columns import LabelColumn
from ...app.explaining.method_names import METHOD_NAMES
from ...app.explaining.value_words import ValueWords
from ...kinds.kind import Words
from ...kinds.registry import DEFAULT_KIND
from ..labels.label_combo import fill_labels
from ..widgets.elided_combo import ElidedCombo
from ..widgets.plain_labels import PlainLabel

SAMPLES: dict[str, int | None] = {"500": 500, "2,000": 2_000, "10,000": 10_000, "all": None}
"""Numbers of records to evaluate, evenly spread over the library."""
_FIRST_SAMPLE = "2,000"


class _StayingMenu(QMenu):
    """A menu that stays open while actions are checked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.activeAction()
        if action is not None and action.isCheckable():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)


class MeasuresChoice(QWidget):
    """Signal ``wanted()``: the button was pressed."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.labels = ElidedCombo("True classes", "The column that holds the true classes", self)
        self.labels.setPlaceholderText("choose…")
        self.methods = QToolButton(self)
        self.methods.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.methods.setToolTip("The methods that are evaluated")
        self.methods.setAccessibleName("Methods")
        menu = _StayingMenu(self.methods)
        self._actions: list[QAction] = []
        for id_, name in METHOD_NAMES.items():
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(True)
            action.setData(id_)
            action.toggled.connect(lambda _: self._tell_methods())
            self._actions.append(action)
        self.methods.setMenu(menu)
        self.sample = ElidedCombo("", "", self)
        self.sample.addItems(list(SAMPLES))
        self.sample.setCurrentText(_FIRST_SAMPLE)
        self._ready = False
        self.button = QPushButton("Evaluate", self)
        self.button.clicked.connect(self.wanted)
        self._records = PlainLabel(quiet=True, parent=self)
        self.set_words(DEFAULT_KIND.words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._label_caption = PlainLabel("True classes", quiet=True, parent=self)
        for caption, widget in (
            (self._label_caption, self.labels),
            (PlainLabel("Methods", quiet=True, parent=self), self.methods),
            (self._records, self.sample),
        ):
            row.addWidget(caption)
            row.addWidget(widget)
            row.addSpacing(8)
        row.addWidget(self.button)
        self._tell_methods()

    def set_words(self, words: Words) -> None:
        """Sets the words for records and nodes."""
        name = words.records.capitalize()
        self._records.setText(name)
        self.sample.setAccessibleName(name)
        self.sample.set_purpose(f"How many {words.records}, evenly spread over those whose class is known")

    def set_value(self, value: ValueWords | None) -> None:
        """Sets the value that is predicted, in whose place stand classes if there is none."""
        caption = "True classes" if value is None else "Measured values"
        if self._label_caption.text() != caption:
            self._label_caption.setText(caption)
            self.labels.setAccessibleName(caption)
            what = "the true classes" if value is None else f"measured values of {value.name}"
            self.labels.set_purpose(f"The column that holds {what}")

    @property
    def label(self) -> str:
        return self.labels.currentData() or ""

    @property
    def method_ids(self) -> tuple[str, ...]:
        """The checked methods, in the order of the menus."""
        return tuple(action.data() for action in self._actions if action.isChecked())

    @property
    def n_wanted(self) -> int | None:
        return SAMPLES[self.sample.currentText()]

    def show_labels(self, columns: Sequence[LabelColumn]) -> None:
        """Sets the columns that can be chosen; the chosen one stays if it is among them. A column of unknown meaning,
        or of numbers that may be of another value, is never chosen automatically."""
        before = self.label
        with QSignalBlocker(self.labels):
            fill_labels(self.labels, columns)
            at = self.labels.findData(before) if before else -1
            known = bool(columns) and not columns[0].reason and columns[0].expected
            self.labels.setCurrentIndex(at if at >= 0 else 0 if known else -1)
        self.labels.setEnabled(bool(columns))

    def choose_methods(self, ids: Sequence[str]) -> None:
        for action in self._actions:
            action.setChecked(action.data() in ids)

    def set_ready(self, ready: bool) -> None:
        """Sets whether an evaluation can be started: there are records, and none is running."""
        self._ready = ready
        self.button.setEnabled(ready and bool(self.method_ids))

    def _tell_methods(self) -> None:
        n_chosen, n_all = len(self.method_ids), len(self._actions)
        self.methods.setText(f"all {n_all}" if n_chosen == n_all else f"{n_chosen} of {n_all}")
        self.set_ready(self._ready)
