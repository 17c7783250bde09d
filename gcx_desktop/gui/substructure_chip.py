"""The filter bar's chip for a substructure: typed, pasted or drawn."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QWidget

from ..app.sketch_query import query_of_molblock
from ..pool import WorkerPool
from .filter_chips import Chip
from .labels import PlainLabel, plain_tooltip
from .latest_answer import LatestAnswer
from .sketch_dialog import SketchDialog
from .structure_line import StructureLine


class SubstructureChip(Chip):
    """SMARTS or SMILES that a molecule must contain; searched for when Return is pressed or the box is left.

    It can be drawn, too, or pasted as a molblock. Signal ``trouble(sentence)``.
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
        self.draw_button = QToolButton(self)
        self.draw_button.setText("Draw…")
        self.draw_button.setAutoRaise(True)
        self.draw_button.setToolTip("Draws the substructure")
        self.draw_button.clicked.connect(lambda: self.draw(self.box.text().strip()))
        self.line.addWidget(self.draw_button)
        self.smarts = ""
        self.words = PlainLabel(quiet=True, parent=self)
        self.line.addWidget(self.words)
        self.line.addWidget(self.close_button)
        self.box.editingFinished.connect(self._search)

    def look_for(self, smarts: str) -> None:
        self.box.setText(smarts)
        self.box.setCursorPosition(0)
        self._search()

    def draw(self, smarts: str) -> SketchDialog:
        """Opens a drawing, of ``smarts`` to begin with; what is drawn is searched for."""
        dialog = SketchDialog(self._pool, smarts, self.window())
        dialog.found.connect(self.look_for)
        dialog.open()
        return dialog

    def say(self, words: str, trouble: str) -> None:
        self.words.setText("no substructure" if trouble else words)
        self.words.setToolTip(plain_tooltip(trouble))
        self.words.setVisible(bool(words or trouble))
        self.updateGeometry()

    def _read_molblock(self, text: str) -> None:
        self._pasted.ask(query_of_molblock, text, done=self.look_for, failed=self.trouble.emit)

    def _search(self) -> None:
        smarts = self.box.text().strip()
        if smarts != self.smarts:
            self.smarts = smarts
            self.changed.emit()
