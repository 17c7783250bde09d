"""Mark and note of the current record, under its title."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ...app.libraries.marks import MARK_COLOURS
from ...depict.colour import Paper
from ...project.store import Mark
from ..pictures.mark_icons import mark_icon
from ..widgets.plain_labels import plain_tooltip
from .note_field import NoteField

_NOBODY = Mark(-1)


class RecordMark(QWidget):
    """Signals: ``colour_chosen(position, colour)``, 0 for none; ``note_written(position, text, continued)``, see
    :class:`NoteField`. Attribute ``note`` (NoteField)."""

    colour_chosen = Signal(int, int)
    note_written = Signal(int, str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = _NOBODY
        self._paper: Paper | None = None
        self.note = NoteField(self)
        self.note.written.connect(self._note_written)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(1)
        line.addWidget(self.note, 1)
        line.addSpacing(8)
        self.buttons: list[QToolButton] = []
        for colour in MARK_COLOURS:
            button = QToolButton(self)
            button.setAutoRaise(True)
            button.setCheckable(True)
            button.setIconSize(QSize(16, 16))
            button.setAccessibleName(f"Mark {colour.name.lower()}")
            button.setToolTip(
                plain_tooltip(
                    f"Marks this record {colour.name.lower()}; Alt+{colour.number} marks all that are selected"
                )
            )
            button.clicked.connect(lambda on, number=colour.number: self._clicked(number if on else 0))
            self.buttons.append(button)
            line.addWidget(button)
        self.set_paper(Paper.WHITE)

    def set_paper(self, paper: Paper) -> None:
        """Sets the paper, on which the colours of marks depend."""
        if paper is not self._paper:
            self._paper = paper
            for colour, button in zip(MARK_COLOURS, self.buttons, strict=True):
                button.setIcon(mark_icon(colour, paper))

    def show_mark(self, mark: Mark) -> None:
        """Shows mark and note of the current record; an unfinished note of the previous one is saved."""
        if mark.position != self._shown.position:
            self.note.save()
            self.note.forget()
        self._shown = mark
        self.note.show_note(mark.note)
        for colour, button in zip(MARK_COLOURS, self.buttons, strict=True):
            button.setChecked(colour.number == mark.colour)

    def _clicked(self, colour: int) -> None:
        self.colour_chosen.emit(self._shown.position, colour)

    def _note_written(self, text: str, continued: bool) -> None:
        self.note_written.emit(self._shown.position, text, continued)
