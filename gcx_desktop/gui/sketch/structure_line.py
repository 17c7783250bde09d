"""An input line for SMARTS or SMILES that also accepts a pasted molblock, whose lines Qt would join."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QContextMenuEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from ...app.sketching.sketch_query import is_molblock
from ...substructure.query import MAX_CHARACTERS


class StructureLine(QLineEdit):
    """Signal ``molblock_pasted(text)``, emitted instead of inserting a molblock."""

    molblock_pasted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(MAX_CHARACTERS)
        self.setPlaceholderText("SMARTS or SMILES")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_structure()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        for action in menu.actions():
            if action.objectName() == "edit-paste":
                action.triggered.disconnect()
                action.triggered.connect(lambda _=False: self.paste_structure())
        menu.popup(event.globalPos())
        menu.aboutToHide.connect(menu.deleteLater)

    def dropEvent(self, event: QDropEvent) -> None:
        text = event.mimeData().text()
        if is_molblock(text):
            event.acceptProposedAction()
            self.molblock_pasted.emit(text)
        else:
            super().dropEvent(event)

    def paste_structure(self) -> None:
        """Pastes the clipboard, as text or as a molblock."""
        text = QGuiApplication.clipboard().text()
        if is_molblock(text):
            self.molblock_pasted.emit(text)
        else:
            self.paste()
