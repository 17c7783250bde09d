"""A separate window that only shows text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from .plain_labels import window_title


def show_text(parent: QWidget, title: str, html: str) -> QDialog:
    """Opens a window with text, which does not block the main window."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(window_title(title))
    text = QTextBrowser(dialog)
    text.setOpenExternalLinks(False)
    text.setFrameShape(QTextBrowser.Shape.NoFrame)
    text.setAccessibleName(title)
    text.setHtml(html)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(text, 1)
    column.addWidget(buttons)
    line = dialog.fontMetrics().height()
    dialog.resize(line * 38, line * 26)
    dialog.open()
    return dialog
