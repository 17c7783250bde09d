"""The user's choices about the label columns of the open library."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from ...app.evaluation.label_choices import LabelChoice, classes_chosen_for, with_choice


class LabelChoices(QObject):
    """Attribute ``choices``: by column.

    Signals: ``changed()``; ``chosen()``, the user made a choice, which is to be saved.
    """

    changed = Signal()
    chosen = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choices: tuple[LabelChoice, ...] = ()

    def of(self, column: str, class_names: tuple[str, ...]) -> Mapping[str, str]:
        """The choice for a column, empty if there is none."""
        return classes_chosen_for(self.choices, column, class_names)

    def choose(self, choice: LabelChoice) -> None:
        """Stores a choice of the user."""
        self.show(with_choice(self.choices, choice))
        self.chosen.emit()

    def show(self, choices: tuple[LabelChoice, ...]) -> None:
        """Restores choices that were made earlier."""
        if choices != self.choices:
            self.choices = choices
            self.changed.emit()
