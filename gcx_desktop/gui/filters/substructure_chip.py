"""The filter bar's chip for a substructure: typed, pasted or drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from ...app.sketching.sketch_query import query_of_molblock
from ...pool import WorkerPool
from ...substructure.query import Notation
from ...wording import counted
from ..background.latest_answer import LatestAnswer
from ..sketch.structure_line import StructureLine
from ..widgets.plain_labels import PlainLabel, plain_tooltip
from .filter_chips import Chip

if TYPE_CHECKING:
    from ..sketch.sketch_dialog import SketchDialog

_AS_SMILES = (
    "Read as a molecule: alternating double bonds of a ring are aromatic, hydrogens are asked for where they are "
    "written.\nA click reads it as SMARTS instead."
)
_AS_SMARTS = "Read as SMARTS, to the letter.\nA click reads it as a molecule, as SMILES, if it is one."
_NO_SMILES = "It is no SMILES of a molecule, so it is read as SMARTS."


class SubstructureChip(Chip):
    """SMILES or SMARTS that a molecule must contain; the search begins on Return or when the box is left.

    The substructure can also be drawn, or pasted as a molblock. Signal ``trouble(sentence)``.
    Attributes: ``text`` (of the search), ``as_smarts`` (whether the user wants it read as SMARTS, not as a molecule),
    ``shows_unknown`` (whether the filter shows the records for which the search could not decide).
    """

    trouble = Signal(str)

    def __init__(self, pool: WorkerPool, parent: QWidget) -> None:
        super().__init__("Contains", parent)
        self._pool = pool
        self._pasted = LatestAnswer(pool, self)
        self.box = StructureLine(self)
        self.box.setAccessibleName("Substructure")
        self.box.setFixedWidth(self.fontMetrics().horizontalAdvance("c1ccccc1C(=O)[NH2]") + 16)
        self.box.setToolTip("A substructure, such as c1ccccc1 or [CX3](=O)[OX2H1], or a molblock; Return searches")
        self.box.molblock_pasted.connect(self._read_molblock)
        self.line.addWidget(self.box)
        self.first = self.box
        self.notation_button = self._button("", self._switch_notation)
        self.notation_button.setAccessibleName("How the substructure is read")
        self.notation_button.hide()
        self.draw_button = self._button("Draw…", lambda: self.draw(self.box.text().strip()))
        self.draw_button.setToolTip("Draws the substructure")
        self.text, self.as_smarts = "", False
        self.words = PlainLabel(quiet=True, parent=self)
        self.line.addWidget(self.words)
        self.unknown_button = self._button("", self.changed.emit)
        self.unknown_button.setCheckable(True)
        self.unknown_button.hide()
        self.line.addWidget(self.close_button)
        self.box.editingFinished.connect(lambda: self._search(self.box.text()))

    def _button(self, words: str, slot: Callable[..., object]) -> QToolButton:
        button = QToolButton(self)
        button.setText(words)
        button.setAutoRaise(True)
        button.clicked.connect(slot)
        self.line.addWidget(button)
        return button

    @property
    def shows_unknown(self) -> bool:
        return self.unknown_button.isChecked()

    def look_for(self, text: str, *, as_smarts: bool = False) -> None:
        """:param as_smarts: whether the text must be read as SMARTS, not as a molecule"""
        self.box.setText(text)
        self.box.setCursorPosition(0)
        self._search(text, as_smarts=as_smarts)

    def show_unknown(self, wanted: bool) -> None:
        """Shows the records for which the search could not decide, or those that contain the substructure."""
        with QSignalBlocker(self.unknown_button):
            self.unknown_button.setChecked(wanted)

    def draw(self, text: str) -> SketchDialog:
        """Opens the sketcher with ``text``; what is drawn is searched for."""
        from ..sketch.sketch_dialog import SketchDialog  # not at the window's start

        dialog = SketchDialog(self._pool, text, self.window())
        dialog.found.connect(self._take_drawn)
        dialog.open()
        return dialog

    def show_state(self, words: str, trouble: str, notation: Notation | None, n_unknown: int) -> None:
        """Shows the state of the search.

        :param notation: how the text was read, ``None`` while that is not known
        :param n_unknown: number of records for which the search could not decide
        """
        self.words.setText("no substructure" if trouble else words)
        self.words.setToolTip(plain_tooltip(trouble))
        self.words.setVisible(bool(words or trouble))
        self._show_notation(notation, wrong=bool(trouble))
        self.unknown_button.setText(f"{n_unknown:,} unknown")
        records = "this record" if n_unknown == 1 else f"these {counted(n_unknown, 'record')}"
        why = f"Looking for it in {records} took too long or failed, so whether it is there is not known."
        self.unknown_button.setToolTip(plain_tooltip(f"{why}\nPressed: shows them instead of those that contain it."))
        self.unknown_button.setVisible(bool(n_unknown) or self.shows_unknown)
        self.updateGeometry()

    def _show_notation(self, notation: Notation | None, *, wrong: bool) -> None:
        """Shows the notation. A text that is neither can be switched only if it was not tried as SMILES."""
        shown = Notation.SMARTS if wrong and self.as_smarts else notation
        self.notation_button.setVisible(shown is not None)
        if shown is not None:
            can_be_switched = shown is Notation.SMILES or self.as_smarts
            self.notation_button.setText(shown.value)
            self.notation_button.setEnabled(can_be_switched)
            meaning = _AS_SMILES if shown is Notation.SMILES else _AS_SMARTS if self.as_smarts else _NO_SMILES
            self.notation_button.setToolTip(plain_tooltip(meaning))

    def _switch_notation(self) -> None:
        self._search(self.text, as_smarts=not self.as_smarts)

    def _read_molblock(self, text: str) -> None:
        # A connection table has been converted to SMARTS already.
        self._pasted.ask(
            query_of_molblock,
            text,
            done=lambda smarts: self.look_for(smarts, as_smarts=True),
            failed=self.trouble.emit,
        )

    def _take_drawn(self, text: str) -> None:
        """Takes the drawing; an unchanged one is still read as before."""
        self.look_for(text, as_smarts=self.as_smarts and text == self.text)

    def _search(self, text: str, *, as_smarts: bool | None = None) -> None:
        """:param as_smarts: ``None``: as before if the text is unchanged, else as SMILES"""
        text = text.strip()
        if as_smarts is None:
            as_smarts = self.as_smarts and text == self.text
        if (text, as_smarts) != (self.text, self.as_smarts):
            self.text, self.as_smarts = text, as_smarts
            self.show_unknown(False)
            self.changed.emit()
