"""The notice for a record without a picture: the reason, and the record's text as in the file."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from ...library.molecules.predictability import NOT_PREDICTABLE
from ...wording import capitalised
from ..widgets.plain_labels import PlainLabel

MOST_NOTICE_CHARACTERS = 2_000


class RecordNotice(QWidget):
    """Shown for a rejected record.

    Attributes: ``reason`` and ``place`` (labels), ``excerpt`` (the record's text, read only).
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = PlainLabel(parent=self)
        font = QFont(self.heading.font())
        font.setWeight(QFont.Weight.DemiBold)
        self.heading.setFont(font)
        self.reason = PlainLabel(parent=self)
        self.reason.setWordWrap(True)
        self.place = PlainLabel(quiet=True, parent=self)
        self.excerpt = QPlainTextEdit(self)
        self.excerpt.setReadOnly(True)
        self.excerpt.setTabChangesFocus(True)
        self.excerpt.setFrameShape(QFrame.Shape.NoFrame)
        self.excerpt.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.excerpt.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.excerpt.setAccessibleName("Text of the record")
        self.excerpt.document().setDocumentMargin(10)
        self.excerpt.setBackgroundRole(QPalette.ColorRole.Base)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.heading)
        layout.addWidget(self.reason)
        layout.addSpacing(8)
        layout.addWidget(self.place)
        layout.addWidget(self.excerpt, 1)

    def show_reason(self, reason: str, line: int, text: str) -> None:
        """``line`` is the 1-based line of the file at which the record begins; 0 if it has none."""
        read = reason.startswith(NOT_PREDICTABLE)
        self.heading.setText("This record cannot be predicted" if read else "This record could not be read")
        reason = reason.removeprefix(NOT_PREDICTABLE)
        self.reason.setText(capitalised(reason[:MOST_NOTICE_CHARACTERS]))
        where = f"Line {line:,} of the file" if line > 0 else "The record"
        cut = len(text) > MOST_NOTICE_CHARACTERS
        self.place.setText(f"{where} · first {MOST_NOTICE_CHARACTERS:,} characters" if cut else where)
        self.excerpt.setPlainText(text[:MOST_NOTICE_CHARACTERS] + ("…" if cut else ""))
        self.excerpt.setVisible(bool(text.strip()))
        self.place.setVisible(line > 0 or bool(text.strip()))
