"""Which class each value of a column is: names that can be changed, values that can be left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from ...library.labels.label_meaning import LabelMeaning, LabelValue, shown_word
from ..widgets.plain_labels import plain_tooltip
from ..widgets.whole_numbers import show_whole_numbers

_MOST_LINES = 6
"""Rows that are seen without scrolling."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ClassNames(QTableWidget):
    """Signal ``edited()``: the user changed a name, or left a value out or took it in."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self._values: tuple[LabelValue, ...] = ()
        self._taken: list[QTableWidgetItem] = []
        """[n_values], ticked if the value is learned."""
        self._names: list[QTableWidgetItem] = []
        """[n_values], the class of each."""
        self._found: dict[str, str] = {}
        """Value → class, if the meaning of all values is known."""
        self.setHorizontalHeaderLabels(["Value", "Rows", "Class"])
        show_whole_numbers(self)
        self.setAccessibleName("Class of each value")
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = self.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.setToolTip("Double-click a class to name it; values of one name are one class; untick what is no label")
        self.itemChanged.connect(lambda _: self.edited.emit())

    def show_values(
        self, values: Sequence[LabelValue], meaning: LabelMeaning | None, chosen: Mapping[str, str] = {}
    ) -> None:
        """Shows the values of a column.

        :param meaning: which class each is; ``None`` if only the user knows: then each is offered as its own class
        :param chosen: value → class by an earlier choice of the user, "" if it is left out
        """
        self._values = tuple(values)
        self._found = {}
        if meaning is not None:
            self._found = {
                value.shown: meaning.class_names[index] if index >= 0 else "" for value, index in meaning.values
            }
        with QSignalBlocker(self):
            self._taken, self._names = [], []
            self.setRowCount(len(self._values))
            for row, value in enumerate(self._values):
                name = chosen.get(value.shown, self._found.get(value.shown, value.shown))
                self._fill(row, value, name)
        lines = min(max(len(self._values), 2), _MOST_LINES)
        height = self.horizontalHeader().sizeHint().height() + lines * self.verticalHeader().defaultSectionSize() + 4
        self.setFixedHeight(height)

    def _fill(self, row: int, value: LabelValue, name: str) -> None:
        first, rows, named = (QTableWidgetItem(text) for text in (shown_word(value.shown), f"{value.n:,}", name))
        first.setToolTip(plain_tooltip(value.shown))
        first.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        first.setCheckState(Qt.CheckState.Checked if name else Qt.CheckState.Unchecked)
        rows.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        rows.setTextAlignment(_RIGHT)
        if not name:
            named.setText(value.shown)
        self._taken.append(first)
        self._names.append(named)
        for column, item in enumerate((first, rows, named)):
            self.setItem(row, column, item)

    def name_class(self, value: str, name: str) -> None:
        """Names the class of a value, as if it had been typed; "" leaves the value out."""
        row = [each.shown for each in self._values].index(value)
        if name:
            self._names[row].setText(name)
        self._taken[row].setCheckState(Qt.CheckState.Checked if name else Qt.CheckState.Unchecked)

    @property
    def class_of(self) -> dict[str, str]:
        """Value → class, "" of values that are left out; empty if the values mean what they were taken for."""
        chosen = self._chosen
        return {} if chosen == self._found else chosen

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Class and number of rows, in the order of the values."""
        found: dict[str, int] = {}
        for value in self._values:
            name = self._chosen[value.shown]
            if name:
                found[name] = found.get(name, 0) + value.n
        return [*found.items()]

    @property
    def _chosen(self) -> dict[str, str]:
        found = {}
        for value, taken, name in zip(self._values, self._taken, self._names, strict=True):
            found[value.shown] = name.text().strip() if taken.checkState() is Qt.CheckState.Checked else ""
        return found
