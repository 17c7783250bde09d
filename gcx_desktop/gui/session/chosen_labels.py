"""What the user said of the label columns of the open library."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from ...app.evaluation.label_choices import LabelChoice, class_of, with_choice


class LabelChoices(QObject):
    """Attribute ``choices``: what was said.

    Signals: ``changed()``; ``said()``, by the user, so that it is to be remembered.
    """

    changed = Signal()
    said = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choices: tuple[LabelChoice, ...] = ()

    def of(self, column: str, class_names: tuple[str, ...]) -> Mapping[str, str]:
        """What was said of a column, empty if nothing was."""
        return class_of(self.choices, column, class_names)

    def say(self, choice: LabelChoice) -> None:
        """Takes what the user says of a column."""
        self.show(with_choice(self.choices, choice))
        self.said.emit()

    def show(self, choices: tuple[LabelChoice, ...]) -> None:
        """Takes what was said before."""
        if choices != self.choices:
            self.choices = choices
            self.changed.emit()
