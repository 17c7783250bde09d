"""Questions that the program must ask before it can go on: boxes whose words are shown literally."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

from ...wording import shortened_words
from .plain_labels import plain_tooltip

_LONGEST_WORD = 70
"""Characters of a word, such as a path, which a line cannot break."""


def message_box(icon: QMessageBox.Icon, words: str, more: str, parent: QWidget) -> QMessageBox:
    """A box without buttons yet, which goes when it is closed; names of files may stand in its words."""
    box = QMessageBox(icon, "gcx-desktop", shortened_words(words, _LONGEST_WORD), parent=parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(shortened_words(more, _LONGEST_WORD))
    for label in box.findChildren(QLabel):  # the box's text format is not that of its second text
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setOpenExternalLinks(False)
    if (box.text(), box.informativeText()) != (words, more):
        box.setToolTip(plain_tooltip(f"{words}\n{more}"))
    return box
