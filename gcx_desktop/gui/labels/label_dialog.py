"""The dialog in which the user assigns a class to each value of a label column."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...app.evaluation.label_columns import LabelColumn
from ...library.labels.label_meaning import NO_LABEL, LabelMeaning, shown_word
from ..widgets.elided_combo import ElidedCombo
from ..widgets.plain_labels import PlainLabel, plain_tooltip
from ..widgets.whole_numbers import show_whole_numbers

_UNSAID = "choose…"
_LEFT_OUT = "not a label; leave these rows out"


class LabelDialog(QDialog):
    """A table "value → class". Signal ``chosen(class_of)``: value → class, "" for values to leave out."""

    chosen = Signal(Mapping)

    def __init__(
        self,
        column: LabelColumn,
        class_names: tuple[str, ...],
        earlier: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        """:param earlier: class of each value in the user's earlier choice"""
        super().__init__(parent)
        self.setWindowTitle("What the labels mean")
        self._column = column
        self._combos: list[QComboBox] = []
        self.table = QTableWidget(len(column.values), 3, self)
        self.table.setHorizontalHeaderLabels(["Value", "Rows", "Class"])
        show_whole_numbers(self.table)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.setAccessibleName("Class of each value")
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        meaning = column.meaning
        known = {value.shown: index for value, index in meaning.values} if isinstance(meaning, LabelMeaning) else {}
        for row, value in enumerate(column.values):
            word, count = QTableWidgetItem(shown_word(value.shown)), QTableWidgetItem(f"{value.n:,}")
            word.setToolTip(plain_tooltip(value.shown))
            count.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, 0, word)
            self.table.setItem(row, 1, count)
            name = earlier.get(value.shown)
            if name is None and value.shown in known:
                index = known[value.shown]
                name = "" if index == NO_LABEL else class_names[index]
            self.table.setCellWidget(row, 2, self._combo(value.shown, class_names, name))
        self.table.resizeRowsToContents()
        words = column.reason or "What was found can be changed here; it is remembered for this library."
        lead = PlainLabel(f"{words[:1].upper()}{words[1:]}.".replace("..", "."), parent=self)
        lead.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(lead)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.buttons)
        self.resize(560, min(180 + 34 * len(column.values), 520))
        self._show_state()

    def choose(self, row: int, name: str | None) -> None:
        """Sets the class of a value, "" to leave it out."""
        combo = self._combos[row]
        combo.setCurrentIndex(combo.findData(name))

    def accept(self) -> None:
        self.chosen.emit(self._class_of)
        super().accept()

    @property
    def _class_of(self) -> dict[str, str]:
        pairs = zip(self._column.values, self._combos, strict=True)
        return {value.shown: name for value, combo in pairs if isinstance(name := combo.currentData(), str)}

    def _combo(self, value: str, class_names: tuple[str, ...], name: str | None) -> QComboBox:
        combo = ElidedCombo(f"Class of {shown_word(value)}", "The class of these rows", self.table)
        combo.addItem(_UNSAID, None)
        for each in class_names:
            combo.addItem(shown_word(each), each)
        combo.addItem(_LEFT_OUT, "")
        combo.setCurrentIndex(max(combo.findData(name), 0) if name is not None else 0)
        combo.currentIndexChanged.connect(lambda _: self._show_state())
        self._combos.append(combo)
        return combo

    def _show_state(self) -> None:
        class_of = self._class_of
        settled = len(class_of) == len(self._column.values) and any(class_of.values())
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(settled)
