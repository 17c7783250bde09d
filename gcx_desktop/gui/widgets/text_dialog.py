"""A dialog for one text, which says at once why a text will not do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from ...wording import capitalised
from .plain_labels import PlainLabel, window_title

_OK = QDialogButtonBox.StandardButton.Ok


class TextDialog(QDialog):
    """Attributes: ``field``, ``problem`` (the label that says why the text will not do), ``buttons``.

    Signal ``given(text)``: the text was accepted.
    """

    given = Signal(str)

    def __init__(
        self, title: str, words: str, text: str, why_not: Callable[[str], str], parent: QWidget, *, lines: bool = False
    ) -> None:
        """:param words: what is asked for
        :param text: what the field holds first
        :param why_not: a clause that says why a text will not do; "" if it will
        :param lines: whether the text may have several lines
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(window_title(title))
        self._why_not = why_not
        label = PlainLabel(words, parent=self)
        label.setWordWrap(True)
        self.field = QPlainTextEdit(self) if lines else QLineEdit(self)
        self.field.setAccessibleName(words)
        label.setBuddy(self.field)
        if isinstance(self.field, QPlainTextEdit):
            self.field.setPlainText(text)
            self.field.setTabChangesFocus(True)
        else:
            self.field.setText(text)
            self.field.selectAll()
        self.problem = PlainLabel(parent=self)
        self.problem.setWordWrap(True)
        self.buttons = QDialogButtonBox(_OK | QDialogButtonBox.StandardButton.Cancel, self)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(label)
        column.addWidget(self.field)
        column.addWidget(self.problem)
        column.addWidget(self.buttons)
        line = self.fontMetrics().height()
        self.resize(line * 26, line * (16 if lines else 8))
        self.field.textChanged.connect(self._check)
        self._check()

    @property
    def text(self) -> str:
        """What the field holds, without white space at its ends."""
        field = self.field
        return (field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()).strip()

    def accept(self) -> None:
        self.given.emit(self.text)
        super().accept()

    def _check(self) -> None:
        problem = self._why_not(self.text)
        self.problem.setText(f"{capitalised(problem)}." if problem else " ")
        self.buttons.button(_OK).setEnabled(not problem)
