"""The dialog in which a substructure is drawn: tools, canvas, and the SMARTS to be searched for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...app.sketching.sketch import Sketch, SketchError, join_sketches
from ...app.sketching.sketch_query import query_of_sketch, sketch_of_record, sketch_of_text, text_of_sketch
from ...library.record import Source, Span
from ...pool import WorkerPool
from ...wording import capitalised
from ..background.latest_answer import LatestAnswer
from ..widgets.plain_labels import PlainLabel
from .sketch_tools import SketchToolBar, Tool, ToolKind
from .sketcher import Sketcher
from .structure_line import StructureLine

_TYPING_PAUSE_MS = 250
_OPEN = "Further atoms may be bonded to each atom that is drawn; hydrogens and stereochemistry do not count."


class SketchDialog(QDialog):
    """Attributes: ``canvas``, ``tools``, ``line`` (the SMARTS), ``note``, ``find_button``. Signal ``found(smarts)``."""

    found = Signal(str)

    def __init__(self, pool: WorkerPool, smarts: str = "", parent: QWidget | None = None) -> None:
        """:param smarts: drawn at the start, if possible"""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Draw a Substructure")
        self._query, self._drawing, self._copying = (LatestAnswer(pool, self) for _ in range(3))
        self._find_when_known = False
        self.canvas = Sketcher(self)
        self.tools = SketchToolBar(self)
        self.line = StructureLine(self)
        self.line.setAccessibleName("SMARTS that is searched for")
        self.note = PlainLabel(_OPEN, quiet=True, parent=self)
        self.note.setWordWrap(True)
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._lay_out()
        self._connect()
        self.canvas.setFocus()
        if smarts:
            self.line.setText(smarts)
            self._draw_line()
        self._update()

    def show_record(self, source: Source, span: Span) -> None:
        """Draws a record's molecule, of which the user deletes parts."""
        self.note.setText("Reading the molecule…")
        self.tools.choose(Tool(ToolKind.SELECT))
        self._ask_to_draw(partial(sketch_of_record, source), span, self._show)

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.find_button = QPushButton("&Find", self)
        self.find_button.setDefault(True)
        buttons.addButton(self.find_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        label = PlainLabel("SMARTS", parent=self)
        below = QHBoxLayout()
        below.addWidget(label)
        below.addWidget(self.line, 1)
        column = QVBoxLayout(self)
        column.addWidget(self.tools)
        column.addWidget(self.canvas, 1)
        column.addLayout(below)
        column.addWidget(self.note)
        column.addWidget(buttons)

    def _connect(self) -> None:
        canvas, actions = self.canvas, self.tools.actions_
        self.tools.chosen.connect(lambda tool: setattr(canvas, "tool", tool))
        for name, slot in (
            ("undo", canvas.undo),
            ("redo", canvas.redo),
            ("copy", self._copy),
            ("paste", lambda: self.paste(QGuiApplication.clipboard().text())),
            ("clear", canvas.clear),
        ):
            actions[name].triggered.connect(lambda _=False, slot=slot: slot())
            canvas.addAction(actions[name])
        canvas.changed.connect(self._ask_for_query)
        canvas.trouble.connect(self._tell)
        self.line.textEdited.connect(self._line_edited)
        self.line.molblock_pasted.connect(self.paste)
        self._pause.timeout.connect(self._draw_line)
        self.find_button.clicked.connect(self._find)
        self.finished.connect(self._forget)

    # From the drawing to the SMARTS

    def _ask_for_query(self) -> None:
        self._pause.stop()
        self._drawing.forget()
        self._tell("")
        self._query.ask(query_of_sketch, self.canvas.sketch, done=self._query_known, failed=self._no_query)
        self._update()

    def _query_known(self, smarts: str) -> None:
        self.line.setText(smarts)
        self.line.setCursorPosition(0)
        self._update()
        if self._find_when_known:
            self._find()

    def _no_query(self, reason: str) -> None:
        self._find_when_known = False
        self.line.clear()
        self._tell(reason)
        self._update()

    # From a text to the drawing

    def _line_edited(self) -> None:
        self._query.forget()
        self._find_when_known = False
        self._pause.start()
        self._update()

    def _draw_line(self) -> None:
        self._ask_to_draw(sketch_of_text, self.line.text(), self._show_line, faded=True)

    def _show_line(self, sketch: Sketch) -> None:
        self.canvas.show_sketch(sketch)
        self._tell("")
        self._update()

    def paste(self, text: str) -> None:
        """Draws SMILES, SMARTS or a molblock beside the existing drawing."""
        if text.strip():
            self._ask_to_draw(sketch_of_text, text, self._show)
        else:
            self._tell("there is no text on the clipboard; copy SMILES, SMARTS or a molblock first")

    def _show(self, sketch: Sketch) -> None:
        try:
            whole = join_sketches(self.canvas.sketch, sketch)
        except SketchError as error:
            self._tell(str(error))
            return
        self.canvas.show_sketch(whole)
        self._ask_for_query()

    def _ask_to_draw(
        self, function: Callable[[Any], Any], item: Any, done: Callable[[Any], object], *, faded: bool = False
    ) -> None:
        self._drawing.ask(function, item, done=done, failed=lambda reason: self._tell(reason, faded=faded))

    def _tell(self, reason: str, *, faded: bool = False) -> None:
        """Shows why something could not be done; "" clears the text.

        :param faded: whether the drawing differs from the text line
        """
        self.note.setText(f"{capitalised(reason)}." if reason else _OPEN)
        self.canvas.set_faded(faded)

    # Find, copy, close

    def _find(self) -> None:
        if self._query.waiting:
            self._find_when_known = True
        elif self.line.text().strip():
            self.found.emit(self.line.text().strip())
            self.accept()

    def _copy(self) -> None:
        if self.canvas.sketch.atoms:
            put = QGuiApplication.clipboard().setText
            self._copying.ask(text_of_sketch, self.canvas.sketch, done=put, failed=self._tell)

    def _update(self) -> None:
        history, actions = self.canvas.history, self.tools.actions_
        actions["undo"].setEnabled(bool(history.past))
        actions["redo"].setEnabled(bool(history.future))
        for name in ("copy", "clear"):
            actions[name].setEnabled(bool(history.now.atoms))
        self.find_button.setEnabled(self._query.waiting or bool(self.line.text().strip()))

    def _forget(self) -> None:
        self._pause.stop()
        for answer in (self._query, self._drawing, self._copying):
            answer.forget()
