"""The filters above the library's table: a chip for each, and the menu that adds one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from ...app.explaining.value_words import ValueWords
from ...app.libraries.library_rows import Column
from ...app.libraries.row_filters import Filters, RecordSubset
from ...app.libraries.shown_class import PREDICTED, probability_name
from ...kinds.kind import Capability, Kind
from ...kinds.registry import DEFAULT_KIND
from ...library.record import Source, Span
from ...pool import WorkerPool
from ...substructure.query import Notation
from ..widgets.flow_layout import FlowLayout
from ..widgets.plain_labels import named_action, plain_tooltip
from .field_dialog import FieldDialog
from .filter_chips import Chip, ChosenChip, ClassChip, MarkChip, RangeChip, TextChip, short_chip_name
from .substructure_chip import SubstructureChip

if TYPE_CHECKING:
    from ..sketch.sketch_dialog import SketchDialog

_MOST_IN_MENU = 15
"""Most fields in a menu, so that it fits on a small screen."""


class FilterBar(QWidget):
    """Chips of the active filters; empty and without height while there are none.

    Attributes: ``filters`` (without the text of the search box), ``add_button`` (placed by the window), ``menu``
    (opened by that button), ``field_dialog`` (the last one opened).
    Signals: ``changed()``; ``trouble(sentence)``.
    """

    changed = Signal()
    trouble = Signal(str)

    def __init__(self, pool: WorkerPool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self._chips: list[Chip] = []
        self.field_dialog: FieldDialog | None = None
        self._class_names: Sequence[str] = ()
        self._with_sets = False
        self._of_value: ValueWords | None = None
        self._kind = DEFAULT_KIND
        self.columns: Callable[[], Sequence[tuple[int, str]]] = lambda: ()
        """Column and name of each field that holds numbers, asked for when the menu opens."""
        self.text_columns: Callable[[], Sequence[tuple[int, str]]] = lambda: ()
        """The same for the titles and each field of text."""
        self.probability_class: Callable[[], int] = lambda: PREDICTED
        """Index of the class whose probability the table shows, or ``PREDICTED``."""
        self._flow = FlowLayout(self, gap=6)
        self._flow.setContentsMargins(8, 0, 8, 6)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.add_button = QToolButton(parent)
        self.add_button.setText("Add filter")
        self.add_button.setAutoRaise(True)
        # Not the button's own menu: Qt draws an arrow for that, which only a style sheet removes; and a style
        # sheet keeps the colours of the theme in which it was set.
        self.menu = QMenu(self.add_button)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.add_button.clicked.connect(self._open_menu)
        self.set_kind(self._kind)
        self.hide()

    def set_kind(self, kind: Kind) -> None:
        """Sets the word for records, and whether substructures can be searched for."""
        self._kind = kind
        structures = "with a substructure, " if Capability.QUERIES in kind.capabilities else ""
        tip = f"Shows only the records of a class, a range of numbers, {structures}or with a mark"
        self.add_button.setToolTip(plain_tooltip(tip))

    @property
    def filters(self) -> Filters:
        ranges = tuple(chip.range for chip in self._chips if isinstance(chip, RangeChip) and chip.active)
        classes = next((chip for chip in self._chips if isinstance(chip, ClassChip) and chip.active), None)
        marks = next((chip for chip in self._chips if isinstance(chip, MarkChip)), None)
        chosen = next((chip for chip in self._chips if isinstance(chip, ChosenChip)), None)
        structure = next((chip for chip in self._chips if isinstance(chip, SubstructureChip)), None)
        return Filters(
            ranges=ranges,
            texts=tuple(chip.filter for chip in self._chips if isinstance(chip, TextChip) and chip.active),
            predicted=classes.chosen if classes is not None else None,
            substructure=structure.text if structure is not None else "",
            substructure_as_smarts=structure.as_smarts if structure is not None else False,
            substructure_unknown=structure.shows_unknown if structure is not None else False,
            marked=marks.chosen if marks is not None else None,
            chosen=chosen.chosen if chosen is not None else None,
        )

    def clear(self) -> None:
        """Removes every filter, as one change."""
        if self._chips:
            with QSignalBlocker(self):
                for chip in list(self._chips):
                    self._drop(chip)
            self.changed.emit()

    def show_filters(self, filters: Filters, field_names: Sequence[str]) -> None:
        """Replaces the chips by one for each of these filters; ``changed`` follows.

        :param field_names: names of the library's fields, for the chips of ranges
        """
        self.blockSignals(True)
        self.clear()
        for each in filters.ranges:
            if each.column == Column.PROBABILITY:
                self.add_probability(each.of_class).show_range(each)
            else:
                own = each.column < Column.FIRST_FIELD
                name = "Record" if own else field_names[each.column - Column.FIRST_FIELD]
                self.add_range(each.column, name).show_range(each)
        for text in filters.texts:
            titles = text.column < Column.FIRST_FIELD
            name = "Title" if titles else field_names[text.column - Column.FIRST_FIELD]
            self.add_text(text.column, name).show_filter(text)
        if filters.predicted is not None and self._class_names and self._of_value is None:
            self.add_classes().choose(filters.predicted)
        if filters.substructure:
            structure = self.add_substructure()
            structure.look_for(filters.substructure, as_smarts=filters.substructure_as_smarts)
            structure.show_unknown(filters.substructure_unknown)
        if filters.marked is not None:
            self.add_marks().choose(filters.marked)
        if filters.chosen is not None:
            self.choose(filters.chosen)
        self.blockSignals(False)
        self.changed.emit()

    def set_classes(self, names: Sequence[str], *, with_sets: bool, of_value: ValueWords | None = None) -> None:
        """Sets the model's classes; a filter by another model's classes, or value, is removed.

        :param with_sets: whether its predictions may have sets of classes
        :param of_value: ``None`` of a model of classes
        """
        if (tuple(names), with_sets, of_value) != (tuple(self._class_names), self._with_sets, self._of_value):
            self._class_names, self._with_sets, self._of_value = tuple(names), with_sets, of_value
            for chip in [chip for chip in self._chips if _is_of_a_class(chip)]:
                self._drop(chip)

    def show_search(self, words: str, trouble: str = "", notation: Notation | None = None, n_unknown: int = 0) -> None:
        """Shows the state of the substructure search; see :meth:`SubstructureChip.show_state`."""
        for chip in self._chips:
            if isinstance(chip, SubstructureChip):
                chip.show_state(words, trouble, notation, n_unknown)

    def add_range(self, column: int, name: str) -> RangeChip:
        chip = RangeChip(column, name, self)
        self._add(chip)
        return chip

    def add_text(self, column: int, name: str) -> TextChip:
        chip = TextChip(column, name, self)
        self._add(chip)
        return chip

    def add_probability(self, of_class: int) -> RangeChip:
        chip = RangeChip(Column.PROBABILITY, self._probability_name(of_class), self, of_class)
        self._add(chip)
        return chip

    def _probability_name(self, of_class: int) -> str:
        """Of a value its own name."""
        return probability_name(self._class_names, of_class) if self._of_value is None else self._of_value.name

    def add_classes(self) -> ClassChip:
        """Adds the filter by class, unless there is one, for the class whose probability the table shows."""
        for chip in self._chips:
            if isinstance(chip, ClassChip):
                return chip
        made = ClassChip(self._class_names, self, max(self.probability_class(), 0), with_sets=self._with_sets)
        self._add(made)
        return made

    def add_substructure(self) -> SubstructureChip:
        """Adds the filter by a substructure, unless there is one; returns its chip."""
        for chip in self._chips:
            if isinstance(chip, SubstructureChip):
                return chip
        made = SubstructureChip(self._pool, self)
        made.trouble.connect(self.trouble)
        self._add(made)
        return made

    def draw_substructure(self, source: Source, span: Span) -> SketchDialog:
        """Opens the sketcher with a record's molecule; what the user leaves of it is searched for."""
        chip = self.add_substructure()
        dialog = chip.draw("")
        dialog.show_record(source, span)
        dialog.rejected.connect(lambda: None if chip.text else self._drop(chip))
        return dialog

    def add_marks(self) -> MarkChip:
        """Adds the filter by marks, unless there is one; returns its chip."""
        for chip in self._chips:
            if isinstance(chip, MarkChip):
                return chip
        made = MarkChip(self)
        self._add(made)
        return made

    def choose(self, chosen: RecordSubset | None) -> None:
        """Shows only these records, in place of those chosen before; ``None`` shows all again."""
        with QSignalBlocker(self):
            for chip in [chip for chip in self._chips if isinstance(chip, ChosenChip)]:
                self._drop(chip)
            if chosen is not None:
                self._add(ChosenChip(chosen, self._kind.words, self))
        self.changed.emit()

    def _open_menu(self) -> None:
        self.menu.popup(self.add_button.mapToGlobal(self.add_button.rect().bottomLeft()))

    def _fill_menu(self) -> None:
        menu = self.menu
        menu.clear()
        if self._of_value is None:
            classes = self._action(menu, "Predicted class", self.add_classes)
            classes.setEnabled(bool(self._class_names))
        self._add_probabilities(menu)
        if Capability.QUERIES in self._kind.capabilities:
            self._action(menu, "Substructure…", self.add_substructure)
        self._action(menu, "Marked", self.add_marks)
        self._action(menu, "Record number", lambda: self.add_range(Column.NUMBER, "Record"))
        if texts := self.text_columns():
            self._add_fields(menu.addMenu("Text of"), "Text of", texts, self.add_text)
        if columns := self.columns():
            menu.addSeparator()
            self._add_fields(menu, "Numbers", columns, self.add_range)

    def _add_fields(
        self, menu: QMenu, title: str, fields: Sequence[tuple[int, str]], add: Callable[[int, str], Chip]
    ) -> None:
        """Adds an entry for each field; if there are many, for the first ones, and one for a dialog with all."""
        for column, name in fields[:_MOST_IN_MENU]:
            self._action(menu, short_chip_name(name), partial(add, column, name))
        if len(fields) > _MOST_IN_MENU:
            all_fields = menu.addAction(f"All {len(fields):,} Fields…")
            all_fields.triggered.connect(lambda _=False: self._ask_field(title, fields, add))

    def _ask_field(self, title: str, fields: Sequence[tuple[int, str]], add: Callable[[int, str], Chip]) -> None:
        self.field_dialog = dialog = FieldDialog(title, fields, self.window())
        dialog.chosen.connect(lambda column, name: add(column, name).edit())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _add_probabilities(self, menu: QMenu) -> None:
        """Adds an entry for the class that the table shows; with more than two classes, a menu of all."""
        shown, names = self.probability_class(), self._class_names
        if len(names) <= 2:
            self._action(menu, short_chip_name(self._probability_name(shown)), partial(self.add_probability, shown))
            return
        classes = menu.addMenu("Probability of")
        self._action(classes, "the predicted class", partial(self.add_probability, PREDICTED))
        for index, name in enumerate(names):
            self._action(classes, short_chip_name(name), partial(self.add_probability, index))

    def _action(self, menu: QMenu, words: str, add: Callable[[], Chip]) -> QAction:
        action = named_action(words, menu)
        action.triggered.connect(lambda _=False: add().edit())
        menu.addAction(action)
        return action

    def _add(self, chip: Chip) -> None:
        self._chips.append(chip)
        self._flow.addWidget(chip)
        chip.changed.connect(self.changed)
        chip.removed.connect(lambda: self._drop(chip))
        chip.show()
        self.show()
        self.updateGeometry()

    def _drop(self, chip: Chip) -> None:
        if chip not in self._chips:
            return
        self._chips.remove(chip)
        self._flow.removeWidget(chip)
        chip.hide()
        chip.deleteLater()
        self.setVisible(bool(self._chips))
        self.updateGeometry()
        self.changed.emit()


def _is_of_a_class(chip: Chip) -> bool:
    return isinstance(chip, ClassChip) or (isinstance(chip, RangeChip) and chip.of_class != PREDICTED)
