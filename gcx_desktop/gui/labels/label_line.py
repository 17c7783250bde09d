"""The line above a result that depends on labels: how they are interpreted, and a button to change that."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...app.evaluation.label_choices import LabelChoice
from ...app.evaluation.label_columns import LabelColumn
from ..session.session import Session
from ..widgets.plain_labels import ElidedLabel
from .label_dialog import LabelDialog


class LabelLine(QWidget):
    """Attribute ``dialog``: the open dialog, else ``None``."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._column: LabelColumn | None = None
        self.dialog: LabelDialog | None = None
        self.words = ElidedLabel("", quiet=True, parent=self)
        self.button = QPushButton("Change…", self)
        self.button.clicked.connect(self.ask)
        self.warning = ElidedLabel("", parent=self)
        font = QFont(self.warning.font())
        font.setBold(True)
        self.warning.setFont(font)
        self.warning.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 0, 8, 2)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.warning)
        self.hide()

    def show_column(self, column: LabelColumn | None) -> None:
        """Shows how a column is interpreted, or why that is unknown."""
        self._column = column
        self.setVisible(column is not None and bool(column.values or column.meaning or column.reason))
        if column is None:
            return
        self.button.setVisible(bool(column.values))  # numbers are not assigned to classes one by one
        known = column.meaning is not None
        text = column.meaning.sentences if column.meaning is not None else column.reason
        self.words.set_full_text(f"{text[:1].upper()}{text[1:]}", quiet=known)
        self.button.setText("Change…" if known else "Say Which Is Which…")

    def warn(self, sentence: str) -> None:
        """Sets a warning about the labels; "" for none."""
        self.warning.set_full_text(sentence)
        self.warning.setVisible(bool(sentence))

    def ask(self) -> None:
        """Opens the dialog that assigns a class to each value."""
        column, card, labels = self._column, self._session.card, self._session.labels
        if column is None or card is None:
            return
        if self.dialog is not None:
            self.dialog.reject()
        names = card.class_names
        self.dialog = dialog = LabelDialog(column, names, labels.of(column.name, names), self.window())
        dialog.chosen.connect(lambda class_of: labels.choose(LabelChoice(column.name, names, class_of)))
        dialog.finished.connect(lambda _: self._closed(dialog))
        dialog.open()

    def _closed(self, dialog: LabelDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()
