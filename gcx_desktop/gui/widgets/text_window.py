"""Pages of text, and a separate window that only shows one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from .plain_labels import window_title


class TextPage(QTextBrowser):
    """Shows HTML that the program made, in which all text of files is escaped. Links are not opened."""

    def __init__(self, name: str, parent: QWidget) -> None:
        """:param name: for screen readers"""
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setAccessibleName(name)

    def show_page(self, html: str) -> None:
        self.setHtml(html)


def show_text(parent: QWidget, title: str, html: str) -> QDialog:
    """Opens a window with text, which does not block the main window."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(window_title(title))
    text = TextPage(title, dialog)
    text.show_page(html)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(text, 1)
    column.addWidget(buttons)
    line = dialog.fontMetrics().height()
    dialog.resize(line * 38, line * 26)
    dialog.open()
    return dialog
