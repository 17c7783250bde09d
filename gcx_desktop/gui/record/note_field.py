"""The field for a record's note, which looks like plain text until it is edited, and saves itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from ...app.libraries.marks import MAX_NOTE_CHARACTERS, cleaned_note
from ..widgets.plain_labels import plain_tooltip
from ..widgets.theme import accent, hairline

_PAUSE_MS = 700


class NoteField(QLineEdit):
    """Signals: ``written(text, continued)`` at each pause in typing, on Return and when the field is left, if the text
    has changed; ``continued``: it was already emitted since the field got the focus. ``left()`` on Return or Escape."""

    written = Signal(str, bool)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._saved = ""
        self._continued = False
        self.setPlaceholderText("Add a note…")
        self.setAccessibleName("Note on this record")
        self.setMaxLength(MAX_NOTE_CHARACTERS)
        self.setFrame(False)
        self.setTextMargins(-2, 1, 0, 2)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.save)
        self.textEdited.connect(lambda _: self._pause.start())
        self._follow_palette()

    def show_note(self, note: str) -> None:
        """Shows a note, unless the user is editing the field."""
        if self._pause.isActive() or note == cleaned_note(self._saved):
            return
        self._saved = note
        self.setText(note)
        self.setCursorPosition(0)
        self.setToolTip(plain_tooltip(note))

    def forget(self) -> None:
        """Clears the field for another record."""
        self._pause.stop()
        self._saved, self._continued = "", False
        self.clear()
        self.setToolTip("")

    def save(self) -> None:
        """Emits the text, if it has changed since the last time."""
        self._pause.stop()
        if self.text() != self._saved:
            self._saved = self.text()
            self.setToolTip(plain_tooltip(self._saved))
            continued, self._continued = self._continued, True
            self.written.emit(self._saved, continued)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.save()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._continued = False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.save()
            self.setCursorPosition(0)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ParentChange):
            self._follow_palette()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() or self.underMouse():
            painter = QPainter(self)
            palette = self.palette()
            ground = palette.color(QPalette.ColorRole.Window)
            painter.setPen(QPen(accent(palette), 2) if self.hasFocus() else QPen(hairline(palette, ground), 1))
            painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
            painter.end()

    def _follow_palette(self) -> None:
        """Takes the window's background, not that of an input field."""
        parent = self.parentWidget()
        if parent is None:
            return
        ground = parent.palette().color(QPalette.ColorRole.Window)
        if self.palette().color(QPalette.ColorRole.Base) != ground:
            palette = self.palette()
            palette.setColor(QPalette.ColorRole.Base, ground)
            self.setPalette(palette)
