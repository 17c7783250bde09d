"""Message boxes for questions, with their texts shown literally."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

from ...wording import shortened_words
from .plain_labels import plain_tooltip

_LONGEST_WORD = 70
"""Characters of a word, such as a path, which a line cannot break."""


def message_box(icon: QMessageBox.Icon, words: str, more: str, parent: QWidget) -> QMessageBox:
    """A box without buttons yet, deleted when it is closed; its texts may contain names of files."""
    box = QMessageBox(icon, "gcx-desktop", shortened_words(words, _LONGEST_WORD), parent=parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(shortened_words(more, _LONGEST_WORD))
    for label in box.findChildren(QLabel):  # the text format of the box does not apply to its second text
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setOpenExternalLinks(False)
    if (box.text(), box.informativeText()) != (words, more):
        box.setToolTip(plain_tooltip(f"{words}\n{more}"))
    return box
